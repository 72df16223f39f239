package projections

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"saldo/domain"
	"saldo/eventstore"
)

// Rebuilt is what a rebuild did.
type Rebuilt struct {
	Events   uint64        `json:"events"`   // folded
	Took     time.Duration `json:"-"`        // until the swap
	Compared bool          `json:"compared"` // there were models of the same version to compare with
	Comparison
}

// Stages of a rebuild, for those who watch it.
const (
	StageFold    = "fold"
	StageCompare = "compare"
)

// Rebuild folds the whole log into fresh models beside those in use, compares the two row by row at the same place of the log,
// and puts the fresh ones in the others' place, whatever the comparison found: the log is right. Questions and folding go on
// meanwhile; only the last step waits for the batch under way. ErrLocked says that another process folds here.
func (m *Models) Rebuild(ctx context.Context, progress func(stage string, done, of uint64)) (Rebuilt, error) {
	var out Rebuilt
	begun := m.config.Now()
	if !m.Folds() {
		return out, ErrLocked
	}
	if !m.rebuilding.TryLock() {
		return out, errors.New("projections: a rebuild is under way already")
	}
	defer m.rebuilding.Unlock()
	if progress == nil {
		progress = func(string, uint64, uint64) {}
	}
	of := func(stage string) Progress { return func(done, of uint64) { progress(stage, done, of) } }
	if m.none() {
		err := m.CatchUp(ctx, of(StageFold))
		if err == nil {
			out.Events, err = m.number(ctx)
		}
		out.Took = m.config.Now().Sub(begun)
		return out, err
	}
	file := nextFile(m.config.Dir)
	if err := m.build(ctx, file, 0, of(StageFold)); err != nil {
		return out, err
	}
	err := m.replaceBy(ctx, file, &out, of)
	out.Took = m.config.Now().Sub(begun)
	if err != nil {
		return out, errors.Join(err, sweepFile(m.config.Dir, file))
	}
	return out, nil
}

// none reports whether there are no models yet.
func (m *Models) none() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.current == nil
}

// number is how many events the models know.
func (m *Models) number(ctx context.Context) (uint64, error) {
	v, err := m.View(ctx, eventstore.Position{}, 0)
	if err != nil {
		return 0, err
	}
	return v.Number, v.Close()
}

// replaceBy compares a fresh database with the one in use and swaps them.
func (m *Models) replaceBy(ctx context.Context, file string, out *Rebuilt, of func(string) Progress) error {
	fresh, err := openDatabase(ctx, m.config, file, liveOptions, freshCache, false)
	if err != nil {
		return err
	}
	if err = m.compareWith(ctx, fresh, out, of); err != nil {
		return errors.Join(err, fresh.close())
	}
	release, err := m.use(ctx)
	if err != nil {
		return errors.Join(err, fresh.close())
	}
	defer release()
	head, err := m.config.Store.Head(ctx)
	if err == nil {
		err = m.pump(ctx, fresh, head, 0, nil, func(*writer) {})
	}
	out.Events = fresh.place.number
	if err = errors.Join(err, fresh.close()); err != nil {
		return err
	}
	m.mu.Lock()
	old, was := m.writer, m.current
	m.mu.Unlock()
	// Dying here leaves two databases that are both right; the manifest says which is used, and the other is swept away.
	if err = (manifest{File: file, Open: true}).write(m.config.Dir); err != nil {
		return err
	}
	if err = m.adopt(context.WithoutCancel(ctx), file); err != nil { // the manifest names it: no interruption may leave that half-way
		return err
	}
	if old != nil {
		_ = old.close() // nothing in it is wanted any more
	}
	if was != nil {
		return sweepFile(m.config.Dir, was.file)
	}
	return nil
}

// compareWith holds the fresh models to those in use, at a place where both stand: those in use go on from there meanwhile,
// the comparison reads what they were.
func (m *Models) compareWith(ctx context.Context, fresh *writer, out *Rebuilt, of func(string) Progress) error {
	if err := m.CatchUp(ctx, nil); err != nil { // so that they are not behind the fresh ones
		return err
	}
	v, err := m.View(ctx, eventstore.Position{}, 0)
	if err != nil {
		return err
	}
	defer v.Close()
	p, err := readPlace(ctx, v.tx)
	if err != nil {
		return err
	}
	if p.fingerprint != fresh.place.fingerprint || p.number < fresh.place.number {
		return nil
	}
	if err = m.pump(ctx, fresh, eventstore.Position{}, p.number, nil, func(*writer) {}); err != nil {
		return err
	}
	if out.Comparison, err = compare(ctx, v.tx, fresh.conn, of(StageCompare)); err != nil {
		return fmt.Errorf("compare the models: %w", err)
	}
	out.Compared = true
	for i := range out.Differences {
		d := &out.Differences[i]
		if d.Number >= 0 {
			if e, err := eventNumbered(ctx, m.config.Store, fresh.conn, uint64(d.Number)); err == nil {
				d.Event = e.Ref()
			}
		}
	}
	return nil
}

// eventNumbered reads the event of a number: from the mark before it on.
func eventNumbered(ctx context.Context, store eventstore.Store, db queryer, number uint64) (domain.Recorded, error) {
	var from int64
	var position string
	var after eventstore.Position
	err := db.QueryRowContext(ctx, "SELECT number, position FROM mark WHERE number <= ? ORDER BY number DESC LIMIT 1", int64(number)).Scan(&from, &position) //nolint:gosec // far below 2^63
	if err == nil {
		if after, err = eventstore.ParsePosition(position); err != nil {
			return domain.Recorded{}, err
		}
	}
	n := uint64(from) //nolint:gosec // never negative
	for r, err := range ledgerEvents(ctx, store, after) {
		if err != nil {
			return domain.Recorded{}, err
		}
		if n == number {
			return decode(r).Recorded, nil
		}
		n++
	}
	return domain.Recorded{}, fmt.Errorf("%w: event number %d", ErrNotFound, number)
}

// sweepFile removes a database with its journals.
func sweepFile(dir, file string) error {
	var errs []error
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(filepath.Join(dir, file+suffix)); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
