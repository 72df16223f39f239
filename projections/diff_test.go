package projections

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/domain"
)

// What changed between two places is what both places differ by, and each event's changes lead from one to the other.
func TestDiff(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	r := rand.New(rand.NewPCG(9, 10))
	people := peopleTold()
	steps := 0
	for range 60 {
		id := people[r.IntN(len(people))]
		a, b := r.IntN(len(told())+1), r.IntN(len(told())+1)
		from, err := v.PlaceOf(uint64(min(a, b)))
		require.NoError(t, err)
		to, err := v.PlaceOf(uint64(max(a, b)))
		require.NoError(t, err)
		d, err := v.Diff(id, from, to)
		var before, after []domain.Recorded
		for _, e := range told()[:to.Number] {
			if e.Stream == domain.ParticipantStreamOf(id) {
				if after = append(after, e); e.Number < from.Number {
					before = append(before, e)
				}
			}
		}
		if len(after) == 0 {
			require.ErrorIs(t, err, ErrNotFound)
			continue
		}
		require.NoError(t, err)
		require.Len(t, d.Steps, len(after)-len(before))
		steps += len(d.Steps)
		_, was, err := v.foldOne(id, before)
		require.NoError(t, err)
		_, is, err := v.foldOne(id, after)
		require.NoError(t, err)
		require.Equal(t, changes(was, is), d.Changes)
		for i, s := range d.Steps {
			require.Equal(t, after[len(before)+i].Ref(), s.Event)
			for _, c := range s.Changes {
				require.True(t, sameValue(was[c.Field], c.Before), c.Field)
				was = with(was, c)
			}
		}
		require.Empty(t, changes(was, is))
	}
	require.Positive(t, steps)

	p, err := v.PlaceOf(10)
	require.NoError(t, err)
	_, err = v.Diff(people[0], v.Here(), p)
	require.ErrorIs(t, err, ErrOrder)
}

// with is a picture of a person with one change made.
func with(s personFields, c Change) personFields {
	if s == nil {
		s = personFields{}
	}
	if s[c.Field] = c.After; c.After == nil {
		delete(s, c.Field)
	}
	return s
}
