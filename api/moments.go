package api

import (
	"context"
	"encoding/hex"
	"iter"
	"time"

	"saldo/domain"
	"saldo/eventstore"
)

// Bound is where a pass over the log ends: behind so many events, or behind the last of those that were recorded by a moment
// without a later one before it. Both unset: the end of the log. What is certified is always a prefix of the log.
type Bound struct {
	Events *uint64    // so many, from the first
	At     *time.Time // recorded by then
}

// ends reports whether the pass ends before event e.
func (b Bound) ends(e *domain.Recorded) bool {
	return b.Events != nil && e.Number >= *b.Events || b.At != nil && e.Meta.RecordedAt.After(*b.At)
}

// Place is the prefix of the log that an audit's answer was computed from.
type Place struct {
	Events uint64 `json:"events"` // how many; the last has the number Events-1
	Root   string `json:"root"`   // of the digest over them, hexadecimal
}

// pass reads the log up to a bound and hashes it on the way: place is whole when the sequence has ended. Each event comes
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
		defer func() {
			root := t.root()
			p.place = Place{t.size, hex.EncodeToString(root[:])}
		}()
		for r, err := range p.s.store.ReadAll(ctx, eventstore.Position{}, eventstore.ReadAllOptions{}) {
			var e domain.Recorded
			if err == nil {
				e, err = recorded(r)
			}
			if err != nil {
				p.err = err
				return
			}
			if e.Number = t.size; p.bound.ends(&e) {
				return
			}
			t.add(leafHash(r))
			if !yield(e, r) {
				return
			}
		}
	}
}

// EventsOf lists the events of one stream up to a bound, with their numbers. It reads the log up to there.
func (s *Service) EventsOf(ctx context.Context, stream domain.Stream, b Bound) ([]domain.Recorded, error) {
	var out []domain.Recorded
	for e, err := range s.Events(ctx, eventstore.Position{}) {
		if err != nil {
			return nil, err
		}
		if b.ends(&e) {
			break
		}
		if e.Stream == stream {
			out = append(out, e)
		}
	}
	return out, nil
}
