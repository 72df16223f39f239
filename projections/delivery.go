package projections

import (
	"cmp"
	"strings"

	"saldo/domain"
)

// DeliveryStep is how far the training of an order came, told by the first step that is missing: the state auditor asked in
// 2020 what had been paid for training that nobody had.
type DeliveryStep string

// Steps of an order. The last step that counts is the institution's report that the training was finished.
const (
	StepUnrecorded   DeliveryStep = "unrecorded" // paid for, and the order is not in the log
	StepCancelled    DeliveryStep = "cancelled"
	StepNotExchanged DeliveryStep = "not_exchanged" // the voucher
	StepNotStarted   DeliveryStep = "not_started"
	StepNotFinished  DeliveryStep = "not_finished"
	StepFinished     DeliveryStep = "finished"
)

// DeliverySteps lists all steps in their order.
func DeliverySteps() []DeliveryStep {
	return []DeliveryStep{StepUnrecorded, StepCancelled, StepNotExchanged, StepNotStarted, StepNotFinished, StepFinished}
}

// Undelivered reports whether an order at this step stands and its training was not exchanged, begun or finished.
func (s DeliveryStep) Undelivered() bool {
	return s == StepNotExchanged || s == StepNotStarted || s == StepNotFinished
}

// never is the number of an event that is not in the log.
const never = -1

// delivery is a row of delivery: an order with the numbers of the events that brought it further, so that it can be told at
// any place of the log.
type delivery struct {
	orderKey
	wave        int
	course      domain.CourseCode
	amount      rupiah
	bought      instant
	boughtNo    int64
	cancelledNo int64
	exchangedNo int64
	startedNo   int64
	completedNo int64
	paid        rupiah // sum of the settlement lines
}

func deliveryColumns(d *delivery) []any {
	return []any{
		&d.Subject, &d.Platform, &d.Invoice, &d.wave, &d.course, &d.amount, &d.bought, &d.boughtNo, &d.cancelledNo, &d.exchangedNo, &d.startedNo,
		&d.completedNo, &d.paid,
	}
}

// paymentKey is a settlement line for an order.
type paymentKey struct {
	orderKey
	no int64
}

// payment is a row of payment.
type payment struct {
	paymentKey
	amount rupiah
}

// deliverySumKey is what orders are counted by.
type deliverySumKey struct {
	wave     int
	platform domain.PlatformCode
	step     DeliveryStep
}

// deliverySum is orders, what they cost, how many of them were paid for and how much.
type deliverySum struct {
	orders    int
	amount    rupiah
	paidCount int
	paid      rupiah
	attended  rupiah // of amount, where the training was begun or finished
}

func (s *deliverySum) add(sign int, o deliverySum) {
	by := rupiah(sign)
	s.orders, s.paidCount = s.orders+sign*o.orders, s.paidCount+sign*o.paidCount
	s.amount, s.paid, s.attended = s.amount+by*o.amount, s.paid+by*o.paid, s.attended+by*o.attended
}

func deliveryKeeping() keeping[deliverySumKey, deliverySum] {
	return keeping[deliverySumKey, deliverySum]{
		name: "delivery_sum", events: deliveryEvents(), keyColumns: []string{"wave", "platform", "step"}, valueColumns: []string{"orders", "amount", "paid_orders", "paid", "attended"},
		key: func(k *deliverySumKey) []any { return []any{&k.wave, &k.platform, &k.step} },
		values: func(s *deliverySum) []any {
			return []any{&s.orders, &s.amount, &s.paidCount, &s.paid, &s.attended}
		},
		less: func(a, b deliverySumKey) int {
			return cmp.Or(cmp.Compare(a.wave, b.wave), cmp.Compare(a.platform, b.platform), cmp.Compare(a.step, b.step))
		},
	}
}

// then is what an order counts for behind the log's first events, a number of them, and what had been paid for it by then.
// Nothing where neither order nor payment was in the log.
func (d *delivery) then(number int64, paid rupiah) (deliverySumKey, deliverySum) {
	before := func(no int64) bool { return no != never && no < number }
	k := deliverySumKey{d.wave, d.Platform, StepFinished}
	s := deliverySum{paid: paid}
	if paid != 0 {
		s.paidCount = 1
	}
	if !before(d.boughtNo) {
		k.step = StepUnrecorded
		return k, s
	}
	s.orders, s.amount = 1, d.amount
	switch {
	case before(d.cancelledNo):
		k.step = StepCancelled
		return k, s
	case !before(d.exchangedNo):
		k.step = StepNotExchanged
	case !before(d.startedNo):
		k.step = StepNotStarted
	case !before(d.completedNo):
		k.step = StepNotFinished
	}
	if before(d.startedNo) || before(d.completedNo) {
		s.attended = d.amount
	}
	return k, s
}

// deliveries is the model of what platforms were paid against what people got.
type deliveries struct {
	rows     *table[orderKey, delivery]
	payments *table[paymentKey, payment]
	sums     *kept[deliverySumKey, deliverySum]
	f        *fold
}

func lessOrder(a, b orderKey) int {
	return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Invoice, b.Invoice))
}

func newDeliveries(f *fold) *deliveries {
	return &deliveries{
		f: f, sums: newKept(f, deliveryKeeping()),
		rows: newTable(f, "delivery", lessOrder, func(k orderKey) delivery {
			return delivery{orderKey: k, boughtNo: never, cancelledNo: never, exchangedNo: never, startedNo: never, completedNo: never}
		}, deliveryColumns),
		payments: newTable(f, "payment", func(a, b paymentKey) int { return cmp.Or(lessOrder(a.orderKey, b.orderKey), cmp.Compare(a.no, b.no)) },
			func(k paymentKey) payment { return payment{paymentKey: k} },
			func(p *payment) []any { return []any{&p.Subject, &p.Platform, &p.Invoice, &p.no, &p.amount} }),
	}
}

// deliveryEvents lists the types of events that bring an order further.
func deliveryEvents() []domain.EventName {
	return []domain.EventName{"CoursePurchased", "PurchaseCancelled", "VoucherExchanged", "TrainingStarted", "TrainingCompleted", "PartnerPaid"}
}

func (m *deliveries) apply(e domain.Recorded) {
	if e.Meta.Outcome == domain.Refused {
		return
	}
	subject, no := e.Stream.Key(), m.f.no
	switch f := e.Fact.(type) {
	case domain.PartnerPaid:
		for _, l := range f.Lines {
			key := orderKey{l.Participant.String(), e.Stream.SettledPlatform(), l.Invoice}
			m.payments.edit(paymentKey{key, no}).amount += rp(l.Amount)
			m.change(key, func(d *delivery) {
				if d.paid += rp(l.Amount); d.boughtNo == never {
					d.wave = m.f.people.wave(key.Subject)
				}
			})
		}
	case domain.CoursePurchased:
		m.bought(e, f)
	case domain.PurchaseCancelled:
		key := orderKey{subject, f.Platform, f.Invoice}
		if d := m.rows.get(key); d != nil && d.boughtNo != never && d.cancelledNo == never {
			m.change(key, func(d *delivery) { d.cancelledNo = no })
		}
	case domain.VoucherExchanged:
		m.first(subject, f.Course, func(d *delivery) *int64 { return &d.exchangedNo })
	case domain.TrainingStarted:
		m.first(subject, f.Course, func(d *delivery) *int64 { return &d.startedNo })
	case domain.TrainingCompleted:
		m.first(subject, f.Course, func(d *delivery) *int64 { return &d.completedNo })
	}
}

// bought enters an order, with what its course had been heard of before.
func (m *deliveries) bought(e domain.Recorded, f domain.CoursePurchased) {
	key := orderKey{e.Stream.Key(), f.Platform, f.Invoice}
	var heard delivery
	wait := waitingOrder(key.Subject, f.Course)
	if row := m.rows.get(wait); row != nil && (row.exchangedNo != never || row.startedNo != never || row.completedNo != never) {
		heard = *row
		m.rows.edit(wait).forget()
	} else {
		heard.forget()
	}
	m.change(key, func(d *delivery) {
		if d.boughtNo == never {
			d.boughtNo, d.bought, d.course = m.f.no, at(e.Meta.Effective()), f.Course
			d.wave, d.exchangedNo, d.startedNo, d.completedNo = m.f.people.waveOf(e.Stream), heard.exchangedNo, heard.startedNo, heard.completedNo
		}
		d.amount += rp(f.Amount)
	})
}

func (d *delivery) forget() { d.exchangedNo, d.startedNo, d.completedNo = never, never, never }

// waitingOrder is where facts about a course wait for its order: a key that no order has.
func waitingOrder(subject string, c domain.CourseCode) orderKey {
	return orderKey{Subject: subject, Invoice: domain.InvoiceCode(c)}
}

// first keeps the number of the first fact of a kind about a course.
func (m *deliveries) first(subject string, c domain.CourseCode, which func(*delivery) *int64) {
	key := m.orderOf(subject, c)
	if d := m.rows.get(key); d != nil && *which(d) != never {
		return
	}
	m.change(key, func(d *delivery) { *which(d) = m.f.no })
}

// orderOf is the order that facts about a course belong to: the first that stands, or the last cancelled one. Without any they
// wait for one.
func (m *deliveries) orderOf(subject string, c domain.CourseCode) orderKey {
	found := waitingOrder(subject, c)
	person := m.f.people.rows.get(subject)
	if person == nil {
		return found
	}
	for order := range strings.Lines(person.Orders) {
		platform, invoice, _ := strings.Cut(strings.TrimSuffix(order, "\n"), "/")
		key := orderKey{subject, domain.PlatformCode(platform), domain.InvoiceCode(invoice)}
		d := m.rows.get(key)
		if d == nil || d.course != c || d.boughtNo == never {
			continue
		}
		if found = key; d.cancelledNo == never {
			break
		}
	}
	return found
}

// change changes an order and moves it between the sums that count it.
func (m *deliveries) change(key orderKey, how func(*delivery)) {
	d := m.rows.edit(key)
	now := m.f.no + 1
	beforeKey, before := d.then(now, d.paid)
	how(d)
	afterKey, after := d.then(now, d.paid)
	if beforeKey == afterKey && before == after {
		return
	}
	if before != (deliverySum{}) {
		m.sums.edit(beforeKey).add(-1, before)
	}
	if after != (deliverySum{}) {
		m.sums.edit(afterKey).add(1, after)
	}
}
