package projections

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/domain/reason"
)

// tried is a row of tried.
type tried struct {
	Subject    string
	Refused    int64
	First      instant
	Last       instant
	LastReason string
	Platform   domain.PlatformCode
}

// deadlines is the model of people who tried: whether their time runs out is computed when asked.
type deadlines struct{ rows *table[string, tried] }

func newDeadlines(f *fold) *deadlines {
	return &deadlines{rows: newTextTable(f, "tried", func(k string) tried { return tried{Subject: k} },
		func(r *tried) []any {
			return []any{&r.Subject, &r.Refused, &r.First, &r.Last, &r.LastReason, &r.Platform}
		})}
}

func (m *deadlines) apply(e domain.Recorded) {
	body := attemptOf(e)
	if body == nil || e.Meta.Outcome != domain.Refused {
		return
	}
	row, when := m.rows.edit(e.Stream.Key()), at(e.Meta.ReceivedAt)
	row.Refused++
	if row.First == 0 || when < row.First {
		row.First = when
	}
	if when >= row.Last {
		row.Last, row.Platform, row.LastReason = when, body.Platform, ""
		if d := e.Fact.Ruling(); d != nil {
			row.LastReason = string(d.Primary())
		}
	}
}

// NearDeadline is a person who tried to buy, has not bought yet, and whose deadline is near: somebody should call them
// (users.md requirement 31).
type NearDeadline struct {
	Participant uuid.UUID           `json:"participant"`
	Wave        int                 `json:"wave"`
	Deadline    time.Time           `json:"deadline"`
	DeadlineIs  string              `json:"deadline_is"` // set, extended or computed
	LeftMinutes int64               `json:"left_minutes"`
	Refused     int64               `json:"refused"` // attempts
	FirstTried  time.Time           `json:"first_tried_at"`
	LastTried   time.Time           `json:"last_tried_at"`
	Platform    domain.PlatformCode `json:"platform"` // of the last attempt
	Reason      reason.Code         `json:"reason"`   // of the last attempt
	Blocking    Blocking            `json:"blocked"`  // of the window so far
}

// NearFilter chooses people.
type NearFilter struct {
	Wave   int // 0: all
	Within int // days to go at most; 0 for DefaultWithin
}

// DefaultWithin is how near a deadline is that somebody should call.
const DefaultWithin = 7

const nearSelect = `SELECT participant.subject, wave, policy, determined_at, notified_at, data_at, card_at, credited_at, first_bought_at,
	tried.refused, tried.first_at, tried.last_at, tried.last_reason, tried.platform FROM tried JOIN participant ON participant.subject = tried.subject`

// NearDeadlines lists people whose deadline is near as of a moment, by their ids: they had tried by then and had not bought, and
// nothing had ended their participation. How often and why they were refused is what the models know, later attempts included.
func (v *View) NearDeadlines(filter NearFilter, moment time.Time, page Page) (List[NearDeadline], error) {
	if filter.Within == 0 {
		filter.Within = DefaultWithin
	}
	r, err := v.programme()
	if err != nil {
		return List[NearDeadline]{}, err
	}
	const day = 24 * time.Hour
	now, until := int64(at(moment)), moment.Add(time.Duration(filter.Within)*day)
	var where conditions
	where.add(true, "tried.first_at <= ? AND determined_at BETWEEN 1 AND ?", now, now)
	for _, c := range []string{"first_bought_at", "revoked_at", "blacklisted_at", "lapsed_at", "erased_at"} {
		where.add(true, "("+c+" = 0 OR "+c+" > ?)", now)
	}
	where.add(filter.Wave != 0, "wave = ?", filter.Wave)
	return sift(v, listing[NearDeadline]{
		name: "near deadlines", filter: struct {
			NearFilter
			At time.Time
		}{filter, moment},
		query: nearSelect, where: where, order: []string{"participant.subject"},
		scan: func(scan func(...any) error) (NearDeadline, []any, error) {
			var c clocked
			var t tried
			if err := scan(append(c.columns(), &t.Refused, &t.First, &t.Last, &t.LastReason, &t.Platform)...); err != nil {
				return NearDeadline{}, nil, err
			}
			out, err := c.near(r, moment)
			out.Refused, out.FirstTried, out.LastTried = t.Refused, orZero(t.First.time()), orZero(t.Last.time())
			out.Platform, out.Reason = t.Platform, reason.Code(t.LastReason)
			return out, []any{c.subject}, err
		},
	}, page, func(c NearDeadline) bool { return !c.Deadline.Before(moment) && !c.Deadline.After(until) })
}

// near is the deadline of a person as of a moment; a zero one where the clock does not run.
func (c *clocked) near(r *domain.Registry, moment time.Time) (NearDeadline, error) {
	b, err := c.blockedTime(r, moment)
	if err != nil {
		return NearDeadline{}, fmt.Errorf("deadline: %w", err)
	}
	out := NearDeadline{Participant: b.Participant, Wave: b.Wave, DeadlineIs: b.DeadlineIs, Blocking: b.Blocking, Deadline: orZero(b.Deadline)}
	if b.Deadline != nil {
		out.LeftMinutes = int64(b.Deadline.Sub(moment) / time.Minute)
	}
	return out, nil
}
