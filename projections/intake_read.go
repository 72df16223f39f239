package projections

import (
	"errors"
	"slices"
	"strings"
	"time"

	"saldo/domain"
)

// IntakeFilter chooses what reached a door; zero fields choose all. From is the first moment, To the first one that does not
// count any more; whole hours count, by their start.
type IntakeFilter struct {
	Platform domain.PlatformCode
	Course   domain.CourseCode // of look-ups and unattributed purchases
	From, To *time.Time
}

func (f IntakeFilter) where(when string, course bool) conditions {
	var w conditions
	w.add(f.Platform != "", "platform = ?", string(f.Platform))
	w.add(course && f.Course != "", "course = ?", string(f.Course))
	w.add(f.From != nil, when+" >= ?", int64(atMaybe(f.From)))
	w.add(f.To != nil, when+" < ?", int64(atMaybe(f.To)))
	return w
}

// IntakeDimension is what the intake is summed by.
type IntakeDimension string

// Dimensions. A day is one in WIB.
const (
	IntakeByPlatform IntakeDimension = "platform"
	IntakeByHour     IntakeDimension = "hour"
	IntakeByDay      IntakeDimension = "day"
)

// IntakeDimensions lists all dimensions.
func IntakeDimensions() []IntakeDimension {
	return []IntakeDimension{IntakeByPlatform, IntakeByHour, IntakeByDay}
}

// Intake is what arrived and what became of it: Received = Decided + Replayed + Denied + Malformed + Throttled + Failed.
type Intake struct {
	Day       string              `json:"day,omitempty"` // WIB
	Hour      *time.Time          `json:"hour,omitempty"`
	Platform  domain.PlatformCode `json:"platform,omitempty"` // unknown: it named none that we know
	Tallies   int64               `json:"tallies"`
	Received  int64               `json:"received"`
	Decided   int64               `json:"decided"`
	Replayed  int64               `json:"replayed"`
	Denied    int64               `json:"denied"`
	Malformed int64               `json:"malformed"`
	Throttled int64               `json:"throttled"`
	Failed    int64               `json:"failed"`    // on our side
	Restarted int64               `json:"restarted"` // tallies of a node that had restarted: counts may be short
	Uneven    int64               `json:"uneven"`    // tallies for which the equation does not hold
	Unsplit   int64               `json:"unsplit"`   // tallies whose causes don't sum to the denied ones
}

// Even reports whether all that arrived is accounted for.
func (i Intake) Even() bool {
	return i.Uneven == 0 && i.Received == i.Decided+i.Replayed+i.Denied+i.Malformed+i.Throttled+i.Failed
}

const (
	intakeColumns = "tallies, received, decided, replayed, denied, malformed, throttled, failed, restarted, uneven, unsplit"
	intakeSums    = `SUM(tallies) AS tallies, SUM(received) AS received, SUM(decided) AS decided, SUM(replayed) AS replayed,
	SUM(denied) AS denied, SUM(malformed) AS malformed, SUM(throttled) AS throttled, SUM(failed) AS failed, SUM(restarted) AS restarted,
	SUM(uneven) AS uneven, SUM(unsplit) AS unsplit`
)

// Intake sums the tallies by dimensions, time first.
func (v *View) Intake(filter IntakeFilter, by []IntakeDimension, page Page) (List[Intake], error) {
	var names, expressions []string
	for _, c := range []struct {
		by   IntakeDimension
		text string
	}{{IntakeByDay, "date(hour / 1000000 + 25200, 'unixepoch')"}, {IntakeByHour, "hour"}, {IntakeByPlatform, "platform"}} {
		if slices.Contains(by, c.by) {
			names, expressions = append(names, "g_"+string(c.by)), append(expressions, c.text+" AS g_"+string(c.by))
		}
	}
	if len(names) == 0 {
		return List[Intake]{}, errors.New("projections: the intake is summed by at least one dimension")
	}
	inner := filter.where("hour", false)
	return list(v, listing[Intake]{
		name: "intake", filter: struct {
			IntakeFilter
			By []IntakeDimension
		}{filter, by},
		query: "SELECT " + strings.Join(names, ", ") + ", " + intakeColumns + " FROM (SELECT " + strings.Join(expressions, ", ") + ", " + intakeSums + " FROM intake_hour" + inner.sql() +
			" GROUP BY " + strings.Join(names, ", ") + ")",
		where: conditions{args: inner.args}, order: names,
		scan: func(scan func(...any) error) (Intake, []any, error) {
			var i Intake
			var hour instant
			to := map[string]any{"g_day": &i.Day, "g_hour": &hour, "g_platform": &i.Platform}
			columns := make([]any, 0, len(names))
			for _, n := range names {
				columns = append(columns, to[n])
			}
			err := scan(append(columns, &i.Tallies, &i.Received, &i.Decided, &i.Replayed, &i.Denied, &i.Malformed, &i.Throttled, &i.Failed,
				&i.Restarted, &i.Uneven, &i.Unsplit)...)
			i.Hour = hour.time()
			values := map[string]any{"g_day": i.Day, "g_hour": int64(hour), "g_platform": string(i.Platform)}
			key := make([]any, 0, len(names))
			for _, n := range names {
				key = append(key, values[n])
			}
			return i, key, err
		},
	}, page)
}

// Denials is how many requests were turned away at a platform's door for one cause.
type Denials struct {
	Platform domain.PlatformCode `json:"platform"`
	Cause    domain.DenialCause  `json:"cause"`
	Denied   int64               `json:"denied"`
}

// Denials counts what was turned away, by platform and cause.
func (v *View) Denials(filter IntakeFilter, page Page) (List[Denials], error) {
	inner := filter.where("hour", false)
	return list(v, listing[Denials]{
		name: "denials", filter: filter,
		query: "SELECT platform, cause, denied FROM (SELECT platform, cause, SUM(denied) AS denied FROM denial_hour" + inner.sql() + " GROUP BY platform, cause)",
		where: conditions{args: inner.args}, order: []string{"platform", "cause"},
		scan: func(scan func(...any) error) (Denials, []any, error) {
			var d Denials
			err := scan(&d.Platform, &d.Cause, &d.Denied)
			return d, []any{string(d.Platform), string(d.Cause)}, err
		},
	}, page)
}

// Misses is how many look-ups of a course found nothing for one cause.
type Misses struct {
	Course   domain.CourseCode   `json:"course_code,omitempty"` // empty: none was named
	Platform domain.PlatformCode `json:"platform"`
	Cause    domain.LookupCause  `json:"cause"`
	Missed   int64               `json:"missed"`
}

// Misses counts look-ups that found nothing, by course, platform and cause.
func (v *View) Misses(filter IntakeFilter, page Page) (List[Misses], error) {
	inner := filter.where("hour", true)
	return list(v, listing[Misses]{
		name: "misses", filter: filter,
		query: "SELECT course, platform, cause, missed FROM (SELECT course, platform, cause, SUM(missed) AS missed FROM lookup_missed" + inner.sql() + " GROUP BY course, platform, cause)",
		where: conditions{args: inner.args}, order: []string{"course", "platform", "cause"},
		scan: func(scan func(...any) error) (Misses, []any, error) {
			var m Misses
			err := scan(&m.Course, &m.Platform, &m.Cause, &m.Missed)
			return m, []any{string(m.Course), string(m.Platform), string(m.Cause)}, err
		},
	}, page)
}

// Unattributed is a well-formed purchase of a person or card that nobody knows.
type Unattributed struct {
	Number    uint64              `json:"no"` // of its event in the log
	Platform  domain.PlatformCode `json:"platform"`
	Invoice   domain.InvoiceCode  `json:"invoice_code"`
	Course    domain.CourseCode   `json:"course_code"`
	Amount    domain.Money        `json:"amount"`
	Received  time.Time           `json:"received_at"`
	Reference string              `json:"reference"`
}

// Unattributed lists purchases of nobody we know, the latest first.
func (v *View) Unattributed(filter IntakeFilter, page Page) (List[Unattributed], error) {
	return list(v, listing[Unattributed]{
		name: "unattributed", filter: filter, query: "SELECT no, platform, invoice, course, amount, received_at, reference FROM unattributed",
		where: filter.where("received_at", true), order: []string{"no"}, descending: true,
		scan: func(scan func(...any) error) (Unattributed, []any, error) {
			var u unattributed
			if err := scan(unattributedColumns(&u)...); err != nil {
				return Unattributed{}, nil, err
			}
			return Unattributed{
				uint64(u.No), u.Platform, u.Invoice, u.Course, u.Amount.money(), time.UnixMicro(int64(u.Received)).UTC(), u.Reference, //nolint:gosec // never negative
			}, []any{u.No}, nil
		},
	}, page)
}
