package domain

import (
	"time"

	"github.com/google/uuid"
)

// ---- folds of the streams that many people share: fund, settlement, intake, seats and budgets, actions, cases, audit ----

// trancheState is an instructed tranche of credits.
type trancheState struct {
	TrancheBody
	ref EventRef
}

// FundState is the fold of a fund stream. Its balance knows receipts and returns to the treasury only; what went to people
// stands in their streams and is added up by the read models.
type FundState struct {
	Common
	Received, Returned Money
	Tranches           map[Reference]*trancheState
}

func (s *FundState) evolve(e Recorded) {
	fact, ok := e.Fact.(FundEvent)
	if !s.note(e) || !ok {
		return
	}
	switch f := fact.(type) {
	case FundsReceived:
		s.Received = s.Received.Add(f.Amount)
	case FundsReturned:
		s.Returned = s.Returned.Add(f.Amount)
	case CreditInstructed:
		s.Tranches[f.Reference] = &trancheState{f.TrancheBody, e.Ref()}
	case FundActRefused:
	}
}

// SettlementState is the fold of one settlement file.
type SettlementState struct {
	Common
	Approved, PaidTotal Money
	Paid                map[string]Money // subject/invoice
}

func (s *SettlementState) evolve(e Recorded) {
	fact, ok := e.Fact.(SettlementEvent)
	if !s.note(e) || !ok {
		return
	}
	switch f := fact.(type) {
	case PartnerPaymentApproved:
		s.Approved = s.Approved.Add(f.Total)
	case PartnerPaid:
		s.PaidTotal = s.PaidTotal.Add(f.Total)
		for _, l := range f.Lines {
			s.Paid[l.Participant.String()+"/"+string(l.Invoice)] = l.Amount
		}
	case SettlementActRefused:
	}
}

// IntakeState is the fold of a platform's intake.
type IntakeState struct {
	Common
	Tallies      []change[TallyBody]
	Misses       []change[MissBody]
	Unattributed []change[UnattributedBody]
}

func (s *IntakeState) evolve(e Recorded) {
	fact, ok := e.Fact.(IntakeEvent)
	if !s.note(e) || !ok {
		return
	}
	switch f := fact.(type) {
	case IntakeTallied:
		s.Tallies = append(s.Tallies, change[TallyBody]{f.TallyBody, f.Minute, e.Ref(), e.Meta.RecordedAt})
	case LookupsMissed:
		s.Misses = append(s.Misses, change[MissBody]{f.MissBody, f.Hour, e.Ref(), e.Meta.RecordedAt})
	case PurchaseUnattributed:
		s.Unattributed = append(s.Unattributed, change[UnattributedBody]{f.UnattributedBody, e.Meta.ReceivedAt, e.Ref(), e.Meta.RecordedAt})
	case IntakeActRefused:
	}
}

// LimitState is the fold of a limit that many people share: the seats of a class, the budget of a wave.
type LimitState struct {
	Common
	Held  map[string]int   // by command or reference
	Money map[string]Money // budgets only
}

// Taken is how many places are reserved.
func (s *LimitState) Taken() int {
	n := 0
	for _, h := range s.Held {
		n += h
	}
	return n
}

// Reserved is how much money is reserved.
func (s *LimitState) Reserved() Money {
	var m Money
	for _, h := range s.Money {
		m = m.Add(h)
	}
	return m
}

func (s *LimitState) evolve(e Recorded) {
	if !s.note(e) {
		return
	}
	switch f := e.Fact.(type) {
	case SeatReserved:
		s.Held[f.For.String()] += f.Seats
	case SeatReleased:
		s.give(f.For.String(), f.Seats)
	case BudgetReserved:
		s.Held[string(f.Reference)] += f.Count
		s.Money[string(f.Reference)] = s.Money[string(f.Reference)].Add(f.Amount)
	case BudgetReleased:
		s.give(string(f.Reference), f.Count)
		s.Money[string(f.Reference)] = s.Money[string(f.Reference)].Sub(f.Amount)
	}
}

func (s *LimitState) give(key string, n int) {
	s.Held[key] -= n
	if s.Held[key] <= 0 {
		delete(s.Held, key)
	}
}

// ActionState is the fold of an action that needs a second person.
type ActionState struct {
	Common
	Proposal   ProposalBody
	Proposed   mark
	ProposedBy uuid.UUID
	Approved   mark
	ApprovedBy uuid.UUID
	Until      *time.Time
	Declined   mark
}

func (s *ActionState) evolve(e Recorded) {
	fact, ok := e.Fact.(ActionEvent)
	if !s.note(e) || !ok {
		return
	}
	switch f := fact.(type) {
	case ActionProposed:
		if !s.Proposed.set {
			s.Proposal, s.Proposed, s.ProposedBy = f.ProposalBody, markOf(e), e.Meta.Actor.ID
		}
	case ActionApproved:
		if !s.Approved.set {
			s.Approved, s.ApprovedBy, s.Until = markOf(e), e.Meta.Actor.ID, f.Until
		}
	case ActionDeclined:
		markFirst(&s.Declined, e)
	case ActionActRefused:
	}
}

// CaseState is the fold of a complaint or dispute.
type CaseState struct {
	Common
	Participant Stream // whose dispute; empty for a complaint of nobody in particular
	Complaint   ComplaintBody
	Complained  mark
	Answered    mark
	Open        history[bool] // a dispute is open
}

func (s *CaseState) evolve(e Recorded) {
	fact, ok := e.Fact.(CaseEvent)
	if !s.note(e) || !ok {
		return
	}
	switch f := fact.(type) {
	case ComplaintRecorded:
		s.Complaint = f.ComplaintBody
		markFirst(&s.Complained, e)
	case ComplaintAnswered:
		markFirst(&s.Answered, e)
	case DisputeOpened:
		s.Participant = ParticipantStreamOf(f.Participant)
		s.Open.add(e, true)
	case DisputeResolved:
		s.Participant = ParticipantStreamOf(f.Participant)
		s.Open.add(e, false)
	case CaseActRefused:
	}
}

// AuditState is the fold of the audit's own stream.
type AuditState struct {
	Common
	Closed []change[PeriodBody]
}

func (s *AuditState) evolve(e Recorded) {
	fact, ok := e.Fact.(AuditEvent)
	if !s.note(e) || !ok {
		return
	}
	switch f := fact.(type) {
	case PeriodClosed:
		s.Closed = append(s.Closed, change[PeriodBody]{f.PeriodBody, e.Meta.ReceivedAt, e.Ref(), e.Meta.RecordedAt})
	case SampleDrawn, RetentionRuleAdopted, AuditActRefused:
	}
}
