package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// takes says whether a ledger takes events: the facts of file, which are new to it.
func takes(t *testing.T, dir, file string) bool {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, storeName)); err != nil {
		return false // there is none
	}
	code, _, said := cli(t, "import", file, "--as", "facts", "--data", dir)
	if code != exitOK {
		require.Regexp(t, "disegel|dipindahkan|being moved", said)
	}
	return code == exitOK
}

func facts(t *testing.T, key string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "facts")
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(determinations(3), `"key":"n`, `"key":"`+key)), 0o600))
	return file
}

// TestFinalCopyKilledAtEveryStep kills the program behind each step. Never do both ledgers take events, what one of them
// took in between is kept, and the same command ends the move.
func TestFinalCopyKilledAtEveryStep(t *testing.T) {
	steps := []string{stepLocked, stepMarked, stepCopied, stepSealed, stepVerified, stepFinished}
	for i, step := range steps {
		for _, before := range []string{"nothing", "most"} { // of it is in the target
			t.Run(step+"/"+before, func(t *testing.T) {
				t.Parallel()
				from, to := filepath.Join(t.TempDir(), "from"), filepath.Join(t.TempDir(), "to")
				code, _, said := cli(t, "import", facts(t, "first"), "--as", "facts", "--data", from)
				require.Equal(t, exitOK, code, said)
				if before == "most" {
					code, _, said = cli(t, "copy", "--from", from, "--to", to)
					require.Equal(t, exitOK, code, said)
					code, _, said = cli(t, "import", facts(t, "second"), "--as", "facts", "--data", from)
					require.Equal(t, exitOK, code, said)
				}
				dying := exec.CommandContext(t.Context(), "saldo-dying", "copy", "--from", from, "--to", to, "--final")
				dying.Env = append(os.Environ(), "DIE_AT="+step)
				output, err := dying.CombinedOutput()
				var exit *exec.ExitError
				require.ErrorAs(t, err, &exit, "%s", output)
				require.Equal(t, -1, exit.ExitCode(), "%s", output)

				marked, sealed := i >= slices.Index(steps, stepMarked), i >= slices.Index(steps, stepSealed)
				finished := step == stepFinished
				if marked && !finished {
					for _, command := range [][]string{{"check"}, {"why", "service"}, {"wire", "--listen", "127.0.0.1:0"}, {"backup", "--to", filepath.Join(t.TempDir(), "b")}} {
						code, _, said = cli(t, append(command, "--data", to)...)
						require.Equal(t, exitUnavailable, code, said)
						require.Contains(t, said, "saldo copy --final")
					}
					require.False(t, takes(t, to, facts(t, "target")))
				}
				require.Equal(t, !sealed, takes(t, from, facts(t, "source")))
				code, _, said = cli(t, "check", "--data", from)
				require.Equal(t, exitOK, code, said)

				code, out, said := cli(t, "copy", "--from", from, "--to", to, "--final", "--output", "csv")
				require.Equal(t, exitOK, code, said)
				require.Equal(t, root(t, from), out)
				require.Equal(t, out, root(t, to))
				require.False(t, takes(t, from, facts(t, "late")))
				require.True(t, takes(t, to, facts(t, "late")))
				code, _, said = cli(t, "copy", "--from", from, "--to", to, "--final")
				require.Equal(t, exitOK, code, said)
				require.Contains(t, said, "sudah selesai sebelumnya")
				code, _, said = cli(t, "check", "--data", to)
				require.Equal(t, exitOK, code, said)
			})
		}
	}
}

// TestFinalCopyToAServer moves a ledger to a server that speaks EventStoreDB's protocol, where it goes on.
func TestFinalCopyToAServer(t *testing.T) {
	from := filepath.Join(t.TempDir(), "from")
	code, _, said := cli(t, "import", facts(t, "first"), "--as", "facts", "--data", from)
	require.Equal(t, exitOK, code, said)
	connection, _ := startWire(t, "--memory", "--allow-append")
	for _, step := range []string{stepCopied, stepSealed} {
		dying := exec.CommandContext(t.Context(), "saldo-dying", "copy", "--from", from, "--to", connection, "--final")
		dying.Env = append(os.Environ(), "DIE_AT="+step)
		output, err := dying.CombinedOutput()
		require.ErrorAs(t, err, new(*exec.ExitError), "%s", output)
	}
	code, out, said := cli(t, "copy", "--from", from, "--to", connection, "--final", "--output", "csv")
	require.Equal(t, exitOK, code, said)
	require.Equal(t, root(t, from), out)
	code, _, said = cli(t, "import", facts(t, "late"), "--as", "facts", "--store", connection)
	require.Equal(t, exitOK, code, said)
	require.False(t, takes(t, from, facts(t, "late")))
	code, _, said = cli(t, "copy", "--from", from, "--to", connection, "--final")
	require.Equal(t, exitOK, code, said)
	require.Contains(t, said, "sudah selesai sebelumnya")

	// Served, a sealed ledger is read, and says to writers where it went.
	served, stop := startWire(t, "--data", from, "--allow-append")
	code, _, said = cli(t, "check", "--store", served)
	require.Equal(t, exitOK, code, said)
	code, _, said = cli(t, "import", facts(t, "late"), "--as", "facts", "--store", served)
	require.NotEqual(t, exitOK, code, said)
	require.Contains(t, said, "they go to esdb://")
	_, said = stop()
	require.Contains(t, said, "menulis ditolak")

	// A server as source can't be sealed, a ledger in use neither.
	code, _, said = cli(t, "copy", "--from", connection, "--to", filepath.Join(t.TempDir(), "x"), "--final")
	require.Equal(t, exitUsage, code, said)
	require.Contains(t, said, "tidak dapat disegel dari sini")
}
