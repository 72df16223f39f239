package domain

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/domain/reason"
)

// fixturePolicy is a second scheme, in a test's data only: that it works without a line of code is what shows that nothing of
// 2020 is in code.
const fixturePolicy PolicyRef = "prakerja-2023@1"

func policyNamed(t *testing.T, ref PolicyRef) *Policy {
	t.Helper()
	if ref != fixturePolicy {
		p, err := BuiltinPolicy(ref)
		require.NoError(t, err)
		return &p
	}
	data, err := os.ReadFile("testdata/policies/" + string(ref) + ".json")
	require.NoError(t, err)
	p, err := decodePolicy(data)
	require.NoError(t, err)
	return &p
}

func allPolicies(t *testing.T) []*Policy {
	t.Helper()
	var out []*Policy
	for _, ref := range append(BuiltinPolicies(), fixturePolicy) {
		out = append(out, policyNamed(t, ref))
	}
	return out
}

func threePurses(training, jobSearch, survey int64) Purses {
	return Purses{Rupiah(training), Rupiah(jobSearch), Rupiah(survey)}
}

func TestBuiltinPolicies(t *testing.T) {
	require.Equal(t, []PolicyRef{"prakerja-2020@1", "prakerja-2020@2"}, BuiltinPolicies())
	for _, ref := range append(BuiltinPolicies(), fixturePolicy) {
		require.Equal(t, ref, policyNamed(t, ref).Ref(), "a policy's file is named for its scheme and version")
	}
	_, err := BuiltinPolicy("prakerja-2021@1")
	require.ErrorIs(t, err, ErrNoPolicy)
	require.ErrorContains(t, err, "prakerja-2020@2", "an error names what there is")
	_, err = BuiltinPolicy("../testdata/policies/prakerja-2023@1")
	require.ErrorIs(t, err, ErrNoPolicy)
}

func TestComparePolicyRefsCountsVersions(t *testing.T) {
	require.Negative(t, comparePolicyRefs("prakerja-2020@2", "prakerja-2020@10"))
	require.Negative(t, comparePolicyRefs("prakerja-2020@10", "prakerja-2021@1"))
}

func TestDecodePolicyRefusesWhatItDoesNotKnow(t *testing.T) {
	for name, file := range map[string]string{
		"a field with a typing error": `{"scheme":"x","verse":1}`,
		"text after the end":          `{"scheme":"x"} {}`,
		"an amount that is a number":  `{"entitlement":{"training":1000000}}`,
		"a day that is not a date":    `{"conduct":{"last_day":"15 Desember 2020"}}`,
		"nothing":                     ``,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decodePolicy([]byte(file))
			require.Error(t, err)
		})
	}
}

// The numbers of domain.md 2.1 and 2.3, written out here so that nobody changes one in a file alone.
func TestPoliciesAgreeWithTheProgramme(t *testing.T) {
	for _, tc := range []struct {
		ref                    PolicyRef
		pack                   Purses
		total                  int64
		firstDays              int
		lastDay, lastSurveyDay string
	}{
		{"prakerja-2020@1", threePurses(1_000_000, 2_400_000, 150_000), 3_550_000, 30, "2020-12-15", "2021-12-10"},
		{"prakerja-2020@2", threePurses(1_000_000, 2_400_000, 150_000), 3_550_000, 30, "2020-12-15", "2021-12-10"},
		{fixturePolicy, threePurses(3_500_000, 600_000, 100_000), 4_200_000, 15, "2023-11-30", "2023-12-31"},
	} {
		t.Run(string(tc.ref), func(t *testing.T) {
			p := policyNamed(t, tc.ref)
			require.True(t, p.Entitlement.Package().Sub(tc.pack).IsZero(), "%v", p.Entitlement.Package())
			require.Equal(t, Rupiah(tc.total).String(), p.Entitlement.Package().Total().String())
			require.Equal(t, tc.firstDays, p.Conduct.FirstPurchaseDays)
			require.Equal(t, tc.lastDay, p.Conduct.LastDay.String())
			require.Equal(t, tc.lastSurveyDay, p.Conduct.Surveys.LastDay.String())
			require.Equal(t, 60, p.Conduct.RepaymentDays)
			require.Equal(t, 30, p.Conduct.BackdateDays)
		})
	}
}

func TestNumbersOf2020(t *testing.T) {
	p := policyNamed(t, "prakerja-2020@2")
	require.Equal(t, "2020-12-15T16:59:59Z", instant(at(p.PeriodEnd())), "23.59.59 WIB")
	require.Equal(t, 4, p.Entitlement.Series(JobSearch).Times)
	require.Equal(t, "600000", p.Entitlement.Series(JobSearch).Amount.String())
	require.Equal(t, 3, p.Entitlement.Series(Survey).Times)
	require.Equal(t, "50000", p.Entitlement.Series(Survey).Amount.String())
	require.Equal(t, Usual{7, 1, 7, 7, 30, 24, 24}, p.Conduct.Usual)
	require.Equal(t, SurveyTimes{30, 30, 14, p.Conduct.Surveys.LastDay}, p.Conduct.Surveys)
	// Totals that the press reported hold to the rupiah (domain.md 2.1).
	require.Equal(t, "596794050000", p.Entitlement.Package().Total().Times(168_111).String())
	require.Equal(t, "672497800000", p.Entitlement.Package().Total().Times(189_436).String())
}

// checksOf gives a rule set's newest checks by the name that a policy uses for it.
func checksOf(name string) map[CheckName]Check {
	out := map[CheckName]Check{}
	for _, r := range RuleSets() {
		if r.Name() == name {
			for _, c := range Checks(r) {
				out[c.Name] = c
			}
		}
	}
	return out
}

func TestDemandsNameChecksThatAPolicyDecides(t *testing.T) {
	for _, p := range allPolicies(t) {
		sets := map[RuleSet]bool{}
		for _, d := range p.Conduct.Demands {
			require.False(t, sets[d.Rules], "%s lists %s twice", p.Ref(), d.Rules)
			sets[d.Rules] = true
			known, seen := checksOf(d.Rules.Name()), map[CheckName]bool{}
			for _, c := range d.Checks {
				require.Contains(t, known, c, "%s demands %s of %s, which has no such check", p.Ref(), c, d.Rules)
				require.False(t, known[c].Always, "%s demands %s of %s, which no policy can waive: leave it out", p.Ref(), c, d.Rules)
				require.False(t, seen[c], "%s demands %s of %s twice", p.Ref(), c, d.Rules)
				seen[c] = true
			}
		}
	}
}

func TestEveryCheckIsDemandedBySomePolicy(t *testing.T) {
	for _, r := range RuleSets() {
		for _, c := range Checks(r) {
			demanded := c.Always
			for _, p := range allPolicies(t) {
				demanded = demanded || p.demands(r, c.Name)
			}
			require.True(t, demanded, "no policy demands %s of %s: it is never asked", c.Name, r)
		}
	}
}

func TestEveryDemandHasAReference(t *testing.T) {
	for _, p := range allPolicies(t) {
		seen := map[CheckName]bool{}
		for _, ref := range p.References {
			require.False(t, seen[ref.Check], "%s has two references for %s", p.Ref(), ref.Check)
			seen[ref.Check] = true
			id, _ := Describe(ref.Check)
			require.NotEmpty(t, id, "%s has a reference for %s, which no rule set asks", p.Ref(), ref.Check)
			require.NotEqual(t, ref.Verified, strings.Contains(string(ref.Text), "belum diverifikasi"),
				"%s, %s: a reference says 'belum diverifikasi' exactly when nobody read the article", p.Ref(), ref.Check)
		}
		for _, d := range p.Conduct.Demands {
			for _, c := range d.Checks {
				require.NotEmpty(t, p.Reference(c).Text, "%s demands %s and does not say where it comes from", p.Ref(), c)
			}
		}
	}
}

// Only these articles were read (domain.md, "What was read"). To mark another one as verified: read it, then add it here.
func TestVerifiedReferencesWereRead(t *testing.T) {
	read := []string{"Pasal 17", "Pasal 18", "Pasal 19 ayat (1)", "Pasal 29", "Pasal 30", "Pasal 36"}
	for _, p := range allPolicies(t) {
		for _, ref := range p.References {
			if !ref.Verified {
				continue
			}
			require.NotEqual(t, PolicyRef("prakerja-2020@1"), p.Ref(), "nobody read Permenko 3/2020")
			found := false
			for _, article := range read {
				found = found || strings.HasPrefix(string(ref.Text), "Permenko 11/2020 "+article)
			}
			require.True(t, found, "%s: %s is not among the articles that were read", ref.Check, ref.Text)
		}
	}
}

func TestPolicyTextsKeepTheirLengths(t *testing.T) {
	for _, p := range allPolicies(t) {
		require.NoError(t, p.Scheme.Rule().Check(string(p.Scheme)))
		require.NoError(t, p.Regulation.Rule().Check(string(p.Regulation)))
		require.NoError(t, p.Calendar.Source.Rule().Check(string(p.Calendar.Source)))
		for _, d := range p.Calendar.DaysOff {
			require.NoError(t, d.Name.Rule().Check(string(d.Name)))
			require.Contains(t, d.Kind.Values(), string(d.Kind))
		}
		for _, d := range p.Conduct.Demands {
			require.NoError(t, d.Rules.Rule().Check(string(d.Rules)))
		}
		for _, r := range p.References {
			require.NoError(t, r.Text.Rule().Check(string(r.Text)))
			require.NotContains(t, strings.ToLower(string(r.Text)), "gerbang")
		}
	}
}

func TestPolicyThroughJSONIsTheSame(t *testing.T) {
	for _, p := range allPolicies(t) {
		first, err := marshal(p)
		require.NoError(t, err)
		back, err := decodePolicy(first)
		require.NoError(t, err)
		require.Equal(t, *p, back)
		second, err := marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))

		_, event, err := Encode(PolicyAdopted{PolicyBody: PolicyBody{Policy: *p}})
		require.NoError(t, err)
		e, err := Decode("PolicyAdopted", event)
		require.NoError(t, err)
		require.Equal(t, *p, e.(PolicyAdopted).Policy, "the whole policy is in the bytes of PolicyAdopted")
	}
}

// The same purchase, under each policy: what a policy demands is what decides.
func TestWhatChangesBetweenPolicies(t *testing.T) {
	judge := func(ref PolicyRef, mods ...func(*Facts)) []reason.Code {
		f := ordinary(PurchaseRules)
		for _, m := range mods {
			m(&f)
		}
		codes := []reason.Code{}
		for _, x := range Judge(PurchaseRules, f, policyNamed(t, ref)).Failed {
			codes = append(codes, x.Reason)
		}
		return codes
	}
	video := func(f *Facts) { f.CourseInteractive = false }
	unapproved := func(f *Facts) { f.InstitutionState = "unknown" }
	submitted := func(f *Facts) { f.CourseState = "submitted" }
	noClass := func(f *Facts) { f.ScheduleState, f.ScheduleStarts, f.SeatsLeft = "", nil, nil }
	lapsed := func(f *Facts) { f.Deadline = new(f.ReceivedAt.Add(-1)) }
	in2023 := func(f *Facts) {
		f.ReceivedAt = f.ReceivedAt.AddDate(3, 0, 0)
		f.Deadline, f.NotAfter, f.ScheduleStarts = nil, nil, nil
	}

	none := []reason.Code{}
	require.Equal(t, none, judge("prakerja-2020@1", video), "a video course before Permenko 11/2020")
	require.Equal(t, []reason.Code{reason.CourseNotRevalidated}, judge("prakerja-2020@2", video), "a video course after it")
	require.Equal(t, none, judge("prakerja-2020@1", unapproved, submitted))
	require.Equal(t, []reason.Code{reason.InstitutionNotApproved}, judge("prakerja-2020@2", unapproved))
	require.Equal(t, []reason.Code{reason.CourseNotRevalidated}, judge("prakerja-2020@2", submitted))
	require.Equal(t, none, judge("prakerja-2020@2", noClass), "classes and seats are not a matter of 2020")
	require.Contains(t, judge(fixturePolicy, noClass), reason.CourseOrScheduleUnknown)
	require.Equal(t, none, judge("prakerja-2020@1", lapsed))
	require.Equal(t, []reason.Code{reason.FirstPurchaseWindowLapsed}, judge("prakerja-2020@2", lapsed))
	require.Contains(t, judge("prakerja-2020@2", in2023), reason.ProgrammePeriodClosed)
	require.Equal(t, none, judge(fixturePolicy, in2023), "2023 works without a line of code")
}
