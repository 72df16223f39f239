package api

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"saldo/domain"
	"saldo/eventstore"
)

// hindsight is the registry as it is known now: a fact that was recorded late, with an earlier date, counts from that date
// on. A decision that was right by what was known may be wrong by this. Facts without a date of their own keep the moment
// from which decisions saw them, lead included: what could not have been known is held against nobody.
func (s *Service) hindsight(ctx context.Context, b Bound) (*domain.Registry, error) {
	var facts []domain.Recorded
	for e, err := range s.Events(ctx, eventstore.Position{}) {
		if err != nil {
			return nil, err
		}
		if b.ends(&e) {
			break
		}
		if b.skips(&e) || !slices.Contains(domain.RegistryKinds(), e.Stream.Kind()) {
			continue
		}
		if from := e.Meta.EffectiveAt; from != nil && from.Before(e.Meta.InForce()) {
			e.Meta.InForceAt = from
		}
		facts = append(facts, e)
	}
	slices.SortStableFunc(facts, func(x, y domain.Recorded) int { return x.Meta.InForce().Compare(y.Meta.InForce()) })
	reg := domain.NewRegistry()
	for _, e := range facts {
		reg.Apply(e)
	}
	return reg, nil
}

// rejudge asks all checks of a recorded decision again over the facts that a registry gives for the moment of its receipt,
// and names those that fail there and did not fail when it was decided.
func rejudge(d *domain.Decision, cmd domain.Command, state domain.State, reg *domain.Registry, look domain.Lookups) []domain.Failure {
	g := domain.Gather(cmd, state, reg, look, nil)
	again := domain.Judge(d.Rules, g.Facts, g.Policy)
	var out []domain.Failure
	for _, f := range slices.Concat(again.Failed, again.Exceptions) {
		same := func(o domain.Failure) bool { return o.Check == f.Check && o.Reason == f.Reason }
		if !slices.ContainsFunc(d.Failed, same) && !slices.ContainsFunc(d.Exceptions, same) {
			out = append(out, f)
		}
	}
	return out
}

// failureText shows failures in the language of the log: check, what was expected, what was found.
func failureText(all []domain.Failure) string {
	texts := make([]string, 0, len(all))
	for _, f := range all {
		texts = append(texts, fmt.Sprintf("%s (%s): %s, %s", f.Check, f.Reason, f.Expected, f.Actual))
	}
	return strings.Join(texts, "; ")
}
