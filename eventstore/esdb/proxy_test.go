package esdb_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/esdb"
	"saldo/eventstore/storetest"
	"saldo/eventstore/wire"
)

// proxy hands bytes through, and no connection lives long: after 3 to 18 kB it ends, one in five with a
// reset in the middle of whatever is under way.
type proxy struct {
	target        string
	listener      net.Listener
	opened, reset atomic.Int64
	ended         chan struct{}
	all           sync.WaitGroup
}

func startProxy(tb testing.TB, target string) *proxy {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	p := &proxy{target: target, listener: l, ended: make(chan struct{})}
	p.all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.all.Go(func() { p.carry(c.(*net.TCPConn)) })
		}
	})
	tb.Cleanup(func() {
		require.NoError(tb, l.Close())
		close(p.ended)
		p.all.Wait()
	})
	return p
}

func (p *proxy) carry(near *net.TCPConn) {
	defer func() { _ = near.Close() }()
	conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", p.target)
	if err != nil {
		return
	}
	far := conn.(*net.TCPConn)
	defer func() { _ = far.Close() }()
	p.opened.Add(1)
	reset := rand.IntN(5) == 0
	budget := 3_000 + rand.Int64N(15_000)
	ended := make(chan struct{}, 2)
	for _, way := range [][2]*net.TCPConn{{far, near}, {near, far}} {
		go func() {
			_, _ = io.CopyN(way[0], way[1], budget)
			ended <- struct{}{}
		}()
	}
	select {
	case <-ended:
		defer func() { <-ended }()
	case <-p.ended: // the client leaks a connection now and then, see supervisor.go
		reset = false
		defer func() { <-ended; <-ended }()
	}
	if reset {
		p.reset.Add(1)
		_ = near.SetLinger(0)
		_ = far.SetLinger(0)
	}
	_ = near.Close()
	_ = far.Close()
}

// TestTortureProxyResets: 1,000 (10,000 in make torture) logical appends through a line that keeps breaking leave exactly as many events.
func TestTortureProxyResets(t *testing.T) {
	writers, each := 8, 125
	if os.Getenv("SALDO_TORTURE") != "" {
		each = 1250
	}
	store := inMemory(t)
	s := serve(t, store, wire.Options{})
	p := startProxy(t, s.address)
	client := dial(t, "esdb://"+p.listener.Addr().String()+"?tls=false&defaultDeadline=2000", esdb.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	repeated := atomic.Int64{}
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			name, at := fmt.Sprintf("s-%d", i), eventstore.NoStream()
			for n := range each {
				for {
					done, err := client.Append(ctx, name, at, event(i, n))
					if err == nil {
						at = eventstore.At(done.LastRevision)
						break
					}
					if !errors.Is(err, eventstore.ErrOutcomeUnknown) && !errors.Is(err, eventstore.ErrUnavailable) || ctx.Err() != nil {
						t.Errorf("%s at %s: %v", name, at, err)
						return
					}
					repeated.Add(1)
				}
			}
		})
	}
	all.Wait()
	found, err := storetest.Collect(store.ReadAll(t.Context(), eventstore.Position{}, eventstore.ReadAllOptions{}))
	require.NoError(t, err)
	require.Len(t, found, writers*each)
	t.Logf("%d appends, %d repeated, over %d connections of which %d were reset", writers*each, repeated.Load(), p.opened.Load(), p.reset.Load())
	require.Positive(t, p.reset.Load())
}

// TestFollowThroughResets: a follower whose line keeps breaking sees every event once and in order.
func TestFollowThroughResets(t *testing.T) {
	const want = 600
	store := inMemory(t)
	s := serve(t, store, wire.Options{})
	p := startProxy(t, s.address)
	client := dial(t, "esdb://"+p.listener.Addr().String()+"?tls=false", esdb.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var all sync.WaitGroup
	all.Go(func() {
		at := eventstore.NoStream()
		for n := range want {
			done, err := store.Append(ctx, "s", at, event(n))
			if err != nil {
				t.Error(err)
				return
			}
			at = eventstore.At(done.LastRevision)
			time.Sleep(time.Millisecond)
		}
	})
	followInOrder(ctx, t, client, []string{"s"}, want)
	all.Wait()
	t.Logf("%d events over %d connections of which %d were reset", want, p.opened.Load(), p.reset.Load())
	require.Greater(t, p.opened.Load(), int64(5))
}
