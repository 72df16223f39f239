package embedded

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
)

// The index knows, of every stream, where its appends stand in the log. It has two parts, and a reader goes through
// both: a table on disk (see table.go), which is behind, and the tail, which holds what the table doesn't have yet. The
// tail consists of generations: the hot one takes what is committed; from time to time it is set aside as a cold one and
// a new one is begun; the feeding goroutine brings cold ones into the table and then drops them.

// streamKey stands for a stream's name everywhere in the index: the first 96 bits of a salted SHA-256. The salt is the
// index's own secret, so that nobody can choose two names with one key; by accident it doesn't happen either (ten
// million streams: once in 10^15). Readers compare the name in the record all the same.
type streamKey [12]byte

const saltBytes = 16

func keyOf(salt [saltBytes]byte, stream string) streamKey {
	var buffer [saltBytes + 256]byte // on the stack: names have at most 200 bytes
	sum := sha256.Sum256(append(append(buffer[:0], salt[:]...), stream...))
	return streamKey(sum[:])
}

// place is where one append of a stream stands.
type place struct {
	offset uint64
	first  uint32 // revision of its first event
	size   uint32 // bytes of the record
}

// maxRevision is what a place can hold; a stream of four billion events has other problems first.
const maxRevision = math.MaxUint32

// streamTail is one stream in one generation: appends that follow each other. Its places only ever get more, so that a
// copy of the slice stays good without a lock.
type streamTail struct {
	places []place
	next   uint32 // the revision behind them
}

// generation is a stretch of the log by streams.
type generation struct {
	streams  map[streamKey]streamTail
	appends  int
	from, to uint64 // logical offsets; the stretch is complete
	number   uint64 // of the last event before to
	last     uint64 // logical offset of the last record before to, 0 for none
}

func newGeneration(from, number, last uint64) *generation {
	return &generation{streams: map[streamKey]streamTail{}, from: from, to: from, number: number, last: last}
}

// add enters a record, which must continue its stream as far as it is known here.
func (g *generation) add(key streamKey, r record) error {
	t, known := g.streams[key]
	if known && r.first != uint64(t.next) {
		return fmt.Errorf("revision %d of stream %q where %d must follow", r.first, r.stream, t.next)
	}
	if r.first+uint64(r.count) > maxRevision {
		return fmt.Errorf("revision %d of stream %q is too high", r.first, r.stream)
	}
	t.places = append(t.places, place{offset: r.offset, first: uint32(r.first), size: u32(len(r.raw))}) //nolint:gosec // bounded by maxRevision
	t.next = uint32(r.first) + r.count                                                                  //nolint:gosec // bounded by maxRevision
	g.streams[key] = t
	g.appends++
	g.to, g.number, g.last = r.next(), r.last(), r.offset
	return nil
}

// entry is a line of the table.
type entry struct {
	key streamKey
	place
	count uint32
}

func (e entry) next() uint64 { return uint64(e.first) + uint64(e.count) }

func compareEntries(a, b entry) int {
	if c := bytes.Compare(a.key[:], b.key[:]); c != 0 {
		return c
	}
	return cmp.Compare(a.first, b.first)
}

// entries returns what the generations hold in the order of the table.
func entries(generations []*generation) []entry {
	all := unsorted(generations)
	slices.SortFunc(all, compareEntries)
	return all
}

func unsorted(generations []*generation) []entry {
	n := 0
	for _, g := range generations {
		n += g.appends
	}
	all := make([]entry, 0, n)
	for _, g := range generations {
		for key, t := range g.streams {
			for i, p := range t.places {
				next := t.next
				if i+1 < len(t.places) {
					next = t.places[i+1].first
				}
				all = append(all, entry{key: key, place: p, count: next - p.first})
			}
		}
	}
	return all
}

// tail is the part of a view that the table may not have.
type tail struct {
	cold []*generation // oldest first; unchanging
	hot  *generation
}

// of returns a stream's places in the tail and the revision behind them, 0 if it has none. The places follow each other.
func (t tail) of(key streamKey) (places []place, next uint64) {
	for _, g := range t.cold {
		if s, ok := g.streams[key]; ok {
			places, next = append(slices.Clip(places), s.places...), uint64(s.next)
		}
	}
	if s, ok := t.hot.streams[key]; ok {
		if next = uint64(s.next); places == nil {
			return s.places, next
		}
		places = append(slices.Clip(places), s.places...)
	}
	return places, next
}

// next returns the revision behind what the tail has of a stream, without its places.
func (t tail) next(key streamKey) (uint64, bool) {
	if s, ok := t.hot.streams[key]; ok {
		return uint64(s.next), true
	}
	for _, g := range slices.Backward(t.cold) {
		if s, ok := g.streams[key]; ok {
			return uint64(s.next), true
		}
	}
	return 0, false
}

// holding returns the index of the place that holds revision; the places must begin at or before it.
func holding(places []place, revision uint64) int {
	i, found := slices.BinarySearchFunc(places, revision, func(p place, r uint64) int { return cmp.Compare(uint64(p.first), r) })
	if found {
		return i
	}
	return i - 1
}

// headsEach bounds each half of heads: together a million streams in about 40 MB.
const headsEach = 1 << 19

// heads remembers where streams end, so that appending to one that was touched lately needs no look into the table. It
// is right or silent. Nobody but the one goroutine that commits, or opens, uses it.
type heads struct {
	young, old map[streamKey]uint32
	complete   bool // every stream of the log is in it
}

func newHeads() heads { return heads{young: map[streamKey]uint32{}, old: map[streamKey]uint32{}} }

func (h *heads) set(key streamKey, next uint32) {
	if len(h.young) >= headsEach {
		h.complete = h.complete && len(h.old) == 0
		h.young, h.old = map[streamKey]uint32{}, h.young
	}
	h.young[key] = next
}

func (h *heads) get(key streamKey) (uint64, bool) {
	next, ok := h.young[key]
	if !ok {
		if next, ok = h.old[key]; ok {
			h.set(key, next)
		}
	}
	return uint64(next), ok || h.complete
}
