package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/storetest"
)

// mounted mounts a file system, or skips the kind of test, and unmounts it when the test ends.
func mounted(t *testing.T, kind string, mount func(at string) error) string {
	t.Helper()
	if os.Geteuid() != 0 {
		storetest.NotRun(t, kind, "needs root")
	}
	at := t.TempDir()
	if err := mount(at); err != nil {
		storetest.NotRun(t, kind, "%v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(at, syscall.MNT_DETACH) })
	return at
}

const fullBytes = 16 << 20

func fullConfig(dir string) Config {
	c := config(dir)
	c.SegmentBytes, c.feedAppends, c.feedBytes = 256<<10, 100, 64<<10
	return c
}

// filled is one store on a file system of 16 MiB that is filled and freed.
type filled struct {
	*testing.T
	dir string
	s   *Store
	n   uint64 // events acknowledged
}

func (f *filled) append(ctx context.Context) error {
	at := eventstore.NoStream()
	if f.n > 0 {
		at = eventstore.At(f.n - 1)
	}
	e := event(int(f.n))
	e.Metadata = benchData
	_, err := f.s.Append(ctx, "s", at, e)
	if err == nil {
		f.n++
	}
	return err
}

// fill takes all space but a little, with a file beside the store.
func (f *filled) fill(leave int64) string {
	path := filepath.Join(f.dir, "..", "filler")
	file, err := os.Create(path)
	require.NoError(f.T, err)
	for {
		var stat syscall.Statfs_t
		require.NoError(f.T, syscall.Statfs(f.dir, &stat))
		free := int64(stat.Bavail)*stat.Bsize - leave
		if free <= 0 {
			break
		}
		err = syscall.Fallocate(int(file.Fd()), 0, 0, free)
		if err == nil {
			break
		}
		require.ErrorIs(f.T, err, syscall.ENOSPC) // the index took some of it meanwhile: count again
	}
	require.NoError(f.T, file.Close())
	return path
}

// untilFull appends until the store refuses, with an error that names the cause.
func (f *filled) untilFull() {
	for {
		err := f.append(f.Context())
		if err == nil {
			continue
		}
		require.ErrorIs(f.T, err, syscall.ENOSPC)
		if !errors.Is(err, eventstore.ErrOutcomeUnknown) {
			require.ErrorIs(f.T, err, eventstore.ErrUnavailable)
		}
		return
	}
}

func (f *filled) reads() {
	found, err := storetest.Collect(f.s.ReadStream(f.Context(), "s", eventstore.ReadOptions{}))
	require.NoError(f.T, err)
	require.GreaterOrEqual(f.T, uint64(len(found)), f.n)
	require.Len(f.T, all(f.T, f.s), len(found))
}

func fillAndFree(t *testing.T, rounds int) {
	t.Helper()
	root := mounted(t, "fulldisk", func(at string) error {
		return syscall.Mount("tmpfs", at, "tmpfs", 0, fmt.Sprintf("size=%d", fullBytes))
	})
	f := &filled{T: t, dir: filepath.Join(root, "store")}
	var err error
	f.s, err = Open(t.Context(), fullConfig(f.dir))
	require.NoError(t, err)
	for round := range rounds {
		leave := int64(rand.IntN(96 << 10))
		filler := f.fill(leave)
		f.untilFull()
		f.reads()
		for range 5 { // it stays an answer, and a quick one
			begun := now()
			err = f.append(t.Context())
			require.Less(t, now().Sub(begun), 2*time.Second)
			if err != nil {
				require.ErrorIs(t, err, syscall.ENOSPC)
			}
		}
		f.reads()
		if round%5 == 3 { // a restart while it is full
			_ = f.s.Close()
			f.s, err = Open(t.Context(), fullConfig(f.dir))
			require.NoError(t, err)
			f.reads()
		}
		require.NoError(t, os.Remove(filler))
		begun := now()
		require.NoError(t, f.append(t.Context()), "round %d: service resumes without a restart", round)
		require.Less(t, now().Sub(begun), 2*time.Second)
		for range 20 {
			require.NoError(t, f.append(t.Context()))
		}
		f.reads()
		if f.s.view.end > fullBytes/4 { // a new store, before the file system is full of events
			f.finish()
			require.NoError(t, os.RemoveAll(f.dir))
			f.s, err = Open(t.Context(), fullConfig(f.dir))
			require.NoError(t, err)
			f.n = 0
		}
	}
	f.finish()
}

// finish waits until the index has caught up, and checks everything.
func (f *filled) finish() {
	require.Eventually(f.T, func() bool {
		i := f.s.Index()
		return i.Err == nil && i.End-i.Indexed < 256<<10
	}, 90*time.Second, 10*time.Millisecond, "the index recovers: %+v", f.s.Index())
	_, err := f.s.Check(f.Context())
	require.NoError(f.T, err)
	require.NoError(f.T, f.s.Close())
	s, err := Open(f.Context(), fullConfig(f.dir))
	require.NoError(f.T, err)
	require.GreaterOrEqual(f.T, uint64(len(all(f.T, s))), f.n)
	_, err = s.Check(f.Context())
	require.NoError(f.T, err)
	require.NoError(f.T, s.Close())
}

// On a full disk reads go on, appends say so, and service resumes as soon as there is room, without a restart.
func TestFillAndFree(t *testing.T) { fillAndFree(t, 5) }

func TestTortureFillAndFree(t *testing.T) { fillAndFree(t, tortured(t, 50)) }

const (
	powerEnv = "SALDO_EMBEDDED_POWER"
	// EXT4_IOC_SHUTDOWN is _IOR('X', 125, __u32); the flag throws away what only the journal in memory has.
	ext4Shutdown     = 0x8004587d
	shutdownNoFlush  = 2
	powerImageBytes  = 96 << 20
	powerSettleBytes = 24 << 20 // a new store before the image is full
)

// TestPowerChild is the process whose disk loses power. It lives on until it is killed: after the cut nothing it says
// counts.
func TestPowerChild(t *testing.T) {
	dir := os.Getenv(powerEnv)
	if dir == "" {
		t.Skip("run by TestPowerCut")
	}
	s, err := Open(t.Context(), killConfig(dir))
	require.NoError(t, err)
	writeUntilKilled(t, s, func(stream string, last uint64) { _, _ = fmt.Fprintf(os.Stdout, "%s %d\n", stream, last) })
}

// answers is what a process has acknowledged until the power is cut.
type answers struct {
	mu  sync.Mutex
	got acknowledged
	cut bool
}

func (a *answers) take(line string) {
	var stream string
	var revision uint64
	if n, _ := fmt.Sscanf(line, "%s %d", &stream, &revision); n != 2 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.cut { // what races the cut is ambiguous: a file system that was shut down can answer a sync with success
		a.got[stream] = max(a.got[stream], revision)
	}
}

// powerDisk is a file system of its own, whose power can be cut. again takes it off and puts it back, as a machine does
// that comes up.
func powerDisk(t *testing.T) (at string, again func()) {
	t.Helper()
	image := filepath.Join(t.TempDir(), "image")
	require.NoError(t, os.WriteFile(image, nil, fileMode))
	require.NoError(t, os.Truncate(image, powerImageBytes))
	attach := func(at string) error {
		out, err := exec.CommandContext(t.Context(), "mount", "-o", "loop", image, at).CombinedOutput()
		if err != nil {
			return fmt.Errorf("mount: %w: %s", err, out)
		}
		return nil
	}
	at = mounted(t, "powercut", func(at string) error {
		if out, err := exec.CommandContext(t.Context(), "mkfs.ext4", "-q", "-F", image).CombinedOutput(); err != nil {
			return fmt.Errorf("mkfs.ext4: %w: %s", err, out)
		}
		return attach(at)
	})
	return at, func() {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), "umount", at).CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.NoError(t, attach(at))
	}
}

// cutPower ends a file system: what was not synced is gone, and nothing written from here on arrives.
func cutPower(t *testing.T, at string) {
	t.Helper()
	root, err := os.Open(at)
	require.NoError(t, err)
	flag := uint32(shutdownNoFlush)
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, root.Fd(), ext4Shutdown, uintptr(unsafe.Pointer(&flag)))
	require.NoError(t, root.Close())
	if errno != 0 {
		storetest.NotRun(t, "powercut", "%v", errno)
	}
}

// A seal, and the end of a move, are there after a power cut as soon as they were answered.
func TestPowerCutAfterSealAndMove(t *testing.T) {
	at, again := powerDisk(t)
	from, to := config(filepath.Join(at, "from")), config(filepath.Join(at, "to"))
	to.Unfinished = true
	reopen := func(c Config) *Store {
		t.Helper()
		s, err := Open(t.Context(), c)
		require.NoError(t, err)
		return s
	}
	cut := func(open ...*Store) {
		t.Helper()
		cutPower(t, at)
		for _, s := range open {
			_ = s.Close() // its disk is gone
		}
		again()
	}
	old, moved := reopen(from), reopen(to)
	_, err := old.Append(t.Context(), "s", eventstore.NoStream(), event(1))
	require.NoError(t, err)
	require.NoError(t, moved.BeginMove("old", old.identity.StoreID))
	cut(old, moved)
	shut := to
	shut.Unfinished = false
	_, err = Open(t.Context(), shut)
	require.ErrorIs(t, err, eventstore.ErrUnfinished)

	old = reopen(from)
	want, err := old.Seal(t.Context(), "new", "new-1")
	require.NoError(t, err)
	cut(old)
	old = reopen(from)
	found, is := old.Sealed()
	require.True(t, is)
	require.Equal(t, want, found)
	require.Len(t, all(t, old), 1)

	moved = reopen(to)
	require.NoError(t, moved.EndMove())
	cut(old, moved)
	moved = reopen(shut)
	require.NoError(t, moved.Close())
}

func powerCuts(t *testing.T, rounds int) {
	t.Helper()
	at, again := powerDisk(t)
	total := uint64(0)
	a := &answers{got: acknowledged{}}
	dir := filepath.Join(at, "store")
	for round := range rounds {
		powerCut(t, at, dir, a)
		again()
		report := a.got.verify(t, killConfig(dir), round%5 == 4 || round+1 == rounds)
		a.cut = false
		if total = report.Events; report.Bytes > powerSettleBytes {
			require.NoError(t, os.RemoveAll(dir))
			a.got = acknowledged{}
		}
	}
	t.Logf("%d power cuts, %d events in the last store, none lost", rounds, total)
}

// powerCut lets a process write for a moment and cuts the power of its file system.
func powerCut(t *testing.T, at, dir string, a *answers) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestPowerChild$")
	child.Env = append(os.Environ(), powerEnv+"="+dir)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	started, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(out)
		for first := true; lines.Scan(); first = false {
			if first {
				close(started)
			}
			a.take(lines.Text())
		}
		select {
		case <-started:
		default:
			close(started)
		}
	}()
	<-started
	time.Sleep(time.Duration(rand.IntN(80_000)) * time.Microsecond)
	defer func() {
		_ = child.Process.Kill()
		<-ended
		_ = child.Wait()
	}()
	a.mu.Lock()
	a.cut = true
	a.mu.Unlock()
	cutPower(t, at)
}

// What was acknowledged before the power was cut is there afterwards.
func TestPowerCut(t *testing.T) { powerCuts(t, 10) }

func TestTorturePowerCut(t *testing.T) { powerCuts(t, tortured(t, 300)) }
