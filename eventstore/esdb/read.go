package esdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"saldo/eventstore"
)

const (
	// readAhead is how many events a read holds that its consumer hasn't taken.
	readAhead = 64
	// pageEvents is what is asked for at least in a read of the log with a limit: some of it may be the system's.
	pageEvents = 64
)

// errLeft ends a read whose consumer has had enough.
var errLeft = errors.New("esdb: enough")

// opener begins a read.
type opener func(context.Context, *esdb.Client) (*esdb.ReadStream, error)

// pull reads once, from one client, and visits every event. The error is that of the client, of ctx, or of visit.
func (s *Store) pull(ctx context.Context, open opener, visit func(*esdb.RecordedEvent) error) error {
	c, err := s.enter(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type item struct {
		event *esdb.RecordedEvent
		err   error
	}
	items, gone := make(chan item, readAhead), make(chan struct{})
	go func() {
		defer s.leave(c)
		defer close(gone)
		defer close(items)
		_, err := caught(func() (struct{}, error) {
			events, err := open(ctx, c.client)
			if err != nil {
				return struct{}{}, err
			}
			defer events.Close()
			for {
				e, err := events.Recv()
				if err != nil {
					return struct{}{}, err
				}
				select {
				case items <- item{event: e.OriginalEvent()}:
				case <-ctx.Done():
					return struct{}{}, ctx.Err()
				}
			}
		})
		if err != nil && !errors.Is(err, io.EOF) {
			select {
			case items <- item{err: err}:
			case <-ctx.Done():
			}
		}
	}()
	for {
		select {
		case i, more := <-items:
			if !more {
				return ctx.Err()
			}
			if i.err != nil {
				if ctx.Err() == nil && broken(i.err) {
					s.condemn(c, i.err)
				}
				return i.err
			}
			if err := visit(i.event); err != nil {
				return err
			}
		case <-s.closing:
			return eventstore.ErrClosed
		case <-ctx.Done():
			s.watch(c, gone)
			return ctx.Err()
		}
	}
}

// reader reads on from where it was; moved tells that it got somewhere.
type reader func(context.Context) (moved bool, err error)

// persist repeats a read while it fails for a passing reason, as long as ctx allows and the patience for outages, which
// begins anew whenever the read has moved on.
func (s *Store) persist(ctx context.Context, what string, read reader) error {
	for {
		if again, err := s.persistUntilMoved(ctx, what, read); !again {
			return err
		}
	}
}

func (s *Store) persistUntilMoved(ctx context.Context, what string, read reader) (again bool, err error) {
	limited, cancel := context.WithTimeout(ctx, s.config.Outage)
	defer cancel()
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		moved, err := read(ctx)
		switch {
		case err == nil, errors.Is(err, errLeft):
			return false, err
		case ctx.Err() != nil:
			return false, fmt.Errorf("%s: %w", what, ctx.Err())
		case ours(err):
			return false, err
		case kindOf(err) != kindTransient || limited.Err() != nil && !moved:
			return false, readError(what, err)
		case moved:
			return true, nil
		}
		select {
		case <-limited.Done():
			return false, readError(what, err)
		case <-time.After(jittered(pause)):
		case <-s.closing:
			return false, eventstore.ErrClosed
		}
		// While there is no client at all, waiting for one must not outlast the patience.
		c, err := s.enter(limited)
		if err != nil {
			return false, fmt.Errorf("%s: %w", what, err)
		}
		s.leave(c)
	}
}

// ours are errors of the contract, which are final.
func ours(err error) bool {
	for _, e := range []error{eventstore.ErrClosed, eventstore.ErrUnavailable, eventstore.ErrForeignPosition, eventstore.ErrCorrupt, eventstore.ErrInvalid} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// ReadStream implements eventstore.Store. Events that the server no longer has are ErrCorrupt: a ledger has all of them.
func (s *Store) ReadStream(ctx context.Context, stream string, o eventstore.ReadOptions) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		err := s.readStream(ctx, stream, o, func(r eventstore.Recorded) bool { return yield(r, nil) })
		if err != nil && !errors.Is(err, errLeft) {
			yield(eventstore.Recorded{}, err)
		}
	}
}

func (s *Store) readStream(ctx context.Context, stream string, o eventstore.ReadOptions, yield func(eventstore.Recorded) bool) error {
	if err := eventstore.ValidateStream(stream); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	options := esdb.ReadStreamOptions{From: esdb.Revision(o.From)}
	switch {
	case o.Backward:
		options.Direction = esdb.Backwards
		if o.From > math.MaxInt64 {
			options.From = esdb.End{}
		}
	case o.From > math.MaxInt64: // behind every revision; is there a stream?
		o.Limit = 1
		options.From = esdb.Start{}
		yield = func(eventstore.Recorded) bool { return true }
	}
	left, first := count(o.Limit), true
	var last uint64
	return s.persist(ctx, fmt.Sprintf("stream %q", stream), func(ctx context.Context) (bool, error) {
		if left == 0 || !first && o.Backward && last == 0 {
			return false, nil
		}
		before := left
		open := func(ctx context.Context, client *esdb.Client) (*esdb.ReadStream, error) {
			return client.ReadStream(ctx, stream, options, left)
		}
		err := s.pull(ctx, open, func(e *esdb.RecordedEvent) error {
			if gap(o, first, last, e.EventNumber) {
				return fmt.Errorf("%w: stream %q: revision %d comes where another should: events are missing", eventstore.ErrCorrupt, stream, e.EventNumber)
			}
			first, last = false, e.EventNumber
			if options.From = esdb.Revision(last + 1); o.Backward {
				options.From = esdb.Revision(last - 1)
			}
			left--
			if !yield(s.recorded(e)) {
				return errLeft
			}
			return nil
		})
		return left != before, err
	})
}

// gap tells that a revision is not the next one.
func gap(o eventstore.ReadOptions, first bool, last, next uint64) bool {
	switch {
	case !first && o.Backward:
		return next+1 != last
	case !first:
		return next != last+1
	case o.Backward:
		return next > o.From // the end of the stream may be before
	}
	return next != o.From && o.From <= math.MaxInt64
}

func count(limit int) uint64 {
	if limit <= 0 {
		return math.MaxUint64
	}
	return uint64(limit)
}

// ReadAll implements eventstore.Store.
func (s *Store) ReadAll(ctx context.Context, after eventstore.Position, o eventstore.ReadAllOptions) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		err := s.readAll(ctx, after, o, func(r eventstore.Recorded) bool { return yield(r, nil) })
		if err != nil && !errors.Is(err, errLeft) {
			yield(eventstore.Recorded{}, err)
		}
	}
}

// readAll reads the log in pages, if there is a limit. The server's reads begin on a position and not behind it: the
// first event must be the one that stands there, or the position is none of this store.
func (s *Store) readAll(ctx context.Context, after eventstore.Position, o eventstore.ReadAllOptions, yield func(eventstore.Recorded) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	left, at, checked := o.Limit, after, false
	return s.persist(ctx, "all events", func(ctx context.Context) (moved bool, err error) {
		for {
			page := uint64(math.MaxUint64)
			if o.Limit > 0 {
				page = uint64(max(left+1, pageEvents))
			}
			seen, known := uint64(0), eventstore.Position{}
			visit := func(e *esdb.RecordedEvent) error {
				seen++
				checked = true
				r := s.recorded(e)
				if r.Position.Compare(at) <= 0 {
					return nil
				}
				at, moved = r.Position, true
				if hidden(e) {
					return nil
				}
				known = at
				if !matches(r.Stream, o.Prefixes) {
					return nil
				}
				left--
				if !yield(r) || left == 0 {
					return errLeft
				}
				return nil
			}
			if checked { // at is where an event of this server stands, be it the system's
				commit, prepare := at.Coordinates()
				err = s.pull(ctx, readAllFrom(esdb.Position{Commit: commit, Prepare: prepare}, esdb.Forwards, page), visit)
			} else {
				err = s.pullAll(ctx, at, page, visit)
			}
			if !known.IsStart() {
				s.learn(known)
			}
			if err != nil || seen < page {
				return moved, err
			}
		}
	})
}

// pullAll reads from after on, and sees to it that something stands there.
func (s *Store) pullAll(ctx context.Context, after eventstore.Position, page uint64, visit func(*esdb.RecordedEvent) error) error {
	if after.IsStart() {
		return s.pull(ctx, readAllFrom(esdb.Start{}, esdb.Forwards, page), visit)
	}
	if err := s.of(ctx, after); err != nil {
		return err
	}
	commit, prepare := after.Coordinates()
	first := true
	foreign := fmt.Errorf("%w: no event at %s", eventstore.ErrForeignPosition, after)
	err := s.pull(ctx, readAllFrom(esdb.Position{Commit: commit, Prepare: prepare}, esdb.Forwards, page), func(e *esdb.RecordedEvent) error {
		if first && (s.position(e.Position) != after || hidden(e)) {
			if err := s.fence(ctx, after); err != nil {
				return err
			}
		}
		first = false
		return visit(e)
	})
	if kindOf(err) == kindInvalid && first || err == nil && first {
		if s.fence(ctx, after) != nil {
			return foreign
		}
		return nil
	}
	return err
}

// of refuses positions of other stores. Which store this is, may have to be waited for.
func (s *Store) of(ctx context.Context, p eventstore.Position) error {
	if p.IsStart() {
		return nil
	}
	id, _ := s.Identity()
	if id == "" {
		c, err := s.enter(ctx)
		if err != nil {
			return err
		}
		s.leave(c)
		id, _ = s.Identity()
	}
	if err := p.Of(id); err != nil {
		return err
	}
	if commit, prepare := p.Coordinates(); commit > math.MaxInt64 || prepare > math.MaxInt64 {
		return fmt.Errorf("%w: %s is out of range", eventstore.ErrForeignPosition, p)
	}
	return nil
}

// fence accepts a position on which no event stands, if the last event before has the same commit position: servers may
// answer an append of several events with such a one.
func (s *Store) fence(ctx context.Context, p eventstore.Position) error {
	commit, _ := p.Coordinates()
	found := false
	err := s.pull(ctx, readAllFrom(esdb.Position{Commit: commit, Prepare: math.MaxInt64}, esdb.Backwards, 1), func(e *esdb.RecordedEvent) error {
		found = e.Position.Commit == commit && !hidden(e)
		return nil
	})
	if err == nil && !found {
		err = fmt.Errorf("%w: no event at %s", eventstore.ErrForeignPosition, p)
	}
	return err
}

func readAllFrom(from esdb.AllPosition, direction esdb.Direction, n uint64) opener {
	return func(ctx context.Context, client *esdb.Client) (*esdb.ReadStream, error) {
		return client.ReadAll(ctx, esdb.ReadAllOptions{From: from, Direction: direction}, n)
	}
}

// hidden are the events that are not the ledger's.
func hidden(e *esdb.RecordedEvent) bool {
	return strings.HasPrefix(e.StreamID, "$") || strings.HasPrefix(e.EventType, "$") || e.StreamID == identityStream
}

func matches(stream string, prefixes []string) bool {
	return len(prefixes) == 0 || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(stream, p) })
}

func (s *Store) recorded(e *esdb.RecordedEvent) eventstore.Recorded {
	return eventstore.Recorded{
		EventData: eventstore.EventData{
			ID: [16]byte(e.EventID), Type: e.EventType, JSON: e.ContentType == "application/json", Data: e.Data, Metadata: e.UserMetadata,
		},
		Stream: e.StreamID, Revision: e.EventNumber, Position: s.position(e.Position), Stored: e.CreatedDate,
	}
}
