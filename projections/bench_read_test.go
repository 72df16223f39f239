package projections

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/eventstore"
)

// benchNow is the time of a benchmark.
func benchNow() time.Time { return time.Now() } //nolint:forbidigo // benchmarks measure

// p99 is the 99th percentile of durations, in milliseconds.
func p99(all []time.Duration) float64 {
	slices.Sort(all)
	return float64(all[len(all)*99/100].Microseconds()) / 1000
}

// BenchmarkVisible appends single events at 2,000 a second beside a running fold, and waits for each in the models (issue:
// visible within 50 ms at p99).
func BenchmarkVisible(b *testing.B) {
	const perSecond, seconds = 2000, 4
	s := crowd(b, 20_000)
	m := modelsOf(b, s)
	require.NoError(b, m.CatchUp(b.Context(), nil))
	ctx, cancel := context.WithCancel(b.Context())
	running := make(chan error, 1)
	go func() { running <- m.Run(ctx) }()
	var late []time.Duration
	for b.Loop() {
		positions := make(chan struct {
			at   eventstore.Position
			when time.Time
		}, perSecond*seconds)
		go func() {
			defer close(positions)
			tick := time.NewTicker(time.Second / perSecond)
			defer tick.Stop()
			e := told()[slices.IndexFunc(told(), func(e domain.Recorded) bool { return e.Type == "DeterminationNotified" })]
			meta, err := domain.EncodeMetadata(e.Meta)
			if err != nil {
				return
			}
			for range perSecond * seconds {
				<-tick.C
				id := uuid.New() //nolint:forbidigo // a person nobody knows
				done, err := s.Append(ctx, string(domain.ParticipantStreamOf(id)), eventstore.NoStream(),
					eventstore.EventData{ID: id, Type: string(e.Type), JSON: true, Data: e.Data, Metadata: meta})
				if err != nil {
					return
				}
				positions <- struct {
					at   eventstore.Position
					when time.Time
				}{done.Position, benchNow()}
			}
		}()
		for p := range positions {
			v, err := m.View(ctx, p.at, timeForTests)
			require.NoError(b, err)
			late = append(late, benchNow().Sub(p.when))
			require.NoError(b, v.Close())
		}
	}
	cancel()
	require.NoError(b, <-running)
	b.ReportMetric(p99(late), "ms-p99")
	b.ReportMetric(float64(len(late)), "events")
}

// BenchmarkQuestions asks the models for single people, and for the list of incidents (issue: p99 under 1 ms and under 20 ms).
func BenchmarkQuestions(b *testing.B) {
	s := crowd(b, benchEvents())
	m := modelsOf(b, s)
	require.NoError(b, m.CatchUp(b.Context(), nil))
	v, err := m.View(b.Context(), eventstore.Position{}, 0)
	require.NoError(b, err)
	defer v.Close()
	list, err := v.Participants(ParticipantFilter{}, Page{Limit: MaxPage})
	require.NoError(b, err)
	var one, incidents []time.Duration
	for b.Loop() {
		for i := range 2000 {
			begun := benchNow()
			w, err := m.View(b.Context(), eventstore.Position{}, 0)
			require.NoError(b, err)
			_, err = w.Participant(list.Rows[i%len(list.Rows)].ID)
			require.NoError(b, err)
			require.NoError(b, w.Close())
			one = append(one, benchNow().Sub(begun))
		}
		for range 200 {
			begun := benchNow()
			_, err := v.Incidents(IncidentFilter{}, Page{})
			require.NoError(b, err)
			incidents = append(incidents, benchNow().Sub(begun))
		}
	}
	b.ReportMetric(p99(one), "ms-participant-p99")
	b.ReportMetric(p99(incidents), "ms-incidents-p99")
}
