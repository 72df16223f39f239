package projections

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
)

// Incentive is one incentive of a person, and how far it came.
type Incentive struct {
	Participant uuid.UUID            `json:"participant"`
	Kind        domain.IncentiveKind `json:"kind"`
	N           int                  `json:"n"`
	Wave        int                  `json:"wave,omitempty"`
	State       IncentiveStatus      `json:"state"`
	Amount      domain.Money         `json:"amount"`
	Due         string               `json:"due_on,omitempty"`      // day that was promised, YYYY-MM-DD in WIB
	PayBy       string               `json:"usual_until,omitempty"` // last day on which a payment is not late, by the usual clock of the policy
	Partner     domain.PartnerCode   `json:"partner,omitempty"`
	Code        domain.PartnerReason `json:"partner_code,omitempty"` // of the last failure
	Group       domain.Reference     `json:"group,omitempty"`        // that it was rechecked with
	Attempts    int                  `json:"attempts"`               // instructions so far
	Scheduled   *time.Time           `json:"scheduled_at,omitempty"`
	Instructed  *time.Time           `json:"instructed_at,omitempty"` // the last of each
	Failed      *time.Time           `json:"failed_at,omitempty"`
	Reviewed    *time.Time           `json:"reviewed_at,omitempty"`
	Disbursed   *time.Time           `json:"disbursed_at,omitempty"`
}

// Late reports whether an incentive is late at a moment: not paid, and the usual clock has run out. It is what a caller may be
// told, and no rule.
func (x *Incentive) Late(at time.Time) bool {
	return isLate(x.State, x.PayBy, at)
}

// IncentiveFilter chooses incentives; zero fields choose all.
type IncentiveFilter struct {
	Wave    int
	Kind    domain.IncentiveKind
	State   IncentiveStatus
	Partner domain.PartnerCode
	Code    domain.PartnerReason
	DueFrom string    // YYYY-MM-DD
	DueTo   string    // and up to this day
	LateAt  time.Time // not paid, and late by the usual clock at this moment
}

const incentiveSelect = `SELECT subject, kind, n, wave, state, amount, due, pay_by, partner, instruction, code, group_ref, attempts, scheduled_at,
	instructed_at, failed_at, reviewed_at, disbursed_at FROM incentive`

func (x *incentive) public() (Incentive, error) {
	id, err := uuid.Parse(x.subject)
	if err != nil {
		return Incentive{}, fmt.Errorf("incentive of participant %q: %w", x.subject, err)
	}
	return Incentive{
		Participant: id, Kind: x.kind, N: x.n, Wave: x.wave, State: x.state, Amount: x.amount.money(), Due: x.due, PayBy: x.payBy, Partner: x.partner,
		Code: x.code, Group: x.group, Attempts: x.attempts, Scheduled: x.scheduled.time(), Instructed: x.instructed.time(), Failed: x.failed.time(),
		Reviewed: x.reviewed.time(), Disbursed: x.disbursed.time(),
	}, nil
}

// Incentives lists incentives by person, kind and number, a page at a time, as the models stand.
func (v *View) Incentives(f IncentiveFilter, page Page) (List[Incentive], error) {
	where := conditions{}
	where.add(f.Wave != 0, "wave = ?", f.Wave)
	where.add(f.Kind != "", "kind = ?", string(f.Kind))
	where.add(f.State != "", "state = ?", string(f.State))
	where.add(f.Partner != "", "partner = ?", string(f.Partner))
	where.add(f.Code != "", "code = ?", string(f.Code))
	where.add(f.DueFrom != "", "due >= ?", f.DueFrom)
	where.add(f.DueTo != "", "due <> '' AND due <= ?", f.DueTo)
	where.add(!f.LateAt.IsZero(), "state <> 'disbursed' AND pay_by <> '' AND pay_by < ?", wibDay(f.LateAt))
	return list(v, listing[Incentive]{
		name: "incentives", filter: f, query: incentiveSelect, where: where, order: []string{"subject", "kind", "n"},
		scan: func(scan func(...any) error) (Incentive, []any, error) {
			var x incentive
			if err := scan(incentiveColumns(&x)...); err != nil {
				return Incentive{}, nil, err
			}
			out, err := x.public()
			return out, []any{x.subject, string(x.kind), x.n}, err
		},
	}, page)
}

// IncentiveBy is what incentives are counted by.
type IncentiveBy string

// What incentives can be counted by.
const (
	ByIncentiveState   IncentiveBy = "state"
	ByIncentivePartner IncentiveBy = "partner"
	ByIncentiveCode    IncentiveBy = "code"
	ByIncentiveDue     IncentiveBy = "due"
	ByIncentiveKind    IncentiveBy = "kind"
)

// IncentivesBy lists what incentives can be counted by.
func IncentivesBy() []IncentiveBy {
	return []IncentiveBy{ByIncentiveState, ByIncentiveKind, ByIncentivePartner, ByIncentiveCode, ByIncentiveDue}
}

// IncentiveCount is how many incentives there are of one value, and their sum.
type IncentiveCount struct {
	Value      string          `json:"value"` // of what is counted by; empty where it is not known, such as the partner before an instruction
	State      IncentiveStatus `json:"state"`
	Incentives int             `json:"incentives"`
	Amount     domain.Money    `json:"amount"`
}

// IncentiveCounts counts incentives at a place of the log, by one thing and by state; wave 0 stands for all waves. At a place
// of the past it costs reading the histories of those whose incentives changed since the mark before it.
func (v *View) IncentiveCounts(p Place, wave int, by IncentiveBy) ([]IncentiveCount, error) {
	sums, err := v.incentiveSumsAt(p)
	if err != nil {
		return nil, err
	}
	type group struct {
		value string
		state IncentiveStatus
	}
	total := map[group]countSum{}
	for k, s := range sums {
		if wave != 0 && k.wave != wave || s.count == 0 {
			continue
		}
		g := group{map[IncentiveBy]string{
			ByIncentiveState: string(k.state), ByIncentiveKind: string(k.kind), ByIncentivePartner: string(k.partner), ByIncentiveCode: string(k.code), ByIncentiveDue: k.due,
		}[by], k.state}
		x := total[g]
		x.add(s.count, s.amount)
		total[g] = x
	}
	out := make([]IncentiveCount, 0, len(total))
	for g, s := range total {
		out = append(out, IncentiveCount{g.value, g.state, s.count, s.amount.money()})
	}
	slices.SortFunc(out, func(a, b IncentiveCount) int {
		order := func(c IncentiveCount) int { return slices.Index(IncentiveStatuses(), c.State) }
		if by == ByIncentiveState {
			return cmp.Compare(order(a), order(b))
		}
		return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(order(a), order(b)))
	})
	return out, nil
}

// incentiveSumsAt takes the sums at the mark, and recounts everybody whose incentives changed behind it.
func (v *View) incentiveSumsAt(p Place) (map[incentiveSumKey]*countSum, error) {
	programme, err := v.programmeUntil(p)
	if err != nil {
		return nil, err
	}
	counted := map[domain.Stream]bool{}
	return incentiveKeeping().at(v, p, func(e domain.Recorded, edit func(incentiveSumKey) *countSum) error {
		id, err := uuid.Parse(e.Stream.Key())
		if err != nil || e.Stream.Kind() != domain.ParticipantStream || counted[e.Stream] {
			return nil //nolint:nilerr // a stream that is no person's
		}
		counted[e.Stream] = true
		return v.recountIncentives(id, p, programme, edit)
	})
}

// recountIncentives takes a person's incentives out of sums as they were at the mark before a place, and adds them as they
// were at the place.
func (v *View) recountIncentives(id uuid.UUID, p Place, programme *domain.Registry, edit func(incentiveSumKey) *countSum) error {
	mark, err := v.mark("number <= ? ORDER BY number DESC", int64(p.Number)) //nolint:gosec // far below 2^63
	if err != nil {
		return err
	}
	f := inMemory(programme)
	count := func(sign int) {
		for _, x := range f.paid.rows.young {
			if x.row.state != "" {
				edit(x.row.sumKey()).add(sign, rupiah(sign)*x.row.amount)
			}
		}
	}
	before := true
	for e, err := range v.own(id, p) {
		if err != nil {
			return err
		}
		if before && e.position.Compare(mark.Position) > 0 {
			before = false
			count(-1)
		}
		if err := f.apply(v.ctx, e.Recorded); err != nil {
			return err
		}
	}
	count(1)
	return nil
}

// LateIncentives counts the incentives that were not paid at a place of the log, and late by the usual clock at a moment; wave 0
// stands for all waves. Its cost is that of IncentiveCounts.
func (v *View) LateIncentives(p Place, wave int, at time.Time) (count int, amount domain.Money, err error) {
	sums, err := v.incentiveSumsAt(p)
	if err != nil {
		return 0, domain.Money{}, err
	}
	var late countSum
	for k, s := range sums {
		if (wave == 0 || k.wave == wave) && isLate(k.state, k.payBy, at) {
			late.add(s.count, s.amount)
		}
	}
	return late.count, late.amount.money(), nil
}

// isLate says whether an incentive is not paid although its usual clock has run out.
func isLate(state IncentiveStatus, payBy string, at time.Time) bool {
	return state != IncentiveDisbursed && payBy != "" && payBy < wibDay(at)
}

// SurveyCount is how many people of a wave were asked to fill in a survey, and how many did.
type SurveyCount struct {
	Wave   int `json:"wave"`
	N      int `json:"n"`
	Opened int `json:"opened"`
	Filled int `json:"filled"`
}

// SurveyCounts counts surveys by wave and number, as the models stand.
func (v *View) SurveyCounts() ([]SurveyCount, error) {
	rows, err := v.tx.QueryContext(v.ctx, "SELECT wave, n, SUM(opened_at <> 0), SUM(filled_at <> 0) FROM survey GROUP BY wave, n ORDER BY wave, n")
	if err != nil {
		return nil, fmt.Errorf("count surveys: %w", err)
	}
	defer rows.Close()
	var out []SurveyCount
	for rows.Next() {
		var c SurveyCount
		if err := rows.Scan(&c.Wave, &c.N, &c.Opened, &c.Filled); err != nil {
			return nil, fmt.Errorf("count surveys: %w", err)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}
