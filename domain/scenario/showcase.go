package scenario

import (
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/domain/reason"
)

// Case says where a reason of the catalogue can be seen.
type Case struct {
	Topic    string // as in Asked; record: a recorded outcome that no question of a person is about
	Subject  uuid.UUID
	Course   domain.CourseCode
	Platform domain.PlatformCode
	Invoice  domain.InvoiceCode
	At       time.Time // look from this moment
	Attempt  uuid.UUID // command id of the recorded outcome that names the reason; zero: a state, not a record
	Stream   domain.Stream
	Token    domain.TokenID
	From, To time.Time // an interval instead of the moment
	Kind     domain.IncentiveKind
	N        int
	Schemes  bool // it is in Fixture2023, not in Steps
	Note     string
}

// Showcase lists for each reason where it can be seen.
func Showcase() map[reason.Code]Case {
	out := build().cases
	for code, c := range fixture().cases {
		if _, known := out[code]; !known {
			c.Schemes = true
			out[code] = c
		}
	}
	return out
}

// Question is the question that a case answers; not for record.
func (c Case) Question() domain.Question {
	q := domain.Question{Topic: domain.Topic(c.Topic), Course: c.Course, Platform: c.Platform, Invoice: c.Invoice, Now: c.At, Kind: c.Kind, N: c.N, Token: c.Token}
	if c.Subject != uuid.Nil {
		q.Participant = &c.Subject
	}
	if !c.From.IsZero() {
		q.From, q.To = &c.From, &c.To
	}
	if c.Topic == "attempt" || c.Topic == "purchase" {
		q.Topic = domain.TopicPurchase
		if c.Attempt != uuid.Nil {
			q.Command = &c.Attempt
		}
	}
	return q
}

// recorded notes a step that records a reason.
func (s *script) recorded(topic string, st Step, note string) {
	code := st.Expect
	if code == "" {
		code = st.Exception
	}
	c := Case{Topic: topic, At: st.Command.ReceivedAt.Add(time.Minute), Attempt: st.Command.ID, Stream: st.Command.Act.Stream(), Note: note}
	switch a := st.Command.Act.(type) { //nolint:gochecksumtype // the others name no course and no platform
	case domain.PurchaseCourse:
		c.Subject, c.Course, c.Platform, c.Invoice = a.Participant, a.Course, a.Platform, a.Invoice
		if topic == "token" {
			c.Token = a.Token
		}
	case domain.AbandonPurchase:
		c.Subject, c.Platform, c.Invoice = a.Participant, a.Platform, a.Invoice
	case domain.CancelPurchase:
		c.Subject, c.Platform, c.Invoice = a.Participant, a.Platform, a.Invoice
	case domain.ExchangeVoucher:
		c.Subject, c.Course = a.Participant, a.Course
	case domain.VerifyCertificate:
		c.Subject, c.Course = a.Participant, a.Course
	case domain.LinkPayoutAccount:
		c.Subject = a.Participant
	case domain.ScheduleIncentive:
		c.Subject, c.Kind, c.N = a.Participant, a.Kind, a.N
	case domain.RevokeParticipation:
		c.Subject = a.Participant
	case domain.RecordTrainingStarted:
		c.Subject, c.Course = a.Participant, a.Course
	case domain.IssueCard:
		c.Subject = a.Participant
	}
	if _, known := s.cases[code]; !known {
		s.cases[code] = c
	}
}

// state notes a moment at which a reason is the answer without a record of its own.
func (s *script) state(code reason.Code, topic string, p *person, t time.Time, note string, more ...func(*Case)) {
	c := Case{Topic: topic, At: t, Note: note}
	if p != nil {
		c.Subject = p.subject
	}
	for _, f := range more {
		f(&c)
	}
	if _, known := s.cases[code]; !known {
		s.cases[code] = c
	}
}

func ofCourse(c domain.CourseCode, p domain.PlatformCode) func(*Case) {
	return func(x *Case) { x.Course, x.Platform = c, p }
}

func ofPlatform(p domain.PlatformCode) func(*Case) { return func(x *Case) { x.Platform = p } }

func ofIncentive(k domain.IncentiveKind, n int) func(*Case) {
	return func(x *Case) { x.Kind, x.N = k, n }
}

func during(from, to time.Time) func(*Case) { return func(x *Case) { x.From, x.To = from, to } }

func ofPurchase(b *bought) func(*Case) {
	return func(x *Case) { x.Course, x.Platform, x.Invoice = b.course.code, b.platform, b.invoice }
}
