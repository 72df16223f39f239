package domain

import (
	"time"

	"github.com/google/uuid"
)

// ---- buying a course, abandoning an attempt, cancelling a purchase ----

// CancelParty says who cancelled a purchase.
type CancelParty string

// Who cancels.
const (
	CancelledByParticipant CancelParty = "participant"
	CancelledByPlatform    CancelParty = "platform"
	CancelledByInstitution CancelParty = "institution"
	CancelledByProgramme   CancelParty = "programme_office"
)

// Values lists the admitted values.
func (CancelParty) Values() []string {
	return []string{string(CancelledByParticipant), string(CancelledByPlatform), string(CancelledByInstitution), string(CancelledByProgramme)}
}

// CancelCause says why a purchase was cancelled.
type CancelCause string

// Causes of a cancellation.
const (
	CancelClassCancelled  CancelCause = "class_cancelled"
	CancelDoublePayment   CancelCause = "double_payment"
	CancelNoVoucher       CancelCause = "no_voucher"
	CancelInstitutionGone CancelCause = "institution_removed"
	CancelOrderDropped    CancelCause = "order_dropped"
)

// Values lists the admitted values.
func (CancelCause) Values() []string {
	return []string{string(CancelClassCancelled), string(CancelDoublePayment), string(CancelNoVoucher), string(CancelInstitutionGone), string(CancelOrderDropped)}
}

// RefundTo says where a cancelled purchase's money went.
type RefundTo string

// Destinations of a refund.
const (
	RefundToPurse RefundTo = "training_purse"
	RefundToFund  RefundTo = "programme_fund" // the purse is closed: revoked, or after the last day of purchases
)

// Values lists the admitted values.
func (RefundTo) Values() []string { return []string{string(RefundToPurse), string(RefundToFund)} }

type (
	// PurchaseBody is what a platform asks for when a person buys.
	PurchaseBody struct {
		Course   CourseCode   `json:"course_code" doc:"code of the course"`
		Platform PlatformCode `json:"platform" doc:"where the person buys"`
		Invoice  InvoiceCode  `json:"invoice_code" doc:"the platform's order number; accepted once"`
		Amount   Money        `json:"amount" doc:"price to be paid, in rupiah"`
		Currency Currency     `json:"currency" default:"IDR" doc:"currency of the amount"`
		Schedule ScheduleCode `json:"schedule_code,omitempty" doc:"class, where the policy knows classes"`
		Token    TokenID      `json:"token_id,omitempty" doc:"public part of the API token that the request came with"`
		NotAfter *time.Time   `json:"not_after,omitempty" doc:"the caller's own limit: later the attempt is refused, nothing is debited"`
	}
	// CancellationBody undoes a purchase.
	CancellationBody struct {
		Platform PlatformCode `json:"platform" doc:"where it was bought"`
		Invoice  InvoiceCode  `json:"invoice_code" doc:"order number of the purchase"`
		By       CancelParty  `json:"by" doc:"who cancels"`
		Cause    CancelCause  `json:"cause" doc:"why"`
		PaidOut  bool         `json:"paid_out,omitempty" doc:"the platform had been paid for it already: it owes the amount"`
	}
)

// Events of a purchase.
type (
	// CoursePurchased debits the training purse.
	CoursePurchased struct {
		PurchaseBody
		Suspense Money `json:"suspense,omitzero"` // what a migrated purchase took beyond the purse
		Ruled
	}
	// PurchaseRefused says why nothing was debited.
	PurchaseRefused struct {
		PurchaseBody
		Closes *uuid.UUID `json:"closes,omitempty"` // set by an abandonment: the attempt that it closes
		Ruled
	}
	// PurchaseCancelled gives the money back.
	PurchaseCancelled struct {
		CancellationBody
		Course   CourseCode `json:"course_code"`
		Amount   Money      `json:"amount"`
		Currency Currency   `json:"currency"`
		RefundTo RefundTo   `json:"refund_to"`
		Suspense Money      `json:"suspense,omitzero"` // part of the amount that had been taken from suspense: the purse doesn't get it
		FundYear int        `json:"fund_year,omitempty"`
		Ruled
	}
	// PurchaseCancellationRefused leaves the purchase as it is.
	PurchaseCancellationRefused struct {
		CancellationBody
		Ruled
	}
)

// Acts of a purchase.
type (
	// PurchaseCourse asks to buy.
	PurchaseCourse struct {
		OnParticipant
		PurchaseBody
	}
	// AbandonPurchase closes an attempt that has no outcome yet, so that no delayed copy of it can ever debit.
	// It is submitted with the key of the purchase itself.
	AbandonPurchase struct {
		OnParticipant
		AbandonBody
	}
	// CancelPurchase asks to undo a purchase.
	CancelPurchase struct {
		OnParticipant
		CancellationBody
	}
)

// AbandonBody names the order that is dropped.
type AbandonBody struct {
	Platform PlatformCode `json:"platform" doc:"where the order was"`
	Invoice  InvoiceCode  `json:"invoice_code" doc:"order number"`
}
