package scenario

import (
	_ "embed"
	"encoding/json"
	"slices"
	"time"

	"saldo/domain"
	"saldo/domain/reason"
)

// The policy of the second fixture, the same bytes as domain/testdata/policies: a test holds the two together.
//
//go:embed prakerja-2023@1.json
var policy2023 []byte

// Fixture2023 is a second, short list of steps for a ledger of its own: a scheme with classes, seats and attendance, which
// the rules of 2020 do not know. Everything in it is illustration.
func Fixture2023() []Step { return fixture().steps }

func in2023(month time.Month, day, hour, minute int) time.Time {
	return wib(2023, month, day, hour, minute, 0)
}

// pack2023 is n packages of the scheme.
func pack2023(n int) domain.Purses {
	return domain.Purses{Training: rp(3_500_000).Times(n), JobSearch: rp(600_000).Times(n), Survey: rp(50_000).Times(2 * n)}
}

const (
	online  domain.CourseCode   = "d01"
	offline domain.CourseCode   = "d02"
	small   domain.ScheduleCode = "d01-a" // one seat
	begun   domain.ScheduleCode = "d01-b"
	shut    domain.ScheduleCode = "d01-c"
	other   domain.ScheduleCode = "d02-a"
)

func fixture() *script {
	s := newScript()
	s.scheme2023()
	s.classes2023()
	people := make([]*person, 4)
	for i := range people {
		p := &person{no: 801 + i, wave: 60, line: i + 1, subject: id("subject/2023", num(i+1, 1))}
		s.enrol2023(p)
		people[i] = p
	}
	s.seats2023(people)
	s.attendance2023(people[0])
	slices.SortStableFunc(s.steps, func(a, b Step) int { return a.Command.ReceivedAt.Compare(b.Command.ReceivedAt) })
	return s
}

func (s *script) scheme2023() {
	var p domain.Policy
	if json.Unmarshal(policy2023, &p) != nil {
		return // the test of the steps says so
	}
	doc := regulation("Skema-CONTOH-2023", domain.NewDate(2023, time.June, 1))
	s.ordered("2023/policy", in2023(6, 1, 9, 0), domain.AdoptPolicy{PolicyBody: domain.PolicyBody{Policy: p}}, doc)
	s.file("2023/wave", in2023(6, 2, 9, 0), officer(1), domain.OpenWave{WaveBody: domain.WaveBody{
		Wave: 60, Scheme: "prakerja-2023@1", Quota: 4, FundYear: 2023, OpensAt: in2023(6, 2, 9, 0), Programme: "Gelombang contoh 60",
	}})
	decree := domain.Authority{Kind: domain.AuthorityDecree, Number: "SK-PKP-CONTOH-60/2023", Date: domain.NewDate(2023, time.June, 20)}
	s.ordered("2023/decree", in2023(6, 20, 9, 0), domain.RegisterDecree{DecreeBody: domain.DecreeBody{Decree: decree.Number, Wave: 60, Count: 4, Total: pack2023(4), Currency: domain.IDR}}, decree)
	s.file("2023/funds", in2023(6, 20, 10, 0), treasury(), domain.ReceiveFunds{OnFund: domain.OnFund{Year: 2023}, FundsInBody: domain.FundsInBody{
		Reference: "SP2D-CONTOH-2023-60", Amount: pack2023(4).Total(), Currency: domain.IDR,
	}})
	s.ordered("2023/tranche", in2023(6, 20, 13, 0), domain.InstructCredit{OnFund: domain.OnFund{Year: 2023}, TrancheBody: domain.TrancheBody{
		Reference: "TRM-60-1", Decree: decree.Number, Count: 4, Total: pack2023(4), Currency: domain.IDR,
	}}, decree)
}

func (s *script) classes2023() {
	o := domain.OnPlatform{Platform: contoh}
	s.file("2023/platform", in2023(6, 3, 9, 0), officer(1), domain.AdmitPlatform{OnPlatform: o, PlatformBody: domain.PlatformBody{Name: "Platform Contoh"}})
	s.file("2023/token", in2023(6, 3, 9, 5), officer(1), domain.IssueToken{OnPlatform: o, TokenBody: domain.TokenBody{Token: contohSecond, ExpiresAt: wib(2024, 12, 31, 23, 59, 59)}})
	s.file("2023/institution", in2023(6, 3, 9, 10), officer(1), domain.ApproveInstitution{OnInstitution: domain.OnInstitution{Institution: schoolW}, InstitutionBody: domain.InstitutionBody{Name: "Lembaga Contoh W"}})
	for i, c := range []struct {
		code  domain.CourseCode
		title domain.Title
		mode  domain.Modality
	}{{online, "Kelas Contoh: Daring Berjadwal", domain.Webinar}, {offline, "Kelas Contoh: Luring Berjadwal", domain.Offline}} {
		key, oc := "2023/course/"+string(c.code), domain.OnCourse{Course: c.code}
		s.file(key+"/submit", in2023(6, 5, 9, i), teacher(schoolW), domain.SubmitCourse{OnCourse: oc, CourseBody: domain.CourseBody{Title: c.title, Institution: schoolW, Modality: c.mode, Interactive: true}})
		s.file(key+"/approve", in2023(6, 6, 9, i), officer(1), domain.ApproveCourse{OnCourse: oc, CourseApprovalBody: domain.CourseApprovalBody{Under: "prakerja-2023@1", Interactive: true}})
		s.file(key+"/offer", in2023(6, 7, 9, i), backend(contoh), domain.OfferCourse{OnCourse: oc, OfferBody: domain.OfferBody{Platform: contoh, Price: rp(900_000), Currency: domain.IDR}})
	}
	for i, c := range []struct {
		course domain.CourseCode
		class  domain.ScheduleCode
		starts time.Time
		seats  int
	}{
		{online, small, in2023(7, 20, 9, 0), 1},
		{online, begun, in2023(7, 1, 9, 0), 20},
		{online, shut, in2023(7, 21, 9, 0), 20},
		{offline, other, in2023(7, 22, 9, 0), 20},
	} {
		s.file("2023/class/"+string(c.class), in2023(6, 8, 9, i), teacher(schoolW), domain.OpenSchedule{OnCourse: domain.OnCourse{Course: c.course}, ScheduleBody: domain.ScheduleBody{Schedule: c.class, StartsAt: c.starts, Capacity: c.seats}})
	}
	s.file("2023/class/shut", in2023(6, 30, 9, 0), teacher(schoolW), domain.CloseSchedule{OnCourse: domain.OnCourse{Course: online}, ScheduleEndBody: domain.ScheduleEndBody{Schedule: shut}})
}

func (s *script) enrol2023(p *person) {
	t, key := in2023(6, 21, 9, p.line), p.key()
	s.file(key+"/determined", t, officer(1), domain.DetermineRecipient{OnParticipant: p.on(), DeterminationBody: domain.DeterminationBody{
		Decree: "SK-PKP-CONTOH-60/2023", Line: p.line, Wave: 60, Policy: "prakerja-2023@1", Package: pack2023(1), Currency: domain.IDR, FundYear: 2023,
	}})
	s.file(key+"/notified", in2023(6, 28, 9, p.line), officer(3), domain.RecordNotification{OnParticipant: p.on(), NotificationBody: domain.NotificationBody{Channel: domain.ChannelSMS, SentAt: in2023(6, 28, 9, 0)}})
	s.file(key+"/data", in2023(6, 28, 12, p.line), officer(3), domain.RecordDataCompleted{OnParticipant: p.on(), DataCompletedBody: domain.DataCompletedBody{CompletedAt: in2023(6, 28, 12, 0)}})
	s.file(key+"/card", in2023(6, 28, 13, p.line), officer(3), domain.IssueCard{OnParticipant: p.on()})
	s.file(key+"/credit", in2023(6, 28, 14, p.line), bank(), domain.CreditBalance{OnParticipant: p.on(), CreditBody: domain.CreditBody{
		Reference: domain.Reference("KRD-" + num(p.no, 4)), Amounts: pack2023(1), Currency: domain.IDR, Tranche: "TRM-60-1", FundYear: 2023,
	}})
}

// seats2023: a class with one seat and two buyers, and everything else that a class can refuse.
func (s *script) seats2023(people []*person) {
	class := func(c domain.ScheduleCode) change { return func(b *domain.PurchaseBody) { b.Schedule = c } }
	reserve := func(key string, t time.Time, opts ...option) {
		s.file(key+"/seat", t, system(), domain.ReserveSeat{OnSeats: domain.OnSeats{Schedule: small}, SeatBody: domain.SeatBody{For: commandID(key), Seats: 1}}, opts...)
	}
	t := in2023(7, 3, 10, 0)
	reserve(people[0].key()+"/try/seat", t)
	s.attempt(people[0], "seat", online, 900_000, contoh, t.Add(time.Second), "", class(small))
	reserve(people[1].key()+"/try/full", t.Add(time.Minute), expect(reason.BudgetExhausted))
	s.recorded("purchase", s.attempt(people[1], "full", online, 900_000, contoh, t.Add(time.Minute+time.Second), reason.QuotaExhausted, class(small)), "one seat, two buyers")
	s.recorded("purchase", s.attempt(people[2], "begun", online, 900_000, contoh, t.Add(time.Hour), reason.ClassAlreadyStarted, class(begun)), "the class began on 1 July")
	s.recorded("purchase", s.attempt(people[2], "shut", online, 900_000, contoh, t.Add(2*time.Hour), reason.EnrolmentClosed, class(shut)), "closed on 30 June")
	s.recorded("purchase", s.attempt(people[3], "mismatch", online, 900_000, contoh, t.Add(time.Hour), reason.ScheduleCourseMismatch, class(other)), "class of another course")
	s.recorded("purchase", s.attempt(people[3], "no-class", online, 900_000, contoh, t.Add(2*time.Hour), reason.CourseOrScheduleUnknown), "no class code")
}

// attendance2023: a certificate without attendance, its incentive, and a survey after the last day.
func (s *script) attendance2023(p *person) {
	b := &bought{p: p, course: &course{code: online, by: schoolW}, platform: contoh, key: p.key() + "/buy/1", invoice: invoice(contoh, p.key()+"/try/seat"), voucher: "D01A"}
	p.first, p.partner = b, mitra
	s.study(b, path{
		voucher: in2023(7, 3, 10, 5), exchange: in2023(7, 4, 9, 0), start: in2023(7, 20, 9, 0), complete: in2023(7, 22, 15, 0),
		institution: in2023(7, 24, 10, 0), issue: in2023(7, 24, 10, 5), platform: in2023(7, 25, 10, 0), rating: in2023(7, 25, 19, 0), review: in2023(7, 25, 19, 5),
	})
	s.recorded("certificate", s.verify(b, "verify/1", in2023(7, 26, 10, 0), domain.VerificationBody{Attendance: domain.MatchNo}, expect(reason.AttendanceNotVerified)), "a session was missed in the records")
	s.verify(b, "verify/2", in2023(8, 2, 10, 0), domain.VerificationBody{Attendance: domain.MatchYes})
	s.link(p, "1", in2023(8, 2, 12, 0), mitra, sound())
	first := payout{p: p, key: domain.IncentiveKey{Kind: domain.JobSearch, N: 1}, due: in2023(8, 7, 9, 0)}
	s.schedule(first, "schedule", in2023(8, 3, 7, 0))
	s.instruct(first, "1", first.due)
	p.ownSurveys = true
	s.confirm(first, "1", in2023(8, 7, 15, 0))
	s.openSurvey(p, 1, in2023(12, 10, 6, 0))
	late := payout{p: p, key: domain.IncentiveKey{Kind: domain.Survey, N: 1}, due: wib(2024, 1, 5, 9, 0, 0)}
	s.recorded("survey", s.schedule(late, "schedule", wib(2024, 1, 2, 7, 0, 0), expect(reason.SurveyPeriodClosed)), "all surveys closed on 31 December")
}
