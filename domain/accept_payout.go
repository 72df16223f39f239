package domain

func acceptedIncentive(a IncentiveAct, cmd Command, p *ParticipantState, g Grounds) Event {
	amount := func(k IncentiveKey) Money {
		if x := p.incentive(k); x != nil && !x.Amount.IsZero() {
			return x.Amount
		}
		if g.Policy != nil {
			return g.Policy.Entitlement.Series(k.Kind).Amount
		}
		return Money{}
	}
	switch a := a.(type) {
	case ScheduleIncentive:
		return IncentiveScheduled{IncentiveScheduleBody: a.IncentiveScheduleBody, Amount: amount(a.IncentiveKey), Currency: IDR}
	case InstructIncentive:
		m := amount(a.IncentiveKey)
		return IncentiveInstructed{InstructionBody: a.InstructionBody, Amount: m, Currency: IDR, Suspense: beyond(m, p.Balance.Get(a.Kind.Purse()))}
	case ConfirmIncentive:
		e := IncentiveDisbursed{DisbursementBody: a.DisbursementBody, Amount: amount(a.IncentiveKey), Currency: IDR}
		if x := p.incentive(a.IncentiveKey); x != nil && x.answeredBy(a.Instruction) {
			e.Partner = x.Partner
		} else {
			e.Partner, e.Suspense = partnerOf(cmd, p), e.Amount
		}
		return e
	case RecordIncentiveFailure:
		e := IncentiveFailed{FailureBody: a.FailureBody, Partner: partnerOf(cmd, p), Currency: IDR}
		if x := p.incentive(a.IncentiveKey); x != nil && x.answeredBy(a.Instruction) {
			e.Partner, e.Amount, e.Suspense = x.Partner, x.Amount, x.Suspense
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
	return nil
}

// partnerOf is whose confirmation it is when no instruction of ours says so.
func partnerOf(cmd Command, p *ParticipantState) PartnerCode {
	if p.Account.Partner != "" {
		return p.Account.Partner
	}
	return PartnerCode(cmd.Actor.Code)
}

func acceptedEnd(a EndAct, p *ParticipantState, g Grounds) Event {
	year := p.Determination.FundYear
	switch a := a.(type) {
	case HoldBalance:
		return BalanceHeld{HoldBody: a.HoldBody}
	case ReleaseBalance:
		return BalanceReleased{HoldBody: a.HoldBody}
	case RevokeParticipation:
		return ParticipationRevoked{RevocationBody: a.RevocationBody, Deadline: g.Facts.Deadline, BlockedMinutes: g.Facts.BlockedMinutes, Attempts: g.Facts.Attempts}
	case BlacklistParticipant:
		return Blacklisted{BlacklistBody: a.BlacklistBody}
	case RestoreParticipation:
		return ParticipationRestored{RestorationBody: a.RestorationBody, Recommitted: p.takenBack}
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
	case SurveyMissed: // survey n+1 needs survey n: what is not earned yet can't be earned any more
		return Purses{Survey: s.Balance.Survey.Sub(s.surveyEarned(g)).Min(s.Balance.Survey)}
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

// surveyEarned is what filled-in surveys still have to be paid from the survey purse.
func (s *ParticipantState) surveyEarned(g Grounds) Money {
	var earned Money
	for n, v := range s.Surveys {
		x := s.incentive(IncentiveKey{Survey, n})
		if v.Done.set && (x == nil || !x.settled()) && g.Policy != nil {
			earned = earned.Add(g.Policy.Entitlement.Survey.Amount)
		}
	}
	return earned.Min(s.Balance.Survey)
}
