package api

import (
	"context"
	"slices"
	"strings"

	"saldo/domain"
)

// progressEvery is after how many events long work reports how far it is.
const progressEvery = 512

// RedecideReport is the result of making every recorded decision again.
type RedecideReport struct {
	Events    uint64              `json:"events"`    // read
	Decisions int                 `json:"decisions"` // made again
	Equal     int                 `json:"equal"`
	Rules     []RedecidedRules    `json:"rules"` // the same by rule set
	Different []domain.Redecision `json:"different,omitempty"`
	Drifted   []domain.Redecision `json:"fact_drift,omitempty"` // equal over the recorded facts, but today's fold finds others
	Root      string              `json:"root"`                 // of the log that was read
}

// RedecidedRules counts the decisions by one rule set.
type RedecidedRules struct {
	Rules     domain.RuleSet `json:"rules"`
	Decisions int            `json:"decisions"`
	Equal     int            `json:"equal"`
}

// count adds a decision to its rule set.
func (r *RedecideReport) count(rules domain.RuleSet, equal bool) {
	i, has := slices.BinarySearchFunc(r.Rules, rules, func(x RedecidedRules, y domain.RuleSet) int { return strings.Compare(string(x.Rules), string(y)) })
	if !has {
		r.Rules = slices.Insert(r.Rules, i, RedecidedRules{Rules: rules})
	}
	r.Rules[i].Decisions++
	if equal {
		r.Rules[i].Equal++
	}
}

// Redecide makes every recorded decision again at its basis: the same rules over the recorded facts, and the facts gathered
// anew from what stood in the log before. progress, if given, is told how many events were read.
func (s *Service) Redecide(ctx context.Context, progress func(done uint64)) (RedecideReport, error) {
	var rep RedecideReport
	book := domain.NewBook()
	p := s.pass(Bound{})
	for e := range p.events(ctx) {
		if r, is := domain.Redecide(e, book); is {
			rep.Decisions++
			rep.count(e.Fact.Ruling().Rules, r.Equal)
			switch {
			case !r.Equal:
				rep.Different = append(rep.Different, r)
			case len(r.Drift) > 0:
				rep.Equal++
				rep.Drifted = append(rep.Drifted, r)
			default:
				rep.Equal++
			}
		}
		book.Append(e)
		rep.Events++
		if progress != nil && rep.Events%progressEvery == 0 {
			progress(rep.Events)
		}
	}
	rep.Root = p.place.Root
	return rep, p.err
}
