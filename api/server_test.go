package api_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/eventstore"
	"saldo/projections"
)

// site is a served ledger with a few buyers, and a token for each role.
type site struct {
	t       *testing.T
	url     string
	service *api.Service
	store   eventstore.Store
	server  *api.Server
	clients *api.Clients
	clock   *clock
	wave    wave
	tokens  map[string]string
	writing bool // the contract: it can't be held to itself
}

func serve(t *testing.T, people int) *site {
	t.Helper()
	store := memoryStore(t)
	s, c, w := small(t, store, people)
	models, err := projections.Open(t.Context(), projections.Config{Dir: filepath.Join(t.TempDir(), "models"), Store: store, Now: c.Now})
	require.NoError(t, err)
	running := make(chan error, 1)
	go func() { running <- models.Run(t.Context()) }()
	clients, err := api.OpenClients(filepath.Join(t.TempDir(), "tokens.json"))
	require.NoError(t, err)
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})) // what an answer doesn't say
	server, err := api.NewServer(api.ServerConfig{Log: log, Service: s, Models: models, Store: store, Clients: clients, Now: c.Now, Version: "test"})
	require.NoError(t, err)
	web := httptest.NewServer(server.Handler())
	t.Cleanup(func() {
		web.Close()
		require.NoError(t, models.Close())
		require.NoError(t, <-running)
	})
	out := &site{t: t, url: web.URL, service: s, store: store, server: server, clients: clients, clock: c, wave: w, tokens: map[string]string{}}
	for name, x := range map[string]api.Client{
		"a": {Role: api.RolePlatform, Code: "platform-a"}, "b": {Role: api.RolePlatform, Code: "platform-b"}, "lembaga": {Role: api.RoleInstitution, Code: "lembaga-a"},
		"office": {Role: api.RoleOffice}, "support": {Role: api.RoleSupport}, "auditor": {Role: api.RoleAuditor}, "admin": {Role: api.RoleAdmin},
	} {
		text, _, err := clients.Issue(x, c.Now(), api.DefaultTokenLife)
		require.NoError(t, err)
		out.tokens[name] = text
	}
	return out
}

// reply is an answer of the site.
type reply struct {
	status int
	header http.Header
	body   []byte
	json   map[string]any
}

func (r reply) text(name string) string { return fmt.Sprint(r.json[name]) }

func (s *site) ask(who, method, path, body string, headers ...string) reply {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	require.NoError(s.t, err)
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+s.tokens[who])
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	content, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	require.NoError(s.t, resp.Body.Close())
	out := reply{status: resp.StatusCode, header: resp.Header, body: content}
	if !s.writing {
		require.NoError(s.t, contractOf(s.t).holds(req, resp.StatusCode, resp.Header, content), "%s %s", method, path)
	}
	if strings.Contains(resp.Header.Get("Content-Type"), "json") && !strings.Contains(resp.Header.Get("Content-Type"), "ndjson") {
		require.NoError(s.t, json.Unmarshal(content, &out.json), "%s", content)
	}
	if out.status >= http.StatusBadRequest {
		require.Equal(s.t, "application/problem+json", resp.Header.Get("Content-Type"))
		for _, name := range []string{"type", "title", "status", "code", "request_id", "retryable", "instance", "cure"} {
			require.Contains(s.t, out.json, name, "%s", content)
		}
		require.EqualValues(s.t, out.status, out.json["status"])
		require.Equal(s.t, resp.Header.Get("X-Request-Id"), out.text("request_id"))
	}
	return out
}

func (s *site) purchases(n int) string {
	return "/v1/participants/" + buyer(s.wave, n).Participant.String() + "/purchases"
}

const order = `{"course_code":"c-1","invoice_code":"%s","amount":"350000"}`

func buy(invoice string) string { return fmt.Sprintf(order, invoice) }

func TestPurchaseOverHTTP(t *testing.T) {
	t.Parallel()
	s := serve(t, 3)
	first := s.ask("a", "POST", s.purchases(1), buy("INV-1"), "Idempotency-Key: \"k-1\"")
	require.Equal(t, http.StatusCreated, first.status, "%s", first.body)
	require.Equal(t, "accepted", first.text("outcome"))
	require.NotContains(t, string(first.body), "before", "a platform is told nothing of the purse")

	again := s.ask("a", "POST", s.purchases(1), buy("INV-1"), "Idempotency-Key: k-1")
	require.Equal(t, http.StatusOK, again.status)
	require.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
	require.Equal(t, first.text("reference"), again.text("reference"))
	byInvoice := s.ask("a", "POST", s.purchases(1), buy("INV-1"), "Idempotency-Key: k-2")
	require.Equal(t, "invoice", byInvoice.text("replayed_by"))

	other := s.ask("a", "POST", s.purchases(1), buy("INV-2"), "Idempotency-Key: k-1")
	require.Equal(t, http.StatusUnprocessableEntity, other.status)
	require.Equal(t, "idempotency_key_reused", other.text("code"))
	require.Contains(t, string(other.body), "/invoice_code")

	refused := s.ask("a", "POST", s.purchases(1), buy("INV-3"), "Idempotency-Key: k-3", "Accept-Language: en-GB, id;q=0.5")
	require.Equal(t, http.StatusUnprocessableEntity, refused.status, "%s", refused.body)
	require.Equal(t, "refused", refused.text("outcome"))
	require.Equal(t, "DUPLICATE_COURSE", refused.text("code"))
	message, is := refused.json["message_for_participant"].(map[string]any)
	require.True(t, is, "%s", refused.body)
	require.NotEmpty(t, message["id"])
	require.Equal(t, refused.text("detail"), message["en"])
	why := s.ask("a", "GET", refused.text("explanation"), "")
	require.Equal(t, http.StatusOK, why.status, "%s", why.body)
	require.Equal(t, "DUPLICATE_COURSE", why.text("reason"))

	key := s.ask("a", "GET", "/v1/attempts/k-3?participant="+buyer(s.wave, 1).Participant.String(), "")
	require.Equal(t, "refused", key.text("outcome"))
	none := s.ask("a", "GET", "/v1/attempts/k-none?participant="+buyer(s.wave, 1).Participant.String(), "")
	require.Equal(t, "unknown_here_as_of_position", none.text("outcome"))

	missing := s.ask("a", "POST", s.purchases(2), buy("INV-9"))
	require.Equal(t, "idempotency_key_missing", missing.text("code"))
	dry := s.ask("a", "POST", s.purchases(2)+"?dry_run=true", buy("INV-9"))
	require.Equal(t, http.StatusOK, dry.status, "%s", dry.body)
	require.Equal(t, true, dry.json["dry_run"])
	bad := s.ask("a", "POST", s.purchases(2), `{"course_code":"c 1","amount":"12.5","colour":"red"}`, "Idempotency-Key: k-4")
	require.Equal(t, http.StatusBadRequest, bad.status)
	for _, pointer := range []string{`"/course_code"`, `"/amount"`, `"/colour"`, `"/invoice_code"`} {
		require.Contains(t, string(bad.body), pointer)
	}
	stale := s.ask("a", "POST", s.purchases(2), buy("INV-9"), "Idempotency-Key: k-5", `If-Match: "0"`)
	require.Equal(t, http.StatusPreconditionFailed, stale.status)
	require.EqualValues(t, 2, stale.json["current_revision"])
	fresh := s.ask("a", "POST", s.purchases(2), buy("INV-9"), "Idempotency-Key: k-5", `If-Match: "2"`)
	require.Equal(t, http.StatusCreated, fresh.status)

	drop := s.ask("a", "POST", "/v1/attempts/k-6:abandon", `{"participant":"`+buyer(s.wave, 3).Participant.String()+`","invoice_code":"INV-6"}`)
	require.Less(t, drop.status, 500, "%s", drop.body)
	late := s.ask("a", "POST", s.purchases(3), buy("INV-6"), "Idempotency-Key: k-6")
	require.Equal(t, http.StatusUnprocessableEntity, late.status)
	sound(t, s.service)
}

// 100 copies of one request at once: one event, and one answer for all.
func TestHundredCopies(t *testing.T) {
	t.Parallel()
	s := serve(t, 1)
	var wait sync.WaitGroup
	answers := make([]reply, 100)
	for i := range answers {
		wait.Go(func() { answers[i] = s.ask("a", "POST", s.purchases(1), buy("INV-1"), "Idempotency-Key: k") })
	}
	wait.Wait()
	created := 0
	for _, a := range answers {
		require.Contains(t, []int{http.StatusCreated, http.StatusOK}, a.status, "%s", a.body)
		if a.status == http.StatusCreated {
			created++
		}
		require.Equal(t, answers[0].text("reference"), a.text("reference"))
		require.Equal(t, answers[0].json["event"], a.json["event"])
	}
	require.Equal(t, 1, created)
	rep := sound(t, s.service)
	require.Equal(t, 1, rep.Accepted)
}

// A partner reaches its own transactions and nobody else's, and an unknown thing looks like one that isn't its own.
func TestPartnersAreApart(t *testing.T) {
	t.Parallel()
	s := serve(t, 2)
	require.Equal(t, http.StatusCreated, s.ask("a", "POST", s.purchases(1), buy("INV-1"), "Idempotency-Key: k").status)
	person := buyer(s.wave, 1).Participant.String()
	for _, path := range []string{
		"/v1/why/purchase?participant=" + person, "/v1/why/purchase?platform=platform-a&participant=" + person, "/v1/participants/" + person,
		"/v1/why/balance?participant=" + person,
	} {
		mine, nobody := s.ask("b", "GET", path, ""), s.ask("b", "GET", strings.ReplaceAll(path, person, id("nobody").String()), "")
		require.Equal(t, http.StatusNotFound, mine.status, path)
		require.Equal(t, mine.text("code"), nobody.text("code"))
		require.Equal(t, mine.text("detail"), nobody.text("detail"))
	}
	spoofed := s.ask("b", "POST", s.purchases(2), `{"course_code":"c-1","platform":"platform-a","invoice_code":"INV-7","amount":"350000"}`, "Idempotency-Key: k")
	require.Equal(t, http.StatusNotFound, spoofed.status)
	for _, path := range []string{"/v1/events", "/v1/participants", "/v1/participants/" + person + "/history", "/v1/tokens"} {
		require.Equal(t, http.StatusForbidden, s.ask("a", "GET", path, "").status, path)
	}
	gate := s.ask("a", "POST", "/v1/programme/payment-gate-openings", `{"scope":"all"}`, "Idempotency-Key: g")
	require.Equal(t, http.StatusForbidden, gate.status)
	require.Equal(t, "append:OpenPaymentGate", gate.text("scope"))
	own := s.ask("a", "GET", "/v1/why/purchase?participant="+person, "")
	require.Equal(t, http.StatusOK, own.status)
	require.NotContains(t, string(own.body), `"checks"`)
}

// What an invalid token is told follows RFC 6750: why, only to who has proven to hold it.
func TestTokens(t *testing.T) {
	t.Parallel()
	s := serve(t, 1)
	none := s.ask("", "GET", "/v1/me", "")
	require.Equal(t, `Bearer realm="saldo"`, none.header.Get("WWW-Authenticate"))
	good := s.tokens["a"]
	flipped := []byte(good)
	for i := range flipped {
		bad := append([]byte(nil), good...)
		if bad[i] == 'x' {
			bad[i] = 'y'
		} else {
			bad[i] = 'x'
		}
		s.tokens["flipped"] = string(bad)
		r := s.ask("flipped", "GET", "/v1/me", "")
		require.Equal(t, http.StatusUnauthorized, r.status)
		if i >= len("saldo_") {
			require.Equal(t, "token_malformed", r.text("code"), "%s", bad)
		}
	}
	issued := s.ask("admin", "POST", "/v1/tokens", `{"role":"support","days":1}`)
	require.Equal(t, http.StatusCreated, issued.status, "%s", issued.body)
	s.tokens["new"] = issued.text("token")
	require.Equal(t, http.StatusOK, s.ask("new", "GET", "/v1/me", "").status)
	rotated := s.ask("admin", "POST", "/v1/tokens/"+issued.text("token_id")+":rotate", "")
	require.Equal(t, http.StatusCreated, rotated.status, "%s", rotated.body)
	require.Equal(t, http.StatusOK, s.ask("new", "GET", "/v1/me", "").status, "works on within its grace")
	s.clock.add(25 * 3600 * 1e9)
	after := s.ask("new", "GET", "/v1/me", "")
	require.Equal(t, "token_rotated", after.text("code"))
	require.Equal(t, rotated.text("token_id"), after.text("successor_id"))
	s.tokens["next"] = rotated.text("token")
	require.Equal(t, "token_expired", s.ask("next", "GET", "/v1/me", "").text("code"))
	require.Equal(t, http.StatusOK, s.ask("admin", "POST", "/v1/tokens/"+rotated.text("token_id")+":revoke", "").status)
	require.Equal(t, "token_revoked", s.ask("next", "GET", "/v1/me", "").text("code"))
	list := s.ask("admin", "GET", "/v1/tokens", "")
	require.NotContains(t, string(list.body), strings.Split(rotated.text("token"), "_")[2], "the secret is nowhere")
}

// A bulk answers every line in its place, good or bad, and the same bulk again gives the same outcomes.
func TestBulk(t *testing.T) {
	t.Parallel()
	s := serve(t, 50)
	var lines bytes.Buffer
	for n := 1; n <= 50; n++ {
		switch n % 10 {
		case 0:
			fmt.Fprintln(&lines, `{"command":"PurchaseCourse","key":"x","act":{}}`)
		default:
			fmt.Fprintf(&lines, `{"command":"PurchaseCourse","key":"b-%d","act":{"participant":"%s","platform":"platform-a","course_code":"c-1","invoice_code":"B-%d","amount":"350000"}}`+"\n",
				n, buyer(s.wave, n).Participant, n)
		}
	}
	for round := range 2 {
		r := s.ask("a", "POST", "/v1/commands:bulk", lines.String(), "Content-Type: application/x-ndjson")
		require.Equal(t, http.StatusOK, r.status)
		in := bufio.NewScanner(bytes.NewReader(r.body))
		for n := 1; n <= 50; n++ {
			require.True(t, in.Scan())
			var line struct{ Line, Status int }
			require.NoError(t, json.Unmarshal(in.Bytes(), &line), "%s", in.Bytes())
			require.Equal(t, n, line.Line)
			want := http.StatusCreated - round
			if n%10 == 0 {
				want = http.StatusBadRequest
			}
			require.Equal(t, want, line.Status, "%s", in.Bytes())
		}
		require.False(t, in.Scan())
	}
	require.Equal(t, 45, sound(t, s.service).Accepted)
}

// Questions read what was just written, when they ask for its position.
func TestQuestions(t *testing.T) {
	t.Parallel()
	s := serve(t, 2)
	bought := s.ask("a", "POST", s.purchases(1), buy("INV-1"), "Idempotency-Key: k")
	person := "/v1/participants/" + buyer(s.wave, 1).Participant.String()
	p := s.ask("support", "GET", person+"?min_position="+bought.text("position"), "")
	require.Equal(t, http.StatusOK, p.status, "%s", p.body)
	require.EqualValues(t, 1, p.json["purchases"])
	list := s.ask("auditor", "GET", "/v1/participants?limit=1", "")
	require.Equal(t, http.StatusOK, list.status)
	require.Contains(t, list.header.Get("Link"), `rel="next"`)
	next := s.ask("auditor", "GET", "/v1/participants?limit=1&after="+list.text("next"), "")
	require.NotEqual(t, list.json["rows"], next.json["rows"])
	h := s.ask("auditor", "GET", person+"/history", "")
	require.Len(t, h.json["events"], 4)
	require.Equal(t, "650000", s.ask("support", "GET", person+"/balance", "").text("training"))
	past := s.ask("support", "GET", person+"/balance?at=2020-08-01T02:00:00Z", "")
	require.Equal(t, http.StatusNotFound, past.status, "nothing was recorded of this person then")
	wrong := s.ask("support", "GET", person+"/balance?att=now", "")
	require.Equal(t, http.StatusBadRequest, wrong.status)
	require.Contains(t, string(wrong.body), "did you mean at?")
	require.Equal(t, http.StatusOK, s.ask("", "GET", "/v1/status", "").status)
	require.Equal(t, http.StatusOK, s.ask("auditor", "GET", "/v1/events?limit=5&stream=participant-", "").status)
	metrics := s.ask("", "GET", "/metrics", "")
	require.Contains(t, string(metrics.body), `saldo_http_requests_total{route="balance",status="200"}`)
	require.NotContains(t, string(metrics.body), buyer(s.wave, 1).Participant.String())
	for _, code := range []string{"invalid_token", "refused"} {
		require.Equal(t, http.StatusOK, s.ask("", "GET", "/problems/"+code, "").status)
	}
}

// Every act has a route of its own, and the contract has all of them.
func TestEveryActHasARoute(t *testing.T) {
	t.Parallel()
	s := serve(t, 1)
	contract := s.ask("", "GET", "/openapi.json", "")
	paths, is := contract.json["paths"].(map[string]any)
	require.True(t, is)
	names := map[string]bool{}
	for path, methods := range paths {
		all, is := methods.(map[string]any)
		require.True(t, is)
		for _, op := range all {
			o, is := op.(map[string]any)
			require.True(t, is)
			require.False(t, names[fmt.Sprint(o["operationId"])], "%s: %s twice", path, o["operationId"])
			names[fmt.Sprint(o["operationId"])] = true
		}
	}
	require.Greater(t, len(names), len(domain.Acts())+15)
}
