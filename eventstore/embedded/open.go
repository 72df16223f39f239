package embedded

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"saldo/eventstore"
)

// Open opens the store in c.Dir for reading and writing, creates it if there is none, and keeps other writers out until
// Close: ErrLocked names the one that is in. It reads what the index lacks of the log, usually less than a segment. The
// rest of a write that a crash interrupted is put aside (see Torn); any other damage that it meets is ErrCorrupt with
// file and place, and the store stays shut.
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
		if s.view.table != nil {
			_ = s.view.table.close()
		}
		return nil, errors.Join(err, closeFiles(s.view.segments, lock))
	}
	go s.commitLoop()
	go s.feedLoop() //nolint:contextcheck // ends with Close, not with Open
	return s, nil
}

// OpenReadOnly opens a store beside whatever process writes to it, without a lock, to answer questions about what was
// durable at that moment: it never grows, Append and waiting at its head are ErrUnavailable, and nothing on disk is
// changed. It reads the whole log and keeps its index in memory. What it saw of the last group before a failing disk made the writer withdraw it, it keeps until closed.
func OpenReadOnly(ctx context.Context, c Config) (*Store, error) {
	c, err := c.validated()
	if err != nil {
		return nil, err
	}
	s := newStore(c, nil)
	close(s.stopped) // nobody commits
	close(s.fed)
	if s.identity, err = readIdentity(c.Dir); err != nil {
		return nil, fmt.Errorf("open %s read-only: %w", c.Dir, err)
	}
	if err = c.refuseUnfinished(); err != nil {
		return nil, err
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
	s := &Store{
		config: c, lock: lock,
		queue:   make(chan *request, c.QueueLength),
		sealing: make(chan *sealRequest),
		closing: make(chan struct{}),
		stopped: make(chan struct{}),
		hungry:  make(chan struct{}, 1),
		fed:     make(chan struct{}),
		view:    view{changed: make(chan struct{}), tail: tail{hot: newGeneration(segmentHeaderBytes, 0, 0)}},
	}
	s.committer.heads = newHeads()
	_, _ = rand.Read(s.salt[:]) // never fails
	return s
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
	if err = s.config.refuseUnfinished(); err != nil {
		return err
	}
	if err = s.load(ctx); err != nil {
		return err
	}
	if len(s.view.segments) == 0 {
		first, err := s.config.createSegment(s.identity.StoreID, 0, 1)
		if err != nil {
			return err
		}
		s.view.segments, s.view.end = []*segment{first}, segmentHeaderBytes
	}
	s.committer.active = s.view.segments[len(s.view.segments)-1]
	return nil
}

// load opens all segments and reads what the table lacks. Afterwards everything in the view is durable.
func (s *Store) load(ctx context.Context) error {
	bound, err := readBound(s.config.Dir)
	if err == nil {
		err = s.holdToSeal()
	}
	if err != nil {
		return err
	}
	seal, sealed := s.Sealed()
	if sealed {
		bound = max(bound, seal.End)
	}
	end, err := s.openSegments(bound)
	if err != nil {
		return err
	}
	if end < bound {
		return fmt.Errorf("%w: the log in %s ends at %d and once reached %d: the last segments are missing",
			eventstore.ErrCorrupt, s.config.Dir, end, bound)
	}
	if s.lock != nil {
		if err = s.attachTable(); err != nil {
			return err
		}
	}
	if len(s.view.segments) == 0 {
		s.view.end = segmentHeaderBytes
		return s.startOver() // a table of a log that isn't there has nothing to say
	}
	begin, err := s.resume(end)
	if err != nil {
		return err
	}
	for i := begin; i < len(s.view.segments); i++ {
		if err = s.loadSegment(ctx, i, end, bound); err != nil {
			return err
		}
	}
	if s.view.end < bound {
		return fmt.Errorf("%w: the log in %s ends at %d and once reached %d: its end is missing", eventstore.ErrCorrupt, s.config.Dir, s.view.end, bound)
	}
	if sealed {
		if err = seal.fits(s.identity.StoreID, s.view.head, s.view.end); err != nil {
			return fmt.Errorf("%s: %w", filepath.Join(s.config.Dir, sealName), err)
		}
	}
	return s.settle()
}

// openSegments opens the files, in order, and returns where the last one ends. A segment that isn't the last one was full
// and durable when the next was begun, so that it ends exactly where that begins; what is in it was in the table before
// it was left unread, and is verified by whoever reads it, and by Check.
func (s *Store) openSegments(bound uint64) (uint64, error) {
	bases, err := s.listSegments()
	if err != nil {
		return 0, err
	}
	end, first := uint64(0), uint64(1)
	for i, base := range bases {
		seg, size, err := s.openSegment(base, end)
		if errors.Is(err, errNoHeader) {
			return end, s.dropSegment(seg, i == len(bases)-1, bound)
		}
		if err != nil {
			return 0, err
		}
		s.view.segments = append(s.view.segments, seg)
		if seg.first < first {
			return 0, seg.corrupt(base, fmt.Errorf("its first event has number %d, that of the segment before it %d", seg.first, first))
		}
		end, first = base+size, seg.first
	}
	return end, nil
}

// openSegment opens one file that must begin at end. With errNoHeader the segment is closed and only names the file.
func (s *Store) openSegment(base, end uint64) (*segment, uint64, error) {
	flag := os.O_RDWR
	if s.lock == nil {
		flag = os.O_RDONLY
	}
	path := segmentPath(s.config.Dir, base)
	f, err := s.config.openFile(path, flag)
	if err != nil {
		return nil, 0, err
	}
	seg := &segment{base: base, path: path, file: f}
	if base != end {
		return nil, 0, errors.Join(seg.corrupt(base, fmt.Errorf("the log before it ends at %d: segments are missing, or one is damaged", end)), f.Close())
	}
	length, err := f.Size() // before reading: what a running writer adds meanwhile is not looked at
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	size := uint64(length) //nolint:gosec // a size is positive
	if err := seg.checkHeader(s.identity.StoreID, size); err != nil {
		return seg, 0, errors.Join(err, f.Close())
	}
	return seg, size, nil
}

// resume decides from where the log must be read, and returns the segment: behind what the table has, or from the
// beginning when there is none that can be believed.
func (s *Store) resume(end uint64) (int, error) {
	if s.view.table == nil {
		s.view.end = segmentHeaderBytes
		return 0, s.startOver()
	}
	m := s.view.table.mark
	if m.Offset > end {
		return 0, fmt.Errorf("%w: the log in %s ends at %d and once reached %d, says its index: the end of the log is missing. If that is known and meant, remove %s",
			eventstore.ErrCorrupt, s.config.Dir, end, m.Offset, s.view.table.path)
	}
	i := s.view.segmentAt(m.Offset)
	s.view.end = max(m.Offset, s.view.segments[i].base+segmentHeaderBytes)
	if at := s.view.segmentAt(m.Last); !s.standsBefore(s.view.segments[at], m) || s.view.segments[i].first > m.Number+1 {
		s.view.end = segmentHeaderBytes
		return 0, s.startOver()
	}
	s.view.head, s.view.last = m.Number, m.Last
	s.view.tail.hot = newGeneration(m.Offset, m.Number, m.Last)
	return i, nil
}

// standsBefore reports whether the last record that a table knows is what it should be.
func (s *Store) standsBefore(seg *segment, m marker) bool {
	if m.Last < seg.base+segmentHeaderBytes || m.Last >= m.Offset || m.Offset-m.Last > maxRecordBytes {
		return false
	}
	b := make([]byte, m.Offset-m.Last)
	if _, err := seg.file.ReadAt(b, int64(m.Last-seg.base)); err != nil { //nolint:gosec // a place in a file
		return false
	}
	r, err := parseRecord(b, m.Last)
	return err == nil && r.last() == m.Number
}

// startOver throws a table away that isn't believed, so that everything is read.
func (s *Store) startOver() error {
	s.committer.heads.complete = true
	s.view.tail.hot = newGeneration(segmentHeaderBytes, 0, 0)
	old := s.view.table
	if old == nil {
		return nil
	}
	s.view.table = nil
	_ = old.close()
	return os.RemoveAll(old.path) //nolint:gosec // see openOSFile
}

// settle makes durable what was read. It may have come from memory only: a process that was killed between write and
// sync leaves whole records that are not on the medium yet, and after a sync that failed the kernel may even take their
// pages for clean, so that another sync does nothing. All groups but the last were synced before the next was begun. So
// a writer puts the last one down once more, byte for byte, and then syncs; dying in between changes nothing. Who may
// only read, and who opens a sealed log, which was durable before, syncs (a descriptor for reading is enough) and trusts
// the disk not to have failed the writer just now.
func (s *Store) settle() error {
	last := s.view.segments[len(s.view.segments)-1]
	var err error
	if from := s.loadedGroup; s.lock != nil && s.seal.Load() == nil && from >= last.base+segmentHeaderBytes && from < s.view.end {
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

// dropSegment removes a file whose creation was interrupted.
func (s *Store) dropSegment(seg *segment, last bool, bound uint64) error {
	if !last || bound > seg.base {
		return seg.corrupt(seg.base, errNoHeader)
	}
	if s.lock == nil {
		return nil // perhaps it is being created now
	}
	if err := os.Remove(seg.path); err != nil { //nolint:gosec // see openOSFile
		return err
	}
	// Dying here leaves it or not; the log ends before it either way.
	return s.config.syncDir(filepath.Dir(seg.path))
}

// loadSegment reads the i-th segment from where the view ends.
func (s *Store) loadSegment(ctx context.Context, i int, logEnd, bound uint64) error {
	seg, last := s.view.segments[i], i == len(s.view.segments)-1
	end := logEnd
	if !last {
		end = s.view.segments[i+1].base
	}
	if s.view.end <= seg.base+segmentHeaderBytes {
		s.view.end = seg.base + segmentHeaderBytes
		if seg.first != s.view.head+1 {
			return seg.corrupt(seg.base, fmt.Errorf("its first event has number %d where %d must follow", seg.first, s.view.head+1))
		}
	}
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
		if err := s.loadRecord(seg, r); err != nil { //nolint:contextcheck // feeding is bounded: one generation
			return err
		}
	}
}

// loadRecord enters a record that Open has read. Whether it continues its stream is known if the whole log is being
// read, or if the stream was met before; otherwise the table is not asked: a hundred thousand questions would take a
// second, and readers and Check find out.
func (s *Store) loadRecord(seg *segment, r record) error {
	key := keyOf(s.salt, string(r.stream))
	next, known := s.committer.heads.get(key)
	if whole := s.view.tail.hot.from == segmentHeaderBytes || s.committer.loadedWhole; !known && whole {
		s.committer.loadedWhole = true
		var err error
		if next, err = s.next(key); err != nil {
			return err
		}
		known = true
	}
	if known && r.first != next {
		return seg.corrupt(r.offset, fmt.Errorf("revision %d of stream %q where %d must follow", r.first, r.stream, next))
	}
	if err := s.view.enter(seg, key, r); err != nil {
		return seg.corrupt(r.offset, err)
	}
	s.committer.heads.set(key, uint32(r.first)+r.count) //nolint:gosec // bounded by maxRevision
	s.loadedGroup = r.group
	if s.setAside(); len(s.view.tail.cold) > 0 && s.feeder.pause == 0 {
		if err := s.feed(); err != nil {
			s.feeder.pause = firstRetry // later, by the feeding goroutine; until then the tail has it
		}
	}
	return nil
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
	if err := s.config.replaceFile(s.torn.Path, tail); err != nil {
		return fmt.Errorf("put a torn write aside: %w", err)
	}
	// Dying here leaves the torn write in its place and a copy; the next Open does the same again.
	if err := seg.file.Truncate(int64(at - seg.base)); err != nil { //nolint:gosec // a place in a file
		return fmt.Errorf("%w: cut %s: %w", eventstore.ErrUnavailable, seg.path, err)
	}
	// The cut is synced with the rest of the segment before anything is shown or written.
	return nil
}
