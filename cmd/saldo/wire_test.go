package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

// startWire runs "saldo wire" until stop, which gives the exit code and what was said.
func startWire(t *testing.T, args ...string) (connection string, stop func() (int, string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	var said bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"wire", "--listen", "127.0.0.1:0"}, args...), strings.NewReader(""), w, &said)
		_ = w.Close()
	}()
	connection, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		cancel()
		require.NoError(t, err, "exit code %d: %s", <-code, &said)
	}
	ended := false
	stop = func() (int, string) {
		if ended {
			return 0, ""
		}
		ended = true
		cancel()
		return <-code, said.String()
	}
	t.Cleanup(func() { stop() })
	return strings.TrimSpace(connection), stop
}

// examples is a simulation made of the examples of all commands.
func examples(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "d")
	code, out, said := cli(t, "commands", "--examples")
	require.Equal(t, exitOK, code, said)
	file := filepath.Join(t.TempDir(), "examples")
	require.NoError(t, os.WriteFile(file, []byte(out), 0o600))
	code, _, said = cli(t, "import", file, "--simulate", "--data", dir)
	require.Equal(t, exitOK, code, said)
	return dir
}

func root(t *testing.T, dir string) string {
	t.Helper()
	code, out, said := cli(t, "digest", "--data", dir, "--output", "csv")
	require.Equal(t, exitOK, code, said)
	return out
}

// TestCopyOverTheWire: directory → server in memory → directory → served directory, and the root is the same everywhere.
func TestCopyOverTheWire(t *testing.T) {
	dir := examples(t)
	want := root(t, dir)
	connection, stop := startWire(t, "--memory", "--allow-append")
	require.Regexp(t, `^esdb://127\.0\.0\.1:[0-9]+\?tls=false$`, connection)
	code, out, said := cli(t, "copy", "--from", dir, "--to", connection, "--output", "csv")
	require.Equal(t, exitOK, code, said)
	require.Equal(t, want, out)
	require.Contains(t, said, "peladen tidak mengingat itu")
	code, _, said = cli(t, "copy", "--from", dir, "--to", connection)
	require.Equal(t, exitOK, code, said)
	require.Contains(t, said, "0 peristiwa disalin")

	back := filepath.Join(t.TempDir(), "back")
	code, out, said = cli(t, "copy", "--from", connection, "--to", back, "--output", "csv")
	require.Equal(t, exitOK, code, said)
	require.Equal(t, want, out)
	require.Equal(t, want, root(t, back))
	code, said = stop()
	require.Equal(t, exitOK, code, said)
	require.Contains(t, said, "siap: ")
	require.Contains(t, said, "selesai")

	// A server that takes no events says so, with the code for rights.
	served, stopServed := startWire(t, "--data", back)
	longer := filepath.Join(t.TempDir(), "longer")
	file := filepath.Join(t.TempDir(), "facts")
	require.NoError(t, os.WriteFile(file, []byte(determinations(3)), 0o600))
	code, _, said = cli(t, "copy", "--from", served, "--to", longer)
	require.Equal(t, exitOK, code, said)
	code, _, said = cli(t, "import", file, "--as", "facts", "--data", longer)
	require.Equal(t, exitOK, code, said)
	code, _, said = cli(t, "copy", "--from", longer, "--to", served)
	require.Contains(t, []int{exitAuth, exitUnavailable}, code, said) // the official client loses the reason now and then
	code, _, said = cli(t, "import", file, "--as", "facts", "--data", back)
	require.Equal(t, exitUnavailable, code, said) // locked
	code, said = stopServed()
	require.Equal(t, exitOK, code, said)
}

// TestInterruptedCopy stops a copy between groups and goes on.
func TestInterruptedCopy(t *testing.T) {
	dir := examples(t)
	a := &app{in: strings.NewReader(""), out: io.Discard, err: io.Discard, env: os.Getenv, clock: fixedClock, newID: func() string { return "id-1" }}
	require.NoError(t, a.globalsForTest())
	to := filepath.Join(t.TempDir(), "to")
	src, err := a.openLogToRead(t.Context(), place{text: dir})
	require.NoError(t, err)
	dst, err := a.openLogToCopy(t.Context(), place{text: to}, src, false)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	const after = 7
	k := &copier{a: a, from: src, to: &openLog{Store: &stopping{Store: dst.Store, after: after, stop: cancel}, at: dst.at}, bar: &bar{}}
	require.ErrorIs(t, k.problem(ctx, k.run(ctx)), errInterrupted)
	require.NoError(t, dst.Close())
	require.NoError(t, src.Close())
	require.GreaterOrEqual(t, k.copied, uint64(after))
	code, _, said := cli(t, "copy", "--from", dir, "--to", to)
	require.Equal(t, exitOK, code, said)
	require.Contains(t, said, fmt.Sprintf("%d sudah ada di sana", k.copied))
	require.Equal(t, root(t, dir), root(t, to))
}

// stopping is a store that takes one append after the other, and a hand on Ctrl-C during one of them.
type stopping struct {
	eventstore.Store
	after int
	stop  context.CancelFunc
}

func (s *stopping) Append(ctx context.Context, stream string, at eventstore.Expected, events ...eventstore.EventData) (eventstore.Appended, error) {
	if s.after--; s.after == 0 {
		s.stop()
		ctx = context.WithoutCancel(ctx)
	}
	return s.Store.Append(ctx, stream, at, events...)
}

// TestWireWithTLS: a certificate that isn't trusted is an error that says how to trust it.
func TestWireWithTLS(t *testing.T) {
	certFile, keyFile := selfSigned(t)
	connection, _ := startWire(t, "--memory", "--allow-append", "--tls-cert", certFile, "--tls-key", keyFile)
	require.Regexp(t, `^esdb://localhost:[0-9]+$`, connection)
	dir := examples(t)
	code, _, said := cli(t, "copy", "--from", dir, "--to", connection)
	require.Equal(t, exitUnavailable, code, said)
	require.Contains(t, said, "tlsCAFile")
	code, out, said := cli(t, "copy", "--from", dir, "--to", connection+"?tlsCAFile="+certFile, "--output", "csv")
	require.Equal(t, exitOK, code, said)
	require.Equal(t, root(t, dir), out)
}

func selfSigned(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: fixedClock().AddDate(-5, 0, 0), NotAfter: fixedClock().AddDate(50, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	raw, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	certFile, keyFile = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw}), 0o600))
	return certFile, keyFile
}
