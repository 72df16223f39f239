package domain

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"saldo/domain/reason"
	"saldo/domain/words"
)

// World is what an answer is computed from: the registry, the person's whole history, the intakes. Nothing else.
type World struct {
	Registry *Registry
	History  []Recorded // of the person; nil for a question without one
	Intake   map[Stream]*IntakeState
	Returned map[int]time.Time // by fiscal year: last return of a fund to the treasury
	Number   uint64            // events of the log
}

// Explain answers a question. It folds what was recorded by the moment asked about and runs the checks that decide: an
// explanation can't drift from a decision, because it is the decision. It is pure over question and world.
func Explain(q Question, w World) Answer {
	e := &explainer{q: q, w: w}
	asked := e.momentAsked()
	e.m = e.moment(asked)
	a := e.answer()
	if e.q.At != nil { // an attempt that was found says when it was
		asked = Canonical(*e.q.At)
	}
	a.Question, a.Asked, a.Number = q, asked, w.Number
	a.Final = reason.Final(a.Primary)
	if r, ok := reason.Lookup(a.Primary); ok {
		a.Owner = r.Owner
	}
	a.Refs = evidenceOf(a)
	a.Attempts = e.attempts(asked)
	if len(w.History) > 0 && a.Evidence == "" {
		a.Evidence = EvidenceRecorded
	}
	if a.Evidence == "" {
		a.Evidence = EvidenceGeneral
	}
	if b := e.m.person.Blocked; b != nil {
		a.Unfinished = (&BlockedError{*b}).Error()
	}
	if q.From != nil && q.To != nil {
		a.Strip = e.strip(*q.From, *q.To)
	}
	a.Later = e.recordedLater(asked)
	e.now(&a)
	return a
}

// explainer is one question on its way.
type explainer struct {
	q     Question
	w     World
	m     moment
	meant PurchaseBody // of the recorded attempt that the question turned out to mean
}

// moment is the world as it was known at one time.
type moment struct {
	at     time.Time
	view   View
	person *ParticipantState
}

// momentAsked is when the question is about: the attempt named, the moment named, the end of the interval, or now.
func (e *explainer) momentAsked() time.Time {
	switch {
	case e.q.At != nil:
		return Canonical(*e.q.At)
	case e.q.To != nil:
		return Canonical(*e.q.To)
	}
	return Canonical(e.q.Now)
}

// moment folds the person's history and narrows the registry to what was recorded by a time; as effective: to what is known
// today to have happened by then.
func (e *explainer) moment(t time.Time) moment {
	m := moment{at: t, view: View{At: t, Recorded: &t}}
	if e.q.Effective {
		m.view.Recorded = nil
	}
	stream := Stream("participant-none")
	if e.q.Participant != nil {
		stream = ParticipantStreamOf(*e.q.Participant)
	}
	m.person = NewParticipantState(stream)
	for _, r := range e.timeline() {
		known := r.Meta.RecordedAt
		if e.q.Effective {
			known = r.Meta.Effective()
		}
		if !known.After(t) {
			m.person.evolve(r)
		}
	}
	return m
}

// timeline is the history in the order in which it counts: as recorded, or, for a question as effective, facts by when they
// happened and decisions where they were made.
func (e *explainer) timeline() []Recorded {
	if !e.q.Effective {
		return e.w.History
	}
	out := slices.Clone(e.w.History)
	slices.SortStableFunc(out, func(a, b Recorded) int { return a.Meta.Effective().Compare(b.Meta.Effective()) })
	return out
}

// answer computes the conclusion of the topic at the explainer's moment.
func (e *explainer) answer() Answer {
	switch e.q.Topic {
	case TopicService:
		return e.service()
	case TopicCourse:
		return e.course()
	case TopicPurchase:
		return e.purchase()
	case TopicClass:
		return e.class()
	case TopicToken:
		return e.token()
	case TopicBalance:
		return e.balance()
	case TopicDeadline:
		return e.deadline()
	case TopicCertificate:
		return e.certificate()
	case TopicIncentive:
		return e.incentive()
	case TopicSurvey:
		return e.survey()
	case TopicRevocation:
		return e.revocation()
	}
	return Answer{Primary: reason.NoCauseOnOurSide}
}

// now asks the same question at the question's now, and says what changed since and what would lawfully help.
func (e *explainer) now(a *Answer) {
	then := a.Checks
	at := *e
	at.q.At, at.q.From, at.q.To, at.q.Command = nil, nil, nil, nil
	at.m = at.moment(Canonical(e.q.Now))
	if b := at.m.person.Blocked; b != nil { // an answer about the past says "now" too
		a.Unfinished = (&BlockedError{*b}).Error()
	}
	var b Answer
	switch {
	case a.Primary == reason.PurchaseAccepted: // bought: what matters now is the class
		b = at.class()
	case e.q.Topic == TopicPurchase:
		b = at.wouldBuyAgain()
	default:
		b = at.answer()
	}
	n := &NowAnswer{At: Canonical(e.q.Now), Primary: b.Primary}
	for _, c := range b.Checks {
		if c.Verdict == Fail {
			n.Failing = append(n.Failing, c)
		}
	}
	for _, c := range b.Checks {
		if c.Verdict == NotEvaluable && !at.unasked(c.Check, &Facts{}) {
			n.Unchecked = append(n.Unchecked, c.Check)
		}
	}
	n.Succeeds = len(n.Failing) == 0 && positive(b.Primary)
	at.settleOwner(a, n)
	n.Changed = changedChecks(then, b.Checks)
	n.Smallest = at.smallest(n.Failing)
	a.Now = n
}

// settleOwner says whose turn it is today, where the cause of a past attempt has ended or the purchase went on.
func (e *explainer) settleOwner(a *Answer, n *NowAnswer) {
	switch {
	case a.Primary == reason.PurchaseAccepted:
		if r, ok := reason.Lookup(n.Primary); ok {
			a.Owner = r.Owner
		}
	case e.q.Topic == TopicPurchase && n.Succeeds && !positive(a.Primary):
		a.Owner = reason.OwnerParticipant
	}
	if a.Primary == reason.FirstTrainingNotFinished { // "state now" is today's
		f := e.factsOfProbe()
		delete(a.Values, "holder")
		if t := f.Training; t.Course != "" && (t.AcceptedAt == nil || t.RevokedAt != nil || t.RatedAt == nil || t.ReviewedAt == nil) {
			a.Values["holder"] = holderOf(&t)
		}
	}
}

// wouldBuyAgain asks the "now" of a recorded attempt about the very same purchase, under a new order number.
func (e *explainer) wouldBuyAgain() Answer {
	if e.meant.Course != "" {
		e.q.Course, e.q.Platform = e.meant.Course, e.meant.Platform
	}
	return e.wouldBuy()
}

// positive reports whether an answer's code says that nothing is in the way.
func positive(c reason.Code) bool {
	switch c { //nolint:exhaustive // the listed codes are the answers; everything else is in the way
	case reason.ServiceOpen, reason.CourseAvailable, reason.TokenActive, reason.BalanceAsRecorded, reason.PurchaseAccepted,
		reason.NoCauseOnOurSide, reason.NoAttemptRecorded, reason.CertificateInDashboard, reason.IncentivePaid,
		reason.DeadlineAhead, reason.DeadlineMet, reason.ParticipationActive, reason.ClassAtInstitution, reason.WithinNormalTime:
		return true
	}
	return false
}

// changedChecks lists the checks whose answer differs between two evaluations, with the events that the second one rests on.
func changedChecks(before, after []CheckResult) []CheckChange {
	old := map[CheckName]CheckResult{}
	for _, c := range before {
		old[c.Check] = c
	}
	var out []CheckChange
	for _, c := range after {
		was, ok := old[c.Check]
		if !ok || was.Verdict == c.Verdict || slices.Contains([]CheckName{"not_abandoned", "asked_by_a_platform", "in_time_for_the_caller", "invoice_not_used"}, c.Check) {
			continue // unchanged, or about the order itself, which "now" would be another one
		}
		by := slices.DeleteFunc(slices.Clone(c.Evidence), func(r EventRef) bool { return slices.Contains(was.Evidence, r) })
		out = append(out, CheckChange{c.Check, was.Verdict, c.Verdict, by})
	}
	return out
}

// smallest lists, per failing check, the smallest lawful act that would put it right; a final one has none.
func (e *explainer) smallest(failing []CheckResult) []Step {
	var out []Step
	for _, c := range failing {
		r, ok := reason.Lookup(c.Reason)
		if !ok || r.Final {
			return nil // nobody can put this right: no hope is held out about the rest either
		}
		s := Step{Check: c.Check, Reason: c.Reason, Owner: r.Owner}
		if r.Retry != nil {
			s.Condition = EventName(r.Retry.Condition)
		}
		if c.Reason == reason.PriceExceedsBalance || c.Reason == reason.CourseNotRevalidated || c.Reason == reason.DuplicateCourse {
			most := e.spendable()
			s.AtMost, s.Choices = &most, e.alternatives(most)
		}
		out = append(out, s)
	}
	return out
}

// spendable is what the person asked about could spend; without a person, what the policy gives everybody.
func (e *explainer) spendable() Money {
	if e.q.Participant != nil {
		return e.m.person.Balance.Training
	}
	if p := e.policy(); p != nil {
		return p.Entitlement.Training
	}
	return Money{}
}

// alternatives counts the courses that could be found at the moment at a partner, at most at a price, and that the person has
// not bought.
func (e *explainer) alternatives(most Money) int {
	n := 0
	for code, c := range e.w.Registry.Courses {
		if x := e.m.person.standing(code); x != nil && !x.Cancelled.set {
			continue
		}
		if e.findable(c) && e.offeredWithin(c, most) {
			n++
		}
	}
	return n
}

// findable reports whether a course and its institution are approved at the moment.
func (e *explainer) findable(c *CourseState) bool {
	st, ok := c.Standing.at(e.m.view)
	if !ok || st.value.State != "approved" || !st.value.Interactive && e.policy().demands(PurchaseRules, "course_interactive") {
		return false
	}
	i, known := e.w.Registry.Institutions[c.Institution]
	if !known {
		return !e.policy().demands(PurchaseRules, "institution_approved")
	}
	standing, has := i.Standing.at(e.m.view)
	return has && standing.value == "approved"
}

// offeredWithin reports whether a partner offers a course at most at a price at the moment.
func (e *explainer) offeredWithin(c *CourseState, most Money) bool {
	for p, h := range c.Offers {
		o, has := h.at(e.m.view)
		x, known := e.w.Registry.Platforms[p]
		if !has || !known || !o.value.Offered || o.value.Price.Cmp(most) > 0 {
			continue
		}
		if partner, is := x.Partner.at(e.m.view); is && partner.value {
			return true
		}
	}
	return false
}

// evidenceOf collects the events behind the failing checks, or behind all that passed when none failed.
func evidenceOf(a Answer) []EventRef {
	out := slices.Clone(a.Refs)
	add := func(want Verdict) {
		for _, c := range a.Checks {
			if c.Verdict != want {
				continue
			}
			for _, r := range c.Evidence {
				if !slices.Contains(out, r) {
					out = append(out, r)
				}
			}
		}
	}
	add(Fail)
	if len(out) == 0 {
		add(Pass)
	}
	return out
}

// attempts lists the person's purchase attempts up to a moment, collapsed where one after another failed for the same cause.
func (e *explainer) attempts(until time.Time) []Attempt {
	var out []Attempt
	for _, r := range e.w.History {
		at := r.Meta.ReceivedAt
		if at.After(until) || e.q.From != nil && at.Before(*e.q.From) {
			continue
		}
		a := Attempt{Ref: r.Ref(), At: at, Times: 1, Reference: ReferenceNumber(r.Meta.CommandID)}
		switch f := r.Fact.(type) {
		case CoursePurchased:
			a.Accepted, a.Course, a.Platform = true, f.Course, f.Platform
		case PurchaseRefused:
			a.Reason, a.Course, a.Platform = f.Decision.primary(), f.Course, f.Platform
		default:
			continue
		}
		if n := len(out) - 1; n >= 0 && !a.Accepted && !out[n].Accepted && out[n].Reason == a.Reason && out[n].Platform == a.Platform {
			out[n].Times, out[n].Last = out[n].Times+1, at
			continue
		}
		out = append(out, a)
	}
	return out
}

func (d *Decision) primary() reason.Code {
	if d == nil {
		return ""
	}
	return d.Primary()
}

// recordedLater lists facts about the time up to the moment that the ledger did not know then.
func (e *explainer) recordedLater(t time.Time) []Later {
	if e.q.Effective {
		return nil
	}
	var out []Later
	for _, r := range e.w.History {
		if r.Meta.RecordedAt.After(t) && !r.Meta.Effective().After(t) {
			out = append(out, Later{r.Ref(), r.Meta.Effective(), r.Meta.RecordedAt})
		}
	}
	return out
}

// subject is the person asked about, nil uuid without one.
func (e *explainer) subject() uuid.UUID {
	if e.q.Participant == nil {
		return uuid.Nil
	}
	return *e.q.Participant
}

// conclude fills in an answer's reason and what its texts name.
func (e *explainer) conclude(a Answer, code reason.Code, f *Facts) Answer {
	a.Primary = code
	a.Values = e.values(code, f)
	return a
}

// policy is the one in force at the moment.
func (e *explainer) policy() *Policy {
	var scheme SchemeCode
	if e.m.person.Determined.set {
		if p, _ := e.w.Registry.Programme.Policy(e.m.person.Determination.Policy, e.m.view); p != nil {
			scheme = p.Scheme
		}
	}
	p, _ := e.w.Registry.Programme.Conduct(scheme, e.m.view)
	return p
}

// instantOf makes a value of a time that may be missing.
func asInstant(t *time.Time) words.Value {
	if t == nil {
		return nil
	}
	return words.Instant(*t)
}

func asDay(t *time.Time) words.Value {
	if t == nil {
		return nil
	}
	return words.DayOf(*t)
}
