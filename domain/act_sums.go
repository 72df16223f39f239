package domain

// ---- acts, by what they are about ----

// ProgrammeAct is an act that is for a programme stream.
//
//sumtype:decl
type ProgrammeAct interface {
	Act
	isProgrammeAct()
}

// PlatformAct is an act that is for a platform stream.
//
//sumtype:decl
type PlatformAct interface {
	Act
	isPlatformAct()
}

// InstitutionAct is an act that is for a institution stream.
//
//sumtype:decl
type InstitutionAct interface {
	Act
	isInstitutionAct()
}

// CourseAct is an act that is for a course stream.
//
//sumtype:decl
type CourseAct interface {
	Act
	isCourseAct()
}

// DeterminationAct is an act that makes a person a recipient.
//
//sumtype:decl
type DeterminationAct interface {
	Act
	isDeterminationAct()
}

// PurchaseAct is an act that buys, drops or undoes.
//
//sumtype:decl
type PurchaseAct interface {
	Act
	isPurchaseAct()
}

// TrainingAct is an act that follows a bought course.
//
//sumtype:decl
type TrainingAct interface {
	Act
	isTrainingAct()
}

// CertificateAct is an act that is about a certificate, rating or review.
//
//sumtype:decl
type CertificateAct interface {
	Act
	isCertificateAct()
}

// AccountAct is an act that is about the payout account.
//
//sumtype:decl
type AccountAct interface {
	Act
	isAccountAct()
}

// IncentiveAct is an act that is about incentives and surveys.
//
//sumtype:decl
type IncentiveAct interface {
	Act
	isIncentiveAct()
}

// EndAct is an act that ends, holds or restores a participation.
//
//sumtype:decl
type EndAct interface {
	Act
	isEndAct()
}

// FundAct is an act that is for a fund stream.
//
//sumtype:decl
type FundAct interface {
	Act
	isFundAct()
}

// SettlementAct is an act that is for a settlement stream.
//
//sumtype:decl
type SettlementAct interface {
	Act
	isSettlementAct()
}

// IntakeAct is an act that is for a intake stream.
//
//sumtype:decl
type IntakeAct interface {
	Act
	isIntakeAct()
}

// SeatAct is an act that is for a seat stream.
//
//sumtype:decl
type SeatAct interface {
	Act
	isSeatAct()
}

// BudgetAct is an act that is for a budget stream.
//
//sumtype:decl
type BudgetAct interface {
	Act
	isBudgetAct()
}

// ActionAct is an act that is for a action stream.
//
//sumtype:decl
type ActionAct interface {
	Act
	isActionAct()
}

// AuditAct is an act that is for a audit stream.
//
//sumtype:decl
type AuditAct interface {
	Act
	isAuditAct()
}

// CaseAct is an act that is for a case stream.
//
//sumtype:decl
type CaseAct interface {
	Act
	isCaseAct()
}

func (AdoptPolicy) isProgrammeAct()                 {}
func (OpenWave) isProgrammeAct()                    {}
func (CloseWave) isProgrammeAct()                   {}
func (RegisterDecree) isProgrammeAct()              {}
func (SetFirstPurchaseDeadline) isProgrammeAct()    {}
func (ExtendFirstPurchaseDeadline) isProgrammeAct() {}
func (ClosePaymentGate) isProgrammeAct()            {}
func (UpdatePaymentGateNotice) isProgrammeAct()     {}
func (OpenPaymentGate) isProgrammeAct()             {}
func (SuspendPayouts) isProgrammeAct()              {}
func (ResumePayouts) isProgrammeAct()               {}
func (RecordAnnouncement) isProgrammeAct()          {}

func (AdmitPlatform) isPlatformAct()   {}
func (RemovePlatform) isPlatformAct()  {}
func (IssueToken) isPlatformAct()      {}
func (RotateToken) isPlatformAct()     {}
func (RevokeToken) isPlatformAct()     {}
func (ReportCatalogue) isPlatformAct() {}

func (ApproveInstitution) isInstitutionAct() {}
func (SuspendInstitution) isInstitutionAct() {}
func (RemoveInstitution) isInstitutionAct()  {}

func (SubmitCourse) isCourseAct()   {}
func (ApproveCourse) isCourseAct()  {}
func (RejectCourse) isCourseAct()   {}
func (WithdrawCourse) isCourseAct() {}
func (OfferCourse) isCourseAct()    {}
func (EndOffer) isCourseAct()       {}
func (OpenSchedule) isCourseAct()   {}
func (CloseSchedule) isCourseAct()  {}

func (DetermineRecipient) isDeterminationAct()  {}
func (RecordNotification) isDeterminationAct()  {}
func (RecordDataCompleted) isDeterminationAct() {}
func (IssueCard) isDeterminationAct()           {}
func (CreditBalance) isDeterminationAct()       {}

func (PurchaseCourse) isPurchaseAct()  {}
func (AbandonPurchase) isPurchaseAct() {}
func (CancelPurchase) isPurchaseAct()  {}

func (RecordVoucherIssued) isTrainingAct()     {}
func (ExchangeVoucher) isTrainingAct()         {}
func (RecordTrainingStarted) isTrainingAct()   {}
func (RecordTrainingCompleted) isTrainingAct() {}
func (ReportCompletion) isTrainingAct()        {}

func (RecordCertificateIssued) isCertificateAct() {}
func (VerifyCertificate) isCertificateAct()       {}
func (RevokeCertificate) isCertificateAct()       {}
func (RecordRating) isCertificateAct()            {}
func (RecordReview) isCertificateAct()            {}

func (LinkPayoutAccount) isAccountAct()   {}
func (RecordAccountCheck) isAccountAct()  {}
func (UnlinkPayoutAccount) isAccountAct() {}

func (ScheduleIncentive) isIncentiveAct()      {}
func (InstructIncentive) isIncentiveAct()      {}
func (ConfirmIncentive) isIncentiveAct()       {}
func (RecordIncentiveFailure) isIncentiveAct() {}
func (ReviewIncentive) isIncentiveAct()        {}
func (RescheduleIncentive) isIncentiveAct()    {}
func (OpenSurvey) isIncentiveAct()             {}
func (RecordSurveyCompleted) isIncentiveAct()  {}

func (HoldBalance) isEndAct()          {}
func (ReleaseBalance) isEndAct()       {}
func (RevokeParticipation) isEndAct()  {}
func (BlacklistParticipant) isEndAct() {}
func (RestoreParticipation) isEndAct() {}
func (LapsePurse) isEndAct()           {}
func (ReturnBalance) isEndAct()        {}
func (DemandRepayment) isEndAct()      {}
func (RecordRepayment) isEndAct()      {}
func (ReferRepayment) isEndAct()       {}
func (RecordCorrection) isEndAct()     {}
func (EraseSubject) isEndAct()         {}

func (ReceiveFunds) isFundAct()   {}
func (ReturnFunds) isFundAct()    {}
func (InstructCredit) isFundAct() {}

func (ApprovePartnerPayment) isSettlementAct() {}
func (RecordPartnerPaid) isSettlementAct()     {}

func (RecordTally) isIntakeAct()                {}
func (RecordLookupsMissed) isIntakeAct()        {}
func (RecordUnattributedPurchase) isIntakeAct() {}

func (ReserveSeat) isSeatAct() {}
func (ReleaseSeat) isSeatAct() {}

func (ReserveBudget) isBudgetAct() {}
func (ReleaseBudget) isBudgetAct() {}

func (ProposeAction) isActionAct() {}
func (ApproveAction) isActionAct() {}
func (DeclineAction) isActionAct() {}

func (ClosePeriod) isAuditAct()        {}
func (DrawSample) isAuditAct()         {}
func (AdoptRetentionRule) isAuditAct() {}

func (RecordComplaint) isCaseAct() {}
func (AnswerComplaint) isCaseAct() {}
func (OpenDispute) isCaseAct()     {}
func (ResolveDispute) isCaseAct()  {}
