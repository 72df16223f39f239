package esdb_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/esdb"
	"saldo/eventstore/memory"
	"saldo/eventstore/storetest"
	"saldo/eventstore/wire"
)

// freeAddress is one where nobody listens, for now.
func freeAddress(tb testing.TB) string {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	require.NoError(tb, l.Close())
	return l.Addr().String()
}

func TestSurvives71ServerDownAtStart(t *testing.T) {
	s := &server{tb: t, store: inMemory(t), options: wire.Options{AllowAppend: true}, address: freeAddress(t)}
	store := s.connect(t, s.address)
	id, _ := store.Identity()
	require.Empty(t, id)

	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := store.Append(ctx, "s", eventstore.NoStream(), event(1))
	require.ErrorIs(t, err, eventstore.ErrUnavailable)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "connection refused")

	s.start()
	defer s.stop()
	_, err = store.Append(t.Context(), "s", eventstore.NoStream(), event(1))
	require.NoError(t, err)
	id, _ = store.Identity()
	require.NotEmpty(t, id)
}

func TestSurvives72OutageUnderLoad(t *testing.T) {
	const callers, deadline = 16, 500 * time.Millisecond
	s := serve(t, inMemory(t), wire.Options{})
	store := s.connect(t, s.address)
	var late, answered atomic.Int64
	stop := make(chan struct{})
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			at := eventstore.NoStream()
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				begun := now()
				ctx, cancel := context.WithTimeout(context.Background(), deadline)
				done, err := store.Append(ctx, fmt.Sprintf("s-%d", i), at, event(i, n))
				cancel()
				if now().Sub(begun) > deadline+400*time.Millisecond {
					late.Add(1)
				}
				switch {
				case err == nil:
					answered.Add(1)
					at = eventstore.At(done.LastRevision)
				case errors.Is(err, eventstore.ErrOutcomeUnknown), errors.Is(err, eventstore.ErrUnavailable):
					n-- // the same again
				default:
					t.Errorf("caller %d: %v", i, err)
					return
				}
			}
		})
	}
	time.Sleep(100 * time.Millisecond)
	s.stop()
	time.Sleep(2 * time.Second)
	before := answered.Load()
	s.start()
	require.Eventually(t, func() bool { return answered.Load() > before+100 }, 10*time.Second, 10*time.Millisecond)
	close(stop)
	all.Wait()
	require.Zero(t, late.Load(), "calls that came back after their deadline")
	found, err := storetest.Collect(store.ReadAll(t.Context(), eventstore.Position{}, eventstore.ReadAllOptions{}))
	require.NoError(t, err)
	require.GreaterOrEqual(t, int64(len(found)), answered.Load())
	require.LessOrEqual(t, int64(len(found)), answered.Load()+callers) // at most the last one of each is unanswered
}

func TestSurvives73CloseWhileAway(t *testing.T) {
	s := serve(t, inMemory(t), wire.Options{})
	store := s.connect(t, s.address)
	_, err := store.Append(t.Context(), "s", eventstore.NoStream(), event(1))
	require.NoError(t, err)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for n := 0; ; n++ {
				_, err := store.Append(context.Background(), fmt.Sprintf("s-%d", i), eventstore.NoStream(), event(i, n))
				if errors.Is(err, eventstore.ErrClosed) {
					return
				}
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	s.stop()
	time.Sleep(50 * time.Millisecond)
	require.NoError(t, store.Close())
	all.Wait()
}

func count(n int, _ eventstore.Recorded) (int, error) { return n + 1, nil }

func TestSurvives74UnknownOutcomes(t *testing.T) {
	store := inMemory(t)
	s := serve(t, store, wire.Options{})
	client := s.connect(t, s.address)
	calls := 0
	store.Inject(memory.Faults{AfterApply: func(string, eventstore.Expected) error {
		if calls++; calls%3 != 0 {
			return errors.New("injected")
		}
		return nil
	}})
	state := eventstore.Folded[int]{}
	for n := range 20 {
		var err error
		state, _, err = eventstore.Update(t.Context(), client, "s", state, count, func(int, eventstore.Expected) ([]eventstore.EventData, error) {
			return []eventstore.EventData{event(n)}, nil
		})
		require.NoError(t, err)
	}
	store.Inject(memory.Faults{})
	require.Equal(t, 20, state.State)
	found, err := storetest.Collect(client.ReadStream(t.Context(), "s", eventstore.ReadOptions{}))
	require.NoError(t, err)
	require.Len(t, found, 20)

	store.Inject(memory.Faults{BeforeApply: func(string, eventstore.Expected) error { return errors.New("injected") }})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = client.Append(ctx, "s", eventstore.At(19), event("refused"))
	require.True(t, errors.Is(err, eventstore.ErrOutcomeUnknown) || errors.Is(err, eventstore.ErrUnavailable), "%v", err)
	store.Inject(memory.Faults{})
	_, err = client.Append(t.Context(), "s", eventstore.At(19), event("refused"))
	require.NoError(t, err)
}

// TestFollowOutlivesRestarts: a follower sees every event once while its server is stopped and started again.
func TestFollowOutlivesRestarts(t *testing.T) {
	const want = 400
	store := inMemory(t)
	s := serve(t, store, wire.Options{})
	client := s.connect(t, s.address)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var written sync.WaitGroup
	written.Go(func() {
		at := eventstore.NoStream()
		for n := range want {
			done, err := store.Append(ctx, "s", at, event(n))
			if err != nil {
				t.Error(err)
				return
			}
			at = eventstore.At(done.LastRevision)
			time.Sleep(2 * time.Millisecond)
		}
	})
	restarted := make(chan struct{})
	go func() {
		defer close(restarted)
		for range 4 {
			time.Sleep(120 * time.Millisecond)
			s.stop()
			time.Sleep(60 * time.Millisecond)
			s.start()
		}
	}()
	followInOrder(ctx, t, client, nil, want)
	written.Wait()
	<-restarted
}

// followInOrder follows the streams with these prefixes, which must be one, from the start until want events came, each once and in order.
func followInOrder(ctx context.Context, t *testing.T, store eventstore.Store, prefixes []string, want uint64) {
	t.Helper()
	enough := errors.New("enough")
	next := uint64(0)
	err := eventstore.Follow(ctx, store, eventstore.Position{}, prefixes, func(batch []eventstore.Recorded) error {
		for _, r := range batch {
			if r.Revision != next {
				return fmt.Errorf("revision %d comes where %d should", r.Revision, next)
			}
			next++
		}
		if next == want {
			return enough
		}
		return nil
	})
	require.ErrorIs(t, err, enough)
}

// TestOneOfTwoContents: two writers with the same ids and different content at one revision, one is told success. The
// real server would tell both.
func TestOneOfTwoContents(t *testing.T) {
	for name, s := range map[string]*server{"ours": serve(t, inMemory(t), wire.Options{}), "as the original": original(t)} {
		t.Run(name, func(t *testing.T) {
			writers := []*esdb.Store{s.connect(t, s.address), s.connect(t, s.address)}
			at := eventstore.NoStream()
			for round := range 50 {
				answers := make([]error, len(writers))
				var all sync.WaitGroup
				for i, w := range writers {
					all.Go(func() {
						e := event(round)
						e.Data = fmt.Appendf(nil, `{"writer":%d}`, i)
						_, answers[i] = w.Append(t.Context(), "s", at, e)
					})
				}
				all.Wait()
				won := 0
				for _, err := range answers {
					if err == nil {
						won++
						continue
					}
					require.ErrorIs(t, err, eventstore.ErrIDReused)
				}
				require.Equal(t, 1, won, "round %d", round)
				at = eventstore.At(uint64(round))
			}
		})
	}
}
