package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/words"
	"saldo/eventstore"
	"saldo/eventstore/embedded"
)

const (
	defaultData = "saldo-data"
	defaultDemo = "saldo-demo"
	ledgerName  = "ledger.json"
	storeName   = "store.json" // of the embedded store: its presence makes a directory one
)

// Kinds of data directories. A ledger's clock is the real one; a simulation has its own, and says so in every output.
const (
	kindLedger     = "ledger"
	kindSimulation = "simulation"
)

// ledgerFile is what ledger.json in the data directory says.
type ledgerFile struct {
	Kind     string     `json:"kind"`
	Today    *time.Time `json:"today,omitempty"`    // of a simulation: the "now" of its questions
	Scenario string     `json:"scenario,omitempty"` // the demonstration that it holds
	Version  string     `json:"version,omitempty"`  // fingerprint of the scenario's commands
	Complete bool       `json:"complete,omitempty"` // the demonstration stands there to its end
}

func readLedgerFile(dir string) (ledgerFile, bool, error) {
	path := filepath.Join(dir, ledgerName)
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the directory
	if errors.Is(err, fs.ErrNotExist) {
		return ledgerFile{Kind: kindLedger}, false, nil
	}
	if err != nil {
		return ledgerFile{}, false, err
	}
	var f ledgerFile
	if err := json.Unmarshal(data, &f); err != nil || f.Kind != kindLedger && f.Kind != kindSimulation {
		return ledgerFile{}, false, &problem{
			code: exitVerify, what: path + " can't be read", cause: err,
			cure: `it says {"kind":"ledger"} or {"kind":"simulation","today":"…"}: restore it from the backup`,
		}
	}
	return f, true, nil
}

// write replaces ledger.json whole or not at all.
func (f ledgerFile) write(dir string) error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, ledgerName)
	tmp, err := os.CreateTemp(dir, ledgerName+".*") // beside it, so that the rename is one step
	if err != nil {
		return err
	}
	_, err = tmp.Write(append(data, '\n'))
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

// ledger is an open data directory.
type ledger struct {
	*api.Service
	store eventstore.Store
	file  ledgerFile
	dir   string
	sim   bool      // a simulation
	now   time.Time // of questions
}

func (l *ledger) close() error {
	l.Close()
	return l.store.Close()
}

// openToRead opens the data directory for questions, beside whoever writes to it.
func (a *app) openToRead(ctx context.Context) (*ledger, error) {
	if a.store.server {
		return a.openServerLedger(ctx)
	}
	if err := a.mustStand(); err != nil {
		return nil, err
	}
	file, _, err := readLedgerFile(a.dir)
	if err != nil {
		return nil, err
	}
	store, err := embedded.OpenReadOnly(ctx, embedded.Config{Dir: a.dir, Now: a.clock, NewID: a.newID})
	if err != nil {
		return nil, a.damaged(ctx, err)
	}
	return a.serve(ctx, store, file)
}

// mustStand says what to do where there is no data directory.
func (a *app) mustStand() error {
	if err := a.noFile(); err != nil {
		return err
	}
	_, err := os.Stat(filepath.Join(a.dir, storeName))
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return a.openProblem(err)
	}
	cure := a.t("saldo demo membuat contoh, saldo import membuat yang baru; direktori lain: --data DIR",
		"saldo demo makes an example, saldo import a new one; another directory: --data DIR")
	if _, err := os.Stat(filepath.Join(defaultDemo, storeName)); err == nil && a.dir == defaultData {
		cure = a.t("maksudnya: --data "+defaultDemo+"?", "did you mean --data "+defaultDemo+"?")
	}
	what := a.t("tidak ada direktori data ", "there is no data directory ") + a.dir
	if _, err := os.Stat(a.dir); err == nil {
		what = a.dir + a.t(" bukan direktori data Saldo (tidak ada ", " is no data directory of Saldo (it has no ") + storeName + ")"
	}
	return &problem{code: exitNotFound, what: what, cure: cure}
}

// noFile refuses --data that names a file.
func (a *app) noFile() error {
	if info, err := os.Stat(a.dir); err == nil && !info.IsDir() {
		return &problem{
			code: exitNotFound, what: a.dir + a.t(" adalah berkas, bukan direktori data", " is a file and no data directory"),
			cure: a.t("beri direktorinya: --data DIR", "give the directory: --data DIR"),
		}
	}
	return nil
}

// openProblem gives an error of opening its exit code and a cure.
func (a *app) openProblem(err error) error {
	if a.store.server {
		return a.serverProblem(a.store, err)
	}
	what := a.t("direktori data ", "data directory ") + a.dir
	switch {
	case errors.Is(err, eventstore.ErrLocked):
		return &problem{
			code: exitUnavailable, what: what, cause: err,
			cure: a.t("tunggu proses itu selesai; pertanyaan (why, history, balance, export) tetap bisa", "wait for that process; questions (why, history, balance, export) work meanwhile"),
		}
	case errors.Is(err, eventstore.ErrUnfinished):
		return &problem{
			code: exitUnavailable, what: what, cause: err,
			cure: a.t("jalankan perintah saldo copy --final yang sama sekali lagi sampai selesai; sampai saat itu tidak ada yang boleh membaca atau menulis di sini",
				"run the same saldo copy --final again until it has ended; up to then nobody may read or write here"),
		}
	case errors.Is(err, eventstore.ErrCorrupt):
		return &problem{
			code: exitVerify, what: what, cause: err,
			cure: a.t("jangan diperbaiki sendiri: simpan salinannya dan pulihkan dari cadangan", "don't mend it by hand: keep a copy and restore from the backup"),
		}
	case errors.Is(err, fs.ErrPermission):
		return &problem{code: exitAuth, what: what, cause: err, cure: a.t("periksa hak akses direktori itu", "check the permissions of the directory")}
	case errors.Is(err, eventstore.ErrInvalid):
		return &problem{code: exitFailure, what: what, cause: err}
	}
	return &problem{code: codeOf(err), what: what, cause: err}
}

// openToWrite opens the data directory for one writer, and makes it if it is not there.
func (a *app) openToWrite(ctx context.Context, kind string) (*ledger, error) {
	if a.store.server {
		if kind == kindSimulation {
			return nil, a.noSimulationThere()
		}
		return a.openServerLedger(ctx)
	}
	if err := a.noFile(); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(a.dir, storeName)); err == nil {
		file, _, err := readLedgerFile(a.dir)
		if err != nil {
			return nil, err
		}
		if head, known := a.empty(ctx); file.Kind != kind && (!known || !head) {
			return nil, a.wrongKind(file.Kind)
		}
	}
	store, err := embedded.Open(ctx, embedded.Config{Dir: a.dir, Now: a.clock, NewID: a.newID})
	if err != nil {
		return nil, a.openProblem(err)
	}
	if seal, is := store.Sealed(); is {
		return nil, errors.Join(a.sealedProblem(a.dir, seal), store.Close())
	}
	file, there, err := readLedgerFile(a.dir)
	if err == nil && (!there || file.Kind != kind) {
		file = ledgerFile{Kind: kind}
		err = file.write(a.dir)
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	if t := store.Torn(); t.Bytes > 0 {
		a.talk(a.t("terpotong: %d bita yang belum pernah dikonfirmasi, sisa penulisan yang terputus, disisihkan di %s",
			"cut off: %d bytes that were never acknowledged, the rest of an interrupted write, put aside in %s"), t.Bytes, t.Path)
	}
	return a.serve(ctx, store, file)
}

// empty reports whether the store has no event yet.
func (a *app) empty(ctx context.Context) (is, known bool) {
	store, err := embedded.OpenReadOnly(ctx, embedded.Config{Dir: a.dir, Now: a.clock, NewID: a.newID})
	if err != nil {
		return false, false
	}
	head, err := store.Head(ctx)
	return head.IsStart(), errors.Join(err, store.Close()) == nil
}

func (a *app) wrongKind(has string) error {
	if has == kindSimulation {
		return &problem{
			code: exitConflict, what: a.dir + a.t(" adalah simulasi dengan jamnya sendiri", " is a simulation with a clock of its own"),
			cure: a.t("tambahkan --simulate, atau pilih direktori lain: --data DIR", "add --simulate, or choose another directory: --data DIR"),
		}
	}
	return &problem{
		code: exitConflict, what: a.dir + a.t(" adalah buku besar sungguhan: recorded_at di sana hanya dari jam yang sebenarnya", " is a real ledger: recorded_at comes from the real clock only there"),
		cure: a.t("pilih direktori lain: --data DIR", "choose another directory: --data DIR"),
	}
}

// serve puts the service on an open store.
func (a *app) serve(ctx context.Context, store eventstore.Store, file ledgerFile) (*ledger, error) {
	l := &ledger{store: store, file: file, dir: a.dir, now: domain.Canonical(a.clock())}
	clock := a.clock
	if file.Kind == kindSimulation {
		l.sim = true
		clock = func() time.Time { return l.now } // commands bring their own times
		if file.Today != nil {
			l.now = *file.Today
		}
	}
	given, err := a.timeFlag("now", a.nowFlag, dayEnd)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	if given != nil {
		l.now = *given
	}
	config := api.Config{Store: store, Now: clock, Simulation: l.sim}
	if a.store.server || a.shared { // others may decide over the same log
		config.Shared, config.Node, config.Patience = true, a.newID(), outage
	}
	if l.Service, err = api.Open(ctx, config); err != nil {
		return nil, errors.Join(a.openProblem(err), store.Close())
	}
	return l, nil
}

// stamp is what every answer carries besides its content.
type stamp struct {
	Now        time.Time `json:"now"`
	Number     uint64    `json:"no"` // events of the log
	Position   string    `json:"position"`
	Simulation bool      `json:"simulation,omitempty"`
}

// stamp says from which position an answer is computed.
func (l *ledger) stamp(ctx context.Context) (stamp, error) {
	x, err := l.Explain(ctx, domain.Question{Topic: domain.TopicService, Now: l.now})
	return stamp{Now: l.now, Number: x.Number, Position: x.Position, Simulation: l.sim}, err
}

// footer writes the stamp to stderr, behind a table.
func (a *app) footer(s stamp) {
	for _, line := range a.footerLines(s) {
		a.talk("%s", line)
	}
}

func (a *app) footerLines(s stamp) []string {
	now := fmt.Sprintf(a.t("Sekarang: %s · dihitung dari %s peristiwa", "Now: %s · computed from %s events"),
		words.Moment(s.Now, a.zone, a.lang), words.Count(int(s.Number), a.lang)) //nolint:gosec // far below 2^63
	if s.Position != "" {
		now += fmt.Sprintf(a.t(" (posisi %s)", " (position %s)"), shortPosition(s.Position))
	}
	lines := []string{now}
	if s.Simulation {
		lines = append(lines, a.simulationNote())
	}
	return lines
}

func (a *app) simulationNote() string {
	return a.t("Simulasi: jam dan data di sini adalah contoh.", "Simulation: the clock and the data here are examples.")
}

// shortPosition keeps the store's id recognisable and the line short.
func shortPosition(p string) string {
	const keep = 8
	for i := range p {
		if p[i] == '@' && i > keep {
			return p[:keep] + "…" + p[i:]
		}
	}
	return p
}

// participant reads a subject id, or in a demonstration the nickname of a persona.
func (a *app) participant(l *ledger, s string) (*uuid.UUID, error) {
	if s == "" {
		return nil, nil //nolint:nilnil // a flag that was not given is nobody and no error
	}
	if id, err := uuid.Parse(s); err == nil {
		return &id, nil
	}
	if l.file.Scenario != "" {
		if id, ok := personaNamed(s); ok {
			return &id, nil
		}
		return nil, &problem{
			code: exitNotFound, what: fmt.Sprintf("--participant: %q", clip(s)),
			cure: a.t("peserta contoh: ", "the examples are: ") + personaNames(),
		}
	}
	return nil, usage(fmt.Sprintf("--participant: %q", clip(s)),
		a.t("tulis nomor subjek (UUID), bukan NIK, nomor kartu atau nama", "write the subject id (a UUID), not a NIK, card number or name"))
}
