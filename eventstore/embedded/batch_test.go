package embedded

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/storetest"
)

// A batch is many appends with an outcome each, in the order in which they stand in the log.
func TestBatchKeepsOrderAndEachOutcome(t *testing.T) {
	s := open(t, config(t.TempDir()))
	ctx := t.Context()
	var batch []eventstore.StreamAppend
	for i := range 50 {
		at := eventstore.NoStream()
		if i >= 10 {
			at = eventstore.At(uint64(i/10 - 1))
		}
		batch = append(batch, eventstore.StreamAppend{Stream: fmt.Sprintf("s-%d", i%10), At: at, Events: []eventstore.EventData{event(i)}})
	}
	wrong := eventstore.StreamAppend{Stream: "s-3", At: eventstore.At(90), Events: []eventstore.EventData{event(900)}}
	invalid := eventstore.StreamAppend{Stream: "", At: eventstore.NoStream(), Events: []eventstore.EventData{event(901)}}
	all := append(append(batch[:25:25], wrong, invalid), batch[25:]...)

	results := s.AppendBatch(ctx, all)
	require.Len(t, results, len(all))
	for i, r := range results {
		switch i {
		case 25:
			require.Error(t, r.Err)
			var conflict *eventstore.WrongRevisionError
			require.ErrorAs(t, r.Err, &conflict)
		case 26:
			require.ErrorIs(t, r.Err, eventstore.ErrInvalid)
		default:
			require.NoError(t, r.Err, "append %d", i)
		}
	}
	log, err := storetest.Collect(s.ReadAll(ctx, eventstore.Position{}, eventstore.ReadAllOptions{}))
	require.NoError(t, err)
	require.Len(t, log, len(batch))
	for i, e := range log {
		require.Equal(t, batch[i].Events[0].ID, e.ID, "event %d is out of order", i)
	}

	// The same batch again is answered with what stands already.
	for i, r := range s.AppendBatch(ctx, batch) {
		require.NoError(t, r.Err)
		require.Equal(t, uint64(i/10), r.Appended.LastRevision)
	}
	again, err := storetest.Collect(s.ReadAll(ctx, eventstore.Position{}, eventstore.ReadAllOptions{}))
	require.NoError(t, err)
	require.Len(t, again, len(batch))
}

func TestBatchOnAClosedStore(t *testing.T) {
	s := open(t, config(t.TempDir()))
	require.NoError(t, s.Close())
	for _, r := range s.AppendBatch(t.Context(), []eventstore.StreamAppend{{Stream: "s-1", At: eventstore.NoStream(), Events: []eventstore.EventData{event(1)}}}) {
		require.ErrorIs(t, r.Err, eventstore.ErrClosed)
	}
}
