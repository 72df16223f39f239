package api_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/domain"
)

// What the fuzzer found. A bulk that leaves its body unread broke the connection under the next request.
func TestBulkThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := serve(t, 1)
	for range 5 {
		r := s.ask("a", "POST", "/v1/commands:bulk", strings.Repeat("no zstd\n", 50), "Content-Encoding: zstd")
		require.Equal(t, http.StatusOK, r.status)
		require.Contains(t, string(r.body), `"line":1,"status":400`)
		require.Equal(t, http.StatusOK, s.ask("a", "GET", "/v1/me", "").status)
	}
	require.Equal(t, http.StatusBadRequest, s.ask("a", "POST", "/v1/commands:bulk", "no gzip", "Content-Encoding: gzip").status)
	long := s.ask("a", "POST", "/v1/commands:bulk", `{"x":"`+strings.Repeat("a", domain.MaxSubmissionBytes)+`"}`+"\n{}\n")
	require.Contains(t, string(long.body), `"status":413`)
	require.Equal(t, 1, bytes.Count(long.body, []byte("\n")), "what stands behind a line without end was not read")
	require.Equal(t, http.StatusUnsupportedMediaType, s.ask("a", "POST", "/v1/commands:bulk", "", "Content-Type: text/plain").status)
}

// What the fuzzer found: a question about a token without its platform had no sentence, and was answered with a fault of ours.
func TestQuestionAboutATokenNamesItsPlatform(t *testing.T) {
	t.Parallel()
	s := serve(t, 1)
	r := s.ask("lembaga", "GET", "/v1/why/service?token=tkn-1", "")
	require.Equal(t, http.StatusBadRequest, r.status)
	require.Equal(t, http.StatusOK, s.ask("lembaga", "GET", "/v1/why/service?token=tkn-1&platform=platform-a", "").status)
	require.Equal(t, http.StatusOK, s.ask("a", "GET", "/v1/why/token?token=tkn-1", "").status, "a platform's own")
}

// A name that stands twice is found wherever it stands, and a context holds nothing of who sends.
func TestSubmissionsAreReadOnce(t *testing.T) {
	t.Parallel()
	s := serve(t, 1)
	for _, body := range []string{
		`{"course_code":"c-1","course_code":"c-1","invoice_code":"I-1","amount":"350000"}`,
		`{"course_code":"c-1","course_code":"c-1","invoice_code":"I-1","amount":"350000","context":{"correlation_id":"684f0d84-aff3-5611-8fa1-5f1b08882294"}}`,
		`{"course_code":"c-1","invoice_code":"I-1","amount":"350000","context":{"effective_at":"2020-08-01T02:00:00Z","effective_at":"2020-08-01T02:00:00Z"}}`,
		`{"course_code":"c-1","invoice_code":"I-1","amount":"350000","context":{},"context":{}}`,
		`{"course_code":"c-1","invoice_code":"I-1","amount":"350000","context":{"actor":{"party":"programme_office","id":"684f0d84-aff3-5611-8fa1-5f1b08882294"}}}`,
		`{"course_code":"c-1","invoice_code":"I-1","amount":"350000","context":{"received_at":"2020-08-01T02:00:00Z"}}`,
		`{"course_code":"c-1","invoice_code":"I-1","amount":"350000","participant":"684f0d84-aff3-5611-8fa1-5f1b08882294"}`,
	} {
		r := s.ask("a", "POST", s.purchases(1), body, "Idempotency-Key: k")
		require.Equal(t, http.StatusBadRequest, r.status, "%s: %s", body, r.body)
	}
	require.Equal(t, http.StatusBadRequest, s.ask("admin", "POST", "/v1/tokens", `{"role":"support","role":"admin"}`).status)
	require.Equal(t, http.StatusBadRequest, s.ask("admin", "POST", "/v1/tokens", `{"ROLE":"support"}`).status)
	escaped := s.ask("a", "GET", "/v1/attempts/a%2Fb%20c?participant="+id("x").String(), "")
	require.Equal(t, http.StatusOK, escaped.status)
	require.Equal(t, domain.ReferenceNumber(domain.CommandID("platform/platform-a", "a/b c")), escaped.text("reference"))
}
