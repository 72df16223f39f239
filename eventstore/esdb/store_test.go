package esdb_test

import (
	"context"
	"crypto/sha256"
	"os"
	"testing"

	official "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/embedded"
	"saldo/eventstore/esdb"
	"saldo/eventstore/storetest"
	"saldo/eventstore/wire"
)

func idOf(text string) [16]byte {
	sum := sha256.Sum256([]byte(text))
	return [16]byte(sum[:16])
}

func TestConformanceMemory(t *testing.T) {
	storetest.Run(t, storetest.Harness{
		Open: func(tb testing.TB) eventstore.Store {
			tb.Helper()
			s := serve(tb, inMemory(tb), wire.Options{})
			return s.connect(tb, s.address)
		},
		MaxAppend: eventstore.DefaultMaxAppend,
	})
}

// remote is an embedded store behind a server, seen through the client.
type remote struct {
	*esdb.Store
	dir      string
	disk     *embedded.Store
	server   *server
	reopened bool
}

func openRemote(tb testing.TB, dir string) *remote {
	tb.Helper()
	r := &remote{dir: dir, disk: onDisk(tb, dir)}
	tb.Cleanup(func() {
		if _, err := r.disk.Check(context.Background()); !r.reopened {
			require.NoError(tb, err)
		}
		require.NoError(tb, r.disk.Close())
	})
	r.server = serve(tb, r.disk, wire.Options{})
	r.Store = r.server.connect(tb, r.server.address)
	return r
}

func TestConformanceEmbedded(t *testing.T) {
	storetest.Run(t, storetest.Harness{
		Open: func(tb testing.TB) eventstore.Store {
			tb.Helper()
			return openRemote(tb, tb.TempDir())
		},
		Reopen: func(tb testing.TB, s eventstore.Store) eventstore.Store {
			tb.Helper()
			old := s.(*remote)
			old.reopened = true
			require.NoError(tb, old.Close())
			old.server.stop()
			require.NoError(tb, old.disk.Close())
			return openRemote(tb, old.dir)
		},
		MaxAppend: eventstore.DefaultMaxAppend,
	})
}

// original is a server that behaves as the real one: it looks at ids only, doesn't name itself, and has events of its
// own between the ledger's.
func original(tb testing.TB) *server {
	tb.Helper()
	s := serve(tb, inMemory(tb), wire.Options{AllowDelete: true, AsOriginal: true})
	describe(tb, s, 40)
	return s
}

// describe writes the metadata of a stream n times.
func describe(tb testing.TB, s *server, n int) {
	tb.Helper()
	config, err := official.ParseConnectionString("esdb://" + s.address + "?tls=false")
	require.NoError(tb, err)
	config.Logger = official.NoopLogging()
	client, err := official.NewClient(config)
	require.NoError(tb, err)
	for range n {
		meta := official.StreamMetadata{}
		meta.SetMaxCount(1)
		_, err = client.SetStreamMetadata(tb.Context(), "somebody-elses", official.AppendToStreamOptions{}, meta)
		require.NoError(tb, err)
	}
	require.NoError(tb, client.Close())
}

func TestConformanceAsOriginal(t *testing.T) {
	storetest.Run(t, storetest.Harness{
		Open: func(tb testing.TB) eventstore.Store {
			tb.Helper()
			s := original(tb)
			return s.connect(tb, s.address)
		},
		MaxAppend: eventstore.DefaultMaxAppend,
	})
}

// TestConformanceServer runs the suite on one server that isn't emptied in between, as a real one: each case sees only
// what it appends. With SALDO_TORTURE and no SALDO_ESDB the server is ours, which shows that this way of testing works.
func TestConformanceServer(t *testing.T) {
	connection := os.Getenv("SALDO_ESDB")
	if connection == "" {
		const unverified = "UNVERIFIED against a real server. To verify: docker run --rm -p 127.0.0.1:2113:2113 eventstore/eventstore:24.10.6 " +
			"--insecure --mem-db, then SALDO_ESDB=esdb://127.0.0.1:2113?tls=false go test ./eventstore/esdb -run ConformanceServer"
		if os.Getenv("SALDO_TORTURE") == "" {
			storetest.NotRun(t, "esdb", unverified)
		}
		t.Log(unverified)
		connection = "esdb://" + original(t).address + "?tls=false"
	}
	storetest.Run(t, storetest.Harness{
		Open:      func(tb testing.TB) eventstore.Store { tb.Helper(); return openApart(tb, connection) },
		MaxAppend: eventstore.DefaultMaxAppend,
	})
	if os.Getenv("SALDO_ESDB") == "" {
		storetest.NotRun(t, "esdb", "UNVERIFIED against a real server: set SALDO_ESDB")
	}
}

// TestManyEventsOfTheSystem: pages of a read with a limit that hold nothing but the system's events.
func TestManyEventsOfTheSystem(t *testing.T) {
	s := original(t)
	store := s.connect(t, s.address)
	first, err := store.Append(t.Context(), "a", eventstore.NoStream(), event(1))
	require.NoError(t, err)
	describe(t, s, 200)
	_, err = store.Append(t.Context(), "b", eventstore.NoStream(), event(2))
	require.NoError(t, err)
	describe(t, s, 200)
	for _, after := range []eventstore.Position{{}, first.Position} {
		found, err := storetest.Collect(store.ReadAll(t.Context(), after, eventstore.ReadAllOptions{Limit: 2, Prefixes: []string{"b"}}))
		require.NoError(t, err)
		require.Len(t, found, 1)
		head, err := store.Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, found[0].Position, head)
		require.NoError(t, store.Wait(t.Context(), after))
	}
}
