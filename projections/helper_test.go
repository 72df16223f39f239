package projections

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/scenario"
	"saldo/eventstore"
	"saldo/eventstore/memory"
)

// told is the log of August 2020 as events, made once.
var told = sync.OnceValue(func() []domain.Recorded {
	b := domain.NewBook()
	for _, s := range scenario.Steps() {
		if _, err := b.Execute(s.Command); err != nil {
			panic(err) //nolint:forbidigo // a test's fixture
		}
	}
	return b.Log
})

func newStore(tb testing.TB) *memory.Store {
	tb.Helper()
	s, err := memory.New(memory.Config{Now: func() time.Time { return time.Unix(0, 0) }})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	return s
}

// groups yields recorded events as they were appended. The metadata of a fixture can always be encoded.
func groups(events []domain.Recorded) iter.Seq[eventstore.StreamAppend] {
	return func(yield func(eventstore.StreamAppend) bool) {
		var group []eventstore.EventData
		for _, e := range events {
			meta, err := domain.EncodeMetadata(e.Meta)
			if err != nil {
				panic(err) //nolint:forbidigo // a test's fixture
			}
			group = append(group, eventstore.EventData{ID: e.ID, Type: string(e.Type), JSON: true, Data: e.Data, Metadata: meta})
			if !e.Meta.LastPart() {
				continue
			}
			at := eventstore.NoStream()
			if first := e.Revision + 1 - uint64(len(group)); first > 0 {
				at = eventstore.At(first - 1)
			}
			if !yield(eventstore.StreamAppend{Stream: string(e.Stream), At: at, Events: group}) {
				return
			}
			group = nil
		}
	}
}

// put appends recorded events as they are, group by group.
func put(tb testing.TB, s eventstore.Store, events ...domain.Recorded) eventstore.Position {
	tb.Helper()
	var last eventstore.Position
	for g := range groups(events) {
		done, err := s.Append(tb.Context(), g.Stream, g.At, g.Events...)
		require.NoError(tb, err)
		last = done.Position
	}
	return last
}

// open opens models over a store, in a directory of the test.
func open(tb testing.TB, dir string, s eventstore.Store) *Models {
	tb.Helper()
	m, err := Open(tb.Context(), Config{Dir: filepath.Join(dir, "models"), Store: s, Now: func() time.Time { return scenario.DefaultNow() }})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, m.Close()) })
	return m
}

// shared is models over the whole log of August 2020, built once for the tests that only ask them.
var shared = sync.OnceValues(func() (*Models, error) {
	s, err := memory.New(memory.Config{Now: scenario.DefaultNow})
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "saldo-august-")
	if err != nil {
		return nil, err
	}
	sharedDir = dir
	for group := range groups(told()) {
		if _, err = s.Append(context.Background(), group.Stream, group.At, group.Events...); err != nil {
			return nil, err
		}
	}
	m, err := Open(context.Background(), Config{Dir: dir, Store: s, Now: scenario.DefaultNow})
	if err != nil {
		return nil, err
	}
	return m, m.CatchUp(context.Background(), nil)
})

var sharedDir string // what TestMain removes

func TestMain(m *testing.M) {
	code := m.Run()
	if sharedDir != "" {
		_ = os.RemoveAll(sharedDir)
	}
	os.Exit(code)
}

// august is a view of models over the whole log of August 2020. Nobody changes them.
func august(tb testing.TB) (*Models, *View) {
	tb.Helper()
	m, err := shared()
	require.NoError(tb, err)
	v, err := m.View(context.WithoutCancel(tb.Context()), eventstore.Position{}, 0)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, v.Close()) })
	return m, v
}

// timeForTests is how long a test waits for what surely comes.
const timeForTests = 30 * time.Second
