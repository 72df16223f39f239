package api

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/eventstore"
	"saldo/projections"
)

// parameter is one parameter of a path or a query. Its checks and its place in the contract come from the same row.
type parameter struct {
	name    string
	doc     string
	example string
	zero    any      // of the type that it has in JSON: its schema, length and alphabet
	values  []string // closed list, where the type has none
	empty   bool     // may be given without a value
	// Of numbers: the limits, and what an absent one means.
	least, most, absent int
}

// Texts of parameters that are of no type of the ledger.
type (
	positionText  string
	cursorText    string
	streamText    string
	referenceText string
	keyText       string
	tokenIDText   string
)

// Limits of parameters.
const (
	maxRevision   = 1 << 30
	maxWait       = 30 // seconds that a bad link holds
	maxIncentives = 12
	maxKey        = 200
	maxPosition   = 200
	maxCursor     = 400
)

func printable(name string, most int) domain.TextRule {
	return domain.TextRule{
		Name: name, Min: 1, Max: most, Pattern: "^[ -~]+$", Hint: fmt.Sprintf("1 to %d printable ASCII characters", most),
		Allowed: func(_ int, r rune) bool { return r >= ' ' && r <= '~' },
	}
}

// Rule gives the length and alphabet of the type.
func (positionText) Rule() domain.TextRule { return printable("position", maxPosition) }

// Rule gives the length and alphabet of the type.
func (cursorText) Rule() domain.TextRule { return printable("cursor", maxCursor) }

// Rule gives the length and alphabet of the type.
func (keyText) Rule() domain.TextRule { return printable("key", maxKey) }

// Rule gives the length and alphabet of the type.
func (streamText) Rule() domain.TextRule {
	return domain.TextRule{
		Name: "stream", Min: 1, Max: 120, Pattern: "^[a-z0-9][a-z0-9-]*$", Hint: "lower-case letters, digits and -, such as course-1036", //nolint:mnd // the longest
		Allowed: func(i int, r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || i > 0 && r == '-' },
	}
}

// Rule gives the length and alphabet of the type.
func (referenceText) Rule() domain.TextRule { return printable("reference", 40) } //nolint:mnd // with spaces and dashes

// Rule gives the length and alphabet of the type.
func (tokenIDText) Rule() domain.TextRule {
	return domain.TextRule{
		Name: "token id", Min: tokenIDLen, Max: tokenIDLen, Pattern: "^[0-9a-z]+$", Hint: "the 12 characters behind saldo_",
		Allowed: func(_ int, r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' },
	}
}

// pathParameter describes a parameter by its name in a path.
func pathParameter(name string) parameter {
	p := parameter{name: name, zero: ""}
	switch name {
	case "participant":
		p.zero, p.doc, p.example = uuid.UUID{}, "subject id", "5f0c8f6e-6a39-5f2e-9e0a-0c9d6a1b2c3d"
	case "action":
		p.zero, p.doc, p.example = uuid.UUID{}, "id of the action, chosen by who proposes it", "1dcdd40b-cb5e-58f2-9b93-a8f637c0f285"
	case "platform":
		p.zero, p.doc, p.example = domain.PlatformCode(""), "platform code", "tokopedia"
	case "institution":
		p.zero, p.doc, p.example = domain.InstitutionCode(""), "institution code", "tempo-institute"
	case "course_code":
		p.zero, p.doc, p.example = domain.CourseCode(""), "course code", "1036"
	case "schedule_code":
		p.zero, p.doc, p.example = domain.ScheduleCode(""), "class of a course", "1036-a"
	case "case":
		p.zero, p.doc, p.example = domain.CaseRef(""), "case reference", "case-0001"
	case "wave":
		p.zero, p.least, p.most, p.doc, p.example = 0, 1, 999, "wave (gelombang)", "4"
	case "fund_year":
		p.zero, p.least, p.most, p.doc, p.example = 0, 2019, 2100, "budget year", "2020"
	case "key":
		p.zero, p.doc, p.example = keyText(""), "Idempotency-Key of the command", "tokped-8123-1"
	case "token":
		p.zero, p.doc, p.example = tokenIDText(""), "id of the token: the 12 characters behind saldo_", "k3v9x0q2m1ab"
	case "topic":
		p.doc, p.example = "the question", "purchase"
		for _, t := range domain.Topics() {
			p.values = append(p.values, string(t))
		}
	case "code":
		p.doc, p.example, p.values = "code of the problem", "refused", problemCodes()
	}
	return p
}

// query reads the parameters of a request and refuses those that the route doesn't know.
type query struct {
	route  *route
	values url.Values
	faults []FieldProblem
}

// query reads what the route table says. Faults are collected: err lists them all.
func (c *call) query() *query {
	q := &query{route: c.route}
	values, err := url.ParseQuery(c.URL.RawQuery)
	if err != nil {
		q.fault("?", "PARAMETER_FORM", "the query can't be read", "escape what stands in it")
	}
	q.values = values
	known := make([]string, len(c.route.params))
	for i, p := range c.route.params {
		known[i] = p.name
	}
	for name, all := range values {
		switch {
		case !slices.Contains(known, name):
			cure := ""
			if near := domain.DidYouMean(name, known); near != "" {
				cure = "did you mean " + near + "?"
			}
			q.fault(clipped(name), "PARAMETER_UNKNOWN", "no such parameter", cure)
		case len(all) > 1:
			q.fault(name, "PARAMETER_TWICE", "given more than once", "give it once")
		}
	}
	return q
}

// clipped keeps what a caller sent short where it is said back.
func clipped(s string) string {
	const enough = 60
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > enough {
		return string(r[:enough]) + "…"
	}
	return s
}

func (q *query) fault(name, code, detail, cure string) {
	q.faults = append(q.faults, FieldProblem{name, code, detail, cure})
}

// err lists everything that is wrong with the parameters.
func (q *query) err() error {
	if len(q.faults) == 0 {
		return nil
	}
	return refuse(ProblemInvalidRequest, "", q.faults...)
}

// parameter is the table's row, and what was given for it.
func (q *query) parameter(name string) (p parameter, value string) {
	for _, p := range q.route.params {
		if p.name == name {
			value = q.values.Get(name)
			if value == "" && q.values.Has(name) && !p.empty {
				q.fault(name, "VALUE_FORM", "it is empty", "leave it out, or give a value")
			}
			return p, value
		}
	}
	return parameter{name: name}, "" // not in the table: such a route has no such parameter
}

// text reads a parameter whose type, or whose row, says which texts it takes.
func (q *query) text(name string) string {
	p, s := q.parameter(name)
	if s == "" {
		return ""
	}
	if fault := p.check(s); fault != nil {
		q.faults = append(q.faults, *fault)
	}
	return s
}

// check holds a text to its parameter.
func (p *parameter) check(s string) *FieldProblem {
	values := p.values
	if e, closed := p.zero.(interface{ Values() []string }); closed {
		values = e.Values()
	}
	if values != nil && !slices.Contains(values, s) {
		return &FieldProblem{p.name, "VALUE_ENUM", "one of " + strings.Join(values, ", "), ""}
	}
	if c, constrained := p.zero.(interface{ Rule() domain.TextRule }); constrained {
		rule := c.Rule()
		if err := rule.Check(s); err != nil {
			return &FieldProblem{p.name, "VALUE_FORM", err.Error(), rule.Hint}
		}
	}
	switch p.zero.(type) {
	case uuid.UUID:
		if _, err := parseID(s); err != nil {
			return &FieldProblem{p.name, "VALUE_FORM", "not a UUID", "such as " + uuid.Nil.String()}
		}
	case int:
		if n, err := strconv.Atoi(s); err != nil || n < p.least || n > p.most || strconv.Itoa(n) != s {
			return &FieldProblem{p.name, "VALUE_RANGE", fmt.Sprintf("a whole number from %d to %d", p.least, p.most), ""}
		}
	case bool:
		if s != "true" && s != "false" {
			return &FieldProblem{p.name, "VALUE_ENUM", "true or false", ""}
		}
	}
	return nil
}

// parseID reads a UUID in its one usual form.
func parseID(s string) (uuid.UUID, error) {
	id, err := uuid.Parse(s)
	if err == nil && !strings.EqualFold(id.String(), s) {
		err = fmt.Errorf("%w: not a UUID in its usual form", eventstore.ErrInvalid)
	}
	return id, err
}

func (q *query) flag(name string) bool { return q.text(name) == "true" }

func (q *query) has(name string) bool { return q.values.Has(name) }

func (q *query) time(name string) *time.Time {
	_, s := q.parameter(name)
	if s == "" {
		return nil
	}
	t, err := domain.ParseInstant(s)
	if err != nil {
		q.fault(name, "VALUE_FORM", "not an RFC 3339 time with an offset", "such as 2020-08-20T09:14:00+07:00")
		return nil
	}
	return &t
}

func (q *query) id(name string) *uuid.UUID {
	s := q.text(name)
	if s == "" {
		return nil
	}
	id, err := parseID(s)
	if err != nil {
		return nil // text has said so
	}
	return &id
}

func (q *query) number(name string) int {
	p, _ := q.parameter(name)
	s := q.text(name)
	n, err := strconv.Atoi(s)
	if err != nil {
		return p.absent
	}
	return n
}

func (q *query) page() projections.Page {
	return projections.Page{Limit: q.number("limit"), After: q.text("after")}
}

func (q *query) position(name string) eventstore.Position {
	s := q.text(name)
	if s == "" {
		return eventstore.Position{}
	}
	p, err := eventstore.ParsePosition(s)
	if err != nil {
		q.fault(name, "VALUE_FORM", "not a position", "as an answer gave it")
	}
	return p
}

// schemaType is the Go type whose schema the parameter has.
func (p *parameter) schemaType() reflect.Type { return reflect.TypeOf(p.zero) }
