package domain

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"saldo/domain/reason"
)

// strictest is the policy of 2020 with every check demanded, so that a test of a check needs no second scheme.
func strictest(t *testing.T) *Policy {
	t.Helper()
	p := policyNamed(t, "prakerja-2020@2")
	p.Conduct.Demands = nil
	for _, r := range RuleSets() {
		d := Demand{Rules: RuleSet(r.Name())}
		for _, c := range Checks(r) {
			d.Checks = append(d.Checks, c.Name)
		}
		p.Conduct.Demands = append(p.Conduct.Demands, d)
	}
	return p
}

func resultOf(t *testing.T, r RuleSet, c CheckName, f *Facts, p *Policy) CheckResult {
	t.Helper()
	for _, res := range Evaluate(r, f, p) {
		if res.Check == c {
			return res
		}
	}
	t.Fatalf("%s has no check %s", r, c)
	return CheckResult{}
}

func failureOf(d Decision, c CheckName) *Failure {
	for _, list := range [][]Failure{d.Failed, d.Exceptions} {
		for i := range list {
			if list[i].Check == c {
				return &list[i]
			}
		}
	}
	return nil
}

// TestRules/<rule set>/<check>/<situation> is the name under which rulebook.md lists a case.
func TestRules(t *testing.T) {
	for _, r := range RuleSets() {
		t.Run(r.Name(), func(t *testing.T) {
			for _, c := range Checks(r) {
				t.Run(string(c.Name), func(t *testing.T) { testCheck(t, r, c) })
			}
		})
	}
}

func testCheck(t *testing.T, r RuleSet, c Check) {
	t.Helper()
	p := strictest(t)
	f := ordinary(r)
	t.Run("the ordinary case", func(t *testing.T) {
		res := resultOf(t, r, c.Name, &f, p)
		require.Contains(t, []Verdict{Pass, NotRequired}, res.Verdict, "expected %s, found %s", res.Expected, res.Actual)
	})
	t.Run("a policy that does not demand it", func(t *testing.T) {
		lax := *p
		lax.Conduct.Demands = nil
		if !c.Always {
			require.Equal(t, NotRequired, resultOf(t, r, c.Name, &f, &lax).Verdict)
			return
		}
		require.Equal(t, resultOf(t, r, c.Name, &f, p), resultOf(t, r, c.Name, &f, &lax), "no policy waives it")
	})
	for _, tc := range casesOf(r) {
		if tc.check == c.Name {
			t.Run(tc.given, func(t *testing.T) { testCase(t, r, tc, p) })
		}
	}
}

func testCase(t *testing.T, r RuleSet, tc ruleCase, p *Policy) {
	t.Helper()
	f := ordinary(r)
	tc.facts(&f)
	res := resultOf(t, r, tc.check, &f, p)
	require.Equal(t, tc.then, res.Verdict, "expected %s, found %s", res.Expected, res.Actual)
	require.Equal(t, tc.why, res.Reason)
	d := Judge(r, f, p)
	failure := failureOf(d, tc.check)
	require.Equal(t, tc.then == NotEvaluable, slices.Contains(d.Unchecked, tc.check))
	require.Equal(t, tc.then != Fail, failure == nil)
	if failure == nil {
		return
	}
	require.Equal(t, tc.why, failure.Reason)
	require.NotEqual(t, failure.Expected, failure.Actual, "a refusal shows a difference between what was expected and what was found")
	_, known := reason.Lookup(tc.why)
	require.True(t, known, "%s is not in the catalogue of reasons", tc.why)
}

func TestOrdinaryCasesAreAccepted(t *testing.T) {
	for _, r := range RuleSets() {
		for _, p := range append(allPolicies(t), strictest(t)) {
			f := ordinary(r)
			d := Judge(r, f, p)
			require.Empty(t, d.Failed, "%s under %s", r, p.Ref())
			require.Empty(t, d.Unchecked, "%s under %s", r, p.Ref())
			require.Nil(t, d.Retry)
		}
	}
}

func TestEveryTableNamesAKnownCheckOnce(t *testing.T) {
	for _, r := range RuleSets() {
		seen := map[string]bool{}
		for _, tc := range casesOf(r) {
			_, known := checksOf(r.Name())[tc.check]
			require.True(t, known, "%s has no check %s", r, tc.check)
			name := string(tc.check) + "/" + tc.given
			require.False(t, seen[name], "%s: two cases are called %s", r, name)
			seen[name] = true
		}
	}
}

func TestFinalReasonsLead(t *testing.T) {
	p := policyNamed(t, "prakerja-2020@2")
	revoked := func(f *Facts) { f.RevokedAt, f.RevokedFor = wibPtr(8, 18, 23, 59), NoFirstPurchase }
	purchase := func(mods ...func(*Facts)) Decision {
		f := ordinary(PurchaseRules)
		for _, m := range mods {
			m(&f)
		}
		return Judge(PurchaseRules, f, p)
	}
	reasons := func(d Decision) []reason.Code {
		var out []reason.Code
		for _, x := range d.Failed {
			out = append(out, x.Reason)
		}
		return out
	}
	gate := closedGate(GateVerification)

	require.Equal(t, []reason.Code{reason.PMOPaymentGateClosed}, reasons(purchase(gate)))
	require.Equal(t, &Retry{When: RetryNewKeyAfter, Condition: "PaymentGateOpened"}, purchase(gate).Retry)

	d := purchase(gate, revoked)
	require.Equal(t, []reason.Code{reason.ParticipationRevoked, reason.PMOPaymentGateClosed}, reasons(d),
		"who is revoked hears that first, not that the service will open again")
	require.Equal(t, &Retry{When: RetryNever}, d.Retry)

	d = purchase(gate, func(f *Facts) { f.CardAt = nil; f.Offer = "none" }, revoked, func(f *Facts) { f.BlacklistedAt = wibPtr(8, 18, 23, 59) })
	require.Equal(t, []reason.Code{
		reason.ParticipationRevoked, reason.PMOPaymentGateClosed, reason.CourseNotOfferedHere, reason.CardNumberNotIssued, reason.Blacklisted,
	}, reasons(d), "the first final reason moves to the front, the others keep their order")

	d = purchase(gate, func(f *Facts) { f.ReceivedAt = wib(12, 17, 9, 0) })
	require.Equal(t, reason.ProgrammePeriodClosed, d.Primary())
}

func TestEverythingIsAskedEveryTime(t *testing.T) {
	p := strictest(t)
	for _, r := range RuleSets() {
		f := Facts{Origin: Decided, ReceivedAt: NewDate(2022, 1, 1).Start(), Abandoned: true, Missing: "x", Action: "none"}
		results := Evaluate(r, &f, p)
		require.Len(t, results, len(Checks(r)))
		for i, c := range Checks(r) {
			require.Equal(t, c.Name, results[i].Check, "results keep the order of the checks")
		}
		d := Judge(r, f, p)
		failed, unchecked := 0, 0
		for _, res := range results {
			switch res.Verdict {
			case Fail:
				failed++
			case NotEvaluable:
				unchecked++
			case Pass, NotRequired:
			}
		}
		require.Len(t, d.Failed, failed)
		require.Len(t, d.Unchecked, unchecked)
	}
}

func TestReportedFactsAreNotRefused(t *testing.T) {
	p := strictest(t)
	for _, origin := range []Origin{Reported, Migrated} {
		f := ordinary(PurchaseRules)
		closedGate(GateVerification)(&f)
		f.RevokedAt, f.Origin = wibPtr(8, 18, 23, 59), origin
		d := Judge(PurchaseRules, f, p)
		require.Empty(t, d.Failed)
		require.Nil(t, d.Retry)
		require.Equal(t, reason.ParticipationRevoked, d.Exceptions[0].Reason, "exceptions lead with what is final, too")
		require.Equal(t, reason.PMOPaymentGateClosed, d.Exceptions[1].Reason)

		f.InvoiceState = "used"
		d = Judge(PurchaseRules, f, p)
		require.Empty(t, d.Exceptions, "the same fact is not recorded twice")
		require.NotEmpty(t, d.Failed)

		a := ordinary(ActRules)
		a.Origin, a.DoneBefore = origin, &CompactRef{"programme", 3, "DecreeRegistered"}
		require.Equal(t, reason.AlreadyDone, func() reason.Code { d := Judge(ActRules, a, p); return d.Primary() }())
	}
}

func TestEvidenceIsWhatWasRead(t *testing.T) {
	f := ordinary(PurchaseRules)
	closedGate(GateVerification)(&f)
	f.Refs["gate"] = CompactRef{Programme, 7, "PaymentGateClosed"}
	d := Judge(PurchaseRules, f, policyNamed(t, "prakerja-2020@2"))
	require.Equal(t, []Failure{{
		Check: "payment_gate_open", Reason: reason.PMOPaymentGateClosed, Expected: "open", Actual: "closed since 2020-08-19T10:00:00Z",
		Evidence: []EventRef{{Programme, 7, "PaymentGateClosed"}},
	}}, d.Failed, "the example of DESIGN section 4")
}

func TestSameBytesSameDecision(t *testing.T) {
	policies := append(allPolicies(t), strictest(t))
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(RuleSets()).Draw(t, "rules")
		p := rapid.SampledFrom(policies).Draw(t, "policy")
		f := drawFacts(t, r)
		d := Judge(r, f, p)

		bytes := mustMarshal(t, d)
		again := Judge(r, d.Facts, p)
		if got := mustMarshal(t, again); got != bytes {
			t.Fatalf("judging the recorded facts gives another decision:\n%s\n%s", bytes, got)
		}
		var back Decision
		mustUnmarshal(t, bytes, &back)
		if got := mustMarshal(t, back); got != bytes {
			t.Fatalf("decoding and encoding changes a decision:\n%s\n%s", bytes, got)
		}
		redone := Judge(r, back.Facts, p)
		if got := mustMarshal(t, redone); got != bytes {
			t.Fatalf("judging the decoded facts gives another decision:\n%s\n%s", bytes, got)
		}
		judgementHolds(t, r, f, d, p)
	})
}

// judgementHolds states what is true of every decision.
func judgementHolds(t *rapid.T, r RuleSet, f Facts, d Decision, p *Policy) {
	verdicts := map[Verdict]int{}
	for _, res := range Evaluate(r, &f, p) {
		verdicts[res.Verdict]++
		if (res.Verdict == Fail) != (res.Reason != "") {
			t.Fatalf("%s answers %s with the reason %q", res.Check, res.Verdict, res.Reason)
		}
	}
	if n := verdicts[Pass] + verdicts[Fail] + verdicts[NotRequired] + verdicts[NotEvaluable]; n != len(Checks(r)) {
		t.Fatalf("%d of %d checks answered", n, len(Checks(r)))
	}
	if len(d.Failed)+len(d.Exceptions) != verdicts[Fail] || len(d.Failed)*len(d.Exceptions) != 0 {
		t.Fatalf("%d failing checks became %d refusals and %d exceptions", verdicts[Fail], len(d.Failed), len(d.Exceptions))
	}
	if (d.Retry != nil) != (len(d.Failed) > 0) {
		t.Fatal("a refusal, and only a refusal, says when to send again")
	}
	if f.Origin != Decided && len(d.Failed) > 0 && !recordedBefore(d.Failed) {
		t.Fatalf("a %s fact was refused: %v", f.Origin, d.Failed)
	}
	if f.Origin == Decided && len(d.Exceptions) > 0 {
		t.Fatal("a decided act has exceptions")
	}
	for i, x := range d.Failed {
		if reason.Final(x.Reason) && !reason.Final(d.Failed[0].Reason) {
			t.Fatalf("failure %d is final and does not lead", i)
		}
	}
}

func TestJudgeIsTotalBeforeTheFirstPolicy(t *testing.T) {
	for _, r := range RuleSets() {
		f := ordinary(r)
		require.NotPanics(t, func() { Judge(r, f, nil) }, "%s", r)
		require.NotPanics(t, func() { Judge(r, Facts{}, nil) }, "%s", r)
	}
}

func mustUnmarshal(t *rapid.T, data string, v any) {
	if err := json.Unmarshal([]byte(data), v); err != nil {
		t.Fatal(err)
	}
}

func mustMarshal(t *rapid.T, v any) string {
	b, err := marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// drawFacts fills every field of Facts by reflection, so that a new fact is drawn without an edit here. Half of the draws
// start from the ordinary case, so that they reach what lies behind its checks.
func drawFacts(t *rapid.T, r RuleSet) Facts {
	f := Facts{}
	share := 100
	if rapid.Bool().Draw(t, "near the ordinary case") {
		f, share = ordinary(r), 10
	}
	drawStruct(t, reflect.ValueOf(&f).Elem(), share)
	f.Version, f.Origin = FactsVersion, rapid.SampledFrom([]Origin{Decided, Reported, Migrated}).Draw(t, "origin")
	if f.ReceivedAt.IsZero() {
		f.ReceivedAt = wib(8, 29, 10, 5)
	}
	return f
}

// The values of the plain text facts, as facts.go documents them.
var drawnTexts = map[string][]string{
	"Gate": {"open", "closed"}, "PlatformGate": {"open", "closed"}, "PlatformState": {"", "unknown", "partner", "left"},
	"TokenState": {"", "unknown", "active", "grace", "expired", "revoked"}, "InstitutionState": {"", "unknown", "approved", "suspended", "removed"},
	"CourseState": {"", "unknown", "submitted", "approved", "rejected", "withdrawn"}, "Offer": {"", "none", "offered", "ended"},
	"ScheduleState": {"", "unknown", "other_course", "open", "closed"}, "InvoiceState": {"new", "used"}, "SurveyState": {"", "none", "open", "done"},
	"Action": {"", "none", "proposed", "approved", "declined", "not_covered", "same_person"}, "Entitled": {"", "programme_office", "platform"},
	"CourseCause": {"", string(CourseFreeElsewhere), string(CoursePriceAbove), string(CourseContentFault), string(CourseRevalidation), string(CourseInstitutionWish)},
	"Kind":        {string(JobSearch), string(Survey)}, "Cause": {string(NoFirstPurchase), string(Ineligible), string(Fraud)},
	"GateCause": {string(GateVerification), string(GateIntegration)}, "RevokedFor": {"", string(NoFirstPurchase), string(Ineligible)},
	"Name": {"", "match", "mismatch", "not_checked"}, "HeldFor": {"", string(HoldAccount), string(HoldFraudSigns)},
}

func drawStruct(t *rapid.T, v reflect.Value, share int) {
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if rapid.IntRange(1, 100).Draw(t, name+"?") > share {
			continue
		}
		drawValue(t, name, v.Field(i))
	}
}

func drawValue(t *rapid.T, name string, v reflect.Value) {
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = wib(1, 1, 0, 0).Add(time.Duration(rapid.Int64Range(0, 2*366*24*3600*1_000_000).Draw(t, name)) * time.Microsecond)
		return
	case *Date:
		*x = NewDate(2020, 1, 1).AddDays(rapid.IntRange(0, 720).Draw(t, name))
		return
	case *Money:
		*x = Rupiah(rapid.SampledFrom([]int64{-1, 0, 1, 150_000, 1_000_000, 1_000_001}).Draw(t, name))
		return
	case *CompactRef:
		*x = CompactRef{"programme", rapid.Uint64Range(0, 9).Draw(t, name), "PaymentGateClosed"}
		return
	case *map[string]CompactRef:
		*x = readFrom(rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"gate", "course", "deadline", "account"}), 1, 4, rapid.ID).Draw(t, name)...)
		return
	}
	switch v.Kind() { //nolint:exhaustive // the kinds that facts are made of; another one fails below
	case reflect.String:
		texts, ok := drawnTexts[name]
		if v.Type() == reflect.TypeFor[Match]() {
			texts, ok = drawnTexts["Name"], true
		}
		if !ok {
			texts = []string{"", "a1", "b2"}
		}
		v.SetString(rapid.SampledFrom(texts).Draw(t, name))
	case reflect.Int:
		v.SetInt(rapid.Int64Range(-1, 5).Draw(t, name))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, name))
	case reflect.Struct:
		drawStruct(t, v, 60)
	case reflect.Pointer:
		v.SetZero()
		if rapid.Bool().Draw(t, name+" is there") {
			v.Set(reflect.New(v.Type().Elem()))
			drawValue(t, name, v.Elem())
		}
	default:
		panic(fmt.Sprintf("facts have a field %s of a new kind, %s: draw it here", name, v.Type())) //nolint:forbidigo // a test's own invariant
	}
}
