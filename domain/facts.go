package domain

import "time"

// Facts is everything that the checks of any rule set compare: flat, versioned, and stored in the decision. Checks never see
// state. Gather fills it from state, registry and look-ups; Judge reads nothing else but the policy. What does not apply is
// absent. Times are instants, deadlines are stored as computed. A fact, once released, keeps its name, type and unit.
type Facts struct {
	Version    string      `json:"v"`                // of this struct: facts/1
	Command    CommandName `json:"command"`          // which act
	Stream     Stream      `json:"stream,omitempty"` // that is decided on; references without a stream mean it
	Origin     Origin      `json:"origin"`           // decided, reported or migrated
	ReceivedAt time.Time   `json:"received_at"`
	Effective  *time.Time  `json:"effective_at,omitempty"`
	Party      Party       `json:"party,omitempty"` // of the actor

	// The service as a whole.
	Gate              string     `json:"gate,omitempty"` // open, closed
	GateSince         *time.Time `json:"gate_since,omitempty"`
	GateCause         GateCause  `json:"gate_cause,omitempty"`
	GateUntil         *Date      `json:"gate_until,omitempty"`    // announced, not promised
	PlatformGate      string     `json:"platform_gate,omitempty"` // the same for this platform alone
	PlatformGateSince *time.Time `json:"platform_gate_since,omitempty"`
	PlatformGateCause GateCause  `json:"platform_gate_cause,omitempty"`
	PlatformGateUntil *Date      `json:"platform_gate_until,omitempty"`
	PayoutsHeldSince  *time.Time `json:"payouts_held_since,omitempty"`

	// The platform and its token.
	Platform      PlatformCode `json:"platform,omitempty"`
	PlatformState string       `json:"platform_state,omitempty"` // unknown, partner, left
	PlatformSince *time.Time   `json:"platform_since,omitempty"`
	Token         TokenID      `json:"token_id,omitempty"`
	TokenState    string       `json:"token_state,omitempty"` // unknown, active, grace, expired, revoked
	TokenSince    *time.Time   `json:"token_since,omitempty"`

	// The institution, the course, its offer and its class.
	Institution       InstitutionCode `json:"institution,omitempty"`
	InstitutionState  string          `json:"institution_state,omitempty"` // unknown, approved, suspended, removed
	InstitutionSince  *time.Time      `json:"institution_since,omitempty"`
	Course            CourseCode      `json:"course_code,omitempty"`
	CourseState       string          `json:"course_state,omitempty"` // unknown, submitted, approved, rejected, withdrawn
	CourseCause       CourseCause     `json:"course_cause,omitempty"`
	CourseSince       *time.Time      `json:"course_since,omitempty"`
	CourseInteractive bool            `json:"course_interactive,omitempty"` // as approved
	Offer             string          `json:"offer,omitempty"`              // none, offered, ended
	OfferPrice        *Money          `json:"offer_price,omitempty"`
	Schedule          ScheduleCode    `json:"schedule_code,omitempty"`
	ScheduleState     string          `json:"schedule_state,omitempty"` // unknown, other_course, open, closed
	ScheduleStarts    *time.Time      `json:"schedule_starts_at,omitempty"`
	SeatsLeft         *int            `json:"seats_left,omitempty"` // a seat reserved for this very command counts as left

	// The person: standing and clocks.
	Known          bool            `json:"known,omitempty"` // the stream has events
	DeterminedAt   *time.Time      `json:"determined_at,omitempty"`
	Wave           int             `json:"wave,omitempty"`
	NotifiedAt     *time.Time      `json:"notified_at,omitempty"`
	DataAt         *time.Time      `json:"data_completed_at,omitempty"`
	CardAt         *time.Time      `json:"card_issued_at,omitempty"`
	CreditedAt     *time.Time      `json:"credited_at,omitempty"`
	RevokedAt      *time.Time      `json:"revoked_at,omitempty"`
	RevokedFor     RevocationCause `json:"revoked_for,omitempty"`
	Cause          RevocationCause `json:"cause,omitempty"` // of the revocation that is asked for
	BlacklistedAt  *time.Time      `json:"blacklisted_at,omitempty"`
	HeldAt         *time.Time      `json:"held_at,omitempty"`
	HeldFor        HoldCause       `json:"held_for,omitempty"`
	DemandedAt     *time.Time      `json:"repayment_demanded_at,omitempty"`
	Deadline       *time.Time      `json:"deadline,omitempty"`          // of the first purchase
	DeadlineIs     string          `json:"deadline_is,omitempty"`       // set, extended, computed
	FirstPurchase  *time.Time      `json:"first_purchase_at,omitempty"` // that counts for the deadline
	Dispute        CaseRef         `json:"open_dispute,omitempty"`
	BlockedMinutes int             `json:"blocked_minutes,omitempty"` // of the window so far, no purchase could have succeeded
	Attempts       int             `json:"refused_attempts,omitempty"`

	// Money.
	Amount   *Money  `json:"amount,omitempty"` // asked for
	Balance  *Purses `json:"balance,omitempty"`
	Awaiting *Purses `json:"uncredited,omitempty"` // committed, never credited

	// Earlier acts of the same person.
	BoughtAt     *time.Time  `json:"bought_at,omitempty"` // the same course, not cancelled
	FirstCourse  CourseCode  `json:"first_course,omitempty"`
	Invoice      InvoiceCode `json:"invoice_code,omitempty"`
	InvoiceState string      `json:"invoice_state,omitempty"` // new, used
	NotAfter     *time.Time  `json:"not_after,omitempty"`
	Abandoned    bool        `json:"abandoned,omitempty"`
	DoneBefore   *CompactRef `json:"done_before,omitempty"` // the act's natural key stands here already
	Missing      string      `json:"missing,omitempty"`     // what the act refers to and is not there

	// The training in question (the first one, where a rule is about the first).
	Training TrainingFacts `json:"training,omitzero"`

	// The payout account and the incentive or survey in question.
	Partner      PartnerCode    `json:"partner,omitempty"`
	Checks       *AccountChecks `json:"account_checks,omitempty"`
	Kind         IncentiveKind  `json:"kind,omitempty"`
	N            int            `json:"n,omitempty"`
	Granted      int            `json:"granted,omitempty"`       // incentives of the kind scheduled so far, failed ones included once
	FirstPaidAt  *time.Time     `json:"first_paid_at,omitempty"` // first job-search incentive
	SurveyState  string         `json:"survey_state,omitempty"`  // none, open, done
	SurveyCloses *Date          `json:"survey_closes_on,omitempty"`
	PreviousDone bool           `json:"previous_done,omitempty"` // survey n-1
	State        string         `json:"state,omitempty"`         // of the incentive: none, scheduled, instructed, failed, under_review, disbursed

	// The second person, the document, the budget.
	Authority string  `json:"authority,omitempty"`        // its number
	Action    string  `json:"action,omitempty"`           // none, proposed, approved, declined, not_covered, same_person, spent
	Entitled  string  `json:"entitled_party,omitempty"`   // who owns this fact
	Expected  *Purses `json:"expected_amounts,omitempty"` // what policy or tranche says
	Given     *Purses `json:"given_amounts,omitempty"`
	Left      *Money  `json:"left,omitempty"` // in the fund or budget
	CountLeft *int    `json:"count_left,omitempty"`

	// Refs says which event each group of facts was read from.
	Refs map[string]CompactRef `json:"refs,omitempty"`
}

// TrainingFacts is the path of one bought course.
type TrainingFacts struct {
	Course           CourseCode      `json:"course_code,omitempty"`
	First            bool            `json:"first,omitempty"` // first uncancelled one
	BoughtAt         *time.Time      `json:"bought_at,omitempty"`
	CancelledAt      *time.Time      `json:"cancelled_at,omitempty"`
	Institution      InstitutionCode `json:"institution,omitempty"` // the course's
	VoucherAt        *time.Time      `json:"voucher_at,omitempty"`
	Voucher          LastFour        `json:"voucher_last_four,omitempty"`
	GivenVoucher     LastFour        `json:"given_last_four,omitempty"`
	GivenInstitution InstitutionCode `json:"given_institution,omitempty"`
	ExchangedAt      *time.Time      `json:"exchanged_at,omitempty"`
	StartedAt        *time.Time      `json:"started_at,omitempty"`
	CompletedAt      *time.Time      `json:"completed_at,omitempty"`
	ByInstitutionAt  *time.Time      `json:"reported_by_institution_at,omitempty"`
	ByPlatformAt     *time.Time      `json:"reported_by_platform_at,omitempty"`
	IssuedAt         *time.Time      `json:"certificate_issued_at,omitempty"`
	AcceptedAt       *time.Time      `json:"certificate_accepted_at,omitempty"`
	RevokedAt        *time.Time      `json:"certificate_revoked_at,omitempty"`
	RatedAt          *time.Time      `json:"rated_at,omitempty"`
	ReviewedAt       *time.Time      `json:"reviewed_at,omitempty"`
	Name             Match           `json:"name,omitempty"`
	Graded           Match           `json:"graded,omitempty"`
	Attendance       Match           `json:"attendance,omitempty"`
}

// FactsVersion is the version of Facts that this code gathers.
const FactsVersion = "facts/1"
