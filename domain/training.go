package domain

import "time"

// ---- a training after it is bought: voucher, exchange, start, completion ----

// Reporter says who reports a completion onward.
type Reporter string

// Reporters.
const (
	ByInstitution Reporter = "institution"
	ByPlatform    Reporter = "platform"
)

// Values lists the admitted values.
func (Reporter) Values() []string { return []string{string(ByInstitution), string(ByPlatform)} }

type (
	// VoucherBody says that the platform issued a voucher for an order.
	VoucherBody struct {
		Platform PlatformCode `json:"platform" doc:"where it was bought"`
		Invoice  InvoiceCode  `json:"invoice_code" doc:"order number of the purchase"`
		LastFour LastFour     `json:"voucher_last_four" doc:"last four characters of the voucher"`
	}
	// ExchangeBody exchanges a voucher at the institution.
	ExchangeBody struct {
		Course      CourseCode      `json:"course_code" doc:"code of the course"`
		Institution InstitutionCode `json:"institution" doc:"where it is exchanged"`
		LastFour    LastFour        `json:"voucher_last_four" doc:"last four characters of the voucher"`
	}
	// CourseOfPersonBody names one of the person's courses.
	CourseOfPersonBody struct {
		Course CourseCode `json:"course_code" doc:"code of the course"`
	}
	// CompletionBody says that the person finished a course.
	CompletionBody struct {
		Course      CourseCode `json:"course_code" doc:"code of the course"`
		CompletedAt time.Time  `json:"completed_at" doc:"when"`
	}
	// CompletionReportBody is the onward report of a completion.
	CompletionReportBody struct {
		Course CourseCode `json:"course_code" doc:"code of the course"`
		By     Reporter   `json:"by" doc:"who reports"`
	}
)

// Events of a training.
type (
	// VoucherIssued is the platform's answer to a purchase.
	VoucherIssued struct {
		VoucherBody
		Ruled
	}
	// VoucherExchanged opens the class.
	VoucherExchanged struct {
		ExchangeBody
		Ruled
	}
	// VoucherExchangeRefused says why the class did not open.
	VoucherExchangeRefused struct {
		ExchangeBody
		Ruled
	}
	// TrainingStarted is the first attendance.
	TrainingStarted struct {
		CourseOfPersonBody
		Ruled
	}
	// TrainingCompleted is the last.
	TrainingCompleted struct {
		CompletionBody
		Ruled
	}
	// CompletionReported carries it to the programme office.
	CompletionReported struct {
		CompletionReportBody
		Ruled
	}
)

// Acts of a training.
type (
	// RecordVoucherIssued records the platform's voucher.
	RecordVoucherIssued struct {
		OnParticipant
		VoucherBody
	}
	// ExchangeVoucher asks the institution to open the class.
	ExchangeVoucher struct {
		OnParticipant
		ExchangeBody
	}
	// RecordTrainingStarted records the first attendance.
	RecordTrainingStarted struct {
		OnParticipant
		CourseOfPersonBody
	}
	// RecordTrainingCompleted records the completion.
	RecordTrainingCompleted struct {
		OnParticipant
		CompletionBody
	}
	// ReportCompletion records the onward report.
	ReportCompletion struct {
		OnParticipant
		CompletionReportBody
	}
)
