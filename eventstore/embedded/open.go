package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"saldo/eventstore"
)

// Open opens the store in c.Dir for reading and writing, creates it if there is none, and keeps other writers out until
// Close: ErrLocked names the one that is in. It reads the whole log once. The rest of a write that a crash interrupted
// is put aside (see Torn); any other damage is ErrCorrupt with file and place, and the store stays shut.
func Open(ctx context.Context, c Config) (*Store, error) {
	c, err := c.validated()
	if err != nil {
		return nil, err
	}
	if err = os.MkdirAll(c.Dir, dirMode); err != nil {
		return nil, err
	}
	lock, err := lockDir(c.Dir)
	if err != nil {
		return nil, err
	}
	s := newStore(c, lock)
	if err := s.openWriter(ctx); err != nil {
		return nil, errors.Join(err, closeFiles(s.view.segments, lock))
	}
	go s.commitLoop()
	return s, nil
}

// OpenReadOnly opens a store beside whatever process writes to it, without a lock, to answer questions about what was
// durable at that moment: it never grows, Append and waiting at its head are ErrUnavailable, and nothing on disk is
// changed. What it saw of the last group before a failing disk made the writer withdraw it, it keeps until closed.
func OpenReadOnly(ctx context.Context, c Config) (*Store, error) {
	c, err := c.validated()
	if err != nil {
		return nil, err
	}
	s := newStore(c, nil)
	close(s.stopped) // nobody commits
	if s.identity, err = readIdentity(c.Dir); err != nil {
		return nil, fmt.Errorf("open %s read-only: %w", c.Dir, err)
	}
	if err = s.load(ctx); err == nil && len(s.view.segments) == 0 {
		err = fmt.Errorf("%w: %s has no log yet", eventstore.ErrUnavailable, c.Dir)
	}
	if err != nil {
		return nil, errors.Join(err, closeFiles(s.view.segments, nil))
	}
	return s, nil
}

func newStore(c Config, lock *os.File) *Store {
	return &Store{
		config: c, lock: lock,
		queue:   make(chan *request, c.QueueLength),
		closing: make(chan struct{}),
		stopped: make(chan struct{}),
		view:    view{index: index{}, changed: make(chan struct{})},
	}
}

func (s *Store) openWriter(ctx context.Context) error {
	var err error
	s.identity, err = readIdentity(s.config.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		s.identity, err = createIdentity(s.config.Dir, s.config.NewID)
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", s.config.Dir, err)
	}
	if err := s.load(ctx); err != nil {
		return err
	}
	if len(s.view.segments) == 0 {
		first, err := s.config.createSegment(s.identity.StoreID, 0)
		if err != nil {
			return err
		}
		s.view.segments, s.view.end = []*segment{first}, segmentHeaderBytes
	}
	s.committer.active = s.view.segments[len(s.view.segments)-1]
	return nil
}

// load opens and reads all segments. Afterwards everything in the view is durable.
func (s *Store) load(ctx context.Context) error {
	bound, err := readBound(s.config.Dir)
	if err != nil {
		return err
	}
	bases, err := s.listSegments()
	if err != nil {
		return err
	}
	for i, base := range bases {
		err := s.loadSegment(ctx, base, i == len(bases)-1, bound)
		if errors.Is(err, errNoHeader) {
			break
		}
		if err != nil {
			return err
		}
	}
	if s.view.end < bound {
		return fmt.Errorf("%w: the log in %s ends at %d and once reached %d: the last segments are missing",
			eventstore.ErrCorrupt, s.config.Dir, s.view.end, bound)
	}
	if len(s.view.segments) == 0 {
		return nil
	}
	return s.settle()
}

// settle makes durable what was read. It may have come from memory only: a process that was killed between write and
// sync leaves whole records that are not on the medium yet, and after a sync that failed the kernel may even take their
// pages for clean, so that another sync does nothing. All groups but the last were synced before the next was begun. So
// a writer puts the last one down once more, byte for byte, and then syncs; dying in between changes nothing. Who may
// only read, syncs (a descriptor for reading is enough) and trusts the disk not to have failed the writer just now.
func (s *Store) settle() error {
	last := s.view.segments[len(s.view.segments)-1]
	var err error
	if from := s.loadedGroup; s.lock != nil && from >= last.base+segmentHeaderBytes && from < s.view.end {
		group := make([]byte, s.view.end-from)
		place := int64(from - last.base) //nolint:gosec // a place in a file
		if _, err = last.file.ReadAt(group, place); err == nil {
			_, err = last.file.WriteAt(group, place)
		}
	}
	if err == nil {
		err = last.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("%w: settle the end of %s: %w", eventstore.ErrUnavailable, last.path, err)
	}
	return nil
}

// listSegments returns the bases in order; fixed-width hexadecimal sorts by value.
func (s *Store) listSegments() ([]uint64, error) {
	entries, err := os.ReadDir(filepath.Join(s.config.Dir, logName))
	if err != nil {
		return nil, err
	}
	var bases []uint64
	for _, e := range entries {
		base, err := segmentBase(e.Name())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.config.Dir, err)
		}
		bases = append(bases, base)
	}
	return bases, nil
}

func (s *Store) loadSegment(ctx context.Context, base uint64, last bool, bound uint64) error {
	flag := os.O_RDWR
	if s.lock == nil {
		flag = os.O_RDONLY
	}
	path := segmentPath(s.config.Dir, base)
	f, err := s.config.openFile(path, flag)
	if err != nil {
		return err
	}
	seg := &segment{base: base, path: path, file: f}
	if base != s.view.end {
		return errors.Join(seg.corrupt(base, fmt.Errorf("the log before it ends at %d: segments are missing", s.view.end)), f.Close())
	}
	length, err := f.Size() // before reading: what a running writer adds meanwhile is not looked at
	if err != nil {
		return errors.Join(err, f.Close())
	}
	size := uint64(length) //nolint:gosec // a size is positive
	if err := seg.checkHeader(s.identity.StoreID, size); err != nil {
		if !errors.Is(err, errNoHeader) {
			return errors.Join(err, f.Close())
		}
		return errors.Join(s.dropSegment(seg, last, bound), f.Close())
	}
	s.view.segments = append(s.view.segments, seg)
	s.view.end = base + segmentHeaderBytes
	return s.loadRecords(ctx, seg, base+size, last, bound)
}

// dropSegment removes a file whose creation was interrupted.
func (s *Store) dropSegment(seg *segment, last bool, bound uint64) error {
	if !last || bound > seg.base {
		return seg.corrupt(seg.base, errNoHeader)
	}
	if s.lock == nil {
		return errNoHeader
	}
	if err := os.Remove(seg.path); err != nil {
		return err
	}
	// Dying here leaves it or not; the log ends before it either way.
	return errors.Join(errNoHeader, syncDir(filepath.Dir(seg.path)))
}

func (s *Store) loadRecords(ctx context.Context, seg *segment, end uint64, last bool, bound uint64) error {
	scan := seg.scan(s.view.end, end)
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return fmt.Errorf("open %s: %w", s.config.Dir, ctx.Err())
		}
		r, err := scan.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errDamaged) && last && scan.at >= bound:
			return s.cutTorn(seg, scan.at, end, err)
		case errors.Is(err, errDamaged):
			return seg.corrupt(scan.at, err)
		case err != nil:
			return err
		}
		if err := s.view.enter(r); err != nil {
			return seg.corrupt(r.offset, err)
		}
		s.loadedGroup = r.group
	}
}

// cutTorn ends the log at a damaged record if that can be the trace of an interrupted write. Every record names the
// group it was written with, and a group is written only after the one before it was synced. So a whole record of a
// later group proves that the damaged one had been durable, and perhaps acknowledged: that is corruption. Whole records
// of the same group prove nothing, since a disk that loses power may have written any part of the last group.
func (s *Store) cutTorn(seg *segment, at, end uint64, cause error) error {
	tail := make([]byte, end-at)
	if _, err := seg.file.ReadAt(tail, int64(at-seg.base)); err != nil { //nolint:gosec // a place in a file
		return seg.readError(at, err)
	}
	for i := 1; i+recordHeaderBytes <= len(tail); i++ {
		offset := at + uint64(i)
		length, err := recordLength(tail[i:], offset)
		if err != nil || length > len(tail)-i {
			continue
		}
		if r, err := parseRecord(tail[i:i+length], offset); err == nil && r.group > at {
			return seg.corrupt(at, fmt.Errorf("%w, yet a later write follows at byte %d", cause, offset-seg.base))
		}
	}
	if s.lock == nil {
		return nil // perhaps a group that is being written now
	}
	s.torn = Torn{Bytes: len(tail), Offset: at, Path: filepath.Join(s.config.Dir, fmt.Sprintf("torn-%0*x", segmentDigits, at))}
	if err := replaceFile(s.torn.Path, tail); err != nil {
		return fmt.Errorf("put a torn write aside: %w", err)
	}
	// Dying here leaves the torn write in its place and a copy; the next Open does the same again.
	if err := seg.file.Truncate(int64(at - seg.base)); err != nil { //nolint:gosec // a place in a file
		return fmt.Errorf("%w: cut %s: %w", eventstore.ErrUnavailable, seg.path, err)
	}
	// The cut is synced with the rest of the segment before anything is shown or written.
	return nil
}
