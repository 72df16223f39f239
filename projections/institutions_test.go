package projections

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/scenario"
)

// Every institution's record is what its courses' events say, counted by stream and course instead of row by row.
func TestInstitutionsAgreeWithTheLog(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	now := time.Date(2021, 3, 31, 12, 0, 0, 0, time.UTC)
	want := map[domain.InstitutionCode]*Institution{}
	owner := map[domain.CourseCode]domain.InstitutionCode{}
	of := func(c domain.CourseCode) *Institution {
		i, ok := want[owner[c]]
		if !ok {
			i = &Institution{Code: owner[c]}
			want[owner[c]] = i
		}
		return i
	}
	type pair struct{ completed, accepted time.Time }
	days := map[domain.InstitutionCode]map[string]*pair{}
	dates := func(e domain.Recorded, c domain.CourseCode) *pair {
		m := days[owner[c]]
		if m == nil {
			m = map[string]*pair{}
			days[owner[c]] = m
		}
		key := string(e.Stream) + "/" + string(c)
		if m[key] == nil {
			m[key] = &pair{}
		}
		return m[key]
	}
	for _, e := range told() {
		switch f := e.Fact.(type) {
		case domain.CourseSubmitted:
			if _, known := owner[domain.CourseCode(e.Stream.Key())]; !known {
				owner[domain.CourseCode(e.Stream.Key())] = f.Institution
				of(domain.CourseCode(e.Stream.Key())).Courses++
			}
		case domain.CoursePurchased:
			x := of(f.Course)
			x.Purchases, x.Bought = x.Purchases+1, x.Bought.Add(f.Amount)
		case domain.PurchaseCancelled:
			of(f.Course).Cancelled++
		case domain.PurchaseRefused:
			of(f.Course).Refused++
		case domain.TrainingCompleted:
			of(f.Course).Completed++
			dates(e, f.Course).completed = f.CompletedAt
		case domain.CompletionReported:
			if f.By == domain.ByInstitution {
				of(f.Course).Reported++
			}
		case domain.CertificateIssued:
			of(f.Course).Issued++
		case domain.CertificateAccepted:
			if p := dates(e, f.Course); p.accepted.IsZero() {
				of(f.Course).Accepted++
				p.accepted = e.Meta.Effective()
			}
		case domain.CertificateRefused:
			of(f.Course).TurnedDown++
		case domain.CertificateRevoked:
			of(f.Course).Revoked++
		}
	}
	accepted, late := 0, 0
	for code, w := range want {
		if code == "" {
			continue
		}
		have, err := v.Institution(code, now)
		require.NoError(t, err)
		for _, x := range [][2]int{
			{w.Courses, have.Courses},
			{w.Purchases, have.Purchases},
			{w.Cancelled, have.Cancelled},
			{w.Refused, have.Refused},
			{w.Completed, have.Completed},
			{w.Reported, have.Reported},
			{w.Issued, have.Issued},
			{w.Accepted, have.Accepted},
			{w.TurnedDown, have.TurnedDown},
			{w.Revoked, have.Revoked},
		} {
			require.Equal(t, x[0], x[1], "%s: %+v", code, have)
		}
		require.Equal(t, w.Bought.String(), have.Bought.String())
		var all []int
		for _, p := range days[code] {
			if !p.completed.IsZero() && !p.accepted.IsZero() {
				all = append(all, int(domain.DateOf(p.accepted).Start().Sub(domain.DateOf(p.completed).Start())/(24*time.Hour)))
			}
		}
		slices.Sort(all)
		if len(all) == 0 {
			require.Nil(t, have.Median)
			continue
		}
		require.Equal(t, all[(len(all)+1)/2-1], *have.Median, "%s %v", code, all)
		require.Equal(t, all[(len(all)*9+9)/10-1], *have.Ninety, "%s %v", code, all)
		accepted, late = accepted+have.Accepted, late+have.VerifyLate+have.ReportLate
	}
	require.Positive(t, accepted)
	require.Positive(t, late)
	_, err := v.Institution("no-such", now)
	require.ErrorIs(t, err, ErrNotFound)
}

// A list holds every institution once, by name, however many a page has, and its standing is that of the moment.
func TestInstitutionPages(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	reg := toldRegistry()
	var all []Institution
	var page Page
	for page.Limit = 3; ; {
		found, err := v.Institutions(InstitutionFilter{At: scenario.DefaultNow()}, page)
		require.NoError(t, err)
		all = append(all, found.Rows...)
		if page.After = found.Next; page.After == "" {
			break
		}
	}
	require.True(t, slices.IsSortedFunc(all, func(a, b Institution) int {
		return cmp.Or(cmp.Compare(lower(string(a.Name)), lower(string(b.Name))), cmp.Compare(a.Code, b.Code))
	}))
	require.Subset(t, codes(all), slices.Collect(maps.Keys(reg.Institutions)))
	require.Len(t, slices.Compact(codes(all)), len(all))
	for _, x := range all {
		i, known := reg.Institutions[x.Code]
		if !known { // named by a course of its own, and by nobody else
			require.Empty(t, x.Standing)
			continue
		}
		want := ""
		for _, s := range i.Standings() {
			if s.Held() && !s.From.After(scenario.DefaultNow()) && (s.To.IsZero() || s.To.After(scenario.DefaultNow())) {
				want = s.Value
			}
		}
		require.Equal(t, want, x.Standing, x.Code)
	}
}

// Percentiles are exact, by nearest rank.
func TestAtMost(t *testing.T) {
	t.Parallel()
	require.Nil(t, atMost(nil, 1, 2))
	one := []dayCount{{7, 1}}
	require.Equal(t, 7, *atMost(one, 1, 2))
	require.Equal(t, 7, *atMost(one, 9, 10))
	ten := []dayCount{{1, 5}, {2, 4}, {30, 1}}
	require.Equal(t, 1, *atMost(ten, 1, 2))
	require.Equal(t, 2, *atMost(ten, 9, 10))
}

func codes(all []Institution) []domain.InstitutionCode {
	var out []domain.InstitutionCode
	for _, x := range all {
		out = append(out, x.Code)
	}
	return out
}

func lower(s string) string { return strings.ToLower(s) }
