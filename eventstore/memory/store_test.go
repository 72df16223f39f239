package memory_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/memory"
	"saldo/eventstore/storetest"
)

func open(tb testing.TB) eventstore.Store {
	tb.Helper()
	s, err := memory.New(memory.Config{Now: func() time.Time { return time.Unix(1597831200, 123456789) }})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	return s
}

func TestConformance(t *testing.T) {
	storetest.Run(t, storetest.Harness{Open: open, MaxAppend: eventstore.DefaultMaxAppend})
}
