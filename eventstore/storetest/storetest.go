// Package storetest is the conformance suite of the event store: what every backend does, told as tests. A backend's own
// test calls Run with a Harness; where backends may differ, the Harness says so as data.
package storetest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

// Harness is a backend under test.
type Harness struct {
	// Open returns a new and empty store; it is closed and checked when the test ends.
	Open func(t testing.TB) eventstore.Store
	// Reopen closes a store of Open and opens the same data again; nil if nothing survives.
	Reopen func(t testing.TB, s eventstore.Store) eventstore.Store
	// MaxAppend is the limit of the stores of Open in bytes.
	MaxAppend int
	// ComparesIDsOnly: the backend itself doesn't see that an id comes with other bytes, as EventStoreDB.
	ComparesIDsOnly bool
}

// patience bounds every wait of the suite: far more than anything takes, so that a hang is a failure and not a time-out.
const patience = 20 * time.Second

// Run runs the whole suite. The numbers in the names are those of the list in the design documents.
func Run(t *testing.T, h Harness) {
	t.Helper()
	groups := []struct {
		name  string
		cases []testCase
	}{
		{"append", appendCases()},
		{"replay", replayCases()},
		{"refuse", refusalCases()},
		{"race", raceCases()},
		{"stream", streamCases()},
		{"all", allCases()},
		{"follow", followCases()},
		{"update", updateCases()},
		{"close", closeCases()},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, c := range g.cases {
				t.Run(c.name, func(t *testing.T) {
					c.run(&tester{T: t, h: h, s: h.Open(t)})
				})
			}
		})
	}
}

type testCase struct {
	name string
	run  func(t *tester)
}

// tester is one case: its test, its store, and steps that must succeed.
type tester struct {
	*testing.T
	h Harness
	s eventstore.Store
}

// event makes an event that is the same whenever the same words are given.
func event(words ...any) eventstore.EventData {
	text := fmt.Sprintln(words...)
	sum := sha256.Sum256([]byte(text))
	return eventstore.EventData{
		ID: [16]byte(sum[:]), Type: "Tested", JSON: true,
		Data: fmt.Appendf(nil, `{"words":%q}`, text), Metadata: []byte(`{"n":1}`),
	}
}

func events(n int, words ...any) []eventstore.EventData {
	made := make([]eventstore.EventData, 0, n)
	for i := range n {
		made = append(made, event(append([]any{i}, words...)...))
	}
	return made
}

func (t *tester) append(stream string, at eventstore.Expected, e ...eventstore.EventData) eventstore.Appended {
	t.Helper()
	done, err := t.s.Append(t.Context(), stream, at, e...)
	require.NoError(t, err)
	return done
}

// wrong expects an append to stream s to be refused for the revision and to leave the log as it is.
func (t *tester) wrong(at, current eventstore.Expected, e ...eventstore.EventData) {
	t.Helper()
	before := t.all(eventstore.Position{}, eventstore.ReadAllOptions{})
	_, err := t.s.Append(t.Context(), "s", at, e...)
	var wrong *eventstore.WrongRevisionError
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "s", wrong.Stream)
	asked := wrong.Expected
	require.Equal(t, at, asked)
	if wrong.Current.Known() {
		require.Equal(t, current, wrong.Current)
	}
	require.Equal(t, before, t.all(eventstore.Position{}, eventstore.ReadAllOptions{}))
}

func (t *tester) stream(name string, o eventstore.ReadOptions) []eventstore.Recorded {
	t.Helper()
	return t.collect(t.s.ReadStream(t.Context(), name, o))
}

func (t *tester) all(after eventstore.Position, o eventstore.ReadAllOptions) []eventstore.Recorded {
	t.Helper()
	return t.collect(t.s.ReadAll(t.Context(), after, o))
}

func (t *tester) collect(seq iter.Seq2[eventstore.Recorded, error]) []eventstore.Recorded {
	t.Helper()
	found, err := Collect(seq)
	require.NoError(t, err)
	for i := range found { // both forms of nothing are allowed
		found[i].Data, found[i].Metadata = append([]byte{}, found[i].Data...), append([]byte{}, found[i].Metadata...)
	}
	return found
}

// holds expects the stream to consist of exactly these events.
func (t *tester) holds(stream string, want ...eventstore.EventData) {
	t.Helper()
	found := t.stream(stream, eventstore.ReadOptions{})
	require.Len(t, found, len(want))
	for i, e := range want {
		require.Equal(t, stream, found[i].Stream)
		require.Equal(t, uint64(i), found[i].Revision)
		require.Equal(t, e.ID, found[i].ID)
		require.Equal(t, e.Type, found[i].Type)
		require.Equal(t, e.JSON, found[i].JSON)
		require.Equal(t, string(e.Data), string(found[i].Data))
		require.Equal(t, string(e.Metadata), string(found[i].Metadata))
	}
}

func (t *tester) head() eventstore.Position {
	t.Helper()
	p, err := t.s.Head(t.Context())
	require.NoError(t, err)
	return p
}

func (t *tester) reopen() {
	t.Helper()
	t.s = t.h.Reopen(t.T, t.s)
}

func (t *tester) patient() context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// Collect reads to the end, or to the first error.
func Collect(seq iter.Seq2[eventstore.Recorded, error]) ([]eventstore.Recorded, error) {
	var found []eventstore.Recorded
	for r, err := range seq {
		if err != nil {
			return found, err
		}
		found = append(found, r)
	}
	return found, nil
}

func long(n int) string { return strings.Repeat("x", n) }
