package embedded

import (
	"context"
	"fmt"

	"saldo/eventstore"
)

// AppendBatch hands appends over one behind the other before it waits for the first: the committing goroutine finds them
// together and writes as many as fit into one synced group.
func (s *Store) AppendBatch(ctx context.Context, appends []eventstore.StreamAppend) []eventstore.Result {
	out := make([]eventstore.Result, len(appends))
	waiting := make([]*request, len(appends))
	for i, a := range appends {
		if err := eventstore.ValidateAppend(a.Stream, a.At, a.Events, s.config.MaxAppend); err != nil {
			out[i].Err = err
			continue
		}
		if s.lock == nil {
			out[i].Err = fmt.Errorf("%w: append to %q: the store is open read-only", eventstore.ErrUnavailable, a.Stream)
			continue
		}
		r := &request{
			stream: a.Stream, key: keyOf(s.salt, a.Stream), at: a.At, count: len(a.Events),
			record: encodeRecord(a.Stream, a.At.Next(), a.Events), answer: make(chan answer, 1),
		}
		if out[i].Err = s.begin(ctx, r); out[i].Err == nil {
			waiting[i] = r
		}
	}
	for i, r := range waiting {
		if r == nil {
			continue
		}
		a, err := s.await(ctx, r)
		switch {
		case err != nil:
			out[i].Err = err
		case a.passed:
			out[i].Appended, out[i].Err = s.replay(ctx, r, a.next, appends[i].Events) //nolint:gosec // waiting is as long as appends
		default:
			out[i].Appended, out[i].Err = a.done, a.err
		}
	}
	return out
}
