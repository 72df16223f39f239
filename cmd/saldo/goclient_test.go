package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore/storetest"
)

const goClient = "github.com/EventStore/EventStore-Client-Go/v4"

// What of the Go client's own tests is not run, and why. Everything else must pass, in one of two runs at least: in the
// clear, and over TLS with credentials.
const (
	noSubscriptionGroups = "persistent subscriptions are not served: the client gets unimplemented"
	noDatabaseImage      = "compares ids, times and positions with a database image that only its makers have; a client can't write those"
)

var (
	goClientFilesLeftOut = map[string]string{
		"containers_test.go":                   "starts docker containers: testdata/goclient has one that doesn't",
		"persistent_subscriptions_test.go":     noSubscriptionGroups,
		"persistent_subscription_read_test.go": noSubscriptionGroups,
		"projection_test.go":                   "projections are not served",
		"client_certificates_test.go":          "users are not known by certificates (a plugin of the real server)",
		"cluster_test.go":                      "there is one node",
	}
	goClientTestsLeftOut = map[string]string{
		"TestPersistentSubscriptions": noSubscriptionGroups,
		"TestProjections":             "projections are not served",
		"TestPlugins":                 "users are not known by certificates (a plugin of the real server)",
		"TestStreams/AuthenticationTests/callInsecureWithoutCredentials":               "creates a persistent subscription; " + noSubscriptionGroups,
		"TestStreams/AuthenticationTests/callInsecureWithInvalidCredentials":           "creates a persistent subscription; " + noSubscriptionGroups,
		"TestStreams/AuthenticationTests/callWithTLSAndDefaultCredentials":             "creates a persistent subscription; " + noSubscriptionGroups,
		"TestStreams/AuthenticationTests/callWithTLSAndOverrideCredentials":            "creates a persistent subscription; " + noSubscriptionGroups,
		"TestStreams/ReadStreamTests/readStreamEventsForwardsFromZeroPosition":         noDatabaseImage,
		"TestStreams/ReadStreamTests/readStreamEventsBackwardsFromEndPosition":         noDatabaseImage,
		"TestStreams/SubscriptionTests/allSubscriptionWithFilterDeliversCorrectEvents": noDatabaseImage,
		"TestExpectations/ReadAllTests/readAllEventsForwardsFromZeroPosition(":         noDatabaseImage,
		"TestExpectations/ReadAllTests/readAllEventsForwardsFromNonZeroPosition":       noDatabaseImage,
		"TestExpectations/ReadAllTests/readAllEventsBackwardsFromZeroPosition":         noDatabaseImage,
		"TestExpectations/ReadAllTests/readAllEventsBackwardsFromNonZeroPosition":      noDatabaseImage,
	}
)

// TestGoClientsOwnTests runs the tests of the official Go client, out of the module cache, against "saldo wire" processes.
func TestGoClientsOwnTests(t *testing.T) {
	dir := goClientSuite(t)
	in := t.TempDir()
	binary := filepath.Join(in, "suite.test")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-mod=mod", "-o", binary, "./esdb")
	build.Dir, build.Env = dir, append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOPROXY=off")
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s", output)

	passed := map[string]bool{}
	testing := []string{"--memory", "--allow-append", "--allow-delete"}
	plain := []string{"EVENTSTORE_INSECURE=true"}
	for _, name := range []string{"SALDO_EMPTY", "SALDO_POPULATED"} {
		plain = append(plain, name+"="+hostPort(wireProcess(t, testing...)))
	}
	runGoClientSuite(t, dir, binary, plain, passed)

	users := filepath.Join(in, "users")
	addUser(t, users, "admin", "node", "changeit")
	certFile, keyFile := selfSigned(t)
	copyFile(t, certFile, filepath.Join(dir, "certs", "node", "node.crt"))
	untrusted, _ := selfSigned(t)
	copyFile(t, untrusted, filepath.Join(dir, "certs", "untrusted-ca", "ca.crt"))
	secure := []string{"EVENTSTORE_INSECURE=false"}
	for _, name := range []string{"SALDO_EMPTY", "SALDO_POPULATED"} {
		secure = append(secure, name+"="+hostPort(wireProcess(t, append(testing, "--tls-cert", certFile, "--tls-key", keyFile, "--users", users)...)))
	}
	runGoClientSuite(t, dir, binary, secure, passed)
	allAccountedFor(t, dir, passed)
}

func hostPort(connection string) string {
	rest, _, _ := strings.Cut(strings.TrimPrefix(connection, "esdb://"), "?")
	return rest
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o700))
	require.NoError(t, os.WriteFile(to, content, 0o600))
}

// goClientSuite puts the client's test files into a module of their own, with our file in the place of the one that starts
// containers; the client itself, and everything that it needs, are those of our go.mod.
func goClientSuite(t *testing.T) (dir string) {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", goClient)
	found, err := list.Output()
	require.NoError(t, err)
	client := strings.TrimSpace(string(found))
	if client == "" {
		storetest.NotRun(t, "goclient", "the sources of %s are not in the module cache: go mod download", goClient)
	}
	dir = t.TempDir()
	mod, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), bytes.Replace(mod, []byte("module saldo"), []byte("module suite"), 1), 0o600))
	copyFile(t, filepath.Join("..", "..", "go.sum"), filepath.Join(dir, "go.sum"))
	files, err := filepath.Glob(filepath.Join(client, "esdb", "*_test.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		copyFile(t, file, filepath.Join(dir, "esdb", filepath.Base(file)))
	}
	copyFile(t, filepath.Join("testdata", "goclient", "containers_test.go"), filepath.Join(dir, "esdb", "containers_test.go"))
	resources, err := filepath.Glob(filepath.Join(client, "resources", "test", "*"))
	require.NoError(t, err)
	for _, file := range resources {
		copyFile(t, file, filepath.Join(dir, "resources", "test", filepath.Base(file)))
	}
	return dir
}

// runGoClientSuite runs what isn't left out and notes what passed. Nothing may fail.
func runGoClientSuite(t *testing.T, dir, binary string, env []string, passed map[string]bool) {
	t.Helper()
	var skip []string
	for name := range goClientTestsLeftOut {
		parts := strings.Split(name, "/")
		for i, part := range parts {
			parts[i] = "^" + regexp.QuoteMeta(part) + "$"
		}
		skip = append(skip, strings.Join(parts, "/"))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	suite := exec.CommandContext(ctx, "go", "tool", "test2json", binary, "-test.v=test2json", "-test.skip", strings.Join(skip, "|"))
	suite.Dir, suite.Env = filepath.Join(dir, "esdb"), append(os.Environ(), env...)
	output, err := suite.Output()
	require.NoError(t, err, "%s", output)
	lines := bufio.NewScanner(bytes.NewReader(output))
	for lines.Scan() {
		var event struct{ Action, Test string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &event))
		require.NotEqual(t, "fail", event.Action, "%s\n%s", event.Test, output)
		if event.Action == "pass" && event.Test != "" {
			passed[event.Test] = true
		}
	}
}

// allAccountedFor holds the list of what is left out to the client's sources: each test in them passed or is listed, and
// nothing that is listed passed or is gone.
func allAccountedFor(t *testing.T, dir string, passed map[string]bool) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "esdb", "*_test.go"))
	require.NoError(t, err)
	leaves := map[string]bool{}
	for name := range passed {
		leaves[filepath.Base(name)] = true
	}
	leftOut := map[string]bool{}
	for name := range goClientTestsLeftOut {
		require.False(t, passed[name], "%s passes: take it off the list", name)
		leftOut[filepath.Base(name)] = true
	}
	run := regexp.MustCompile(`t\.Run\("([^"]+)"`)
	count := 0
	for _, file := range files {
		if goClientFilesLeftOut[filepath.Base(file)] != "" {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range run.FindAllStringSubmatch(string(text), -1) {
			count++
			name := strings.ReplaceAll(m[1], " ", "_")
			require.True(t, leaves[name] || leftOut[name], "%s of %s was not run", name, filepath.Base(file))
			delete(leftOut, name)
		}
	}
	for name := range leftOut {
		require.Regexp(t, "^Test", name, "%s is listed, and no test of the client", name)
	}
	t.Logf("%d tests of the client are named in its sources, %d ran and passed, %d are left out", count, len(passed), len(goClientTestsLeftOut))
	for _, name := range slices.Sorted(maps.Keys(goClientTestsLeftOut)) {
		t.Logf("left out: %s: %s", name, goClientTestsLeftOut[name])
	}
}
