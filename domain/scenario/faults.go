package scenario

import (
	"time"

	"saldo/domain"
	"saldo/domain/reason"
)

// faults writes what goes wrong besides the great closing. Whatever of it could blame somebody happens at Platform Contoh, at
// Lembaga Contoh W to Z or at the payment partner Mitra Contoh, which do not exist.
func (s *script) faults() {
	s.contohCourses()
	s.contohService()
	s.contohCoursesRefused()
	s.orders()
	s.standing()
	s.holds()
	s.vouchers()
	s.certificates()
	s.latecomers()
	s.accounts()
	s.gates()
	s.surveysShown()
	s.failedPayouts()
	s.revocations()
	s.officeActs()
	s.states()
}

// someone of a wave takes a part and comes in the usual way.
func (s *script) someone(wave int, role string) *person {
	p := s.take(wave, role)
	s.enrol(p, p.usual())
	return p
}

// Courses that do not exist, at Platform Contoh.
const (
	basics     domain.CourseCode = "c01"
	marketing  domain.CourseCode = "c02"
	complete   domain.CourseCode = "c03"
	video      domain.CourseCode = "c11" // rejected: not interactive
	freeTwin   domain.CourseCode = "c12" // rejected: identical to a free one
	dear       domain.CourseCode = "c13" // rejected: dearer than outside
	broken     domain.CourseCode = "c14" // withdrawn: content
	gone       domain.CourseCode = "c15" // withdrawn: own wish
	old        domain.CourseCode = "c16" // never handed in again
	suspended  domain.CourseCode = "c18" // institution suspended
	removed    domain.CourseCode = "c19" // institution removed
	unapproved domain.CourseCode = "c20" // institution never approved
	unlisted   domain.CourseCode = "c21" // approved, missing in the platform's own list
)

func (s *script) contohCourses() {
	for _, x := range []struct {
		code      domain.CourseCode
		title     domain.Title
		by        domain.InstitutionCode
		price     int64
		submitted time.Time
		approved  time.Time
	}{
		{basics, "Kelas Contoh: Dasar Pembukuan", schoolW, 200_000, on(8, 14, 9, 0), on(8, 18, 11, 0)},
		{marketing, "Kelas Contoh: Pemasaran Daring", schoolW, 300_000, on(8, 14, 9, 5), on(8, 18, 11, 5)},
		{complete, "Kelas Contoh: Paket Lengkap", schoolW, 1_000_000, on(8, 14, 9, 10), on(8, 18, 11, 10)},
		{video, "Kelas Contoh: Video Saja", schoolW, 150_000, on(8, 14, 9, 15), time.Time{}},
		{freeTwin, "Kelas Contoh: Sama dengan yang Gratis", schoolW, 150_000, on(8, 14, 9, 20), time.Time{}},
		{dear, "Kelas Contoh: Lebih Mahal dari Luar", schoolW, 150_000, on(8, 14, 9, 25), time.Time{}},
		{broken, "Kelas Contoh: Modul Rusak", schoolW, 150_000, on(8, 14, 9, 30), on(8, 18, 11, 15)},
		{gone, "Kelas Contoh: Ditarik Lembaga", schoolW, 150_000, on(8, 14, 9, 35), on(8, 18, 11, 20)},
		{old, "Kelas Contoh: Belum Diajukan Ulang", schoolW, 150_000, time.Time{}, time.Time{}},
		{suspended, "Kelas Contoh: Lembaga Dibekukan", schoolX, 150_000, on(8, 14, 9, 40), on(8, 18, 11, 25)},
		{removed, "Kelas Contoh: Lembaga Dihapus", schoolY, 150_000, on(8, 14, 9, 45), on(8, 18, 11, 30)},
		{unapproved, "Kelas Contoh: Lembaga Belum Ditetapkan", schoolZ, 150_000, on(8, 14, 9, 50), on(8, 18, 11, 35)},
		{unlisted, "Kelas Contoh: Belum Masuk Katalog", schoolW, 150_000, on(8, 14, 9, 55), on(8, 24, 11, 0)},
	} {
		c := &course{code: x.code, title: x.title, by: x.by, offers: only(contoh), price: x.price, submitted: x.submitted, approved: x.approved, faulty: true}
		s.spring(c, domain.SelfPaced, domain.Invented, domain.Invented)
		if !x.submitted.IsZero() {
			s.again(c, domain.Invented)
		}
	}
	s.stops()
}

// stops rejects and withdraws the courses that are there to be rejected and withdrawn, and stops two institutions.
func (s *script) stops() {
	for i, x := range []struct {
		code  domain.CourseCode
		cause domain.CourseCause
	}{{video, domain.CourseNotInteractive}, {freeTwin, domain.CourseFreeElsewhere}, {dear, domain.CoursePriceAbove}} {
		s.file("course/"+string(x.code)+"/reject", on(8, 24, 14, i), officer(1), domain.RejectCourse{OnCourse: domain.OnCourse{Course: x.code}, CourseStopBody: domain.CourseStopBody{Cause: x.cause}})
	}
	s.file("course/c14/withdraw", on(9, 3, 10, 0), officer(1), domain.WithdrawCourse{OnCourse: domain.OnCourse{Course: broken}, CourseStopBody: domain.CourseStopBody{Cause: domain.CourseContentFault}})
	s.file("course/c15/withdraw", on(9, 3, 10, 5), teacher(schoolW), domain.WithdrawCourse{OnCourse: domain.OnCourse{Course: gone}, CourseStopBody: domain.CourseStopBody{Cause: domain.CourseInstitutionWish}})
	s.file("institution/x/suspend", on(9, 1, 10, 0), officer(1), domain.SuspendInstitution{OnInstitution: domain.OnInstitution{Institution: schoolX}, InstitutionStopBody: domain.InstitutionStopBody{Cause: domain.InstitutionReview}})
	s.file("institution/y/remove", on(9, 5, 10, 0), officer(1), domain.RemoveInstitution{OnInstitution: domain.OnInstitution{Institution: schoolY}, InstitutionStopBody: domain.InstitutionStopBody{Cause: domain.InstitutionBreach}})
	key := "catalogue/platform-contoh/25"
	s.file(key, on(8, 25, 6, 20), backend(contoh), domain.ReportCatalogue{OnPlatform: domain.OnPlatform{Platform: contoh}, CatalogueBody: domain.CatalogueBody{
		TakenAt: on(8, 25, 6, 0), File: sha(key), Count: 7, Added: []domain.CourseCode{basics, marketing, complete, broken, gone, suspended, removed},
	}})
	s.state(reason.PlatformCatalogueBehind, "course", nil, on(8, 25, 12, 0), "approved on 24 August, not in the list that the platform took on 25 August", ofCourse(unlisted, contoh))
}

// ordinary lets a person with a part live on: a first purchase and all that follows.
func (s *script) ordinary(p *person, t time.Time) *bought { return s.goOn(p, "", "", t) }

// change of a purchase's body.
type change = func(*domain.PurchaseBody)

func withToken(t domain.TokenID) change { return func(b *domain.PurchaseBody) { b.Token = t } }

// contohService: closings of one platform, its tokens, and what its door turned away.
func (s *script) contohService() {
	gate := domain.ClosePaymentGate{GateBody: domain.GateBody{
		Scope: domain.GatePlatform, Platform: contoh, Cause: domain.GateIntegration, OrderedBy: domain.PartyProgramme, ClockEffect: domain.ClockNotDecided,
		ExpectedUntil: new(domain.NewDate(2020, time.August, 31)),
		NoticeID:      "Integrasi Platform Contoh sesuai Permenko 11/2020 masih berlangsung; pembayaran di platform ini menyusul.",
		NoticeEN:      "Platform Contoh is still being integrated under Permenko 11/2020; payments there follow.",
	}}
	s.ordered("gate/contoh/close", gateOpened().Add(-time.Minute), gate, instruction("Instruksi-CONTOH-08C/2020", gateOpened()))
	s.ordered("gate/contoh/open", on(8, 31, 8, 0).Add(-time.Second), domain.OpenPaymentGate{GateOpenBody: domain.GateOpenBody{Scope: domain.GatePlatform, Platform: contoh}},
		instruction("Instruksi-CONTOH-08D/2020", on(8, 31, 8, 0)))
	p := s.someone(4, "integration")
	s.recorded("purchase", s.attempt(p, "integration", basics, 200_000, contoh, on(8, 30, 9, 12), reason.PMOSystemIntegrationInProgress), "one platform is closed longer than the others")
	s.ordinary(p, on(9, 1, 9, 30))

	o := domain.OnPlatform{Platform: contoh}
	s.file("platform/contoh/token/spare", on(9, 1, 9, 0), officer(1), domain.IssueToken{OnPlatform: o, TokenBody: domain.TokenBody{Token: contohSpare, ExpiresAt: wib(2021, 12, 31, 23, 59, 59)}})
	s.file("platform/contoh/token/revoke", on(9, 6, 9, 0), officer(1), domain.RevokeToken{OnPlatform: o, TokenRevokeBody: domain.TokenRevokeBody{Token: contohSpare, Cause: domain.TokenReverification}})
	s.file("platform/contoh/token/rotate", tokenRotated(), officer(1), domain.RotateToken{OnPlatform: o, TokenRotateBody: domain.TokenRotateBody{
		Token: contohFirst, Successor: contohSecond, ExpiresAt: wib(2021, 12, 31, 23, 59, 59), GraceUntil: on(10, 8, 9, 0),
	}})
	p = s.someone(4, "tokens")
	s.recorded("token", s.attempt(p, "revoked", basics, 200_000, contoh, on(9, 7, 10, 0), reason.PartnerCredentialRevoked, withToken(contohSpare)), "token revoked for a new verification")
	s.recorded("token", s.attempt(p, "unknown", basics, 200_000, contoh, on(9, 8, 10, 0), reason.OAUTHClientUnauthorized, withToken("tkn-tidak-dikenal")), "token that nobody issued")
	b := s.ordinary(p, on(9, 8, 11, 0))
	s.recorded("token", s.attempt(p, "expired", marketing, 300_000, contoh, b.at.AddDate(0, 1, 10), reason.AccessTokenExpired, withToken(contohFirst)), "token used after the grace of its rotation")
	s.doorTallies()
	s.unattributed()
}

// doorTallies: requests that never became an attempt, at Platform Contoh and at the door of nobody.
func (s *script) doorTallies() {
	for i, x := range []struct {
		cause domain.DenialCause
		count int
		code  reason.Code
	}{
		{domain.DeniedSignature, 7, reason.SignatureOrTimestampMismatch},
		{domain.DeniedPaymentToken, 5, reason.PaymentTokenInvalid},
		{domain.DeniedTokenUnknown, 3, ""},
	} {
		t := on(9, 9, 9+i, 0)
		s.file("tally/contoh/door/"+num(i, 1), t.Add(time.Hour), system(), domain.RecordTally{OnIntake: domain.OnIntake{Platform: contoh}, TallyBody: domain.TallyBody{
			Minute: t, Minutes: 60, Received: x.count, Denied: x.count, Causes: []domain.DenialCount{{Cause: x.cause, Count: x.count}}, Token: token(contoh, t),
		}})
		if x.code != "" {
			s.state(x.code, "token", nil, t.Add(time.Hour+time.Minute), "counted at the door, no person", ofPlatform(contoh), during(t, t.Add(time.Hour)))
		}
	}
	for i, day := range []int{20, 21, 22} {
		for j, x := range []struct {
			course domain.CourseCode
			cause  domain.LookupCause
			at     domain.PlatformCode
		}{{courseCode(8), domain.MissNotApproved, pijarMahir}, {"", domain.MissUnknownCourse, sisnaker}, {courseCode(14), domain.MissNotApproved, tokopedia}} {
			t := on(8, day, 19, 0)
			s.file("misses/"+string(x.at)+"/"+num(day, 2), t.Add(time.Hour), system(), domain.RecordLookupsMissed{OnIntake: domain.OnIntake{Platform: x.at}, MissBody: domain.MissBody{
				Course: x.course, Cause: x.cause, Hour: t, Count: 4 + 3*i + j,
			}})
		}
	}
}

// unattributed is a purchase for somebody whom the ledger does not know: it is kept at the platform's intake.
func (s *script) unattributed() {
	stranger := domain.OnParticipant{Participant: id("subject", "unknown")}
	key := "unattributed/contoh/1"
	s.file(key, on(9, 2, 11, 0), backend(contoh), domain.PurchaseCourse{OnParticipant: stranger, PurchaseBody: domain.PurchaseBody{
		Course: basics, Platform: contoh, Invoice: invoice(contoh, key), Amount: rp(200_000), Currency: domain.IDR, Token: token(contoh, on(9, 2, 11, 0)),
	}})
	s.state(reason.CardNotRecognised, "purchase", &person{subject: stranger.Participant}, on(9, 2, 11, 1), "kept at the platform's intake", ofCourse(basics, contoh))
}

// contohCoursesRefused: everything that a course or an order can be refused for.
func (s *script) contohCoursesRefused() {
	for i, x := range []struct {
		name   string
		course domain.CourseCode
		amount int64
		t      time.Time
		code   reason.Code
		note   string
	}{
		{"empty", "", 150_000, on(9, 1, 9, 0), reason.CourseCodeEmpty, "the platform sent no course code"},
		{"unknown", "c99", 150_000, on(9, 1, 9, 20), reason.CourseUnknown, "no such course was ever handed in"},
		{"old", old, 150_000, on(9, 1, 10, 0), reason.CourseNotRevalidated, "approved in spring, not handed in again"},
		{"video", video, 150_000, on(9, 1, 10, 20), reason.CourseRejected, "rejected: not interactive"},
		{"free", freeTwin, 150_000, on(9, 1, 11, 0), reason.CourseIdenticalToFree, "rejected: identical to a free one"},
		{"dear", dear, 150_000, on(9, 1, 11, 20), reason.PriceAboveOutside, "rejected: dearer than outside"},
		{"broken", broken, 150_000, on(9, 4, 9, 0), reason.CourseContentBroken, "withdrawn: content"},
		{"gone", gone, 150_000, on(9, 4, 9, 20), reason.CourseWithdrawn, "withdrawn by the institution"},
		{"suspended", suspended, 150_000, on(9, 4, 10, 0), reason.InstitutionSuspended, "institution suspended"},
		{"removed", removed, 150_000, on(9, 7, 10, 20), reason.InstitutionNotApproved, "institution removed"},
		{"elsewhere", courseCode(14), 150_000, on(9, 7, 11, 0), reason.CourseNotOfferedHere, "sold on another platform only"},
		{"price", basics, 225_000, on(9, 7, 11, 20), reason.PriceDiffersFromOffer, "asked for more than the offer"},
	} {
		role := "courses-" + num(i/2+1, 1)
		p, ok := s.cast[role]
		if !ok {
			p = s.someone(4, role)
		}
		s.recorded("purchase", s.attempt(p, x.name, x.course, x.amount, contoh, x.t, x.code), x.note)
		if i%2 == 1 {
			s.ordinary(p, x.t.Add(35*time.Minute))
		}
	}
	p := s.someone(2, "left-platform")
	b := s.ordinary(p, on(5, 4, 10, 0))
	s.recorded("purchase", s.attempt(p, "left", courseCode(22), 225_000, skillAcademy, on(8, 15, 10, 0), reason.PlatformNotPartnerAnymore), "bought again on another platform twenty minutes later")
	if b.course.code != courseCode(22) {
		c := s.buy(p, s.course(courseCode(22)), tokopedia, on(8, 15, 10, 21))
		s.study(c, c.usual())
	}
	p = s.someone(4, "no-such-platform")
	s.recorded("purchase", s.attempt(p, "nowhere", basics, 200_000, "platform-tak-terdaftar", on(9, 2, 9, 0), reason.PlatformUnknown, withToken("")), "a platform that was never admitted")
	s.ordinary(p, on(9, 2, 9, 40))
}
