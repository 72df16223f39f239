package domain

// ---- the account that incentives are paid to ----

// AccountChecks are a payment partner's checks of an account, each with its result on that day. A check that passed when
// the account was linked may fail when it is paid: each answer is kept with its date.
type AccountChecks struct {
	KYC        Match `json:"kyc" doc:"account upgraded (identity checked) at the partner"`
	NIK        Match `json:"nik" doc:"same national id number as in the programme"`
	Phone      Match `json:"phone" doc:"same phone number as in the programme"`
	Selfie     Match `json:"selfie,omitempty" doc:"id card and selfie agree"`
	Owner      Match `json:"owner,omitempty" doc:"account belongs to the participant"`
	Active     Match `json:"active,omitempty" doc:"account is open and in use"`
	Dukcapil   Match `json:"dukcapil,omitempty" doc:"national id number is in the civil registry"`
	Registered Match `json:"registered,omitempty" doc:"phone number has an account at the partner"`
}

type (
	// AccountBody links a bank account or e-wallet.
	AccountBody struct {
		Partner PartnerCode   `json:"partner" doc:"payment partner"`
		Account LastFour      `json:"account_last_four,omitempty" doc:"last four characters of the account"`
		Checks  AccountChecks `json:"checks" doc:"the partner's checks on that day"`
	}
	// AccountCheckBody is a later check of the linked account.
	AccountCheckBody struct {
		Partner PartnerCode   `json:"partner" doc:"payment partner"`
		Checks  AccountChecks `json:"checks" doc:"the partner's checks on that day"`
	}
	// AccountEndBody unlinks it.
	AccountEndBody struct {
		Partner PartnerCode `json:"partner" doc:"payment partner"`
	}
)

// Events of a payout account.
type (
	// PayoutAccountLinked makes it the account that incentives go to.
	PayoutAccountLinked struct {
		AccountBody
		Ruled
	}
	// PayoutAccountLinkRefused says why it was not linked.
	PayoutAccountLinkRefused struct {
		AccountBody
		Ruled
	}
	// PayoutAccountVerified is a later check.
	PayoutAccountVerified struct {
		AccountCheckBody
		Ruled
	}
	// PayoutAccountUnlinked ends the link.
	PayoutAccountUnlinked struct {
		AccountEndBody
		Ruled
	}
)

// Acts on a payout account.
type (
	// LinkPayoutAccount asks to link one.
	LinkPayoutAccount struct {
		OnParticipant
		AccountBody
	}
	// RecordAccountCheck records a later check.
	RecordAccountCheck struct {
		OnParticipant
		AccountCheckBody
	}
	// UnlinkPayoutAccount ends the link.
	UnlinkPayoutAccount struct {
		OnParticipant
		AccountEndBody
	}
)
