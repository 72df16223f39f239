package domain

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// Redecision is a recorded decision made again.
type Redecision struct {
	Ref       EventRef `json:"event"`
	Equal     bool     `json:"equal"`                // Judge over the recorded facts gives the recorded decision
	Different []string `json:"different,omitempty"`  // what differs, if not
	Drift     []string `json:"fact_drift,omitempty"` // facts that Gather finds otherwise today
}

// Redecide makes a recorded decision again: does Judge over the recorded facts give it, and does Gather still find these
// facts at its basis? book must hold what stood in the log before the event. It reports false for events without a decision.
func Redecide(e Recorded, book *Book) (Redecision, bool) {
	if e.Foreign() || e.Unknown() || e.Meta.Outcome == Consequence {
		return Redecision{}, false
	}
	d := e.Fact.Ruling()
	if d == nil {
		return Redecision{}, false
	}
	out := Redecision{Ref: e.Ref()}
	policy := book.Registry.PolicyOf(d.Policy)
	again := Judge(d.Rules, d.Facts, policy)
	out.Different = decisionDiff(d, &again)
	out.Equal = len(out.Different) == 0
	cmd, ok := CommandOf(e)
	if !ok {
		out.Different, out.Equal = append(out.Different, "command"), false
		return out, true
	}
	g := Gather(cmd, book.State(e.Stream), book.Registry, book.lookupsAt(cmd, d.Basis), d.Basis)
	out.Drift = factDrift(&d.Facts, &g.Facts)
	if len(out.Drift) == 0 && out.Equal { // the facts agree: then the whole outcome must, its purses included
		o := conclude(cmd, book.State(e.Stream), g)
		if !samePurses(d.Purses, o.Decision.Purses) {
			out.Equal, out.Different = false, append(out.Different, "purses")
		}
	}
	return out, true
}

func samePurses(a, b *PurseChange) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Before.Sub(b.Before).IsZero() && a.After.Sub(b.After).IsZero()
}

// lookupsAt folds the small streams as far as the decision's basis knew them.
func (b *Book) lookupsAt(cmd Command, basis Basis) Lookups {
	var l Lookups
	for _, s := range LookupStreams(cmd) {
		state := NewState(s)
		for _, e := range b.Stream(s) {
			if last, known := basis[s]; known && int64(e.Revision) > last { //nolint:gosec // a revision is far below 2^63
				break
			}
			state = Evolve(state, e)
		}
		l.Add(state)
	}
	return l
}

// decisionDiff names the parts in which two judgements over the same facts differ.
func decisionDiff(a, b *Decision) []string {
	if reflect.DeepEqual(a.Retry, b.Retry) && sameFailures(a.Failed, b.Failed) && sameFailures(a.Exceptions, b.Exceptions) && slices.Equal(a.Unchecked, b.Unchecked) {
		return nil
	}
	var out []string
	for name, pair := range map[string][2]any{
		"failed": {a.Failed, b.Failed}, "exceptions": {a.Exceptions, b.Exceptions}, "unchecked": {a.Unchecked, b.Unchecked}, "retry": {a.Retry, b.Retry},
	} {
		if !equalJSON(pair[0], pair[1]) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func sameFailures(a, b []Failure) bool {
	return slices.EqualFunc(a, b, func(x, y Failure) bool {
		return x.Check == y.Check && x.Reason == y.Reason && x.Expected == y.Expected && x.Actual == y.Actual && slices.Equal(x.Evidence, y.Evidence)
	})
}

func equalJSON(a, b any) bool {
	x, errX := marshal(a)
	y, errY := marshal(b)
	return errX == nil && errY == nil && string(x) == string(y) || reflect.DeepEqual(a, b)
}

// factDrift names the facts that are found otherwise today than they were recorded, with both values.
func factDrift(recorded, found *Facts) []string {
	if equalJSON(recorded, found) {
		return nil
	}
	a, b := fields(recorded), fields(found)
	names := map[string]bool{}
	for n := range a {
		names[n] = true
	}
	for n := range b {
		names[n] = true
	}
	var out []string
	for n := range names {
		if !reflect.DeepEqual(a[n], b[n]) {
			out = append(out, fmt.Sprintf("%s: recorded %s, found %s", n, brief(a[n]), brief(b[n])))
		}
	}
	slices.Sort(out)
	return out
}

func brief(v any) string {
	if v == nil {
		return "nothing"
	}
	data, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	return clip(string(data))
}
