package projections

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/scenario"
)

// toldRegistry is the registry behind the whole log, folded without any model.
func toldRegistry() *domain.Registry {
	reg := domain.NewRegistry()
	for _, e := range told() {
		reg.Apply(e)
	}
	return reg
}

// What the model says about a moment is what Explain says about it: at random moments, for every kind of answer.
func TestCatalogueAgreesWithExplain(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	reg := toldRegistry()
	var courses []domain.CourseCode
	for c := range reg.Courses {
		courses = append(courses, c)
	}
	slices.Sort(courses)
	platforms, err := v.Platforms()
	require.NoError(t, err)
	require.Len(t, platforms, len(reg.Platforms))
	dice := rand.New(rand.NewPCG(2020, 8))
	from, to := time.Date(2020, 4, 1, 0, 0, 0, 0, time.UTC), time.Date(2021, 1, 31, 0, 0, 0, 0, time.UTC)
	seen := map[[2]bool]int{}
	for range 1000 {
		course, platform := courses[dice.IntN(len(courses))], platforms[dice.IntN(len(platforms))].Code
		moment := domain.Canonical(from.Add(time.Duration(dice.Int64N(int64(to.Sub(from))))))
		if dice.IntN(4) == 0 { // at an edge itself
			if edges := reg.PayableSpans(course, platform); len(edges) > 0 {
				moment = edges[dice.IntN(len(edges))].From.Add(time.Duration(dice.IntN(3)-1) * time.Microsecond)
			}
		}
		want := domain.Explain(domain.Question{Topic: domain.TopicCourse, Course: course, Platform: platform, At: &moment, Now: moment, Effective: true}, domain.World{Registry: reg})
		strip, err := v.strip(course, platform)
		require.NoError(t, err)
		var have SaleSpan
		for _, s := range strip {
			if !s.From.After(moment) && (s.To == nil || s.To.After(moment)) {
				have = s
			}
		}
		require.Equal(t, want.Visible.Yes, have.Visible, "%s on %s at %s: %v", course, platform, moment, want.Visible.Reasons)
		require.Equal(t, want.Payable.Yes, have.Payable, "%s on %s at %s: %v", course, platform, moment, want.Payable.Reasons)
		if have.From.IsZero() {
			continue
		}
		require.ElementsMatch(t, want.Payable.Reasons, have.Reasons, "%s on %s at %s", course, platform, moment)
		listedAt(t, v, course, platform, moment, have)
		seen[[2]bool{have.Visible, have.Payable}]++
	}
	require.Len(t, seen, 3, "visible and payable, visible only, neither: %v", seen)
}

// listedAt holds the list's filters to the spans.
func listedAt(t *testing.T, v *View, course domain.CourseCode, platform domain.PlatformCode, moment time.Time, want SaleSpan) {
	t.Helper()
	for _, f := range []struct {
		filter CourseFilter
		want   bool
	}{
		{CourseFilter{Platform: platform, Visible: true, At: moment}, want.Visible},
		{CourseFilter{Platform: platform, Payable: true, At: moment}, want.Payable},
	} {
		found, err := v.Courses(f.filter, Page{Limit: MaxPage})
		require.NoError(t, err)
		require.Equal(t, f.want, slices.ContainsFunc(found.Rows, func(c Course) bool { return c.Code == course }))
	}
}

// Histories have every event of the log, with its number, and hold when the fold of the registry says so.
func TestCatalogueHistories(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	reg := toldRegistry()
	now := scenario.DefaultNow()
	for code, state := range reg.Courses {
		var steps, offers []domain.Recorded
		for _, e := range told() {
			if e.Stream != domain.CourseStreamOf(code) || e.Meta.Outcome == domain.Refused {
				continue
			}
			switch e.Fact.(type) {
			case domain.CourseSubmitted, domain.CourseApproved, domain.CourseRejected, domain.CourseWithdrawn:
				steps = append(steps, e)
			case domain.CourseOffered, domain.OfferEnded:
				offers = append(offers, e)
			}
		}
		c, err := v.Course(code, now, time.Time{})
		require.NoError(t, err)
		require.Equal(t, state.Title, c.Title)
		require.Len(t, c.History, len(steps))
		for i, e := range steps {
			h := c.History[i]
			require.EqualValues(t, e.Number, h.No)
			require.Equal(t, e.Ref(), h.Event)
			require.True(t, h.Recorded.Equal(e.Meta.RecordedAt))
			require.True(t, h.InForce.Equal(e.Meta.InForce()))
			if i+1 < len(steps) {
				require.True(t, h.To.Equal(steps[i+1].Meta.InForce()))
			} else {
				require.Nil(t, h.To)
			}
		}
		total := 0
		for _, p := range c.Places {
			total += len(p.Offers)
			require.Equal(t, p.Now, reg.Availability(code, p.Platform, domain.View{At: now}))
			require.Equal(t, slices.Contains(c.Visible, p.Platform), p.Now.Visible.Yes, "%s on %s", code, p.Platform)
			require.Equal(t, slices.Contains(c.Payable, p.Platform), p.Now.Payable.Yes)
		}
		require.Equal(t, len(offers), total)
	}
	_, err := v.Course("no-such", now, time.Time{})
	require.ErrorIs(t, err, ErrNotFound)
}

// Skill Academy had left on 7 August, and the public read of it on 4 September.
func TestLeftBeforeAnybodyWasTold(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	place := func(at time.Time) CoursePlace {
		c, err := v.Course("1021", at, time.Time{})
		require.NoError(t, err)
		i := slices.IndexFunc(c.Places, func(p CoursePlace) bool { return p.Platform == "skill-academy" })
		require.GreaterOrEqual(t, i, 0)
		return c.Places[i]
	}
	before, between, after := place(time.Date(2020, 8, 1, 0, 0, 0, 0, time.UTC)), place(scenario.DefaultNow()), place(time.Date(2020, 9, 6, 0, 0, 0, 0, time.UTC))
	require.False(t, before.Unannounced)
	require.True(t, between.Unannounced)
	require.False(t, between.Now.Visible.Yes)
	require.NotNil(t, between.Leave.Public)
	require.False(t, after.Unannounced)
}

// What was recorded later than the moment is known now and was not known then.
func TestCatalogueRightThenWrongNow(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	at := scenario.DefaultNow()
	early := time.Date(2020, 4, 1, 0, 0, 0, 0, time.UTC)
	c, err := v.Course("1021", at, early)
	require.NoError(t, err)
	differs := false
	for _, p := range c.Places {
		require.False(t, p.Then.Visible.Yes, "nothing was recorded by then")
		differs = differs || p.Differs
	}
	require.True(t, differs)
}

// What was recorded late is known now and was not known then: an approval, and a platform's leave.
func TestCourseRecordedLate(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2020, 8, d, 0, 0, 0, 0, time.UTC) }
	reg := domain.NewRegistry()
	revisions := map[domain.Stream]uint64{}
	apply := func(s domain.Stream, typ domain.EventName, inForce, recorded time.Time, f domain.Event) {
		reg.Apply(domain.Recorded{
			Stream: s, Revision: revisions[s], Type: typ, Fact: f,
			Meta: domain.Metadata{CommandID: uuid.UUID{byte(len(revisions)), byte(revisions[s])}, Origin: domain.Migrated, ReceivedAt: recorded, RecordedAt: recorded, InForceAt: &inForce},
		})
		revisions[s]++
	}
	for _, e := range told() {
		if f, ok := e.Fact.(domain.PolicyAdopted); ok && f.Policy.Version == 2 {
			apply(domain.Programme, e.Type, day(1), day(1), f)
		}
	}
	apply("institution-i", "InstitutionApproved", day(1), day(1), domain.InstitutionApproved{InstitutionBody: domain.InstitutionBody{Name: "I"}})
	apply("platform-p", "PlatformJoined", day(1), day(1), domain.PlatformJoined{PlatformBody: domain.PlatformBody{Name: "P"}})
	apply("course-1", "CourseSubmitted", day(1), day(1), domain.CourseSubmitted{CourseBody: domain.CourseBody{Title: "T", Institution: "i"}})
	apply("course-1", "CourseApproved", day(1), day(1), domain.CourseApproved{CourseApprovalBody: domain.CourseApprovalBody{Interactive: true}})
	apply("course-1", "CourseOffered", day(1), day(1), domain.CourseOffered{OfferBody: domain.OfferBody{Platform: "p", Price: domain.Rupiah(1), Currency: domain.IDR}})
	apply("course-1", "CourseWithdrawn", day(3), day(9), domain.CourseWithdrawn{CourseStopBody: domain.CourseStopBody{Cause: domain.CourseContentFault}})
	apply("platform-p", "PlatformLeft", day(9), day(9), domain.PlatformLeft{PlatformLeaveBody: domain.PlatformLeaveBody{Cause: domain.LeftByItself, EndedAt: day(6)}})
	var p CoursePlace
	for d, want := range map[int]struct{ now, then, unrecorded, unannounced bool }{
		2:  {true, true, false, false},
		5:  {false, true, false, false}, // withdrawn, and nobody had written it down
		7:  {false, true, true, true},   // left, too
		10: {false, false, false, true},
	} {
		p = CoursePlace{Platform: "p"}
		p.judge(reg, "1", day(d), day(d))
		require.Equal(t, want.now, p.Now.Visible.Yes, d)
		require.Equal(t, want.then, p.Then.Visible.Yes, d)
		require.Equal(t, want.now != want.then, p.Differs, d)
		require.Equal(t, want.unrecorded, p.Unrecorded, d)
		require.Equal(t, want.unannounced, p.Unannounced, d)
	}
	require.Nil(t, p.Leave.Public)
	require.Nil(t, p.Report, "we don't see its catalogue")
	changes := reg.Courses["1"].Standings()
	require.Equal(t, day(3), changes[1].To)
}

// A platform whose own list lacks an approved course is behind, where Explain says so and nowhere else.
func TestOwnListsBehind(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	reg := toldRegistry()
	behind := 0
	for _, moment := range []time.Time{scenario.DefaultNow(), time.Date(2020, 8, 25, 12, 0, 0, 0, time.UTC), time.Date(2020, 9, 20, 0, 0, 0, 0, time.UTC)} {
		for code := range reg.Courses {
			c, err := v.Course(code, moment, time.Time{})
			require.NoError(t, err)
			for _, p := range c.Places {
				want := domain.Explain(domain.Question{Topic: domain.TopicCourse, Course: code, Platform: p.Platform, At: &moment, Now: moment, Effective: true}, domain.World{Registry: reg})
				is := p.Now.Visible.Yes && p.Report != nil && p.Report.Behind
				require.Equal(t, want.Primary == reason.PlatformCatalogueBehind, is, "%s on %s at %s: %s", code, p.Platform, moment, want.Primary)
				if is {
					behind++
				}
			}
		}
	}
	require.Positive(t, behind)
}
