package api_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/scenario"
)

// TestRealisationOfWaveFour asks the state auditor's question of 2020: what was paid to platforms for training that nobody
// had. Every rupiah that was transferred is somewhere, and while payments were closed nothing was accepted.
func TestRealisationOfWaveFour(t *testing.T) {
	s, err := api.Open(t.Context(), api.Config{Store: memoryStore(t), Now: newClock().Now, Simulation: true})
	require.NoError(t, err)
	require.NoError(t, s.ExecuteAll(t.Context(), func(yield func(domain.Command) bool) {
		for _, st := range scenario.Steps() {
			st.Command.ID = domain.CommandID(scenario.Organisation, st.Key)
			if !yield(st.Command) {
				return
			}
		}
	}, 64, func(_ int, _ api.Outcome, err error) error { return err }))

	r, err := s.Realisation(t.Context(), 4, time.Date(2020, 12, 31, 3, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Len(t, r.Decrees, 1)
	require.True(t, r.Decrees[0].Agrees)
	require.Equal(t, r.Decrees[0].Named, r.People)
	require.True(t, r.Delivery.Difference().IsZero())
	require.True(t, r.Decrees[0].Allocated.Sub(r.Delivery.Allocated).IsZero())
	require.NotEmpty(t, r.Undelivered)
	var sum domain.Money
	for _, u := range r.Undelivered {
		sum = sum.Add(u.Paid)
		require.False(t, u.Exchanged && u.Started && u.Completed)
	}
	require.Zero(t, sum.Cmp(r.NotDelivered))
	require.Positive(t, r.Closed.Attempts)
	require.Zero(t, r.Closed.Accepted)

	before, err := s.Realisation(t.Context(), 4, time.Date(2020, 8, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Zero(t, before.People)
}
