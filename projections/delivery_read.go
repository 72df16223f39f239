package projections

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
)

// DeliverySum is the orders of a wave on a platform that came equally far.
type DeliverySum struct {
	Wave       int                 `json:"wave"` // 0: no decree had named the person
	Platform   domain.PlatformCode `json:"platform"`
	Step       DeliveryStep        `json:"step"`
	Orders     int                 `json:"orders"`
	Amount     domain.Money        `json:"amount"`      // what they cost
	PaidOrders int                 `json:"paid_orders"` // of them, those that the platform was paid for
	Paid       domain.Money        `json:"paid"`
	Attended   domain.Money        `json:"attended"` // of the amount, where the training was begun or finished
}

// Deliveries counts orders at a place of the log by wave, platform and step: what platforms were paid against what people
// got. Its cost does not depend on how old the place is: it is that of the orders that changed since the mark before it.
func (v *View) Deliveries(p Place) ([]DeliverySum, error) {
	sums, err := v.deliveriesAt(p)
	if err != nil {
		return nil, err
	}
	out := make([]DeliverySum, 0, len(sums))
	for k, s := range sums {
		if *s != (deliverySum{}) {
			out = append(out, DeliverySum{k.wave, k.platform, k.step, s.orders, s.amount.money(), s.paidCount, s.paid.money(), s.attended.money()})
		}
	}
	slices.SortFunc(out, func(a, b DeliverySum) int {
		return cmp.Or(cmp.Compare(a.Wave, b.Wave), cmp.Compare(a.Platform, b.Platform),
			cmp.Compare(slices.Index(DeliverySteps(), a.Step), slices.Index(DeliverySteps(), b.Step)))
	})
	return out, nil
}

// deliveriesAt takes the sums at the mark and recounts everybody whose orders changed behind it.
func (v *View) deliveriesAt(p Place) (map[deliverySumKey]*deliverySum, error) {
	counted := map[string]bool{}
	return deliveryKeeping().at(v, p, func(e domain.Recorded, edit func(deliverySumKey) *deliverySum) error {
		subjects := []string{e.Stream.Key()}
		if f, ok := e.Fact.(domain.PartnerPaid); ok {
			subjects = subjects[:0]
			for _, l := range f.Lines {
				subjects = append(subjects, l.Participant.String())
			}
		}
		for _, s := range subjects {
			if counted[s] {
				continue
			}
			counted[s] = true
			if err := v.recountOrders(s, p, edit); err != nil {
				return err
			}
		}
		return nil
	})
}

const deliverySelect = `SELECT subject, platform, invoice, wave, course, amount, bought_at, bought_no, cancelled_no, exchanged_no, started_no,
	completed_no, paid`

const paidOrderSelect = deliverySelect + ", paid_then, step FROM "

// paidBefore is what had been paid for an order behind the log's first events.
const paidBefore = `(SELECT COALESCE(SUM(p.amount), 0) FROM payment p
	WHERE p.subject = d.subject AND p.platform = d.platform AND p.invoice = d.invoice AND p.no < %d)`

// recountOrders takes a person's orders out of sums as they were at the mark before a place, and adds them as they were at the
// place.
func (v *View) recountOrders(subject string, p Place, edit func(deliverySumKey) *deliverySum) error {
	mark, number := int64(markOf(p.Number)), int64(p.Number) //nolint:gosec // far below 2^63
	query := deliverySelect + ", " + fmt.Sprintf(paidBefore, mark) + ", " + fmt.Sprintf(paidBefore, number) + " FROM delivery d WHERE subject = ?"
	rows, err := v.tx.QueryContext(v.ctx, query, subject)
	if err != nil {
		return fmt.Errorf("orders of participant %s: %w", subject, err)
	}
	defer rows.Close()
	for rows.Next() {
		var d delivery
		var paidThen, paid rupiah
		if err := rows.Scan(append(deliveryColumns(&d), &paidThen, &paid)...); err != nil {
			return fmt.Errorf("orders of participant %s: %w", subject, err)
		}
		if k, s := d.then(mark, paidThen); s != (deliverySum{}) {
			edit(k).add(-1, s)
		}
		if k, s := d.then(number, paid); s != (deliverySum{}) {
			edit(k).add(1, s)
		}
	}
	return rows.Err()
}

// PaidOrder is an order that a platform was paid for, and how far its training had come.
type PaidOrder struct {
	Participant uuid.UUID           `json:"participant"`
	Wave        int                 `json:"wave,omitempty"`
	Platform    domain.PlatformCode `json:"platform"`
	Invoice     domain.InvoiceCode  `json:"invoice_code"`
	Course      domain.CourseCode   `json:"course_code,omitempty"`
	Bought      *time.Time          `json:"bought_at,omitempty"`
	Amount      domain.Money        `json:"amount"`
	Paid        domain.Money        `json:"paid"`
	Step        DeliveryStep        `json:"step"`
}

// PaidFilter chooses orders that were paid for; zero fields choose all.
type PaidFilter struct {
	Wave        int
	Platform    domain.PlatformCode
	Step        DeliveryStep
	Undelivered bool // those that stand and were not exchanged, begun or finished
}

// PaidOrders lists the single orders that platforms had been paid for at a place of the log, by person, a page at a time. A page
// of the past looks at orders of today to find those of then: it may cost looking at all of them.
func (v *View) PaidOrders(p Place, f PaidFilter, page Page) (List[PaidOrder], error) {
	number := int64(p.Number) //nolint:gosec // far below 2^63
	var where conditions
	where.add(true, "paid_then <> 0")
	where.add(f.Wave != 0, "wave = ?", f.Wave)
	where.add(f.Platform != "", "platform = ?", string(f.Platform))
	where.add(f.Step != "", "step = ?", string(f.Step))
	where.add(f.Undelivered, "step IN (?, ?, ?)", string(StepNotExchanged), string(StepNotStarted), string(StepNotFinished))
	return list(v, listing[PaidOrder]{
		name: "paid orders", filter: struct {
			PaidFilter
			Number int64
		}{f, number}, query: paidOrderSelect + "(" + deliverySelect + ", " + fmt.Sprintf(paidBefore, number) + " AS paid_then, " + stepThen(number) + " AS step FROM delivery d)",
		where: where, order: []string{"subject", "platform", "invoice"},
		scan: func(scan func(...any) error) (PaidOrder, []any, error) {
			var d delivery
			var paid rupiah
			var step DeliveryStep
			if err := scan(append(deliveryColumns(&d), &paid, &step)...); err != nil {
				return PaidOrder{}, nil, err
			}
			id, err := uuid.Parse(d.Subject)
			if err != nil {
				return PaidOrder{}, nil, fmt.Errorf("order of participant %q: %w", d.Subject, err)
			}
			out := PaidOrder{Participant: id, Wave: d.wave, Platform: d.Platform, Invoice: d.Invoice, Paid: paid.money(), Step: step}
			if step != StepUnrecorded {
				out.Course, out.Bought, out.Amount = d.course, d.bought.time(), d.amount.money()
			}
			return out, []any{d.Subject, string(d.Platform), string(d.Invoice)}, nil
		},
	}, page)
}

// stepThen is then, in SQL: a list has to find orders by their step before they are read.
func stepThen(number int64) string {
	missing := func(column string) string { return fmt.Sprintf("(d.%s < 0 OR d.%s >= %d)", column, column, number) }
	return "CASE WHEN " + missing("bought_no") + " THEN 'unrecorded' WHEN NOT " + missing("cancelled_no") + " THEN 'cancelled' WHEN " +
		missing("exchanged_no") + " THEN 'not_exchanged' WHEN " + missing("started_no") + " THEN 'not_started' WHEN " +
		missing("completed_no") + " THEN 'not_finished' ELSE 'finished' END"
}
