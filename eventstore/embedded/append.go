package embedded

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"saldo/eventstore"
)

// request is one append on its way to the committing goroutine.
type request struct {
	stream string
	key    streamKey
	at     eventstore.Expected
	count  int
	number uint64              // of the first event, once it is in a group
	record []byte              // complete but for its place, which the committing goroutine fills in
	done   eventstore.Appended // to be answered once it is durable
	owner  atomic.Int32        // decides the race between being taken and being withdrawn
	answer chan answer         // room for one, so that answering never waits
}

// answer is what the committing goroutine says: done, err, or that the stream has not stood where it was expected.
type answer struct {
	done   eventstore.Appended
	err    error
	passed bool
	next   uint64 // the stream's next revision, when passed
}

const (
	waiting   int32 = iota
	taken           // by the committing goroutine: it will answer, and may write
	withdrawn       // by the caller: it is surely not written
)

func (r *request) take() bool     { return r.owner.CompareAndSwap(waiting, taken) }
func (r *request) withdraw() bool { return r.owner.CompareAndSwap(waiting, withdrawn) }

// Append implements eventstore.Store.
func (s *Store) Append(ctx context.Context, stream string, at eventstore.Expected, events ...eventstore.EventData) (eventstore.Appended, error) {
	if err := eventstore.ValidateAppend(stream, at, events, s.config.MaxAppend); err != nil {
		return eventstore.Appended{}, err
	}
	if s.lock == nil {
		return eventstore.Appended{}, fmt.Errorf("%w: append to %q: the store is open read-only", eventstore.ErrUnavailable, stream)
	}
	r := s.request(stream, at, events)
	a, err := s.submit(ctx, r)
	if err != nil {
		return eventstore.Appended{}, err // the committing goroutine may still have the request
	}
	// Answering is the last that the committing goroutine does with a request.
	if cap(r.record) <= keptRequestBytes {
		defer s.requests.Put(r)
	}
	if a.passed {
		return s.replay(ctx, r, a.next, events)
	}
	return a.done, a.err
}

// keptRequestBytes bounds the buffers that are kept for further requests.
const keptRequestBytes = 8 << 10

// request takes one that was used before: the buffers of a request are most of what an append leaves to the collector.
func (s *Store) request(stream string, at eventstore.Expected, events []eventstore.EventData) *request {
	r, used := s.requests.Get().(*request)
	if !used {
		r = &request{answer: make(chan answer, 1)}
	}
	r.stream, r.key, r.at, r.count = stream, keyOf(s.salt, stream), at, len(events)
	r.record = appendRecord(r.record[:0], stream, at.Next(), events)
	r.owner.Store(waiting)
	return r
}

// submit hands a request over and waits for its answer.
func (s *Store) submit(ctx context.Context, r *request) (answer, error) {
	if err := s.begin(ctx, r); err != nil {
		return answer{}, err
	}
	return s.await(ctx, r)
}

// begin hands a request over.
func (s *Store) begin(ctx context.Context, r *request) error {
	select {
	case <-s.closing:
		return eventstore.ErrClosed
	default:
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("append to %q: %w", r.stream, err)
	}
	return s.enqueue(ctx, r)
}

// await waits for the answer to a request that was handed over.
func (s *Store) await(ctx context.Context, r *request) (answer, error) {
	select {
	case a := <-r.answer:
		return a, nil
	case <-ctx.Done():
		if r.withdraw() {
			return answer{}, fmt.Errorf("append to %q, not yet begun: %w", r.stream, ctx.Err())
		}
		select {
		case a := <-r.answer:
			return a, nil
		default:
			return answer{}, fmt.Errorf("%w: append to %q: %w", eventstore.ErrOutcomeUnknown, r.stream, ctx.Err())
		}
	case <-s.stopped:
		if r.withdraw() {
			return answer{}, eventstore.ErrClosed
		}
		return <-r.answer, nil // what was taken has been answered before
	}
}

// enqueue waits for room as long as the configuration says.
func (s *Store) enqueue(ctx context.Context, r *request) error {
	select {
	case s.queue <- r:
		return nil
	default:
	}
	var enough <-chan time.Time // never, when nil
	if s.config.QueueWait > 0 {
		timer := time.NewTimer(s.config.QueueWait)
		defer timer.Stop()
		enough = timer.C
	}
	select {
	case s.queue <- r:
		return nil
	case <-enough:
		return fmt.Errorf("%w: append to %q: %d appends have been waiting for the disk for %s: send fewer at once and try again, or raise QueueLength or QueueWait",
			eventstore.ErrUnavailable, r.stream, cap(s.queue), s.config.QueueWait)
	case <-ctx.Done():
		return fmt.Errorf("append to %q, not yet begun: %w", r.stream, ctx.Err())
	case <-s.closing:
		return eventstore.ErrClosed
	}
}

// replay settles an append whose stream stands elsewhere. What it compares with never changes, so it runs in the
// caller's goroutine.
func (s *Store) replay(ctx context.Context, r *request, next uint64, events []eventstore.EventData) (eventstore.Appended, error) {
	current := eventstore.NoStream()
	if next > 0 {
		current = eventstore.At(next - 1)
	}
	wrong := &eventstore.WrongRevisionError{Stream: r.stream, Expected: r.at, Current: current}
	if r.at.Next() > next {
		return eventstore.Appended{}, wrong
	}
	var found []eventstore.Recorded
	for e, err := range s.ReadStream(ctx, r.stream, eventstore.ReadOptions{From: r.at.Next(), Limit: len(events)}) {
		if err != nil {
			return eventstore.Appended{}, fmt.Errorf("append to %q at %s, which has passed: %w", r.stream, r.at, err)
		}
		found = append(found, e)
	}
	if err := eventstore.MatchReplay(events, found, wrong); err != nil {
		return eventstore.Appended{}, err
	}
	last := found[len(found)-1]
	return eventstore.Appended{LastRevision: last.Revision, Position: last.Position}, nil
}
