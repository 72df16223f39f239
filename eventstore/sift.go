package eventstore

import (
	"context"
	"iter"
)

// ReadSome is ReadAll without the events of streams that keep does not admit.
func ReadSome(ctx context.Context, store Store, after Position, keep func(stream string) bool) iter.Seq2[Recorded, error] {
	return func(yield func(Recorded, error) bool) {
		for r, err := range store.ReadAll(ctx, after, ReadAllOptions{}) {
			if err == nil && !keep(r.Stream) {
				continue
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}
