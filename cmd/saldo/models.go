package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/eventstore"
	"saldo/projections"
)

const (
	modelsName = "models" // directory of the read models, in the data directory
	// catchUpPatience is how long a question waits for the process that keeps the models up to date.
	catchUpPatience = 5 * time.Second
)

// modelsFlags is where the read models lie.
type modelsFlags struct{ dir string }

// modelsFlags adds the flag that every question to the read models has.
func (a *app) modelsFlags(c *cobra.Command, f *modelsFlags) {
	c.Flags().StringVar(&f.dir, "models", "", a.t("direktori model baca (bawaan: models di direktori data; wajib dengan --store)",
		"directory of the read models (default: models in the data directory; required with --store)"))
}

// asked is a view with the stamp of its answers.
type asked struct {
	*projections.View
	stamp
	log *openLog
}

// withView brings the read models up to date and asks them: here, or, where another process keeps them, as they stand there.
func (a *app) withView(ctx context.Context, f modelsFlags, ask func(*asked) error) (err error) {
	m, log, err := a.openModels(ctx, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close(), log.Close()) }() //nolint:contextcheck // closed even when ctx has ended
	head, err := log.Head(ctx)
	if err != nil {
		return a.openProblem(err)
	}
	if m.Folds() {
		if err = a.catchUp(ctx, m); err != nil {
			return a.modelsProblem(err)
		}
	}
	v, err := m.View(ctx, head, catchUpPatience)
	if errors.Is(err, projections.ErrBehind) {
		a.talk("%s", a.t("model baca tertinggal: jawaban ini belum mengenal peristiwa terakhir", "the read models are behind: this answer doesn't know the latest events"))
		v, err = m.View(ctx, eventstore.Position{}, 0)
	}
	if err != nil {
		return a.modelsProblem(err)
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	now, err := a.nowOf(log.file)
	if err != nil {
		return err
	}
	err = ask(&asked{View: v, log: log, stamp: stamp{Now: now, Number: v.Number, Position: v.Position.String(), Simulation: log.file.Kind == kindSimulation}})
	if err != nil {
		return a.modelsProblem(err)
	}
	return nil
}

// nowOf is the "now" of questions to a log: what --now says, the today of a simulation, or the clock.
func (a *app) nowOf(file ledgerFile) (time.Time, error) {
	given, err := a.timeFlag("now", a.nowFlag, dayEnd)
	switch {
	case err != nil:
		return time.Time{}, err
	case given != nil:
		return *given, nil
	case file.Today != nil:
		return *file.Today, nil
	}
	return domain.Canonical(a.clock()), nil
}

// openModels opens the log to read and its models to fold, or to ask beside the process that folds.
func (a *app) openModels(ctx context.Context, f modelsFlags) (*projections.Models, *openLog, error) {
	at := a.store
	if !at.server {
		at = place{text: a.dir}
	}
	dir := f.dir
	if dir == "" && at.server {
		return nil, nil, usage(a.t("--store tanpa --models", "--store without --models"), a.t("--models DIR: di situ model baca disimpan", "--models DIR: the read models are kept there"))
	}
	if dir == "" {
		dir = filepath.Join(a.dir, modelsName)
	}
	log, err := a.openLogToRead(ctx, at)
	if err != nil {
		return nil, nil, err
	}
	c := projections.Config{Dir: dir, Store: log.Store, Now: a.clock, Log: slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	m, err := projections.Open(ctx, c)
	if errors.Is(err, projections.ErrLocked) {
		m, err = projections.OpenReader(ctx, c)
	}
	if err != nil {
		return nil, nil, errors.Join(a.modelsProblem(err), log.Close())
	}
	return m, log, nil
}

func (a *app) catchUp(ctx context.Context, m *projections.Models) error {
	b := a.progress(a.t("model baca", "read models"), -1, true, false)
	defer b.end()
	return m.CatchUp(ctx, func(done, _ uint64) { b.at(int(done)) }) //nolint:gosec // far below 2^63
}

// modelsProblem gives an error of the read models its exit code and a cure.
func (a *app) modelsProblem(err error) error {
	if _, told := errors.AsType[*problem](err); told {
		return err
	}
	switch {
	case errors.Is(err, context.Canceled):
		return errInterrupted
	case errors.Is(err, projections.ErrLocked):
		return &problem{
			code: exitUnavailable, what: a.t("model baca sedang dijaga proses lain", "another process keeps the read models up to date"), cause: err,
			cure: a.t("hentikan proses itu dulu", "stop that process first"),
		}
	case errors.Is(err, projections.ErrNotBuilt):
		return &problem{
			code: exitUnavailable, what: a.t("model baca belum jadi", "the read models are not built yet"), cause: err,
			cure: a.t("saldo rebuild, atau tunggu proses yang membangunnya", "saldo rebuild, or wait for the process that builds them"),
		}
	case errors.Is(err, projections.ErrNotFound):
		return &problem{code: exitNotFound, what: err.Error(), cure: a.t("periksa penulisannya, atau saldo search", "check the spelling, or saldo search")}
	case errors.Is(err, projections.ErrOrder):
		return usage(a.t("--from sesudah --to", "--from is later than --to"), a.t("tukarlah keduanya", "exchange them"))
	case errors.Is(err, projections.ErrCursor):
		return usage(err.Error(), a.t("--after hanya dari jawaban sebelumnya, dengan saringan yang sama", "--after only from the answer before, with the same filters"))
	}
	return &problem{code: codeOf(err), what: a.t("model baca", "read models"), cause: err}
}
