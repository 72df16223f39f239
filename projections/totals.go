package projections

import (
	"cmp"

	"saldo/domain"
)

// totalItem is one of the totals of a wave's money that must never be mixed up.
type totalItem string

const (
	itemAllocated   totalItem = "allocated"   // by decrees, to people named in them
	itemCommitted   totalItem = "committed"   // of that, neither transferred nor released
	itemTransferred totalItem = "transferred" // from the programme fund into purses
	itemBought      totalItem = "bought"      // purchases that stand
	itemIncentives  totalItem = "incentives"  // confirmed by payment partners
	itemInTransit   totalItem = "in_transit"  // instructed, without an answer
	itemReturned    totalItem = "returned"    // to the programme fund
	itemLeft        totalItem = "left"        // in the purses
	itemSuspense    totalItem = "suspense"    // taken beyond purses by reported or migrated facts
)

// totalKey is a total of a wave and a purse.
type totalKey struct {
	wave  int
	item  totalItem
	purse domain.Purse
}

func totalKeeping() keeping[totalKey, countSum] {
	return keeping[totalKey, countSum]{
		name: "wave_total", events: moneyEvents(), keyColumns: []string{"wave", "item", "purse"}, valueColumns: []string{"acts", "amount"},
		key:    func(k *totalKey) []any { return []any{&k.wave, &k.item, &k.purse} },
		values: func(s *countSum) []any { return []any{&s.count, &s.amount} },
		less: func(a, b totalKey) int {
			return cmp.Or(cmp.Compare(a.wave, b.wave), cmp.Compare(a.item, b.item), cmp.Compare(a.purse, b.purse))
		},
	}
}

// totals is the model of where a wave's money is.
type totals struct {
	sums *kept[totalKey, countSum]
	f    *fold
}

func newTotals(f *fold) *totals { return &totals{f: f, sums: newKept(f, totalKeeping())} }

func (m *totals) apply(e domain.Recorded) {
	addUp(e, m.f.people.wave, func() bool {
		row := m.f.people.rows.get(e.Stream.Key())
		return row != nil && row.DeterminedNo == m.f.no
	}, m.sums.edit)
}

// addUp adds an event to the totals of a wave. first says whether a determination is the person's first: a second one commits
// money and allocates none.
func addUp(e domain.Recorded, waveOf func(subject string) int, first func() bool, edit func(totalKey) *countSum) {
	if e.Stream.Kind() != domain.ParticipantStream || e.Meta.Outcome == domain.Refused {
		return
	}
	wave := waveOf(e.Stream.Key())
	one := func(item totalItem, purse domain.Purse, count int, amount rupiah) {
		if count != 0 || amount != 0 {
			edit(totalKey{wave, item, purse}).add(count, amount)
		}
	}
	all := func(item totalItem, p domain.Purses) {
		one(item, domain.PurseTraining, 1, rp(p.Training))
		one(item, domain.PurseJobSearch, 1, rp(p.JobSearch))
		one(item, domain.PurseSurvey, 1, rp(p.Survey))
	}
	purse := domain.PurseTraining
	switch f := e.Fact.(type) {
	case domain.RecipientDetermined:
		if first() {
			all(itemAllocated, f.Package)
		}
	case domain.BalanceCredited:
		all(itemTransferred, f.Amounts)
	case domain.CoursePurchased:
		one(itemBought, purse, 1, rp(f.Amount))
	case domain.PurchaseCancelled:
		one(itemBought, purse, -1, -rp(f.Amount))
		if f.RefundTo == domain.RefundToFund {
			one(itemReturned, purse, 1, rp(f.Amount.Sub(f.Suspense)))
		}
		if f.PaidOut { // what the platform owes now, no leg gives back to suspense
			one(itemSuspense, purse, 0, -rp(f.Suspense))
		}
	case domain.IncentiveInstructed:
		purse = f.Kind.Purse()
	case domain.IncentiveDisbursed:
		purse = f.Kind.Purse()
		one(itemIncentives, purse, 1, rp(f.Amount))
	case domain.IncentiveFailed:
		purse = f.Kind.Purse()
	case domain.PurseLapsed:
		all(itemReturned, f.Amounts)
	case domain.BalanceReturned:
		all(itemReturned, f.Amounts)
	}
	for _, leg := range domain.PostingsOf(e) {
		switch {
		case leg.Account == domain.MemoCommitment:
			one(itemCommitted, "", 0, rp(leg.Amount))
		case leg.Account.Transit():
			one(itemInTransit, purse, 0, rp(leg.Amount))
		case suspense(leg.Account):
			one(itemSuspense, purse, 0, -rp(leg.Amount))
		default:
			for _, p := range purses() {
				if leg.Account == domain.PurseAccount(p) {
					one(itemLeft, p, 0, rp(leg.Amount))
				}
			}
		}
	}
}

func purses() []domain.Purse {
	return []domain.Purse{domain.PurseTraining, domain.PurseJobSearch, domain.PurseSurvey}
}
