package api

import (
	"bytes"
	"encoding/json"
	"fmt"
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
	const most = 200
	if key == "" || len(key) > most {
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
	q := c.query("dry_run")
	dry := q.text("dry_run")
	if dry != "" && dry != "true" && dry != "false" {
		q.fault("dry_run", "VALUE_ENUM", "true or false", "")
	}
	if err := q.err(); err != nil {
		return answer{}, err
	}
	key, err := idempotencyKey(c.Header)
	if err != nil && dry != "true" {
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
	if err := s.expects(c, cmd); err != nil {
		return answer{}, err
	}
	if dry == "true" {
		out, err := s.config.Service.DryRun(c.ctx, cmd)
		if err != nil {
			return answer{}, err
		}
		return s.outcome(c, cmd, out, true)
	}
	out, err := s.execute(c, cmd)
	if err != nil {
		return answer{}, err
	}
	return s.outcome(c, cmd, out, false)
}

// execute decides, and sees to it that a client who goes away leaves no half-answered command: what was begun is finished.
func (s *Server) execute(c *call, cmd domain.Command) (Outcome, error) {
	s.metrics.running.Inc()
	defer s.metrics.running.Dec()
	return s.config.Service.Execute(c.ctx, cmd)
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

// envelope are the fields of a command that are no fields of its act; they stand under "context" in a body.
type envelope struct {
	Effective   json.RawMessage `json:"effective_at,omitempty"`
	Source      json.RawMessage `json:"source,omitempty"`
	Authority   json.RawMessage `json:"authority,omitempty"`
	ActionID    json.RawMessage `json:"action_id,omitempty"`
	Correlation json.RawMessage `json:"correlation_id,omitempty"`
	Causation   json.RawMessage `json:"causation_id,omitempty"`
}

// submission reads the body of a command route: the act's fields, those of the path filled in, and the partner's own code where
// it is left out.
func (c *call) submission(content []byte) (domain.Command, error) {
	inPath, err := c.pathFields()
	if err != nil {
		return domain.Command{}, err
	}
	return c.submissionOf(content, inPath)
}

func (c *call) submissionOf(content []byte, inPath map[string]json.RawMessage) (domain.Command, error) {
	fields := map[string]json.RawMessage{}
	if trimmed := bytes.TrimSpace(content); len(trimmed) > 0 {
		if trimmed[0] != '{' {
			return domain.Command{}, refuse(ProblemInvalidRequest, "the body is no JSON object")
		}
		if err := json.Unmarshal(content, &fields); err != nil {
			return domain.Command{}, refuse(ProblemInvalidRequest, err.Error())
		}
	}
	var e envelope
	if raw, given := fields["context"]; given {
		if err := strictJSON(raw, &e); err != nil {
			return domain.Command{}, err
		}
	}
	line, err := lineOf(c.route.act.Name, content, fields, e, inPath, c.ownFields(fields))
	if err != nil {
		return domain.Command{}, err
	}
	sub, err := domain.DecodeSubmission(line)
	if err != nil {
		return domain.Command{}, err
	}
	return c.admit(sub.Command)
}

// admit stamps a command and holds it to what its sender may do.
func (c *call) admit(cmd domain.Command) (domain.Command, error) {
	spec := domain.SpecOf(cmd.Act)
	if !c.client.Role.mayAct(spec) {
		p := refuse(ProblemScope, "")
		p.scope = string(ScopeAppend) + ":" + string(spec.Name)
		return cmd, p
	}
	if field, own := foreignCode(c.client, cmd.Act); !own {
		return cmd, refuse(ProblemNotFound, "", FieldProblem{"/" + field, "NOT_YOURS", "a partner submits for itself only", ""})
	}
	cmd.ReceivedAt, cmd.Actor, cmd.Origin = c.now, c.client.actor(), ""
	return cmd, nil
}

// pathFields are the fields of the act that the path holds.
func (c *call) pathFields() (map[string]json.RawMessage, error) {
	out := map[string]json.RawMessage{}
	_, key := streamPath(c.route.act.Kind)
	if key == "" {
		return out, nil
	}
	value := c.v(key)
	if key == "wave" || key == "fund_year" {
		if _, err := strconv.Atoi(value); err != nil {
			return nil, refuse(ProblemInvalidRequest, "", FieldProblem{key, "VALUE_TYPE", "a whole number", ""})
		}
		out[key] = json.RawMessage(value)
		return out, nil
	}
	text, err := json.Marshal(value)
	out[key] = text
	return out, err
}

// ownFields fill in a partner's own code where the body leaves it out.
func (c *call) ownFields(given map[string]json.RawMessage) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	var name string
	switch c.client.Role {
	case RolePlatform:
		name = "platform"
	case RoleInstitution:
		name = "institution"
	case RolePayment:
		name = "partner"
	case RoleBank, RoleTreasury, RoleOffice, RoleSupport, RoleAuditor, RoleAdmin:
		return out
	}
	if _, there := given[name]; !there && domain.HasField(c.route.act.Name, name) {
		out[name] = json.RawMessage(strconv.Quote(string(c.client.Code)))
	}
	return out
}

// lineOf writes the command as one line for the strict decoder. The body's own bytes go in as they are, so that a name that
// stands twice is found.
func lineOf(name domain.CommandName, content []byte, fields map[string]json.RawMessage, e envelope, more ...map[string]json.RawMessage) ([]byte, error) {
	var act bytes.Buffer
	act.WriteByte('{')
	inner := bytes.TrimSpace(content)
	if len(inner) > 2 { //nolint:mnd // more than {}
		inner = bytes.TrimSpace(inner[1 : len(inner)-1])
	} else {
		inner = nil
	}
	if _, given := fields["context"]; given { // it is no field of the act: write the others again
		delete(fields, "context")
		again, err := json.Marshal(fields)
		if err != nil {
			return nil, err
		}
		inner = again[1 : len(again)-1]
	}
	act.Write(inner)
	for _, m := range more {
		for k, v := range m {
			if _, twice := fields[k]; twice {
				return nil, refuse(ProblemInvalidRequest, "", FieldProblem{"/" + k, "FIELD_DUPLICATE", "stands in the path already", "leave it out of the body"})
			}
			if act.Len() > 1 {
				act.WriteByte(',')
			}
			fmt.Fprintf(&act, "%q:%s", k, v)
		}
	}
	act.WriteByte('}')
	head, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	line := bytes.TrimSuffix(head, []byte("}"))
	if len(line) > 1 {
		line = append(line, ',')
	}
	line = append(line, fmt.Sprintf(`"command":%q,"act":`, name)...)
	return append(append(line, act.Bytes()...), '}'), nil
}

// foreignCode names the field in which a partner's command speaks for another partner.
func foreignCode(client *Client, act domain.Act) (field string, own bool) {
	if !client.Role.partner() {
		return "", true
	}
	names := map[Role]string{RolePlatform: "platform", RoleInstitution: "institution", RolePayment: "partner"}
	field = names[client.Role]
	value, has := domain.FieldText(act, field)
	return field, !has || value == string(client.Code)
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
	state, _, err := s.config.Service.load(c.ctx, cmd.Act.Stream())
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
