package embedded

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/storetest"
)

const (
	killEnv     = "SALDO_EMBEDDED_KILL"
	killRounds  = 5
	killWriters = 8
)

func killConfig(dir string) Config {
	c := config(dir)
	c.SegmentBytes = 64 << 10
	return c
}

// TestKilledChild is the process that TestKill kills. It appends batches of three and prints every answer it got.
func TestKilledChild(t *testing.T) {
	dir := os.Getenv(killEnv)
	if dir == "" {
		t.Skip("run by TestKill")
	}
	s, err := Open(t.Context(), killConfig(dir))
	require.NoError(t, err)
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
				_, _ = fmt.Fprintf(os.Stdout, "%s %d\n", stream, done.LastRevision)
			}
		})
	}
	all.Wait()
}

// Killed in the middle of its work, a store has everything it answered for, whole batches only, and goes on.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	acknowledged := map[string]uint64{}
	for round := range killRounds {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestKilledChild$")
		child.Env = append(os.Environ(), killEnv+"="+dir)
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		kill := time.AfterFunc(time.Duration(150+70*round)*time.Millisecond, func() { _ = child.Process.Kill() })
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var stream string
			var revision uint64
			if n, _ := fmt.Sscanf(lines.Text(), "%s %d", &stream, &revision); n == 2 {
				acknowledged[stream] = max(acknowledged[stream], revision)
			}
		}
		_ = child.Wait()
		kill.Stop()
		s, err := Open(t.Context(), killConfig(dir))
		require.NoError(t, err)
		report, err := s.Check(t.Context())
		require.NoError(t, err)
		for stream, last := range acknowledged {
			found, err := storetest.Collect(s.ReadStream(t.Context(), stream, eventstore.ReadOptions{}))
			require.NoError(t, err)
			require.Greater(t, uint64(len(found)), last, "stream %s", stream)
			require.Zero(t, len(found)%3)
			for i, r := range found {
				require.Equal(t, event(i).Data, r.Data)
			}
		}
		require.NoError(t, s.Close())
		t.Logf("round %d: %d events in %d groups and %d segments, cut %d bytes", round, report.Events, report.Groups, report.Segments, s.Torn().Bytes)
	}
	require.Len(t, acknowledged, killWriters)
}
