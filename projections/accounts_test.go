package projections

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/domain"
)

// plainBalance is a trial balance by the plainest fold there is: legs added up, by account and wave.
type plainBalance map[accountKey]int64

// plainLedger folds events once more: each leg under its account and the wave that a decree gave the person before.
type plainLedger struct {
	sums plainBalance
	wave map[string]int
}

func newPlainLedger() *plainLedger { return &plainLedger{plainBalance{}, map[string]int{}} }

func (l *plainLedger) apply(e domain.Recorded) {
	if f, ok := e.Fact.(domain.RecipientDetermined); ok && e.Meta.Outcome != domain.Refused {
		if _, known := l.wave[e.Stream.Key()]; !known {
			l.wave[e.Stream.Key()] = f.Wave
		}
	}
	if f, ok := e.Fact.(domain.PartnerPaid); ok {
		for _, x := range f.Lines {
			w := l.wave[x.Participant.String()]
			l.sums[accountKey{"platform_payable", w}] -= x.Amount.Decimal().IntPart()
			l.sums[accountKey{"platform_paid", w}] += x.Amount.Decimal().IntPart()
		}
		return
	}
	for _, leg := range domain.PostingsOf(e) {
		l.sums[accountKey{leg.Account, l.wave[e.Stream.Key()]}] += leg.Amount.Decimal().IntPart()
	}
}

func plainAccounts(events []domain.Recorded) plainBalance {
	l := newPlainLedger()
	for _, e := range events {
		l.apply(e)
	}
	return l.sums
}

// require compares a trial balance by wave with the plain one: the same lines, the same amounts, debits equal to credits.
func (want plainBalance) require(t *testing.T, got TrialBalance) {
	t.Helper()
	found := plainBalance{}
	waves := map[int]int64{}
	for _, r := range got.Rows {
		amount := r.Debit.Sub(r.Credit)
		require.Zero(t, amount.Cmp(r.Debited.Sub(r.Credited)))
		found[accountKey{r.Account, *r.Wave}] = amount.Decimal().IntPart()
		waves[*r.Wave] += amount.Decimal().IntPart()
	}
	require.Equal(t, want, found)
	require.True(t, got.Difference().IsZero())
	for wave, sum := range waves {
		require.Zero(t, sum, "wave %d", wave)
	}
}

// pastQuestions is how many random places of the past are asked about.
func pastQuestions(t *testing.T) int {
	t.Helper()
	if testing.Short() {
		return 50
	}
	return 1000
}

// The trial balance is that of the postings, at the head and at any number of events and any moment of the past.
func TestAccountsAgreeWithThePostings(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	r := rand.New(rand.NewPCG(1, 2))
	want, done := newPlainLedger(), 0
	for _, n := range slices.Sorted(slices.Values(places(r, pastQuestions(t)))) {
		p, err := v.PlaceOf(uint64(n))
		require.NoError(t, err)
		if r.IntN(2) == 0 { // by the moment instead, which may lie behind more events that were recorded at once
			p, err = v.PlaceAt(p.Recorded)
			require.NoError(t, err)
			n = max(n, int(p.Number))
			require.Equal(t, prefixAt(p.Recorded), int(p.Number))
		}
		for ; done < n; done++ {
			want.apply(told()[done])
		}
		if uint64(done) != p.Number {
			continue // the number asked before lay behind this moment
		}
		got, err := v.Accounts(p, AccountFilter{ByWave: true})
		require.NoError(t, err)
		want.sums.require(t, got)
	}
	_, err := v.PlaceOf(v.Number + 1)
	require.ErrorIs(t, err, ErrAhead)
}

// prefixAt is how many events lie before the first that was recorded later.
func prefixAt(at time.Time) int {
	for i, e := range told() {
		if e.Meta.RecordedAt.After(at) {
			return i
		}
	}
	return len(told())
}

// places are numbers of the log to ask about: the edges of marks, and others at random.
func places(r *rand.Rand, n int) []int {
	all := len(told())
	out := []int{0, 1, markEvery - 1, markEvery, markEvery + 1, 5 * markEvery, all - 1, all}
	for range n {
		out = append(out, r.IntN(all+1))
	}
	return out
}

// A moment is the place before the first event that was recorded later.
func TestPlaceAtAMoment(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	first, last := told()[0].Meta.RecordedAt, told()[len(told())-1].Meta.RecordedAt
	moments := []time.Time{{}, first.Add(-time.Microsecond), first, first.Add(time.Nanosecond), last.Add(-time.Microsecond), last, last.AddDate(9, 0, 0)}
	r := rand.New(rand.NewPCG(3, 4))
	for range 120 {
		moments = append(moments, first.Add(time.Duration(r.Int64N(int64(last.Sub(first))))), told()[r.IntN(len(told()))].Meta.RecordedAt)
	}
	for _, m := range moments {
		p, err := v.PlaceAt(m)
		require.NoError(t, err)
		require.Equal(t, prefixAt(m), int(p.Number), m)
		same, err := v.PlaceOf(p.Number)
		require.NoError(t, err)
		require.Equal(t, same, p)
	}
}

// A wave and the programme as a whole are sums of the lines by wave, and what stands on the wrong side is told.
func TestAccountsOfAWave(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	whole, err := v.Accounts(v.Here(), AccountFilter{})
	require.NoError(t, err)
	sum := map[domain.Account]domain.Money{}
	for wave := range 5 {
		one, err := v.Accounts(v.Here(), AccountFilter{Wave: &wave})
		require.NoError(t, err)
		require.True(t, one.Difference().IsZero())
		for _, r := range one.Rows {
			sum[r.Account] = sum[r.Account].Add(r.Debit).Sub(r.Credit)
		}
	}
	require.Len(t, sum, len(whole.Rows))
	for _, r := range whole.Rows {
		require.Zero(t, r.Debit.Sub(r.Credit).Cmp(sum[r.Account]), r.Account)
		require.Equal(t, r.Unusual, r.Natural == Debit && !r.Credit.IsZero() || r.Natural == Credit && !r.Debit.IsZero())
	}
}
