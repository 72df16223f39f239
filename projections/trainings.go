package projections

import (
	"cmp"

	"saldo/domain"
)

// courseKey is a course of a person.
type courseKey struct {
	Subject string
	Course  domain.CourseCode
}

// training is a row of training.
type training struct {
	courseKey
	Platform        domain.PlatformCode
	Invoice         domain.InvoiceCode
	Institution     domain.InstitutionCode
	Wave            int
	Exchanged       instant
	ExchangeRefused instant
	Started         instant
	Completed       instant
	ByInstitution   instant
	ByPlatform      instant
	Issued          instant
	Accepted        instant
	Refused         instant
	RefusedReason   string
	Revoked         instant
	Rated           instant
	Reviewed        instant
}

func trainingColumns(t *training) []any {
	return []any{
		&t.Subject, &t.Course, &t.Platform, &t.Invoice, &t.Institution, &t.Wave, &t.Exchanged, &t.ExchangeRefused, &t.Started, &t.Completed,
		&t.ByInstitution, &t.ByPlatform, &t.Issued, &t.Accepted, &t.Refused, &t.RefusedReason, &t.Revoked, &t.Rated, &t.Reviewed,
	}
}

// trainings is the model of certificates: the path of a course from its voucher to the accepted certificate.
type trainings struct {
	rows  *table[courseKey, training]
	f     *fold
	fresh bool // the event under way is the first of its kind for its course: models behind this one count it
}

func newTrainings(f *fold) *trainings {
	return &trainings{f: f, rows: newTable(f, "training",
		func(a, b courseKey) int {
			return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Course, b.Course))
		},
		func(k courseKey) training { return training{courseKey: k} }, trainingColumns)}
}

func (m *trainings) apply(e domain.Recorded) {
	m.fresh = false
	if e.Stream.Kind() != domain.ParticipantStream {
		return
	}
	if e.Meta.Outcome == domain.Refused {
		m.refused(e)
		return
	}
	switch f := e.Fact.(type) {
	case domain.CoursePurchased:
		if t := m.edit(e, f.Course); t.Invoice == "" {
			t.Platform, t.Invoice = f.Platform, f.Invoice
		}
	case domain.PurchaseCancelled:
		if t := m.edit(e, f.Course); t.Platform == f.Platform && t.Invoice == f.Invoice {
			t.Platform, t.Invoice = "", ""
		}
	case domain.VoucherExchanged:
		m.first(e, f.Course, func(t *training) *instant { return &t.Exchanged }, at(e.Meta.Effective()))
	case domain.TrainingStarted:
		m.first(e, f.Course, func(t *training) *instant { return &t.Started }, at(e.Meta.Effective()))
	case domain.TrainingCompleted:
		m.first(e, f.Course, func(t *training) *instant { return &t.Completed }, at(f.CompletedAt))
	case domain.CompletionReported:
		m.first(e, f.Course, func(t *training) *instant {
			if f.By == domain.ByInstitution {
				return &t.ByInstitution
			}
			return &t.ByPlatform
		}, at(e.Meta.Effective()))
	case domain.CertificateIssued:
		m.first(e, f.Course, func(t *training) *instant { return &t.Issued }, at(e.Meta.Effective()))
	case domain.CertificateAccepted:
		t := m.edit(e, f.Course)
		t.Revoked = 0
		if t.Accepted == 0 {
			t.Accepted, m.fresh = at(e.Meta.Effective()), true
		}
	case domain.CertificateRevoked:
		m.first(e, f.Course, func(t *training) *instant { return &t.Revoked }, at(e.Meta.Effective()))
	case domain.RatingGiven:
		m.first(e, f.Course, func(t *training) *instant { return &t.Rated }, at(e.Meta.Effective()))
	case domain.ReviewGiven:
		m.first(e, f.Course, func(t *training) *instant { return &t.Reviewed }, at(e.Meta.Effective()))
	}
}

func (m *trainings) refused(e domain.Recorded) {
	switch f := e.Fact.(type) {
	case domain.VoucherExchangeRefused:
		m.edit(e, f.Course).ExchangeRefused = at(e.Meta.Effective())
	case domain.CertificateRefused:
		t := m.edit(e, f.Course)
		t.Refused = at(e.Meta.Effective())
		if d := f.Ruling(); d != nil {
			t.RefusedReason = string(d.Primary())
		}
	}
}

// edit is the row of a course; who teaches it is known when it is first heard of, or later.
func (m *trainings) edit(e domain.Recorded, c domain.CourseCode) *training {
	t := m.rows.edit(courseKey{e.Stream.Key(), c})
	t.Wave = m.f.people.waveOf(e.Stream)
	if x, known := m.f.registry.Courses[c]; known {
		t.Institution = x.Institution
	}
	return t
}

// first keeps the first of several: a fact that comes again changes nothing.
func (m *trainings) first(e domain.Recorded, c domain.CourseCode, which func(*training) *instant, when instant) {
	if x := which(m.edit(e, c)); *x == 0 {
		*x, m.fresh = when, true
	}
}
