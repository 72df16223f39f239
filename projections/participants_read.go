package projections

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
)

// ErrNotFound says that there is no row under a key.
var ErrNotFound = errors.New("projections: not found")

// Participant is where a person stands.
type Participant struct {
	ID          uuid.UUID              `json:"participant"`
	Stage       Stage                  `json:"stage"`
	Wave        int                    `json:"wave,omitempty"`
	Decree      domain.DecreeNumber    `json:"decree,omitempty"`
	Policy      domain.PolicyRef       `json:"policy,omitempty"`
	Determined  *time.Time             `json:"determined_at,omitempty"`
	Notified    *time.Time             `json:"notified_at,omitempty"`
	Data        *time.Time             `json:"data_completed_at,omitempty"`
	Card        *time.Time             `json:"card_at,omitempty"`
	Credited    *time.Time             `json:"credited_at,omitempty"`
	Balance     domain.Purses          `json:"balance"`
	Committed   domain.Money           `json:"committed"`  // allocated, neither credited nor released
	InTransit   domain.Money           `json:"in_transit"` // incentives on their way
	Attempts    int                    `json:"attempts"`   // purchases that reached a decision
	Refused     int                    `json:"refused"`
	LastRefused *time.Time             `json:"last_refused_at,omitempty"`
	LastReason  string                 `json:"last_reason,omitempty"`
	Purchases   int                    `json:"purchases"` // that stand
	Bought      domain.Money           `json:"bought"`
	FirstBought *time.Time             `json:"first_bought_at,omitempty"`
	FirstCourse domain.CourseCode      `json:"first_course,omitempty"`
	Certified   *time.Time             `json:"certified_at,omitempty"`
	Incentives  int                    `json:"incentives_paid"`
	Paid        domain.Money           `json:"incentives_amount"`
	Held        *time.Time             `json:"held_since,omitempty"`
	Revoked     *time.Time             `json:"revoked_at,omitempty"`
	RevokedFor  domain.RevocationCause `json:"revoked_for,omitempty"`
	Blacklisted *time.Time             `json:"blacklisted_at,omitempty"`
	Lapsed      *time.Time             `json:"lapsed_at,omitempty"`
	Returned    domain.Money           `json:"returned"`
	Demanded    domain.Money           `json:"demanded"`
	Repaid      domain.Money           `json:"repaid"`
	Erased      *time.Time             `json:"erased_at,omitempty"`
}

const personSelect = `SELECT subject, state, wave, decree, policy, determined_no, determined_at, notified_at, data_at, card_at, credited_at, training, job_search,
	survey, committed, in_transit, attempts, refused, refused_at, refused_reason, purchases, bought, orders, first_bought_at, first_course,
	certified_at, incentives_paid, incentives_amount, held_at, revoked_at, revoked_for, blacklisted_at, lapsed_at, returned, demanded, repaid,
	erased_at FROM participant`

func (p *person) public() (Participant, error) {
	id, err := uuid.Parse(p.Subject)
	if err != nil {
		return Participant{}, fmt.Errorf("participant %q: %w", p.Subject, err)
	}
	return Participant{
		ID: id, Stage: p.State, Wave: p.Wave, Decree: p.Decree, Policy: p.Policy, Determined: p.Determined.time(), Notified: p.Notified.time(),
		Data: p.Data.time(), Card: p.Card.time(), Credited: p.Credited.time(),
		Balance:   domain.Purses{Training: p.Training.money(), JobSearch: p.JobSearch.money(), Survey: p.Survey.money()},
		Committed: p.Committed.money(), InTransit: p.InTransit.money(), Attempts: p.Attempts, Refused: p.Refused,
		LastRefused: p.RefusedAt.time(), LastReason: p.RefusedReason, Purchases: p.Purchases, Bought: p.Bought.money(),
		FirstBought: p.FirstBought.time(), FirstCourse: p.FirstCourse, Certified: p.Certified.time(), Incentives: p.Paid, Paid: p.PaidAmount.money(),
		Held: p.Held.time(), Revoked: p.Revoked.time(), RevokedFor: p.RevokedFor, Blacklisted: p.Blacklisted.time(), Lapsed: p.Lapsed.time(),
		Returned: p.Returned.money(), Demanded: p.Demanded.money(), Repaid: p.Repaid.money(), Erased: p.Erased.time(),
	}, nil
}

// Participant finds a person. ErrNotFound says that no event is about them.
func (v *View) Participant(id uuid.UUID) (Participant, error) {
	var p person
	err := v.tx.QueryRowContext(v.ctx, personSelect+" WHERE subject = ?", id.String()).Scan(personColumns(&p)...)
	if errors.Is(err, sql.ErrNoRows) {
		return Participant{}, fmt.Errorf("%w: participant %s", ErrNotFound, id)
	}
	if err != nil {
		return Participant{}, fmt.Errorf("participant %s: %w", id, err)
	}
	return p.public()
}

// ParticipantFilter chooses people; zero fields choose all.
type ParticipantFilter struct {
	Wave  int
	Stage Stage
}

// Participants lists people by their ids, a page at a time.
func (v *View) Participants(filter ParticipantFilter, page Page) (List[Participant], error) {
	var where conditions
	where.add(filter.Wave != 0, "wave = ?", filter.Wave)
	where.add(filter.Stage != "", "state = ?", string(filter.Stage))
	return list(v, listing[Participant]{
		name: "participants", filter: filter, query: personSelect, where: where, order: []string{"subject"},
		scan: func(scan func(...any) error) (Participant, []any, error) {
			var p person
			if err := scan(personColumns(&p)...); err != nil {
				return Participant{}, nil, err
			}
			out, err := p.public()
			return out, []any{p.Subject}, err
		},
	}, page)
}

// conditions of a WHERE, all of which must hold.
type conditions struct {
	texts []string
	args  []any
}

func (c *conditions) add(wanted bool, text string, args ...any) {
	if wanted {
		c.texts, c.args = append(c.texts, text), append(c.args, args...)
	}
}

func (c *conditions) sql() string {
	if len(c.texts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.texts, " AND ")
}
