package api

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
)

// What reached a platform's door is tallied, whatever became of it: received = decided + replayed + denied + malformed +
// throttled + failed, per platform and minute. What was decided stands in the log by itself; the rest stands there as a count.

// tallies are the counts that are not in the log yet. It is safe for concurrent use.
type tallies struct {
	node uuid.UUID // whose counts these are: another start of the server counts anew

	mu   sync.Mutex // guards open
	open map[tallyKey]*domain.TallyBody

	due    []domain.Command // of minutes that are over, not recorded yet; with closed, only RecordTallies touches them
	closed int
}

type tallyKey struct {
	platform domain.PlatformCode // empty: nobody whom we know
	minute   time.Time
}

// shownRequests is how many request ids a tally names.
const shownRequests = 3

func newTallies() (*tallies, error) {
	node, err := uuid.NewRandom()
	return &tallies{node: node, open: map[tallyKey]*domain.TallyBody{}}, err
}

// tallied is what became of a request.
type tallied struct {
	status   int
	replayed bool
	code     ProblemCode // of a problem
}

// note counts a request for a command. Only platforms have a door; who can't be told at all is tallied as unknown.
func (t *tallies) note(c *call, one tallied) {
	client := c.client
	if client == nil {
		client = c.proven
	}
	if client != nil && client.Role != RolePlatform {
		return
	}
	key := tallyKey{minute: c.now.Truncate(time.Minute)}
	if client != nil {
		key.platform = domain.PlatformCode(client.Code)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	b, known := t.open[key]
	if !known {
		b = &domain.TallyBody{Minute: domain.Canonical(key.minute)}
		t.open[key] = b
	}
	b.Received++
	switch {
	case one.replayed:
		b.Replayed++
		return
	case one.status < http.StatusBadRequest, one.code == ProblemRefusedByRule:
		b.Decided++
		return
	case one.status == http.StatusUnauthorized, one.status == http.StatusForbidden, one.status == http.StatusNotFound:
		b.Denied++
		b.Causes = addCause(b.Causes, causeOf(one.code))
	case one.status == http.StatusTooManyRequests:
		b.Throttled++
	case one.status >= http.StatusInternalServerError, one.status == http.StatusConflict, one.status == statusClientClosed:
		b.Failed++
	default:
		b.Malformed++
	}
	if id, err := uuid.Parse(c.id); err == nil && len(b.Requests) < shownRequests && !slices.Contains(b.Requests, id) {
		b.Requests = append(b.Requests, id)
	}
}

func causeOf(code ProblemCode) domain.DenialCause {
	switch code { //nolint:exhaustive // those that deny; any other is a token that nobody knows
	case ProblemTokenRevoked, ProblemTokenRotated:
		return domain.DeniedTokenRevoked
	case ProblemTokenExpired:
		return domain.DeniedTokenExpired
	case ProblemScope, ProblemNotFound:
		return domain.DeniedScope
	case ProblemNoCredentials:
		return domain.DeniedClientUnknown
	}
	return domain.DeniedTokenUnknown
}

func addCause(all []domain.DenialCount, cause domain.DenialCause) []domain.DenialCount {
	for i := range all {
		if all[i].Cause == cause {
			all[i].Count++
			return all
		}
	}
	return append(all, domain.DenialCount{Cause: cause, Count: 1})
}

// RecordTallies records what was tallied in the minutes before this one, or, at the end, in all. A count that could not be
// recorded is tried again the next time, as the same command: it is never recorded twice. It is called by one goroutine at a
// time.
func (s *Server) RecordTallies(ctx context.Context, all bool) error {
	s.tallies.close(s.config.Now(), all)
	var failed error
	var left []domain.Command
	for _, cmd := range s.tallies.due {
		if _, err := s.config.Service.Execute(ctx, cmd); err != nil {
			failed, left = errors.Join(failed, err), append(left, cmd)
		}
	}
	s.tallies.due = left
	return failed
}

// close makes commands of the counts of minutes that are over.
func (t *tallies) close(now time.Time, all bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, key := range slices.SortedFunc(maps.Keys(t.open), compareTallies) {
		if !all && !key.minute.Before(now.Truncate(time.Minute)) {
			continue
		}
		t.closed++
		t.due = append(t.due, domain.Command{
			ID: domain.CommandID("node/"+t.node.String(), "tally/"+strconv.Itoa(t.closed)), ReceivedAt: now,
			Actor: domain.Actor{Party: domain.PartySystem, Role: "api", ID: t.node},
			Act:   domain.RecordTally{OnIntake: domain.OnIntake{Platform: key.platform}, TallyBody: *t.open[key]},
		})
		delete(t.open, key)
	}
}

func compareTallies(a, b tallyKey) int {
	if n := a.minute.Compare(b.minute); n != 0 {
		return n
	}
	return strings.Compare(string(a.platform), string(b.platform))
}
