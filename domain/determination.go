package domain

import (
	"time"

	"github.com/google/uuid"
)

// ---- how a person becomes a recipient: determination, notice, card, balance ----

// OnParticipant names the person whose stream an act is for, by the random subject id.
type OnParticipant struct {
	Participant uuid.UUID `json:"participant" stream:"yes" doc:"random subject id of the person"`
}

// CardState of a participant's card is a fact of CardIssued only; the number itself is never in the log.
type (
	// DeterminationBody makes a person a recipient under a line of a decree. It commits the package, and transfers nothing yet.
	DeterminationBody struct {
		Decree   DecreeNumber `json:"decree" doc:"decree that names the person"`
		Line     int          `json:"line" min:"1" max:"100000000" doc:"line of the decree"`
		Wave     int          `json:"wave" min:"1" max:"999" doc:"wave of the decree"`
		Policy   PolicyRef    `json:"policy" doc:"policy version whose entitlement is pinned"`
		Package  Purses       `json:"package" doc:"allocation per purse"`
		Currency Currency     `json:"currency" default:"IDR" doc:"currency of the amounts"`
		FundYear int          `json:"fund_year" min:"2019" max:"2100" doc:"fiscal year of the fund that pays"`
	}
	// NotificationBody is the notice of determination: it starts the clock of the first purchase (art. 20(2)).
	NotificationBody struct {
		Channel Channel   `json:"channel" doc:"how"`
		SentAt  time.Time `json:"sent_at" doc:"when it was sent"`
	}
	// DataCompletedBody says that the person completed the data asked for after determination (art. 20(2)).
	DataCompletedBody struct {
		CompletedAt time.Time `json:"completed_at" doc:"when"`
	}
	// CardBody says that the card number is ready. The number is not in the log.
	CardBody struct {
		LastFour LastFour `json:"card_last_four,omitempty" doc:"last four digits, for the person to recognise"`
	}
	// CreditBody transfers the package into the virtual account, three legs at once.
	CreditBody struct {
		Reference Reference `json:"reference" doc:"bank reference of the credit; unique per person"`
		Amounts   Purses    `json:"amounts" doc:"what was credited per purse"`
		Currency  Currency  `json:"currency" default:"IDR" doc:"currency of the amounts"`
		Tranche   Reference `json:"tranche,omitempty" doc:"CreditInstructed that it belongs to"`
		FundYear  int       `json:"fund_year" min:"2019" max:"2100" doc:"fiscal year of the fund that paid"`
	}
)

// Events of a determination.
type (
	// RecipientDetermined commits the package.
	RecipientDetermined struct {
		DeterminationBody
		Ruled
	}
	// DeterminationNotified starts the clock of the first purchase.
	DeterminationNotified struct {
		NotificationBody
		Ruled
	}
	// ParticipantDataCompleted is the second condition of that clock.
	ParticipantDataCompleted struct {
		DataCompletedBody
		Ruled
	}
	// CardIssued makes the card usable.
	CardIssued struct {
		CardBody
		Ruled
	}
	// BalanceCredited moves money from the programme fund into the person's purses.
	BalanceCredited struct {
		CreditBody
		Ruled
	}
	// ParticipantActRefused is the refusal of an act on a person that has no refusal of its own.
	ParticipantActRefused struct{ RefusedAct }
)

// Acts of a determination.
type (
	// DetermineRecipient makes a person a recipient.
	DetermineRecipient struct {
		OnParticipant
		DeterminationBody
	}
	// RecordNotification records the notice.
	RecordNotification struct {
		OnParticipant
		NotificationBody
	}
	// RecordDataCompleted records the completed data.
	RecordDataCompleted struct {
		OnParticipant
		DataCompletedBody
	}
	// IssueCard records that the card number is ready.
	IssueCard struct {
		OnParticipant
		CardBody
	}
	// CreditBalance records the bank's credit.
	CreditBalance struct {
		OnParticipant
		CreditBody
	}
)
