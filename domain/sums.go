package domain

// The sealed sums: which events may stand in which kind of stream. A type switch that forgets one is a lint error.
// A test holds these lists, the tables of event.go and command.go and the structs of this package together.

// ProgrammeEvent is an event of a programme stream.
//
//sumtype:decl
type ProgrammeEvent interface {
	Event
	onProgramme()
}

// PlatformEvent is an event of a platform stream.
//
//sumtype:decl
type PlatformEvent interface {
	Event
	onPlatform()
}

// InstitutionEvent is an event of a institution stream.
//
//sumtype:decl
type InstitutionEvent interface {
	Event
	onInstitution()
}

// CourseEvent is an event of a course stream.
//
//sumtype:decl
type CourseEvent interface {
	Event
	onCourse()
}

// ParticipantEvent is an event of a participant stream.
//
//sumtype:decl
type ParticipantEvent interface {
	Event
	onParticipant()
}

// FundEvent is an event of a fund stream.
//
//sumtype:decl
type FundEvent interface {
	Event
	onFund()
}

// SettlementEvent is an event of a settlement stream.
//
//sumtype:decl
type SettlementEvent interface {
	Event
	onSettlement()
}

// IntakeEvent is an event of a intake stream.
//
//sumtype:decl
type IntakeEvent interface {
	Event
	onIntake()
}

// SeatEvent is an event of a seat stream.
//
//sumtype:decl
type SeatEvent interface {
	Event
	onSeat()
}

// BudgetEvent is an event of a budget stream.
//
//sumtype:decl
type BudgetEvent interface {
	Event
	onBudget()
}

// ActionEvent is an event of a action stream.
//
//sumtype:decl
type ActionEvent interface {
	Event
	onAction()
}

// AuditEvent is an event of a audit stream.
//
//sumtype:decl
type AuditEvent interface {
	Event
	onAudit()
}

// CaseEvent is an event of a case stream.
//
//sumtype:decl
type CaseEvent interface {
	Event
	onCase()
}

func (PolicyAdopted) onProgramme()                 {}
func (WaveOpened) onProgramme()                    {}
func (WaveClosed) onProgramme()                    {}
func (DecreeRegistered) onProgramme()              {}
func (FirstPurchaseDeadlineSet) onProgramme()      {}
func (FirstPurchaseDeadlineExtended) onProgramme() {}
func (PaymentGateClosed) onProgramme()             {}
func (PaymentGateNoticeUpdated) onProgramme()      {}
func (PaymentGateOpened) onProgramme()             {}
func (PayoutsSuspended) onProgramme()              {}
func (PayoutsResumed) onProgramme()                {}
func (AnnouncementRecorded) onProgramme()          {}
func (ProgrammeActRefused) onProgramme()           {}

func (PlatformJoined) onPlatform()     {}
func (PlatformLeft) onPlatform()       {}
func (TokenIssued) onPlatform()        {}
func (TokenRotated) onPlatform()       {}
func (TokenRevoked) onPlatform()       {}
func (CatalogueReported) onPlatform()  {}
func (PlatformActRefused) onPlatform() {}

func (InstitutionApproved) onInstitution()   {}
func (InstitutionSuspended) onInstitution()  {}
func (InstitutionRemoved) onInstitution()    {}
func (InstitutionActRefused) onInstitution() {}

func (CourseSubmitted) onCourse()  {}
func (CourseApproved) onCourse()   {}
func (CourseRejected) onCourse()   {}
func (CourseWithdrawn) onCourse()  {}
func (CourseOffered) onCourse()    {}
func (OfferEnded) onCourse()       {}
func (ScheduleOpened) onCourse()   {}
func (ScheduleClosed) onCourse()   {}
func (CourseActRefused) onCourse() {}

func (RecipientDetermined) onParticipant()         {}
func (DeterminationNotified) onParticipant()       {}
func (ParticipantDataCompleted) onParticipant()    {}
func (CardIssued) onParticipant()                  {}
func (BalanceCredited) onParticipant()             {}
func (ParticipantActRefused) onParticipant()       {}
func (CoursePurchased) onParticipant()             {}
func (PurchaseRefused) onParticipant()             {}
func (PurchaseCancelled) onParticipant()           {}
func (PurchaseCancellationRefused) onParticipant() {}
func (VoucherIssued) onParticipant()               {}
func (VoucherExchanged) onParticipant()            {}
func (VoucherExchangeRefused) onParticipant()      {}
func (TrainingStarted) onParticipant()             {}
func (TrainingCompleted) onParticipant()           {}
func (CompletionReported) onParticipant()          {}
func (CertificateIssued) onParticipant()           {}
func (CertificateAccepted) onParticipant()         {}
func (CertificateRefused) onParticipant()          {}
func (CertificateRevoked) onParticipant()          {}
func (RatingGiven) onParticipant()                 {}
func (ReviewGiven) onParticipant()                 {}
func (PayoutAccountLinked) onParticipant()         {}
func (PayoutAccountLinkRefused) onParticipant()    {}
func (PayoutAccountVerified) onParticipant()       {}
func (PayoutAccountUnlinked) onParticipant()       {}
func (IncentiveScheduled) onParticipant()          {}
func (IncentiveRefused) onParticipant()            {}
func (IncentiveInstructed) onParticipant()         {}
func (IncentiveDisbursed) onParticipant()          {}
func (IncentiveFailed) onParticipant()             {}
func (IncentiveUnderReview) onParticipant()        {}
func (IncentiveRescheduled) onParticipant()        {}
func (SurveyOpened) onParticipant()                {}
func (SurveyCompleted) onParticipant()             {}
func (BalanceHeld) onParticipant()                 {}
func (BalanceReleased) onParticipant()             {}
func (ParticipationRevoked) onParticipant()        {}
func (RevocationRefused) onParticipant()           {}
func (Blacklisted) onParticipant()                 {}
func (ParticipationRestored) onParticipant()       {}
func (PurseLapsed) onParticipant()                 {}
func (BalanceReturned) onParticipant()             {}
func (RepaymentDemanded) onParticipant()           {}
func (RepaymentReceived) onParticipant()           {}
func (RepaymentReferred) onParticipant()           {}
func (CorrectionRecorded) onParticipant()          {}
func (SubjectErased) onParticipant()               {}

func (FundsReceived) onFund()    {}
func (FundsReturned) onFund()    {}
func (CreditInstructed) onFund() {}
func (FundActRefused) onFund()   {}

func (PartnerPaymentApproved) onSettlement() {}
func (PartnerPaid) onSettlement()            {}
func (SettlementActRefused) onSettlement()   {}

func (IntakeTallied) onIntake()        {}
func (LookupsMissed) onIntake()        {}
func (PurchaseUnattributed) onIntake() {}
func (IntakeActRefused) onIntake()     {}

func (SeatReserved) onSeat()   {}
func (SeatReleased) onSeat()   {}
func (SeatActRefused) onSeat() {}

func (BudgetReserved) onBudget()   {}
func (BudgetReleased) onBudget()   {}
func (BudgetActRefused) onBudget() {}

func (ActionProposed) onAction()   {}
func (ActionApproved) onAction()   {}
func (ActionDeclined) onAction()   {}
func (ActionActRefused) onAction() {}

func (PeriodClosed) onAudit()         {}
func (SampleDrawn) onAudit()          {}
func (RetentionRuleAdopted) onAudit() {}
func (AuditActRefused) onAudit()      {}

func (ComplaintRecorded) onCase() {}
func (ComplaintAnswered) onCase() {}
func (DisputeOpened) onCase()     {}
func (DisputeResolved) onCase()   {}
func (CaseActRefused) onCase()    {}

func (AdoptPolicy) isAct()                 {}
func (OpenWave) isAct()                    {}
func (CloseWave) isAct()                   {}
func (RegisterDecree) isAct()              {}
func (SetFirstPurchaseDeadline) isAct()    {}
func (ExtendFirstPurchaseDeadline) isAct() {}
func (ClosePaymentGate) isAct()            {}
func (UpdatePaymentGateNotice) isAct()     {}
func (OpenPaymentGate) isAct()             {}
func (SuspendPayouts) isAct()              {}
func (ResumePayouts) isAct()               {}
func (RecordAnnouncement) isAct()          {}

func (AdmitPlatform) isAct()   {}
func (RemovePlatform) isAct()  {}
func (IssueToken) isAct()      {}
func (RotateToken) isAct()     {}
func (RevokeToken) isAct()     {}
func (ReportCatalogue) isAct() {}

func (ApproveInstitution) isAct() {}
func (SuspendInstitution) isAct() {}
func (RemoveInstitution) isAct()  {}

func (SubmitCourse) isAct()   {}
func (ApproveCourse) isAct()  {}
func (RejectCourse) isAct()   {}
func (WithdrawCourse) isAct() {}
func (OfferCourse) isAct()    {}
func (EndOffer) isAct()       {}
func (OpenSchedule) isAct()   {}
func (CloseSchedule) isAct()  {}

func (DetermineRecipient) isAct()      {}
func (RecordNotification) isAct()      {}
func (RecordDataCompleted) isAct()     {}
func (IssueCard) isAct()               {}
func (CreditBalance) isAct()           {}
func (PurchaseCourse) isAct()          {}
func (AbandonPurchase) isAct()         {}
func (CancelPurchase) isAct()          {}
func (RecordVoucherIssued) isAct()     {}
func (ExchangeVoucher) isAct()         {}
func (RecordTrainingStarted) isAct()   {}
func (RecordTrainingCompleted) isAct() {}
func (ReportCompletion) isAct()        {}
func (RecordCertificateIssued) isAct() {}
func (VerifyCertificate) isAct()       {}
func (RevokeCertificate) isAct()       {}
func (RecordRating) isAct()            {}
func (RecordReview) isAct()            {}
func (LinkPayoutAccount) isAct()       {}
func (RecordAccountCheck) isAct()      {}
func (UnlinkPayoutAccount) isAct()     {}
func (ScheduleIncentive) isAct()       {}
func (InstructIncentive) isAct()       {}
func (ConfirmIncentive) isAct()        {}
func (RecordIncentiveFailure) isAct()  {}
func (ReviewIncentive) isAct()         {}
func (RescheduleIncentive) isAct()     {}
func (OpenSurvey) isAct()              {}
func (RecordSurveyCompleted) isAct()   {}
func (HoldBalance) isAct()             {}
func (ReleaseBalance) isAct()          {}
func (RevokeParticipation) isAct()     {}
func (BlacklistParticipant) isAct()    {}
func (RestoreParticipation) isAct()    {}
func (LapsePurse) isAct()              {}
func (ReturnBalance) isAct()           {}
func (DemandRepayment) isAct()         {}
func (RecordRepayment) isAct()         {}
func (ReferRepayment) isAct()          {}
func (RecordCorrection) isAct()        {}
func (EraseSubject) isAct()            {}

func (ReceiveFunds) isAct()   {}
func (ReturnFunds) isAct()    {}
func (InstructCredit) isAct() {}

func (ApprovePartnerPayment) isAct() {}
func (RecordPartnerPaid) isAct()     {}

func (RecordTally) isAct()                {}
func (RecordLookupsMissed) isAct()        {}
func (RecordUnattributedPurchase) isAct() {}

func (ReserveSeat) isAct() {}
func (ReleaseSeat) isAct() {}

func (ReserveBudget) isAct() {}
func (ReleaseBudget) isAct() {}

func (ProposeAction) isAct() {}
func (ApproveAction) isAct() {}
func (DeclineAction) isAct() {}

func (ClosePeriod) isAct()        {}
func (DrawSample) isAct()         {}
func (AdoptRetentionRule) isAct() {}

func (RecordComplaint) isAct() {}
func (AnswerComplaint) isAct() {}
func (OpenDispute) isAct()     {}
func (ResolveDispute) isAct()  {}
