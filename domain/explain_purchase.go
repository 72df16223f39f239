package domain

import (
	"time"

	"saldo/domain/reason"
	"saldo/domain/words"
)

// purchase answers "why could I not buy?": by the recorded attempt, or, when none reached us, by what would have happened.
func (e *explainer) purchase() Answer {
	if r, ok := e.attempt(); ok {
		return e.byAttempt(r)
	}
	if ref, ok := e.unattributed(); ok {
		a := e.conclude(Answer{Evidence: EvidenceRecorded, Refs: []EventRef{ref}}, reason.CardNotRecognised, e.factsOfProbe())
		a.Values["platform"] = words.Text(e.platformName(e.q.Platform))
		return a
	}
	a := e.wouldBuy()
	if e.q.Participant == nil {
		return a
	}
	if positive(a.Primary) {
		return e.conclude(Answer{Checks: a.Checks, Rules: a.Rules, Policy: a.Policy, Evidence: EvidenceNone}, reason.NoAttemptRecorded, e.factsOfProbe())
	}
	if e.everybodyDenied(e.q.Platform, e.m.at) {
		a.Evidence = EvidenceImplied
	} else if a.Evidence == "" {
		a.Evidence = EvidenceNone
		if personal(a.Checks) {
			a.Evidence = EvidenceRecorded
		} else if a.Primary == reason.PMOPaymentGateClosed || a.Primary == reason.PMOSystemIntegrationInProgress || a.Primary == reason.ProgrammePeriodClosed {
			a.Evidence = EvidenceGeneral
		}
	}
	return a
}

// unattributed finds the order number among the attempts of people whom the ledger does not know.
func (e *explainer) unattributed() (EventRef, bool) {
	in, ok := e.w.Intake[IntakeStreamOf(e.q.Platform)]
	if !ok || e.q.Invoice == "" {
		return EventRef{}, false
	}
	for i := range in.Unattributed {
		if c := &in.Unattributed[i]; c.value.Invoice == e.q.Invoice && seen(e.m.view, c) {
			return c.ref, true
		}
	}
	return EventRef{}, false
}

// personal reports whether a failing check is about the person, so that the person's own events prove it.
func personal(checks []CheckResult) bool {
	for _, c := range checks {
		if c.Verdict != Fail {
			continue
		}
		for _, r := range c.Evidence {
			if r.Stream.Kind() == ParticipantStream {
				return true
			}
		}
	}
	return false
}

// attempt finds the recorded attempt that a question means: the one named, else the last in the interval, else the nearest
// on the day of the moment, else the latest. Course, platform and order number narrow it down.
func (e *explainer) attempt() (Recorded, bool) {
	var best Recorded
	found := false
	for _, r := range e.w.History {
		body, ok := purchaseBody(r.Fact)
		if !ok || !e.means(r, body) {
			continue
		}
		switch {
		case !found:
			best, found = r, true
		case e.q.At != nil && distance(r.Meta.ReceivedAt, *e.q.At) > distance(best.Meta.ReceivedAt, *e.q.At):
		default:
			best = r
		}
	}
	return best, found
}

func distance(a, b time.Time) time.Duration { return a.Sub(b).Abs() }

func (e *explainer) means(r Recorded, body PurchaseBody) bool {
	q, at := e.q, r.Meta.ReceivedAt
	switch {
	case q.Command != nil:
		return r.Meta.CommandID == *q.Command
	case q.Course != "" && body.Course != q.Course, q.Platform != "" && body.Platform != q.Platform, q.Invoice != "" && body.Invoice != q.Invoice:
		return false
	case q.From != nil && at.Before(*q.From), q.To != nil && at.After(*q.To):
		return false
	case q.At != nil:
		return DateOf(at) == DateOf(*q.At) && !at.Truncate(time.Minute).After(*q.At)
	}
	return !at.After(q.Now)
}

func purchaseBody(f Event) (PurchaseBody, bool) {
	switch f := f.(type) {
	case CoursePurchased:
		return f.PurchaseBody, true
	case PurchaseRefused:
		return f.PurchaseBody, true
	}
	return PurchaseBody{}, false
}

// byAttempt answers from the decision as it was recorded: the same checks over the recorded facts.
func (e *explainer) byAttempt(r Recorded) Answer {
	d := r.Fact.Ruling()
	e.q.At = new(r.Meta.ReceivedAt)
	e.m = e.moment(r.Meta.RecordedAt)
	a := Answer{Evidence: EvidenceRecorded, Reference: ReferenceNumber(r.Meta.CommandID), Refs: []EventRef{r.Ref()}}
	body, _ := purchaseBody(r.Fact)
	e.meant = body
	if d == nil { // a migrated purchase without objection
		f := Facts{Platform: body.Platform, Course: body.Course, Invoice: body.Invoice, Amount: &body.Amount, ReceivedAt: r.Meta.ReceivedAt}
		a = e.conclude(a, reason.PurchaseAccepted, &f)
		a.Values["at"] = words.Instant(r.Meta.ReceivedAt)
		return a
	}
	p := e.decisionPolicy(d)
	a.Rules, a.Policy = d.Rules, d.Policy
	a.Checks = Evaluate(d.Rules, &d.Facts, p)
	f := d.Facts
	code := d.Primary()
	if code == "" {
		code = reason.PurchaseAccepted
		if d.Purses != nil {
			f.Balance = &d.Purses.After
		}
	}
	if f.Platform == "" {
		f.Platform, f.Course, f.Invoice = body.Platform, body.Course, body.Invoice
	}
	a = e.conclude(a, code, &f)
	a.Values["at"] = words.Instant(r.Meta.ReceivedAt)
	a.Values["amount"] = words.Amount(body.Amount.Decimal())
	a.Values["reference"] = words.Text(a.Reference)
	e.tellVisible(&a)
	e.tellHolder(a.Values, code, &f)
	e.tellAlternatives(a.Values, code)
	return a
}

// decisionPolicy is the policy that a recorded decision names, in both its parts.
func (e *explainer) decisionPolicy(d *Decision) *Policy { return e.w.Registry.PolicyOf(d.Policy) }

// PolicyOf finds both parts of a policy by reference, however old.
func (r *Registry) PolicyOf(pair PolicyPair) *Policy {
	find := func(ref PolicyRef) *Policy {
		for i := range r.Programme.Policies {
			if p := &r.Programme.Policies[i].value; ref != "" && p.Ref() == ref {
				return p
			}
		}
		return nil
	}
	return joinPolicy(find(pair.Entitlement), find(pair.Conduct))
}

// probe is the purchase that the question imagines.
func (e *explainer) probe() Command {
	act := PurchaseCourse{
		OnParticipant: OnParticipant{e.subject()},
		PurchaseBody:  PurchaseBody{Course: e.q.Course, Platform: e.q.Platform, Currency: IDR, Invoice: "PROBE", Token: e.q.Token},
	}
	if c, ok := e.w.Registry.Courses[e.q.Course]; ok {
		if h, offered := c.Offers[e.q.Platform]; offered {
			if o, is := h.at(e.m.view); is {
				act.Amount = o.value.Price
			}
		}
	}
	if e.meant.Course == e.q.Course && e.meant.Course != "" {
		act.Amount, act.Schedule, act.Token = e.meant.Amount, e.meant.Schedule, e.meant.Token
	}
	return Command{ReceivedAt: e.m.at, Origin: Decided, Act: act}
}

func (e *explainer) grounds() Grounds {
	return gatherIn(e.probe(), e.m.person, e.w.Registry, Lookups{}, e.m.view)
}

func (e *explainer) factsOfProbe() *Facts {
	g := e.grounds()
	return &g.Facts
}

// wouldBuy runs purchase/1 over the imagined purchase. What the question does not name can't fail it.
func (e *explainer) wouldBuy() Answer {
	g := e.grounds()
	f := &g.Facts
	a := Answer{Rules: g.Rules, Policy: g.Pair, Checks: e.purchaseChecks(&g)}
	code := leading(a.Checks)
	if code == "" {
		code = reason.NoCauseOnOurSide
	}
	a = e.conclude(a, code, f)
	delete(a.Values, "at")
	if f.Balance != nil && f.Balance.Training.IsZero() && f.CreditedAt == nil {
		delete(a.Values, "balance")
	}
	e.tellVisible(&a)
	e.tellHolder(a.Values, code, f)
	e.tellAlternatives(a.Values, code)
	return a
}

// purchaseChecks asks the checks of a purchase over the imagined one.
func (e *explainer) purchaseChecks(g *Grounds) []CheckResult {
	out := Evaluate(g.Rules, &g.Facts, g.Policy)
	for i := range out {
		if c := &out[i]; c.Verdict == Fail && e.unasked(c.Check, &g.Facts) {
			c.Verdict, c.Reason = NotEvaluable, ""
		}
	}
	return out
}

// unasked reports whether a check is about something that the question does not name.
func (e *explainer) unasked(c CheckName, f *Facts) bool {
	switch c {
	case "course_named":
		return e.q.Course == ""
	case "platform_is_partner", "offered_on_platform":
		return e.q.Platform == ""
	case "determined", "card_issued", "balance_credited":
		return e.q.Participant == nil
	case "schedule_exists", "schedule_fits_course", "schedule_open", "class_not_started", "seat_left":
		return f.Schedule == ""
	}
	return false
}

// leading is the reason that leads: the first failing one, unless one of them is final.
func leading(checks []CheckResult) reason.Code {
	var first reason.Code
	for _, c := range checks {
		if c.Verdict != Fail {
			continue
		}
		if c.Final {
			return c.Reason
		}
		if first == "" {
			first = c.Reason
		}
	}
	return first
}

// tellVisible separates what can be found from what can be paid: "the course exists; what is closed is its payment".
func (e *explainer) tellVisible(a *Answer) {
	if visible, payable, asked := visibilityOf(a.Checks); asked {
		a.Visible, a.Payable = &visible, &payable
	}
}

// tellHolder says who holds an unfinished training up, where a sentence wants to name it.
func (e *explainer) tellHolder(v words.Values, code reason.Code, f *Facts) {
	if code != reason.FirstTrainingNotFinished {
		return
	}
	v["first_course"] = words.Text(e.titleOf(f.Training.Course))
	v["holder"] = holderOf(&f.Training)
}

// holderOf says what is missing of a training and whose turn it is.
func holderOf(t *TrainingFacts) words.Value {
	var id, en string
	switch {
	case t.RevokedAt != nil:
		id, en = "sertifikat ditarik kembali; giliran lembaga pelatihan", "the certificate was taken back; the institution's turn"
	case t.AcceptedAt == nil && t.CompletedAt == nil:
		id, en = "pelatihan belum tercatat selesai", "the training is not recorded as complete"
	case t.AcceptedAt == nil && t.ByInstitutionAt == nil:
		id, en = "kelulusan belum dilaporkan lembaga pelatihan", "the institution has not reported the completion"
	case t.AcceptedAt == nil && t.ByPlatformAt == nil:
		id, en = "kelulusan belum diteruskan platform", "the platform has not passed the completion on"
	case t.AcceptedAt == nil:
		id, en = "sertifikat masih diperiksa Manajemen Pelaksana", "the certificate is being checked by the programme office"
	}
	missing := func(what, whatEN string) {
		if id == "" {
			id, en = what, whatEN
			return
		}
		id, en = id+"; "+what, en+"; "+whatEN
	}
	if t.RatedAt == nil {
		missing("penilaian belum ada", "no rating yet")
	}
	if t.ReviewedAt == nil {
		missing("ulasan belum ada", "no review yet")
	}
	return words.Localized{ID: id, EN: en}
}

// tellAlternatives counts what else could be chosen, where a sentence offers it.
func (e *explainer) tellAlternatives(v words.Values, code reason.Code) {
	if code != reason.CourseNotRevalidated && code != reason.PriceExceedsBalance {
		return
	}
	most := e.m.person.Balance.Training
	if e.q.Participant == nil || most.IsZero() {
		return
	}
	if n := e.alternatives(most); n > 0 {
		v["alternatives"] = words.Number(n)
		v["balance"] = words.Amount(most.Decimal())
	}
}

// everybodyDenied reports whether every request of a platform in the hour around a time was turned away.
func (e *explainer) everybodyDenied(p PlatformCode, t time.Time) bool {
	tally, ok := e.tally(p, t.Truncate(time.Hour), t.Truncate(time.Hour).Add(time.Hour))
	return ok && tally.Denied > 0 && tally.Denied == tally.Received
}
