package projections

import (
	"cmp"

	"saldo/domain"
)

// doorKey is an hour at a platform's door.
type doorKey struct {
	Platform domain.PlatformCode
	Hour     instant
}

// doorHour is a row of intake_hour.
type doorHour struct {
	doorKey
	Tallies, Received, Decided, Replayed, Denied, Malformed, Throttled, Failed int64
	Restarted, Uneven, Unsplit                                                 int64
}

type denialKey struct {
	doorKey
	Cause domain.DenialCause
}

type denialHour struct {
	denialKey
	Denied int64
}

type missKey struct {
	Platform domain.PlatformCode
	Course   domain.CourseCode
	Cause    domain.LookupCause
	Hour     instant
}

type missed struct {
	missKey
	Missed int64
}

// unattributed is a row of unattributed.
type unattributed struct {
	No        int64
	Platform  domain.PlatformCode
	Invoice   domain.InvoiceCode
	Course    domain.CourseCode
	Amount    rupiah
	Received  instant
	Reference string
}

func unattributedColumns(u *unattributed) []any {
	return []any{&u.No, &u.Platform, &u.Invoice, &u.Course, &u.Amount, &u.Received, &u.Reference}
}

// intake is the model of what arrived, and of what became of it before anything was decided.
type intake struct {
	f       *fold
	hours   *table[doorKey, doorHour]
	denials *table[denialKey, denialHour]
	misses  *table[missKey, missed]
	nobody  *table[int64, unattributed]
}

func lessDoor(a, b doorKey) int {
	return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Hour, b.Hour))
}

func newIntake(f *fold) *intake {
	return &intake{
		f: f,
		hours: newTable(f, "intake_hour", lessDoor, func(k doorKey) doorHour { return doorHour{doorKey: k} },
			func(r *doorHour) []any {
				return []any{
					&r.Platform, &r.Hour, &r.Tallies, &r.Received, &r.Decided, &r.Replayed, &r.Denied, &r.Malformed, &r.Throttled, &r.Failed,
					&r.Restarted, &r.Uneven, &r.Unsplit,
				}
			}),
		denials: newTable(f, "denial_hour", func(a, b denialKey) int {
			return cmp.Or(lessDoor(a.doorKey, b.doorKey), cmp.Compare(a.Cause, b.Cause))
		}, func(k denialKey) denialHour { return denialHour{denialKey: k} },
			func(r *denialHour) []any { return []any{&r.Platform, &r.Hour, &r.Cause, &r.Denied} }),
		misses: newTable(f, "lookup_missed", func(a, b missKey) int {
			return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Course, b.Course), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Hour, b.Hour))
		}, func(k missKey) missed { return missed{missKey: k} },
			func(r *missed) []any { return []any{&r.Platform, &r.Course, &r.Cause, &r.Hour, &r.Missed} }),
		nobody: newTable(f, "unattributed", cmp.Compare[int64], func(k int64) unattributed { return unattributed{No: k} }, unattributedColumns),
	}
}

// doorOf is the platform whose intake a stream is.
func doorOf(s domain.Stream) domain.PlatformCode { return domain.PlatformCode(s.Key()) }

func (m *intake) apply(e domain.Recorded) {
	if e.Stream.Kind() != domain.IntakeStream || e.Meta.Outcome == domain.Refused {
		return
	}
	switch f := e.Fact.(type) {
	case domain.IntakeTallied:
		m.tally(doorKey{doorOf(e.Stream), hourOf(f.Minute)}, f.TallyBody)
	case domain.LookupsMissed:
		m.misses.edit(missKey{doorOf(e.Stream), f.Course, f.Cause, hourOf(f.Hour)}).Missed += int64(f.Count)
	case domain.PurchaseUnattributed:
		row := m.nobody.insert(m.f.no)
		row.Platform, row.Invoice, row.Course, row.Amount = doorOf(e.Stream), f.Invoice, f.Course, rp(f.Amount)
		row.Received, row.Reference = at(e.Meta.ReceivedAt), domain.ReferenceNumber(e.Meta.CommandID)
	}
}

// tally adds a tally to the hour in which it begins, however long it is.
func (m *intake) tally(k doorKey, t domain.TallyBody) {
	row := m.hours.edit(k)
	row.Tallies++
	row.Received, row.Decided, row.Replayed = row.Received+int64(t.Received), row.Decided+int64(t.Decided), row.Replayed+int64(t.Replayed)
	row.Denied, row.Malformed = row.Denied+int64(t.Denied), row.Malformed+int64(t.Malformed)
	row.Throttled, row.Failed = row.Throttled+int64(t.Throttled), row.Failed+int64(t.Failed)
	if t.Restarted {
		row.Restarted++
	}
	if t.Received != t.Decided+t.Replayed+t.Denied+t.Malformed+t.Throttled+t.Failed {
		row.Uneven++
	}
	split := 0
	for _, c := range t.Causes {
		split += c.Count
		m.denials.edit(denialKey{k, c.Cause}).Denied += int64(c.Count)
	}
	if split != t.Denied {
		row.Unsplit++
	}
}
