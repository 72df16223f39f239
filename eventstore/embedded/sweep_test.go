package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/storetest"
)

const pageBytes = 4096

// medium keeps beside the files what a power cut would leave of them: only pages that were synced, under names that
// were synced. A sync that fails may have written all of it or nothing, and in both cases the pages count as clean from
// then on, as Linux has it: a later sync that succeeds says nothing about them.
type medium struct {
	t      *testing.T
	shadow string // directory with what is durable

	mu     sync.Mutex
	points int // I/O calls so far
	calls  []string
	failAt int // which one fails, 0 for none
	fault  fault
	failed bool
}

// fault is a way to fail. A call it applies to fails once, or with those behind it, whatever they are.
type fault struct {
	name    string
	call    string // write, sync, truncate, replace, dir, open
	err     error
	applied bool // done all the same
	half    bool // of a write
	then    int  // how many further calls fail
}

func faults() []fault {
	return []fault{
		{name: "EIO", call: "write", err: syscall.EIO},
		{name: "EIO though written", call: "write", err: syscall.EIO, applied: true},
		{name: "ENOSPC, short", call: "write", err: syscall.ENOSPC, half: true},
		{name: "sync failed", call: "sync", err: syscall.EIO},
		{name: "sync failed though synced", call: "sync", err: syscall.EIO, applied: true},
		{name: "EIO, and the cut that follows", call: "write", err: syscall.EIO, half: true, then: 1},
		{name: "failed, and the cut that follows", call: "sync", err: syscall.EIO, then: 1},
		{name: "failed though synced, and all of the repair, twice", call: "sync", err: syscall.EIO, applied: true, then: 3},
		{name: "ENOSPC", call: "replace", err: syscall.ENOSPC},
		{name: "ENOSPC though replaced", call: "replace", err: syscall.ENOSPC, applied: true},
		{name: "EIO", call: "dir", err: syscall.EIO},
		{name: "ENOSPC", call: "open", err: syscall.ENOSPC},
	}
}

// fails counts a call and says whether it fails.
func (m *medium) fails(call string) (fault, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.points++
	m.calls = append(m.calls, call)
	first := m.points == m.failAt && call == m.fault.call
	if !first && (!m.failed || m.points > m.failAt+m.fault.then) {
		return fault{}, false
	}
	m.failed = true
	return m.fault, true
}

func (m *medium) hasFailed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.failed
}

func (m *medium) config(c Config) Config {
	c.openFile = func(path string, flag int) (file, error) {
		if flag&os.O_CREATE != 0 {
			if f, fails := m.fails("open"); fails {
				return nil, f.err
			}
		}
		f, err := openOSFile(path, flag)
		return &mediumFile{file: f, m: m, name: filepath.Base(path), dirty: map[int64]bool{}}, err
	}
	c.replaceFile = func(path string, content []byte) error {
		f, fails := m.fails("replace")
		if fails && !f.applied {
			return f.err
		}
		err := os.WriteFile(path, content, fileMode)
		err = errors.Join(err, os.WriteFile(filepath.Join(m.shadow, filepath.Base(path)), content, fileMode))
		return errors.Join(err, f.err)
	}
	c.syncDir = func(dir string) error {
		if f, fails := m.fails("dir"); fails {
			return f.err
		}
		found, err := os.ReadDir(dir)
		require.NoError(m.t, err)
		for _, e := range found { // a name without content until the file is synced
			path := filepath.Join(m.shadow, logName, e.Name())
			if _, err := os.Stat(path + ".unnamed"); err == nil {
				require.NoError(m.t, os.Rename(path+".unnamed", path))
			} else if _, err := os.Stat(path); err != nil {
				require.NoError(m.t, os.WriteFile(path, nil, fileMode))
			}
		}
		return nil
	}
	return c
}

// crash returns a directory as a power cut would leave it now.
func (m *medium) crash() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	to := filepath.Join(m.t.TempDir(), "crashed")
	require.NoError(m.t, os.CopyFS(to, os.DirFS(m.shadow)))
	found, err := filepath.Glob(filepath.Join(to, logName, "*.unnamed"))
	require.NoError(m.t, err)
	for _, path := range found {
		require.NoError(m.t, os.Remove(path))
	}
	return to
}

type mediumFile struct {
	file
	m     *medium
	name  string
	dirty map[int64]bool
}

func (f *mediumFile) WriteAt(b []byte, at int64) (int, error) {
	how, fails := f.m.fails("write")
	if fails && how.half {
		b = b[:len(b)/2]
	}
	if fails && !how.applied && !how.half {
		return 0, how.err
	}
	n, err := f.file.WriteAt(b, at)
	for page := at / pageBytes; page <= (at+int64(n))/pageBytes; page++ {
		f.dirty[page] = true
	}
	return n, errors.Join(err, how.err)
}

func (f *mediumFile) Truncate(size int64) error {
	how, fails := f.m.fails("truncate")
	if fails {
		return how.err
	}
	f.dirty[size/pageBytes] = true
	return f.file.Truncate(size)
}

func (f *mediumFile) Sync() error {
	how, fails := f.m.fails("sync")
	if fails && !how.applied {
		clear(f.dirty)
		return how.err
	}
	f.toMedium()
	return how.err
}

// toMedium copies the dirty pages and the size.
func (f *mediumFile) toMedium() {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	t := f.m.t
	path := filepath.Join(f.m.shadow, logName, f.name)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		path += ".unnamed"
	}
	to, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
	require.NoError(t, err)
	size, err := f.Size()
	require.NoError(t, err)
	for page := range f.dirty {
		b := make([]byte, pageBytes)
		n, _ := f.ReadAt(b, page*pageBytes)
		_, err := to.WriteAt(b[:n], page*pageBytes)
		require.NoError(t, err)
	}
	require.NoError(t, to.Truncate(size))
	require.NoError(t, to.Close())
	clear(f.dirty)
}

// sweepRun is one run of the workload.
type sweepRun struct {
	*testing.T
	m       *medium
	s       *Store
	at      map[string]uint64 // acknowledged, and what stands there
	crashes []string          // as a power cut right after each error would have left it
	counts  []map[string]uint64
}

const sweepOperations = 200

// work appends and reads, and repeats what fails until it is definite.
func (r *sweepRun) work() {
	for i := range sweepOperations {
		stream := fmt.Sprintf("stream-%d", i%7)
		next := r.at[stream]
		if i%5 == 4 {
			r.read(stream)
			continue
		}
		batch := []eventstore.EventData{sweepEvent(stream, next)}
		for n := uint64(1); n <= uint64(i%3); n++ {
			batch = append(batch, sweepEvent(stream, next+n))
		}
		at := eventstore.NoStream()
		if next > 0 {
			at = eventstore.At(next - 1)
		}
		for attempt := 0; ; attempt++ {
			require.Less(r.T, attempt, 5)
			done, err := r.s.Append(r.Context(), stream, at, batch...)
			if err == nil {
				r.at[stream] = done.LastRevision + 1
				break
			}
			if !errors.Is(err, eventstore.ErrOutcomeUnknown) {
				require.ErrorIs(r.T, err, eventstore.ErrUnavailable)
			}
			require.True(r.T, r.m.hasFailed(), "%v", err)
			r.read(stream) // reads go on
			r.cut()
		}
	}
}

func sweepEvent(stream string, revision uint64) eventstore.EventData {
	e := event(int(revision))
	e.Data = append(e.Data, stream...)
	return e
}

func (r *sweepRun) read(stream string) {
	found, err := storetest.Collect(r.s.ReadStream(r.Context(), stream, eventstore.ReadOptions{}))
	if r.at[stream] == 0 {
		require.ErrorIs(r.T, err, eventstore.ErrStreamNotFound)
		return
	}
	require.NoError(r.T, err)
	require.Len(r.T, found, int(r.at[stream]))
}

func (r *sweepRun) cut() {
	counts := map[string]uint64{}
	maps.Copy(counts, r.at)
	r.crashes, r.counts = append(r.crashes, r.m.crash()), append(r.counts, counts)
}

// survives opens what a crash left: every acknowledged event is there, with its bytes.
func survives(t *testing.T, dir string, want map[string]uint64) {
	t.Helper()
	s, err := Open(t.Context(), sweepConfig(dir))
	require.NoError(t, err)
	_, err = s.Check(t.Context())
	require.NoError(t, err)
	for stream, n := range want {
		found, err := storetest.Collect(s.ReadStream(t.Context(), stream, eventstore.ReadOptions{}))
		require.NoError(t, err)
		require.GreaterOrEqual(t, uint64(len(found)), n, "stream %s", stream)
		for i, e := range found {
			require.Equal(t, sweepEvent(stream, uint64(i)).Data, e.Data)
		}
	}
	require.NoError(t, s.Close())
}

func sweepConfig(dir string) Config {
	c := config(dir)
	c.SegmentBytes = 6 << 10
	return c
}

// sweepOnce runs the workload with one fault and returns which I/O calls there were.
func sweepOnce(t *testing.T, how fault, failAt int) (calls []string, failed bool) {
	t.Helper()
	dir, shadow := t.TempDir(), t.TempDir()
	m := &medium{t: t, shadow: shadow, failAt: failAt, fault: how}
	require.NoError(t, os.Mkdir(filepath.Join(shadow, logName), dirMode))
	s, err := Open(t.Context(), m.config(sweepConfig(dir)))
	for again := 0; err != nil; again++ { // the first segment couldn't be made: opening again must do
		require.True(t, m.hasFailed() && again <= how.then, "%v", err)
		s, err = Open(t.Context(), m.config(sweepConfig(dir)))
	}
	content, err := os.ReadFile(filepath.Join(dir, identityName))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(shadow, identityName), content, fileMode))
	r := &sweepRun{T: t, m: m, s: s, at: map[string]uint64{}}
	r.work()
	require.Len(t, all(t, s), int(r.total()))
	r.cut()
	err = s.Close()
	require.True(t, err == nil || m.hasFailed(), "%v", err)
	for i, dir := range r.crashes {
		survives(t, dir, r.counts[i])
	}
	survives(t, dir, r.at)
	return m.calls, m.hasFailed()
}

func (r *sweepRun) total() (n uint64) {
	for _, k := range r.at {
		n += k
	}
	return n
}

func sweep(t *testing.T, step int) {
	t.Helper()
	if shm := "/dev/shm"; isDir(shm) { // thousands of stores: the medium is a model here
		t.Setenv("TMPDIR", shm)
	}
	points, _ := sweepOnce(t, fault{}, 0)
	require.Greater(t, len(points), 2*sweepOperations*4/5)
	for _, how := range faults() {
		hit := 0
		t.Run(how.call+" "+how.name, func(t *testing.T) {
			seen := 0
			for i, call := range points {
				if call != how.call {
					continue
				}
				// There are few of some calls; those are all taken.
				if seen++; seen%step != 0 && seen > 5 {
					continue
				}
				_, failed := sweepOnce(t, how, i+1)
				require.True(t, failed)
				hit++
			}
		})
		t.Logf("%s, %s: failed at %d of %d I/O points", how.call, how.name, hit, len(points))
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// Every I/O point of a workload of 200 operations fails once, in every way: what was acknowledged is there, after going on
// and after a power cut right behind the error, and nothing else is.
func TestEveryIOPointFails(t *testing.T) {
	step := 2 // the faults differ in what they do to a call, not in which of many equal calls they hit
	if testing.Short() {
		step = 40
	}
	sweep(t, step)
}

func TestTortureEveryIOPoint(t *testing.T) {
	tortured(t, 1)
	sweep(t, 1)
}

// The same for the table: whatever Pebble is refused, at whatever point, the log doesn't notice.
func sweepTable(t *testing.T, step int) {
	t.Helper()
	if shm := "/dev/shm"; isDir(shm) {
		t.Setenv("TMPDIR", shm)
	}
	run := func(t *testing.T, failFrom, failTo int, cause error) int {
		t.Helper()
		var mu sync.Mutex
		points := 0
		c := sweepConfig(t.TempDir())
		c.feedAppends = 25
		c.tableFS = errorfs.Wrap(vfs.Default, errorfs.InjectorFunc(func(op errorfs.Op) error {
			switch op.Kind { //nolint:exhaustive // the rest changes something
			case errorfs.OpOpen, errorfs.OpFileClose, errorfs.OpFileStat, errorfs.OpStat, errorfs.OpFileRead, errorfs.OpFileReadAt, errorfs.OpGetDiskUsage, errorfs.OpList:
				return nil // reading fails in other tests
			}
			mu.Lock()
			defer mu.Unlock()
			if points++; points >= failFrom && points < failTo {
				return cause
			}
			return nil
		}))
		s, err := Open(t.Context(), c)
		require.NoError(t, err)
		r := &sweepRun{T: t, m: &medium{t: t}, s: s, at: map[string]uint64{}}
		begun := now()
		r.work()
		require.Less(t, now().Sub(begun), 10*time.Second)
		require.Len(t, all(t, s), int(r.total()))
		_, err = s.Check(t.Context())
		if err != nil {
			require.ErrorIs(t, err, eventstore.ErrUnavailable)
		}
		require.NoError(t, s.Close())
		survives(t, c.Dir, r.at)
		mu.Lock()
		defer mu.Unlock()
		return points
	}
	points := run(t, 0, 0, nil)
	require.Greater(t, points, 20)
	for at := 1; at <= points; at += step {
		run(t, at, at+1, syscall.EIO)
		run(t, at, 1<<60, syscall.ENOSPC)
	}
	t.Logf("%d I/O points of the table", points)
}

func TestTablePointsFail(t *testing.T) {
	step := 4
	if testing.Short() {
		step = 20
	}
	sweepTable(t, step)
}

func TestTortureTablePoints(t *testing.T) {
	tortured(t, 1)
	sweepTable(t, 1)
}
