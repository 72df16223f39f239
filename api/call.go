package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/words"
	"saldo/eventstore"
	"saldo/projections"
)

// call is one request on its way through a handler.
type call struct {
	*http.Request
	ctx    context.Context //nolint:containedctx // of the request
	server *Server
	route  *route
	client *Client // nil on routes that need no token
	id     string  // request id
	lang   words.Lang
	now    time.Time // received_at: stamped once
	write  http.ResponseWriter
	done   bool // the handler has answered by itself, as streams do
}

// answer is what a handler gives: a status, a value to be written as JSON, and headers beside it.
type answer struct {
	status int
	value  any
	header map[string]string
}

func ok(value any) (answer, error) { return answer{status: http.StatusOK, value: value}, nil }

// requestIDHeader carries the id of a request; a client's own is taken if it is one of ours to log.
const requestIDHeader = "X-Request-Id"

func requestID(r *http.Request) string {
	given := r.Header.Get(requestIDHeader)
	if id, err := uuid.Parse(given); err == nil {
		return id.String()
	}
	id, err := uuid.NewRandom()
	if err != nil {
		return uuid.Nil.String()
	}
	return id.String()
}

// languageOf reads Accept-Language: English where it comes before Indonesian, else Indonesian.
func languageOf(header string) words.Lang {
	for part := range strings.SplitSeq(header, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch primary, _, _ := strings.Cut(strings.ToLower(tag), "-"); primary {
		case "id", "in":
			return words.ID
		case "en":
			return words.EN
		}
	}
	return words.ID
}

func (c *call) v(name string) string { return mux.Vars(c.Request)[name] }

// audience is how much of an answer the caller may see.
func (c *call) audience() reason.Audience {
	if c.client == nil {
		return reason.Participant
	}
	return c.client.Role.audience()
}

// participant reads the subject id of the path.
func (c *call) participant() (uuid.UUID, error) {
	id, err := uuid.Parse(c.v("participant"))
	if err != nil {
		return id, refuse(ProblemInvalidRequest, "", FieldProblem{"participant", "VALUE_FORM", "not a subject id (a UUID)", ""})
	}
	return id, nil
}

// body reads the content as JSON, within the route's limit.
func (c *call) body() ([]byte, error) {
	if t := c.Header.Get("Content-Type"); t != "" {
		if m, _, err := mime.ParseMediaType(t); err != nil || m != "application/json" {
			return nil, refuse(ProblemMediaType, "")
		}
	}
	content, err := io.ReadAll(http.MaxBytesReader(c.write, c.Body, c.route.limit()))
	if err != nil {
		return nil, err
	}
	return content, nil
}

// query reads the parameters of a request and refuses those that the route doesn't know.
type query struct {
	values url.Values
	faults []FieldProblem
}

func (c *call) query(known ...string) *query {
	q := &query{values: c.URL.Query()}
	for name, all := range q.values {
		if !containsName(known, name) {
			cure := ""
			if near := domain.DidYouMean(name, known); near != "" {
				cure = "did you mean " + near + "?"
			}
			q.fault(name, "PARAMETER_UNKNOWN", "no such parameter", cure)
		}
		if len(all) > 1 {
			q.fault(name, "PARAMETER_TWICE", "given more than once", "give it once")
		}
	}
	return q
}

func containsName(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
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

func (q *query) text(name string) string { return q.values.Get(name) }

func (q *query) time(name string) *time.Time {
	s := q.values.Get(name)
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
	s := q.values.Get(name)
	if s == "" {
		return nil
	}
	id, err := uuid.Parse(s)
	if err != nil {
		q.fault(name, "VALUE_FORM", "not a UUID", "")
		return nil
	}
	return &id
}

func (q *query) number(name string, least, most, absent int) int {
	s := q.values.Get(name)
	if s == "" {
		return absent
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		q.fault(name, "VALUE_RANGE", fmt.Sprintf("a whole number from %d to %d", least, most), "")
		return absent
	}
	return n
}

func (q *query) page() projections.Page {
	return projections.Page{Limit: q.number("limit", 1, projections.MaxPage, projections.DefaultPage), After: q.text("after")}
}

func (q *query) position(name string) eventstore.Position {
	s := q.values.Get(name)
	if s == "" {
		return eventstore.Position{}
	}
	p, err := eventstore.ParsePosition(s)
	if err != nil {
		q.fault(name, "VALUE_FORM", "not a position", "as an answer gave it")
	}
	return p
}

// strictJSON reads an object without unknown fields and nothing behind it.
func strictJSON(content []byte, into any) error {
	d := json.NewDecoder(strings.NewReader(string(content)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return refuse(ProblemInvalidRequest, err.Error())
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return refuse(ProblemInvalidRequest, "text behind the object")
	}
	return nil
}
