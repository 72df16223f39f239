package embedded

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

func TestCheckDirListsAllDamage(t *testing.T) {
	c := fedConfig(t.TempDir())
	s := open(t, c)
	load(t, s, 0, 600, 7)
	_, want, err := CheckDir(t.Context(), c.Dir)
	require.NoError(t, err)
	require.Empty(t, want)
	require.NoError(t, s.Close())
	report, found, err := CheckDir(t.Context(), c.Dir)
	require.NoError(t, err)
	require.Empty(t, found)
	require.Equal(t, uint64(600), report.Events)
	require.Equal(t, 7, report.Streams)

	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(c.Dir)))
	paths, err := filepath.Glob(filepath.Join(dir, logName, "*"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(paths), 6)
	for _, i := range []int{0, len(paths) - 1} { // one byte in the first record of the first and of the last
		b, bad := os.ReadFile(paths[i])
		require.NoError(t, bad)
		b[segmentHeaderBytes+60] ^= 1
		require.NoError(t, os.WriteFile(paths[i], b, fileMode))
	}
	require.NoError(t, os.Remove(paths[2]))
	_, err = Open(t.Context(), fedConfig(dir))
	require.ErrorIs(t, err, eventstore.ErrCorrupt)
	_, found, err = CheckDir(t.Context(), dir)
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, d := range found {
		seen[d.Path] = true
	}
	require.True(t, seen[paths[0]])
	require.True(t, seen[paths[3]]) // what is missing is said of the segment behind it
	require.True(t, seen[paths[len(paths)-1]])
	require.Len(t, seen, 3, "%v", found)
}

func TestCheckDirOfATornWrite(t *testing.T) {
	dir, path, starts := written(t)
	require.NoError(t, os.Remove(filepath.Join(dir, boundName)))
	require.NoError(t, os.Truncate(path, int64(starts[3]-5)))
	report, found, err := CheckDir(t.Context(), dir)
	require.NoError(t, err)
	require.Empty(t, found)
	require.Equal(t, uint64(3), report.Events)
}

// Backups taken while four writers append: each opens with a prefix of the log, whole batches, and goes on as another
// incarnation of the same store.
func TestBackupBesideWriters(t *testing.T) {
	c := fedConfig(t.TempDir())
	s := open(t, c)
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			at := eventstore.NoStream()
			for n := 0; ctx.Err() == nil; n += 2 {
				done, err := s.Append(ctx, fmt.Sprintf("w-%d", w), at, event(n), event(n+1))
				if err != nil {
					return
				}
				at = eventstore.At(done.LastRevision)
			}
		})
	}
	for round := range 3 {
		time.Sleep(50 * time.Millisecond)
		to := filepath.Join(t.TempDir(), "backup")
		made, err := s.Backup(t.Context(), to)
		require.NoError(t, err)
		require.NotZero(t, made.Events, "round %d", round)
		_, err = s.Backup(t.Context(), to)
		require.ErrorIs(t, err, eventstore.ErrInvalid)
		_, err = Open(t.Context(), config(to))
		require.ErrorIs(t, err, eventstore.ErrInvalid)
		require.ErrorContains(t, err, "restore")

		restored := filepath.Join(t.TempDir(), "restored")
		report, err := Restore(t.Context(), to, restored, config("").NewID)
		require.NoError(t, err)
		require.Equal(t, made.Events, report.Events)
		r := open(t, fedConfig(restored))
		id, incarnation := r.Identity()
		require.Equal(t, made.StoreID, id)
		require.NotEqual(t, made.Incarnation, incarnation)
		head, err := r.Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, made.Head(), head)
		log := all(t, r)
		require.Equal(t, all(t, s)[:len(log)], log)
		require.Zero(t, len(log)%2)
		_, err = r.Append(t.Context(), "new", eventstore.NoStream(), event(1))
		require.NoError(t, err)
	}
	stop()
	writers.Wait()
}

func TestRestoreRefusesWhatChanged(t *testing.T) {
	c := fedConfig(t.TempDir())
	s := open(t, c)
	load(t, s, 0, 200, 3)
	to := filepath.Join(t.TempDir(), "backup")
	made, err := s.Backup(t.Context(), to)
	require.NoError(t, err)
	for name, spoil := range map[string]func(dir string) error{
		"a byte": func(dir string) error {
			path := filepath.Join(dir, logName, made.Segments[1].Name)
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			b[100] ^= 1
			return os.WriteFile(path, b, fileMode)
		},
		"a segment less":         func(dir string) error { return os.Remove(filepath.Join(dir, logName, made.Segments[1].Name)) },
		"the end cut":            func(dir string) error { return os.Truncate(filepath.Join(dir, logName, made.Segments[2].Name), 500) },
		"not finished":           func(dir string) error { return os.Remove(filepath.Join(dir, backupName)) },
		"a segment more":         func(dir string) error { return os.WriteFile(segmentPath(dir, made.End), []byte("x"), fileMode) },
		"a directory that is ok": func(string) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, os.DirFS(to)))
			require.NoError(t, spoil(dir))
			restored := filepath.Join(t.TempDir(), "r")
			_, err := Restore(t.Context(), dir, restored, config("").NewID)
			if name == "a directory that is ok" || name == "a segment more" {
				require.NoError(t, err) // what isn't named in the backup isn't restored
				open(t, fedConfig(restored))
				return
			}
			require.Error(t, err)
			_, err = os.Stat(filepath.Join(restored, identityName))
			require.ErrorIs(t, err, os.ErrNotExist)
		})
	}
}

// A queue that stays full is an error that says what to do, and surely nothing was done.
func TestFullQueue(t *testing.T) {
	p := &plan{}
	c := config(t.TempDir())
	c.QueueLength, c.QueueWait = 1, 20*time.Millisecond
	hold := make(chan struct{})
	c.openFile = func(path string, flag int) (file, error) {
		f, err := openOSFile(path, flag)
		return slowSync{failingFile{f, p}, hold}, err
	}
	s := open(t, c)
	var all sync.WaitGroup
	errs := make([]error, 3)
	for i := range errs {
		all.Go(func() { _, errs[i] = s.Append(t.Context(), fmt.Sprint(i), eventstore.NoStream(), event(i)) })
		time.Sleep(10 * time.Millisecond) // the first is being synced, the second waits
	}
	time.Sleep(100 * time.Millisecond)
	close(hold)
	all.Wait()
	require.NoError(t, errs[0])
	require.NoError(t, errs[1])
	require.ErrorIs(t, errs[2], eventstore.ErrUnavailable)
	require.ErrorContains(t, errs[2], "QueueLength")
	_, err := s.Append(t.Context(), "2", eventstore.NoStream(), event(2))
	require.NoError(t, err)
}

type slowSync struct {
	file
	hold chan struct{}
}

func (f slowSync) Sync() error {
	if size, err := f.Size(); err != nil || size > segmentHeaderBytes {
		<-f.hold
	}
	return f.file.Sync()
}
