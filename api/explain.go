package api

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"time"

	"saldo/domain"
	"saldo/eventstore"
)

// Explain answers a question from what the log holds now. The person's own stream is read from the store; the registry is
// the one that decides.
func (s *Service) Explain(ctx context.Context, q domain.Question) (domain.Answer, error) {
	if q.Now.IsZero() {
		q.Now = s.now()
	}
	if q.AsOf != nil {
		w, err := s.worldAt(ctx, q, *q.AsOf)
		if err != nil {
			return domain.Answer{}, err
		}
		return domain.Explain(q, w), nil
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
	if s.node != nil { // the answer names this position: what it rests on must reach as far
		if err = s.node.reach(ctx, head, s.node.patience); err != nil {
			return domain.Answer{}, err
		}
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

// worldAt folds the first events of the log, as far as their groups are whole: what an answer was, or would have been,
// computed from when the log stood there. It reads the log up to that point.
func (s *Service) worldAt(ctx context.Context, q domain.Question, events uint64) (domain.World, error) {
	w := domain.World{Registry: domain.NewRegistry(), Intake: map[domain.Stream]*domain.IntakeState{}, Returned: map[int]time.Time{}}
	person := domain.Stream("")
	if q.Participant != nil {
		person = domain.ParticipantStreamOf(*q.Participant)
	}
	open := map[domain.Stream][]domain.Recorded{} // groups that have not ended
	take := func(e domain.Recorded) {
		w.Number++
		w.Registry.Apply(e)
		if e.Stream == person {
			w.History = append(w.History, e)
		}
		if in, ok := domain.NewState(e.Stream).(*domain.IntakeState); ok {
			if known, has := w.Intake[e.Stream]; has {
				in = known
			}
			w.Intake[e.Stream] = in
			domain.Evolve(in, e)
		}
		if _, back := e.Fact.(domain.FundsReturned); back && e.Meta.Outcome != domain.Refused {
			if year, err := strconv.Atoi(e.Stream.Key()); err == nil && e.Meta.Effective().After(w.Returned[year]) {
				w.Returned[year] = e.Meta.Effective()
			}
		}
	}
	for e, err := range s.Events(ctx, eventstore.Position{}) {
		if err != nil {
			return w, err
		}
		if e.Number >= events {
			break
		}
		open[e.Stream] = append(open[e.Stream], e)
		if e.Meta.LastPart() {
			for _, part := range open[e.Stream] {
				take(part)
			}
			delete(open, e.Stream)
		}
	}
	return w, nil
}
