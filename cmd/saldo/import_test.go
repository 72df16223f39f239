package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// cli runs one command line and gives the exit code and what it printed.
func cli(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, talk bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &out, &talk)
	return code, out.String(), talk.String()
}

// interrupting stands for a hand on Ctrl-C: it ends the context once that many lines were printed.
type interrupting struct {
	bytes.Buffer
	after int
	stop  context.CancelFunc
}

func (w *interrupting) Write(p []byte) (int, error) {
	if w.after -= bytes.Count(p, []byte("\n")); w.after <= 0 {
		w.stop()
	}
	return w.Buffer.Write(p)
}

// TestInterruptedImport stops a long import in the middle and goes on: every line gets one outcome, none gets two.
func TestInterruptedImport(t *testing.T) {
	const all, part = 3000, 700
	for name, args := range map[string][]string{
		"simulation": {"--simulate"},
		"facts":      {"--as", "facts"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file, data := filepath.Join(dir, "facts.ndjson"), filepath.Join(dir, "data")
			require.NoError(t, os.WriteFile(file, []byte(determinations(all)), 0o600))
			command := append([]string{"import", file, "--data", data, "--output", "ndjson"}, args...)

			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			first := &interrupting{after: part, stop: stop}
			var talk bytes.Buffer
			require.Equal(t, exitInterrupted, run(ctx, command, nil, first, &talk), "%s", &talk)
			require.Contains(t, talk.String(), "dihentikan sesudah baris")
			require.Contains(t, talk.String(), "jalankan perintah yang sama lagi")
			done := outcomes(t, first.String())
			require.GreaterOrEqual(t, done[outcomeRecorded], part)
			require.Less(t, done[outcomeRecorded], part+2*inFlight)

			code, out, said := cli(t, command...)
			require.Equal(t, exitOK, code, said)
			again := outcomes(t, out)
			require.Equal(t, done[outcomeRecorded], again[outcomeReplayed], "what was printed is what is recorded")
			require.Equal(t, all, again[outcomeReplayed]+again[outcomeRecorded])

			_, out, _ = cli(t, "export", "--data", data)
			require.Equal(t, all, strings.Count(out, "\n"))
		})
	}
}

func outcomes(t *testing.T, ndjson string) map[string]int {
	t.Helper()
	out := map[string]int{}
	dec := json.NewDecoder(strings.NewReader(ndjson))
	for line := 1; ; line++ {
		var r result
		err := dec.Decode(&r)
		if errors.Is(err, io.EOF) {
			return out
		}
		require.NoError(t, err)
		require.Equal(t, line, r.Line, "results are in the order of the lines")
		out[r.Outcome]++
	}
}

// TestLargeImport takes 100,000 lines with every tenth bad, in bounded time and in order.
func TestLargeImport(t *testing.T) {
	n := 100_000
	if testing.Short() {
		n = 5_000
	}
	const every = 10
	dir := t.TempDir()
	file := filepath.Join(dir, "large.ndjson")
	lines := strings.SplitAfter(determinations(n), "\n")
	for i := every - 1; i < n; i += every {
		lines[i] = "{\"command\":\r\n"
	}
	require.NoError(t, os.WriteFile(file, []byte(strings.Join(lines, "")), 0o600))
	code, out, said := cli(t, "import", file, "--as", "facts", "--data", filepath.Join(dir, "data"), "--output", "ndjson", "--lang", "en")
	require.Equal(t, exitFailure, code, said)
	got := outcomes(t, out)
	require.Equal(t, n/every, got[outcomeError])
	require.Equal(t, n-n/every, got[outcomeRecorded])
	require.Contains(t, said, "bad lines")
}

// TestLockedDirectory: a second writer is told whom to wait for, and questions go on.
func TestLockedDirectory(t *testing.T) {
	dir := t.TempDir()
	a := &app{out: io.Discard, err: io.Discard, env: func(string) string { return "" }, clock: fixedClock, newID: func() string { return "test" }, dir: filepath.Join(dir, "data")}
	require.NoError(t, a.globalsForTest())
	l, err := a.openToWrite(t.Context(), kindLedger)
	require.NoError(t, err)
	file := filepath.Join(dir, "f.ndjson")
	require.NoError(t, os.WriteFile(file, []byte(determinations(1)), 0o600))
	code, _, said := cli(t, "import", file, "--as", "facts", "--data", a.dir)
	require.Equal(t, exitUnavailable, code, said)
	require.Contains(t, said, "locked")
	require.Contains(t, said, "→ tunggu proses itu selesai")
	code, _, said = cli(t, "why", "service", "--data", a.dir)
	require.Equal(t, exitOK, code, said)
	require.NoError(t, l.close())
}

// TestClockBehind: a clock that goes wrong is named once, in the reader's language and zone, with its cure.
func TestClockBehind(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "f.ndjson")
	data := filepath.Join(dir, "data")
	require.NoError(t, os.WriteFile(file, []byte(determinations(1)), 0o600))
	code, _, said := cli(t, "import", file, "--as", "facts", "--data", data)
	require.Equal(t, exitOK, code, said)

	other := filepath.Join(dir, "g.ndjson")
	require.NoError(t, os.WriteFile(other, []byte(strings.Replace(determinations(1), `"n-1"`, `"other"`, 1)), 0o600))
	var out, talk bytes.Buffer
	a := &app{out: &out, err: &talk, env: os.Getenv, clock: func() time.Time { return fixedClock().AddDate(-3, 0, 0) }, newID: func() string { return "test" }}
	require.Equal(t, exitFailure, a.run(t.Context(), []string{"import", other, "--as", "facts", "--data", data}), &talk)
	require.Equal(t, 1, strings.Count(out.String(), "CLOCK_BEHIND"), &out)
	text := strings.Join(strings.Fields(out.String()), " ")
	require.Contains(t, text, "jam mesin ini, 2 Januari 2023 10.04.05 WIB, di belakang peristiwa yang sudah tercatat")
	require.Contains(t, text, "→ betulkan jam mesin ini")
}

// TestProgress: a bar is drawn on request, late, on stderr, with a rate.
func TestProgress(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "f.ndjson")
	require.NoError(t, os.WriteFile(file, []byte(determinations(2000)), 0o600))
	_, _, said := cli(t, "import", file, "--as", "facts", "--data", filepath.Join(dir, "a"), "--quiet")
	require.Empty(t, said, "--quiet, and no terminal")
	w := &late{w: &bytes.Buffer{}, ready: func() bool { return false }}
	n, err := w.Write([]byte("x"))
	require.NoError(t, err)
	require.Equal(t, 1, n)
}
