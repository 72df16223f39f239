package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"saldo/eventstore"
	"saldo/eventstore/embedded"
	"saldo/eventstore/esdb"
)

const (
	// reach is how long a command waits for a server that isn't there.
	reach = 5 * time.Second
	// outage is how long it waits for one that went away in the middle.
	outage = 15 * time.Second
)

// place is where a log lies: a data directory, or a server that speaks EventStoreDB's protocol.
type place struct {
	text   string
	server bool
}

// placeOf reads what stands behind --from, --to or --store.
func (a *app) placeOf(flag, text string) (place, error) {
	scheme, _, found := strings.Cut(text, "://")
	switch {
	case text == "":
		return place{}, usage(a.t("kurang: --", "missing: --")+flag,
			a.t("direktori data, atau esdb://host:2113?tls=false", "a data directory, or esdb://host:2113?tls=false"))
	case !found:
		return place{text: filepath.Clean(text)}, nil
	case scheme == "esdb" || scheme == "esdb+discover":
		return place{text: text, server: true}, nil
	}
	return place{}, usage(fmt.Sprintf("--%s: %q", flag, clip(scheme+"://")), a.t("direktori data, esdb:// atau esdb+discover://", "a data directory, esdb:// or esdb+discover://"))
}

// String names the place; credentials and options are left out.
func (p place) String() string {
	if !p.server {
		return p.text
	}
	scheme, rest, _ := strings.Cut(p.text, "://")
	if i := strings.LastIndex(rest, "@"); i >= 0 {
		rest = rest[i+1:]
	}
	hosts, _, _ := strings.Cut(rest, "?")
	return scheme + "://" + strings.TrimSuffix(hosts, "/")
}

// credentials is what stands before the @ of a connection string.
func (p place) credentials() string {
	_, rest, _ := strings.Cut(p.text, "://")
	if i := strings.LastIndex(rest, "@"); p.server && i >= 0 {
		return rest[:i]
	}
	return ""
}

// masked is an error that says something else: its text without credentials, or with all damage.
type masked struct {
	text  string
	cause error
}

func (m *masked) Error() string { return m.text }
func (m *masked) Unwrap() error { return m.cause }

// mask takes the credentials of a place out of an error's text.
func (p place) mask(err error) error {
	given := p.credentials()
	if given == "" || err == nil {
		return err
	}
	user, password, _ := strings.Cut(given, ":")
	text := err.Error()
	for _, secret := range []string{given, password, user} {
		plain, unescapeErr := url.PathUnescape(secret)
		for _, s := range []string{secret, plain, url.QueryEscape(plain), url.PathEscape(plain)} {
			if s != "" && unescapeErr == nil || s == secret && s != "" {
				text = strings.ReplaceAll(text, s, "***")
			}
		}
	}
	return &masked{text: text, cause: err}
}

// openLog is a log that is open, in whatever place.
type openLog struct {
	eventstore.Store
	at   place
	file ledgerFile // a server has none: what it serves counts as a real ledger
}

// openLogToRead opens a log beside whoever writes to it.
func (a *app) openLogToRead(ctx context.Context, p place) (*openLog, error) {
	if p.server {
		store, err := a.openServer(ctx, p)
		if err != nil {
			return nil, err
		}
		return &openLog{Store: store, at: p, file: ledgerFile{Kind: kindLedger}}, nil
	}
	b := a.dirApp(p.text)
	if err := b.mustStand(); err != nil {
		return nil, err
	}
	file, _, err := readLedgerFile(p.text)
	if err != nil {
		return nil, err
	}
	store, err := embedded.OpenReadOnly(ctx, embedded.Config{Dir: p.text, Now: a.clock, NewID: a.newID})
	if err != nil {
		return nil, b.damaged(ctx, err)
	}
	return &openLog{Store: store, at: p, file: file}, nil
}

// dirApp is the app in another data directory.
func (a *app) dirApp(dir string) *app {
	b := *a
	b.dir, b.store = dir, place{}
	return &b
}

// damaged is openProblem with all damage that the files have, not the first alone.
func (a *app) damaged(ctx context.Context, err error) error {
	if !errors.Is(err, eventstore.ErrCorrupt) {
		return a.openProblem(err)
	}
	const most = 20
	_, found, checkErr := embedded.CheckDir(ctx, a.dir)
	if checkErr != nil || len(found) < 2 { //nolint:mnd // one is what the error says
		return a.openProblem(err)
	}
	var text strings.Builder
	fmt.Fprintf(&text, a.t("%d kerusakan:", "%d places are damaged:"), len(found))
	for _, d := range found[:min(most, len(found))] {
		text.WriteString("\n    " + d.String())
	}
	return a.openProblem(&masked{text: text.String(), cause: err})
}

// chooseStore takes --store: a server, or a directory as --data does.
func (a *app) chooseStore(c *cobra.Command) error {
	if !c.Flags().Changed("store") {
		return nil
	}
	p, err := a.placeOf("store", a.storeFlag)
	switch {
	case err != nil:
		return err
	case c.Flags().Changed("data"):
		return usage(a.t("--store dan --data bersamaan", "--store and --data together"), a.t("pilih satu", "choose one"))
	case !p.server:
		a.dir = p.text
		return c.Flags().Set("data", p.text)
	case slices.Contains([]string{"backup", "restore", "copy", "demo", "wire"}, c.Name()):
		return usage(fmt.Sprintf(a.t("saldo %s tidak memakai --store", "saldo %s does not take --store"), c.Name()), c.CommandPath()+" --help")
	}
	a.store = p
	return nil
}

// openServerLedger opens the ledger of --store. No file beside it says otherwise, so it is a real one.
func (a *app) openServerLedger(ctx context.Context) (*ledger, error) {
	store, err := a.openServer(ctx, a.store)
	if err != nil {
		return nil, err
	}
	return a.serve(ctx, store, ledgerFile{Kind: kindLedger})
}

func (a *app) noSimulationThere() error {
	return usage(a.t("simulasi tidak disimpan di peladen", "a simulation is not kept on a server"),
		a.t("pakai --data DIR; saldo copy menyalinnya kemudian", "use --data DIR; saldo copy copies it afterwards"))
}

// openServer opens the log of a server and waits for it a moment.
func (a *app) openServer(ctx context.Context, p place) (*esdb.Store, error) {
	if strings.ContainsAny(p.credentials(), "?#/ ") {
		return nil, usage(p.String()+a.t(": kredensial di depan @ tidak terbaca", ": what stands before the @ can't be read"),
			a.t("nama:sandi, dengan ? # / @ ditulis %3F %23 %2F %40", "user:password, with ? # / @ written %3F %23 %2F %40"))
	}
	store, err := esdb.Open(ctx, esdb.Config{ConnectionString: p.text, NewID: a.newID, Options: esdb.Options{Outage: outage}})
	if err != nil {
		return nil, a.serverProblem(p, err)
	}
	opening, cancel := context.WithTimeout(ctx, reach)
	defer cancel()
	if _, err = store.Head(opening); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, errors.Join(a.serverProblem(p, err), store.Close())
	}
	return store, nil
}

// serverProblem gives an error of a server its exit code and a cure, and takes credentials out of it.
func (a *app) serverProblem(p place, err error) error {
	cause := p.mask(err)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, eventstore.ErrInvalid):
		return &problem{code: exitUsage, what: p.String(), cause: cause, cure: "esdb://host:2113?tls=false, esdb://user:password@host:2113"} //nolint:gosec // the form of one
	case errors.Is(err, esdb.ErrCredentials):
		return &problem{
			code: exitAuth, what: p.String(), cause: cause,
			cure: a.t("esdb://nama:sandi@host:2113 dengan hak yang cukup; untuk menulis, peladen harus menerimanya (saldo wire --allow-append)",
				"esdb://user:password@host:2113 with enough rights; to write, the server must take it (saldo wire --allow-append)"),
		}
	case errors.Is(err, esdb.ErrCertificate):
		return &problem{
			code: exitUnavailable, what: p.String(), cause: cause,
			cure: a.t("sertifikat sendiri: ?tlsCAFile=ca.pem; peladen tanpa TLS: ?tls=false", "a certificate of your own: ?tlsCAFile=ca.pem; a server without TLS: ?tls=false"),
		}
	case errors.Is(err, eventstore.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		return &problem{
			code: exitUnavailable, what: a.t("peladen tidak terjangkau: ", "the server can't be reached: ") + p.String(), cause: cause,
			cure: a.t("berjalankah peladennya? Tanpa TLS: ?tls=false", "is it running? Without TLS: ?tls=false"),
		}
	}
	return &problem{code: codeOf(err), what: p.String(), cause: cause}
}

// mustBeFree refuses a directory that has something in it.
func (a *app) mustBeFree(flag, dir string) error {
	if dir == "" {
		return usage(a.t("kurang: --", "missing: --")+flag, "--"+flag+" DIR")
	}
	found, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(found) == 0 {
		return nil
	}
	if err != nil {
		return &problem{code: cmp.Or(permission(err), exitFailure), what: "--" + flag, cause: err}
	}
	cure := a.t("pilih direktori yang kosong atau belum ada: --", "choose a directory that is empty or missing: --") + flag + " DIR"
	if len(found) == 1 && found[0].Name() == partialName {
		cure = a.t("sisa saldo backup atau restore yang terputus dan tidak dapat dipakai: hapus ", "left by an interrupted saldo backup or restore, and of no use: remove ") + filepath.Join(dir, partialName)
	}
	return &problem{code: exitConflict, what: fmt.Sprintf(a.t("%s tidak kosong (ada %s)", "%s is not empty (it has %s)"), dir, found[0].Name()), cure: cure}
}

func permission(err error) int {
	if errors.Is(err, fs.ErrPermission) {
		return exitAuth
	}
	return 0
}
