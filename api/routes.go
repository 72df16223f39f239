package api

import (
	"net/http"
	"slices"
	"strings"

	"saldo/domain"
)

// Scope is a right that a route demands.
type Scope string

// Scopes.
const (
	ScopePublic    Scope = ""          // no token
	ScopeSelf      Scope = "self"      // any token
	ScopeRead      Scope = "read"      // people, purchases, why: partners see their own transactions only
	ScopeReport    Scope = "report"    // sums over many people
	ScopeEvents    Scope = "events"    // the log itself
	ScopeAppend    Scope = "append"    // commands, as far as the act is the role's
	ScopeTokens    Scope = "tokens"    // the register of tokens
	ScopeOperation Scope = "operation" // state of the machine
)

// scopes of a role: the one table of who may do what.
func (r Role) scopes() []Scope {
	switch r {
	case RolePlatform, RoleInstitution, RolePayment:
		return []Scope{ScopeSelf, ScopeRead, ScopeAppend}
	case RoleBank, RoleTreasury:
		return []Scope{ScopeSelf, ScopeAppend}
	case RoleOffice:
		return []Scope{ScopeSelf, ScopeRead, ScopeReport, ScopeEvents, ScopeAppend}
	case RoleSupport:
		return []Scope{ScopeSelf, ScopeRead, ScopeReport, ScopeAppend}
	case RoleAuditor:
		return []Scope{ScopeSelf, ScopeRead, ScopeReport, ScopeEvents, ScopeAppend}
	case RoleAdmin:
		return []Scope{ScopeSelf, ScopeTokens, ScopeOperation}
	}
	return nil
}

func (r Role) may(s Scope) bool { return s == ScopePublic || slices.Contains(r.scopes(), s) }

// mayAct reports whether an act is one that the role submits: its owner's acts, those without an owner, and for support the
// cases.
func (r Role) mayAct(a domain.ActSpec) bool {
	switch {
	case r == RoleAuditor:
		return a.Owner == domain.PartyAuditor
	case r == RoleSupport:
		return a.Kind == domain.CaseStream && a.Owner == ""
	case a.Owner == "":
		return r != RoleAdmin
	}
	return a.Owner == r.party()
}

// route is one row of the route table.
type route struct {
	method  string
	path    string
	name    string // stable: metrics, the contract's operationId
	scope   Scope
	summary string
	act     *domain.ActSpec // of command routes
	maxBody int64
	handle  func(*call) (answer, error)
}

const defaultBody = domain.MaxSubmissionBytes

func (r *route) limit() int64 {
	if r.maxBody == 0 {
		return defaultBody
	}
	return r.maxBody
}

// routes is the whole surface.
func (s *Server) routes() []route {
	out := []route{
		{method: http.MethodGet, path: "/livez", name: "livez", summary: "the process answers", handle: s.livez},
		{method: http.MethodGet, path: "/readyz", name: "readyz", summary: "the service can do its work; ?verbose tells why not", handle: s.readyz},
		{method: http.MethodGet, path: "/metrics", name: "metrics", scope: ScopePublic, summary: "Prometheus metrics", handle: s.metricsPage},
		{method: http.MethodGet, path: "/v1/status", name: "status", summary: "whether payments are open, for all and per platform", handle: s.status},
		{method: http.MethodGet, path: problemTypePrefix + "{code}", name: "problem", summary: "what a problem means", handle: s.problemPage},
		{method: http.MethodGet, path: "/openapi.json", name: "openapi", summary: "this contract", handle: s.openapi},
		{method: http.MethodGet, path: "/v1/me", name: "me", scope: ScopeSelf, summary: "whose token this is", handle: s.me},

		{method: http.MethodGet, path: "/v1/attempts/{key}", name: "attempt", scope: ScopeRead, summary: "did it happen: the outcome of a key of the caller's own", handle: s.attempt},
		{method: http.MethodPost, path: "/v1/attempts/{key}:abandon", name: "abandon", scope: ScopeAppend, summary: "close an attempt that has no outcome, so that no late copy can debit", handle: s.abandon},
		{method: http.MethodGet, path: "/v1/participants/{participant}", name: "participant", scope: ScopeRead, summary: "where a person stands", handle: s.participant},
		{method: http.MethodGet, path: "/v1/participants/{participant}/history", name: "history", scope: ScopeEvents, summary: "a person's events, in order", handle: s.history},
		{method: http.MethodGet, path: "/v1/participants/{participant}/balance", name: "balance", scope: ScopeReport, summary: "a person's balances, now or at a past moment", handle: s.balance},
		{method: http.MethodGet, path: "/v1/why/{topic}", name: "why", scope: ScopeRead, summary: "why: one conclusion with its evidence", handle: s.why},
		{method: http.MethodGet, path: "/v1/participants", name: "participants", scope: ScopeReport, summary: "people by wave and stage", handle: s.participants},
		{method: http.MethodGet, path: "/v1/events", name: "events", scope: ScopeEvents, summary: "the log, in global order", handle: s.events},
		{method: http.MethodGet, path: "/v1/models", name: "models", scope: ScopeReport, summary: "how the read models are", handle: s.modelsStatus},

		{method: http.MethodGet, path: "/v1/tokens", name: "access-tokens", scope: ScopeTokens, summary: "tokens, without their secrets", handle: s.tokens},
		{method: http.MethodPost, path: "/v1/tokens", name: "issue-access-token", scope: ScopeTokens, summary: "issue a token; its text is shown once", handle: s.issueToken},
		{method: http.MethodPost, path: "/v1/tokens/{token}:rotate", name: "rotate-access-token", scope: ScopeTokens, summary: "replace a token; the old one works until the end of its grace", handle: s.rotateToken},
		{method: http.MethodPost, path: "/v1/tokens/{token}:revoke", name: "revoke-access-token", scope: ScopeTokens, summary: "end a token at once", handle: s.revokeToken},

		{method: http.MethodPost, path: "/v1/commands:bulk", name: "bulk", scope: ScopeAppend, summary: "commands as NDJSON, answered line by line in order", handle: s.bulk},
	}
	return append(out, s.commandRoutes()...)
}

// commandRoutes has one route for every act: POST /v1/<streams>/{key}/<acts>.
func (s *Server) commandRoutes() []route {
	var out []route
	for _, a := range domain.Acts() {
		out = append(out, route{
			method: http.MethodPost, path: commandPath(a), name: kebab(string(a.Name)), scope: ScopeAppend, summary: "command " + string(a.Name),
			act: new(a), handle: s.command,
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
