package api_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/scenario"
	"saldo/eventstore"
)

// TestTheReconstructionIsDecidedAgain runs the whole of August 2020 through the service: the log is sound, every decision is
// made again as it was recorded, and each purchase is explained by the reason that it was refused for.
func TestTheReconstructionIsDecidedAgain(t *testing.T) {
	store := memoryStore(t)
	s, err := api.Open(context.Background(), api.Config{Store: store, Now: newClock().Now, Simulation: true})
	require.NoError(t, err)
	steps := scenario.Steps()
	require.NotEmpty(t, steps)
	if raceEnabled || testing.Short() {
		steps = steps[:len(steps)/2]
	}
	i := 0
	err = s.ExecuteAll(context.Background(), func(yield func(domain.Command) bool) {
		for _, st := range steps {
			st.Command.ID = domain.CommandID(scenario.Organisation, st.Key)
			if !yield(st.Command) {
				return
			}
		}
	}, 32, func(_ int, _ api.Outcome, err error) error {
		i++
		return err
	})
	require.NoError(t, err)
	require.Equal(t, len(steps), i)
	red, err := s.Redecide(context.Background(), nil)
	require.NoError(t, err)
	require.Empty(t, red.Different)
	require.Empty(t, red.Drifted)
	require.Equal(t, red.Decisions, red.Equal)
	rep, err := s.Check(context.Background(), nil)
	require.NoError(t, err)
	require.Equal(t, rep.Attempts, rep.Accepted+rep.Refused)

	asked := 0
	for e, err := range s.Events(context.Background(), eventstore.Position{}) {
		require.NoError(t, err)
		d := e.Fact.Ruling()
		if _, refused := e.Fact.(domain.PurchaseRefused); !refused || d == nil {
			continue
		}
		if asked++; asked%5 != 0 {
			continue
		}
		a, err := s.Explain(context.Background(), domain.Question{
			Topic: domain.TopicPurchase, Participant: subject(t, e.Stream), Command: &e.Meta.CommandID, Now: scenario.KeyDates()[6].At,
		})
		require.NoError(t, err)
		require.Equal(t, d.Primary(), a.Primary, "%s", e.Ref())
	}
	require.Positive(t, asked)
}
