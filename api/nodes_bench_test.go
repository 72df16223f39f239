package api_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/eventstore"
)

// BenchmarkNodes decides purchases over a wire server, states cached, from 64 callers: a service that has the server for itself,
// one of several nodes, and two nodes that share the work. of-raw-appends compares with the same bytes appended by the same
// adapter without deciding anything, in the same run to a server of its own; of-exclusive is the price of being one of several.
func BenchmarkNodes(b *testing.B) {
	for name, of := range benchStores() {
		b.Run(name, func(b *testing.B) {
			// Interleaved and the best of several: the machine is not ours alone.
			const rounds = 5
			best := map[string]time.Duration{}
			var beats, size int
			for range rounds {
				for _, mode := range []string{"exclusive", "shared", "two"} {
					took, recorded, left := decideOverTheWire(b, of(b), mode)
					keepBest(best, mode, took)
					if mode == "shared" {
						keepBest(best, "raw", appendOverTheWire(b, of(b), recorded))
						beats, size = left, len(recorded[0].Data)
					}
				}
			}
			ratio := func(mode string) float64 { return best["raw"].Seconds() / best[mode].Seconds() }
			b.ReportMetric(float64(b.N)/best["shared"].Seconds(), "decisions/s")
			b.ReportMetric(ratio("exclusive"), "exclusive-of-raw-appends")
			b.ReportMetric(ratio("shared"), "shared-of-raw-appends")
			b.ReportMetric(ratio("two"), "two-nodes-of-raw-appends")
			b.ReportMetric(best["exclusive"].Seconds()/best["shared"].Seconds(), "shared-of-exclusive")
			b.ReportMetric(float64(beats), "heartbeats")
			b.ReportMetric(float64(size), "B/data")
		})
	}
}

func keepBest(best map[string]time.Duration, mode string, took time.Duration) {
	if old, ok := best[mode]; !ok || took < old {
		best[mode] = took
	}
}

// decideOverTheWire executes one purchase of each person and gives the time, what was recorded, and how many heartbeats it took.
func decideOverTheWire(b *testing.B, store eventstore.Store, mode string) (time.Duration, []domain.Recorded, int) {
	b.Helper()
	_, c, w := small(b, store, b.N)
	connect := overTheWire(b, store)
	config := api.Config{Now: time.Now, Cache: b.N + 1024} //nolint:forbidigo // what is measured is a node with a real clock
	var nodes []*api.Service
	for _, name := range map[string][]string{"exclusive": {"a"}, "shared": {"a"}, "two": {"a", "b"}}[mode] {
		config.Store, config.Shared, config.Node = connect(), mode != "exclusive", name
		s, err := api.Open(context.Background(), config)
		require.NoError(b, err)
		defer s.Close()
		nodes = append(nodes, s)
	}
	cmds := make([]domain.Command, b.N)
	for i := range cmds {
		cmds[i] = purchase(fmt.Sprint("p-", i), c.Now(), buyer(w, i+1), domain.InvoiceCode(fmt.Sprint("INV-", i)))
	}
	spread(b, b.N, func(i int) error { // states are cached from here on
		_, err := nodes[i%len(nodes)].DryRun(context.Background(), cmds[i])
		return err
	})
	recorded, before := make([]domain.Recorded, b.N), heartbeats(b, store)
	took := spread(b, b.N, func(i int) error {
		out, err := nodes[i%len(nodes)].Execute(context.Background(), cmds[i])
		if err == nil {
			recorded[i] = out.Event()
		}
		return err
	})
	return took, recorded, heartbeats(b, store) - before
}

// appendOverTheWire appends the bytes of decisions, each to a stream of its own.
func appendOverTheWire(b *testing.B, store eventstore.Store, recorded []domain.Recorded) time.Duration {
	b.Helper()
	_, _, _ = small(b, store, b.N)
	client := overTheWire(b, store)()
	metas := make([][]byte, len(recorded))
	for i, e := range recorded {
		meta, err := domain.EncodeMetadata(e.Meta)
		require.NoError(b, err)
		metas[i] = meta
	}
	return spread(b, b.N, func(i int) error {
		e := recorded[i]
		_, err := client.Append(context.Background(), string(e.Stream), eventstore.At(e.Revision-1), eventstore.EventData{
			ID: e.ID, Type: string(e.Type), JSON: true, Data: e.Data, Metadata: metas[i],
		})
		return err
	})
}
