package api

import (
	"net/http"
	"strings"

	"saldo/domain"
)

// outcomes are the answers of a command that is not refused: decided now, or before.
func outcomes() []given {
	return []given{
		{status: http.StatusCreated, value: OutcomeView{}, header: []string{"ETag"}},
		{status: http.StatusOK, value: OutcomeView{}, header: []string{"ETag", "Idempotent-Replayed"}},
	}
}

func actNamed(name domain.CommandName) *domain.ActSpec {
	spec, _ := domain.SpecNamed(name)
	return &spec
}

// commandRoutes has one route for every act: POST /v1/<streams>/{key}/<acts>.
func (s *Server) commandRoutes() []route {
	var out []route
	for _, a := range domain.Acts() {
		out = append(out, route{
			method: http.MethodPost, path: commandPath(a), name: kebab(string(a.Name)), scope: ScopeAppend,
			summary: says("perintah "+string(a.Name), "command "+string(a.Name)), act: new(a), handle: s.command, gives: outcomes(),
			params: []parameter{{name: "dry_run", zero: false, doc: "decide and record nothing: what would the outcome be?"}},
		})
	}
	return out
}

// streamPath is the collection of a kind of stream, and the act's field that names the one stream.
func streamPath(k domain.StreamKind) (path, key string) {
	switch k {
	case domain.ProgrammeStream:
		return "/v1/programme", ""
	case domain.AuditStream:
		return "/v1/audit", ""
	case domain.PlatformStream:
		return "/v1/platforms/{platform}", "platform"
	case domain.InstitutionStream:
		return "/v1/institutions/{institution}", "institution"
	case domain.CourseStream:
		return "/v1/courses/{course_code}", "course_code"
	case domain.ParticipantStream:
		return "/v1/participants/{participant}", "participant"
	case domain.FundStream:
		return "/v1/funds/{fund_year}", "fund_year"
	case domain.SettlementStream:
		return "/v1/settlements/{platform}", "platform"
	case domain.IntakeStream:
		return "/v1/intake", ""
	case domain.SeatStream:
		return "/v1/seats/{schedule_code}", "schedule_code"
	case domain.BudgetStream:
		return "/v1/budgets/{wave}", "wave"
	case domain.ActionStream:
		return "/v1/actions/{action}", "action"
	case domain.CaseStream:
		return "/v1/cases/{case}", "case"
	}
	return "/v1/" + string(k), ""
}

// nouns are the words of the paths where the act's own name isn't one.
func nouns() map[domain.CommandName]string {
	return map[domain.CommandName]string{
		"PurchaseCourse": "purchases", "AbandonPurchase": "abandonments", "CancelPurchase": "cancellations",
		"RecordVoucherIssued": "vouchers", "ExchangeVoucher": "voucher-exchanges", "RecordTrainingStarted": "training-starts",
		"RecordTrainingCompleted": "completions", "ReportCompletion": "completion-reports", "RecordCertificateIssued": "certificates",
		"VerifyCertificate": "certificate-verifications", "RevokeCertificate": "certificate-revocations", "RecordRating": "ratings",
		"RecordReview": "reviews", "LinkPayoutAccount": "payout-accounts", "RecordAccountCheck": "payout-account-checks",
		"DetermineRecipient": "determinations", "RecordNotification": "notifications", "RecordDataCompleted": "data-completions",
		"IssueCard": "cards", "CreditBalance": "credits", "HoldBalance": "holds", "ReleaseBalance": "releases",
		"RevokeParticipation": "revocations", "RestoreParticipation": "restorations", "RecordRepayment": "repayments",
		"OfferCourse": "offers", "SubmitCourse": "submissions", "ApproveCourse": "approvals", "IssueToken": "tokens",
		"ClosePaymentGate": "payment-gate-closings", "OpenPaymentGate": "payment-gate-openings", "AdoptPolicy": "policies",
		"OpenWave": "waves", "RegisterDecree": "decrees", "RecordAnnouncement": "announcements", "ReportCatalogue": "catalogue-reports",
		"RecordComplaint": "complaints", "AnswerComplaint": "answers", "OpenDispute": "disputes", "ResolveDispute": "resolutions",
		"ProposeAction": "proposals", "ApproveAction": "approvals", "DeclineAction": "refusals", "ClosePeriod": "periods", "DrawSample": "samples",
	}
}

func commandPath(a domain.ActSpec) string {
	base, _ := streamPath(a.Kind)
	noun, known := nouns()[a.Name]
	if !known {
		noun = kebab(string(a.Name))
	}
	return base + "/" + noun
}

// kebab writes a name such as ClosePaymentGate as close-payment-gate.
func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('-')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
