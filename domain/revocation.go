package domain

import (
	"time"

	"github.com/google/uuid"
)

// ---- the end of a participation: holds, revocation, lapse, returns, repayment, erasure ----

// RevocationCause says why a participation ends.
type RevocationCause string

// Causes of a revocation.
const (
	NoFirstPurchase RevocationCause = "no_first_purchase"
	Ineligible      RevocationCause = "ineligible"
	Fraud           RevocationCause = "fraud"
)

// Values lists the admitted values.
func (RevocationCause) Values() []string {
	return []string{string(NoFirstPurchase), string(Ineligible), string(Fraud)}
}

// LapseCause says why a purse lapses or returns.
type LapseCause string

// Causes of a lapse or return.
const (
	PeriodEnded       LapseCause = "period_ended"      // last day of purchases passed: what is left of the training purse
	TrainingNotDone   LapseCause = "training_not_done" // and the first training not finished: the incentives too
	SurveyMissed      LapseCause = "survey_missed"
	AfterRevocation   LapseCause = "after_revocation"
	ReturnedByPartner LapseCause = "returned_by_partner"
)

// Values lists the admitted values.
func (LapseCause) Values() []string {
	return []string{string(PeriodEnded), string(TrainingNotDone), string(SurveyMissed), string(AfterRevocation), string(ReturnedByPartner)}
}

// HoldCause says why a balance is held.
type HoldCause string

// Causes of a hold.
const (
	HoldFraudSigns HoldCause = "signs_of_fraud"
	HoldAccount    HoldCause = "account_compromised"
)

// Values lists the admitted values.
func (HoldCause) Values() []string { return []string{string(HoldFraudSigns), string(HoldAccount)} }

// CorrectionKind says what a correction is about.
type CorrectionKind string

// Kinds of corrections.
const (
	CorrectFact   CorrectionKind = "fact"
	CorrectMoney  CorrectionKind = "money"
	CorrectPerson CorrectionKind = "person"
)

// Values lists the admitted values.
func (CorrectionKind) Values() []string {
	return []string{string(CorrectFact), string(CorrectMoney), string(CorrectPerson)}
}

type (
	// HoldBody holds or releases a balance.
	HoldBody struct {
		Cause HoldCause `json:"cause" doc:"why"`
	}
	// RevocationBody ends a participation.
	RevocationBody struct {
		Cause RevocationCause `json:"cause" doc:"why"`
	}
	// BlacklistBody keeps a person out of later waves.
	BlacklistBody struct {
		Cause RevocationCause `json:"cause" doc:"why"`
	}
	// RestorationBody takes a revocation back. The package is credited again by a new credit.
	RestorationBody struct {
		Revoked EventName `json:"of" default:"ParticipationRevoked" doc:"what is taken back"`
	}
	// LapseBody ends the use of what is left in the purses and returns it to the programme fund.
	LapseBody struct {
		Cause LapseCause `json:"cause" doc:"why"`
	}
	// RepaymentBody demands money back, within the policy's days (Perpres 76/2020 art. 31C).
	RepaymentBody struct {
		Amount   Money           `json:"amount" doc:"how much, in rupiah"`
		Currency Currency        `json:"currency" default:"IDR" doc:"currency of the amount"`
		Cause    RevocationCause `json:"cause" doc:"why"`
		DueOn    Date            `json:"due_on" doc:"last day to pay"`
	}
	// RepaymentReceiptBody is money that came back.
	RepaymentReceiptBody struct {
		Reference Reference `json:"reference" doc:"bank reference; unique per person"`
		Amount    Money     `json:"amount" doc:"how much, in rupiah"`
		Currency  Currency  `json:"currency" default:"IDR" doc:"currency of the amount"`
		FundYear  int       `json:"fund_year" min:"2019" max:"2100" doc:"fund that it goes to"`
	}
	// ReferralBody hands a demand to the authorities.
	ReferralBody struct {
		To Reference `json:"to" doc:"which authority, by its reference"`
	}
	// CorrectionBody annotates an event that was wrong. It changes no state: what it corrects is corrected by the type's own reversing event.
	CorrectionBody struct {
		Corrects uuid.UUID      `json:"corrects" doc:"id of the event"`
		Kind     CorrectionKind `json:"kind" doc:"what was wrong"`
		Linked   *uuid.UUID     `json:"linked,omitempty" doc:"id of the event that puts it right"`
	}
	// ErasureBody says that the vault forgot who the person is.
	ErasureBody struct {
		Basis DecreeNumber `json:"basis" doc:"legal basis"`
	}
)

// Events of the end of a participation.
type (
	// BalanceHeld stops purchases and payouts of one person.
	BalanceHeld struct {
		HoldBody
		Ruled
	}
	// BalanceReleased lets them go on.
	BalanceReleased struct {
		HoldBody
		Ruled
	}
	// ParticipationRevoked ends the participation (art. 20(3)).
	ParticipationRevoked struct {
		RevocationBody
		Deadline       *time.Time `json:"deadline,omitempty"`        // the deadline that had passed
		BlockedMinutes int        `json:"blocked_minutes,omitempty"` // of the window, no purchase could have succeeded anywhere
		Attempts       int        `json:"attempts,omitempty"`        // refused attempts on record in the window
		Ruled
	}
	// RevocationRefused says why it does not end.
	RevocationRefused struct {
		RevocationBody
		Ruled
	}
	// Blacklisted keeps the person out of later waves.
	Blacklisted struct {
		BlacklistBody
		Ruled
	}
	// ParticipationRestored takes a revocation back.
	ParticipationRestored struct {
		RestorationBody
		Recommitted Purses `json:"recommitted"` // what had been returned: allocated again, to be credited anew
		Ruled
	}
	// PurseLapsed says that what is left can't be used any more, and returns it to the programme fund.
	PurseLapsed struct {
		LapseBody
		Amounts  Purses   `json:"amounts"`
		Currency Currency `json:"currency"`
		FundYear int      `json:"fund_year"`
		Ruled
	}
	// BalanceReturned moves what is left to the programme fund and releases what was committed but never credited.
	BalanceReturned struct {
		LapseBody
		Amounts  Purses   `json:"amounts"`
		Released Purses   `json:"released"` // of the commitment, that had not been credited: no cash
		Currency Currency `json:"currency"`
		FundYear int      `json:"fund_year"`
		Ruled
	}
	// RepaymentDemanded claims money back.
	RepaymentDemanded struct {
		RepaymentBody
		FundYear int `json:"fund_year"`
		Ruled
	}
	// RepaymentReceived is money that came back.
	RepaymentReceived struct {
		RepaymentReceiptBody
		Suspense Money `json:"suspense,omitzero"` // beyond what was demanded
		Ruled
	}
	// RepaymentReferred hands the demand to the authorities.
	RepaymentReferred struct {
		ReferralBody
		Ruled
	}
	// CorrectionRecorded annotates an event.
	CorrectionRecorded struct {
		CorrectionBody
		Ruled
	}
	// SubjectErased says that nobody can find the person any more; amounts and decisions stay.
	SubjectErased struct {
		ErasureBody
		Ruled
	}
)

// Acts of the end of a participation.
type (
	// HoldBalance holds it.
	HoldBalance struct {
		OnParticipant
		HoldBody
	}
	// ReleaseBalance releases it.
	ReleaseBalance struct {
		OnParticipant
		HoldBody
	}
	// RevokeParticipation ends a participation; it is decided, like a purchase.
	RevokeParticipation struct {
		OnParticipant
		RevocationBody
	}
	// BlacklistParticipant keeps a person out without a revocation.
	BlacklistParticipant struct {
		OnParticipant
		BlacklistBody
	}
	// RestoreParticipation takes a revocation back.
	RestoreParticipation struct {
		OnParticipant
		RestorationBody
	}
	// LapsePurse ends the use of what is left.
	LapsePurse struct {
		OnParticipant
		LapseBody
	}
	// ReturnBalance returns what is left of a person whose participation ended.
	ReturnBalance struct {
		OnParticipant
		LapseBody
	}
	// DemandRepayment claims money back.
	DemandRepayment struct {
		OnParticipant
		RepaymentBody
	}
	// RecordRepayment records money that came back.
	RecordRepayment struct {
		OnParticipant
		RepaymentReceiptBody
	}
	// ReferRepayment hands a demand on.
	ReferRepayment struct {
		OnParticipant
		ReferralBody
	}
	// RecordCorrection annotates an event.
	RecordCorrection struct {
		OnParticipant
		CorrectionBody
	}
	// EraseSubject records an erasure.
	EraseSubject struct {
		OnParticipant
		ErasureBody
	}
)
