package domain

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/domain/reason"
)

// checkSource is where a check is written and what it can answer, read from the source itself.
type checkSource struct {
	file, function string
	line           int
	reasons        []reason.Code
	verdicts       map[Verdict]bool // beside pass and fail
}

// ruleReader reads the rule files: a frozen file's text is the only place that says what a check can answer.
type ruleReader struct {
	fset  *token.FileSet
	funcs map[string]*ast.FuncDecl
	codes map[string]reason.Code // by the name of the constant
}

func readRules(t *testing.T) *ruleReader {
	t.Helper()
	r := &ruleReader{token.NewFileSet(), map[string]*ast.FuncDecl{}, map[string]reason.Code{}}
	for _, name := range ruleFiles(t) {
		file, err := parser.ParseFile(r.fset, name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				r.funcs[f.Name.Name] = f
			}
		}
	}
	file, err := parser.ParseFile(r.fset, "reason/codes.go", nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			if s, ok := unquoted(v.Values[0]); ok {
				r.codes[v.Names[0].Name] = reason.Code(s)
			}
		}
		return true
	})
	return r
}

// ruleFiles lists the versioned rule files.
func ruleFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("rules_*_[0-9]*.go")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

func unquoted(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// sources finds every check of a rule set, beginning at the function that lists them, such as purchaseChecks1.
func (r *ruleReader) sources(set RuleSet) map[CheckName]checkSource {
	out := map[CheckName]checkSource{}
	_, version, _ := strings.Cut(string(set), "/")
	queue, seen := []string{set.Name() + "Checks" + version}, map[string]bool{}
	for len(queue) > 0 {
		f := r.funcs[queue[0]]
		queue = queue[1:]
		if f == nil || seen[f.Name.Name] {
			continue
		}
		seen[f.Name.Name] = true
		conditional := map[ast.Node]bool{}
		add := func(name string, n ast.Node) {
			if _, known := out[CheckName(name)]; !known {
				out[CheckName(name)] = r.source(f, n, conditional[n])
			}
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				fun, ok := n.Fun.(*ast.Ident)
				if !ok {
					return true
				}
				queue = append(queue, fun.Name)
				if fun.Name == "when" && len(n.Args) == 2 {
					conditional[n.Args[1]] = true
				}
				if len(n.Args) > 2 {
					if name, ok := unquoted(n.Args[0]); ok {
						add(name, n)
					}
				}
			case *ast.CompositeLit:
				for _, e := range n.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok {
						if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Name" {
							if name, ok := unquoted(kv.Value); ok {
								add(name, n)
							}
						}
					}
				}
			}
			return true
		})
	}
	return out
}

func (r *ruleReader) source(f *ast.FuncDecl, n ast.Node, conditional bool) checkSource {
	at := r.fset.Position(n.Pos())
	s := checkSource{file: at.Filename, function: f.Name.Name, line: at.Line, verdicts: map[Verdict]bool{NotRequired: conditional}}
	codes := map[reason.Code]bool{}
	r.answers(f, n, &s, codes, map[ast.Node]bool{}, true)
	for _, known := range reason.All() { // in the order of the catalogue
		if codes[known.Code] {
			s.reasons = append(s.reasons, known.Code)
		}
	}
	return s
}

// answers collects reasons and verdicts of a node and of the functions of rule files that it calls. Where a check asks a whole
// list of others, their verdicts are not its own.
func (r *ruleReader) answers(in *ast.FuncDecl, n ast.Node, s *checkSource, codes map[reason.Code]bool, seen map[ast.Node]bool, own bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	ast.Inspect(n, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.SelectorExpr:
			if pkg, ok := x.X.(*ast.Ident); ok && pkg.Name == "reason" {
				if c, known := r.codes[x.Sel.Name]; known {
					codes[c] = true
				}
			}
		case *ast.Ident:
			if own && (x.Name == "NotEvaluable" || x.Name == "NotRequired") {
				s.verdicts[map[string]Verdict{"NotEvaluable": NotEvaluable, "NotRequired": NotRequired}[x.Name]] = true
			}
		case *ast.CallExpr:
			fun, ok := x.Fun.(*ast.Ident)
			if !ok {
				return true
			}
			if f := r.funcs[fun.Name]; f != nil && len(x.Args) == f.Type.Params.NumFields() { // else a parameter of the same name
				r.answers(f, f.Body, s, codes, seen, own && !strings.Contains(f.Name.Name, "Checks"))
			} else if local := closure(in, fun.Name); local != nil {
				r.answers(in, local, s, codes, seen, own)
			}
		}
		return true
	})
}

// closure finds a function that is a local variable.
func closure(in *ast.FuncDecl, name string) *ast.FuncLit {
	var found *ast.FuncLit
	ast.Inspect(in.Body, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == 1 {
			if id, ok := a.Lhs[0].(*ast.Ident); ok && id.Name == name {
				found, _ = a.Rhs[0].(*ast.FuncLit)
			}
		}
		return found == nil
	})
	return found
}

func TestRuleSetsAreAll(t *testing.T) {
	r, sets := readRules(t), map[string]bool{}
	for _, set := range RuleSets() {
		require.NotEmpty(t, Checks(set), "%s has no checks", set)
		id, en := DescribeRules(set)
		require.NotEmpty(t, id, "%s: say in rulebook.go what it decides", set)
		require.NotEmpty(t, en, "%s: say in rulebook.go what it decides", set)
		_, version, _ := strings.Cut(string(set), "/")
		require.Contains(t, r.funcs, set.Name()+"Checks"+version, "the checks of %s are listed by that function", set)
		sets[set.Name()] = true
	}
	for _, a := range Acts() {
		require.Contains(t, RuleSets(), a.Rules, "%s is judged by a rule set that RuleSets does not list", a.Name)
	}
	source, err := os.ReadFile("rules.go")
	require.NoError(t, err)
	require.Len(t, RuleSets(), strings.Count(string(source), "RuleSet = \""), "RuleSets lists every rule set of rules.go")
	require.Len(t, ruleSetTexts, len(sets), "rulebook.go describes a rule set that is none")
}

func TestEveryCheckIsDescribed(t *testing.T) {
	used := map[CheckName]bool{}
	for _, set := range RuleSets() {
		for _, c := range Checks(set) {
			used[c.Name] = true
			id, en := Describe(c.Name)
			for _, s := range []string{id, en} {
				require.NotEmpty(t, s, "%s: say in rulebook.go what it asks", c.Name)
				require.LessOrEqual(t, len(s), 100, "%s: one short question", c.Name)
				require.Contains(t, s, "?", "%s: a check is a question", c.Name)
				require.NotContains(t, strings.ToLower(s), "gerbang")
			}
			require.NoError(t, c.Name.Rule().Check(string(c.Name)))
		}
	}
	for name := range checkTexts {
		require.True(t, used[name], "rulebook.go describes %s, which no rule set asks", name)
	}
	id, en := Describe("no_such_check")
	require.Empty(t, id+en)
}

// The names of checks within a rule set are what a policy, a decision and a reference go by.
func TestCheckNamesAreUnique(t *testing.T) {
	for _, set := range RuleSets() {
		seen := map[CheckName]bool{}
		for _, c := range Checks(set) {
			require.False(t, seen[c.Name], "%s asks %s twice", set, c.Name)
			seen[c.Name] = true
		}
	}
}

// Whatever the source of a check can answer, a case of the tables shows.
func TestEveryAnswerIsShown(t *testing.T) {
	r := readRules(t)
	elsewhere := map[string]bool{
		"class/1 payment_recorded not_evaluable":  true, // it shares a function with checks that need a payment; it needs none itself
		"incentive/1 within_series not_evaluable": true, // without any policy: TestJudgeIsTotalBeforeTheFirstPolicy
	}
	for _, set := range RuleSets() {
		sources := r.sources(set)
		for _, c := range Checks(set) {
			src, ok := sources[c.Name]
			require.True(t, ok, "no rule file has the check %s of %s", c.Name, set)
			require.NotEmpty(t, src.reasons, "%s of %s can fail without a reason", c.Name, set)
			codes, verdicts := map[reason.Code]bool{}, map[Verdict]bool{}
			for _, tc := range casesOf(set) {
				if tc.check == c.Name {
					codes[tc.why], verdicts[tc.then] = true, true
				}
			}
			for _, code := range src.reasons {
				require.True(t, codes[code], "%s of %s can give %s: add a case to rulebook_cases_test.go", c.Name, set, code)
			}
			f := ordinary(set)
			verdicts[resultOf(t, set, c.Name, &f, strictest(t)).Verdict] = true
			require.True(t, verdicts[Pass], "no case shows %s of %s passing", c.Name, set)
			for v, can := range src.verdicts {
				if can && !elsewhere[fmt.Sprint(set, " ", c.Name, " ", v)] {
					require.True(t, verdicts[v], "%s of %s can answer %s: add a case to rulebook_cases_test.go", c.Name, set, v)
				}
			}
		}
	}
}

func TestRulebook(t *testing.T) {
	got := rulebook(t)
	if updating() {
		require.NoError(t, os.WriteFile("rulebook.md", []byte(got), 0o644))
	}
	want, err := os.ReadFile("rulebook.md")
	require.NoError(t, err)
	require.Equal(t, string(want), got, "rulebook.md is generated: run SALDO_UPDATE=1 go test ./domain and read the difference")
}

func updating() bool { return os.Getenv("SALDO_UPDATE") == "1" }

// rulebook writes rulebook.md.
func rulebook(t *testing.T) string {
	t.Helper()
	r, policies := readRules(t), allPolicies(t)
	var b strings.Builder
	b.WriteString(rulebookHead)
	writeRuleSets(&b)
	b.WriteString("\n" + rulebookPolicies)
	for _, p := range policies {
		e := p.Entitlement
		fmt.Fprintf(&b, "| [%s](%s) | %s | %s + %d x %s + %d x %s = %s | %d days | %s |\n", p.Ref(), policyFile(p), p.Regulation,
			e.Training, e.JobSearch.Times, e.JobSearch.Amount, e.Survey.Times, e.Survey.Amount, e.Package().Total(),
			p.Conduct.FirstPurchaseDays, p.Conduct.LastDay)
	}
	fmt.Fprintf(&b, "\nCalendar of prakerja-2020: %s.\n", policies[1].Calendar.Source)
	writeByReason(&b, r)
	writeByArticle(&b, policies)
	for _, set := range RuleSets() {
		id, en := DescribeRules(set)
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n_%s_\n", set, en, id)
		sources := r.sources(set)
		for i, c := range Checks(set) {
			writeCheck(&b, set, i+1, c, sources[c.Name], policies)
		}
	}
	return b.String()
}

const rulebookHead = `# Rulebook

Generated from the rule files, the policies and the tests; do not edit. ` + "`SALDO_UPDATE=1 go test ./domain`" + ` writes it again.

Where to look: a reason code of a refusal in [By reason](#by-reason); an article in [By article](#by-article); a rule set below.
Code knows how to evaluate a check, a policy says which it demands. Every check is asked every time, in this order; the first that
fails is the reason given, unless one of them is final (nobody can put it right): then that one leads. A reported or migrated fact
is never refused for a rule, its failing checks are stored as exceptions, except that the same fact is not recorded twice.

Run the cases of a check: ` + "`go test ./domain -v -run 'TestRules/purchase/payment_gate_open$'`" + `. A released rule file is never
edited, only followed by another version: [frozen.sum](frozen.sum). Decisions that must stay the same for ever:
[testdata/decisions](testdata/decisions). Words: [rulebook.go](rulebook.go). Reasons: [reason/catalogue](reason/catalogue).

`

const rulebookPolicies = `| policy | regulation | package | first purchase | last day |
| --- | --- | --- | --- | --- |
`

func writeRuleSets(b *strings.Builder) {
	b.WriteString("| rule set | decides | checks |\n| --- | --- | --- |\n")
	for _, set := range RuleSets() {
		_, en := DescribeRules(set)
		fmt.Fprintf(b, "| [%s](#%s) | %s | %d |\n", set, strings.ReplaceAll(string(set), "/", ""), en, len(Checks(set)))
	}
}

func policyFile(p *Policy) string {
	if p.Ref() == fixturePolicy {
		return "testdata/policies/" + string(p.Ref()) + ".json"
	}
	return "policies/" + string(p.Ref()) + ".json"
}

func writeByReason(b *strings.Builder, r *ruleReader) {
	b.WriteString("\n## By reason\n\n| reason | check |\n| --- | --- |\n")
	by := map[reason.Code][]string{}
	for _, set := range RuleSets() {
		sources := r.sources(set)
		for _, c := range Checks(set) {
			for _, code := range sources[c.Name].reasons {
				by[code] = append(by[code], fmt.Sprintf("[%s](#%s) of %s", c.Name, anchor(set, c.Name), set))
			}
		}
	}
	for _, known := range reason.All() {
		if list := by[known.Code]; len(list) > 0 {
			fmt.Fprintf(b, "| `%s`%s | %s |\n", known.Code, map[bool]string{true: " (final)"}[known.Final], strings.Join(list, ", "))
		}
	}
}

// writeByArticle lists what was read first: those are the references that can be relied on.
func writeByArticle(b *strings.Builder, policies []*Policy) {
	b.WriteString("\n## By article\n\nOnly references with *yes* were compared with the text of the article. All others are reports, announcements or choices of\nthis ledger, marked *belum diverifikasi* (not verified).\n\n| reference | article read | check |\n| --- | --- | --- |\n")
	type line struct {
		verified bool
		text     Notice
	}
	checks := map[line]map[CheckName]bool{}
	for _, p := range policies {
		for _, ref := range p.References {
			if p.Ref() != fixturePolicy {
				l := line{ref.Verified, ref.Text}
				if checks[l] == nil {
					checks[l] = map[CheckName]bool{}
				}
				checks[l][ref.Check] = true
			}
		}
	}
	lines := slices.SortedFunc(maps.Keys(checks), func(x, y line) int {
		if x.verified != y.verified {
			return map[bool]int{true: -1, false: 1}[x.verified]
		}
		return cmp.Compare(x.text, y.text)
	})
	for _, l := range lines {
		names := []string{}
		for _, c := range slices.Sorted(maps.Keys(checks[l])) {
			names = append(names, "`"+string(c)+"`")
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", l.text, map[bool]string{true: "yes", false: "no"}[l.verified], strings.Join(names, ", "))
	}
}

func readMark(verified bool) string {
	if verified {
		return " **[article read]**"
	}
	return ""
}

func anchor(set RuleSet, c CheckName) string { return set.Name() + "-" + string(c) }

func writeCheck(b *strings.Builder, set RuleSet, n int, c Check, src checkSource, policies []*Policy) {
	id, en := Describe(c.Name)
	fmt.Fprintf(b, "\n### <a id=\"%s\"></a>%d. `%s`\n\n%s _%s_\n\n", anchor(set, c.Name), n, c.Name, en, id)
	codes := make([]string, len(src.reasons))
	for i, code := range src.reasons {
		codes[i] = "`" + string(code) + "`"
	}
	fmt.Fprintf(b, "- says %s\n- lives in [%s, %s](%s#L%d)\n", strings.Join(codes, ", "), src.file, src.function, src.file, src.line)
	writeDemands(b, set, c, policies)
	fmt.Fprintf(b, "- shown by `TestRules/%s/%s`: ", set.Name(), c.Name)
	shown := []string{}
	for _, tc := range casesOf(set) {
		if tc.check == c.Name {
			answer := string(tc.then)
			if tc.then == Fail {
				answer = string(tc.why)
			}
			shown = append(shown, tc.given+" → "+answer)
		}
	}
	b.WriteString(strings.Join(shown, "; ") + "\n")
}

func writeDemands(b *strings.Builder, set RuleSet, c Check, policies []*Policy) {
	if c.Always {
		b.WriteString("- demanded always; no policy waives it\n")
	}
	for _, p := range policies {
		ref := p.Reference(c.Name)
		switch {
		case c.Always && ref.Text == "":
		case c.Always:
			fmt.Fprintf(b, "- %s: %s%s\n", p.Ref(), ref.Text, readMark(ref.Verified))
		case !p.demands(set, c.Name):
			fmt.Fprintf(b, "- %s: not demanded\n", p.Ref())
		default:
			fmt.Fprintf(b, "- %s demands it: %s%s\n", p.Ref(), ref.Text, readMark(ref.Verified))
		}
	}
}
