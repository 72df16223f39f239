package esdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"saldo/eventstore"
)

const (
	// headPage is how many events at the end are looked at for one that isn't the system's; it grows by a factor.
	headPage, headGrowth, headMost = 1, 16, 4096
	// waitWindow is how many events of the system a server may pass over before it tells how far it is.
	waitWindow = 1000
	// knownMost is how many positions are remembered as being events of the server.
	knownMost = 128
)

// knownPositions are the last positions that the server told; those need not be looked for again.
type knownPositions struct {
	ring [knownMost]eventstore.Position
	next int
}

func (s *Store) learn(p eventstore.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known.ring[s.known.next] = p
	s.known.next = (s.known.next + 1) % knownMost
}

func (s *Store) knows(p eventstore.Position) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.known.ring {
		if k == p {
			return true
		}
	}
	return false
}

// Head implements eventstore.Store: the last event that isn't the system's.
func (s *Store) Head(ctx context.Context) (eventstore.Position, error) {
	if err := ctx.Err(); err != nil {
		return eventstore.Position{}, err
	}
	var head eventstore.Position
	err := s.persist(ctx, "the last event", func(ctx context.Context) (bool, error) {
		from := esdb.AllPosition(esdb.End{})
		for page := uint64(headPage); ; page = min(page*headGrowth, headMost) {
			seen, found := uint64(0), false
			err := s.pull(ctx, readAllFrom(from, esdb.Backwards, page), func(e *esdb.RecordedEvent) error {
				seen++
				from = e.Position
				if !found && !hidden(e) {
					head, found = s.position(e.Position), true
				}
				return nil
			})
			if err != nil || found || seen < page {
				return false, err
			}
		}
	})
	if err != nil {
		return eventstore.Position{}, err
	}
	if !head.IsStart() {
		s.learn(head)
	}
	return head, nil
}

// Wait implements eventstore.Store. It outlives every outage of the server.
func (s *Store) Wait(ctx context.Context, after eventstore.Position) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := s.waitOnce(ctx, after)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, eventstore.ErrClosed), errors.Is(err, eventstore.ErrForeignPosition):
			return err
		case ctx.Err() != nil:
			return fmt.Errorf("wait behind %s: %w", after, ctx.Err())
		case kindOf(err) == kindDenied:
			return readError(fmt.Sprintf("wait behind %s", after), err)
		}
		s.config.Log.InfoContext(ctx, "esdb: waiting for events begins again", slog.Any("error", err))
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait behind %s: %w", after, ctx.Err())
		case <-s.closing:
			return eventstore.ErrClosed
		case <-time.After(jittered(pause)):
		}
	}
}

func (s *Store) waitOnce(ctx context.Context, after eventstore.Position) error {
	if !after.IsStart() && !s.knows(after) {
		if err := s.pullAll(ctx, after, 1, func(*esdb.RecordedEvent) error { return nil }); err != nil {
			return err
		}
		s.learn(after)
	}
	c, err := s.enter(ctx)
	if err != nil {
		return err
	}
	_, err = call(ctx, s, c, func(ctx context.Context, c *session) (struct{}, error) {
		return struct{}{}, appears(ctx, c.client, after)
	})
	return err
}

// appears returns nil when an event that isn't the system's stands behind after.
func appears(ctx context.Context, client *esdb.Client, after eventstore.Position) error {
	options := esdb.SubscribeToAllOptions{From: esdb.Start{}, Filter: esdb.ExcludeSystemEventsFilter(), MaxSearchWindow: waitWindow}
	if !after.IsStart() {
		commit, prepare := after.Coordinates()
		options.From = esdb.Position{Commit: commit, Prepare: prepare}
	}
	subscription, err := client.SubscribeToAll(ctx, options)
	if err != nil {
		return err
	}
	defer func() { _ = subscription.Close() }()
	for {
		switch n := subscription.Recv(); {
		case n.EventAppeared != nil && !hidden(n.EventAppeared.OriginalEvent()):
			return nil
		case n.SubscriptionDropped != nil:
			if err := n.SubscriptionDropped.Error; err != nil {
				return err
			}
			return errHung
		}
	}
}
