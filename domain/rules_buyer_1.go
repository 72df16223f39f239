package domain

import "saldo/domain/reason"

// buyerChecks1 is the part of purchase/1 that is about the person. Frozen: see frozen.sum.
func buyerChecks1() []Check {
	return append(standingChecks1(), []Check{
		{
			Name: "first_purchase_in_time", Refs: []string{"deadline"}, // Permenko 11/2020 art. 20(2)
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.FirstPurchase != nil || f.Deadline == nil {
					return NotRequired, ""
				}
				return passIf(!f.ReceivedAt.After(*f.Deadline), reason.FirstPurchaseWindowLapsed)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "first purchase by " + instant(f.Deadline), instant(&f.ReceivedAt)
			},
		},
		{
			Name: "balance_credited", Refs: []string{"credit"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.DeterminedAt == nil {
					return NotEvaluable, ""
				}
				return passIf(f.CreditedAt != nil, reason.BalanceNotCredited)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "credited", had("credited", f.CreditedAt) },
		},
		{
			Name: "not_bought_before", Refs: []string{"bought"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.BoughtAt == nil, reason.DuplicateCourse)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "not bought before", had("bought", f.BoughtAt) },
		},
		{
			Name: "previous_training_finished", Refs: []string{"training", "certificate", "rating", "review"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.Training.Course == "" {
					return NotRequired, ""
				}
				t := f.Training
				return passIf(t.AcceptedAt != nil && t.RevokedAt == nil && t.RatedAt != nil && t.ReviewedAt != nil, reason.FirstTrainingNotFinished)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				t := f.Training
				return "certificate accepted, rated and reviewed", "certificate " + instant(t.AcceptedAt) + ", rating " + instant(t.RatedAt) + ", review " + instant(t.ReviewedAt)
			},
		},
		{
			Name: "price_within_training_purse", Always: true, Refs: []string{"credit", "spent"}, // Permenko 11/2020 art. 19(1)d
			Judge: func(f *Facts, p *Policy) (Verdict, reason.Code) {
				if f.Balance == nil || f.Amount == nil {
					return NotEvaluable, ""
				}
				if f.CreditedAt == nil && p.demands(PurchaseRules, "balance_credited") { // that check says it better
					return NotEvaluable, ""
				}
				return passIf(f.Amount.Cmp(f.Balance.Training) <= 0, reason.PriceExceedsBalance)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				if f.Balance == nil {
					return "a credited purse", "none"
				}
				return "at most " + f.Balance.Training.String(), amountText(f.Amount)
			},
		},
	}...)
}

// standingChecks1 ask who the person is to the programme; payouts ask the same.
func standingChecks1() []Check {
	return []Check{
		{
			Name: "determined", Always: true, Refs: []string{"determination"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.DeterminedAt != nil, reason.NotDetermined)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "determined as a recipient", instant(f.DeterminedAt)
			},
		},
		{
			Name: "card_issued", Refs: []string{"card"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.DeterminedAt == nil {
					return NotEvaluable, ""
				}
				return passIf(f.CardAt != nil, reason.CardNumberNotIssued)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "card number ready", had("ready", f.CardAt) },
		},
		{
			Name: "not_revoked", Always: true, Refs: []string{"revocation"}, // art. 20(3)
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.RevokedAt != nil && f.RevokedFor == Ineligible {
					return Fail, reason.IneligibleRecipient
				}
				return passIf(f.RevokedAt == nil, reason.ParticipationRevoked)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "not revoked", had("revoked", f.RevokedAt) },
		},
		{
			Name: "not_blacklisted", Always: true, Refs: []string{"blacklist"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.BlacklistedAt == nil, reason.Blacklisted)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "not blacklisted", had("blacklisted", f.BlacklistedAt)
			},
		},
		{
			Name: "not_held", Always: true, Refs: []string{"hold"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.HeldAt != nil && f.HeldFor == HoldAccount {
					return Fail, reason.AccountCompromised
				}
				return passIf(f.HeldAt == nil, reason.BalanceHeldForFraud)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "not held", had(string(f.HeldFor), f.HeldAt) },
		},
	}
}
