package storetest

import (
	"context"
	"errors"
	"sync"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

func raceCases() []testCase {
	return []testCase{
		{"28 many writers on one stream: one wins each revision", func(t *tester) {
			const writers, rounds = 8, 20
			ctx := t.patient()
			at := eventstore.NoStream()
			for round := range rounds {
				answers := together(writers, func(i int) error {
					_, err := t.s.Append(ctx, "s", at, event(round, "writer", i))
					return err
				})
				won := 0
				for _, err := range answers {
					if err == nil {
						won++
						continue
					}
					var wrong *eventstore.WrongRevisionError
					require.ErrorAs(t, err, &wrong)
				}
				require.Equal(t, 1, won, "round %d", round)
				at = eventstore.At(uint64(round))
			}
			require.Len(t, t.stream("s", eventstore.ReadOptions{}), rounds)
		}},
		{"28 the same append many times at once: all succeed, once", func(t *tester) {
			ctx := t.patient()
			for _, err := range together(16, func(int) error {
				_, err := t.s.Append(ctx, "s", eventstore.NoStream(), events(3)...)
				return err
			}) {
				require.NoError(t, err)
			}
			t.holds("s", events(3)...)
		}},
		{"29 many writers on their own streams: all succeed", func(t *tester) {
			const writers, each = 16, 20
			ctx := t.patient()
			names := streamNames(writers)
			for _, err := range together(writers, func(i int) error {
				at := eventstore.NoStream()
				for n := range each {
					done, err := t.s.Append(ctx, names[i], at, event(n, names[i]))
					if err != nil {
						return err
					}
					at = eventstore.At(done.LastRevision)
				}
				return nil
			}) {
				require.NoError(t, err)
			}
			for _, name := range names {
				found := t.stream(name, eventstore.ReadOptions{})
				require.Len(t, found, each)
				for n, r := range found {
					require.Equal(t, event(n, name).ID, r.ID)
				}
			}
			require.Len(t, t.all(eventstore.Position{}, eventstore.ReadAllOptions{}), writers*each)
		}},
		{"31 what concurrent callers are told has an order", func(t *tester) {
			for seed := range uint64(4) {
				h := NewHistory(t.s)
				require.NoError(t, h.Concurrent(t.patient(), seed, 8, 240))
				require.NoError(t, h.Check(patience))
			}
		}},
		{"30 cancelled before: surely not applied", func(t *tester) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := t.s.Append(ctx, "s", eventstore.NoStream(), event(1))
			require.ErrorIs(t, err, context.Canceled)
			require.NotErrorIs(t, err, eventstore.ErrOutcomeUnknown)
			require.True(t, t.head().IsStart())
			for _, err := range []error{
				t.s.Wait(ctx, eventstore.Position{}), second(t.s.Head(ctx)),
			} {
				require.ErrorIs(t, err, context.Canceled)
			}
		}},
		{"30 cancelled meanwhile: not applied, or known after asking again", func(t *tester) {
			applied, at := 0, eventstore.NoStream()
			for round := range 50 {
				ctx, cancel := context.WithCancel(t.Context())
				go cancel()
				_, err := t.s.Append(ctx, "s", at, event(round))
				cancel()
				switch {
				case errors.Is(err, eventstore.ErrOutcomeUnknown):
					t.append("s", at, event(round))
				case err != nil:
					require.ErrorIs(t, err, context.Canceled)
					continue
				}
				at = eventstore.At(uint64(applied))
				applied++
			}
			if applied > 0 {
				require.Len(t, t.stream("s", eventstore.ReadOptions{}), applied)
			} else {
				require.True(t, t.head().IsStart())
			}
		}},
	}
}

func second[A any](_ A, err error) error { return err }

// together runs n calls at once and returns their errors.
func together(n int, run func(i int) error) []error {
	found := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { found[i] = run(i) })
	}
	all.Wait()
	return found
}
