package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"saldo/domain"
	"saldo/eventstore"
)

// writer is the one that folds into a database.
type writer struct {
	db         *sql.DB
	conn       *sql.Conn
	fold       *fold
	place      place // as committed
	next       place // with the batch under way
	batch      []decoded
	marks      []place
	quarantine map[domain.Stream]*quarantined
	unknown    *table[string, unknownType]
	held       *table[string, quarantined]
	store      eventstore.Store
	stale      bool // what is in memory is not what the database says
}

// quarantined is a stream that is left out, from an event on which a model failed.
type quarantined struct {
	Stream   string
	Revision int64
	Number   int64
	Type     string
	Cause    string
	Skipped  int64
}

type unknownType struct {
	Type  string
	Count int64
}

// openDatabase goes on with a database, or begins one.
func openDatabase(ctx context.Context, c Config, file, options string, cached int, fresh bool) (*writer, error) {
	file = filepath.Join(c.Dir, file)
	db, conn, err := openWriter(ctx, file, options)
	if err != nil {
		return nil, err
	}
	w := &writer{db: db, conn: conn, store: c.Store}
	w.fold = newFold(conn, cached)
	if c.more != nil {
		w.fold.models = append(w.fold.models, c.more(w.fold)...)
	}
	w.unknown = newTextTable(w.fold, "unknown_type", func(k string) unknownType { return unknownType{Type: k} },
		func(r *unknownType) []any { return []any{&r.Type, &r.Count} })
	w.held = newTextTable(w.fold, "quarantine", func(k string) quarantined { return quarantined{Stream: k} },
		func(r *quarantined) []any {
			return []any{&r.Stream, &r.Revision, &r.Number, &r.Type, &r.Cause, &r.Skipped}
		})
	if fresh {
		err = w.begin(ctx)
	}
	if err == nil {
		err = w.reload(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// begin makes the tables of an empty database.
func (w *writer) begin(ctx context.Context) error {
	made, err := fingerprint()
	if err != nil {
		return err
	}
	if err = createTables(ctx, w.conn); err != nil {
		return err
	}
	p := place{fingerprint: made}
	if named, ok := w.store.(eventstore.Identified); ok {
		p.storeID, p.incarnation = named.Identity()
	}
	return p.write(ctx, w.conn)
}

// reload forgets the batch under way and takes up where the database stands. If it fails, nothing is folded before it has been
// done again.
func (w *writer) reload(ctx context.Context) error {
	w.stale = true
	place, err := readPlace(ctx, w.conn)
	if err != nil {
		return err
	}
	w.place = place
	w.next, w.batch, w.marks = w.place, w.batch[:0], nil
	if err = w.fold.prepare(ctx, w.place.number == 0); err != nil {
		return err
	}
	if w.quarantine, err = readQuarantine(ctx, w.conn); err != nil {
		return err
	}
	if err = w.refold(ctx); err != nil {
		return err
	}
	w.stale = false
	return nil
}

// refold brings the registry to where the database stands.
func (w *writer) refold(ctx context.Context) error {
	if w.place.number == 0 {
		return nil
	}
	kinds := foldedKinds()
	prefixes := make([]string, len(kinds))
	for i, k := range kinds {
		prefixes[i] = string(k)
	}
	for r, err := range w.store.ReadAll(ctx, eventstore.Position{}, eventstore.ReadAllOptions{Prefixes: prefixes}) {
		if err != nil {
			return fmt.Errorf("fold the registry: %w", err)
		}
		if r.Position.Compare(w.place.position) > 0 {
			break
		}
		if e := decode(r); !withheld(w.quarantine).has(&e) {
			w.fold.registry.Apply(e.Recorded)
		}
	}
	return nil
}

// errPoison says that an event was put into quarantine and the batch must be folded again without it.
var errPoison = errors.New("a model failed on an event")

// add folds an event into the batch under way.
func (w *writer) add(ctx context.Context, e decoded) error {
	e.Number = w.next.number
	w.batch = append(w.batch, e)
	err := w.apply(ctx, &w.batch[len(w.batch)-1])
	for errors.Is(err, errPoison) { // each time one stream more is in quarantine
		err = w.again(ctx)
	}
	return err
}

// again folds the whole batch anew: a model may have failed half-way through an event.
func (w *writer) again(ctx context.Context) error {
	batch, known := append([]decoded(nil), w.batch...), w.quarantine
	if err := w.reload(ctx); err != nil {
		return err
	}
	maps.Copy(w.quarantine, known)
	w.batch = batch
	for i := range w.batch {
		if err := w.apply(ctx, &w.batch[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) apply(ctx context.Context, e *decoded) error {
	n := &w.next
	if !e.Stream.OfLedger() { // a node's sign of life: the place moves on, nothing is counted
		n.position, n.stream, n.revision, n.eventID = e.position, string(e.Stream), e.Revision, e.ID
		return nil
	}
	if err := w.applyModels(ctx, e); err != nil {
		return err
	}
	n.number, n.position, n.stream, n.revision, n.eventID = e.Number+1, e.position, string(e.Stream), e.Revision, e.ID
	n.recordedMax = max(n.recordedMax, at(e.Meta.RecordedAt))
	if n.number%markEvery == 0 {
		w.marks = append(w.marks, *n)
	}
	return nil
}

func (w *writer) applyModels(ctx context.Context, e *decoded) error {
	w.fold.ctx, w.fold.no = ctx, int64(e.Number)                                   //nolint:gosec // numbers stay far below 2^63
	if q := w.quarantine[e.Stream]; q != nil && e.Revision >= uint64(q.Revision) { //nolint:gosec // a revision
		row := w.held.edit(string(e.Stream))
		skipped := row.Skipped + 1
		*row = *q
		row.Skipped = skipped
		return w.fold.err
	}
	switch {
	case e.broken != nil:
		return w.poisoned(e, e.broken)
	case e.Foreign():
		w.next.foreign++
	case e.Unknown():
		w.unknown.edit(string(e.Type)).Count++
	default:
		cause, err := w.try(ctx, e)
		if cause != nil {
			return w.poisoned(e, cause)
		}
		return err
	}
	return w.fold.err
}

// try folds an event and tells a model's own failure from the database's.
func (w *writer) try(ctx context.Context, e *decoded) (cause, err error) {
	defer func() {
		if r := recover(); r != nil {
			cause = fmt.Errorf("panic: %v at %s", r, panicPlace())
		}
	}()
	return nil, w.fold.apply(ctx, e.Recorded)
}

// panicPlace is the first line of ours above a panic.
func panicPlace() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])]) //nolint:mnd // not this function's own frames
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "saldo/") && !strings.Contains(f.Function, "writer).try") && !strings.HasSuffix(f.Function, "panicPlace") {
			return fmt.Sprintf("%s:%d", path.Base(f.File), f.Line)
		}
		if !more {
			return "an unknown place"
		}
	}
}

// poisoned leaves a stream out from an event on.
func (w *writer) poisoned(e *decoded, cause error) error {
	const most = 500
	text := cause.Error()
	w.quarantine[e.Stream] = &quarantined{
		Stream: string(e.Stream), Revision: int64(e.Revision), Number: int64(e.Number), Type: string(e.Type), Cause: text[:min(len(text), most)], //nolint:gosec // far below 2^63
	}
	return errPoison
}

func readQuarantine(ctx context.Context, db queryer) (map[domain.Stream]*quarantined, error) {
	rows, err := db.QueryContext(ctx, "SELECT stream, revision, number, type, cause, skipped FROM quarantine")
	if err != nil {
		return nil, fmt.Errorf("read the quarantine: %w", err)
	}
	defer rows.Close()
	out := map[domain.Stream]*quarantined{}
	for rows.Next() {
		var q quarantined
		if err := rows.Scan(&q.Stream, &q.Revision, &q.Number, &q.Type, &q.Cause, &q.Skipped); err != nil {
			return nil, fmt.Errorf("read the quarantine: %w", err)
		}
		out[domain.Stream(q.Stream)] = &q
	}
	return out, rows.Err()
}

// commit makes rows and place of the batch durable together. It must stand behind a whole group. Dying before it, the batch is
// folded again; behind it, the runner goes on behind the batch.
func (w *writer) commit(ctx context.Context) (err error) {
	if _, err = w.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() {
		if err != nil {
			_, back := w.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
			err = errors.Join(err, back)
		}
	}()
	if err = w.fold.flush(ctx); err != nil {
		return err
	}
	for _, m := range w.marks {
		if _, err = w.conn.ExecContext(ctx, "INSERT OR REPLACE INTO mark (number, position, recorded_max) VALUES (?, ?, ?)",
			int64(m.number), m.position.String(), int64(m.recordedMax)); err != nil { //nolint:gosec // far below 2^63
			return fmt.Errorf("write a mark: %w", err)
		}
	}
	if err = w.next.write(ctx, w.conn); err != nil {
		return err
	}
	if _, err = w.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	w.fold.committed()
	w.place, w.batch, w.marks = w.next, w.batch[:0], w.marks[:0]
	return nil
}

// whole reports whether the batch ends with a whole group, so that it may be committed.
func (w *writer) whole() bool {
	if len(w.batch) == 0 {
		return true
	}
	last := &w.batch[len(w.batch)-1]
	return last.broken != nil || last.Meta.LastPart()
}

func (w *writer) close() error {
	for _, s := range w.fold.stmts {
		_ = s.Close()
	}
	return errors.Join(w.conn.Close(), w.db.Close())
}
