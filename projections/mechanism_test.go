package projections

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/scenario"
	"saldo/eventstore"
)

// dumped is a database in its canonical form.
func dumped(tb testing.TB, m *Models) []string {
	tb.Helper()
	v, err := m.View(context.WithoutCancel(tb.Context()), eventstore.Position{}, 0)
	require.NoError(tb, err)
	defer v.Close()
	var out []string
	require.NoError(tb, dump(tb.Context(), v.tx, func(line string) error {
		out = append(out, line)
		return nil
	}))
	return out
}

// history is a log that nobody wrote: streams of August 2020, or a part of them, woven together in another order. The order
// within each stream stands.
func history(r *rand.Rand, people int) []domain.Recorded {
	streams := map[domain.Stream][]domain.Recorded{}
	var names []domain.Stream
	for _, e := range told() {
		if _, known := streams[e.Stream]; !known {
			names = append(names, e.Stream)
		}
		streams[e.Stream] = append(streams[e.Stream], e)
	}
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var chosen []domain.Stream
	for _, n := range names {
		if n.Kind() == domain.ParticipantStream {
			if people--; people < 0 {
				continue
			}
		} else if r.IntN(3) == 0 {
			continue
		}
		chosen = append(chosen, n)
	}
	var out []domain.Recorded
	for len(chosen) > 0 {
		i := r.IntN(len(chosen))
		left := streams[chosen[i]]
		n := 1
		for ; !left[n-1].Meta.LastPart(); n++ {
		}
		out = append(out, left[:n]...)
		if streams[chosen[i]] = left[n:]; len(left) == n {
			chosen[i] = chosen[len(chosen)-1]
			chosen = chosen[:len(chosen)-1]
		}
	}
	return out
}

// copyDir is a directory as a crash leaves it, or nearly: what was written is there, what was not is not.
func copyDir(tb testing.TB, from, to string) {
	tb.Helper()
	require.NoError(tb, os.CopyFS(to, os.DirFS(from)))
}

// Models that were folded in pieces, with crashes in between, are those that are folded at once.
func TestIncrementalEqualsRebuilt(t *testing.T) {
	t.Parallel()
	histories := 40
	if raceEnabled {
		histories = 4
	}
	incremental(t, histories)
}

func TestTortureIncremental(t *testing.T) {
	if os.Getenv("SALDO_TORTURE") == "" {
		t.Skip("long form: SALDO_TORTURE=1")
	}
	incremental(t, 1000) //nolint:mnd // as the issue asks
}

func incremental(t *testing.T, histories int) {
	t.Helper()
	for n := range histories {
		r := rand.New(rand.NewPCG(uint64(n), 1))
		log := history(r, 2+r.IntN(12))
		s := newStore(t)
		dir := t.TempDir()
		m := open(t, dir, s)
		for crash := 0; len(log) > 0; {
			k := 1 + r.IntN(min(len(log), 400))
			for ; !log[k-1].Meta.LastPart(); k++ {
			}
			put(t, s, log[:k]...)
			log = log[k:]
			if err := m.CatchUp(t.Context(), nil); err != nil {
				require.NoError(t, err)
			}
			if r.IntN(4) == 0 { // a crash in the middle of a batch, and another process
				w := m.writer
				if len(log) > 0 {
					e := log[0]
					e.Number = w.next.number
					_ = w.apply(t.Context(), &decoded{Recorded: e, position: w.next.position})
					_, err := w.conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
					require.NoError(t, err)
					require.NoError(t, w.fold.flush(t.Context()))
				}
				crash++
				next := filepath.Join(dir, fmt.Sprint(crash))
				copyDir(t, filepath.Join(m.config.Dir), filepath.Join(next, "models"))
				if len(log) > 0 {
					_, err := w.conn.ExecContext(t.Context(), "ROLLBACK")
					require.NoError(t, err)
				}
				require.NoError(t, m.Close())
				m = open(t, next, s)
				require.NotNil(t, m.writer, "the models are gone on with, not built anew")
			}
		}
		require.NoError(t, m.CatchUp(t.Context(), nil))
		whole := open(t, t.TempDir(), s)
		require.NoError(t, whole.CatchUp(t.Context(), nil))
		require.Equal(t, dumped(t, whole), dumped(t, m), "history %d", n)
		require.NoError(t, m.Close())
		require.NoError(t, whole.Close())
	}
}

// Every place that the models commit stands behind as many events as they counted, and all accounts sum to nothing there.
func TestEveryPlace(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	m := open(t, t.TempDir(), s)
	log := told()
	r := rand.New(rand.NewPCG(7, 7))
	for done := 0; done < len(log); {
		k := 1 + r.IntN(900)
		end := min(done+k, len(log))
		for ; !log[end-1].Meta.LastPart(); end++ {
		}
		put(t, s, log[done:end]...)
		done = end
		require.NoError(t, m.CatchUp(t.Context(), nil))
		v, err := m.View(t.Context(), eventstore.Position{}, 0)
		require.NoError(t, err)
		require.EqualValues(t, done, v.Number)
		require.False(t, v.Behind)
		var sum int64
		require.NoError(t, v.tx.QueryRowContext(t.Context(), "SELECT coalesce(sum(debited) - sum(credited), 0) FROM account").Scan(&sum))
		require.Zero(t, sum)
		require.NoError(t, v.Close())
	}
}

// bomb is a model that fails on some events, half-way.
type bomb struct {
	f    *fold
	when func(domain.Recorded) bool
}

func (b *bomb) apply(e domain.Recorded) {
	if b.when(e) {
		b.f.people.rows.edit(e.Stream.Key()).Attempts = 1_000_000 // must not stay
		panic(fmt.Sprintf("no model of %s", e.Type))              //nolint:forbidigo // a model's bug
	}
}

func withBomb(tb testing.TB, s eventstore.Store, when func(domain.Recorded) bool) *Models {
	tb.Helper()
	m, err := Open(tb.Context(), Config{
		Dir: filepath.Join(tb.TempDir(), "models"), Store: s, Now: scenario.DefaultNow,
		more: func(f *fold) []model { return []model{&bomb{f, when}} },
	})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, m.Close()) })
	return m
}

// A model that fails on an event loses that event's stream from there on, and nothing else.
func TestPoisonIsQuarantined(t *testing.T) {
	t.Parallel()
	var victims []domain.EventRef
	for _, e := range told() {
		if e.Type == "CoursePurchased" && len(victims) < 3 {
			victims = append(victims, e.Ref())
		}
	}
	hit := func(e domain.Recorded) bool {
		for _, v := range victims {
			if e.Ref() == v {
				return true
			}
		}
		return false
	}
	left := map[domain.Stream]uint64{}
	for _, v := range victims {
		left[v.Stream] = v.Revision
	}
	s, healthy := newStore(t), newStore(t)
	var rest []domain.Recorded
	skipped := map[string]uint64{}
	for _, e := range told() {
		if rev, poisoned := left[e.Stream]; poisoned && e.Revision >= rev {
			skipped[string(e.Stream)]++
			continue
		}
		rest = append(rest, e)
	}
	put(t, s, told()...)
	put(t, healthy, rest...)
	m, want := withBomb(t, s, hit), open(t, t.TempDir(), healthy)
	require.NoError(t, m.CatchUp(t.Context(), nil))
	require.NoError(t, want.CatchUp(t.Context(), nil))
	status, err := m.Status(t.Context())
	require.NoError(t, err)
	require.Len(t, status.Quarantine, len(left))
	require.EqualValues(t, len(told()), status.Number)
	for _, q := range status.Quarantine {
		require.Equal(t, left[domain.Stream(q.Stream)], q.Revision)
		require.Equal(t, skipped[q.Stream], q.Skipped)
		require.Contains(t, q.Cause, "no model of CoursePurchased at mechanism_test.go:")
	}
	people := func(m *Models) []string { // without numbers of events, since fewer were told
		v, unseen := m.View(t.Context(), eventstore.Position{}, 0)
		require.NoError(t, unseen)
		defer v.Close()
		rows, unread := v.tx.QueryContext(t.Context(), `SELECT concat_ws('|', subject, state, wave, training, job_search, survey, committed, in_transit,
			attempts, refused, refused_reason, purchases, bought, orders, first_course, incentives_paid, returned) FROM participant ORDER BY subject`)
		require.NoError(t, unread)
		defer rows.Close()
		var out []string
		for rows.Next() {
			var line string
			require.NoError(t, rows.Scan(&line))
			out = append(out, line)
		}
		require.NoError(t, rows.Err())
		return out
	}
	require.NotEmpty(t, people(m))
	require.Equal(t, people(want), people(m))

	again, err := m.Rebuild(t.Context(), nil)
	require.NoError(t, err)
	require.Zero(t, again.Differ, "%+v", again.Differences)
}

// Bytes that can't be read, types of another version and events that came by another way are counted, and stop nothing.
func TestStrangers(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	put(t, s, told()...)
	add := func(stream, kind, meta, data string) {
		_, err := s.Append(t.Context(), stream, eventstore.NoStream(), eventstore.EventData{ID: [16]byte{1}, Type: kind, JSON: true, Data: []byte(data), Metadata: []byte(meta)})
		require.NoError(t, err)
	}
	stamp := `{"command_id":"0192d6c0-0000-7000-8000-000000000000","received_at":"2020-08-16T02:00:00Z","recorded_at":"2020-08-16T02:00:00Z","actor":{"party":"system","id":"0192d6c0-0000-7000-8000-000000000000"},"origin":"decided"}`
	add("participant-0192d6c0-0000-7000-8000-000000000001", "FromTheFuture", stamp, `{}`)
	add("participant-0192d6c0-0000-7000-8000-000000000002", "FromTheFuture", stamp, `{}`)
	add("participant-0192d6c0-0000-7000-8000-000000000003", "CardIssued", `{}`, `{}`)
	add("participant-0192d6c0-0000-7000-8000-000000000004", "CardIssued", stamp, `{"card_last_four":`)
	add("node-1", "Heartbeat", `{}`, `{}`) // no event of the ledger: not counted, and nothing to be behind of
	m := open(t, t.TempDir(), s)
	require.NoError(t, m.CatchUp(t.Context(), nil))
	status, err := m.Status(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, len(told())+4, status.Number)
	require.False(t, status.Behind)
	require.Equal(t, []UnknownType{{"FromTheFuture", 2}}, status.Unknown)
	require.EqualValues(t, 1, status.Foreign)
	require.Len(t, status.Quarantine, 1)
	require.Equal(t, "participant-0192d6c0-0000-7000-8000-000000000004", status.Quarantine[0].Stream)
}

// Whatever is done to the files while nobody has them open costs building them anew, and is never believed.
func TestFilesAreDisposable(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	put(t, s, told()[:3000]...)
	base := open(t, t.TempDir(), s)
	require.NoError(t, base.CatchUp(t.Context(), nil))
	want := dumped(t, base)
	require.NoError(t, base.Close())
	file := func(dir string) string {
		found, err := filepath.Glob(filepath.Join(dir, "models", filePrefix+"*"+fileSuffix))
		require.NoError(t, err)
		require.Len(t, found, 1)
		return found[0]
	}
	folder := func(dir string) string { return filepath.Join(dir, "models") }
	say := func(dir, text string) error {
		return os.WriteFile(filepath.Join(folder(dir), manifestName), []byte(text), fileMode)
	}
	for name, harm := range map[string]func(dir string) error{
		"no database":         func(dir string) error { return os.Remove(file(dir)) },
		"no manifest":         func(dir string) error { return os.Remove(filepath.Join(folder(dir), manifestName)) },
		"no lock":             func(dir string) error { return os.Remove(filepath.Join(folder(dir), lockName)) },
		"no folder":           func(dir string) error { return os.RemoveAll(folder(dir)) },
		"torn":                func(dir string) error { return os.Truncate(file(dir), 20_000) },
		"empty":               func(dir string) error { return os.Truncate(file(dir), 0) },
		"no words":            func(dir string) error { return say(dir, "\x00\x01") },
		"another file's name": func(dir string) error { return manifest{File: "models-000009.db"}.write(folder(dir)) },
		"a way out":           func(dir string) error { return say(dir, `{"file":"../models-000001.db"}`) },
		"no journal": func(dir string) error { // the process died; somebody tidied up
			return manifest{File: filepath.Base(file(dir)), Open: true}.write(folder(dir))
		},
		"half-written":    func(dir string) error { return statement(t.Context(), file(dir), "UPDATE place SET complete = 0") },
		"another version": func(dir string) error { return statement(t.Context(), file(dir), "UPDATE place SET fingerprint = 'x'") },
		"another store": func(dir string) error {
			return statement(t.Context(), file(dir), "UPDATE place SET store_id = 'other'")
		},
		"another place": func(dir string) error {
			return statement(t.Context(), file(dir), "UPDATE place SET revision = revision + 1000")
		},
		"no place": func(dir string) error { return statement(t.Context(), file(dir), "DELETE FROM place") },
		"no table": func(dir string) error { return statement(t.Context(), file(dir), "DROP TABLE training") },
		"garbage": func(dir string) error {
			info, err := os.Stat(file(dir))
			return errors.Join(err, os.WriteFile(file(dir), make([]byte, info.Size()), fileMode))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			copyDir(t, base.config.Dir, folder(dir))
			require.NoError(t, harm(dir))
			m := open(t, dir, s)
			require.NoError(t, m.CatchUp(t.Context(), nil))
			require.Equal(t, want, dumped(t, m))
		})
	}
}

// statement changes a database behind the models' back, as if it had been closed like that.
func statement(ctx context.Context, path, text string) error {
	db, err := openSQLite(path, "_pragma=journal_mode(delete)")
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, text)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	return closedManifest(filepath.Dir(path), filepath.Base(path))
}

// A rebuild names the rows that were changed behind the models' back, each with the event that touched it last, and puts
// them right.
func TestRebuildNamesWhatWasChanged(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	put(t, s, told()...)
	dir := t.TempDir()
	m := open(t, dir, s)
	require.NoError(t, m.CatchUp(t.Context(), nil))
	want := dumped(t, m)
	require.NoError(t, m.Close())
	path := filepath.Join(dir, "models", filePrefix+"000001"+fileSuffix)
	require.NoError(t, statement(t.Context(), path, `UPDATE participant SET training = training + 1 WHERE subject = (SELECT min(subject) FROM participant);
		DELETE FROM purchase WHERE bought_no = (SELECT max(bought_no) FROM purchase);
		INSERT INTO account VALUES ('invented', 4, 1, 0, 0)`))
	m = open(t, dir, s)
	out, err := m.Rebuild(t.Context(), nil)
	require.NoError(t, err)
	require.True(t, out.Compared)
	require.EqualValues(t, 3, out.Differ)
	byTable := map[string]Difference{}
	for _, d := range out.Differences {
		byTable[d.Table] = d
	}
	require.True(t, byTable["account"].Extra)
	require.True(t, byTable["purchase"].Missing)
	require.Equal(t, "training", byTable["participant"].Columns[0].Column)
	person := domain.Stream("participant-" + byTable["participant"].Key[0])
	var last domain.Recorded
	for _, e := range told() {
		if e.Stream == person {
			last = e
		}
	}
	require.Equal(t, last.Ref(), byTable["participant"].Event)
	require.Equal(t, want, dumped(t, m))
	again, err := m.Rebuild(t.Context(), nil)
	require.NoError(t, err)
	require.Zero(t, again.Differ)
	require.Greater(t, again.Rows, uint64(1000))
}

// The log goes on, models follow and answer while they are built anew and swapped.
func TestRebuildWhileLoading(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	log := told()
	half := len(log) / 2
	for ; !log[half-1].Meta.LastPart(); half++ {
	}
	put(t, s, log[:half]...)
	m := open(t, t.TempDir(), s)
	ctx, cancel := context.WithCancel(t.Context())
	running := make(chan error, 1)
	go func() { running <- m.Run(ctx) }()
	loaded := make(chan eventstore.Position, 1)
	go func() { loaded <- put(t, s, log[half:]...) }() //nolint:testifylint // the test waits for it
	var last uint64
	for range 3 {
		out, err := m.Rebuild(t.Context(), nil)
		require.NoError(t, err)
		require.Zero(t, out.Differ, "%+v", out.Differences)
		v, err := m.View(t.Context(), eventstore.Position{}, 0)
		require.NoError(t, err)
		require.GreaterOrEqual(t, v.Number, last, "no answer goes back behind an earlier one")
		last = v.Number
		require.NoError(t, v.Close())
	}
	end := <-loaded
	v, err := m.View(t.Context(), end, timeForTests)
	require.NoError(t, err)
	require.EqualValues(t, len(log), v.Number)
	require.NoError(t, v.Close())
	cancel()
	require.NoError(t, <-running)
	whole := open(t, t.TempDir(), s)
	require.NoError(t, whole.CatchUp(t.Context(), nil))
	require.Equal(t, dumped(t, whole), dumped(t, m))
	found, err := filepath.Glob(filepath.Join(m.config.Dir, filePrefix+"*"+fileSuffix))
	require.NoError(t, err)
	require.Len(t, found, 1, "what was replaced is gone")
}

// Who waits for a position reads their own writes; who waits for what doesn't come is told how far the models are.
func TestReadYourWrites(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	m := open(t, t.TempDir(), s)
	_, err := m.View(t.Context(), eventstore.Position{}, 0)
	require.ErrorIs(t, err, ErrNotBuilt)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	running := make(chan error, 1)
	go func() { running <- m.Run(ctx) }()
	reader, err := OpenReader(t.Context(), m.config)
	if err != nil { // not built yet
		require.ErrorIs(t, err, ErrNotBuilt)
	}
	for _, e := range told()[:200] {
		at := put(t, s, e)
		if at.IsStart() {
			continue // inside a group
		}
		v, late := m.View(t.Context(), at, timeForTests)
		require.NoError(t, late)
		require.GreaterOrEqual(t, v.Position.Compare(at), 0)
		require.NoError(t, v.Close())
	}
	if reader == nil {
		reader, err = OpenReader(t.Context(), m.config)
		require.NoError(t, err)
	}
	defer reader.Close()
	require.False(t, reader.Folds())
	at := put(t, s, told()[200:400]...)
	v, err := reader.View(t.Context(), at, timeForTests)
	require.NoError(t, err, "a process beside it sees the same")
	require.NoError(t, v.Close())
	_, err = Open(t.Context(), m.config)
	require.ErrorIs(t, err, ErrLocked)
	_, err = reader.Rebuild(t.Context(), nil)
	require.ErrorIs(t, err, ErrLocked)

	_, err = m.View(t.Context(), eventstore.NewPosition("memory", 1<<40, 1<<40), 1)
	require.ErrorIs(t, err, ErrBehind)
	_, err = m.View(t.Context(), eventstore.NewPosition("elsewhere", 1, 1), 1)
	require.ErrorIs(t, err, eventstore.ErrForeignPosition)
	cancel()
	require.NoError(t, <-running)
}

// Closing ends a Run that nobody else ends, and whoever comes later is told.
func TestCloseEndsRun(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	put(t, s, told()[:500]...)
	m := open(t, t.TempDir(), s)
	running := make(chan error, 1)
	go func() { running <- m.Run(context.WithoutCancel(t.Context())) }()
	require.Eventually(t, func() bool {
		v, err := m.View(t.Context(), eventstore.Position{}, 0)
		return err == nil && v.Close() == nil
	}, timeForTests, time.Millisecond)
	require.NoError(t, m.Close())
	require.NoError(t, <-running)
	require.ErrorIs(t, m.CatchUp(t.Context(), nil), ErrClosed)
	_, err := m.View(t.Context(), eventstore.Position{}, 0)
	require.ErrorIs(t, err, ErrClosed)
}

// A group that nobody ends is folded once, however often the models catch up.
func TestOpenGroupAtTheHead(t *testing.T) {
	t.Parallel()
	i := slices.IndexFunc(told(), func(e domain.Recorded) bool { return !e.Meta.LastPart() })
	require.Positive(t, i)
	s := newStore(t)
	put(t, s, told()[:i]...)
	e := told()[i]
	meta, err := domain.EncodeMetadata(e.Meta)
	require.NoError(t, err)
	at := eventstore.NoStream()
	if e.Revision > 0 {
		at = eventstore.At(e.Revision - 1)
	}
	_, err = s.Append(t.Context(), string(e.Stream), at, eventstore.EventData{ID: e.ID, Type: string(e.Type), JSON: true, Data: e.Data, Metadata: meta})
	require.NoError(t, err)
	m := open(t, t.TempDir(), s)
	for range 3 {
		require.NoError(t, m.CatchUp(t.Context(), nil))
		status, err := m.Status(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, i+1, status.Number)
		require.False(t, status.Behind)
	}
	whole := open(t, t.TempDir(), s)
	require.NoError(t, whole.CatchUp(t.Context(), nil))
	require.Equal(t, dumped(t, whole), dumped(t, m))
}

// A log that lost its end is not the one that the models know.
func TestRestoredLog(t *testing.T) {
	t.Parallel()
	s, restored := newStore(t), newStore(t)
	put(t, s, told()[:2000]...)
	put(t, restored, told()[:1500]...)
	dir := t.TempDir()
	m := open(t, dir, s)
	require.NoError(t, m.CatchUp(t.Context(), nil))
	require.NoError(t, m.Close())
	m = open(t, dir, restored)
	require.Nil(t, m.writer)
	require.NoError(t, m.CatchUp(t.Context(), nil))
	v, err := m.View(t.Context(), eventstore.Position{}, 0)
	require.NoError(t, err)
	require.EqualValues(t, 1500, v.Number)
	require.NoError(t, v.Close())
}
