package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

var errEnough = errors.New("enough")

// follow collects what Follow hands on until n events are there.
func (t *tester) follow(after eventstore.Position, prefixes []string, n int) []eventstore.Recorded {
	t.Helper()
	var found []eventstore.Recorded
	if n == 0 {
		return found
	}
	err := eventstore.Follow(t.patient(), t.s, after, prefixes, func(batch []eventstore.Recorded) error {
		if len(batch) == 0 {
			return errors.New("an empty batch")
		}
		if found = append(found, batch...); len(found) >= n {
			return errEnough
		}
		return nil
	})
	require.ErrorIs(t, err, errEnough)
	return found
}

func followCases() []testCase {
	return []testCase{
		{"51 catching up, then live, no gap and no double", func(t *tester) {
			const writers, each = 4, 60
			history := len(filled(t, streamNames(3), 20))
			ctx := t.patient()
			written := make(chan []error, 1)
			go func() {
				written <- together(writers, func(i int) error {
					at := eventstore.NoStream()
					for n := range each {
						done, err := t.s.Append(ctx, fmt.Sprintf("live-%d", i), at, event(i, n))
						if err != nil {
							return err
						}
						at = eventstore.At(done.LastRevision)
					}
					return nil
				})
			}()
			found := t.follow(eventstore.Position{}, nil, history+writers*each)
			require.NoError(t, errors.Join(<-written...))
			require.Equal(t, t.all(eventstore.Position{}, eventstore.ReadAllOptions{}), found)
		}},
		{"52 from the head only what is new", func(t *tester) {
			filled(t, streamNames(3), 10)
			head, ctx := t.head(), t.patient()
			written := make(chan error, 1)
			go func() {
				time.Sleep(5 * time.Millisecond)
				written <- second(t.s.Append(ctx, "new", eventstore.NoStream(), events(3)...))
			}()
			for _, r := range t.follow(head, nil, 3) {
				require.Equal(t, "new", r.Stream)
			}
			require.NoError(t, <-written)
		}},
		{"53 behind every position", func(t *tester) {
			log := filled(t, streamNames(3), 12)
			for i := range log {
				require.Equal(t, append([]eventstore.Recorded{}, log[i+1:]...), append([]eventstore.Recorded{}, t.follow(log[i].Position, nil, len(log)-i-1)...))
			}
		}},
		{"56 by prefix, with strangers in between", func(t *tester) {
			ctx := t.patient()
			written := make(chan error, 1)
			go func() {
				written <- func() error {
					at := [2]eventstore.Expected{eventstore.NoStream(), eventstore.NoStream()}
					for n := range 60 {
						which := min(n%10, 1) // one of ten is ours
						done, err := t.s.Append(ctx, []string{"ours", "strangers"}[which], at[which], event(n))
						if err != nil {
							return err
						}
						at[which] = eventstore.At(done.LastRevision)
					}
					return nil
				}()
			}()
			found := t.follow(eventstore.Position{}, []string{"our"}, 6)
			require.NoError(t, <-written)
			require.Equal(t, t.stream("ours", eventstore.ReadOptions{}), found)
			for _, r := range found {
				require.True(t, strings.HasPrefix(r.Stream, "our"))
			}
		}},
		{"61 a slow follower holds nobody up", func(t *tester) {
			ctx, cancel := context.WithCancel(t.patient())
			reached, release := make(chan struct{}), make(chan struct{})
			ended := make(chan error, 1)
			var found []eventstore.Recorded
			go func() {
				first := true
				ended <- eventstore.Follow(ctx, t.s, eventstore.Position{}, nil, func(batch []eventstore.Recorded) error {
					if first {
						close(reached)
						<-release
						first = false
					}
					if found = append(found, batch...); len(found) == 41 {
						return errEnough
					}
					return nil
				})
			}()
			t.append("s", eventstore.NoStream(), event("first"))
			<-reached
			for n := range 40 {
				t.append("s", eventstore.At(uint64(n)), event(n))
			}
			close(release)
			require.ErrorIs(t, <-ended, errEnough)
			cancel()
			require.Equal(t, t.all(eventstore.Position{}, eventstore.ReadAllOptions{}), found)
		}},
		{"63 the end of a context ends waiting and following", func(t *tester) {
			t.append("s", eventstore.NoStream(), event(1))
			head := t.head()
			for _, wait := range []func(context.Context) error{
				func(ctx context.Context) error { return t.s.Wait(ctx, head) },
				func(ctx context.Context) error {
					return eventstore.Follow(ctx, t.s, head, nil, func([]eventstore.Recorded) error { return errEnough })
				},
			} {
				ctx, cancel := context.WithCancel(t.patient())
				ended := make(chan error, 1)
				go func() { ended <- wait(ctx) }()
				time.Sleep(2 * time.Millisecond)
				cancel()
				require.ErrorIs(t, <-ended, context.Canceled)
			}
		}},
		{"waiting ends with the next append", func(t *tester) {
			ctx := t.patient()
			for n, at := 0, eventstore.NoStream(); n < 20; n++ {
				ended, head := make(chan error, 1), t.head()
				go func() { ended <- t.s.Wait(ctx, head) }()
				at = eventstore.At(t.append("s", at, event(n)).LastRevision)
				require.NoError(t, <-ended)
				require.NoError(t, t.s.Wait(ctx, eventstore.Position{}))
			}
		}},
	}
}

func closeCases() []testCase {
	return []testCase{
		{"73 closing under load", func(t *tester) {
			ctx := t.patient()
			names := streamNames(8)
			ended := make(chan []error, 1)
			go func() {
				ended <- together(8, func(i int) error {
					at := eventstore.NoStream()
					for n := 0; ; n++ {
						done, err := t.s.Append(ctx, names[i], at, event(n))
						if err != nil {
							return err
						}
						at = eventstore.At(done.LastRevision)
					}
				})
			}()
			time.Sleep(10 * time.Millisecond)
			require.NoError(t, t.s.Close())
			for _, err := range <-ended {
				if !errors.Is(err, eventstore.ErrClosed) {
					require.ErrorIs(t, err, eventstore.ErrOutcomeUnknown)
				}
			}
		}},
		{"after closing", func(t *tester) {
			t.append("s", eventstore.NoStream(), event(1))
			head, waiting := t.head(), make(chan error, 1)
			ctx := t.patient()
			go func() { waiting <- t.s.Wait(ctx, head) }()
			require.NoError(t, t.s.Close())
			require.NoError(t, t.s.Close())
			_, readErr := Collect(t.s.ReadStream(ctx, "s", eventstore.ReadOptions{}))
			_, allErr := Collect(t.s.ReadAll(ctx, eventstore.Position{}, eventstore.ReadAllOptions{}))
			for _, err := range []error{
				<-waiting, readErr, allErr, t.s.Wait(ctx, eventstore.Position{}), second(t.s.Head(ctx)),
				second(t.s.Append(ctx, "s", eventstore.At(0), event(2))),
			} {
				require.ErrorIs(t, err, eventstore.ErrClosed)
			}
		}},
	}
}
