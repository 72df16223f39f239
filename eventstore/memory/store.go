// Package memory keeps events in memory. It is the reference implementation of the contract, short enough to be read in
// one go, and the fake for tests: it can fail before and after it applied an append, its positions have gaps on
// purpose, and it copies everything in and out, so that whoever writes into a slice later harms only himself.
package memory

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"saldo/eventstore"
)

// Config says what a store needs.
type Config struct {
	// Now stamps the events; required.
	Now func() time.Time
	// StoreID tags the positions; "memory" if empty.
	StoreID string
	// MaxAppend in bytes; eventstore.DefaultMaxAppend if 0.
	MaxAppend int
}

// Store implements eventstore.Store. Nothing survives Close.
type Store struct {
	config Config

	mu      sync.Mutex // guards what follows; held for memory work and hooks only, never while a caller runs
	all     []eventstore.Recorded
	streams map[string][]int // indexes into all
	changed chan struct{}    // closed and replaced by every append and by Close
	closed  bool

	faultsMu sync.Mutex // guards faults; not held while a hook runs
	faults   Faults
}

// New returns an empty store.
func New(c Config) (*Store, error) {
	if c.StoreID == "" {
		c.StoreID = "memory"
	}
	if c.Now == nil || !eventstore.ValidStoreID(c.StoreID) || c.MaxAppend < 0 {
		return nil, fmt.Errorf("%w: a memory store needs a clock, and a store id of letters, digits and hyphens", eventstore.ErrInvalid)
	}
	return &Store{config: c, streams: map[string][]int{}, changed: make(chan struct{})}, nil
}

// Identity implements eventstore.Identified.
func (s *Store) Identity() (storeID, incarnation string) { return s.config.StoreID, "1" }

// Append implements eventstore.Store.
func (s *Store) Append(ctx context.Context, stream string, at eventstore.Expected, events ...eventstore.EventData) (eventstore.Appended, error) {
	if err := eventstore.ValidateAppend(stream, at, events, s.config.MaxAppend); err != nil {
		return eventstore.Appended{}, err
	}
	if err := ctx.Err(); err != nil {
		return eventstore.Appended{}, fmt.Errorf("append to %q: %w", stream, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return eventstore.Appended{}, eventstore.ErrClosed
	}
	if err := s.before(stream, at); err != nil {
		return eventstore.Appended{}, err
	}
	done, err := s.apply(stream, at, events)
	if err != nil {
		return eventstore.Appended{}, err
	}
	if err := s.after(stream, at); err != nil {
		return eventstore.Appended{}, err
	}
	return done, nil
}

func (s *Store) apply(stream string, at eventstore.Expected, events []eventstore.EventData) (eventstore.Appended, error) {
	index := s.streams[stream]
	current, next := eventstore.NoStream(), uint64(len(index))
	if next > 0 {
		current = eventstore.At(next - 1)
	}
	if current != at {
		wrong := &eventstore.WrongRevisionError{Stream: stream, Expected: at, Current: current}
		if at.Next() > next {
			return eventstore.Appended{}, wrong
		}
		var found []eventstore.Recorded
		for _, i := range index[at.Next():min(next, at.Next()+uint64(len(events)))] {
			found = append(found, s.all[i])
		}
		if err := eventstore.MatchReplay(events, found, wrong); err != nil {
			return eventstore.Appended{}, err
		}
		last := found[len(found)-1]
		return eventstore.Appended{LastRevision: last.Revision, Position: last.Position}, nil
	}
	stored := s.config.Now().UTC().Truncate(100 * time.Nanosecond)
	for i, e := range events {
		r := eventstore.Recorded{EventData: e, Stream: stream, Revision: next + uint64(i), Position: s.nextPosition(), Stored: stored}
		s.streams[stream] = append(s.streams[stream], len(s.all))
		s.all = append(s.all, clone(r))
	}
	close(s.changed)
	s.changed = make(chan struct{})
	last := s.all[len(s.all)-1]
	return eventstore.Appended{LastRevision: last.Revision, Position: last.Position}, nil
}

// nextPosition leaves gaps of differing width, so that nobody comes to count on positions being dense.
func (s *Store) nextPosition() eventstore.Position {
	last, _ := s.head().Coordinates()
	n := last + 3 + uint64(len(s.all)%5)
	return eventstore.NewPosition(s.config.StoreID, n, n)
}

func (s *Store) head() eventstore.Position {
	if len(s.all) == 0 {
		return eventstore.Position{}
	}
	return s.all[len(s.all)-1].Position
}

// ReadStream implements eventstore.Store.
func (s *Store) ReadStream(ctx context.Context, stream string, o eventstore.ReadOptions) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		if err := eventstore.ValidateStream(stream); err != nil {
			yield(eventstore.Recorded{}, err)
			return
		}
		chosen, err := s.snapshot(stream)
		if err != nil {
			yield(eventstore.Recorded{}, err)
			return
		}
		if o.Backward {
			if o.From < uint64(len(chosen)) {
				chosen = chosen[:o.From+1]
			}
			slices.Reverse(chosen)
		} else {
			chosen = chosen[min(o.From, uint64(len(chosen))):]
		}
		yieldAll(ctx, chosen, o.Limit, yield)
	}
}

func (s *Store) snapshot(stream string) ([]eventstore.Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, eventstore.ErrClosed
	}
	index := s.streams[stream]
	if len(index) == 0 {
		return nil, fmt.Errorf("%w: %q", eventstore.ErrStreamNotFound, stream)
	}
	found := make([]eventstore.Recorded, 0, len(index))
	for _, i := range index {
		found = append(found, s.all[i])
	}
	return found, nil
}

// ReadAll implements eventstore.Store.
func (s *Store) ReadAll(ctx context.Context, after eventstore.Position, o eventstore.ReadAllOptions) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		behind, err := s.behind(after)
		if err != nil {
			yield(eventstore.Recorded{}, err)
			return
		}
		chosen := behind
		if len(o.Prefixes) > 0 {
			chosen = nil
			for _, r := range behind {
				if slices.ContainsFunc(o.Prefixes, func(p string) bool { return strings.HasPrefix(r.Stream, p) }) {
					chosen = append(chosen, r)
				}
			}
		}
		yieldAll(ctx, chosen, o.Limit, yield)
	}
}

// behind returns a part of the log that no later append changes.
func (s *Store) behind(after eventstore.Position) ([]eventstore.Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, eventstore.ErrClosed
	}
	if err := after.Of(s.config.StoreID); err != nil {
		return nil, err
	}
	if after.IsStart() {
		return slices.Clip(s.all), nil
	}
	i, found := slices.BinarySearchFunc(s.all, after, func(r eventstore.Recorded, p eventstore.Position) int { return r.Position.Compare(p) })
	if !found {
		return nil, fmt.Errorf("%w: no event at %s", eventstore.ErrForeignPosition, after)
	}
	return slices.Clip(s.all[i+1:]), nil
}

// Wait implements eventstore.Store.
func (s *Store) Wait(ctx context.Context, after eventstore.Position) error {
	for {
		s.mu.Lock()
		closed, head, changed := s.closed, s.head(), s.changed
		s.mu.Unlock()
		if closed {
			return eventstore.ErrClosed
		}
		if err := after.Of(s.config.StoreID); err != nil {
			return err
		}
		switch after.Compare(head) {
		case -1:
			return nil
		case 1:
			return fmt.Errorf("%w: %s is behind the head %s", eventstore.ErrForeignPosition, after, head)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// Head implements eventstore.Store.
func (s *Store) Head(ctx context.Context) (eventstore.Position, error) {
	if err := ctx.Err(); err != nil {
		return eventstore.Position{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return eventstore.Position{}, eventstore.ErrClosed
	}
	return s.head(), nil
}

// Close implements eventstore.Store.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		close(s.changed)
	}
	return nil
}

func yieldAll(ctx context.Context, chosen []eventstore.Recorded, limit int, yield func(eventstore.Recorded, error) bool) {
	for n, r := range chosen {
		if limit > 0 && n == limit {
			return
		}
		if err := ctx.Err(); err != nil {
			yield(eventstore.Recorded{}, err)
			return
		}
		if !yield(clone(r), nil) {
			return
		}
	}
}

func clone(r eventstore.Recorded) eventstore.Recorded {
	r.Data, r.Metadata = bytes.Clone(r.Data), bytes.Clone(r.Metadata)
	return r
}
