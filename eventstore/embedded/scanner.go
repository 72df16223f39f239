package embedded

import (
	"errors"
	"fmt"
	"io"
)

const (
	// scanBytes is what a scan reads at once: large enough that the calls cost nothing.
	scanBytes = 256 << 10
	// keptBytes is the same where the records go to a caller who may keep one event, and with it the whole read.
	keptBytes = 64 << 10
)

// scanner reads the records of one segment one after the other.
type scanner struct {
	segment *segment
	at, end uint64 // logical offsets: of the next record, and where to stop
	buffer  []byte
	unread  []byte // the part of buffer from at on
	kept    bool   // records stay valid: a buffer is never used twice
}

// scan begins at a record and ends at end, which must be the end of one.
func (s *segment) scan(from, end uint64) *scanner { return &scanner{segment: s, at: from, end: end} }

// next returns the next record, valid until the following call unless kept is set, or io.EOF. An error that is errDamaged is about the
// record at s.at.
func (s *scanner) next() (record, error) {
	if s.at >= s.end {
		return record{}, io.EOF
	}
	if err := s.fill(recordHeaderBytes); err != nil {
		return record{}, err
	}
	length, err := recordLength(s.unread, s.at)
	if err != nil {
		return record{}, err
	}
	if err = s.fill(length); err != nil {
		return record{}, err
	}
	r, err := parseRecord(s.unread[:length], s.at)
	if err != nil {
		return record{}, err
	}
	s.at, s.unread = r.next(), s.unread[length:]
	return r, nil
}

// fill sees to it that at least n bytes are unread.
func (s *scanner) fill(n int) error {
	if len(s.unread) >= n {
		return nil
	}
	left := s.end - s.at
	if uint64(n) > left { //nolint:gosec // lengths are positive
		return fmt.Errorf("%w: cut short after %d bytes", errDamaged, left)
	}
	size := scanBytes
	if s.kept {
		size = keptBytes
	}
	want := int(min(left, uint64(max(n, size)))) //nolint:gosec // bounded by maxRecordBytes
	if s.kept || len(s.buffer) < want {
		s.buffer = make([]byte, want)
	}
	kept := copy(s.buffer, s.unread)
	place := int64(s.at-s.segment.base) + int64(kept) //nolint:gosec // a place in a file
	if _, err := s.segment.file.ReadAt(s.buffer[kept:want], place); err != nil && !errors.Is(err, io.EOF) {
		return s.segment.readError(s.at, err)
	} else if err != nil {
		return s.segment.readError(s.at, io.ErrUnexpectedEOF)
	}
	s.unread = s.buffer[:want]
	return nil
}
