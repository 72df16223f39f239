package api

import (
	"net/http"

	"saldo/domain"
)

// attempt answers "did it happen?" for a key of the caller's own: accepted, refused, or not known here up to a position.
func (s *Server) attempt(c *call) (answer, error) {
	q := c.query("participant")
	id := q.id("participant")
	if err := q.err(); err != nil {
		return answer{}, err
	}
	key := c.v("key")
	if err := validKey(key); err != nil {
		return answer{}, err
	}
	command := c.commandIDOf(key)
	head, err := s.config.Store.Head(c.ctx)
	if err != nil {
		return answer{}, err
	}
	unknown := map[string]any{
		"outcome": "unknown_here_as_of_position", "position": head.String(), "reference": domain.ReferenceNumber(command),
		"next": InLanguages[string]{
			"Belum tercatat sampai posisi ini. Aman diulang dengan kunci yang sama; kalau pesanan dibatalkan, kirim :abandon.",
			"Not recorded up to this position. Safe to repeat with the same key; if the order was dropped, send :abandon.",
		},
	}
	if id == nil {
		return answer{}, refuse(ProblemInvalidRequest, "", FieldProblem{"participant", "FIELD_MISSING", "whose attempt it was", "the subject id"})
	}
	stream := domain.ParticipantStreamOf(*id)
	events, err := s.config.Service.History(c.ctx, stream)
	if err != nil {
		return answer{}, err
	}
	for _, e := range events {
		if e.Meta.CommandID == command {
			out := Outcome{Result: domain.Result{Outcome: e.Meta.Outcome, Events: []domain.Recorded{e}, Replayed: true}, Reference: domain.ReferenceNumber(command)}
			v := s.viewOf(c, domain.Command{ID: command, Act: actOf(e)}, out, false)
			if out.Refused() {
				if err := s.refusal(c, domain.Command{ID: command, Act: actOf(e)}, out, &v, false); err != nil {
					return answer{}, err
				}
			}
			return answer{status: http.StatusOK, value: v}, nil
		}
	}
	return ok(unknown)
}

// actOf is the act that led to an event, as far as an answer needs it.
func actOf(e domain.Recorded) domain.Act {
	id, err := participantOf(e.Stream)
	if err != nil {
		return domain.PurchaseCourse{}
	}
	return domain.PurchaseCourse{OnParticipant: domain.OnParticipant{Participant: id}}
}

// abandon closes the attempt of a key.
func (s *Server) abandon(c *call) (answer, error) {
	key := c.v("key")
	if err := validKey(key); err != nil {
		return answer{}, err
	}
	spec, _ := domain.SpecNamed("AbandonPurchase")
	c.route = &route{method: c.route.method, path: c.route.path, name: c.route.name, scope: c.route.scope, act: &spec}
	content, err := c.body()
	if err != nil {
		return answer{}, err
	}
	cmd, err := c.submissionOf(content, nil)
	if err != nil {
		return answer{}, err
	}
	cmd.ID = c.commandIDOf(key)
	out, err := s.execute(c, cmd)
	if err != nil {
		return answer{}, err
	}
	return s.outcome(c, cmd, out, false)
}
