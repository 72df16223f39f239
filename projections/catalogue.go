package projections

import (
	"cmp"

	"saldo/domain"
)

// courseRow is a row of course.
type courseRow struct {
	Code        domain.CourseCode
	Title       domain.Title
	Institution domain.InstitutionCode
	Modality    domain.Modality
	Submitted   instant
	Standings   int
}

// courseStep is a change of a course: the n-th of its kind.
type courseStep struct {
	Course domain.CourseCode
	N      int
}

// eventPlace is where an event stands, and when what it says held.
type eventPlace struct {
	No       int64
	Revision int64
	Type     domain.EventName
	Recorded instant
	InForce  instant
	From, To instant
}

func (p *eventPlace) eventColumns() []any {
	return []any{&p.No, &p.Revision, &p.Type, &p.Recorded, &p.InForce, &p.From, &p.To}
}

// standing is a row of course_standing.
type standing struct {
	courseStep
	State       string
	Cause       domain.CourseCause
	Interactive bool
	Under       domain.PolicyRef
	eventPlace
}

// saleKey is a course on a platform.
type saleKey struct {
	Course   domain.CourseCode
	Platform domain.PlatformCode
}

// sale is a row of course_platform.
type sale struct {
	saleKey
	Offers int
	Spans  int
}

// saleStep is the n-th change or stretch of a course on a platform.
type saleStep struct {
	saleKey
	N int
}

// offer is a row of course_offer.
type offer struct {
	saleStep
	Offered bool
	Price   rupiah
	eventPlace
}

// scheduleKey is a class.
type scheduleKey struct {
	Course   domain.CourseCode
	Schedule domain.ScheduleCode
}

// schedule is a row of course_schedule.
type schedule struct {
	scheduleKey
	Starts   instant
	Capacity int
	Opened   instant
	Closed   instant
}

// span is a stretch of time in a row: a course to be found, or payments open.
type span struct {
	From, To instant
	Yes      bool
	Reasons  string
	Stream   domain.Stream
	Revision int64
	Type     domain.EventName
}

func (s *span) spanColumns() []any {
	return []any{&s.From, &s.To, &s.Yes, &s.Reasons, &s.Stream, &s.Revision, &s.Type}
}

// courseSpan is a row of course_span.
type courseSpan struct {
	saleStep
	span
}

// platformRow is a row of platform.
type platformRow struct {
	Code     domain.PlatformCode
	Name     domain.Title
	Joined   instant
	Left     instant
	Ended    instant
	Reports  int
	ListedAt instant
	Listed   int
	Spans    int
}

// listed is a course in a platform's own lists: a row of platform_listing.
type listed struct {
	Platform domain.PlatformCode
	Course   domain.CourseCode
	Listed   bool
	Since    instant
}

type listedKey struct {
	Platform domain.PlatformCode
	Course   domain.CourseCode
}

// platformStep is the n-th stretch of a platform.
type platformStep struct {
	Platform domain.PlatformCode
	N        int
}

// serviceSpan is a row of service_span.
type serviceSpan struct {
	platformStep
	span
}

// catalogue is the model of courses and platforms: what could be sold where, and when, by the rules that decide a purchase.
// Histories and spans follow from the registry behind the event: see settle.
type catalogue struct {
	f         *fold
	courses   *table[domain.CourseCode, courseRow]
	standings *table[courseStep, standing]
	sales     *table[saleKey, sale]
	offers    *table[saleStep, offer]
	schedules *table[scheduleKey, schedule]
	spans     *table[saleStep, courseSpan]
	platforms *table[domain.PlatformCode, platformRow]
	listings  *table[listedKey, listed]
	services  *table[platformStep, serviceSpan]
}

func lessSale(a, b saleKey) int {
	return cmp.Or(cmp.Compare(a.Course, b.Course), cmp.Compare(a.Platform, b.Platform))
}

func lessSaleStep(a, b saleStep) int {
	return cmp.Or(lessSale(a.saleKey, b.saleKey), cmp.Compare(a.N, b.N))
}

func newCatalogue(f *fold) *catalogue {
	return &catalogue{
		f: f,
		courses: newTextTable(f, "course", func(k domain.CourseCode) courseRow { return courseRow{Code: k} }, func(r *courseRow) []any {
			return []any{&r.Code, &r.Title, &r.Institution, &r.Modality, &r.Submitted, &r.Standings}
		}),
		standings: newTable(f, "course_standing", func(a, b courseStep) int { return cmp.Or(cmp.Compare(a.Course, b.Course), cmp.Compare(a.N, b.N)) },
			func(k courseStep) standing { return standing{courseStep: k} }, func(r *standing) []any {
				return append([]any{&r.Course, &r.N, &r.State, &r.Cause, &r.Interactive, &r.Under}, r.eventColumns()...)
			}),
		sales: newTable(f, "course_platform", lessSale, func(k saleKey) sale { return sale{saleKey: k} }, func(r *sale) []any {
			return []any{&r.Course, &r.Platform, &r.Offers, &r.Spans}
		}),
		offers: newTable(f, "course_offer", lessSaleStep, func(k saleStep) offer { return offer{saleStep: k} }, func(r *offer) []any {
			return append([]any{&r.Course, &r.Platform, &r.N, &r.Offered, &r.Price}, r.eventColumns()...)
		}),
		schedules: newTable(f, "course_schedule", func(a, b scheduleKey) int {
			return cmp.Or(cmp.Compare(a.Course, b.Course), cmp.Compare(a.Schedule, b.Schedule))
		}, func(k scheduleKey) schedule { return schedule{scheduleKey: k} }, func(r *schedule) []any {
			return []any{&r.Course, &r.Schedule, &r.Starts, &r.Capacity, &r.Opened, &r.Closed}
		}),
		spans: newTable(f, "course_span", lessSaleStep, func(k saleStep) courseSpan { return courseSpan{saleStep: k} }, func(r *courseSpan) []any {
			return append([]any{&r.Course, &r.Platform, &r.N}, r.spanColumns()...)
		}),
		platforms: newTextTable(f, "platform", func(k domain.PlatformCode) platformRow { return platformRow{Code: k} }, func(r *platformRow) []any {
			return []any{&r.Code, &r.Name, &r.Joined, &r.Left, &r.Ended, &r.Reports, &r.ListedAt, &r.Listed, &r.Spans}
		}),
		listings: newTable(f, "platform_listing", func(a, b listedKey) int {
			return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Course, b.Course))
		}, func(k listedKey) listed { return listed{Platform: k.Platform, Course: k.Course} }, func(r *listed) []any {
			return []any{&r.Platform, &r.Course, &r.Listed, &r.Since}
		}),
		services: newTable(f, "service_span", func(a, b platformStep) int {
			return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.N, b.N))
		}, func(k platformStep) serviceSpan { return serviceSpan{platformStep: k} }, func(r *serviceSpan) []any {
			return append([]any{&r.Platform, &r.N}, r.spanColumns()...)
		}),
	}
}

// apply folds what an event says by itself.
func (m *catalogue) apply(e domain.Recorded) {
	if e.Meta.Outcome == domain.Refused {
		return
	}
	inForce := at(e.Meta.InForce())
	switch e.Stream.Kind() { //nolint:exhaustive // streams of the catalogue only
	case domain.CourseStream:
		m.course(e, domain.CourseCode(e.Stream.Key()), inForce)
	case domain.PlatformStream:
		m.platform(e, domain.PlatformCode(e.Stream.Key()), inForce)
	}
}

func (m *catalogue) course(e domain.Recorded, code domain.CourseCode, inForce instant) {
	row := m.courses.edit(code)
	switch f := e.Fact.(type) {
	case domain.CourseSubmitted:
		row.Title, row.Institution, row.Modality = f.Title, f.Institution, f.Modality
		setFirst(&row.Submitted, inForce)
	case domain.ScheduleOpened:
		s := m.schedules.edit(scheduleKey{code, f.Schedule})
		s.Starts, s.Capacity, s.Opened, s.Closed = at(f.StartsAt), f.Capacity, inForce, 0
	case domain.ScheduleClosed:
		m.schedules.edit(scheduleKey{code, f.Schedule}).Closed = inForce
	}
}

func (m *catalogue) platform(e domain.Recorded, code domain.PlatformCode, inForce instant) {
	row := m.platforms.edit(code)
	switch f := e.Fact.(type) {
	case domain.PlatformJoined:
		row.Name, row.Joined, row.Left, row.Ended = f.Name, inForce, 0, 0
	case domain.PlatformLeft:
		row.Left, row.Ended = inForce, at(f.EndedAt)
	case domain.CatalogueReported:
		row.Reports++
		if taken := at(f.TakenAt); taken >= row.ListedAt {
			row.ListedAt, row.Listed = taken, f.Count
		}
		for _, c := range f.Added {
			l := m.listings.edit(listedKey{code, c})
			l.Listed, l.Since = true, at(f.TakenAt)
		}
		for _, c := range f.Removed {
			l := m.listings.edit(listedKey{code, c})
			l.Listed, l.Since = false, at(f.TakenAt)
		}
	}
}
