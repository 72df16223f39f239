package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/eventstore"
)

// The benchmarks execute commands from 64 callers and compare with what nothing can beat, measured in the same run over the
// events that were recorded: for the memory store marshalling and unmarshalling each event once, for the embedded store writing
// the same bytes to a plain file with grouped syncs. Ratios are reported and never asserted: 1.0 would be as fast as the baseline.
const benchCallers = 64

// plainFile appends bytes to a file, one sync per group of whoever waits.
type plainFile struct {
	file  *os.File
	queue chan plainWrite
	done  sync.WaitGroup
}

type plainWrite struct {
	data []byte
	done chan error
}

func newPlainFile(b *testing.B) *plainFile {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "plain"))
	require.NoError(b, err)
	p := &plainFile{file: f, queue: make(chan plainWrite, 1024)}
	p.done.Go(p.run)
	return p
}

func (p *plainFile) run() {
	for first := range p.queue {
		group, buffer := []plainWrite{first}, append([]byte(nil), first.data...)
		for more := true; more && len(group) < 1024; {
			select {
			case w, open := <-p.queue:
				if more = open; open {
					group, buffer = append(group, w), append(buffer, w.data...)
				}
			default:
				more = false
			}
		}
		_, err := p.file.Write(buffer)
		if err == nil {
			err = p.file.Sync()
		}
		for _, w := range group {
			w.done <- err
		}
	}
}

func (p *plainFile) append(data []byte) error {
	done := make(chan error, 1)
	p.queue <- plainWrite{data, done}
	return <-done
}

func (p *plainFile) close(b *testing.B) {
	b.Helper()
	close(p.queue)
	p.done.Wait()
	require.NoError(b, p.file.Close())
}

// spread runs n calls over the callers and gives the time.
func spread(b *testing.B, n int, run func(i int) error) time.Duration {
	b.Helper()
	start := time.Now() //nolint:forbidigo // a benchmark measures
	var all sync.WaitGroup
	for caller := range benchCallers {
		all.Go(func() {
			for i := caller; i < n; i += benchCallers {
				if err := run(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(start) //nolint:forbidigo // a benchmark measures
}

// benchStores are the stores to measure over.
func benchStores() map[string]func(*testing.B) eventstore.Store {
	return map[string]func(*testing.B) eventstore.Store{
		"memory":   func(b *testing.B) eventstore.Store { b.Helper(); return memoryStore(b) },
		"embedded": func(b *testing.B) eventstore.Store { b.Helper(); return embeddedStore(b, b.TempDir()) },
	}
}

// measure executes commands and then the baselines over what they recorded.
func measure(b *testing.B, s *api.Service, cmds []domain.Command) {
	b.Helper()
	recorded := make([]domain.Recorded, len(cmds))
	b.ResetTimer()
	took := spread(b, len(cmds), func(i int) error {
		out, err := s.Execute(context.Background(), cmds[i])
		if err == nil {
			recorded[i] = out.Event()
		}
		return err
	})
	b.StopTimer()
	metas := make([][]byte, len(cmds))
	for i, e := range recorded {
		meta, err := domain.EncodeMetadata(e.Meta)
		require.NoError(b, err)
		metas[i] = meta
	}
	codec := spread(b, len(cmds), func(i int) error {
		data, err := json.Marshal(recorded[i].Fact)
		if err != nil {
			return err
		}
		if _, err = domain.Decode(recorded[i].Type, data); err != nil {
			return err
		}
		meta, err := json.Marshal(recorded[i].Meta)
		if err != nil {
			return err
		}
		_, err = domain.DecodeMetadata(meta)
		return err
	})
	plain := newPlainFile(b)
	file := spread(b, len(cmds), func(i int) error {
		return plain.append(slices.Concat(recorded[i].Data, metas[i]))
	})
	plain.close(b)
	b.ReportMetric(float64(len(cmds))/took.Seconds(), "commands/s")
	b.ReportMetric(codec.Seconds()/took.Seconds(), "of-json-codec")
	b.ReportMetric(file.Seconds()/took.Seconds(), "of-plain-file")
	b.ReportMetric(float64(len(recorded[0].Data)+len(metas[0])), "B/event")
}

func BenchmarkPurchase(b *testing.B) {
	for name, of := range benchStores() {
		b.Run(name, func(b *testing.B) {
			s, c, w := small(b, of(b), b.N)
			cmds := make([]domain.Command, b.N)
			for i := range cmds {
				cmds[i] = purchase(fmt.Sprint("p-", i), c.Now(), buyer(w, i+1), domain.InvoiceCode(fmt.Sprint("INV-", i)))
			}
			measure(b, s, cmds)
		})
	}
}

func BenchmarkDetermination(b *testing.B) {
	for name, of := range benchStores() {
		b.Run(name, func(b *testing.B) {
			c, w := newClock(), wave{4, b.N}
			s := open(b, of(b), c)
			execute(b, s, c, programme(b, w))
			p := policy(b)
			at := c.add(2 * time.Second)
			cmds := make([]domain.Command, b.N)
			for i := range cmds {
				cmds[i] = determination(at, w, i+1, p.Entitlement.Package())
			}
			measure(b, s, cmds)
		})
	}
}
