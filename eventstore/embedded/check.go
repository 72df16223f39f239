package embedded

import (
	"context"
	"errors"
	"fmt"

	"saldo/eventstore"
)

// Report says what Check has read and found in order.
type Report struct {
	Segments, Streams       int
	Records, Groups, Events uint64
	Bytes                   uint64 // of all segments, headers included
	Head                    eventstore.Position
	StoreID, Incarnation    string
	FirstStored, LastStored int64 // as stored, in units of 100 ns since 1970; they may run backwards with the clock
}

// Check reads the durable log as it is now from end to end and verifies every header, checksum, offset, group and
// revision, and that the index says the same. The first difference is ErrCorrupt with file and place. It runs beside
// appends.
func (s *Store) Check(ctx context.Context) (Report, error) {
	v, err := s.snapshot()
	if err != nil {
		return Report{}, err
	}
	report := Report{
		Segments: len(v.segments), Bytes: v.end, Head: s.position(v.head),
		StoreID: s.identity.StoreID, Incarnation: s.identity.Incarnation,
	}
	for i, seg := range v.segments {
		if err = seg.checkHeader(s.identity.StoreID, v.segmentEnd(i)-seg.base); err != nil {
			return report, errors.Join(eventstore.ErrCorrupt, err)
		}
	}
	next := map[string]uint64{}
	var last record
	err = s.scanView(ctx, &v, segmentHeaderBytes, func(r record) (bool, error) {
		seg := v.segments[v.segmentAt(r.offset)]
		if r.group != r.offset && r.group != last.group {
			return false, seg.corrupt(r.offset, fmt.Errorf("group %d, neither its own nor that of the record before", r.group))
		}
		stream := string(r.stream)
		if r.first != next[stream] {
			return false, seg.corrupt(r.offset, fmt.Errorf("revision %d of stream %q where %d must follow", r.first, stream, next[stream]))
		}
		if report.Records == 0 {
			report.FirstStored = r.stored
		}
		if r.group == r.offset {
			report.Groups++
		}
		next[stream] += uint64(r.count)
		report.Records, report.Events, report.LastStored = report.Records+1, report.Events+uint64(r.count), r.stored
		last = record{group: r.group, offset: r.offset, count: r.count}
		return true, nil
	})
	if err != nil {
		return report, err
	}
	report.Streams = len(next)
	if report.Records > 0 && last.last() != v.head {
		return report, fmt.Errorf("%w: the head is %d and the last event stands at %d", eventstore.ErrCorrupt, v.head, last.last())
	}
	return report, s.checkIndex(next)
}

// checkIndex compares the index, which may have moved on, with what was counted.
func (s *Store) checkIndex(counted map[string]uint64) error {
	for stream, n := range counted {
		if _, next := s.places(stream); next < n {
			return fmt.Errorf("%w: the index has %d events of stream %q, the log %d", eventstore.ErrCorrupt, next, stream, n)
		}
	}
	return nil
}
