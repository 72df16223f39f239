package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"saldo/eventstore"
)

// The log is one sequence of bytes, cut into files. A logical offset counts from its beginning, headers included.
const (
	segmentHeaderBytes = 72
	headerCRC          = 68
	segmentMagic       = "SALDOLOG"
	segmentSuffix      = ".seg"
	segmentDigits      = 16
	// markEvery is how far apart the places are from which a position is looked for: 64 KiB are read in 20 µs.
	markEvery = 64 << 10
)

// segment is one open file of the log. Only the last one of a store grows.
type segment struct {
	base  uint64 // logical offset of its first byte
	first uint64 // number of the first event that it holds, or will
	path  string
	file  file
	// marks are records, at least markEvery apart, rising; guarded by Store.mu. Of a segment that Open didn't read they
	// are incomplete at the beginning until somebody looks for a position there.
	marks []mark
}

// mark says where a record begins, and with which event.
type mark struct{ offset, number uint64 }

func segmentPath(dir string, base uint64) string {
	return filepath.Join(dir, logName, fmt.Sprintf("%0*x%s", segmentDigits, base, segmentSuffix))
}

func segmentBase(name string) (uint64, error) {
	digits, ok := strings.CutSuffix(name, segmentSuffix)
	if !ok || len(digits) != segmentDigits {
		return 0, fmt.Errorf("%w: %s is no segment of a log", eventstore.ErrCorrupt, name)
	}
	base, err := strconv.ParseUint(digits, 16, 63)
	if err != nil {
		return 0, fmt.Errorf("%w: %s is no segment of a log", eventstore.ErrCorrupt, name)
	}
	return base, nil
}

func segmentHeader(storeID string, base, first uint64) []byte {
	b := make([]byte, segmentHeaderBytes)
	copy(b, segmentMagic)
	binary.LittleEndian.PutUint32(b[8:], formatVersion)
	binary.LittleEndian.PutUint64(b[16:], base)
	binary.LittleEndian.PutUint64(b[24:], first)
	copy(b[32:headerCRC], storeID)
	binary.LittleEndian.PutUint32(b[headerCRC:], checksum(b[:headerCRC]))
	return b
}

// createSegment makes the file that continues the log at base. Nothing was ever recorded in a file of that name: the
// log ends at base, so what may stand there is left from an attempt that failed.
func (c Config) createSegment(storeID string, base, first uint64) (*segment, error) {
	path := segmentPath(c.Dir, base)
	f, err := c.openFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return nil, err
	}
	if _, err = f.WriteAt(segmentHeader(storeID, base, first), 0); err == nil {
		// Dying up to here leaves no file, or one at the end of the log that is no longer than a header: Open removes it.
		err = f.Sync()
	}
	if err == nil {
		// Dying here may leave the file without its name: the log ends where it ended, and nothing is lost.
		err = c.syncDir(filepath.Dir(path))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("create segment %s: %w", path, err), f.Close())
	}
	// From here on the segment is part of the log, empty.
	return &segment{base: base, first: first, path: path, file: f}, nil
}

// errNoHeader is a segment that never became part of the log.
var errNoHeader = errors.New("segment without a header")

// checkHeader reads the header and what it says of the first event. It returns errNoHeader if the creation of the file
// did not come to its end.
func (s *segment) checkHeader(storeID string, size uint64) error {
	b := make([]byte, segmentHeaderBytes)
	n, err := s.file.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return s.readError(s.base, err)
	}
	first := binary.LittleEndian.Uint64(b[24:])
	if n == segmentHeaderBytes && string(b) == string(segmentHeader(storeID, s.base, first)) && first > 0 {
		s.first = first
		return nil
	}
	intact := n == segmentHeaderBytes && checksum(b[:headerCRC]) == binary.LittleEndian.Uint32(b[headerCRC:])
	if !intact && size <= segmentHeaderBytes {
		return errNoHeader
	}
	return s.corrupt(s.base, errors.New("not the header of this file of this store"))
}

// mark remembers where a record begins if the last mark is far enough away.
func (s *segment) mark(r record) {
	if n := len(s.marks); n == 0 || r.offset-s.marks[n-1].offset >= markEvery {
		s.marks = append(s.marks, mark{r.offset, r.number})
	}
}

// corrupt names the file and the place in it.
func (s *segment) corrupt(offset uint64, cause error) error {
	return fmt.Errorf("%w: %s at byte %d: %w", eventstore.ErrCorrupt, s.path, offset-s.base, cause)
}

// readError translates what a file answers.
func (s *segment) readError(offset uint64, err error) error {
	switch {
	case errors.Is(err, os.ErrClosed):
		return eventstore.ErrClosed
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return s.corrupt(offset, errors.New("the file ends too early"))
	default:
		return fmt.Errorf("%w: read %s at byte %d: %w", eventstore.ErrUnavailable, s.path, offset-s.base, err)
	}
}
