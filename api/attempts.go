package api

import (
	"net/http"

	"saldo/domain"
)

// outcomeUnknownHere is the answer to a key that has no outcome up to a position.
const outcomeUnknownHere = "unknown_here_as_of_position"

// attempt answers "did it happen?" for a key of the caller's own: accepted, refused, or not known here up to a position.
func (s *Server) attempt(c *call) (answer, error) {
	stream, err := c.attempted()
	if err != nil {
		return answer{}, err
	}
	key, err := c.fromPath("key")
	if err != nil {
		return answer{}, err
	}
	command := c.commandIDOf(key)
	head, err := s.config.Store.Head(c.ctx) // before the stream is read: nothing up to here is missed
	if err != nil {
		return answer{}, err
	}
	events, err := s.config.Service.History(c.ctx, stream)
	if err != nil {
		return answer{}, err
	}
	reference := domain.ReferenceNumber(command)
	for _, e := range events {
		if e.Meta.CommandID != command {
			continue
		}
		cmd, known := domain.CommandOf(e)
		if !known {
			continue // a consequence: the outcome itself stands before it
		}
		out := Outcome{Result: domain.Result{Outcome: e.Meta.Outcome, Events: []domain.Recorded{e}, Replayed: true}, Reference: reference}
		v := s.viewOf(c, cmd, out, false)
		if out.Refused() {
			if err = s.refusal(c, cmd, out, &v, false); err != nil {
				return answer{}, err
			}
		}
		return answer{status: http.StatusOK, value: AttemptView{OutcomeView: &v, Outcome: v.Outcome, Reference: reference}}, nil
	}
	return ok(AttemptView{
		Outcome: outcomeUnknownHere, Reference: reference, Position: head.String(),
		Next: &InLanguages[string]{
			"Belum tercatat sampai posisi ini. Aman diulang dengan kunci yang sama; kalau pesanan dibatalkan, kirim :abandon.",
			"Not recorded up to this position. Safe to repeat with the same key; if the order was dropped, send :abandon.",
		},
	})
}

// attempted is the stream that the caller's command was for.
func (c *call) attempted() (domain.Stream, error) {
	q := c.query()
	id, text := q.id("participant"), q.text("stream")
	if id == nil && text == "" || id != nil && text != "" {
		q.fault("participant", "FIELD_MISSING", "whose attempt it was, or in which other stream", "give participant or stream")
	}
	if err := q.err(); err != nil {
		return "", err
	}
	if id != nil {
		return domain.ParticipantStreamOf(*id), nil
	}
	stream, err := domain.ParseStream(text)
	if err != nil {
		return "", refuse(ProblemInvalidRequest, "", FieldProblem{"stream", "VALUE_FORM", err.Error(), "such as programme or course-1036"})
	}
	return stream, nil
}

// abandon closes the attempt of a key.
func (s *Server) abandon(c *call) (answer, error) {
	if err := c.mayAct(); err != nil {
		return answer{}, err
	}
	key, err := c.fromPath("key")
	if err != nil {
		return answer{}, err
	}
	body, err := c.body()
	if err != nil {
		return answer{}, err
	}
	cmd, err := c.submission(body)
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
