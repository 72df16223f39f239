package embedded

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/objstorage/objstorageprovider"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// table is the part of the index that lives on disk, in Pebble. It holds nothing that the log doesn't, so it may be
// thrown away at any time; all that matters is that it is never believed when it is wrong, that it never ends the
// process, and that it never makes the log wait.
//
// It has one line per append, of fixed width: the stream's key and the first revision, big-endian, lead to the place
// and the number of events. One more line, under a key of zeros, is the marker: it says up to where the log is in the
// table. Lines and marker come in together, as one sorted file that is ingested, so the table is always that of a
// moment. There is neither a memtable nor a log of Pebble's: what writes is our goroutine and Pebble's compactions.
type table struct {
	path string
	db   *pebble.DB
	fs   vfs.FS
	mark marker // as opened; the feeding goroutine keeps it up to date

	mu     sync.RWMutex // held for reading while db is read, so that it isn't closed under a reader
	closed bool

	released chan io.Closer // what readers are done with
	closing  sync.WaitGroup // the goroutine that closes it

	broken    chan struct{} // closed when Pebble has given itself up, or has been found wrong
	brokenBy  error         // why; written before broken is closed
	breakOnce sync.Once
}

const (
	// tableFormat changes whenever the lines or the marker do; a table of another format is thrown away.
	tableFormat = 1
	tablePrefix = "index-"
	lineKey     = len(streamKey{}) + 4
	lineValue   = 3 * binary.MaxVarintLen64 // at most; usually 8
	// tableCache holds the blocks in use: of an index of five million events (100 MB) the better part of the hot ones.
	tableCache = 32 << 20
	// tableBlock is small, since a stream's lines stand together and the rest of a block is read for nothing.
	tableBlock = 4 << 10
	// tableRuns is how many ingested files are gathered before they are merged. Keys are spread evenly, so that each merge
	// rewrites a whole level: few runs would make that the larger part of what an append costs, many are slow to read.
	tableRuns = 12
	// releasedQueue is how many released iterators may wait to be closed before a reader waits, too.
	releasedQueue = 64
	// retryPause slows down a background goroutine of Pebble that repeats what a full disk refuses.
	retryPause = 100 * time.Millisecond
)

// errTable is anything wrong with the table; it never says anything about the log.
var errTable = errors.New("stream index")

// errTableClosed tells a reader to look at the view again.
var errTableClosed = fmt.Errorf("%w: closed", errTable)

// marker says what a table holds.
type marker struct {
	Format      int             `json:"format"`
	StoreID     string          `json:"store_id"`
	Incarnation string          `json:"incarnation"`
	Salt        [saltBytes]byte `json:"salt"`
	Offset      uint64          `json:"offset"` // everything below is in the table
	Number      uint64          `json:"number"` // of the last event below Offset
	Last        uint64          `json:"last"`   // logical offset of the last record below Offset
}

func markerKey() []byte { return make([]byte, lineKey) }

func appendLineKey(b []byte, key streamKey, first uint32) []byte {
	return binary.BigEndian.AppendUint32(append(b, key[:]...), first)
}

func appendLineValue(b []byte, e entry) []byte {
	b = binary.AppendUvarint(b, e.offset)
	b = binary.AppendUvarint(b, uint64(e.size))
	return binary.AppendUvarint(b, uint64(e.count))
}

func parseLine(key, value []byte) (entry, error) {
	offset, a := binary.Uvarint(value)
	size, b := binary.Uvarint(value[max(a, 0):])
	count, c := binary.Uvarint(value[max(a, 0)+max(b, 0):])
	if len(key) != lineKey || a <= 0 || b <= 0 || c <= 0 || a+b+c != len(value) || size > maxRecordBytes || count > maxRevision {
		return entry{}, fmt.Errorf("%w: a line of %d and %d bytes", errTable, len(key), len(value))
	}
	return entry{
		key:   streamKey(key),
		place: place{first: binary.BigEndian.Uint32(key[len(streamKey{}):]), offset: offset, size: uint32(size)},
		count: uint32(count),
	}, nil
}

// comparer orders lines by their bytes; the stream's key alone is what filters are made of.
func comparer() *pebble.Comparer {
	c := *pebble.DefaultComparer
	c.Name = "saldo.stream-key-and-revision"
	c.Split = func(key []byte) int { return min(len(key), len(streamKey{})) }
	c.ImmediateSuccessor = nil
	return &c
}

func (t *table) options() *pebble.Options {
	o := &pebble.Options{
		FS:                          slowFS{FS: t.fs, t: t},
		Comparer:                    comparer(),
		DisableWAL:                  true,
		FormatMajorVersion:          pebble.FormatNewest,
		Logger:                      tableLogger{t},
		CacheSize:                   tableCache,
		MemTableSize:                256 << 10, // unused, yet allocated
		MemTableStopWritesThreshold: 2,
		MaxOpenFiles:                256,
		L0CompactionThreshold:       tableRuns,
		L0StopWritesThreshold:       1 << 20, // we are the only writer and don't wait
		LBaseMaxBytes:               256 << 20,
		DisableTableStats:           true,
		EventListener: &pebble.EventListener{
			// The answer of Pebble's own default is to end the process.
			DataCorruption: func(info pebble.DataCorruptionInfo) { t.fail(fmt.Errorf("%w: corrupt: %w", errTable, info.Details)) },
		},
	}
	o.TargetFileSizes[0] = 8 << 20
	for i := range o.Levels {
		o.Levels[i].BlockSize = tableBlock
		o.Levels[i].IndexBlockSize = 32 << 10
		o.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
		o.Levels[i].FilterType = pebble.TableFilter
		o.Levels[i].Compression = func() *sstable.CompressionProfile { return sstable.NoCompression }
	}
	o.EnsureDefaults()
	return o
}

// fail gives the table up for writing; what it can still read, it reads until it is replaced.
func (t *table) fail(cause error) {
	t.breakOnce.Do(func() {
		t.brokenBy = cause
		close(t.broken)
	})
}

// failure returns why the table was given up, nil while it works.
func (t *table) failure() error {
	select {
	case <-t.broken:
		return t.brokenBy
	default:
		return nil
	}
}

// tableLogger keeps Pebble quiet and alive.
type tableLogger struct{ t *table }

func (tableLogger) Infof(string, ...any)  {}
func (tableLogger) Errorf(string, ...any) {}

// Fatalf must not return, and must not end the process. A reader of ours is unwound; every other goroutine (those of
// Pebble, and ours that guarded runs) is parked for good, with whatever locks it holds, and the table is never written
// to again. The place of a parked goroutine costs some kilobytes, once per broken table.
func (l tableLogger) Fatalf(format string, args ...any) {
	err := fmt.Errorf("%w: given up by Pebble: %s", errTable, fmt.Sprintf(format, args...))
	l.t.fail(err)
	if calledByReader() {
		panic(givenUpError{err}) //nolint:forbidigo // caught by read
	}
	select {}
}

type givenUpError struct{ error }

func (e givenUpError) Unwrap() error { return e.error }

func calledByReader() bool {
	var pcs [128]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if strings.HasSuffix(f.Function, "(*table).read") {
			return true
		}
		if !more {
			return false
		}
	}
}

// guarded runs a call into Pebble that may never return, and gives up on it when the table breaks.
func (t *table) guarded(run func() error) error {
	done := make(chan error, 1)
	go func() {
		defer func() { // Pebble's way to say that opening has failed
			if r := recover(); r != nil {
				t.fail(fmt.Errorf("%w: panic in Pebble: %v", errTable, r))
			}
		}()
		done <- run()
	}()
	select {
	case err := <-done:
		return err
	case <-t.broken:
		return t.brokenBy
	}
}

// openTable opens the table in path, or makes an empty one without a marker.
func openTable(path string, fs vfs.FS) (*table, error) {
	t := &table{path: path, fs: fs, released: make(chan io.Closer, releasedQueue), broken: make(chan struct{})}
	var db *pebble.DB
	err := t.guarded(func() (opening error) {
		db, opening = pebble.Open(path, t.options())
		return opening
	})
	if err != nil {
		return nil, fmt.Errorf("%w: open %s: %w", errTable, path, err)
	}
	t.db = db
	t.closing.Go(t.closeReleased)
	err = t.read(func() error {
		value, closer, missing := db.Get(markerKey())
		if missing != nil {
			return missing
		}
		defer t.release(closer)
		return json.Unmarshal(value, &t.mark)
	})
	if err != nil && !errors.Is(err, pebble.ErrNotFound) {
		return nil, errors.Join(fmt.Errorf("%w: marker of %s: %w", errTable, path, err), t.close())
	}
	return t, nil
}

// read runs a look into Pebble.
func (t *table) read(look func() error) (err error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.closed {
		return errTableClosed
	}
	defer func() {
		if r := recover(); r != nil {
			given, ours := r.(givenUpError)
			if !ours {
				panic(r) //nolint:forbidigo // not ours to hide
			}
			err = given
		}
	}()
	return look()
}

// close waits for readers, and for Pebble unless that has given up.
func (t *table) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil
	}
	t.closed = true
	close(t.released) // no reader is left to send
	if t.failure() != nil {
		return nil // Pebble's locks may be held for good; its files go with the process
	}
	err := t.guarded(func() error {
		t.closing.Wait()
		return t.db.Close()
	})
	if err != nil && t.failure() == nil {
		return fmt.Errorf("%w: close %s: %w", errTable, t.path, err)
	}
	return nil
}

// iterate is read with an iterator.
func (t *table) iterate(look func(it *pebble.Iterator) error) error {
	return t.read(func() error {
		it, err := t.db.NewIter(nil)
		if err != nil {
			return err
		}
		defer t.release(it)
		return errors.Join(look(it), it.Error())
	})
}

// release gives back what a reader held of Pebble, without waiting: closing the last iterator of an old version takes
// Pebble's own lock, which a parked goroutine may hold for good. All that closing could report, it.Error has reported.
func (t *table) release(c io.Closer) {
	select {
	case t.released <- c:
	case <-t.broken: // never closed, and so never missed
	}
}

func (t *table) closeReleased() {
	for c := range t.released {
		_ = c.Close()
	}
}

// last returns a stream's last line; false if it has none.
func (t *table) last(key streamKey) (found entry, ok bool, err error) {
	err = t.iterate(func(it *pebble.Iterator) (bad error) {
		// The filter knows at once of nearly every stream that isn't there.
		if it.SeekPrefixGE(appendLineKey(nil, key, 0)) && it.SeekLT(append(key[:], 0xff, 0xff, 0xff, 0xff)) {
			found, bad = parseLine(it.Key(), it.Value())
			ok = bad == nil && found.key == key
		}
		return bad
	})
	return found, ok, err
}

// line returns the line of an append; false if there is none.
func (t *table) line(key streamKey, first uint32) (found entry, ok bool, err error) {
	err = t.iterate(func(it *pebble.Iterator) (bad error) {
		want := appendLineKey(nil, key, first)
		if it.SeekPrefixGE(want) && bytes.Equal(it.Key(), want) {
			found, bad = parseLine(it.Key(), it.Value())
			ok = bad == nil
		}
		return bad
	})
	return found, ok, err
}

// from appends up to n places of a stream to places: from the one that holds revision on, or from there down. With exact
// it begins, forward, at the first place that begins at revision or behind it.
func (t *table) from(places []place, key streamKey, revision uint64, exact, backward bool, n int) ([]place, error) {
	err := t.iterate(func(it *pebble.Iterator) error {
		var buffer [lineKey]byte
		var valid bool
		switch {
		case !backward && (exact || revision == 0):
			valid = it.SeekPrefixGE(appendLineKey(buffer[:0], key, uint32(min(revision, maxRevision))))
		default:
			valid = it.SeekLT(appendLineKey(buffer[:0], key, uint32(min(revision+1, maxRevision))))
		}
		for ; valid && n > 0 && bytes.HasPrefix(it.Key(), key[:]); n-- {
			e, err := parseLine(it.Key(), it.Value())
			if err != nil {
				return err
			}
			places = append(places, e.place)
			if backward {
				valid = it.Prev()
			} else {
				valid = it.Next()
			}
		}
		return nil
	})
	return places, err
}

// visit calls fn with every line, in the order of the keys.
func (t *table) visit(ctx context.Context, fn func(entry)) error {
	return t.iterate(func(it *pebble.Iterator) error {
		zero := markerKey()
		for valid, n := it.First(), 0; valid; valid, n = it.Next(), n+1 {
			if n%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if bytes.Equal(it.Key(), zero) {
				continue
			}
			e, err := parseLine(it.Key(), it.Value())
			if err != nil {
				return err
			}
			fn(e)
		}
		return nil
	})
}

// ingest brings lines, in order, and a new marker into the table. Afterwards both are durable. If it fails the table is
// as it was, unless it says to be broken.
func (t *table) ingest(lines []entry, m marker) error {
	return t.guarded(func() error {
		path := filepath.Join(t.path, "feed.tmp")
		if err := t.writeLines(path, lines, m); err != nil {
			return errors.Join(fmt.Errorf("%w: write %s: %w", errTable, path, err), t.fs.Remove(path))
		}
		// Dying up to here leaves a file that nobody reads.
		if err := t.db.Ingest(context.Background(), []string{path}); err != nil {
			return errors.Join(fmt.Errorf("%w: ingest: %w", errTable, err), t.fs.Remove(path))
		}
		// From here on lines and marker are in the table, durable, together.
		return nil
	})
}

func (t *table) writeLines(path string, lines []entry, m marker) error {
	content, err := json.Marshal(m)
	if err != nil {
		return err
	}
	f, err := slowFS{FS: t.fs, t: t}.Create(path, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	w := sstable.NewWriter(objstorageprovider.NewFileWritable(f), t.options().MakeWriterOptions(0, t.db.TableFormat()))
	err = w.Set(markerKey(), content)
	key, value := make([]byte, 0, lineKey), make([]byte, 0, lineValue)
	for i := range lines {
		if err != nil {
			break
		}
		err = w.Set(appendLineKey(key, lines[i].key, lines[i].first), appendLineValue(value, lines[i]))
	}
	return errors.Join(err, w.Close())
}

// slowFS makes every failing write wait a little: Pebble repeats a failed compaction at once, and for ever. And where
// the sync of a directory fails, Pebble would panic in a goroutine of its own: that gives the table up, which is then
// replaced, and if the process dies before, Open finds what is missing.
type slowFS struct {
	vfs.FS
	t *table
}

func (s slowFS) OpenDir(name string) (vfs.File, error) {
	f, err := s.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return slowDir{f, s.t}, nil
}

type slowDir struct {
	vfs.File
	t *table
}

func (d slowDir) Sync() error {
	if err := d.File.Sync(); err != nil {
		d.t.fail(fmt.Errorf("%w: sync of %s: %w", errTable, d.t.path, err))
	}
	return nil
}

func (s slowFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := s.FS.Create(name, c)
	if err != nil {
		time.Sleep(retryPause)
		return nil, err
	}
	return slowFile{f}, nil
}

type slowFile struct{ vfs.File }

func (f slowFile) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	if err != nil {
		time.Sleep(retryPause)
	}
	return n, err
}

// tables lists the directories of tables in dir, the newest last.
func tables(dir string) ([]string, error) {
	found, err := os.ReadDir(dir)
	var names []string
	for _, e := range found {
		if strings.HasPrefix(e.Name(), tablePrefix) {
			names = append(names, e.Name())
		}
	}
	return names, err // fixed-width numbers, sorted by ReadDir
}

func tableName(n uint64) string { return fmt.Sprintf("%s%08d", tablePrefix, n) }
