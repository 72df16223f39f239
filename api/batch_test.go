package api_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/eventstore"
)

// lossy takes batches and loses some of their appends, and, worse, keeps some without saying so.
type lossy struct {
	eventstore.Store
	count int
}

func (l *lossy) AppendBatch(ctx context.Context, appends []eventstore.StreamAppend) []eventstore.Result {
	out := make([]eventstore.Result, len(appends))
	for i, a := range appends {
		l.count++
		switch {
		case l.count%7 == 0:
			out[i].Err = eventstore.ErrUnavailable
		case l.count%11 == 0:
			_, _ = l.Append(ctx, a.Stream, a.At, a.Events...)
			out[i].Err = eventstore.ErrOutcomeUnknown
		default:
			out[i].Appended, out[i].Err = l.Append(ctx, a.Stream, a.At, a.Events...)
		}
	}
	return out
}

// bulk is a sequence in which the same people appear again and again, with repetitions of what was said before.
func bulkOf(t *testing.T, w wave, people int) []domain.Command {
	t.Helper()
	cmds := programme(t, w)
	at := cmds[len(cmds)-1].ReceivedAt.Add(2 * time.Second)
	cmds = append(cmds, ready(at, w, policy(t).Entitlement.Package())...)
	for round := range 3 {
		for n := 1; n <= people; n++ {
			key := fmt.Sprint(round, "-", n)
			cmds = append(cmds, purchase(key, at, buyer(w, n), domain.InvoiceCode("I-"+key)))
			if n%5 == 0 { // the very same again, while the first is still on its way
				cmds = append(cmds, purchase(key, at, buyer(w, n), domain.InvoiceCode("I-"+key)))
			}
		}
	}
	return cmds
}

// Whatever happens to single appends of a batch, each command has exactly one outcome, the one that stands in the log.
func TestBatchesOverALossyStore(t *testing.T) {
	const people = 40
	w := wave{4, people}
	cmds := bulkOf(t, w, people)
	store, c := &lossy{Store: memoryStore(t)}, newClock()
	s := open(t, store, c)
	c.set(cmds[len(cmds)-1].ReceivedAt.Add(time.Second))
	answers := map[string]string{}
	for _, inFlight := range []int{1, 16, 256, 256} { // the whole bulk four times: the later ones only repeat
		err := s.ExecuteAll(context.Background(), slices.Values(cmds), inFlight, func(i int, o api.Outcome, err error) error {
			require.NoError(t, err, "command %d", i)
			id := o.Event().ID.String()
			if before, known := answers[cmds[i].ID.String()]; known {
				require.Equal(t, before, id, "command %d has two outcomes", i)
			}
			answers[cmds[i].ID.String()] = id
			return nil
		})
		require.NoError(t, err)
	}
	report := sound(t, s)
	require.Equal(t, people, report.Accepted)
	require.Equal(t, 2*people, report.Refused)
}

// Two builds of the same sequence give the same log, event by event: a batch keeps the order.
func TestBatchesAreInOrder(t *testing.T) {
	const people = 30
	w := wave{4, people}
	cmds := bulkOf(t, w, people)
	roots := map[string]bool{}
	for range 2 {
		c := newClock()
		s := open(t, embeddedStore(t, t.TempDir()), c)
		c.set(cmds[len(cmds)-1].ReceivedAt.Add(time.Second))
		require.NoError(t, s.ExecuteAll(context.Background(), slices.Values(cmds), 256, func(_ int, _ api.Outcome, err error) error { return err }))
		roots[sound(t, s).Root] = true
	}
	require.Len(t, roots, 1)
}
