// Package cmd_test holds the tests of the module's shape and of its README.
package cmd_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

const module = "saldo"

// allowed is the architecture: which folders each top-level folder may import. Nothing imports cmd.
var allowed = map[string][]string{
	"domain":      {},
	"eventstore":  {},
	"projections": {"domain", "eventstore"},
	"api":         {"domain", "eventstore", "projections"},
	"cmd":         {"domain", "eventstore", "projections", "api"},
}

// owners says which packages alone may import a third-party module. "*_test.go" stands for every test file and
// every package whose name ends in "test"; "dir/*_test.go" for those of one folder. A module that is not here is free, as shopspring/decimal and google/uuid are.
var owners = map[string][]string{
	"github.com/EventStore/EventStore-Client-Go": {"eventstore/esdb", "eventstore/wire"},
	"github.com/anishathalye/porcupine":          {"*_test.go"},
	"github.com/cockroachdb/pebble":              {"eventstore/embedded"},
	"github.com/getkin/kin-openapi":              {"api/*_test.go"}, // other people's reading of our contract
	"github.com/gorilla/mux":                     {"api"},
	"github.com/klauspost/compress":              {"api"},
	"github.com/prometheus/client_golang":        {"api"},
	"github.com/schollz/progressbar":             {"cmd/saldo"},
	"github.com/spf13/cobra":                     {"cmd/saldo"},
	"github.com/stretchr/testify":                {"*_test.go"},
	"golang.org/x/crypto":                        {"eventstore/wire"}, // what passwords are hashed with
	"golang.org/x/mod/sumdb/tlog":                {"api"},             // the digest
	"github.com/xuri/excelize":                   {"cmd/saldo"},       // workbooks
	"golang.org/x/time":                          {"api"},
	"go.yaml.in/yaml":                            {"api/*_test.go"}, // reads what a test wrote
	// The event store's benchmarks are ratios to SQLite; the store itself has nothing of it.
	"modernc.org/sqlite": {"projections", "eventstore/embedded/*_test.go"},
	"pgregory.net/rapid": {"*_test.go"},
}

// The domain is functions over values: what it may import from others, and what it may not import from the
// standard library or use of package time. The packages below domain/ keep parsed tables and may import sync.
var (
	domainOthers = []string{"github.com/shopspring/decimal", "github.com/google/uuid"}
	domainBanned = []string{"context", "database/sql", "log", "math/rand", "net", "os", "sync"}
	domainClock  = []string{"Now", "Since", "Until"}
)

// source is one Go file of the module.
type source struct {
	name string // from the module's root, with slashes
	dir  string
	file *ast.File
	at   func(ast.Node) string
}

// test says whether the file is a test or belongs to a package that serves tests.
func (s source) test() bool {
	return strings.HasSuffix(s.name, "_test.go") || strings.HasSuffix(s.dir, "test")
}

func (s source) in(dir string) bool { return within(s.dir, dir) }

// within says whether path p is root or lies below it, so that "os" holds "os/exec" and not "ostree".
func within(p, root string) bool { return p == root || strings.HasPrefix(p, root+"/") }

// imports yields each import path with the name that the file calls it by, "" where it gives none.
func (s source) imports(yield func(imp, name string) bool) {
	for _, spec := range s.file.Imports {
		imp, _ := strconv.Unquote(spec.Path.Value)
		name := ""
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if !yield(imp, name) {
			return
		}
	}
}

// sources reads the module's files. They are read here and not by "go list": go test re-runs a cached test when a
// file it opened changes, and knows nothing of what a child opened. Folders named testdata and folders that start
// with a dot are not the module's, as for the go command.
func sources(root fs.FS) ([]source, error) {
	var all []source
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || name != "." && strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{name, path.Dir(name), file, func(n ast.Node) string { return set.Position(n.Pos()).String() }})
		return nil
	})
	return all, err
}

// rules are what TestShape holds every file to; each returns what is wrong with one.
var rules = map[string]func(source) []string{
	"directions": directions,
	"owners":     thirdParties,
	"update":     onlyUpdateAppends,
	"domain":     domainIsPure,
}

func directions(s source) (wrong []string) {
	from, _, _ := strings.Cut(s.dir, "/")
	may, ok := allowed[from]
	if !ok {
		return []string{fmt.Sprintf("%s: %q is not a folder of this module", s.name, from)}
	}
	for imp := range s.imports {
		rel, ours := strings.CutPrefix(imp, module+"/")
		if !ours {
			continue
		}
		to, _, _ := strings.Cut(rel, "/")
		switch {
		case to == "cmd":
			wrong = append(wrong, fmt.Sprintf("%s imports %s: nothing imports cmd", s.name, rel))
		case to != from && !slices.Contains(may, to):
			wrong = append(wrong, fmt.Sprintf("%s imports %s: %s may import only %v", s.name, rel, from, may))
		}
	}
	return wrong
}

func thirdParties(s source) (wrong []string) {
	may := func(who string) bool {
		dir, tests := strings.CutSuffix(who, "*_test.go")
		return who == s.dir || tests && s.test() && (dir == "" || dir == s.dir+"/")
	}
	for imp := range s.imports {
		for mod, who := range owners {
			if within(imp, mod) && !slices.ContainsFunc(who, may) {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: only %v may", s.name, imp, who))
			}
		}
	}
	return wrong
}

// onlyUpdateAppends finds calls of a store's Append outside eventstore/, which take a context first. Everyone else goes
// through eventstore.Update, which cannot forget the revision, the retry, or an outcome that is unknown.
func onlyUpdateAppends(s source) (wrong []string) {
	if s.test() || s.in("eventstore") {
		return nil
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || method.Sel.Name != "Append" {
			return true
		}
		if isContext(call.Args[0]) {
			wrong = append(wrong, s.at(call)+": calls Append on a store: only eventstore.Update may")
		}
		return true
	})
	return wrong
}

// isContext goes by the names in use: ctx, r.Context(), context.Background().
func isContext(arg ast.Expr) bool {
	switch arg := arg.(type) {
	case *ast.Ident:
		return arg.Name == "ctx"
	case *ast.CallExpr:
		sel, ok := arg.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		pkg, ok := sel.X.(*ast.Ident)
		return sel.Sel.Name == "Context" || ok && pkg.Name == "context"
	}
	return false
}

func domainIsPure(s source) (wrong []string) {
	if s.test() || !s.in("domain") {
		return nil
	}
	clock := ""
	for imp, name := range s.imports {
		for _, pkg := range domainBanned {
			if within(imp, pkg) && (pkg != "sync" || s.dir == "domain") {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: domain does no I/O, never blocks, and takes time and ids as arguments", s.name, imp))
			}
		}
		if host, _, _ := strings.Cut(imp, "/"); strings.Contains(host, ".") && !slices.Contains(domainOthers, imp) {
			wrong = append(wrong, fmt.Sprintf("%s imports %s: domain may import only %v", s.name, imp, domainOthers))
		}
		if imp == "time" {
			if clock = name; name == "" {
				clock = "time"
			}
		}
	}
	if clock == "." {
		wrong = append(wrong, s.name+": imports time as \".\", which hides the clock")
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || !slices.Contains(domainClock, sel.Sel.Name) {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == clock {
			wrong = append(wrong, s.at(sel)+": uses time."+sel.Sel.Name+": the time comes in the command")
		}
		return true
	})
	return wrong
}

func TestShape(t *testing.T) {
	all, err := sources(os.DirFS(".."))
	require.NoError(t, err)
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			for _, s := range all {
				for _, wrong := range rule(s) {
					t.Error(wrong)
				}
			}
		})
	}
	for dir := range allowed {
		if !slices.ContainsFunc(all, func(s source) bool { return s.in(dir) }) {
			t.Errorf("folder %q is gone: update the table", dir)
		}
	}
}

// TestRulesFire holds the rules themselves: each finds what it is for, and nothing in what is right.
func TestRulesFire(t *testing.T) {
	for _, c := range []struct {
		name, rule, file, body string
		wrong                  int
	}{
		{"folder", "directions", "util/x.go", ``, 1},
		{"up", "directions", "domain/x.go", `import "saldo/eventstore"`, 1},
		{"up from a test", "directions", "eventstore/x_test.go", `import "saldo/domain"`, 1},
		{"down", "directions", "api/x.go", `import ("saldo/domain/reason"; "saldo/eventstore")`, 0},
		{"within", "directions", "domain/x.go", `import "saldo/domain/reason"`, 0},
		{"cmd from api", "directions", "api/x.go", `import "saldo/cmd/saldo"`, 1},
		{"cmd from cmd", "directions", "cmd/other/x.go", `import "saldo/cmd/saldo"`, 1},
		{"owner", "owners", "cmd/saldo/x.go", `import "github.com/spf13/cobra"`, 0},
		{"other", "owners", "api/x.go", `import "github.com/spf13/cobra"`, 1},
		{"major version", "owners", "api/x.go", `import "github.com/schollz/progressbar/v3"`, 1},
		{"longer name", "owners", "api/x.go", `import "github.com/spf13/cobra-cli"`, 0},
		{"free", "owners", "api/x.go", `import "github.com/google/uuid"`, 0},
		{"rapid in a test", "owners", "domain/x_test.go", `import "pgregory.net/rapid"`, 0},
		{"rapid in a package for tests", "owners", "eventstore/storetest/x.go", `import "pgregory.net/rapid"`, 0},
		{"rapid elsewhere", "owners", "domain/x.go", `import "pgregory.net/rapid"`, 1},
		{"sqlite in a test", "owners", "api/x_test.go", `import _ "modernc.org/sqlite"`, 1},
		{"sqlite in a benchmark of the store", "owners", "eventstore/embedded/x_test.go", `import _ "modernc.org/sqlite"`, 0},
		{"sqlite in the store", "owners", "eventstore/embedded/x.go", `import _ "modernc.org/sqlite"`, 1},
		{"append", "update", "api/x.go", `func f() { store.inner.Append(ctx, "s", at) }`, 1},
		{"append in a handler", "update", "api/x.go", `func f() { store.Append(r.Context(), "s", at) }`, 1},
		{"append in the background", "update", "api/x.go", `func f() { store.Append(context.Background(), "s", at) }`, 1},
		{"append to a list", "update", "api/x.go", `func f() { list.Append(event) }`, 0},
		{"append in a test", "update", "api/x_test.go", `func f() { store.Append(ctx, "s", at) }`, 0},
		{"append in eventstore", "update", "eventstore/update.go", `func f() { store.Append(ctx, "s", at) }`, 0},
		{"I/O", "domain", "domain/x.go", `import ("os/exec"; "net/http"; "log/slog"; "math/rand/v2")`, 4},
		{"I/O in a test", "domain", "domain/x_test.go", `import "os"`, 0},
		{"I/O elsewhere", "domain", "api/x.go", `import "os"`, 0},
		{"sync", "domain", "domain/x.go", `import "sync/atomic"`, 1},
		{"sync below", "domain", "domain/reason/x.go", `import "sync/atomic"`, 0},
		{"context below", "domain", "domain/reason/x.go", `import "context"`, 1},
		{"decimal", "domain", "domain/x.go", `import "github.com/shopspring/decimal"`, 0},
		{"a stranger", "domain", "domain/x.go", `import "gopkg.in/yaml.v3"`, 1},
		{"time", "domain", "domain/x.go", `import "time"; var d = time.Hour`, 0},
		{"clock", "domain", "domain/x.go", `import "time"; var now = time.Now`, 1},
		{"clock renamed", "domain", "domain/x.go", `import clock "time"; func f() { clock.Since(x); clock.Until(x) }`, 2},
		{"clock hidden", "domain", "domain/x.go", `import . "time"`, 1},
		{"another's Now", "domain", "domain/x.go", `import "time"; var d = time.Hour + act.Now()`, 0},
	} {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			all, err := sources(fstest.MapFS{
				c.file:             {Data: []byte("package x\n" + c.body)},
				"testdata/bad.go":  {Data: []byte("not Go")},
				".hidden/other.go": {Data: []byte("not Go")},
			})
			require.NoError(t, err)
			require.Len(t, all, 1)
			require.Len(t, rules[c.rule](all[0]), c.wrong)
		})
	}
}
