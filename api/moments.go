package api

import (
	"context"
	"encoding/hex"
	"iter"
	"time"

	"saldo/domain"
	"saldo/eventstore"
)

// Bound says which events of the log count: the first so many, or those that were recorded by a moment. Unset, all do. A
// number is what is certified; a moment is what people ask about. Nodes' clocks differ a little, so that an event may stand
// before one that was recorded earlier: the place that belongs to a moment is behind the last event recorded by then.
type Bound struct {
	Events *uint64    // so many, from the first
	At     *time.Time // recorded by then
}

// ends reports whether event e and all behind it are out of the bound; skips whether e alone is.
func (b Bound) ends(e *domain.Recorded) bool { return b.Events != nil && e.Number >= *b.Events }

func (b Bound) skips(e *domain.Recorded) bool { return b.At != nil && e.Meta.RecordedAt.After(*b.At) }

// Place is the prefix of the log that an audit's answer was computed from.
type Place struct {
	Events uint64 `json:"events"` // how many; the last has the number Events-1
	Root   string `json:"root"`   // of the digest over them, hexadecimal
}

// pass reads the log within a bound and hashes it on the way: place is there when the sequence has ended. Each event comes
// as it is stored beside what it says.
type pass struct {
	s     *Service
	bound Bound
	place Place
	err   error
}

func (s *Service) pass(b Bound) *pass { return &pass{s: s, bound: b} }

// events yields what the pass reads; err tells how it ended.
func (p *pass) events(ctx context.Context) iter.Seq2[domain.Recorded, eventstore.Recorded] {
	return func(yield func(domain.Recorded, eventstore.Recorded) bool) {
		var t tree
		counts := false // the event before was within the bound
		here := func() {
			root := t.root()
			p.place = Place{t.size, hex.EncodeToString(root[:])}
		}
		here()
		for r, err := range LedgerEvents(ctx, p.s.store, eventstore.Position{}) {
			var e domain.Recorded
			if err == nil {
				e, err = recorded(r)
			}
			if err != nil {
				p.err = err
				return
			}
			if e.Number = t.size; p.bound.ends(&e) {
				break
			}
			skip := p.bound.skips(&e)
			if skip && counts {
				here()
			}
			counts = !skip
			t.add(leafHash(r))
			if !skip && !yield(e, r) {
				return
			}
		}
		if counts {
			here()
		}
	}
}

// EventsOf lists the events of one stream within a bound, with their numbers, and the place that belongs to the bound. It
// reads the log.
func (s *Service) EventsOf(ctx context.Context, stream domain.Stream, b Bound) ([]domain.Recorded, Place, error) {
	var out []domain.Recorded
	p := s.pass(b)
	for e := range p.events(ctx) {
		if e.Stream == stream {
			out = append(out, e)
		}
	}
	return out, p.place, p.err
}
