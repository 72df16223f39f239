package projections

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"saldo/eventstore"
)

const (
	// commitEvents and commitRows bound what is folded between two commits: enough to write a busy row once, few enough to
	// hold in memory and to fold again.
	commitEvents = 8192
	commitRows   = 40_000
	liveCache    = 20_000  // rows that a table keeps in memory, twice: in a process that serves
	freshCache   = 100_000 // and in one that builds
	// decodedAhead is how many batches are read and decoded while one is folded.
	decodedAhead = 2
	// retryPause is how long Run waits after an error of the store or the disk.
	retryPause = time.Second
)

// Progress is told how far long work is: events folded, and how many there are, 0 if that is not known.
type Progress func(done, of uint64)

// progressState is how fast the models fold.
type progressState struct {
	building bool
	events   uint64
	since    time.Time
	rate     float64
}

// use takes the writer for as long as a fold runs.
func (m *Models) use(ctx context.Context) (release func(), err error) {
	if !m.Folds() {
		return nil, ErrLocked
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-m.running:
	}
	m.mu.Lock()
	closed := m.closed
	m.mu.Unlock()
	if closed {
		m.running <- struct{}{}
		return nil, ErrClosed
	}
	return func() { m.running <- struct{}{} }, nil
}

// CatchUp folds up to the head as it is now and returns. Where there are no models yet, it builds them.
func (m *Models) CatchUp(ctx context.Context, progress Progress) error {
	release, err := m.use(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err = m.ensure(ctx, progress); err != nil {
		return err
	}
	head, err := m.config.Store.Head(ctx)
	if err != nil {
		return err
	}
	return m.pump(ctx, m.writer, head, 0, progress, m.committed)
}

// Run keeps the models up to date until ctx ends or they are closed, and returns nil then. Errors of the store or the disk
// are logged and tried again; damage to the models costs building them anew.
func (m *Models) Run(ctx context.Context) error {
	for {
		err := m.follow(ctx)
		m.mu.Lock()
		closed := m.closed
		m.mu.Unlock()
		if ctx.Err() != nil || closed || errors.Is(err, eventstore.ErrClosed) {
			return nil //nolint:nilerr // told to end
		}
		m.config.Log.ErrorContext(ctx, "the read models stand still", slog.Any("error", err))
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(retryPause):
		}
	}
}

// follow catches up again and again. The writer is free in between, so that a rebuild can take its place.
func (m *Models) follow(ctx context.Context) error {
	for {
		if err := m.CatchUp(ctx, nil); err != nil {
			if damaged(err) {
				err = errors.Join(err, m.discard(ctx))
			}
			return err
		}
		m.mu.Lock()
		after, changed := m.folded, m.changed
		m.mu.Unlock()
		if err := m.await(ctx, after, changed); err != nil {
			return err
		}
	}
}

// await returns when there is something behind a position, or the models were closed or replaced.
func (m *Models) await(ctx context.Context, after eventstore.Position, changed <-chan struct{}) error {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- m.config.Store.Wait(waiting, after) }()
	select {
	case err := <-done:
		return err
	case <-changed:
		return nil
	}
}

// discard gives up a damaged database; the next fold builds another.
func (m *Models) discard(ctx context.Context) error {
	release, err := m.use(ctx)
	if err != nil {
		return err
	}
	defer release()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.writer != nil {
		_ = m.writer.close()
		m.writer = nil
	}
	m.replace(nil)
	return nil
}

// committed tells readers of a new place.
func (m *Models) committed(w *writer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.folded = w.place.position
	now := m.config.Now()
	if elapsed := now.Sub(m.state.since); elapsed >= time.Second {
		m.state.rate = float64(w.place.number-m.state.events) / elapsed.Seconds()
		m.state.events, m.state.since = w.place.number, now
	}
	m.notify()
}

// errReached ends a pump at its limit.
var errReached = errors.New("reached")

// pump folds from where a writer stands to a position, or, with a limit, to so many events, and commits on the way.
func (m *Models) pump(ctx context.Context, w *writer, to eventstore.Position, limit uint64, progress Progress, committed func(*writer)) error {
	if w.place.position.Compare(to) >= 0 && limit == 0 || limit != 0 && w.place.number >= limit {
		return nil
	}
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	if w.stale {
		if err := w.reload(ctx); err != nil {
			return err
		}
	}
	of := limit
	if of == 0 && progress != nil {
		of = m.total(ctx)
	}
	batches, failed := m.read(reading, w.place.position)
	err := func() error {
		for batch := range batches {
			for i := range batch {
				if err := w.add(ctx, batch[i]); err != nil {
					return err
				}
				if limit != 0 && w.next.number == limit {
					return errReached
				}
			}
			if m.ended() {
				return ErrClosed
			}
			if len(w.batch) < commitEvents && w.fold.changes < commitRows || !w.whole() {
				continue
			}
			if err := w.commit(ctx); err != nil {
				return err
			}
			committed(w)
			if progress != nil {
				progress(w.place.number, of)
			}
		}
		return <-failed
	}()
	if err != nil && !errors.Is(err, errReached) {
		w.stale = true
		return err
	}
	if len(w.batch) == 0 {
		return nil
	}
	// Stores append groups whole, so a group that is open at the head is one that nobody will end: it is not waited for.
	if err := w.commit(ctx); err != nil {
		w.stale = true
		return err
	}
	committed(w)
	if progress != nil {
		progress(w.place.number, of)
	}
	return nil
}

func (m *Models) ended() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed
}

// total is how many events there are, 0 if the store doesn't know.
func (m *Models) total(ctx context.Context) uint64 {
	counted, ok := m.config.Store.(eventstore.Counted)
	if !ok {
		return 0
	}
	n, err := counted.Count(ctx)
	if err != nil {
		return 0
	}
	return n
}

// read reads and decodes ahead of the fold, up to the head as it is now. The second channel gives the error, nil at the head.
func (m *Models) read(ctx context.Context, after eventstore.Position) (<-chan []decoded, <-chan error) {
	const size = 512
	out, failed := make(chan []decoded, decodedAhead), make(chan error, 1)
	go func() {
		defer close(out)
		batch := make([]decoded, 0, size)
		send := func() bool {
			select {
			case out <- batch:
				batch = make([]decoded, 0, size)
				return true
			case <-ctx.Done():
				return false
			}
		}
		for r, err := range m.config.Store.ReadAll(ctx, after, eventstore.ReadAllOptions{}) {
			if err != nil {
				failed <- fmt.Errorf("read the log: %w", err)
				return
			}
			if batch = append(batch, decode(r)); len(batch) == size && !send() {
				failed <- ctx.Err()
				return
			}
		}
		if len(batch) > 0 && !send() {
			failed <- ctx.Err()
			return
		}
		failed <- nil
	}()
	return out, failed
}
