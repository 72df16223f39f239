package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"saldo/eventstore"
	"saldo/eventstore/embedded"
	"saldo/eventstore/memory"
	"saldo/eventstore/wire"
)

// stopPatience is how long calls under way may take once the program is told to end.
const stopPatience = 10 * time.Second

type wireFlags struct {
	memory, allowAppend, allowDelete bool
	listen, certFile, keyFile        string
}

func (a *app) wireCommand() *cobra.Command {
	var f wireFlags
	c := &cobra.Command{
		Use:   "wire",
		Short: a.t("Sajikan peristiwa lewat protokol EventStoreDB", "Serve the events in EventStoreDB's protocol"),
		Long: a.t(`Klien EventStoreDB dalam bahasa apa pun dapat membaca dan berlangganan. Menulis ditolak, kecuali dengan
--allow-append; menghapus selalu ditolak, kecuali dengan --allow-delete, yang hanya menyembunyikannya selama peladen
berjalan (untuk menguji klien). Kredensial tidak diminta: siapa yang mencapai alamatnya boleh membaca. Di luar mesin ini
hanya dengan TLS. stdout: connection string, begitu siap. Berakhir dengan rapi pada Ctrl-C atau SIGTERM, kode keluar 0.
Selama berjalan, direktori datanya terkunci bagi penulis lain.`,
			`Any EventStoreDB client in any language can read and subscribe. Appends are refused unless --allow-append is given;
deletes always, unless --allow-delete is, which only hides events while the server runs (to test clients).
No credentials are asked for: whoever reaches the address may read. Beyond this machine with TLS only.
stdout: the connection string, once it is ready. Ctrl-C or SIGTERM end it in order, exit code 0.
Meanwhile the data directory is locked for other writers.`),
		Example: `  saldo wire --data saldo-data
  saldo wire --memory --allow-append --allow-delete
  saldo wire --data saldo-data --listen 0.0.0.0:2113 --tls-cert node.pem --tls-key node.key`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			if f.memory && c.Flags().Changed("data") {
				return usage(a.t("--memory dan --data bersamaan", "--memory and --data together"), a.t("pilih satu", "choose one"))
			}
			return a.runWire(c.Context(), f)
		},
	}
	c.Flags().BoolVar(&f.memory, "memory", false, a.t("buku besar kosong di memori, hilang di akhir", "an empty ledger in memory, gone at the end"))
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:2113", a.t("alamat: host:port; port 0 memilih sendiri", "address: host:port; port 0 chooses one"))
	c.Flags().StringVar(&f.certFile, "tls-cert", "", a.t("berkas sertifikat (PEM)", "certificate file (PEM)"))
	c.Flags().StringVar(&f.keyFile, "tls-key", "", a.t("berkas kunci (PEM)", "key file (PEM)"))
	c.Flags().BoolVar(&f.allowAppend, "allow-append", false, a.t("terima peristiwa dari siapa pun yang mencapainya", "take events from whoever reaches it"))
	c.Flags().BoolVar(&f.allowDelete, "allow-delete", false, a.t("tiru penghapusan, untuk menguji klien", "emulate deletes, to test clients"))
	return c
}

func (a *app) runWire(ctx context.Context, f wireFlags) (err error) {
	if f.allowDelete && !f.allowAppend {
		return usage(a.t("--allow-delete tanpa --allow-append", "--allow-delete without --allow-append"), "--allow-append --allow-delete")
	}
	secured, err := a.wireTLS(f)
	if err != nil {
		return err
	}
	if err = a.mayListen(ctx, f.listen, secured != nil); err != nil {
		return err
	}
	store, err := a.wireStore(ctx, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	server, err := wire.New(wire.Config{Store: store, Now: a.clock, Options: wire.Options{
		AllowAppend: f.allowAppend, AllowDelete: f.allowDelete, TLS: secured,
		Log: slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}})
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.listen)
	if err != nil {
		return &problem{
			code: exitUnavailable, what: "--listen " + clip(f.listen), cause: err,
			cure: a.t("alamat lain, atau port 0 agar dipilihkan", "another address, or port 0 to have one chosen"),
		}
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }() //nolint:contextcheck // Stop ends it
	if _, err = fmt.Fprintln(a.out, connectionString(l.Addr(), secured)); err == nil {
		a.wireReady(f, l.Addr())
		select {
		case <-ctx.Done():
			a.talk("%s", a.t("berhenti…", "stopping…"))
		case err = <-served:
			return err
		}
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
	defer cancel()
	err = errors.Join(err, server.Stop(stopping), <-served)
	if err == nil {
		a.talk("%s", a.t("selesai", "stopped"))
	}
	return err
}

// wireReady says that the server answers, and to whom.
func (a *app) wireReady(f wireFlags, at net.Addr) {
	what := a.dir
	if f.memory {
		what = a.t("buku besar kosong di memori", "an empty ledger in memory")
	}
	may := a.t("membaca dan berlangganan", "read and subscribe")
	if f.allowAppend {
		may = a.t("membaca, berlangganan dan menulis", "read, subscribe and append")
	}
	a.talk(a.t("siap: %s di %s; siapa pun yang mencapainya boleh %s", "ready: %s on %s; whoever reaches it may %s"), what, at, may)
}

// wireTLS reads the certificate; nil without one.
func (a *app) wireTLS(f wireFlags) (*tls.Config, error) {
	if f.certFile == "" && f.keyFile == "" {
		return nil, nil //nolint:nilnil // no certificate, no TLS
	}
	if f.certFile == "" || f.keyFile == "" {
		return nil, usage(a.t("--tls-cert dan --tls-key harus bersama", "--tls-cert and --tls-key belong together"), "--tls-cert F --tls-key F")
	}
	pair, err := tls.LoadX509KeyPair(f.certFile, f.keyFile)
	if err != nil {
		return nil, &problem{code: cmp.Or(permission(err), exitUsage), what: "--tls-cert " + f.certFile + " --tls-key " + f.keyFile, cause: err}
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

// mayListen refuses addresses that other machines reach, unless there is TLS.
func (a *app) mayListen(ctx context.Context, address string, secured bool) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return usage("--listen: "+err.Error(), "127.0.0.1:2113")
	}
	if secured {
		return nil
	}
	loopback := host != ""
	if loopback {
		found, lookErr := net.DefaultResolver.LookupIPAddr(ctx, host)
		if lookErr != nil {
			return usage("--listen: "+lookErr.Error(), "127.0.0.1:2113")
		}
		for _, ip := range found {
			loopback = loopback && ip.IP.IsLoopback()
		}
	}
	if !loopback {
		return usage(fmt.Sprintf(a.t("--listen %s terjangkau dari mesin lain", "--listen %s is reachable from other machines"), clip(address)),
			a.t("dengan --tls-cert dan --tls-key, atau 127.0.0.1", "with --tls-cert and --tls-key, or 127.0.0.1"))
	}
	return nil
}

// wireStore opens what is served. Its log must be able to grow, for those who wait at its end: so it is opened for writing.
func (a *app) wireStore(ctx context.Context, f wireFlags) (eventstore.Store, error) {
	if f.memory {
		return memory.New(memory.Config{Now: a.clock, StoreID: a.newID()})
	}
	if err := a.mustStand(); err != nil {
		_, statErr := os.Stat(filepath.Clean(a.dir))
		if !f.allowAppend || !os.IsNotExist(statErr) {
			return nil, err
		}
	}
	store, err := embedded.Open(ctx, embedded.Config{Dir: a.dir, Now: a.clock, NewID: a.newID})
	if err != nil {
		return nil, a.damaged(ctx, err)
	}
	return store, nil
}

// connectionString is what clients take. With TLS it names the host as the certificate does.
func connectionString(at net.Addr, secured *tls.Config) string {
	address := at.String()
	if secured == nil {
		return "esdb://" + address + "?tls=false"
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "esdb://" + address
	}
	if leaf := secured.Certificates[0].Leaf; leaf != nil && len(leaf.DNSNames) > 0 {
		host = leaf.DNSNames[0]
	}
	return "esdb://" + net.JoinHostPort(host, port)
}
