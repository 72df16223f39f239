package domain

// ---- incentives and surveys ----

// IncentiveKind is what an incentive is for.
type IncentiveKind string

// Kinds of incentives.
const (
	JobSearch IncentiveKind = "job_search"
	Survey    IncentiveKind = "survey"
)

// Values lists the admitted values.
func (IncentiveKind) Values() []string { return []string{string(JobSearch), string(Survey)} }

// Purse is the purse that pays the kind.
func (k IncentiveKind) Purse() Purse {
	if k == Survey {
		return PurseSurvey
	}
	return PurseJobSearch
}

type (
	// IncentiveKey names one incentive of a person.
	IncentiveKey struct {
		Kind IncentiveKind `json:"kind" doc:"job_search or survey"`
		N    int           `json:"n" min:"1" max:"12" doc:"first, second, ..."`
	}
	// IncentiveScheduleBody schedules a payment.
	IncentiveScheduleBody struct {
		IncentiveKey
		DueOn Date `json:"due_on" doc:"day of the payment"`
	}
	// InstructionBody hands a payment to the partner. An instruction without a definite answer is never re-issued: it is asked.
	InstructionBody struct {
		IncentiveKey
		Instruction Reference   `json:"instruction_id" doc:"reference of the instruction; unique per person"`
		Partner     PartnerCode `json:"partner" doc:"payment partner"`
		File        Digest      `json:"file_sha256,omitempty" doc:"SHA-256 of the payment file"`
	}
	// DisbursementBody is the partner's confirmation.
	DisbursementBody struct {
		IncentiveKey
		Instruction Reference `json:"instruction_id" doc:"which instruction"`
	}
	// FailureBody is the partner's failure.
	FailureBody struct {
		IncentiveKey
		Instruction Reference     `json:"instruction_id" doc:"which instruction"`
		Code        PartnerReason `json:"partner_code" doc:"the partner's own code, or NONE_GIVEN"`
	}
	// RecheckBody puts a failed payment under review, alone or with a group.
	RecheckBody struct {
		IncentiveKey
		Group     Reference `json:"group,omitempty" doc:"reference of the group that is rechecked"`
		GroupSize int       `json:"group_size,omitempty" min:"0" max:"100000000" doc:"people in it"`
	}
	// SurveyOpenBody opens survey n.
	SurveyOpenBody struct {
		N        int  `json:"n" min:"1" max:"12" doc:"first, second, ..."`
		ClosesOn Date `json:"closes_on" doc:"last day to fill it in"`
	}
	// SurveyDoneBody says that survey n was filled in.
	SurveyDoneBody struct {
		N int `json:"n" min:"1" max:"12" doc:"first, second, ..."`
	}
)

// Events of incentives.
type (
	// IncentiveScheduled promises a payment on a day.
	IncentiveScheduled struct {
		IncentiveScheduleBody
		Amount   Money    `json:"amount"`
		Currency Currency `json:"currency"`
		Ruled
	}
	// IncentiveRefused says which gate is not passed.
	IncentiveRefused struct {
		IncentiveScheduleBody
		Ruled
	}
	// IncentiveInstructed moves the amount into transit.
	IncentiveInstructed struct {
		InstructionBody
		Amount   Money    `json:"amount"`
		Currency Currency `json:"currency"`
		Suspense Money    `json:"suspense,omitzero"` // what a migrated instruction took beyond the purse
		Ruled
	}
	// IncentiveDisbursed ends the transit at the person.
	IncentiveDisbursed struct {
		DisbursementBody
		Partner  PartnerCode `json:"partner"`
		Amount   Money       `json:"amount"`
		Currency Currency    `json:"currency"`
		Suspense Money       `json:"suspense,omitzero"` // what a confirmation without an instruction took
		Ruled
	}
	// IncentiveFailed brings it back into the purse.
	IncentiveFailed struct {
		FailureBody
		Partner  PartnerCode `json:"partner"`
		Amount   Money       `json:"amount"`
		Currency Currency    `json:"currency"`
		Suspense Money       `json:"suspense,omitzero"` // part of the amount that its instruction had taken from suspense
		Ruled
	}
	// IncentiveUnderReview is "Dalam Pengecekan".
	IncentiveUnderReview struct {
		RecheckBody
		Ruled
	}
	// IncentiveRescheduled promises another day.
	IncentiveRescheduled struct {
		IncentiveScheduleBody
		Ruled
	}
	// SurveyOpened puts survey n into the dashboard.
	SurveyOpened struct {
		SurveyOpenBody
		Ruled
	}
	// SurveyCompleted is the gate of its incentive.
	SurveyCompleted struct {
		SurveyDoneBody
		Ruled
	}
)

// Acts of incentives.
type (
	// ScheduleIncentive asks for a payment.
	ScheduleIncentive struct {
		OnParticipant
		IncentiveScheduleBody
	}
	// InstructIncentive hands it to the partner.
	InstructIncentive struct {
		OnParticipant
		InstructionBody
	}
	// ConfirmIncentive records the partner's confirmation.
	ConfirmIncentive struct {
		OnParticipant
		DisbursementBody
	}
	// RecordIncentiveFailure records the partner's failure.
	RecordIncentiveFailure struct {
		OnParticipant
		FailureBody
	}
	// ReviewIncentive puts it under review.
	ReviewIncentive struct {
		OnParticipant
		RecheckBody
	}
	// RescheduleIncentive promises another day.
	RescheduleIncentive struct {
		OnParticipant
		IncentiveScheduleBody
	}
	// OpenSurvey opens survey n.
	OpenSurvey struct {
		OnParticipant
		SurveyOpenBody
	}
	// RecordSurveyCompleted records that it was filled in.
	RecordSurveyCompleted struct {
		OnParticipant
		SurveyDoneBody
	}
)
