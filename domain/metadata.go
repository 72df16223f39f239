package domain

import (
	"time"

	"github.com/google/uuid"
)

// Origin says how an event came to be. It is always present: an event without it is foreign.
type Origin string

// Origins.
const (
	Decided  Origin = "decided"  // a command, judged by the rulebook
	Reported Origin = "reported" // a fact of another party, recorded whether or not it pleases the rules
	Migrated Origin = "migrated" // a fact of the past, from another system's records
)

// Values lists the admitted values.
func (Origin) Values() []string { return []string{string(Decided), string(Reported), string(Migrated)} }

// OutcomeKind says what an event is to its decision; absent on reported and migrated facts.
type OutcomeKind string

// Kinds of outcomes.
const (
	Accepted    OutcomeKind = "accepted"
	Refused     OutcomeKind = "refused"
	Consequence OutcomeKind = "consequence" // a further event of an accepted decision
)

// Values lists the admitted values.
func (OutcomeKind) Values() []string {
	return []string{string(Accepted), string(Refused), string(Consequence)}
}

// Party is who acts.
type Party string

// Parties.
const (
	PartyProgramme   Party = "programme_office" // Manajemen Pelaksana, PMO
	PartyPlatform    Party = "platform"
	PartyInstitution Party = "institution"
	PartyPayment     Party = "payment_partner"
	PartyBank        Party = "bank"
	PartyTreasury    Party = "treasury"
	PartyParticipant Party = "participant"
	PartySupport     Party = "support"
	PartyAuditor     Party = "auditor"
	PartySystem      Party = "system"
)

// Values lists the admitted values.
func (Party) Values() []string {
	return []string{
		string(PartyProgramme), string(PartyPlatform), string(PartyInstitution), string(PartyPayment), string(PartyBank),
		string(PartyTreasury), string(PartyParticipant), string(PartySupport), string(PartyAuditor), string(PartySystem),
	}
}

// Actor is who submitted a command. ID is random and means nothing outside the staff or client register.
type Actor struct {
	Party Party     `json:"party" doc:"which side acts"`
	Code  Reference `json:"code,omitempty" doc:"which platform, institution or partner, by its code"`
	Role  CheckName `json:"role,omitempty" doc:"role of the person or service, such as backend or officer"`
	ID    uuid.UUID `json:"id" doc:"random id of the person or service; never a name or an address"`
}

// Grade says how sure the author of a reconstruction is of a fact. Events of a live ledger have none.
type Grade string

// Grades of the demonstration's events.
const (
	Sourced  Grade = "sourced"  // a source states it
	Inferred Grade = "inferred" // sources make it likely
	Invented Grade = "invented" // illustration
)

// Values lists the admitted values.
func (Grade) Values() []string { return []string{string(Sourced), string(Inferred), string(Invented)} }

// Source says where a fact comes from.
type Source struct {
	Party  Party     `json:"party,omitempty" doc:"which side's records"`
	System Reference `json:"system,omitempty" doc:"which system or document"`
	File   Digest    `json:"file_sha256,omitempty" doc:"SHA-256 of the file"`
	Line   int       `json:"line,omitempty" doc:"line of the file, from 1"`
	Grade  Grade     `json:"grade,omitempty" doc:"in a reconstruction: sourced, inferred or invented"`
}

// AuthorityKind says what kind of document empowers an act.
type AuthorityKind string

// Kinds of authority.
const (
	AuthorityRegulation   AuthorityKind = "regulation"
	AuthorityDecree       AuthorityKind = "decree"
	AuthorityInstruction  AuthorityKind = "instruction"
	AuthorityAnnouncement AuthorityKind = "announcement"
	AuthorityCourt        AuthorityKind = "court"
)

// Values lists the admitted values.
func (AuthorityKind) Values() []string {
	return []string{
		string(AuthorityRegulation), string(AuthorityDecree), string(AuthorityInstruction), string(AuthorityAnnouncement), string(AuthorityCourt),
	}
}

// Authority is the document that empowers an act. It stands on the decree, file or action; what follows refers to that.
type Authority struct {
	Kind   AuthorityKind `json:"kind" doc:"kind of document"`
	Number DecreeNumber  `json:"number" doc:"its number"`
	Date   Date          `json:"date" doc:"its date"`
	SHA256 Digest        `json:"sha256,omitempty" doc:"SHA-256 of the document"`
}

// Metadata stands beside the data of every event. Fields equal to their default are absent.
type Metadata struct {
	CommandID     uuid.UUID   `json:"command_id"`             // which command; the same through all retries
	ReceivedAt    time.Time   `json:"received_at"`            // stamped at the edge: the only time a rule sees
	RecordedAt    time.Time   `json:"recorded_at"`            // stamped by the appending node; settable by nobody
	EffectiveAt   *time.Time  `json:"effective_at,omitempty"` // a claim about a fact; absent: received_at
	InForceAt     *time.Time  `json:"in_force_at,omitempty"`  // registry events: from when decisions see it
	Actor         Actor       `json:"actor"`
	Origin        Origin      `json:"origin"`
	Outcome       OutcomeKind `json:"outcome,omitempty"`
	Part          string      `json:"part,omitempty"`   // 2/3: second of three events of one decision; absent: alone
	Schema        int         `json:"schema,omitempty"` // version of the type; absent: 1
	Source        *Source     `json:"source,omitempty"`
	Authority     *Authority  `json:"authority,omitempty"`
	ActionID      *uuid.UUID  `json:"action_id,omitempty"` // the approved action that this act carries out
	ProposedBy    *uuid.UUID  `json:"proposed_by,omitempty"`
	ApprovedBy    *uuid.UUID  `json:"approved_by,omitempty"`
	CorrelationID *uuid.UUID  `json:"correlation_id,omitempty"`
	CausationID   *uuid.UUID  `json:"causation_id,omitempty"`
}

// Effective is when the fact is said to have happened.
func (m Metadata) Effective() time.Time {
	if m.EffectiveAt != nil {
		return *m.EffectiveAt
	}
	return m.ReceivedAt
}

// InForce is from when a decision sees a registry event.
func (m Metadata) InForce() time.Time {
	if m.InForceAt != nil {
		return *m.InForceAt
	}
	return m.ReceivedAt
}

// LastPart reports whether the event ends its group. Invariants hold at the end of a group, and answers never stop inside one.
func (m Metadata) LastPart() bool {
	if m.Part == "" {
		return true
	}
	n, of, ok := cutPart(m.Part)
	return !ok || n == of
}
