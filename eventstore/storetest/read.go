package storetest

import (
	"context"
	"runtime"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

func revisions(found []eventstore.Recorded) []uint64 {
	numbers := []uint64{}
	for _, r := range found {
		numbers = append(numbers, r.Revision)
	}
	return numbers
}

func streamCases() []testCase {
	type row struct {
		o    eventstore.ReadOptions
		want []uint64
	}
	rows := func(want []row) func(t *tester) {
		return func(t *tester) {
			t.append("s", eventstore.NoStream(), events(3)...)
			t.append("other", eventstore.NoStream(), events(2)...)
			t.append("s", eventstore.At(2), events(2, "more")...)
			t.append("s", eventstore.At(4), event("last"))
			for _, r := range want {
				require.Equal(t, r.want, revisions(t.stream("s", r.o)), "%+v", r.o)
			}
		}
	}
	return []testCase{
		{"32 forward", rows([]row{
			{eventstore.ReadOptions{}, []uint64{0, 1, 2, 3, 4, 5}},
			{eventstore.ReadOptions{Limit: 4}, []uint64{0, 1, 2, 3}},
			{eventstore.ReadOptions{From: 1, Limit: 1}, []uint64{1}},
			{eventstore.ReadOptions{From: 4}, []uint64{4, 5}},
			{eventstore.ReadOptions{From: 5}, []uint64{5}},
		})},
		{"33 backward", rows([]row{
			{eventstore.ReadOptions{Backward: true, From: eventstore.End}, []uint64{5, 4, 3, 2, 1, 0}},
			{eventstore.ReadOptions{Backward: true, From: eventstore.End, Limit: 2}, []uint64{5, 4}},
			{eventstore.ReadOptions{Backward: true, From: 4, Limit: 3}, []uint64{4, 3, 2}},
			{eventstore.ReadOptions{Backward: true, From: 1}, []uint64{1, 0}},
			{eventstore.ReadOptions{Backward: true}, []uint64{0}},
		})},
		{"34 from behind the end", rows([]row{
			{eventstore.ReadOptions{From: 6}, []uint64{}},
			{eventstore.ReadOptions{From: eventstore.End}, []uint64{}},
		})},
		{"36 a limit above what there is", rows([]row{{eventstore.ReadOptions{Limit: 1 << 40}, []uint64{0, 1, 2, 3, 4, 5}}})},
		{"35 no such stream", func(t *tester) {
			t.append("s2", eventstore.NoStream(), event(1))
			for _, o := range []eventstore.ReadOptions{{}, {From: 3}, {Backward: true, From: eventstore.End}} {
				_, err := Collect(t.s.ReadStream(t.Context(), "s", o))
				require.ErrorIs(t, err, eventstore.ErrStreamNotFound)
			}
		}},
		{"37 leaving early leaves nothing behind", func(t *tester) {
			t.append("s", eventstore.NoStream(), events(50)...)
			before := runtime.NumGoroutine()
			for range 50 {
				for _, err := range t.s.ReadStream(t.Context(), "s", eventstore.ReadOptions{}) {
					require.NoError(t, err)
					break
				}
				for _, err := range t.s.ReadAll(t.Context(), eventstore.Position{}, eventstore.ReadAllOptions{}) {
					require.NoError(t, err)
					break
				}
			}
			// A hundred reads were left early: a leak of one each is a hundred. A store may start something of its own meanwhile.
			require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+50 }, patience, time.Millisecond)
		}},
		{"38 ten thousand events in order", func(t *tester) {
			at := eventstore.NoStream()
			for batch := range 20 {
				at = eventstore.At(t.append("s", at, events(500, batch)...).LastRevision)
			}
			found := t.stream("s", eventstore.ReadOptions{})
			require.Len(t, found, 10_000)
			for i, r := range found {
				require.Equal(t, uint64(i), r.Revision)
			}
			require.Equal(t, event(499, 19).ID, found[9_999].ID)
			require.Equal(t, found, t.all(eventstore.Position{}, eventstore.ReadAllOptions{}))
		}},
		{"39 an answered append is seen by every reader", func(t *tester) {
			at := eventstore.NoStream()
			for n := range 30 {
				done := t.append("s", at, event(n))
				at = eventstore.At(done.LastRevision)
				require.Len(t, t.stream("s", eventstore.ReadOptions{}), n+1)
				require.Len(t, t.all(eventstore.Position{}, eventstore.ReadAllOptions{}), n+1)
				require.GreaterOrEqual(t, t.head().Compare(done.Position), 0)
			}
		}},
		{"40 the store's stamp", func(t *tester) {
			t.append("s", eventstore.NoStream(), event(1))
			stored := t.stream("s", eventstore.ReadOptions{})[0].Stored
			require.False(t, stored.IsZero())
			require.Equal(t, time.UTC, stored.Location())
			require.Zero(t, stored.Nanosecond()%100)
		}},
		{"reading under an ended context", func(t *tester) {
			t.append("s", eventstore.NoStream(), events(3)...)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := Collect(t.s.ReadStream(ctx, "s", eventstore.ReadOptions{}))
			require.ErrorIs(t, err, context.Canceled)
			_, err = Collect(t.s.ReadAll(ctx, eventstore.Position{}, eventstore.ReadAllOptions{}))
			require.ErrorIs(t, err, context.Canceled)
		}},
	}
}
