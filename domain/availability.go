package domain

import (
	"slices"
	"time"

	"saldo/domain/reason"
)

// ---- when a course could be found on a platform, and paid there: the checks of a purchase that need no person ----

// Availability is whether a course could be found on a platform at a moment, and whether it could be paid there. It is the
// answer to "tidak ditemukan" as far as no person is concerned (users.md section 5.1).
type Availability struct {
	Visible Visibility `json:"visible"`
	Payable Visibility `json:"payable"`
}

// Span is a stretch of time in which a course could be found or paid all the while, or for the same reasons not.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"` // exclusive; zero: until further notice
	Visibility
	By EventRef `json:"event,omitzero"` // what began it; an edge without an event of its own is the policy's last day
}

// Availability asks the checks that decide a purchase, as far as they need no person, through a view of the registry: the same
// answer as Explain's to a question about a course. A course of no known code is not visible, COURSE_UNKNOWN.
func (r *Registry) Availability(c CourseCode, p PlatformCode, v View) Availability {
	checks := r.prober(c, p, v).impersonal()
	visible, payable, _ := visibilityOf(checks)
	return Availability{visible, payable}
}

// VisibleSpans tells since when a course could be found on a platform and since when not, from its submission on, by what is
// known now. What is not in force yet is told too.
func (r *Registry) VisibleSpans(c CourseCode, p PlatformCode) []Span {
	out := r.spans(c, p, hidesCourse)
	for len(out) > 0 && slices.Contains(out[0].Reasons, reason.CourseUnknown) {
		out = out[1:]
	}
	return out
}

// ServiceSpans tells since when payments were open on a platform and since when not, whatever the course: the programme's
// period, the payment service for all and for this platform. A course is payable where it is visible and its platform's
// payments are open.
func (r *Registry) ServiceSpans(p PlatformCode) []Span { return r.spans("", p, closesPayment) }

// PayableSpans tells since when a course could be found and paid on a platform, as VisibleSpans does for finding alone.
func (r *Registry) PayableSpans(c CourseCode, p PlatformCode) []Span {
	out := r.spans(c, p, func(CheckName) bool { return true })
	for len(out) > 0 && slices.Contains(out[0].Reasons, reason.CourseUnknown) {
		out = out[1:]
	}
	return out
}

// prober is an explainer of a question about a course and nobody in particular.
func (r *Registry) prober(c CourseCode, p PlatformCode, v View) *explainer {
	return &explainer{
		q: Question{Topic: TopicCourse, Course: c, Platform: p, Now: v.At}, w: World{Registry: r},
		m: moment{at: v.At, view: v, person: NewParticipantState("participant-none")},
	}
}

func (e *explainer) impersonal() []CheckResult {
	g := e.grounds()
	return withoutPerson(e.purchaseChecks(&g))
}

// spans asks the checks that count at every edge, and joins what is the same.
func (r *Registry) spans(c CourseCode, p PlatformCode, counts func(CheckName) bool) []Span {
	probe := r.prober(c, p, View{})
	edges := probe.edges()
	var checks []Check
	for _, x := range Checks(PurchaseRules) {
		if counts(x.Name) && aboutNobody(x.Name) {
			checks = append(checks, x)
		}
	}
	var out []Span
	var before []CheckResult
	for _, t := range r.edgeTimes(edges) {
		probe.m.at, probe.m.view = t, View{At: t}
		now := probe.ask(checks)
		s := Span{From: t, Visibility: Visibility{Yes: true}}
		for _, x := range now {
			if x.Verdict == Fail {
				s.Yes, s.Reasons = false, append(s.Reasons, x.Reason)
			}
		}
		if n := len(out) - 1; n >= 0 {
			if last := &out[n]; last.Yes == s.Yes && slices.Equal(last.Reasons, s.Reasons) {
				continue
			}
			out[n].To = t
		}
		s.By = broughtBy(before, now, edges, t)
		out, before = append(out, s), now
	}
	return out
}

// edgeTimes are the moments at which an answer may change, in order.
func (r *Registry) edgeTimes(edges []edge) []time.Time {
	var times []time.Time
	for _, x := range edges {
		times = append(times, x.inForce)
	}
	for i := range r.Programme.Policies { // purchases end with a last day, without an event of that moment
		times = append(times, r.Programme.Policies[i].value.PeriodEnd().Add(time.Microsecond))
	}
	slices.SortFunc(times, time.Time.Compare)
	return slices.CompactFunc(times, time.Time.Equal)
}

// ask is purchaseChecks for some checks only, and without showing what each compared: spans are told for every course.
func (e *explainer) ask(checks []Check) []CheckResult {
	g := e.grounds()
	policy := g.Policy
	if policy == nil {
		policy = &Policy{}
	}
	out := make([]CheckResult, len(checks))
	for i := range checks {
		c := &checks[i]
		v, code := c.ask(g.Rules, &g.Facts, policy)
		if v == Fail && e.unasked(c.Name, &g.Facts) {
			v, code = NotEvaluable, ""
		}
		out[i] = CheckResult{Check: c.Name, Verdict: v, Reason: code, Evidence: evidence(&g.Facts, c.Refs)}
	}
	return out
}

// broughtBy is the event that changed an answer at a moment: what the changed checks stand on, if it came into force then, else
// whatever did, else, at the end of a period, the policy.
func broughtBy(before, after []CheckResult, edges []edge, t time.Time) EventRef {
	var now []EventRef
	for _, x := range edges {
		if x.inForce.Equal(t) {
			now = append(now, x.ref)
		}
	}
	for i, c := range after {
		if len(before) == len(after) && before[i].Verdict == c.Verdict && before[i].Reason == c.Reason {
			continue
		}
		for _, ref := range c.Evidence {
			if slices.Contains(now, ref) {
				return ref
			}
		}
	}
	if len(now) > 0 {
		return now[0]
	}
	var policy EventRef
	for _, x := range edges {
		if x.ref.Type == "PolicyAdopted" && !x.inForce.After(t) {
			policy = x.ref
		}
	}
	return policy
}

// withoutPerson leaves out the checks that are about a person or their order.
func withoutPerson(all []CheckResult) []CheckResult {
	var out []CheckResult
	for _, c := range all {
		if aboutNobody(c.Check) {
			out = append(out, c)
		}
	}
	return out
}

// aboutNobody reports whether a check of a purchase needs neither a person nor their order.
func aboutNobody(c CheckName) bool {
	switch c {
	case "in_time_for_the_caller", "invoice_not_used", "determined", "card_issued", "not_revoked", "not_blacklisted", "not_held",
		"first_purchase_in_time", "balance_credited", "previous_training_finished", "not_bought_before", "price_within_training_purse":
		return false
	}
	return true
}

// hidesCourse reports whether a check that fails keeps a course from being found.
func hidesCourse(c CheckName) bool {
	switch c {
	case "platform_is_partner", "institution_approved", "course_named", "course_exists", "course_approved", "course_interactive", "offered_on_platform":
		return true
	}
	return false
}

// closesPayment reports whether a check that fails keeps every course of a platform from being paid.
func closesPayment(c CheckName) bool {
	switch c {
	case "programme_period_open", "payment_gate_open", "payment_gate_open_for_platform":
		return true
	}
	return false
}

// visibilityOf reads the checks of a purchase; asked is whether they speak of a course at all.
func visibilityOf(checks []CheckResult) (visible, payable Visibility, asked bool) {
	visible, payable = Visibility{Yes: true}, Visibility{Yes: true}
	for _, c := range checks {
		if c.Verdict != Fail {
			asked = asked || c.Check == "course_exists" && c.Verdict == Pass
			continue
		}
		if hidesCourse(c.Check) {
			visible.Yes, visible.Reasons = false, append(visible.Reasons, c.Reason)
			asked = true
		}
		payable.Yes, payable.Reasons = false, append(payable.Reasons, c.Reason)
	}
	return visible, payable, asked
}
