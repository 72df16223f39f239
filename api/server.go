package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/mux"

	"saldo/eventstore"
	"saldo/projections"
)

// ServerConfig is what the HTTP API needs.
type ServerConfig struct {
	Service *Service
	Models  *projections.Models // nil: questions that need the read models answer unavailable
	Store   eventstore.Store
	Clients *Clients
	Now     func() time.Time
	Log     *slog.Logger // nil: silent
	Version string
}

// Server is the HTTP API. Handlers return errors; one function answers them. It is safe for concurrent use.
type Server struct {
	config   ServerConfig
	handler  http.Handler
	table    []route
	metrics  *metrics
	pages    *pages
	tallies  *tallies
	refusals *refusals
	contract func() ([]byte, error) // made when first asked for: reading the examples takes a third of a second
	limits   *limits
	life     context.Context //nolint:containedctx // until Stop
	stop     context.CancelFunc
}

// Stop ends what waits for something to happen: long polls are answered, bulks end behind the lines that they have answered,
// and readyz says no. Requests under way go on.
func (s *Server) Stop() { s.stop() }

// NewServer makes the API.
func NewServer(c ServerConfig) (*Server, error) {
	if c.Service == nil || c.Store == nil || c.Clients == nil || c.Now == nil {
		return nil, errors.New("api: a service, a store, a register of tokens and a clock are needed")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	life, stop := context.WithCancel(context.Background())
	s := &Server{config: c, life: life, stop: stop, limits: newLimits()}
	s.metrics = newMetrics(s)
	s.table = s.routes()
	var err error
	s.contract = sync.OnceValues(s.Contract)
	s.refusals = newRefusals()
	if s.tallies, err = newTallies(); err != nil {
		return nil, err
	}
	if s.pages, err = newPages(); err != nil {
		return nil, fmt.Errorf("api: the pages: %w", err)
	}
	router := mux.NewRouter()
	router.UseEncodedPath().SkipClean(true) // an address is what was sent, and never a redirect to another
	for i := range s.table {
		r := &s.table[i]
		router.Handle(r.path, s.serve(r)).Methods(r.method).Name(r.name)
	}
	router.NotFoundHandler = s.serve(&route{name: "none", handle: func(*call) (answer, error) { return answer{}, refuse(ProblemNotFound, "") }})
	router.MethodNotAllowedHandler = s.serve(&route{name: "none", handle: s.wrongMethod})
	s.handler = router
	return s, nil
}

// Handler serves the API.
func (s *Server) Handler() http.Handler { return s.handler }

func (s *Server) wrongMethod(c *call) (answer, error) {
	p := refuse(ProblemMethod, "")
	var allowed []string
	for _, r := range s.table {
		var m mux.RouteMatch
		probe := c.Clone(c.ctx)
		probe.Method = r.method
		if router, ok := s.handler.(*mux.Router); ok && r.method != c.Method && router.Match(probe, &m) && m.Route != nil && m.Route.GetName() == r.name {
			allowed = append(allowed, r.method)
		}
	}
	p.headers = map[string]string{"Allow": strings.Join(allowed, ", ")}
	return answer{}, p
}

// serve wraps a handler: id, identity, limits, one way to answer, one line of log.
func (s *Server) serve(r *route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		begun := s.config.Now()
		c := &call{
			Request: req, ctx: req.Context(), server: s, route: r, id: requestID(req), lang: languageOf(req.Header.Get("Accept-Language")),
			now: begun, write: w,
		}
		w.Header().Set(requestIDHeader, c.id)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		a, err := s.run(c)
		status := s.respond(c, a, err)
		s.tally(c, a, err, status)
		took := s.config.Now().Sub(begun)
		s.metrics.observe(r.name, status, took)
		s.logCall(req.Context(), c, status, took, err)
	})
}

// tally counts a request for a command. Lines of a bulk are tallied one by one, where they are answered.
func (s *Server) tally(c *call, a answer, err error, status int) {
	if c.route.act == nil && (c.route.name != "bulk" || c.done) || c.URL.Query().Get("dry_run") == "true" {
		return
	}
	one := tallied{status: status, replayed: a.header["Idempotent-Replayed"] != ""}
	if err != nil {
		p := problemOf(err)
		one.code, one.replayed = p.kind.code, p.headers["Idempotent-Replayed"] != ""
	}
	s.tallies.note(c, one)
}

// run goes through what every route demands, and then to its handler.
func (s *Server) run(c *call) (a answer, err error) {
	defer func() {
		if r := recover(); r != nil {
			if e, aborted := r.(error); aborted && errors.Is(e, http.ErrAbortHandler) {
				panic(r) //nolint:forbidigo // net/http's own way to end a connection
			}
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	if c.route.scope != ScopePublic {
		if err := s.identify(c); err != nil {
			c.client = nil
			if tooMany := s.limits.admit(c); tooMany != nil { // so that tokens can't be guessed
				return answer{}, tooMany
			}
			return answer{}, err
		}
	}
	if !free(c.route.name) {
		if err := s.limits.admit(c); err != nil {
			return answer{}, err
		}
	}
	if len(c.route.params) == 0 && c.route.path != "" { // routes with parameters read them themselves
		if err := c.query().err(); err != nil {
			return answer{}, err
		}
	}
	return c.route.handle(c)
}

// identify finds out who calls and whether they may.
func (s *Server) identify(c *call) error {
	given := c.Header.Get("Authorization")
	if given == "" {
		return refuse(ProblemNoCredentials, "")
	}
	scheme, token, found := strings.Cut(given, " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return refuse(ProblemNoCredentials, "")
	}
	client, err := s.config.Clients.verify(strings.TrimSpace(token), c.now)
	if err != nil {
		c.proven = problemOf(err).holder
		return err
	}
	c.client = client
	if !client.Role.may(c.route.scope) {
		p := refuse(ProblemScope, "")
		p.scope = string(c.route.scope)
		return p
	}
	return nil
}

// respond is the one place that writes answers.
func (s *Server) respond(c *call, a answer, err error) int {
	if c.done {
		return a.status
	}
	h := c.write.Header()
	if err != nil {
		p := problemOf(err)
		p.header(h)
		body, failed := p.body(c.lang, c.id, c.URL.Path)
		if failed != nil {
			body = []byte(`{"code":"internal_error","status":500}`)
		}
		h.Set("Content-Type", problemMediaType)
		h.Set("Content-Language", string(c.lang))
		h.Set("Cache-Control", "no-store")
		c.write.WriteHeader(p.kind.status)
		_, _ = c.write.Write(append(body, '\n')) // a client that went away
		return p.kind.status
	}
	for k, v := range a.header {
		h.Set(k, v)
	}
	content, isBytes := a.value.([]byte)
	if !isBytes {
		content, err = json.Marshal(a.value)
		if err != nil {
			return s.respond(c, answer{}, err)
		}
		content = append(content, '\n')
		h.Set("Content-Type", "application/json")
	}
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	c.write.WriteHeader(a.status)
	_, _ = c.write.Write(content)
	return a.status
}

func (s *Server) logCall(ctx context.Context, c *call, status int, took time.Duration, err error) {
	attrs := []slog.Attr{
		slog.String("request_id", c.id), slog.String("route", c.route.name), slog.String("method", c.Method), slog.Int("status", status),
		slog.Float64("ms", float64(took.Microseconds())/1000), //nolint:mnd // microseconds
	}
	if c.client != nil {
		attrs = append(attrs, slog.String("token_id", c.client.Token), slog.String("role", string(c.client.Role)))
	}
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	s.config.Log.LogAttrs(context.WithoutCancel(ctx), level, "request", attrs...)
}
