package scenario

import (
	"time"

	"saldo/domain"
	"saldo/domain/reason"
)

// orders: what goes wrong with an order itself.
func (s *script) orders() {
	p := s.someone(4, "expired")
	late := on(8, 31, 10, 0)
	s.recorded("purchase", s.attempt(p, "expired", basics, 200_000, contoh, late, reason.CommandExpired, func(b *domain.PurchaseBody) { b.NotAfter = new(late.Add(-10 * time.Minute)) }), "arrived after the platform's own limit")
	s.ordinary(p, on(8, 31, 10, 30))

	p = s.someone(4, "invoice")
	b := s.goOn(p, basics, contoh, on(8, 31, 9, 0))
	s.recorded("purchase", s.attempt(p, "invoice", marketing, 300_000, contoh, on(10, 12, 9, 0), reason.InvoiceAlreadyUsed, func(x *domain.PurchaseBody) { x.Invoice = b.invoice }), "order number accepted before for another course")

	p = s.someone(4, "abandoned")
	key := p.key() + "/try/abandoned"
	s.file(key, on(9, 1, 14, 0), backend(contoh), domain.AbandonPurchase{OnParticipant: p.on(), AbandonBody: domain.AbandonBody{Platform: contoh, Invoice: invoice(contoh, key)}}, expect(reason.AbandonedByPlatform))
	s.recorded("attempt", s.last(), "dropped by the platform before it had an outcome")
	s.decided = append(s.decided, arrival{on(9, 1, 14, 0), contoh})
	s.state(reason.NoCauseOnOurSide, "purchase", nil, on(9, 1, 15, 0), "every check that needs no person passes", ofCourse(basics, contoh))
	s.ordinary(p, on(9, 2, 14, 20))

	p = s.someone(4, "cancelled")
	b = s.buy(p, s.course(basics), contoh, on(8, 31, 9, 40))
	s.study(b, path{voucher: on(8, 31, 9, 43)})
	cancel := func(name string, inv domain.InvoiceCode, t time.Time, opts ...option) Step {
		s.file(p.key()+"/cancel/"+name, t, backend(contoh), domain.CancelPurchase{OnParticipant: p.on(), CancellationBody: domain.CancellationBody{
			Platform: contoh, Invoice: inv, By: domain.CancelledByInstitution, Cause: domain.CancelClassCancelled,
		}}, opts...)
		return s.last()
	}
	s.recorded("record", cancel("unknown", "CTH-TIDAKADA", on(9, 2, 9, 0), expect(reason.NothingToActOn)), "no purchase has this order number")
	cancel("1", b.invoice, on(9, 3, 9, 0))
	b.cancelled, p.first, p.training = on(9, 3, 9, 0), nil, p.training+b.amount
	s.recorded("class", cancel("again", b.invoice, on(9, 3, 9, 30), expect(reason.TransactionCancelled)), "cancelled before")
	s.exchange(b, "cancelled", schoolW, b.voucher, on(9, 3, 10, 0), expect(reason.RedeemCodeCancelled))
	s.recorded("class", s.last(), "the purchase behind the voucher was cancelled")
	s.goOn(p, marketing, contoh, on(9, 4, 10, 0))

	p = s.someone(3, "cancel-too-late")
	b = s.goOn(p, basics, contoh, on(5, 20, 10, 0))
	s.file(p.key()+"/cancel/late", on(9, 10, 10, 0), backend(contoh), domain.CancelPurchase{OnParticipant: p.on(), CancellationBody: domain.CancellationBody{
		Platform: contoh, Invoice: b.invoice, By: domain.CancelledByParticipant, Cause: domain.CancelOrderDropped,
	}}, expect(reason.CertificateInDashboard))
	s.recorded("certificate", s.last(), "certificate accepted: the purchase stands")
}

func (s *script) last() Step { return s.steps[len(s.steps)-1] }

func (s *script) exchange(b *bought, name string, at domain.InstitutionCode, voucher domain.LastFour, t time.Time, opts ...option) {
	s.file(b.key+"/exchange/"+name, t, teacher(at), domain.ExchangeVoucher{OnParticipant: b.p.on(), ExchangeBody: domain.ExchangeBody{Course: b.course.code, Institution: at, LastFour: voucher}}, opts...)
}

// standing: card and balance that come late, people who may not buy any more, people who were never determined.
func (s *script) standing() {
	p := s.take(4, "card-late")
	s.enrol(p, entry{data: time.Hour, card: 4 * 24 * time.Hour, credit: 26 * time.Hour})
	s.recorded("purchase", s.attempt(p, "early", courseCode(22), 225_000, tokopedia, on(8, 18, 10, 0), reason.CardNumberNotIssued), "notified on 16 August, card on 20 August")
	s.ordinary(p, on(8, 29, 15, 0))

	p = s.take(4, "credit-late")
	s.enrol(p, entry{data: time.Hour, card: time.Hour, credit: 5*24*time.Hour + 4*time.Hour})
	s.attempt(p, "early", courseCode(22), 225_000, bukalapak, on(8, 18, 11, 0), reason.BalanceNotCredited) // card ready, balance on 21 August
	s.state(reason.ProvisioningLag, "balance", p, on(8, 19, 10, 0), "three days after the notice")
	s.ordinary(p, on(8, 29, 16, 0))

	p = s.take(4, "never-credited")
	s.enrol(p, entry{data: time.Hour, card: 2 * time.Hour, credit: never})
	s.recorded("balance", s.attempt(p, "1", courseCode(22), 225_000, bukalapak, on(9, 1, 11, 0), reason.BalanceNotCredited), "two weeks after the notice")
	s.unmade = append(s.unmade, p)

	p = s.someone(2, "window-lapsed")
	s.recorded("purchase", s.attempt(p, "late", courseCode(21), 275_000, tokopedia, on(8, 30, 11, 0), reason.FirstPurchaseWindowLapsed), "wave 2, thirty days after the notice ended in May")
	s.unmade = append(s.unmade, p)

	p = s.someone(4, "revoked-buyer")
	s.unmade = append(s.unmade, p)
	s.recorded("purchase", s.attempt(p, "after", courseCode(21), 275_000, tokopedia, on(9, 20, 10, 0), reason.ParticipationRevoked), "five days after the revocation")

	p = s.someone(4, "blacklisted")
	s.ordered(p.key()+"/blacklist", on(9, 2, 9, 0), domain.BlacklistParticipant{OnParticipant: p.on(), BlacklistBody: domain.BlacklistBody{Cause: domain.Fraud}}, instruction("Instruksi-CONTOH-09A/2020", on(9, 2, 0, 0)))
	s.recorded("purchase", s.attempt(p, "1", basics, 200_000, contoh, on(9, 3, 9, 0), reason.Blacklisted), "on the blacklist before the revocation")
	s.revokeAlone(p, on(9, 17, 10, 0), domain.Fraud)

	stranger := &person{no: 900, subject: id("subject", "not determined")}
	s.file(stranger.key()+"/notified", on(8, 16, 12, 0), officer(3), domain.RecordNotification{OnParticipant: stranger.on(), NotificationBody: domain.NotificationBody{
		Channel: domain.ChannelSMS, SentAt: on(8, 16, 11, 58),
	}}, exception(reason.NothingToActOn))
	s.recorded("purchase", s.attempt(stranger, "1", basics, 200_000, contoh, on(9, 1, 16, 0), reason.NotDetermined), "a notice was sent by mistake, no decree names the person")
	s.repayments()
	s.secondCourses()
}

// repayments: people found ineligible after they were paid. One pays back in time, one is referred.
func (s *script) repayments() {
	for i, pays := range []bool{true, false} {
		p := s.someone(2, "ineligible-"+num(i+1, 1))
		b := s.buy(p, s.course(basics), contoh, on(5, 5, 10+i, 0))
		inOrder := s.study(b, b.usual())
		s.link(p, "1", on(5, 6, 9, 0), bni, sound())
		x := payout{p: p, key: domain.IncentiveKey{Kind: domain.JobSearch, N: 1}, due: on(6, 15, 9, 0)}
		s.schedule(x, "schedule", latest(inOrder.Add(time.Hour), on(6, 12, 7, 0)))
		s.instruct(x, "1", x.due)
		p.partner = bni
		s.file(x.name()+"/paid/1", x.due.Add(4*time.Hour), payer(bni), domain.ConfirmIncentive{OnParticipant: p.on(), DisbursementBody: domain.DisbursementBody{IncentiveKey: x.key, Instruction: x.reference("1")}})
		p.jobs = 1
		s.revokeAlone(p, on(9, 21, 10, i), domain.Ineligible)
		owed := b.amount + monthly
		s.ordered(p.key()+"/demand", on(9, 22, 10, i), domain.DemandRepayment{OnParticipant: p.on(), RepaymentBody: domain.RepaymentBody{
			Amount: rp(owed), Currency: domain.IDR, Cause: domain.Ineligible, DueOn: domain.NewDate(2020, time.September, 22).AddDays(60),
		}}, regulation("Perpres 76/2020", domain.NewDate(2020, time.July, 7)))
		if pays {
			s.file(p.key()+"/repaid", on(11, 10, 10, 0), bank(), domain.RecordRepayment{OnParticipant: p.on(), RepaymentReceiptBody: domain.RepaymentReceiptBody{
				Reference: domain.Reference("SETOR-" + num(p.no, 4)), Amount: rp(owed), Currency: domain.IDR, FundYear: 2020,
			}})
			s.flow(on(11, 10, 10, 0), owed)
			continue
		}
		s.recorded("purchase", s.attempt(p, "after", marketing, 300_000, contoh, on(9, 23, 9, 0), reason.IneligibleRecipient), "found ineligible, repayment demanded")
		s.ordered(p.key()+"/refer", on(11, 25, 10, 0), domain.ReferRepayment{OnParticipant: p.on(), ReferralBody: domain.ReferralBody{To: "GUGATAN-CONTOH-01"}}, regulation("Perpres 76/2020", domain.NewDate(2020, time.July, 7)))
	}
}

// revokeAlone revokes one person under an action of its own.
func (s *script) revokeAlone(p *person, t time.Time, cause domain.RevocationCause) {
	key := p.key() + "/revoke-alone"
	act := domain.RevokeParticipation{OnParticipant: p.on()}
	s.second(key, t, domain.ProposalBody{Command: "RevokeParticipation", On: act.Stream(), Count: 1, Authority: instruction("Instruksi-CONTOH-"+num(p.no, 3)+"/2020", t)})
	s.revoke(p, "revoke", t, cause, key)
}

// secondCourses: what stands against a second course, and against any after the last day.
func (s *script) secondCourses() {
	p := s.someone(3, "duplicate")
	s.goOn(p, courseCode(22), tokopedia, on(5, 25, 10, 0))
	s.recorded("purchase", s.attempt(p, "again", courseCode(22), 225_000, tokopedia, on(9, 2, 10, 0), reason.DuplicateCourse), "the same course, finished in June")

	p = s.someone(3, "too-dear")
	s.goOn(p, basics, contoh, on(5, 26, 10, 0))
	s.recorded("purchase", s.attempt(p, "dear", complete, 1_000_000, contoh, on(9, 2, 10, 0), reason.PriceExceedsBalance), "Rp800,000 left")

	p = s.someone(4, "after-last-day")
	b := s.buy(p, &course{code: marketing, by: schoolW, price: 250_000}, contoh, on(9, 1, 10, 0)) // a discount of the platform
	s.earn(p, s.study(b, b.usual()))
	s.attempt(p, "too-late", basics, 200_000, contoh, on(12, 17, 10, 12), reason.ProgrammePeriodClosed)
	st := &s.steps[len(s.steps)-1]
	st.Command.Source.Grade = domain.Inferred // the press knows a participant with Rp750,000 left on that day
	s.recorded("purchase", *st, "Rp750,000 left on 17 December")
}

// holds: balances held for two causes, and released.
func (s *script) holds() {
	for i, x := range []struct {
		cause domain.HoldCause
		code  reason.Code
	}{{domain.HoldFraudSigns, reason.BalanceHeldForFraud}, {domain.HoldAccount, reason.AccountCompromised}} {
		p := s.someone(4, "held-"+num(i+1, 1))
		s.file(p.key()+"/hold", on(9, 1, 8, i), officer(1), domain.HoldBalance{OnParticipant: p.on(), HoldBody: domain.HoldBody{Cause: x.cause}})
		s.recorded("balance", s.attempt(p, "held", basics, 200_000, contoh, on(9, 2, 8, i), x.code), "held from 1 to 8 September")
		s.ordered(p.key()+"/release", on(9, 8, 16, i), domain.ReleaseBalance{OnParticipant: p.on(), HoldBody: domain.HoldBody{Cause: x.cause}}, instruction("Instruksi-CONTOH-09H"+num(i, 1)+"/2020", on(9, 8, 0, 0)))
		s.ordinary(p, on(9, 9, 9, i))
	}
}
