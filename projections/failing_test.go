package projections

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

var errStoreGone = errors.New("the store is gone")

// failing is a store whose reads break off, as many of them as are asked for, each behind so many events.
type failing struct {
	eventstore.Store
	reads, behind int
}

func (f *failing) ReadAll(ctx context.Context, after eventstore.Position, o eventstore.ReadAllOptions) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		n := 0
		for r, err := range f.Store.ReadAll(ctx, after, o) {
			if n++; f.reads > 0 && n > f.behind {
				f.reads--
				yield(eventstore.Recorded{}, errStoreGone)
				return
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// A store that fails in the middle of a batch, and again when the models want to know where they stand, costs time only.
func TestStoreFailsInMidBatch(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	half := len(told()) / 2
	for ; !told()[half-1].Meta.LastPart(); half++ {
	}
	put(t, s, told()[:half]...)
	f := &failing{Store: s}
	m := open(t, t.TempDir(), f)
	require.NoError(t, m.CatchUp(t.Context(), nil))
	put(t, s, told()[half:]...)
	f.reads, f.behind = 3, 700
	for range 3 {
		require.ErrorIs(t, m.CatchUp(t.Context(), nil), errStoreGone)
	}
	require.NoError(t, m.CatchUp(t.Context(), nil))
	whole := open(t, t.TempDir(), s)
	require.NoError(t, whole.CatchUp(t.Context(), nil))
	require.Equal(t, dumped(t, whole), dumped(t, m))
}
