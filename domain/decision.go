package domain

import (
	"github.com/google/uuid"

	"saldo/domain/reason"
)

// Verdict is the answer of one check.
type Verdict string

// Verdicts.
const (
	Pass         Verdict = "pass"
	Fail         Verdict = "fail"
	NotRequired  Verdict = "not_required"  // this policy does not demand it
	NotEvaluable Verdict = "not_evaluable" // what it compares does not exist
)

// Decision is the record of one judgement, in the event itself: what was known, by which rules, with which result. It can be
// repeated from these bytes and the policy alone.
type Decision struct {
	Rules      RuleSet      `json:"rules"`
	Facts      Facts        `json:"facts"`
	Policy     PolicyPair   `json:"policy,omitzero"`
	Basis      Basis        `json:"basis,omitempty"`
	Failed     []Failure    `json:"failed,omitempty"`     // primary reason first
	Unchecked  []CheckName  `json:"unchecked,omitempty"`  // checks that could not be evaluated
	Purses     *PurseChange `json:"purses,omitempty"`     // where money moves or would have moved
	Retry      *Retry       `json:"retry,omitempty"`      // refusals only
	Exceptions []Failure    `json:"exceptions,omitempty"` // reported and migrated facts: checks that failed, without stopping the record
}

// PolicyPair names both parts of the policy that governed: the entitlement pinned at determination, the conduct in force at the act.
type PolicyPair struct {
	Entitlement PolicyRef `json:"entitlement,omitempty"`
	Conduct     PolicyRef `json:"conduct,omitempty"`
}

// Basis is the revision of every registry stream that was consulted; -1 says that the stream did not exist.
type Basis map[Stream]int64

// Failure is one failing check.
type Failure struct {
	Check    CheckName   `json:"check"`
	Reason   reason.Code `json:"reason"`
	Expected string      `json:"expected"`
	Actual   string      `json:"actual"`
	Evidence []EventRef  `json:"evidence,omitempty"`
}

// PurseChange is the three purses before and after.
type PurseChange struct {
	Before Purses `json:"before"`
	After  Purses `json:"after"`
}

// RetryWhen says whether it makes sense to send an attempt again.
type RetryWhen string

// When to send again.
const (
	RetryNever       RetryWhen = "never"
	RetryNewKeyAfter RetryWhen = "new_key_after"
	RetrySameKey     RetryWhen = "same_key"
)

// Retry tells the caller what to do with a refused attempt.
type Retry struct {
	When      RetryWhen `json:"when"`
	Condition EventName `json:"condition,omitempty"` // event to wait for
	After     string    `json:"after,omitempty"`     // instant to wait for, RFC 3339
}

// Accepted reports whether the judgement is a yes.
func (d *Decision) Accepted() bool { return len(d.Failed) == 0 }

// Primary is the reason that leads, empty for a yes.
func (d *Decision) Primary() reason.Code {
	if len(d.Failed) == 0 {
		return ""
	}
	return d.Failed[0].Reason
}

// CommandID derives a command's id from who sends it and the key that they chose for it. The key itself is stored nowhere.
func CommandID(organisation, key string) uuid.UUID {
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:saldo:organisation:"+organisation))
	return uuid.NewSHA1(space, []byte(key))
}
