package domain

import (
	"reflect"
	"slices"
)

// ActSpec describes a type of act: who may submit it, how it is judged, and the two events that can come of it.
type ActSpec struct {
	Name     CommandName
	Kind     StreamKind // of the stream it is for
	Origin   Origin     // decided, or reported: a fact of another party, never refused for a rule
	Owner    Party      // who owns the fact (users.md section 4); empty: anybody whom the edge lets in
	Accepted EventName
	Refused  EventName
	Rules    RuleSet
	Second   bool // needs a document and a second person
	Lead     bool // takes force a moment after it is recorded, so that all nodes answer alike
	zero     Act
}

func act[A Act](name CommandName, owner Party, origin Origin, accepted EventName, opts ...func(*ActSpec)) ActSpec {
	var zero A
	kind := zero.Stream().Kind()
	s := ActSpec{Name: name, Kind: kind, Origin: origin, Owner: owner, Accepted: accepted, Refused: refusalOf(kind), Rules: ActRules, zero: zero}
	s.Lead = slices.Contains(RegistryKinds(), kind) && kind != CaseStream
	for _, o := range opts {
		o(&s)
	}
	return s
}

func second(s *ActSpec) { s.Second = true }

func judgedBy(r RuleSet, refused EventName) func(*ActSpec) {
	return func(s *ActSpec) { s.Rules, s.Refused = r, refused }
}

// refusalOf is the refusal of acts that have none of their own.
func refusalOf(k StreamKind) EventName {
	switch k {
	case ProgrammeStream:
		return "ProgrammeActRefused"
	case PlatformStream:
		return "PlatformActRefused"
	case InstitutionStream:
		return "InstitutionActRefused"
	case CourseStream:
		return "CourseActRefused"
	case FundStream:
		return "FundActRefused"
	case SettlementStream:
		return "SettlementActRefused"
	case IntakeStream:
		return "IntakeActRefused"
	case SeatStream:
		return "SeatActRefused"
	case BudgetStream:
		return "BudgetActRefused"
	case ActionStream:
		return "ActionActRefused"
	case AuditStream:
		return "AuditActRefused"
	case CaseStream:
		return "CaseActRefused"
	case ParticipantStream:
	}
	return "ParticipantActRefused"
}

// Acts lists every type of act, in the order of the catalogue. Each names exactly one accepted and one refused event.
func Acts() []ActSpec {
	return slices.Concat(programmeActs(), registryActs(), participantActs(), trainingActs(), endActs(), sharedActs())
}

func programmeActs() []ActSpec {
	return []ActSpec{
		act[AdoptPolicy]("AdoptPolicy", PartyProgramme, Decided, "PolicyAdopted", second),
		act[OpenWave]("OpenWave", PartyProgramme, Decided, "WaveOpened"),
		act[CloseWave]("CloseWave", PartyProgramme, Decided, "WaveClosed"),
		act[RegisterDecree]("RegisterDecree", PartyProgramme, Decided, "DecreeRegistered", second),
		act[SetFirstPurchaseDeadline]("SetFirstPurchaseDeadline", PartyProgramme, Decided, "FirstPurchaseDeadlineSet", second),
		act[ExtendFirstPurchaseDeadline]("ExtendFirstPurchaseDeadline", PartyProgramme, Decided, "FirstPurchaseDeadlineExtended", second),
		act[ClosePaymentGate]("ClosePaymentGate", PartyProgramme, Decided, "PaymentGateClosed", second),
		act[UpdatePaymentGateNotice]("UpdatePaymentGateNotice", PartyProgramme, Decided, "PaymentGateNoticeUpdated"),
		act[OpenPaymentGate]("OpenPaymentGate", PartyProgramme, Decided, "PaymentGateOpened", second),
		act[SuspendPayouts]("SuspendPayouts", PartyProgramme, Decided, "PayoutsSuspended", second),
		act[ResumePayouts]("ResumePayouts", PartyProgramme, Decided, "PayoutsResumed", second),
		act[RecordAnnouncement]("RecordAnnouncement", "", Reported, "AnnouncementRecorded"),
	}
}

func registryActs() []ActSpec {
	return []ActSpec{
		act[AdmitPlatform]("AdmitPlatform", PartyProgramme, Decided, "PlatformJoined"),
		act[RemovePlatform]("RemovePlatform", PartyProgramme, Decided, "PlatformLeft"),
		act[IssueToken]("IssueToken", PartyProgramme, Decided, "TokenIssued"),
		act[RotateToken]("RotateToken", PartyProgramme, Decided, "TokenRotated"),
		act[RevokeToken]("RevokeToken", PartyProgramme, Decided, "TokenRevoked"),
		act[ReportCatalogue]("ReportCatalogue", PartyPlatform, Reported, "CatalogueReported"),
		act[ApproveInstitution]("ApproveInstitution", PartyProgramme, Decided, "InstitutionApproved"),
		act[SuspendInstitution]("SuspendInstitution", PartyProgramme, Decided, "InstitutionSuspended"),
		act[RemoveInstitution]("RemoveInstitution", PartyProgramme, Decided, "InstitutionRemoved"),
		act[SubmitCourse]("SubmitCourse", PartyInstitution, Decided, "CourseSubmitted"),
		act[ApproveCourse]("ApproveCourse", PartyProgramme, Decided, "CourseApproved"),
		act[RejectCourse]("RejectCourse", PartyProgramme, Decided, "CourseRejected"),
		act[WithdrawCourse]("WithdrawCourse", "", Decided, "CourseWithdrawn"),
		act[OfferCourse]("OfferCourse", "", Decided, "CourseOffered"),
		act[EndOffer]("EndOffer", "", Decided, "OfferEnded"),
		act[OpenSchedule]("OpenSchedule", PartyInstitution, Decided, "ScheduleOpened"),
		act[CloseSchedule]("CloseSchedule", PartyInstitution, Decided, "ScheduleClosed"),
	}
}

func participantActs() []ActSpec {
	return []ActSpec{
		act[DetermineRecipient]("DetermineRecipient", PartyProgramme, Decided, "RecipientDetermined"),
		act[RecordNotification]("RecordNotification", PartyProgramme, Reported, "DeterminationNotified"),
		act[RecordDataCompleted]("RecordDataCompleted", PartyProgramme, Reported, "ParticipantDataCompleted"),
		act[IssueCard]("IssueCard", PartyProgramme, Decided, "CardIssued"),
		act[CreditBalance]("CreditBalance", PartyBank, Reported, "BalanceCredited"),
		act[PurchaseCourse]("PurchaseCourse", PartyPlatform, Decided, "CoursePurchased", judgedBy(PurchaseRules, "PurchaseRefused")),
		act[AbandonPurchase]("AbandonPurchase", PartyPlatform, Decided, "PurchaseRefused", judgedBy(AbandonRules, "PurchaseRefused")),
		act[CancelPurchase]("CancelPurchase", "", Decided, "PurchaseCancelled", judgedBy(CancellationRules, "PurchaseCancellationRefused")),
	}
}

func trainingActs() []ActSpec {
	return []ActSpec{
		act[RecordVoucherIssued]("RecordVoucherIssued", PartyPlatform, Reported, "VoucherIssued"),
		act[ExchangeVoucher]("ExchangeVoucher", PartyInstitution, Decided, "VoucherExchanged", judgedBy(ExchangeRules, "VoucherExchangeRefused")),
		act[RecordTrainingStarted]("RecordTrainingStarted", PartyInstitution, Reported, "TrainingStarted"),
		act[RecordTrainingCompleted]("RecordTrainingCompleted", PartyInstitution, Reported, "TrainingCompleted"),
		act[ReportCompletion]("ReportCompletion", "", Reported, "CompletionReported"),
		act[RecordCertificateIssued]("RecordCertificateIssued", PartyInstitution, Reported, "CertificateIssued"),
		act[VerifyCertificate]("VerifyCertificate", PartyProgramme, Decided, "CertificateAccepted", judgedBy(CertificateRules, "CertificateRefused")),
		act[RevokeCertificate]("RevokeCertificate", PartyProgramme, Decided, "CertificateRevoked", second),
		act[RecordRating]("RecordRating", "", Reported, "RatingGiven"),
		act[RecordReview]("RecordReview", "", Reported, "ReviewGiven"),
		act[LinkPayoutAccount]("LinkPayoutAccount", PartyPayment, Decided, "PayoutAccountLinked", judgedBy(AccountRules, "PayoutAccountLinkRefused")),
		act[RecordAccountCheck]("RecordAccountCheck", PartyPayment, Reported, "PayoutAccountVerified"),
		act[UnlinkPayoutAccount]("UnlinkPayoutAccount", "", Decided, "PayoutAccountUnlinked"),
		act[ScheduleIncentive]("ScheduleIncentive", PartyProgramme, Decided, "IncentiveScheduled", judgedBy(IncentiveRules, "IncentiveRefused")),
		act[InstructIncentive]("InstructIncentive", PartyProgramme, Decided, "IncentiveInstructed"),
		act[ConfirmIncentive]("ConfirmIncentive", PartyPayment, Reported, "IncentiveDisbursed"),
		act[RecordIncentiveFailure]("RecordIncentiveFailure", PartyPayment, Reported, "IncentiveFailed"),
		act[ReviewIncentive]("ReviewIncentive", PartyProgramme, Decided, "IncentiveUnderReview"),
		act[RescheduleIncentive]("RescheduleIncentive", PartyProgramme, Decided, "IncentiveRescheduled"),
		act[OpenSurvey]("OpenSurvey", PartyProgramme, Decided, "SurveyOpened"),
		act[RecordSurveyCompleted]("RecordSurveyCompleted", "", Reported, "SurveyCompleted"),
	}
}

func endActs() []ActSpec {
	return []ActSpec{
		act[HoldBalance]("HoldBalance", PartyProgramme, Decided, "BalanceHeld"),
		act[ReleaseBalance]("ReleaseBalance", PartyProgramme, Decided, "BalanceReleased", second),
		act[RevokeParticipation]("RevokeParticipation", PartyProgramme, Decided, "ParticipationRevoked", second, judgedBy(RevocationRules, "RevocationRefused")),
		act[BlacklistParticipant]("BlacklistParticipant", PartyProgramme, Decided, "Blacklisted", second),
		act[RestoreParticipation]("RestoreParticipation", PartyProgramme, Decided, "ParticipationRestored", second),
		act[LapsePurse]("LapsePurse", PartyProgramme, Decided, "PurseLapsed", second),
		act[ReturnBalance]("ReturnBalance", PartyProgramme, Decided, "BalanceReturned", second),
		act[DemandRepayment]("DemandRepayment", PartyProgramme, Decided, "RepaymentDemanded", second),
		act[RecordRepayment]("RecordRepayment", PartyBank, Reported, "RepaymentReceived"),
		act[ReferRepayment]("ReferRepayment", PartyProgramme, Decided, "RepaymentReferred", second),
		act[RecordCorrection]("RecordCorrection", "", Decided, "CorrectionRecorded", second),
		act[EraseSubject]("EraseSubject", PartyProgramme, Decided, "SubjectErased", second),
	}
}

func sharedActs() []ActSpec {
	return []ActSpec{
		act[ReceiveFunds]("ReceiveFunds", PartyTreasury, Reported, "FundsReceived"),
		act[ReturnFunds]("ReturnFunds", PartyTreasury, Reported, "FundsReturned"),
		act[InstructCredit]("InstructCredit", PartyProgramme, Decided, "CreditInstructed", second),
		act[ApprovePartnerPayment]("ApprovePartnerPayment", PartyProgramme, Decided, "PartnerPaymentApproved", second),
		act[RecordPartnerPaid]("RecordPartnerPaid", PartyBank, Reported, "PartnerPaid"),
		act[RecordTally]("RecordTally", PartySystem, Reported, "IntakeTallied"),
		act[RecordLookupsMissed]("RecordLookupsMissed", PartySystem, Reported, "LookupsMissed"),
		act[RecordUnattributedPurchase]("RecordUnattributedPurchase", "", Reported, "PurchaseUnattributed"),
		act[ReserveSeat]("ReserveSeat", PartySystem, Decided, "SeatReserved"),
		act[ReleaseSeat]("ReleaseSeat", PartySystem, Decided, "SeatReleased"),
		act[ReserveBudget]("ReserveBudget", PartyProgramme, Decided, "BudgetReserved"),
		act[ReleaseBudget]("ReleaseBudget", PartyProgramme, Decided, "BudgetReleased"),
		act[ProposeAction]("ProposeAction", "", Decided, "ActionProposed"),
		act[ApproveAction]("ApproveAction", "", Decided, "ActionApproved"),
		act[DeclineAction]("DeclineAction", "", Decided, "ActionDeclined"),
		act[ClosePeriod]("ClosePeriod", "", Decided, "PeriodClosed", second),
		act[DrawSample]("DrawSample", PartyAuditor, Decided, "SampleDrawn"),
		act[AdoptRetentionRule]("AdoptRetentionRule", PartyProgramme, Decided, "RetentionRuleAdopted", second),
		act[RecordComplaint]("RecordComplaint", "", Reported, "ComplaintRecorded"),
		act[AnswerComplaint]("AnswerComplaint", "", Reported, "ComplaintAnswered"),
		act[OpenDispute]("OpenDispute", "", Reported, "DisputeOpened"),
		act[ResolveDispute]("ResolveDispute", PartyProgramme, Decided, "DisputeResolved"),
	}
}

// catalog is the read-only index over the two tables: types of acts and of events by name and by Go type.
type catalog struct {
	acts      map[CommandName]*ActSpec
	actsByGo  map[reflect.Type]*ActSpec
	events    map[EventName]eventEntry
	namesByGo map[reflect.Type]EventName
	behind    map[EventName]*ActSpec // which act's outcome an event is; abandonments are told apart by their content
}

//nolint:gochecknoglobals // read-only after initialisation: an index over constant tables
var types = newCatalog()

func newCatalog() catalog {
	c := catalog{map[CommandName]*ActSpec{}, map[reflect.Type]*ActSpec{}, map[EventName]eventEntry{}, map[reflect.Type]EventName{}, map[EventName]*ActSpec{}}
	for _, a := range Acts() {
		c.acts[a.Name] = &a
		c.actsByGo[reflect.TypeOf(a.zero)] = &a
		for _, e := range []EventName{a.Accepted, a.Refused} {
			if _, taken := c.behind[e]; !taken && a.Name != "AbandonPurchase" {
				c.behind[e] = &a
			}
		}
	}
	for _, e := range eventTable() {
		c.events[e.name] = e
		c.namesByGo[reflect.TypeOf(e.zero)] = e.name
	}
	return c
}

// SpecOf describes an act's type.
func SpecOf(a Act) ActSpec {
	if s, ok := types.actsByGo[reflect.TypeOf(a)]; ok {
		return *s
	}
	return ActSpec{}
}

// SpecNamed describes the type of act of that name.
func SpecNamed(n CommandName) (ActSpec, bool) {
	s, ok := types.acts[n]
	if !ok {
		return ActSpec{}, false
	}
	return *s, true
}

// TypeOf is the explicit type name of an event.
func TypeOf(e Event) EventName { return types.namesByGo[reflect.TypeOf(e)] }

// schemaOf is the newest schema of a type that this code reads. All are at their first.
func schemaOf(EventName) int { return 1 }
