package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"saldo/domain"
)

// keyHeader is the sender's own key for a command (draft-ietf-httpapi-idempotency-key-header).
const keyHeader = "Idempotency-Key"

// idempotencyKey reads the key: a structured-field string in quotes, or bare.
func idempotencyKey(h http.Header) (string, error) {
	given := h.Values(keyHeader)
	if len(given) != 1 || strings.TrimSpace(given[0]) == "" {
		return "", refuse(ProblemKeyMissing, "")
	}
	key := strings.TrimSpace(given[0])
	if len(key) >= 2 && key[0] == '"' && key[len(key)-1] == '"' {
		key = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(key[1 : len(key)-1])
	}
	return key, validKey(key)
}

func validKey(key string) error {
	if key == "" || len(key) > maxKey {
		return refuse(ProblemKeyMissing, "a key has 1 to 200 characters", FieldProblem{keyHeader, "VALUE_FORM", "1 to 200 printable ASCII characters", ""})
	}
	for _, r := range key {
		if r < ' ' || r > '~' {
			return refuse(ProblemKeyMissing, "", FieldProblem{keyHeader, "VALUE_FORM", "printable ASCII characters only", ""})
		}
	}
	return nil
}

// command executes the act of its route.
func (s *Server) command(c *call) (answer, error) {
	if err := c.mayAct(); err != nil { // before anything is read: who may not learns nothing of what would be asked
		return answer{}, err
	}
	q := c.query()
	dry := q.flag("dry_run")
	if err := q.err(); err != nil {
		return answer{}, err
	}
	key, err := idempotencyKey(c.Header)
	if err != nil && !dry {
		return answer{}, err
	}
	content, err := c.body()
	if err != nil {
		return answer{}, err
	}
	cmd, err := c.submission(content)
	if err != nil {
		return answer{}, err
	}
	cmd.ID = domain.CommandID(c.organisation(), key)
	if err = s.expects(c, cmd); err != nil {
		return answer{}, err
	}
	var out Outcome
	if dry {
		out, err = s.config.Service.DryRun(c.ctx, cmd)
	} else {
		out, err = s.execute(c, cmd)
	}
	if err != nil {
		return answer{}, err
	}
	return s.outcome(c, cmd, out, dry)
}

// execute decides, and sees to it that a client who goes away leaves no half-answered command: what was begun is finished.
func (s *Server) execute(c *call, cmd domain.Command) (Outcome, error) {
	s.metrics.running.Inc()
	defer s.metrics.running.Dec()
	if err := s.bounded(c, cmd); err != nil {
		return Outcome{}, err
	}
	deciding, end := finishing(c.ctx)
	defer end()
	out, err := s.config.Service.Execute(deciding, cmd)
	s.refused(c, cmd, out, err)
	return out, err
}

// organisation is whose keys are told apart.
func (c *call) organisation() string { return Organisation(c.client.actor()) }

// Organisation is whose keys are told apart: a party, and which one of its kind.
func Organisation(actor domain.Actor) string {
	if actor.Code == "" {
		return string(actor.Party)
	}
	return string(actor.Party) + "/" + string(actor.Code)
}

// expects holds a command to the revision that its sender read: If-Match with a revision of the stream.
func (s *Server) expects(c *call, cmd domain.Command) error {
	given := c.Header.Get("If-Match")
	if given == "" {
		return nil
	}
	want, err := strconv.ParseInt(strings.Trim(given, `"`), 10, 64)
	if err != nil {
		return refuse(ProblemInvalidRequest, "", FieldProblem{"If-Match", "VALUE_FORM", "a revision in quotes", ""})
	}
	state, err := s.config.Service.load(c.ctx, cmd.Act.Stream())
	if err != nil {
		return err
	}
	if _, _, known := domain.Known(cmd, state); known {
		return nil // it has its outcome: that is what a repetition gets
	}
	if now := domain.CommonOf(state).Revision; now != want {
		p := refuse(ProblemRevision, "")
		p.extra = map[string]any{"current_revision": now}
		return p
	}
	return nil
}

// commandIDOf is the id of a command of the caller's own.
func (c *call) commandIDOf(key string) uuid.UUID { return domain.CommandID(c.organisation(), key) }
