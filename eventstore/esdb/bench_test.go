package esdb_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

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
