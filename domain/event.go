package domain

import "slices"

// Event is a fact in the log: a value, in the past tense, that never changes. Each belongs to exactly one kind of stream;
// the sealed sums of sums.go say which.
type Event interface{ Ruling() *Decision }

// Ruled is the part of an event that says how it was decided. Reported facts carry a decision only where checks failed.
type Ruled struct {
	Decision *Decision `json:"decision,omitempty"`
}

// Ruling is the decision behind the event, nil where there was none to make.
func (r Ruled) Ruling() *Decision { return r.Decision }

// RefusedAct is the refusal of an act that has no refusal of its own: what was asked, word by word, and why not.
type RefusedAct struct {
	Command CommandName    `json:"command"`
	Act     map[string]any `json:"act"`
	Ruled
}

// eventEntry is a row of the table of event types.
type eventEntry struct {
	name   EventName
	kind   StreamKind
	decode func([]byte) (Event, error)
	zero   Event
}

func event[E Event](name EventName, kind StreamKind) eventEntry {
	var zero E
	return eventEntry{name, kind, decodeEvent[E], zero}
}

// eventTable lists every event type under its explicit name. A name, once released, is never used for anything else.
func eventTable() []eventEntry {
	return slices.Concat(registryEvents(), participantEvents(), sharedEvents())
}

func registryEvents() []eventEntry {
	return []eventEntry{
		event[PolicyAdopted]("PolicyAdopted", ProgrammeStream),
		event[WaveOpened]("WaveOpened", ProgrammeStream),
		event[WaveClosed]("WaveClosed", ProgrammeStream),
		event[DecreeRegistered]("DecreeRegistered", ProgrammeStream),
		event[FirstPurchaseDeadlineSet]("FirstPurchaseDeadlineSet", ProgrammeStream),
		event[FirstPurchaseDeadlineExtended]("FirstPurchaseDeadlineExtended", ProgrammeStream),
		event[PaymentGateClosed]("PaymentGateClosed", ProgrammeStream),
		event[PaymentGateNoticeUpdated]("PaymentGateNoticeUpdated", ProgrammeStream),
		event[PaymentGateOpened]("PaymentGateOpened", ProgrammeStream),
		event[PayoutsSuspended]("PayoutsSuspended", ProgrammeStream),
		event[PayoutsResumed]("PayoutsResumed", ProgrammeStream),
		event[AnnouncementRecorded]("AnnouncementRecorded", ProgrammeStream),
		event[ProgrammeActRefused]("ProgrammeActRefused", ProgrammeStream),

		event[PlatformJoined]("PlatformJoined", PlatformStream),
		event[PlatformLeft]("PlatformLeft", PlatformStream),
		event[TokenIssued]("TokenIssued", PlatformStream),
		event[TokenRotated]("TokenRotated", PlatformStream),
		event[TokenRevoked]("TokenRevoked", PlatformStream),
		event[CatalogueReported]("CatalogueReported", PlatformStream),
		event[PlatformActRefused]("PlatformActRefused", PlatformStream),

		event[InstitutionApproved]("InstitutionApproved", InstitutionStream),
		event[InstitutionSuspended]("InstitutionSuspended", InstitutionStream),
		event[InstitutionRemoved]("InstitutionRemoved", InstitutionStream),
		event[InstitutionActRefused]("InstitutionActRefused", InstitutionStream),

		event[CourseSubmitted]("CourseSubmitted", CourseStream),
		event[CourseApproved]("CourseApproved", CourseStream),
		event[CourseRejected]("CourseRejected", CourseStream),
		event[CourseWithdrawn]("CourseWithdrawn", CourseStream),
		event[CourseOffered]("CourseOffered", CourseStream),
		event[OfferEnded]("OfferEnded", CourseStream),
		event[ScheduleOpened]("ScheduleOpened", CourseStream),
		event[ScheduleClosed]("ScheduleClosed", CourseStream),
		event[CourseActRefused]("CourseActRefused", CourseStream),
	}
}

func participantEvents() []eventEntry {
	return []eventEntry{
		event[RecipientDetermined]("RecipientDetermined", ParticipantStream),
		event[DeterminationNotified]("DeterminationNotified", ParticipantStream),
		event[ParticipantDataCompleted]("ParticipantDataCompleted", ParticipantStream),
		event[CardIssued]("CardIssued", ParticipantStream),
		event[BalanceCredited]("BalanceCredited", ParticipantStream),
		event[ParticipantActRefused]("ParticipantActRefused", ParticipantStream),
		event[CoursePurchased]("CoursePurchased", ParticipantStream),
		event[PurchaseRefused]("PurchaseRefused", ParticipantStream),
		event[PurchaseCancelled]("PurchaseCancelled", ParticipantStream),
		event[PurchaseCancellationRefused]("PurchaseCancellationRefused", ParticipantStream),
		event[VoucherIssued]("VoucherIssued", ParticipantStream),
		event[VoucherExchanged]("VoucherExchanged", ParticipantStream),
		event[VoucherExchangeRefused]("VoucherExchangeRefused", ParticipantStream),
		event[TrainingStarted]("TrainingStarted", ParticipantStream),
		event[TrainingCompleted]("TrainingCompleted", ParticipantStream),
		event[CompletionReported]("CompletionReported", ParticipantStream),
		event[CertificateIssued]("CertificateIssued", ParticipantStream),
		event[CertificateAccepted]("CertificateAccepted", ParticipantStream),
		event[CertificateRefused]("CertificateRefused", ParticipantStream),
		event[CertificateRevoked]("CertificateRevoked", ParticipantStream),
		event[RatingGiven]("RatingGiven", ParticipantStream),
		event[ReviewGiven]("ReviewGiven", ParticipantStream),
		event[PayoutAccountLinked]("PayoutAccountLinked", ParticipantStream),
		event[PayoutAccountLinkRefused]("PayoutAccountLinkRefused", ParticipantStream),
		event[PayoutAccountVerified]("PayoutAccountVerified", ParticipantStream),
		event[PayoutAccountUnlinked]("PayoutAccountUnlinked", ParticipantStream),
		event[IncentiveScheduled]("IncentiveScheduled", ParticipantStream),
		event[IncentiveRefused]("IncentiveRefused", ParticipantStream),
		event[IncentiveInstructed]("IncentiveInstructed", ParticipantStream),
		event[IncentiveDisbursed]("IncentiveDisbursed", ParticipantStream),
		event[IncentiveFailed]("IncentiveFailed", ParticipantStream),
		event[IncentiveUnderReview]("IncentiveUnderReview", ParticipantStream),
		event[IncentiveRescheduled]("IncentiveRescheduled", ParticipantStream),
		event[SurveyOpened]("SurveyOpened", ParticipantStream),
		event[SurveyCompleted]("SurveyCompleted", ParticipantStream),
		event[BalanceHeld]("BalanceHeld", ParticipantStream),
		event[BalanceReleased]("BalanceReleased", ParticipantStream),
		event[ParticipationRevoked]("ParticipationRevoked", ParticipantStream),
		event[RevocationRefused]("RevocationRefused", ParticipantStream),
		event[Blacklisted]("Blacklisted", ParticipantStream),
		event[ParticipationRestored]("ParticipationRestored", ParticipantStream),
		event[PurseLapsed]("PurseLapsed", ParticipantStream),
		event[BalanceReturned]("BalanceReturned", ParticipantStream),
		event[RepaymentDemanded]("RepaymentDemanded", ParticipantStream),
		event[RepaymentReceived]("RepaymentReceived", ParticipantStream),
		event[RepaymentReferred]("RepaymentReferred", ParticipantStream),
		event[CorrectionRecorded]("CorrectionRecorded", ParticipantStream),
		event[SubjectErased]("SubjectErased", ParticipantStream),
	}
}

func sharedEvents() []eventEntry {
	return []eventEntry{
		event[FundsReceived]("FundsReceived", FundStream),
		event[FundsReturned]("FundsReturned", FundStream),
		event[CreditInstructed]("CreditInstructed", FundStream),
		event[FundActRefused]("FundActRefused", FundStream),

		event[PartnerPaymentApproved]("PartnerPaymentApproved", SettlementStream),
		event[PartnerPaid]("PartnerPaid", SettlementStream),
		event[SettlementActRefused]("SettlementActRefused", SettlementStream),

		event[IntakeTallied]("IntakeTallied", IntakeStream),
		event[LookupsMissed]("LookupsMissed", IntakeStream),
		event[PurchaseUnattributed]("PurchaseUnattributed", IntakeStream),
		event[IntakeActRefused]("IntakeActRefused", IntakeStream),

		event[SeatReserved]("SeatReserved", SeatStream),
		event[SeatReleased]("SeatReleased", SeatStream),
		event[SeatActRefused]("SeatActRefused", SeatStream),

		event[BudgetReserved]("BudgetReserved", BudgetStream),
		event[BudgetReleased]("BudgetReleased", BudgetStream),
		event[BudgetActRefused]("BudgetActRefused", BudgetStream),

		event[ActionProposed]("ActionProposed", ActionStream),
		event[ActionApproved]("ActionApproved", ActionStream),
		event[ActionDeclined]("ActionDeclined", ActionStream),
		event[ActionActRefused]("ActionActRefused", ActionStream),

		event[PeriodClosed]("PeriodClosed", AuditStream),
		event[SampleDrawn]("SampleDrawn", AuditStream),
		event[RetentionRuleAdopted]("RetentionRuleAdopted", AuditStream),
		event[AuditActRefused]("AuditActRefused", AuditStream),

		event[ComplaintRecorded]("ComplaintRecorded", CaseStream),
		event[ComplaintAnswered]("ComplaintAnswered", CaseStream),
		event[DisputeOpened]("DisputeOpened", CaseStream),
		event[DisputeResolved]("DisputeResolved", CaseStream),
		event[CaseActRefused]("CaseActRefused", CaseStream),
	}
}
