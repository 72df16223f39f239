package projections

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/domain"
)

// Sums name every type of event that changes them: an event of another type, folded by all models, changes none.
func TestSumsNameTheirEvents(t *testing.T) {
	t.Parallel()
	f := &fold{registry: domain.NewRegistry()}
	f.people = newPeople(f)
	a, i, d, w := newAccounts(f), newIncentives(f), newDeliveries(f), newTotals(f)
	f.models = []model{f.people, a, i, d, w}
	for _, table := range f.tables {
		table.drop(true)
	}
	for _, e := range told() {
		f.no = int64(e.Number)
		before := [4]int{touched(a.sums, e), touched(i.sums, e), touched(d.sums, e), touched(w.sums, e)}
		require.NoError(t, f.apply(context.WithoutCancel(t.Context()), e))
		for n, types := range [][]domain.EventName{moneyEvents(), incentiveEvents(), deliveryEvents(), moneyEvents()} {
			after := [4]int{touched(a.sums, e), touched(i.sums, e), touched(d.sums, e), touched(w.sums, e)}
			require.True(t, after[n] == before[n] || slices.Contains(types, e.Type), "%s changes sums %d", e.Type, n)
		}
	}
	for _, spec := range domain.Acts() {
		for _, name := range []domain.EventName{spec.Accepted, spec.Refused} {
			fact := domain.SampleEvent(name)
			if moved := domain.Postings(fact); len(moved) > 0 {
				require.Contains(t, moneyEvents(), name)
			}
		}
	}
}

// touched counts the keys that an event has touched.
func touched[K comparable, V any](s *kept[K, V], e domain.Recorded) int {
	n := 0
	for _, row := range s.now.dirty {
		if row.last == int64(e.Number) {
			n++
		}
	}
	return n
}
