package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"saldo/api"
	"saldo/domain"
	"saldo/eventstore"
	"saldo/eventstore/esdb"
)

// Exit codes. They are documented by "saldo help exit-codes" and never change their meaning.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitAuth        = 4 // of the server, later
	exitConflict    = 5
	exitVerify      = 6
	exitUnavailable = 7
	exitInterrupted = 130
)

// problem is an error for people: what is wrong, and what to do about it.
type problem struct {
	code  int
	what  string
	cure  string
	cause error
}

// Error says both.
func (p *problem) Error() string {
	s := p.what
	if p.cause != nil {
		s += ": " + p.cause.Error()
	}
	if p.cure != "" {
		s += "; " + p.cure
	}
	return s
}

// Unwrap gives the cause.
func (p *problem) Unwrap() error { return p.cause }

func usage(what, cure string) error { return &problem{code: exitUsage, what: what, cure: cure} }

// errInterrupted ends a command that Ctrl-C stopped; where to resume has been said already.
var errInterrupted = errors.New("interrupted")

// errCounted ends a command whose errors have been printed already.
var errCounted = errors.New("some lines had errors")

// codeOf maps an error to its exit code.
func codeOf(err error) int {
	var p *problem
	var reused *domain.KeyReusedError
	var wrong *eventstore.WrongRevisionError
	var input *domain.InputError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &p) && p.code != exitOK:
		return p.code
	case errors.Is(err, api.ErrNodeBehind), errors.Is(err, api.ErrStreamBusy):
		return exitUnavailable
	case errors.As(err, &reused), errors.As(err, &wrong), errors.Is(err, eventstore.ErrIDReused), errors.Is(err, eventstore.ErrSealed):
		return exitConflict
	case errors.Is(err, eventstore.ErrCorrupt):
		return exitVerify
	case errors.Is(err, eventstore.ErrLocked), errors.Is(err, eventstore.ErrUnfinished), errors.Is(err, eventstore.ErrUnavailable), errors.Is(err, eventstore.ErrClosed),
		errors.Is(err, eventstore.ErrOutcomeUnknown), errors.Is(err, api.ErrStoppedShort), errors.Is(err, context.DeadlineExceeded):
		return exitUnavailable
	case errors.Is(err, eventstore.ErrStreamNotFound), errors.Is(err, fs.ErrNotExist), errors.Is(err, domain.ErrNoPolicy):
		return exitNotFound
	case errors.As(err, &input):
		return exitUsage
	}
	return exitFailure
}

// nodeBehind says that this process has not seen enough of a log that others write to as well.
func (a *app) nodeBehind(err error) *problem {
	if errors.Is(err, esdb.ErrCredentials) || errors.Is(err, eventstore.ErrSealed) { // it may not write there, and so never will
		return &problem{
			code: exitAuth, what: a.store.String(), cause: a.store.mask(err),
			cure: a.t("peladen tidak menerima peristiwa dari sini: kredensial seorang node, atau buku besarnya sudah pindah", "the server takes no events from here: a node's credential, or the ledger has moved"),
		}
	}
	p := &problem{
		code: exitUnavailable,
		what: a.t("simpul ini belum membaca semua yang dicatat simpul lain, jadi tidak memutuskan; tidak ada yang dicatat untuk perintah ini",
			"this node has not read all that other nodes recorded, so it does not decide; nothing was recorded for this command"),
		cure: a.t("jalankan perintah yang sama lagi, juga boleh di simpul lain; kalau berulang: jaringan ke peladen, atau rekam yang tak terbaca (saldo check)",
			"run the same command again, on another node too; if it comes back: the network to the server, or something unreadable in the log (saldo check)"),
	}
	if err.Error() != api.ErrNodeBehind.Error() {
		p.cause = a.store.mask(err)
	}
	return p
}

// report writes an error to stderr: one line for what is wrong, one for the cure.
func (a *app) report(err error) {
	if errors.Is(err, errCounted) || errors.Is(err, errInterrupted) {
		return
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintf(a.err, "saldo: %s\n", a.t("dihentikan; tidak ada yang berubah", "interrupted; nothing was changed"))
		return
	}
	var p *problem
	if !errors.As(err, &p) && errors.Is(err, api.ErrNodeBehind) {
		p = a.nodeBehind(err)
	}
	if p == nil {
		fmt.Fprintf(a.err, "saldo: %s\n", strings.TrimPrefix(err.Error(), "eventstore: "))
		return
	}
	what := p.what
	if p.cause != nil {
		what += ": " + p.cause.Error()
	}
	fmt.Fprintf(a.err, "saldo: %s\n", what)
	if p.cure != "" {
		fmt.Fprintf(a.err, "  → %s\n", p.cure)
	}
}
