package domain

import "saldo/domain/reason"

// accountChecks1 is account/1: may this account be linked for payouts? Frozen: see frozen.sum.
// Source: gates 4 and 5 of the announcement of 15 September 2020 (domain.md 3.2), table E.
func accountChecks1() []Check {
	return []Check{
		accountCheck("account_registered", reason.PhoneNotRegisteredAtWallet, func(c *AccountChecks) Match { return c.Registered }),
		accountCheck("account_upgraded", reason.WalletNotUpgraded, func(c *AccountChecks) Match { return c.KYC }),
		accountCheck("nik_matches", reason.IdentityMismatchNIK, func(c *AccountChecks) Match { return c.NIK }),
		accountCheck("nik_in_civil_registry", reason.NIKNotFoundDukcapil, func(c *AccountChecks) Match { return c.Dukcapil }),
		accountCheck("selfie_matches", reason.IdentityMismatchKTPSelfie, func(c *AccountChecks) Match { return c.Selfie }),
		accountCheck("phone_matches", reason.PhoneMismatch, func(c *AccountChecks) Match { return c.Phone }),
		accountCheck("account_own", reason.AccountOfOtherPerson, func(c *AccountChecks) Match { return c.Owner }),
		accountCheck("account_active", reason.AccountInactive, func(c *AccountChecks) Match { return c.Active }),
	}
}

func accountCheck(name CheckName, code reason.Code, of func(*AccountChecks) Match) Check {
	return Check{
		Name: name, Refs: []string{"account"},
		Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
			if f.Checks == nil {
				return NotEvaluable, ""
			}
			switch of(f.Checks) {
			case MatchYes:
				return Pass, ""
			case MatchNo:
				return Fail, code
			case MatchUnknown:
			}
			return NotEvaluable, ""
		},
		Show: func(f *Facts, _ *Policy) (string, string) {
			if f.Checks == nil {
				return string(MatchYes), "no account"
			}
			return string(MatchYes), orNone(string(of(f.Checks)))
		},
	}
}

// incentiveChecks1 is incentive/1: may incentive n of this kind be scheduled? Frozen: see frozen.sum.
// Source: the five gates of the announcement of 15 September 2020 (domain.md 3.2); surveys: domain.md 3.5.
func incentiveChecks1() []Check {
	checks := []Check{
		{
			Name: "payouts_not_suspended", Refs: []string{"payouts"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.PayoutsHeldSince == nil, reason.PMOBatchSuspended)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "payouts go on", had("held", f.PayoutsHeldSince) },
		},
	}
	checks = append(checks, standingChecks1()...)
	checks = append(checks, gateChecks1()...)
	checks = append(checks, surveyChecks1()...)
	checks = append(checks, Check{
		Name: "account_linked", Refs: []string{"account"},
		Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
			return passIf(f.Partner != "", reason.NoLinkedAccount)
		},
		Show: func(f *Facts, _ *Policy) (string, string) { return "an account", orNone(string(f.Partner)) },
	})
	checks = append(checks, accountChecks1()...)
	return append(checks, Check{
		Name: "within_series", Always: true,
		Judge: func(f *Facts, p *Policy) (Verdict, reason.Code) {
			if f.State != "" && f.State != "none" { // the same number again would be paid twice
				return Fail, reason.AlreadyDone
			}
			if p == nil { // before the first policy nothing is granted
				return Fail, reason.IncentivesAllGranted
			}
			return passIf(f.N <= p.Entitlement.Series(f.Kind).Times && f.Granted < p.Entitlement.Series(f.Kind).Times, reason.IncentivesAllGranted)
		},
		Show: func(f *Facts, p *Policy) (string, string) {
			if f.State != "" && f.State != "none" {
				return "not scheduled before", "number " + itoa(f.N) + " is " + f.State
			}
			if p == nil {
				return "a policy", "none"
			}
			return "at most " + itoa(p.Entitlement.Series(f.Kind).Times), "number " + itoa(f.N) + ", " + itoa(f.Granted) + " granted"
		},
	})
}

// gateChecks1 are the gates of a job-search incentive: the first training, its certificate, rating and review.
func gateChecks1() []Check {
	jobSearch := func(f *Facts) bool { return f.Kind == JobSearch }
	return []Check{
		when(jobSearch, Check{
			Name: "first_training_accepted", Refs: []string{"training", "certificate"},
			Judge: func(f *Facts, p *Policy) (Verdict, reason.Code) {
				t := f.Training
				if t.RevokedAt != nil {
					return Fail, reason.CertificateRevoked
				}
				if t.AcceptedAt != nil {
					return Pass, ""
				}
				// Not accepted: the certificate's own checks say who holds it up.
				for _, c := range certificateChecks1() {
					if v, code := c.ask(CertificateRules, f, p); v == Fail {
						return Fail, code
					}
				}
				return Fail, reason.AwaitingPMOVerification
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "certificate of the first training accepted", had("accepted", f.Training.AcceptedAt)
			},
		}),
		when(jobSearch, Check{
			Name: "rating_given", Refs: []string{"rating"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Training.RatedAt != nil, reason.RatingMissing)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "a rating", had("given", f.Training.RatedAt) },
		}),
		when(jobSearch, Check{
			Name: "review_given", Refs: []string{"review"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.Training.ReviewedAt != nil, reason.ReviewMissing)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "a review", had("given", f.Training.ReviewedAt) },
		}),
	}
}

// surveyChecks1 are the gates of a survey's incentive.
func surveyChecks1() []Check {
	survey := func(f *Facts) bool { return f.Kind == Survey }
	return []Check{
		when(survey, Check{
			Name: "first_incentive_paid", Refs: []string{"first_incentive"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.FirstPaidAt != nil, reason.FirstIncentiveNotPaid)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "paid", had("paid", f.FirstPaidAt) },
		}),
		when(survey, Check{
			Name: "surveys_running",
			Judge: func(f *Facts, p *Policy) (Verdict, reason.Code) {
				if f.SurveyState == "done" {
					return Pass, ""
				}
				return passIf(!f.ReceivedAt.After(p.Conduct.Surveys.LastDay.End()), reason.SurveyPeriodClosed)
			},
			Show: func(f *Facts, p *Policy) (string, string) {
				return "by " + p.Conduct.Surveys.LastDay.String(), instant(&f.ReceivedAt)
			},
		}),
		when(survey, Check{
			Name: "previous_survey_done", Refs: []string{"survey"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if f.N <= 1 {
					return NotRequired, ""
				}
				return passIf(f.PreviousDone, reason.PreviousSurveyOpen)
			},
			Show: func(f *Facts, _ *Policy) (string, string) {
				return "survey before filled in", either(f.PreviousDone, "filled in", "not filled in")
			},
		}),
		when(survey, Check{
			Name: "survey_due", Refs: []string{"survey"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				return passIf(f.SurveyState != "" && f.SurveyState != "none", reason.SurveyNotDue)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "opened", orNone(f.SurveyState) },
		}),
		when(survey, Check{
			Name: "survey_done", Refs: []string{"survey"},
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				switch {
				case f.SurveyState == "done":
					return Pass, ""
				case f.SurveyState == "" || f.SurveyState == "none":
					return NotEvaluable, ""
				case f.SurveyCloses != nil && f.ReceivedAt.After(f.SurveyCloses.End()):
					return Fail, reason.SurveyWindowMissed
				}
				return Fail, reason.SurveyOpen
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return "filled in", orNone(f.SurveyState) },
		}),
	}
}

// when makes a check answer not_required for acts of another kind.
func when(applies func(*Facts) bool, c Check) Check {
	judge := c.Judge
	c.Judge = func(f *Facts, p *Policy) (Verdict, reason.Code) {
		if !applies(f) {
			return NotRequired, ""
		}
		return judge(f, p)
	}
	return c
}
