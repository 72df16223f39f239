package api

import (
	"context"
	"fmt"
	"maps"
	"time"

	"saldo/domain"
)

// Explain answers a question from what the log holds now. The person's own stream is read from the store; the registry is
// the one that decides.
func (s *Service) Explain(ctx context.Context, q domain.Question) (domain.Answer, error) {
	if q.Now.IsZero() {
		q.Now = s.now()
	}
	w := domain.World{}
	if q.Participant != nil {
		history, err := s.History(ctx, domain.ParticipantStreamOf(*q.Participant))
		if err != nil {
			return domain.Answer{}, err
		}
		w.History = history
	}
	funds, err := s.returned(ctx, w.History)
	if err != nil {
		return domain.Answer{}, err
	}
	w.Returned = funds
	head, err := s.store.Head(ctx)
	if err != nil {
		return domain.Answer{}, fmt.Errorf("read the head: %w", err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	w.Registry, w.Number = s.registry, s.count.Load()
	w.Intake = maps.Clone(s.intake)
	a := domain.Explain(q, w)
	a.Position = head.String()
	return a, nil
}

// returned finds when the funds that the person's money belongs to were last returned to the treasury.
func (s *Service) returned(ctx context.Context, history []domain.Recorded) (map[int]time.Time, error) {
	out := map[int]time.Time{}
	for _, e := range history {
		r, ok := e.Fact.(domain.BalanceReturned)
		if !ok {
			continue
		}
		fund, err := s.History(ctx, domain.FundStreamOf(r.FundYear))
		if err != nil {
			return nil, err
		}
		for _, f := range fund {
			if _, back := f.Fact.(domain.FundsReturned); back && f.Meta.Outcome != domain.Refused && f.Meta.Effective().After(out[r.FundYear]) {
				out[r.FundYear] = f.Meta.Effective()
			}
		}
	}
	return out, nil
}
