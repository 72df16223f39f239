package embedded

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

// plainFile is the limit to compare with: the same bytes, the same groups, nothing else.
type plainFile struct {
	file  *os.File
	queue chan plainWrite
	ended chan struct{}
}

type plainWrite struct {
	bytes []byte
	done  chan error
}

func newPlainFile(b *testing.B) *plainFile {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "plain"))
	require.NoError(b, err)
	p := &plainFile{file: f, queue: make(chan plainWrite, defaultQueueLength), ended: make(chan struct{})}
	go p.run()
	return p
}

func (p *plainFile) run() {
	defer close(p.ended)
	var buffer []byte
	var group []plainWrite
	for w := range p.queue {
		buffer, group = append(buffer[:0], w.bytes...), append(group[:0], w)
		for more := true; more && len(buffer) < defaultGroupBytes; {
			select {
			case w, more = <-p.queue:
				if more {
					buffer, group = append(buffer, w.bytes...), append(group, w)
				}
			default:
				more = false
			}
		}
		_, err := p.file.Write(buffer)
		if err == nil {
			err = syncData(p.file)
		}
		for _, w := range group {
			w.done <- err
		}
	}
}

// spread runs n appends over that many callers and returns how many were done per second.
func spread(b *testing.B, callers, n int, run func(caller, i int) error) float64 {
	b.Helper()
	start := time.Now() //nolint:forbidigo // a benchmark measures
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
	return float64(n) / time.Since(start).Seconds() //nolint:forbidigo // a benchmark measures
}

// BenchmarkDurableAppend appends single events of about 500 bytes, each answered when durable, in turns with a plain
// file that takes the same bytes in the same way: the ratio counts, not the rate.
func BenchmarkDurableAppend(b *testing.B) {
	payload := make([]byte, 300)
	metadata := make([]byte, 150)
	for _, row := range []struct{ callers, n int }{{1, 1000}, {16, 20_000}, {256, 100_000}} {
		b.Run(fmt.Sprint(row.callers), func(b *testing.B) {
			var ours, plain float64
			for b.Loop() {
				s := open(b, config(b.TempDir()))
				at := make([]eventstore.Expected, row.callers)
				streams := make([]string, row.callers)
				for c := range at {
					at[c], streams[c] = eventstore.NoStream(), fmt.Sprintf("participant-%08d", c)
				}
				ours += spread(b, row.callers, row.n, func(c, i int) error {
					e := eventstore.EventData{ID: [16]byte{1, byte(i), byte(i >> 8), byte(c)}, Type: "CoursePurchased", JSON: true, Data: payload, Metadata: metadata}
					done, err := s.Append(b.Context(), streams[c], at[c], e)
					at[c] = eventstore.At(done.LastRevision)
					return err
				})
				require.NoError(b, s.Close())
				p := newPlainFile(b)
				one := make([]byte, recordHeaderBytes+eventHeaderBytes+20+15+450)
				plain += spread(b, row.callers, row.n, func(int, int) error {
					w := plainWrite{one, make(chan error, 1)}
					p.queue <- w
					return <-w.done
				})
				close(p.queue)
				<-p.ended
				require.NoError(b, p.file.Close())
			}
			b.ReportMetric(ours/float64(b.N), "appends/s")
			b.ReportMetric(plain/float64(b.N), "plain/s")
			b.ReportMetric(ours/plain, "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}
