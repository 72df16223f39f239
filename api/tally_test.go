package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/domain"
)

// Whatever comes to a platform's door is counted, and the counts add up, in the log.
func TestHTTPIntakeAddsUp(t *testing.T) {
	t.Parallel()
	s := serve(t, 2)
	minute := s.clock.Now().Truncate(time.Minute)
	s.ask("a", "POST", s.purchases(1), buy("I-1"), "Idempotency-Key: k-1")                               // decided
	s.ask("a", "POST", s.purchases(1), buy("I-2"), "Idempotency-Key: k-2")                               // decided: refused
	s.ask("a", "POST", s.purchases(1), buy("I-1"), "Idempotency-Key: k-1")                               // replayed
	s.ask("a", "POST", s.purchases(1), buy("I-2"), "Idempotency-Key: k-2")                               // replayed
	s.ask("a", "POST", s.purchases(1), buy("I-3")+"x", "Idempotency-Key: k-3")                           // malformed
	s.ask("a", "POST", s.purchases(1)+"?dry_run=true", buy("I-4"))                                       // asked only
	s.ask("a", "POST", "/v1/programme/payment-gate-openings", `{"scope":"all"}`, "Idempotency-Key: k-4") // denied
	s.ask("a", "POST", "/v1/commands:bulk", "x\n{}\n")                                                   // malformed, twice
	s.ask("", "POST", s.purchases(1), buy("I-5"), "Idempotency-Key: k-5")                                // denied: nobody
	gone := s.ask("admin", "POST", "/v1/tokens", `{"role":"platform","code":"platform-a"}`)
	s.tokens["gone"] = gone.text("token")
	require.Equal(t, http.StatusOK, s.ask("admin", "POST", "/v1/tokens/"+gone.text("token_id")+":revoke", "").status)
	s.ask("gone", "POST", s.purchases(1), buy("I-6"), "Idempotency-Key: k-6") // denied: proven, and told apart
	s.clock.set(minute.Add(70 * time.Second))
	require.NoError(t, s.server.RecordTallies(t.Context(), false))
	require.NoError(t, s.server.RecordTallies(t.Context(), true), "nothing is recorded twice")
	events, err := s.service.History(t.Context(), domain.IntakeStreamOf("platform-a"))
	require.NoError(t, err)
	require.Len(t, events, 1)
	got, is := events[0].Fact.(domain.IntakeTallied)
	require.True(t, is)
	require.Equal(t, minute.UTC(), got.Minute)
	require.Equal(t, [7]int{9, 2, 2, 2, 3, 0, 0}, [7]int{got.Received, got.Decided, got.Replayed, got.Denied, got.Malformed, got.Throttled, got.Failed})
	require.Len(t, got.Requests, 3)
	unknown, err := s.service.History(t.Context(), domain.IntakeStreamOf(""))
	require.NoError(t, err)
	require.Len(t, unknown, 1)
	sound(t, s.service)
}

// A loop about one person is stopped; its key is not used up, and what was decided is still answered.
func TestHTTPLoopIsStopped(t *testing.T) {
	t.Parallel()
	s := serve(t, 2)
	require.Equal(t, http.StatusCreated, s.ask("a", "POST", s.purchases(1), buy("I-0"), "Idempotency-Key: k-0").status)
	for n := 1; n <= 20; n++ {
		require.Equal(t, http.StatusUnprocessableEntity, s.ask("a", "POST", s.purchases(1), buy(fmt.Sprint("I-", n)), fmt.Sprint("Idempotency-Key: k-", n)).status)
	}
	over := s.ask("a", "POST", s.purchases(1), buy("I-21"), "Idempotency-Key: k-21")
	require.Equal(t, http.StatusTooManyRequests, over.status)
	require.NotEmpty(t, over.header.Get("Retry-After"))
	require.Equal(t, http.StatusOK, s.ask("a", "POST", s.purchases(1), buy("I-0"), "Idempotency-Key: k-0").status)
	require.Equal(t, http.StatusCreated, s.ask("a", "POST", s.purchases(2), buy("I-30"), "Idempotency-Key: k-30").status)
	line, err := domain.EncodeSubmission(domain.Submission{Key: "k-40", Command: domain.Command{Act: order1(s, 1, "I-40")}})
	require.NoError(t, err)
	require.Contains(t, string(s.ask("a", "POST", "/v1/commands:bulk", string(line)).body), `"status":429`, "nor by a bulk")
	var lines bytes.Buffer
	for n := range 60 {
		text, err := domain.EncodeSubmission(domain.Submission{Key: fmt.Sprint("b-", n), Command: domain.Command{Act: order1(s, 2, fmt.Sprint("B-", n))}})
		require.NoError(t, err)
		lines.Write(append(text, '\n'))
	}
	loop := s.ask("a", "POST", "/v1/commands:bulk", lines.String())
	require.LessOrEqual(t, bytes.Count(loop.body, []byte(`"status":422`)), 40)
	require.GreaterOrEqual(t, bytes.Count(loop.body, []byte(`"status":429`)), 20)
	s.clock.add(time.Minute)
	again := s.ask("a", "POST", s.purchases(1), buy("I-21"), "Idempotency-Key: k-21")
	require.Equal(t, http.StatusUnprocessableEntity, again.status)
	require.Equal(t, "refused", again.text("outcome"))
}

// Guessing tokens is slowed down.
func TestTokensAreNotGuessed(t *testing.T) {
	t.Parallel()
	s := serve(t, 1)
	s.tokens["guess"] = "saldo_aaaaaaaaaaaa_" + strings.Repeat("0", 38)
	throttled := 0
	for range 300 {
		if r := s.ask("guess", "GET", "/v1/me", ""); r.status == http.StatusTooManyRequests {
			throttled++
		}
	}
	require.Greater(t, throttled, 90)
	require.Equal(t, http.StatusOK, s.ask("a", "GET", "/v1/me", "").status, "who has a token is not held up")
}
