package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/domain/words"
	"saldo/eventstore"
	"saldo/projections"
)

// modelsPatience is how long a question with min_position waits for the read models.
const modelsPatience = 5 * time.Second

// reading is what every answer of the read models carries.
type reading struct {
	Number   uint64    `json:"no"`
	Position string    `json:"position"`
	Head     string    `json:"head"`
	Behind   bool      `json:"behind"`
	Lag      float64   `json:"lag_seconds"`
	Recorded time.Time `json:"recorded"`
}

func readingOf(r projections.Reading) reading {
	return reading{r.Number, r.Position.String(), r.Head.String(), r.Behind, r.Lag.Seconds(), r.Recorded}
}

// view opens the read models at or behind the position that the caller demands.
func (s *Server) view(c *call, q *query) (*projections.View, error) {
	until := q.position("min_position")
	if err := q.err(); err != nil {
		return nil, err
	}
	if s.config.Models == nil {
		return nil, projections.ErrNotBuilt
	}
	return s.config.Models.View(c.ctx, until, modelsPatience)
}

func participantOf(s domain.Stream) (uuid.UUID, error) { return uuid.Parse(s.Key()) }

// participant is where a person stands. A partner sees a person only through its own transactions: not here.
func (s *Server) participant(c *call) (answer, error) {
	if c.client.Role.partner() {
		return answer{}, refuse(ProblemNotFound, "")
	}
	id, err := c.participant()
	if err != nil {
		return answer{}, err
	}
	v, err := s.view(c, c.query("min_position"))
	if err != nil {
		return answer{}, err
	}
	defer v.Close()
	p, err := v.Participant(id)
	if err != nil {
		return answer{}, err
	}
	return ok(struct {
		projections.Participant
		Reading reading `json:"reading"`
	}{p, readingOf(v.Reading)})
}

// participants lists people.
func (s *Server) participants(c *call) (answer, error) {
	q := c.query("wave", "stage", "limit", "after", "min_position")
	filter := projections.ParticipantFilter{Wave: q.number("wave", 1, 999, 0), Stage: projections.Stage(q.text("stage"))} //nolint:mnd // waves of the domain
	page := q.page()
	v, err := s.view(c, q)
	if err != nil {
		return answer{}, err
	}
	defer v.Close()
	list, err := v.Participants(filter, page)
	if err != nil {
		return answer{}, err
	}
	return s.listed(c, list.Rows, list.Next, v.Reading)
}

// listed is a page of a list with the link to the next.
func (s *Server) listed(c *call, rows any, next string, r projections.Reading) (answer, error) {
	a := answer{status: http.StatusOK, value: map[string]any{"rows": rows, "next": next, "reading": readingOf(r)}}
	if next != "" {
		u := *c.URL
		values := u.Query()
		values.Set("after", next)
		u.RawQuery = values.Encode()
		a.header = map[string]string{"Link": "<" + u.RequestURI() + `>; rel="next"`}
	}
	return a, nil
}

// eventView is an event as the log has it.
type eventView struct {
	Number   *uint64          `json:"no,omitempty"`
	Stream   domain.Stream    `json:"stream"`
	Revision uint64           `json:"revision"`
	ID       uuid.UUID        `json:"id"`
	Type     domain.EventName `json:"type"`
	Meta     domain.Metadata  `json:"metadata"`
	Data     any              `json:"data"`
	Position string           `json:"position,omitempty"`
}

// history is a person's events.
func (s *Server) history(c *call) (answer, error) {
	q := c.query("from", "limit")
	from := q.number("from", 0, 1<<30, 0)
	limit := q.number("limit", 1, projections.MaxPage, projections.DefaultPage)
	if err := q.err(); err != nil {
		return answer{}, err
	}
	id, err := c.participant()
	if err != nil {
		return answer{}, err
	}
	out := []eventView{}
	stream := domain.ParticipantStreamOf(id)
	next := ""
	for r, err := range s.config.Store.ReadStream(c.ctx, string(stream), eventstore.ReadOptions{From: uint64(from), Limit: limit + 1}) { //nolint:gosec // not negative
		if err != nil {
			if isNotFound(err) {
				return answer{}, refuse(ProblemNotFound, "")
			}
			return answer{}, err
		}
		if len(out) == limit {
			next = strconv.FormatUint(r.Revision, 10)
			break
		}
		e, err := recorded(r)
		if err != nil {
			return answer{}, err
		}
		out = append(out, eventView{Stream: e.Stream, Revision: e.Revision, ID: e.ID, Type: e.Type, Meta: e.Meta, Data: e.Data, Position: r.Position.String()})
	}
	return ok(map[string]any{"events": out, "next": next})
}

// balance is what belongs to a person at a moment, as recorded then. It reads the person's own stream.
func (s *Server) balance(c *call) (answer, error) {
	q := c.query("at")
	moment := q.time("at")
	if err := q.err(); err != nil {
		return answer{}, err
	}
	id, err := c.participant()
	if err != nil {
		return answer{}, err
	}
	p, err := s.config.Service.Participant(c.ctx, id, moment)
	if err != nil {
		return answer{}, err
	}
	if p.Revision < 0 {
		return answer{}, refuse(ProblemNotFound, "")
	}
	at := c.now
	if moment != nil {
		at = *moment
	}
	return ok(map[string]any{
		"participant": id, "at": at, "training": p.Balance.Training, "allocated_not_yet_earned": map[string]any{"job_search": p.Balance.JobSearch, "survey": p.Balance.Survey},
		"in_transit": p.InTransit, "allocated_not_transferred": p.Committed, "revision": p.Revision,
	})
}

// why answers a question, as far as the caller's audience may see.
func (s *Server) why(c *call) (answer, error) {
	q := c.query("participant", "course", "platform", "invoice_code", "token", "kind", "n", "at", "from", "to", "effective", "reference", "key")
	topic, err := domain.ParseTopic(c.v("topic"))
	if err != nil {
		return answer{}, refuse(ProblemNotFound, err.Error())
	}
	question := domain.Question{
		Topic: topic, Participant: q.id("participant"), Course: domain.CourseCode(q.text("course")), Platform: domain.PlatformCode(q.text("platform")),
		Invoice: domain.InvoiceCode(q.text("invoice_code")), Token: domain.TokenID(q.text("token")), Kind: domain.IncentiveKind(q.text("kind")),
		N: q.number("n", 1, 12, 0), At: q.time("at"), From: q.time("from"), To: q.time("to"), Effective: q.text("effective") == "true", Now: c.now, //nolint:mnd // of the domain
	}
	if key := q.text("key"); key != "" {
		question.Command = new(c.commandIDOf(key))
	}
	reference := q.text("reference")
	if err := q.err(); err != nil {
		return answer{}, err
	}
	if err := s.mayAsk(c, &question); err != nil {
		return answer{}, err
	}
	if reference != "" {
		if err := s.byReference(c, &question, reference); err != nil {
			return answer{}, err
		}
	}
	x, err := s.config.Service.Explain(c.ctx, question)
	if err != nil {
		return answer{}, err
	}
	told, err := Tell(x, c.audience(), words.WIB)
	if err != nil {
		return answer{}, err
	}
	return ok(told)
}

// mayAsk keeps a partner to what is its own: questions about courses and the service, and about people as far as they have a
// transaction with it.
func (s *Server) mayAsk(c *call, q *domain.Question) error {
	if !c.client.Role.partner() {
		return nil
	}
	if c.client.Role == RolePlatform {
		if q.Platform == "" {
			q.Platform = domain.PlatformCode(c.client.Code)
		}
		if q.Platform != domain.PlatformCode(c.client.Code) && q.Participant != nil {
			return refuse(ProblemNotFound, "")
		}
	}
	if q.Participant == nil {
		return nil
	}
	events, err := s.config.Service.History(c.ctx, domain.ParticipantStreamOf(*q.Participant))
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.Meta.Actor.Party == c.client.Role.party() && e.Meta.Actor.Code == c.client.Code {
			return nil
		}
	}
	return refuse(ProblemNotFound, "")
}

// byReference finds the attempt of a nomor rujukan in a person's stream.
func (s *Server) byReference(c *call, q *domain.Question, text string) error {
	want, err := domain.ParseReferenceNumber(text)
	if err != nil {
		return refuse(ProblemInvalidRequest, "", FieldProblem{"reference", "VALUE_FORM", err.Error(), ""})
	}
	if q.Participant == nil {
		return refuse(ProblemInvalidRequest, "", FieldProblem{"participant", "FIELD_MISSING", "a reference is looked up among one person's attempts", ""})
	}
	events, err := s.config.Service.History(c.ctx, domain.ParticipantStreamOf(*q.Participant))
	if err != nil {
		return err
	}
	for _, e := range events {
		if domain.ReferenceNumber(e.Meta.CommandID) == want {
			q.Command = new(e.Meta.CommandID)
			return nil
		}
	}
	return refuse(ProblemNotFound, "")
}

// status says whether payments are open. Everybody may ask.
func (s *Server) status(c *call) (answer, error) {
	q := c.query("platform")
	platform := domain.PlatformCode(q.text("platform"))
	if err := q.err(); err != nil {
		return answer{}, err
	}
	platforms := []domain.PlatformCode{platform}
	if platform == "" {
		platforms = s.config.Service.platforms()
	}
	whole, err := s.openFor(c, "")
	if err != nil {
		return answer{}, err
	}
	each := map[domain.PlatformCode]serviceState{}
	for _, p := range platforms {
		if each[p], err = s.openFor(c, p); err != nil {
			return answer{}, err
		}
	}
	const fresh = "public, max-age=30"
	return answer{status: http.StatusOK, header: map[string]string{"Cache-Control": fresh}, value: map[string]any{"at": c.now, "service": whole, "platforms": each}}, nil
}

// serviceState is whether payments are open for somebody.
type serviceState struct {
	Open     bool                `json:"open"`
	Code     string              `json:"code"`
	Sentence InLanguages[string] `json:"sentence"`
}

func (s *Server) openFor(c *call, platform domain.PlatformCode) (serviceState, error) {
	x, err := s.config.Service.Explain(c.ctx, domain.Question{Topic: domain.TopicService, Platform: platform, Now: c.now})
	if err != nil {
		return serviceState{}, err
	}
	told, err := Tell(x, "participant", words.WIB)
	if err != nil {
		return serviceState{}, err
	}
	open := x.Payable == nil || x.Payable.Yes
	return serviceState{open, string(x.Primary), InLanguages[string]{told.Say.ID.Written, told.Say.EN.Written}}, nil
}

// events is the log in global order, a page at a time, or, with wait, as soon as there is something behind a position.
func (s *Server) events(c *call) (answer, error) {
	q := c.query("after", "limit", "stream", "type", "wait")
	after, limit := q.position("after"), q.number("limit", 1, projections.MaxPage, projections.DefaultPage)
	wait := q.number("wait", 0, 30, 0) //nolint:mnd // seconds that a bad link holds
	if err := q.err(); err != nil {
		return answer{}, err
	}
	if wait > 0 {
		if err := s.await(c, after, time.Duration(wait)*time.Second); err != nil {
			return answer{}, err
		}
	}
	o := eventstore.ReadAllOptions{Limit: limit}
	if stream := q.text("stream"); stream != "" {
		o.Prefixes = []string{stream}
	}
	if q.text("type") != "" {
		o.Limit = 0
	}
	out, next := []eventView{}, after
	for r, err := range s.config.Store.ReadAll(c.ctx, after, o) {
		if err != nil {
			return answer{}, err
		}
		next = r.Position
		if want := q.text("type"); want != "" && r.Type != want {
			continue
		}
		e, err := recorded(r)
		if err != nil {
			return answer{}, err
		}
		out = append(out, eventView{Stream: e.Stream, Revision: e.Revision, ID: e.ID, Type: e.Type, Meta: e.Meta, Data: e.Data, Position: r.Position.String()})
		if len(out) == limit {
			break
		}
	}
	return ok(map[string]any{"events": out, "next": next.String()})
}
