package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// said is what a server prints, read while it runs.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

var startLines = regexp.MustCompile(`(?s)(http://\S+)\n.*(saldo_[0-9a-z]{12}_[0-9A-Za-z]{38})`)

// serving runs saldo serve over a new ledger, and gives its address, its first token, and how to stop it.
func serving(t *testing.T, dir string) (url, token string, stop func()) {
	t.Helper()
	out, stop := servingWith(t, dir)
	found := startLines.FindStringSubmatch(out.String())
	return found[1], found[2], stop
}

// servingWith does the same with more flags, and gives what was printed.
func servingWith(t *testing.T, dir string, flags ...string) (printed *said, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, ended := &said{}, make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--data", dir, "--listen", "127.0.0.1:0", "--quiet"}, flags...), nil, out, out)
	}()
	require.Eventually(t, func() bool { return startLines.MatchString(out.String()) }, 20*time.Second, 5*time.Millisecond, "%s", out)
	return out, func() {
		cancel()
		require.Equal(t, exitOK, <-ended, "%s", out)
	}
}

func saldo(t *testing.T, want int, in string, args ...string) string {
	t.Helper()
	var out, said bytes.Buffer
	got := run(t.Context(), args, strings.NewReader(in), &out, &said)
	require.Equal(t, want, got, "%v: %s%s", args, &out, &said)
	return out.String()
}

// An import over HTTP gives every line its result, wherever its token comes from, and the same again decides nothing twice.
func TestRemoteImport(t *testing.T) {
	dir := t.TempDir()
	url, admin, stop := serving(t, filepath.Join(dir, "data"))
	defer stop()
	var token string
	{
		text := saldoPost(t, url+"/v1/tokens", admin, `{"role":"programme_office"}`)
		token = regexp.MustCompile(`saldo_[0-9a-z]{12}_[0-9A-Za-z]{38}`).FindString(text)
	}
	tokenFile := filepath.Join(dir, "token")
	require.NoError(t, os.WriteFile(tokenFile, []byte(token+"\n"), 0o600))
	const people = 3000
	var lines strings.Builder
	for n := range people {
		switch n {
		case 7:
			fmt.Fprintln(&lines, "no JSON")
		case 9:
			fmt.Fprintln(&lines)
		default:
			fmt.Fprintf(&lines, `{"command":"AdmitPlatform","act":{"platform":"p-%d","name":"Platform"}}`+"\n", n)
		}
	}
	file := filepath.Join(dir, "lines.ndjson")
	require.NoError(t, os.WriteFile(file, []byte(lines.String()), 0o600))
	first := saldo(t, exitFailure, "", "import", file, "--url", url, "--token-file", tokenFile, "--output", "ndjson")
	require.Equal(t, people-2, strings.Count(first, `"outcome":"accepted"`), "%.500s", first)
	require.Contains(t, first, `{"line":8,"outcome":"error"`)
	require.Equal(t, people-1, strings.Count(first, "\n"))
	again := saldo(t, exitFailure, token, "import", file, "--url", url, "--token-file", "-", "--output", "ndjson")
	require.Equal(t, people-2, strings.Count(again, `"outcome":"replayed","was":"accepted"`))
	t.Setenv("SALDO_TOKEN", token)
	require.Contains(t, saldo(t, exitOK, "", "why", "service", "--url", url), "\n")
	require.Contains(t, saldo(t, exitOK, "", "participants", "--url", url, "--output", "json"), "[]")
	t.Setenv("SALDO_TOKEN", "saldo_aaaaaaaaaaaa_"+strings.Repeat("0", 38))
	saldo(t, exitAuth, "", "why", "service", "--url", url)
	t.Setenv("SALDO_TOKEN", "")
	saldo(t, exitAuth, "", "import", file, "--url", url)
	saldo(t, exitUsage, "", "import", file, "--url", url, "--as", "facts")
	saldo(t, exitUsage, "", "import", file, "--url", "127.0.0.1:1", "--token-file", tokenFile)
}

// saldoPost sends JSON and gives the answer's text.
func saldoPost(t *testing.T, url, token, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	content, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusCreated, resp.StatusCode, "%s", content)
	return string(content)
}

// A server that goes away and comes back in the middle of an import costs nothing and decides nothing twice.
func TestRemoteImportThatIsCut(t *testing.T) {
	dir := t.TempDir()
	url, admin, stop := serving(t, filepath.Join(dir, "data"))
	defer stop()
	token := regexp.MustCompile(`saldo_[0-9a-z]{12}_[0-9A-Za-z]{38}`).FindString(saldoPost(t, url+"/v1/tokens", admin, `{"role":"programme_office"}`))
	cut := cutting(t, strings.TrimPrefix(url, "http://"))
	const people = 2000
	var lines strings.Builder
	for n := range people {
		fmt.Fprintf(&lines, `{"command":"AdmitPlatform","act":{"platform":"p-%d","name":"Platform"}}`+"\n", n)
	}
	t.Setenv("SALDO_TOKEN", token)
	out := saldo(t, exitOK, lines.String(), "import", "-", "--url", "http://"+cut, "--output", "ndjson")
	require.Equal(t, people, strings.Count(out, "\n"))
	require.Equal(t, people, strings.Count(out, `"outcome":"accepted"`)+strings.Count(out, `"was":"accepted"`))
	for n := range people {
		require.Equal(t, 1, strings.Count(out, fmt.Sprintf(`"line":%d,`, n+1)))
	}
}

// cutting passes bytes on to a server, and cuts each of the first connections after some of the answer.
func cutting(t *testing.T, to string) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for n := int64(1); ; n++ {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := (&net.Dialer{}).DialContext(context.WithoutCancel(t.Context()), "tcp", to)
			if err != nil {
				_ = in.Close()
				return
			}
			go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
			go func() {
				if n <= 4 {
					_, _ = io.CopyN(in, out, n*20_000)
					_ = out.Close()
				} else {
					_, _ = io.Copy(in, out)
				}
				_ = in.Close()
			}()
		}
	}()
	return l.Addr().String()
}
