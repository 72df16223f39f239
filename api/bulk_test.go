package api_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/eventstore"
	"saldo/eventstore/memory"
)

// TestExecuteAllKeepsTheOrder: answers come in the order of the sequence, each person's commands in theirs, and what people
// may do depends on what stands before them in the sequence.
func TestExecuteAllKeepsTheOrder(t *testing.T) {
	const people = 30
	for _, inFlight := range []int{0, 1, 8, 10_000} {
		t.Run(fmt.Sprint(inFlight, " in flight"), func(t *testing.T) {
			w := wave{4, people}
			store, c := memoryStore(t), newClock()
			s := open(t, store, c)
			p := policy(t)
			cmds := programme(t, w)
			at := cmds[len(cmds)-1].ReceivedAt.Add(2 * time.Second)
			cmds = append(cmds, ready(at, w, p.Entitlement.Package())...)
			for n := 1; n <= people; n++ { // each buys twice: the second is refused because the first was not
				cmds = append(cmds, purchase(fmt.Sprint("a-", n), at, buyer(w, n), domain.InvoiceCode(fmt.Sprint("A-", n))))
				cmds = append(cmds, purchase(fmt.Sprint("b-", n), at, buyer(w, n), domain.InvoiceCode(fmt.Sprint("B-", n))))
			}
			closed := len(cmds)
			cmds = append(cmds, command("close", at, closing()))
			for n := 1; n <= people; n++ { // after the barrier, and after its second
				cmds = append(cmds, purchase(fmt.Sprint("c-", n), at.Add(2*time.Second), person(n), domain.InvoiceCode(fmt.Sprint("C-", n))))
			}
			c.set(at.Add(3 * time.Second))
			var seen []int
			err := s.ExecuteAll(context.Background(), slices.Values(cmds), inFlight, func(i int, o api.Outcome, err error) error {
				require.NoError(t, err)
				seen = append(seen, i)
				if i < closed {
					act, buying := cmds[i].Act.(domain.PurchaseCourse)
					require.Equal(t, buying && act.Invoice[0] == 'B', o.Refused(), "%s", o.Event().Data)
				}
				require.Equal(t, cmds[i].ID, o.Event().Meta.CommandID)
				return nil
			})
			require.NoError(t, err)
			require.Len(t, seen, len(cmds))
			require.True(t, slices.IsSorted(seen))
			sound(t, s)
			gate := numberOf(t, s, "PaymentGateClosed")
			for e, err := range s.Events(context.Background(), eventstore.Position{}) {
				require.NoError(t, err)
				if _, before := e.Fact.(domain.CoursePurchased); before {
					require.Less(t, e.Number, gate, "a barrier waits for what stands before it")
				}
				if e.Type == "PurchaseUnattributed" {
					require.Greater(t, e.Number, gate, "and what stands behind waits for it")
				}
			}
		})
	}
}

func numberOf(tb testing.TB, s *api.Service, name domain.EventName) uint64 {
	tb.Helper()
	for e, err := range s.Events(context.Background(), eventstore.Position{}) {
		require.NoError(tb, err)
		if e.Type == name {
			return e.Number
		}
	}
	tb.Fatalf("no %s", name)
	return 0
}

func TestExecuteAllStops(t *testing.T) {
	const people = 200
	enough := errors.New("enough")
	setUp := func(t *testing.T) (*memory.Store, *api.Service, []domain.Command) {
		t.Helper()
		store := memoryStore(t)
		s, c, w := small(t, store, people)
		var cmds []domain.Command
		for n := 1; n <= people; n++ {
			cmds = append(cmds, purchase(fmt.Sprint("p-", n), c.Now(), buyer(w, n), domain.InvoiceCode(fmt.Sprint("INV-", n))))
		}
		return store, s, cmds
	}
	t.Run("when its caller has enough", func(t *testing.T) {
		_, s, cmds := setUp(t)
		calls := 0
		err := s.ExecuteAll(context.Background(), slices.Values(cmds), 8, func(i int, _ api.Outcome, err error) error {
			require.NoError(t, err)
			calls++
			if i == 20 {
				return enough
			}
			return nil
		})
		require.ErrorIs(t, err, enough)
		require.Equal(t, 21, calls, "nobody is called again after an error")
		require.Less(t, sound(t, s).Accepted, people, "the rest was not begun")
	})
	t.Run("when the context ends", func(t *testing.T) {
		_, s, cmds := setUp(t)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		err := s.ExecuteAll(ctx, slices.Values(cmds), 8, func(i int, _ api.Outcome, _ error) error {
			if i == 20 {
				cancel()
			}
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
		done := sound(t, s).Accepted
		require.Less(t, done, people)
		// The same bulk again finishes what is left; nothing is done twice.
		err = s.ExecuteAll(context.Background(), slices.Values(cmds), 8, func(_ int, o api.Outcome, err error) error {
			if o.Replayed {
				done--
			}
			return err
		})
		require.NoError(t, err)
		require.Zero(t, done, "each outcome that stood was given again")
		require.Equal(t, people, sound(t, s).Accepted)
	})
	t.Run("an error of one command is its own", func(t *testing.T) {
		store, s, cmds := setUp(t)
		store.Inject(memory.Faults{BeforeApply: onStream(cmds[7].Act.Stream(), 1, enough)})
		failed := map[int]error{}
		var mu sync.Mutex
		err := s.ExecuteAll(context.Background(), slices.Values(cmds), 8, func(i int, _ api.Outcome, err error) error {
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed[i] = err
			}
			return nil
		})
		require.NoError(t, err)
		require.Len(t, failed, 1)
		require.ErrorIs(t, failed[7], eventstore.ErrUnavailable)
		require.Equal(t, people-1, sound(t, s).Accepted)
	})
}
