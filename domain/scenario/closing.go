package scenario

import (
	"time"

	"saldo/domain"
)

// round is a settlement of purchases with the platforms. By 22 June 2020 not one institution of waves 1 to 3 had been paid;
// the days of the rounds are illustration.
type round struct {
	until, approved time.Time
}

func rounds() []round {
	return []round{
		{on(7, 1, 0, 0), on(7, 10, 10, 0)},
		{on(9, 1, 0, 0), on(9, 25, 13, 0)},
		{on(10, 16, 0, 0), on(10, 30, 10, 0)},
		{on(12, 16, 0, 0), on(12, 19, 10, 0)},
	}
}

// settle pays the platforms for what was bought, exchanged and finished or not: that is the auditor's question.
func (s *script) settle() {
	for i, r := range rounds() {
		key := "settlement/" + num(i+1, 1)
		var files []domain.OnSettlement
		bodies := map[domain.PlatformCode]domain.SettlementBody{}
		for _, v := range venues() {
			body := domain.SettlementBody{Reference: domain.Reference("BAYAR-CONTOH-2020-" + num(i+1, 1)), Currency: domain.IDR}
			for _, b := range s.purchases {
				if b.platform != v.code || b.paid || !b.at.Before(r.until) || !b.cancelled.IsZero() && b.cancelled.Before(r.approved.AddDate(0, 0, 3)) {
					continue
				}
				b.paid = true
				body.Lines = append(body.Lines, domain.SettlementLine{Participant: b.p.subject, Invoice: b.invoice, Amount: rp(b.amount)})
				body.Total = body.Total.Add(rp(b.amount))
			}
			if len(body.Lines) > 0 {
				files = append(files, domain.OnSettlement{Platform: v.code, File: sha(key + "/" + string(v.code))})
				bodies[v.code] = body
			}
		}
		action := s.second(key, r.approved, domain.ProposalBody{
			Command: "ApprovePartnerPayment", Count: max(1, len(files)), Authority: instruction("Verifikasi-CONTOH-"+num(i+1, 1)+"/2020", r.approved),
		})
		for j, f := range files {
			at := r.approved.Add(time.Duration(j) * time.Minute)
			s.file(key+"/"+string(f.Platform)+"/approve", at, officer(1), domain.ApprovePartnerPayment{OnSettlement: f, SettlementBody: bodies[f.Platform]}, under(action))
			s.file(key+"/"+string(f.Platform)+"/paid", at.AddDate(0, 0, 2), bank(), domain.RecordPartnerPaid{OnSettlement: f, SettlementBody: bodies[f.Platform]})
		}
	}
}

// closing ends participations and returns money: to the fund when a person's use of it ends, from the fund to the treasury.
func (s *script) closing() {
	s.tranches()
	s.revokeUnmade()
	s.returnFunds(1, on(9, 25, 10, 0))
	s.lapse()
	s.returnFunds(2, on(12, 22, 10, 0))
	s.lapseMissed()
	s.returnFunds(3, yearClosed())
}

// batch is the one action under which wave 4's revocations are carried out.
const batch = "revoke/batch"

// revokeUnmade revokes everybody without a first purchase as of 15 September, 23.59 WIB: one action, many acts, decided when
// the deadline's last second is over. That the programme office revokes at 23.59 WIB of a day is known of wave 5 (domain.md
// 3.7).
func (s *script) revokeUnmade() {
	s.second(batch, on(9, 15, 16, 0), domain.ProposalBody{Command: "RevokeParticipation", Count: len(s.unmade) + 4, Authority: regulation("Permenko 11/2020", domain.NewDate(2020, time.August, 4))}, graded(domain.Inferred))
	for i, p := range s.unmade {
		s.revoke(p, "revoke", revocation().Add(time.Duration(i)*100*time.Millisecond), domain.NoFirstPurchase, batch, effective(revoked()))
	}
}

// revoke files a revocation that is meant to be accepted: what is left goes back to the fund with it.
func (s *script) revoke(p *person, name string, t time.Time, cause domain.RevocationCause, action string, opts ...option) {
	s.file(p.key()+"/"+name, t, officer(1), domain.RevokeParticipation{OnParticipant: p.on(), RevocationBody: domain.RevocationBody{Cause: cause}}, append(opts, under(id("action", action)))...)
	if p.credited {
		s.flow(t, p.left())
	}
	p.revoked, p.training = true, 0
}

// left is what is in the three purses.
func (p *person) left() int64 {
	return p.training + int64(4-p.jobs)*monthly + int64(3-p.surveys)*surveyPay
}

// lapse returns what can't be used any more after the last day: of the training purse, and of all three where the first
// training was not finished.
func (s *script) lapse() {
	t := on(12, 18, 8, 0)
	var whose []*person
	for _, p := range s.people {
		if p.credited && !p.revoked && (!p.finished || p.training > 0) {
			whose = append(whose, p)
		}
	}
	action := s.second("lapse/batch", t, domain.ProposalBody{Command: "LapsePurse", Count: len(whose), Authority: regulation("Permenko 11/2020", domain.NewDate(2020, time.August, 4))}, graded(domain.Inferred))
	for i, p := range whose {
		at, cause, amount := t.Add(time.Duration(i)*time.Second), domain.PeriodEnded, p.training
		if !p.finished {
			cause, amount = domain.TrainingNotDone, p.left()
			p.missed = false
		}
		s.file(p.key()+"/lapse", at, officer(1), domain.LapsePurse{OnParticipant: p.on(), LapseBody: domain.LapseBody{Cause: cause}}, under(action))
		s.flow(at, amount)
		p.training, p.lapsed = 0, true
	}
}

// lapseMissed returns what a missed survey leaves unearned: survey n+1 needs survey n, so the rest of the purse goes back.
func (s *script) lapseMissed() {
	var whose []*person
	for _, p := range s.people {
		if p.missed && !p.revoked {
			whose = append(whose, p)
		}
	}
	action := s.second("lapse/surveys", missedLapse(), domain.ProposalBody{
		Command: "LapsePurse", Count: max(1, len(whose)), Authority: instruction("Instruksi-CONTOH-21A/2021", missedLapse()),
	})
	for i, p := range whose {
		at := missedLapse().Add(time.Duration(i) * time.Second)
		s.file(p.key()+"/lapse/survey", at, officer(1), domain.LapsePurse{OnParticipant: p.on(), LapseBody: domain.LapseBody{Cause: domain.SurveyMissed}}, under(action))
		s.flow(at, int64(3-p.surveys)*surveyPay)
	}
}

// returnFunds sends what is in the fund back to the state treasury.
func (s *script) returnFunds(n int, t time.Time) {
	var left int64
	for _, m := range s.fund {
		if !m.at.After(t) {
			left += m.amount
		}
	}
	if left <= 0 {
		return
	}
	s.file("fund/return/"+num(n, 1), t, treasury(), domain.ReturnFunds{OnFund: fund2020(), FundsOutBody: domain.FundsOutBody{
		Reference: domain.Reference("NTPN-CONTOH-2020-" + num(n, 2)), Amount: rp(left), Currency: domain.IDR,
	}}, graded(domain.Inferred))
	s.flow(t, -left)
}
