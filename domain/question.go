package domain

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"saldo/domain/reason"
	"saldo/domain/words"
)

// Topic is what a question is about.
type Topic string

// The topics of questions.
const (
	TopicService     Topic = "service"     // are payments open?
	TopicCourse      Topic = "course"      // can this course be found and paid here?
	TopicPurchase    Topic = "purchase"    // why could I not buy?
	TopicClass       Topic = "class"       // I paid: where is my class?
	TopicToken       Topic = "token"       // "API token tidak valid"
	TopicBalance     Topic = "balance"     // where is my balance?
	TopicDeadline    Topic = "deadline"    // until when must I buy?
	TopicCertificate Topic = "certificate" // where is my certificate?
	TopicIncentive   Topic = "incentive"   // where is my incentive?
	TopicSurvey      Topic = "survey"      // where is my survey, or its payment?
	TopicRevocation  Topic = "revocation"  // why was I revoked, where is the money?
)

// Topics lists all topics.
func Topics() []Topic {
	return []Topic{
		TopicService, TopicCourse, TopicPurchase, TopicClass, TopicToken, TopicBalance, TopicDeadline, TopicCertificate,
		TopicIncentive, TopicSurvey, TopicRevocation,
	}
}

// ParseTopic reads a topic's name.
func ParseTopic(s string) (Topic, error) {
	names := make([]string, 0, len(Topics()))
	for _, t := range Topics() {
		if string(t) == strings.ToLower(s) {
			return t, nil
		}
		names = append(names, string(t))
	}
	return "", fmt.Errorf("%q is not a question: ask one of %s", clip(s), strings.Join(names, ", "))
}

// Question asks why. Everything but the topic and the now is optional: an answer needs no person.
type Question struct {
	Topic       Topic         `json:"topic"`
	Participant *uuid.UUID    `json:"participant,omitempty"`
	Course      CourseCode    `json:"course_code,omitempty"`
	Platform    PlatformCode  `json:"platform,omitempty"`
	Invoice     InvoiceCode   `json:"invoice_code,omitempty"`
	Token       TokenID       `json:"token_id,omitempty"`
	Command     *uuid.UUID    `json:"command_id,omitempty"` // one recorded attempt
	Kind        IncentiveKind `json:"kind,omitempty"`
	N           int           `json:"n,omitempty"`
	At          *time.Time    `json:"at,omitempty"`   // the moment asked about
	From        *time.Time    `json:"from,omitempty"` // or an interval
	To          *time.Time    `json:"to,omitempty"`
	Now         time.Time     `json:"now"`                 // whose "now" the answer means; always printed
	AsOf        *uint64       `json:"as_of_no,omitempty"`  // from the first so many events of the log only, whole groups
	Effective   bool          `json:"effective,omitempty"` // facts by when they happened, not by when the ledger knew them
}

// EvidenceGrade says how strong an answer's evidence is.
type EvidenceGrade string

// Grades of evidence.
const (
	EvidenceRecorded EvidenceGrade = "recorded" // an event of this very attempt or person
	EvidenceImplied  EvidenceGrade = "implied"  // everybody on that platform in that hour
	EvidenceGeneral  EvidenceGrade = "general"  // everybody at that time
	EvidenceNone     EvidenceGrade = "none"     // no request of theirs reached us
)

// Answer is the answer to a question: one conclusion, the checks behind it with their evidence, and what holds now.
type Answer struct {
	Question   Question      `json:"question"`
	Primary    reason.Code   `json:"reason"`
	Final      bool          `json:"final,omitempty"`
	Owner      reason.Owner  `json:"owner"`
	Evidence   EvidenceGrade `json:"evidence"`
	Asked      time.Time     `json:"asked_at"` // the moment that the conclusion is about
	Policy     PolicyPair    `json:"policy,omitzero"`
	Rules      RuleSet       `json:"rules,omitempty"`
	Checks     []CheckResult `json:"checks,omitempty"`
	Refs       []EventRef    `json:"evidence_events,omitempty"`
	Visible    *Visibility   `json:"visible,omitempty"` // registered: can be found
	Payable    *Visibility   `json:"payable,omitempty"` // can be paid
	Attempts   []Attempt     `json:"attempts,omitempty"`
	Strip      []Interval    `json:"intervals,omitempty"` // for a question about an interval
	Now        *NowAnswer    `json:"now,omitempty"`
	Unfinished string        `json:"unfinished,omitempty"` // the stream holds events that this version can't read
	Reference  string        `json:"reference,omitempty"`  // nomor rujukan of the outcome answered about
	Number     uint64        `json:"no"`                   // events of the log that the answer was computed from
	Position   string        `json:"position,omitempty"`
	Values     words.Values  `json:"-"` // what the texts name
	following  *Answer       // of a purchase that was accepted: what it has come to by now
	Later      []Later       `json:"recorded_later,omitempty"` // facts recorded after the moment that speak about it
}

// Visibility is whether a course could be found, or paid, and what stood against it.
type Visibility struct {
	Yes     bool          `json:"yes"`
	Reasons []reason.Code `json:"reasons,omitempty"`
}

// Attempt is one recorded attempt, or several with the same cause.
type Attempt struct {
	Ref       EventRef     `json:"event"`
	At        time.Time    `json:"at"`
	Last      time.Time    `json:"last_at,omitzero"` // of several
	Times     int          `json:"times"`
	Accepted  bool         `json:"accepted"`
	Reason    reason.Code  `json:"reason,omitempty"`
	Reference string       `json:"reference"`
	Course    CourseCode   `json:"course_code,omitempty"`
	Platform  PlatformCode `json:"platform,omitempty"`
}

// Interval is a stretch of time in which the answer was the same.
type Interval struct {
	From   time.Time   `json:"from"`
	To     time.Time   `json:"to"`
	Reason reason.Code `json:"reason"`         // an answer code when nothing stood against it
	Event  EventRef    `json:"event,omitzero"` // at its beginning
}

// NowAnswer says whether it would succeed now.
type NowAnswer struct {
	At        time.Time     `json:"at"`
	Succeeds  bool          `json:"succeeds"`
	Primary   reason.Code   `json:"reason,omitempty"`
	Failing   []CheckResult `json:"failing,omitempty"`
	Unchecked []CheckName   `json:"unchecked,omitempty"` // what could not be checked: nothing is promised about it
	Changed   []CheckChange `json:"changed,omitempty"`   // since the moment asked about
	Smallest  []Step        `json:"smallest_change,omitempty"`
}

// CheckChange is a check whose answer changed between two moments, and by which events.
type CheckChange struct {
	Check  CheckName  `json:"check"`
	Before Verdict    `json:"before"`
	After  Verdict    `json:"after"`
	By     []EventRef `json:"by,omitempty"`
}

// Step is one lawful act that would put a failing check right: whose act, and which event it would leave. There is no step
// for what nobody may do; nobody may top a balance up.
type Step struct {
	Check     CheckName    `json:"check"`
	Reason    reason.Code  `json:"reason"`
	Owner     reason.Owner `json:"owner"`
	Condition EventName    `json:"condition,omitempty"` // event that would show it
	Wait      *time.Time   `json:"wait_until,omitempty"`
	AtMost    *Money       `json:"choose_at_most,omitempty"` // choose a course of at most this price
	Choices   int          `json:"choices,omitempty"`        // approved courses that fit
}

// Later is a fact that was recorded after the moment asked about: right then, wrong now.
type Later struct {
	Event     EventRef  `json:"event"`
	Effective time.Time `json:"effective_at"`
	Recorded  time.Time `json:"recorded_at"`
}
