package projections

import (
	"cmp"

	"saldo/domain"
)

// orderKey is an order: of a person, on a platform.
type orderKey struct {
	Subject  string
	Platform domain.PlatformCode
	Invoice  domain.InvoiceCode
}

// purchase is a row of purchase.
type purchase struct {
	orderKey
	Course      domain.CourseCode
	Institution domain.InstitutionCode
	Wave        int
	Amount      rupiah
	Suspense    rupiah
	Origin      domain.Origin
	No          int64
	Bought      instant
	Recorded    instant
	Voucher     instant
	Cancelled   instant
	CancelledBy domain.CancelParty
	RefundTo    domain.RefundTo
	PaidAt      instant
	Paid        rupiah
}

func purchaseColumns(p *purchase) []any {
	return []any{
		&p.Subject, &p.Platform, &p.Invoice, &p.Course, &p.Institution, &p.Wave, &p.Amount, &p.Suspense, &p.Origin, &p.No, &p.Bought,
		&p.Recorded, &p.Voucher, &p.Cancelled, &p.CancelledBy, &p.RefundTo, &p.PaidAt, &p.Paid,
	}
}

// purchases is the model of what was bought. The path of a course is in trainings, and where that leaves the person in people.
type purchases struct {
	rows  *table[orderKey, purchase]
	f     *fold
	fresh bool // the event under way is the first cancellation of its order: models behind this one count it
}

func newPurchases(f *fold) *purchases {
	return &purchases{f: f, rows: newTable(f, "purchase",
		func(a, b orderKey) int {
			return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Invoice, b.Invoice))
		},
		func(k orderKey) purchase { return purchase{orderKey: k, No: -1} }, purchaseColumns)}
}

func (m *purchases) apply(e domain.Recorded) {
	m.fresh = false
	if f, ok := e.Fact.(domain.PartnerPaid); ok && e.Meta.Outcome != domain.Refused {
		for _, l := range f.Lines {
			p := m.rows.edit(orderKey{l.Participant.String(), e.Stream.SettledPlatform(), l.Invoice})
			p.PaidAt, p.Paid = at(e.Meta.Effective()), p.Paid+rp(l.Amount)
		}
		return
	}
	if e.Stream.Kind() != domain.ParticipantStream || e.Meta.Outcome == domain.Refused {
		return
	}
	subject := e.Stream.Key()
	switch f := e.Fact.(type) {
	case domain.CoursePurchased:
		p := m.rows.edit(orderKey{subject, f.Platform, f.Invoice})
		p.Course, p.Amount, p.Suspense = f.Course, rp(f.Amount), rp(f.Suspense)
		p.Origin, p.No, p.Wave = e.Meta.Origin, int64(e.Number), m.f.people.waveOf(e.Stream) //nolint:gosec // far below 2^63
		p.Bought, p.Recorded = at(e.Meta.Effective()), at(e.Meta.RecordedAt)
		if c, known := m.f.registry.Courses[f.Course]; known {
			p.Institution = c.Institution
		}
	case domain.PurchaseCancelled:
		p := m.rows.edit(orderKey{subject, f.Platform, f.Invoice})
		if p.Cancelled == 0 {
			m.fresh = true
			p.Cancelled, p.CancelledBy, p.RefundTo = at(e.Meta.Effective()), f.By, f.RefundTo
		}
	case domain.VoucherIssued:
		if p := m.rows.edit(orderKey{subject, f.Platform, f.Invoice}); p.Voucher == 0 {
			p.Voucher = at(e.Meta.Effective())
		}
	}
}
