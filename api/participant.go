package api

import (
	"context"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
)

// Participant folds a person's stream to a moment, as recorded; without a moment, to its end. A person without events gives a
// state whose Revision is -1.
func (s *Service) Participant(ctx context.Context, id uuid.UUID, at *time.Time) (*domain.ParticipantState, error) {
	events, err := s.History(ctx, domain.ParticipantStreamOf(id))
	if err != nil {
		return nil, err
	}
	state := domain.NewParticipantState(domain.ParticipantStreamOf(id))
	for _, e := range events {
		if at == nil || !e.Meta.RecordedAt.After(*at) {
			domain.Evolve(state, e)
		}
	}
	return state, nil
}
