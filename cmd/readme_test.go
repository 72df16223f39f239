//go:build unix

package cmd_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// readmeLimit ends a block that hangs, for example on a question that it asks or a server that it leaves running.
const readmeLimit = 2 * time.Minute

// block is one fenced ```sh block of README.md. One tagged "```sh no-run" is only checked for its syntax.
type block struct {
	line int // of its first line
	run  bool
	text string
}

// shellBlocks finds them. A block in another shell's name is an error: it would escape the test.
func shellBlocks(readme string) ([]block, error) {
	var blocks []block
	var open *block // the block that the line belongs to
	fence := ""     // what closes it
	for i, line := range strings.Split(readme, "\n") {
		trimmed := strings.TrimSpace(line)
		if fence != "" {
			if trimmed == fence {
				if open != nil {
					blocks = append(blocks, *open)
				}
				open, fence = nil, ""
			} else if open != nil {
				open.text += line + "\n"
			}
			continue
		}
		info, ok := strings.CutPrefix(trimmed, "```")
		if !ok {
			continue
		}
		fence = "```"
		switch fields := strings.Fields(info); {
		case len(fields) == 0 || fields[0] != "sh":
			if len(fields) > 0 && (fields[0] == "bash" || fields[0] == "shell" || fields[0] == "console") {
				return nil, fmt.Errorf("README.md:%d: write ```sh or ```sh no-run, not ```%s", i+1, info)
			}
		case len(fields) == 1 || len(fields) == 2 && fields[1] == "no-run":
			open = &block{line: i + 2, run: len(fields) == 1}
		default:
			return nil, fmt.Errorf("README.md:%d: unknown tag in ```%s", i+1, info)
		}
	}
	if fence != "" {
		return nil, errors.New("README.md: the last block is not closed")
	}
	return blocks, nil
}

// A line of a block as the test reads it: variables set for the command, then the command.
var (
	onTheTree = regexp.MustCompile(`^\s*(?:[A-Z_]+=\S*\s+)*((?:go (?:test|build|vet)|make|bash \.ci/run|\.ci/run)\b.*)$`)
	goRun     = regexp.MustCompile(`\bgo run \./cmd/saldo\b`)
	continued = regexp.MustCompile(`\\\n`)
	selects   = regexp.MustCompile(`-(?:run|bench|fuzz)[ =]+'?"?([^'"\s]+)`)
	testFunc  = regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz)\w*)\(`)
)

// tree is what README's commands about the tree are held against.
type tree struct {
	root    string
	targets map[string]bool // of the Makefile
	tests   []string        // names of test, benchmark and fuzz functions
}

// readTree walks the whole module, which also makes go test run a cached test again when any file of it changed:
// of what the children started here read, it knows nothing.
func readTree(t *testing.T, root string) tree {
	t.Helper()
	at := tree{root: root, targets: map[string]bool{}}
	require.NoError(t, filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(name)
		for _, m := range testFunc.FindAllSubmatch(text, -1) {
			at.tests = append(at.tests, string(m[1]))
		}
		return err
	}))
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	require.NoError(t, err)
	for _, m := range regexp.MustCompile(`(?m)^([a-z]+):`).FindAllSubmatch(makefile, -1) {
		at.targets[string(m[1])] = true
	}
	return at
}

// script turns a block into what bash runs. Commands about the tree (go test, make, .ci/run) would run this test
// within itself: they are taken out and returned. "go run ./cmd/saldo" becomes the binary built for the test.
func (b block) script() (text string, onTree []string) {
	lines := strings.Split(continued.ReplaceAllString(b.text, " "), "\n")
	for i, line := range lines {
		if m := onTheTree.FindStringSubmatch(line); m != nil {
			onTree = append(onTree, strings.TrimSpace(m[1]))
			lines[i] = ":"
			continue
		}
		lines[i] = goRun.ReplaceAllString(line, "saldo")
	}
	return strings.Join(lines, "\n"), onTree
}

// check says what a command about the tree names that is not there: a make target, a script, a folder, a test.
func (at tree) check(command string) error {
	command, _, _ = strings.Cut(command, " #")
	words := strings.Fields(command)
	switch {
	case words[0] == "make":
		for _, word := range words[1:] {
			if !strings.Contains(word, "=") && !strings.HasPrefix(word, "-") && !at.targets[word] {
				return fmt.Errorf("the Makefile has no target %q", word)
			}
		}
		return nil
	case words[0] != "go":
		_, err := os.Stat(filepath.Join(at.root, ".ci", "run"))
		return err
	}
	for _, word := range words[2:] {
		if dir, ok := strings.CutPrefix(word, "./"); ok {
			if _, err := os.Stat(filepath.Join(at.root, strings.TrimSuffix(dir, "..."))); err != nil {
				return err
			}
		}
	}
	for _, m := range selects.FindAllStringSubmatch(command, -1) {
		if m[1] == "^$" {
			continue
		}
		pattern, _, _ := strings.Cut(m[1], "/")
		name, err := regexp.Compile(pattern)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(at.tests, name.MatchString) {
			return fmt.Errorf("no test, benchmark or fuzz target is called %q", m[1])
		}
	}
	return nil
}

// TestReadme runs every command that README.md shows: each block by itself, in an empty folder, as
// bash -euo pipefail, with the binary first on PATH and nothing to read.
func TestReadme(t *testing.T) {
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err, "README.md is what this test runs")
	blocks, err := shellBlocks(string(readme))
	require.NoError(t, err)
	require.NotEmpty(t, blocks, "README.md has no ```sh block")

	at, bin := readTree(t, root), t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", filepath.Join(bin, "saldo"), "./saldo")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "go build ./cmd/saldo:\n%s", out)

	for _, b := range blocks {
		t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) {
			script, onTree := b.script()
			for _, command := range onTree {
				require.NoError(t, at.check(command), "README.md:%d: %s", b.line, command)
			}
			args := []string{"-euo", "pipefail", "-c", script}
			if !b.run {
				args = []string{"-n", "-c", b.text}
			}
			out, err := bash(t, bin, args...)
			require.NoError(t, err, "README.md:%d:\n%s\nprinted:\n%s", b.line, b.text, out)
		})
	}
}

// bash runs it in a fresh folder and ends whatever it left running. Its output goes through a file: a pipe would
// keep the test waiting for a server left behind.
func bash(t *testing.T, bin string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), readmeLimit)
	defer cancel()
	home, work := t.TempDir(), t.TempDir()
	printed, err := os.Create(filepath.Join(home, "printed"))
	require.NoError(t, err)
	defer printed.Close()

	cmd := exec.CommandContext(ctx, "bash", args...)
	cmd.Dir = work
	cmd.Env = append(os.Environ(), "HOME="+home, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	cmd.Stdout, cmd.Stderr = printed, printed
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	err = cmd.Run()
	// What it left behind may still write into its folder, which is about to be removed.
	for range 100 {
		if cmd.Process == nil || syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("not done after %v", readmeLimit)
	}
	text, readErr := os.ReadFile(printed.Name())
	require.NoError(t, readErr)
	return string(text), err
}

// TestReadmeBlocks holds the reading of README.md itself.
func TestReadmeBlocks(t *testing.T) {
	blocks, err := shellBlocks(strings.Join([]string{
		"# Saldo", "```sh", "go run ./cmd/saldo demo \\", "  --once # a comment", "SALDO_TORTURE=1 go test -run Torture ./...", "```",
		"```", "not shell", "```", "```json", "{}", "```", "```sh no-run", "git clone x", "```", "",
	}, "\n"))
	require.NoError(t, err)
	require.Len(t, blocks, 2)
	require.Equal(t, 3, blocks[0].line)
	require.True(t, blocks[0].run)
	require.False(t, blocks[1].run)
	script, onTree := blocks[0].script()
	require.Equal(t, "saldo demo    --once # a comment\n:\n", script)
	require.Equal(t, []string{"go test -run Torture ./..."}, onTree)

	for _, readme := range []string{"```bash\nls\n```\n", "```sh no-rnu\nls\n```\n", "```sh\nls\n"} {
		_, err = shellBlocks(readme)
		require.Error(t, err, readme)
	}
}

func TestReadmeCommands(t *testing.T) {
	at := tree{root: "..", targets: map[string]bool{"check": true}, tests: []string{"TestShape", "FuzzParse"}}
	for _, command := range []string{
		"make check", "make check FUZZTIME=1m", "go test ./...", "go test -race -short ./cmd/...", "go test -run Shape ./cmd # why",
		"go test -run '^$' -fuzz '^FuzzParse$' ./cmd", "bash .ci/run", "go build ./...",
	} {
		require.NoError(t, at.check(command), command)
	}
	for _, command := range []string{"make nothing", "go test ./nothing/...", "go test -run Nothing ./...", "go test -bench=Nothing ./..."} {
		require.Error(t, at.check(command), command)
	}
}

// TestBash holds that a failing command fails, that a hung child does not keep the test, and where a block runs.
func TestBash(t *testing.T) {
	for script, want := range map[string]string{"pwd; ls -A; echo done": "done", "sleep 600 & echo left": "left"} {
		out, err := bash(t, t.TempDir(), "-euo", "pipefail", "-c", script)
		require.NoError(t, err)
		require.Contains(t, out, want)
		require.NotContains(t, out, "printed\n") // the folder was empty
	}
	for _, script := range []string{"false; echo on", "false | true", "echo $unset", "saldo-is-not-there"} {
		_, err := bash(t, t.TempDir(), "-euo", "pipefail", "-c", script)
		require.Error(t, err, script)
	}
	_, err := bash(t, t.TempDir(), "-n", "-c", "if true")
	require.Error(t, err)
}
