package embedded

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"saldo/eventstore"
)

// Damage is one thing that isn't as it was written.
type Damage struct {
	Path string // of the file
	At   uint64 // byte in it
	What string
}

// String is for people.
func (d Damage) String() string { return fmt.Sprintf("%s at byte %d: %s", d.Path, d.At, d.What) }

// CheckDir reads a store that nobody has open, and lists all of its damage, also when Open refuses it: damaged records and
// what was lost with them, missing segments, streams and numbers with holes. What Open would put aside as the rest of an
// interrupted write is no damage. The index isn't looked at: it can be made anew. The error says why the check itself
// didn't come to its end.
func CheckDir(ctx context.Context, dir string) (Report, []Damage, error) {
	c := dirCheck{dir: dir, next: map[streamKey]uint64{}}
	id, err := readIdentity(dir)
	if err != nil {
		c.damaged(filepath.Join(dir, identityName), 0, "%v", err)
	}
	bound, err := readBound(dir)
	if err != nil {
		c.damaged(filepath.Join(dir, boundName), 0, "%v", err)
	}
	c.report.StoreID, c.report.Incarnation, c.bound = id.StoreID, id.Incarnation, bound
	seal, err := readSeal(dir)
	if err != nil {
		c.damaged(filepath.Join(dir, sealName), 0, "%v", err)
	}
	if seal != nil {
		c.report.Sealed, c.bound = seal, max(c.bound, seal.End)
	}
	if err = c.run(ctx); err == nil && seal != nil {
		if misfit := seal.fits(c.report.StoreID, c.number, c.end); misfit != nil {
			c.damaged(filepath.Join(dir, sealName), 0, "%v", misfit)
		}
	}
	return c.report, c.found, err
}

// dirCheck is a walk through all segments that doesn't stop at damage.
type dirCheck struct {
	dir    string
	bound  uint64
	report Report
	found  []Damage

	end    uint64 // logical offset behind what was read
	number uint64 // of the last event
	group  uint64 // of the last record
	next   map[streamKey]uint64
}

func (c *dirCheck) damaged(path string, at uint64, format string, args ...any) {
	c.found = append(c.found, Damage{Path: path, At: at, What: fmt.Sprintf(format, args...)})
}

func (c *dirCheck) run(ctx context.Context) error {
	log := filepath.Join(c.dir, logName)
	entries, err := os.ReadDir(log)
	if errors.Is(err, fs.ErrNotExist) {
		c.damaged(log, 0, "there is no log")
		return nil
	}
	if err != nil {
		return err
	}
	for i, e := range entries {
		base, err := segmentBase(e.Name())
		if err != nil {
			c.damaged(filepath.Join(log, e.Name()), 0, "no segment of a log")
			continue
		}
		if err := c.segment(ctx, base, i == len(entries)-1); err != nil {
			return err
		}
	}
	if c.end < c.bound {
		c.damaged(log, 0, "the log ends at %d and once reached %d: its end is missing", c.end, c.bound)
	}
	c.report.Streams, c.report.Events, c.report.Bytes = len(c.next), c.number, c.end
	if c.number > 0 {
		c.report.Head = eventstore.NewPosition(c.report.StoreID, c.number, c.number)
	}
	return nil
}

// segment reads a whole file into memory: at most some more than SegmentBytes.
func (c *dirCheck) segment(ctx context.Context, base uint64, last bool) error {
	path := segmentPath(c.dir, base)
	b, err := os.ReadFile(path) //nolint:gosec // see openOSFile
	if err != nil {
		return err
	}
	header := len(b) >= segmentHeaderBytes && checksum(b[:headerCRC]) == binary.LittleEndian.Uint32(b[headerCRC:])
	if !header && last && len(b) <= segmentHeaderBytes && base >= c.bound {
		return nil // never became part of the log
	}
	c.report.Segments++
	switch {
	case base > c.end:
		c.damaged(path, 0, "the log before it ends at %d: %d bytes are missing", c.end, base-c.end)
	case base < c.end:
		c.damaged(path, 0, "the segment before it reaches to %d, into this one", c.end)
	}
	if !header {
		c.damaged(path, 0, "no sound header")
	} else {
		if c.report.StoreID == "" {
			c.report.StoreID = string(trimZeros(b[32:headerCRC]))
		}
		first := binary.LittleEndian.Uint64(b[24:])
		if string(b[:segmentHeaderBytes]) != string(segmentHeader(c.report.StoreID, base, first)) {
			c.damaged(path, 0, "not the header of this file of this store")
		}
		if first != c.number+1 {
			c.damaged(path, 0, "its first event has number %d, the last one before it %d", first, c.number)
		}
	}
	c.end = base + uint64(len(b))
	return c.records(ctx, path, base, b, last)
}

func (c *dirCheck) records(ctx context.Context, path string, base uint64, b []byte, last bool) error {
	at := min(segmentHeaderBytes, len(b))
	for n := 0; at < len(b); n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r, cause := recordAt(b, at, base)
		if cause == nil {
			c.record(path, base, r)
			at += len(r.raw)
			continue
		}
		next, later := nextRecord(b, at, base)
		if last && base+uint64(at) >= c.bound && !later {
			c.end = base + uint64(at)
			return nil // an interrupted write, which Open puts aside
		}
		c.damaged(path, uint64(at), "%v; %d bytes until the next sound record, or the end", cause, next-at)
		at = next
	}
	return nil
}

func recordAt(b []byte, at int, base uint64) (record, error) {
	offset := base + uint64(at) //nolint:gosec // an index is positive
	if len(b)-at < recordHeaderBytes {
		return record{}, fmt.Errorf("%w: cut short after %d bytes", errDamaged, len(b)-at)
	}
	length, err := recordLength(b[at:], offset)
	if err != nil {
		return record{}, err
	}
	if length > len(b)-at {
		return record{}, fmt.Errorf("%w: cut short after %d bytes", errDamaged, len(b)-at)
	}
	return parseRecord(b[at:at+length], offset)
}

// nextRecord finds the next sound record behind a damaged one, or the end; and whether any behind it was written in a
// later group, which proves that the damaged one had been durable (see cutTorn).
func nextRecord(b []byte, damaged int, base uint64) (next int, later bool) {
	next = len(b)
	for at := damaged + 1; at+recordHeaderBytes <= len(b); at++ {
		r, err := recordAt(b, at, base)
		if err != nil {
			continue
		}
		next = min(next, at)
		if r.group > base+uint64(damaged) { //nolint:gosec // an index is positive
			return next, true
		}
	}
	return next, false
}

func (c *dirCheck) record(path string, base uint64, r record) {
	at := r.offset - base
	if r.number != c.number+1 {
		c.damaged(path, at, "event number %d follows number %d", r.number, c.number)
	}
	if r.group != r.offset && r.group != c.group {
		c.damaged(path, at, "group %d, neither its own nor that of the record before", r.group)
	}
	key := keyOf([saltBytes]byte{}, string(r.stream))
	if next := c.next[key]; r.first != next {
		c.damaged(path, at, "stream %q: revision %d where %d must follow", r.stream, r.first, next)
	}
	c.next[key] = r.first + uint64(r.count)
	if c.report.Records == 0 {
		c.report.FirstStored = r.stored
	}
	if r.group == r.offset {
		c.report.Groups++
	}
	c.report.Records++
	c.report.LastStored = r.stored
	c.number, c.group = r.last(), r.group
}

func trimZeros(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	return b
}
