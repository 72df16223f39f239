package domain

import (
	"slices"
	"time"

	"saldo/domain/reason"
)

// FirstPurchaseClock is what the time for a person's first purchase runs on (Permenko 11/2020 art. 20(2)). Nil is what has not
// happened.
type FirstPurchaseClock struct {
	Wave        int
	Policy      PolicyRef // whose entitlement was pinned at the determination
	Determined  *time.Time
	Notified    *time.Time
	Data        *time.Time // registration data completed
	Card        *time.Time
	Credited    *time.Time
	FirstBought *time.Time // the first purchase that meets the deadline
}

// clock of a person's first purchase.
func (s *ParticipantState) clock() FirstPurchaseClock {
	c := FirstPurchaseClock{
		Wave: s.Determination.Wave, Policy: s.Determination.Policy, Determined: s.Determined.time(), Notified: s.Notified.time(),
		Data: s.Data.time(), Card: s.Card.time(), Credited: s.Credited.time(),
	}
	if x := s.countsForDeadline(); x != nil {
		c.FirstBought = x.Bought.time()
	}
	return c
}

// Deadline is the end of the time for a first purchase.
type Deadline struct {
	At *time.Time // last instant that counts; nil: the clock does not run
	Is string     // set, extended or computed

	by EventRef // that set or extended it
}

// FirstPurchaseDeadline is the deadline as a view of the registry sees it: the one set or extended for the wave; else the days
// of the conduct policy after notice and completed data, to 23.59.59 WIB, moved by closings that suspend the clock.
func (r *Registry) FirstPurchaseDeadline(c FirstPurchaseClock, v View) Deadline {
	pinned, _ := r.Programme.Policy(c.Policy, v)
	var scheme SchemeCode
	if pinned != nil {
		scheme = pinned.Scheme
	}
	conduct, _ := r.Programme.Conduct(scheme, v)
	if conduct == nil {
		conduct = pinned
	}
	return r.deadlineUnder(c, conduct, v)
}

func (r *Registry) deadlineUnder(c FirstPurchaseClock, conduct *Policy, v View) Deadline {
	if c.Determined == nil {
		return Deadline{}
	}
	if h, ok := r.Programme.Deadlines[c.Wave]; ok {
		if d, seen := h.at(v); seen {
			return Deadline{at(d.value.Day.End()), either(d.value.Extended, "extended", "set"), d.ref}
		}
	}
	start := later(c.Notified, c.Data)
	if start == nil || conduct == nil {
		return Deadline{}
	}
	end := DateOf(*start).AddDays(conduct.Conduct.FirstPurchaseDays).End()
	if lost := r.suspended(v, *start, end); lost > 0 {
		end = DateOf(end.Add(lost)).End()
	}
	return Deadline{At: at(end), Is: "computed"}
}

// Blocked is the part of a first-purchase window in which no purchase at any platform could have succeeded for a cause that
// the person does not own (users.md requirement 32). An hour that has both causes counts as closed payments, the one that
// holds for everybody; so the causes sum to the whole.
type Blocked struct {
	From, To    time.Time // the window, as far as it has gone
	Closed      time.Duration
	Unready     time.Duration // card or balance not there yet
	ClosedDays  int           // whole WIB days
	UnreadyDays int           // whole WIB days that closed payments alone don't explain
}

// Total of both causes.
func (b Blocked) Total() time.Duration { return b.Closed + b.Unready }

// Days is the whole WIB days of both causes.
func (b Blocked) Days() int { return b.ClosedDays + b.UnreadyDays }

// BlockedWindow looks at a window from the notice (or determination) to the first purchase, the deadline or the view's moment,
// whichever comes first.
func (r *Registry) BlockedWindow(c FirstPurchaseClock, v View, deadline *time.Time) Blocked {
	from := c.Notified
	if from == nil {
		from = c.Determined
	}
	if from == nil {
		return Blocked{}
	}
	to := v.At
	if deadline != nil && deadline.Before(to) {
		to = *deadline
	}
	if c.FirstBought != nil && c.FirstBought.Before(to) {
		to = *c.FirstBought
	}
	closed := r.closings(v, func(gateState) bool { return true })
	all := closed
	switch ready := later(c.Card, c.Credited); {
	case ready == nil:
		all = append(slices.Clip(closed), span{*from, to})
	case ready.After(*from):
		all = append(slices.Clip(closed), span{*from, *ready})
	}
	b := Blocked{From: *from, To: to}
	closed, all = within(closed, *from, to), within(all, *from, to)
	b.Closed, b.ClosedDays = length(closed), wholeDays(closed)
	b.Unready, b.UnreadyDays = length(all)-b.Closed, wholeDays(all)-b.ClosedDays
	return b
}

// within merges spans, as far as they lie in from..to.
func within(spans []span, from, to time.Time) []span {
	var out []span
	for _, s := range slices.SortedFunc(slices.Values(spans), func(a, b span) int { return a.from.Compare(b.from) }) {
		if s.from.Before(from) {
			s.from = from
		}
		if s.to.After(to) {
			s.to = to
		}
		switch n := len(out); {
		case !s.from.Before(s.to):
		case n > 0 && !s.from.After(out[n-1].to):
			if s.to.After(out[n-1].to) {
				out[n-1].to = s.to
			}
		default:
			out = append(out, s)
		}
	}
	return out
}

// length of spans that don't overlap.
func length(spans []span) time.Duration {
	var total time.Duration
	for _, s := range spans {
		total += s.to.Sub(s.from)
	}
	return total
}

// wholeDays counts the days in WIB that lie in one of the spans from midnight to midnight.
func wholeDays(spans []span) int {
	const day = 24 * time.Hour // WIB has no summer time
	n := 0
	for _, s := range spans {
		first := DateOf(s.from).Start()
		if first.Before(s.from) {
			first = first.Add(day)
		}
		n += int(max(s.to.Sub(first), 0) / day)
	}
	return n
}

// TokenStateAt is what the life of an API token makes of it at a moment: active, grace, expired or revoked, and since when
// where that is known. Zero times and an empty successor are what has not happened.
func TokenStateAt(expires, graceUntil, revoked time.Time, successor TokenID, moment time.Time) (string, *time.Time) {
	return tokenState{Expires: expires, Grace: graceUntil, Revoked: revoked, Successor: successor}.state(moment)
}

// ReasonOfClosing is the reason that closed payments give to a refusal, by why they were closed.
func ReasonOfClosing(cause GateCause) reason.Code {
	_, code := gateVerdict("closed", cause)
	return code
}

// ReasonOfDenial is the reason behind a denial at the door.
func ReasonOfDenial(cause DenialCause) reason.Code { return denialReason(cause) }
