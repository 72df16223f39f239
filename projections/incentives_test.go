package projections

import (
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
)

// plainIncentives counts incentives at a prefix of the log from the domain's own fold of everybody.
func plainIncentives(events []domain.Recorded) map[incentiveSumKey]countSum {
	states := map[domain.Stream]*domain.ParticipantState{}
	for _, e := range events {
		if e.Stream.Kind() != domain.ParticipantStream {
			continue
		}
		if states[e.Stream] == nil {
			states[e.Stream] = domain.NewParticipantState(e.Stream)
		}
		domain.Evolve(states[e.Stream], e)
	}
	usual, err := domain.BuiltinPolicy("prakerja-2020@2") // the clock and the days off are the same in both versions
	if err != nil {
		panic(err) //nolint:forbidigo // a test's fixture
	}
	out := map[incentiveSumKey]countSum{}
	for _, s := range states {
		for _, x := range s.Incentives {
			if x.State == "" { // known by an answer to nothing
				continue
			}
			due := ""
			if !x.DueOn.IsZero() {
				due = x.DueOn.String()
			}
			k := incentiveSumKey{s.Determination.Wave, x.Kind, IncentiveStatus(x.State), x.Partner, x.Code, due, ""}
			if due != "" {
				k.payBy = usual.Calendar.AddWorking(x.DueOn, usual.Conduct.Usual.PayWorkingDays).String()
			}
			sum := out[k]
			sum.add(1, rp(x.Amount))
			out[k] = sum
		}
	}
	return out
}

// Incentives are counted as the domain's fold of everybody counts them, at the head and at any place of the past.
func TestIncentivesAgreeWithTheDomain(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	r := rand.New(rand.NewPCG(11, 12))
	for _, n := range places(r, 25) {
		p, err := v.PlaceOf(uint64(n))
		require.NoError(t, err)
		sums, err := v.incentiveSumsAt(p)
		require.NoError(t, err)
		got := map[incentiveSumKey]countSum{}
		for k, s := range sums {
			if *s != (countSum{}) {
				got[k] = *s
			}
		}
		require.Equal(t, plainIncentives(told()[:n]), got, n)
	}
	counts, err := v.IncentiveCounts(v.Here(), 4, ByIncentiveState)
	require.NoError(t, err)
	total := 0
	for k, s := range plainIncentives(told()) {
		if k.wave == 4 {
			total += s.count
		}
	}
	for _, c := range counts {
		require.Equal(t, c.Value, string(c.State))
		total -= c.Incentives
	}
	require.Zero(t, total)
}

// Late is what was not paid by the last working day that the policy's usual clock gives.
func TestLateIncentives(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	policy, err := domain.BuiltinPolicy("prakerja-2020@2")
	require.NoError(t, err)
	states := map[uuid.UUID]*domain.ParticipantState{}
	for _, id := range peopleTold() {
		states[id] = domain.NewParticipantState(domain.ParticipantStreamOf(id))
	}
	for _, e := range told() {
		if e.Stream.Kind() == domain.ParticipantStream {
			domain.Evolve(states[uuid.MustParse(e.Stream.Key())], e)
		}
	}
	page := Page{Limit: MaxPage}
	seen, unpaid := 0, 0
	for {
		var rows List[Incentive]
		rows, err = v.Incentives(IncentiveFilter{}, page)
		require.NoError(t, err)
		for _, row := range rows.Rows {
			seen++
			if row.State == IncentiveDisbursed {
				continue
			}
			unpaid++
			for _, x := range states[row.Participant].Incentives {
				if x.Kind != row.Kind || x.N != row.N || x.DueOn.IsZero() {
					continue
				}
				until := policy.Calendar.AddWorking(x.DueOn, policy.Conduct.Usual.PayWorkingDays)
				require.Equal(t, until.String(), row.PayBy)
				require.False(t, row.Late(until.End()))
				require.True(t, row.Late(until.AddDays(1).Start()))
			}
		}
		if page.After = rows.Next; page.After == "" {
			break
		}
	}
	all := 0
	for _, s := range plainIncentives(told()) {
		all += s.count
	}
	require.Equal(t, all, seen)
	late, _, err := v.LateIncentives(v.Here(), 0, told()[len(told())-1].Meta.RecordedAt.AddDate(1, 0, 0))
	require.NoError(t, err)
	require.Equal(t, unpaid, late)

	past, found := len(told())/2, 0
	p, err := v.PlaceOf(uint64(past))
	require.NoError(t, err)
	for _, days := range []int{0, 5, 30} {
		moment := p.Recorded.AddDate(0, 0, days)
		want := 0
		for k, s := range plainIncentives(told()[:past]) {
			if k.state != IncentiveDisbursed && k.payBy != "" && k.payBy < domain.DateOf(moment).String() {
				want += s.count
			}
		}
		late, _, err := v.LateIncentives(p, 0, moment)
		require.NoError(t, err)
		require.Equal(t, want, late)
		found += want
	}
	require.Positive(t, found)
}

// Surveys are those that were opened and filled in.
func TestSurveys(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	counts, err := v.SurveyCounts()
	require.NoError(t, err)
	var opened, filled int
	for _, e := range told() {
		switch e.Fact.(type) {
		case domain.SurveyOpened:
			opened++
		case domain.SurveyCompleted:
			filled++
		}
	}
	for _, c := range counts {
		opened, filled = opened-c.Opened, filled-c.Filled
	}
	require.Zero(t, opened)
	require.Zero(t, filled)
}
