package scenario

import (
	"time"

	"saldo/domain"
)

// One person's package of 2020, in rupiah.
const (
	aid       = 1_000_000
	monthly   = 600_000
	surveyPay = 50_000
	wholePack = aid + 4*monthly + 3*surveyPay
)

// wave is a wave with as many example people as its share of 1 to 3,700 gives.
type wave struct {
	number, count int
	policy        domain.PolicyRef
	opens, closes time.Time
	decreed       time.Time
	determined    time.Time
	sourced       domain.Grade // of the days of registration
	decree        domain.DecreeNumber
}

// waves of the reconstruction: 168,111, 288,154, 224,615 and 800,000 people (domain.md 5.1), each divided by about 3,700.
func waves() []wave {
	return []wave{
		{
			number: 1, count: 46, policy: "prakerja-2020@1", opens: on(4, 11, 8, 0), closes: on(4, 16, 16, 0), decreed: on(4, 17, 8, 0),
			determined: on(4, 17, 13, 0), sourced: domain.Sourced, decree: "SK-PKP-CONTOH-1/2020",
		},
		{
			number: 2, count: 78, policy: "prakerja-2020@1", opens: on(4, 20, 8, 0), closes: on(4, 23, 23, 59), decreed: on(4, 27, 8, 0),
			determined: on(4, 27, 13, 0), sourced: domain.Sourced, decree: "SK-PKP-CONTOH-2/2020",
		},
		{
			number: 3, count: 61, policy: "prakerja-2020@1", opens: on(4, 27, 20, 0), closes: on(4, 30, 16, 0), decreed: on(5, 6, 8, 0),
			determined: on(5, 6, 13, 0), sourced: domain.Inferred, decree: "SK-PKP-CONTOH-3/2020",
		},
		{
			number: 4, count: 216, policy: "prakerja-2020@2", opens: on(8, 8, 0, 5), closes: on(8, 13, 0, 0), decreed: on(8, 15, 9, 0),
			determined: noticeDay(), sourced: domain.Sourced, decree: "SK-PKP-CONTOH-4/2020",
		},
	}
}

// packs is the package of n people.
func packs(n int) domain.Purses {
	m := int64(n)
	return domain.Purses{Training: rp(m * aid), JobSearch: rp(m * 4 * monthly), Survey: rp(m * 3 * surveyPay)}
}

// programme adopts the policies, opens and closes the waves, and registers decrees, money and tranches.
func (s *script) programme() {
	first := regulation("Permenko 3/2020", domain.NewDate(2020, time.March, 27))
	eleven := regulation("Permenko 11/2020", domain.NewDate(2020, time.August, 4))
	s.adopt("prakerja-2020@1", on(4, 1, 8, 0), first, domain.Inferred)
	s.adopt("prakerja-2020@2", policyTwo(), eleven, domain.Sourced)
	for _, w := range waves() {
		s.wave(w)
	}
	s.ordered("deadline/4", on(8, 17, 10, 0), domain.SetFirstPurchaseDeadline{
		DeadlineBody: domain.DeadlineBody{Wave: 4, Deadline: domain.NewDate(2020, time.September, 15)},
	}, eleven, graded(domain.Inferred))
	s.payoutsHeld()
	s.news()
}

func regulation(number string, d domain.Date) domain.Authority {
	return domain.Authority{Kind: domain.AuthorityRegulation, Number: domain.DecreeNumber(number), Date: d}
}

func (s *script) adopt(ref domain.PolicyRef, at time.Time, doc domain.Authority, g domain.Grade) {
	p, err := domain.BuiltinPolicy(ref)
	if err != nil {
		return // the test of the steps says which policy is missing
	}
	s.ordered("policy/"+string(ref), at, domain.AdoptPolicy{PolicyBody: domain.PolicyBody{Policy: p}}, doc, graded(g))
}

func (s *script) wave(w wave) {
	key := "wave/" + num(w.number, 1)
	doc := domain.Authority{Kind: domain.AuthorityDecree, Number: w.decree, Date: dateOf(w.decreed)}
	s.file(key+"/open", w.opens, officer(1), domain.OpenWave{WaveBody: domain.WaveBody{
		Wave: w.number, Scheme: w.policy, Quota: w.count, FundYear: 2020, OpensAt: w.opens, Programme: domain.Title("Gelombang " + num(w.number, 1)),
	}}, graded(w.sourced))
	s.file(key+"/close", w.closes, officer(1), domain.CloseWave{WaveEndBody: domain.WaveEndBody{Wave: w.number}}, graded(w.sourced))
	s.ordered(key+"/decree", w.decreed, domain.RegisterDecree{DecreeBody: domain.DecreeBody{
		Decree: w.decree, Wave: w.number, Count: w.count, Total: packs(w.count), Currency: domain.IDR, File: sha(string(w.decree)),
	}}, doc, document(doc))
	sp2d := domain.Reference("SP2D-CONTOH-2020-" + num(w.number, 2))
	s.file(key+"/funds", w.decreed.Add(time.Hour), treasury(), domain.ReceiveFunds{OnFund: fund2020(), FundsInBody: domain.FundsInBody{
		Reference: sp2d, Amount: packs(w.count).Total(), Currency: domain.IDR,
	}})
	s.flow(w.decreed.Add(time.Hour), int64(w.count)*wholePack)
}

// tranches orders the bank to credit people, as many at a time as were credited: the totals agree by construction.
func (s *script) tranches() {
	for _, w := range waves() {
		for i := range 4 {
			n := 0
			for _, p := range s.people {
				if p.wave == w.number && p.credited && p.tranche == i {
					n++
				}
			}
			if n == 0 {
				continue
			}
			doc := domain.Authority{Kind: domain.AuthorityDecree, Number: w.decree, Date: dateOf(w.decreed)}
			s.ordered("wave/"+num(w.number, 1)+"/tranche/"+num(i+1, 1), w.decreed.AddDate(0, 0, i).Add(3*time.Hour), domain.InstructCredit{
				OnFund: fund2020(), TrancheBody: domain.TrancheBody{Reference: tranche(w.number, i), Decree: w.decree, Count: n, Total: packs(n), Currency: domain.IDR},
			}, doc)
		}
	}
}

func fund2020() domain.OnFund { return domain.OnFund{Year: 2020} }

func tranche(wave, i int) domain.Reference {
	return domain.Reference("TRM-" + num(wave, 1) + "-" + num(i+1, 1))
}

// payoutsHeld: in May 2020 incentives were held back until an evaluation was done. The days are inferred.
func (s *script) payoutsHeld() {
	text := domain.PayoutPauseBody{
		NoticeID: "Pencairan insentif ditunda hingga evaluasi selesai.", NoticeEN: "Incentive payments are postponed until the evaluation is done.",
	}
	s.ordered("payouts/suspend", heldFrom(), domain.SuspendPayouts{PayoutPauseBody: text}, instruction("Instruksi-CONTOH-05A/2020", heldFrom()), graded(domain.Inferred))
	again := domain.PayoutPauseBody{NoticeID: "Pencairan insentif dilanjutkan.", NoticeEN: "Incentive payments go on."}
	s.ordered("payouts/resume", heldUntil(), domain.ResumePayouts{PayoutPauseBody: again}, instruction("Instruksi-CONTOH-05B/2020", heldUntil()), graded(domain.Inferred))
}

// news records what was published around the programme and decided nothing.
func (s *script) news() {
	post := func(key string, at time.Time, ch domain.Channel, topic domain.AboutTopic, textID, textEN domain.Notice) {
		s.announce("announce/"+key, at, domain.AnnouncementBody{Channel: ch, By: domain.PartyProgramme, Topic: topic, TextID: textID, TextEN: textEN}, graded(domain.Sourced))
	}
	post("wave-4-delayed", on(8, 1, 10, 0), domain.ChannelPress, domain.AboutOther,
		"Gelombang 4 ditunda, peraturan Menko sedang diselesaikan.", "Wave 4 is delayed, the coordinating minister's regulation is being finished.")
	post("permenko-11", on(8, 7, 13, 0), domain.ChannelPress, domain.AboutPlatforms,
		"Permenko 11/2020: komisi platform paling tinggi 15 persen; kursus daring harus interaktif.",
		"Permenko 11/2020: platform commission of at most 15 per cent; online courses must be interactive.")
	post("gates", on(9, 15, 12, 0), domain.ChannelWebsite, domain.AboutIncentives,
		"Insentif dibayar paling lama 7 hari kerja sesudah pelatihan pertama selesai, ulasan dan penilaian diberikan, dan rekening atau dompet elektronik tersambung dan terverifikasi.",
		"Incentives are paid within 7 working days after the first training is finished, review and rating are given, and a bank account or e-wallet is linked and verified.")
	post("phone", on(9, 25, 17, 0), domain.ChannelPress, domain.AboutIncentives,
		"Penyebab utama insentif gagal: nomor telepon di Prakerja berbeda dengan di dompet elektronik; sekitar 0,4 persen per hari.",
		"Main cause of failed incentives: the phone number at Prakerja differs from the e-wallet's; about 0.4 per cent a day.")
	post("last-day", on(11, 20, 10, 0), domain.ChannelInstagram, domain.AboutDeadlines,
		"Saldo pelatihan dapat dipakai sampai 15 Desember 2020.", "The training balance can be used until 15 December 2020.")
	s.announce("announce/fund-zero", wib(2021, 3, 31, 9, 0, 0), domain.AnnouncementBody{
		Channel: domain.ChannelPress, By: domain.PartyProgramme, Topic: domain.AboutOther,
		TextID: "Sisa dana program tahun 2020 sudah dikembalikan ke kas negara; saldo program Rp0.",
		TextEN: "What was left of the programme's money of 2020 is back in the state treasury; the programme's balance is Rp0.",
	}, graded(domain.Sourced))
}
