package domain

import (
	"time"

	"github.com/google/uuid"
)

// ---- the second person, complaints and disputes, the audit's own acts ----

// ShownMessage is what a participant's screen showed, from a closed list: no free text from people.
type ShownMessage string

// Messages.
const (
	ShownNotFound      ShownMessage = "not_found"
	ShownTokenInvalid  ShownMessage = "token_invalid"
	ShownBalanceShort  ShownMessage = "balance_short"
	ShownPayoutFailed  ShownMessage = "payout_failed"
	ShownClassMissing  ShownMessage = "class_missing"
	ShownNoCertificate ShownMessage = "no_certificate"
	ShownRevoked       ShownMessage = "revoked"
	ShownOther         ShownMessage = "other"
)

// Values lists the admitted values.
func (ShownMessage) Values() []string {
	return []string{
		string(ShownNotFound), string(ShownTokenInvalid), string(ShownBalanceShort), string(ShownPayoutFailed), string(ShownClassMissing),
		string(ShownNoCertificate), string(ShownRevoked), string(ShownOther),
	}
}

// DisputeResult says how a dispute ended.
type DisputeResult string

// Results.
const (
	DisputeUpheld    DisputeResult = "upheld"
	DisputeDismissed DisputeResult = "dismissed"
	DisputeWithdrawn DisputeResult = "withdrawn"
)

// Values lists the admitted values.
func (DisputeResult) Values() []string {
	return []string{string(DisputeUpheld), string(DisputeDismissed), string(DisputeWithdrawn)}
}

type (
	// ProposalBody proposes an act that needs a second person: one act, or a batch of one kind.
	ProposalBody struct {
		Command   CommandName `json:"command" doc:"type of the act"`
		On        Stream      `json:"on,omitempty" doc:"stream of the act; empty for a batch over many streams"`
		Count     int         `json:"count" min:"1" max:"100000000" doc:"how many acts it covers at most"`
		Authority Authority   `json:"authority" doc:"document that empowers it"`
	}
	// ApprovalBody is the second person's word.
	ApprovalBody struct {
		Until *time.Time `json:"until,omitempty" doc:"the approval ends then"`
	}
	// DeclineBody is the second person's no.
	DeclineBody struct {
		Final bool `json:"final,omitempty" doc:"no new proposal wanted"`
	}
	// ComplaintBody is what a caller saw.
	ComplaintBody struct {
		Participant *uuid.UUID   `json:"participant,omitempty" doc:"who, if known"`
		Platform    PlatformCode `json:"platform,omitempty" doc:"where"`
		Course      CourseCode   `json:"course_code,omitempty" doc:"which course"`
		Shown       ShownMessage `json:"message_shown" doc:"what the screen said"`
		SeenFrom    time.Time    `json:"seen_from" doc:"from when"`
		SeenTo      time.Time    `json:"seen_to" doc:"until when"`
	}
	// AnswerBody is the answer that was given.
	AnswerBody struct {
		Reason   PartnerReason `json:"reason" doc:"reason code of the answer"`
		Evidence CheckName     `json:"evidence" doc:"grade: recorded, implied, general or none"`
		AsOf     Reference     `json:"as_of" doc:"position that the answer was computed from"`
	}
	// DisputeBody contests a decision about a person.
	DisputeBody struct {
		Participant uuid.UUID   `json:"participant" doc:"whose"`
		About       CommandName `json:"about" doc:"which kind of act is disputed"`
	}
	// ResolutionBody ends a dispute.
	ResolutionBody struct {
		Participant uuid.UUID     `json:"participant" doc:"whose"`
		Result      DisputeResult `json:"result" doc:"how it ended"`
	}
	// PeriodBody closes a period at a position of the log.
	PeriodBody struct {
		Period Reference `json:"period" doc:"such as 2020-08"`
		Number int       `json:"no" min:"0" max:"1000000000000" doc:"number of the last event in it"`
		Digest Digest    `json:"digest" doc:"root of the log up to it"`
		Totals Purses    `json:"totals" doc:"money left in the purses"`
	}
	// SampleBody is a sample that can't be drawn again until it is nice.
	SampleBody struct {
		Population Reference `json:"population" doc:"what was drawn from"`
		Method     CheckName `json:"method" doc:"random, stratified or mus"`
		Size       int       `json:"size" min:"1" max:"1000000" doc:"how many"`
		Seed       int       `json:"seed" min:"0" max:"2147483647" doc:"seed of the draw"`
		Number     int       `json:"no" min:"0" max:"1000000000000" doc:"number of the last event of the population"`
		Digest     Digest    `json:"digest" doc:"root of the log up to it"`
	}
	// RetentionBody adopts a rule of retention.
	RetentionBody struct {
		Class Reference    `json:"class" doc:"which records"`
		Years int          `json:"years" min:"1" max:"200" doc:"for how long"`
		Basis DecreeNumber `json:"basis" doc:"by which rule"`
	}
)

// Events of the second person, cases and the audit.
type (
	// ActionProposed asks for a second person.
	ActionProposed struct {
		ProposalBody
		Ruled
	}
	// ActionApproved is the second person's yes.
	ActionApproved struct {
		ApprovalBody
		Ruled
	}
	// ActionDeclined is the second person's no.
	ActionDeclined struct {
		DeclineBody
		Ruled
	}
	// ActionActRefused is the refusal of any act on an action.
	ActionActRefused struct{ RefusedAct }

	// ComplaintRecorded is what a caller saw.
	ComplaintRecorded struct {
		ComplaintBody
		Ruled
	}
	// ComplaintAnswered is what was answered.
	ComplaintAnswered struct {
		AnswerBody
		Ruled
	}
	// DisputeOpened contests a decision.
	DisputeOpened struct {
		DisputeBody
		Ruled
	}
	// DisputeResolved ends it.
	DisputeResolved struct {
		ResolutionBody
		Ruled
	}
	// CaseActRefused is the refusal of any act on a case.
	CaseActRefused struct{ RefusedAct }

	// PeriodClosed certifies totals by position.
	PeriodClosed struct {
		PeriodBody
		Ruled
	}
	// SampleDrawn fixes a sample.
	SampleDrawn struct {
		SampleBody
		Ruled
	}
	// RetentionRuleAdopted fixes how long records are kept.
	RetentionRuleAdopted struct {
		RetentionBody
		Ruled
	}
	// AuditActRefused is the refusal of any act of the audit.
	AuditActRefused struct{ RefusedAct }
)

// OnAction names the action whose stream an act is for.
type OnAction struct {
	Action uuid.UUID `json:"action" stream:"yes" doc:"random id of the action"`
}

// OnCase names the case whose stream an act is for.
type OnCase struct {
	Case CaseRef `json:"case" stream:"yes" doc:"reference of the case"`
}

// OnAudit marks an act of the audit.
type OnAudit struct{}

// Acts of the second person, cases and the audit.
type (
	// ProposeAction asks for a second person.
	ProposeAction struct {
		OnAction
		ProposalBody
	}
	// ApproveAction is a yes; it must come from somebody else.
	ApproveAction struct {
		OnAction
		ApprovalBody
	}
	// DeclineAction is a no.
	DeclineAction struct {
		OnAction
		DeclineBody
	}
	// RecordComplaint records what a caller saw.
	RecordComplaint struct {
		OnCase
		ComplaintBody
	}
	// AnswerComplaint records the answer.
	AnswerComplaint struct {
		OnCase
		AnswerBody
	}
	// OpenDispute contests a decision.
	OpenDispute struct {
		OnCase
		DisputeBody
	}
	// ResolveDispute ends a dispute.
	ResolveDispute struct {
		OnCase
		ResolutionBody
	}
	// ClosePeriod certifies totals.
	ClosePeriod struct {
		OnAudit
		PeriodBody
	}
	// DrawSample fixes a sample.
	DrawSample struct {
		OnAudit
		SampleBody
	}
	// AdoptRetentionRule fixes a retention.
	AdoptRetentionRule struct {
		OnAudit
		RetentionBody
	}
)
