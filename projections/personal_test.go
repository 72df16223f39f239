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
	histories := map[domain.Stream][]domain.Recorded{}
	for _, e := range told() {
		histories[e.Stream] = append(histories[e.Stream], e)
	}
	for _, n := range places(r, pastQuestions(t)) {
		p, err := v.PlaceOf(uint64(n))
		require.NoError(t, err)
		id := people[r.IntN(len(people))]
		state := domain.NewParticipantState(domain.ParticipantStreamOf(id))
		for _, e := range histories[state.Stream] {
			if e.Number < uint64(n) {
				domain.Evolve(state, e)
			}
		}
		got, err := v.ParticipantAt(id, p)
		if state.Revision < 0 {
			require.ErrorIs(t, err, ErrNotFound)
			continue
		}
		require.NoError(t, err)
		agrees(t, state, got)
	}
}

// agrees holds a person's row to the domain's own fold of their stream.
func agrees(t *testing.T, s *domain.ParticipantState, p Participant) {
	t.Helper()
	require.True(t, s.Balance.Sub(p.Balance).IsZero())
	require.Equal(t, s.Determination.Wave, p.Wave)
	require.Equal(t, s.RefusedAttempts, p.Refused)
	require.Len(t, s.Standings(), p.Purchases)
	require.Zero(t, s.InTransit.Cmp(p.InTransit))
	require.Zero(t, s.Committed.Total().Cmp(p.Committed))
	require.Zero(t, s.Returned.Total().Cmp(p.Returned))
	require.Equal(t, !s.Held.At.IsZero(), p.Held != nil)
	require.Equal(t, s.RevokedFor, p.RevokedFor)
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
