package projections

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"saldo/eventstore"
)

// ensure builds the models if there are none.
func (m *Models) ensure(ctx context.Context, progress Progress) error {
	if m.writer != nil {
		return nil
	}
	file := nextFile(m.config.Dir)
	if err := m.build(ctx, file, 0, progress); err != nil {
		return err
	}
	if err := (manifest{File: file, Open: true}).write(m.config.Dir); err != nil {
		return err
	}
	return m.adopt(ctx, file)
}

// build folds the log, or its first events, into a fresh database: tables without secondary indexes first, those at the end.
// The file is complete and on the medium when it returns nil; otherwise it is removed.
func (m *Models) build(ctx context.Context, file string, limit uint64, progress Progress) (err error) {
	path := filepath.Join(m.config.Dir, file)
	empty, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fileMode) //nolint:gosec // a file of the configured directory
	if err == nil {
		err = empty.Close()
	}
	if err != nil {
		return err
	}
	w, err := openDatabase(ctx, m.config, file, freshOptions, freshCache, true)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	m.setBuilding(true)
	defer m.setBuilding(false)
	err = m.buildInto(ctx, w, limit, progress)
	if err = errors.Join(err, w.close()); err != nil {
		return fmt.Errorf("build the read models: %w", err)
	}
	return syncFile(path)
}

func (m *Models) buildInto(ctx context.Context, w *writer, limit uint64, progress Progress) error {
	var head eventstore.Position
	var err error
	if limit == 0 {
		if head, err = m.config.Store.Head(ctx); err != nil {
			return err
		}
	}
	if err := m.pump(ctx, w, head, limit, progress, func(*writer) {}); err != nil {
		return err
	}
	if err := createIndexes(ctx, w.conn); err != nil {
		return err
	}
	if _, err := w.conn.ExecContext(ctx, "ANALYZE"); err != nil {
		return err
	}
	done := w.place
	done.complete = true
	return done.write(ctx, w.conn)
}

func (m *Models) setBuilding(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state.building, m.state.since = on, time.Time{}
}

func syncFile(path string) error {
	f, err := os.Open(path) //nolint:gosec // a file of the configured directory
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
