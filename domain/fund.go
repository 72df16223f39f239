package domain

import "github.com/google/uuid"

// ---- the programme fund of a year, settlement files, seats and budgets ----

type (
	// FundsInBody is money from the state treasury.
	FundsInBody struct {
		Reference Reference `json:"reference" doc:"treasury reference (SP2D); unique per fund"`
		Amount    Money     `json:"amount" doc:"how much, in rupiah"`
		Currency  Currency  `json:"currency" default:"IDR" doc:"currency of the amount"`
	}
	// FundsOutBody is money back to it.
	FundsOutBody struct {
		Reference Reference `json:"reference" doc:"deposit receipt; unique per fund"`
		Amount    Money     `json:"amount" doc:"how much, in rupiah"`
		Currency  Currency  `json:"currency" default:"IDR" doc:"currency of the amount"`
	}
	// TrancheBody instructs the bank to credit many people: what each credit refers to.
	TrancheBody struct {
		Reference Reference    `json:"reference" doc:"reference of the tranche; unique per fund"`
		Decree    DecreeNumber `json:"decree" doc:"decree whose recipients are credited"`
		Count     int          `json:"count" min:"1" max:"100000000" doc:"how many people"`
		Total     Purses       `json:"total" doc:"sum per purse"`
		Currency  Currency     `json:"currency" default:"IDR" doc:"currency of the amounts"`
	}
	// SettlementLine is one purchase of a settlement.
	SettlementLine struct {
		Participant uuid.UUID   `json:"participant" doc:"subject id"`
		Invoice     InvoiceCode `json:"invoice_code" doc:"order number"`
		Amount      Money       `json:"amount" doc:"how much, in rupiah"`
	}
	// SettlementBody is a settlement of purchases with a platform.
	SettlementBody struct {
		Reference Reference        `json:"reference" doc:"reference of the approval or payment"`
		Lines     []SettlementLine `json:"lines" doc:"the purchases; at most 500 lines an event"`
		Total     Money            `json:"total" doc:"their sum, in rupiah"`
		Currency  Currency         `json:"currency" default:"IDR" doc:"currency of the amounts"`
	}
	// SeatBody reserves or releases seats of a class.
	SeatBody struct {
		For   uuid.UUID `json:"for_command" doc:"the purchase that the seat is for"`
		Seats int       `json:"seats" min:"1" max:"1000" doc:"how many"`
	}
	// BudgetBody reserves or releases a tranche of a wave's budget.
	BudgetBody struct {
		Reference Reference `json:"reference" doc:"decree or payment file; unique per wave"`
		Count     int       `json:"count" min:"1" max:"100000000" doc:"people"`
		Amount    Money     `json:"amount" doc:"how much, in rupiah"`
		Currency  Currency  `json:"currency" default:"IDR" doc:"currency of the amount"`
	}
)

// Events of money and limits that many people share.
type (
	// FundsReceived fills the programme fund.
	FundsReceived struct {
		FundsInBody
		Ruled
	}
	// FundsReturned empties it.
	FundsReturned struct {
		FundsOutBody
		Ruled
	}
	// CreditInstructed is the programme office's order to the bank; a person is credited by the bank's own fact only.
	CreditInstructed struct {
		TrancheBody
		Ruled
	}
	// FundActRefused is the refusal of any act on a fund.
	FundActRefused struct{ RefusedAct }

	// PartnerPaymentApproved says that purchases may be paid.
	PartnerPaymentApproved struct {
		SettlementBody
		Ruled
	}
	// PartnerPaid says that they were.
	PartnerPaid struct {
		SettlementBody
		Ruled
	}
	// SettlementActRefused is the refusal of any act on a settlement.
	SettlementActRefused struct{ RefusedAct }

	// SeatReserved takes a seat.
	SeatReserved struct {
		SeatBody
		Ruled
	}
	// SeatReleased gives it back.
	SeatReleased struct {
		SeatBody
		Ruled
	}
	// SeatActRefused is the refusal of any act on seats.
	SeatActRefused struct{ RefusedAct }

	// BudgetReserved takes a tranche.
	BudgetReserved struct {
		BudgetBody
		Ruled
	}
	// BudgetReleased gives it back.
	BudgetReleased struct {
		BudgetBody
		Ruled
	}
	// BudgetActRefused is the refusal of any act on a budget.
	BudgetActRefused struct{ RefusedAct }
)

// OnFund names the fund whose stream an act is for.
type OnFund struct {
	Year int `json:"fund_year" stream:"yes" min:"2019" max:"2100" doc:"fiscal year of the fund"`
}

// OnSettlement names the settlement file whose stream an act is for.
type OnSettlement struct {
	Platform PlatformCode `json:"platform" stream:"yes" doc:"platform that is settled with"`
	File     Digest       `json:"file_sha256" stream:"yes" doc:"SHA-256 of the settlement file"`
}

// OnSeats names the class whose seats an act is for.
type OnSeats struct {
	Schedule ScheduleCode `json:"schedule_code" stream:"yes" doc:"code of the class"`
}

// OnBudget names the wave whose budget an act is for.
type OnBudget struct {
	Wave int `json:"wave" stream:"yes" min:"1" max:"999" doc:"number of the wave"`
}

// Acts on money and limits that many people share.
type (
	// ReceiveFunds records money from the treasury.
	ReceiveFunds struct {
		OnFund
		FundsInBody
	}
	// ReturnFunds records money back to it.
	ReturnFunds struct {
		OnFund
		FundsOutBody
	}
	// InstructCredit orders a tranche of credits.
	InstructCredit struct {
		OnFund
		TrancheBody
	}
	// ApprovePartnerPayment approves a settlement.
	ApprovePartnerPayment struct {
		OnSettlement
		SettlementBody
	}
	// RecordPartnerPaid records its payment.
	RecordPartnerPaid struct {
		OnSettlement
		SettlementBody
	}
	// ReserveSeat takes a seat.
	ReserveSeat struct {
		OnSeats
		SeatBody
	}
	// ReleaseSeat gives it back.
	ReleaseSeat struct {
		OnSeats
		SeatBody
	}
	// ReserveBudget takes a tranche.
	ReserveBudget struct {
		OnBudget
		BudgetBody
	}
	// ReleaseBudget gives it back.
	ReleaseBudget struct {
		OnBudget
		BudgetBody
	}
)
