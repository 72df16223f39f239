package wire_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore/storetest"
	"saldo/eventstore/wire"
)

// TestNode runs testdata/node/suite.mjs: the official client for Node against a server as a ledger starts it, and
// against one that allows what a ledger doesn't.
func TestNode(t *testing.T) {
	dir := filepath.Join("testdata", "node")
	_, missing := os.Stat(filepath.Join(dir, "node_modules", "@eventstore", "db-client"))
	node, err := exec.LookPath("node")
	if missing != nil || err != nil {
		storetest.NotRun(t, "node", "run npm ci in eventstore/wire/%s (node: %v, packages: %v)", dir, err, missing)
	}
	for name, c := range map[string]struct {
		options wire.Options
		args    []string
	}{
		"ledger":  {wire.Options{AllowAppend: true}, nil},
		"testing": {wire.Options{AllowAppend: true, AllowDelete: true}, []string{"delete"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, inMemory(t), c.options)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			command := exec.CommandContext(ctx, node, append([]string{"suite.mjs", "esdb://" + s.address + "?tls=false"}, c.args...)...)
			command.Dir = dir
			output, err := command.CombinedOutput()
			require.NoError(t, err, "%s", output)
			t.Logf("%s", output)
		})
	}
}
