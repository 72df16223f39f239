package embedded

import (
	"errors"
	"fmt"
	"time"

	"saldo/eventstore"
)

// committer is what the committing goroutine owns.
type committer struct {
	active      *segment             // the last one of the log
	failure     error                // why the file behind the durable end can't be trusted; nil when it can
	deferred    []*request           // taken, to be decided in the next group
	buffer      []byte               // the group's bytes
	writing     []*request           // the group's requests, in the order of the buffer
	events      uint64               // how many they hold
	pending     map[streamKey]uint64 // streams in the group: the revision that comes after it
	heads       heads                // where streams end
	loadedWhole bool                 // used by Open: it reads the log from the beginning
	halted      error                // why nothing is written until the store is opened again: a seal that may be there or not
}

// commitLoop is the one writer. It ends after Close, when everything that it took has been answered.
func (s *Store) commitLoop() {
	defer close(s.stopped)
	s.committer.pending = map[streamKey]uint64{}
	for {
		if len(s.committer.deferred) > 0 {
			s.commitGroup(nil)
			continue
		}
		select {
		case <-s.closing:
			return
		default:
		}
		select {
		case first := <-s.queue:
			s.commitGroup(first)
		case r := <-s.sealing:
			r.answer <- s.putSeal(r)
		case <-s.closing:
			return
		}
	}
}

// commitGroup gathers what waits, writes it, syncs it, shows it and answers it, in this order.
func (s *Store) commitGroup(first *request) {
	c := &s.committer
	if err := s.ready(); err != nil {
		s.refuse(first, err)
		return
	}
	s.gather(first) // of a sealed log it answers all that it takes
	if len(c.writing) == 0 {
		return
	}
	start := s.view.end                   // changed by this goroutine only
	place := int64(start - c.active.base) //nolint:gosec // a place in a file
	_, err := c.active.file.WriteAt(c.buffer, place)
	if err == nil {
		// Dying here, or while writing, leaves the group on the medium in part, whole or not at all, and nobody was told
		// anything. Open keeps the whole records at its beginning and cuts the rest.
		err = c.active.file.Sync()
	}
	if err != nil {
		c.failure = fmt.Errorf("write %s at byte %d: %w", c.active.path, place, err)
		for _, r := range c.writing {
			r.answer <- answer{err: fmt.Errorf("%w: append to %q: %w", eventstore.ErrOutcomeUnknown, r.stream, c.failure)}
		}
		_ = s.repair() // at once, before anything can die; if it fails, the next append tries again and says why
		return
	}
	// Dying here leaves the whole group durable and its callers without an answer: they ask again, with the same ids.
	s.publish()
	for _, r := range c.writing {
		r.answer <- answer{done: r.done}
	}
}

// gather fills the group: what was deferred, first, then what waits, as long as there is room.
func (s *Store) gather(first *request) {
	c := &s.committer
	c.buffer, c.writing, c.events = c.buffer[:0], c.writing[:0], 0
	clear(c.pending)
	stored := s.config.Now().UnixNano() / int64(stampUnit)
	deferred := c.deferred
	c.deferred = nil
	for _, r := range deferred {
		s.decide(r, stored)
	}
	if first != nil && first.take() {
		s.decide(first, stored)
	}
	for len(c.buffer) < s.config.GroupBytes {
		select {
		case r := <-s.queue:
			if r.take() {
				s.decide(r, stored)
			}
		default:
			return
		}
	}
}

// decide puts a request into the group, answers it, or defers it.
func (s *Store) decide(r *request, stored int64) {
	c := &s.committer
	next, touched := c.pending[r.key]
	if !touched {
		var err error
		if next, err = s.next(r.key); err != nil {
			r.answer <- answer{err: fmt.Errorf("%w: append to %q: %w", eventstore.ErrUnavailable, r.stream, err)}
			return
		}
	}
	count := uint64(r.count) //nolint:gosec // the length of a slice
	switch {
	case r.at.Next() != next && touched:
		// Against a write that isn't durable nothing can be decided: if it fails, its revision was never there.
		c.deferred = append(c.deferred, r)
		return
	case r.at.Next() != next:
		r.answer <- answer{passed: true, next: next}
		return
	case s.seal.Load() != nil:
		r.answer <- answer{err: s.seal.Load().refusal()}
		return
	case next+count > maxRevision:
		r.answer <- answer{err: fmt.Errorf("%w: stream %q is full", eventstore.ErrUnavailable, r.stream)}
		return
	}
	r.number = s.view.head + c.events + 1
	placeRecord(r.record, s.view.end+uint64(len(c.buffer)), s.view.end, r.number, stored)
	c.buffer = append(c.buffer, r.record...)
	r.done = eventstore.Appended{LastRevision: next + count - 1, Position: s.position(r.number + count - 1)}
	c.writing, c.pending[r.key], c.events = append(c.writing, r), next+count, c.events+count
}

// next returns the revision that the stream's next event takes.
func (s *Store) next(key streamKey) (uint64, error) {
	if next, known := s.committer.heads.get(key); known {
		return next, nil
	}
	// Besides this goroutine only the feeding one changes what is looked at here, and never the answer.
	s.mu.RLock()
	next, known := s.view.tail.next(key)
	table := s.view.table
	s.mu.RUnlock()
	if known || table == nil {
		return next, nil
	}
	found, known, err := table.last(key)
	if errors.Is(err, errTableClosed) {
		return s.next(key) // it has just been replaced
	}
	if err != nil {
		s.doubt(table, err)
		return 0, err
	}
	if known {
		next = found.next()
		s.committer.heads.set(key, uint32(next)) //nolint:gosec // bounded by maxRevision
	}
	return next, nil
}

// publish makes a durable group visible.
func (s *Store) publish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.committer.writing {
		rec := record{offset: s.view.end, number: r.number, first: r.at.Next(), count: u32(r.count), raw: r.record}
		if err := s.view.enter(s.committer.active, r.key, rec); err != nil {
			panic(err) //nolint:forbidigo // decide has checked the revision; going on would answer what readers can't see
		}
		s.committer.heads.set(r.key, uint32(rec.first)+rec.count) //nolint:gosec // bounded by maxRevision
	}
	s.setAside()
	close(s.view.changed)
	s.view.changed = make(chan struct{})
}

// refuse answers everything that could have been in the group.
func (s *Store) refuse(first *request, cause error) {
	waiting := s.committer.deferred
	s.committer.deferred = nil
	if first != nil && first.take() {
		waiting = append(waiting, first)
	}
	for _, r := range waiting {
		r.answer <- answer{err: fmt.Errorf("%w: append to %q: %w", eventstore.ErrUnavailable, r.stream, cause)}
	}
}

// ready sees to it that the next group can be written behind the durable end.
func (s *Store) ready() error {
	c := &s.committer
	if c.halted != nil || s.seal.Load() != nil {
		return c.halted // no next group
	}
	if err := s.repair(); err != nil {
		return err
	}
	if s.view.end-c.active.base < uint64(s.config.SegmentBytes) { //nolint:gosec // a size is positive
		return nil
	}
	// Every byte of the full segment is durable: groups are synced before the next is begun. The bound says so to Open.
	if err := s.config.writeBound(s.view.end); err != nil {
		return err
	}
	next, err := s.config.createSegment(s.identity.StoreID, s.view.end, s.view.head+1)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	segments := append([]*segment{}, s.view.segments...)
	s.view.segments = append(segments, next)
	s.view.end = next.base + segmentHeaderBytes
	c.active = next
	return nil
}

// repair makes the file trustworthy again at once after a failed write or sync, and again with every append until it
// succeeds.
//
// Reading the failed group back would prove nothing: after a failed sync the kernel may hold the pages as clean, so a
// read gives what was written while the medium has something else. Nor may the group simply be written again behind
// it. Cutting the file at the durable end is the one claim that can be made true: the pages of the group are dropped,
// the rest of the page it began in is zeroed and thereby dirty, and the sync that follows writes that page with the
// durable bytes in it. If it succeeds, the group is surely gone, and its callers, told that the outcome is unknown, find
// that out by asking again. If it fails, nothing is accepted and the next append tries once more; dying in between
// leaves the file to Open, which decides by what it finds and syncs before it shows it. Readers never looked behind
// the durable end and go on all the time.
func (s *Store) repair() error {
	c := &s.committer
	if c.failure == nil {
		return nil
	}
	err := c.active.file.Truncate(int64(s.view.end - c.active.base)) //nolint:gosec // a place in a file
	if err == nil {
		err = c.active.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("cut %s back to what is durable, after %w: %w", c.active.path, c.failure, err)
	}
	c.failure = nil
	return nil
}

// stamp is the form in which the time of a record is shown.
func stamp(stored int64) time.Time {
	return time.Unix(0, 0).Add(time.Duration(stored) * stampUnit).UTC()
}
