package main

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore/storetest"
)

// secured is "saldo wire" with TLS and a file of users; as gives the connection string of one of them.
func secured(t *testing.T, args ...string) (as func(user string) string, usersFile string, stop func() (int, string)) {
	t.Helper()
	certFile, keyFile := selfSigned(t)
	usersFile = filepath.Join(t.TempDir(), "users")
	addUser(t, usersFile, "node-1", "node", "append it all")
	addUser(t, usersFile, "support", "reader", "read it all")
	connection, stop := startWire(t, append([]string{"--tls-cert", certFile, "--tls-key", keyFile, "--users", usersFile}, args...)...)
	return func(user string) string {
		return strings.Replace(connection, "esdb://", "esdb://"+user, 1) + "?tlsCAFile=" + certFile
	}, usersFile, stop
}

func addUser(t *testing.T, file, name, role, password string) {
	t.Helper()
	var out, said bytes.Buffer
	code := run(t.Context(), []string{"wire", "user", "add", name, "--role", role, "--users", file}, strings.NewReader(password+"\n"), &out, &said)
	require.Equal(t, exitOK, code, said.String())
	require.NotContains(t, out.String()+said.String(), password)
}

const (
	asNode    = "node-1:append%20it%20all@"
	asSupport = "support:read%20it%20all@"
)

// TestWireWithUsers: a node appends, a reader reads, and nobody else does anything; with the adapter, --store and the
// official client.
func TestWireWithUsers(t *testing.T) {
	dir := examples(t)
	as, usersFile, stop := secured(t, "--memory", "--allow-append")
	code, out, said := cli(t, "copy", "--from", dir, "--to", as(asNode), "--output", "csv")
	require.Equal(t, exitOK, code, said)
	require.Equal(t, root(t, dir), out)
	code, out, said = cli(t, "digest", "--store", as(asSupport), "--output", "csv")
	require.Equal(t, exitOK, code, said)
	require.Equal(t, root(t, dir), out)

	file := filepath.Join(t.TempDir(), "facts")
	require.NoError(t, os.WriteFile(file, []byte(determinations(1)), 0o600))
	code, _, said = cli(t, "import", file, "--as", "facts", "--store", as(asSupport))
	require.NotEqual(t, exitOK, code, said)
	// The official client's own codes are those that it gives for the real server's answers.
	for who, want := range map[string]string{"": "ErrorCodeAccessDenied", "support:wrong%20one@": "ErrorCodeUnauthenticated", "nobody:read%20it%20all@": "ErrorCodeUnauthenticated"} {
		code, _, said = cli(t, "digest", "--store", as(who))
		require.Equal(t, exitAuth, code, said)
		require.Contains(t, said, want)
		require.NotRegexp(t, "(wrong|read).{1,3}(one|it)", said)
	}

	// The file again, on SIGHUP: one may no longer come in, another may, and what the first has open ends.
	code, _, said = cli(t, "wire", "user", "remove", "support", "--users", usersFile)
	require.Equal(t, exitOK, code, said)
	addUser(t, usersFile, "auditor", "reader", "another one")
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	require.Eventually(t, func() bool {
		got, _, _ := cli(t, "digest", "--store", as("auditor:another%20one@"))
		return got == exitOK
	}, 10*time.Second, 50*time.Millisecond)
	code, _, said = cli(t, "digest", "--store", as(asSupport))
	require.Equal(t, exitAuth, code, said)
	// A file that can't be used changes nothing.
	require.NoError(t, os.Chmod(usersFile, 0o640))
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	code, _, said = cli(t, "digest", "--store", as("auditor:another%20one@"))
	require.Equal(t, exitOK, code, said)
	code, said = stop()
	require.Equal(t, exitOK, code, said)
	require.Contains(t, said, "dibaca lagi: 2 nama")
	for _, secret := range []string{"append it all", "read it all", "wrong one", "another one", "argon2id"} {
		require.NotContains(t, said, secret)
	}
}

// TestNodeClientAgainstTheProcess runs the official client for Node against a "saldo wire" of its own, as a ledger starts
// it, with a node's credentials, and as its tests want it.
func TestNodeClientAgainstTheProcess(t *testing.T) {
	node := nodeSuite(t)
	suite := func(args ...string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		command := exec.CommandContext(ctx, node, append([]string{"suite.mjs"}, args...)...)
		command.Dir = nodeDir
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s", output)
	}
	as, _, _ := secured(t, "--memory", "--allow-append")
	suite(as(asNode))
	suite(wireProcess(t, "--memory", "--allow-append"))
	suite(wireProcess(t, "--memory", "--allow-append", "--allow-delete"), "delete")
}

// wireProcess runs "saldo wire" in a process of its own until the test ends, which it must do in order.
func wireProcess(t *testing.T, args ...string) (connection string) {
	t.Helper()
	var said bytes.Buffer
	command := process(append([]string{"wire", "--listen", "127.0.0.1:0"}, args...)...)
	command.Stderr = &said
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		require.NoError(t, command.Process.Signal(os.Interrupt))
		require.NoError(t, command.Wait(), "%s", &said)
	})
	connection, err = bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "%s", &said)
	return strings.TrimSpace(connection)
}

var nodeDir = filepath.Join("..", "..", "eventstore", "wire", "testdata", "node")

// nodeSuite gives the path of Node where the official client for it is installed.
func nodeSuite(t *testing.T) string {
	t.Helper()
	_, missing := os.Stat(filepath.Join(nodeDir, "node_modules", "@eventstore", "db-client"))
	node, err := exec.LookPath("node")
	if missing != nil || err != nil {
		storetest.NotRun(t, "node", "run npm ci in eventstore/wire/testdata/node (node: %v, packages: %v)", err, missing)
	}
	return node
}
