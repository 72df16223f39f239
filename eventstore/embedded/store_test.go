package embedded

import (
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/storetest"
)

func TestConformance(t *testing.T) {
	const maxAppend = 100_000
	small := func(dir string) Config {
		c := config(dir)
		c.Options = Options{SegmentBytes: 4 << 10, MaxAppend: maxAppend, GroupBytes: 8 << 10, QueueLength: 4, feedAppends: 3, feedBytes: 2 << 10}
		return c
	}
	usual := func(dir string) Config {
		c := config(dir)
		c.MaxAppend = maxAppend
		return c
	}
	for name, configured := range map[string]func(string) Config{"small": small, "usual": usual} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, storetest.Harness{
				Open: func(tb testing.TB) eventstore.Store {
					tb.Helper()
					return open(tb, configured(tb.TempDir()))
				},
				Reopen: func(tb testing.TB, s eventstore.Store) eventstore.Store {
					tb.Helper()
					require.NoError(tb, s.Close())
					return open(tb, configured(s.(*Store).config.Dir))
				},
				MaxAppend: maxAppend,
			})
		})
	}
}
