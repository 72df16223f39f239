package esdb_test

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/embedded"
	"saldo/eventstore/esdb"
	"saldo/eventstore/memory"
	"saldo/eventstore/wire"
)

var ids atomic.Int64

// now is the real clock: servers and certificates have deadlines.
func now() time.Time { return time.Now() } //nolint:forbidigo // see above

func newID() string { return fmt.Sprintf("store-%d", ids.Add(1)) }

// server is a wire server that can be stopped and started again on the same address, over the same store.
type server struct {
	tb      testing.TB
	store   eventstore.Store
	options wire.Options
	address string
	running *wire.Server
	served  chan error
}

func serve(tb testing.TB, store eventstore.Store, o wire.Options) *server {
	tb.Helper()
	o.AllowAppend = true
	s := &server{tb: tb, store: store, options: o, address: "127.0.0.1:0"}
	s.start()
	tb.Cleanup(s.stop)
	return s
}

func (s *server) start() {
	s.tb.Helper()
	w, err := wire.New(wire.Config{Store: s.store, Now: now, Options: s.options})
	require.NoError(s.tb, err)
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", s.address)
	require.NoError(s.tb, err)
	s.address, s.running, s.served = l.Addr().String(), w, make(chan error, 1)
	go func() { s.served <- w.Serve(l) }()
}

// stop cuts calls off after a moment.
func (s *server) stop() {
	if s.running == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_ = s.running.Stop(ctx)
	require.NoError(s.tb, <-s.served)
	s.running = nil
}

func (s *server) connect(tb testing.TB, address string) *esdb.Store {
	tb.Helper()
	return dial(tb, "esdb://"+address+"?tls=false", esdb.Options{})
}

func dial(tb testing.TB, connection string, o esdb.Options) *esdb.Store {
	tb.Helper()
	store, err := esdb.Open(tb.Context(), esdb.Config{ConnectionString: connection, NewID: newID, Options: o})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, store.Close()) })
	return store
}

func inMemory(tb testing.TB) *memory.Store {
	tb.Helper()
	s, err := memory.New(memory.Config{Now: now, StoreID: newID()})
	require.NoError(tb, err)
	return s
}

func onDisk(tb testing.TB, dir string) *embedded.Store {
	tb.Helper()
	s, err := embedded.Open(context.Background(), embedded.Config{Dir: dir, Now: now, NewID: newID})
	require.NoError(tb, err)
	return s
}

func event(words ...any) eventstore.EventData {
	return eventstore.EventData{ID: idOf(fmt.Sprintln(words...)), Type: "Tested", JSON: true, Data: fmt.Appendf(nil, "%q", fmt.Sprint(words...))}
}
