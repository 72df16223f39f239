package domain

import "slices"

// secondPerson gathers the document and the approval, where the act needs them.
func (g *gatherer) secondPerson() {
	f := g.f
	if !g.spec.Second || f.Origin != Decided {
		return
	}
	f.Action = "none"
	if g.cmd.ActionID == nil {
		return
	}
	g.g.Basis[ActionStreamOf(*g.cmd.ActionID)] = -1
	a := g.look.Action
	if a == nil || !a.Proposed.set {
		return
	}
	g.g.Basis[a.Stream] = a.Revision
	f.Authority = string(a.Proposal.Authority.Number)
	f.Action = g.approval(a)
	g.ref("action", EventRef{a.Stream, a.Proposed.Rev, "ActionProposed"})
	if a.Approved.set {
		g.ref("action", EventRef{a.Stream, a.Approved.Rev, "ActionApproved"})
	}
}

// approval says whether an action covers this act now.
func (g *gatherer) approval(a *ActionState) string {
	on := a.Proposal.On
	switch {
	case a.Proposal.Command != g.spec.Name || on != "" && on != g.cmd.Act.Stream():
		return "not_covered"
	case a.Declined.set:
		return "declined"
	case !a.Approved.set:
		return "proposed"
	case a.ApprovedBy == a.ProposedBy:
		return "same_person"
	case a.Until != nil && g.cmd.ReceivedAt.After(*a.Until):
		return "expired"
	}
	return "approved"
}

// act gathers what act/1 asks of any act: who owns the fact, whether it stands already, whether what it refers to is there,
// whether its amounts agree.
func (g *gatherer) act() {
	f := g.f
	f.Entitled = string(g.spec.Owner)
	if r, ok := g.cmd.Act.(ReportCompletion); ok {
		f.Entitled = string(r.By)
	}
	g.consultOwn()
	if key := naturalKey(accepted(g.cmd, g.state, Grounds{Facts: *f, Policy: g.g.Policy})); key != "" {
		if rev, done := g.state.common().done(key); done {
			f.DoneBefore = new(CompactRef{Revision: rev, Type: g.spec.Accepted})
			g.f.Refs["done"] = *f.DoneBefore
		}
	}
	switch s := g.state.(type) {
	case *ProgrammeState:
		f.Missing = g.missingInProgramme(s)
	case *PlatformState:
		f.Missing = g.missingAtPlatform(s)
	case *InstitutionState:
		f.Missing = g.missingAtInstitution(s)
	case *CourseState:
		f.Missing = g.missingInCourse(s)
	case *ParticipantState:
		f.Missing = g.missingForPerson(s)
	case *FundState:
		g.fund(s)
	case *SettlementState:
		g.settlement()
	case *ActionState:
		f.Missing = g.missingInAction(s)
	case *LimitState:
		f.Missing = g.missingInLimit(s)
	case *CaseState:
		f.Missing = g.missingInCase(s)
	case *IntakeState, *AuditState:
	}
}

// consultOwn writes the registry stream that is decided on into the basis: what it refers to was read from it.
func (g *gatherer) consultOwn() {
	c := g.state.common()
	if !slices.Contains(RegistryKinds(), c.Stream.Kind()) {
		return
	}
	if rev, ok := g.view.Basis[c.Stream]; ok {
		g.g.Basis[c.Stream] = rev
		return
	}
	g.g.Basis[c.Stream] = c.Revision
}

func need(there bool, what string) string {
	if there {
		return ""
	}
	return what
}

func (g *gatherer) missingInProgramme(s *ProgrammeState) string {
	closed := func(scope GateScope, p PlatformCode) bool {
		c, ok := s.gateOf(scope, p).at(g.view)
		return ok && c.value.Closed
	}
	wave := func(n int) string {
		_, ok := s.Waves[n]
		return need(ok, "wave "+itoa(n))
	}
	act, _ := g.cmd.Act.(ProgrammeAct)
	switch a := act.(type) {
	case OpenWave:
		p, _ := s.Policy(a.Scheme, g.view)
		return need(p != nil, "policy "+string(a.Scheme))
	case CloseWave:
		return wave(a.Wave)
	case RegisterDecree:
		g.decreeTotals(s, a.DecreeBody)
		return wave(a.Wave)
	case SetFirstPurchaseDeadline:
		return wave(a.Wave)
	case ExtendFirstPurchaseDeadline:
		if h, ok := s.Deadlines[a.Wave]; ok {
			if d, seen := h.at(g.view); seen && !d.value.Day.Before(a.Deadline) {
				return "a later day than " + d.value.Day.String()
			}
		}
		return wave(a.Wave)
	case ClosePaymentGate:
		if (a.Scope == GatePlatform) != (a.Platform != "") {
			return "a platform where the scope is platform, and only there"
		}
		return need(!closed(a.Scope, a.Platform), "open payments")
	case UpdatePaymentGateNotice:
		return need(closed(a.Scope, a.Platform), "closed payments")
	case OpenPaymentGate:
		return need(closed(a.Scope, a.Platform), "closed payments")
	case SuspendPayouts, ResumePayouts:
		_, suspending := a.(SuspendPayouts)
		c, ok := s.Payouts.at(g.view)
		return need((ok && c.value) != suspending, either(suspending, "running payouts", "suspended payouts"))
	case AdoptPolicy, RecordAnnouncement:
	}
	return ""
}

func (g *gatherer) decreeTotals(s *ProgrammeState, d DecreeBody) {
	w, ok := s.Waves[d.Wave]
	if !ok {
		return
	}
	taken := 0
	for _, other := range s.Decrees {
		if other.value.Wave == d.Wave {
			taken += other.value.Count
		}
	}
	g.f.CountLeft = new(w.value.Quota - taken - d.Count)
	if p, ref := s.Policy(w.value.Scheme, g.view); p != nil {
		one := p.Entitlement.Package()
		g.f.Expected, g.f.Given = new(times(one, d.Count)), new(d.Total)
		g.ref("amounts", ref)
	}
}

func times(p Purses, n int) Purses {
	return Purses{p.Training.Times(n), p.JobSearch.Times(n), p.Survey.Times(n)}
}

func (g *gatherer) missingAtPlatform(s *PlatformState) string {
	partner := func() bool { c, ok := s.Partner.at(g.view); return ok && c.value }
	token := func(id TokenID) string {
		_, ok := s.Tokens[id]
		return need(ok, "token "+string(id))
	}
	act, _ := g.cmd.Act.(PlatformAct)
	switch a := act.(type) {
	case AdmitPlatform:
		return need(!partner(), "a platform that is no partner")
	case RemovePlatform:
		return need(partner(), "a partner")
	case IssueToken:
		return need(partner(), "a partner")
	case RotateToken:
		return token(a.Token)
	case RevokeToken:
		return token(a.Token)
	case ReportCatalogue:
		return need(partner(), "a partner")
	}
	return ""
}

func (g *gatherer) missingAtInstitution(s *InstitutionState) string {
	c, seen := s.Standing.at(g.view)
	act, _ := g.cmd.Act.(InstitutionAct)
	switch act.(type) {
	case SuspendInstitution:
		return need(seen && c.value == "approved", "an approved institution")
	case RemoveInstitution:
		return need(seen && c.value != "removed", "an approved or suspended institution")
	case ApproveInstitution:
	}
	return ""
}

func (g *gatherer) missingInCourse(s *CourseState) string {
	c, seen := s.Standing.at(g.view)
	state := ""
	if seen {
		state = c.value.State
	}
	act, _ := g.cmd.Act.(CourseAct)
	switch a := act.(type) {
	case ApproveCourse:
		return need(seen && state != "approved", "a submission")
	case RejectCourse:
		return need(state == "submitted", "a submission")
	case WithdrawCourse:
		return need(state == "approved", "an approval")
	case OfferCourse, OpenSchedule:
		return need(seen, "a submitted course")
	case EndOffer:
		h, ok := s.Offers[a.Platform]
		if ok {
			o, offered := h.at(g.view)
			ok = offered && o.value.Offered
		}
		return need(ok, "an offer on "+string(a.Platform))
	case CloseSchedule:
		_, ok := s.Schedules[a.Schedule]
		return need(ok, "class "+string(a.Schedule))
	case SubmitCourse:
	}
	return ""
}

func (g *gatherer) fund(s *FundState) {
	act, _ := g.cmd.Act.(FundAct)
	switch a := act.(type) {
	case ReturnFunds:
		g.f.Left = new(s.Received.Sub(s.Returned).Sub(a.Amount))
	case InstructCredit:
		g.tranche(s, a)
	case ReceiveFunds:
	}
}

// tranche gathers what a tranche may still cover: people of the decree, money of the fund.
func (g *gatherer) tranche(s *FundState, a InstructCredit) {
	f := g.f
	d, ok := g.reg.Programme.Decrees[a.Decree]
	if !ok || !seen(g.view, &d) {
		f.Missing = "decree " + string(a.Decree)
		return
	}
	instructed, left := Money{}, d.value.Count
	for _, t := range s.Tranches {
		instructed = instructed.Add(t.Total.Total())
		if t.Decree == a.Decree {
			left -= t.Count
		}
	}
	f.CountLeft = new(left - a.Count)
	f.Left = new(s.Received.Sub(s.Returned).Sub(instructed).Sub(a.Total.Total()))
	if w, known := g.reg.Programme.Waves[d.value.Wave]; known {
		if p, ref := g.reg.Programme.Policy(w.value.Scheme, g.view); p != nil {
			f.Expected, f.Given = new(times(p.Entitlement.Package(), a.Count)), new(a.Total)
			g.ref("amounts", ref)
		}
	}
}

func (g *gatherer) settlement() {
	var body SettlementBody
	act, _ := g.cmd.Act.(SettlementAct)
	switch a := act.(type) {
	case ApprovePartnerPayment:
		body = a.SettlementBody
	case RecordPartnerPaid:
		body = a.SettlementBody
	}
	var sum Money
	for _, l := range body.Lines {
		sum = sum.Add(l.Amount)
	}
	g.f.Expected, g.f.Given = new(Purses{Training: sum}), new(Purses{Training: body.Total})
}

func (g *gatherer) missingInAction(s *ActionState) string {
	act, _ := g.cmd.Act.(ActionAct)
	switch a := act.(type) {
	case ApproveAction:
		if s.Proposed.set && s.ProposedBy == g.cmd.Actor.ID {
			g.f.Action, g.f.Authority = "same_person", string(s.Proposal.Authority.Number)
		}
		return need(s.Proposed.set && !s.Declined.set, "an open proposal")
	case DeclineAction:
		return need(s.Proposed.set && !s.Approved.set, "an open proposal")
	case ProposeAction:
		spec, ok := SpecNamed(a.Command)
		return need(ok && spec.Second, "a type of act that needs a second person")
	}
	return ""
}

// missingInLimit is what a reservation refers to: a class with seats, a wave with places.
func (g *gatherer) missingInLimit(s *LimitState) string {
	switch a := g.cmd.Act.(type) { //nolint:gochecksumtype // the two sums below cover the acts on limits; their switches are exhaustive
	case SeatAct:
		switch a := a.(type) {
		case ReserveSeat:
			return g.seats(s, a)
		case ReleaseSeat:
			return need(s.Held[a.For.String()] >= a.Seats, "a reservation")
		}
	case BudgetAct:
		switch a := a.(type) {
		case ReserveBudget:
			w, ok := g.reg.Programme.Waves[a.Wave]
			ok = ok && seen(g.view, &w) // as every node sees it
			if ok {
				g.f.CountLeft = new(w.value.Quota - s.Taken() - a.Count)
			}
			return need(ok, "the wave")
		case ReleaseBudget:
			return need(s.Held[string(a.Reference)] >= a.Count, "a reservation")
		}
	}
	return ""
}

func (g *gatherer) seats(s *LimitState, a ReserveSeat) string {
	course, ok := g.reg.Schedules[a.Schedule]
	if !ok {
		return "class " + string(a.Schedule)
	}
	g.consult(CourseStreamOf(course))
	if h, open := g.reg.Courses[course].Schedules[a.Schedule]; open {
		if sch, seen := h.at(g.view); seen {
			g.f.CountLeft = new(sch.value.Capacity - s.Taken() - a.Seats)
			g.ref("budget", sch.ref)
			return ""
		}
	}
	return "class " + string(a.Schedule)
}

func (g *gatherer) missingInCase(s *CaseState) string {
	act, _ := g.cmd.Act.(CaseAct)
	switch act.(type) {
	case AnswerComplaint:
		return need(s.Complained.set, "a complaint")
	case ResolveDispute:
		c, ok := s.Open.at(g.view)
		return need(ok && c.value, "an open dispute")
	case RecordComplaint, OpenDispute:
	}
	return ""
}
