package projections

import (
	"cmp"
	"strings"
	"time"

	"saldo/domain"
	"saldo/domain/reason"
)

// attempt is a row of attempt: a purchase that was asked for and decided.
type attempt struct {
	No                 int64
	Subject            string
	Wave               int
	Received, Recorded instant
	Platform           domain.PlatformCode
	Institution        domain.InstitutionCode
	Course             domain.CourseCode
	Invoice            domain.InvoiceCode
	Token              domain.TokenID
	Amount             rupiah
	Accepted           bool
	Reason             string
	Final              bool
	Reasons            string
	Reference          string
}

func attemptColumns(a *attempt) []any {
	return []any{
		&a.No, &a.Subject, &a.Wave, &a.Received, &a.Recorded, &a.Platform, &a.Institution, &a.Course, &a.Invoice, &a.Token, &a.Amount,
		&a.Accepted, &a.Reason, &a.Final, &a.Reasons, &a.Reference,
	}
}

// attemptOf takes the attempt out of an event; nil for any other event. An order that its platform abandons is a refused
// attempt, as in the person's own history. A purchase that was reported or migrated was never attempted here.
func attemptOf(e domain.Recorded) *domain.PurchaseBody {
	switch f := e.Fact.(type) {
	case domain.CoursePurchased:
		if e.Meta.Origin == domain.Decided {
			return &f.PurchaseBody
		}
	case domain.PurchaseRefused:
		return &f.PurchaseBody
	}
	return nil
}

// sliceKey is what attempts are counted by. An empty reason is that of the accepted ones.
type sliceKey struct {
	Hour        instant
	Platform    domain.PlatformCode
	Institution domain.InstitutionCode
	Course      domain.CourseCode
	Reason      string
}

type attemptSlice struct {
	sliceKey
	Attempts int64
}

type hourKey struct {
	Hour     instant
	Platform domain.PlatformCode
	Reason   string
}

type attemptHour struct {
	hourKey
	Attempts int64
}

type reasonCount struct {
	Reason   string
	Attempts int64
}

type reasonMark struct {
	Reason string
	Mark   int64
}

type reasonPast struct {
	reasonMark
	Attempts int64
}

// refusals is the model of attempts: attempts = accepted + refused in every slice.
type refusals struct {
	f      *fold
	rows   *table[int64, attempt]
	slices *table[sliceKey, attemptSlice]
	hours  *table[hourKey, attemptHour]
	counts *table[string, reasonCount]
	past   *table[reasonMark, reasonPast]
}

func newRefusals(f *fold) *refusals {
	return &refusals{
		f:    f,
		rows: newTable(f, "attempt", cmp.Compare[int64], func(k int64) attempt { return attempt{No: k} }, attemptColumns),
		slices: newTable(f, "attempt_slice", func(a, b sliceKey) int {
			return cmp.Or(cmp.Compare(a.Hour, b.Hour), cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Institution, b.Institution),
				cmp.Compare(a.Course, b.Course), cmp.Compare(a.Reason, b.Reason))
		}, func(k sliceKey) attemptSlice { return attemptSlice{sliceKey: k} },
			func(r *attemptSlice) []any {
				return []any{&r.Hour, &r.Platform, &r.Institution, &r.Course, &r.Reason, &r.Attempts}
			}),
		hours: newTable(f, "attempt_hour", func(a, b hourKey) int {
			return cmp.Or(cmp.Compare(a.Hour, b.Hour), cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Reason, b.Reason))
		}, func(k hourKey) attemptHour { return attemptHour{hourKey: k} },
			func(r *attemptHour) []any { return []any{&r.Hour, &r.Platform, &r.Reason, &r.Attempts} }),
		counts: newTextTable(f, "reason_count", func(k string) reasonCount { return reasonCount{Reason: k} },
			func(r *reasonCount) []any { return []any{&r.Reason, &r.Attempts} }),
		past: newTable(f, "reason_count_past", func(a, b reasonMark) int {
			return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Mark, b.Mark))
		}, func(k reasonMark) reasonPast { return reasonPast{reasonMark: k} },
			func(r *reasonPast) []any { return []any{&r.Reason, &r.Mark, &r.Attempts} }),
	}
}

func (m *refusals) apply(e domain.Recorded) {
	body := attemptOf(e)
	if body == nil {
		return
	}
	row := m.rows.insert(m.f.no)
	row.Subject, row.Wave = e.Stream.Key(), m.f.people.waveOf(e.Stream)
	row.Received, row.Recorded = at(e.Meta.ReceivedAt), at(e.Meta.RecordedAt)
	row.Platform, row.Course, row.Invoice, row.Token, row.Amount = body.Platform, body.Course, body.Invoice, body.Token, rp(body.Amount)
	if c, known := m.f.registry.Courses[body.Course]; known {
		row.Institution = c.Institution
	}
	row.Accepted, row.Reference = e.Meta.Outcome != domain.Refused, domain.ReferenceNumber(e.Meta.CommandID)
	if d := e.Fact.Ruling(); d != nil && !row.Accepted {
		row.Reason, row.Reasons, row.Final = string(d.Primary()), reasonLines(d), reason.Final(d.Primary())
	}
	hour := hourOf(e.Meta.ReceivedAt)
	m.slices.edit(sliceKey{hour, row.Platform, row.Institution, row.Course, row.Reason}).Attempts++
	m.hours.edit(hourKey{hour, row.Platform, row.Reason}).Attempts++
	m.count(row.Reason)
}

// count keeps the count at the mark before the event, then counts.
func (m *refusals) count(code string) {
	row := m.counts.edit(code)
	mark := reasonMark{code, m.f.mark()}
	if m.past.get(mark) == nil {
		m.past.edit(mark).Attempts = row.Attempts
	}
	row.Attempts++
}

// reasonLines lists all checks that failed with their reasons, the primary one first.
func reasonLines(d *domain.Decision) string {
	var b strings.Builder
	for _, x := range d.Failed {
		b.WriteString(string(x.Check) + ":" + string(x.Reason) + "\n")
	}
	return b.String()
}

// hourOf is the start of the UTC hour of a time.
func hourOf(t time.Time) instant { return at(t.UTC().Truncate(time.Hour)) }
