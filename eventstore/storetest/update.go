package storetest

import (
	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

func countEvents(n int, _ eventstore.Recorded) (int, error) { return n + 1, nil }

func updateCases() []testCase {
	type folded = eventstore.Folded[int]
	one := func(who any) func(int, eventstore.Expected) ([]eventstore.EventData, error) {
		return func(n int, _ eventstore.Expected) ([]eventstore.EventData, error) {
			return []eventstore.EventData{event(who, n)}, nil
		}
	}
	return []testCase{
		{"update reads, decides, appends and folds", func(t *tester) {
			ctx := t.patient()
			state, done, err := eventstore.Update(ctx, t.s, "s", folded{}, countEvents, one("a"))
			require.NoError(t, err)
			require.Equal(t, folded{State: 1, At: eventstore.At(0)}, state)
			require.Equal(t, uint64(0), done.LastRevision)
			state, _, err = eventstore.Update(ctx, t.s, "s", state, countEvents, one("b"))
			require.NoError(t, err)
			require.Equal(t, folded{State: 2, At: eventstore.At(1)}, state)
			t.holds("s", event("a", 0), event("b", 1))
		}},
		{"update with a stale state reads the tail and decides again", func(t *tester) {
			t.append("s", eventstore.NoStream(), events(3)...)
			stale := folded{State: 1, At: eventstore.At(0)}
			state, done, err := eventstore.Update(t.patient(), t.s, "s", stale, countEvents, one("a"))
			require.NoError(t, err)
			require.Equal(t, folded{State: 4, At: eventstore.At(3)}, state)
			require.Equal(t, uint64(3), done.LastRevision)
			t.holds("s", append(events(3), event("a", 3))...)
		}},
		{"updates at the same time lose nothing", func(t *tester) {
			ctx := t.patient()
			for _, err := range together(5, func(i int) error {
				_, _, err := eventstore.Update(ctx, t.s, "s", folded{}, countEvents, one(i))
				return err
			}) {
				require.NoError(t, err)
			}
			require.Len(t, t.stream("s", eventstore.ReadOptions{}), 5)
		}},
		{"update that decides nothing", func(t *tester) {
			state, done, err := eventstore.Update(t.patient(), t.s, "s", folded{}, countEvents,
				func(int, eventstore.Expected) ([]eventstore.EventData, error) { return nil, nil })
			require.NoError(t, err)
			require.Equal(t, folded{At: eventstore.NoStream()}, state)
			require.Equal(t, eventstore.Appended{}, done)
		}},
		{"update with a state ahead of the store gives up", func(t *tester) {
			ahead := folded{State: 9, At: eventstore.At(8)}
			_, _, err := eventstore.Update(t.patient(), t.s, "s", ahead, countEvents, one("a"))
			var wrong *eventstore.WrongRevisionError
			require.ErrorAs(t, err, &wrong)
		}},
	}
}
