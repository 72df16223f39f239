package domain

import "slices"

// missingForPerson is what an act on a person refers to and is not there.
func (g *gatherer) missingForPerson(s *ParticipantState) string {
	switch a := g.cmd.Act.(type) { //nolint:gochecksumtype // the sums below cover the acts on a person; each of their switches is exhaustive
	case DeterminationAct:
		return g.missingForDetermination(s, a)
	case TrainingAct:
		return g.missingForTraining(s, a)
	case CertificateAct:
		return g.missingForCertificate(s, a)
	case AccountAct:
		return missingForAccount(s, a)
	case IncentiveAct:
		return g.missingForIncentive(s, a)
	case EndAct:
		return g.missingAtEnd(s, a)
	}
	return "" // purchases have a rule set of their own
}

func (g *gatherer) missingForDetermination(s *ParticipantState, a DeterminationAct) string {
	switch a := a.(type) {
	case DetermineRecipient:
		return g.determination(a)
	case CreditBalance:
		g.credit(s, a)
	case RecordNotification, RecordDataCompleted, IssueCard:
	}
	return need(s.Determined.set, "a determination")
}

func (g *gatherer) missingForTraining(s *ParticipantState, a TrainingAct) string {
	switch a := a.(type) {
	case RecordVoucherIssued:
		return need(s.purchaseOf(a.Platform, a.Invoice) != nil, "a purchase with this order number")
	case RecordTrainingStarted:
		return bought(s, a.Course)
	case RecordTrainingCompleted:
		return bought(s, a.Course)
	case ReportCompletion:
		return completed(s, a.Course)
	case ExchangeVoucher: // exchange/1
	}
	return ""
}

func (g *gatherer) missingForCertificate(s *ParticipantState, a CertificateAct) string {
	switch a := a.(type) {
	case RecordCertificateIssued:
		return completed(s, a.Course)
	case RevokeCertificate:
		x := s.standing(a.Course)
		return need(x != nil && x.Training.Accepted.set, "an accepted certificate")
	case RecordRating:
		return bought(s, a.Course)
	case RecordReview:
		return bought(s, a.Course)
	case VerifyCertificate: // certificate/1
	}
	return ""
}

func bought(s *ParticipantState, c CourseCode) string {
	x := s.standing(c)
	return need(x != nil && !x.Cancelled.set, "a purchase of course "+string(c))
}

func completed(s *ParticipantState, c CourseCode) string {
	x := s.standing(c)
	return need(x != nil && x.Training.Completed.set, "a completed training")
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
	g.f.Expected, g.f.Given = new(p.Entitlement.Package()), new(a.Package)
	g.ref("amounts", ref)
	return ""
}

// credit gathers the tranche and what a credit should amount to.
func (g *gatherer) credit(s *ParticipantState, a CreditBalance) {
	if s.Determined.set {
		g.f.Expected, g.f.Given = new(s.Determination.Package), new(a.Amounts)
		g.own("amounts", s.Determined, "RecipientDetermined")
	}
}

func missingForAccount(s *ParticipantState, a AccountAct) string {
	switch a := a.(type) {
	case RecordAccountCheck:
		return need(s.Account.Partner == a.Partner, "a linked account at "+string(a.Partner))
	case UnlinkPayoutAccount:
		return need(s.Account.Partner == a.Partner, "a linked account at "+string(a.Partner))
	case LinkPayoutAccount: // account/1
	}
	return ""
}

// inState says which state of an incentive is missing.
func inState(s *ParticipantState, k IncentiveKey, states ...string) string {
	x := s.incentive(k)
	return need(x != nil && slices.Contains(states, x.State) && !x.Disbursed.set, "an incentive that is "+states[0])
}

// payoutHeld says what stops every payout to a person, also one that was scheduled before.
func (g *gatherer) payoutHeld(s *ParticipantState) string {
	if c, ok := g.reg.Programme.Payouts.at(g.view); ok && c.value {
		g.ref("payouts", c.ref)
		return "payouts that go on"
	}
	if s.Held.set {
		return "a balance that is not held"
	}
	return need(!s.Revoked.set, "a participation that goes on")
}

func (g *gatherer) missingForIncentive(s *ParticipantState, a IncentiveAct) string {
	switch a := a.(type) {
	case InstructIncentive:
		g.f.Left = new(s.Balance.Get(a.Kind.Purse()).Sub(g.incentiveAmount(s, a.IncentiveKey)))
		if held := g.payoutHeld(s); held != "" {
			return held
		}
		if s.Account.Partner != a.Partner {
			return "a linked account at " + string(a.Partner)
		}
		return inState(s, a.IncentiveKey, "scheduled")
	case ConfirmIncentive:
		return g.instruction(s, a.IncentiveKey, a.Instruction)
	case RecordIncentiveFailure:
		return g.instruction(s, a.IncentiveKey, a.Instruction)
	case ReviewIncentive:
		return inState(s, a.IncentiveKey, "failed")
	case RescheduleIncentive:
		return inState(s, a.IncentiveKey, "failed", "under_review", "scheduled")
	case OpenSurvey:
		x := s.incentive(IncentiveKey{JobSearch, 1})
		return need(x != nil && x.Disbursed.set, "a paid first incentive")
	case RecordSurveyCompleted:
		x, ok := s.Surveys[a.N]
		return need(ok && x.Opened.set, "an opened survey")
	case ScheduleIncentive: // incentive/1
	}
	return ""
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

func (g *gatherer) missingAtEnd(s *ParticipantState, a EndAct) string {
	switch a := a.(type) {
	case HoldBalance:
		if s.Held.set {
			return "a balance that is not held"
		}
		return need(s.Determined.set, "a determination")
	case ReleaseBalance:
		return need(s.Held.set, "a held balance")
	case RestoreParticipation:
		return need(s.Revoked.set, "a revocation")
	case LapsePurse:
		return g.lapse(s, a.Cause)
	case ReturnBalance:
		return need(s.Revoked.set && (!s.Balance.IsZero() || !s.Committed.IsZero()), "a revoked participation with something left")
	case RecordRepayment:
		return need(s.DemandedAt.set, "a demand")
	case ReferRepayment:
		return need(s.DemandedAt.set && g.cmd.ReceivedAt.After(s.DemandDue.End()), "a demand whose days have passed")
	case BlacklistParticipant, DemandRepayment, EraseSubject:
		return need(s.Determined.set, "a determination")
	case RevokeParticipation, RecordCorrection: // revocation/1; a correction may annotate anything
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
