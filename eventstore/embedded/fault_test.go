package embedded

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/storetest"
)

var errInjected = errors.New("injected")

// copyStore copies a closed store without its knowledge of what was durable, as a crash would leave it.
func copyStore(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	require.NoError(t, os.CopyFS(to, os.DirFS(from)))
	err := os.Remove(filepath.Join(to, boundName))
	if err != nil {
		require.ErrorIs(t, err, os.ErrNotExist)
	}
	return to
}

// written makes a store of appends of one, two and three events, one group each, and returns its last segment file and
// where in it each append begins.
func written(t *testing.T) (dir, path string, starts []int) {
	t.Helper()
	dir = t.TempDir()
	s := open(t, config(dir))
	at := eventstore.NoStream()
	for n := range 3 {
		var batch []eventstore.EventData
		for i := range n + 1 {
			batch = append(batch, event(10*n+i))
		}
		done, err := s.Append(t.Context(), "s", at, batch...)
		require.NoError(t, err)
		at = eventstore.At(done.LastRevision)
	}
	places, _ := s.view.tail.of(keyOf(s.salt, "s"))
	for _, p := range places {
		starts = append(starts, int(p.offset))
	}
	starts = append(starts, int(s.view.end))
	path = s.view.segments[0].path
	require.NoError(t, s.Close())
	return dir, path, starts
}

func all(t *testing.T, s eventstore.Store) []eventstore.Recorded {
	t.Helper()
	found, err := storetest.Collect(s.ReadAll(testContext(), eventstore.Position{}, eventstore.ReadAllOptions{}))
	require.NoError(t, err)
	return found
}

// Wherever the last write was cut off, the events before it are there, none of it is, and the store goes on.
func TestCutAtEveryByte(t *testing.T) {
	dir, path, starts := written(t)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	crashed := copyStore(t, dir)
	path = filepath.Join(crashed, logName, filepath.Base(path))
	for size := starts[2]; size < starts[3]; size++ {
		for _, zeros := range []int{0, 700} { // a size that reached the medium before the bytes did
			require.NoError(t, os.WriteFile(path, append(content[:size:size], make([]byte, zeros)...), fileMode))
			s, err := Open(t.Context(), config(crashed))
			require.NoError(t, err, "cut at %d", size)
			require.Len(t, all(t, s), 3)
			require.Equal(t, size-starts[2]+zeros, s.Torn().Bytes)
			_, err = s.Append(t.Context(), "s", eventstore.At(2), event(99))
			require.NoError(t, err)
			_, err = s.Check(t.Context())
			require.NoError(t, err)
			require.NoError(t, s.Close())
			require.NoError(t, os.Remove(filepath.Join(crashed, boundName)))
		}
	}
}

// Damage with a later write behind it, or below what is known to have been durable, is never taken for a torn write.
func TestFlippedBytes(t *testing.T) {
	dir, original, starts := written(t)
	crashed := copyStore(t, dir)
	for _, where := range []string{dir, crashed} {
		path := filepath.Join(where, logName, filepath.Base(original))
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		for at := range content {
			bad := append([]byte{}, content...)
			bad[at] ^= 0x40
			require.NoError(t, os.WriteFile(path, bad, fileMode))
			_, roErr := OpenReadOnly(t.Context(), config(where))
			if where == crashed && at >= starts[2] {
				continue // the last group of a crash: it could have been torn, see FORMAT.md
			}
			require.ErrorIs(t, roErr, eventstore.ErrCorrupt, "byte %d", at)
			require.ErrorContains(t, roErr, path)
			if at%7 == 0 {
				_, err := Open(t.Context(), config(where))
				require.ErrorIs(t, err, eventstore.ErrCorrupt, "byte %d", at)
			}
		}
		require.NoError(t, os.WriteFile(path, content, fileMode))
	}
}

// A byte that rots while the store is open is found by whoever reads it.
func TestRotWhileOpen(t *testing.T) {
	s, err := Open(t.Context(), config(t.TempDir()))
	require.NoError(t, err)
	_, err = s.Append(t.Context(), "s", eventstore.NoStream(), event(1), event(2))
	require.NoError(t, err)
	seg := s.view.segments[0]
	_, err = seg.file.WriteAt([]byte{'X'}, int64(s.view.end)-10)
	require.NoError(t, err)
	_, err = storetest.Collect(s.ReadStream(t.Context(), "s", eventstore.ReadOptions{}))
	require.ErrorIs(t, err, eventstore.ErrCorrupt)
	_, err = storetest.Collect(s.ReadAll(t.Context(), eventstore.Position{}, eventstore.ReadAllOptions{}))
	require.ErrorIs(t, err, eventstore.ErrCorrupt)
	_, err = s.Check(t.Context())
	require.ErrorIs(t, err, eventstore.ErrCorrupt)
	require.ErrorContains(t, err, "byte 72")
	require.NoError(t, s.Close())
}

func TestMissingSegments(t *testing.T) {
	dir := t.TempDir()
	c := config(dir)
	c.SegmentBytes = 200
	s := open(t, c)
	for n := range 6 {
		at := eventstore.NoStream()
		if n > 0 {
			at = eventstore.At(uint64(n - 1))
		}
		_, err := s.Append(t.Context(), "s", at, event(n))
		require.NoError(t, err)
	}
	var paths []string
	for _, seg := range s.view.segments {
		paths = append(paths, seg.path)
	}
	require.GreaterOrEqual(t, len(paths), 3)
	require.NoError(t, s.Close())
	for i, path := range paths {
		aside := filepath.Join(t.TempDir(), "aside")
		require.NoError(t, os.Rename(path, aside))
		_, err := Open(t.Context(), c)
		require.ErrorIs(t, err, eventstore.ErrCorrupt, "segment %d", i)
		require.NoError(t, os.Rename(aside, path))
	}
	// A file whose creation was interrupted is not part of the log.
	next := segmentPath(dir, s.view.end)
	for _, content := range [][]byte{nil, make([]byte, segmentHeaderBytes), []byte(segmentMagic)} {
		require.NoError(t, os.WriteFile(next, content, fileMode))
		again, err := Open(t.Context(), c)
		require.NoError(t, err)
		require.Len(t, all(t, again), 6)
		require.NoError(t, again.Close())
		require.NoFileExists(t, next)
	}
}

// failingFile fails the calls that its plan names, before or after doing what was asked.
type failingFile struct {
	file
	plan *plan
}

type plan struct {
	mu            sync.Mutex
	call          string
	applied       bool
	times, failed int
}

func (p *plan) set(call string, applied bool, times int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.call, p.applied, p.times, p.failed = call, applied, times, 0
}

func (p *plan) run(call string, do func() error) error {
	p.mu.Lock()
	fails, applied := p.call == call && p.failed < p.times, p.applied
	if fails {
		p.failed++
	}
	p.mu.Unlock()
	if fails && !applied {
		return errInjected
	}
	if err := do(); err != nil {
		return err
	}
	if fails {
		return errInjected
	}
	return nil
}

func (f failingFile) WriteAt(b []byte, at int64) (n int, err error) {
	half := f.plan.run("half", func() error { return nil })
	if half != nil {
		b = b[:len(b)/2]
	}
	err = f.plan.run("write", func() error { n, err = f.file.WriteAt(b, at); return err })
	return n, errors.Join(err, half)
}

func (f failingFile) Sync() error { return f.plan.run("sync", f.file.Sync) }

func (f failingFile) Truncate(size int64) error {
	return f.plan.run("truncate", func() error { return f.file.Truncate(size) })
}

// Each failing call: not applied, and applied. The group's outcome is unknown, reads go on, nothing is lost, and the
// same append again succeeds, once, as soon as the disk does.
func TestFailingDisk(t *testing.T) {
	for _, row := range []struct {
		call    string
		applied bool
		times   int
	}{
		{"write", false, 1},
		{"write", true, 1},
		{"half", false, 1},
		{"sync", false, 1},
		{"sync", true, 1},
		{"sync", false, 2}, // the sync of the cut too
		{"sync", false, 4}, // and those of the next attempts
		{"sync", true, 3},
	} {
		p := &plan{}
		c := config(t.TempDir())
		c.openFile = func(path string, flag int) (file, error) {
			f, err := openOSFile(path, flag)
			return failingFile{f, p}, err
		}
		s := open(t, c)
		_, err := s.Append(t.Context(), "s", eventstore.NoStream(), event(1))
		require.NoError(t, err)
		before := all(t, s)
		p.set(row.call, row.applied, row.times)
		_, err = s.Append(t.Context(), "s", eventstore.At(0), event(2), event(3))
		require.ErrorIs(t, err, eventstore.ErrOutcomeUnknown, "%+v", row)
		require.ErrorIs(t, err, errInjected)
		require.Equal(t, before, all(t, s))
		for range row.times {
			_, err = s.Append(t.Context(), "s", eventstore.At(0), event(2), event(3))
			if err == nil {
				break
			}
			require.ErrorIs(t, err, eventstore.ErrUnavailable, "%+v", row)
		}
		require.NoError(t, err, "%+v", row)
		require.Len(t, all(t, s), 3)
		_, err = s.Append(t.Context(), "s", eventstore.At(2), event(4))
		require.NoError(t, err)
		require.NoError(t, s.Close())
		again := open(t, config(c.Dir))
		require.Len(t, all(t, again), 4)
		require.Zero(t, again.Torn().Bytes)
	}
}

// A process that dies with a failed group in the file leaves the decision to Open, and Open keeps to it.
func TestDyingAfterAFailedSync(t *testing.T) {
	p := &plan{}
	c := config(t.TempDir())
	c.openFile = func(path string, flag int) (file, error) {
		f, err := openOSFile(path, flag)
		return failingFile{f, p}, err
	}
	s, err := Open(t.Context(), c)
	require.NoError(t, err)
	_, err = s.Append(t.Context(), "s", eventstore.NoStream(), event(1))
	require.NoError(t, err)
	p.set("sync", false, 1000)
	_, err = s.Append(t.Context(), "s", eventstore.At(0), event(2))
	require.ErrorIs(t, err, eventstore.ErrOutcomeUnknown)
	p.set("", false, 0)
	crashed := copyStore(t, c.Dir)
	require.NoError(t, s.Close())
	again := open(t, config(crashed))
	done, err := again.Append(t.Context(), "s", eventstore.At(0), event(2))
	require.NoError(t, err)
	require.Equal(t, uint64(1), done.LastRevision)
	require.Len(t, all(t, again), 2)
}
