package api

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/eventstore"
)

// Undelivered is a purchase that a platform was paid for although its training was not exchanged, begun or finished.
type Undelivered struct {
	Participant uuid.UUID `json:"participant"`
	domain.Standing
	Paid domain.Money `json:"paid"`
}

// Realisation is where a wave's money was at a moment, by what had been recorded then (Laporan Realisasi): the question that
// the state auditor asked of 2020.
type Realisation struct {
	Wave         int             `json:"wave"`
	At           time.Time       `json:"at"`
	Number       uint64          `json:"no"`
	People       int             `json:"people"`
	Decrees      []DecreeControl `json:"decrees"`
	Delivery     domain.Delivery `json:"delivery"`
	Paid         domain.Money    `json:"paid_to_platforms"`
	Undelivered  []Undelivered   `json:"paid_and_not_delivered"`
	NotDelivered domain.Money    `json:"paid_and_not_delivered_total"`
	Closed       struct {
		Attempts int `json:"attempts"`
		People   int `json:"people"`
		Accepted int `json:"accepted"`
	} `json:"while_payments_were_closed"`
	Exceptions int `json:"exceptions"`
}

// Realisation adds a wave up at a moment. It reads the log once.
func (s *Service) Realisation(ctx context.Context, wave int, at time.Time) (Realisation, error) {
	r := &realisation{
		out: Realisation{Wave: wave, At: at}, people: map[domain.Stream]*domain.ParticipantState{}, paid: map[string]domain.Money{},
		registry: domain.NewRegistry(), decrees: map[domain.DecreeNumber]*DecreeControl{}, exceptions: map[domain.Stream]int{},
	}
	for e, err := range s.Events(ctx, eventstore.Position{}) {
		if err != nil {
			return r.out, err
		}
		if e.Meta.RecordedAt.After(at) {
			continue
		}
		if r.out.Number = e.Number + 1; e.Foreign() || e.Unknown() {
			continue
		}
		r.see(e)
	}
	r.finish()
	return r.out, nil
}

type realisation struct {
	out        Realisation
	people     map[domain.Stream]*domain.ParticipantState
	order      []domain.Stream
	paid       map[string]domain.Money
	registry   *domain.Registry
	decrees    map[domain.DecreeNumber]*DecreeControl
	attempts   []attempt
	exceptions map[domain.Stream]int
}

type attempt struct {
	at       time.Time
	person   domain.Stream
	accepted bool
}

func (r *realisation) see(e domain.Recorded) {
	r.registry.Apply(e)
	if d := e.Fact.Ruling(); d != nil && len(d.Exceptions) > 0 {
		r.exceptions[e.Stream]++
	}
	switch f := e.Fact.(type) {
	case domain.DecreeRegistered:
		if f.Wave == r.out.Wave && e.Meta.Outcome != domain.Refused {
			r.decrees[f.Decree] = &DecreeControl{Decree: f.Decree, Wave: f.Wave, Named: f.Count, Allocated: f.Total}
		}
	case domain.PartnerPaid:
		for _, l := range f.Lines {
			key := paidKey(domain.ParticipantStreamOf(l.Participant), e.Stream.SettledPlatform(), l.Invoice)
			r.paid[key] = r.paid[key].Add(l.Amount)
		}
	case domain.CoursePurchased:
		if e.Meta.Origin != domain.Decided {
			break
		}
		r.attempts = append(r.attempts, attempt{e.Meta.ReceivedAt, e.Stream, true})
	case domain.PurchaseRefused:
		r.attempts = append(r.attempts, attempt{e.Meta.ReceivedAt, e.Stream, false})
	}
	if e.Stream.Kind() != domain.ParticipantStream {
		return
	}
	p, ok := r.people[e.Stream]
	if !ok {
		p = domain.NewParticipantState(e.Stream)
		r.people[e.Stream] = p
		r.order = append(r.order, e.Stream)
	}
	domain.Evolve(p, e)
}

func (r *realisation) finish() {
	in := map[domain.Stream]bool{}
	for _, stream := range r.order {
		p := r.people[stream]
		if p.Determination.Wave != r.out.Wave {
			continue
		}
		in[stream] = true
		r.out.People++
		r.out.Exceptions += r.exceptions[stream]
		r.out.Delivery = r.out.Delivery.Add(p.Delivery())
		if d, ok := r.decrees[p.Determination.Decree]; ok {
			d.Determined++
			d.Committed = d.Committed.Add(p.Determination.Package)
		}
		r.platforms(stream, p)
	}
	for _, n := range slices.Sorted(maps.Keys(r.decrees)) {
		d := r.decrees[n]
		d.Agrees = d.Named == d.Determined && d.Allocated.Sub(d.Committed).IsZero()
		r.out.Decrees = append(r.out.Decrees, *d)
	}
	r.closed(in)
}

// paidKey names an order: numbers are a platform's own.
func paidKey(person domain.Stream, p domain.PlatformCode, i domain.InvoiceCode) string {
	return string(person) + "/" + orderText(p, i)
}

// platforms adds up what was paid for a person's purchases, cancelled ones included, and for which of those that stand
// nothing was delivered.
func (r *realisation) platforms(stream domain.Stream, p *domain.ParticipantState) {
	id, err := uuid.Parse(stream.Key())
	if err != nil {
		return
	}
	for _, x := range p.Purchases {
		r.out.Paid = r.out.Paid.Add(r.paid[paidKey(stream, x.Platform, x.Invoice)])
	}
	for _, x := range p.Standings() {
		paid, ok := r.paid[paidKey(stream, x.Platform, x.Invoice)]
		if ok && undelivered(x.Exchanged, x.Started, x.Completed) != StatusFinished {
			r.out.Undelivered = append(r.out.Undelivered, Undelivered{id, x, paid})
			r.out.NotDelivered = r.out.NotDelivered.Add(paid)
		}
	}
}

// closed counts the wave's attempts while payments were closed for all.
func (r *realisation) closed(in map[domain.Stream]bool) {
	people := map[domain.Stream]bool{}
	spans := r.registry.Closings(r.out.At)
	for _, a := range r.attempts {
		if !in[a.person] {
			continue
		}
		for _, s := range spans {
			if !a.at.Before(s[0]) && a.at.Before(s[1]) {
				r.out.Closed.Attempts++
				people[a.person] = true
				if a.accepted {
					r.out.Closed.Accepted++
				}
			}
		}
	}
	r.out.Closed.People = len(people)
}
