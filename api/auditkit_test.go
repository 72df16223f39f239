package api_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/scenario"
	"saldo/eventstore"
	"saldo/eventstore/memory"
)

// yearEnd is the day of the state auditor's question.
func yearEnd() time.Time { return time.Date(2020, 12, 31, 16, 59, 59, 0, time.UTC) }

// august is the reconstruction of August 2020 and what came of it, in a store of its own.
func august(tb testing.TB) (*api.Service, *memory.Store) {
	tb.Helper()
	store := memoryStore(tb)
	s, err := api.Open(tb.Context(), api.Config{Store: store, Now: func() time.Time { return time.Date(2021, 4, 1, 0, 0, 0, 0, time.UTC) }, Simulation: true})
	require.NoError(tb, err)
	require.NoError(tb, s.ExecuteAll(tb.Context(), func(yield func(domain.Command) bool) {
		for _, st := range scenario.Steps() {
			st.Command.ID = domain.CommandID(scenario.Organisation, st.Key)
			if !yield(st.Command) {
				return
			}
		}
	}, 64, func(_ int, _ api.Outcome, err error) error { return err }))
	return s, store
}

// logOf lists all events of a service's log.
func logOf(tb testing.TB, s *api.Service) []domain.Recorded {
	tb.Helper()
	var out []domain.Recorded
	for e, err := range s.Events(tb.Context(), eventstore.Position{}) {
		require.NoError(tb, err)
		out = append(out, e)
	}
	return out
}

func TestLook(t *testing.T) {
	s, _ := august(t)
	for _, at := range []time.Time{time.Date(2020, 8, 21, 3, 0, 0, 0, time.UTC), yearEnd(), time.Date(2021, 4, 1, 0, 0, 0, 0, time.UTC)} {
		rep, err := s.Exceptions(t.Context(), at, api.ExceptionFilter{})
		require.NoError(t, err)
		t.Log(at, rep.Events, rep.Counts, rep.Amounts)
		seen := map[api.ExceptionKind]int{}
		for _, r := range rep.Rows {
			if seen[r.Kind]++; seen[r.Kind] < 4 {
				t.Logf("%+v", r)
			}
		}
	}
	o, err := s.SecondOpinion(t.Context(), nil)
	require.NoError(t, err)
	t.Logf("%+v", o.Differences)
	b, err := s.Books(t.Context(), api.Bound{})
	require.NoError(t, err)
	t.Logf("%+v", b.Totals)
}
