package domain

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// StreamKind says what a stream is about: the part of its name before the first '-'.
type StreamKind string

// The kinds of streams. A stream is a consistency boundary; a name holds random ids and public codes only.
const (
	ProgrammeStream   StreamKind = "programme"
	PlatformStream    StreamKind = "platform"
	InstitutionStream StreamKind = "institution"
	CourseStream      StreamKind = "course"
	ParticipantStream StreamKind = "participant"
	FundStream        StreamKind = "fund"
	SettlementStream  StreamKind = "settlement"
	IntakeStream      StreamKind = "intake"
	SeatStream        StreamKind = "seat"
	BudgetStream      StreamKind = "budget"
	ActionStream      StreamKind = "action"
	AuditStream       StreamKind = "audit"
	CaseStream        StreamKind = "case"
)

// StreamKinds lists all kinds in the order in which the catalogue prints them.
func StreamKinds() []StreamKind {
	return []StreamKind{
		ProgrammeStream, PlatformStream, InstitutionStream, CourseStream, ParticipantStream, FundStream, SettlementStream,
		IntakeStream, SeatStream, BudgetStream, ActionStream, AuditStream, CaseStream,
	}
}

// Stream is the name of a stream, such as participant-0b6e…, course-1036 or programme.
type Stream string

// Rule gives the length and alphabet of the type.
func (Stream) Rule() TextRule {
	return TextRule{
		Name: "stream", Min: 1, Max: 160, Pattern: "^[a-z]+(-[a-z0-9-]+)?$", Hint: "the name of a stream, such as course-1036",
		Allowed: func(_ int, r rune) bool { return lowerOrDigit(r) || r == '-' },
		Form:    func(s string) bool { _, err := ParseStream(s); return err == nil },
	}
}

// Kind is the part before the first '-'.
func (s Stream) Kind() StreamKind {
	kind, _, _ := strings.Cut(string(s), "-")
	return StreamKind(kind)
}

// Key is the part after the first '-', empty for the programme.
func (s Stream) Key() string {
	_, key, _ := strings.Cut(string(s), "-")
	return key
}

// nodePrefix begins the names of the streams in which nodes leave their signs of life.
const nodePrefix = "node-"

// NodeStreamOf names the stream of a node's signs of life. It lies in the same store and is no part of the ledger.
func NodeStreamOf(node string) Stream { return Stream(nodePrefix + node) }

// OfLedger reports whether a stream belongs to the ledger. Those of nodes are no facts: nothing counts, hashes, copies, exports
// or checks them.
func (s Stream) OfLedger() bool { return !strings.HasPrefix(string(s), nodePrefix) }

// Programme is the one stream of the programme as a whole.
const Programme Stream = "programme"

// Audit is the one stream of period closes, samples and retention rules.
const Audit Stream = "audit"

// PlatformStreamOf names a platform's stream.
func PlatformStreamOf(c PlatformCode) Stream { return Stream("platform-" + string(c)) }

// InstitutionStreamOf names an institution's stream.
func InstitutionStreamOf(c InstitutionCode) Stream { return Stream("institution-" + string(c)) }

// CourseStreamOf names a course's stream.
func CourseStreamOf(c CourseCode) Stream { return Stream("course-" + string(c)) }

// ParticipantStreamOf names a person's stream by the random subject id.
func ParticipantStreamOf(id uuid.UUID) Stream { return Stream("participant-" + id.String()) }

// FundStreamOf names the programme fund of a fiscal year.
func FundStreamOf(year int) Stream { return Stream("fund-" + strconv.Itoa(year)) }

// IntakeStreamOf names a platform's intake; an empty code is the intake of callers that named no known platform.
func IntakeStreamOf(c PlatformCode) Stream {
	if c == "" {
		return "intake-unknown"
	}
	return Stream("intake-" + string(c))
}

// SeatStreamOf names the seats of a schedule.
func SeatStreamOf(c ScheduleCode) Stream { return Stream("seat-" + string(c)) }

// BudgetStreamOf names the budget of a wave.
func BudgetStreamOf(wave int) Stream { return Stream("budget-" + strconv.Itoa(wave)) }

// ActionStreamOf names an act that needs a second person.
func ActionStreamOf(id uuid.UUID) Stream { return Stream("action-" + id.String()) }

// CaseStreamOf names a complaint or dispute.
func CaseStreamOf(c CaseRef) Stream { return Stream("case-" + string(c)) }

// SettlementStreamOf names one settlement file of a partner: the same file again is the same stream.
func SettlementStreamOf(partner PlatformCode, file Digest) Stream {
	return Stream("settlement-" + string(partner) + "-" + string(file))
}

// SettledPlatform is the platform that a settlement stream is about.
func (s Stream) SettledPlatform() PlatformCode {
	key := s.Key()
	return PlatformCode(key[:max(strings.LastIndexByte(key, '-'), 0)])
}

// ParseStream refuses a name outside the grammar of the ledger.
func ParseStream(s string) (Stream, error) {
	st := Stream(s)
	for _, k := range StreamKinds() {
		if st.Kind() != k {
			continue
		}
		single := k == ProgrammeStream || k == AuditStream
		if single != (st.Key() == "") {
			break
		}
		if k == ParticipantStream || k == ActionStream {
			if _, err := uuid.Parse(st.Key()); err != nil {
				break
			}
		}
		return st, nil
	}
	return "", fmt.Errorf("%q is not a stream of the ledger (such as programme, course-1036 or participant-<uuid>)", clip(s))
}

// EventRef points at one event: what evidence is made of. It survives a copy between stores, which a position does not.
type EventRef struct {
	Stream   Stream    `json:"stream"`
	Revision uint64    `json:"revision"`
	Type     EventName `json:"type"`
}

// String is the compact form, programme@7 PaymentGateClosed.
func (r EventRef) String() string {
	return string(r.Stream) + "@" + strconv.FormatUint(r.Revision, 10) + " " + string(r.Type)
}

// IsZero reports whether r points at nothing.
func (r EventRef) IsZero() bool { return r.Stream == "" }

// CompactRef is an EventRef that is written as one string inside facts: programme@7 PaymentGateClosed, or @3 CardIssued for
// the stream that is decided on, whose name the facts hold once.
type CompactRef EventRef

// MarshalText implements encoding.TextMarshaler.
func (r CompactRef) MarshalText() ([]byte, error) { return []byte(EventRef(r).String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *CompactRef) UnmarshalText(b []byte) error {
	at, typ, ok := strings.Cut(string(b), " ")
	i := strings.LastIndexByte(at, '@')
	if !ok || i < 0 {
		return fmt.Errorf("%q is not a reference to an event", clip(string(b)))
	}
	rev, err := strconv.ParseUint(at[i+1:], 10, 64)
	if err != nil {
		return fmt.Errorf("%q is not a reference to an event: %w", clip(string(b)), err)
	}
	*r = CompactRef{Stream(at[:i]), rev, EventName(typ)}
	return nil
}
