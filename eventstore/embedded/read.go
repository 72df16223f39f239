package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"saldo/eventstore"
)

// ReadStream implements eventstore.Store. It reads exactly the records of the stream, each with one call.
func (s *Store) ReadStream(ctx context.Context, stream string, o eventstore.ReadOptions) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		err := s.readStream(ctx, stream, o, func(r eventstore.Recorded) bool { return yield(r, nil) })
		if err != nil {
			yield(eventstore.Recorded{}, err)
		}
	}
}

// readStream returns nil when yield ends it.
func (s *Store) readStream(ctx context.Context, stream string, o eventstore.ReadOptions, yield func(eventstore.Recorded) bool) error {
	if err := eventstore.ValidateStream(stream); err != nil {
		return err
	}
	v, err := s.snapshot()
	if err != nil {
		return err
	}
	places, next := s.places(stream)
	if next == 0 {
		return fmt.Errorf("%w: %q", eventstore.ErrStreamNotFound, stream)
	}
	if o.Backward {
		o.From = min(o.From, next-1)
	} else if o.From >= next {
		return nil
	}
	step := 1
	if o.Backward {
		step = -1
	}
	left := o.Limit
	for i := holding(places, o.From); i >= 0 && i < len(places); i += step {
		if err := ctx.Err(); err != nil {
			return err
		}
		events, err := s.readPlace(&v, stream, places[i])
		if err != nil {
			return err
		}
		if o.Backward {
			slices.Reverse(events)
		}
		for _, e := range events {
			if (o.Backward && e.Revision > o.From) || (!o.Backward && e.Revision < o.From) {
				continue
			}
			if !yield(e) {
				return nil
			}
			if left--; left == 0 { // a limit of 0 is below 0 by now
				return nil
			}
		}
	}
	return nil
}

// places returns the stream's durable appends; the slice stays as it is.
func (s *Store) places(stream string) ([]place, uint64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found := s.view.index[stream]
	if found == nil {
		return nil, 0
	}
	return found.places, found.next
}

// readPlace reads one append. The view may be older than the place.
func (s *Store) readPlace(v *view, stream string, p place) ([]eventstore.Recorded, error) {
	if p.offset >= v.end {
		newer, err := s.snapshot()
		if err != nil {
			return nil, err
		}
		*v = newer
	}
	seg := v.segments[v.segmentAt(p.offset)]
	b := make([]byte, p.size)
	if _, err := seg.file.ReadAt(b, int64(p.offset-seg.base)); err != nil { //nolint:gosec // a place in a file
		return nil, seg.readError(p.offset, err)
	}
	r, err := parseRecord(b, p.offset)
	if err != nil {
		return nil, seg.corrupt(p.offset, err)
	}
	if string(r.stream) != stream || r.first != uint64(p.first) {
		return nil, seg.corrupt(p.offset, fmt.Errorf("stream %q, revision %d where the index has %q, %d", r.stream, r.first, stream, p.first))
	}
	return s.recorded(r, nil), nil
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

// recorded decodes the events of a record; they alias its bytes. Names are taken from names where they are known.
func (s *Store) recorded(r record, names map[string]string) []eventstore.Recorded {
	events := make([]eventstore.Recorded, 0, r.count)
	stream, stored, rest := string(r.stream), stamp(r.stored), r.events
	for i := range uint64(r.count) {
		e, behind, err := cutEvent(rest)
		if err != nil {
			return events // can't be: parseRecord went through all of them
		}
		rest = behind
		name, known := names[string(e.name)]
		if !known {
			name = string(e.name)
			if names != nil {
				names[name] = name
			}
		}
		events = append(events, eventstore.Recorded{
			EventData: eventstore.EventData{ID: e.id, Type: name, JSON: e.json, Data: e.data, Metadata: e.metadata},
			Stream:    stream, Revision: r.first + i, Position: s.position(r.offset + i), Stored: stored,
		})
	}
	return events
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
	left, names := o.Limit, map[string]string{}
	return s.scanView(ctx, &v, from, func(r record) (bool, error) {
		if r.last() <= n || !hasPrefix(r.stream, prefixes) {
			return true, nil
		}
		stream := len(r.raw) - len(r.events) - len(r.stream)
		r.raw = bytes.Clone(r.raw) // what is yielded belongs to the caller
		r.stream, r.events = r.raw[stream:stream+len(r.stream)], r.raw[stream+len(r.stream):]
		for _, e := range s.recorded(r, names) {
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

// scanView calls visit with every record from the offset on, until it returns false or an error.
func (s *Store) scanView(ctx context.Context, v *view, from uint64, visit func(record) (bool, error)) error {
	for i := v.segmentAt(from); i < len(v.segments); i++ {
		seg := v.segments[i]
		scan := seg.scan(max(from, seg.base+segmentHeaderBytes), v.segmentEnd(i))
		for {
			if err := ctx.Err(); err != nil {
				return err
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

// locate returns the offset of the record that holds position n; the end if that is the last one of all.
func (s *Store) locate(v *view, after eventstore.Position, n uint64) (uint64, error) {
	if n == 0 {
		return segmentHeaderBytes, nil
	}
	if n == v.head {
		return v.end, nil
	}
	seg := v.segments[v.segmentAt(n)]
	s.mu.RLock()
	marks := seg.marks
	s.mu.RUnlock()
	i, found := slices.BinarySearch(marks, n)
	if !found {
		i--
	}
	foreign := fmt.Errorf("%w: no event at %s", eventstore.ErrForeignPosition, after)
	if i < 0 {
		return 0, foreign
	}
	scan := seg.scan(marks[i], v.segmentEnd(v.segmentAt(n)))
	for {
		r, err := scan.next()
		switch {
		case errors.Is(err, io.EOF):
			return 0, foreign
		case errors.Is(err, errDamaged):
			return 0, seg.corrupt(scan.at, err)
		case err != nil:
			return 0, err
		case r.offset > n:
			return 0, foreign
		case r.last() >= n:
			return r.offset, nil
		}
	}
}

func hasPrefix(stream []byte, prefixes [][]byte) bool {
	return len(prefixes) == 0 || slices.ContainsFunc(prefixes, func(p []byte) bool { return bytes.HasPrefix(stream, p) })
}
