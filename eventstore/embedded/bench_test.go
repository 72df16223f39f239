package embedded

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // to compare with; the store doesn't use it

	"saldo/eventstore"
)

// These benchmarks print ratios, each measured against its limit in turns in one run, as medians: on a shared machine a rate
// alone says nothing. `make bench-store` runs them at full size (SALDO_BENCH=full), `go test -bench .` at a twentieth.

func full() bool { return os.Getenv("SALDO_BENCH") == "full" }

func scaled(n int) int {
	if full() {
		return n
	}
	return n / 20
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

func now() time.Time { return time.Now() } //nolint:forbidigo // a benchmark measures

// benchEvent is about 560 bytes with its stream's name: what a purchase takes.
func benchEvent(n uint64) eventstore.EventData {
	e := eventstore.EventData{Type: "CoursePurchased", JSON: true, Data: benchData, Metadata: benchData[:150]}
	binary.LittleEndian.PutUint64(e.ID[:], n*0x9E3779B97F4A7C15)
	binary.LittleEndian.PutUint64(e.ID[8:], n+1)
	return e
}

var benchData = []byte(strings.Repeat(`{"participant":"7c1e","course":"K-4711"},`, 8))[:320]

// rawBytes is the content alone: ids, names, data.
func rawBytes(stream string, e eventstore.EventData) int {
	return len(stream) + eventstore.AppendSize([]eventstore.EventData{e})
}

// grouped is a limit to compare with: one goroutine that takes what waits, and brings it to the medium at once.
type grouped struct {
	queue chan groupedWrite
	ended chan struct{}
}

type groupedWrite struct {
	stream int
	first  uint64
	event  *eventstore.EventData
	bytes  []byte
	done   chan error
}

func newGrouped(write func([]groupedWrite) error) *grouped {
	g := &grouped{queue: make(chan groupedWrite, defaultQueueLength), ended: make(chan struct{})}
	go func() {
		defer close(g.ended)
		for w := range g.queue {
			group := []groupedWrite{w}
			for more := true; more; {
				select {
				case w, more = <-g.queue:
					if more {
						group = append(group, w)
					}
				default:
					more = false
				}
			}
			err := write(group)
			for _, w := range group {
				w.done <- err
			}
		}
	}()
	return g
}

func (g *grouped) do(w groupedWrite) error {
	w.done = make(chan error, 1)
	g.queue <- w
	return <-w.done
}

func (g *grouped) close() {
	close(g.queue)
	<-g.ended
}

// plainFile writes each group behind the other and syncs.
func plainFile(b *testing.B) (*grouped, *os.File) {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "plain"))
	require.NoError(b, err)
	var buffer []byte
	return newGrouped(func(group []groupedWrite) error {
		buffer = buffer[:0]
		for _, w := range group {
			buffer = append(buffer, w.bytes...)
		}
		if _, err := f.Write(buffer); err != nil {
			return err
		}
		return syncData(f)
	}), f
}

// sqlite does the same: one transaction per group, WAL, FULL, streams by number, their revisions unique, no index of ids.
func sqlite(b *testing.B) (*grouped, *sql.DB) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "events.db")+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=cache_size(-65536)")
	require.NoError(b, err)
	db.SetMaxOpenConns(1)
	ctx := b.Context()
	var mode, level string
	require.NoError(b, db.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&mode))
	require.NoError(b, db.QueryRowContext(ctx, `PRAGMA synchronous`).Scan(&level))
	require.Equal(b, "wal 2", mode+" "+level)
	_, err = db.ExecContext(ctx, `CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, id BLOB NOT NULL,
		type TEXT NOT NULL, data BLOB NOT NULL, metadata BLOB NOT NULL, stored INTEGER NOT NULL, UNIQUE (stream, revision)) STRICT`)
	require.NoError(b, err)
	insert, err := db.PrepareContext(ctx, `INSERT INTO events (stream, revision, id, type, data, metadata, stored) VALUES (?,?,?,?,?,?,?)`)
	require.NoError(b, err)
	return newGrouped(func(group []groupedWrite) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		s := tx.StmtContext(ctx, insert) //nolint:sqlclosecheck // ends with its transaction
		for _, w := range group {
			if _, err := s.ExecContext(ctx, w.stream, w.first, w.event.ID[:], w.event.Type, w.event.Data, w.event.Metadata, 1); err != nil {
				return errors.Join(err, tx.Rollback())
			}
		}
		return tx.Commit()
	}), db
}

// spread runs n calls over that many callers and returns how many were done per second.
func spread(b *testing.B, callers, n int, run func(caller, i int) error) float64 {
	b.Helper()
	start := now()
	var all sync.WaitGroup
	for c := range callers {
		all.Go(func() {
			for i := range n / callers {
				if err := run(c, i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return float64(n/callers*callers) / now().Sub(start).Seconds()
}

// benchStreams is how many streams the durable appends choose from at random; each has one event beforehand. Appends to a
// handful of streams would spare SQLite most of its index pages, and us the heads of most streams.
const benchStreams = 100_000

// benchNames are made beforehand: making them costs a tenth of what an append costs.
var benchNames = sync.OnceValue(func() []string {
	names := make([]string, 250_000)
	for i := range names {
		names[i] = fmt.Sprintf("participant-%016d", i)
	}
	return names
})

func benchName(stream int) string { return benchNames()[stream] }

// BenchmarkStoreDurable appends single events, each answered when durable.
func BenchmarkStoreDurable(b *testing.B) {
	for _, row := range []struct{ callers, n int }{{1, 5_000}, {16, 60_000}, {256, 400_000}} {
		b.Run(fmt.Sprint(row.callers), func(b *testing.B) { durable(b, row.callers, scaled(row.n)) })
	}
}

func durable(b *testing.B, callers, n int) {
	b.Helper()
	s := benchOpen(b, b.TempDir())
	g, f := plainFile(b)
	q, db := sqlite(b)
	one := encodeRecord(benchName(0), 0, []eventstore.EventData{benchEvent(1)})
	nextOurs, nextLite := make([]uint64, benchStreams), make([]uint64, benchStreams)
	ours := func(stream int, number uint64) error {
		at := eventstore.NoStream()
		if nextOurs[stream] > 0 {
			at = eventstore.At(nextOurs[stream] - 1)
		}
		nextOurs[stream]++
		_, err := s.Append(b.Context(), benchName(stream), at, benchEvent(number))
		return err
	}
	plain := func(int, uint64) error { return g.do(groupedWrite{bytes: one}) }
	lite := func(stream int, number uint64) error {
		e := benchEvent(number)
		nextLite[stream]++
		return q.do(groupedWrite{stream: stream, first: nextLite[stream] - 1, event: &e})
	}
	for _, write := range []func(int, uint64) error{ours, lite} {
		spread(b, 256, benchStreams/256*256, func(c, i int) error { return write(i*256+c, 0) })
	}
	number := uint64(0)
	run := func(n int, write func(int, uint64) error) float64 {
		number += uint64(n)
		base := number
		// Each caller has streams of its own, so that nobody waits for another's revision.
		return spread(b, callers, n, func(c, i int) error {
			return write(rand.IntN(benchStreams/256)*256+c, base+uint64(i*callers+c))
		})
	}
	var rates [3][]float64
	var vsPlain, vsLite []float64
	for range 5 {
		o, p, l := run(n, ours), run(n, plain), run(max(n/4, callers), lite)
		rates[0], rates[1], rates[2] = append(rates[0], o), append(rates[1], p), append(rates[2], l)
		vsPlain, vsLite = append(vsPlain, o/p), append(vsLite, o/l)
	}
	g.close()
	q.close()
	require.NoError(b, errors.Join(s.Close(), f.Close(), db.Close()))
	b.ReportMetric(median(rates[0]), "appends/s")
	b.ReportMetric(median(rates[1]), "plain/s")
	b.ReportMetric(median(rates[2]), "sqlite/s")
	b.ReportMetric(median(vsPlain), "of-plain")
	b.ReportMetric(median(vsLite), "of-sqlite")
	b.ReportMetric(0, "ns/op")
}

func benchOpen(tb testing.TB, dir string) *Store {
	tb.Helper()
	c := config(dir)
	c.QueueLength = 4096
	s, err := Open(tb.Context(), c)
	require.NoError(tb, err)
	return s
}

// bulk is a bulk append in batches of 1,000 and how long each fifth took.
type bulk struct {
	seconds float64
	fifths  [5]float64
}

func (k bulk) growth() float64 { return k.fifths[1] / k.fifths[4] } // of rates: the last fifth against the second

const batch = 1000

func timed(n int, write func(i int) error) (k bulk, err error) {
	start := now()
	for f := range k.fifths {
		begun := now()
		for i := f * n / 5; i < (f+1)*n/5; i++ {
			if err := write(i); err != nil {
				return k, err
			}
		}
		k.fifths[f] = now().Sub(begun).Seconds()
	}
	k.seconds = now().Sub(start).Seconds()
	return k, nil
}

// bulkAppends appends batches of 1,000 events as one append each, to streams of 100 batches.
func bulkAppends(ctx context.Context, s *Store, n int) (bulk, error) {
	events := make([]eventstore.EventData, batch)
	return timed(n/batch, func(i int) error {
		for k := range events {
			events[k] = benchEvent(uint64(i*batch + k))
		}
		at := eventstore.NoStream()
		if i%100 > 0 {
			at = eventstore.At(uint64(i%100*batch - 1))
		}
		_, err := s.Append(ctx, fmt.Sprintf("participant-%016d", i/100), at, events...)
		return err
	})
}

// bulkSingles keeps 1,000 appends of one event in flight: to streams in random order, each getting the same number.
func bulkSingles(ctx context.Context, s *Store, n, streams int) (bulk, error) {
	order := rand.New(rand.NewPCG(1, 2))
	turn := order.Perm(streams)
	return timed(n/batch, func(i int) error {
		var all sync.WaitGroup
		errs := make([]error, batch)
		for k := range batch {
			all.Go(func() {
				number := i*batch + k
				round := number / streams
				// Each round goes through the streams in another order.
				stream := turn[(number*7919+round*104729)%streams]
				at := eventstore.NoStream()
				if round > 0 {
					at = eventstore.At(uint64(round - 1))
				}
				_, errs[k] = s.Append(ctx, benchName(stream), at, benchEvent(uint64(number)))
			})
		}
		all.Wait()
		return errors.Join(errs...)
	})
}

// bulkPlain writes the same bytes to a file, synced as often.
func bulkPlain(b *testing.B, n int, encoded []byte, copies int) bulk {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "plain"))
	require.NoError(b, err)
	buffer := slices.Repeat(encoded, copies)
	k, err := timed(n/batch, func(int) error {
		if _, err = f.Write(buffer); err != nil {
			return err
		}
		return syncData(f)
	})
	require.NoError(b, err)
	require.NoError(b, f.Close())
	require.NoError(b, os.Remove(f.Name()))
	return k
}

func diskBytes(tb testing.TB, dir string) (total int64) {
	tb.Helper()
	require.NoError(tb, filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		total += info.Size()
		return err
	}))
	return total
}

// BenchmarkStoreBulk appends 2 million events in batches of 1,000, as appends of 1,000 and as appends of one.
func BenchmarkStoreBulk(b *testing.B) {
	n := scaled(2_000_000)
	one := encodeRecord("participant-0000000000000000", 0, []eventstore.EventData{benchEvent(1)})
	events := make([]eventstore.EventData, batch)
	for i := range events {
		events[i] = benchEvent(uint64(i))
	}
	many := encodeRecord("participant-0000000000000000", 0, events)
	raw := rawBytes("participant-0000000000000000", benchEvent(1))
	for _, row := range []struct {
		name    string
		run     func(*Store) (bulk, error)
		encoded []byte
		copies  int
	}{
		{"appends-of-1000", func(s *Store) (bulk, error) { return bulkAppends(b.Context(), s, n) }, many, 1},
		{"appends-of-1", func(s *Store) (bulk, error) { return bulkSingles(b.Context(), s, n, n/20) }, one, batch},
	} {
		b.Run(row.name, func(b *testing.B) {
			var rate, ratio, growth, plainGrowth, size []float64
			for range 3 {
				dir := b.TempDir()
				s := benchOpen(b, dir)
				k, err := row.run(s)
				require.NoError(b, err)
				require.NoError(b, s.Close())
				size = append(size, float64(diskBytes(b, dir))/float64(n))
				require.NoError(b, os.RemoveAll(dir))
				p := bulkPlain(b, n, row.encoded, row.copies)
				rate, ratio = append(rate, float64(n)/k.seconds), append(ratio, p.seconds/k.seconds)
				growth, plainGrowth = append(growth, k.growth()), append(plainGrowth, p.growth())
			}
			b.ReportMetric(median(rate), "events/s")
			b.ReportMetric(median(ratio), "of-plain")
			b.ReportMetric(median(growth), "last/second-fifth")
			b.ReportMetric(median(plainGrowth), "plain-last/second")
			b.ReportMetric(median(size), "B/event")
			b.ReportMetric(median(size)*float64(batch)/float64(len(row.encoded)*row.copies), "of-plain-bytes")
			b.ReportMetric(median(size)/float64(raw), "of-content-bytes")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkStoreRead reads a store of 2 million events in streams of 20.
func BenchmarkStoreRead(b *testing.B) {
	n := scaled(2_000_000)
	dir := b.TempDir()
	s := benchOpen(b, dir)
	_, err := bulkSingles(b.Context(), s, n, n/20)
	require.NoError(b, err)
	b.Run("all", func(b *testing.B) {
		var rate, ratio []float64
		for range 5 {
			begun := now()
			count := 0
			for r, err := range s.ReadAll(b.Context(), eventstore.Position{}, eventstore.ReadAllOptions{}) {
				require.NoError(b, err)
				count += len(r.Data[:1])
			}
			ours := now().Sub(begun).Seconds()
			require.Equal(b, n, count)
			plain := scanPlain(b, s, n)
			rate, ratio = append(rate, float64(n)/ours), append(ratio, plain/ours)
		}
		b.ReportMetric(median(rate), "events/s")
		b.ReportMetric(median(ratio), "of-plain")
		b.ReportMetric(0, "ns/op")
	})
	for _, writing := range []int{0, 1000} {
		b.Run(fmt.Sprintf("streams-writing-%d", writing), func(b *testing.B) { benchStreamReads(b, s, n/20, writing) })
	}
	require.NoError(b, s.Close())
}

// scanPlain reads the same files as one who wants their records: large reads, lengths, checksums, nothing else.
func scanPlain(b *testing.B, s *Store, n int) float64 {
	b.Helper()
	begun := now()
	count, sum := 0, uint64(0)
	for _, seg := range s.view.segments {
		f, err := os.Open(seg.path)
		require.NoError(b, err)
		r := bufio.NewReaderSize(f, scanBytes)
		_, err = r.Discard(segmentHeaderBytes)
		require.NoError(b, err)
		var buffer []byte
		for {
			head, err := r.Peek(8)
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(b, err)
			length := int(binary.LittleEndian.Uint32(head[atLength:]))
			buffer = slices.Grow(buffer[:0], length)[:length]
			_, err = io.ReadFull(r, buffer)
			require.NoError(b, err)
			if checksum(buffer[atLength:]) != binary.LittleEndian.Uint32(buffer) {
				b.Fatal("checksum")
			}
			count, sum = count+1, sum+uint64(buffer[20])
		}
		require.NoError(b, f.Close())
	}
	require.Equal(b, n, count)
	return now().Sub(begun).Seconds()
}

// benchStreamReads reads streams at random with one reader, while a writer appends at a fixed rate.
func benchStreamReads(b *testing.B, s *Store, streams, writing int) {
	b.Helper()
	ctx, stop := context.WithCancel(b.Context())
	var writer sync.WaitGroup
	written := 0
	if writing > 0 {
		writer.Go(func() {
			tick := time.NewTicker(time.Second / time.Duration(writing))
			defer tick.Stop()
			at, name := eventstore.NoStream(), fmt.Sprintf("writer-%d", now().UnixNano())
			for {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
					done, err := s.Append(ctx, name, at, benchEvent(uint64(written)))
					if err != nil {
						return
					}
					at, written = eventstore.At(done.LastRevision), written+1
				}
			}
		})
	}
	reads := scaled(400_000)
	taken := make([]float64, 0, reads)
	begun := now()
	for range reads {
		start := now()
		count := 0
		for _, err := range s.ReadStream(b.Context(), benchName(rand.IntN(streams)), eventstore.ReadOptions{}) {
			if err != nil {
				b.Fatal(err)
			}
			count++
		}
		if count != 20 {
			b.Fatal(count)
		}
		taken = append(taken, now().Sub(start).Seconds())
	}
	total := now().Sub(begun).Seconds()
	stop()
	writer.Wait()
	slices.Sort(taken)
	b.ReportMetric(float64(reads)/total, "streams/s")
	b.ReportMetric(taken[reads/2]*1e6, "p50-us")
	b.ReportMetric(taken[reads*99/100]*1e6, "p99-us")
	b.ReportMetric(float64(written)/total, "written/s")
	b.ReportMetric(0, "ns/op")
}

const largeEnv = "SALDO_EMBEDDED_LARGE"

// TestLargeChild is the process that BenchmarkStoreLarge measures and kills.
func TestLargeChild(t *testing.T) {
	dir := os.Getenv(largeEnv)
	if dir == "" {
		t.Skip("run by BenchmarkStoreLarge")
	}
	n := scaled(5_000_000)
	s := benchOpen(t, dir)
	_, err := bulkSingles(t.Context(), s, n, n/20)
	require.NoError(t, err)
	count := 0
	for _, err := range s.ReadAll(t.Context(), eventstore.Position{}, eventstore.ReadAllOptions{}) {
		require.NoError(t, err)
		count++
	}
	require.Equal(t, n, count)
	_, _ = fmt.Fprintln(os.Stdout, "ready")
	for i := 0; ; i++ { // until killed
		_, err := s.Append(t.Context(), "still-writing", eventstore.At(uint64(i-1)), benchEvent(uint64(i)))
		if i == 0 {
			_, err = s.Append(t.Context(), "still-writing", eventstore.NoStream(), benchEvent(uint64(i)))
		}
		require.NoError(t, err)
	}
}

// BenchmarkStoreLarge appends and scans 5 million events in a process of its own, kills it in the middle of further
// appends, and opens what it left.
func BenchmarkStoreLarge(b *testing.B) {
	dir := b.TempDir()
	child := exec.CommandContext(b.Context(), os.Args[0], "-test.run", "^TestLargeChild$", "-test.timeout", "30m")
	child.Env = append(os.Environ(), largeEnv+"="+dir)
	out, err := child.StdoutPipe()
	require.NoError(b, err)
	begun := now()
	require.NoError(b, child.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "ready" {
		b.Log(lines.Text())
	}
	worked := now().Sub(begun).Seconds()
	time.Sleep(300 * time.Millisecond)
	require.NoError(b, child.Process.Kill())
	_ = child.Wait()
	usage, ok := child.ProcessState.SysUsage().(*syscall.Rusage)
	require.True(b, ok)
	begun = now()
	s := benchOpen(b, dir)
	opened := now().Sub(begun).Seconds()
	index := s.Index()
	n, _ := s.position(s.view.head).Coordinates()
	require.GreaterOrEqual(b, n, uint64(scaled(5_000_000)))
	begun = now()
	require.NoError(b, s.Close())
	closed := now().Sub(begun).Seconds()
	b.ReportMetric(float64(usage.Maxrss)/1024, "peak-MB")
	b.ReportMetric(float64(scaled(5_000_000))/worked, "appended-and-scanned/s")
	b.ReportMetric(opened*1000, "open-ms")
	b.ReportMetric(closed*1000, "close-ms")
	b.ReportMetric(float64(index.End-index.Indexed)/defaultSegmentBytes, "segments-behind")
	b.ReportMetric(0, "ns/op")
}
