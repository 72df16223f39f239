package domain

import (
	"slices"
	"time"
)

// Policy is one version of a scheme's rules, as data. Code knows how to evaluate a check; the policy says which checks it
// demands and with which amounts and days. It has two parts: the entitlement is pinned to a person at determination, the
// conduct is the one in force at the act.
type Policy struct {
	Scheme      SchemeCode       `json:"scheme" doc:"name of the scheme, such as prakerja-2020"`
	Version     int              `json:"version" min:"1" max:"999999" doc:"version, from 1"`
	Regulation  DecreeNumber     `json:"regulation" doc:"regulation that it puts into data"`
	Entitlement Entitlement      `json:"entitlement" doc:"what a person is given"`
	Conduct     Conduct          `json:"conduct" doc:"what is demanded of acts"`
	Calendar    Calendar         `json:"calendar" doc:"days off, for clocks in working days"`
	References  []LegalReference `json:"references" doc:"where each check comes from"`
}

// Ref is the reference of the version, such as prakerja-2020@2.
func (p *Policy) Ref() PolicyRef {
	if p == nil || p.Scheme == "" {
		return ""
	}
	return PolicyRef(string(p.Scheme) + "@" + itoa(p.Version))
}

// Entitlement is what a person is given at determination.
type Entitlement struct {
	Training  Money  `json:"training" doc:"training aid, in rupiah"`
	JobSearch Series `json:"job_search" doc:"job-search incentives"`
	Survey    Series `json:"survey" doc:"survey incentives"`
}

// Series is a number of equal payments.
type Series struct {
	Amount Money `json:"amount" doc:"each, in rupiah"`
	Times  int   `json:"times" min:"0" max:"12" doc:"how many"`
}

// Package is the sum per purse.
func (e Entitlement) Package() Purses {
	return Purses{e.Training, e.JobSearch.Amount.Times(e.JobSearch.Times), e.Survey.Amount.Times(e.Survey.Times)}
}

// Series of one kind of incentive.
func (e Entitlement) Series(k IncentiveKind) Series {
	if k == Survey {
		return e.Survey
	}
	return e.JobSearch
}

// Conduct is what is demanded of acts.
type Conduct struct {
	LastDay           Date `json:"last_day" doc:"last day of purchases, to 23.59.59 WIB"`
	FirstPurchaseDays int  `json:"first_purchase_days" min:"1" max:"366" doc:"days from notice and completed data to the first purchase"`
	RepaymentDays     int  `json:"repayment_days" min:"1" max:"3660" doc:"days to repay"`
	BackdateDays      int  `json:"backdate_days" min:"0" max:"3660" doc:"how far back a reported fact may lie without being listed"`
	// Demands lists, per rule set, the checks that this policy demands. A check that is not listed answers not_required.
	Demands []Demand    `json:"demands" doc:"checks demanded, per rule set"`
	Usual   Usual       `json:"usual" doc:"customary limits: said as usual, never as a rule"`
	Surveys SurveyTimes `json:"surveys" doc:"clocks of the surveys"`
}

// Demand is the list of checks of one rule set.
type Demand struct {
	Rules  RuleSet     `json:"rules" doc:"rule set, such as purchase"`
	Checks []CheckName `json:"checks" doc:"names of the checks"`
}

// Usual holds customary limits. They answer "is it late?" and decide nothing.
type Usual struct {
	ProvisioningDays  int `json:"provisioning_days" min:"0" max:"366" doc:"days from notice to card and balance"`
	ReportWorkingDays int `json:"report_working_days" min:"0" max:"366" doc:"working days of each onward report"`
	VerifyWorkingDays int `json:"verify_working_days" min:"0" max:"366" doc:"working days of the verification of a certificate"`
	PayWorkingDays    int `json:"pay_working_days" min:"0" max:"366" doc:"working days from the scheduled day to the payment"`
	NextIncentiveDays int `json:"next_incentive_days" min:"0" max:"366" doc:"days from one incentive to the next"`
	SyncHours         int `json:"sync_hours" min:"0" max:"8784" doc:"hours from the last gate to the schedule"`
	VoucherHours      int `json:"voucher_hours" min:"0" max:"8784" doc:"hours from the purchase to the voucher"`
}

// SurveyTimes are the clocks of the surveys.
type SurveyTimes struct {
	OpenAfterDays int  `json:"open_after_days" min:"0" max:"366" doc:"days from the first incentive to the first survey"`
	WindowDays    int  `json:"window_days" min:"0" max:"366" doc:"days to fill one in"`
	PayWithinDays int  `json:"pay_within_days" min:"0" max:"366" doc:"days from filling in to the payment"`
	LastDay       Date `json:"last_day" doc:"last day of all surveys"`
}

// LegalReference says where a check comes from, and whether somebody read the source.
type LegalReference struct {
	Check    CheckName `json:"check" doc:"name of the check"`
	Text     Notice    `json:"text" doc:"article or announcement"`
	Verified bool      `json:"verified" doc:"whether the article was read"`
}

// demands reports whether the policy demands a check of a rule set.
func (p *Policy) demands(rules RuleSet, check CheckName) bool {
	if p == nil {
		return false
	}
	for _, d := range p.Conduct.Demands {
		if d.Rules.Name() != rules.Name() {
			continue
		}
		if slices.Contains(d.Checks, check) {
			return true
		}
	}
	return false
}

// Reference of a check, empty where the policy names none.
func (p *Policy) Reference(check CheckName) LegalReference {
	if p != nil {
		for _, r := range p.References {
			if r.Check == check {
				return r
			}
		}
	}
	return LegalReference{Check: check}
}

// PeriodEnd is the last second in which purchases count.
func (p *Policy) PeriodEnd() time.Time { return p.Conduct.LastDay.End() }
