package eventstore

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// maxDecisions bounds how often Update decides anew: whoever loses five races on one stream has a design problem.
	maxDecisions = 5
	// firstPause and longestPause space out the repetitions of an append whose outcome is unknown: short, because
	// somebody waits; doubling, because a store that is coming up must not be hammered.
	firstPause   = 2 * time.Millisecond
	longestPause = 250 * time.Millisecond
)

// Folded is a state and the revision it was folded up to. The zero At means that nothing was read yet, and State is
// what a stream without events means; NoStream() means that the stream is known to be empty.
type Folded[S any] struct {
	State S
	At    Expected
}

// Update reads a stream, folds it, lets decide choose what to append and appends it at the revision that was read. If
// the stream has moved on, it folds what came in between and decides again, at most five times in all. If the outcome
// of an append is unknown, it repeats the same bytes at the same expectation until the answer is definite or ctx ends.
//
// A from with a known At is believed and nothing is read unless the append fails on it: that is how a service uses the
// states it has cached. decide may choose nothing; the Appended is then the zero value.
//
// The state returned holds exactly the events up to its At, also beside an error, so it can be cached in all cases.
// The events just appended reach evolve without Stored, and with the Position of the append.
func Update[S any](ctx context.Context, store Store, stream string, from Folded[S],
	evolve func(S, Recorded) (S, error), decide func(S, Expected) ([]EventData, error),
) (Folded[S], Appended, error) {
	folded := from
	if !folded.At.Known() {
		var err error
		if folded, err = catchUp(ctx, store, stream, folded, evolve); err != nil {
			return folded, Appended{}, err
		}
	}
	for attempt := 1; ; attempt++ {
		events, err := decide(folded.State, folded.At)
		if err != nil || len(events) == 0 {
			return folded, Appended{}, err
		}
		done, err := appendUntilDefinite(ctx, store, stream, folded.At, events)
		if err == nil {
			folded, err = evolveAppended(stream, folded, events, done, evolve)
			return folded, done, err
		}
		if _, wrong := errors.AsType[*WrongRevisionError](err); !wrong || attempt == maxDecisions {
			return folded, Appended{}, err
		}
		before := folded.At
		var readErr error
		if folded, readErr = catchUp(ctx, store, stream, folded, evolve); readErr != nil {
			return folded, Appended{}, readErr
		}
		if folded.At == before { // not behind, but ahead of the store: deciding again can't help
			return folded, Appended{}, err
		}
	}
}

func catchUp[S any](ctx context.Context, store Store, stream string, f Folded[S],
	evolve func(S, Recorded) (S, error),
) (Folded[S], error) {
	for r, err := range store.ReadStream(ctx, stream, ReadOptions{From: f.At.Next()}) {
		if errors.Is(err, ErrStreamNotFound) {
			break
		}
		if err != nil {
			return f, fmt.Errorf("read %q from revision %d: %w", stream, f.At.Next(), err)
		}
		state, err := evolve(f.State, r)
		if err != nil {
			return f, fmt.Errorf("fold %q at revision %d: %w", stream, r.Revision, err)
		}
		f = Folded[S]{State: state, At: At(r.Revision)}
	}
	if !f.At.Known() {
		f.At = NoStream()
	}
	return f, nil
}

func evolveAppended[S any](stream string, f Folded[S], events []EventData, done Appended,
	evolve func(S, Recorded) (S, error),
) (Folded[S], error) {
	for _, e := range events {
		r := Recorded{EventData: e, Stream: stream, Revision: f.At.Next(), Position: done.Position}
		state, err := evolve(f.State, r)
		if err != nil {
			return f, fmt.Errorf("fold %q at revision %d, just appended: %w", stream, r.Revision, err)
		}
		f = Folded[S]{State: state, At: At(r.Revision)}
	}
	return f, nil
}

// appendUntilDefinite returns success, a definite refusal, or ErrOutcomeUnknown when ctx or the store ended before
// either. Once an outcome was unknown, being refused for a passing reason says nothing about the first time.
func appendUntilDefinite(ctx context.Context, store Store, stream string, at Expected, events []EventData) (Appended, error) {
	done, err := store.Append(ctx, stream, at, events...)
	if err == nil || !errors.Is(err, ErrOutcomeUnknown) {
		return done, err
	}
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		select {
		case <-ctx.Done():
			return Appended{}, err
		case <-time.After(pause):
		}
		done, again := store.Append(ctx, stream, at, events...)
		_, wrong := errors.AsType[*WrongRevisionError](again)
		if again == nil || wrong || errors.Is(again, ErrIDReused) || errors.Is(again, ErrSealed) {
			return done, again
		}
		if errors.Is(again, ErrClosed) {
			return Appended{}, fmt.Errorf("%w, and then: %w", err, again)
		}
	}
}
