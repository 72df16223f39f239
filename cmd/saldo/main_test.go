package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"saldo": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			context.AfterFunc(ctx, stop)
			os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
		// The same, killed when a final copy reaches the step DIE_AT.
		"saldo-dying": func() {
			a := &app{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv, clock: now, newID: newTestID}
			a.atStep = func(step string) {
				if step == os.Getenv("DIE_AT") {
					_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
					select {} // it comes any moment
				}
			}
			os.Exit(a.run(context.Background(), os.Args[1:]))
		},
	})
}

func now() time.Time    { return time.Now() }       //nolint:forbidigo // as main does
func newTestID() string { return uuid.NewString() } //nolint:forbidigo // as main does

// TestScript runs the stories of testdata/script: what people type, what they get, and the exit code.
func TestScript(t *testing.T) {
	demo := filepath.Join(t.TempDir(), "demo") // one for all that only read
	scripts := scriptsFor(t, testing.Short())
	if !testing.Short() {
		var said bytes.Buffer
		require.Equal(t, exitOK, run(t.Context(), []string{"demo", "--once", "--data", demo}, nil, &said, &said), "%s", &said)
	}
	testscript.Run(t, testscript.Params{
		Files:               scripts,
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("DEMO", demo)
			e.Setenv("COLUMNS", "80")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":  exitCode,
			"lines": makeLines,
			"width": atMost,
			"bytes": writeBytes,
			"long":  longLine,
		},
	})
}

// scriptsFor lists the scripts; short, those that need no reconstruction: under the race detector each command over it takes
// seconds.
func scriptsFor(t *testing.T, short bool) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return slices.DeleteFunc(all, func(name string) bool {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		return short && bytes.Contains(text, []byte("$DEMO"))
	})
}

// exitCode is "code N command…": the command must end with that code.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if asExit(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// makeLines is "lines FILE N": a file with N determinations.
func makeLines(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(determinations(n)), 0o600))
}

// atMost is "width N": no line of stdout is longer, but for codes and commands that stand alone and whole.
func atMost(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	for line := range strings.SplitSeq(ts.ReadFile("stdout"), "\n") {
		if len([]rune(line)) > n && len(strings.Fields(line)) > 2 && !strings.HasPrefix(line, "  saldo ") {
			ts.Fatalf("a line of %d characters: %s", len([]rune(line)), line)
		}
	}
}

// writeBytes is "bytes FILE TEXT…": Go string literals joined, for what a script can't hold.
func writeBytes(ts *testscript.TestScript, _ bool, args []string) {
	var b strings.Builder
	for _, a := range args[1:] {
		if path, ok := strings.CutPrefix(a, "@"); ok {
			b.WriteString(ts.ReadFile(path))
			continue
		}
		s, err := strconv.Unquote(`"` + a + `"`)
		ts.Check(err)
		b.WriteString(s)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}

// longLine is "long FILE N OTHER": a line of N bytes, then another file.
func longLine(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	const around = len(`{"command":""}`)
	text := `{"command":"` + strings.Repeat("x", n-around) + `"}` + "\n" + ts.ReadFile(args[2])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}
