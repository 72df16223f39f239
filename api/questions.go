package api

import (
	"net/http"
	"slices"
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
	v, err := s.view(c, c.query())
	if err != nil {
		return answer{}, err
	}
	defer v.Close()
	p, err := v.Participant(id)
	if err != nil {
		return answer{}, err
	}
	return ok(participantView{p, readingOf(v.Reading)})
}

// participants lists people.
func (s *Server) participants(c *call) (answer, error) {
	q := c.query()
	filter := projections.ParticipantFilter{Wave: q.number("wave"), Stage: projections.Stage(q.text("stage"))}
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
	a := answer{status: http.StatusOK, value: ParticipantsView{listed(list.Rows), list.Next, readingOf(v.Reading)}}
	if list.Next != "" {
		a.header = nextPage(c, "after", list.Next)
	}
	return a, nil
}

// listed is a list that is written as [] where it has no rows.
func listed[T any](rows []T) []T {
	if rows == nil {
		return []T{}
	}
	return rows
}

// nextPage is the link to the page behind this one (RFC 8288).
func nextPage(c *call, parameter, value string) map[string]string {
	u := *c.URL
	values := u.Query()
	values.Set(parameter, value)
	u.RawQuery = values.Encode()
	return map[string]string{"Link": "<" + u.RequestURI() + `>; rel="next"`}
}

// history is a person's events.
func (s *Server) history(c *call) (answer, error) {
	q := c.query()
	from, limit := q.number("from"), q.number("limit")
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
		e, err := eventOf(r)
		if err != nil {
			return answer{}, err
		}
		out = append(out, e)
	}
	a := answer{status: http.StatusOK, value: historyView{out, next}}
	if next != "" {
		a.header = nextPage(c, "from", next)
	}
	return a, nil
}

func eventOf(r eventstore.Recorded) (eventView, error) {
	e, err := recorded(r)
	return eventView{Stream: e.Stream, Revision: e.Revision, ID: e.ID, Type: e.Type, Meta: e.Meta, Data: e.Data, Position: r.Position.String()}, err
}

// balance is what belongs to a person at a moment, as recorded then. It reads the person's own stream.
func (s *Server) balance(c *call) (answer, error) {
	q := c.query()
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
	return ok(balanceView{
		Participant: id, At: domain.Canonical(at), Training: p.Balance.Training, Earned: notYetEarned{p.Balance.JobSearch, p.Balance.Survey},
		InTransit: p.InTransit, Committed: p.Committed, Revision: p.Revision,
	})
}

// why answers a question, as far as the caller's audience may see.
func (s *Server) why(c *call) (answer, error) {
	question, reference, err := c.question()
	if err != nil {
		return answer{}, err
	}
	if err = s.mayAsk(c, &question); err != nil {
		return answer{}, err
	}
	if question.Token != "" && question.Platform == "" { // an answer about a token names whose it is
		return answer{}, refuse(ProblemInvalidRequest, "", FieldProblem{"platform", "FIELD_MISSING", "whose token it is", "give platform"})
	}
	if reference != "" {
		if err = s.byReference(c, &question, reference); err != nil {
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

// question reads what is asked.
func (c *call) question() (question domain.Question, reference string, err error) {
	topic, err := c.fromPath("topic")
	if err != nil {
		return question, "", err
	}
	q := c.query()
	question = domain.Question{
		Topic: domain.Topic(topic), Participant: q.id("participant"), Course: domain.CourseCode(q.text("course")), Platform: domain.PlatformCode(q.text("platform")),
		Invoice: domain.InvoiceCode(q.text("invoice_code")), Token: domain.TokenID(q.text("token")), Kind: domain.IncentiveKind(q.text("kind")),
		N: q.number("n"), At: q.time("at"), From: q.time("from"), To: q.time("to"), Effective: q.flag("effective"), Now: c.now,
	}
	if key := q.text("key"); key != "" {
		question.Command = new(c.commandIDOf(key))
	}
	reference = q.text("reference")
	return question, reference, q.err()
}

// mayAsk keeps a partner to what is its own: questions about courses and the service, and about people as far as they have a
// transaction with it.
func (s *Server) mayAsk(c *call, q *domain.Question) error {
	if !c.client.Role.partner() {
		return nil
	}
	if c.client.Role == RolePlatform && q.Platform == "" {
		q.Platform = domain.PlatformCode(c.client.Code)
	}
	own := c.client.Role == RolePlatform && q.Platform == domain.PlatformCode(c.client.Code)
	if q.Platform != "" && !own && (q.Participant != nil || !slices.Contains([]domain.Topic{domain.TopicCourse, domain.TopicService, domain.TopicClass}, q.Topic)) {
		return refuse(ProblemNotFound, "") // what another platform's tokens and orders come to
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
		if c.client.Role.partner() && e.Meta.Actor.ID != c.client.ID && (e.Meta.Actor.Party != c.client.Role.party() || e.Meta.Actor.Code != c.client.Code) {
			continue // another partner's attempt
		}
		if domain.ReferenceNumber(e.Meta.CommandID) == want {
			q.Command = new(e.Meta.CommandID)
			return nil
		}
	}
	return refuse(ProblemNotFound, "")
}

// status says whether payments are open. Everybody may ask.
func (s *Server) status(c *call) (answer, error) {
	q := c.query()
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
	return answer{status: http.StatusOK, header: map[string]string{"Cache-Control": fresh}, value: serviceStatus{c.now, whole, each}}, nil
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

// scannedMost bounds how many events one request looks at for those of a type: the next page goes on behind them.
const scannedMost = 20_000

// events is the log in global order, a page at a time, or, with wait, as soon as there is something behind a position.
func (s *Server) events(c *call) (answer, error) {
	q := c.query()
	after, limit, wait, wanted := q.position("after"), q.number("limit"), q.number("wait"), q.text("type")
	o := eventstore.ReadAllOptions{Limit: limit}
	if stream := q.text("stream"); stream != "" {
		o.Prefixes = []string{stream}
	}
	if err := q.err(); err != nil {
		return answer{}, err
	}
	if wanted != "" {
		o.Limit = scannedMost
	}
	if wait > 0 {
		if err := s.await(c, after, time.Duration(wait)*time.Second); err != nil {
			return answer{}, err
		}
	}
	out, next := []eventView{}, after
	for r, err := range s.config.Store.ReadAll(c.ctx, after, o) {
		if err != nil {
			return answer{}, err
		}
		if next = r.Position; !ofLedger(r.Stream) {
			continue
		}
		if wanted != "" && r.Type != wanted {
			continue
		}
		e, err := eventOf(r)
		if err != nil {
			return answer{}, err
		}
		if out = append(out, e); len(out) == limit {
			break
		}
	}
	return ok(eventsView{out, next.String()})
}
