package domain

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
	case a.Proposal.Command != g.spec.Name || on != "" && Stream(on) != g.cmd.Act.Stream():
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
	if key := naturalKey(accepted(g.cmd, g.state, Grounds{Facts: *f, Policy: g.g.Policy})); key != "" {
		if rev, done := g.state.common().done(key); done {
			f.DoneBefore = ptr(CompactRef{g.state.common().Stream, rev, g.spec.Accepted})
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
	switch a := g.cmd.Act.(type) {
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
		return need(!closed(a.Scope, a.Platform), "open payments")
	case UpdatePaymentGateNotice:
		return need(closed(a.Scope, a.Platform), "closed payments")
	case OpenPaymentGate:
		return need(closed(a.Scope, a.Platform), "closed payments")
	case SuspendPayouts, ResumePayouts:
		_, suspending := a.(SuspendPayouts)
		c, ok := s.Payouts.at(g.view)
		return need((ok && c.value) != suspending, either(suspending, "running payouts", "suspended payouts"))
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
	g.f.CountLeft = ptr(w.Quota - taken - d.Count)
	if p, ref := s.Policy(w.Scheme, g.view); p != nil {
		one := p.Entitlement.Package()
		g.f.Expected, g.f.Given = ptr(times(one, d.Count)), ptr(d.Total)
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
	switch a := g.cmd.Act.(type) {
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
	switch g.cmd.Act.(type) {
	case SuspendInstitution:
		return need(seen && c.value == "approved", "an approved institution")
	case RemoveInstitution:
		return need(seen && c.value != "removed", "an approved or suspended institution")
	}
	return ""
}

func (g *gatherer) missingInCourse(s *CourseState) string {
	c, seen := s.Standing.at(g.view)
	state := ""
	if seen {
		state = c.value.State
	}
	switch a := g.cmd.Act.(type) {
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
	}
	return ""
}

func (g *gatherer) missingForPerson(s *ParticipantState) string {
	determined := need(s.Determined.set, "a determination")
	switch a := g.cmd.Act.(type) {
	case DetermineRecipient:
		return g.determination(a)
	case CreditBalance:
		g.credit(s, a)
		return determined
	case RecordNotification, RecordDataCompleted, IssueCard, HoldBalance, BlacklistParticipant, DemandRepayment, EraseSubject:
		if _, hold := a.(HoldBalance); hold && s.Held.set {
			return "a balance that is not held"
		}
		return determined
	case RecordVoucherIssued:
		return need(s.purchaseOf(a.Platform, a.Invoice) != nil, "a purchase with this order number")
	case RecordTrainingStarted:
		return g.bought(s, a.Course)
	case RecordTrainingCompleted:
		return g.bought(s, a.Course)
	case ReportCompletion:
		x := s.standing(a.Course)
		return need(x != nil && x.Training.Completed.set, "a completed training")
	case RecordCertificateIssued:
		x := s.standing(a.Course)
		return need(x != nil && x.Training.Completed.set, "a completed training")
	case RevokeCertificate:
		x := s.standing(a.Course)
		return need(x != nil && x.Training.Accepted.set, "an accepted certificate")
	case RecordRating:
		return g.bought(s, a.Course)
	case RecordReview:
		return g.bought(s, a.Course)
	}
	return g.missingForPayout(s)
}

func (g *gatherer) bought(s *ParticipantState, c CourseCode) string {
	x := s.standing(c)
	return need(x != nil && !x.Cancelled.set, "a purchase of course "+string(c))
}

// determination gathers decree, wave and package.
func (g *gatherer) determination(a DetermineRecipient) string {
	pr := g.reg.Programme
	d, ok := pr.Decrees[a.Decree]
	if !ok || !seen(g.view, &d) {
		return "decree " + string(a.Decree)
	}
	g.ref("decree", d.ref)
	if d.value.Wave != a.Wave || a.Line > d.value.Count {
		return "line " + itoa(a.Line) + " of wave " + itoa(a.Wave) + " in decree " + string(a.Decree)
	}
	p, ref := pr.Policy(a.Policy, g.view)
	if p == nil {
		return "policy " + string(a.Policy)
	}
	g.f.Expected, g.f.Given = ptr(p.Entitlement.Package()), ptr(a.Package)
	g.ref("amounts", ref)
	return ""
}

// credit gathers the tranche and what a credit should amount to.
func (g *gatherer) credit(s *ParticipantState, a CreditBalance) {
	if s.Determined.set {
		g.f.Expected, g.f.Given = ptr(s.Determination.Package), ptr(a.Amounts)
		g.own("amounts", s.Determined, "RecipientDetermined")
	}
}

// missingForPayout is missingForPerson for accounts, incentives, surveys and the end of a participation.
func (g *gatherer) missingForPayout(s *ParticipantState) string {
	inState := func(k IncentiveKey, states ...string) string {
		x := s.incentive(k)
		for _, want := range states {
			if x != nil && x.State == want {
				return ""
			}
		}
		return "an incentive that is " + states[0]
	}
	switch a := g.cmd.Act.(type) {
	case RecordAccountCheck:
		return need(s.Account.Partner == a.Partner, "a linked account at "+string(a.Partner))
	case UnlinkPayoutAccount:
		return need(s.Account.Partner == a.Partner, "a linked account at "+string(a.Partner))
	case InstructIncentive:
		g.f.Left = ptr(s.Balance.Get(a.Kind.Purse()).Sub(g.incentiveAmount(s, a.IncentiveKey)))
		if s.Account.Partner != a.Partner {
			return "a linked account at " + string(a.Partner)
		}
		return inState(a.IncentiveKey, "scheduled")
	case ConfirmIncentive:
		return g.instruction(s, a.IncentiveKey, a.Instruction)
	case RecordIncentiveFailure:
		return g.instruction(s, a.IncentiveKey, a.Instruction)
	case ReviewIncentive:
		return inState(a.IncentiveKey, "failed")
	case RescheduleIncentive:
		return inState(a.IncentiveKey, "failed", "under_review", "scheduled")
	case OpenSurvey:
		x := s.incentive(IncentiveKey{JobSearch, 1})
		return need(x != nil && x.Disbursed.set, "a paid first incentive")
	case RecordSurveyCompleted:
		x, ok := s.Surveys[a.N]
		return need(ok && x.Opened.set, "an opened survey")
	}
	return g.missingAtEnd(s)
}

func (g *gatherer) instruction(s *ParticipantState, k IncentiveKey, ref Reference) string {
	x := s.incentive(k)
	return need(x != nil && x.State == "instructed" && x.Instruction == ref, "an instruction "+string(ref)+" without an answer")
}

func (g *gatherer) incentiveAmount(s *ParticipantState, k IncentiveKey) Money {
	if x := s.incentive(k); x != nil && !x.Amount.IsZero() {
		return x.Amount
	}
	if g.g.Policy != nil {
		return g.g.Policy.Entitlement.Series(k.Kind).Amount
	}
	return Money{}
}

func (g *gatherer) missingAtEnd(s *ParticipantState) string {
	switch a := g.cmd.Act.(type) {
	case ReleaseBalance:
		return need(s.Held.set, "a held balance")
	case RestoreParticipation:
		return need(s.Revoked.set, "a revocation")
	case LapsePurse:
		return g.lapse(s, a.Cause)
	case ReturnBalance:
		return need(s.Revoked.set && !(s.Balance.IsZero() && s.Committed.IsZero()), "a revoked participation with something left")
	case RecordRepayment:
		return need(s.DemandedAt.set, "a demand")
	case ReferRepayment:
		return need(s.DemandedAt.set && g.cmd.ReceivedAt.After(s.DemandDue.End()), "a demand whose days have passed")
	}
	return ""
}

// lapse says what stands against a purse's lapse: after the last day only, and each cause its own condition.
func (g *gatherer) lapse(s *ParticipantState, cause LapseCause) string {
	if g.g.Policy == nil || s.Revoked.set {
		return "a participation that goes on"
	}
	if !g.cmd.ReceivedAt.After(g.g.Policy.PeriodEnd()) && cause != SurveyMissed {
		return "the end of the last day of purchases"
	}
	x := s.first()
	finished := x != nil && x.Training.Accepted.set && !x.Training.RevokedCertificate.set
	switch cause {
	case TrainingNotDone:
		return need(!finished, "an unfinished first training")
	case SurveyMissed:
		missed := false
		for _, v := range s.Surveys {
			missed = missed || v.Opened.set && !v.Done.set && g.cmd.ReceivedAt.After(v.ClosesOn.End())
		}
		return need(missed, "a missed survey")
	case PeriodEnded:
		return need(!s.Balance.Training.IsZero(), "something left in the training purse")
	case AfterRevocation, ReturnedByPartner:
	}
	return "a cause of a lapse"
}

func (g *gatherer) fund(s *FundState) {
	f := g.f
	switch a := g.cmd.Act.(type) {
	case ReturnFunds:
		f.Left = ptr(s.Received.Sub(s.Returned).Sub(a.Amount))
	case InstructCredit:
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
		f.CountLeft = ptr(left - a.Count)
		f.Left = ptr(s.Received.Sub(s.Returned).Sub(instructed).Sub(a.Total.Total()))
		if w, known := g.reg.Programme.Waves[d.value.Wave]; known {
			if p, ref := g.reg.Programme.Policy(w.Scheme, g.view); p != nil {
				f.Expected, f.Given = ptr(times(p.Entitlement.Package(), a.Count)), ptr(a.Total)
				g.ref("amounts", ref)
			}
		}
	}
}

func (g *gatherer) settlement() {
	var body SettlementBody
	switch a := g.cmd.Act.(type) {
	case ApprovePartnerPayment:
		body = a.SettlementBody
	case RecordPartnerPaid:
		body = a.SettlementBody
	}
	var sum Money
	for _, l := range body.Lines {
		sum = sum.Add(l.Amount)
	}
	g.f.Expected, g.f.Given = ptr(Purses{Training: sum}), ptr(Purses{Training: body.Total})
}

func (g *gatherer) missingInAction(s *ActionState) string {
	switch a := g.cmd.Act.(type) {
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

func (g *gatherer) missingInLimit(s *LimitState) string {
	switch a := g.cmd.Act.(type) {
	case ReleaseSeat:
		return need(s.Held[a.For.String()] >= a.Seats, "a reservation")
	case ReleaseBudget:
		return need(s.Held[string(a.Reference)] >= a.Count, "a reservation")
	case ReserveBudget:
		w, ok := g.reg.Programme.Waves[g.budgetWave()]
		if ok {
			g.f.CountLeft = ptr(w.Quota - s.Taken() - a.Count)
		}
		return need(ok, "the wave")
	case ReserveSeat:
		return g.seats(s, a)
	}
	return ""
}

func (g *gatherer) budgetWave() int {
	if a, ok := g.cmd.Act.(ReserveBudget); ok {
		return a.Wave
	}
	return 0
}

func (g *gatherer) seats(s *LimitState, a ReserveSeat) string {
	course, ok := g.reg.Schedules[a.Schedule]
	if !ok {
		return "class " + string(a.Schedule)
	}
	g.consult(CourseStreamOf(course))
	if h, open := g.reg.Courses[course].Schedules[a.Schedule]; open {
		if sch, seen := h.at(g.view); seen {
			g.f.CountLeft = ptr(sch.value.Capacity - s.Taken() - a.Seats)
			g.ref("budget", sch.ref)
			return ""
		}
	}
	return "class " + string(a.Schedule)
}

func (g *gatherer) missingInCase(s *CaseState) string {
	switch g.cmd.Act.(type) {
	case AnswerComplaint:
		return need(s.Complained.set, "a complaint")
	case ResolveDispute:
		c, ok := s.Open.at(g.view)
		return need(ok && c.value, "an open dispute")
	}
	return ""
}
