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
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"saldo/eventstore"
	"saldo/eventstore/wire"
)

// stopPatience is how long calls under way may take once the program is told to end.
const stopPatience = 10 * time.Second

// wireServing says how a store is served, by flags whose names may have a prefix: a command that serves something else
// has a --listen of its own.
type wireServing struct {
	allowAppend, allowDelete             bool
	listen, certFile, keyFile, usersFile string

	prefix string
}

// flag is the name of one as people write it.
func (f wireServing) flag(name string) string { return "--" + f.prefix + name }

// wireServingFlags adds the flags, for example --listen, or with the prefix "esdb-" --esdb-listen.
func (a *app) wireServingFlags(flags *pflag.FlagSet, f *wireServing, prefix, listen string) {
	f.prefix = prefix
	flags.StringVar(&f.listen, prefix+"listen", listen, a.t("alamat: host:port; port 0 memilih sendiri", "address: host:port; port 0 chooses one"))
	flags.StringVar(&f.certFile, prefix+"tls-cert", "", a.t("berkas sertifikat (PEM)", "certificate file (PEM)"))
	flags.StringVar(&f.keyFile, prefix+"tls-key", "", a.t("berkas kunci (PEM)", "key file (PEM)"))
	flags.StringVar(&f.usersFile, prefix+"users", "", a.t("berkas pengguna: hanya mereka yang boleh masuk", "file of users: nobody else may come in"))
	flags.BoolVar(&f.allowAppend, prefix+"allow-append", false,
		fmt.Sprintf(a.t("terima peristiwa: dari node di %s, atau dari siapa pun", "take events: from the nodes in %s, or from anybody"), f.flag("users")))
}

// wireServer is a store being served in EventStoreDB's protocol. It owns its listener and not the store, so that a command
// that serves something else over the same store can start one beside it.
type wireServer struct {
	connection string // what clients take, without credentials
	address    net.Addr
	named      int // users that were read at the start

	a      *app
	flags  wireServing
	server *wire.Server
	users  *wire.Users                     // nil: whoever reaches it comes in
	pair   atomic.Pointer[tls.Certificate] // nil: no TLS
	served chan error                      // one: how serving ended
	again  chan os.Signal                  // SIGHUP
}

// mayServeWire looks at the flags, before anything is opened.
func (a *app) mayServeWire(ctx context.Context, f wireServing) error {
	if f.allowDelete && !f.allowAppend {
		return usage(a.t("--allow-delete tanpa --allow-append", "--allow-delete without --allow-append"), "--allow-append --allow-delete")
	}
	if (f.certFile == "") != (f.keyFile == "") {
		return usage(fmt.Sprintf(a.t("%s dan %s harus bersama", "%s and %s belong together"), f.flag("tls-cert"), f.flag("tls-key")), f.flag("tls-cert")+" F "+f.flag("tls-key")+" F")
	}
	return a.mayListen(ctx, f)
}

// serveWire begins to serve a store that is open. Flags must have passed mayServeWire. End with stop, before the store is
// closed.
func (a *app) serveWire(ctx context.Context, store eventstore.Store, f wireServing) (*wireServer, error) {
	s := &wireServer{a: a, flags: f, served: make(chan error, 1), again: make(chan os.Signal, 1)}
	options := wire.Options{
		AllowAppend: f.allowAppend, AllowDelete: f.allowDelete,
		Log: slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if f.certFile != "" {
		pair, err := a.wirePair(f)
		if err != nil {
			return nil, err
		}
		s.pair.Store(pair)
		options.TLS = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.pair.Load(), nil }}
	}
	if f.usersFile != "" {
		users, err := a.readUsers(f.flag("users"), f.usersFile)
		if err != nil {
			return nil, err
		}
		s.users, s.named = wire.NewUsers(users), len(users)
		options.Authenticate = s.users.Authenticate
	}
	var err error
	if s.server, err = wire.New(wire.Config{Store: store, Now: a.clock, Options: options}); err != nil {
		return nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.listen)
	if err != nil {
		return nil, &problem{
			code: exitUnavailable, what: f.flag("listen") + " " + clip(f.listen), cause: err,
			cure: a.t("alamat lain, atau port 0 agar dipilihkan", "another address, or port 0 to have one chosen"),
		}
	}
	s.address, s.connection = l.Addr(), connectionString(l.Addr(), s.pair.Load())
	if s.users != nil || options.TLS != nil { // else a terminal that is closed ends the program, as ever
		signal.Notify(s.again, syscall.SIGHUP)
	}
	go func() { s.served <- s.server.Serve(l) }() //nolint:contextcheck // stop ends it
	return s, nil
}

// untilDone returns nil when ctx ends, and an error when serving does. Meanwhile SIGHUP reads the files again.
func (s *wireServer) untilDone(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-s.served:
			s.served <- err // for stop
			return err
		case <-s.again:
			s.reload()
		}
	}
}

// reload takes the files as they are now, both or neither: a file that can't be used must not shut everybody out.
func (s *wireServer) reload() {
	var users []wire.User
	var pair *tls.Certificate
	var err error
	if s.users != nil {
		users, err = s.a.readUsers(s.flags.flag("users"), s.flags.usersFile)
	}
	if err == nil && s.pair.Load() != nil {
		pair, err = s.a.wirePair(s.flags)
	}
	if err != nil {
		s.a.report(err)
		s.a.talk("%s", s.a.t("berkas lama tetap berlaku", "the files read before stay in force"))
		return
	}
	if s.users != nil {
		s.users.Replace(users)
	}
	if pair != nil {
		s.pair.Store(pair)
	}
	s.server.Recheck()
	s.a.talk(s.a.t("dibaca lagi: %d nama", "read again: %d names"), len(users))
}

// stop ends serving in order: within stopPatience, also when ctx has ended.
func (s *wireServer) stop(ctx context.Context) error {
	signal.Stop(s.again)
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
	defer cancel()
	return errors.Join(s.server.Stop(stopping), <-s.served)
}

// wirePair reads the certificate and its key.
func (a *app) wirePair(f wireServing) (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(f.certFile, f.keyFile)
	if err != nil {
		return nil, &problem{code: cmp.Or(permission(err), exitUsage), what: f.flag("tls-cert") + " " + f.certFile + " " + f.flag("tls-key") + " " + f.keyFile, cause: err}
	}
	return &pair, nil
}

// mayListen refuses addresses that other machines reach, unless there is TLS.
func (a *app) mayListen(ctx context.Context, f wireServing) error {
	host, _, err := net.SplitHostPort(f.listen)
	if err != nil {
		return usage(f.flag("listen")+": "+err.Error(), "127.0.0.1:2113")
	}
	if f.certFile != "" {
		return nil
	}
	loopback := host != ""
	if loopback {
		found, lookErr := net.DefaultResolver.LookupIPAddr(ctx, host)
		if lookErr != nil {
			return usage(f.flag("listen")+": "+lookErr.Error(), "127.0.0.1:2113")
		}
		for _, ip := range found {
			loopback = loopback && ip.IP.IsLoopback()
		}
	}
	if !loopback {
		return usage(fmt.Sprintf(a.t("%s %s terjangkau dari mesin lain", "%s %s is reachable from other machines"), f.flag("listen"), clip(f.listen)),
			fmt.Sprintf(a.t("dengan %s dan %s, atau 127.0.0.1", "with %s and %s, or 127.0.0.1"), f.flag("tls-cert"), f.flag("tls-key")))
	}
	return nil
}

// connectionString is what clients take. With TLS it names the host as the certificate does.
func connectionString(at net.Addr, pair *tls.Certificate) string {
	address := at.String()
	if pair == nil {
		return "esdb://" + address + "?tls=false"
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "esdb://" + address
	}
	if pair.Leaf != nil && len(pair.Leaf.DNSNames) > 0 {
		host = pair.Leaf.DNSNames[0]
	}
	return "esdb://" + net.JoinHostPort(host, port)
}
