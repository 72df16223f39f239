package api_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/eventstore"
	"saldo/eventstore/esdb"
	"saldo/eventstore/wire"
)

// sharedNode opens one of several nodes over a store.
func sharedNode(tb testing.TB, store eventstore.Store, c *clock, name string) *api.Service {
	tb.Helper()
	s, err := api.Open(context.Background(), api.Config{Store: store, Now: c.Now, Shared: true, Node: name, Patience: 30 * time.Second})
	require.NoError(tb, err)
	tb.Cleanup(s.Close)
	return s
}

// overTheWire serves a store in EventStoreDB's protocol and gives connections to it.
func overTheWire(tb testing.TB, store eventstore.Store) (connect func() *esdb.Store) {
	tb.Helper()
	server, err := wire.New(wire.Config{Store: store, Now: time.Now, Options: wire.Options{AllowAppend: true}}) //nolint:forbidigo // deadlines of a server are real
	require.NoError(tb, err)
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = server.Stop(ctx) // a follower's subscription may be cut off
		require.NoError(tb, <-served)
	})
	return func() *esdb.Store {
		s, err := esdb.Open(context.Background(), esdb.Config{ConnectionString: "esdb://" + l.Addr().String() + "?tls=false", NewID: func() string { return "unused" }})
		require.NoError(tb, err)
		tb.Cleanup(func() { require.NoError(tb, s.Close()) })
		return s
	}
}

// pair is two nodes over one log, with a ledger of buyers. alone is a service that reads the same store without being a node.
type pair struct {
	nodes [2]*api.Service
	alone *api.Service
	store eventstore.Store
	clock *clock
	wave  wave
}

// pairs are the stores that two nodes can share in one process: the memory itself, one wire server with two connections, and
// segment files, which take batches.
var pairs = map[string]func(testing.TB, int) pair{
	"memory": func(tb testing.TB, people int) pair {
		tb.Helper()
		store := memoryStore(tb)
		return pairOver(tb, people, store, func() eventstore.Store { return store })
	},
	"wire": func(tb testing.TB, people int) pair {
		tb.Helper()
		store := memoryStore(tb)
		connect := overTheWire(tb, store)
		return pairOver(tb, people, store, func() eventstore.Store { return connect() })
	},
	"embedded": func(tb testing.TB, people int) pair {
		tb.Helper()
		store := embeddedStore(tb, tb.TempDir())
		return pairOver(tb, people, store, func() eventstore.Store { return store })
	},
}

func pairOver(tb testing.TB, people int, store eventstore.Store, connect func() eventstore.Store) pair {
	tb.Helper()
	alone, c, w := small(tb, store, people)
	return pair{[2]*api.Service{sharedNode(tb, connect(), c, "a"), sharedNode(tb, connect(), c, "b")}, alone, store, c, w}
}

// agree ends a test of two nodes: the log is sound, every decision can be made again, and both nodes know all of it.
func (p pair) agree(t *testing.T) api.CheckReport {
	t.Helper()
	rep := sound(t, p.alone)
	red, err := p.alone.Redecide(context.Background(), nil)
	require.NoError(t, err)
	require.Empty(t, red.Different)
	require.Empty(t, red.Drifted)
	for _, s := range p.nodes {
		a, err := s.Explain(context.Background(), domain.Question{Topic: domain.TopicService, Now: p.clock.Now()})
		require.NoError(t, err)
		require.Equal(t, rep.Events, a.Number, "each event is counted once")
	}
	return rep
}

// heartbeats counts what nodes left in the store besides the ledger.
func heartbeats(tb testing.TB, store eventstore.Store) int {
	tb.Helper()
	n := 0
	for _, err := range store.ReadAll(context.Background(), eventstore.Position{}, eventstore.ReadAllOptions{Prefixes: []string{"node-"}}) {
		require.NoError(tb, err)
		n++
	}
	return n
}

// both executes on both nodes at once and gives the answers.
func (p pair) both(t *testing.T, cmds [2]domain.Command) [2]api.Outcome {
	t.Helper()
	var all sync.WaitGroup
	var answers [2]api.Outcome
	for i, s := range p.nodes {
		all.Go(func() {
			out, err := s.Execute(context.Background(), cmds[i])
			if err != nil {
				t.Error(err)
			}
			answers[i] = out
		})
	}
	all.Wait()
	require.False(t, t.Failed())
	return answers
}
