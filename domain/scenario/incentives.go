package scenario

import (
	"time"

	"saldo/domain"
	"saldo/domain/reason"
)

// The payment partners of 2020, and one that is invented, where every invented failure of a payment happens.
const (
	bni     domain.PartnerCode = "bni"
	ovo     domain.PartnerCode = "ovo"
	linkAja domain.PartnerCode = "linkaja"
	goPay   domain.PartnerCode = "gopay"
	mitra   domain.PartnerCode = "mitra-contoh"
)

// payout is one incentive of a person on its way.
type payout struct {
	p      *person
	key    domain.IncentiveKey
	due    time.Time
	failed time.Time
}

func (x payout) name() string {
	return x.p.key() + "/" + string(x.key.Kind) + "/" + num(x.key.N, 1)
}

// sound is an account of which every check passes.
func sound() domain.AccountChecks {
	return domain.AccountChecks{
		KYC: domain.MatchYes, NIK: domain.MatchYes, Phone: domain.MatchYes, Selfie: domain.MatchYes, Owner: domain.MatchYes,
		Active: domain.MatchYes, Dukcapil: domain.MatchYes, Registered: domain.MatchYes,
	}
}

// link links an account; with a reason it is meant to be refused.
func (s *script) link(p *person, name string, t time.Time, at domain.PartnerCode, checks domain.AccountChecks, opts ...option) Step {
	s.file(p.key()+"/link/"+name, t, payer(at), domain.LinkPayoutAccount{OnParticipant: p.on(), AccountBody: domain.AccountBody{
		Partner: at, Account: domain.LastFour(num(roll(p.key()+"/account").n(10_000), 4)), Checks: checks,
	}}, opts...)
	step := s.steps[len(s.steps)-1]
	if step.Expect == "" {
		p.partner = at
	}
	return step
}

func (p *person) likes() domain.PartnerCode {
	return []domain.PartnerCode{bni, bni, ovo, ovo, linkAja, goPay}[roll(p.key()+"/partner").n(6)]
}

// earn links an account and pays the four incentives, a month apart, from the moment on which everything is in order.
func (s *script) earn(p *person, inOrder time.Time) {
	if p.partner == "" {
		s.link(p, "1", p.first.at.Add(roll(p.key()+"/link").minutes(60, 2000)), p.likes(), sound())
	}
	scheduled := later(inOrder, 1, 7, roll(p.key()).n(60))
	s.series(p, scheduled, 2)
}

// series schedules and pays incentives 1 to 4; the first is due some days after it is scheduled.
func (s *script) series(p *person, scheduled time.Time, days int) {
	due := later(scheduled, days, 9, roll(p.key()+"/due").n(60))
	for n := 1; n <= 4; n++ {
		x := payout{p: p, key: domain.IncentiveKey{Kind: domain.JobSearch, N: n}, due: due.AddDate(0, 0, 30*(n-1))}
		at := scheduled
		if n > 1 {
			at = later(x.due, -3, 7, roll(x.name()).n(60))
		}
		s.month(x, at)
	}
}

// month is one incentive from its schedule to its payment.
func (s *script) month(x payout, scheduled time.Time) {
	held := func(t time.Time) bool { return t.After(heldFrom()) && t.Before(heldUntil()) }
	if held(scheduled) {
		s.recorded("incentive", s.schedule(x, "schedule/held", scheduled, expect(reason.PMOBatchSuspended)), "payouts held back in May 2020")
		scheduled, x.due = later(heldUntil(), 1, 7, roll(x.name()).n(60)), later(heldUntil(), 4, 9, 0)
		s.schedule(x, "schedule", scheduled)
	} else {
		s.schedule(x, "schedule", scheduled)
		if held(x.due) {
			x.due = later(heldUntil(), 4, 9, 0)
			s.reschedule(x, "reschedule/held", later(heldUntil(), 1, 8, 0))
		}
	}
	if !x.due.Before(massFrom()) && x.due.Before(massUntil()) && (x.p == s.cast[persona(7)] || roll(x.name()+"/mass").n(3) == 0) {
		s.fails(x)
		return
	}
	d := roll(x.name() + "/pay")
	s.instruct(x, "1", x.due)
	s.confirm(x, "1", x.due.Add(d.minutes(120, 1900)))
}

func (s *script) schedule(x payout, name string, t time.Time, opts ...option) Step {
	s.file(x.name()+"/"+name, t, officer(5), domain.ScheduleIncentive{OnParticipant: x.p.on(), IncentiveScheduleBody: domain.IncentiveScheduleBody{IncentiveKey: x.key, DueOn: dateOf(x.due)}}, opts...)
	return s.steps[len(s.steps)-1]
}

func (s *script) reschedule(x payout, name string, t time.Time) {
	s.file(x.name()+"/"+name, t, officer(5), domain.RescheduleIncentive{OnParticipant: x.p.on(), IncentiveScheduleBody: domain.IncentiveScheduleBody{IncentiveKey: x.key, DueOn: dateOf(x.due)}})
}

func (x payout) reference(try string) domain.Reference {
	kind := "JS"
	if x.key.Kind == domain.Survey {
		kind = "SV"
	}
	return domain.Reference("INS-" + kind + num(x.key.N, 1) + "-" + num(x.p.no, 4) + "-" + try)
}

func (s *script) instruct(x payout, try string, t time.Time) {
	s.file(x.name()+"/instruct/"+try, t, officer(5), domain.InstructIncentive{OnParticipant: x.p.on(), InstructionBody: domain.InstructionBody{
		IncentiveKey: x.key, Instruction: x.reference(try), Partner: x.p.partner, File: sha("payout/" + dateOf(t).String() + "/" + string(x.p.partner)),
	}})
}

func (s *script) confirm(x payout, try string, t time.Time) {
	s.file(x.name()+"/paid/"+try, t, payer(x.p.partner), domain.ConfirmIncentive{OnParticipant: x.p.on(), DisbursementBody: domain.DisbursementBody{IncentiveKey: x.key, Instruction: x.reference(try)}})
	if x.key.Kind == domain.Survey {
		x.p.surveys++
		return
	}
	x.p.jobs++
	if x.key.N == 1 {
		s.surveysOf(x.p, t)
	}
}

func (s *script) fail(x payout, try string, t time.Time, code domain.PartnerReason) {
	s.file(x.name()+"/failed/"+try, t, payer(x.p.partner), domain.RecordIncentiveFailure{OnParticipant: x.p.on(), FailureBody: domain.FailureBody{IncentiveKey: x.key, Instruction: x.reference(try), Code: code}})
}

// fails puts a payout among those of mid-September that failed together, with nothing wrong on the participants' side.
func (s *script) fails(x payout) {
	first := on(9, 11, 9, 0)
	instructed := latest(x.due, first.Add(roll(x.name()).minutes(0, 90)))
	s.instruct(x, "1", instructed)
	x.failed = later(instructed, 1, 10, roll(x.name()+"/failed").n(60))
	s.fail(x, "1", x.failed, "NONE_GIVEN")
	s.mass = append(s.mass, x)
}

// massFailure rechecks the group and pays it from the evening of 17 September.
func (s *script) massFailure() {
	for _, x := range s.mass {
		review := on(9, 14, 16, 0)
		if x.failed.After(review.Add(-time.Hour)) {
			review = on(9, 16, 16, 0)
		}
		d := roll(x.name() + "/recheck")
		s.file(x.name()+"/review", review.Add(d.minutes(0, 20)), officer(5), domain.ReviewIncentive{OnParticipant: x.p.on(), RecheckBody: domain.RecheckBody{
			IncentiveKey: x.key, Group: "ROMBONGAN-2020-09-12", GroupSize: len(s.mass),
		}})
		x.due = on(9, 17, 9, 0)
		s.reschedule(x, "reschedule", on(9, 16, 20, 0).Add(d.minutes(0, 60)))
		s.instruct(x, "2", on(9, 17, 15, 0).Add(d.minutes(0, 90)))
		s.confirm(x, "2", on(9, 17, 18, 30).Add(d.minutes(0, 2000)))
	}
}

// surveysOf opens the first survey 30 days after the first incentive. Some fill in all three; of the others the log shows
// the first one missed.
func (s *script) surveysOf(p *person, paid time.Time) {
	if p.ownSurveys {
		return
	}
	keen := roll(p.key()+"/surveys").n(100) < 14 && paid.Before(on(10, 10, 0, 0))
	opened := later(paid, 30, 6, 0)
	if !keen {
		s.openSurvey(p, 1, opened)
		p.missed = true
		return
	}
	for n := 1; n <= 3; n++ {
		s.openSurvey(p, n, opened)
		filled := opened.Add(roll(p.key()+"/survey/"+num(n, 1)).minutes(600, 12_000))
		s.fill(p, n, filled)
		s.paySurvey(p, n, later(filled, 1, 7, 0))
		opened = later(opened, 50, 6, 0)
	}
}

func (s *script) openSurvey(p *person, n int, t time.Time) {
	s.file(p.key()+"/survey/"+num(n, 1)+"/open", t, officer(6), domain.OpenSurvey{OnParticipant: p.on(), SurveyOpenBody: domain.SurveyOpenBody{N: n, ClosesOn: dateOf(t).AddDays(30)}})
}

func (s *script) fill(p *person, n int, t time.Time) {
	s.file(p.key()+"/survey/"+num(n, 1)+"/done", t, officer(6), domain.RecordSurveyCompleted{OnParticipant: p.on(), SurveyDoneBody: domain.SurveyDoneBody{N: n}})
}

func (s *script) paySurvey(p *person, n int, scheduled time.Time) {
	x := payout{p: p, key: domain.IncentiveKey{Kind: domain.Survey, N: n}, due: later(scheduled, 4, 9, 0)}
	s.schedule(x, "schedule", scheduled)
	s.instruct(x, "1", x.due)
	s.confirm(x, "1", x.due.Add(3*time.Hour))
}
