package esdb_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	official "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/wire"
)

// BenchmarkAppend appends single events of 300 bytes, each caller to its own stream: to the store itself and through the
// wire and the client. The figures are per append.
func BenchmarkAppend(b *testing.B) {
	backends := map[string]func(*testing.B) eventstore.Store{
		"memory": func(b *testing.B) eventstore.Store { b.Helper(); return inMemory(b) },
		"disk":   func(b *testing.B) eventstore.Store { b.Helper(); return onDisk(b, b.TempDir()) },
	}
	for name, open := range backends {
		for _, remote := range []bool{false, true} {
			for _, callers := range []int{1, 16, 64} {
				b.Run(fmt.Sprintf("%s/wire=%t/callers=%d", name, remote, callers), func(b *testing.B) {
					local := open(b)
					store := local
					if remote {
						s := serve(b, local, wire.Options{})
						store = s.connect(b, s.address)
					}
					appendAll(b, store, callers)
					if !remote {
						require.NoError(b, local.Close())
					}
				})
			}
		}
	}
}

func appendAll(b *testing.B, store eventstore.Store, callers int) {
	b.Helper()
	data := make([]byte, 300)
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for i := range callers {
		all.Go(func() {
			name, at := fmt.Sprintf("s-%d", i), eventstore.NoStream()
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					return
				}
				e := eventstore.EventData{ID: [16]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24), 1}, Type: "Tested", Data: data}
				done, err := store.Append(context.Background(), name, at, e)
				if err != nil {
					b.Error(err)
					return
				}
				at = eventstore.At(done.LastRevision)
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
}

// BenchmarkAdapterAgainstClient appends decisions of a usual size from 64 callers, through this package and through the official
// client alone, interleaved against one server; the best of several rounds counts, since the machine is not ours alone.
func BenchmarkAdapterAgainstClient(b *testing.B) {
	const rounds, callers, size = 5, 64, 1600
	s := serve(b, inMemory(b), wire.Options{})
	adapter := s.connect(b, s.address)
	settings, err := official.ParseConnectionString("esdb://" + s.address + "?tls=false")
	require.NoError(b, err)
	raw, err := official.NewClient(settings)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, raw.Close()) })
	var streams atomic.Int64
	data, meta := make([]byte, size), make([]byte, size/4)
	throughAdapter := func(stream string, id [16]byte) error {
		_, err := adapter.Append(context.Background(), stream, eventstore.NoStream(), eventstore.EventData{ID: id, Type: "Tested", Data: data, Metadata: meta})
		return err
	}
	throughClient := func(stream string, id [16]byte) error {
		_, err := raw.AppendToStream(context.Background(), stream, official.AppendToStreamOptions{ExpectedRevision: official.NoStream{}},
			official.EventData{EventID: id, EventType: "Tested", Data: data, Metadata: meta})
		return err
	}
	best := map[string]time.Duration{}
	for range rounds {
		for name, through := range map[string]func(string, [16]byte) error{"adapter": throughAdapter, "client": throughClient} {
			start := now()
			var all sync.WaitGroup
			for caller := range callers {
				all.Go(func() {
					for i := caller; i < b.N; i += callers {
						n := streams.Add(1)
						if err := through(fmt.Sprint("d-", n), [16]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24), 1}); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
			if took := now().Sub(start); best[name] == 0 || took < best[name] {
				best[name] = took
			}
		}
	}
	b.ReportMetric(float64(b.N)/best["client"].Seconds(), "client-appends/s")
	b.ReportMetric(best["client"].Seconds()/best["adapter"].Seconds(), "adapter-of-client")
}

// BenchmarkReadAll reads 100,000 events per round.
func BenchmarkReadAll(b *testing.B) {
	const events, batch = 100_000, 1000
	local := inMemory(b)
	at := eventstore.NoStream()
	for n := 0; n < events; n += batch {
		var list []eventstore.EventData
		for i := range batch {
			list = append(list, event(n+i))
		}
		done, err := local.Append(context.Background(), "s", at, list...)
		require.NoError(b, err)
		at = eventstore.At(done.LastRevision)
	}
	s := serve(b, local, wire.Options{})
	for name, store := range map[string]eventstore.Store{"wire=false": local, "wire=true": s.connect(b, s.address)} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				n := 0
				for _, err := range store.ReadAll(context.Background(), eventstore.Position{}, eventstore.ReadAllOptions{}) {
					require.NoError(b, err)
					n++
				}
				require.Equal(b, events, n)
			}
			b.ReportMetric(float64(b.N*events)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
