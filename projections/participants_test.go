package projections

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
)

// Every person's row says what the fold of their stream says.
func TestParticipantsAgreeWithTheLog(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	states := map[domain.Stream]*domain.ParticipantState{}
	for _, e := range told() {
		if e.Stream.Kind() == domain.ParticipantStream {
			s, ok := states[e.Stream]
			if !ok {
				s = domain.NewParticipantState(e.Stream)
				states[e.Stream] = s
			}
			domain.Evolve(s, e)
		}
	}
	require.NotEmpty(t, states)
	for stream, s := range states {
		id, err := uuid.Parse(stream.Key())
		require.NoError(t, err)
		p, err := v.Participant(id)
		require.NoError(t, err)
		require.True(t, s.Balance.Sub(p.Balance).IsZero(), stream)
		require.Equal(t, s.Determination.Wave, p.Wave, stream)
		require.Equal(t, s.RefusedAttempts, p.Refused, stream)
		require.Equal(t, s.InTransit.String(), p.InTransit.String(), stream)
		require.Equal(t, s.Committed.Total().String(), p.Committed.String(), stream)
		require.Equal(t, s.Returned.Total().String(), p.Returned.String(), stream)
		require.Equal(t, s.Delivery().Bought.String(), p.Bought.String(), stream)
		require.Len(t, s.Standings(), p.Purchases, stream)
	}
	_, err := v.Participant(uuid.Max)
	require.ErrorIs(t, err, ErrNotFound)
}
