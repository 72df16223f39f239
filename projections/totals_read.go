package projections

import (
	"maps"
	"slices"

	"saldo/domain"
)

// Totals is where a wave's money is at a place of the log: the four totals of every report (allocated, transferred, delivered,
// returned) and what lies between them.
type Totals struct {
	Wave        int           `json:"wave"`      // 0: posted before a decree named the person
	People      int           `json:"people"`    // named by decrees
	Allocated   domain.Purses `json:"allocated"` // by decrees
	Committed   domain.Money  `json:"committed"` // of that, neither transferred nor released; a promise and no money
	Transferred domain.Purses `json:"transferred"`
	Delivered   domain.Money  `json:"delivered"` // Attended and Incentives: what reached people
	Attended    domain.Money  `json:"attended"`  // purchases that stand, whose training was begun or finished
	Incentives  domain.Money  `json:"incentives"`
	Returned    domain.Purses `json:"returned"`   // to the programme fund
	Left        domain.Purses `json:"left"`       // in the purses
	Bought      domain.Money  `json:"bought"`     // purchases that stand; Attended is part of it
	InTransit   domain.Money  `json:"in_transit"` // incentives without an answer of the payment partner
	Suspense    domain.Money  `json:"suspense"`   // taken beyond purses by reported or migrated facts
	Difference  domain.Money  `json:"difference"` // transferred money, and suspense, that is nowhere: always Rp0
}

// NotAttended is what was bought and not attended.
func (t *Totals) NotAttended() domain.Money { return t.Bought.Sub(t.Attended) }

// Totals gives the totals of each wave at a place of the log, in the order of waves. Its cost does not depend on how old the
// place is.
func (v *View) Totals(p Place) ([]Totals, error) {
	sums, err := v.totalsAt(p)
	if err != nil {
		return nil, err
	}
	orders, err := v.deliveriesAt(p)
	if err != nil {
		return nil, err
	}
	byWave := map[int]*Totals{}
	of := func(wave int) *Totals {
		if byWave[wave] == nil {
			byWave[wave] = &Totals{Wave: wave}
		}
		return byWave[wave]
	}
	for k, s := range sums {
		of(k.wave).take(k, s)
	}
	for k, s := range orders {
		if s.attended != 0 {
			t := of(k.wave)
			t.Attended = t.Attended.Add(s.attended.money())
		}
	}
	out := make([]Totals, 0, len(byWave))
	for _, wave := range slices.Sorted(maps.Keys(byWave)) {
		t := byWave[wave]
		t.Delivered = t.Attended.Add(t.Incentives)
		t.Difference = t.Transferred.Total().Add(t.Suspense).Sub(t.Bought).Sub(t.Incentives).Sub(t.InTransit).Sub(t.Returned.Total()).Sub(t.Left.Total())
		out = append(out, *t)
	}
	return out, nil
}

func (t *Totals) take(k totalKey, s *countSum) {
	amount := s.amount.money()
	add := func(to *domain.Purses) { *to = to.With(k.purse, to.Get(k.purse).Add(amount)) }
	switch k.item {
	case itemAllocated:
		if add(&t.Allocated); k.purse == domain.PurseTraining {
			t.People = s.count
		}
	case itemCommitted:
		t.Committed = t.Committed.Add(amount)
	case itemTransferred:
		add(&t.Transferred)
	case itemBought:
		t.Bought = t.Bought.Add(amount)
	case itemIncentives:
		t.Incentives = t.Incentives.Add(amount)
	case itemInTransit:
		t.InTransit = t.InTransit.Add(amount)
	case itemReturned:
		add(&t.Returned)
	case itemLeft:
		add(&t.Left)
	case itemSuspense:
		t.Suspense = t.Suspense.Add(amount)
	}
}

func (v *View) totalsAt(p Place) (map[totalKey]*countSum, error) {
	waves := wavesThen{v: v}
	return totalKeeping().at(v, p, func(e domain.Recorded, edit func(totalKey) *countSum) error {
		addUp(e, func(subject string) int { return waves.of(subject, e.Number) }, func() bool { return waves.since(e.Stream.Key(), e.Number) }, edit)
		return waves.err
	})
}
