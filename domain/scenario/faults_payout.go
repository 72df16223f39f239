package scenario

import (
	"time"

	"saldo/domain"
	"saldo/domain/reason"
)

// accounts: every check of a payout account fails once, and passes later.
func (s *script) accounts() {
	bad := func(f func(*domain.AccountChecks)) domain.AccountChecks {
		c := sound()
		f(&c)
		return c
	}
	for i, x := range []struct {
		code   reason.Code
		checks domain.AccountChecks
		note   string
	}{
		{reason.PhoneNotRegisteredAtWallet, bad(func(c *domain.AccountChecks) { c.Registered = domain.MatchNo }), "no account with this phone number"},
		{reason.WalletNotUpgraded, bad(func(c *domain.AccountChecks) { c.KYC = domain.MatchNo }), "account not upgraded"},
		{reason.IdentityMismatchNIK, bad(func(c *domain.AccountChecks) { c.NIK = domain.MatchNo }), "opened with another id card"},
		{reason.NIKNotFoundDukcapil, bad(func(c *domain.AccountChecks) { c.Dukcapil = domain.MatchNo }), "not found in the civil registry"},
		{reason.IdentityMismatchKTPSelfie, bad(func(c *domain.AccountChecks) { c.Selfie = domain.MatchNo }), "id card and selfie differ"},
		{reason.PhoneMismatch, bad(func(c *domain.AccountChecks) { c.Phone = domain.MatchNo }), "another phone number than at Prakerja"},
		{reason.AccountOfOtherPerson, bad(func(c *domain.AccountChecks) { c.Owner = domain.MatchNo }), "somebody else's account"},
		{reason.AccountInactive, bad(func(c *domain.AccountChecks) { c.Active = domain.MatchNo }), "account dormant"},
	} {
		s.account(i, x.code, x.checks, x.note)
	}
	p := s.someone(1, "changed-account")
	b := s.buy(p, s.course(courseCode(14)), tokopedia, on(4, 25, 10, 0))
	s.link(p, "1", on(4, 26, 10, 0), linkAja, sound())
	s.file(p.key()+"/check", on(6, 10, 10, 0), payer(linkAja), domain.RecordAccountCheck{OnParticipant: p.on(), AccountCheckBody: domain.AccountCheckBody{Partner: linkAja, Checks: bad(func(c *domain.AccountChecks) { c.Active = domain.MatchNo })}})
	s.file(p.key()+"/unlink", on(6, 11, 10, 0), payer(linkAja), domain.UnlinkPayoutAccount{OnParticipant: p.on(), AccountEndBody: domain.AccountEndBody{Partner: linkAja}})
	s.link(p, "2", on(6, 11, 10, 20), bni, sound())
	s.study(b, b.usual())
	s.series(p, on(6, 12, 7, 0), 3)
}

// account: refused when it is linked, found again by a later check, put right before it is paid. Two checks a person.
func (s *script) account(i int, code reason.Code, checks domain.AccountChecks, note string) {
	role, half := "account-"+num(i/2+1, 1), i%2
	p, ok := s.cast[role]
	if !ok {
		p = s.someone(4, role)
		b := s.buy(p, s.course(basics), contoh, on(8, 31, 10, 5+i))
		x := b.usual()
		x.verify = on(9, 15, 10, i)
		s.study(b, x)
	}
	link := on(9, 16, 18+half, i)
	s.recorded("incentive", s.link(p, "bad/"+num(half, 1), link, mitra, checks, expect(code)), note)
	later := s.cases[code]
	later.At = on(9, 18+half, 10, 0)
	s.cases[code] = later
	check := func(name string, t time.Time, c domain.AccountChecks) {
		s.file(p.key()+"/check/"+name, t, payer(mitra), domain.RecordAccountCheck{OnParticipant: p.on(), AccountCheckBody: domain.AccountCheckBody{Partner: mitra, Checks: c}})
	}
	check(num(half, 1), on(9, 18+half, 9, i), checks)
	if half == 1 {
		s.link(p, "good", on(9, 17, 18, i), mitra, sound())
		check("good", on(9, 21, 9, i), sound())
		s.earn(p, on(9, 21, 9, i))
	}
}

// gates: the gates of the first incentive, one after the other, and the end of the series.
func (s *script) gates() {
	p := s.someone(4, "gates")
	b := s.buy(p, s.course(basics), contoh, on(8, 31, 9, 15))
	s.study(b, path{
		voucher: on(8, 31, 9, 17), exchange: on(8, 31, 10, 0), start: on(8, 31, 11, 0), complete: on(9, 2, 15, 0), institution: on(9, 3, 10, 0), issue: on(9, 3, 10, 5),
		platform: on(9, 4, 14, 0), verify: on(9, 9, 10, 0), rating: on(9, 19, 9, 0), review: on(9, 21, 9, 0),
	})
	x := payout{p: p, key: domain.IncentiveKey{Kind: domain.JobSearch, N: 1}, due: on(9, 23, 9, 0)}
	s.recorded("incentive", s.schedule(x, "schedule/1", on(9, 18, 7, 0), expect(reason.RatingMissing)), "no rating")
	s.recorded("incentive", s.schedule(x, "schedule/2", on(9, 20, 7, 0), expect(reason.ReviewMissing)), "no review")
	s.recorded("incentive", s.schedule(x, "schedule/3", on(9, 22, 7, 0), expect(reason.NoLinkedAccount)), "no account linked")
	s.link(p, "1", on(9, 22, 9, 0), mitra, sound())
	s.earn(p, on(9, 22, 9, 0))

	p = s.someone(1, "all-granted")
	b = s.buy(p, s.course(courseCode(14)), tokopedia, on(4, 24, 10, 0))
	s.earn(p, s.study(b, b.usual()))
	fifth := payout{p: p, key: domain.IncentiveKey{Kind: domain.JobSearch, N: 5}, due: on(10, 20, 9, 0)}
	s.recorded("incentive", s.schedule(fifth, "schedule", on(10, 16, 7, 0), expect(reason.IncentivesAllGranted)), "a fifth one")

	p = s.someone(3, "two-courses")
	b = s.goOn(p, basics, contoh, on(5, 27, 10, 0))
	second := s.buy(p, s.course(marketing), contoh, on(9, 5, 10, 0))
	s.study(second, second.usual())
	s.state(reason.NotFirstTraining, "incentive", p, on(10, 20, 10, 0), "asks about an incentive for the second course", ofPurchase(second))
	s.state(reason.PurchaseAccepted, "purchase", p, on(9, 5, 12, 0), "bought at ten", ofPurchase(second))
	s.state(reason.CourseAvailable, "course", nil, on(9, 5, 12, 0), "approved, offered, payments open", ofCourse(marketing, contoh))
	_ = b
}

// surveysShown: what stands against the pay of a survey.
func (s *script) surveysShown() {
	p := s.someone(1, "survey")
	p.ownSurveys = true
	b := s.buy(p, s.course(courseCode(14)), tokopedia, on(4, 24, 11, 0))
	s.link(p, "1", on(4, 25, 9, 0), bni, sound())
	s.study(b, b.usual())
	s.series(p, on(6, 8, 7, 0), 3) // first paid about 11 June
	x := func(n int, due time.Time) payout {
		return payout{p: p, key: domain.IncentiveKey{Kind: domain.Survey, N: n}, due: due}
	}
	s.recorded("survey", s.schedule(x(1, on(6, 12, 9, 0)), "schedule/0", on(6, 9, 7, 0), expect(reason.FirstIncentiveNotPaid)), "the first job-search incentive is not paid yet")
	s.recorded("survey", s.schedule(x(1, on(6, 20, 9, 0)), "schedule/1", on(6, 17, 7, 0), expect(reason.SurveyNotDue)), "the survey appears 30 days after the first incentive")
	s.openSurvey(p, 1, on(7, 12, 6, 0))
	s.recorded("survey", s.schedule(x(1, on(7, 20, 9, 0)), "schedule/2", on(7, 17, 7, 0), expect(reason.SurveyOpen)), "opened, not filled in")
	s.recorded("survey", s.schedule(x(2, on(7, 21, 9, 0)), "schedule/0", on(7, 18, 7, 0), expect(reason.PreviousSurveyOpen)), "the one before is not filled in")
	s.fill(p, 1, on(7, 25, 20, 0))
	s.state(reason.SurveyPaymentPending, "survey", p, on(7, 27, 10, 0), "filled in on 25 July")
	s.paySurvey(p, 1, on(7, 28, 7, 0))
	s.openSurvey(p, 2, on(9, 6, 6, 0))
	s.recorded("survey", s.schedule(x(2, on(10, 20, 9, 0)), "schedule/1", on(10, 17, 7, 0), expect(reason.SurveyWindowMissed)), "not filled in by 6 October")
	p.missed = true
}

// failedPayouts: payments that failed at Mitra Contoh for a cause of their own, and one that nobody answered.
func (s *script) failedPayouts() {
	for i, x := range []struct {
		code domain.PartnerReason
		why  reason.Code
		note string
	}{
		{"WALLET_LIMIT_EXCEEDED", reason.WalletLimitExceeded, "monthly limit passed"},
		{"WALLET_BALANCE_FULL", reason.WalletBalanceFull, "stored balance at its maximum"},
		{"BANK_ACCOUNT_PROBLEM", reason.BankAccountProblem, "trouble at the partner"},
		{"NONE_GIVEN", reason.IncentiveFailedNoCause, "no cause given, not under review"},
		{"", reason.IncentiveOverdue, "no answer for a month"},
		{"", reason.FalseFailureNotice, "a notice said failed, the partner's line says paid"},
	} {
		p := s.someone(4, "payout-"+num(i+1, 1))
		b := s.buy(p, s.course(basics), contoh, on(8, 31, 11, i))
		s.link(p, "1", on(9, 2, 11, i), mitra, sound())
		s.study(b, b.usual())
		first := payout{p: p, key: domain.IncentiveKey{Kind: domain.JobSearch, N: 1}, due: on(10, 5, 9, i)}
		s.schedule(first, "schedule", on(10, 1, 7, i))
		s.state(reason.Overdue, "incentive", p, on(9, 28, 10, 0), "everything in order for days, nothing scheduled")
		s.instruct(first, "1", first.due)
		switch {
		case x.code != "":
			s.fail(first, "1", on(10, 6, 11, i), x.code)
			s.state(x.why, "incentive", p, on(10, 7, 10, 0), x.note)
			first.due = on(10, 20, 9, i)
			s.reschedule(first, "reschedule", on(10, 15, 8, i))
			s.instruct(first, "2", first.due)
			s.confirm(first, "2", on(10, 20, 15, i))
		case x.why == reason.IncentiveOverdue:
			s.state(x.why, "incentive", p, on(10, 26, 10, 0), x.note)
			s.confirm(first, "1", on(11, 4, 15, i))
		default:
			s.announce("announce/false-failure", on(10, 6, 8, 0), domain.AnnouncementBody{
				Channel: domain.ChannelDashboard, By: domain.PartyProgramme, Topic: domain.AboutIncentives,
				TextID: "Contoh: pemberitahuan bahwa insentif tanggal 5 Oktober gagal, dikirim sebelum mitra pembayaran menjawab.",
				TextEN: "Example: a notice that the incentive of 5 October failed, sent before the payment partner had answered.",
			})
			s.confirm(first, "1", on(10, 6, 15, i))
			s.state(x.why, "incentive", p, on(10, 6, 12, 0), x.note)
		}
		for n := 2; n <= 4; n++ {
			s.month(payout{p: p, key: domain.IncentiveKey{Kind: domain.JobSearch, N: n}, due: on(11, 10, 9, i).AddDate(0, 0, 30*(n-2))}, on(11, 6, 7, i).AddDate(0, 0, 30*(n-2)))
		}
	}
}
