package embedded

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"saldo/eventstore"
)

// ReadStream implements eventstore.Store. It reads exactly the records of the stream, those that stand close together
// with one call.
func (s *Store) ReadStream(ctx context.Context, stream string, o eventstore.ReadOptions) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		err := s.readStream(ctx, stream, o, func(r eventstore.Recorded) bool { return yield(r, nil) })
		if err != nil {
			yield(eventstore.Recorded{}, err)
		}
	}
}

const (
	// windowPlaces is how many places are asked of the table at once.
	windowPlaces = 128
	// runBytes and runGap bound what is read with one call: reading a page too much costs less than another call.
	runBytes = 64 << 10
	runGap   = 1 << 10
)

// readStream returns nil when yield ends it.
func (s *Store) readStream(ctx context.Context, stream string, o eventstore.ReadOptions, yield func(eventstore.Recorded) bool) error {
	if err := eventstore.ValidateStream(stream); err != nil {
		return err
	}
	w := walk{s: s, key: keyOf(s.salt, stream), backward: o.Backward, size: windowPlaces}
	if o.Limit > 0 {
		w.size = min(w.size, o.Limit)
	}
	if err := w.begin(min(o.From, maxRevision)); err != nil {
		return err
	}
	if w.empty {
		return fmt.Errorf("%w: %q", eventstore.ErrStreamNotFound, stream)
	}
	left, names := o.Limit, newInterner()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		places, err := w.next()
		if err != nil || len(places) == 0 {
			return err
		}
		goOn, err := w.read(ctx, stream, places, func(r record) bool {
			for e := range s.recorded(r, stream, names, o.Backward) {
				if (o.Backward && e.Revision > o.From) || (!o.Backward && e.Revision < o.From) {
					continue
				}
				if !yield(e) {
					return false
				}
				if left--; left == 0 { // a limit of 0 is below 0 by now
					return false
				}
			}
			return true
		})
		if err != nil || !goOn {
			return err
		}
	}
}

// walk goes through the places of a stream in windows: those of the table, and those of the tail, which was taken at the
// beginning and doesn't change. Between the two nothing is missing: the tail lets go only of what the table has.
type walk struct {
	s        *Store
	v        view // its table and its end
	key      streamKey
	backward bool
	size     int // of a window

	tail   []place
	seek   uint64 // first revision to be asked of the table
	exact  bool   // seek is the first of a place; otherwise it may be in the middle of one
	inTail bool   // the tail comes next
	ended  bool
	empty  bool    // there is no such stream
	ready  []place // the first window, already read
	edge   uint64  // what the record before ended with: a revision, in the direction of the walk
	edged  bool
}

// follows checks that nothing is left out before a record: an index that lacks a line would otherwise hide an event.
func (w *walk) follows(r record) bool {
	begins, ends := r.first, r.first+uint64(r.count)
	if w.backward {
		begins, ends = ends, begins
	}
	ok := !w.edged || w.edge == begins
	w.edge, w.edged = ends, true
	return ok
}

// begin takes what is to be read and reads the first window.
func (w *walk) begin(from uint64) error {
	w.s.mu.RLock()
	w.v = w.s.view
	places, next := w.s.view.tail.of(w.key)
	w.s.mu.RUnlock()
	if w.v.closed {
		return eventstore.ErrClosed
	}
	w.tail = places
	w.seek = from
	if len(places) > 0 {
		if w.backward {
			from = min(from, next-1)
		}
		if first := uint64(places[0].first); from >= first {
			w.inTail = true
			i := holding(places, from)
			if w.backward {
				w.tail = places[:i+1]
			} else {
				w.tail = places[i:]
			}
			if w.backward && first == 0 || !w.backward && from >= next {
				w.ended = true
				if !w.backward {
					w.tail = nil
				}
			}
		}
	}
	var err error
	w.ready, err = w.next()
	w.empty = err == nil && len(w.ready) == 0 && next == 0
	return err
}

// next returns the places to be read next, none at the end.
func (w *walk) next() ([]place, error) {
	if len(w.ready) > 0 {
		ready := w.ready
		w.ready = nil
		return ready, nil
	}
	if w.inTail {
		w.inTail = false
		if len(w.tail) == 0 {
			w.ended = true
			return nil, nil
		}
		tail := w.tail
		if !w.backward {
			w.ended = true
			return tail, nil
		}
		w.seek, w.tail = uint64(tail[0].first), nil
		if w.seek == 0 {
			w.ended = true
		} else {
			w.seek-- // the place before holds it
		}
		tail = slices.Clone(tail)
		slices.Reverse(tail)
		return tail, nil
	}
	if w.ended || w.v.table == nil {
		return nil, nil
	}
	return w.ask()
}

// ask reads a window from the table.
func (w *walk) ask() ([]place, error) {
	found, err := w.v.table.from(make([]place, 0, min(w.size, 32)), w.key, w.seek, w.exact, w.backward, w.size)
	if errors.Is(err, errTableClosed) { // with the store, or since it has just been replaced by one that has no less
		newer, closed := w.s.snapshot()
		if closed != nil {
			return nil, closed
		}
		w.v.table = newer.table
		return w.ask()
	}
	if err != nil {
		return nil, w.s.doubted(w.v.table, err)
	}
	full := len(found) == w.size
	limit := w.v.end // what was committed after the beginning, and fed since, isn't ours
	if len(w.tail) > 0 {
		limit = min(limit, w.tail[0].offset)
	}
	cut := found
	for !w.backward && len(cut) > 0 && cut[len(cut)-1].offset >= limit {
		cut, full = cut[:len(cut)-1], false
	}
	for w.backward && len(cut) > 0 && cut[0].offset >= limit {
		cut = cut[1:]
	}
	switch {
	case !full && !w.backward && len(w.tail) > 0:
		w.inTail = true
	case !full:
		w.ended = true
	case w.backward:
		if last := found[len(found)-1]; last.first == 0 {
			w.ended = true
		} else {
			w.seek = uint64(last.first) - 1
		}
	default:
		w.seek, w.exact = uint64(found[len(found)-1].first)+1, true
	}
	if len(cut) == 0 && (w.inTail || !w.ended) {
		return w.next()
	}
	return cut, nil
}

// read calls visit with the records at the places, in their order. It returns false when visit ended it.
func (w *walk) read(ctx context.Context, stream string, places []place, visit func(record) bool) (bool, error) {
	for len(places) > 0 {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		at := w.v.segmentAt(places[0].offset)
		seg := w.v.segments[at]
		n, low, high := run(places, seg.base, w.v.segmentEnd(at))
		b := make([]byte, high-low)
		if _, err := seg.file.ReadAt(b, int64(low-seg.base)); err != nil { //nolint:gosec // a place in a file
			return false, seg.readError(low, err)
		}
		for _, p := range places[:n] {
			from, to := p.offset-low, p.offset-low+uint64(p.size)
			r, err := parseRecord(b[from:to:to], p.offset)
			if err != nil {
				return false, seg.corrupt(p.offset, err)
			}
			if string(r.stream) != stream || r.first != uint64(p.first) || !w.follows(r) {
				return false, w.s.doubted(w.v.table, fmt.Errorf("%w: stream %q, revision %d of %d events at byte %d of %s doesn't follow what was read before",
					errTable, r.stream, r.first, r.count, p.offset-seg.base, seg.path))
			}
			if !visit(r) {
				return false, nil
			}
		}
		places = places[n:]
	}
	return true, nil
}

// doubted has a table replaced that failed a reader, or led it astray. The log itself is as it should be.
func (s *Store) doubted(t *table, cause error) error {
	if t == nil {
		return fmt.Errorf("%w: %w", eventstore.ErrCorrupt, cause)
	}
	s.doubt(t, cause)
	return fmt.Errorf("%w: %w: it is being rebuilt, try again", eventstore.ErrUnavailable, cause)
}

// run returns how many of the places, at least one, are read with one call, and from where to where in the segment that
// lies between base and limit.
func run(places []place, base, limit uint64) (n int, low, high uint64) {
	low, high = places[0].offset, places[0].offset+uint64(places[0].size)
	for n = 1; n < len(places); n++ {
		p := places[n]
		end := p.offset + uint64(p.size)
		near := p.offset >= high && p.offset-high <= runGap || end <= low && low-end <= runGap
		if !near || p.offset < base || end > limit || max(high, end)-min(low, p.offset) > runBytes {
			break
		}
		low, high = min(low, p.offset), max(high, end)
	}
	return n, low, high
}

// segmentAt returns which segment holds the offset.
func (v *view) segmentAt(offset uint64) int {
	i, found := slices.BinarySearchFunc(v.segments, offset, func(g *segment, o uint64) int {
		switch {
		case g.base < o:
			return -1
		case g.base > o:
			return 1
		default:
			return 0
		}
	})
	if found {
		return i
	}
	return max(i-1, 0)
}

// interner gives equal names one string.
type interner struct {
	names map[string]string
	last  string
}

func newInterner() *interner { return &interner{} }

func (n *interner) of(b []byte) string {
	if string(b) == n.last {
		return n.last
	}
	name, known := n.names[string(b)]
	if !known {
		if name = string(b); n.names == nil {
			n.names = map[string]string{}
		}
		n.names[name] = name
	}
	n.last = name
	return name
}

// recorded decodes the events of a record; they alias its bytes.
func (s *Store) recorded(r record, stream string, names *interner, backward bool) iter.Seq[eventstore.Recorded] {
	return func(yield func(eventstore.Recorded) bool) {
		if backward && r.count > 1 {
			events := slices.Collect(s.recorded(r, stream, names, false))
			for _, e := range slices.Backward(events) {
				if !yield(e) {
					return
				}
			}
			return
		}
		stored, rest := stamp(r.stored), r.events
		for i := range uint64(r.count) {
			e, behind, err := cutEvent(rest)
			if err != nil {
				return // can't be: parseRecord went through all of them
			}
			rest = behind
			if !yield(eventstore.Recorded{
				EventData: eventstore.EventData{ID: e.id, Type: names.of(e.name), JSON: e.json, Data: e.data, Metadata: e.metadata},
				Stream:    stream, Revision: r.first + i, Position: s.position(r.number + i), Stored: stored,
			}) {
				return
			}
		}
	}
}

// ReadAll implements eventstore.Store. It reads the segments from end to end.
func (s *Store) ReadAll(ctx context.Context, after eventstore.Position, o eventstore.ReadAllOptions) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		err := s.readAll(ctx, after, o, func(r eventstore.Recorded) bool { return yield(r, nil) })
		if err != nil {
			yield(eventstore.Recorded{}, err)
		}
	}
}

func (s *Store) readAll(ctx context.Context, after eventstore.Position, o eventstore.ReadAllOptions, yield func(eventstore.Recorded) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	v, err := s.snapshot()
	if err != nil {
		return err
	}
	n, err := s.number(after, &v)
	if err != nil {
		return err
	}
	from, err := s.locate(&v, after, n)
	if err != nil {
		return err
	}
	prefixes := make([][]byte, 0, len(o.Prefixes))
	for _, p := range o.Prefixes {
		prefixes = append(prefixes, []byte(p))
	}
	left, names, streams := o.Limit, newInterner(), ""
	// With prefixes few records may match, and each of them would keep alive what was read around it.
	kept := len(prefixes) == 0
	return s.scan(ctx, &v, from, kept, func(r record) (bool, error) {
		if r.last() <= n || !hasPrefix(r.stream, prefixes) {
			return true, nil
		}
		if !kept { // what is yielded belongs to the caller
			r.events = bytes.Clone(r.events)
		}
		if string(r.stream) != streams {
			streams = string(r.stream)
		}
		for e := range s.recorded(r, streams, names, false) {
			if at, _ := e.Position.Coordinates(); at <= n {
				continue
			}
			if !yield(e) {
				return false, nil
			}
			if left--; left == 0 { // a limit of 0 is below 0 by now
				return false, nil
			}
		}
		return true, nil
	})
}

// scanView calls visit with every record from the offset on, until it returns false or an error. A record is valid
// during the visit.
func (s *Store) scanView(ctx context.Context, v *view, from uint64, visit func(record) (bool, error)) error {
	return s.scan(ctx, v, from, false, visit)
}

// scan is scanView with records that may be kept.
func (s *Store) scan(ctx context.Context, v *view, from uint64, kept bool, visit func(record) (bool, error)) error {
	for i := v.segmentAt(from); i < len(v.segments); i++ {
		seg := v.segments[i]
		scan := seg.scan(max(from, seg.base+segmentHeaderBytes), v.segmentEnd(i))
		scan.kept = kept
		for n := 0; ; n++ {
			if n%64 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			r, err := scan.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if errors.Is(err, errDamaged) {
				return seg.corrupt(scan.at, err)
			}
			if err != nil {
				return err
			}
			if goOn, err := visit(r); err != nil || !goOn {
				return err
			}
		}
	}
	return nil
}

// locate returns the offset of the record that holds event number n; the end if that is the last one of all.
func (s *Store) locate(v *view, after eventstore.Position, n uint64) (uint64, error) {
	if n == 0 {
		return segmentHeaderBytes, nil
	}
	if n == v.head {
		return v.end, nil
	}
	i, found := slices.BinarySearchFunc(v.segments, n, func(g *segment, n uint64) int { return cmp.Compare(g.first, n) })
	if !found {
		i--
	}
	from, err := s.markBefore(v, max(i, 0), n)
	if err != nil {
		return 0, err
	}
	seg := v.segments[max(i, 0)]
	scan := seg.scan(from, v.segmentEnd(max(i, 0)))
	for {
		r, err := scan.next()
		switch {
		case errors.Is(err, io.EOF):
			// Numbers are dense, so this is damage: the segment holds fewer events than the next one's header says.
			return 0, seg.corrupt(scan.at, fmt.Errorf("event %s is missing", after))
		case errors.Is(err, errDamaged):
			return 0, seg.corrupt(scan.at, err)
		case err != nil:
			return 0, err
		case r.last() >= n:
			return r.offset, nil
		}
	}
}

// markBefore returns the offset of a record of the i-th segment at or a little before event number n. Of a segment that
// Open left unread it reads once what is missing.
func (s *Store) markBefore(v *view, i int, n uint64) (uint64, error) {
	seg := v.segments[i]
	s.mu.RLock()
	marks := seg.marks
	s.mu.RUnlock()
	first, end := seg.base+segmentHeaderBytes, v.segmentEnd(i)
	if len(marks) == 0 || marks[0].number > n {
		if len(marks) > 0 {
			end = marks[0].offset
		}
		read := &segment{base: seg.base, path: seg.path, file: seg.file}
		scan := seg.scan(first, end)
		for {
			r, err := scan.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if errors.Is(err, errDamaged) {
				return 0, seg.corrupt(scan.at, err)
			}
			if err != nil {
				return 0, err
			}
			read.mark(r)
		}
		s.mu.Lock()
		if len(seg.marks) == len(marks) || (len(marks) > 0 && seg.marks[0] == marks[0]) {
			seg.marks = append(slices.Clip(read.marks), seg.marks...)
		}
		marks = seg.marks
		s.mu.Unlock()
	}
	at, found := slices.BinarySearchFunc(marks, n, func(m mark, n uint64) int { return cmp.Compare(m.number, n) })
	if !found {
		at--
	}
	if at < 0 {
		return first, nil
	}
	return marks[at].offset, nil
}

func hasPrefix(stream []byte, prefixes [][]byte) bool {
	return len(prefixes) == 0 || slices.ContainsFunc(prefixes, func(p []byte) bool { return bytes.HasPrefix(stream, p) })
}
