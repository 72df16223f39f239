package main

import (
	"fmt"
	"strconv"
	"strings"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/words"
)

func (r *reporter) exceptions() error {
	a := r.a
	filter, err := a.exceptionFilter(exceptionFlags{above: r.f.above, kinds: r.f.kinds, wave: r.f.wave})
	if err != nil {
		return err
	}
	if r.bound.Events != nil {
		return usage("--at "+r.f.at, a.t("umur pengecualian perlu waktu: --at 2020-12-31", "the age of an exception needs a time: --at 2020-12-31"))
	}
	rep, err := r.l.Exceptions(r.ctx, r.at, filter)
	if err != nil {
		return err
	}
	r.doc.place = rep.Place
	sums := section{
		name:  a.t("Ringkasan", "Summary"),
		notes: []string{fmt.Sprintf(a.t("%s pengecualian ditemukan, %s di daftar ini.", "%s exceptions were found, %s are in this list."), words.Count(rep.Found, a.lang), words.Count(len(rep.Rows), a.lang))},
		sheet: sheet{columns: []column{
			{id: "Pengecualian", en: "Exception"}, {id: "Kode", en: "Code"}, {id: "Banyaknya", en: "Count", right: true}, {id: "Jumlah", en: "Amount", right: true},
		}},
	}
	for _, k := range api.ExceptionKinds() {
		if n := rep.Counts[k.Kind]; n > 0 {
			sums.sheet.rows = append(sums.sheet.rows, []any{a.said(k.Title), string(k.Kind), n, rep.Amounts[k.Kind]})
		}
	}
	list := a.exceptionSheet(rep.Rows)
	for i := range list.rows {
		list.rows[i][2] = a.ownerName(rep.Rows[i].Owner, "")
	}
	r.doc.sections = []section{sums, {name: a.t("Daftar", "List"), sheet: list}}
	return nil
}

func (r *reporter) reperformance() error {
	a := r.a
	rep, err := r.l.Redecide(r.ctx, nil)
	if err != nil {
		return err
	}
	second, err := r.l.SecondOpinion(r.ctx, nil)
	if err != nil {
		return err
	}
	drawn, err := r.l.Samples(r.ctx)
	if err != nil {
		return err
	}
	n := func(v int) string { return words.Count(v, a.lang) }
	r.doc.place = api.Place{Events: rep.Events, Root: rep.Root}
	rules := section{
		name: a.t("Keputusan diulang", "Decisions repeated"),
		notes: []string{fmt.Sprintf(a.t("%s keputusan: %s sama, %s berbeda; %s dengan fakta yang hari ini ditemukan lain.", "%s decisions: %s equal, %s different; %s with facts found otherwise today."),
			n(rep.Decisions), n(rep.Equal), n(len(rep.Different)), n(len(rep.Drifted)))},
		sheet: sheet{columns: []column{
			{id: "Aturan", en: "Rule set"}, {id: "Diulang", en: "Repeated", right: true}, {id: "Sama", en: "Equal", right: true}, {id: "Berbeda", en: "Different", right: true},
		}},
	}
	for _, x := range rep.Rules {
		rules.sheet.rows = append(rules.sheet.rows, []any{string(x.Rules), x.Decisions, x.Equal, x.Decisions - x.Equal})
	}
	r.doc.sections = []section{rules}
	differ := section{name: a.t("Berbeda atau bergeser", "Different or drifted"), sheet: sheet{columns: []column{{id: "Peristiwa", en: "Event"}, {id: "Pada", en: "In"}}}}
	for _, x := range append(rep.Different, rep.Drifted...) {
		differ.sheet.rows = append(differ.sheet.rows, []any{x.Ref.String(), strings.Join(append(x.Different, x.Drift...), "; ")})
	}
	r.doc.sections = append(r.doc.sections, differ, r.secondSection(second), r.sampleSection(drawn))
	for _, d := range drawn {
		if d.Refused {
			continue
		}
		s, err := r.l.SampleAgain(r.ctx, d.Event.Revision)
		if err != nil {
			return a.signProblem(err)
		}
		r.doc.sections = append(r.doc.sections, section{name: a.t("Sampel ", "Sample ") + string(s.Population.Reference()), sheet: a.sampleSheet(s)})
	}
	return nil
}

func (r *reporter) secondSection(second api.SecondOpinion) section {
	a := r.a
	s := section{
		name:  a.t("Buku kedua", "Second ledger"),
		notes: []string{fmt.Sprintf(a.t("%s peristiwa, %s orang: %s perbedaan.", "%s events, %s people: %s differences."), words.Count(second.Moving, a.lang), words.Count(second.People, a.lang), words.Count(len(second.Differences)+second.More, a.lang))},
		sheet: sheet{columns: []column{{id: "Akun", en: "Account"}, {id: "Buku pertama", en: "First ledger", right: true}, {id: "Buku kedua", en: "Second ledger", right: true}, {id: "Sama", en: "Equal"}}},
	}
	for _, l := range second.Accounts {
		s.sheet.rows = append(s.sheet.rows, []any{l.Account, domain.Rupiah(l.First), domain.Rupiah(l.Second), l.Agrees()})
	}
	return s
}

func (r *reporter) sampleSection(drawn []api.DrawnSample) section {
	a := r.a
	s := section{name: a.t("Penarikan sampel", "Draws of samples"), sheet: sheet{columns: []column{
		{id: "Peristiwa", en: "Event"},
		{id: "Populasi", en: "Population"},
		{id: "Cara", en: "Method"},
		{id: "Ukuran", en: "Size", right: true},
		{id: "Benih", en: "Seed", right: true},
		{id: "Posisi", en: "Position", right: true},
		{id: "Berlaku", en: "Holds"},
	}}}
	for _, d := range drawn {
		s.sheet.rows = append(s.sheet.rows, []any{d.Event.String(), string(d.Body.Population), string(d.Body.Method), d.Body.Size, d.Body.Seed, d.Body.Number + 1, !d.Refused})
	}
	return s
}

// policies is the history of what the programme as a whole decided.
func (r *reporter) policies() error {
	a := r.a
	events, place, err := r.l.EventsOf(r.ctx, domain.Programme, r.bound)
	if err != nil {
		return err
	}
	r.doc.place = place
	s := section{name: a.t("Riwayat", "History"), sheet: sheet{columns: []column{
		{id: "Berlaku", en: "In force"}, {id: "Hal", en: "What"}, {id: "Isi", en: "Content"}, {id: "Nomor rujukan", en: "Reference"}, {id: "Peristiwa", en: "Event"},
	}}}
	for _, e := range events {
		if e.Foreign() || e.Unknown() || e.Meta.Outcome == domain.Refused {
			continue
		}
		what, text := a.programmeWords(e)
		s.sheet.rows = append(s.sheet.rows, []any{e.Meta.InForce(), what, text, domain.ReferenceNumber(e.Meta.CommandID), e.Ref().String()})
	}
	s.onPaper = []section{{sheet: s.sheet.without(4)}} //nolint:mnd // the event: the reference finds it
	closed := section{name: a.t("Layanan pembayaran ditutup untuk semua", "Payments closed for all"), sheet: sheet{columns: []column{
		{id: "Dari", en: "From"}, {id: "Sampai", en: "To"}, {id: "Lamanya", en: "How long"},
	}}}
	reg := domain.NewRegistry()
	for _, e := range events {
		reg.Apply(e)
	}
	for _, span := range reg.Closings(r.at) {
		to := any(span[1])
		if !span[1].Before(r.at) {
			to = a.t("masih ditutup", "still closed")
		}
		closed.sheet.rows = append(closed.sheet.rows, []any{span[0], to, words.Span(span[1].Sub(span[0]), a.lang)})
	}
	r.doc.sections = []section{closed, s}
	return nil
}

// programmeWords says an event of the programme in a few words.
func (a *app) programmeWords(e domain.Recorded) (what, text string) {
	scope := func(s domain.GateScope, p domain.PlatformCode) string {
		if s == domain.GatePlatform {
			return string(p)
		}
		return a.t("semua platform", "all platforms")
	}
	switch f := e.Fact.(type) {
	case domain.PolicyAdopted:
		return a.t("Kebijakan berlaku", "Policy adopted"), string(f.Policy.Ref())
	case domain.WaveOpened:
		return a.t("Gelombang dibuka", "Wave opened"), strconv.Itoa(f.Wave) + ", " + words.Count(f.Quota, a.lang) + a.t(" tempat", " places")
	case domain.WaveClosed:
		return a.t("Pendaftaran ditutup", "Registration closed"), a.t("gelombang ", "wave ") + strconv.Itoa(f.Wave)
	case domain.DecreeRegistered:
		return a.t("Surat keputusan", "Decree"), string(f.Decree) + ", " + words.Count(f.Count, a.lang) + a.t(" orang, ", " people, ") + a.text(f.Total.Total())
	case domain.FirstPurchaseDeadlineSet:
		return a.t("Batas pembelian pertama", "First-purchase deadline"), a.t("gelombang ", "wave ") + strconv.Itoa(f.Wave) + ", " + f.Deadline.String()
	case domain.FirstPurchaseDeadlineExtended:
		return a.t("Batas diperpanjang", "Deadline extended"), a.t("gelombang ", "wave ") + strconv.Itoa(f.Wave) + ", " + f.Deadline.String()
	case domain.PaymentGateClosed:
		return a.t("Layanan pembayaran ditutup", "Payments closed"), scope(f.Scope, f.Platform) + ": " + a.t(string(f.NoticeID), string(f.NoticeEN))
	case domain.PaymentGateNoticeUpdated:
		return a.t("Pengumuman diperbarui", "Notice updated"), a.t(string(f.NoticeID), string(f.NoticeEN))
	case domain.PaymentGateOpened:
		return a.t("Layanan pembayaran dibuka", "Payments opened"), scope(f.Scope, f.Platform)
	case domain.PayoutsSuspended:
		return a.t("Pencairan ditunda", "Payouts suspended"), a.t(string(f.NoticeID), string(f.NoticeEN))
	case domain.PayoutsResumed:
		return a.t("Pencairan dilanjutkan", "Payouts resumed"), a.t(string(f.NoticeID), string(f.NoticeEN))
	case domain.AnnouncementRecorded:
		return a.t("Pengumuman", "Announcement"), string(f.Channel) + ": " + a.t(string(f.TextID), string(f.TextEN))
	}
	return string(e.Type), ""
}
