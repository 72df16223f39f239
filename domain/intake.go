package domain

import (
	"time"

	"github.com/google/uuid"
)

// ---- what reached a platform's door and never became an attempt ----

// DenialCause says why requests were turned away before anything was decided.
type DenialCause string

// Causes of a denial at the door.
const (
	DeniedGateClosed    DenialCause = "gate_closed"
	DeniedTokenRevoked  DenialCause = "token_revoked"
	DeniedTokenExpired  DenialCause = "token_expired"
	DeniedTokenUnknown  DenialCause = "token_unknown"
	DeniedSignature     DenialCause = "signature_mismatch"
	DeniedClientUnknown DenialCause = "client_unknown"
	DeniedPaymentToken  DenialCause = "payment_token_invalid"
	DeniedScope         DenialCause = "scope"
)

// Values lists the admitted values.
func (DenialCause) Values() []string {
	return []string{
		string(DeniedGateClosed), string(DeniedTokenRevoked), string(DeniedTokenExpired), string(DeniedTokenUnknown),
		string(DeniedSignature), string(DeniedClientUnknown), string(DeniedPaymentToken), string(DeniedScope),
	}
}

// LookupCause says why a look-up of a course found nothing.
type LookupCause string

// Causes of a miss.
const (
	MissUnknownCourse LookupCause = "course_unknown"
	MissNotApproved   LookupCause = "course_not_approved"
	MissNotOffered    LookupCause = "course_not_offered"
	MissGateClosed    LookupCause = "gate_closed"
)

// Values lists the admitted values.
func (LookupCause) Values() []string {
	return []string{string(MissUnknownCourse), string(MissNotApproved), string(MissNotOffered), string(MissGateClosed)}
}

type (
	// DenialCount counts one cause.
	DenialCount struct {
		Cause DenialCause `json:"cause" doc:"why"`
		Count int         `json:"count" min:"1" max:"100000000" doc:"how many"`
	}
	// TallyBody counts one minute of one platform: received = decided + replayed + denied + malformed + throttled + failed.
	TallyBody struct {
		Minute    time.Time     `json:"minute" doc:"start of the minute"`
		Minutes   int           `json:"minutes,omitempty" min:"0" max:"1440" doc:"length, if longer than one minute"`
		Received  int           `json:"received" min:"0" max:"100000000" doc:"requests that arrived"`
		Decided   int           `json:"decided,omitempty" min:"0" max:"100000000" doc:"of them, with an outcome of their own"`
		Replayed  int           `json:"replayed,omitempty" min:"0" max:"100000000" doc:"answered with an earlier outcome"`
		Denied    int           `json:"denied,omitempty" min:"0" max:"100000000" doc:"turned away at the door"`
		Malformed int           `json:"malformed,omitempty" min:"0" max:"100000000" doc:"could not be read"`
		Throttled int           `json:"throttled,omitempty" min:"0" max:"100000000" doc:"too many at once"`
		Failed    int           `json:"failed,omitempty" min:"0" max:"100000000" doc:"failed on our side"`
		Causes    []DenialCount `json:"causes,omitempty" doc:"the denied ones by cause"`
		Token     TokenID       `json:"token_id,omitempty" doc:"token that most of them came with"`
		Requests  []uuid.UUID   `json:"request_ids,omitempty" max:"3" doc:"a few request ids, at most 3"`
		Restarted bool          `json:"restarted,omitempty" doc:"the node restarted in this minute: counts may be short"`
	}
	// MissBody counts look-ups of a course that found nothing, per hour. No person, no search text.
	MissBody struct {
		Course CourseCode  `json:"course_code,omitempty" doc:"which course, if it was named"`
		Cause  LookupCause `json:"cause" doc:"why nothing was found"`
		Hour   time.Time   `json:"hour" doc:"start of the hour"`
		Count  int         `json:"count" min:"1" max:"100000000" doc:"how many"`
	}
	// UnattributedBody is a well-formed purchase for a person or card that is not known.
	UnattributedBody struct {
		Invoice  InvoiceCode `json:"invoice_code" doc:"the platform's order number"`
		Course   CourseCode  `json:"course_code" doc:"code of the course"`
		Amount   Money       `json:"amount" doc:"price, in rupiah"`
		Currency Currency    `json:"currency" default:"IDR" doc:"currency of the amount"`
	}
)

// Events of an intake.
type (
	// IntakeTallied counts what arrived.
	IntakeTallied struct {
		TallyBody
		Ruled
	}
	// LookupsMissed counts look-ups that found nothing.
	LookupsMissed struct {
		MissBody
		Ruled
	}
	// PurchaseUnattributed keeps an attempt that belongs to nobody we know: CARD_NOT_RECOGNISED.
	PurchaseUnattributed struct {
		UnattributedBody
		Ruled
	}
	// IntakeActRefused is the refusal of any act on an intake.
	IntakeActRefused struct{ RefusedAct }
)

// OnIntake names the platform whose intake an act is for; empty is "unknown".
type OnIntake struct {
	Platform PlatformCode `json:"platform,omitempty" stream:"yes" doc:"platform; empty if it named none that we know"`
}

// Acts on an intake.
type (
	// RecordTally records a tally.
	RecordTally struct {
		OnIntake
		TallyBody
	}
	// RecordLookupsMissed records misses.
	RecordLookupsMissed struct {
		OnIntake
		MissBody
	}
	// RecordUnattributedPurchase keeps an attempt of nobody we know.
	RecordUnattributedPurchase struct {
		OnIntake
		UnattributedBody
	}
)
