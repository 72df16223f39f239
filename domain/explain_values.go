package domain

import (
	"slices"
	"strings"
	"time"

	"saldo/domain/reason"
	"saldo/domain/words"
)

// values gives what the texts of a reason may name: the facts that were compared, by the names that the catalogue knows.
// What does not apply is absent, and the sentence that would name it is left out.
func (e *explainer) values(code reason.Code, f *Facts) words.Values {
	v := words.Values{"now": words.Instant(e.q.Now), "at": words.Instant(e.m.at)}
	put := func(name string, x words.Value) {
		if x != nil {
			v[name] = x
		}
	}
	e.namePlaces(v, f)
	put("gate_since", asInstant(f.GateSince))
	if f.GateSince == nil {
		put("gate_since", asInstant(f.PlatformGateSince))
	}
	if f.GateUntil != nil {
		v["gate_expected"] = words.DayOf(f.GateUntil.Start())
	}
	if c, ok := e.w.Registry.Programme.Gate.at(e.m.view); ok && c.value.Closed {
		v["gate_notice"] = words.Localized{ID: string(c.value.NoticeID), EN: string(c.value.NoticeEN)}
	}
	put("since", asInstant(sinceOf(code, f)))
	if f.Amount != nil && !f.Amount.IsZero() {
		v["amount"] = words.Amount(f.Amount.Decimal())
	}
	if f.OfferPrice != nil {
		v["price"] = words.Amount(f.OfferPrice.Decimal())
	}
	if f.Balance != nil && f.CreditedAt != nil {
		v["balance"] = words.Amount(f.Balance.Training.Decimal())
		v["job_search"] = words.Amount(f.Balance.JobSearch.Decimal())
		v["survey"] = words.Amount(f.Balance.Survey.Decimal())
	}
	put("invoice", text(string(f.Invoice)))
	put("deadline", asInstant(f.Deadline))
	put("determined_on", asDay(f.DeterminedAt))
	put("not_after", asInstant(f.NotAfter))
	put("effective_at", asInstant(f.Effective))
	put("case", text(string(f.Dispute)))
	put("bought_at", asInstant(f.BoughtAt))
	if f.Wave > 0 {
		v["wave"] = words.Number(f.Wave)
	}
	if p := e.policy(); p != nil {
		v["period_end"] = words.DayOf(p.Conduct.LastDay.Start())
	}
	if f.BlockedMinutes > 0 {
		v["blocked"] = words.Duration(time.Duration(f.BlockedMinutes) * time.Minute)
	}
	if f.DoneBefore != nil {
		v["earlier"] = words.Text(EventRef(*f.DoneBefore).String())
	}
	e.nameTraining(v, f)
	e.namePayout(v, f)
	return forCode(code, f, v)
}

func text(s string) words.Value {
	if s == "" {
		return nil
	}
	return words.Text(s)
}

// forCode takes out or replaces what would mean something else in this reason's sentence.
func forCode(code reason.Code, f *Facts, v words.Values) words.Values {
	switch code { //nolint:exhaustive // only these need it
	case reason.PMOPaymentGateClosed, reason.PMOSystemIntegrationInProgress:
		if f.Gate == "closed" { // closed for all: naming one platform would be wrong
			delete(v, "platform")
		}
		if f.Gate != "closed" && f.PlatformGateUntil != nil {
			v["gate_expected"] = words.DayOf(f.PlatformGateUntil.Start())
		}
	case reason.CourseNotRevalidated:
		delete(v, "since")
		if f.CourseSince != nil && f.CourseState == "submitted" { // only then is somebody examining it
			v["since"] = words.DayOf(*f.CourseSince)
		}
	case reason.IneligibleRecipient:
		delete(v, "amount")
		delete(v, "deadline")
	case reason.ParticipationRevoked, reason.RevokedNoPurchase:
		v["cause"] = revocationCause(f.RevokedFor)
	}
	return v
}

func revocationCause(c RevocationCause) words.Value {
	switch c {
	case NoFirstPurchase:
		return words.Localized{ID: "belum ada pembelian pertama sampai batas waktu", EN: "no first purchase by the deadline"}
	case Ineligible:
		return words.Localized{ID: "tidak memenuhi syarat", EN: "not eligible"}
	case Fraud:
		return words.Localized{ID: "indikasi pelanggaran", EN: "signs of a breach"}
	}
	return nil
}

// sinceOf is the instant that a reason's sentence means by "since".
func sinceOf(code reason.Code, f *Facts) *time.Time {
	switch code { //nolint:exhaustive // the others have no since
	case reason.PlatformNotPartnerAnymore:
		return f.PlatformSince
	case reason.PartnerCredentialRevoked, reason.AccessTokenExpired:
		return f.TokenSince
	case reason.InstitutionSuspended:
		return f.InstitutionSince
	case reason.ClassAlreadyStarted:
		return f.ScheduleStarts
	case reason.ParticipationRevoked, reason.RevokedNoPurchase:
		return f.RevokedAt
	case reason.IneligibleRecipient:
		return earlier(f.RevokedAt, f.DemandedAt)
	case reason.Blacklisted:
		return f.BlacklistedAt
	case reason.BalanceHeldForFraud, reason.AccountCompromised:
		return f.HeldAt
	case reason.PMOBatchSuspended:
		return f.PayoutsHeldSince
	case reason.CertificateRevoked:
		return f.Training.RevokedAt
	case reason.TransactionCancelled:
		return f.Training.CancelledAt
	case reason.CourseNotRevalidated, reason.CourseRejected, reason.CourseIdenticalToFree, reason.PriceAboveOutside,
		reason.CourseContentBroken, reason.CourseWithdrawn:
		return f.CourseSince
	}
	return nil
}

// namePlaces names course, institution and platforms by their published names.
func (e *explainer) namePlaces(v words.Values, f *Facts) {
	course := f.Course
	if course == "" {
		course = f.Training.Course
	}
	if course != "" {
		v["course_code"] = words.Text(string(course))
		v["course"] = words.Text(e.titleOf(course))
	}
	if i := e.institutionOf(course, f); i != "" {
		v["institution"] = words.Text(i)
	}
	if p := f.Platform; p != "" {
		v["platform"] = words.Text(e.platformName(p))
		if names := e.elsewhere(course, p); names != "" {
			v["elsewhere"] = words.Text(names)
		}
	}
	if f.FirstCourse != "" {
		v["first_course"] = words.Text(e.titleOf(f.FirstCourse))
	}
	if f.Training.Course != "" && f.Training.BoughtAt != nil {
		v["first_course"] = words.Text(e.titleOf(f.Training.Course))
	}
}

func (e *explainer) titleOf(c CourseCode) string {
	if x, ok := e.w.Registry.Courses[c]; ok && x.Title != "" {
		return string(x.Title)
	}
	return string(c)
}

func (e *explainer) platformName(p PlatformCode) string {
	if x, ok := e.w.Registry.Platforms[p]; ok && x.Name != "" {
		return string(x.Name)
	}
	return string(p)
}

func (e *explainer) institutionOf(course CourseCode, f *Facts) string {
	code := f.Institution
	if c, ok := e.w.Registry.Courses[course]; ok && code == "" {
		code = c.Institution
	}
	if i, ok := e.w.Registry.Institutions[code]; ok && i.Name != "" {
		return string(i.Name)
	}
	return string(code)
}

// elsewhere names the other partners that offer a course at the moment, in neutral order.
func (e *explainer) elsewhere(course CourseCode, but PlatformCode) string {
	c, ok := e.w.Registry.Courses[course]
	if !ok {
		return ""
	}
	var names []string
	for p, h := range c.Offers {
		o, offered := h.at(e.m.view)
		x, known := e.w.Registry.Platforms[p]
		if p == but || !offered || !o.value.Offered || !known {
			continue
		}
		if partner, is := x.Partner.at(e.m.view); is && partner.value {
			names = append(names, e.platformName(p))
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// nameTraining names the stations of a course.
func (e *explainer) nameTraining(v words.Values, f *Facts) {
	t := f.Training
	days := map[string]*time.Time{
		"exchanged_on": t.ExchangedAt, "completed_on": t.CompletedAt, "reported_on": t.ByInstitutionAt, "forwarded_on": t.ByPlatformAt,
		"accepted_on": t.AcceptedAt,
	}
	for name, at := range days {
		if at != nil {
			v[name] = words.DayOf(*at)
		}
	}
	if t.VoucherAt != nil {
		v["issued"] = words.ClockOf(*t.VoucherAt)
	}
	if t.Voucher != "" {
		v["voucher"] = words.Text(string(t.Voucher))
	}
	if t.BoughtAt != nil && f.BoughtAt == nil {
		v["bought_at"] = words.Instant(*t.BoughtAt)
	}
}

// namePayout names the incentive and the account.
func (e *explainer) namePayout(v words.Values, f *Facts) {
	if f.Partner != "" {
		v["partner"] = words.Text(partnerName(f.Partner))
	}
	if f.Kind != "" {
		v["kind"] = kindName(f.Kind)
	}
	if f.N > 0 {
		v["n"] = words.Number(f.N)
	}
	if f.SurveyCloses != nil {
		v["closes_on"] = words.DayOf(f.SurveyCloses.Start())
		v["closed_on"] = words.DayOf(f.SurveyCloses.Start())
	}
}

func kindName(k IncentiveKind) words.Value {
	if k == Survey {
		return words.Localized{ID: "survei", EN: "survey"}
	}
	return words.Localized{ID: "biaya mencari kerja", EN: "job-search"}
}

// partnerName is the published spelling of the payment partners; others are said by their code.
func partnerName(p PartnerCode) string {
	switch string(p) {
	case "bni":
		return "BNI"
	case "ovo":
		return "OVO"
	case "linkaja":
		return "LinkAja"
	case "gopay":
		return "GoPay"
	}
	return string(p)
}
