package projections

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
)

// Blocked time needs no table of its own: it follows from a person's row and from the closings, which the programme's own
// stream has, by the domain's rule. So an hour more of a closing changes no row of anybody.

// BlockedTime is how much of a person's window for the first purchase was lost to causes that the person does not own: no
// purchase at any platform could have succeeded (users.md requirement 32).
type BlockedTime struct {
	Participant uuid.UUID  `json:"participant"`
	Wave        int        `json:"wave"`
	From        time.Time  `json:"window_from"` // notice, or determination
	To          time.Time  `json:"window_to"`   // first purchase, deadline, or the moment asked about: whichever came first
	Deadline    *time.Time `json:"deadline,omitempty"`
	DeadlineIs  string     `json:"deadline_is,omitempty"` // set, extended or computed
	Blocking
}

// Blocking is blocked time by cause. Where both causes hold, closed payments count: they hold for everybody.
type Blocking struct {
	Minutes        int64 `json:"minutes"` // whole minutes, of both causes
	ClosedMinutes  int64 `json:"payments_closed_minutes"`
	UnreadyMinutes int64 `json:"card_or_balance_late_minutes"`
	Days           int64 `json:"days"` // whole WIB days, of both causes
	ClosedDays     int64 `json:"payments_closed_days"`
	UnreadyDays    int64 `json:"card_or_balance_late_days"` // that closed payments alone don't explain
}

func blocking(b domain.Blocked) Blocking {
	closed, unready := int64(b.Closed/time.Minute), int64(b.Unready/time.Minute)
	return Blocking{closed + unready, closed, unready, int64(b.Days()), int64(b.ClosedDays), int64(b.UnreadyDays)}
}

func (b *Blocking) add(o Blocking) {
	b.Minutes, b.ClosedMinutes, b.UnreadyMinutes = b.Minutes+o.Minutes, b.ClosedMinutes+o.ClosedMinutes, b.UnreadyMinutes+o.UnreadyMinutes
	b.Days, b.ClosedDays, b.UnreadyDays = b.Days+o.Days, b.ClosedDays+o.ClosedDays, b.UnreadyDays+o.UnreadyDays
}

// BlockedWave is the blocked time of a wave's people, summed: minutes and days are those of all of them together.
type BlockedWave struct {
	Wave    int   `json:"wave"`
	People  int64 `json:"people"`  // determined by the moment
	Touched int64 `json:"touched"` // who lost any time
	Blocking
}

const clockSelect = "SELECT subject, wave, policy, determined_at, notified_at, data_at, card_at, credited_at, first_bought_at FROM participant"

// clocked is a person with what the clock of the first purchase runs on.
type clocked struct {
	subject                                                 string
	wave                                                    int
	policy                                                  domain.PolicyRef
	determined, notified, data, card, credited, firstBought instant
}

func (c *clocked) columns() []any {
	return []any{&c.subject, &c.wave, &c.policy, &c.determined, &c.notified, &c.data, &c.card, &c.credited, &c.firstBought}
}

func (c *clocked) clock() domain.FirstPurchaseClock {
	return domain.FirstPurchaseClock{
		Wave: c.wave, Policy: c.policy, Determined: c.determined.time(), Notified: c.notified.time(), Data: c.data.time(), Card: c.card.time(),
		Credited: c.credited.time(), FirstBought: c.firstBought.time(),
	}
}

// blockedTime applies the domain's rule to a person.
func (c *clocked) blockedTime(r *domain.Registry, moment time.Time) (BlockedTime, error) {
	id, err := uuid.Parse(c.subject)
	if err != nil {
		return BlockedTime{}, fmt.Errorf("participant %q: %w", c.subject, err)
	}
	clock, view := c.clock(), domain.View{At: moment}
	d := r.FirstPurchaseDeadline(clock, view)
	b := r.BlockedWindow(clock, view, d.At)
	return BlockedTime{Participant: id, Wave: c.wave, From: b.From, To: b.To, Deadline: d.At, DeadlineIs: d.Is, Blocking: blocking(b)}, nil
}

// BlockedOf is the blocked time of one person as of a moment. ErrNotFound says that no decree names them by then.
func (v *View) BlockedOf(id uuid.UUID, moment time.Time) (BlockedTime, error) {
	var c clocked
	err := v.tx.QueryRowContext(v.ctx, clockSelect+" WHERE subject = ? AND determined_at BETWEEN 1 AND ?", id.String(), int64(at(moment))).Scan(c.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		return BlockedTime{}, fmt.Errorf("%w: participant %s", ErrNotFound, id)
	}
	if err != nil {
		return BlockedTime{}, fmt.Errorf("participant %s: %w", id, err)
	}
	r, err := v.programme()
	if err != nil {
		return BlockedTime{}, err
	}
	return c.blockedTime(r, moment)
}

// BlockedFilter chooses people who lost time; zero fields choose all of them.
type BlockedFilter struct {
	Wave int
	Days int64 // at least so many whole days
}

func blockedListing(r *domain.Registry, wave int, moment time.Time) listing[BlockedTime] {
	var where conditions
	where.add(true, "determined_at BETWEEN 1 AND ?", int64(at(moment)))
	where.add(wave != 0, "wave = ?", wave)
	return listing[BlockedTime]{
		query: clockSelect, where: where, order: []string{"subject"},
		scan: func(scan func(...any) error) (BlockedTime, []any, error) {
			var c clocked
			if err := scan(c.columns()...); err != nil {
				return BlockedTime{}, nil, err
			}
			b, err := c.blockedTime(r, moment)
			return b, []any{c.subject}, err
		},
	}
}

// Blocked lists people who lost time of their window by a moment, by their ids.
func (v *View) Blocked(filter BlockedFilter, moment time.Time, page Page) (List[BlockedTime], error) {
	r, err := v.programme()
	if err != nil {
		return List[BlockedTime]{}, err
	}
	l := blockedListing(r, filter.Wave, moment)
	l.name, l.filter = "blocked", struct {
		BlockedFilter
		At time.Time
	}{filter, moment}
	return sift(v, l, page, func(b BlockedTime) bool { return b.Minutes > 0 && b.Days >= filter.Days })
}

// BlockedWaves sums blocked time per wave, as of a moment. It looks at every person.
func (v *View) BlockedWaves(moment time.Time) ([]BlockedWave, error) {
	r, err := v.programme()
	if err != nil {
		return nil, err
	}
	l := blockedListing(r, 0, moment)
	l.name = "blocked waves"
	sums := map[int]*BlockedWave{}
	err = each(v, l, func(b BlockedTime, _ []any) (bool, error) {
		w := sums[b.Wave]
		if w == nil {
			w = &BlockedWave{Wave: b.Wave}
			sums[b.Wave] = w
		}
		w.People++
		if b.Minutes > 0 {
			w.Touched++
		}
		w.add(b.Blocking)
		return true, nil
	})
	out := []BlockedWave{}
	for _, wave := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, *sums[wave])
	}
	return out, err
}
