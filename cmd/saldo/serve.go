package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/projections"
)

const (
	defaultListen = "127.0.0.1:8420"
	tokensName    = "tokens.json" // in the data directory: hashes of the API's tokens
	// Time limits of the server: against clients that hold connections, not against slow ones. Streams lift them for themselves.
	headerPatience = 10 * time.Second
	bodyPatience   = 60 * time.Second
	answerPatience = 60 * time.Second
	idlePatience   = 120 * time.Second
	headerBytes    = 32 << 10
)

type serveFlags struct {
	web         wireServing // address and certificate of HTTP
	esdb        wireServing // of EventStoreDB's protocol beside it; not served without an address
	behindProxy bool
	modelsFlags
}

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: a.t("Sajikan buku besar lewat HTTP", "Serve the ledger over HTTP"),
		Long: a.t(`Tanpa pengaturan: alamat 127.0.0.1:8420, data di ./saldo-data. Saat pertama kali, token admin dicetak sekali di
stdout dengan baris curl yang siap dipakai. Di luar mesin ini hanya dengan TLS, atau dengan --behind-proxy bila ada
perantara yang memasang TLS. Ctrl-C atau SIGTERM: permintaan yang berjalan diselesaikan (paling lama 10 detik), tidak
ada yang hilang, kode keluar 0. Dengan --esdb-listen, klien EventStoreDB membaca buku yang sama; dengan
--esdb-allow-append, simpul lain ikut memutuskan di atasnya (saldo help nodes).`,
			`Without configuration: address 127.0.0.1:8420, data in ./saldo-data. The first start prints an admin token once, on
stdout, with a ready curl line. Beyond this machine with TLS only, or with --behind-proxy where a proxy adds TLS.
Ctrl-C or SIGTERM: requests under way are finished (10 seconds at most), nothing is lost, exit code 0.
With --esdb-listen, clients of EventStoreDB read the same ledger; with --esdb-allow-append, other nodes decide over it
too (saldo help nodes).`),
		Example: `  saldo serve
  saldo serve --data saldo-demo --listen 127.0.0.1:0
  saldo serve --listen 0.0.0.0:8420 --tls-cert node.pem --tls-key node.key
  saldo serve --esdb-listen 127.0.0.1:2113`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runServe(c.Context(), f) },
	}
	c.Flags().StringVar(&f.web.listen, "listen", defaultListen, a.t("alamat: host:port; port 0 memilih sendiri", "address: host:port; port 0 chooses one"))
	c.Flags().StringVar(&f.web.certFile, "tls-cert", "", a.t("berkas sertifikat (PEM)", "certificate file (PEM)"))
	c.Flags().StringVar(&f.web.keyFile, "tls-key", "", a.t("berkas kunci (PEM)", "key file (PEM)"))
	a.wireServingFlags(c.Flags(), &f.esdb, "esdb-", "")
	c.Flags().BoolVar(&f.behindProxy, "behind-proxy", false, a.t("perantara memasang TLS di depan alamat ini", "a proxy adds TLS in front of this address"))
	a.modelsFlags(c, &f.modelsFlags)
	return c
}

func (a *app) runServe(ctx context.Context, f serveFlags) (err error) {
	if err = a.mayServe(ctx, f); err != nil {
		return err
	}
	a.shared = f.esdb.listen != "" && f.esdb.allowAppend
	file, _, err := readLedgerFile(a.dir)
	if err != nil {
		return err
	}
	l, err := a.openToWrite(ctx, file.Kind)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	log := slog.New(slog.NewJSONHandler(a.err, &slog.HandlerOptions{Level: slog.LevelInfo}))
	if a.quiet {
		log = slog.New(slog.DiscardHandler)
	}
	models, err := a.serveModels(ctx, l, f.modelsFlags, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, models.Close()) }() //nolint:contextcheck // closed when ctx has ended
	connection := ""
	if f.esdb.listen != "" {
		beside, failed := a.serveWire(ctx, l.store, f.esdb)
		if failed != nil {
			return failed
		}
		defer func() { err = errors.Join(err, beside.stop(ctx)) }()
		connection = beside.connection
		serving, cancel := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() {
			ended <- beside.untilDone(serving) // reads its files again on SIGHUP
			cancel()
		}()
		defer func() {
			cancel()
			err = errors.Join(err, <-ended)
		}()
		ctx = serving
	}
	return a.serveHTTP(ctx, f, l, models, log, connection)
}

// mayServe looks at the flags, before anything is opened.
func (a *app) mayServe(ctx context.Context, f serveFlags) error {
	if f.behindProxy {
		if _, _, err := net.SplitHostPort(f.web.listen); err != nil {
			return usage("--listen: "+err.Error(), defaultListen)
		}
	} else if err := a.mayServeWire(ctx, f.web); err != nil {
		return err
	}
	if a.store.server && f.dir == "" {
		return usage(a.t("--store tanpa --models", "--store without --models"), a.t("--models DIR: di situ model baca dan token disimpan", "--models DIR: read models and tokens are kept there"))
	}
	if f.esdb.listen == "" {
		return nil
	}
	if a.store.server {
		return usage(a.t("--esdb-listen dengan --store", "--esdb-listen with --store"), a.t("peladen itu sudah menyajikannya", "that server serves it already"))
	}
	return a.mayServeWire(ctx, f.esdb)
}

// serveDir is where the files beside the log lie: tokens, read models.
func (a *app) serveDir(f modelsFlags) string {
	if a.store.server {
		return f.dir
	}
	return a.dir
}

// serveHTTP serves the API until ctx ends. connection is where EventStoreDB's protocol is served beside it, if it is.
func (a *app) serveHTTP(ctx context.Context, f serveFlags, l *ledger, models *projections.Models, log *slog.Logger, connection string) error {
	clients, err := api.OpenClients(filepath.Join(a.serveDir(f.modelsFlags), tokensName))
	if err != nil {
		return &problem{code: exitAuth, what: tokensName, cause: err}
	}
	clock := a.clock
	if l.sim {
		begun := a.clock() // its time goes on from its today
		clock = func() time.Time { return domain.Canonical(l.now.Add(a.clock().Sub(begun))) }
	}
	version, _, _ := built()
	server, err := api.NewServer(api.ServerConfig{Service: l.Service, Models: models, Store: l.store, Clients: clients, Now: clock, Log: log, Version: version})
	if err != nil {
		return err
	}
	var secured *tls.Config
	if f.web.certFile != "" {
		pair, unread := a.wirePair(f.web)
		if unread != nil {
			return unread
		}
		secured = &tls.Config{Certificates: []tls.Certificate{*pair}, MinVersion: tls.VersionTLS12}
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.web.listen)
	if err != nil {
		return &problem{
			code: exitUnavailable, what: "--listen " + clip(f.web.listen), cause: err,
			cure: a.t("alamat lain, atau port 0 agar dipilihkan", "another address, or port 0 to have one chosen"),
		}
	}
	h := &http.Server{
		Handler: server.Handler(), TLSConfig: secured, ReadHeaderTimeout: headerPatience, ReadTimeout: bodyPatience, WriteTimeout: answerPatience,
		IdleTimeout: idlePatience, MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	h.RegisterOnShutdown(server.Stop)
	if err = a.welcome(clients, listener.Addr(), secured != nil, clock()); err == nil && connection != "" {
		_, err = fmt.Fprintln(a.out, connection)
	}
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	counting := a.recordTallies(ctx, server, log)
	return errors.Join(a.serveUntil(ctx, h, listener, secured != nil), counting())
}

// tallyEvery is how often what was counted at the door is recorded: a tally is about a minute.
const tallyEvery = time.Minute

// recordTallies records what was counted, every minute until ctx ends; the function that it returns waits for that and records
// the rest.
func (a *app) recordTallies(ctx context.Context, server *api.Server, log *slog.Logger) func() error {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		every := time.NewTicker(tallyEvery)
		defer every.Stop()
		for {
			select {
			case <-every.C:
				if err := server.RecordTallies(ctx, false); err != nil {
					log.LogAttrs(ctx, slog.LevelWarn, "counts stay for the next minute", slog.String("error", err.Error()))
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() error {
		if ctx.Err() == nil {
			return nil // the server could not serve: nothing was counted
		}
		<-ended
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
		defer cancel()
		return server.RecordTallies(last, true)
	}
}

// serveModels opens the read models and keeps them up to date beside the service.
func (a *app) serveModels(ctx context.Context, l *ledger, f modelsFlags, log *slog.Logger) (*projections.Models, error) {
	dir := f.dir
	if dir == "" && !a.store.server {
		dir = filepath.Join(a.dir, modelsName)
	}
	m, err := projections.Open(ctx, projections.Config{Dir: dir, Store: l.store, Now: a.clock, Log: log})
	if err != nil {
		return nil, a.modelsProblem(err)
	}
	go func() { _ = m.Run(context.WithoutCancel(ctx)) }() // Close ends it, behind the last request
	return m, nil
}

// serveUntil serves until ctx ends, and then finishes what is under way.
func (a *app) serveUntil(ctx context.Context, h *http.Server, listener net.Listener, secured bool) error {
	served := make(chan error, 1)
	go func() {
		if secured {
			served <- h.ServeTLS(listener, "", "")
			return
		}
		served <- h.Serve(listener)
	}()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	a.talk("%s", a.t("berhenti…", "stopping…"))
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
	defer cancel()
	err := h.Shutdown(stopping)
	if err != nil { // nobody may go on once the store closes
		err = errors.Join(err, h.Close())
	}
	if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	if err == nil {
		a.talk("%s", a.t("selesai", "stopped"))
	}
	return err
}

// welcome says where the service is, and gives out the first token.
func (a *app) welcome(clients *api.Clients, at net.Addr, secured bool, now time.Time) error {
	scheme := "http"
	if secured {
		scheme = "https"
	}
	url := scheme + "://" + at.String()
	if !clients.Empty() {
		_, err := fmt.Fprintln(a.out, url)
		return err
	}
	token, _, err := clients.Issue(api.Client{Role: api.RoleAdmin}, now, api.DefaultTokenLife)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%s\n%s %s\ncurl -s -H 'Authorization: Bearer %s' --json '{\"role\":\"platform\",\"code\":\"tokopedia\"}' %s/v1/tokens\n",
		url, a.t("token admin, hanya dicetak sekali:", "admin token, printed this once:"), token, token, url)
	return err
}
