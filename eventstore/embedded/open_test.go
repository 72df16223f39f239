package embedded

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/storetest"
)

func TestSecondWriterIsRefused(t *testing.T) {
	dir := t.TempDir()
	open(t, config(dir))
	_, err := Open(t.Context(), config(dir))
	require.ErrorIs(t, err, eventstore.ErrLocked)
	require.ErrorContains(t, err, dir)
	require.ErrorContains(t, err, strconv.Itoa(os.Getpid()))
	require.ErrorContains(t, err, "read-only")
}

func TestIdentityStays(t *testing.T) {
	dir := t.TempDir()
	s := open(t, config(dir))
	id, incarnation := s.Identity()
	require.NotEqual(t, id, incarnation)
	require.NoError(t, s.Close())
	again := open(t, config(dir))
	id2, incarnation2 := again.Identity()
	require.Equal(t, id, id2)
	require.Equal(t, incarnation, incarnation2)
}

func TestForeignDirectories(t *testing.T) {
	for name, row := range map[string]struct {
		files map[string]string
		want  error
	}{
		"something else":       {map[string]string{"notes.txt": "x"}, eventstore.ErrInvalid},
		"newer format":         {map[string]string{identityName: `{"format":2,"shape":"unknown"}`}, eventstore.ErrInvalid},
		"no format":            {map[string]string{identityName: `{}`}, eventstore.ErrCorrupt},
		"not JSON":             {map[string]string{identityName: `x`}, eventstore.ErrCorrupt},
		"unknown field":        {map[string]string{identityName: `{"format":1,"store_id":"a","incarnation":"b","x":1}`}, eventstore.ErrCorrupt},
		"log without identity": {map[string]string{logName + "/0000000000000000.seg": ""}, eventstore.ErrCorrupt},
		"a file in the log": {map[string]string{
			identityName: `{"format":1,"store_id":"a","incarnation":"b"}`, logName + "/x": "",
		}, eventstore.ErrCorrupt},
		"another store's segment": {map[string]string{
			identityName: `{"format":1,"store_id":"a","incarnation":"b"}`, logName + "/0000000000000000.seg": string(segmentHeader("c", 0, 1)),
		}, eventstore.ErrCorrupt},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(dir, logName), dirMode))
			for path, content := range row.files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, path), []byte(content), fileMode))
			}
			_, err := Open(t.Context(), config(dir))
			require.ErrorIs(t, err, row.want)
			for path, content := range row.files {
				found, err := os.ReadFile(filepath.Join(dir, path))
				require.NoError(t, err)
				require.Equal(t, content, string(found))
			}
		})
	}
}

func TestReadOnlyBesideAWriter(t *testing.T) {
	dir := t.TempDir()
	c := config(dir)
	c.SegmentBytes = 300
	_, err := OpenReadOnly(t.Context(), config(filepath.Join(dir, "none")))
	require.ErrorIs(t, err, os.ErrNotExist)
	s := open(t, c)
	for n := range 20 {
		at := eventstore.NoStream()
		if n > 0 {
			at = eventstore.At(uint64(n - 1))
		}
		done, err := s.Append(t.Context(), "s", at, event(n))
		require.NoError(t, err)
		ro, err := OpenReadOnly(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, all(t, s), all(t, ro))
		_, err = ro.Check(t.Context())
		require.NoError(t, err)
		_, err = ro.Append(t.Context(), "s", eventstore.At(uint64(n)), event(99))
		require.ErrorIs(t, err, eventstore.ErrUnavailable)
		require.ErrorIs(t, ro.Wait(t.Context(), done.Position), eventstore.ErrUnavailable)
		require.NoError(t, ro.Wait(t.Context(), eventstore.Position{}))
		require.NoError(t, ro.Close())
	}
}

// Every number that is no position of an event is refused, wherever it points.
func TestEveryNumberIsAPositionOrForeign(t *testing.T) {
	c := config(t.TempDir())
	c.SegmentBytes = 300
	s := open(t, c)
	at := eventstore.NoStream()
	for n := range 12 {
		done, err := s.Append(t.Context(), "s", at, event(3*n), event(3*n+1), event(3*n+2))
		require.NoError(t, err)
		at = eventstore.At(done.LastRevision)
	}
	log := all(t, s)
	rest := map[uint64]int{}
	for i, r := range log {
		n, _ := r.Position.Coordinates()
		rest[n] = len(log) - i - 1
	}
	for n := uint64(1); n <= s.view.end+1; n++ {
		found, err := storetest.Collect(s.ReadAll(t.Context(), s.position(n), eventstore.ReadAllOptions{}))
		if want, is := rest[n]; is {
			require.NoError(t, err)
			require.Len(t, found, want)
		} else {
			require.ErrorIs(t, err, eventstore.ErrForeignPosition, "%d", n)
		}
	}
}

func TestOpenEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	s := open(t, config(dir))
	_, err := s.Append(t.Context(), "s", eventstore.NoStream(), event(1))
	require.NoError(t, err)
	require.NoError(t, s.Close())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Open(ctx, config(dir))
	require.ErrorIs(t, err, context.Canceled)
}
