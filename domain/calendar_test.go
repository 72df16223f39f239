package domain

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func mustDate(t *testing.T, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	require.NoError(t, err)
	return d
}

func TestWorkingDaysOf2020(t *testing.T) {
	c := policyNamed(t, "prakerja-2020@2").Calendar
	for _, tc := range []struct {
		from string
		n    int
		want string
		why  string
	}{
		{"2020-08-19", 7, "2020-09-01", "20 and 21 August and two week-ends do not count (users.md no. 28)"},
		{"2020-08-19", 1, "2020-08-24", "the next working day after the day before the holiday"},
		{"2020-08-14", 1, "2020-08-18", "Friday before Independence Day"},
		{"2020-08-16", 1, "2020-08-18", "from a Sunday"},
		{"2020-08-20", 1, "2020-08-24", "from a holiday"},
		{"2020-09-07", 7, "2020-09-16", "certificate passed on on 7 September (users.md 8, no. 6)"},
		{"2020-09-10", 7, "2020-09-21", "incentive scheduled for 10 September (users.md 8, no. 7)"},
		{"2020-10-27", 1, "2020-11-02", "joint leave around 29 October, then a week-end"},
		{"2020-12-08", 1, "2020-12-10", "election day"},
		{"2020-12-23", 1, "2020-12-28", "Christmas and its joint leave; 28 to 30 December are working days again"},
		{"2020-12-30", 1, "2021-01-04", "31 December, New Year and a week-end"},
		{"2020-05-20", 1, "2020-05-22", "the joint leave of 22 May was cancelled"},
		{"2020-08-19", 0, "2020-08-19", "no days"},
		{"2020-08-20", -3, "2020-08-20", "never backwards"},
	} {
		require.Equal(t, tc.want, c.AddWorking(mustDate(t, tc.from), tc.n).String(), tc.why)
	}
	require.Equal(t, "2020-08-28", Calendar{}.AddWorking(mustDate(t, "2020-08-19"), 7).String(), "what it would be without the calendar")
}

func TestDaysOffAreWeekdaysInOrder(t *testing.T) {
	for _, p := range allPolicies(t) {
		last := Date{}
		for _, off := range p.Calendar.DaysOff {
			require.True(t, last.Before(off.Date), "%s: %s is out of order or written twice", p.Ref(), off.Date)
			require.NotContains(t, []time.Weekday{time.Saturday, time.Sunday}, off.Date.Weekday(), "%s: %s", p.Ref(), off.Date)
			require.False(t, p.Calendar.Working(off.Date))
			last = off.Date
		}
	}
}

func TestDaysBeginAndEndInWIB(t *testing.T) {
	d := mustDate(t, "2020-12-15")
	require.Equal(t, "2020-12-14T17:00:00Z", d.Start().Format(time.RFC3339))
	require.Equal(t, "2020-12-15T16:59:59Z", d.End().Truncate(time.Second).Format(time.RFC3339), "23.59.59 WIB")
	require.Equal(t, d, DateOf(d.Start()))
	require.Equal(t, d, DateOf(d.End()))
	require.Equal(t, d.AddDays(1), DateOf(d.End().Add(time.Second)))
	require.Equal(t, "2020-08-20", DateOf(time.Date(2020, 8, 19, 17, 0, 0, 0, time.UTC)).String(), "midnight in WIB is 17.00 UTC of the day before")
}

func TestThirtyDaysFromNotice(t *testing.T) {
	p := policyNamed(t, "prakerja-2020@2")
	notice := mustDate(t, "2020-08-16").Start().Add(9 * time.Hour)
	deadline := DateOf(notice).AddDays(p.Conduct.FirstPurchaseDays)
	require.Equal(t, "2020-09-15", deadline.String(), "30 days from the notice of 16 August")
	require.Equal(t, "2020-09-15T16:59:59Z", deadline.End().Truncate(time.Second).Format(time.RFC3339))
	late := mustDate(t, "2020-08-16").End()
	require.Equal(t, deadline, DateOf(late).AddDays(30), "a notice of the last second of the day has the same deadline")
	f := policyNamed(t, fixturePolicy)
	require.Equal(t, "2020-08-31", DateOf(notice).AddDays(f.Conduct.FirstPurchaseDays).String(), "15 days under the other scheme")
}

func TestAddWorkingIsOrdered(t *testing.T) {
	c := policyNamed(t, "prakerja-2020@2").Calendar
	rapid.Check(t, func(t *rapid.T) {
		d := NewDate(2020, time.January, 1).AddDays(rapid.IntRange(0, 400).Draw(t, "day"))
		n, m := rapid.IntRange(0, 30).Draw(t, "n"), rapid.IntRange(0, 30).Draw(t, "m")
		to := c.AddWorking(d, n)
		if n > 0 && !c.Working(to) {
			t.Fatalf("%s + %d ends on %s, which is no working day", d, n, to)
		}
		if c.AddWorking(to, m) != c.AddWorking(d, n+m) {
			t.Fatalf("%s + %d + %d differs from + %d", d, n, m, n+m)
		}
	})
}
