package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"saldo/eventstore"
	"saldo/eventstore/embedded"
	"saldo/eventstore/memory"
)

type wireFlags struct {
	memory bool
	wireServing
}

func (a *app) wireCommand() *cobra.Command {
	var f wireFlags
	c := &cobra.Command{
		Use:   "wire",
		Short: a.t("Sajikan peristiwa lewat protokol EventStoreDB", "Serve the events in EventStoreDB's protocol"),
		Long: a.t(`Klien EventStoreDB dalam bahasa apa pun dapat membaca dan berlangganan. Menulis ditolak, kecuali dengan
--allow-append; menghapus selalu ditolak, kecuali dengan --allow-delete, yang hanya menyembunyikannya selama peladen
berjalan (untuk menguji klien). Tanpa --users kredensial tidak diminta: siapa yang mencapai alamatnya boleh membaca.
Dengan --users hanya nama di berkas itu yang masuk: reader membaca, node juga menulis (kalau ada --allow-append).
Berkasnya dibuat dengan saldo wire user add. Di luar mesin ini hanya dengan TLS; klien resmi mengirim kredensial hanya
lewat TLS. SIGHUP membaca berkas pengguna dan sertifikat lagi. stdout: connection string, begitu siap. Berakhir dengan
rapi pada Ctrl-C atau SIGTERM, kode keluar 0. Selama berjalan, direktori datanya terkunci bagi penulis lain.`,
			`Any EventStoreDB client in any language can read and subscribe. Appends are refused unless --allow-append is given;
deletes always, unless --allow-delete is, which only hides events while the server runs (to test clients).
Without --users no credentials are asked for: whoever reaches the address may read. With --users only the names in that
file come in: a reader reads, a node also appends (where --allow-append is given). saldo wire user add makes the file.
Beyond this machine with TLS only; the official clients send credentials over TLS only. SIGHUP reads the users and the
certificate again. stdout: the connection string, once it is ready. Ctrl-C or SIGTERM end it in order, exit code 0.
Meanwhile the data directory is locked for other writers.`),
		Example: `  saldo wire --data saldo-data
  saldo wire --memory --allow-append --allow-delete
  saldo wire user add support --role reader --users users
  saldo wire --data saldo-data --listen 0.0.0.0:2113 --tls-cert node.pem --tls-key node.key --users users`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			if f.memory && c.Flags().Changed("data") {
				return usage(a.t("--memory dan --data bersamaan", "--memory and --data together"), a.t("pilih satu", "choose one"))
			}
			return a.runWire(c.Context(), f)
		},
	}
	c.Flags().BoolVar(&f.memory, "memory", false, a.t("buku besar kosong di memori, hilang di akhir", "an empty ledger in memory, gone at the end"))
	a.wireServingFlags(c.Flags(), &f.wireServing, "", "127.0.0.1:2113")
	c.Flags().BoolVar(&f.allowDelete, "allow-delete", false, a.t("tiru penghapusan, untuk menguji klien", "emulate deletes, to test clients"))
	c.AddCommand(a.wireUserCommand())
	return c
}

func (a *app) runWire(ctx context.Context, f wireFlags) (err error) {
	if err = a.mayServeWire(ctx, f.wireServing); err != nil {
		return err
	}
	store, err := a.wireStore(ctx, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	s, err := a.serveWire(ctx, store, f.wireServing)
	if err != nil {
		return err
	}
	if _, err = fmt.Fprintln(a.out, s.connection); err == nil {
		if note := a.sealNote(store); note != "" {
			a.talk(a.t("catatan: %s %s; menulis ditolak", "note: %s %s; appends are refused"), a.dir, note)
		}
		a.wireReady(f, s)
		err = s.untilDone(ctx)
	}
	if err == nil && ctx.Err() != nil {
		a.talk("%s", a.t("berhenti…", "stopping…"))
	}
	if err = errors.Join(err, s.stop(ctx)); err == nil {
		a.talk("%s", a.t("selesai", "stopped"))
	}
	return err
}

// wireReady says that the server answers, and to whom.
func (a *app) wireReady(f wireFlags, s *wireServer) {
	what := a.dir
	if f.memory {
		what = a.t("buku besar kosong di memori", "an empty ledger in memory")
	}
	if f.usersFile == "" {
		may := a.t("membaca dan berlangganan", "read and subscribe")
		if f.allowAppend {
			may = a.t("membaca, berlangganan dan menulis", "read, subscribe and append")
		}
		a.talk(a.t("siap: %s di %s; siapa pun yang mencapainya boleh %s", "ready: %s on %s; whoever reaches it may %s"), what, s.address, may)
		return
	}
	nodes := a.t("node juga hanya membaca (tanpa --allow-append)", "nodes too read only (without --allow-append)")
	if f.allowAppend {
		nodes = a.t("node juga menulis", "nodes append, too")
	}
	a.talk(a.t("siap: %s di %s; %d nama di %s boleh membaca dan berlangganan, %s", "ready: %s on %s; %d names in %s may read and subscribe, %s"),
		what, s.address, s.named, f.usersFile, nodes)
	if f.certFile == "" {
		a.talk("%s", a.t("catatan: tanpa TLS klien resmi untuk Go tidak mengirim kredensial; pakai --tls-cert dan --tls-key",
			"note: without TLS the official Go client sends no credentials; use --tls-cert and --tls-key"))
	}
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
