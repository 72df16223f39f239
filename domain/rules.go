package domain

import (
	"strings"

	"saldo/domain/reason"
)

// RuleSet names a versioned list of checks, such as purchase/1. Code of a released version is never edited, only followed by another.
type RuleSet string

// The rule sets.
const (
	PurchaseRules     RuleSet = "purchase/1"
	AbandonRules      RuleSet = "abandon/1"
	CancellationRules RuleSet = "cancellation/1"
	ExchangeRules     RuleSet = "exchange/1"
	CertificateRules  RuleSet = "certificate/1"
	AccountRules      RuleSet = "account/1"
	IncentiveRules    RuleSet = "incentive/1"
	RevocationRules   RuleSet = "revocation/1"
	ActRules          RuleSet = "act/1"

	// Explained only: what nobody decides, and people ask about.
	ClassRules RuleSet = "class/1"
)

// Name without the version.
func (r RuleSet) Name() string {
	name, _, _ := strings.Cut(string(r), "/")
	return name
}

// Rule gives the length and alphabet of the type.
func (RuleSet) Rule() TextRule {
	return TextRule{
		Name: "rule set", Min: 1, Max: 40, Pattern: "^[a-z]+(/[0-9]+)?$", Hint: "a name such as purchase",
		Allowed: func(_ int, r rune) bool { return lowerOrDigit(r) || r == '/' },
		Form: func(s string) bool {
			name, version, versioned := strings.Cut(s, "/")
			return strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") == "" && name != "" && (!versioned || version != "" && strings.Trim(version, "0123456789") == "")
		},
	}
}

// Check is one named question of a rule set. It is pure: the same facts and policy always give the same answer.
type Check struct {
	Name CheckName
	// Always says that no policy can waive it: it is mechanical, or protects the ledger itself.
	Always bool
	// Judge answers from the facts. It is not asked when the policy does not demand the check.
	Judge func(f *Facts, p *Policy) (Verdict, reason.Code)
	// Show says what was expected and what was found, in the language of the log (codes, instants, digits).
	Show func(f *Facts, p *Policy) (expected, actual string)
	// Refs names the groups of Facts.Refs that it looked at.
	Refs []string
}

// CheckResult is the answer of one check with what stands behind it.
type CheckResult struct {
	Check    CheckName   `json:"check"`
	Verdict  Verdict     `json:"verdict"`
	Reason   reason.Code `json:"reason,omitempty"` // set when it fails
	Expected string      `json:"expected"`
	Actual   string      `json:"actual"`
	Evidence []EventRef  `json:"evidence,omitempty"`
	Final    bool        `json:"final,omitempty"` // nobody can put it right
}

// Checks lists a rule set's checks in the order in which they lead.
func Checks(r RuleSet) []Check {
	switch r {
	case PurchaseRules:
		return purchaseChecks1()
	case AbandonRules:
		return abandonChecks1()
	case CancellationRules:
		return cancellationChecks1()
	case ExchangeRules:
		return exchangeChecks1()
	case CertificateRules:
		return certificateChecks1()
	case AccountRules:
		return accountChecks1()
	case IncentiveRules:
		return incentiveChecks1()
	case RevocationRules:
		return revocationChecks1()
	case ActRules:
		return actChecks1()
	case ClassRules:
		return classChecks1()
	}
	return nil
}

// Evaluate asks every check of a rule set, in order, and shows what each compared. Explaining, the checklist and the export
// use it; Judge uses the same checks and writes down the failing ones.
func Evaluate(r RuleSet, f *Facts, p *Policy) []CheckResult {
	if p == nil {
		p = &Policy{} // before the first policy: nothing is demanded
	}
	checks := Checks(r)
	out := make([]CheckResult, 0, len(checks))
	for _, c := range checks {
		v, code := c.ask(r, f, p)
		res := CheckResult{Check: c.Name, Verdict: v, Reason: code, Evidence: evidence(f, c.Refs), Final: v == Fail && reason.Final(code)}
		res.Expected, res.Actual = c.Show(f, p)
		out = append(out, res)
	}
	return out
}

func (c *Check) ask(r RuleSet, f *Facts, p *Policy) (Verdict, reason.Code) {
	if !c.Always && !p.demands(r, c.Name) {
		return NotRequired, ""
	}
	return c.Judge(f, p)
}

func evidence(f *Facts, groups []string) []EventRef {
	var out []EventRef
	for _, g := range groups {
		if ref, ok := f.ref(g); ok {
			out = append(out, ref)
		}
	}
	return out
}

// ref is the event that a group of facts was read from, with its stream's name.
func (f *Facts) ref(group string) (EventRef, bool) {
	r, ok := f.Refs[group]
	if !ok {
		return EventRef{}, false
	}
	if r.Stream == "" {
		r.Stream = f.Stream
	}
	return EventRef(r), true
}

// primaryFirst moves the first final failure to the front: hope that nobody can fulfil must not lead.
func primaryFirst(failed []Failure) []Failure {
	for i := range failed {
		if reason.Final(failed[i].Reason) {
			if i > 0 {
				first := failed[i]
				copy(failed[1:i+1], failed[:i])
				failed[0] = first
			}
			break
		}
	}
	return failed
}
