package domain

import (
	"slices"

	"saldo/domain/reason"
)

// purchaseChecks1 is purchase/1: may this person buy this course here, now? Programme-wide causes come first, then platform,
// institution, course, person. Frozen: see frozen.sum.
//
// Sources: Permenko 11/2020 art. 17-20, 29, 30 (domain.md 2.3, 4); which of them a policy demands stands in the policy.
func purchaseChecks1() []Check {
	return slices.Concat(mechanicalChecks1(), serviceChecks1(), courseChecks1(), offerChecks1(), scheduleChecks1(), buyerChecks1())
}

// mechanicalChecks1 protect the ledger itself; no policy waives them.
func mechanicalChecks1() []Check {
	return []Check{
		notAbandoned1(),
		{
			Name: "asked_by_a_platform", Always: true, // users.md section 4: an order is the platform's to place
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.Entitled == "" {
					return NotRequired, ""
				}
				return passIf(f.Entitled == string(f.Party), reason.ActorNotEntitled)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return f.Entitled, orNone(string(f.Party)) },
		},
		{
			Name: "in_time_for_the_caller", Always: true,
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.NotAfter == nil {
					return NotRequired, ""
				}
				return passIf(!f.ReceivedAt.After(*f.NotAfter), reason.CommandExpired)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "received by " + instant(f.NotAfter), instant(&f.ReceivedAt)
			},
		},
		{
			Name: "invoice_not_used", Always: true, Refs: []string{"invoice"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.InvoiceState != "used", reason.InvoiceAlreadyUsed)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "a new order number", orNone(f.InvoiceState) },
		},
	}
}

// serviceChecks1 are about the service as a whole, the platform and its token.
func serviceChecks1() []Check {
	return []Check{
		{
			Name: "programme_period_open",
			Judge: func(f *Facts, p *Policy) (Verdict, reason.Code) {
				return passIf(!f.ReceivedAt.After(p.PeriodEnd()), reason.ProgrammePeriodClosed)
			},
			Show: func(f *Facts, p *Policy) (string, string) {
				end := p.PeriodEnd()
				return "received by " + instant(&end), instant(&f.ReceivedAt)
			},
		},
		{
			Name: "payment_gate_open", Refs: []string{"gate"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) { return gateVerdict(f.Gate, f.GateCause) },
			Show:  func(f *Facts, _ *Policy) (string, string) { return "open", since(f.Gate, f.GateSince) },
		},
		{
			Name: "payment_gate_open_for_platform", Refs: []string{"platform_gate"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return gateVerdict(f.PlatformGate, f.PlatformGateCause)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "open", since(f.PlatformGate, f.PlatformGateSince) },
		},
		{
			Name: "platform_is_partner", Refs: []string{"platform"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.PlatformState == "left" {
					return Fail, reason.PlatformNotPartnerAnymore
				}
				return passIf(f.PlatformState == "partner", reason.PlatformUnknown)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "partner", since(orNone(f.PlatformState), f.PlatformSince)
			},
		},
		{
			Name: "token_active_at_basis", Refs: []string{"token"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				switch f.TokenState {
				case "": // the request came in without a token of a platform, such as from an operator's own machine
					return NotRequired, ""
				case "active", "grace":
					return Pass, ""
				case "revoked":
					return Fail, reason.PartnerCredentialRevoked
				case "expired":
					return Fail, reason.AccessTokenExpired
				}
				return Fail, reason.OAUTHClientUnauthorized
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "active", since(orNone(f.TokenState), f.TokenSince) },
		},
	}
}

func gateVerdict(state string, cause GateCause) (Verdict, reason.Code) {
	if state != "closed" {
		return Pass, ""
	}
	if cause == GateIntegration {
		return Fail, reason.PMOSystemIntegrationInProgress
	}
	return Fail, reason.PMOPaymentGateClosed
}

// courseChecks1 are about the institution and the course.
func courseChecks1() []Check {
	return []Check{
		{
			Name: "course_named", Always: true,
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Course != "", reason.CourseCodeEmpty)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "a course code", orNone(string(f.Course)) },
		},
		{
			Name: "course_exists", Always: true, Refs: []string{"course"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.Course == "" {
					return NotEvaluable, ""
				}
				return passIf(f.CourseState != "unknown", reason.CourseUnknown)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "a submitted course", orNone(f.CourseState) },
		},
		{
			Name: "institution_approved", Refs: []string{"institution"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				switch f.InstitutionState {
				case "":
					return NotEvaluable, ""
				case "suspended":
					return Fail, reason.InstitutionSuspended
				}
				return passIf(f.InstitutionState == "approved", reason.InstitutionNotApproved)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "approved", since(orNone(f.InstitutionState), f.InstitutionSince)
			},
		},
		{
			Name: "course_approved", Refs: []string{"course"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) { return courseVerdict(f) },
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "approved", since(orNone(f.CourseState), f.CourseSince)
			},
		},
		{
			Name: "course_interactive", Refs: []string{"course"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.CourseState != "approved" {
					return NotEvaluable, ""
				}
				return passIf(f.CourseInteractive, reason.CourseNotRevalidated)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "approved as interactive", either(f.CourseInteractive, "approved as interactive", "not approved as interactive")
			},
		},
	}
}

// offerChecks1 are about the course on this platform.
func offerChecks1() []Check {
	return []Check{
		{
			Name: "offered_on_platform", Refs: []string{"offer"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.CourseState == "" || f.CourseState == "unknown" {
					return NotEvaluable, ""
				}
				return passIf(f.Offer == "offered", reason.CourseNotOfferedHere)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "offered", orNone(f.Offer) },
		},
		{
			Name: "amount_within_offer", Refs: []string{"offer"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.OfferPrice == nil || f.Amount == nil {
					return NotEvaluable, ""
				}
				return passIf(f.Amount.Cmp(*f.OfferPrice) <= 0, reason.PriceDiffersFromOffer)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "at most " + amountText(f.OfferPrice), amountText(f.Amount)
			},
		},
	}
}

// scheduleChecks1 are about the class, where the policy knows classes.
func scheduleChecks1() []Check {
	return []Check{
		{
			Name: "schedule_exists", Refs: []string{"schedule"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.ScheduleState != "" && f.ScheduleState != "unknown", reason.CourseOrScheduleUnknown)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "a class of the course", orNone(f.ScheduleState) },
		},
		{
			Name: "schedule_fits_course", Refs: []string{"schedule"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.ScheduleState == "" || f.ScheduleState == "unknown" {
					return NotEvaluable, ""
				}
				return passIf(f.ScheduleState != "other_course", reason.ScheduleCourseMismatch)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "a class of this course", orNone(f.ScheduleState) },
		},
		{
			Name: "schedule_open", Refs: []string{"schedule"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.ScheduleState != "open" && f.ScheduleState != "closed" {
					return NotEvaluable, ""
				}
				return passIf(f.ScheduleState == "open", reason.EnrolmentClosed)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "open", orNone(f.ScheduleState) },
		},
		{
			Name: "class_not_started", Refs: []string{"schedule"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.ScheduleStarts == nil {
					return NotEvaluable, ""
				}
				return passIf(f.ReceivedAt.Before(*f.ScheduleStarts), reason.ClassAlreadyStarted)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "before " + instant(f.ScheduleStarts), instant(&f.ReceivedAt)
			},
		},
		{
			Name: "seat_left", Refs: []string{"seats"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.SeatsLeft == nil {
					return NotEvaluable, ""
				}
				return passIf(*f.SeatsLeft > 0, reason.QuotaExhausted)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				if f.SeatsLeft == nil {
					return "a seat", "none"
				}
				return "a seat", itoa(*f.SeatsLeft) + " left"
			},
		},
	}
}

// courseVerdict reads a course's approval.
func courseVerdict(f *Facts) (Verdict, reason.Code) {
	switch f.CourseState {
	case "approved":
		return Pass, ""
	case "submitted":
		return Fail, reason.CourseNotRevalidated
	case "rejected", "withdrawn":
		return Fail, courseStopReason(f)
	}
	return NotEvaluable, ""
}

func courseStopReason(f *Facts) reason.Code {
	switch f.CourseCause {
	case CourseFreeElsewhere:
		return reason.CourseIdenticalToFree
	case CoursePriceAbove:
		return reason.PriceAboveOutside
	case CourseContentFault:
		return reason.CourseContentBroken
	case CourseRevalidation:
		return reason.CourseNotRevalidated
	case CourseNotInteractive, CourseInstitutionWish:
	}
	if f.CourseState == "rejected" {
		return reason.CourseRejected
	}
	return reason.CourseWithdrawn
}

// abandonChecks1 is abandon/1: an order that its platform dropped before it had an outcome. Frozen: see frozen.sum.
func abandonChecks1() []Check { return []Check{notAbandoned1()} }

func notAbandoned1() Check {
	return Check{
		Name: "not_abandoned", Always: true, Refs: []string{"abandonment"},
		Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
			return passIf(!f.Abandoned, reason.AbandonedByPlatform)
		},
		Show: func(f *Facts, _ *Policy) (string, string) {
			return "an order that is still wanted", either(f.Abandoned, "dropped by the platform", "still wanted")
		},
	}
}
