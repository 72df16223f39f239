package api

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/domain/words"
	"saldo/projections"
)

// What the API answers, as types: the contract is made from them.

type (
	// health is whether the service works.
	health struct {
		Status string       `json:"status" doc:"ok or unavailable"`
		Checks []readyCheck `json:"checks,omitempty" doc:"what was looked at"`
	}
	// serviceStatus is whether payments are open.
	serviceStatus struct {
		At        time.Time                            `json:"at" doc:"when this was said"`
		Service   serviceState                         `json:"service" doc:"for all"`
		Platforms map[domain.PlatformCode]serviceState `json:"platforms" doc:"and for each platform"`
	}
	// problemMeaning explains a problem.
	problemMeaning struct {
		Code      ProblemCode         `json:"code" doc:"its stable name"`
		Status    int                 `json:"status" doc:"HTTP status"`
		Retryable bool                `json:"retryable" doc:"the same request may succeed later"`
		Title     InLanguages[string] `json:"title" doc:"what is wrong"`
		Cure      InLanguages[string] `json:"cure" doc:"what to do"`
	}
	// AttemptView is what is known of a key: the outcome, or that there is none up to a position.
	AttemptView struct {
		*OutcomeView
		Outcome   string               `json:"outcome" doc:"accepted, refused, recorded, or unknown_here_as_of_position"`
		Reference string               `json:"reference" doc:"nomor rujukan"`
		Position  string               `json:"position,omitempty" doc:"of an unknown one: nothing was recorded up to here"`
		Next      *InLanguages[string] `json:"next,omitempty" doc:"of an unknown one: what to do"`
	}
	// participantView is where a person stands, and from which place of the log.
	participantView struct {
		projections.Participant
		Reading reading `json:"reading" doc:"from where this was read"`
	}
	// ParticipantsView is a page of people.
	ParticipantsView struct {
		Rows    []projections.Participant `json:"rows" doc:"people, by subject id"`
		Next    string                    `json:"next" doc:"after of the next page; empty at the end"`
		Reading reading                   `json:"reading" doc:"from where this was read"`
	}
	// eventView is an event as the log has it.
	eventView struct {
		Stream   domain.Stream    `json:"stream" doc:"its stream"`
		Revision uint64           `json:"revision" doc:"its place in the stream, from 0"`
		ID       uuid.UUID        `json:"id" doc:"made from its content"`
		Type     domain.EventName `json:"type" doc:"its type: see /openapi.json and domain/catalogue.md"`
		Meta     domain.Metadata  `json:"metadata" doc:"who, when, by which command"`
		Data     json.RawMessage  `json:"data" doc:"what happened"`
		Position string           `json:"position" doc:"its place in the log"`
	}
	// historyView is a page of one stream.
	historyView struct {
		Events []eventView `json:"events" doc:"in order"`
		Next   string      `json:"next" doc:"from of the next page; empty at the end"`
	}
	// eventsView is a page of the log.
	eventsView struct {
		Events []eventView `json:"events" doc:"in global order"`
		Next   string      `json:"next" doc:"after of the next page, now or later"`
	}
	// balanceView is what belongs to a person at a moment.
	balanceView struct {
		Participant uuid.UUID     `json:"participant" doc:"subject id"`
		At          time.Time     `json:"at" doc:"the moment"`
		Training    domain.Money  `json:"training" doc:"balance for training, in rupiah"`
		Earned      notYetEarned  `json:"allocated_not_yet_earned" doc:"incentives that are set aside"`
		InTransit   domain.Money  `json:"in_transit" doc:"incentives on their way"`
		Committed   domain.Purses `json:"allocated_not_transferred" doc:"allocated, neither credited nor released"`
		Revision    int64         `json:"revision" doc:"of the last event that counts"`
	}
	notYetEarned struct {
		JobSearch domain.Money `json:"job_search" doc:"for job search"`
		Survey    domain.Money `json:"survey" doc:"for surveys"`
	}
	// modelsView is how the read models are.
	modelsView struct {
		projections.Status
		Position string `json:"position" doc:"up to where they know the log"`
		Head     string `json:"head" doc:"the log's end"`
	}
	// tokensView lists tokens.
	tokensView struct {
		Rows []clientView `json:"rows" doc:"oldest first"`
	}
	// issuedToken is a new token.
	issuedToken struct {
		Text string `json:"token" doc:"shown once: the ledger keeps its hash only"`
		clientView
	}
	// revokedToken says that a token has ended.
	revokedToken struct {
		Token  string `json:"token_id" doc:"which"`
		Status string `json:"status" doc:"revoked"`
	}
)

// reading is what every answer of the read models carries.
type reading struct {
	Number   uint64    `json:"no" doc:"events that the answer was computed from"`
	Position string    `json:"position" doc:"up to here"`
	Head     string    `json:"head" doc:"the log's end"`
	Behind   bool      `json:"behind" doc:"there are later events"`
	Lag      float64   `json:"lag_seconds" doc:"age of the last known event, where there are later ones"`
	Recorded time.Time `json:"recorded" doc:"when the last known event was recorded"`
}

func readingOf(r projections.Reading) reading {
	return reading{r.Number, r.Position.String(), r.Head.String(), r.Behind, r.Lag.Seconds(), r.Recorded}
}

func inBoth(l words.Localized) InLanguages[string] { return InLanguages[string]{l.ID, l.EN} }
