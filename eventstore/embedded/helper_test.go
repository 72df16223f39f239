package embedded

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

// testContext outlives a test, whose own context has ended when it is cleaned up.
func testContext() context.Context { return context.Background() }

var ids atomic.Int64

func config(dir string) Config {
	return Config{
		Dir:   dir,
		Now:   func() time.Time { return time.Unix(1597831200, 123456789) },
		NewID: func() string { return fmt.Sprintf("store-%d", ids.Add(1)) },
	}
}

// open opens a store, and checks and closes it when the test ends.
func open(tb testing.TB, c Config) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), c)
	require.NoError(tb, err)
	checked(tb, s)
	return s
}

func checked(tb testing.TB, s *Store) {
	tb.Helper()
	dir, store := s.config.Dir, s
	tb.Cleanup(func() {
		if _, err := store.snapshot(); err != nil { // closed by the test: look at what it left
			reopened, err := OpenReadOnly(testContext(), config(dir))
			require.NoError(tb, err)
			store = reopened
		}
		_, err := store.Check(testContext())
		require.NoError(tb, err)
		require.NoError(tb, store.Close())
	})
}

func event(n int) eventstore.EventData {
	return eventstore.EventData{ID: [16]byte{1, byte(n), byte(n >> 8)}, Type: "Tested", JSON: true, Data: fmt.Appendf(nil, `{"n":%d}`, n), Metadata: []byte(`{}`)}
}
