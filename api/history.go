package api

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"saldo/domain"
	"saldo/eventstore"
)

// recorded reads an event as the store gives it.
func recorded(r eventstore.Recorded) (domain.Recorded, error) {
	e, err := domain.DecodeRecorded(domain.Stream(r.Stream), r.Revision, r.ID, domain.EventName(r.Type), r.Data, r.Metadata)
	if err != nil {
		return e, fmt.Errorf("%w: %w", eventstore.ErrCorrupt, err)
	}
	return e, nil
}

// Events lists the log in global order behind a position, each with its number when the listing begins at the start.
func (s *Service) Events(ctx context.Context, after eventstore.Position) iter.Seq2[domain.Recorded, error] {
	return func(yield func(domain.Recorded, error) bool) {
		var n uint64
		for r, err := range LedgerEvents(ctx, s.store, after) {
			if err != nil {
				yield(domain.Recorded{}, err)
				return
			}
			e, err := recorded(r)
			e.Number = n
			n++
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// History lists one stream from its beginning; a stream without events is empty and no error.
func (s *Service) History(ctx context.Context, stream domain.Stream) ([]domain.Recorded, error) {
	var out []domain.Recorded
	for r, err := range s.store.ReadStream(ctx, string(stream), eventstore.ReadOptions{}) {
		if errors.Is(err, eventstore.ErrStreamNotFound) {
			return nil, nil
		}
		if err != nil {
			return out, fmt.Errorf("read %s: %w", stream, err)
		}
		e, err := recorded(r)
		if err != nil {
			return out, err
		}
		out = append(out, e)
	}
	return out, nil
}

// load folds a stream from its beginning.
func (s *Service) load(ctx context.Context, stream domain.Stream) (domain.State, error) {
	events, err := s.History(ctx, stream)
	if err != nil {
		return nil, err
	}
	state := domain.NewState(stream)
	for _, e := range events {
		state = domain.Evolve(state, e)
	}
	return state, nil
}
