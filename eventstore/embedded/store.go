package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"saldo/eventstore"
)

// Store implements eventstore.Store and eventstore.Identified.
type Store struct {
	config   Config
	identity identity
	lock     *os.File        // nil when read-only
	torn     Torn            // what Open cut off
	salt     [saltBytes]byte // of the stream keys; fixed once Open has looked at the table

	loadedGroup uint64 // used by Open: where the last group that it read begins

	requests  sync.Pool            // of *request that were answered
	queue     chan *request        // to the committing goroutine
	sealing   chan *sealRequest    // to the same
	seal      atomic.Pointer[Seal] // nil while the log goes on; set by Open and by the committing goroutine, once
	closing   chan struct{}        // closed by Close: no more appends
	stopped   chan struct{}        // closed when the committing goroutine has answered what it took and ended
	hungry    chan struct{}        // room for one: tells the feeding goroutine that a generation was set aside
	fed       chan struct{}        // closed when the feeding goroutine has ended
	closeOnce sync.Once
	closeErr  error

	committer committer // owned by the committing goroutine, before it starts by Open
	feeder    feeder    // owned by the feeding goroutine, before it starts by Open

	// mu guards view and what it points to. Writers: Open before anybody reads, the committing goroutine after each
	// sync, the feeding goroutine when the table has got more, Close. Whoever holds it sees durable records only, and all
	// of them. It is never held across I/O.
	mu   sync.RWMutex
	view view
}

// view is the log as readers see it.
type view struct {
	segments []*segment    // never empty; a copy stays good, since only new slices get more
	table    *table        // nil while there is none; the tail then goes back to the beginning
	tail     tail          // the hot generation is guarded by Store.mu
	head     uint64        // number of the last event, 0 for none
	last     uint64        // logical offset of the record that holds it, 0 for none
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

// until returns the log as it was when it ended at end, behind the event of that number.
func (v *view) until(end, number, last uint64) view {
	older := view{end: end, head: number, last: last, changed: v.changed}
	older.segments = v.segments[:v.segmentAt(end-1)+1]
	return older
}

// enter makes a record visible; it must be durable, or about to be looked at by nobody.
func (v *view) enter(seg *segment, key streamKey, r record) error {
	if r.number != v.head+1 {
		return fmt.Errorf("event number %d where %d must follow", r.number, v.head+1)
	}
	if err := v.tail.hot.add(key, r); err != nil {
		return err
	}
	seg.mark(r)
	v.head, v.last, v.end = r.last(), r.offset, r.next()
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

// snapshot returns the view without its tail.
func (s *Store) snapshot() (view, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v := s.view
	v.tail = tail{}
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

// Count implements eventstore.Counted.
func (s *Store) Count(ctx context.Context) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	v, err := s.snapshot()
	return v.head, err
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
	<-s.fed
	s.mu.Lock()
	s.view.closed = true
	close(s.view.changed)
	v := s.view
	s.mu.Unlock()
	var err error
	if s.lock != nil {
		// The next Open then knows that everything up to here was durable and takes no damage for a torn write. Dying
		// before leaves an older bound, which is as true.
		err = s.config.writeBound(v.end)
	}
	if v.table != nil {
		// An error of the table's is none of the log's: the next Open looks at what it finds.
		_ = v.table.close()
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
