package embedded

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/storetest"
)

const (
	killEnv     = "SALDO_EMBEDDED_KILL"
	killWriters = 8
	killBatch   = 3
)

// tortured returns the long count under SALDO_TORTURE=1, and the one in it if that is a number above 1.
func tortured(t *testing.T, long int) int {
	t.Helper()
	asked := os.Getenv("SALDO_TORTURE")
	if asked == "" {
		t.Skip("long form: SALDO_TORTURE=1, or SALDO_TORTURE=<rounds>")
	}
	if n, err := strconv.Atoi(asked); err == nil && n > 1 {
		return n
	}
	return long
}

// killConfig has small segments and feeds the table often, so that kills hit those moments too.
func killConfig(dir string) Config {
	c := config(dir)
	c.SegmentBytes, c.feedAppends, c.feedBytes = 64<<10, 200, 32<<10
	return c
}

// writeUntilKilled appends batches to streams of its own and reports every answer it got.
func writeUntilKilled(t *testing.T, s eventstore.Store, report func(stream string, last uint64)) {
	t.Helper()
	var all sync.WaitGroup
	for w := range killWriters {
		all.Go(func() {
			stream, at := fmt.Sprintf("s-%d", w), eventstore.NoStream()
			for r, err := range s.ReadStream(t.Context(), stream, eventstore.ReadOptions{Backward: true, From: eventstore.End, Limit: 1}) {
				if err == nil {
					at = eventstore.At(r.Revision)
				}
			}
			for {
				n := int(at.Next())
				done, err := s.Append(t.Context(), stream, at, event(n), event(n+1), event(n+2))
				if err != nil {
					return
				}
				at = eventstore.At(done.LastRevision)
				report(stream, done.LastRevision)
			}
		})
	}
	all.Wait()
}

// TestKilledChild is the process that is killed.
func TestKilledChild(t *testing.T) {
	dir := os.Getenv(killEnv)
	if dir == "" {
		t.Skip("run by TestKill")
	}
	s, err := Open(t.Context(), killConfig(dir))
	require.NoError(t, err)
	writeUntilKilled(t, s, func(stream string, last uint64) { _, _ = fmt.Fprintf(os.Stdout, "%s %d\n", stream, last) })
}

// acknowledged is what was answered for: the last revision of each stream.
type acknowledged map[string]uint64

// verify opens what was left and checks all of it against what was answered. Full reads every stream from its
// beginning; otherwise the end of each, which is where a crash can do harm, and the whole log by Check.
func (a acknowledged) verify(t *testing.T, c Config, full bool) Report {
	t.Helper()
	s, err := Open(t.Context(), c)
	require.NoError(t, err)
	report, err := s.Check(t.Context()) // every record, numbers dense, revisions dense, the index equal to the log
	require.NoError(t, err)
	for stream, last := range a {
		from := uint64(0)
		if !full {
			from = last - last%killBatch
		}
		found, err := storetest.Collect(s.ReadStream(t.Context(), stream, eventstore.ReadOptions{From: from}))
		require.NoError(t, err)
		require.Greater(t, from+uint64(len(found)), last, "stream %s lost what was acknowledged", stream)
		require.Zero(t, len(found)%killBatch, "half a batch")
		for i, r := range found {
			require.Equal(t, event(int(from)+i).Data, r.Data) // each once: the next would be another
		}
	}
	require.NoError(t, s.Close())
	return report
}

// read takes the answers that a process prints until it ends.
func (a acknowledged) read(lines *bufio.Scanner) {
	for lines.Scan() {
		var stream string
		var revision uint64
		if n, _ := fmt.Sscanf(lines.Text(), "%s %d", &stream, &revision); n == 2 {
			a[stream] = max(a[stream], revision)
		}
	}
}

func kill(t *testing.T, rounds int) {
	t.Helper()
	dir := t.TempDir()
	a := acknowledged{}
	for round := range rounds {
		if round%100 == 99 { // a log that is verified whole each round must not grow for ever
			dir, a = t.TempDir(), acknowledged{}
		}
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestKilledChild$")
		child.Env = append(os.Environ(), killEnv+"="+dir)
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		lines := bufio.NewScanner(out)
		require.True(t, lines.Scan()) // it is at work
		after := time.Duration(rand.IntN(60_000)) * time.Microsecond
		timer := time.AfterFunc(after, func() { _ = child.Process.Kill() })
		a.read(lines)
		_ = child.Wait()
		timer.Stop()
		report := a.verify(t, killConfig(dir), round%10 == 9 || round+1 == rounds)
		if round%50 == 0 || round+1 == rounds {
			t.Logf("round %d: killed after %s, %d events in %d groups and %d segments", round, after, report.Events, report.Groups, report.Segments)
		}
	}
	require.Len(t, a, killWriters)
}

// Killed in the middle of its work, a store has everything it answered for, whole batches only, and goes on.
func TestKill(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	kill(t, rounds)
}

func TestTortureKill(t *testing.T) { kill(t, tortured(t, 1000)) }
