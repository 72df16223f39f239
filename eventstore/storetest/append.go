package storetest

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

func appendCases() []testCase {
	return []testCase{
		{"01 no stream creates at revision 0", func(t *tester) {
			require.Equal(t, uint64(0), t.append("s", eventstore.NoStream(), event(1)).LastRevision)
			t.holds("s", event(1))
		}},
		{"02 no stream where there is one", func(t *tester) {
			t.append("s", eventstore.NoStream(), event(1))
			t.wrong(eventstore.NoStream(), eventstore.At(0), event(2))
		}},
		{"03 at the current revision", func(t *tester) {
			t.append("s", eventstore.NoStream(), event(1))
			require.Equal(t, uint64(1), t.append("s", eventstore.At(0), event(2)).LastRevision)
			t.holds("s", event(1), event(2))
		}},
		{"04 below the current revision", func(t *tester) {
			t.append("s", eventstore.NoStream(), events(3)...)
			t.wrong(eventstore.At(0), eventstore.At(2), event("other"))
		}},
		{"05 above the current revision", func(t *tester) {
			t.append("s", eventstore.NoStream(), events(3)...)
			t.wrong(eventstore.At(3), eventstore.At(2), event("other"))
		}},
		{"06 at a revision of no stream", func(t *tester) {
			t.wrong(eventstore.At(0), eventstore.NoStream(), event(1))
			t.wrong(eventstore.At(7), eventstore.NoStream(), event(1))
		}},
		{"10 a batch is refused as a whole", func(t *tester) {
			t.append("s", eventstore.NoStream(), events(2)...)
			t.wrong(eventstore.NoStream(), eventstore.At(1), events(5, "other")...)
		}},
		{"11 a batch has contiguous revisions and stands together", func(t *tester) {
			t.append("s", eventstore.NoStream(), event("first"))
			t.append("s", eventstore.At(0), events(5)...)
			t.holds("s", append(append([]eventstore.EventData{}, event("first")), events(5)...)...)
			for i, r := range t.all(eventstore.Position{}, eventstore.ReadAllOptions{}) {
				require.Equal(t, uint64(i), r.Revision)
			}
		}},
		{"12 last revision of 1, 2 and 100 events", func(t *tester) {
			require.Equal(t, uint64(0), t.append("s", eventstore.NoStream(), events(1, "a")...).LastRevision)
			require.Equal(t, uint64(2), t.append("s", eventstore.At(0), events(2, "b")...).LastRevision)
			require.Equal(t, uint64(102), t.append("s", eventstore.At(2), events(100, "c")...).LastRevision)
			require.Len(t, t.stream("s", eventstore.ReadOptions{}), 103)
		}},
		{"24 nothing as data and metadata", func(t *tester) {
			none, empty := event(1), event(2)
			none.Data, none.Metadata = nil, nil
			empty.Data, empty.Metadata = []byte{}, []byte{}
			t.append("s", eventstore.NoStream(), none, empty)
			t.holds("s", none, empty)
		}},
		{"25 bytes come back as they were", func(t *tester) {
			every := make([]byte, 256)
			for i := range every {
				every[i] = byte(i)
			}
			binary, text := event(1), event(2)
			binary.JSON, binary.Data, binary.Metadata = false, every, every
			text.Data = []byte("{ \"spaces\" :\t1.00,\n\"ünïcode\":\"\\u00e9\" }")
			t.append("s", eventstore.NoStream(), binary, text)
			t.holds("s", binary, text)
		}},
		{"26 long names and names in any script", func(t *tester) {
			for i, name := range []string{"peserta-日本-ñ-🙂", "a b/c?d#e", long(eventstore.MaxNameBytes), "x$"} {
				e := event(name)
				e.Type = fmt.Sprintf("Kursus%d—🙂", i)
				t.append(name, eventstore.NoStream(), e)
				t.holds(name, e)
			}
			e := event("type")
			e.Type = long(eventstore.MaxNameBytes)
			t.append("s", eventstore.NoStream(), e)
			t.holds("s", e)
		}},
		{"what is handed over is copied", func(t *tester) {
			e := event(1)
			t.append("s", eventstore.NoStream(), e)
			clear(e.Data)
			t.holds("s", event(1))
			clear(t.stream("s", eventstore.ReadOptions{})[0].Data)
			for r, err := range t.s.ReadAll(t.Context(), eventstore.Position{}, eventstore.ReadAllOptions{}) {
				require.NoError(t, err)
				clear(r.Data)
			}
			t.holds("s", event(1))
		}},
	}
}

func refusalCases() []testCase {
	refused := func(t *tester, kind error, stream string, at eventstore.Expected, e ...eventstore.EventData) {
		t.Helper()
		_, err := t.s.Append(t.Context(), stream, at, e...)
		require.ErrorIs(t, err, kind, "stream %q, at %s", stream, at)
		require.True(t, t.head().IsStart())
	}
	return []testCase{
		{"22 no events, no expectation, no id", func(t *tester) {
			refused(t, eventstore.ErrInvalid, "s", eventstore.NoStream())
			refused(t, eventstore.ErrInvalid, "s", eventstore.Expected{}, event(1))
			refused(t, eventstore.ErrInvalid, "s", eventstore.At(eventstore.End), event(1))
			noID := event(1)
			noID.ID = [16]byte{}
			refused(t, eventstore.ErrInvalid, "s", eventstore.NoStream(), event(2), noID)
		}},
		{"23 the limit on one append", func(t *tester) {
			half := event(1)
			half.Data = make([]byte, t.h.MaxAppend/2)
			rest := event(2)
			rest.Data = nil
			rest.Data = make([]byte, t.h.MaxAppend-eventstore.AppendSize([]eventstore.EventData{half, rest}))
			over := rest
			over.Data = make([]byte, len(rest.Data)+1)
			refused(t, eventstore.ErrTooLarge, "s", eventstore.NoStream(), half, over)
			_, err := t.s.Append(t.Context(), "s", eventstore.NoStream(), half, over)
			var large *eventstore.TooLargeError
			require.ErrorAs(t, err, &large)
			require.Equal(t, eventstore.TooLargeError{Size: t.h.MaxAppend + 1, Limit: t.h.MaxAppend}, *large)
			t.append("s", eventstore.NoStream(), half, rest)
			t.holds("s", half, rest)
		}},
		{"27 names that are not to be", func(t *tester) {
			for _, name := range []string{"", "$", "$all", "$$s", "a\x00", "a\nb", "a\x7f", "\u0085", "\xff", long(eventstore.MaxNameBytes + 1)} {
				refused(t, eventstore.ErrInvalid, name, eventstore.NoStream(), event(1))
				e := event(1)
				e.Type = name
				refused(t, eventstore.ErrInvalid, "s", eventstore.NoStream(), e)
				_, err := Collect(t.s.ReadStream(t.Context(), name, eventstore.ReadOptions{}))
				require.ErrorIs(t, err, eventstore.ErrInvalid)
			}
		}},
	}
}

func replayCases() []testCase {
	replayed := func(t *tester, at eventstore.Expected, last uint64, e ...eventstore.EventData) {
		t.Helper()
		before := t.all(eventstore.Position{}, eventstore.ReadAllOptions{})
		done := t.append("s", at, e...)
		require.Equal(t, last, done.LastRevision)
		require.Equal(t, before, t.all(eventstore.Position{}, eventstore.ReadAllOptions{}))
		original := t.stream("s", eventstore.ReadOptions{From: last, Limit: 1})[0]
		require.GreaterOrEqual(t, done.Position.Compare(original.Position), 0)
	}
	return []testCase{
		{"13 the same append to no stream", func(t *tester) {
			t.append("s", eventstore.NoStream(), events(3)...)
			replayed(t, eventstore.NoStream(), 2, events(3)...)
		}},
		{"14 the same append after later ones", func(t *tester) {
			t.append("s", eventstore.NoStream(), event("first"))
			t.append("s", eventstore.At(0), events(3)...)
			t.append("s", eventstore.At(3), events(4, "later")...)
			replayed(t, eventstore.At(0), 3, events(3)...)
			replayed(t, eventstore.NoStream(), 0, event("first"))
			replayed(t, eventstore.At(0), 2, events(3)[:2]...) // also across what were two appends
			replayed(t, eventstore.At(2), 4, events(3)[2], events(4, "later")[0])
		}},
		{"15 the same append after a restart", func(t *tester) {
			if t.h.Reopen == nil {
				t.Skip("nothing survives")
			}
			t.append("s", eventstore.NoStream(), events(3)...)
			t.append("s", eventstore.At(2), event("later"))
			t.reopen()
			replayed(t, eventstore.NoStream(), 2, events(3)...)
			t.append("s", eventstore.At(3), event("more"))
		}},
		{"16 known and then other ids", func(t *tester) {
			t.append("s", eventstore.NoStream(), events(3)...)
			t.wrong(eventstore.NoStream(), eventstore.At(2), events(3)[0], event("other"), events(3)[2])
		}},
		{"17 a longer batch with a known beginning", func(t *tester) {
			t.append("s", eventstore.NoStream(), events(3)...)
			t.wrong(eventstore.NoStream(), eventstore.At(2), events(4)...)
		}},
		{"18 known ids in another order", func(t *tester) {
			e := events(2)
			t.append("s", eventstore.NoStream(), e...)
			t.wrong(eventstore.NoStream(), eventstore.At(1), e[1], e[0])
		}},
		{"19 known ids at the current revision are added again", func(t *tester) {
			t.append("s", eventstore.NoStream(), event(1))
			require.Equal(t, uint64(1), t.append("s", eventstore.At(0), event(1)).LastRevision)
			t.holds("s", event(1), event(1))
		}},
		{"20 one id in two streams", func(t *tester) {
			t.append("a", eventstore.NoStream(), event(1))
			t.append("b", eventstore.NoStream(), event(1))
			t.holds("a", event(1))
			t.holds("b", event(1))
		}},
		{"21 one id with other content", func(t *tester) {
			if t.h.ComparesIDsOnly {
				t.Skip("the backend compares ids only")
			}
			t.append("s", eventstore.NoStream(), events(2)...)
			for i, change := range []func(*eventstore.EventData){
				func(e *eventstore.EventData) { e.Data = []byte(`{}`) },
				func(e *eventstore.EventData) { e.Metadata = nil },
				func(e *eventstore.EventData) { e.Type = "Other" },
				func(e *eventstore.EventData) { e.JSON = false },
			} {
				e := events(2)
				change(&e[1])
				_, err := t.s.Append(t.Context(), "s", eventstore.NoStream(), e...)
				require.ErrorIs(t, err, eventstore.ErrIDReused, "change %d", i)
				require.NotErrorIs(t, err, eventstore.ErrOutcomeUnknown)
			}
			t.holds("s", events(2)...)
		}},
	}
}

// streamNames gives n names that share a prefix in pairs.
func streamNames(n int) []string {
	names := make([]string, 0, n)
	for i := range n {
		names = append(names, strings.Join([]string{[]string{"odd", "even"}[i%2], fmt.Sprint(i)}, "-"))
	}
	return names
}
