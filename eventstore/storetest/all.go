package storetest

import (
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

// filled appends batches of 1, 2, 3 ... events to streams in turn and returns the whole log.
func filled(t *tester, streams []string, rounds int) []eventstore.Recorded {
	t.Helper()
	next := map[string]eventstore.Expected{}
	for i := range rounds {
		name := streams[i%len(streams)]
		at, known := next[name]
		if !known {
			at = eventstore.NoStream()
		}
		next[name] = eventstore.At(t.append(name, at, events(1+i%3, i)...).LastRevision)
	}
	return t.all(eventstore.Position{}, eventstore.ReadAllOptions{})
}

func allCases() []testCase {
	start := eventstore.Position{}
	return []testCase{
		{"41 positions rise", func(t *tester) {
			last := start
			for _, r := range filled(t, streamNames(4), 20) {
				require.Equal(t, 1, r.Position.Compare(last))
				require.Equal(t, -1, last.Compare(r.Position))
				last = r.Position
			}
			require.Equal(t, last, t.head())
		}},
		{"42 the order of a stream is that of the log", func(t *tester) {
			log := filled(t, streamNames(4), 20)
			for _, name := range streamNames(4) {
				var part []eventstore.Recorded
				for _, r := range log {
					if r.Stream == name {
						part = append(part, r)
					}
				}
				require.Equal(t, part, t.stream(name, eventstore.ReadOptions{}))
			}
		}},
		{"43 44 from every position the exact rest", func(t *tester) {
			log := filled(t, streamNames(3), 20)
			for i, r := range log {
				require.Len(t, t.all(r.Position, eventstore.ReadAllOptions{}), len(log)-i-1)
				require.Equal(t, log[i+1:min(i+3, len(log))], append([]eventstore.Recorded{}, t.all(r.Position, eventstore.ReadAllOptions{Limit: 2})...))
			}
		}},
		{"45 backward mirrors forward", func(t *tester) {
			filled(t, streamNames(3), 20)
			for _, name := range streamNames(3) {
				forward := t.stream(name, eventstore.ReadOptions{})
				backward := t.stream(name, eventstore.ReadOptions{Backward: true, From: eventstore.End})
				slices.Reverse(backward)
				require.Equal(t, forward, backward)
			}
		}},
		{"46 an empty store", func(t *tester) {
			require.True(t, t.head().IsStart())
			require.Empty(t, t.all(start, eventstore.ReadAllOptions{}))
		}},
		{"47 prefixes, and a limit that counts what matches", func(t *tester) {
			log := filled(t, streamNames(4), 40)
			for _, prefixes := range [][]string{{"odd"}, {"even-1"}, {"odd-0", "even"}, {"odd-0", "odd"}, {""}, {"none"}} {
				want := []eventstore.Recorded{}
				for _, r := range log {
					if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(r.Stream, p) }) {
						want = append(want, r)
					}
				}
				found := append([]eventstore.Recorded{}, t.all(start, eventstore.ReadAllOptions{Prefixes: prefixes})...)
				require.Equal(t, want, found, "%q", prefixes)
				found = t.all(start, eventstore.ReadAllOptions{Prefixes: prefixes, Limit: 7})
				require.Len(t, found, min(7, len(want)), "%q", prefixes)
			}
		}},
		{"48 behind the position of an append come later events only", func(t *tester) {
			t.append("s", eventstore.NoStream(), events(3)...)
			done := t.append("s", eventstore.At(2), events(3, "b")...)
			last := t.stream("s", eventstore.ReadOptions{From: 5})[0]
			require.GreaterOrEqual(t, done.Position.Compare(last.Position), 0)
			require.Empty(t, t.all(done.Position, eventstore.ReadAllOptions{}))
			t.append("other", eventstore.NoStream(), event("c"))
			later := t.all(done.Position, eventstore.ReadAllOptions{})
			require.Len(t, later, 1)
			require.Equal(t, "other", later[0].Stream)
		}},
		{"49 foreign positions are refused", func(t *tester) {
			log := filled(t, streamNames(3), 20)
			commit, _ := t.head().Coordinates()
			ours := t.head().StoreID()
			for _, p := range []eventstore.Position{
				eventstore.NewPosition(ours+"x", commit, commit),
				eventstore.NewPosition("", commit, commit),
				eventstore.NewPosition(ours, commit+1, commit+1),
				eventstore.NewPosition(ours, eventstore.End, eventstore.End),
			} {
				_, err := Collect(t.s.ReadAll(t.Context(), p, eventstore.ReadAllOptions{}))
				require.ErrorIs(t, err, eventstore.ErrForeignPosition, "%s", p)
				require.ErrorIs(t, t.s.Wait(t.patient(), p), eventstore.ErrForeignPosition, "%s", p)
			}
			before, _ := log[0].Position.Coordinates()
			if before > 1 {
				_, err := Collect(t.s.ReadAll(t.Context(), eventstore.NewPosition(ours, 1, 1), eventstore.ReadAllOptions{}))
				require.ErrorIs(t, err, eventstore.ErrForeignPosition)
			}
		}},
		{"50 the text of a position", func(t *tester) {
			for _, r := range filled(t, streamNames(3), 20) {
				p, err := eventstore.ParsePosition(r.Position.String())
				require.NoError(t, err)
				require.Equal(t, r.Position, p)
			}
			p, err := eventstore.ParsePosition(start.String())
			require.NoError(t, err)
			require.True(t, p.IsStart())
		}},
		{"after a restart the log is the same", func(t *tester) {
			if t.h.Reopen == nil {
				t.Skip("nothing survives")
			}
			log := filled(t, streamNames(4), 30)
			t.reopen()
			require.Equal(t, log, t.all(start, eventstore.ReadAllOptions{}))
			require.Equal(t, log[7:], t.all(log[6].Position, eventstore.ReadAllOptions{}))
			t.reopen()
			require.Equal(t, log[len(log)-1].Position, t.head())
		}},
	}
}
