package domain

import (
	"time"

	"saldo/domain/reason"
)

// The tables of the rulebook: for every check, a situation and its answer. rulebook.md names them; rules_test.go runs them.

// ruleCase starts from the ordinary case of its rule set, in which nothing stands in the way.
type ruleCase struct {
	check CheckName
	given string
	facts func(*Facts)
	then  Verdict
	why   reason.Code
}

func fails(c CheckName, given string, why reason.Code, facts func(*Facts)) ruleCase {
	return ruleCase{c, given, facts, Fail, why}
}

func passes(c CheckName, given string, facts func(*Facts)) ruleCase {
	return ruleCase{c, given, facts, Pass, ""}
}

func cannotTell(c CheckName, given string, facts func(*Facts)) ruleCase {
	return ruleCase{c, given, facts, NotEvaluable, ""}
}

func notAsked(c CheckName, given string, facts func(*Facts)) ruleCase {
	return ruleCase{c, given, facts, NotRequired, ""}
}

func wib(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2020, month, day, hour, minute, 0, 0, WIB()).UTC()
}

func wibPtr(month time.Month, day, hour, minute int) *time.Time {
	return new(wib(month, day, hour, minute))
}

func readFrom(groups ...string) map[string]CompactRef {
	out := map[string]CompactRef{}
	for i, g := range groups {
		out[g] = CompactRef{Programme, uint64(i), "AnnouncementRecorded"}
	}
	return out
}

// ordinary is the case of each rule set in which every check passes or has nothing to ask.
func ordinary(r RuleSet) Facts {
	f := Facts{
		Version: FactsVersion, Origin: Decided, ReceivedAt: wib(8, 29, 10, 5),
		Known: true, DeterminedAt: wibPtr(8, 15, 9, 0), Wave: 4, NotifiedAt: wibPtr(8, 16, 9, 0), DataAt: wibPtr(8, 14, 9, 0),
		CardAt: wibPtr(8, 17, 9, 0), CreditedAt: wibPtr(8, 18, 9, 0), Deadline: new(NewDate(2020, 9, 15).End()), DeadlineIs: "computed",
		Balance: new(threePurses(1_000_000, 2_400_000, 150_000)),
	}
	switch r {
	case PurchaseRules:
		ordinaryPurchase(&f)
	case CancellationRules:
		f.Command, f.Training = "CancelPurchase", TrainingFacts{Course: "1036", First: true, BoughtAt: wibPtr(8, 29, 10, 5)}
		f.ReceivedAt = wib(8, 30, 9, 0)
	case ExchangeRules:
		f.Command, f.ReceivedAt = "ExchangeVoucher", wib(8, 30, 9, 0)
		f.Training = TrainingFacts{
			Course: "1036", First: true, BoughtAt: wibPtr(8, 29, 10, 5), Institution: "tempo-institute", GivenInstitution: "tempo-institute",
			VoucherAt: wibPtr(8, 29, 10, 6), Voucher: "7Q4M", GivenVoucher: "7Q4M",
		}
	case AbandonRules:
		ordinaryPurchase(&f)
		f.Command = "AbandonPurchase"
	case ClassRules:
		f.ReceivedAt, f.Training = wib(9, 2, 9, 0), finishedTraining()
	case CertificateRules:
		f.Command, f.ReceivedAt, f.Training = "VerifyCertificate", wib(9, 10, 9, 0), finishedTraining()
		f.Training.AcceptedAt = nil
	case AccountRules:
		f.Command, f.ReceivedAt, f.Partner, f.Checks = "LinkPayoutAccount", wib(9, 8, 9, 0), "ovo", goodAccount()
	case IncentiveRules:
		f.Command, f.ReceivedAt, f.Partner, f.Checks = "ScheduleIncentive", wib(9, 12, 9, 0), "ovo", goodAccount()
		f.Training, f.Kind, f.N, f.State = finishedTraining(), JobSearch, 1, "none"
	case RevocationRules:
		f.Command, f.ReceivedAt, f.Cause = "RevokeParticipation", wib(9, 16, 0, 0), NoFirstPurchase
		f.Action, f.Authority = "approved", "SK-CABUT-4/2020"
	case ActRules:
		f.Command, f.ReceivedAt, f.Effective = "DetermineRecipient", wib(8, 15, 9, 0), wibPtr(8, 14, 9, 0)
		f.Party, f.Entitled, f.Action, f.Authority = PartyProgramme, "programme_office", "approved", "SK-PKP-4/2020"
		f.Expected, f.Given = new(threePurses(1_000_000, 2_400_000, 150_000)), new(threePurses(1_000_000, 2_400_000, 150_000))
		f.Left, f.CountLeft = new(Rupiah(0)), new(0)
	}
	return f
}

func ordinaryPurchase(f *Facts) {
	f.Command, f.Party, f.Gate, f.PlatformGate = "PurchaseCourse", PartyPlatform, "open", "open"
	f.Platform, f.PlatformState, f.PlatformSince = "tokopedia", "partner", wibPtr(4, 11, 9, 0)
	f.Token, f.TokenState = "tkn-tokopedia-1", "active"
	f.Institution, f.InstitutionState = "tempo-institute", "approved"
	f.Course, f.CourseState, f.CourseSince, f.CourseInteractive = "1036", "approved", wibPtr(8, 18, 9, 0), true
	f.Offer, f.OfferPrice, f.Amount = "offered", new(Rupiah(150_000)), new(Rupiah(150_000))
	f.Schedule, f.ScheduleState, f.ScheduleStarts, f.SeatsLeft = "1036-a", "open", wibPtr(9, 5, 9, 0), new(1)
	f.Invoice, f.InvoiceState, f.NotAfter = "TOKPED-8123", "new", wibPtr(8, 29, 10, 15)
	f.Refs = readFrom("gate", "platform", "token", "institution", "course", "offer", "determination", "card", "credit", "deadline")
}

func finishedTraining() TrainingFacts {
	return TrainingFacts{
		Course: "1036", First: true, BoughtAt: wibPtr(8, 29, 10, 5), Institution: "tempo-institute",
		VoucherAt: wibPtr(8, 29, 10, 6), Voucher: "7Q4M", ExchangedAt: wibPtr(8, 30, 9, 0), StartedAt: wibPtr(8, 31, 9, 0),
		CompletedAt: wibPtr(9, 5, 9, 0), ByInstitutionAt: wibPtr(9, 5, 12, 0), IssuedAt: wibPtr(9, 5, 12, 0), ByPlatformAt: wibPtr(9, 7, 9, 0),
		AcceptedAt: wibPtr(9, 10, 9, 0), RatedAt: wibPtr(9, 6, 9, 0), ReviewedAt: wibPtr(9, 6, 9, 5),
		Name: MatchYes, Graded: MatchYes, Attendance: MatchYes,
	}
}

func goodAccount() *AccountChecks {
	return &AccountChecks{
		KYC: MatchYes, NIK: MatchYes, Phone: MatchYes, Selfie: MatchYes, Owner: MatchYes, Active: MatchYes, Dukcapil: MatchYes, Registered: MatchYes,
	}
}

// casesOf gives the table of a rule set.
func casesOf(r RuleSet) []ruleCase {
	switch r {
	case PurchaseRules:
		return append(append(serviceCases(), courseCases()...), append(standingCases(), buyerCases()...)...)
	case AbandonRules:
		return []ruleCase{
			fails("not_abandoned", "the platform dropped the order", reason.AbandonedByPlatform, func(f *Facts) { f.Abandoned = true }),
		}
	case CancellationRules:
		return cancellationCases()
	case ExchangeRules:
		return exchangeCases()
	case ClassRules:
		return classCases()
	case CertificateRules:
		return certificateCases()
	case AccountRules:
		return accountCases()
	case IncentiveRules:
		return append(append(incentiveCases(), standingCases()...), append(surveyCases(), accountCases()...)...)
	case RevocationRules:
		return append(secondPersonCases(), revocationCases()...)
	case ActRules:
		return append(secondPersonCases(), actCases()...)
	}
	return nil
}

func serviceCases() []ruleCase {
	return []ruleCase{
		passes("not_abandoned", "an order that is wanted", func(f *Facts) { f.Abandoned = false }),
		fails("not_abandoned", "the order was dropped under another key", reason.AbandonedByPlatform, func(f *Facts) { f.Abandoned = true }),
		passes("asked_by_a_platform", "a platform asks", func(f *Facts) { f.Entitled, f.Party = "platform", PartyPlatform }),
		fails("asked_by_a_platform", "an institution asks", reason.ActorNotEntitled, func(f *Facts) { f.Entitled, f.Party = "platform", PartyInstitution }),
		notAsked("asked_by_a_platform", "the edge names no party", func(f *Facts) { f.Entitled = "" }),
		passes("in_time_for_the_caller", "at the very limit", func(f *Facts) { f.NotAfter = new(f.ReceivedAt) }),
		fails("in_time_for_the_caller", "a copy that was stuck in a queue", reason.CommandExpired, func(f *Facts) { f.NotAfter = new(f.ReceivedAt.Add(-time.Microsecond)) }),
		notAsked("in_time_for_the_caller", "no limit given", func(f *Facts) { f.NotAfter = nil }),
		fails("invoice_not_used", "the order was accepted before", reason.InvoiceAlreadyUsed, func(f *Facts) { f.InvoiceState = "used" }),
		passes("programme_period_open", "23.59.59 WIB of the last day", func(f *Facts) { f.ReceivedAt = NewDate(2020, 12, 15).End() }),
		fails("programme_period_open", "a second later", reason.ProgrammePeriodClosed, func(f *Facts) { f.ReceivedAt = NewDate(2020, 12, 16).Start() }),
		fails("payment_gate_open", "closed for administrative checks", reason.PMOPaymentGateClosed, closedGate(GateVerification)),
		fails("payment_gate_open", "closed for system integration", reason.PMOSystemIntegrationInProgress, closedGate(GateIntegration)),
		fails("payment_gate_open", "closed for another cause", reason.PMOPaymentGateClosed, closedGate(GateOther)),
		fails("payment_gate_open_for_platform", "closed for this platform alone", reason.PMOPaymentGateClosed, func(f *Facts) {
			f.PlatformGate, f.PlatformGateSince, f.PlatformGateCause = "closed", wibPtr(8, 19, 17, 0), GateIncident
		}),
		fails("payment_gate_open_for_platform", "this platform is being integrated", reason.PMOSystemIntegrationInProgress, func(f *Facts) {
			f.PlatformGate, f.PlatformGateCause = "closed", GateIntegration
		}),
		fails("platform_is_partner", "the platform left, as Ruangguru did", reason.PlatformNotPartnerAnymore, func(f *Facts) { f.PlatformState = "left" }),
		fails("platform_is_partner", "nobody knows the platform", reason.PlatformUnknown, func(f *Facts) { f.PlatformState = "unknown" }),
		passes("token_active_at_basis", "replaced, within its grace", func(f *Facts) { f.TokenState = "grace" }),
		fails("token_active_at_basis", "taken back", reason.PartnerCredentialRevoked, func(f *Facts) { f.TokenState = "revoked" }),
		fails("token_active_at_basis", "expired", reason.AccessTokenExpired, func(f *Facts) { f.TokenState = "expired" }),
		fails("token_active_at_basis", "never issued", reason.OAUTHClientUnauthorized, func(f *Facts) { f.TokenState = "unknown" }),
		notAsked("token_active_at_basis", "no token came with it", func(f *Facts) { f.TokenState = "" }),
	}
}

func closedGate(cause GateCause) func(*Facts) {
	return func(f *Facts) {
		f.Gate, f.GateSince, f.GateCause, f.ReceivedAt = "closed", wibPtr(8, 19, 17, 0), cause, wib(8, 20, 9, 14)
		f.NotAfter = nil
	}
}

func courseCases() []ruleCase {
	stopped := func(state string, cause CourseCause) func(*Facts) {
		return func(f *Facts) { f.CourseState, f.CourseCause = state, cause }
	}
	return []ruleCase{
		fails("course_named", "an empty course code", reason.CourseCodeEmpty, func(f *Facts) { f.Course, f.CourseState = "", "" }),
		fails("course_exists", "a code that nobody submitted", reason.CourseUnknown, func(f *Facts) { f.CourseState = "unknown" }),
		cannotTell("course_exists", "no code named", func(f *Facts) { f.Course, f.CourseState = "", "" }),
		fails("institution_approved", "not approved", reason.InstitutionNotApproved, func(f *Facts) { f.InstitutionState = "unknown" }),
		fails("institution_approved", "removed", reason.InstitutionNotApproved, func(f *Facts) { f.InstitutionState = "removed" }),
		fails("institution_approved", "suspended", reason.InstitutionSuspended, func(f *Facts) { f.InstitutionState = "suspended" }),
		cannotTell("institution_approved", "the course has no institution", func(f *Facts) { f.InstitutionState = "" }),
		fails("course_approved", "still being checked", reason.CourseNotRevalidated, stopped("submitted", "")),
		fails("course_approved", "withdrawn to be checked again", reason.CourseNotRevalidated, stopped("withdrawn", CourseRevalidation)),
		fails("course_approved", "rejected as the same as a free one", reason.CourseIdenticalToFree, stopped("rejected", CourseFreeElsewhere)),
		fails("course_approved", "rejected for its price", reason.PriceAboveOutside, stopped("rejected", CoursePriceAbove)),
		fails("course_approved", "withdrawn with broken content", reason.CourseContentBroken, stopped("withdrawn", CourseContentFault)),
		fails("course_approved", "rejected as not interactive", reason.CourseRejected, stopped("rejected", CourseNotInteractive)),
		fails("course_approved", "withdrawn by its institution", reason.CourseWithdrawn, stopped("withdrawn", CourseInstitutionWish)),
		cannotTell("course_approved", "no such course", stopped("unknown", "")),
		fails("course_interactive", "approved before Permenko 11/2020, as a video", reason.CourseNotRevalidated, func(f *Facts) { f.CourseInteractive = false }),
		cannotTell("course_interactive", "not approved at all", stopped("submitted", "")),
		fails("offered_on_platform", "never offered here", reason.CourseNotOfferedHere, func(f *Facts) { f.Offer = "none" }),
		fails("offered_on_platform", "offered here no longer", reason.CourseNotOfferedHere, func(f *Facts) { f.Offer = "ended" }),
		cannotTell("offered_on_platform", "no such course", stopped("unknown", "")),
		passes("amount_within_offer", "cheaper with a promotion", func(f *Facts) { f.Amount = new(Rupiah(100_000)) }),
		fails("amount_within_offer", "one rupiah more than offered", reason.PriceDiffersFromOffer, func(f *Facts) { f.Amount = new(Rupiah(150_001)) }),
		cannotTell("amount_within_offer", "no offer", func(f *Facts) { f.OfferPrice = nil }),
		fails("schedule_exists", "no class named", reason.CourseOrScheduleUnknown, func(f *Facts) { f.ScheduleState = "" }),
		fails("schedule_exists", "no such class", reason.CourseOrScheduleUnknown, func(f *Facts) { f.ScheduleState = "unknown" }),
		fails("schedule_fits_course", "a class of another course", reason.ScheduleCourseMismatch, func(f *Facts) { f.ScheduleState = "other_course" }),
		cannotTell("schedule_fits_course", "no such class", func(f *Facts) { f.ScheduleState = "unknown" }),
		fails("schedule_open", "enrolment has ended", reason.EnrolmentClosed, func(f *Facts) { f.ScheduleState = "closed" }),
		cannotTell("schedule_open", "no such class", func(f *Facts) { f.ScheduleState = "unknown" }),
		fails("class_not_started", "at the minute it starts", reason.ClassAlreadyStarted, func(f *Facts) { f.ScheduleStarts = new(f.ReceivedAt) }),
		cannotTell("class_not_started", "no start known", func(f *Facts) { f.ScheduleStarts = nil }),
		fails("seat_left", "all taken", reason.QuotaExhausted, func(f *Facts) { f.SeatsLeft = new(0) }),
		cannotTell("seat_left", "seats not counted", func(f *Facts) { f.SeatsLeft = nil }),
	}
}

func standingCases() []ruleCase {
	undetermined := func(f *Facts) { f.DeterminedAt, f.Balance = nil, nil }
	return []ruleCase{
		fails("determined", "no decree names the person", reason.NotDetermined, undetermined),
		fails("card_issued", "the number is not there yet", reason.CardNumberNotIssued, func(f *Facts) { f.CardAt = nil }),
		cannotTell("card_issued", "not determined", undetermined),
		fails("not_revoked", "revoked for not buying", reason.ParticipationRevoked, func(f *Facts) { f.RevokedAt, f.RevokedFor = wibPtr(8, 28, 23, 59), NoFirstPurchase }),
		fails("not_revoked", "found ineligible", reason.IneligibleRecipient, func(f *Facts) { f.RevokedAt, f.RevokedFor = wibPtr(8, 28, 23, 59), Ineligible }),
		fails("not_blacklisted", "on the blacklist", reason.Blacklisted, func(f *Facts) { f.BlacklistedAt = wibPtr(8, 28, 23, 59) }),
		fails("not_held", "held for signs of fraud", reason.BalanceHeldForFraud, func(f *Facts) { f.HeldAt, f.HeldFor = wibPtr(8, 28, 9, 0), HoldFraudSigns }),
		fails("not_held", "held because the account was taken over", reason.AccountCompromised, func(f *Facts) { f.HeldAt, f.HeldFor = wibPtr(8, 28, 9, 0), HoldAccount }),
	}
}

func buyerCases() []ruleCase {
	second := func(change func(*TrainingFacts)) func(*Facts) {
		return func(f *Facts) {
			f.FirstPurchase, f.Training = wibPtr(8, 20, 9, 0), finishedTraining()
			change(&f.Training)
		}
	}
	return []ruleCase{
		passes("first_purchase_in_time", "23.59.59 WIB of the deadline", func(f *Facts) { f.ReceivedAt = *f.Deadline }),
		fails("first_purchase_in_time", "a second later", reason.FirstPurchaseWindowLapsed, func(f *Facts) { f.ReceivedAt = f.Deadline.Add(time.Second) }),
		notAsked("first_purchase_in_time", "the first purchase was made", func(f *Facts) { f.FirstPurchase = wibPtr(8, 20, 9, 0) }),
		notAsked("first_purchase_in_time", "no deadline runs yet", func(f *Facts) { f.Deadline = nil }),
		fails("balance_credited", "the credit is on its way", reason.BalanceNotCredited, func(f *Facts) { f.CreditedAt = nil }),
		cannotTell("balance_credited", "not determined", func(f *Facts) { f.DeterminedAt = nil }),
		notAsked("previous_training_finished", "no course bought before", func(f *Facts) { f.Training = TrainingFacts{} }),
		passes("previous_training_finished", "accepted, rated and reviewed", second(func(*TrainingFacts) {})),
		fails("previous_training_finished", "certificate not accepted", reason.FirstTrainingNotFinished, second(func(t *TrainingFacts) { t.AcceptedAt = nil })),
		fails("previous_training_finished", "certificate taken back", reason.FirstTrainingNotFinished, second(func(t *TrainingFacts) { t.RevokedAt = wibPtr(8, 28, 9, 0) })),
		fails("previous_training_finished", "no rating", reason.FirstTrainingNotFinished, second(func(t *TrainingFacts) { t.RatedAt = nil })),
		fails("previous_training_finished", "no review", reason.FirstTrainingNotFinished, second(func(t *TrainingFacts) { t.ReviewedAt = nil })),
		fails("not_bought_before", "the same course again", reason.DuplicateCourse, func(f *Facts) { f.BoughtAt = wibPtr(8, 20, 9, 0) }),
		passes("price_within_training_purse", "the whole purse", func(f *Facts) { f.Amount = new(Rupiah(1_000_000)) }),
		fails("price_within_training_purse", "one rupiah more; the other purses do not buy", reason.PriceExceedsBalance, func(f *Facts) { f.Amount = new(Rupiah(1_000_001)) }),
		cannotTell("price_within_training_purse", "nothing credited yet", func(f *Facts) { f.CreditedAt = nil }),
	}
}

func cancellationCases() []ruleCase {
	return []ruleCase{
		fails("purchase_exists", "no purchase with this order number", reason.NothingToActOn, func(f *Facts) { f.Training = TrainingFacts{} }),
		fails("purchase_not_cancelled", "cancelled already", reason.TransactionCancelled, func(f *Facts) { f.Training.CancelledAt = wibPtr(8, 29, 11, 0) }),
		fails("certificate_not_accepted", "certificate in the dashboard", reason.CertificateInDashboard, func(f *Facts) { f.Training = finishedTraining() }),
		passes("certificate_not_accepted", "certificate taken back", func(f *Facts) {
			f.Training = finishedTraining()
			f.Training.RevokedAt = wibPtr(9, 11, 9, 0)
		}),
	}
}

func exchangeCases() []ruleCase {
	return []ruleCase{
		passes("voucher_known", "the platform reported no code", func(f *Facts) { f.Training.Voucher = "" }),
		fails("voucher_known", "another code", reason.RedeemCodeNotFound, func(f *Facts) { f.Training.GivenVoucher = "AAAA" }),
		fails("voucher_known", "nothing bought", reason.RedeemCodeNotFound, func(f *Facts) { f.Training.BoughtAt = nil }),
		fails("purchase_stands", "the purchase was cancelled", reason.RedeemCodeCancelled, func(f *Facts) { f.Training.CancelledAt = wibPtr(8, 29, 11, 0) }),
		cannotTell("purchase_stands", "nothing bought", func(f *Facts) { f.Training.BoughtAt = nil }),
		fails("voucher_of_institution", "another institution's", reason.RedeemOtherInstitution, func(f *Facts) { f.Training.GivenInstitution = "arkademi" }),
		cannotTell("voucher_of_institution", "the course has no institution", func(f *Facts) { f.Training.Institution = "" }),
		fails("voucher_not_exchanged", "exchanged already", reason.RedeemCodeUsed, func(f *Facts) { f.Training.ExchangedAt = wibPtr(8, 29, 12, 0) }),
	}
}

func classCases() []ruleCase {
	paid := func(change func(*TrainingFacts)) func(*Facts) {
		return func(f *Facts) {
			f.Training = TrainingFacts{Course: "1036", First: true, BoughtAt: wibPtr(8, 29, 10, 5)}
			change(&f.Training)
		}
	}
	unpaid := func(f *Facts) { f.Training = TrainingFacts{Course: "1036"} }
	return []ruleCase{
		fails("payment_recorded", "nothing was paid", reason.NoPaymentRecorded, unpaid),
		fails("purchase_stands", "cancelled, balance returned", reason.TransactionCancelled, paid(func(t *TrainingFacts) { t.CancelledAt = wibPtr(8, 30, 9, 0) })),
		cannotTell("purchase_stands", "nothing was paid", unpaid),
		fails("voucher_issued", "paid, no voucher", reason.DebitedButNoVoucher, paid(func(*TrainingFacts) {})),
		passes("voucher_issued", "exchanged, so there was one", paid(func(t *TrainingFacts) { t.ExchangedAt = wibPtr(8, 30, 9, 0) })),
		cannotTell("voucher_issued", "nothing was paid", unpaid),
		fails("voucher_exchanged", "the voucher waits for its owner", reason.VoucherNotExchanged, paid(func(t *TrainingFacts) { t.VoucherAt = wibPtr(8, 29, 10, 6) })),
		cannotTell("voucher_exchanged", "nothing was paid", unpaid),
	}
}

func certificateCases() []ruleCase {
	match := func(c CheckName, why reason.Code, field func(*Facts) *Match) []ruleCase {
		return []ruleCase{
			fails(c, "it does not match", why, func(f *Facts) { *field(f) = MatchNo }),
			cannotTell(c, "nobody checked", func(f *Facts) { *field(f) = MatchUnknown }),
		}
	}
	out := []ruleCase{
		fails("training_completed", "not finished", reason.TrainingNotComplete, func(f *Facts) { f.Training.CompletedAt = nil }),
		passes("completed_before_cutoff", "23.59.59 WIB of the last day", func(f *Facts) { f.Training.CompletedAt = new(NewDate(2020, 12, 15).End()) }),
		fails("completed_before_cutoff", "a day late", reason.CompletedAfterCutoff, func(f *Facts) { f.Training.CompletedAt = wibPtr(12, 16, 0, 0) }),
		cannotTell("completed_before_cutoff", "not finished", func(f *Facts) { f.Training.CompletedAt = nil }),
		fails("reported_by_institution", "the institution has not reported", reason.AwaitingInstitutionReport, func(f *Facts) { f.Training.ByInstitutionAt = nil }),
		fails("certificate_issued", "no certificate yet", reason.AwaitingCertificate, func(f *Facts) { f.Training.IssuedAt = nil }),
		notAsked("rated_and_reviewed_on_platform", "the platform has reported", func(*Facts) {}),
		passes("rated_and_reviewed_on_platform", "both given, report to come", func(f *Facts) { f.Training.ByPlatformAt = nil }),
		fails("rated_and_reviewed_on_platform", "no review, and the platform waits for it", reason.RatingReviewMissingOnPlatform, func(f *Facts) {
			f.Training.ByPlatformAt, f.Training.ReviewedAt = nil, nil
		}),
		fails("reported_by_platform", "the platform has not passed it on", reason.AwaitingPlatformReport, func(f *Facts) { f.Training.ByPlatformAt = nil }),
		fails("certificate_not_revoked", "taken back", reason.CertificateRevoked, func(f *Facts) { f.Training.RevokedAt = wibPtr(9, 9, 9, 0) }),
	}
	out = append(out, match("name_matches", reason.NameMismatch, func(f *Facts) *Match { return &f.Training.Name })...)
	out = append(out, match("graded_where_reported", reason.InstitutionGradedOnlyOnOwnPortal, func(f *Facts) *Match { return &f.Training.Graded })...)
	return append(out, match("attendance_verified", reason.AttendanceNotVerified, func(f *Facts) *Match { return &f.Training.Attendance })...)
}

func accountCases() []ruleCase {
	var out []ruleCase
	for _, x := range []struct {
		check CheckName
		why   reason.Code
		of    func(*AccountChecks) *Match
	}{
		{"account_registered", reason.PhoneNotRegisteredAtWallet, func(c *AccountChecks) *Match { return &c.Registered }},
		{"account_upgraded", reason.WalletNotUpgraded, func(c *AccountChecks) *Match { return &c.KYC }},
		{"nik_matches", reason.IdentityMismatchNIK, func(c *AccountChecks) *Match { return &c.NIK }},
		{"nik_in_civil_registry", reason.NIKNotFoundDukcapil, func(c *AccountChecks) *Match { return &c.Dukcapil }},
		{"selfie_matches", reason.IdentityMismatchKTPSelfie, func(c *AccountChecks) *Match { return &c.Selfie }},
		{"phone_matches", reason.PhoneMismatch, func(c *AccountChecks) *Match { return &c.Phone }},
		{"account_own", reason.AccountOfOtherPerson, func(c *AccountChecks) *Match { return &c.Owner }},
		{"account_active", reason.AccountInactive, func(c *AccountChecks) *Match { return &c.Active }},
	} {
		set := func(m Match) func(*Facts) {
			return func(f *Facts) {
				f.Checks = goodAccount()
				*x.of(f.Checks) = m
			}
		}
		out = append(out,
			fails(x.check, "it does not match", x.why, set(MatchNo)),
			cannotTell(x.check, "the partner did not check", set(MatchUnknown)),
			cannotTell(x.check, "no account", func(f *Facts) { f.Partner, f.Checks = "", nil }))
	}
	return out
}

func incentiveCases() []ruleCase {
	waiting := func(change func(*TrainingFacts)) func(*Facts) {
		return func(f *Facts) {
			f.Training.AcceptedAt = nil
			change(&f.Training)
		}
	}
	return []ruleCase{
		fails("payouts_not_suspended", "held for everybody, as in May 2020", reason.PMOBatchSuspended, func(f *Facts) { f.PayoutsHeldSince = wibPtr(9, 11, 9, 0) }),
		fails("first_training_accepted", "taken back after it was accepted", reason.CertificateRevoked, func(f *Facts) { f.Training.RevokedAt = wibPtr(9, 11, 9, 0) }),
		fails("first_training_accepted", "all reported, being verified", reason.AwaitingPMOVerification, waiting(func(*TrainingFacts) {})),
		fails("first_training_accepted", "not finished", reason.TrainingNotComplete, waiting(func(t *TrainingFacts) { *t = TrainingFacts{} })),
		fails("first_training_accepted", "finished too late", reason.CompletedAfterCutoff, waiting(func(t *TrainingFacts) { t.CompletedAt = wibPtr(12, 16, 9, 0) })),
		fails("first_training_accepted", "waiting for the institution", reason.AwaitingInstitutionReport, waiting(func(t *TrainingFacts) { t.ByInstitutionAt = nil })),
		fails("first_training_accepted", "waiting for the certificate", reason.AwaitingCertificate, waiting(func(t *TrainingFacts) { t.IssuedAt = nil })),
		fails("first_training_accepted", "waiting for rating and review", reason.RatingReviewMissingOnPlatform, waiting(func(t *TrainingFacts) { t.ByPlatformAt, t.RatedAt = nil, nil })),
		fails("first_training_accepted", "waiting for the platform", reason.AwaitingPlatformReport, waiting(func(t *TrainingFacts) { t.ByPlatformAt = nil })),
		fails("first_training_accepted", "the name differs", reason.NameMismatch, waiting(func(t *TrainingFacts) { t.Name = MatchNo })),
		fails("first_training_accepted", "graded on the institution's own portal", reason.InstitutionGradedOnlyOnOwnPortal, waiting(func(t *TrainingFacts) { t.Graded = MatchNo })),
		fails("first_training_accepted", "attendance not verified", reason.AttendanceNotVerified, waiting(func(t *TrainingFacts) { t.Attendance = MatchNo })),
		notAsked("first_training_accepted", "a survey's incentive", surveyIncentive),
		fails("rating_given", "no rating", reason.RatingMissing, func(f *Facts) { f.Training.RatedAt = nil }),
		notAsked("rating_given", "a survey's incentive", surveyIncentive),
		fails("review_given", "no review", reason.ReviewMissing, func(f *Facts) { f.Training.ReviewedAt = nil }),
		notAsked("review_given", "a survey's incentive", surveyIncentive),
		fails("account_linked", "no account", reason.NoLinkedAccount, func(f *Facts) { f.Partner = "" }),
		passes("within_series", "the last one", func(f *Facts) { f.N, f.Granted = 4, 3 }),
		fails("within_series", "already scheduled", reason.AlreadyDone, func(f *Facts) { f.State = "scheduled" }),
		fails("within_series", "a fifth", reason.IncentivesAllGranted, func(f *Facts) { f.N, f.Granted = 5, 4 }),
		fails("within_series", "all granted under other numbers", reason.IncentivesAllGranted, func(f *Facts) { f.N, f.Granted = 2, 4 }),
	}
}

// surveyIncentive turns the ordinary job-search incentive into that of a survey which was filled in.
func surveyIncentive(f *Facts) {
	f.ReceivedAt, f.Kind, f.N, f.FirstPaidAt = wib(10, 20, 9, 0), Survey, 1, wibPtr(9, 17, 19, 0)
	f.SurveyState, f.SurveyCloses = "done", new(NewDate(2020, 11, 16))
}

func surveyCases() []ruleCase {
	survey := func(change func(*Facts)) func(*Facts) {
		return func(f *Facts) {
			surveyIncentive(f)
			change(f)
		}
	}
	open := func(change func(*Facts)) func(*Facts) {
		return survey(func(f *Facts) {
			f.SurveyState = "open"
			change(f)
		})
	}
	unopened := survey(func(f *Facts) { f.SurveyState = "none" })
	filled, late := survey(func(*Facts) {}), NewDate(2021, 12, 11).Start()
	jobSearch := func(*Facts) {}
	return []ruleCase{
		passes("first_incentive_paid", "paid", filled),
		fails("first_incentive_paid", "not paid yet", reason.FirstIncentiveNotPaid, survey(func(f *Facts) { f.FirstPaidAt = nil })),
		notAsked("first_incentive_paid", "a job-search incentive", jobSearch),
		passes("surveys_running", "within the time of surveys", open(func(*Facts) {})),
		passes("surveys_running", "filled in, paid after the last day", survey(func(f *Facts) { f.ReceivedAt = late })),
		fails("surveys_running", "not filled in by the last day", reason.SurveyPeriodClosed, open(func(f *Facts) { f.ReceivedAt = late })),
		notAsked("surveys_running", "a job-search incentive", jobSearch),
		passes("previous_survey_done", "survey 1 filled in before 2", survey(func(f *Facts) { f.N, f.PreviousDone = 2, true })),
		fails("previous_survey_done", "survey 1 still open", reason.PreviousSurveyOpen, survey(func(f *Facts) { f.N = 2 })),
		notAsked("previous_survey_done", "the first survey", filled),
		passes("survey_due", "opened", open(func(*Facts) {})),
		fails("survey_due", "not opened yet", reason.SurveyNotDue, unopened),
		notAsked("survey_due", "a job-search incentive", jobSearch),
		passes("survey_done", "filled in", filled),
		fails("survey_done", "open, to the last second", reason.SurveyOpen, open(func(f *Facts) { f.ReceivedAt = f.SurveyCloses.End() })),
		fails("survey_done", "its days have passed", reason.SurveyWindowMissed, open(func(f *Facts) { f.ReceivedAt = f.SurveyCloses.AddDays(1).Start() })),
		cannotTell("survey_done", "not opened yet", unopened),
		notAsked("survey_done", "a job-search incentive", jobSearch),
	}
}

func secondPersonCases() []ruleCase {
	action := func(state, authority string) func(*Facts) {
		return func(f *Facts) { f.Action, f.Authority = state, authority }
	}
	return []ruleCase{
		fails("authority_named", "approved without a document", reason.AuthorityMissing, action("approved", "")),
		notAsked("authority_named", "an act that needs none", action("", "")),
		fails("authority_named", "no action at all", reason.AuthorityMissing, action("none", "")),
		fails("approved_by_another_person", "nobody proposed it", reason.ApprovalMissing, action("none", "")),
		fails("approved_by_another_person", "proposed only", reason.ApprovalMissing, action("proposed", "SK-1/2020")),
		fails("approved_by_another_person", "approved by who proposed it", reason.ApprovalMissing, action("same_person", "SK-1/2020")),
		fails("approved_by_another_person", "approved for something else", reason.ApprovalMissing, action("not_covered", "SK-1/2020")),
		notAsked("approved_by_another_person", "an act that needs none", action("", "")),
	}
}

func revocationCases() []ruleCase {
	other := func(f *Facts) { f.Cause, f.ReceivedAt = Ineligible, wib(8, 29, 10, 0) }
	return []ruleCase{
		fails("determined", "no decree names the person", reason.NotDetermined, func(f *Facts) { f.DeterminedAt = nil }),
		fails("still_participating", "revoked already", reason.AlreadyDone, func(f *Facts) { f.RevokedAt = wibPtr(9, 15, 23, 59) }),
		fails("deadline_running", "no notice reached the person", reason.DeadlineNotRunning, func(f *Facts) { f.Deadline = nil }),
		notAsked("deadline_running", "revoked as ineligible", other),
		fails("deadline_passed", "23.59.59 WIB of the deadline", reason.DeadlineNotPassed, func(f *Facts) { f.ReceivedAt = *f.Deadline }),
		cannotTell("deadline_passed", "no deadline runs", func(f *Facts) { f.Deadline = nil }),
		notAsked("deadline_passed", "revoked as ineligible", other),
		fails("no_first_purchase", "bought in time", reason.FirstPurchaseMade, func(f *Facts) { f.FirstPurchase = wibPtr(8, 29, 10, 5) }),
		notAsked("no_first_purchase", "revoked as ineligible", other),
		fails("no_open_dispute", "the person objects", reason.DisputeOpen, func(f *Facts) { f.Dispute = "case-0001" }),
	}
}

func actCases() []ruleCase {
	return []ruleCase{
		fails("owner_of_the_fact", "recorded by another party", reason.ActorNotEntitled, func(f *Facts) { f.Party = PartyPlatform }),
		notAsked("owner_of_the_fact", "anybody may", func(f *Facts) { f.Entitled = "" }),
		fails("not_done_before", "it stands there already", reason.AlreadyDone, func(f *Facts) {
			f.DoneBefore = &CompactRef{"programme", 3, "DecreeRegistered"}
		}),
		fails("target_exists", "what it refers to is not there", reason.NothingToActOn, func(f *Facts) { f.Missing = "decree SK-PKP-9/2020" }),
		passes("not_in_the_future", "at the moment of receipt", func(f *Facts) { f.Effective = new(f.ReceivedAt) }),
		fails("not_in_the_future", "dated later than received", reason.FutureDated, func(f *Facts) { f.Effective = new(f.ReceivedAt.Add(time.Microsecond)) }),
		notAsked("not_in_the_future", "no date claimed", func(f *Facts) { f.Effective = nil }),
		passes("not_back_dated", "thirty days back", func(f *Facts) { f.Effective = new(f.ReceivedAt.AddDate(0, 0, -30)) }),
		fails("not_back_dated", "more than thirty days back", reason.BackDated, func(f *Facts) { f.Effective = new(f.ReceivedAt.AddDate(0, 0, -30).Add(-time.Microsecond)) }),
		notAsked("not_back_dated", "history brought over from another system", func(f *Facts) { f.Origin, f.Effective = Migrated, wibPtr(1, 1, 0, 0) }),
		notAsked("not_back_dated", "no date claimed", func(f *Facts) { f.Effective = nil }),
		fails("amounts_agree", "another package", reason.AmountDiffersFromPolicy, func(f *Facts) { f.Given = new(threePurses(1_000_000, 2_400_000, 0)) }),
		fails("amounts_agree", "the same total in other purses", reason.AmountDiffersFromPolicy, func(f *Facts) { f.Given = new(threePurses(3_550_000, 0, 0)) }),
		notAsked("amounts_agree", "no amounts", func(f *Facts) { f.Expected = nil }),
		passes("within_budget", "the last rupiah", func(f *Facts) { f.Left, f.CountLeft = new(Rupiah(0)), nil }),
		fails("within_budget", "more money than there is", reason.BudgetExhausted, func(f *Facts) { f.Left = new(Rupiah(-1)) }),
		fails("within_budget", "more people than places", reason.BudgetExhausted, func(f *Facts) { f.CountLeft = new(-1) }),
		notAsked("within_budget", "no budget", func(f *Facts) { f.Left, f.CountLeft = nil, nil }),
	}
}
