package projections

import (
	"cmp"
	"strings"

	"saldo/domain"
)

// IncentiveStatus is how far an incentive came, as dashboards showed it in 2020: Belum Diproses (scheduled), Sedang Diproses
// (instructed), Gagal (failed), Dalam Pengecekan (under_review), Berhasil (disbursed).
type IncentiveStatus string

// States of an incentive.
const (
	IncentiveScheduled   IncentiveStatus = "scheduled"
	IncentiveInstructed  IncentiveStatus = "instructed"
	IncentiveFailed      IncentiveStatus = "failed"
	IncentiveUnderReview IncentiveStatus = "under_review"
	IncentiveDisbursed   IncentiveStatus = "disbursed"
)

// IncentiveStatuses lists all states in their order.
func IncentiveStatuses() []IncentiveStatus {
	return []IncentiveStatus{IncentiveScheduled, IncentiveInstructed, IncentiveFailed, IncentiveUnderReview, IncentiveDisbursed}
}

// incentiveKey is an incentive of a person.
type incentiveKey struct {
	subject string
	kind    domain.IncentiveKind
	n       int
}

// incentive is a row of incentive.
type incentive struct {
	incentiveKey
	wave        int
	state       IncentiveStatus
	amount      rupiah
	due         string // YYYY-MM-DD; empty: never scheduled
	payBy       string // last day on which a payment is not late; empty where no policy says
	partner     domain.PartnerCode
	instruction domain.Reference
	code        domain.PartnerReason // of the last failure
	group       domain.Reference     // that it was rechecked with
	attempts    int                  // instructions
	scheduled   instant
	instructed  instant // last
	failed      instant // last
	reviewed    instant // last
	disbursed   instant
}

func incentiveColumns(x *incentive) []any {
	return []any{
		&x.subject, &x.kind, &x.n, &x.wave, &x.state, &x.amount, &x.due, &x.payBy, &x.partner, &x.instruction, &x.code, &x.group,
		&x.attempts, &x.scheduled, &x.instructed, &x.failed, &x.reviewed, &x.disbursed,
	}
}

// surveyKey is a survey of a person.
type surveyKey struct {
	subject string
	n       int
}

// survey is a row of survey.
type survey struct {
	surveyKey
	wave           int
	opened, filled instant
	closesOn       string
}

// incentiveSumKey is what incentives are counted by.
type incentiveSumKey struct {
	wave    int
	kind    domain.IncentiveKind
	state   IncentiveStatus
	partner domain.PartnerCode
	code    domain.PartnerReason
	due     string
	payBy   string
}

// countSum is a count and an amount.
type countSum struct {
	count  int
	amount rupiah
}

func (s *countSum) add(count int, amount rupiah) { s.count, s.amount = s.count+count, s.amount+amount }

func incentiveKeeping() keeping[incentiveSumKey, countSum] {
	return keeping[incentiveSumKey, countSum]{
		name: "incentive_sum", events: incentiveEvents(), keyColumns: []string{"wave", "kind", "state", "partner", "code", "due", "pay_by"}, valueColumns: []string{"incentives", "amount"},
		key: func(k *incentiveSumKey) []any {
			return []any{&k.wave, &k.kind, &k.state, &k.partner, &k.code, &k.due, &k.payBy}
		},
		values: func(s *countSum) []any { return []any{&s.count, &s.amount} },
		less: func(a, b incentiveSumKey) int {
			return cmp.Or(cmp.Compare(a.wave, b.wave), cmp.Compare(a.kind, b.kind), cmp.Compare(a.state, b.state), cmp.Compare(a.partner, b.partner),
				cmp.Compare(a.code, b.code), cmp.Compare(a.due, b.due), cmp.Compare(a.payBy, b.payBy))
		},
	}
}

// incentiveEvents lists the types of events that change an incentive.
func incentiveEvents() []domain.EventName {
	return []domain.EventName{"IncentiveScheduled", "IncentiveRescheduled", "IncentiveInstructed", "IncentiveDisbursed", "IncentiveFailed", "IncentiveUnderReview"}
}

// incentives is the model of incentives and surveys.
type incentives struct {
	rows    *table[incentiveKey, incentive]
	surveys *table[surveyKey, survey]
	sums    *kept[incentiveSumKey, countSum]
	f       *fold
}

func newIncentives(f *fold) *incentives {
	return &incentives{
		f: f, sums: newKept(f, incentiveKeeping()),
		rows: newTable(f, "incentive", func(a, b incentiveKey) int {
			return cmp.Or(cmp.Compare(a.subject, b.subject), cmp.Compare(a.kind, b.kind), cmp.Compare(a.n, b.n))
		}, func(k incentiveKey) incentive { return incentive{incentiveKey: k} }, incentiveColumns),
		surveys: newTable(f, "survey", func(a, b surveyKey) int { return cmp.Or(cmp.Compare(a.subject, b.subject), cmp.Compare(a.n, b.n)) },
			func(k surveyKey) survey { return survey{surveyKey: k} },
			func(s *survey) []any { return []any{&s.subject, &s.n, &s.wave, &s.opened, &s.filled, &s.closesOn} }),
	}
}

func (m *incentives) apply(e domain.Recorded) {
	if e.Stream.Kind() != domain.ParticipantStream || e.Meta.Outcome == domain.Refused {
		return
	}
	when := at(e.Meta.Effective())
	switch f := e.Fact.(type) {
	case domain.IncentiveScheduled:
		m.change(e, f.IncentiveKey, func(x *incentive) {
			x.state, x.amount = IncentiveScheduled, rp(f.Amount)
			x.due, x.payBy, x.scheduled = f.DueOn.String(), m.payBy(e, f.DueOn), when
		})
	case domain.IncentiveRescheduled:
		m.change(e, f.IncentiveKey, func(x *incentive) {
			if !x.settled() {
				x.state = IncentiveScheduled
			}
			x.due, x.payBy = f.DueOn.String(), m.payBy(e, f.DueOn)
		})
	case domain.IncentiveInstructed:
		m.change(e, f.IncentiveKey, func(x *incentive) {
			x.state, x.amount, x.partner, x.instruction = IncentiveInstructed, rp(f.Amount), f.Partner, f.Instruction
			x.attempts, x.instructed = x.attempts+1, when
		})
	case domain.IncentiveDisbursed:
		m.change(e, f.IncentiveKey, func(x *incentive) {
			if x.awaits(f.Instruction) || x.state != IncentiveInstructed { // the confirmation of another instruction leaves this one on its way
				x.state, x.amount, x.partner = IncentiveDisbursed, rp(f.Amount), f.Partner
			}
			x.disbursed = when
		})
	case domain.IncentiveFailed:
		m.change(e, f.IncentiveKey, func(x *incentive) {
			if x.awaits(f.Instruction) || !x.settled() {
				x.state = IncentiveFailed
			}
			x.code, x.failed = f.Code, when
		})
	case domain.IncentiveUnderReview:
		m.change(e, f.IncentiveKey, func(x *incentive) {
			if !x.settled() {
				x.state = IncentiveUnderReview
			}
			x.group, x.reviewed = f.Group, when
		})
	case domain.SurveyOpened:
		s := m.survey(e, f.N)
		setFirst(&s.opened, when)
		s.closesOn = f.ClosesOn.String()
	case domain.SurveyCompleted:
		setFirst(&m.survey(e, f.N).filled, when)
	}
}

// awaits reports whether an answer of the partner is the one that the instruction under way waits for.
func (x *incentive) awaits(instruction domain.Reference) bool {
	return x.state == IncentiveInstructed && x.instruction == instruction
}

// settled reports whether it is on its way or paid: no late or mistaken fact brings it back.
func (x *incentive) settled() bool { return x.state == IncentiveInstructed || x.disbursed != 0 }

// change changes an incentive and moves it between the sums that count it.
func (m *incentives) change(e domain.Recorded, k domain.IncentiveKey, how func(*incentive)) {
	x := m.rows.edit(incentiveKey{e.Stream.Key(), k.Kind, k.N})
	before := *x
	how(x)
	x.wave = m.f.people.waveOf(e.Stream)
	if before.state == x.state && before.sumKey() == x.sumKey() && before.amount == x.amount {
		return
	}
	if before.state != "" {
		m.sums.edit(before.sumKey()).add(-1, -before.amount)
	}
	if x.state != "" {
		m.sums.edit(x.sumKey()).add(1, x.amount)
	}
}

func (x *incentive) sumKey() incentiveSumKey {
	return incentiveSumKey{x.wave, x.kind, x.state, x.partner, x.code, x.due, x.payBy}
}

func (m *incentives) survey(e domain.Recorded, n int) *survey {
	s := m.surveys.edit(surveyKey{e.Stream.Key(), n})
	s.wave = m.f.people.waveOf(e.Stream)
	return s
}

// payBy is the last day on which a payment due on a day is not late: so many working days behind it, by the usual clock and
// the calendar of the conduct that was in force, as recorded, when the day was set.
func (m *incentives) payBy(e domain.Recorded, due domain.Date) string {
	var scheme string
	if row := m.f.people.rows.get(e.Stream.Key()); row != nil {
		scheme, _, _ = strings.Cut(string(row.Policy), "@")
	}
	p, _ := m.f.registry.Programme.Conduct(domain.SchemeCode(scheme), domain.View{At: e.Meta.ReceivedAt, Recorded: &e.Meta.RecordedAt})
	if p == nil {
		return ""
	}
	return p.Calendar.AddWorking(due, p.Conduct.Usual.PayWorkingDays).String()
}
