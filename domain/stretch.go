package domain

import (
	"slices"
	"time"
)

// Stretch is one value that something had: by which event, and when it held.
type Stretch[T any] struct {
	Value    T
	Event    EventRef
	InForce  time.Time
	Recorded time.Time
	// From and To bound when it held by what is known now, To exclusive and zero for "until further notice". A value that never
	// held, because a later event was in force before it, has neither.
	From, To time.Time
}

// Held reports whether the value held at any time.
func (s Stretch[T]) Held() bool { return !s.From.IsZero() }

// stretches tells, for every change in the order of its event, when it held.
func stretches[T any](h history[T]) []Stretch[T] {
	out := make([]Stretch[T], len(h))
	times := make([]time.Time, len(h))
	for i, c := range h {
		out[i] = Stretch[T]{Value: c.value, Event: c.ref, InForce: c.inForce, Recorded: c.recorded}
		times[i] = c.inForce
	}
	slices.SortFunc(times, time.Time.Compare)
	times = slices.CompactFunc(times, time.Time.Equal)
	last := -1
	for _, t := range times {
		for i := len(h) - 1; i >= 0; i-- {
			if h[i].inForce.After(t) {
				continue
			}
			if i != last {
				if last >= 0 {
					out[last].To = t
				}
				out[i].From, last = t, i
			}
			break
		}
	}
	return out
}

// Standings tells what a course's approval was, event by event.
func (s *CourseState) Standings() []Stretch[CourseStanding] { return stretches(s.Standing) }

// OfferedOn tells whether and at which price a course was offered on a platform, event by event.
func (s *CourseState) OfferedOn(p PlatformCode) []Stretch[CourseOffer] {
	h, ok := s.Offers[p]
	if !ok {
		return nil
	}
	return stretches(*h)
}

// Standings tells whether an institution was approved, suspended or removed, event by event.
func (s *InstitutionState) Standings() []Stretch[string] { return stretches(s.Standing) }

// Partnership tells whether a platform was a partner, event by event.
func (s *PlatformState) Partnership() []Stretch[bool] { return stretches(s.Partner) }

// PlatformLeave is the end of a partnership: from when it had ended, when the ledger knew, and when the public did.
type PlatformLeave struct {
	Event    EventRef   `json:"event"`
	Cause    LeaveCause `json:"cause"`
	Ended    time.Time  `json:"ended_at"`
	Recorded time.Time  `json:"recorded_at"`
	Public   *time.Time `json:"public_at,omitempty"` // nil: not known
}

// Leave tells how a platform's last partnership ended, false while it has not. Public is what the act says, else when the
// first announcement about that platform was published.
func (r *Registry) Leave(p PlatformCode) (PlatformLeave, bool) {
	s, ok := r.Platforms[p]
	if !ok || s.Left == nil {
		return PlatformLeave{}, false
	}
	x := s.Left
	out := PlatformLeave{Event: x.ref, Cause: x.value.Cause, Ended: x.value.EndedAt, Recorded: x.recorded, Public: x.value.PublicAt}
	if out.Public != nil {
		return out, true
	}
	for _, a := range r.Programme.Announcements {
		if b := a.value; b.Topic == AboutPlatforms && string(b.Code) == string(p) && !b.PublishedAt.Before(out.Ended) {
			if out.Public == nil || b.PublishedAt.Before(*out.Public) {
				out.Public = new(b.PublishedAt)
			}
		}
	}
	return out, true
}

// CatalogueReport is what a platform last said it sells: a claim, shown beside what is approved.
type CatalogueReport struct {
	Event    EventRef  `json:"event"`
	Taken    time.Time `json:"taken_at"`
	Recorded time.Time `json:"recorded_at"`
	Count    int       `json:"count"`
	// Listed says whether a course is in the list as far as the reports say so; Told, whether any of them named it.
	Listed bool `json:"listed"`
	Told   bool `json:"told"`
	// Behind says that the list was taken after the course's approval and doesn't have it: PLATFORM_CATALOGUE_BEHIND.
	Behind bool `json:"behind"`
}

// Catalogue is a platform's last own list that was taken by the view's moment, as far as a course goes. False: none is known.
func (r *Registry) Catalogue(c CourseCode, p PlatformCode, v View) (CatalogueReport, bool) {
	e := r.prober(c, p, v)
	last, lists, ok := e.report()
	if !ok {
		return CatalogueReport{}, false
	}
	out := CatalogueReport{Event: last.ref, Taken: last.value.TakenAt, Recorded: last.recorded, Count: last.value.Count, Behind: e.catalogueBehind()}
	out.Listed, out.Told = listedBy(lists, c)
	return out, true
}

// listedBy follows a course through a platform's lists.
func listedBy(lists []change[CatalogueBody], c CourseCode) (listed, told bool) {
	for _, l := range lists {
		if slices.Contains(l.value.Added, c) {
			listed, told = true, true
		}
		if slices.Contains(l.value.Removed, c) {
			listed, told = false, true
		}
	}
	return listed, told
}
