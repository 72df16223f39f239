package api

import (
	"strconv"
	"sync"
	"time"

	"saldo/domain"
)

// A person's stream is not filled by one platform's loop: so many refusals or undecided commands in a minute and a day, and
// what comes then is throttled. It is counted, its key is not used up, and what was decided before is still answered.
const (
	refusedPerMinute = 20
	refusedPerDay    = 200
	refusalsKept     = 100_000 // people; beyond that the oldest are forgotten, so that memory is bounded
)

// refusals are the times of what partners sent about people in vain. It is safe for concurrent use and holds for one node.
type refusals struct {
	mu    sync.Mutex
	of    map[domain.Stream]*vainly
	order []domain.Stream // oldest first
}

// vainly is one person's day and minute.
type vainly struct {
	day, minute     time.Time
	today, minutely int
}

func newRefusals() *refusals { return &refusals{of: map[domain.Stream]*vainly{}} }

// at moves a person's windows to a moment; mu is held.
func (v *vainly) at(now time.Time) {
	if minute := now.Truncate(time.Minute); minute != v.minute {
		v.minute, v.minutely = minute, 0
	}
	if day := now.Truncate(24 * time.Hour); day != v.day { //nolint:mnd // a day
		v.day, v.today = day, 0
	}
}

// wait is how long a person's stream takes no more, 0 if it does.
func (r *refusals) wait(stream domain.Stream, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, known := r.of[stream]
	if !known {
		return 0
	}
	v.at(now)
	switch {
	case v.today >= refusedPerDay:
		return v.day.Add(24 * time.Hour).Sub(now) //nolint:mnd // a day
	case v.minutely >= refusedPerMinute:
		return v.minute.Add(time.Minute).Sub(now)
	}
	return 0
}

func (r *refusals) note(stream domain.Stream, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, known := r.of[stream]
	if !known {
		if len(r.order) >= refusalsKept {
			delete(r.of, r.order[0])
			r.order = r.order[1:]
		}
		v = &vainly{}
		r.of[stream] = v
		r.order = append(r.order, stream)
	}
	v.at(now)
	v.today++
	v.minutely++
}

// bounded refuses a partner's command about a person whose stream takes no more, unless it was decided before.
func (s *Server) bounded(c *call, cmd domain.Command) error {
	if !c.client.Role.partner() || !onPerson(cmd.Act) {
		return nil
	}
	wait := s.refusals.wait(cmd.Act.Stream(), s.config.Now())
	if wait == 0 {
		return nil
	}
	state, err := s.config.Service.load(c.ctx, cmd.Act.Stream())
	if err != nil {
		return err
	}
	if _, _, known := domain.Known(cmd, state); known {
		return nil
	}
	p := refuse(ProblemTooMany, "")
	p.headers = map[string]string{"Retry-After": strconv.Itoa(int(wait/time.Second) + 1)}
	return p
}

// refused remembers a partner's command that brought nothing.
func (s *Server) refused(c *call, cmd domain.Command, out Outcome, err error) {
	if err != nil && problemOf(err).kind.retryable {
		return // ours to mend, or nobody's
	}
	if c.client.Role.partner() && onPerson(cmd.Act) && !out.Replayed && (err != nil || out.Refused()) {
		s.refusals.note(cmd.Act.Stream(), s.config.Now())
	}
}
