package embedded

import (
	"fmt"
	"math"
	"slices"
)

// place is where one append of a stream stands.
type place struct {
	offset uint64
	first  uint32 // revision of its first event
	size   uint32 // bytes of the record
}

// streamIndex is one stream's. Its places only ever get more, so that a copy of the slice stays good without a lock.
type streamIndex struct {
	places []place
	next   uint64 // the revision to come
}

// maxRevision is what a place can hold; a stream of four billion events has other problems first.
const maxRevision = math.MaxUint32

// index knows where every stream's events are. It is guarded by Store.mu; only the committing goroutine changes it.
type index map[string]*streamIndex

// next returns the revision that the stream's next event takes.
func (x index) next(stream string) uint64 {
	if s := x[stream]; s != nil {
		return s.next
	}
	return 0
}

// add enters a record, which must continue its stream.
func (x index) add(r record) error {
	s := x[string(r.stream)]
	if s == nil {
		s = &streamIndex{}
		x[string(r.stream)] = s
	}
	if r.first != s.next || r.first+uint64(r.count) > maxRevision {
		return fmt.Errorf("revision %d of stream %q where %d must follow", r.first, r.stream, s.next)
	}
	s.places = append(s.places, place{offset: r.offset, first: uint32(r.first), size: u32(len(r.raw))}) //nolint:gosec // bounded by maxRevision
	s.next += uint64(r.count)
	return nil
}

// holding returns the index of the place that holds revision; the stream must have it.
func holding(places []place, revision uint64) int {
	i, found := slices.BinarySearchFunc(places, revision, func(p place, r uint64) int {
		switch {
		case uint64(p.first) < r:
			return -1
		case uint64(p.first) > r:
			return 1
		default:
			return 0
		}
	})
	if found {
		return i
	}
	return i - 1
}
