package domain

import "time"

// Lookups is what a decision needs besides the person and the registry: states of small streams that Execute loads because
// the command names them. Nil where it names none.
type Lookups struct {
	Action *ActionState
	Fund   *FundState
	Seats  *LimitState
}

// Grounds is everything that a judgement stands on.
type Grounds struct {
	Rules  RuleSet
	Facts  Facts
	Policy *Policy // entitlement and conduct put together; nil before the first policy
	Pair   PolicyPair
	Basis  Basis
}

// gatherer collects facts for one command at one view.
type gatherer struct {
	cmd   Command
	spec  ActSpec
	state State
	reg   *Registry
	look  Lookups
	view  View
	f     *Facts
	g     *Grounds
}

// Gather collects what the checks compare, from the state, the registry and the look-ups, as the command's receipt sees them.
// It never judges. With a basis in view it finds the facts as they were then: that is how fact drift is found.
func Gather(cmd Command, s State, reg *Registry, look Lookups, basis Basis) Grounds {
	return gatherIn(cmd, s, reg, look, View{At: cmd.ReceivedAt, Basis: basis})
}

// gatherIn is Gather through any view: explaining asks what was recorded by a moment.
func gatherIn(cmd Command, s State, reg *Registry, look Lookups, view View) Grounds {
	spec := SpecOf(cmd.Act)
	grounds := Grounds{Rules: spec.Rules, Basis: Basis{}}
	grounds.Facts = Facts{
		Version: FactsVersion, Command: spec.Name, Stream: s.common().Stream, Origin: cmd.origin(spec), ReceivedAt: Canonical(cmd.ReceivedAt),
		Effective: cmd.Effective, Party: cmd.Actor.Party, Refs: map[string]CompactRef{},
	}
	g := &gatherer{cmd, spec, s, reg, look, view, &grounds.Facts, &grounds}
	g.policy()
	if p, ok := s.(*ParticipantState); ok {
		g.person(p)
	}
	switch spec.Rules {
	case PurchaseRules:
		g.purchase(cmd.Act)
	case AbandonRules:
		g.f.Abandoned = true
	case ExchangeRules, CancellationRules, CertificateRules:
		g.training(cmd.Act)
	case AccountRules, IncentiveRules:
		g.incentive(cmd.Act)
	case RevocationRules:
		g.revocation(cmd.Act)
		g.secondPerson()
	case ActRules:
		g.act()
		g.secondPerson()
	case ClassRules: // asked only
	}
	if len(g.f.Refs) == 0 {
		g.f.Refs = nil
	}
	return grounds
}

func (c Command) origin(spec ActSpec) Origin {
	if c.Origin != "" {
		return c.Origin
	}
	return spec.Origin
}

func (g *gatherer) ref(group string, r EventRef) {
	if !r.IsZero() {
		g.f.Refs[group] = CompactRef(r)
	}
}

// own notes an event of the stream that is decided on.
func (g *gatherer) own(group string, m mark, typ EventName) {
	if m.set {
		g.f.Refs[group] = CompactRef{Revision: m.Rev, Type: typ} // of the stream that is decided on
	}
}

// consult writes a registry stream into the basis.
func (g *gatherer) consult(s Stream) {
	if g.view.Basis != nil {
		if rev, ok := g.view.Basis[s]; ok {
			g.g.Basis[s] = rev
			return
		}
	}
	g.g.Basis[s] = g.reg.revision(s)
}

// policy finds both parts: the entitlement pinned to the person, the conduct in force at receipt.
func (g *gatherer) policy() {
	g.consult(Programme)
	var scheme SchemeCode
	var pinned *Policy
	if p, ok := g.state.(*ParticipantState); ok && p.Determined.set {
		pinned, _ = g.reg.Programme.Policy(p.Determination.Policy, g.view)
		if pinned != nil {
			scheme = pinned.Scheme
		}
	}
	if d, ok := g.cmd.Act.(DetermineRecipient); ok {
		pinned, _ = g.reg.Programme.Policy(d.Policy, g.view)
		if pinned != nil {
			scheme = pinned.Scheme
		}
	}
	conduct, _ := g.reg.Programme.Conduct(scheme, g.view)
	g.g.Policy = joinPolicy(pinned, conduct)
	g.g.Pair = PolicyPair{pinned.Ref(), conduct.Ref()}
}

// joinPolicy puts the pinned entitlement and the conduct in force into one.
func joinPolicy(entitlement, conduct *Policy) *Policy {
	switch {
	case conduct == nil:
		return entitlement
	case entitlement == nil:
		return conduct
	}
	p := *conduct
	p.Entitlement = entitlement.Entitlement
	return &p
}

// person gathers standing, clocks and money.
func (g *gatherer) person(p *ParticipantState) {
	f := g.f
	f.Known = p.Revision >= 0
	f.DeterminedAt, f.NotifiedAt, f.DataAt = at(p.Determined.At), at(p.Notified.At), at(p.Data.At)
	f.CardAt, f.CreditedAt = p.Card.time(), p.Credited.time()
	f.RevokedAt, f.BlacklistedAt, f.HeldAt = p.Revoked.time(), p.Blacklist.time(), p.Held.time()
	f.RevokedFor, f.HeldFor, f.DemandedAt = p.RevokedFor, p.HeldFor, p.DemandedAt.time()
	g.own("determination", p.Determined, "RecipientDetermined")
	g.own("card", p.Card, "CardIssued")
	g.own("credit", p.Credited, "BalanceCredited")
	g.own("revocation", p.Revoked, "ParticipationRevoked")
	g.own("blacklist", p.Blacklist, "Blacklisted")
	g.own("hold", p.Released, "BalanceReleased")
	g.own("hold", p.Held, "BalanceHeld")
	if p.Determined.set {
		f.Wave = p.Determination.Wave
		f.Balance = new(p.Balance)
		if !p.Committed.IsZero() {
			f.Awaiting = new(p.Committed)
		}
	}
	f.Deadline, f.DeadlineIs = g.deadline(p)
	if x := p.countsForDeadline(); x != nil {
		f.FirstPurchase = x.Bought.time()
		g.own("first_purchase", x.Bought, "CoursePurchased")
	}
	f.Attempts = p.RefusedAttempts
}

// deadline of the first purchase, with the events that it rests on.
func (g *gatherer) deadline(p *ParticipantState) (*time.Time, string) {
	d := g.reg.deadlineUnder(p.clock(), g.g.Policy, g.view)
	switch {
	case !d.by.IsZero():
		g.ref("deadline", d.by)
	case d.At != nil:
		g.own("notice", p.Notified, "DeterminationNotified")
		g.own("data", p.Data, "ParticipantDataCompleted")
		g.own("deadline", p.Notified, "DeterminationNotified")
	}
	return d.At, d.Is
}

// service gathers the payment gate, for all and for the platform.
func (g *gatherer) service(platform PlatformCode) {
	f, pr := g.f, g.reg.Programme
	f.Gate, f.PlatformGate = "open", "open"
	if c, ok := pr.Gate.at(g.view); ok && c.value.Closed {
		f.Gate, f.GateSince, f.GateCause, f.GateUntil = "closed", at(c.value.Since), c.value.Cause, c.value.Until
		g.ref("gate", c.value.ClosedBy)
	} else if ok {
		g.ref("gate", c.ref)
	}
	if h, ok := pr.PlatformGates[platform]; ok && platform != "" {
		if c, seen := h.at(g.view); seen && c.value.Closed {
			f.PlatformGate, f.PlatformGateSince, f.PlatformGateCause, f.PlatformGateUntil = "closed", at(c.value.Since), c.value.Cause, c.value.Until
			g.ref("platform_gate", c.value.ClosedBy)
		} else if seen {
			g.ref("platform_gate", c.ref)
		}
	}
}

// platform gathers partnership and token.
func (g *gatherer) platform(code PlatformCode, token TokenID) {
	f := g.f
	f.Platform, f.Token = code, token
	g.consult(PlatformStreamOf(code))
	f.PlatformState = "unknown"
	p, ok := g.reg.Platforms[code]
	if !ok {
		if token != "" {
			f.TokenState = "unknown"
		}
		return
	}
	if c, seen := p.Partner.at(g.view); seen {
		f.PlatformState, f.PlatformSince = either(c.value, "partner", "left"), at(c.inForce)
		g.ref("platform", c.ref)
	}
	if token == "" {
		return
	}
	f.TokenState = "unknown"
	h, ok := p.Tokens[token]
	if !ok {
		return
	}
	if c, seen := h.at(g.view); seen {
		f.TokenState, f.TokenSince = c.value.state(g.cmd.ReceivedAt)
		g.ref("token", c.ref)
	}
}

// state of a token at a time, and since when.
func (t tokenState) state(now time.Time) (string, *time.Time) {
	switch {
	case !t.Revoked.IsZero() && !now.Before(t.Revoked):
		return "revoked", at(t.Revoked)
	case !t.Expires.IsZero() && now.After(t.Expires):
		return "expired", at(t.Expires)
	case t.Successor != "" && now.After(t.Grace):
		return "expired", at(t.Grace)
	case t.Successor != "":
		return "grace", nil
	}
	return "active", nil
}

// course gathers institution, course, offer and class.
func (g *gatherer) course(code CourseCode, platform PlatformCode, schedule ScheduleCode) {
	f := g.f
	f.Course = code
	if code == "" {
		return
	}
	g.consult(CourseStreamOf(code))
	f.CourseState = "unknown"
	c, ok := g.reg.Courses[code]
	if !ok {
		return
	}
	if s, seen := c.Standing.at(g.view); seen {
		f.CourseState, f.CourseCause, f.CourseSince, f.CourseInteractive = s.value.State, s.value.Cause, at(s.inForce), s.value.Interactive
		g.ref("course", s.ref)
	} else {
		return
	}
	g.institution(c.Institution)
	f.Offer = "none"
	if h, offered := c.Offers[platform]; offered {
		if o, seen := h.at(g.view); seen {
			f.Offer = either(o.value.Offered, "offered", "ended")
			if o.value.Offered {
				f.OfferPrice = new(o.value.Price)
			}
			g.ref("offer", o.ref)
		}
	}
	g.schedule(c, schedule)
}

func (g *gatherer) institution(code InstitutionCode) {
	f := g.f
	f.Institution, f.InstitutionState = code, "unknown"
	g.consult(InstitutionStreamOf(code))
	if i, ok := g.reg.Institutions[code]; ok {
		if s, seen := i.Standing.at(g.view); seen {
			f.InstitutionState, f.InstitutionSince = s.value, at(s.inForce)
			g.ref("institution", s.ref)
		}
	}
}

func (g *gatherer) schedule(c *CourseState, code ScheduleCode) {
	f := g.f
	f.Schedule = code
	if code == "" {
		return
	}
	f.ScheduleState = "unknown"
	h, ok := c.Schedules[code]
	if !ok {
		if owner, known := g.reg.Schedules[code]; known && owner != c.Code {
			g.consult(CourseStreamOf(owner)) // another node may not have seen it yet
			if _, seen := g.reg.Courses[owner].Schedules[code].at(g.view); seen {
				f.ScheduleState = "other_course"
			}
		}
		return
	}
	s, seen := h.at(g.view)
	if !seen {
		return
	}
	f.ScheduleState, f.ScheduleStarts = either(s.value.Closed, "closed", "open"), at(s.value.StartsAt)
	g.ref("schedule", s.ref)
	if seats := g.look.Seats; seats != nil {
		left := s.value.Capacity - seats.Taken() + seats.Held[g.cmd.ID.String()]
		f.SeatsLeft = new(left)
	}
}

func (g *gatherer) purchase(a Act) {
	p, ok := a.(PurchaseCourse)
	s, person := g.state.(*ParticipantState)
	if !ok || !person {
		return
	}
	f := g.f
	g.service(p.Platform)
	g.platform(p.Platform, p.Token)
	g.course(p.Course, p.Platform, p.Schedule)
	f.Amount, f.Invoice, f.NotAfter = new(p.Amount), p.Invoice, p.NotAfter
	if g.spec.Owner != "" && f.Party != "" {
		f.Entitled = string(g.spec.Owner)
	}
	if rev, dropped := s.Dropped[invoiceKey(p.Platform, p.Invoice)]; dropped {
		f.Abandoned = true
		f.Refs["abandonment"] = CompactRef{Revision: rev, Type: "PurchaseRefused"}
	}
	f.InvoiceState = "new"
	if rev, used := s.Invoices[invoiceKey(p.Platform, p.Invoice)]; used {
		f.InvoiceState = "used"
		g.f.Refs["invoice"] = CompactRef{Revision: rev, Type: "CoursePurchased"}
	}
	if x := s.standing(p.Course); x != nil && !x.Cancelled.set {
		f.BoughtAt = x.Bought.time()
		g.own("bought", x.Bought, "CoursePurchased")
	}
	for _, x := range s.Purchases {
		g.own("spent", x.Bought, "CoursePurchased")
	}
	// The next course only after the one before: the unfinished one is what a check is about, else the latest.
	for _, x := range s.Purchases {
		if x.Cancelled.set {
			continue
		}
		g.trainingFacts(s, x)
		if t := x.Training; !t.Accepted.set || t.RevokedCertificate.set || !t.Rated.set || !t.Reviewed.set {
			break
		}
	}
}
