package scenario

import (
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/domain/reason"
)

// Case says where a reason of the catalogue can be seen.
type Case struct {
	Topic    string // as in Asked; office: an act of the programme office or of the registry
	Subject  uuid.UUID
	Course   domain.CourseCode
	Platform domain.PlatformCode
	Invoice  domain.InvoiceCode
	At       time.Time // look from this moment
	Attempt  uuid.UUID // command id of the recorded outcome that names the reason; zero: a state, not a record
	Stream   domain.Stream
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
		c.Subject = a.Participant
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

func ofPurchase(b *bought) func(*Case) {
	return func(x *Case) { x.Course, x.Platform, x.Invoice = b.course.code, b.platform, b.invoice }
}
