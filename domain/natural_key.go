package domain

// naturalKey is what makes a fact one of a kind in its stream, whatever command brought it: a second one would move money
// or start a clock twice. Empty: the type has none.
func naturalKey(e Event) string {
	switch f := e.(type) {
	case PolicyAdopted:
		return "policy:" + string(f.Policy.Ref())
	case WaveOpened:
		return "wave:" + itoa(f.Wave)
	case WaveClosed:
		return "wave_end:" + itoa(f.Wave)
	case DecreeRegistered:
		return "decree:" + string(f.Decree)
	case TokenIssued:
		return "token:" + string(f.Token)
	case RecipientDetermined:
		return "determination" // the card is given once in a lifetime (art. 17): a second decree line is a second claim to the same thing
	case DeterminationNotified:
		return "notice"
	case ParticipantDataCompleted:
		return "data"
	case CardIssued:
		return "card"
	case BalanceCredited:
		return "credit:" + string(f.Reference)
	case RepaymentReceived:
		return "repayment:" + string(f.Reference)
	case PurseLapsed:
		return "lapse:" + string(f.Cause)
	case SubjectErased:
		return "erased"
	case FundsReceived:
		return "in:" + string(f.Reference)
	case FundsReturned:
		return "out:" + string(f.Reference)
	case CreditInstructed:
		return "tranche:" + string(f.Reference)
	case PartnerPaymentApproved:
		return "approved:" + string(f.Reference)
	case PartnerPaid:
		return "paid:" + string(f.Reference)
	case SeatReserved:
		return "seat:" + f.For.String()
	case BudgetReserved:
		return "budget:" + string(f.Reference)
	case ActionProposed:
		return "proposal"
	case ActionApproved:
		return "approval"
	case PeriodClosed:
		return "period:" + string(f.Period)
	case SampleDrawn:
		return "sample:" + string(f.Population) + "/" + itoa(f.Number)
	}
	return trainingKey(e)
}

// trainingKey is naturalKey for what happens to a course or an incentive of a person.
func trainingKey(e Event) string {
	switch f := e.(type) {
	case VoucherIssued:
		return "voucher:" + invoiceKey(f.Platform, f.Invoice)
	case TrainingStarted:
		return "started:" + string(f.Course)
	case TrainingCompleted:
		return "completed:" + string(f.Course)
	case CompletionReported:
		return "reported:" + string(f.Course) + "/" + string(f.By)
	case CertificateIssued:
		return "issued:" + string(f.Course)
	case RatingGiven:
		return "rating:" + string(f.Course)
	case ReviewGiven:
		return "review:" + string(f.Course)
	case IncentiveScheduled:
		return "incentive:" + string(f.Kind) + "/" + itoa(f.N)
	case IncentiveInstructed:
		return "instruction:" + string(f.Instruction)
	case IncentiveDisbursed:
		return "disbursed:" + string(f.Kind) + "/" + itoa(f.N)
	case IncentiveFailed:
		return "failed:" + string(f.Instruction)
	case SurveyOpened:
		return "survey_open:" + itoa(f.N)
	case SurveyCompleted:
		return "survey:" + itoa(f.N)
	}
	return ""
}
