package domain

func acceptedDetermination(a DeterminationAct) Event {
	switch a := a.(type) {
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
	}
	return nil
}

func acceptedPurchase(a PurchaseAct, cmd Command, p *ParticipantState, g Grounds) Event {
	switch a := a.(type) {
	case PurchaseCourse:
		return CoursePurchased{PurchaseBody: a.PurchaseBody, Suspense: beyond(a.Amount, p.Balance.Training)}
	case AbandonPurchase:
		return a.closed(cmd)
	case CancelPurchase:
		return p.cancellation(cmd, a, g)
	}
	return nil
}

// closed is the refusal that an abandonment records: with it the attempt has its outcome, and no late copy can debit.
func (a AbandonPurchase) closed(cmd Command) Event {
	return PurchaseRefused{PurchaseBody: PurchaseBody{Platform: a.Platform, Invoice: a.Invoice, Currency: IDR}, Closes: new(cmd.ID)}
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
		e.Course = x.Course
		if !x.Cancelled.set { // a migrated cancellation of a cancelled purchase moves nothing again
			e.Amount, e.Suspense = x.Amount, x.Suspense
		}
	}
	if s.Revoked.set || s.LapsedAt.set || g.Policy != nil && cmd.ReceivedAt.After(g.Policy.PeriodEnd()) {
		e.RefundTo = RefundToFund
	}
	return e
}

func acceptedTraining(a TrainingAct) Event {
	switch a := a.(type) {
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
	}
	return nil
}

func acceptedCertificate(a CertificateAct) Event {
	switch a := a.(type) {
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
	}
	return nil
}

func acceptedAccount(a AccountAct) Event {
	switch a := a.(type) {
	case LinkPayoutAccount:
		return PayoutAccountLinked{AccountBody: a.AccountBody}
	case RecordAccountCheck:
		return PayoutAccountVerified{AccountCheckBody: a.AccountCheckBody}
	case UnlinkPayoutAccount:
		return PayoutAccountUnlinked{AccountEndBody: a.AccountEndBody}
	}
	return nil
}
