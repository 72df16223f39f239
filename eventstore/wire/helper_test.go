package wire_test

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/memory"
	"saldo/eventstore/wire"
)

var ids atomic.Int64

// now is the real clock: the clients send deadlines by it.
func now() time.Time { return time.Now() } //nolint:forbidigo // see above

func newUUID() uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, ids.Add(1))) }

func inMemory(tb testing.TB) *memory.Store {
	tb.Helper()
	s, err := memory.New(memory.Config{Now: now, StoreID: fmt.Sprintf("store-%d", ids.Add(1))})
	require.NoError(tb, err)
	return s
}

// server is one that listens.
type server struct {
	*wire.Server
	address string
	served  chan error
}

func serve(tb testing.TB, store eventstore.Store, o wire.Options) *server {
	tb.Helper()
	w, err := wire.New(wire.Config{Store: store, Now: now, Options: o})
	require.NoError(tb, err)
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	s := &server{Server: w, address: l.Addr().String(), served: make(chan error, 1)}
	go func() { s.served <- w.Serve(l) }()
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		_ = w.Stop(ctx)
		require.NoError(tb, <-s.served)
	})
	return s
}
