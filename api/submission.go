package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"saldo/domain"
)

// contextField is where a body holds the fields of a command that are no fields of its act.
const contextField = "context"

// contextFields are those fields. What else a command's wire form has, the request itself says: who, when, which key.
func contextFields() []string {
	return []string{"effective_at", "source", "authority", "action_id", "correlation_id", "causation_id"}
}

// content is the body of a command, taken apart at its top level only: the values stay the sender's own bytes, so that the
// strict decoder behind it sees all that was sent, names that stand twice included.
type content struct {
	names   []string
	values  []json.RawMessage
	context json.RawMessage
}

func readContent(body []byte) (content, error) {
	var out content
	if len(bytes.TrimSpace(body)) == 0 {
		return out, nil
	}
	bad := func(err error) (content, error) {
		return out, refuse(ProblemInvalidRequest, "the body is no JSON object: "+err.Error())
	}
	d := json.NewDecoder(bytes.NewReader(body))
	first, err := d.Token()
	if err != nil {
		return bad(err)
	}
	if first != json.Delim('{') {
		return out, refuse(ProblemInvalidRequest, "the body is no JSON object")
	}
	for d.More() {
		token, broken := d.Token()
		if broken != nil {
			return bad(broken)
		}
		name, _ := token.(string)
		var value json.RawMessage
		if err = d.Decode(&value); err != nil {
			return bad(err)
		}
		if name != contextField {
			out.names, out.values = append(out.names, name), append(out.values, value)
			continue
		}
		if out.context != nil {
			return out, refuse(ProblemInvalidRequest, "", FieldProblem{"/" + contextField, "FIELD_DUPLICATE", "it stands twice in the same object", "send it once"})
		}
		out.context = value
	}
	if _, err = d.Token(); err != nil {
		return bad(err)
	}
	if _, err = d.Token(); !errors.Is(err, io.EOF) {
		return out, refuse(ProblemInvalidRequest, "there is text behind the object")
	}
	return out, nil
}

func (b *content) has(name string) bool { return slices.Contains(b.names, name) }

func (b *content) add(name string, value json.RawMessage) {
	b.names, b.values = append(b.names, name), append(b.values, value)
}

// line writes the command as one line for the strict decoder.
func (b *content) line(command domain.CommandName) ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	if b.context != nil {
		var inside map[string]json.RawMessage
		if err := json.Unmarshal(b.context, &inside); err != nil || inside == nil {
			return nil, refuse(ProblemInvalidRequest, "", FieldProblem{"/" + contextField, "VALUE_TYPE", "must be an object", ""})
		}
		for name := range inside {
			if !slices.Contains(contextFields(), name) {
				return nil, refuse(ProblemInvalidRequest, "", FieldProblem{"/" + contextField + "/" + clipped(name), "FIELD_UNKNOWN", "there is no such field", "fields are " + strings.Join(contextFields(), ", ")})
			}
		}
		if len(inside) > 0 {
			object := bytes.TrimSpace(b.context)
			out.Write(object[1 : len(object)-1])
			out.WriteByte(',')
		}
	}
	fmt.Fprintf(&out, `"command":%q,"act":{`, command)
	for i, name := range b.names {
		if i > 0 {
			out.WriteByte(',')
		}
		text, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		out.Write(text)
		out.WriteByte(':')
		out.Write(b.values[i])
	}
	out.WriteString("}}")
	return out.Bytes(), nil
}

// submission reads the body of a command route: the act's fields, those of the path filled in, and the partner's own code where
// it is left out.
func (c *call) submission(body []byte) (domain.Command, error) {
	b, err := readContent(body)
	if err != nil {
		return domain.Command{}, err
	}
	if err = c.fillFromPath(&b); err != nil {
		return domain.Command{}, err
	}
	c.fillOwnCode(&b)
	line, err := b.line(c.route.act.Name)
	if err != nil {
		return domain.Command{}, err
	}
	sub, err := domain.DecodeSubmission(line)
	if input, wrong := errors.AsType[*domain.InputError](err); wrong {
		return domain.Command{}, inBody(input)
	}
	if err != nil {
		return domain.Command{}, err
	}
	return c.admit(sub.Command)
}

// inBody says where in the body of a command route the faults of a line are.
func inBody(input *domain.InputError) error {
	p := problemOf(input)
	for i, f := range p.errors {
		if inside, is := strings.CutPrefix(f.Pointer, "/act"); is {
			p.errors[i].Pointer = inside
		} else if f.Pointer != "" {
			p.errors[i].Pointer = "/" + contextField + f.Pointer
		}
	}
	return p
}

// mayAct refuses a caller whose role does not submit the route's act.
func (c *call) mayAct() error { return mayAct(c.client, *c.route.act) }

func mayAct(client *Client, spec domain.ActSpec) error {
	if client.Role.mayAct(spec) {
		return nil
	}
	p := refuse(ProblemScope, "")
	p.scope = string(ScopeAppend) + ":" + string(spec.Name)
	return p
}

// admit stamps a command and holds it to what its sender may do.
func (c *call) admit(cmd domain.Command) (domain.Command, error) {
	if err := mayAct(c.client, domain.SpecOf(cmd.Act)); err != nil {
		return cmd, err
	}
	if field, own := c.server.ownFact(c.client, cmd.Act); !own {
		return cmd, refuse(ProblemNotFound, "", FieldProblem{"/" + field, "NOT_YOURS", "a partner submits for itself only", ""})
	}
	// Stamped when the whole of it is here: who holds a body back must not choose the rules that it meets.
	cmd.ReceivedAt, cmd.Actor, cmd.Origin = c.server.config.Now(), c.client.actor(), ""
	return cmd, nil
}

// fillFromPath fills in the field of the act that the path holds.
func (c *call) fillFromPath(b *content) error {
	_, key := streamPath(c.route.act.Kind)
	if key == "" || c.v(key) == "" {
		return nil
	}
	value, err := c.fromPath(key)
	if err != nil {
		return err
	}
	if b.has(key) {
		return refuse(ProblemInvalidRequest, "", FieldProblem{"/" + key, "FIELD_DUPLICATE", "stands in the path already", "leave it out of the body"})
	}
	if _, number := pathParameter(key).zero.(int); number {
		b.add(key, json.RawMessage(value))
		return nil
	}
	b.add(key, json.RawMessage(strconv.Quote(value))) // its check left nothing in it that JSON escapes
	return nil
}

// codeField is the field in which an act names a partner of the role.
func codeField(r Role) string {
	switch r {
	case RolePlatform:
		return "platform"
	case RoleInstitution:
		return "institution"
	case RolePayment:
		return "partner"
	case RoleBank, RoleTreasury, RoleOffice, RoleSupport, RoleAuditor, RoleAdmin:
	}
	return ""
}

// fillOwnCode fills in a partner's own code where the body leaves it out.
func (c *call) fillOwnCode(b *content) {
	name := codeField(c.client.Role)
	if name != "" && !b.has(name) && domain.HasField(c.route.act.Name, name) {
		b.add(name, json.RawMessage(strconv.Quote(string(c.client.Code))))
	}
}

// ownFact reports whether an act speaks for nobody but its sender, and else in which field it does not: a partner names its own
// code only, a platform rates through itself only, and an institution speaks of its own courses only.
func (s *Server) ownFact(client *Client, act domain.Act) (field string, own bool) {
	if !client.Role.partner() {
		return "", true
	}
	fields := []string{codeField(client.Role)}
	if client.Role == RolePlatform {
		fields = append(fields, "via")
	}
	for _, field = range fields {
		if value, has := domain.FieldText(act, field); has && value != "" && value != string(client.Code) {
			return field, false
		}
	}
	if client.Role != RoleInstitution {
		return "", true
	}
	const course = "course_code"
	if code, has := domain.FieldText(act, course); has {
		whose, known := s.config.Service.institutionOf(domain.CourseCode(code))
		return course, !known || string(whose) == string(client.Code)
	}
	return "", true
}

// institutionOf is whose course it is, false for one that was never submitted.
func (s *Service) institutionOf(course domain.CourseCode) (domain.InstitutionCode, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, known := s.registry.Courses[course]
	if !known {
		return "", false
	}
	return c.Institution, c.Institution != ""
}
