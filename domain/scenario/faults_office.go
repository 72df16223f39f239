package scenario

import (
	"time"

	"saldo/domain"
	"saldo/domain/reason"
)

// revocations that are refused, each for its own cause.
func (s *script) revocations() {
	try := func(topic string, p *person, name string, t time.Time, code reason.Code, note string, opts ...option) {
		s.file(p.key()+"/revoke/"+name, t, officer(1), domain.RevokeParticipation{OnParticipant: p.on(), RevocationBody: domain.RevocationBody{Cause: domain.NoFirstPurchase}}, append(opts, expect(code))...)
		s.recorded(topic, s.last(), note)
	}
	inBatch := under(id("action", batch))
	p := s.someone(4, "revoked-too-early")
	try("record", p, "alone", on(9, 10, 10, 0), reason.ApprovalMissing, "no second person had approved it")
	key := "revoke/too-early"
	act := domain.RevokeParticipation{OnParticipant: p.on()}
	s.second(key, on(9, 14, 10, 0), domain.ProposalBody{Command: "RevokeParticipation", On: act.Stream(), Count: 1, Authority: instruction("Instruksi-CONTOH-09R/2020", on(9, 14, 0, 0))})
	try("record", p, "early", on(9, 14, 10, 0), reason.DeadlineNotPassed, "a day before the deadline", under(id("action", key)))
	s.ordinary(p, on(9, 14, 15, 0))
	try("record", p, "bought", revocation().Add(7*time.Second), reason.FirstPurchaseMade, "bought on the day before the deadline", inBatch)

	p = s.take(3, "no-data")
	s.enrol(p, entry{data: never, card: 3 * time.Hour, credit: 5 * time.Hour})
	try("deadline", p, "no-data", revocation().Add(8*time.Second), reason.DeadlineNotRunning, "the data asked for were never completed, so the 30 days have not begun", inBatch)

	p = s.someone(4, "disputed")
	o := domain.OnCase{Case: "keberatan-2020-09-001"}
	s.file("case/"+string(o.Case), on(9, 14, 11, 0), support(), domain.OpenDispute{OnCase: o, DisputeBody: domain.DisputeBody{Participant: p.subject, About: "PurchaseCourse"}})
	try("revocation", p, "disputed", revocation().Add(9*time.Second), reason.DisputeOpen, "a dispute is open", inBatch)
	s.file("case/"+string(o.Case)+"/resolve", on(9, 28, 15, 0), officer(1), domain.ResolveDispute{OnCase: o, ResolutionBody: domain.ResolutionBody{Participant: p.subject, Result: domain.DisputeDismissed}})
	s.revokeAlone(p, on(9, 29, 10, 0), domain.NoFirstPurchase)
	s.file(p.key()+"/revoke/again", on(9, 29, 11, 0), officer(1), domain.RevokeParticipation{OnParticipant: p.on(), RevocationBody: domain.RevocationBody{Cause: domain.NoFirstPurchase}},
		under(id("action", p.key()+"/revoke-alone")), expect(reason.AlreadyDone))
}

// officeActs: acts of the programme office and the registry that the ledger refuses.
func (s *script) officeActs() {
	doc := domain.Authority{Kind: domain.AuthorityDecree, Number: "SK-PKP-CONTOH-4B/2020", Date: domain.NewDate(2020, time.August, 15)}
	decree := func(count int, total domain.Purses) domain.RegisterDecree {
		return domain.RegisterDecree{DecreeBody: domain.DecreeBody{Decree: doc.Number, Wave: 4, Count: count, Total: total, Currency: domain.IDR}}
	}
	s.ordered("office/wrong-total", on(8, 14, 14, 0), decree(10, packs(9)), doc, expect(reason.AmountDiffersFromPolicy))
	s.recorded("record", s.last(), "a decree of ten people with the money of nine")
	s.ordered("office/too-many", on(8, 15, 16, 0), decree(10, packs(10)), doc, expect(reason.BudgetExhausted))
	s.recorded("record", s.last(), "ten more people than the wave has places")
	s.file("office/not-entitled", on(8, 24, 9, 0), backend(contoh), domain.ApproveCourse{
		OnCourse: domain.OnCourse{Course: video}, CourseApprovalBody: domain.CourseApprovalBody{Under: "prakerja-2020@2", Interactive: true},
	}, expect(reason.ActorNotEntitled))
	s.recorded("record", s.last(), "a platform can't approve a course")

	p := s.someone(4, "card-again")
	s.file(p.key()+"/card/again", on(8, 24, 9, 0), officer(3), domain.IssueCard{OnParticipant: p.on()}, effective(on(8, 24, 8, 0)), expect(reason.AlreadyDone))
	s.recorded("record", s.last(), "the card is there already")
	s.ordinary(p, on(8, 31, 15, 0))
	p = s.take(4, "card-from-tomorrow")
	s.enrol(p, entry{data: time.Hour, card: 50 * time.Hour, credit: 30 * time.Hour})
	s.file(p.key()+"/card/future", on(8, 17, 9, 0), officer(3), domain.IssueCard{OnParticipant: p.on()}, effective(on(8, 18, 9, 0)), expect(reason.FutureDated))
	s.recorded("record", s.last(), "a card from tomorrow")
	s.ordinary(p, on(8, 31, 16, 0))
}

// states notes moments at which an answer is a state and not a record.
func (s *script) states() {
	p := func(n int) *person { return s.cast[persona(n)] }
	first := func(n int) *bought { return p(n).bought[0] }
	closed := s.steps[0]
	for _, st := range s.steps {
		if st.Key == p(1).key()+"/try/1" {
			closed = st
		}
	}
	s.recorded("purchase", closed, "question 1")
	s.state(reason.TokensRefusedWhileClosed, "token", p(3), on(8, 20, 16, 0), "question 3: from 14.00 to 15.00", ofPlatform(tokopedia), during(on(8, 20, 14, 0), on(8, 20, 15, 0)))
	s.state(reason.CourseVisibleNotPayable, "course", nil, on(8, 20, 9, 0), "approved on 18 August, payments closed on 19 August", ofCourse(courseCode(21), tokopedia))
	s.state(reason.NoAttemptRecorded, "purchase", p(5), on(8, 29, 9, 0), "payments open, nothing stands in the way, no request on record", ofCourse(courseCode(25), bukalapak))
	s.state(reason.DeadlineAhead, "deadline", p(5), on(8, 24, 10, 0), "question 5")
	s.state(reason.VoucherNotExchanged, "class", p(2), on(9, 2, 10, 0), "question 2", ofPurchase(first(2)))
	s.state(reason.DeadlineMet, "deadline", p(2), on(9, 2, 10, 0), "bought on 29 August")
	s.state(reason.PMOMassFailureRecheck, "incentive", p(7), on(9, 15, 10, 0), "question 7")
	s.state(reason.RevokedNoPurchase, "revocation", p(8), on(9, 24, 10, 0), "question 8")
	s.state(reason.ServiceOpen, "service", nil, on(8, 29, 10, 0), "two hours after the reopening")
	s.state(reason.TokenActive, "token", nil, on(9, 3, 10, 0), "no denial is counted", ofPlatform(tokopedia))
	s.state(reason.BalanceAsRecorded, "balance", p(9), on(8, 29, 10, 0), "Rp800,000 left")
	s.state(reason.NoPaymentRecorded, "class", p(5), on(8, 24, 10, 0), "nothing bought", ofCourse(courseCode(25), bukalapak))
	s.state(reason.ParticipationActive, "revocation", p(2), on(9, 24, 10, 0), "bought in time")
	s.state(reason.WithinNormalTime, "certificate", p(6), on(9, 10, 10, 0), "question 6: checked until 16 September", ofPurchase(first(6)))
	s.state(reason.IncentivePaid, "incentive", p(7), on(9, 24, 10, 0), "paid after the recheck", ofIncentive(domain.JobSearch, 1))
	s.state(reason.PaymentQueue, "incentive", p(7), on(9, 9, 10, 0), "scheduled for 10 September")
	s.state(reason.ScheduleSyncPending, "incentive", p(7), on(9, 7, 16, 0), "everything in order since 11.00")
}
