package embedded

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

// logSum is a hash of all segments.
func logSum(t *testing.T, dir string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, logName, "*"))
	require.NoError(t, err)
	sum := sha256.New()
	for _, path := range paths {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		fmt.Fprintf(sum, "%s %d\n", filepath.Base(path), len(content))
		sum.Write(content)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// A sealed log takes nothing more, says where it went, and is read as before: also after it was opened again.
func TestSeal(t *testing.T) {
	t.Parallel()
	c := config(t.TempDir())
	s := open(t, c)
	_, err := s.Append(t.Context(), "s", eventstore.NoStream(), event(1), event(2))
	require.NoError(t, err)
	_, is := s.Sealed()
	require.False(t, is)
	before := logSum(t, c.Dir)
	sealed, err := s.Seal(t.Context(), "/srv/other", "other-1")
	require.NoError(t, err)
	require.Equal(t, uint64(2), sealed.Events)
	again, err := s.Seal(t.Context(), "/srv/moved", "other-1")
	require.NoError(t, err)
	require.Equal(t, sealed, again, "it keeps its seal")
	_, err = s.Seal(t.Context(), "/srv/third", "other-2")
	require.ErrorIs(t, err, eventstore.ErrSealed)

	holdsSealed(t, s, sealed)
	require.NoError(t, s.Close())
	for range 2 {
		s = open(t, c)
		holdsSealed(t, s, sealed)
		require.NoError(t, s.Close())
	}
	reading, err := OpenReadOnly(t.Context(), c)
	require.NoError(t, err)
	_, is = reading.Sealed()
	require.True(t, is)
	require.Len(t, all(t, reading), 2)
	_, err = reading.Seal(t.Context(), "x", "other-1")
	require.ErrorIs(t, err, eventstore.ErrUnavailable)
	require.NoError(t, reading.Close())
	require.Equal(t, before, logSum(t, c.Dir), "no byte of the log was touched")
	report, damage, err := CheckDir(t.Context(), c.Dir)
	require.NoError(t, err)
	require.Empty(t, damage)
	require.Equal(t, &sealed, report.Sealed)
}

// holdsSealed is what must be true of the log of TestSeal.
func holdsSealed(t *testing.T, s *Store, sealed Seal) {
	t.Helper()
	found, is := s.Sealed()
	require.True(t, is)
	require.Equal(t, sealed, found)
	for range 2 {
		_, err := s.Append(t.Context(), "s", eventstore.At(1), event(3))
		require.ErrorIs(t, err, eventstore.ErrSealed)
		refused := &eventstore.SealedError{}
		require.ErrorAs(t, err, &refused)
		require.Equal(t, &eventstore.SealedError{StoreID: sealed.StoreID, To: "/srv/other", ToStoreID: "other-1", SealedAt: sealed.SealedAt}, refused)
		require.ErrorContains(t, err, "they go to /srv/other")
	}
	results := s.AppendBatch(t.Context(), []eventstore.StreamAppend{{Stream: "t", At: eventstore.NoStream(), Events: []eventstore.EventData{event(3)}}})
	require.ErrorIs(t, results[0].Err, eventstore.ErrSealed)
	done, err := s.Append(t.Context(), "s", eventstore.NoStream(), event(1), event(2))
	require.NoError(t, err, "what was appended before is recognised")
	require.Equal(t, uint64(1), done.LastRevision)
	_, err = s.Append(t.Context(), "s", eventstore.At(7), event(3))
	wrong := &eventstore.WrongRevisionError{}
	require.ErrorAs(t, err, &wrong)
	require.Len(t, all(t, s), 2)
	report, err := s.Check(t.Context())
	require.NoError(t, err)
	require.Equal(t, &sealed, report.Sealed)
}

// A seal among writers: what was acknowledged stands before it, nothing behind it, and nobody is left without an answer.
func TestSealAmongWriters(t *testing.T) {
	t.Parallel()
	c := config(t.TempDir())
	c.SegmentBytes = 4 << 10 // new segments are begun meanwhile
	s := open(t, c)
	var acknowledged atomic.Int64
	var writers sync.WaitGroup
	for w := range 8 {
		writers.Go(func() {
			at := eventstore.NoStream()
			for n := 0; ; n++ {
				done, err := s.Append(t.Context(), fmt.Sprintf("w-%d", w), at, event(n))
				if err != nil {
					require.ErrorIs(t, err, eventstore.ErrSealed)
					return
				}
				acknowledged.Add(1)
				at = eventstore.At(done.LastRevision)
			}
		})
	}
	for acknowledged.Load() < 500 {
		time.Sleep(time.Millisecond)
	}
	sealed, err := s.Seal(t.Context(), "elsewhere", "other-1")
	require.NoError(t, err)
	writers.Wait()
	require.Equal(t, acknowledged.Load(), int64(sealed.Events))
	require.NoError(t, s.Close())
	s = open(t, c)
	require.Len(t, all(t, s), int(sealed.Events))
	require.NoError(t, s.Close())
}

// Two rows: the file of the seal failed and isn't there, it failed and is. In both nothing is appended until the store is
// opened again and it is known which.
func TestSealUnderFaults(t *testing.T) {
	t.Parallel()
	for name, applied := range map[string]bool{"not there": false, "there": true} {
		t.Run(name, func(t *testing.T) {
			c := config(t.TempDir())
			fail := c
			fail.replaceFile = func(path string, content []byte) error {
				if filepath.Base(path) != sealName {
					return replaceFile(path, content)
				}
				if applied {
					require.NoError(t, replaceFile(path, content))
				}
				return errInjected
			}
			s := open(t, fail)
			_, err := s.Append(t.Context(), "s", eventstore.NoStream(), event(1))
			require.NoError(t, err)
			_, err = s.Seal(t.Context(), "x", "other-1")
			require.ErrorIs(t, err, errInjected)
			require.ErrorIs(t, err, eventstore.ErrUnavailable)
			_, is := s.Sealed()
			require.False(t, is)
			_, err = s.Append(t.Context(), "s", eventstore.At(0), event(2))
			require.ErrorIs(t, err, eventstore.ErrUnavailable)
			require.ErrorContains(t, err, "open the store again")
			_, err = s.Seal(t.Context(), "x", "other-1")
			require.ErrorIs(t, err, eventstore.ErrUnavailable)
			require.NoError(t, s.Close())

			s = open(t, c)
			_, is = s.Sealed()
			require.Equal(t, applied, is)
			_, err = s.Append(t.Context(), "s", eventstore.At(0), event(2))
			if applied {
				require.ErrorIs(t, err, eventstore.ErrSealed)
			} else {
				require.NoError(t, err)
			}
			_, err = s.Seal(t.Context(), "x", "other-1")
			require.NoError(t, err)
			require.NoError(t, s.Close())
		})
	}
}

// What is restored from the backup of a sealed log is sealed; from one made before it, it is not: it can't know.
func TestSealInABackup(t *testing.T) {
	t.Parallel()
	c, ctx := config(t.TempDir()), t.Context()
	s := open(t, c)
	_, err := s.Append(ctx, "s", eventstore.NoStream(), event(1))
	require.NoError(t, err)
	early, late := filepath.Join(t.TempDir(), "early"), filepath.Join(t.TempDir(), "late")
	_, err = s.Backup(ctx, early)
	require.NoError(t, err)
	sealed, err := s.Seal(ctx, "elsewhere", "other-1")
	require.NoError(t, err)
	made, err := s.Backup(ctx, late)
	require.NoError(t, err)
	require.Equal(t, &sealed, made.Sealed)
	for from, want := range map[string]bool{early: false, late: true} {
		restored := config(filepath.Join(t.TempDir(), "restored"))
		_, err := Restore(ctx, from, restored.Dir, restored.NewID)
		require.NoError(t, err)
		again := open(t, restored)
		_, err = again.Append(ctx, "s", eventstore.At(0), event(2))
		if want {
			require.ErrorIs(t, err, eventstore.ErrSealed)
		} else {
			require.NoError(t, err)
		}
		require.NoError(t, again.Close())
	}
}

// A log and a seal that don't belong together are damage, whoever looks.
func TestSealThatDoesNotFit(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	sealed := func(t *testing.T) (Config, []byte) {
		t.Helper()
		c := config(t.TempDir())
		s, err := Open(ctx, c)
		require.NoError(t, err)
		_, err = s.Append(ctx, "s", eventstore.NoStream(), event(1))
		require.NoError(t, err)
		_, err = s.Seal(ctx, "elsewhere", "other-1")
		require.NoError(t, err)
		require.NoError(t, s.Close())
		content, err := os.ReadFile(filepath.Join(c.Dir, sealName))
		require.NoError(t, err)
		return c, content
	}
	for name, harm := range map[string]func(c Config, seal []byte){
		"the log goes on": func(c Config, seal []byte) {
			require.NoError(t, os.Remove(filepath.Join(c.Dir, sealName)))
			s, err := Open(ctx, c)
			require.NoError(t, err)
			_, err = s.Append(ctx, "s", eventstore.At(0), event(2))
			require.NoError(t, err)
			require.NoError(t, s.Close())
			require.NoError(t, os.WriteFile(filepath.Join(c.Dir, sealName), seal, fileMode))
		},
		"the log is shorter": func(c Config, _ []byte) {
			require.NoError(t, os.Remove(filepath.Join(c.Dir, boundName)))
			require.NoError(t, os.Truncate(filepath.Join(c.Dir, logName, "0000000000000000.seg"), segmentHeaderBytes+20))
		},
		"of another store": func(c Config, _ []byte) {
			_, other := sealed(t)
			require.NoError(t, os.WriteFile(filepath.Join(c.Dir, sealName), other, fileMode))
		},
		"nonsense": func(c Config, _ []byte) {
			require.NoError(t, os.WriteFile(filepath.Join(c.Dir, sealName), []byte("{}"), fileMode))
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, seal := sealed(t)
			harm(c, seal)
			_, err := Open(ctx, c)
			require.ErrorIs(t, err, eventstore.ErrCorrupt)
			_, err = OpenReadOnly(ctx, c)
			require.ErrorIs(t, err, eventstore.ErrCorrupt)
			_, damage, err := CheckDir(ctx, c.Dir)
			require.NoError(t, err)
			require.NotEmpty(t, damage)
		})
	}
}

// While a log is being moved into a store, nobody else gets in, whatever died in between.
func TestUnfinishedMove(t *testing.T) {
	t.Parallel()
	c, ctx := config(t.TempDir()), t.Context()
	moving := c
	moving.Unfinished = true
	s, err := Open(ctx, moving)
	require.NoError(t, err)
	require.NoError(t, s.BeginMove("/srv/old", "old-1"))
	require.NoError(t, s.BeginMove("/srv/old", "old-1"))
	require.ErrorIs(t, s.BeginMove("/srv/older", "old-2"), eventstore.ErrUnfinished)
	_, err = s.Append(ctx, "s", eventstore.NoStream(), event(1))
	require.NoError(t, err)
	require.NoError(t, s.Close())
	for _, attempt := range []func(context.Context, Config) (*Store, error){Open, OpenReadOnly} {
		_, err = attempt(ctx, c)
		require.ErrorIs(t, err, eventstore.ErrUnfinished)
		require.ErrorContains(t, err, "from /srv/old")
	}
	s, err = Open(ctx, moving)
	require.NoError(t, err)
	u, is, err := s.Unfinished()
	require.NoError(t, err)
	require.True(t, is)
	require.Equal(t, "old-1", u.FromStoreID)
	require.NoError(t, s.EndMove())
	require.NoError(t, s.EndMove())
	require.NoError(t, s.Close())
	s = open(t, c)
	require.ErrorIs(t, s.BeginMove("/srv/old", "old-1"), eventstore.ErrInvalid)
	require.Len(t, all(t, s), 1)
	require.NoError(t, s.Close())
}
