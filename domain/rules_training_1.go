package domain

import (
	"slices"

	"saldo/domain/reason"
)

// exchangeChecks1 is exchange/1: does this voucher open the class at this institution? Frozen: see frozen.sum.
func exchangeChecks1() []Check {
	return []Check{
		{
			Name: "voucher_known", Always: true, Refs: []string{"training", "voucher"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				t := f.Training
				return passIf(t.BoughtAt != nil && (t.Voucher == "" || t.Voucher == t.GivenVoucher), reason.RedeemCodeNotFound)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "voucher ending " + orNone(string(f.Training.Voucher)), orNone(string(f.Training.GivenVoucher))
			},
		},
		{
			Name: "purchase_stands", Always: true, Refs: []string{"training"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.Training.BoughtAt == nil {
					return NotEvaluable, ""
				}
				return passIf(f.Training.CancelledAt == nil, reason.RedeemCodeCancelled)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "not cancelled", had("cancelled", f.Training.CancelledAt)
			},
		},
		{
			Name: "voucher_of_institution", Always: true, Refs: []string{"course"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.Training.Institution == "" {
					return NotEvaluable, ""
				}
				return passIf(f.Training.Institution == f.Training.GivenInstitution, reason.RedeemOtherInstitution)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return orNone(string(f.Training.Institution)), orNone(string(f.Training.GivenInstitution))
			},
		},
		{
			Name: "voucher_not_exchanged", Always: true, Refs: []string{"exchange"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Training.ExchangedAt == nil, reason.RedeemCodeUsed)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "not exchanged", had("exchanged", f.Training.ExchangedAt)
			},
		},
	}
}

// cancellationChecks1 is cancellation/1: may this purchase be undone? Frozen: see frozen.sum. The rules of 2020 are silent
// on much of it (domain.md 2.4): what they do not say is not a check.
func cancellationChecks1() []Check {
	return []Check{
		{
			Name: "purchase_exists", Always: true, Refs: []string{"training"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Training.BoughtAt != nil, reason.NothingToActOn)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "a purchase with this order number", had("bought", f.Training.BoughtAt)
			},
		},
		{
			Name: "purchase_not_cancelled", Always: true, Refs: []string{"training"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Training.CancelledAt == nil, reason.TransactionCancelled)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "not cancelled", had("cancelled", f.Training.CancelledAt)
			},
		},
		{
			Name: "certificate_not_accepted", Always: true, Refs: []string{"certificate"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Training.AcceptedAt == nil || f.Training.RevokedAt != nil, reason.CertificateInDashboard)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "no accepted certificate", had("accepted", f.Training.AcceptedAt)
			},
		},
	}
}

// certificateChecks1 is certificate/1: may the programme office put this certificate into the dashboard, and if not, who
// holds it up? Frozen: see frozen.sum. Sources: domain.md 3.1 and table D; the limits are customary.
func certificateChecks1() []Check {
	return slices.Concat(reportChecks1(), verificationChecks1())
}

// reportChecks1 are the stations before the programme office: completion, reports, certificate.
func reportChecks1() []Check {
	return []Check{
		{
			Name: "training_completed", Refs: []string{"completion"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Training.CompletedAt != nil, reason.TrainingNotComplete)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "completed", had("completed", f.Training.CompletedAt)
			},
		},
		{
			Name: "completed_before_cutoff", Refs: []string{"completion"},
			Judge: func(f *Facts, p *Policy) (Verdict, reason.Code) {
				if f.Training.CompletedAt == nil {
					return NotEvaluable, ""
				}
				return passIf(!f.Training.CompletedAt.After(p.PeriodEnd()), reason.CompletedAfterCutoff)
			},
			Show: func(f *Facts, p *Policy) (string, string) {
				end := p.PeriodEnd()
				return "completed by " + instant(&end), instant(f.Training.CompletedAt)
			},
		},
		{
			Name: "reported_by_institution", Refs: []string{"report_institution"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Training.ByInstitutionAt != nil, reason.AwaitingInstitutionReport)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "reported", had("reported", f.Training.ByInstitutionAt)
			},
		},
		{
			Name: "certificate_issued", Refs: []string{"issue"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Training.IssuedAt != nil, reason.AwaitingCertificate)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "issued", had("issued", f.Training.IssuedAt) },
		},
		{
			Name: "rated_and_reviewed_on_platform", Refs: []string{"rating", "review"}, // until 17 March 2021
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.Training.ByPlatformAt != nil {
					return NotRequired, ""
				}
				return passIf(f.Training.RatedAt != nil && f.Training.ReviewedAt != nil, reason.RatingReviewMissingOnPlatform)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "rated and reviewed", "rating " + instant(f.Training.RatedAt) + ", review " + instant(f.Training.ReviewedAt)
			},
		},
		{
			Name: "reported_by_platform", Refs: []string{"report_platform"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Training.ByPlatformAt != nil, reason.AwaitingPlatformReport)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "reported", had("reported", f.Training.ByPlatformAt)
			},
		},
	}
}

// verificationChecks1 are what the programme office finds when it examines a certificate.
func verificationChecks1() []Check {
	return []Check{
		matchCheck("name_matches", reason.NameMismatch, func(f *Facts) Match { return f.Training.Name }),
		matchCheck("graded_where_reported", reason.InstitutionGradedOnlyOnOwnPortal, func(f *Facts) Match { return f.Training.Graded }),
		matchCheck("attendance_verified", reason.AttendanceNotVerified, func(f *Facts) Match { return f.Training.Attendance }),
		{
			Name: "certificate_not_revoked", Always: true, Refs: []string{"certificate_revocation"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Training.RevokedAt == nil, reason.CertificateRevoked)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "not taken back", had("taken back", f.Training.RevokedAt)
			},
		},
	}
}

// matchCheck compares a class of personal data: the data itself is not in the ledger.
func matchCheck(name CheckName, code reason.Code, of func(*Facts) Match) Check {
	return Check{
		Name: name, Refs: []string{"verification"},
		Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
			switch of(f) {
			case MatchYes:
				return Pass, ""
			case MatchNo:
				return Fail, code
			case MatchUnknown:
			}
			return NotEvaluable, ""
		},
		Show: func(f *Facts, _ *Policy) (string, string) { return string(MatchYes), orNone(string(of(f))) },
	}
}
