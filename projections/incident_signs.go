package projections

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"saldo/domain"
)

// What is usual, and when something is not. All are choices of ours: nothing published says what a disturbance is, but for
// the tenth of the median (users.md requirement 31).
const (
	silenceDays      = 14      // days whose same hour is compared with
	silenceLeastDays = 7       // fewer are no history
	silenceMedian    = 10      // accepted purchases: below, an empty hour says nothing
	silenceShare     = 10      // silent: fewer than the median divided by this
	silenceHours     = 14 * 24 // hours looked at where nothing at all was recorded for longer

	denialHours = 168 // tallied hours that are compared with
	denialLeast = 24  // fewer are no history
	denialTimes = 5   // far more: at least so many times the median
	denialCount = 20  // and at least so many an hour

	complaintCount = 5              // complaints about the same
	complaintSpan  = 24 * time.Hour // within this time; as long without one ends it
)

// closingAt is a row of incident_closing.
type closingAt struct {
	Platform     domain.PlatformCode
	Incident     string
	Since, Until instant
}

// during reports whether payments were closed at any moment of an interval.
func (c *closingAt) during(from, to instant) bool {
	return c != nil && c.Since < to && (c.Until == 0 || c.Until > from)
}

type usualNow struct {
	Platform domain.PlatformCode
	Accepted int64
}

type clockKey struct {
	Platform domain.PlatformCode
	Clock    int64
}

type usualHour struct {
	clockKey
	Accepted string
}

type usualDenied struct {
	Platform domain.PlatformCode
	Hour     instant
	Denied   int64
	Recent   string
}

type shownKey struct {
	Shown    domain.ShownMessage
	Platform domain.PlatformCode
}

type usualComplaint struct {
	shownKey
	Recent string
}

// signs finds incidents that no event declares: silence, denials at the door, and complaints (incident_complaints.go).
type signs struct {
	f          *fold
	m          *incidents
	closings   *table[domain.PlatformCode, closingAt]
	now        *table[domain.PlatformCode, usualNow]
	hours      *table[clockKey, usualHour]
	denied     *table[domain.PlatformCode, usualDenied]
	complaints *table[shownKey, usualComplaint]
}

func newSigns(f *fold, m *incidents) *signs {
	return &signs{
		f: f, m: m,
		closings: newTextTable(f, "incident_closing", func(k domain.PlatformCode) closingAt { return closingAt{Platform: k} },
			func(r *closingAt) []any { return []any{&r.Platform, &r.Incident, &r.Since, &r.Until} }),
		now: newTextTable(f, "usual_now", func(k domain.PlatformCode) usualNow { return usualNow{Platform: k} },
			func(r *usualNow) []any { return []any{&r.Platform, &r.Accepted} }),
		hours: newTable(f, "usual_hour", func(a, b clockKey) int {
			return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Clock, b.Clock))
		}, func(k clockKey) usualHour { return usualHour{clockKey: k} },
			func(r *usualHour) []any { return []any{&r.Platform, &r.Clock, &r.Accepted} }),
		denied: newTextTable(f, "usual_denied", func(k domain.PlatformCode) usualDenied { return usualDenied{Platform: k} },
			func(r *usualDenied) []any { return []any{&r.Platform, &r.Hour, &r.Denied, &r.Recent} }),
		complaints: newTable(f, "usual_complaint", func(a, b shownKey) int {
			return cmp.Or(cmp.Compare(a.Shown, b.Shown), cmp.Compare(a.Platform, b.Platform))
		}, func(k shownKey) usualComplaint { return usualComplaint{shownKey: k} },
			func(r *usualComplaint) []any { return []any{&r.Shown, &r.Platform, &r.Recent} }),
	}
}

// ---- silence ----

const hourLength = instant(time.Hour / time.Microsecond)

// clock looks at the hours that have passed since the event before, by when events were recorded: a log in which nothing is
// recorded shows its silence with its next event.
func (s *signs) clock(e domain.Recorded) {
	hour := hourOf(e.Meta.RecordedAt)
	state := s.m.ongoing.get(0)
	if state != nil && state.Hour >= hour {
		return
	}
	edited := s.m.ongoing.edit(0)
	last := edited.Hour
	edited.Hour = hour
	if last == 0 {
		return
	}
	scopes := []domain.PlatformCode{""}
	for p := range strings.Lines(edited.Scopes) {
		scopes = append(scopes, domain.PlatformCode(strings.TrimSuffix(p, "\n")))
	}
	for h := last; h < min(hour, last+silenceHours*hourLength); h += hourLength {
		for _, p := range scopes {
			s.hour(e, p, h)
		}
	}
	for _, i := range s.m.all() {
		if i.Kind == IncidentComplaints && hour-i.Last > instant(complaintSpan/time.Microsecond) {
			s.m.over(i.ID, i.Last)
		}
	}
}

// accepted counts a purchase in the hour that is being recorded.
func (s *signs) accepted(p domain.PlatformCode) {
	s.now.edit("").Accepted++
	if s.now.get(p) == nil {
		s.m.ongoing.edit(0).Scopes += string(p) + "\n"
	}
	s.now.edit(p).Accepted++
}

// hour judges an hour that is over: accepted purchases of all platforms or one against the same hour of the last days.
func (s *signs) hour(e domain.Recorded, p domain.PlatformCode, hour instant) {
	var accepted int64
	if row := s.now.get(p); row != nil && row.Accepted > 0 {
		accepted = row.Accepted
		s.now.edit(p).Accepted = 0
	}
	going := s.m.find(func(i *incident) bool { return i.Kind == IncidentSilence && i.Platform == p })
	if s.explained(p, hour) {
		if going != nil {
			s.m.over(going.ID, hour)
		}
		return
	}
	k := clockKey{p, int64(hour/hourLength+wibHours) % 24} //nolint:mnd // hours of a day
	var usual string
	if row := s.hours.get(k); row != nil {
		usual = row.Accepted
	}
	median, days := medianOf(usual)
	silent := days >= silenceLeastDays && median >= silenceMedian && accepted*silenceShare < median
	switch {
	case silent && going != nil:
		s.m.rows.edit(going.ID).Last = hour
		return
	case silent:
		s.silence(e, p, hour)
		return
	case going != nil:
		s.m.over(going.ID, hour)
	}
	if accepted > 0 || usual != "" {
		s.hours.edit(k).Accepted = pushCount(usual, accepted, silenceDays)
	}
}

const wibHours = 7 // WIB is UTC+7

// silence opens the incident, unless all platforms are silent already.
func (s *signs) silence(e domain.Recorded, p domain.PlatformCode, hour instant) {
	if s.m.find(func(i *incident) bool { return i.Kind == IncidentSilence && i.Platform == "" }) != nil {
		return
	}
	i := s.m.open(e, incident{Kind: IncidentSilence, Platform: p, Started: hour})
	i.Last = hour
	if i.pool() != "" {
		i.Affected, i.Stuck = s.m.waiting.sum(poolBuyers)
	}
}

// explained reports whether nobody could buy in an hour for a reason that is on record: payments closed, or the year's
// purchases over.
func (s *signs) explained(p domain.PlatformCode, hour instant) bool {
	if s.closings.get("").during(hour, hour+hourLength) || s.closings.get(p).during(hour, hour+hourLength) {
		return true
	}
	end := time.UnixMicro(int64(hour + hourLength))
	conduct, _ := s.f.registry.Programme.Conduct("", domain.View{At: end})
	return conduct != nil && end.After(conduct.PeriodEnd())
}

// ---- denials at the door ----

// tally counts what was turned away, under the closing that it belongs to, and compares the rest with what is usual.
func (s *signs) tally(e domain.Recorded, f domain.IntakeTallied) {
	platform, minute := doorOf(e.Stream), at(f.Minute)
	var other int64
	causes := map[domain.DenialCause]int64{}
	for _, c := range f.Causes {
		n := int64(c.Count)
		switch c.Cause {
		case domain.DeniedGateClosed:
			s.behind(platform, minute, n)
			continue
		case domain.DeniedTokenRevoked:
			if i := s.m.find(func(i *incident) bool { return i.Kind == IncidentToken && i.Platform == platform }); i != nil {
				s.m.rows.edit(i.ID).Denied += n
				continue
			}
		case domain.DeniedTokenExpired, domain.DeniedTokenUnknown, domain.DeniedSignature, domain.DeniedClientUnknown, domain.DeniedPaymentToken, domain.DeniedScope:
		}
		other, causes[c.Cause] = other+n, causes[c.Cause]+n
	}
	s.door(e, platform, hourOf(f.Minute), perHour(other, f.Minutes), causes)
}

// perHour is what a tally of so many minutes counts an hour.
func perHour(n int64, minutes int) int64 {
	const hour = 60
	if minutes > hour {
		return n * hour / int64(minutes)
	}
	return n
}

// behind adds denials to the closing that they happened in: a tally comes behind its minutes, perhaps behind the reopening.
func (s *signs) behind(p domain.PlatformCode, minute instant, n int64) {
	for _, scope := range []domain.PlatformCode{"", p} {
		if row := s.closings.get(scope); row.during(minute, minute+1) {
			i := s.m.rows.edit(row.Incident)
			i.Denied += n
			return
		}
	}
}

// door judges the hour before when a tally of a later one comes; one that comes late is not judged.
func (s *signs) door(e domain.Recorded, p domain.PlatformCode, hour instant, denied int64, causes map[domain.DenialCause]int64) {
	row := s.denied.edit(p)
	going := s.m.find(func(i *incident) bool { return i.Kind == IncidentDenials && i.Platform == p })
	switch {
	case hour < row.Hour:
		return
	case hour > row.Hour:
		median, hours := medianOf(row.Recent)
		if far := farAbove(row.Denied, median, hours); !far && row.Hour != 0 {
			row.Recent = pushCount(row.Recent, row.Denied, denialHours)
			if going != nil {
				s.m.evidence(going.ID, e, row.Hour).Closed = eventOf(e)
				s.m.over(going.ID, row.Hour)
				going = nil
			}
		}
		row.Hour, row.Denied = hour, 0
	}
	row.Denied += denied
	median, hours := medianOf(row.Recent)
	if !farAbove(row.Denied, median, hours) {
		return
	}
	if going == nil {
		going = s.m.open(e, incident{Kind: IncidentDenials, Platform: p, Cause: string(most(causes)), Started: hour})
		going.Denied = row.Denied - denied // of the minutes of the hour before
	}
	for _, n := range causes {
		s.m.rows.edit(going.ID).Denied += n
	}
	s.m.rows.edit(going.ID).Last = hour
}

func farAbove(n, median int64, hours int) bool {
	return hours >= denialLeast && n >= max(denialCount, denialTimes*median)
}

// most is the cause of most denials, the first in the list of causes where two have as many.
func most(causes map[domain.DenialCause]int64) domain.DenialCause {
	var out domain.DenialCause
	for _, name := range domain.DenialCause("").Values() {
		if c := domain.DenialCause(name); causes[c] > causes[out] {
			out = c
		}
	}
	return out
}

// ---- counts in a column ----

// medianOf is the middle of counts in a column, the lower of two, and how many there are.
func medianOf(column string) (median int64, n int) {
	counts := countsOf(column)
	if len(counts) == 0 {
		return 0, 0
	}
	slices.Sort(counts)
	return counts[(len(counts)-1)/2], len(counts)
}

func countsOf(column string) []int64 {
	var out []int64
	for s := range strings.FieldsSeq(column) {
		n, _ := strconv.ParseInt(s, 10, 64) // written by pushCount
		out = append(out, n)
	}
	return out
}

// pushCount adds a count at the end and keeps the last so many.
func pushCount(column string, n int64, keep int) string {
	counts := append(countsOf(column), n)
	counts = counts[max(len(counts)-keep, 0):]
	texts := make([]string, len(counts))
	for i, c := range counts {
		texts[i] = strconv.FormatInt(c, 10)
	}
	return strings.Join(texts, " ")
}
