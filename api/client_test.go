package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
)

// losing loses answers, or requests, before they arrive.
type losing struct {
	n    atomic.Int64
	lose func(n int64) (request, answer bool)
}

var errLost = errors.New("the connection is gone")

func (l *losing) RoundTrip(req *http.Request) (*http.Response, error) {
	request, answer := l.lose(l.n.Add(1))
	if request {
		return nil, errLost
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err == nil && answer {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		return nil, errLost
	}
	return resp, err
}

func (s *site) remote(who string, transport http.RoundTripper) *api.Remote {
	s.t.Helper()
	r, err := api.NewRemote(api.RemoteConfig{
		URL: s.url, Token: s.tokens[who], Lang: "en", HTTP: &http.Client{Transport: transport},
		Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	require.NoError(s.t, err)
	return r
}

func order1(s *site, n int, invoice string) domain.PurchaseCourse {
	return domain.PurchaseCourse{OnParticipant: buyer(s.wave, n), PurchaseBody: domain.PurchaseBody{
		Course: "c-1", Platform: "platform-a", Invoice: domain.InvoiceCode(invoice), Amount: domain.Rupiah(350_000), Currency: domain.IDR,
	}}
}

// Whatever gets lost, a command is decided once, and the caller learns its outcome.
func TestClientOverHTTPThatLoses(t *testing.T) {
	t.Parallel()
	const people = 30
	s := serve(t, people)
	r := s.remote("a", &losing{lose: func(n int64) (bool, bool) { return n%5 == 1, n%3 == 0 }})
	for n := 1; n <= people; n++ {
		out, err := r.Submit(t.Context(), fmt.Sprint("k-", n), order1(s, n, fmt.Sprint("I-", n)))
		require.NoError(t, err)
		require.Equal(t, "accepted", out.Outcome)
		known, err := r.Attempt(t.Context(), fmt.Sprint("k-", n), domain.ParticipantStreamOf(buyer(s.wave, n).Participant))
		require.NoError(t, err)
		require.Equal(t, out.Reference, known.Reference)
		require.Equal(t, "accepted", known.Outcome)
	}
	require.Equal(t, people, sound(t, s.service).Accepted)
}

// A client that is killed at any moment finds out what happened: the key tells, and the same command again changes nothing.
func TestClientOverHTTPThatIsKilled(t *testing.T) {
	t.Parallel()
	const people = 40
	s := serve(t, people)
	happened := 0
	for n := 1; n <= people; n++ {
		dying, kill := context.WithCancel(t.Context())
		time.AfterFunc(time.Duration(n)*20*time.Microsecond, kill) // from before the connection to after the answer
		key := fmt.Sprint("k-", n)
		_, err := s.remote("a", http.DefaultTransport).Submit(dying, key, order1(s, n, fmt.Sprint("I-", n)))
		kill()
		next := s.remote("a", http.DefaultTransport)
		known, asked := next.Attempt(t.Context(), key, domain.ParticipantStreamOf(buyer(s.wave, n).Participant))
		require.NoError(t, asked)
		if err == nil {
			require.Equal(t, "accepted", known.Outcome)
		}
		again, err := next.Submit(t.Context(), key, order1(s, n, fmt.Sprint("I-", n)))
		require.NoError(t, err)
		if known.Outcome == "accepted" {
			happened++
			require.Equal(t, "key", again.ReplayedBy)
		}
	}
	t.Logf("%d of %d had happened before their client was gone", happened, people)
	require.Equal(t, people, sound(t, s.service).Accepted)
}

// Problems are typed, refusals are outcomes, and what is not a ledger is told apart.
func TestClientOverHTTPProblems(t *testing.T) {
	t.Parallel()
	s := serve(t, 1)
	r := s.remote("a", http.DefaultTransport)
	_, err := r.Submit(t.Context(), "k", order1(s, 1, "I-1"))
	require.NoError(t, err)
	refused, err := r.Submit(t.Context(), "k-2", order1(s, 1, "I-2"))
	require.NoError(t, err)
	require.Equal(t, "DUPLICATE_COURSE", string(refused.Reason))
	_, err = r.Submit(t.Context(), "k", order1(s, 1, "I-3"))
	var p *api.ProblemError
	require.ErrorAs(t, err, &p)
	require.Equal(t, api.ProblemKeyReused, p.Code)
	_, err = s.remote("b", http.DefaultTransport).Participants(t.Context(), nil)
	require.ErrorAs(t, err, &p)
	require.Equal(t, api.ProblemScope, p.Code)
	told, err := r.Why(t.Context(), domain.TopicPurchase, url.Values{"participant": {buyer(s.wave, 1).Participant.String()}})
	require.NoError(t, err)
	require.NotEmpty(t, told.Say.EN.Written)
	gone := s.remote("a", &losing{lose: func(int64) (bool, bool) { return true, false }})
	_, err = gone.Submit(t.Context(), "k-4", order1(s, 1, "I-4"))
	require.ErrorIs(t, err, api.ErrStoppedShort)
	for _, bad := range []string{"", "127.0.0.1:8420", "ftp://x", "http://user:secret@x", "http://x?token=1"} {
		_, err = api.NewRemote(api.RemoteConfig{URL: bad})
		require.ErrorIs(t, err, api.ErrRemoteURL)
	}
}

// A bulk that breaks off is sent again from its first line without an answer.
func TestClientBulk(t *testing.T) {
	t.Parallel()
	const people = 20
	s := serve(t, people)
	r := s.remote("a", http.DefaultTransport)
	answered := 0
	for round := 0; answered < people && round < 50; round++ {
		left := answered
		err := r.Bulk(t.Context(), func(yield func([]byte) bool) {
			for n := left + 1; n <= people; n++ {
				line, err := domain.EncodeSubmission(domain.Submission{Key: fmt.Sprint("k-", n), Command: domain.Command{Act: order1(s, n, fmt.Sprint("I-", n))}})
				if err != nil || !yield(line) {
					return
				}
			}
		}, func(one api.BulkResult) error {
			if answered++; answered%7 == 0 {
				return errLost
			}
			require.Equal(t, "accepted", one.Outcome)
			return nil
		})
		if answered < people {
			require.Error(t, err)
		}
	}
	require.Equal(t, people, answered)
	require.Equal(t, people, sound(t, s.service).Accepted)
}
