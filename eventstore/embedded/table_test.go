package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/storetest"
)

// fedConfig feeds the table so often that every test of a few hundred appends goes through it.
func fedConfig(dir string) Config {
	c := config(dir)
	c.SegmentBytes, c.feedAppends, c.feedBytes = 8<<10, 20, 4<<10
	return c
}

// load appends n events, one each, to streams in turn.
func load(t *testing.T, s *Store, from, n, streams int) {
	t.Helper()
	for i := from; i < from+n; i++ {
		at := eventstore.NoStream()
		if i >= streams {
			at = eventstore.At(uint64(i/streams - 1))
		}
		done, err := s.Append(t.Context(), fmt.Sprintf("stream-%d", i%streams), at, event(i))
		require.NoError(t, err)
		number, _ := done.Position.Coordinates()
		require.Equal(t, uint64(i+1), number)
	}
}

// settled waits until the feeding goroutine has nothing to do.
func settled(t *testing.T, s *Store) {
	t.Helper()
	require.Eventually(t, func() bool {
		s.mu.RLock()
		defer s.mu.RUnlock()
		return len(s.view.tail.cold) == 0 && s.view.table != nil && s.view.table.failure() == nil
	}, 20*time.Second, time.Millisecond)
}

func tableOf(s *Store) *table {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.view.table
}

func holdsAll(t *testing.T, s *Store, n, streams int) {
	t.Helper()
	require.Len(t, all(t, s), n)
	for k := range streams {
		name := fmt.Sprintf("stream-%d", k)
		found, err := storetest.Collect(s.ReadStream(t.Context(), name, eventstore.ReadOptions{}))
		require.NoError(t, err)
		require.Len(t, found, (n-k+streams-1)/streams)
		for i, r := range found {
			require.Equal(t, event(i*streams+k).Data, r.Data)
			require.Equal(t, uint64(i), r.Revision)
		}
		back, err := storetest.Collect(s.ReadStream(t.Context(), name, eventstore.ReadOptions{Backward: true, From: eventstore.End, Limit: 3}))
		require.NoError(t, err)
		require.Len(t, back, min(3, len(found)))
		for i, r := range back {
			require.Equal(t, found[len(found)-1-i], r)
		}
		for from := range min(uint64(len(found)), 9) {
			part, err := storetest.Collect(s.ReadStream(t.Context(), name, eventstore.ReadOptions{From: from, Limit: 2}))
			require.NoError(t, err)
			require.Equal(t, found[from:min(int(from)+2, len(found))], part)
		}
	}
	_, err := s.Check(t.Context())
	require.NoError(t, err)
}

func tablePath(t *testing.T, dir string) string {
	t.Helper()
	names, err := tables(dir)
	require.NoError(t, err)
	require.Len(t, names, 1)
	return filepath.Join(dir, names[0])
}

// Streams longer than a window, over many segments and feeds, in both directions, before and after opening again.
func TestLongStreamsThroughTheTable(t *testing.T) {
	c := fedConfig(t.TempDir())
	s := open(t, c)
	load(t, s, 0, 900, 3)
	holdsAll(t, s, 900, 3)
	settled(t, s)
	holdsAll(t, s, 900, 3)
	require.NoError(t, s.Close())
	s = open(t, c)
	require.NotNil(t, s.view.table)
	holdsAll(t, s, 900, 3)
	load(t, s, 900, 100, 3)
	holdsAll(t, s, 1000, 3)
}

// Whatever stands in the place of the index when the store is opened, it is the log that counts.
func TestOpenWithoutAGoodIndex(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, dir string){
		"nothing spoiled": func(*testing.T, string) {},
		"missing":         func(t *testing.T, dir string) { t.Helper(); require.NoError(t, os.RemoveAll(tablePath(t, dir))) },
		"no database": func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.RemoveAll(tablePath(t, dir)))
			require.NoError(t, os.Mkdir(filepath.Join(dir, tableName(7)), dirMode))
		},
		"a file": func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.WriteFile(filepath.Join(dir, tableName(99)), []byte("x"), fileMode))
		},
		"files cut": func(t *testing.T, dir string) {
			t.Helper()
			eachTable(t, dir, func(path string, size int64) { require.NoError(t, os.Truncate(path, size/2)) })
		},
		"manifest gone": func(t *testing.T, dir string) {
			t.Helper()
			found, err := filepath.Glob(filepath.Join(tablePath(t, dir), "MANIFEST*"))
			require.NoError(t, err)
			for _, path := range found {
				require.NoError(t, os.Remove(path))
			}
		},
		"of another incarnation": func(t *testing.T, dir string) {
			t.Helper()
			id, err := readIdentity(dir)
			require.NoError(t, err)
			content := fmt.Sprintf(`{"format":1,"store_id":%q,"incarnation":"another"}`, id.StoreID)
			require.NoError(t, os.WriteFile(filepath.Join(dir, identityName), []byte(content), fileMode))
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := fedConfig(t.TempDir())
			s := open(t, c)
			load(t, s, 0, 300, 7)
			settled(t, s)
			require.NoError(t, s.Close())
			spoil(t, c.Dir)
			s = open(t, c)
			holdsAllSoon(t, s, 300, 7)
			loadSoon(t, s, 300, 50, 7)
			holdsAllSoon(t, s, 350, 7)
		})
	}
}

func eachTable(t *testing.T, dir string, fn func(path string, size int64)) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(tablePath(t, dir), "*.sst"))
	require.NoError(t, err)
	require.NotEmpty(t, found)
	for _, path := range found {
		info, err := os.Stat(path)
		require.NoError(t, err)
		fn(path, info.Size())
	}
}

// holdsAllSoon allows for an index that is found out only when it is used, and replaced meanwhile.
func holdsAllSoon(t *testing.T, s *Store, n, streams int) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := s.Check(t.Context())
		if err != nil {
			require.ErrorIs(t, err, eventstore.ErrUnavailable)
		}
		return err == nil
	}, 20*time.Second, 10*time.Millisecond)
	holdsAll(t, s, n, streams)
}

func loadSoon(t *testing.T, s *Store, from, n, streams int) {
	t.Helper()
	settled(t, s)
	load(t, s, from, n, streams)
}

// An index that is further than the log says that the log has lost its end, which nobody may overlook.
func TestLogShorterThanItsIndex(t *testing.T) {
	c := fedConfig(t.TempDir())
	s := open(t, c)
	load(t, s, 0, 300, 7)
	settled(t, s)
	require.NoError(t, s.Close())
	require.NoError(t, os.Remove(filepath.Join(c.Dir, boundName)))
	segments, err := filepath.Glob(filepath.Join(c.Dir, logName, "*"))
	require.NoError(t, err)
	for _, path := range segments[len(segments)/2:] {
		require.NoError(t, os.Remove(path))
	}
	_, err = Open(t.Context(), c)
	require.ErrorIs(t, err, eventstore.ErrCorrupt)
	require.ErrorContains(t, err, tablePath(t, c.Dir))
	require.NoError(t, os.RemoveAll(tablePath(t, c.Dir)))
	open(t, c)
}

// Bytes of the index that rot while the store is open are found out by a reader, and the index is made anew meanwhile.
func TestIndexRotsWhileOpen(t *testing.T) {
	c := fedConfig(t.TempDir())
	s := open(t, c)
	load(t, s, 0, 300, 7)
	settled(t, s)
	old := tablePath(t, c.Dir)
	require.NoError(t, s.Close())
	eachTable(t, c.Dir, func(path string, size int64) {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = f.WriteAt(make([]byte, 64), 0)
		require.NoError(t, err)
		require.NoError(t, f.Close())
	})
	s = open(t, c)
	holdsAllSoon(t, s, 300, 7)
	settled(t, s)
	require.NotEqual(t, old, tablePath(t, c.Dir))
}

// A line that is missing is never an event that is left out.
func TestIndexLacksALine(t *testing.T) {
	c := fedConfig(t.TempDir())
	s := open(t, c)
	load(t, s, 0, 300, 3)
	settled(t, s)
	// A correct table but for one line.
	old := tableOf(s)
	m := old.mark
	var lines []entry
	require.NoError(t, old.visit(t.Context(), func(e entry) { lines = append(lines, e) }))
	bad, err := openTable(filepath.Join(c.Dir, "bad"), vfs.Default)
	require.NoError(t, err)
	require.NoError(t, bad.ingest(append(lines[:11:11], lines[12:]...), m))
	s.mu.Lock()
	s.view.table = bad
	s.mu.Unlock()
	require.NoError(t, old.close())
	failed := 0
	for k := range 3 {
		found, err := storetest.Collect(s.ReadStream(t.Context(), fmt.Sprintf("stream-%d", k), eventstore.ReadOptions{}))
		if err != nil {
			require.ErrorIs(t, err, eventstore.ErrUnavailable)
			failed++
			continue
		}
		require.Len(t, found, 100)
	}
	require.Equal(t, 1, failed)
	holdsAllSoon(t, s, 300, 3)
}

func TestCheckNamesTheLine(t *testing.T) {
	c := fedConfig(t.TempDir())
	s := open(t, c)
	load(t, s, 0, 300, 3)
	settled(t, s)
	table := tableOf(s)
	line, ok, err := table.line(keyOf(s.salt, "stream-1"), 5)
	require.NoError(t, err)
	require.True(t, ok)
	line.size++
	require.NoError(t, table.ingest([]entry{line}, table.mark))
	_, err = s.Check(t.Context())
	require.ErrorIs(t, err, eventstore.ErrUnavailable)
	require.ErrorContains(t, err, `revision 5 of stream "stream-1"`)
	holdsAllSoon(t, s, 300, 3)
}

// Pebble's way out of the process is closed: it is parked, and its table replaced.
func TestPebbleGivesUp(t *testing.T) {
	c := fedConfig(t.TempDir())
	s := open(t, c)
	load(t, s, 0, 300, 3)
	settled(t, s)
	old := tableOf(s)
	go tableLogger{old}.Fatalf("MANIFEST flush failed: %v", errInjected) // in the background, for good
	require.Eventually(t, func() bool { return old.failure() != nil }, 5*time.Second, time.Millisecond)
	settled(t, s) // nobody has to ask for it
	load(t, s, 300, 100, 3)
	settled(t, s)
	holdsAll(t, s, 400, 3)
	err := old.read(func() error { return nil })
	require.ErrorIs(t, err, errTableClosed)

	fresh, err := openTable(filepath.Join(c.Dir, "other"), vfs.Default)
	require.NoError(t, err)
	err = fresh.read(func() error { tableLogger{fresh}.Fatalf("seen by a reader"); return nil })
	require.ErrorContains(t, err, "seen by a reader")
	require.ErrorContains(t, fresh.ingest(nil, marker{}), "seen by a reader")
	require.NoError(t, fresh.close())
}

// A reader that closes the last iterator of an old version, when Pebble was parked with its lock held, gets an error and
// doesn't wait for ever.
func TestReaderOutlivesParkedPebble(t *testing.T) {
	var failing atomic.Bool
	fs := errorfs.Wrap(vfs.Default, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if failing.Load() && op.Kind == errorfs.OpFileSync && strings.Contains(op.Path, "MANIFEST") {
			return errInjected
		}
		return nil
	}))
	table, err := openTable(t.TempDir(), fs)
	require.NoError(t, err)
	line := func(n uint32) []entry { return []entry{{key: streamKey{1}, place: place{first: n}, count: 1}} }
	require.NoError(t, table.ingest(line(0), marker{}))
	done := make(chan error, 1)
	go func() {
		done <- table.iterate(func(*pebble.Iterator) error {
			if err := table.ingest(line(1), marker{}); err != nil {
				return err
			}
			failing.Store(true)
			if err := table.ingest(line(2), marker{}); err == nil {
				return errors.New("ingested in spite of the fault")
			}
			return nil
		})
	}()
	select {
	case err := <-done:
		require.NoError(t, err) // what it read is right all the same
	case <-time.After(20 * time.Second):
		t.Fatal("the reader waits for a lock that is never released")
	}
	require.ErrorIs(t, table.failure(), errTable)
	require.NoError(t, table.close())
}

// A table that was found wrong is read until its successor is there.
func TestReaderOfABrokenTable(t *testing.T) {
	table, err := openTable(t.TempDir(), vfs.Default)
	require.NoError(t, err)
	require.NoError(t, table.ingest([]entry{{key: streamKey{1}, count: 1}}, marker{}))
	table.fail(errInjected)
	for range 10 * releasedQueue {
		_, ok, err := table.line(streamKey{1}, 0)
		require.NoError(t, err)
		require.True(t, ok)
	}
	require.NoError(t, table.close())
}
