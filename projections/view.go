package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"saldo/eventstore"
)

// ErrNotBuilt says that there are no models to ask yet: they are being built, or nobody has begun.
var ErrNotBuilt = errors.New("projections: the read models are not built yet")

// ErrBehind says that the models did not get to where an answer was wanted in the time that was given.
var ErrBehind = errors.New("projections: the read models are behind")

// database is one file for its readers.
type database struct {
	file    string
	db      *sql.DB
	mu      sync.Mutex
	readers int
	retired bool
}

func openReaders(ctx context.Context, path string) (*database, error) {
	db, err := openSQLite(path, readOptions)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	return &database{file: filepath.Base(path), db: db}, nil
}

func (d *database) enter() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.retired {
		return false
	}
	d.readers++
	return true
}

func (d *database) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.readers--; d.readers == 0 && d.retired {
		_ = d.db.Close()
	}
}

// retire closes the database as soon as nobody reads it.
func (d *database) retire() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.retired {
		d.retired = true
		if d.readers == 0 {
			_ = d.db.Close()
		}
	}
}

// Reading says from which place of the log an answer was computed, and how far that is behind.
type Reading struct {
	Number   uint64              `json:"no"` // events that the answer was computed from
	Position eventstore.Position `json:"-"`
	Head     eventstore.Position `json:"-"`
	Recorded time.Time           `json:"recorded"` // of the last of them
	Behind   bool                `json:"behind"`   // there are events that the answer doesn't know
	Lag      time.Duration       `json:"-"`        // how old the last known event is, where there are later ones
}

// View is the models at one place of the log: all questions to it are answered from there. It must be closed. It is not safe
// for concurrent use.
type View struct {
	Reading
	ctx context.Context //nolint:containedctx // ends with Close; the questions are asked under it
	tx  *sql.Tx
	db  *database
	m   *Models
}

// View opens the models as they stand. Where that is before until it waits for them, patience at most: who has appended
// reads their own writes. The zero position waits for nothing. Errors: ErrNotBuilt; ErrBehind, with how far they are;
// ErrForeignPosition for a position of another store; ErrClosed.
func (m *Models) View(ctx context.Context, until eventstore.Position, patience time.Duration) (*View, error) {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		v, changed, err := m.view(ctx)
		if err != nil && !errors.Is(err, ErrNotBuilt) {
			return nil, err
		}
		if err == nil {
			if err = until.Of(v.Position.StoreID()); err != nil && !v.Position.IsStart() {
				return nil, errors.Join(err, v.Close())
			}
			if v.Position.Compare(until) >= 0 {
				return v, nil
			}
			err = errors.Join(fmt.Errorf("%w: they stand at %s, wanted was %s", ErrBehind, v.Position, until), v.Close())
		}
		if m.wait(waiting, changed) != nil {
			return nil, errors.Join(err, ctx.Err())
		}
	}
}

// pollEvery is how often a process that doesn't fold looks for news.
const pollEvery = 20 * time.Millisecond

func (m *Models) wait(ctx context.Context, changed <-chan struct{}) error {
	var poll <-chan time.Time
	if !m.Folds() {
		poll = time.After(pollEvery)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-changed:
	case <-poll:
	}
	return nil
}

func (m *Models) view(ctx context.Context) (*View, <-chan struct{}, error) {
	if !m.Folds() {
		if err := m.reopen(ctx); err != nil {
			return nil, nil, err
		}
	}
	m.mu.Lock()
	db, wait, closed := m.current, m.changed, m.closed
	entered := !closed && db != nil && db.enter() // before a rebuild can put another in its place
	m.mu.Unlock()
	switch {
	case closed:
		return nil, wait, ErrClosed
	case !entered:
		return nil, wait, ErrNotBuilt
	}
	tx, err := db.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		db.leave()
		return nil, wait, fmt.Errorf("open the read models: %w", err)
	}
	v := &View{ctx: ctx, tx: tx, db: db, m: m}
	p, err := readPlace(ctx, tx) // the first statement fixes the moment that the transaction sees
	if err == nil {
		v.Number, v.Position, v.Recorded = p.number, p.position, p.public().Recorded
		v.Head, err = m.config.Store.Head(ctx)
	}
	if err != nil {
		return nil, wait, errors.Join(err, v.Close())
	}
	if v.Behind = v.Head.Compare(v.Position) > 0; v.Behind && !v.Recorded.IsZero() {
		v.Lag = max(m.config.Now().Sub(v.Recorded), 0)
	}
	return v, wait, nil
}

// Close ends a view.
func (v *View) Close() error {
	err := v.tx.Rollback()
	v.db.leave()
	if errors.Is(err, sql.ErrTxDone) { // its context ended first
		return nil
	}
	return err
}

// reopen takes up the database that the manifest names, in a process that only reads.
func (m *Models) reopen(ctx context.Context) error {
	named, err := readManifest(m.config.Dir)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotBuilt, err)
	}
	m.mu.Lock()
	same := m.current != nil && m.current.file == named.File
	m.mu.Unlock()
	if same {
		return nil
	}
	db, err := openReaders(ctx, filepath.Join(m.config.Dir, named.File))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotBuilt, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return errors.Join(ErrClosed, db.db.Close())
	}
	m.replace(db)
	return nil
}
