package api

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"saldo/domain"
)

// TrainingStatus is how far a training that was bought came.
type TrainingStatus string

// Statuses, in the order of the path.
const (
	StatusCancelled    TrainingStatus = "cancelled"
	StatusNotExchanged TrainingStatus = "not_exchanged"
	StatusNotStarted   TrainingStatus = "not_started"
	StatusNotFinished  TrainingStatus = "not_finished"
	StatusFinished     TrainingStatus = "finished"
)

// undelivered says what is missing of a training that was not cancelled; StatusFinished where nothing is.
func undelivered(exchanged, started, completed bool) TrainingStatus {
	switch {
	case !exchanged:
		return StatusNotExchanged
	case !started:
		return StatusNotStarted
	case !completed:
		return StatusNotFinished
	}
	return StatusFinished
}

// TrainingStatuses lists them in their order.
func TrainingStatuses() []TrainingStatus {
	return []TrainingStatus{StatusNotExchanged, StatusNotStarted, StatusNotFinished, StatusFinished, StatusCancelled}
}

// PlatformPayment adds up the purchases of a platform by the status of their training.
type PlatformPayment struct {
	Platform domain.PlatformCode `json:"platform"`
	Status   TrainingStatus      `json:"status"`
	Count    int                 `json:"count"`
	Bought   domain.Money        `json:"bought"`
	PaidFor  int                 `json:"paid_for"` // how many of them
	Paid     domain.Money        `json:"paid"`
}

// PaidOrder is a purchase that a platform was paid for and whose training is not finished.
type PaidOrder struct {
	Participant uuid.UUID           `json:"participant"`
	Wave        int                 `json:"wave"`
	Platform    domain.PlatformCode `json:"platform"`
	Invoice     domain.InvoiceCode  `json:"invoice_code"`
	Course      domain.CourseCode   `json:"course_code"`
	Status      TrainingStatus      `json:"status"`
	Paid        domain.Money        `json:"paid"`
	Reference   string              `json:"reference"`
}

// PaymentReport is what platforms were paid for: the state auditor's question of 2020.
type PaymentReport struct {
	Place
	Wave         int               `json:"wave,omitempty"`
	Rows         []PlatformPayment `json:"rows"`
	Undelivered  []PaidOrder       `json:"paid_and_not_delivered"`
	Paid         domain.Money      `json:"paid"`
	NotDelivered domain.Money      `json:"paid_and_not_delivered_total"`
}

// PlatformPayments adds up what platforms were paid by how far the trainings came. It reads the log once and keeps one
// folded state per person.
func (s *Service) PlatformPayments(ctx context.Context, b Bound, wave int) (PaymentReport, error) {
	x := newExceptionFinder(s.now(), domain.NewRegistry())
	p := s.pass(b)
	for e := range p.events(ctx) {
		if e.Foreign() || e.Unknown() {
			continue
		}
		if e.Stream.Kind() == domain.ParticipantStream {
			x.personal(e, x.person(e.Stream))
		} else if e.Stream.Kind() == domain.SettlementStream {
			x.settlement(e)
		}
	}
	rep := PaymentReport{Place: p.place, Wave: wave}
	rows := map[domain.PlatformCode]map[TrainingStatus]*PlatformPayment{}
	for _, stream := range x.order {
		if q := x.people[stream]; wave == 0 || q.state.Determination.Wave == wave {
			x.paidOrders(&rep, rows, q)
		}
	}
	for _, of := range rows {
		for _, r := range of {
			rep.Rows = append(rep.Rows, *r)
		}
	}
	place := func(s TrainingStatus) int { return slices.Index(TrainingStatuses(), s) }
	slices.SortFunc(rep.Rows, func(a, b PlatformPayment) int {
		return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(place(a.Status), place(b.Status)))
	})
	return rep, p.err
}

// paidOrders takes a person's purchases in.
func (x *exceptionFinder) paidOrders(rep *PaymentReport, rows map[domain.PlatformCode]map[TrainingStatus]*PlatformPayment, q *auditedPerson) {
	id, err := uuid.Parse(q.stream.Key())
	if err != nil {
		return
	}
	for _, b := range q.state.Purchases {
		t := b.Training
		status := undelivered(!t.Exchanged.At.IsZero(), !t.Started.At.IsZero(), !t.Completed.At.IsZero())
		if !b.Cancelled.At.IsZero() {
			status = StatusCancelled
		}
		if rows[b.Platform] == nil {
			rows[b.Platform] = map[TrainingStatus]*PlatformPayment{}
		}
		r, ok := rows[b.Platform][status]
		if !ok {
			r = &PlatformPayment{Platform: b.Platform, Status: status}
			rows[b.Platform][status] = r
		}
		r.Count++
		r.Bought = r.Bought.Add(b.Amount)
		paid := x.loose[string(q.stream)+"/"+orderText(b.Platform, b.Invoice)]
		if paid == nil {
			continue
		}
		r.PaidFor++
		r.Paid, rep.Paid = r.Paid.Add(paid.amount), rep.Paid.Add(paid.amount)
		if status != StatusFinished && status != StatusCancelled {
			rep.NotDelivered = rep.NotDelivered.Add(paid.amount)
			rep.Undelivered = append(rep.Undelivered, PaidOrder{
				id, q.state.Determination.Wave, b.Platform, b.Invoice, b.Course, status, paid.amount, domain.ReferenceNumber(b.Command),
			})
		}
	}
}
