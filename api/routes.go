package api

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/domain/words"
	"saldo/projections"
)

// route is one row of the route table: what the server does, what it demands and what it answers. The contract, the pages for
// people and the tests of who may do what are made from it.
type route struct {
	method  string
	path    string
	name    string // stable: metrics, the contract's operationId
	scope   Scope
	summary words.Localized
	act     *domain.ActSpec // of command routes
	maxBody int64
	params  []parameter
	body    any // zero value of what the body holds; nil: the route reads none
	gives   []given
	handle  func(*call) (answer, error)
}

// given is one of a route's answers that is no problem.
type given struct {
	status int
	media  string // empty: JSON
	value  any    // zero value of what is answered; nil: text of that media type
	header []string
}

const defaultBody = domain.MaxSubmissionBytes

func (r *route) limit() int64 {
	if r.maxBody == 0 {
		return defaultBody
	}
	return r.maxBody
}

// readsBody reports whether the route takes content.
func (r *route) readsBody() bool { return r.body != nil || r.act != nil }

func says(id, en string) words.Localized { return words.Localized{ID: id, EN: en} }

// gives one JSON answer with 200.
func gives(value any, header ...string) []given {
	return []given{{status: http.StatusOK, value: value, header: header}}
}

func text(media string) []given { return []given{{status: http.StatusOK, media: media}} }

// routes is the whole surface.
func (s *Server) routes() []route {
	out := s.publicRoutes()
	out = append(out, s.questionRoutes()...)
	out = append(out, s.tokenRoutes()...)
	out = append(out, route{
		method: http.MethodPost, path: "/v1/commands:bulk", name: "bulk", scope: ScopeAppend, body: []byte(nil), handle: s.bulk,
		summary: says("perintah sebagai NDJSON, dijawab baris demi baris berurutan", "commands as NDJSON, answered line by line in order"),
		gives:   []given{{status: http.StatusOK, media: ndjsonMediaType, value: BulkResult{}}},
	})
	return append(out, s.commandRoutes()...)
}

func (s *Server) publicRoutes() []route {
	get := http.MethodGet
	return []route{
		{method: get, path: "/livez", name: "livez", handle: s.livez, gives: gives(health{}), summary: says("prosesnya menjawab", "the process answers")},
		{
			method: get, path: "/readyz", name: "readyz", handle: s.readyz, summary: says("layanan siap bekerja", "the service can do its work"),
			params: []parameter{{name: "verbose", doc: "also list the checks", zero: "", empty: true}},
			gives:  []given{{status: http.StatusOK, value: health{}}, {status: http.StatusServiceUnavailable, value: health{}}},
		},
		{method: get, path: "/metrics", name: "metrics", handle: s.metricsPage, gives: text("text/plain"), summary: says("ukuran untuk Prometheus", "Prometheus metrics")},
		{
			method: get, path: "/v1/status", name: "status", handle: s.status, gives: gives(serviceStatus{}),
			summary: says("apakah pembayaran dibuka, untuk semua dan per platform", "whether payments are open, for all and per platform"),
			params:  []parameter{{name: "platform", doc: "this platform only", zero: domain.PlatformCode(""), example: "tokopedia"}},
		},
		{
			method: get, path: problemTypePrefix + "{code}", name: "problem", handle: s.problemPage, summary: says("arti sebuah masalah", "what a problem means"),
			params: []parameter{langParameter()},
			gives:  []given{{status: http.StatusOK, value: problemMeaning{}}, {status: http.StatusOK, media: htmlMediaType}},
		},
		{
			method: get, path: "/docs", name: "docs", handle: s.docsPage, gives: text(htmlMediaType), params: []parameter{langParameter()},
			summary: says("panduan ini, untuk dibaca orang", "this guide, for people"),
		},
		{method: get, path: "/openapi.json", name: "openapi", handle: s.openapi, gives: gives(map[string]any{}), summary: says("kontrak ini", "this contract")},
		{method: get, path: "/openapi.yaml", name: "openapi-yaml", handle: s.openapiYAML, gives: text(yamlMediaType), summary: says("kontrak ini, sebagai YAML", "this contract, as YAML")},
		{method: get, path: "/v1/me", name: "me", scope: ScopeSelf, handle: s.me, gives: gives(clientView{}), summary: says("token siapa ini", "whose token this is")},
	}
}

// minPosition is the parameter of every question to the read models.
func minPosition() parameter {
	return parameter{name: "min_position", zero: positionText(""), doc: "answer from at least this position, as an answer to a command gave it; waits up to 5 seconds for it"}
}

// pageParameters are those of every list.
func pageParameters() []parameter {
	return []parameter{
		{name: "limit", zero: 0, least: 1, most: projections.MaxPage, absent: projections.DefaultPage, doc: "how many rows at most"},
		{name: "after", zero: cursorText(""), doc: "next of the page before"},
	}
}

func (s *Server) questionRoutes() []route {
	get, post := http.MethodGet, http.MethodPost
	person := "/v1/participants/{participant}"
	return []route{
		{
			method: get, path: "/v1/attempts/{key}", name: "attempt", scope: ScopeAppend, handle: s.attempt, gives: gives(AttemptView{}),
			summary: says("jadi atau tidak: hasil sebuah kunci milik pemanggil", "did it happen: the outcome of a key of the caller's own"),
			params: []parameter{
				{name: "participant", zero: uuid.UUID{}, doc: "whose stream the command was for"},
				{name: "stream", zero: streamText(""), doc: "or which other stream, such as programme or course-1036", example: "programme"},
			},
		},
		{
			method: post, path: "/v1/attempts/{key}:abandon", name: "abandon", scope: ScopeAppend, act: actNamed("AbandonPurchase"), handle: s.abandon, gives: outcomes(),
			summary: says("tutup percobaan yang belum ada hasilnya, agar salinan yang terlambat tidak mendebit", "close an attempt that has no outcome, so that no late copy can debit"),
		},
		{
			method: get, path: person, name: "participant", scope: ScopeRead, handle: s.participant, gives: gives(participantView{}), params: []parameter{minPosition()},
			summary: says("posisi seorang peserta", "where a person stands"),
		},
		{
			method: get, path: person + "/history", name: "history", scope: ScopeEvents, handle: s.history, gives: gives(historyView{}, "Link"),
			summary: says("peristiwa seorang peserta, berurutan", "a person's events, in order"),
			params: []parameter{
				{name: "from", zero: 0, most: maxRevision, doc: "first revision of the page"},
				{name: "limit", zero: 0, least: 1, most: projections.MaxPage, absent: projections.DefaultPage, doc: "how many events at most"},
			},
		},
		{
			method: get, path: person + "/balance", name: "balance", scope: ScopeReport, handle: s.balance, gives: gives(balanceView{}),
			summary: says("saldo seorang peserta, kini atau pada suatu saat", "a person's balances, now or at a past moment"),
			params:  []parameter{{name: "at", zero: time.Time{}, doc: "as recorded at this moment", example: "2020-08-20T09:14:00+07:00"}},
		},
		{
			method: get, path: "/v1/why/{topic}", name: "why", scope: ScopeRead, handle: s.why, gives: gives(Told{}), params: whyParameters(),
			summary: says("kenapa: satu kesimpulan dengan buktinya", "why: one conclusion with its evidence"),
		},
		{
			method: get, path: "/v1/participants", name: "participants", scope: ScopeReport, handle: s.participants, gives: gives(ParticipantsView{}, "Link"),
			summary: says("peserta menurut gelombang dan tahap", "people by wave and stage"),
			params: append([]parameter{
				{name: "wave", zero: 0, least: 1, most: 999, doc: "this wave only"},
				{name: "stage", zero: "", values: stageNames(), doc: "this stage only"},
				minPosition(),
			}, pageParameters()...),
		},
		{
			method: get, path: "/v1/events", name: "events", scope: ScopeEvents, handle: s.events, gives: gives(eventsView{}),
			summary: says("buku besarnya, dalam urutan keseluruhan", "the log, in global order"),
			params: []parameter{
				{name: "after", zero: positionText(""), doc: "behind this position; next of the page before"},
				{name: "limit", zero: 0, least: 1, most: projections.MaxPage, absent: projections.DefaultPage, doc: "how many events at most"},
				{name: "stream", zero: streamText(""), doc: "streams that begin so, such as participant-", example: "participant-"},
				{name: "type", zero: domain.EventName(""), doc: "events of this type only", example: "CoursePurchased"},
				{name: "wait", zero: 0, most: maxWait, doc: "seconds to wait for the first event (long poll)"},
			},
		},
		{method: get, path: "/v1/models", name: "models", scope: ScopeReport, handle: s.modelsStatus, gives: gives(modelsView{}), summary: says("keadaan model baca", "how the read models are")},
	}
}

// whyParameters are what a question may name.
func whyParameters() []parameter {
	return []parameter{
		{name: "participant", zero: uuid.UUID{}, doc: "about this person; without it the answer holds for everybody"},
		{name: "course", zero: domain.CourseCode(""), doc: "course code", example: "1036"},
		{name: "platform", zero: domain.PlatformCode(""), doc: "platform code; of a platform's token: its own", example: "tokopedia"},
		{name: "invoice_code", zero: domain.InvoiceCode(""), doc: "the platform's order number"},
		{name: "token", zero: domain.TokenID(""), doc: "public part of an API token"},
		{name: "kind", zero: domain.IncentiveKind(""), doc: "which incentive"},
		{name: "n", zero: 0, least: 1, most: maxIncentives, doc: "number of the incentive or survey"},
		{name: "at", zero: time.Time{}, doc: "the moment that is asked about", example: "2020-08-20T09:14:00+07:00"},
		{name: "from", zero: time.Time{}, doc: "or from"},
		{name: "to", zero: time.Time{}, doc: "to"},
		{name: "effective", zero: false, doc: "by when facts happened, not by when they were recorded"},
		{name: "reference", zero: referenceText(""), doc: "nomor rujukan of one of the person's attempts"},
		{name: "key", zero: keyText(""), doc: "the caller's own key of an attempt"},
	}
}

func (s *Server) tokenRoutes() []route {
	post := http.MethodPost
	issued := []given{{status: http.StatusCreated, value: issuedToken{}}}
	return []route{
		{method: http.MethodGet, path: "/v1/tokens", name: "access-tokens", scope: ScopeTokens, handle: s.tokens, gives: gives(tokensView{}), summary: says("token, tanpa rahasianya", "tokens, without their secrets")},
		{
			method: post, path: "/v1/tokens", name: "issue-access-token", scope: ScopeTokens, body: tokenRequest{}, gives: issued, handle: s.issueToken,
			summary: says("terbitkan token; teksnya hanya tampil sekali", "issue a token; its text is shown once"),
		},
		{
			method: post, path: "/v1/tokens/{token}:rotate", name: "rotate-access-token", scope: ScopeTokens, gives: issued, handle: s.rotateToken,
			summary: says("ganti token; yang lama berlaku 24 jam lagi", "replace a token; the old one works for 24 more hours"),
		},
		{
			method: post, path: "/v1/tokens/{token}:revoke", name: "revoke-access-token", scope: ScopeTokens, gives: gives(revokedToken{}), handle: s.revokeToken,
			summary: says("akhiri token seketika", "end a token at once"),
		},
	}
}

func stageNames() []string {
	all := projections.Stages()
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = string(x)
	}
	return out
}
