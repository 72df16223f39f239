package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/eventstore"
)

// holders gives a token of every role.
func (s *site) holders() map[api.Role]string {
	out := map[api.Role]string{}
	for _, role := range api.Roles() {
		x := api.Client{Role: role}
		if slices.Contains([]api.Role{api.RolePlatform, api.RoleInstitution, api.RolePayment}, role) {
			x.Code = "mitra-x"
		}
		text, _, err := s.clients.Issue(x, s.clock.Now(), api.DefaultTokenLife)
		require.NoError(s.t, err)
		s.tokens[string(role)] = text
		out[role] = text
	}
	return out
}

// operation is one route as the contract has it.
type operation struct {
	method, path, id string
	roles            []string
	public           bool
	command          bool
	body             json.RawMessage
}

func operations(t *testing.T) []operation {
	t.Helper()
	var out []operation
	for path, item := range contractOf(t).doc.Paths.Map() {
		for method, op := range item.Operations() {
			o := operation{method: method, path: path, id: op.OperationID, public: op.Extensions["x-scope"] == nil}
			roles, _ := op.Extensions["x-roles"].([]any)
			for _, r := range roles {
				o.roles = append(o.roles, fmt.Sprint(r))
			}
			if op.RequestBody != nil {
				if media := op.RequestBody.Value.Content["application/json"]; media != nil {
					body, err := json.Marshal(media.Example)
					require.NoError(t, err)
					o.body, o.command = body, op.Responses.Status(http.StatusUnprocessableEntity) != nil
				}
			}
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b operation) int {
		return strings.Compare(a.path+" "+a.method, b.path+" "+b.method)
	})
	return out
}

// filled puts something into the parameters of a path.
func filled(path string) string {
	return strings.NewReplacer(
		"{participant}", id("somebody").String(), "{action}", id("some-action").String(), "{wave}", "4", "{fund_year}", "2020", "{token}", "abcdefghijkl",
		"{topic}", "service", "{code}", "refused", "{key}", "some-key", "{platform}", "mitra-x", "{institution}", "mitra-x", "{course_code}", "c-9",
		"{schedule_code}", "c-9-a", "{case}", "case-9",
	).Replace(path)
}

// TestRouteAccess holds every route to testdata/access.txt, which a person has read: who may use it. A route that is not in the
// file fails, and so does an answer that lets anybody else in.
func TestRouteAccess(t *testing.T) {
	t.Parallel()
	s := serve(t, 1)
	s.holders()
	var table bytes.Buffer
	for _, o := range operations(t) {
		who := strings.Join(o.roles, " ")
		switch {
		case o.public:
			who = "everybody"
		case who == "":
			who = "nobody"
		}
		fmt.Fprintf(&table, "%-4s %s  %s\n", o.method, o.path, who)
	}
	file := filepath.Join("testdata", "access.txt")
	if os.Getenv("SALDO_UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, table.Bytes(), 0o644))
	}
	read, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(read), table.String(), "who may use which route has changed: write it with SALDO_UPDATE=1, and read it")
	for _, o := range operations(t) {
		before := s.head()
		for _, role := range append([]string{""}, api.Role("").Values()...) {
			r := s.ask(role, o.method, filled(o.path), "", "Idempotency-Key: k-"+o.id+role)
			switch {
			case o.public:
				require.Less(t, r.status, 400, "%s %s", o.method, o.path)
			case role == "":
				require.Equal(t, http.StatusUnauthorized, r.status, "%s %s", o.method, o.path)
			case slices.Contains(o.roles, role):
				require.NotContains(t, []int{401, 403}, r.status, "%s %s %s: %s", role, o.method, o.path, r.body)
			default:
				require.Equal(t, http.StatusForbidden, r.status, "%s %s %s", role, o.method, o.path)
			}
			if !slices.Contains(o.roles, role) {
				require.Equal(t, before, s.head(), "%s %s %s changed the log", role, o.method, o.path)
			}
			before = s.head()
			s.clock.add(100 * 1e6) // within what an address may ask without a token
		}
	}
}

// head is the end of the log.
func (s *site) head() eventstore.Position {
	s.t.Helper()
	p, err := s.store.Head(s.t.Context())
	require.NoError(s.t, err)
	return p
}

// A partner speaks for nobody else: not for another platform, not through one, and an institution not about another's course.
func TestPartnersSpeakForThemselves(t *testing.T) {
	t.Parallel()
	s := serve(t, 1)
	s.holders()
	who := buyer(s.wave, 1).Participant.String()
	for _, c := range []struct{ role, path, body string }{
		{"platform", "/v1/participants/" + who + "/ratings", `{"course_code":"c-1","stars":5,"via":"platform-a"}`},
		{"platform", "/v1/participants/" + who + "/cancellations", `{"platform":"platform-a","invoice_code":"I-1","by":"platform","cause":"order_error"}`},
		{"institution", "/v1/participants/" + who + "/completions", `{"course_code":"c-1","completed_at":"2020-08-01T02:00:00Z"}`},
		{"institution", "/v1/courses/c-1/open-schedule", `{"schedule_code":"c-1-a","starts_at":"2020-08-05T02:00:00Z","capacity":3}`},
	} {
		before := s.head()
		r := s.ask(c.role, "POST", c.path, c.body, "Idempotency-Key: k")
		require.Contains(t, []int{http.StatusNotFound, http.StatusBadRequest}, r.status, "%s %s", c.path, r.body)
		if r.status == http.StatusNotFound {
			require.Contains(t, string(r.body), "NOT_YOURS")
		}
		require.Equal(t, before, s.head())
	}
	// What no party owns is the programme office's, and a partner doesn't approve what the office proposed.
	action := "/v1/actions/" + id("a").String()
	proposed := s.ask("office", "POST", action+"/proposals", `{"command":"OpenPaymentGate","on":"programme","count":1,"authority":{"kind":"decree","number":"SK-9/2020","date":"2020-08-01"}}`, "Idempotency-Key: p")
	require.Equal(t, http.StatusCreated, proposed.status, "%s", proposed.body)
	for _, role := range []string{"platform", "institution", "payment_partner", "bank", "treasury", "support", "auditor", "admin"} {
		r := s.ask(role, "POST", action+"/approvals", `{}`, "Idempotency-Key: a")
		require.Equal(t, http.StatusForbidden, r.status, role)
	}
}

// TestRouteExamples posts the story that the contract's examples are from, each line by its owner: every one is decided.
func TestRouteExamples(t *testing.T) {
	t.Parallel()
	s := serve(t, 1)
	for _, o := range operations(t) {
		if !o.command || len(o.roles) == 0 {
			continue
		}
		require.NotEqual(t, "null", string(o.body), "%s has no example", o.id)
		role := o.roles[0]
		s.holders()
		r := s.ask(role, o.method, filled(o.path)+"?dry_run=true", string(o.body))
		if o.id == "abandon" {
			continue
		}
		require.NotEqual(t, http.StatusBadRequest, r.status, "%s: %s", o.id, r.body)
	}
}
