package projections

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"saldo/eventstore"
)

// Config is what Models need.
type Config struct {
	Dir   string           // made if it is missing; nothing else may be in it
	Store eventstore.Store // whose log is folded
	Now   func() time.Time // for lag and rates only: nothing in the models depends on it
	Log   *slog.Logger     // nil: silent

	more func(*fold) []model // models of tests
}

// Models are the read models of one log in one directory. One process folds; any number may ask. All methods are safe for
// concurrent use.
type Models struct {
	config  Config
	locked  *os.File      // nil in a process that only reads
	running chan struct{} // holds one token: whoever has it may use the writer

	rebuilding sync.Mutex // held by the one rebuild

	mu      sync.Mutex
	writer  *writer // nil in a process that only reads, and while there is no complete database
	current *database
	folded  eventstore.Position // where the writer's last commit stands
	changed chan struct{}       // closed and replaced when place or database change
	state   progressState
	closed  bool
}

// ErrClosed says that the models were closed.
var ErrClosed = errors.New("projections: closed")

// Open opens the models in a directory to fold and to ask. It folds nothing yet: CatchUp and Run do. What can't be gone on
// with (another store's, another version's, damaged, half-written) is put aside and built anew by them. ErrLocked says
// that another process folds there; OpenReader asks beside it.
func Open(ctx context.Context, c Config) (*Models, error) {
	if c.Store == nil || c.Now == nil || c.Dir == "" {
		return nil, errors.New("projections: a directory, a store and a clock are needed")
	}
	if err := os.MkdirAll(c.Dir, dirMode); err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	locked, err := lock(c.Dir)
	if err != nil {
		return nil, err
	}
	m := newModels(c)
	m.locked = locked
	found, err := m.goOn(ctx)
	if err == nil && found == "" {
		err = sweep(c.Dir)
	} else if err == nil {
		err = sweep(c.Dir, found)
	}
	if err != nil {
		return nil, errors.Join(err, m.Close()) //nolint:contextcheck // what was opened is closed even when ctx has ended
	}
	return m, nil
}

func newModels(c Config) *Models {
	m := &Models{config: c, changed: make(chan struct{}), running: make(chan struct{}, 1)}
	m.running <- struct{}{}
	if m.config.Log == nil {
		m.config.Log = slog.New(slog.DiscardHandler)
	}
	return m
}

// OpenReader opens models to ask beside the process that folds. ErrNotBuilt says that there are none.
func OpenReader(ctx context.Context, c Config) (*Models, error) {
	m := newModels(c)
	if err := m.reopen(ctx); err != nil {
		return nil, errors.Join(err, m.Close()) //nolint:contextcheck // as in Open
	}
	return m, nil
}

// Folds reports whether this process keeps the models up to date.
func (m *Models) Folds() bool { return m.locked != nil }

// goOn opens the database that the manifest names, if it can be gone on with. Otherwise it says why in the log and returns
// no name.
func (m *Models) goOn(ctx context.Context) (string, error) {
	named, err := readManifest(m.config.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	var reason error
	if err != nil {
		reason = err
	} else if reason = m.usable(ctx, named); reason == nil {
		return named.File, nil
	}
	if ctx.Err() != nil || errors.Is(reason, eventstore.ErrUnavailable) {
		return "", reason
	}
	m.config.Log.WarnContext(ctx, "the read models are built anew", slog.Any("reason", reason))
	return "", nil
}

// usable opens a database to go on with; the error says why it can't be.
func (m *Models) usable(ctx context.Context, named manifest) error {
	path := filepath.Join(m.config.Dir, named.File)
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case !named.Open && info.Size() != named.Size:
		return fmt.Errorf("%s has %d bytes, and had %d when it was closed", path, info.Size(), named.Size)
	}
	if _, err = os.Stat(path + "-wal"); named.Open && err != nil {
		return fmt.Errorf("the journal of %s is missing: %w", path, err)
	}
	if err = m.fits(ctx, path, named.Open); err != nil {
		return err
	}
	if err = (manifest{File: named.File, Open: true}).write(m.config.Dir); err != nil {
		return err
	}
	return m.adopt(ctx, named.File)
}

// fits reads whether a database was made by these folds from this store's log. One that wasn't closed is looked through.
func (m *Models) fits(ctx context.Context, path string, unclosed bool) error {
	db, conn, err := openWriter(ctx, path, liveOptions)
	if err != nil {
		return err
	}
	defer func() { _ = errors.Join(conn.Close(), db.Close()) }()
	p, err := readPlace(ctx, conn)
	if err != nil {
		return err
	}
	made, err := fingerprint()
	if err != nil {
		return err
	}
	var storeID string
	if named, ok := m.config.Store.(eventstore.Identified); ok {
		storeID, _ = named.Identity()
	}
	switch {
	case p.fingerprint != made:
		return errors.New("made by another version")
	case !p.complete:
		return errors.New("half-written")
	case p.storeID != storeID:
		return fmt.Errorf("made from the log of store %s, and this one is %s", p.storeID, storeID)
	}
	if verdict := "ok"; unclosed {
		if err = conn.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil || verdict != "ok" {
			return errors.Join(fmt.Errorf("damaged: %s", verdict), err)
		}
	}
	stands, err := p.standsIn(ctx, m.config.Store)
	if err == nil && !stands {
		err = errors.New("ahead of the log: its end was lost")
	}
	return err
}

// adopt makes a complete database the one in use.
func (m *Models) adopt(ctx context.Context, file string) error {
	path := filepath.Join(m.config.Dir, file)
	w, err := openDatabase(ctx, m.config, file, liveOptions, liveCache, false)
	if err != nil {
		return err
	}
	if err = createIndexes(ctx, w.conn); err != nil {
		return errors.Join(err, w.close())
	}
	db, err := openReaders(ctx, path)
	if err != nil {
		return errors.Join(err, w.close())
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.writer, m.folded = w, w.place.position
	m.replace(db)
	return nil
}

// replace puts a database in the place of the one in use, which closes when its last reader is done. m.mu is held.
func (m *Models) replace(db *database) {
	if old := m.current; old != nil {
		old.retire()
	}
	m.current = db
	m.notify()
}

// notify wakes whoever waits for a place. m.mu is held.
func (m *Models) notify() {
	close(m.changed)
	m.changed = make(chan struct{})
}

// Close ends folding and asking. Questions under way are answered first.
func (m *Models) Close() error {
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return nil
	}
	m.closed = true
	m.notify()
	m.mu.Unlock()
	m.rebuilding.Lock() // a rebuild, a Run or a CatchUp under way ends at its next batch
	defer m.rebuilding.Unlock()
	<-m.running
	defer func() { m.running <- struct{}{} }() // for whoever comes later, and is told that they are closed
	m.mu.Lock()
	defer m.mu.Unlock()
	var err error
	if m.current != nil {
		m.current.retire()
	}
	if m.writer != nil {
		file := m.current.file
		_, err = m.writer.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
		err = errors.Join(err, m.writer.close())
		if err == nil {
			err = closedManifest(m.config.Dir, file)
		}
	}
	if m.locked != nil {
		err = errors.Join(err, m.locked.Close())
	}
	return err
}
