package domain

func acceptedOnFund(a FundAct) Event {
	switch a := a.(type) {
	case ReceiveFunds:
		return FundsReceived{FundsInBody: a.FundsInBody}
	case ReturnFunds:
		return FundsReturned{FundsOutBody: a.FundsOutBody}
	case InstructCredit:
		return CreditInstructed{TrancheBody: a.TrancheBody}
	}
	return nil
}

func acceptedOnSettlement(a SettlementAct) Event {
	switch a := a.(type) {
	case ApprovePartnerPayment:
		return PartnerPaymentApproved{SettlementBody: a.SettlementBody}
	case RecordPartnerPaid:
		return PartnerPaid{SettlementBody: a.SettlementBody}
	}
	return nil
}

func acceptedOnIntake(a IntakeAct) Event {
	switch a := a.(type) {
	case RecordTally:
		return IntakeTallied{TallyBody: a.TallyBody}
	case RecordLookupsMissed:
		return LookupsMissed{MissBody: a.MissBody}
	case RecordUnattributedPurchase:
		return PurchaseUnattributed{UnattributedBody: a.UnattributedBody}
	}
	return nil
}

func acceptedOnSeat(a SeatAct) Event {
	switch a := a.(type) {
	case ReserveSeat:
		return SeatReserved{SeatBody: a.SeatBody}
	case ReleaseSeat:
		return SeatReleased{SeatBody: a.SeatBody}
	}
	return nil
}

func acceptedOnBudget(a BudgetAct) Event {
	switch a := a.(type) {
	case ReserveBudget:
		return BudgetReserved{BudgetBody: a.BudgetBody}
	case ReleaseBudget:
		return BudgetReleased{BudgetBody: a.BudgetBody}
	}
	return nil
}

func acceptedOnAction(a ActionAct) Event {
	switch a := a.(type) {
	case ProposeAction:
		return ActionProposed{ProposalBody: a.ProposalBody}
	case ApproveAction:
		return ActionApproved{ApprovalBody: a.ApprovalBody}
	case DeclineAction:
		return ActionDeclined{DeclineBody: a.DeclineBody}
	}
	return nil
}

func acceptedOnAudit(a AuditAct) Event {
	switch a := a.(type) {
	case ClosePeriod:
		return PeriodClosed{PeriodBody: a.PeriodBody}
	case DrawSample:
		return SampleDrawn{SampleBody: a.SampleBody}
	case AdoptRetentionRule:
		return RetentionRuleAdopted{RetentionBody: a.RetentionBody}
	}
	return nil
}

func acceptedOnCase(a CaseAct) Event {
	switch a := a.(type) {
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
