package embedded

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"

	"saldo/eventstore"
)

// Report says what Check has read and found in order.
type Report struct {
	Segments, Streams       int
	Records, Groups, Events uint64
	Bytes                   uint64 // of all segments, headers included
	Head                    eventstore.Position
	StoreID, Incarnation    string
	Sealed                  *Seal // nil while the log goes on
	FirstStored, LastStored int64 // as stored, in units of 100 ns since 1970; they may run backwards with the clock
}

// Check reads the durable log as it is now from end to end and verifies every header, checksum, offset, group and
// number and revision, and that the index says the same. The first difference is ErrCorrupt with file and place; if only
// the index differs, it is ErrUnavailable, and the index is being rebuilt. It runs beside appends.
func (s *Store) Check(ctx context.Context) (Report, error) {
	v, err := s.snapshot()
	if err != nil {
		return Report{}, err
	}
	report := Report{
		Segments: len(v.segments), Bytes: v.end, Head: s.position(v.head),
		StoreID: s.identity.StoreID, Incarnation: s.identity.Incarnation, Sealed: s.seal.Load(),
	}
	for i, seg := range v.segments {
		if err = seg.checkHeader(s.identity.StoreID, v.segmentEnd(i)-seg.base); err != nil {
			return report, errors.Join(eventstore.ErrCorrupt, err)
		}
	}
	next := map[streamKey]uint32{}
	var last record
	var lines fingerprint
	err = s.scanView(ctx, &v, segmentHeaderBytes, func(r record) (bool, error) {
		seg := v.segments[v.segmentAt(r.offset)]
		if r.offset == seg.base+segmentHeaderBytes && r.number != seg.first {
			return false, seg.corrupt(seg.base, fmt.Errorf("its first event should have number %d and has %d", seg.first, r.number))
		}
		key := keyOf(s.salt, string(r.stream))
		if err = follows(r, last, next[key]); err != nil {
			return false, seg.corrupt(r.offset, err)
		}
		if report.Records == 0 {
			report.FirstStored = r.stored
		}
		if r.group == r.offset {
			report.Groups++
		}
		next[key] += r.count
		lines.add(entry{key: key, place: place{offset: r.offset, first: uint32(r.first), size: u32(len(r.raw))}, count: r.count}) //nolint:gosec // parsed from 32 bits
		report.Records, report.Events, report.LastStored = report.Records+1, report.Events+uint64(r.count), r.stored
		last = record{group: r.group, offset: r.offset, number: r.number, count: r.count}
		return true, nil
	})
	if err != nil {
		return report, err
	}
	report.Streams = len(next)
	if report.Events != v.head {
		return report, fmt.Errorf("%w: the head is event %d and the log holds %d", eventstore.ErrCorrupt, v.head, report.Events)
	}
	return report, s.checkIndex(ctx, &v, lines)
}

// follows says what a record must be after the one before it, in a stream whose next revision is next.
func follows(r, last record, next uint32) error {
	switch {
	case r.group != r.offset && r.group != last.group:
		return fmt.Errorf("group %d, neither its own nor that of the record before", r.group)
	case last.count > 0 && r.number != last.last()+1 || last.count == 0 && r.number != 1:
		return fmt.Errorf("event number %d where %d must follow", r.number, last.number+uint64(last.count))
	case r.first != uint64(next):
		return fmt.Errorf("revision %d of stream %q where %d must follow", r.first, r.stream, next)
	}
	return nil
}

// fingerprint of a set of lines, whatever their order: a sum of hashes. It is for finding faults, not forgeries.
type fingerprint struct{ lines, sum uint64 }

func (f *fingerprint) add(e entry) {
	b := appendLineValue(appendLineKey(make([]byte, 0, lineKey+lineValue), e.key, e.first), e)
	sum := fnv.New64a()
	_, _ = sum.Write(b)
	f.lines++
	f.sum += sum.Sum64()
}

// checkIndex compares table and tail, up to end, with what the log has.
func (s *Store) checkIndex(ctx context.Context, v *view, want fingerprint) error {
	var found fingerprint
	end := v.end
	add := func(e entry) {
		if e.offset < end {
			found.add(e)
		}
	}
	s.mu.RLock()
	table := s.view.table
	rest := make([]entry, 0)
	for _, g := range append(append([]*generation{}, s.view.tail.cold...), s.view.tail.hot) {
		if g.from < end {
			rest = append(rest, unsorted([]*generation{g})...)
		}
	}
	s.mu.RUnlock()
	if table != nil {
		tailFrom := end
		for _, e := range rest {
			tailFrom = min(tailFrom, e.offset)
		}
		err := table.visit(ctx, func(e entry) {
			if e.offset < tailFrom { // what was fed meanwhile is in rest
				add(e)
			}
		})
		if errors.Is(err, errTableClosed) {
			return s.checkIndex(ctx, v, want)
		}
		if err != nil {
			return s.doubted(table, err)
		}
	}
	for _, e := range rest {
		add(e)
	}
	if found != want {
		return s.doubted(table, s.wrongLine(ctx, v, table, rest))
	}
	return nil
}

// wrongLine names the first append that the index has not, or has wrongly: slow, and only run when there is one.
func (s *Store) wrongLine(ctx context.Context, v *view, table *table, rest []entry) error {
	inTail := map[entry]bool{}
	for _, e := range rest {
		inTail[e] = true
	}
	wrong := fmt.Errorf("%w: it has lines that the log has not", errTable)
	err := s.scanView(ctx, v, segmentHeaderBytes, func(r record) (bool, error) {
		key := keyOf(s.salt, string(r.stream))
		want := entry{key: key, place: place{offset: r.offset, first: uint32(r.first), size: u32(len(r.raw))}, count: r.count} //nolint:gosec // parsed from 32 bits
		if inTail[want] || table == nil {
			return true, nil
		}
		found, ok, err := table.line(key, want.first)
		if err != nil {
			return false, err
		}
		if !ok || found != want {
			seg := v.segments[v.segmentAt(r.offset)]
			wrong = fmt.Errorf("%w: revision %d of stream %q stands in %s at byte %d, and not so in the index", errTable, r.first, r.stream, seg.path, r.offset-seg.base)
			return false, nil
		}
		return true, nil
	})
	return errors.Join(wrong, err)
}
