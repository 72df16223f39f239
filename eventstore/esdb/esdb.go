// Package esdb is the event store on an EventStoreDB or KurrentDB server, or on anything that speaks its protocol, as
// package wire does: a contract kept with the official client (EventStore-Client-Go v4), against that client's habits.
//
// The client dies for good when a server is away for a second, leaves callers hanging past their deadline, panics when
// it is closed during a call, and ends the process over a misread option. So:
//
//   - one goroutine, the supervisor, makes clients and replaces them, with growing, jittered pauses; nobody enters a
//     client that is known to be bad, and a bad one is closed when its last caller has left (supervisor.go);
//   - every call into the client runs in a goroutine of its own, so that the caller's context always wins (call.go);
//   - the connection string is read strictly before the client sees it (connection.go);
//   - errors are recognised by their type and gRPC status, never by the client's FromError (errors.go).
//
// What the server has and the contract doesn't is filtered out: events of the system ($-streams, $-types), and the
// stream saldo-store, whose one event names the store, so that positions of another one are refused. A server of package
// wire answers that stream itself; on any other the first Open writes it.
//
// The real server compares event ids only when an append comes again. There every append is followed by a read of what
// was written, so that the same ids with other content are found: one more round trip.
package esdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"saldo/eventstore"
)

const (
	// closePatience is how long Close waits for the calls that are under way to leave the client.
	closePatience = 2 * time.Second
	// defaultOutage is for how long reads wait for a server to come back.
	defaultOutage = 30 * time.Second
)

var (
	// ErrCredentials says that the server doesn't let this user in, or not do that. It comes with ErrUnavailable.
	ErrCredentials = errors.New("esdb: credentials are missing or not accepted")
	// ErrCertificate says that the server's certificate isn't trusted, or that it has none. It comes with ErrUnavailable.
	ErrCertificate = errors.New("esdb: no trusted TLS connection")
)

// Config says where the store is and what it needs from outside.
type Config struct {
	// ConnectionString is esdb://[user:password@]host:port[,host:port...]?options or esdb+discover://host:port?options.
	ConnectionString string
	// NewID names a store that has no name yet: 1 to 36 letters, digits and hyphens, never the same twice.
	NewID func() string

	Options
}

// Options may all be left out.
type Options struct {
	// MaxAppend in bytes; eventstore.DefaultMaxAppend if 0. It must not be more than the server's own limit.
	MaxAppend int
	// Outage is for how long reads and Head wait while the server can't be reached, before they fail with
	// ErrUnavailable; 30 s. Wait has no such limit, so that followers outlive every outage. Appends have the
	// connection string's defaultDeadline.
	Outage time.Duration
	// Log gets what the client and the supervisor have to say; slog.DiscardHandler if nil.
	Log *slog.Logger
}

// Store implements eventstore.Store and eventstore.Identified.
type Store struct {
	config     Config
	connection connection

	closing    chan struct{} // closed by Close
	closeOnce  sync.Once
	supervised sync.WaitGroup
	wanted     chan struct{} // tells the supervisor that there is no client

	mu       sync.Mutex // guards what follows; never held across a call of the client
	current  *session   // nil while there is none
	ready    chan struct{}
	identity identity // of the last session; each must be the same store
	lastErr  error    // why there is no session
	closed   bool
	inside   int           // calls that are in a client
	emptied  chan struct{} // closed when inside reaches 0 after Close; nil before
	known    knownPositions
}

// Open checks the configuration and tries to reach the server once. A server that can't be reached is no error: the
// store goes on trying, and its calls wait. A server that refuses the credentials or has a wrong certificate is one.
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.NewID == nil || c.MaxAppend < 0 || c.Outage < 0 {
		return nil, fmt.Errorf("%w: an esdb store needs NewID, and limits that aren't negative", eventstore.ErrInvalid)
	}
	if c.MaxAppend == 0 {
		c.MaxAppend = eventstore.DefaultMaxAppend
	}
	if c.Outage == 0 {
		c.Outage = defaultOutage
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	parsed, err := parseConnection(c.ConnectionString)
	if err != nil {
		return nil, err
	}
	for _, key := range parsed.ignored {
		c.Log.WarnContext(ctx, "esdb: this option of the connection string has no effect", slog.String("option", key))
	}
	s := &Store{
		config: c, connection: parsed,
		closing: make(chan struct{}), wanted: make(chan struct{}, 1), ready: make(chan struct{}),
	}
	if err := s.connect(ctx); err != nil {
		if ctx.Err() != nil || permanent(err) {
			return nil, errors.Join(err, s.Close())
		}
		s.lastErr = err
		s.wanted <- struct{}{}
	}
	s.supervised.Go(s.supervise)
	return s, nil
}

// Identity implements eventstore.Identified. Both are empty until the server was reached for the first time.
func (s *Store) Identity() (storeID, incarnation string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identity.StoreID, s.identity.Incarnation
}

// Close implements eventstore.Store. Calls that are under way return at once; the client is closed when they have left
// it. While a server is away some may hang in there until it is back, which nobody waits for.
func (s *Store) Close() error {
	s.closeOnce.Do(func() {
		close(s.closing)
		s.mu.Lock()
		s.closed = true
		emptied := make(chan struct{})
		if s.emptied = emptied; s.inside == 0 {
			close(emptied)
		}
		last := s.current
		s.mu.Unlock()
		if last != nil {
			s.condemn(last, eventstore.ErrClosed)
		}
		s.supervised.Wait()
		select {
		case <-emptied:
		case <-time.After(closePatience):
		}
	})
	return nil
}

func (s *Store) position(p esdb.Position) eventstore.Position {
	id, _ := s.Identity()
	return eventstore.NewPosition(id, p.Commit, p.Prepare)
}
