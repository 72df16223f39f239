package eventstore

import (
	"context"
	"fmt"
)

const (
	// followEvents bounds a batch of Follow: enough to pay for one transaction of a read model, few enough to hold.
	followEvents = 1000
	// followBytes does the same for large events.
	followBytes = 4 << 20
)

// Follow hands fn every event behind after whose stream begins with one of prefixes (all, if there are none): first
// what is there, then what comes, in order, each once, in batches that are never empty. A batch ends wherever it is
// full; events that were appended together may be in two. Follow returns when ctx ends, with its error, or with the
// first error of the store or of fn; to go on, start again behind the last event that fn has dealt with.
func Follow(ctx context.Context, store Store, after Position, prefixes []string, fn func([]Recorded) error) error {
	for {
		if err := store.Wait(ctx, after); err != nil {
			return fmt.Errorf("follow behind %s: %w", after, err)
		}
		// Whatever stands up to this head is seen by the read below, so that the next one can begin behind it even if
		// nothing matched: a follower of a rare prefix doesn't read the same strangers twice.
		head, err := store.Head(ctx)
		if err != nil {
			return fmt.Errorf("follow behind %s: %w", after, err)
		}
		last, err := followOnce(ctx, store, after, prefixes, fn)
		if err != nil {
			return err
		}
		after = last
		if head.Compare(after) > 0 {
			after = head
		}
	}
}

// followOnce reads to the head and returns the position of the last event that it handed on.
func followOnce(ctx context.Context, store Store, after Position, prefixes []string, fn func([]Recorded) error) (Position, error) {
	var batch []Recorded
	size := 0
	for r, err := range store.ReadAll(ctx, after, ReadAllOptions{Prefixes: prefixes}) {
		if err != nil {
			return after, fmt.Errorf("follow behind %s: %w", after, err)
		}
		batch, size = append(batch, r), size+len(r.Data)+len(r.Metadata)
		if len(batch) < followEvents && size < followBytes {
			continue
		}
		if err := fn(batch); err != nil {
			return after, err
		}
		after, batch, size = r.Position, nil, 0
	}
	if len(batch) == 0 {
		return after, nil
	}
	if err := fn(batch); err != nil {
		return after, err
	}
	return batch[len(batch)-1].Position, nil
}
