package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"saldo/domain/reason"
	"saldo/domain/words"
)

// call is one request on its way through a handler.
type call struct {
	*http.Request
	ctx    context.Context //nolint:containedctx // of the request
	server *Server
	route  *route
	client *Client // nil on routes that need no token
	proven *Client // who holds a token that does not hold any more
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

// v is a parameter of the path, unescaped; what can't be unescaped is as it was sent and fails its check.
func (c *call) v(name string) string {
	raw := mux.Vars(c.Request)[name]
	if text, err := url.PathUnescape(raw); err == nil {
		return text
	}
	return raw
}

// fromPath is a parameter of the path that has passed its check.
func (c *call) fromPath(name string) (string, error) {
	p, s := pathParameter(name), c.v(name)
	if fault := p.check(s); fault != nil {
		return s, refuse(ProblemInvalidRequest, "", *fault)
	}
	return s, nil
}

// audience is how much of an answer the caller may see.
func (c *call) audience() reason.Audience {
	if c.client == nil {
		return reason.Participant
	}
	return c.client.Role.audience()
}

// participant reads the subject id of the path.
func (c *call) participant() (uuid.UUID, error) {
	s, err := c.fromPath("participant")
	if err != nil {
		return uuid.Nil, err
	}
	return parseID(s)
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
