package embedded

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore/storetest"
)

// history lets callers work on a disk that fails now and then, and closes and opens the store between histories: what they
// are told, unknown outcomes included, has an order.
func history(t *testing.T, histories, operations int) {
	t.Helper()
	p := &plan{}
	c := fedConfig(t.TempDir())
	c.openFile = func(path string, flag int) (file, error) {
		f, err := openOSFile(path, flag)
		return failingFile{f, p}, err
	}
	for seed := range uint64(histories) {
		s, err := Open(t.Context(), c)
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		var faults sync.WaitGroup
		faults.Go(func() {
			calls := []string{"write", "half", "sync"}
			for ctx.Err() == nil {
				time.Sleep(time.Duration(rand.IntN(8)) * time.Millisecond)
				p.set(calls[rand.IntN(len(calls))], rand.IntN(2) == 0, 1)
			}
		})
		h := storetest.NewHistory(s)
		err = h.Concurrent(t.Context(), seed, 16, operations)
		stop()
		faults.Wait()
		p.set("", false, 0)
		require.NoError(t, err)
		require.NoError(t, h.Check(time.Minute), "seed %d", seed)
		require.NoError(t, s.Close())
	}
	s := open(t, c)
	_, err := s.Check(t.Context())
	require.NoError(t, err)
}

func TestHistoryOnAFailingDisk(t *testing.T) { history(t, 4, 400) }

func TestTortureHistory(t *testing.T) { history(t, tortured(t, 200), 2000) }
