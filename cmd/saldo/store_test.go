package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestStoreFlag asks, imports, exports and checks over a server what it does over a directory.
func TestStoreFlag(t *testing.T) {
	dir := examples(t)
	server, _ := startWire(t, "--memory", "--allow-append")
	code, _, said := cli(t, "copy", "--from", dir, "--to", server)
	require.Equal(t, exitOK, code, said)
	for _, args := range [][]string{
		{"digest", "--output", "csv"},
		{"export"},
		{"check", "--output", "json"},
		{"why", "service", "--now", "2020-12-01 10:00", "--quiet"},
		{"audit", "redecide", "--quiet"},
	} {
		ended, there, talk := cli(t, append(args, "--store", server)...)
		require.Equal(t, exitOK, ended, "%v: %s", args, talk)
		_, here, _ := cli(t, append(args, "--store", dir)...)
		require.NotEmpty(t, here)
		if args[0] != "why" { // it says that one is a simulation
			require.Equal(t, here, there, "%v", args)
		}
	}
	code, checked, said := cli(t, "check", "--store", server)
	require.Equal(t, exitOK, code, said)
	require.Contains(t, checked, "dibaca dari esdb://127.0.0.1")

	file := filepath.Join(t.TempDir(), "facts")
	require.NoError(t, os.WriteFile(file, []byte(determinations(3)), 0o600))
	code, _, said = cli(t, "import", file, "--as", "facts", "--store", server)
	require.Equal(t, exitOK, code, said)
	require.Contains(t, said, "3 fakta dicatat")
	code, _, said = cli(t, "import", file, "--as", "facts", "--store", server)
	require.Equal(t, exitOK, code, said)
	require.Contains(t, said, "3 sudah ada")
	code, _, said = cli(t, "import", file, "--simulate", "--store", server)
	require.Equal(t, exitUsage, code, said)
	code, _, said = cli(t, "demo", "--store", server)
	require.Equal(t, exitUsage, code, said)
	code, _, said = cli(t, "digest", "--store", server, "--data", dir)
	require.Equal(t, exitUsage, code, said)
	code, _, said = cli(t, "digest", "--store", "esdb://admin:changeit@127.0.0.1:1")
	require.Equal(t, exitUnavailable, code, said)
	require.NotContains(t, said, "changeit")
	readOnly, _ := startWire(t, "--memory")
	code, _, said = cli(t, "import", file, "--as", "facts", "--store", readOnly)
	require.Contains(t, []int{exitAuth, exitUnavailable}, code, said) // the official client loses the reason now and then
}
