// Package wire serves any eventstore.Store in EventStoreDB's v1 streams protocol over gRPC, so that the official clients
// of any language can read, subscribe and (with a node's credential) append. It speaks that protocol; it is not
// EventStoreDB: no persistent subscriptions, no projections, no links, no access lists.
//
// What the protocol has and a ledger doesn't is refused with access denied: deleting, tombstones, stream metadata
// (which can hide events), streams of the system. With Config.AllowDelete they are emulated in memory beside the store,
// for tests and for the official clients' own suites; see overlay.go.
//
// One thing is ours: reading the stream [IdentityStream] answers one event that names the store, so that package esdb
// tags positions with the same id as somebody who has the store open directly.
package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/tap"

	"saldo/eventstore"
)

const (
	// maxMessageBytes is what the real server takes in one message; the clients' own limit is 17 MiB.
	maxMessageBytes = 16 << 20
	// maxConcurrentStreams bounds the calls of one connection: every append of the Go client is one.
	maxConcurrentStreams = 4096
	// maxSubscriptions bounds what stays open for long, over all connections.
	maxSubscriptions = 1024
	// maxUnary bounds the calls under way whose whole message is read before anybody is asked for credentials: discovery,
	// and deletes. Without it strangers could fill the memory with messages.
	maxUnary = 128
	// minPing is how often clients may ping, also without a call. They do every 10 s; grpc-go's own policy (5 min)
	// would end their connections.
	minPing = 5 * time.Second
	// idlePing and pingTimeout find connections whose other end is gone.
	idlePing, pingTimeout = 30 * time.Second, 20 * time.Second
	// handshakeTimeout is how long a connection may take to say what it wants.
	handshakeTimeout = 20 * time.Second
	// subscriberPatience is how long Stop waits for subscribers that don't read, once nobody else is left.
	subscriberPatience = time.Second
	// defaultAppendTimeout bounds an append whose client gave a later deadline or none.
	defaultAppendTimeout = 30 * time.Second
	// streamWorkers is how many goroutines are kept for calls; there are more when these are busy. What they save is
	// growing a new stack for each append, a seventh of its cost.
	streamWorkers = 16
)

// Config says what a server serves and to whom.
type Config struct {
	// Store is what is served; it stays the caller's to close.
	Store eventstore.Store
	// Now stamps what the server makes itself: caught-up messages, and the events of AllowDelete.
	Now func() time.Time
	// StoreID names the store if it isn't eventstore.Identified.
	StoreID string

	Options
}

// Options may all be left out: then everybody who reaches the port may read, and nobody may write.
type Options struct {
	// AllowAppend takes appends, from everybody or, with Authenticate, from those with AccessAppend.
	AllowAppend bool
	// AllowDelete emulates deletes, tombstones and stream metadata in memory. The store keeps all events; what hides
	// them is gone with the server. Nobody else may append to the store meanwhile. For tests.
	AllowDelete bool
	// AsOriginal behaves as the real server where we are stricter: the store isn't named by IdentityStream, and an append
	// that comes again with the same ids and other content is told success. For tests of clients.
	AsOriginal bool
	// Authenticate tells what a caller may do; nil lets everybody in.
	Authenticate Authenticate
	// TLS is needed for every listener that isn't on a loopback address, and for the Go client to send credentials.
	TLS *tls.Config
	// Advertise is the host:port that gossip answers; by default the address that the caller reached.
	Advertise string
	// MaxAppend is the limit of the store in bytes, to refuse early; eventstore.DefaultMaxAppend if 0.
	MaxAppend int
	// AppendTimeout bounds the time from the first byte of an append to its answer, 30 s if 0: whoever sends half of
	// one holds memory here.
	AppendTimeout time.Duration
	// Log gets what clients can't be told; slog.DiscardHandler if nil.
	Log *slog.Logger
}

// Server serves one store.
type Server struct {
	config  Config
	grpc    *grpc.Server
	history *history
	recent  *recent

	rechecks rechecks
	stopping chan struct{} // closed by Stop: subscriptions end
	stopOnce sync.Once
	counters counters
}

// New checks the configuration and makes a server that doesn't listen yet.
func New(c Config) (*Server, error) {
	if c.Store == nil || c.Now == nil || c.MaxAppend < 0 || c.AppendTimeout < 0 {
		return nil, fmt.Errorf("%w: a wire server needs Store and Now, and limits that aren't negative", eventstore.ErrInvalid)
	}
	incarnation := ""
	if named, ok := c.Store.(eventstore.Identified); ok && c.StoreID == "" {
		c.StoreID, incarnation = named.Identity()
	}
	if !eventstore.ValidStoreID(c.StoreID) {
		return nil, fmt.Errorf("%w: a wire server needs a StoreID for a store that doesn't name itself", eventstore.ErrInvalid)
	}
	if c.Advertise != "" {
		if _, _, err := splitEndpoint(c.Advertise); err != nil {
			return nil, fmt.Errorf("%w: Advertise: %w", eventstore.ErrInvalid, err)
		}
	}
	if c.MaxAppend == 0 {
		c.MaxAppend = eventstore.DefaultMaxAppend
	}
	if c.AppendTimeout == 0 {
		c.AppendTimeout = defaultAppendTimeout
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{config: c, history: newHistory(c, incarnation), recent: newRecent(), stopping: make(chan struct{})}
	s.grpc = grpc.NewServer(s.options()...)
	streams.RegisterStreamsServer(s.grpc, &streamsService{server: s})
	gossip.RegisterGossipServer(s.grpc, &gossipService{server: s})
	serverfeatures.RegisterServerFeaturesServer(s.grpc, &featuresService{server: s})
	return s, nil
}

func (s *Server) options() []grpc.ServerOption {
	options := []grpc.ServerOption{
		grpc.NumStreamWorkers(streamWorkers),
		grpc.InTapHandle(s.limitCalls),
		grpc.MaxRecvMsgSize(maxMessageBytes),
		grpc.MaxSendMsgSize(maxMessageBytes),
		grpc.ConnectionTimeout(handshakeTimeout),
		grpc.MaxConcurrentStreams(maxConcurrentStreams),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: minPing, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: idlePing, Timeout: pingTimeout}),
		grpc.UnaryInterceptor(s.guardUnary),
		grpc.StreamInterceptor(s.guardStream),
	}
	if s.config.TLS != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(s.config.TLS)))
	}
	return options
}

// limitCalls gives every append a deadline. It must be there before the handler begins: receiving ends with the call's
// own context only. And it bounds the calls that are read before a guard sees them.
func (s *Server) limitCalls(ctx context.Context, info *tap.Info) (context.Context, error) {
	if !streaming(info.FullMethodName) {
		if s.counters.unary.Add(1) > maxUnary {
			s.counters.unary.Add(-1)
			return nil, status.Errorf(codes.ResourceExhausted, "more than %d calls of this kind", maxUnary)
		}
		context.AfterFunc(ctx, func() { s.counters.unary.Add(-1) })
		return ctx, nil
	}
	if !strings.HasSuffix(info.FullMethodName, "/Append") {
		return ctx, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.AppendTimeout) //nolint:gosec // ends with the call's context, which is above
	_ = cancel
	return ctx, nil
}

// streaming says whether a guard sees a call before any message of it is read.
func streaming(method string) bool {
	for _, m := range streams.Streams_ServiceDesc.Streams {
		if strings.HasSuffix(method, "/"+m.StreamName) && !open(method) {
			return true
		}
	}
	return false
}

// Serve answers on the listener until Stop; it closes the listener. Without TLS only loopback addresses are served:
// tokens and people's data don't travel in the clear.
func (s *Server) Serve(l net.Listener) error {
	if address, ok := l.Addr().(*net.TCPAddr); ok && s.config.TLS == nil && !address.IP.IsLoopback() {
		return errors.Join(
			fmt.Errorf("%w: %s is reachable from other machines: give a certificate or listen on 127.0.0.1", eventstore.ErrInvalid, address),
			l.Close())
	}
	go s.warm()
	if err := s.grpc.Serve(l); err != nil {
		return fmt.Errorf("serve events on %s: %w", l.Addr(), err)
	}
	return nil
}

// warm reads the log once, so that the first read from a place in its middle need not.
func (s *Server) warm() {
	ctx, cancel := s.untilStopped(context.Background())
	defer cancel()
	if _, err := s.history.marks.upToDate(ctx); err != nil && ctx.Err() == nil {
		s.config.Log.WarnContext(ctx, "wire: the log could not be read through", slog.Any("error", err))
	}
}

// Stop ends subscriptions, lets the calls that are under way finish, and closes the connections: at the latest when
// ctx ends, with its error. Subscribers that don't take what is sent to them are not waited for: they lose nothing, since
// they go on from what they have read.
func (s *Server) Stop(ctx context.Context) error {
	s.stopOnce.Do(func() { close(s.stopping) })
	finished := make(chan struct{})
	go func() {
		s.grpc.GracefulStop()
		close(finished)
	}()
	patience := time.NewTicker(subscriberPatience)
	defer patience.Stop()
	for {
		select {
		case <-finished:
			return nil
		case <-patience.C:
			if s.counters.others() > 0 {
				continue
			}
			s.grpc.Stop()
			<-finished
			return nil
		case <-ctx.Done():
			s.grpc.Stop()
			<-finished
			return fmt.Errorf("stop serving events: calls were cut off: %w", ctx.Err())
		}
	}
}
