package domain

// accepted builds the event of a yes, without its decision. Amounts that the act does not name come from policy and state:
// what a person is given is never the caller's claim.
func accepted(cmd Command, s State, g Grounds) Event {
	if e := acceptedForPerson(cmd, s, g); e != nil {
		return e
	}
	switch a := cmd.Act.(type) {
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
	case ApproveInstitution:
		return InstitutionApproved{InstitutionBody: a.InstitutionBody}
	case SuspendInstitution:
		return InstitutionSuspended{InstitutionStopBody: a.InstitutionStopBody}
	case RemoveInstitution:
		return InstitutionRemoved{InstitutionStopBody: a.InstitutionStopBody}
	}
	return acceptedShared(cmd)
}

func acceptedShared(cmd Command) Event {
	switch a := cmd.Act.(type) {
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
	case ReceiveFunds:
		return FundsReceived{FundsInBody: a.FundsInBody}
	case ReturnFunds:
		return FundsReturned{FundsOutBody: a.FundsOutBody}
	case InstructCredit:
		return CreditInstructed{TrancheBody: a.TrancheBody}
	case ApprovePartnerPayment:
		return PartnerPaymentApproved{SettlementBody: a.SettlementBody}
	case RecordPartnerPaid:
		return PartnerPaid{SettlementBody: a.SettlementBody}
	case RecordTally:
		return IntakeTallied{TallyBody: a.TallyBody}
	case RecordLookupsMissed:
		return LookupsMissed{MissBody: a.MissBody}
	case RecordUnattributedPurchase:
		return PurchaseUnattributed{UnattributedBody: a.UnattributedBody}
	case ReserveSeat:
		return SeatReserved{SeatBody: a.SeatBody}
	case ReleaseSeat:
		return SeatReleased{SeatBody: a.SeatBody}
	case ReserveBudget:
		return BudgetReserved{BudgetBody: a.BudgetBody}
	case ReleaseBudget:
		return BudgetReleased{BudgetBody: a.BudgetBody}
	case ProposeAction:
		return ActionProposed{ProposalBody: a.ProposalBody}
	case ApproveAction:
		return ActionApproved{ApprovalBody: a.ApprovalBody}
	case DeclineAction:
		return ActionDeclined{DeclineBody: a.DeclineBody}
	case ClosePeriod:
		return PeriodClosed{PeriodBody: a.PeriodBody}
	case DrawSample:
		return SampleDrawn{SampleBody: a.SampleBody}
	case AdoptRetentionRule:
		return RetentionRuleAdopted{RetentionBody: a.RetentionBody}
	case RecordComplaint:
		return ComplaintRecorded{ComplaintBody: a.ComplaintBody}
	case AnswerComplaint:
		return ComplaintAnswered{AnswerBody: a.AnswerBody}
	case OpenDispute:
		return DisputeOpened{DisputeBody: a.DisputeBody}
	case ResolveDispute:
		return DisputeResolved{ResolutionBody: a.ResolutionBody}
	}
	return nil
}

func acceptedForPerson(cmd Command, s State, g Grounds) Event {
	p, ok := s.(*ParticipantState)
	if !ok {
		return nil
	}
	switch a := cmd.Act.(type) {
	case DetermineRecipient:
		return RecipientDetermined{DeterminationBody: a.DeterminationBody}
	case RecordNotification:
		return DeterminationNotified{NotificationBody: a.NotificationBody}
	case RecordDataCompleted:
		return ParticipantDataCompleted{DataCompletedBody: a.DataCompletedBody}
	case IssueCard:
		return CardIssued{CardBody: a.CardBody}
	case CreditBalance:
		return BalanceCredited{CreditBody: a.CreditBody}
	case PurchaseCourse:
		return CoursePurchased{PurchaseBody: a.PurchaseBody, Suspense: beyond(a.Amount, p.Balance.Training)}
	case AbandonPurchase:
		return a.closed(cmd)
	case CancelPurchase:
		return p.cancellation(cmd, a, g)
	case RecordVoucherIssued:
		return VoucherIssued{VoucherBody: a.VoucherBody}
	case ExchangeVoucher:
		return VoucherExchanged{ExchangeBody: a.ExchangeBody}
	case RecordTrainingStarted:
		return TrainingStarted{CourseOfPersonBody: a.CourseOfPersonBody}
	case RecordTrainingCompleted:
		return TrainingCompleted{CompletionBody: a.CompletionBody}
	case ReportCompletion:
		return CompletionReported{CompletionReportBody: a.CompletionReportBody}
	case RecordCertificateIssued:
		return CertificateIssued{CertificateBody: a.CertificateBody}
	case VerifyCertificate:
		return CertificateAccepted{VerificationBody: a.VerificationBody}
	case RevokeCertificate:
		return CertificateRevoked{CertificateRevocationBody: a.CertificateRevocationBody}
	case RecordRating:
		return RatingGiven{RatingBody: a.RatingBody}
	case RecordReview:
		return ReviewGiven{ReviewBody: a.ReviewBody}
	case LinkPayoutAccount:
		return PayoutAccountLinked{AccountBody: a.AccountBody}
	case RecordAccountCheck:
		return PayoutAccountVerified{AccountCheckBody: a.AccountCheckBody}
	case UnlinkPayoutAccount:
		return PayoutAccountUnlinked{AccountEndBody: a.AccountEndBody}
	}
	return acceptedPayout(cmd, p, g)
}

// closed is the refusal that an abandonment records: with it the attempt has its outcome, and no late copy can debit.
func (a AbandonPurchase) closed(cmd Command) Event {
	return PurchaseRefused{PurchaseBody: PurchaseBody{Platform: a.Platform, Invoice: a.Invoice, Currency: IDR}, Closes: ptr(cmd.ID)}
}

// beyond is what an amount takes beyond a purse: only a migrated fact can get there.
func beyond(amount, purse Money) Money {
	if over := amount.Sub(purse); !over.Negative() && !purse.Negative() {
		return over
	}
	if purse.Negative() {
		return amount
	}
	return Money{}
}

// cancellation gives the money back to the purse that it came from, or to the fund if the purse is closed.
func (s *ParticipantState) cancellation(cmd Command, a CancelPurchase, g Grounds) Event {
	e := PurchaseCancelled{CancellationBody: a.CancellationBody, Currency: IDR, RefundTo: RefundToPurse, FundYear: s.Determination.FundYear}
	if x := s.purchaseOf(a.Platform, a.Invoice); x != nil {
		e.Course, e.Amount = x.Course, x.Amount
	}
	if s.Revoked.set || s.LapsedAt.set || g.Policy != nil && cmd.ReceivedAt.After(g.Policy.PeriodEnd()) {
		e.RefundTo = RefundToFund
	}
	return e
}

func acceptedPayout(cmd Command, p *ParticipantState, g Grounds) Event {
	amount := func(k IncentiveKey) Money {
		if x := p.incentive(k); x != nil && !x.Amount.IsZero() {
			return x.Amount
		}
		if g.Policy != nil {
			return g.Policy.Entitlement.Series(k.Kind).Amount
		}
		return Money{}
	}
	switch a := cmd.Act.(type) {
	case ScheduleIncentive:
		return IncentiveScheduled{IncentiveScheduleBody: a.IncentiveScheduleBody, Amount: amount(a.IncentiveKey), Currency: IDR}
	case InstructIncentive:
		m := amount(a.IncentiveKey)
		return IncentiveInstructed{InstructionBody: a.InstructionBody, Amount: m, Currency: IDR, Suspense: beyond(m, p.Balance.Get(a.Kind.Purse()))}
	case ConfirmIncentive:
		e := IncentiveDisbursed{DisbursementBody: a.DisbursementBody, Amount: amount(a.IncentiveKey), Currency: IDR}
		if x := p.incentive(a.IncentiveKey); x != nil && x.State == "instructed" {
			e.Partner = x.Partner
		} else {
			e.Partner, e.Suspense = partnerOf(cmd, p), e.Amount
		}
		return e
	case RecordIncentiveFailure:
		e := IncentiveFailed{FailureBody: a.FailureBody, Partner: partnerOf(cmd, p), Currency: IDR}
		if x := p.incentive(a.IncentiveKey); x != nil && x.State == "instructed" {
			e.Partner, e.Amount = x.Partner, x.Amount
		}
		return e
	case ReviewIncentive:
		return IncentiveUnderReview{RecheckBody: a.RecheckBody}
	case RescheduleIncentive:
		return IncentiveRescheduled{IncentiveScheduleBody: a.IncentiveScheduleBody}
	case OpenSurvey:
		return SurveyOpened{SurveyOpenBody: a.SurveyOpenBody}
	case RecordSurveyCompleted:
		return SurveyCompleted{SurveyDoneBody: a.SurveyDoneBody}
	}
	return acceptedEnd(cmd, p, g)
}

// partnerOf is whose confirmation it is when no instruction of ours says so.
func partnerOf(cmd Command, p *ParticipantState) PartnerCode {
	if p.Account.Partner != "" {
		return p.Account.Partner
	}
	return PartnerCode(cmd.Actor.Code)
}

func acceptedEnd(cmd Command, p *ParticipantState, g Grounds) Event {
	year := p.Determination.FundYear
	switch a := cmd.Act.(type) {
	case HoldBalance:
		return BalanceHeld{HoldBody: a.HoldBody}
	case ReleaseBalance:
		return BalanceReleased{HoldBody: a.HoldBody}
	case RevokeParticipation:
		return ParticipationRevoked{RevocationBody: a.RevocationBody, Deadline: g.Facts.Deadline, BlockedMinutes: g.Facts.BlockedMinutes, Attempts: g.Facts.Attempts}
	case BlacklistParticipant:
		return Blacklisted{BlacklistBody: a.BlacklistBody}
	case RestoreParticipation:
		return ParticipationRestored{RestorationBody: a.RestorationBody}
	case LapsePurse:
		return PurseLapsed{LapseBody: a.LapseBody, Amounts: p.lapsing(a.Cause, g), Currency: IDR, FundYear: year}
	case ReturnBalance:
		return BalanceReturned{LapseBody: a.LapseBody, Amounts: p.Balance, Released: uncredited(p.Committed), Currency: IDR, FundYear: year}
	case DemandRepayment:
		return RepaymentDemanded{RepaymentBody: a.RepaymentBody, FundYear: year}
	case RecordRepayment:
		owed := p.Demanded.Sub(p.Repaid)
		return RepaymentReceived{RepaymentReceiptBody: a.RepaymentReceiptBody, Suspense: beyond(a.Amount, owed)}
	case ReferRepayment:
		return RepaymentReferred{ReferralBody: a.ReferralBody}
	case RecordCorrection:
		return CorrectionRecorded{CorrectionBody: a.CorrectionBody}
	case EraseSubject:
		return SubjectErased{ErasureBody: a.ErasureBody}
	}
	return nil
}

// lapsing is what of the purses lapses for a cause.
func (s *ParticipantState) lapsing(cause LapseCause, g Grounds) Purses {
	switch cause {
	case TrainingNotDone:
		return s.Balance
	case SurveyMissed:
		if g.Policy != nil {
			return Purses{Survey: g.Policy.Entitlement.Survey.Amount.Min(s.Balance.Survey)}
		}
	case PeriodEnded, AfterRevocation, ReturnedByPartner:
	}
	return Purses{Training: s.Balance.Training}
}

// uncredited is a commitment without what was credited beyond it.
func uncredited(p Purses) Purses {
	floor := func(m Money) Money {
		if m.Negative() {
			return Money{}
		}
		return m
	}
	return Purses{floor(p.Training), floor(p.JobSearch), floor(p.Survey)}
}
