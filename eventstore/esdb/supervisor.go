package esdb

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"runtime"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"saldo/eventstore"
)

const (
	// firstPause and longestPause space out attempts to reach a server; each pause is drawn from 0.5 to 1.5 of it.
	firstPause, longestPause = 50 * time.Millisecond, 2 * time.Second
	// attemptPatience bounds one attempt to reach a server.
	attemptPatience = 10 * time.Second
)

// session is one client and who is in it.
type session struct {
	client *esdb.Client
	server identity
	users  int  // guarded by Store.mu
	bad    bool // guarded by Store.mu; nobody enters any more
}

// supervise makes a new client whenever one is wanted, until the store is closed.
func (s *Store) supervise() {
	for {
		select {
		case <-s.closing:
			return
		case <-s.wanted:
		}
		for pause := firstPause; ; pause = min(2*pause, longestPause) {
			ctx, cancel := s.untilClosed(context.Background(), attemptPatience)
			err := s.connect(ctx)
			cancel()
			if err == nil {
				break
			}
			s.config.Log.Warn("esdb: the server cannot be reached", slog.Any("error", err))
			s.mu.Lock()
			s.lastErr = err
			s.mu.Unlock()
			select {
			case <-s.closing:
				return
			case <-time.After(jittered(pause)):
			}
		}
	}
}

func jittered(d time.Duration) time.Duration {
	return d/2 + rand.N(d) //nolint:gosec // no secret
}

// untilClosed ends with ctx, after a while, and when the store is closed.
func (s *Store) untilClosed(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, d)
	go func() {
		select {
		case <-s.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// connect makes a client, asks which store it has reached, and lets callers in.
//
// Finding a node is the moment in which the client dies or hangs. So a throw-away client with a single attempt goes
// first. The one that is kept never gives up: should it lose its node while callers are in it, then they are held
// until the node is back, and not for ever. When that happens the client forgets the connection that it had; gRPC closes
// it after half an hour without a call.
func (s *Store) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, attemptPatience)
	defer cancel()
	probe, err := esdb.NewClient(s.clientConfig(1))
	if err != nil {
		return fmt.Errorf("%w: %w", eventstore.ErrInvalid, err)
	}
	_, err = inGoroutine(ctx, func() (*esdb.ServerVersion, error) {
		defer func() { _ = probe.Close() }()
		return probe.GetServerVersion()
	})
	if err != nil {
		return s.diagnose(ctx, err)
	}
	client, err := esdb.NewClient(s.clientConfig(math.MaxInt))
	if err != nil {
		return fmt.Errorf("%w: %w", eventstore.ErrInvalid, err)
	}
	done := make(chan struct{})
	server, err := inGoroutine(ctx, func() (identity, error) {
		defer close(done)
		return identify(ctx, client, s.config.NewID)
	})
	if err == nil {
		err = s.admit(client, server)
	}
	if err != nil {
		go func() {
			<-done
			_ = client.Close()
		}()
		if kindOf(err) == kindDenied {
			return fmt.Errorf("%w: %w", ErrCredentials, err)
		}
		return err
	}
	return nil
}

// admit makes client the one that callers enter.
func (s *Store) admit(client *esdb.Client, server identity) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return eventstore.ErrClosed
	case s.identity.StoreID != "" && s.identity.StoreID != server.StoreID:
		return fmt.Errorf("%w: where store %q was, store %q answers now", eventstore.ErrUnavailable, s.identity.StoreID, server.StoreID)
	}
	s.identity = server // also another incarnation, whose log may end earlier:
	s.known = knownPositions{}
	s.current, s.lastErr = &session{client: client, server: server}, nil
	close(s.ready)
	return nil
}

// diagnose finds out whether it is TLS, which the client tells in prose only.
func (s *Store) diagnose(ctx context.Context, cause error) error {
	if s.connection.parsed.DisableTLS || ctx.Err() != nil {
		return cause
	}
	dialer := tls.Dialer{Config: &tls.Config{
		RootCAs: s.connection.parsed.RootCAs, InsecureSkipVerify: s.connection.parsed.SkipCertificateVerification, //nolint:gosec // as asked for
		MinVersion: tls.VersionTLS12,
	}}
	for _, host := range s.connection.hosts {
		conn, err := dialer.DialContext(ctx, "tcp", host)
		if err == nil {
			_ = conn.Close()
			continue
		}
		_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
		_, plain := errors.AsType[tls.RecordHeaderError](err)
		if untrusted || plain {
			return fmt.Errorf("%w: %s: %w", ErrCertificate, host, err)
		}
		if _, network := errors.AsType[net.Error](err); !network {
			return fmt.Errorf("%s: %w", host, err)
		}
	}
	return cause
}

// permanent errors are not worth another attempt at start.
func permanent(err error) bool {
	return errors.Is(err, ErrCredentials) || errors.Is(err, ErrCertificate) || errors.Is(err, eventstore.ErrInvalid)
}

// clientConfig is a copy for one client.
func (s *Store) clientConfig(attempts int) *esdb.Configuration {
	c := *s.connection.parsed
	c.MaxDiscoverAttempts = attempts
	c.DiscoveryInterval = int(jittered(time.Duration(c.DiscoveryInterval) * time.Millisecond).Milliseconds())
	c.Logger = s.clientLog
	if attempts > 1 {
		c.Logger = func(level esdb.LogLevel, format string, args ...any) {
			s.endDiscovery(format)
			s.clientLog(level, format, args...)
		}
	}
	return &c
}

// endDiscovery ends the goroutine of a client that would look for its node for ever, once the store is closed. The log
// is the only place where that can be done: before each attempt the client says so.
func (s *Store) endDiscovery(format string) {
	select {
	case <-s.closing:
		if format == "discovery attempt %v/%v" {
			runtime.Goexit()
		}
	default:
	}
}

// clientLog hands what the client says to our log.
func (s *Store) clientLog(level esdb.LogLevel, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	switch level {
	case esdb.LogError, esdb.LogWarn:
		s.config.Log.Info("esdb client", slog.String("level", level), slog.String("says", text))
	default:
		s.config.Log.Debug("esdb client", slog.String("level", level), slog.String("says", text))
	}
}

// enter waits for a client and goes in; leave must be called. Nothing was sent when it fails.
func (s *Store) enter(ctx context.Context) (*session, error) {
	for {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			return nil, eventstore.ErrClosed
		}
		if c := s.current; c != nil {
			c.users++
			s.inside++
			s.mu.Unlock()
			return c, nil
		}
		ready, why := s.ready, s.lastErr
		s.mu.Unlock()
		select {
		case <-ready:
		case <-s.closing:
			return nil, eventstore.ErrClosed
		case <-ctx.Done():
			if why == nil {
				return nil, fmt.Errorf("%w: no connection yet: %w", eventstore.ErrUnavailable, ctx.Err())
			}
			return nil, fmt.Errorf("%w: %w: %w", eventstore.ErrUnavailable, why, ctx.Err())
		}
	}
}

func (s *Store) leave(c *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.users--
	if s.inside--; s.inside == 0 && s.emptied != nil {
		close(s.emptied)
		s.emptied = nil
	}
	if c.bad && c.users == 0 {
		_ = c.client.Close()
	}
}

// condemn keeps callers out of a client and has the supervisor make another.
func (s *Store) condemn(c *session, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.bad {
		return
	}
	c.bad = true
	if c.users == 0 {
		_ = c.client.Close()
	}
	if s.current == c {
		s.current, s.ready, s.lastErr = nil, make(chan struct{}), why
		select {
		case s.wanted <- struct{}{}:
		default:
		}
	}
}
