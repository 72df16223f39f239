package domain

import (
	"time"

	"saldo/domain/reason"
	"saldo/domain/words"
)

// certificate answers where a certificate is: the checks of its verification say who holds it up.
func (e *explainer) certificate() Answer {
	course := e.q.Course
	if x := e.m.person.first(); course == "" && x != nil {
		course = x.Course
	}
	cmd := Command{ReceivedAt: e.m.at, Origin: Decided, Act: VerifyCertificate{OnParticipant{e.subject()}, VerificationBody{Course: course, Name: MatchUnknown, Graded: MatchUnknown}}}
	g := gatherIn(cmd, e.m.person, e.w.Registry, Lookups{}, e.m.view)
	f := &g.Facts
	refusal, refused := e.lastRefusal(course)
	if refused { // what the examination found stands until the next one
		f.Training.Name, f.Training.Graded, f.Training.Attendance = refusal.Name, refusal.Graded, refusal.Attendance
	}
	a := e.checked(CertificateRules, g)
	code := leading(a.Checks)
	t := &f.Training
	switch {
	case t.AcceptedAt != nil && t.RevokedAt == nil:
		code = reason.CertificateInDashboard
		a.Checks = nil
	case t.BoughtAt == nil && t.CompletedAt == nil:
		code = reason.NoPaymentRecorded
	case code == "":
		code = reason.AwaitingPMOVerification
	}
	code, until := e.late(code, t)
	a = e.conclude(a, code, f)
	if until != nil {
		a.Values["normal_until"] = words.DayOf(*until)
	}
	if code == reason.RatingReviewMissingOnPlatform {
		a.Values["missing_thing"] = missingWords(t)
	}
	if t.CompletedAt != nil && t.First {
		a.Values["next_course"] = e.nextCourse(t, f)
	}
	return a
}

// nextCourse says what the second course waits for, and that the money for it is safe: asked in the same breath.
func (e *explainer) nextCourse(t *TrainingFacts, f *Facts) words.Value {
	given := func(at *time.Time) (id, en string) {
		if at != nil {
			return "sudah", "given"
		}
		return "belum", "missing"
	}
	rID, rEN := given(t.RatedAt)
	uID, uEN := given(t.ReviewedAt)
	id := "Kursus kedua dapat dibeli setelah sertifikat muncul serta penilaian dan ulasan ada (penilaian " + rID + ", ulasan " + uID + ")."
	en := "A second course can be bought once the certificate shows and rating and review are given (rating " + rEN + ", review " + uEN + ")."
	if f.Balance != nil && !f.Balance.Training.IsZero() {
		if p := e.policy(); p != nil && !e.m.at.After(p.PeriodEnd()) {
			last := p.Conduct.LastDay.Start()
			id += " Saldo pelatihan " + words.Rupiah(f.Balance.Training.Decimal(), words.ID) + " aman sampai " + words.Day(last, words.WIB, words.ID) + "."
			en += " Your training balance of " + words.Rupiah(f.Balance.Training.Decimal(), words.EN) + " is safe until " + words.Day(last, words.WIB, words.EN) + "."
		}
	}
	return words.Localized{ID: id, EN: en}
}

func missingWords(t *TrainingFacts) words.Value {
	switch {
	case t.RatedAt == nil && t.ReviewedAt == nil:
		return words.Localized{ID: "penilaian dan ulasan", EN: "the rating and the review"}
	case t.RatedAt == nil:
		return words.Localized{ID: "penilaian", EN: "the rating"}
	}
	return words.Localized{ID: "ulasan", EN: "the review"}
}

// lastRefusal is the latest examination that found something, if none has accepted since.
func (e *explainer) lastRefusal(c CourseCode) (VerificationBody, bool) {
	var out VerificationBody
	found := false
	for _, r := range e.w.History {
		if r.Meta.RecordedAt.After(e.m.at) {
			continue
		}
		switch x := r.Fact.(type) {
		case CertificateRefused:
			if x.Course == c {
				out, found = x.VerificationBody, true
			}
		case CertificateAccepted:
			if x.Course == c {
				found = false
			}
		}
	}
	return out, found
}

// late says whether a step of the certificate is past its customary limit, and until when it is not.
func (e *explainer) late(code reason.Code, t *TrainingFacts) (reason.Code, *time.Time) {
	p := e.policy()
	if p == nil {
		return code, nil
	}
	limit := func(from *time.Time, workingDays int) *time.Time {
		if from == nil {
			return nil
		}
		return at(p.Calendar.AddWorking(DateOf(*from), workingDays).End())
	}
	passed := func(u *time.Time) bool { return u != nil && e.m.at.After(*u) }
	switch code { //nolint:exhaustive // the other codes have no clock
	case reason.AwaitingInstitutionReport:
		u := limit(t.CompletedAt, p.Conduct.Usual.ReportWorkingDays)
		if passed(u) {
			return reason.InstitutionNotResponding, u
		}
		return code, u
	case reason.AwaitingPlatformReport:
		return code, limit(t.ByInstitutionAt, p.Conduct.Usual.ReportWorkingDays)
	case reason.AwaitingPMOVerification:
		u := limit(t.ByPlatformAt, p.Conduct.Usual.VerifyWorkingDays)
		if passed(u) {
			return reason.PMOBacklogManual, u
		}
		return code, u
	}
	return code, nil
}

// scheduleGrounds are those of scheduling incentive n, as if it were asked for at the moment.
func (e *explainer) scheduleGrounds(k IncentiveKey) Grounds {
	cmd := Command{ReceivedAt: e.m.at, Origin: Decided, Act: ScheduleIncentive{OnParticipant{e.subject()}, IncentiveScheduleBody{IncentiveKey: k, DueOn: DateOf(e.m.at)}}}
	g := gatherIn(cmd, e.m.person, e.w.Registry, Lookups{}, e.m.view)
	if x := e.m.person.incentive(k); x != nil { // asked about one that is scheduled: it does not stand in its own way
		g.Facts.Granted--
		g.Facts.State = "none"
	}
	return g
}

// nextOf is the incentive that a question means: the one named, else the first that is not paid.
func (e *explainer) nextOf(kind IncentiveKind) IncentiveKey {
	k := IncentiveKey{kind, e.q.N}
	if k.N > 0 {
		return k
	}
	for k.N = 1; ; k.N++ {
		if x := e.m.person.incentive(k); x == nil || x.State != "disbursed" {
			break
		}
	}
	if x := e.m.person.incentive(IncentiveKey{kind, k.N}); x == nil && k.N > 1 && e.series(kind) < k.N {
		k.N-- // all are paid: the answer is about the last one
	}
	return k
}

func (e *explainer) series(kind IncentiveKind) int {
	g := e.grounds()
	if g.Policy == nil {
		return 0
	}
	return g.Policy.Entitlement.Series(kind).Times
}

// incentive answers where an incentive is.
func (e *explainer) incentive() Answer {
	kind := e.q.Kind
	if kind == "" {
		kind = JobSearch
	}
	k := e.nextOf(kind)
	g := e.scheduleGrounds(k)
	a := e.checked(IncentiveRules, g)
	if first := e.m.person.first(); e.q.Course != "" && first != nil && first.Course != e.q.Course && kind == JobSearch {
		g.Facts.Course = e.q.Course
		return e.conclude(a, reason.NotFirstTraining, &g.Facts)
	}
	code := leading(a.Checks)
	x := e.m.person.incentive(k)
	var until *time.Time
	if x != nil {
		code, until = e.incentiveCode(x, code)
	} else if code == "" {
		code, until = e.syncCode(&g.Facts)
	}
	if code == reason.AwaitingPMOVerification || code == reason.AwaitingInstitutionReport || code == reason.AwaitingPlatformReport {
		code, until = e.late(code, &g.Facts.Training)
	}
	a = e.conclude(a, code, &g.Facts)
	e.tellIncentive(a.Values, k, x, until)
	if x != nil {
		for _, m := range []mark{x.Scheduled, x.Instructed, x.Failed, x.Last} {
			a.Refs = append(a.Refs, e.refAt(m)...)
		}
		a.Reference = e.referenceAt(x.Last)
	}
	return a
}

func (e *explainer) refAt(m mark) []EventRef {
	if !m.set || int(m.Rev) >= len(e.w.History) { //nolint:gosec // a revision is an index into the history
		return nil
	}
	return []EventRef{e.w.History[m.Rev].Ref()}
}

func (e *explainer) referenceAt(m mark) string {
	if !m.set || int(m.Rev) >= len(e.w.History) { //nolint:gosec // a revision is an index into the history
		return ""
	}
	return ReferenceNumber(e.w.History[m.Rev].Meta.CommandID)
}

// syncCode is for an incentive whose gates are all passed and that is not scheduled yet.
func (e *explainer) syncCode(f *Facts) (reason.Code, *time.Time) {
	p := e.policy()
	last := later(f.Training.AcceptedAt, later(f.Training.RatedAt, f.Training.ReviewedAt))
	if f.Kind == Survey {
		if s, ok := e.m.person.Surveys[f.N]; ok {
			last = s.Done.time()
		}
		if p != nil && last != nil {
			return reason.SurveyPaymentPending, at(DateOf(*last).AddDays(p.Conduct.Surveys.PayWithinDays).End())
		}
	}
	if before := e.m.person.incentive(IncentiveKey{f.Kind, f.N - 1}); f.Kind == JobSearch && before != nil && before.Disbursed.set && p != nil {
		until := at(DateOf(before.Disbursed.At).AddDays(p.Conduct.Usual.NextIncentiveDays).End())
		if e.m.at.After(*until) {
			return reason.Overdue, until
		}
		return reason.WithinNormalTime, until
	}
	if p == nil || last == nil {
		return reason.NoCauseOnOurSide, nil
	}
	until := at(last.Add(time.Duration(p.Conduct.Usual.SyncHours) * time.Hour))
	if e.m.at.After(*until) {
		return reason.Overdue, until
	}
	return reason.ScheduleSyncPending, until
}

// incentiveCode reads an incentive's state: Belum Diproses, Sedang Diproses, Gagal, Dalam Pengecekan, Berhasil.
func (e *explainer) incentiveCode(x *incentiveState, blocked reason.Code) (reason.Code, *time.Time) {
	var until *time.Time
	if p := e.policy(); p != nil {
		until = at(p.Calendar.AddWorking(x.DueOn, p.Conduct.Usual.PayWorkingDays).End())
	}
	switch x.State {
	case "disbursed":
		return reason.IncentivePaid, until
	case "failed":
		return failureReason(x.Code), until
	case "under_review":
		return reason.PMOMassFailureRecheck, until
	}
	if e.falseNotice(x) {
		return reason.FalseFailureNotice, until
	}
	if blocked == reason.PMOBatchSuspended {
		return blocked, until
	}
	if until != nil && e.m.at.After(*until) {
		return reason.IncentiveOverdue, until
	}
	return reason.PaymentQueue, until
}

// falseNotice reports whether the person was told of a failure that the payment partner's line does not know.
func (e *explainer) falseNotice(x *incentiveState) bool {
	if x.State != "instructed" {
		return false
	}
	for _, a := range e.w.Registry.Programme.Announcements {
		v := a.value
		if v.Topic == AboutIncentives && v.By == PartyProgramme && (v.Channel == ChannelDashboard || v.Channel == ChannelSMS) &&
			seen(e.m.view, &a) && !v.PublishedAt.Before(x.Instructed.At) && DateOf(v.PublishedAt) == DateOf(e.m.at) {
			return true
		}
	}
	return false
}

func failureReason(c PartnerReason) reason.Code {
	switch c {
	case "WALLET_LIMIT_EXCEEDED":
		return reason.WalletLimitExceeded
	case "WALLET_BALANCE_FULL":
		return reason.WalletBalanceFull
	case "BANK_ACCOUNT_PROBLEM":
		return reason.BankAccountProblem
	case "WALLET_NOT_UPGRADED":
		return reason.WalletNotUpgraded
	case "PHONE_MISMATCH":
		return reason.PhoneMismatch
	case "IDENTITY_MISMATCH_NIK":
		return reason.IdentityMismatchNIK
	case "ACCOUNT_INACTIVE":
		return reason.AccountInactive
	}
	return reason.IncentiveFailedNoCause
}

func (e *explainer) tellIncentive(v words.Values, k IncentiveKey, x *incentiveState, until *time.Time) {
	v["kind"], v["n"] = kindName(k.Kind), words.Number(k.N)
	if until != nil {
		v["normal_until"] = words.DayOf(*until)
	}
	if x == nil {
		return
	}
	v["amount"] = words.Amount(x.Amount.Decimal())
	v["due_on"] = words.DayOf(x.DueOn.Start())
	if x.Failed.set {
		v["failed_on"] = words.DayOf(x.Failed.At)
	}
	if x.Disbursed.set {
		v["paid_on"] = words.DayOf(x.Disbursed.At)
	}
	if x.GroupSize > 0 {
		v["group_size"] = words.Number(x.GroupSize)
	}
	if x.Partner != "" {
		v["partner"] = words.Text(partnerName(x.Partner))
	}
	if x.Code != "" {
		v["partner_code"] = words.Text(string(x.Code))
	}
}

// survey answers where a survey, or its payment, is.
func (e *explainer) survey() Answer {
	k := e.nextOf(Survey)
	if x := e.m.person.incentive(k); x != nil {
		e.q.Kind, e.q.N = Survey, k.N
		return e.incentive()
	}
	g := e.scheduleGrounds(k)
	a := e.checked(IncentiveRules, g)
	a.Checks = only(a.Checks, "payouts_not_suspended", "determined", "not_revoked", "not_blacklisted", "not_held", "first_incentive_paid", "surveys_running", "previous_survey_done", "survey_due", "survey_done", "within_series")
	code := leading(a.Checks)
	var until *time.Time
	if code == "" {
		code, until = e.syncCode(&g.Facts)
	}
	p := e.policy()
	if code == reason.SurveyNotDue && p != nil && g.Facts.FirstPaidAt != nil {
		until = at(DateOf(*g.Facts.FirstPaidAt).AddDays(p.Conduct.Surveys.OpenAfterDays).Start())
	}
	a = e.conclude(a, code, &g.Facts)
	a.Values["n"] = words.Number(k.N)
	if code == reason.PreviousSurveyOpen {
		a.Values["n"] = words.Number(k.N - 1)
	}
	if code == reason.SurveyPeriodClosed && p != nil {
		a.Values["period_end"] = words.DayOf(p.Conduct.Surveys.LastDay.Start())
	}
	if until != nil {
		a.Values["normal_until"] = words.DayOf(*until)
	}
	return a
}
