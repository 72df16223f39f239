package projections

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/scenario"
)

// plainClock is what a person's events say of their window.
type plainClock struct {
	wave                                               int
	determined, notified, data, card, credited, bought time.Time
	tried                                              []time.Time // refused
	ended                                              []time.Time
}

// plainClocks reads them out of the log. No purchase of the scenario was cancelled by its participant.
func plainClocks(t *testing.T) map[string]*plainClock {
	t.Helper()
	out := map[string]*plainClock{}
	first := func(to *time.Time, when time.Time) {
		if to.IsZero() {
			*to = when
		}
	}
	for _, e := range told() {
		if e.Stream.Kind() != domain.ParticipantStream {
			continue
		}
		c := out[e.Stream.Key()]
		if c == nil {
			c = &plainClock{}
			out[e.Stream.Key()] = c
		}
		if e.Meta.Outcome == domain.Refused {
			if _, ok := e.Fact.(domain.PurchaseRefused); ok {
				c.tried = append(c.tried, e.Meta.ReceivedAt)
			}
			continue
		}
		when := e.Meta.Effective()
		switch f := e.Fact.(type) {
		case domain.RecipientDetermined:
			first(&c.determined, when)
			c.wave = f.Wave
		case domain.DeterminationNotified:
			first(&c.notified, f.SentAt)
		case domain.ParticipantDataCompleted:
			first(&c.data, f.CompletedAt)
		case domain.CardIssued:
			first(&c.card, when)
		case domain.BalanceCredited:
			first(&c.credited, when)
		case domain.CoursePurchased:
			first(&c.bought, when)
		case domain.PurchaseCancelled:
			require.NotEqual(t, domain.CancelledByParticipant, f.By)
		case domain.ParticipationRevoked, domain.Blacklisted, domain.PurseLapsed, domain.SubjectErased:
			c.ended = append(c.ended, when)
		}
	}
	return out
}

func (c *plainClock) deadline() time.Time {
	if c.wave == 4 { // set by the programme
		return time.Date(2020, 9, 15, 16, 59, 59, 999_999_000, time.UTC)
	}
	start := c.notified
	if c.data.After(start) {
		start = c.data
	}
	if c.notified.IsZero() || c.data.IsZero() {
		return time.Time{}
	}
	day := start.In(domain.WIB())
	return time.Date(day.Year(), day.Month(), day.Day()+30, 23, 59, 59, 999_999_000, domain.WIB()).UTC()
}

// The closing of August 2020, as the requirement has it: 231 hours, 9 whole days.
func TestBlockedTimeOfAugust(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	moment := time.Date(2020, 9, 1, 0, 0, 0, 0, time.UTC)
	found := false
	for _, b := range everything(t, 100, func(p Page) (List[BlockedTime], error) { return v.Blocked(BlockedFilter{Wave: 4, Days: 9}, moment, p) }) {
		if b.UnreadyMinutes == 0 {
			found = true
			require.EqualValues(t, 231*60, b.ClosedMinutes)
			require.EqualValues(t, 9, b.ClosedDays)
		}
		require.GreaterOrEqual(t, b.Days, int64(9))
	}
	require.True(t, found, "somebody had card and balance before the closing and bought after it")
}

// Everybody's blocked time, minute by minute.
func TestBlockedTimeMinuteByMinute(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	shut, opened := time.Date(2020, 8, 19, 10, 0, 0, 0, time.UTC), time.Date(2020, 8, 29, 1, 0, 0, 0, time.UTC)
	for _, moment := range []time.Time{scenario.DefaultNow(), time.Date(2021, 3, 31, 9, 0, 0, 0, time.UTC)} {
		sums := map[int]Blocking{}
		for subject, c := range plainClocks(t) {
			id := uuid.MustParse(subject)
			b, err := v.BlockedOf(id, moment)
			if c.determined.IsZero() || c.determined.After(moment) {
				require.ErrorIs(t, err, ErrNotFound)
				continue
			}
			require.NoError(t, err)
			from, to := c.notified, moment
			if from.IsZero() {
				from = c.determined
			}
			if d := c.deadline(); !d.IsZero() && d.Before(to) {
				to = d
			}
			if !c.bought.IsZero() && c.bought.Before(to) {
				to = c.bought
			}
			var closed, unready int64
			for at := from; at.Before(to); at = at.Add(time.Minute) {
				switch {
				case !at.Before(shut) && at.Before(opened):
					closed++
				case c.card.IsZero() || c.credited.IsZero() || at.Before(c.card) || at.Before(c.credited):
					unready++
				}
			}
			const slack = 3 // ends lie within minutes
			require.InDelta(t, closed, b.ClosedMinutes, slack, subject)
			require.InDelta(t, unready, b.UnreadyMinutes, slack, subject)
			require.Equal(t, b.Minutes, b.ClosedMinutes+b.UnreadyMinutes)
			sum := sums[b.Wave]
			sum.add(b.Blocking)
			sums[b.Wave] = sum
		}
		waves, err := v.BlockedWaves(moment)
		require.NoError(t, err)
		require.Len(t, waves, len(sums))
		for _, w := range waves {
			require.Equal(t, sums[w.Wave], w.Blocking, w.Wave)
		}
	}
}

func TestNearDeadlines(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	nobody := true
	for _, moment := range []time.Time{
		scenario.DefaultNow(), time.Date(2020, 9, 8, 17, 0, 0, 0, time.UTC), time.Date(2020, 9, 8, 16, 0, 0, 0, time.UTC),
		time.Date(2020, 9, 15, 16, 59, 59, 0, time.UTC), time.Date(2020, 9, 16, 0, 0, 0, 0, time.UTC),
	} {
		want := map[string]time.Time{}
		for subject, c := range plainClocks(t) {
			d := c.deadline()
			if len(c.tried) == 0 || c.tried[0].After(moment) || !c.bought.IsZero() && !c.bought.After(moment) || c.determined.IsZero() {
				continue
			}
			if d.Before(moment) || d.After(moment.AddDate(0, 0, 7)) {
				continue
			}
			over := false
			for _, e := range c.ended {
				over = over || !e.After(moment)
			}
			if !over {
				want[subject] = d
			}
		}
		got := map[string]time.Time{}
		for _, x := range everything(t, 2, func(p Page) (List[NearDeadline], error) { return v.NearDeadlines(NearFilter{}, moment, p) }) {
			got[x.Participant.String()] = x.Deadline
			nobody = false
			require.NotEmpty(t, x.Reason)
			require.Positive(t, x.Refused)
		}
		require.Equal(t, want, got, moment)
	}
	require.False(t, nobody)
}
