package domain

import (
	"time"

	"github.com/google/uuid"
)

// Command is an act with everything that surrounds it. Time and ids come in with it: the domain has no clock and no dice.
type Command struct {
	ID          uuid.UUID  // CommandID(organisation, key): the same for every copy of the same request
	ReceivedAt  time.Time  // stamped at the edge; the only time a rule sees
	Effective   *time.Time // a claim about a fact, bounded by the policy
	Actor       Actor
	Origin      Origin // empty: the act's own default
	Source      *Source
	Authority   *Authority // the document, on acts that stand for one (decree, file, action)
	ActionID    *uuid.UUID // the approved action that this act carries out
	Correlation *uuid.UUID
	Causation   *uuid.UUID
	Act         Act
}

// Act is what a command asks for. It names its one stream from its own fields, before anything is decided.
//
//sumtype:decl
type Act interface {
	Stream() Stream
	isAct()
}

// Stream of the programme.
func (OnProgramme) Stream() Stream { return Programme }

// Stream of the platform.
func (o OnPlatform) Stream() Stream { return PlatformStreamOf(o.Platform) }

// Stream of the institution.
func (o OnInstitution) Stream() Stream { return InstitutionStreamOf(o.Institution) }

// Stream of the course.
func (o OnCourse) Stream() Stream { return CourseStreamOf(o.Course) }

// Stream of the person.
func (o OnParticipant) Stream() Stream { return ParticipantStreamOf(o.Participant) }

// Stream of the fund.
func (o OnFund) Stream() Stream { return FundStreamOf(o.Year) }

// Stream of the settlement file.
func (o OnSettlement) Stream() Stream { return SettlementStreamOf(o.Platform, o.File) }

// Stream of the class's seats.
func (o OnSeats) Stream() Stream { return SeatStreamOf(o.Schedule) }

// Stream of the wave's budget.
func (o OnBudget) Stream() Stream { return BudgetStreamOf(o.Wave) }

// Stream of the platform's intake.
func (o OnIntake) Stream() Stream { return IntakeStreamOf(o.Platform) }

// Stream of the action.
func (o OnAction) Stream() Stream { return ActionStreamOf(o.Action) }

// Stream of the case.
func (o OnCase) Stream() Stream { return CaseStreamOf(o.Case) }

// Stream of the audit.
func (OnAudit) Stream() Stream { return Audit }
