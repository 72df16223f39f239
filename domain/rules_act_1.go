package domain

import (
	"slices"

	"saldo/domain/reason"
)

// actChecks1 is act/1: every act that has no rule set of its own, and every reported fact. Frozen: see frozen.sum.
// For reported and migrated facts a failing check is an exception, not a refusal, unless the fact stands there already.
func actChecks1() []Check {
	return slices.Concat(secondPersonChecks1(), standingActChecks1(), amountChecks1())
}

// standingActChecks1 ask whose fact it is, whether it stands already, what it refers to and when it happened.
func standingActChecks1() []Check {
	return []Check{
		{
			Name: "owner_of_the_fact", Always: true, // users.md section 4: one authoritative party per fact
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.Entitled == "" {
					return NotRequired, ""
				}
				return passIf(f.Entitled == string(f.Party), reason.ActorNotEntitled)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return f.Entitled, orNone(string(f.Party)) },
		},
		{
			Name: "not_done_before", Always: true, Refs: []string{"done"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.DoneBefore == nil, reason.AlreadyDone)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				if f.DoneBefore == nil {
					return "new", "new"
				}
				return "new", EventRef(*f.DoneBefore).String()
			},
		},
		{
			Name: "target_exists", Always: true,
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Missing == "", reason.NothingToActOn)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "what it refers to", either(f.Missing == "", "there", "missing: "+f.Missing)
			},
		},
		{
			Name: "not_in_the_future", Always: true,
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.Effective == nil {
					return NotRequired, ""
				}
				return passIf(!f.Effective.After(f.ReceivedAt), reason.FutureDated)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "not after " + instant(&f.ReceivedAt), instant(f.Effective)
			},
		},
		{
			Name: "not_back_dated",
			Judge: func(f *Facts, p *Policy) (Verdict, reason.Code) {
				if f.Effective == nil || f.Origin == Migrated {
					return NotRequired, ""
				}
				return passIf(!f.Effective.Before(f.ReceivedAt.AddDate(0, 0, -p.Conduct.BackdateDays)), reason.BackDated)
			},
			Show: func(f *Facts, p *Policy) (string, string) {
				return "at most " + itoa(p.Conduct.BackdateDays) + " days back", instant(f.Effective)
			},
		},
	}
}

// amountChecks1 hold amounts and numbers to the policy, the tranche and the budget.
func amountChecks1() []Check {
	return []Check{
		{
			Name: "amounts_agree", Always: true, Refs: []string{"amounts"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.Expected == nil || f.Given == nil {
					return NotRequired, ""
				}
				return passIf(f.Expected.Sub(*f.Given).IsZero(), reason.AmountDiffersFromPolicy)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				if f.Expected == nil || f.Given == nil {
					return "none", "none"
				}
				return pursesText(f.Expected), pursesText(f.Given)
			},
		},
		{
			Name: "within_budget", Always: true, Refs: []string{"budget"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.CountLeft != nil && *f.CountLeft < 0 {
					return Fail, reason.BudgetExhausted
				}
				if f.Left == nil {
					return NotRequired, ""
				}
				return passIf(!f.Left.Negative(), reason.BudgetExhausted)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				if f.CountLeft != nil && *f.CountLeft < 0 {
					return "places left", itoa(*f.CountLeft)
				}
				return "at least 0 left", amountText(f.Left)
			},
		},
	}
}

// pursesText shows each purse: equal totals may hide purses that differ.
func pursesText(p *Purses) string {
	return "training " + p.Training.String() + ", job_search " + p.JobSearch.String() + ", survey " + p.Survey.String()
}
