package domain

import (
	"slices"
	"time"

	"saldo/domain/reason"
	"saldo/domain/words"
)

// service answers whether payments are open, for all and on the platform named.
func (e *explainer) service() Answer {
	a := e.wouldBuy()
	a.Checks = only(a.Checks, "programme_period_open", "payment_gate_open", "payment_gate_open_for_platform", "platform_is_partner", "token_active_at_basis")
	code := leading(a.Checks)
	if code == "" {
		code = reason.ServiceOpen
	}
	a = e.conclude(Answer{Checks: a.Checks, Rules: a.Rules, Policy: a.Policy, Evidence: EvidenceGeneral}, code, e.factsOfProbe())
	if !saysPer(code) {
		delete(a.Values, "at") // no attempt is spoken of
	}
	return a
}

// saysPer reports whether a reason's sentence says "as of", so that the moment asked about belongs into it.
func saysPer(c reason.Code) bool {
	return slices.Contains([]reason.Code{reason.ServiceOpen, reason.TokenActive, reason.CourseAvailable, reason.CourseNotOfferedHere, reason.InstitutionNotApproved}, c)
}

func only(checks []CheckResult, names ...CheckName) []CheckResult {
	var out []CheckResult
	for _, c := range checks {
		if slices.Contains(names, c.Check) {
			out = append(out, c)
		}
	}
	return out
}

// course answers whether a course could be found and paid on a platform. No person is needed; with one, the answer says
// that no request of theirs reached us.
func (e *explainer) course() Answer {
	all := e.wouldBuy()
	checks := withoutPerson(all.Checks)
	a := Answer{Checks: checks, Rules: all.Rules, Policy: all.Policy, Evidence: EvidenceGeneral}
	e.tellVisible(&a)
	code := e.courseCode(&a)
	f := e.factsOfProbe()
	visible, payable := a.Visible, a.Payable
	a = e.conclude(a, code, f)
	if !saysPer(code) {
		delete(a.Values, "at") // no attempt is spoken of
	}
	a.Visible, a.Payable = visible, payable
	if code == reason.PlatformCatalogueBehind {
		e.tellCatalogue(a.Values)
	}
	if code == reason.CourseNotRevalidated || code == reason.CourseNotOfferedHere {
		e.tellAlternatives(a.Values, reason.CourseNotRevalidated)
	}
	if e.q.Participant != nil {
		if _, ok := e.attempt(); !ok {
			a.Evidence = EvidenceNone
		}
	}
	return a
}

// courseCode is the reason of a course answer: what hides the course leads over what closes its payment.
func (e *explainer) courseCode(a *Answer) reason.Code {
	switch {
	case a.Visible == nil:
		if code := leading(a.Checks); code != "" {
			return code
		}
		return reason.CourseAvailable
	case !a.Visible.Yes:
		return a.Visible.Reasons[0]
	case e.catalogueBehind():
		return reason.PlatformCatalogueBehind
	case !a.Payable.Yes:
		code := leading(a.Checks)
		if code == reason.PMOPaymentGateClosed || code == reason.PMOSystemIntegrationInProgress {
			return reason.CourseVisibleNotPayable
		}
		return code
	}
	return reason.CourseAvailable
}

// report is the last list of a platform that was taken by the moment.
func (e *explainer) report() (change[CatalogueBody], []change[CatalogueBody], bool) {
	p, ok := e.w.Registry.Platforms[e.q.Platform]
	if !ok {
		return change[CatalogueBody]{}, nil, false
	}
	var lists []change[CatalogueBody]
	for i := range p.Catalogues {
		if seen(e.m.view, &p.Catalogues[i]) && !p.Catalogues[i].value.TakenAt.After(e.m.at) {
			lists = append(lists, p.Catalogues[i])
		}
	}
	if len(lists) == 0 {
		return change[CatalogueBody]{}, nil, false
	}
	return lists[len(lists)-1], lists, true
}

// catalogueBehind reports whether the platform's own latest list was taken after the approval and lacks the course.
func (e *explainer) catalogueBehind() bool {
	last, lists, ok := e.report()
	c, known := e.w.Registry.Courses[e.q.Course]
	if !ok || !known {
		return false
	}
	st, has := c.Standing.at(e.m.view)
	if !has || st.value.State != "approved" || !last.value.TakenAt.After(st.inForce) {
		return false
	}
	listed, _ := listedBy(lists, e.q.Course)
	return !listed
}

func (e *explainer) tellCatalogue(v words.Values) {
	if last, _, ok := e.report(); ok {
		v["taken_on"] = words.DayOf(last.value.TakenAt)
	}
	if c, ok := e.w.Registry.Courses[e.q.Course]; ok {
		if st, has := c.Standing.at(e.m.view); has {
			v["since"] = words.Instant(st.inForce)
		}
	}
}

// strip answers a question about an interval: how the answer changed within it, and by which event.
func (e *explainer) strip(from, to time.Time) []Interval {
	edges := []time.Time{from}
	for _, c := range e.edges() {
		if c.inForce.After(from) && c.inForce.Before(to) {
			edges = append(edges, c.inForce)
		}
	}
	slices.SortFunc(edges, time.Time.Compare)
	edges = slices.Compact(edges)
	at := *e
	at.q.Command, at.q.At = nil, nil
	var out []Interval
	for i, t := range edges {
		end := to
		if i+1 < len(edges) {
			end = edges[i+1]
		}
		at.m = at.moment(t)
		at.m.view.Recorded = nil // an interval is about what held, by what was in force
		code := at.stripCode()
		if n := len(out) - 1; n >= 0 && out[n].Reason == code {
			out[n].To = end
			continue
		}
		out = append(out, Interval{From: t, To: end, Reason: code, Event: e.edgeAt(t)})
	}
	return out
}

// stripCode is the answer that an interval shows: the topic's own for courses, else whether one could have bought.
func (e *explainer) stripCode() reason.Code {
	switch e.q.Topic {
	case TopicCourse:
		return e.course().Primary
	case TopicService, TopicToken:
		return e.service().Primary
	case TopicPurchase, TopicClass, TopicBalance, TopicDeadline, TopicCertificate, TopicIncentive, TopicSurvey, TopicRevocation:
	}
	return e.wouldBuy().Primary
}

// edge is a moment at which a registry attribute changed.
type edge struct {
	inForce time.Time
	ref     EventRef
}

// edges are the changes that the question's course, platform and the service went through.
func (e *explainer) edges() []edge {
	reg := e.w.Registry
	out := edgesOf(nil, reg.Programme.Gate)
	out = edgesOf(out, reg.Programme.Policies)
	if h, ok := reg.Programme.PlatformGates[e.q.Platform]; ok {
		out = edgesOf(out, *h)
	}
	if p, ok := reg.Platforms[e.q.Platform]; ok {
		out = edgesOf(out, p.Partner)
	}
	if c, ok := reg.Courses[e.q.Course]; ok {
		out = edgesOf(out, c.Standing)
		if h, offered := c.Offers[e.q.Platform]; offered {
			out = edgesOf(out, *h)
		}
		if i, known := reg.Institutions[c.Institution]; known {
			out = edgesOf(out, i.Standing)
		}
	}
	for _, r := range e.w.History {
		out = append(out, edge{r.Meta.ReceivedAt, r.Ref()})
	}
	return out
}

func edgesOf[T any](out []edge, h history[T]) []edge {
	for _, c := range h {
		out = append(out, edge{c.inForce, c.ref})
	}
	return out
}

func (e *explainer) edgeAt(t time.Time) EventRef {
	for _, c := range e.edges() {
		if c.inForce.Equal(t) {
			return c.ref
		}
	}
	return EventRef{}
}
