package domain

// accepted builds the event of a yes, without its decision. Amounts that the act does not name come from policy and state:
// what a person is given is never the caller's claim.
func accepted(cmd Command, s State, g Grounds) Event {
	p, person := s.(*ParticipantState)
	switch a := cmd.Act.(type) { //nolint:gochecksumtype // the sums below cover the acts; each of their switches is exhaustive
	case ProgrammeAct:
		return acceptedOnProgramme(a)
	case PlatformAct:
		return acceptedOnPlatform(a)
	case InstitutionAct:
		return acceptedOnInstitution(a)
	case CourseAct:
		return acceptedOnCourse(a)
	case FundAct:
		return acceptedOnFund(a)
	case SettlementAct:
		return acceptedOnSettlement(a)
	case IntakeAct:
		return acceptedOnIntake(a)
	case SeatAct:
		return acceptedOnSeat(a)
	case BudgetAct:
		return acceptedOnBudget(a)
	case ActionAct:
		return acceptedOnAction(a)
	case AuditAct:
		return acceptedOnAudit(a)
	case CaseAct:
		return acceptedOnCase(a)
	}
	if !person {
		return nil
	}
	switch a := cmd.Act.(type) { //nolint:gochecksumtype // as above
	case DeterminationAct:
		return acceptedDetermination(a)
	case PurchaseAct:
		return acceptedPurchase(a, cmd, p, g)
	case TrainingAct:
		return acceptedTraining(a)
	case CertificateAct:
		return acceptedCertificate(a)
	case AccountAct:
		return acceptedAccount(a)
	case IncentiveAct:
		return acceptedIncentive(a, cmd, p, g)
	case EndAct:
		return acceptedEnd(a, p, g)
	}
	return nil
}

func acceptedOnProgramme(a ProgrammeAct) Event {
	switch a := a.(type) {
	case AdoptPolicy:
		return PolicyAdopted{PolicyBody: a.PolicyBody}
	case OpenWave:
		return WaveOpened{WaveBody: a.WaveBody}
	case CloseWave:
		return WaveClosed{WaveEndBody: a.WaveEndBody}
	case RegisterDecree:
		return DecreeRegistered{DecreeBody: a.DecreeBody}
	case SetFirstPurchaseDeadline:
		return FirstPurchaseDeadlineSet{DeadlineBody: a.DeadlineBody}
	case ExtendFirstPurchaseDeadline:
		return FirstPurchaseDeadlineExtended{DeadlineBody: a.DeadlineBody}
	case ClosePaymentGate:
		return PaymentGateClosed{GateBody: a.GateBody}
	case UpdatePaymentGateNotice:
		return PaymentGateNoticeUpdated{GateNoticeBody: a.GateNoticeBody}
	case OpenPaymentGate:
		return PaymentGateOpened{GateOpenBody: a.GateOpenBody}
	case SuspendPayouts:
		return PayoutsSuspended{PayoutPauseBody: a.PayoutPauseBody}
	case ResumePayouts:
		return PayoutsResumed{PayoutPauseBody: a.PayoutPauseBody}
	case RecordAnnouncement:
		return AnnouncementRecorded{AnnouncementBody: a.AnnouncementBody}
	}
	return nil
}

func acceptedOnPlatform(a PlatformAct) Event {
	switch a := a.(type) {
	case AdmitPlatform:
		return PlatformJoined{PlatformBody: a.PlatformBody}
	case RemovePlatform:
		return PlatformLeft{PlatformLeaveBody: a.PlatformLeaveBody}
	case IssueToken:
		return TokenIssued{TokenBody: a.TokenBody}
	case RotateToken:
		return TokenRotated{TokenRotateBody: a.TokenRotateBody}
	case RevokeToken:
		return TokenRevoked{TokenRevokeBody: a.TokenRevokeBody}
	case ReportCatalogue:
		return CatalogueReported{CatalogueBody: a.CatalogueBody}
	}
	return nil
}

func acceptedOnInstitution(a InstitutionAct) Event {
	switch a := a.(type) {
	case ApproveInstitution:
		return InstitutionApproved{InstitutionBody: a.InstitutionBody}
	case SuspendInstitution:
		return InstitutionSuspended{InstitutionStopBody: a.InstitutionStopBody}
	case RemoveInstitution:
		return InstitutionRemoved{InstitutionStopBody: a.InstitutionStopBody}
	}
	return nil
}

func acceptedOnCourse(a CourseAct) Event {
	switch a := a.(type) {
	case SubmitCourse:
		return CourseSubmitted{CourseBody: a.CourseBody}
	case ApproveCourse:
		return CourseApproved{CourseApprovalBody: a.CourseApprovalBody}
	case RejectCourse:
		return CourseRejected{CourseStopBody: a.CourseStopBody}
	case WithdrawCourse:
		return CourseWithdrawn{CourseStopBody: a.CourseStopBody}
	case OfferCourse:
		return CourseOffered{OfferBody: a.OfferBody}
	case EndOffer:
		return OfferEnded{OfferEndBody: a.OfferEndBody}
	case OpenSchedule:
		return ScheduleOpened{ScheduleBody: a.ScheduleBody}
	case CloseSchedule:
		return ScheduleClosed{ScheduleEndBody: a.ScheduleEndBody}
	}
	return nil
}
