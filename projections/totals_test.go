package projections

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/domain"
)

// plainTotals adds up the domain's own account of everybody at a prefix of the log, by wave.
func plainTotals(events []domain.Recorded) (map[int]domain.Delivery, map[int]domain.Money, map[int]int) {
	states := map[domain.Stream]*domain.ParticipantState{}
	for _, e := range events {
		if e.Stream.Kind() == domain.ParticipantStream {
			if states[e.Stream] == nil {
				states[e.Stream] = domain.NewParticipantState(e.Stream)
			}
			domain.Evolve(states[e.Stream], e)
		}
	}
	sum, attended, people := map[int]domain.Delivery{}, map[int]domain.Money{}, map[int]int{}
	for _, s := range states {
		wave := s.Determination.Wave
		sum[wave] = sum[wave].Add(s.Delivery())
		for _, x := range s.Standings() {
			if x.Started || x.Completed {
				attended[wave] = attended[wave].Add(x.Amount)
			}
		}
		if wave > 0 {
			people[wave]++
		}
	}
	return sum, attended, people
}

// The totals of each wave are the sums of what the domain says about each person, and nothing is missing, at any place.
func TestTotalsAgreeWithTheDomain(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	r := rand.New(rand.NewPCG(15, 16))
	for _, n := range places(r, 25) {
		p, err := v.PlaceOf(uint64(n))
		require.NoError(t, err)
		got, err := v.Totals(p)
		require.NoError(t, err)
		want, attended, people := plainTotals(told()[:n])
		for _, x := range got {
			d := want[x.Wave]
			require.True(t, x.Difference.IsZero(), n)
			require.True(t, x.Allocated.Sub(d.Allocated).IsZero(), n)
			require.True(t, x.Transferred.Sub(d.Transferred).IsZero(), n)
			require.True(t, x.Returned.Sub(d.Returned).IsZero(), n)
			require.True(t, x.Left.Sub(d.Left).IsZero(), n)
			require.Zero(t, x.Bought.Cmp(d.Bought), n)
			require.Zero(t, x.Incentives.Cmp(d.Incentives), n)
			require.Zero(t, x.InTransit.Cmp(d.InTransit), n)
			require.Zero(t, x.Attended.Cmp(attended[x.Wave]), n)
			require.Zero(t, x.Delivered.Cmp(x.Attended.Add(x.Incentives)), n)
			require.Equal(t, people[x.Wave], x.People, n)
			delete(want, x.Wave)
		}
		for wave, d := range want {
			require.True(t, d.Allocated.IsZero() && d.Left.IsZero(), "wave %d is missing", wave)
		}
	}
}

// Daily totals add up to those of the log, by the day of recording and by the day on which things are said to have happened.
func TestDailyAddsUp(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	type key struct {
		day  string
		item DailyItem
	}
	recorded, effective := map[key]countSum{}, map[key]countSum{}
	add := func(to map[key]countSum, k key, amount domain.Money) {
		s := to[k]
		s.add(1, rp(amount))
		to[k] = s
	}
	for _, e := range told() {
		item := map[domain.EventName]DailyItem{
			"RecipientDetermined": DailyDetermined, "BalanceCredited": DailyCredited, "CoursePurchased": DailyBought, "PurchaseRefused": DailyRefused,
			"PurchaseCancelled": DailyCancelled, "CertificateAccepted": DailyCertified, "IncentiveDisbursed": DailyPaid,
			"PurseLapsed": DailyReturned, "BalanceReturned": DailyReturned,
		}[e.Type]
		if item == "" {
			continue
		}
		var amount domain.Money
		for _, leg := range domain.PostingsOf(e) {
			if !leg.Amount.Negative() && !leg.Account.Memo() || item == DailyDetermined && leg.Account == domain.MemoCommitment {
				amount = amount.Add(leg.Amount)
			}
		}
		if f, ok := e.Fact.(domain.PurchaseRefused); ok {
			amount = f.Amount
		}
		add(recorded, key{wibDay(e.Meta.RecordedAt), item}, amount)
		add(effective, key{wibDay(e.Meta.Effective()), item}, amount)
	}
	page := Page{Limit: 11}
	items := DailyItems()
	for {
		rows, err := v.Daily(DailyFilter{}, page)
		require.NoError(t, err)
		for _, d := range rows.Rows {
			require.True(t, slices.Contains(items, d.Item))
			k := key{d.Day, d.Item}
			a, b := recorded[k], effective[k]
			a.add(-d.Recorded, -rp(d.RecordedAmount))
			b.add(-d.Effective, -rp(d.EffectiveAmount))
			recorded[k], effective[k] = a, b
		}
		if page.After = rows.Next; page.After == "" {
			break
		}
	}
	for _, sums := range []map[key]countSum{recorded, effective} {
		for k, s := range sums {
			require.Zero(t, s, k)
		}
	}
}
