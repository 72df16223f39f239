package domain

import (
	"time"

	"saldo/domain/reason"
)

// Judge asks every check of the rule set and gives the decision. It is total and pure over facts and policy: the same bytes
// give the same decision for ever, which is what re-deciding relies on. Reported and migrated facts are never refused for a
// rule: their failing checks become exceptions, except that the same fact is not recorded twice.
func Judge(rules RuleSet, f Facts, p *Policy) Decision {
	d := Decision{Rules: rules, Facts: f}
	var failed []Failure
	for _, c := range Checks(rules) {
		switch v, code := c.ask(rules, &f, p); v {
		case Fail:
			expected, actual := c.Show(&f, p)
			failed = append(failed, Failure{c.Name, code, expected, actual, evidence(&f, c.Refs)})
		case NotEvaluable:
			d.Unchecked = append(d.Unchecked, c.Name)
		case Pass, NotRequired:
		}
	}
	failed = primaryFirst(failed)
	if f.Origin == Decided || f.Origin == "" || recordedBefore(failed) {
		d.Failed = failed
	} else {
		d.Exceptions = failed
	}
	d.Retry = retryAfter(d.Failed)
	return d
}

// recordedBefore reports whether a fact stands in the log already: recording it again would move its money twice.
func recordedBefore(failed []Failure) bool {
	for _, f := range failed {
		if f.Reason == reason.AlreadyDone || f.Reason == reason.InvoiceAlreadyUsed {
			return true
		}
	}
	return false
}

// retryAfter tells the caller what would have to happen first: the answer of the leading reason.
func retryAfter(failed []Failure) *Retry {
	if len(failed) == 0 {
		return nil
	}
	r, ok := reason.Lookup(failed[0].Reason)
	if !ok || r.Retry == nil {
		return &Retry{When: RetryNever}
	}
	return &Retry{When: RetryWhen(r.Retry.When), Condition: EventName(r.Retry.Condition)}
}

// at is t as a pointer in canonical form, nil for the zero time.
func at(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = Canonical(t)
	return &t
}
