package domain

import "saldo/domain/reason"

// revocationChecks1 is revocation/1: may this participation be ended? Frozen: see frozen.sum.
// Source: Permenko 11/2020 art. 20(2)-(3); Perpres 76/2020 art. 31C for ineligible recipients.
func revocationChecks1() []Check {
	noPurchase := func(f *Facts) bool { return f.Cause == NoFirstPurchase }
	checks := append(secondPersonChecks1(), []Check{
		{
			Name: "determined", Always: true, Refs: []string{"determination"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.DeterminedAt != nil, reason.NotDetermined)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "determined as a recipient", had("determined", f.DeterminedAt)
			},
		},
		{
			Name: "still_participating", Always: true, Refs: []string{"revocation"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.RevokedAt == nil, reason.AlreadyDone)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "not revoked", had("revoked", f.RevokedAt) },
		},
		when(noPurchase, Check{
			Name: "deadline_running", Refs: []string{"notice", "data"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Deadline != nil, reason.DeadlineNotRunning)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "a deadline", instant(f.Deadline) },
		}),
		when(noPurchase, Check{
			Name: "deadline_passed", Refs: []string{"deadline"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.Deadline == nil {
					return NotEvaluable, ""
				}
				return passIf(f.ReceivedAt.After(*f.Deadline), reason.DeadlineNotPassed)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "after " + instant(f.Deadline), instant(&f.ReceivedAt)
			},
		}),
		when(noPurchase, Check{
			Name: "no_first_purchase", Refs: []string{"first_purchase"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.FirstPurchase == nil, reason.FirstPurchaseMade)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "no purchase", had("bought", f.FirstPurchase) },
		}),
		{
			Name: "no_open_dispute", Refs: []string{"dispute"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) { return passIf(f.Dispute == "", reason.DisputeOpen) },
			Show:  func(f *Facts, _ *Policy) (string, string) { return "no open dispute", orNone(string(f.Dispute)) },
		},
	}...)
	return checks
}

// secondPersonChecks1 demand a document and a second person. No policy waives them.
func secondPersonChecks1() []Check {
	return []Check{
		{
			Name: "approved_by_another_person", Always: true, Refs: []string{"action"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.Action == "" {
					return NotRequired, ""
				}
				return passIf(f.Action == "approved", reason.ApprovalMissing)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "approved", orNone(f.Action) },
		},
		{
			Name: "authority_named", Always: true, Refs: []string{"action"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.Action == "" {
					return NotRequired, ""
				}
				return passIf(f.Authority != "", reason.AuthorityMissing)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "a document", orNone(f.Authority) },
		},
	}
}
