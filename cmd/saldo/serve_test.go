package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/domain"
)

// A server of EventStoreDB's protocol beside the service: another process decides through it, and the service follows.
func TestServeBesideNodes(t *testing.T) {
	out, stop := servingWith(t, filepath.Join(t.TempDir(), "ledger"), "--esdb-listen", "127.0.0.1:0", "--esdb-allow-append")
	esdb := regexp.MustCompile(`esdb://\S+`)
	require.Eventually(t, func() bool { return esdb.MatchString(out.String()) }, 10*time.Second, 5*time.Millisecond)
	url, connection := startLines.FindStringSubmatch(out.String())[1], esdb.FindString(out.String())

	var lines strings.Builder
	for _, example := range domain.Examples()[:12] {
		var line map[string]any
		require.NoError(t, json.Unmarshal(example, &line))
		delete(line, "received_at")
		text, err := json.Marshal(line)
		require.NoError(t, err)
		lines.Write(append(text, '\n'))
	}
	file := filepath.Join(t.TempDir(), "lines.ndjson")
	require.NoError(t, os.WriteFile(file, []byte(lines.String()), 0o600))
	code, _, talk := cli(t, "import", file, "--store", connection)
	require.Equal(t, exitOK, code, talk)
	counted := regexp.MustCompile(`(?m)^saldo_events 1[2-9]$`) // twelve outcomes, or a few more where one has consequences
	require.Eventually(t, func() bool {
		resp, err := http.Get(url + "/metrics")
		require.NoError(t, err)
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return counted.Match(text)
	}, 10*time.Second, 20*time.Millisecond)
	stop()
}
