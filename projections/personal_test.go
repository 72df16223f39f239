package projections

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/eventstore"
)

// peopleTold lists everybody in the log, in the order in which they come.
func peopleTold() []uuid.UUID {
	var out []uuid.UUID
	seen := map[string]bool{}
	for _, e := range told() {
		if key := e.Stream.Key(); e.Stream.Kind() == domain.ParticipantStream && !seen[key] {
			seen[key] = true
			out = append(out, uuid.MustParse(key))
		}
	}
	return out
}

// At the head, the fold of a person's own stream is their row.
func TestEverybodysHistoryIsTheirRow(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	for _, id := range peopleTold() {
		row, err := v.Participant(id)
		require.NoError(t, err)
		folded, err := v.ParticipantAt(id, v.Here())
		require.NoError(t, err)
		require.Equal(t, row, folded)
	}
}

// Where a person stood at a place is the row that models over the log up to there hold, and what the domain's own fold says.
func TestParticipantAtAPlace(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	r := rand.New(rand.NewPCG(5, 6))
	people := peopleTold()
	for _, n := range []int{0, 700, markEvery, 9000} {
		s := newStore(t)
		put(t, s, whole(told()[:n])...)
		m := open(t, t.TempDir(), s)
		require.NoError(t, m.CatchUp(t.Context(), nil))
		old, err := m.View(t.Context(), eventstore.Position{}, 0)
		require.NoError(t, err)
		p, err := v.PlaceOf(old.Number)
		require.NoError(t, err)
		for range 60 {
			id := people[r.IntN(len(people))]
			want, wantErr := old.Participant(id)
			got, err := v.ParticipantAt(id, p)
			require.Equal(t, wantErr == nil, err == nil)
			require.Equal(t, want, got)
		}
		require.NoError(t, old.Close())
	}
	for _, n := range places(r, 100) {
		p, err := v.PlaceOf(uint64(n))
		require.NoError(t, err)
		id := people[r.IntN(len(people))]
		state := domain.NewParticipantState(domain.ParticipantStreamOf(id))
		for _, e := range told()[:n] {
			if e.Stream == state.Stream {
				domain.Evolve(state, e)
			}
		}
		got, err := v.ParticipantAt(id, p)
		if state.Revision < 0 {
			require.ErrorIs(t, err, ErrNotFound)
			continue
		}
		require.NoError(t, err)
		require.True(t, state.Balance.Sub(got.Balance).IsZero())
		require.Equal(t, state.Determination.Wave, got.Wave)
		require.Equal(t, state.RefusedAttempts, got.Refused)
		require.Len(t, state.Standings(), got.Purchases)
		require.Zero(t, state.InTransit.Cmp(got.InTransit))
		require.Zero(t, state.Returned.Total().Cmp(got.Returned))
		require.Equal(t, !state.Held.At.IsZero(), got.Held != nil)
		require.Equal(t, state.RevokedFor, got.RevokedFor)
	}
}

// whole cuts events behind the last group that has ended, so that they can be appended as they were.
func whole(events []domain.Recorded) []domain.Recorded {
	for len(events) > 0 && !events[len(events)-1].Meta.LastPart() {
		events = events[:len(events)-1]
	}
	return events
}

// Seen from today, a moment of the past differs from the records of then by what was recorded later.
func TestHindsight(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	differs := 0
	r := rand.New(rand.NewPCG(7, 8))
	for _, e := range told() {
		late := e.Meta.RecordedAt.Sub(e.Meta.Effective())
		if e.Stream.Kind() != domain.ParticipantStream || late < time.Minute || r.IntN(5) > 0 {
			continue
		}
		id := uuid.MustParse(e.Stream.Key())
		moment := e.Meta.RecordedAt.Add(-late / 2)
		h, err := v.Hindsight(id, moment)
		require.NoError(t, err)
		require.Contains(t, h.Late, e.Ref())
		p, err := v.PlaceAt(moment)
		require.NoError(t, err)
		then, err := v.ParticipantAt(id, p)
		if h.Recorded == nil {
			require.ErrorIs(t, err, ErrNotFound)
		} else {
			require.NoError(t, err)
			require.Equal(t, then, *h.Recorded)
		}
		require.NotNil(t, h.Effective)
		if len(h.Wrong) > 0 {
			differs++
		}
	}
	require.Positive(t, differs)

	// At the end of all things both are the same.
	last := told()[len(told())-1].Meta.RecordedAt.AddDate(1, 0, 0)
	for _, id := range peopleTold()[:40] {
		h, err := v.Hindsight(id, last)
		require.NoError(t, err)
		require.Empty(t, h.Late)
		require.Empty(t, h.Anticipate)
	}
}
