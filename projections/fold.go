package projections

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"saldo/domain"
)

// fold is all models over one database, in memory as far as the batch that is under way goes. One goroutine uses it.
type fold struct {
	ctx     context.Context //nolint:containedctx // of the batch under way; set by begin
	conn    *sql.Conn
	tables  []anyTable
	models  []model
	stmts   map[string]*sql.Stmt
	cached  int   // rows that a table keeps in memory, twice
	no      int64 // number of the event under way
	changes int   // rows changed since the last commit
	err     error // of the database, in the midst of the batch

	registry *domain.Registry // as it stood before the event under way
	people   *people
}

// model answers a question from tables of its own.
type model interface {
	// apply folds one event. What it keeps is in its tables; anything else would be lost at a restart. Events come in global
	// order, each once; foreign ones, those of unknown types and those of quarantined streams don't come.
	apply(e domain.Recorded)
}

// newFold makes the models of a database. A model may ask those before it.
func newFold(conn *sql.Conn, cached int) *fold {
	f := &fold{conn: conn, stmts: map[string]*sql.Stmt{}, cached: cached}
	f.people = newPeople(f)
	f.models = append([]model{f.people}, models(f)...)
	return f
}

// prepare holds all tables to their schema and forgets what was folded.
func (f *fold) prepare(ctx context.Context, empty bool) error {
	f.registry = domain.NewRegistry()
	f.err, f.changes = nil, 0
	for _, t := range f.tables {
		if err := t.prepare(ctx, f.conn); err != nil {
			return err
		}
		t.drop(empty)
	}
	return nil
}

// apply folds one event into all models; the registry follows behind them.
func (f *fold) apply(ctx context.Context, e domain.Recorded) error {
	f.ctx, f.no = ctx, int64(e.Number) //nolint:gosec // numbers stay far below 2^63
	for _, m := range f.models {
		if m.apply(e); f.err != nil {
			return f.err
		}
	}
	if slices.Contains(foldedKinds(), e.Stream.Kind()) {
		f.registry.Apply(e)
		for _, m := range f.models {
			if s, ok := m.(settler); ok {
				s.settle(e)
			}
		}
	}
	return f.err
}

// foldedKinds are the registry's streams that models ask about: not the cases, which grow with the programme.
func foldedKinds() []domain.StreamKind {
	return slices.DeleteFunc(domain.RegistryKinds(), func(k domain.StreamKind) bool { return k == domain.CaseStream })
}

// failed stops the batch: models need not look at errors of the database.
func (f *fold) failed(err error) {
	if f.err == nil {
		f.err = err
	}
}

// flush writes all changed rows, inside the caller's transaction.
func (f *fold) flush(ctx context.Context) error {
	f.ctx = ctx
	for _, t := range f.tables {
		if err := t.flush(); err != nil {
			return err
		}
	}
	return nil
}

func (f *fold) committed() {
	for _, t := range f.tables {
		t.committed()
	}
	f.changes = 0
}

// prepared compiles a statement once.
func (f *fold) prepared(text string) (*sql.Stmt, error) {
	if s, ok := f.stmts[text]; ok {
		return s, nil
	}
	s, err := f.conn.PrepareContext(f.ctx, text)
	if err != nil {
		return nil, fmt.Errorf("prepare %s: %w", text, err)
	}
	f.stmts[text] = s
	return s, nil
}

// markEvery is how many events lie between two marks: what an answer about the past may have to read.
const markEvery = 1024

// mark is the mark before the event under way.
func (f *fold) mark() int64 { return f.no / markEvery * markEvery }
