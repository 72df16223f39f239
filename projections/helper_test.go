package projections

import (
	"context"
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

// put appends recorded events as they are, group by group.
func put(tb testing.TB, s eventstore.Store, events ...domain.Recorded) eventstore.Position {
	tb.Helper()
	var group []eventstore.EventData
	var last eventstore.Position
	for _, e := range events {
		meta, err := domain.EncodeMetadata(e.Meta)
		require.NoError(tb, err)
		group = append(group, eventstore.EventData{ID: e.ID, Type: string(e.Type), JSON: true, Data: e.Data, Metadata: meta})
		if !e.Meta.LastPart() {
			continue
		}
		at := eventstore.NoStream()
		if first := e.Revision + 1 - uint64(len(group)); first > 0 {
			at = eventstore.At(first - 1)
		}
		done, err := s.Append(tb.Context(), string(e.Stream), at, group...)
		require.NoError(tb, err)
		group, last = nil, done.Position
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

// august is models over the whole log of August 2020, caught up.
func august(tb testing.TB) (*Models, *View) {
	tb.Helper()
	s := newStore(tb)
	put(tb, s, told()...)
	m := open(tb, tb.TempDir(), s)
	require.NoError(tb, m.CatchUp(tb.Context(), nil))
	v, err := m.View(context.WithoutCancel(tb.Context()), eventstore.Position{}, 0)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, v.Close()) })
	return m, v
}

// timeForTests is how long a test waits for what surely comes.
const timeForTests = 30 * time.Second
