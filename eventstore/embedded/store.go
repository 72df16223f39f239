package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"saldo/eventstore"
)

// Store implements eventstore.Store and eventstore.Identified.
type Store struct {
	config   Config
	identity identity
	lock     *os.File // nil when read-only
	torn     Torn     // what Open cut off

	loadedGroup uint64 // used by Open: where the last group that it read begins

	queue     chan *request // to the committing goroutine
	closing   chan struct{} // closed by Close: no more appends
	stopped   chan struct{} // closed when the committing goroutine has answered what it took and ended
	closeOnce sync.Once
	closeErr  error

	committer committer // owned by the committing goroutine

	// mu guards view and what it points to. Writers: Open before anybody reads, the committing goroutine after each
	// sync, Close. Whoever holds it sees durable records only, and all of them. It is never held across I/O.
	mu   sync.RWMutex
	view view
}

// view is the log as readers see it.
type view struct {
	segments []*segment // never empty; a copy stays good, since only new slices get more
	index    index
	head     uint64        // position of the last event, 0 for none
	end      uint64        // logical offset behind the last durable record
	changed  chan struct{} // closed and replaced when head moves, closed by Close
	closed   bool
}

// segmentEnd is where the i-th segment's records end.
func (v *view) segmentEnd(i int) uint64 {
	if i+1 < len(v.segments) {
		return v.segments[i+1].base
	}
	return v.end
}

// enter makes a record of the last segment visible; it must be durable, or about to be looked at by nobody.
func (v *view) enter(r record) error {
	if err := v.index.add(r); err != nil {
		return err
	}
	v.segments[len(v.segments)-1].mark(r.offset)
	v.head, v.end = r.last(), r.next()
	return nil
}

// Identity implements eventstore.Identified.
func (s *Store) Identity() (storeID, incarnation string) {
	return s.identity.StoreID, s.identity.Incarnation
}

// Torn is what Open found behind the last whole record and put aside: the rest of a write that was never acknowledged.
type Torn struct {
	Bytes  int    // 0 when there was nothing
	Offset uint64 // logical offset where it stood
	Path   string // where the bytes were kept
}

// Torn tells what Open cut off.
func (s *Store) Torn() Torn { return s.torn }

// snapshot returns the view without its index.
func (s *Store) snapshot() (view, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v := s.view
	v.index = nil
	if v.closed {
		return v, eventstore.ErrClosed
	}
	return v, nil
}

func (s *Store) position(n uint64) eventstore.Position {
	if n == 0 {
		return eventstore.Position{}
	}
	return eventstore.NewPosition(s.identity.StoreID, n, n)
}

// number is the way back; it refuses what can't be a position in v.
func (s *Store) number(p eventstore.Position, v *view) (uint64, error) {
	if err := p.Of(s.identity.StoreID); err != nil {
		return 0, err
	}
	n, prepare := p.Coordinates()
	switch {
	case n <= v.head && n == prepare:
		return n, nil
	case s.lock == nil && n == prepare:
		return 0, fmt.Errorf("%w: %s is behind what the log held when it was opened read-only: open it again", eventstore.ErrUnavailable, p)
	default:
		return 0, fmt.Errorf("%w: %s is behind the head %s", eventstore.ErrForeignPosition, p, s.position(v.head))
	}
}

// Head implements eventstore.Store.
func (s *Store) Head(ctx context.Context) (eventstore.Position, error) {
	if err := ctx.Err(); err != nil {
		return eventstore.Position{}, err
	}
	v, err := s.snapshot()
	if err != nil {
		return eventstore.Position{}, err
	}
	return s.position(v.head), nil
}

// Wait implements eventstore.Store. A store opened read-only never grows: there it answers ErrUnavailable at the head.
func (s *Store) Wait(ctx context.Context, after eventstore.Position) error {
	for {
		v, err := s.snapshot()
		if err != nil {
			return err
		}
		n, err := s.number(after, &v)
		if err != nil || n < v.head {
			return err
		}
		if s.lock == nil {
			return fmt.Errorf("%w: a log opened read-only does not grow: open it again", eventstore.ErrUnavailable)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-v.changed:
		}
	}
}

// Close implements eventstore.Store. Appends already taken by the committing goroutine are finished.
func (s *Store) Close() error {
	s.closeOnce.Do(func() { s.closeErr = s.close() })
	return s.closeErr
}

func (s *Store) close() error {
	close(s.closing)
	<-s.stopped
	s.mu.Lock()
	s.view.closed = true
	close(s.view.changed)
	v := s.view
	s.mu.Unlock()
	var err error
	if s.lock != nil {
		// The next Open then knows that everything up to here was durable and takes no damage for a torn write. Dying
		// before leaves an older bound, which is as true.
		err = writeBound(s.config.Dir, v.end)
	}
	return errors.Join(err, closeFiles(v.segments, s.lock))
}

// closeFiles gives up the lock last.
func closeFiles(segments []*segment, lock *os.File) error {
	var err error
	for _, seg := range segments {
		err = errors.Join(err, seg.file.Close())
	}
	if lock != nil {
		err = errors.Join(err, lock.Close())
	}
	return err
}
