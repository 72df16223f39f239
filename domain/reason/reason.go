// Package reason is the closed catalogue of why: why a purchase was refused, why money is late, or that all is as it
// should be. An answer of Saldo is one of these reasons, said to one audience in one language.
//
// The facts about a reason (who can act, whether it is final, when to try again) are data, like its texts: both stand in
// catalogue/<family>.json, which people who do not program can read and correct. Code knows only the [Code]. A code says
// the same for ever, since it is stored in decisions; a text may be improved, since it never is.
//
// To add a code: a constant in codes.go, an entry in its family's file at the same place of the order, and the tests of
// this package, which say in words what is missing or not allowed.
package reason

import (
	"slices"

	"saldo/domain/words"
)

// Audience is who an answer is for. Each learns what concerns it: a platform never a person's balance or why it is held.
type Audience string

// The audiences.
const (
	Participant Audience = "participant"
	Platform    Audience = "platform"
	Staff       Audience = "staff"
	Auditor     Audience = "auditor"
)

// Length is how an answer is given: read aloud ([words.SpokenLimit]) or sent ([words.WrittenLimit]).
type Length string

// The lengths.
const (
	Spoken  Length = "spoken"
	Written Length = "written"
)

// Owner is who can do something about a reason.
type Owner string

// The owners. OwnerTime and OwnerNobody are told apart: the one ends by itself, the other cannot be changed or needs
// nothing done.
const (
	OwnerProgrammeOffice Owner = "programme_office"
	OwnerPlatform        Owner = "platform"
	OwnerInstitution     Owner = "institution"
	OwnerParticipant     Owner = "participant"
	OwnerPaymentPartner  Owner = "payment_partner"
	OwnerBank            Owner = "bank"
	OwnerCivilRegistry   Owner = "civil_registry"
	OwnerTime            Owner = "time"
	OwnerNobody          Owner = "nobody"
)

// Name says the owner in the middle of a sentence. An owner outside the list is said as it is written.
func (o Owner) Name(l words.Lang) string {
	id, en := string(o), string(o)
	switch o {
	case OwnerProgrammeOffice:
		id, en = "Manajemen Pelaksana", "the programme office"
	case OwnerPlatform:
		id, en = "platform digital", "the digital platform"
	case OwnerInstitution:
		id, en = "lembaga pelatihan", "the training institution"
	case OwnerParticipant:
		id, en = "peserta", "the participant"
	case OwnerPaymentPartner:
		id, en = "mitra pembayaran", "the payment partner"
	case OwnerBank:
		id, en = "bank", "the bank"
	case OwnerCivilRegistry:
		id, en = "Dukcapil", "Dukcapil, the civil registry"
	case OwnerTime:
		id, en = "tidak ada, cukup menunggu", "nobody, waiting is enough"
	case OwnerNobody:
		id, en = "tidak ada", "nobody"
	}
	if l == words.EN {
		return en
	}
	return id
}

// Values of [Retry.When].
const (
	RetryNever       = "never"         // the same request cannot succeed
	RetryNewKeyAfter = "new_key_after" // with a new key, once Condition has happened or the sender has put it right
	RetrySameKey     = "same_key"      // the outcome is unknown: the same bytes again
)

// Values of [Reason.Era].
const (
	Era2020 = "2020" // a rule or circumstance of the 2020 policies
	EraAny  = "any"  // a mechanical fact, true under every policy
)

// Retry says whether and when to send a refused request again.
type Retry struct {
	When      string `json:"when"`
	Condition string `json:"condition,omitempty"` // type of the event to wait for, with RetryNewKeyAfter only
}

// Reference is what a reason rests on.
type Reference struct {
	Text     string `json:"text"`
	Verified bool   `json:"verified"` // the article itself was read, not a report of it
}

// Reason is one entry of the catalogue. Its slices and pointers belong to the catalogue and are not to be changed.
type Reason struct {
	Code      Code
	Family    string
	Owner     Owner
	Final     bool   // nobody can undo it
	Retry     *Retry // nil for an answer, which refuses nothing
	Era       string
	Values    []string   // names that whoever gives this reason always has a value for
	Warn      bool       // about money or codes: written to a participant, it ends with a warning
	Hidden    []Audience // who may not learn it: they are told to contact Prakerja, as with every other such reason
	Shows     words.Localized
	Cause     words.Localized
	Reference Reference

	sentences *sentences
}

// Lookup returns the entry of a code; false when the catalogue has none, as for a code of a newer release. It is a map
// access.
func Lookup(c Code) (Reason, bool) {
	r, ok := table().byCode[c]
	return r, ok
}

// Final reports whether c is a reason that nobody can undo. Such a reason leads an answer, so that nobody is told to wait
// in vain.
func Final(c Code) bool { return table().byCode[c].Final }

// ContactPrakerja stands where an audience may not learn the reason: the same for all such reasons, so that none can be told
// from another. It is no code of the catalogue: no decision holds it.
const ContactPrakerja Code = "PARTICIPANT_TO_CONTACT_PRAKERJA"

// Inside reports whether an audience sees everything. The empty one is staff with the participant's sentence before them.
func (a Audience) Inside() bool { return a != Participant && a != Platform }

// Voice is the audience whose sentence is said: staff who named none get the participant's, to be passed on.
func (a Audience) Voice() Audience {
	if a == "" {
		return Participant
	}
	return a
}

// HiddenFrom reports whether an audience may not learn a reason; the sentences of the catalogue keep to the same.
func (c Code) HiddenFrom(to Audience) bool { return slices.Contains(table().byCode[c].Hidden, to) }

// For is a reason as an audience may see it.
func (c Code) For(to Audience) Code {
	if c.HiddenFrom(to) {
		return ContactPrakerja
	}
	return c
}

// All returns every entry in the order of the catalogue, programme-wide reasons first.
func All() []Reason {
	t := table()
	all := make([]Reason, len(t.order))
	for i, c := range t.order {
		all[i] = t.byCode[c]
	}
	return all
}
