package projections

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/scenario"
	"saldo/eventstore"
	"saldo/eventstore/embedded"
)

// benchEvents is how long the log of the benchmarks is; SALDO_BENCH_EVENTS asks for another length, such as 5000000. With
// SALDO_BENCH_LOG the log is kept in that directory and used again.
func benchEvents() int {
	if n, err := strconv.Atoi(os.Getenv("SALDO_BENCH_EVENTS")); err == nil && n > 0 {
		return n
	}
	return 100_000
}

// crowd is a log of n events in an embedded store: the registry of August 2020, and its people again and again under other
// ids, hundreds at a time.
func crowd(b *testing.B, n int) eventstore.Store {
	b.Helper()
	dir := os.Getenv("SALDO_BENCH_LOG")
	kept := dir != ""
	if !kept {
		dir = b.TempDir()
	}
	s, err := embedded.Open(b.Context(), embedded.Config{Dir: dir, Now: scenario.DefaultNow, NewID: func() string { return uuid.Max.String() }})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	head, err := s.Head(b.Context())
	require.NoError(b, err)
	if !head.IsStart() {
		return s
	}
	var batch []eventstore.StreamAppend
	flush := func() {
		for _, r := range s.AppendBatch(b.Context(), batch) {
			require.NoError(b, r.Err)
		}
		batch = batch[:0]
	}
	written := 0
	for round := 0; written < n; round++ {
		for i := 0; i < len(told()) && written < n; {
			first := told()[i]
			k := i + 1
			for ; !told()[k-1].Meta.LastPart(); k++ {
			}
			group := told()[i:k]
			i = k
			person := first.Stream.Kind() == domain.ParticipantStream
			if round > 0 && !person {
				continue
			}
			a := eventstore.StreamAppend{Stream: string(first.Stream), At: eventstore.NoStream()}
			if round > 0 {
				a.Stream = string(domain.ParticipantStreamOf(uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s %d", first.Stream, round))))
			}
			if first.Revision > 0 {
				a.At = eventstore.At(first.Revision - 1)
			}
			for _, e := range group {
				meta, err := domain.EncodeMetadata(e.Meta)
				require.NoError(b, err)
				a.Events = append(a.Events, eventstore.EventData{ID: e.ID, Type: string(e.Type), JSON: true, Data: e.Data, Metadata: meta})
			}
			written += len(group)
			if batch = append(batch, a); len(batch) == 1000 {
				flush()
			}
		}
	}
	flush()
	return s
}

// readAndDecode is what everything else is compared with.
func readAndDecode(b *testing.B, s eventstore.Store) (time.Duration, int) {
	b.Helper()
	begun := time.Now() //nolint:forbidigo // a benchmark
	n := 0
	for r, err := range s.ReadAll(b.Context(), eventstore.Position{}, eventstore.ReadAllOptions{}) {
		require.NoError(b, err)
		require.NoError(b, decode(r).broken)
		n++
	}
	return time.Since(begun), n //nolint:forbidigo // a benchmark
}

// BenchmarkModels prints what building the models and catching up with them costs, as multiples of reading and decoding the
// same log, in one run (issue: at most 5 and 12).
func BenchmarkModels(b *testing.B) {
	s := crowd(b, benchEvents())
	for b.Loop() {
		plain, n := readAndDecode(b, s)
		fresh := modelsOf(b, s)
		begun := time.Now() //nolint:forbidigo // a benchmark
		require.NoError(b, fresh.CatchUp(b.Context(), nil))
		built := time.Since(begun) //nolint:forbidigo // a benchmark

		live := modelsOf(b, s)
		require.NoError(b, live.build(b.Context(), "models-000001.db", 1, nil))
		require.NoError(b, live.adopt(b.Context(), "models-000001.db"))
		begun = time.Now() //nolint:forbidigo // a benchmark
		require.NoError(b, live.CatchUp(b.Context(), nil))
		caught := time.Since(begun) //nolint:forbidigo // a benchmark

		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		b.ReportMetric(float64(n)/plain.Seconds(), "decoded/s")
		b.ReportMetric(float64(n)/built.Seconds(), "built/s")
		b.ReportMetric(float64(n)/caught.Seconds(), "caught/s")
		b.ReportMetric(built.Seconds()/plain.Seconds(), "build/plain")
		b.ReportMetric(caught.Seconds()/plain.Seconds(), "live/plain")
		b.ReportMetric(float64(memory.Sys)/(1<<20), "MiB-sys")
	}
}

func modelsOf(b *testing.B, s eventstore.Store) *Models {
	b.Helper()
	m, err := Open(context.WithoutCancel(b.Context()), Config{Dir: filepath.Join(b.TempDir(), "models"), Store: s, Now: scenario.DefaultNow})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, m.Close()) })
	return m
}
