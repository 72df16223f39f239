package domain

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/domain/reason"
)

// A decision can be repeated for ever only if what made it never changes: the rule files, the policies that come with the
// binary, and the golden decisions that hold everything around them (Judge, how checks show values, final reasons).

const frozenHead = "# released: %v. Until the first release SALDO_UPDATE=1 go test ./domain rewrites this file; afterwards it only adds new files.\n"

// goldenFile is testdata/decisions/<rule set>_<version>.json.
type goldenFile struct {
	Rules   RuleSet        `json:"rules"`
	Reasons []goldenReason `json:"reasons"` // what the catalogue adds to a decision
	Rows    []goldenRow    `json:"rows"`
}

type goldenReason struct {
	Code  reason.Code   `json:"code"`
	Final bool          `json:"final,omitempty"`
	Retry *reason.Retry `json:"retry,omitempty"`
}

type goldenRow struct {
	Case     string          `json:"case"`
	Policy   PolicyRef       `json:"policy"`
	Decision json.RawMessage `json:"decision"` // with its facts, as in the log
}

func goldenName(r RuleSet) string {
	return "testdata/decisions/" + strings.ReplaceAll(string(r), "/", "_") + ".json"
}

// goldenSituation combines cases of the tables into one row.
type goldenSituation struct {
	policy PolicyRef
	cases  string // check/situation, joined with " + "; empty for the ordinary case
	also   func(*Facts)
}

// goldenSituations of a rule set: the ordinary case, one failing case for each check, and what only a combination shows.
func goldenSituations(r RuleSet) []goldenSituation {
	const now = PolicyRef("prakerja-2020@2")
	out := []goldenSituation{{now, "", nil}}
	seen := map[CheckName]bool{}
	for _, tc := range casesOf(r) {
		if tc.then == Fail && !seen[tc.check] && policyAsks(now, r, tc.check) && !strings.HasPrefix(string(tc.check), "account_") {
			seen[tc.check] = true
			out = append(out, goldenSituation{now, string(tc.check) + "/" + tc.given, nil})
		}
	}
	origin := func(o Origin) func(*Facts) { return func(f *Facts) { f.Origin = o } }
	switch r {
	case PurchaseRules:
		const closed, revoked = "payment_gate_open/closed for administrative checks", "not_revoked/revoked for not buying"
		out = append(out,
			goldenSituation{now, closed + " + " + revoked, nil},
			goldenSituation{now, closed, origin(Reported)},
			goldenSituation{now, "invoice_not_used/the order was accepted before", origin(Migrated)},
			goldenSituation{"prakerja-2020@1", "course_interactive/approved before Permenko 11/2020, as a video", nil},
			goldenSituation{now, "price_within_training_purse/nothing credited yet", nil},
			goldenSituation{fixturePolicy, "schedule_exists/no such class", nil})
	case IncentiveRules:
		out = append(out, goldenSituation{now, "", surveyIncentive}, goldenSituation{fixturePolicy, "within_series/a fifth", nil},
			goldenSituation{now, "first_training_accepted/waiting for the platform", nil})
	case ActRules:
		out = append(out, goldenSituation{now, "not_done_before/it stands there already", origin(Reported)},
			goldenSituation{now, "not_back_dated/more than thirty days back", origin(Reported)})
	case AbandonRules, CancellationRules, ExchangeRules, ClassRules, CertificateRules, AccountRules, RevocationRules:
	}
	return out
}

func policyAsks(ref PolicyRef, r RuleSet, name CheckName) bool {
	p, err := BuiltinPolicy(ref)
	return err == nil && (checksOf(r.Name())[name].Always || p.demands(r, name))
}

// facts of a situation.
func (s goldenSituation) facts(t *testing.T, r RuleSet) Facts {
	t.Helper()
	f := ordinary(r)
	for name := range strings.SplitSeq(s.cases, " + ") {
		found := name == ""
		for _, tc := range casesOf(r) {
			if string(tc.check)+"/"+tc.given == name {
				tc.facts(&f)
				found = true
			}
		}
		require.True(t, found, "%s has no case %s", r, name)
	}
	if s.also != nil {
		s.also(&f)
	}
	return f
}

func writeDecisions(t *testing.T, r RuleSet) {
	t.Helper()
	g, given := goldenFile{Rules: r}, map[reason.Code]bool{}
	for _, src := range readRules(t).sources(r) {
		for _, code := range src.reasons {
			given[code] = true
		}
	}
	for _, e := range reason.All() {
		if given[e.Code] {
			g.Reasons = append(g.Reasons, catalogued(e.Code))
		}
	}
	for _, s := range goldenSituations(r) {
		f := s.facts(t, r)
		d, err := marshal(Judge(r, f, policyNamed(t, s.policy)))
		require.NoError(t, err)
		name := s.cases
		if name == "" {
			name = "the ordinary case"
		}
		if f.Origin != Decided {
			name += ", " + string(f.Origin)
		}
		if f.Kind == Survey {
			name += ", of a survey"
		}
		g.Rows = append(g.Rows, goldenRow{name, s.policy, d})
	}
	require.NoError(t, os.MkdirAll("testdata/decisions", 0o755))
	require.NoError(t, os.WriteFile(goldenName(r), g.table(t), 0o644))
}

// table writes one reason and one row per line, so that a difference reads like a table.
func (g *goldenFile) table(t *testing.T) []byte {
	t.Helper()
	var b strings.Builder
	line := func(v any, last bool) {
		data, err := marshal(v)
		require.NoError(t, err)
		b.WriteString("  " + string(data) + map[bool]string{false: ","}[last] + "\n")
	}
	fmt.Fprintf(&b, "{\"rules\":%q,\n\"reasons\":[\n", g.Rules)
	for i, r := range g.Reasons {
		line(r, i == len(g.Reasons)-1)
	}
	b.WriteString("],\n\"rows\":[\n")
	for i, r := range g.Rows {
		line(r, i == len(g.Rows)-1)
	}
	b.WriteString("]}\n")
	return []byte(b.String())
}

func catalogued(c reason.Code) goldenReason {
	e, _ := reason.Lookup(c)
	return goldenReason{c, e.Final, e.Retry}
}

func TestGoldenDecisions(t *testing.T) {
	if updating() {
		updateFrozen(t)
	}
	for _, r := range RuleSets() {
		t.Run(r.Name(), func(t *testing.T) {
			data, err := os.ReadFile(goldenName(r))
			require.NoError(t, err, "every rule set has golden decisions: SALDO_UPDATE=1 go test ./domain writes those of a new one")
			var g goldenFile
			require.NoError(t, json.Unmarshal(data, &g))
			require.Equal(t, r, g.Rules)
			for _, row := range g.Rows {
				t.Run(row.Case, func(t *testing.T) { testGolden(t, row) })
			}
			for _, want := range g.Reasons {
				require.Equal(t, want, catalogued(want.Code),
					"whether a reason is final, and when to send again, stands in recorded decisions: give a new rule version a new code instead")
			}
		})
	}
}

func testGolden(t *testing.T, row goldenRow) {
	t.Helper()
	var want bytes.Buffer
	require.NoError(t, json.Compact(&want, row.Decision))
	var d Decision
	require.NoError(t, json.Unmarshal(row.Decision, &d))
	again, err := marshal(d)
	require.NoError(t, err)
	require.Equal(t, want.String(), string(again), "decoding and encoding changed a recorded decision")
	redone, err := marshal(Judge(d.Rules, d.Facts, policyNamed(t, row.Policy)))
	require.NoError(t, err)
	require.Equal(t, want.String(), string(redone), "the recorded facts are judged in another way than when they were recorded")
}

// frozenFiles reads what must never change, by name.
func frozenFiles(t *testing.T) map[string][]byte {
	t.Helper()
	names := ruleFiles(t)
	for _, pattern := range []string{"policies/*.json", "testdata/policies/*.json", "testdata/decisions/*.json"} {
		more, err := filepath.Glob(pattern)
		require.NoError(t, err)
		names = append(names, more...)
	}
	out := map[string][]byte{}
	for _, n := range names {
		data, err := os.ReadFile(n)
		require.NoError(t, err)
		out[n] = data
	}
	return out
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

func parseFrozen(t *testing.T, list string) (released bool, sums map[string]string) {
	t.Helper()
	head, rest, _ := strings.Cut(list, "\n")
	switch head + "\n" {
	case fmt.Sprintf(frozenHead, false):
	case fmt.Sprintf(frozenHead, true):
		released = true
	default:
		t.Fatalf("frozen.sum begins with %q", head)
	}
	sums = map[string]string{}
	for line := range strings.Lines(rest) {
		hash, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		require.True(t, ok, "frozen.sum has the line %q", line)
		require.NotContains(t, sums, name, "frozen.sum lists %s twice", name)
		sums[name] = hash
	}
	return released, sums
}

// frozenFaults says what is wrong, for whoever changed something.
func frozenFaults(sums map[string]string, files map[string][]byte) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		switch hash, listed := sums[name]; {
		case !listed:
			out = append(out, name+" is not listed in frozen.sum: run SALDO_UPDATE=1 go test ./domain, which adds it")
		case hash != sum(files[name]):
			out = append(out, name+" has changed. A released rule file is never edited, since recorded decisions are repeated with it:"+
				" undo the change and add the next version beside it (rules_purchase_2.go, purchase/2, prakerja-2020@3)")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		if _, there := files[name]; !there {
			out = append(out, name+" is gone. Old versions stay executable for ever: bring it back")
		}
	}
	return out
}

// updateFrozen rewrites golden decisions and sums until the first release; after it, it only adds what is new.
func updateFrozen(t *testing.T) {
	t.Helper()
	released, sums := false, map[string]string{}
	if list, err := os.ReadFile("frozen.sum"); err == nil {
		released, sums = parseFrozen(t, string(list))
	}
	for _, r := range RuleSets() {
		if _, err := os.Stat(goldenName(r)); !released || err != nil {
			writeDecisions(t, r)
		}
	}
	files := frozenFiles(t)
	if !released {
		sums = map[string]string{}
	}
	for name, data := range files {
		if _, listed := sums[name]; !listed {
			sums[name] = sum(data)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, frozenHead, released)
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		b.WriteString(sums[name] + "  " + name + "\n")
	}
	require.NoError(t, os.WriteFile("frozen.sum", []byte(b.String()), 0o644))
}

func TestReleasedRulesAreFrozen(t *testing.T) {
	if updating() {
		updateFrozen(t)
	}
	list, err := os.ReadFile("frozen.sum")
	require.NoError(t, err)
	released, sums := parseFrozen(t, string(list))
	faults := frozenFaults(sums, frozenFiles(t))
	if !released && len(faults) > 0 {
		faults = append(faults, "(nothing is released yet: SALDO_UPDATE=1 go test ./domain accepts the change; read the difference in testdata/decisions)")
	}
	require.Empty(t, faults)
}

func TestFrozenFaultsAreFound(t *testing.T) {
	files := map[string][]byte{"rules_purchase_1.go": []byte("one"), "rules_purchase_2.go": []byte("two")}
	sums := map[string]string{"rules_purchase_1.go": sum([]byte("one")), "rules_purchase_2.go": sum([]byte("two"))}
	require.Empty(t, frozenFaults(sums, files))

	files["rules_purchase_1.go"] = []byte("one, improved")
	require.Contains(t, frozenFaults(sums, files)[0], "A released rule file is never edited")
	require.Contains(t, frozenFaults(sums, files)[0], "add the next version")

	delete(files, "rules_purchase_1.go")
	require.Contains(t, frozenFaults(sums, files)[0], "is gone")

	files["rules_purchase_1.go"], files["rules_purchase_3.go"] = []byte("one"), []byte("three")
	require.Contains(t, frozenFaults(sums, files)[0], "rules_purchase_3.go is not listed")

	for _, name := range ruleFiles(t) {
		require.Contains(t, frozenFiles(t), name)
	}
}
