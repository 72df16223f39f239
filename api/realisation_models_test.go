package api_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/scenario"
	"saldo/eventstore"
	"saldo/projections"
)

// TestRealisationAgreesWithTheModels holds two computations of a wave's money to each other: one that folds everybody from
// the log, and the read models' sums, at moments before, within and after August 2020.
func TestRealisationAgreesWithTheModels(t *testing.T) {
	t.Parallel()
	store := memoryStore(t)
	s, err := api.Open(t.Context(), api.Config{Store: store, Now: newClock().Now, Simulation: true})
	require.NoError(t, err)
	for _, st := range scenario.Steps() { // one after another: a place is told by the order in which events were recorded
		st.Command.ID = domain.CommandID(scenario.Organisation, st.Key)
		_, err = s.Execute(t.Context(), st.Command)
		require.NoError(t, err)
	}
	m, err := projections.Open(t.Context(), projections.Config{Dir: t.TempDir(), Store: store, Now: newClock().Now})
	require.NoError(t, err)
	defer func() { require.NoError(t, m.Close()) }()
	require.NoError(t, m.CatchUp(t.Context(), nil))
	v, err := m.View(t.Context(), eventstore.Position{}, 0)
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()

	for _, at := range []time.Time{
		time.Date(2020, 8, 16, 12, 0, 0, 0, time.UTC), time.Date(2020, 9, 10, 3, 0, 0, 0, time.UTC),
		time.Date(2020, 12, 31, 3, 0, 0, 0, time.UTC), time.Date(2021, 6, 1, 0, 0, 0, 0, time.UTC),
	} {
		want, err := s.Realisation(t.Context(), 4, at)
		require.NoError(t, err)
		p, err := v.PlaceAt(at)
		require.NoError(t, err)
		all, err := v.Totals(p)
		require.NoError(t, err)
		for _, x := range all {
			if x.Wave != 4 {
				continue
			}
			d := want.Delivery
			require.Equal(t, want.People, x.People)
			require.True(t, d.Allocated.Sub(x.Allocated).IsZero())
			require.True(t, d.Transferred.Sub(x.Transferred).IsZero())
			require.True(t, d.Returned.Sub(x.Returned).IsZero())
			require.True(t, d.Left.Sub(x.Left).IsZero())
			require.Zero(t, d.Bought.Cmp(x.Bought))
			require.Zero(t, d.Incentives.Cmp(x.Incentives))
		}
		var paid, not domain.Money
		sums, err := v.Deliveries(p)
		require.NoError(t, err)
		for _, x := range sums {
			if x.Wave != 4 || x.Step == projections.StepUnrecorded {
				continue
			}
			if paid = paid.Add(x.Paid); x.Step.Undelivered() {
				not = not.Add(x.Paid)
			}
		}
		require.Zero(t, want.Paid.Cmp(paid))
		require.Zero(t, want.NotDelivered.Cmp(not))
		orders, err := v.PaidOrders(p, projections.PaidFilter{Wave: 4, Undelivered: true}, projections.Page{Limit: projections.MaxPage})
		require.NoError(t, err)
		require.Len(t, orders.Rows, len(want.Undelivered))
	}
}
