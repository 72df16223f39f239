package api

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"saldo/domain"
)

// DecisionColumn is a column of the flat table of decisions.
type DecisionColumn struct {
	Key  string
	Kind CellKind
}

// CellKind says what the cells of a column are.
type CellKind string

// Kinds of cells. An id is text even where it is all digits.
const (
	CellText   CellKind = "text"
	CellNumber CellKind = "number"
	CellMoney  CellKind = "money"
	CellTime   CellKind = "time"
)

// DecisionTable is every decision of the log as one flat row: what was compared, what was expected and found by each check,
// and what came of it, so that anybody can do the sums again in a spreadsheet or in SQL (users.md requirement 34).
type DecisionTable struct {
	Columns []DecisionColumn
	rules   []domain.RuleSet
	facts   []factColumn
	checks  map[string]int // place of the first of the three columns of a check
}

// factColumn is one field of the facts, found by its way through the struct.
type factColumn struct {
	key  string
	path []int
	kind CellKind
}

// decidedRules are the rule sets by which something is decided.
func decidedRules() []domain.RuleSet {
	var out []domain.RuleSet
	for _, a := range domain.Acts() {
		if !slices.Contains(out, a.Rules) {
			out = append(out, a.Rules)
		}
	}
	return out
}

// NewDecisionTable gives the table of the decisions by some rule sets; without any, by all. A rule set is named with its
// version or without. It reports which name is none.
func NewDecisionTable(rules ...string) (*DecisionTable, error) {
	t := &DecisionTable{checks: map[string]int{}}
	for _, name := range rules {
		found := false
		for _, r := range decidedRules() {
			if string(r) == name || r.Name() == name {
				t.rules, found = append(t.rules, r), true
			}
		}
		if !found {
			return nil, fmt.Errorf("%q is no rule set: there are %v", name, decidedRules())
		}
	}
	if len(rules) == 0 {
		t.rules = decidedRules()
	}
	t.Columns = fixedColumns()
	t.facts = factColumns(reflect.TypeFor[domain.Facts](), "fact.", nil)
	for _, f := range t.facts {
		t.Columns = append(t.Columns, DecisionColumn{f.key, f.kind})
	}
	for _, r := range t.rules {
		for _, c := range domain.Checks(r) {
			if _, has := t.checks[string(c.Name)]; has {
				continue
			}
			t.checks[string(c.Name)] = len(t.Columns)
			for _, part := range []string{"result", "expected", "actual"} {
				t.Columns = append(t.Columns, DecisionColumn{"check." + string(c.Name) + "." + part, CellText})
			}
		}
	}
	return t, nil
}

func fixedColumns() []DecisionColumn {
	out := []DecisionColumn{
		{"no", CellNumber},
		{"event_id", CellText},
		{"stream", CellText},
		{"revision", CellNumber},
		{"type", CellText},
		{"reference", CellText},
		{"received_at", CellTime},
		{"recorded_at", CellTime},
		{"effective_at", CellTime},
		{"origin", CellText},
		{"outcome", CellText},
		{"actor_party", CellText},
		{"actor_id", CellText},
		{"action_id", CellText},
		{"rules", CellText},
		{"policy_entitlement", CellText},
		{"policy_conduct", CellText},
		{"primary_reason", CellText},
		{"failed", CellText},
		{"exceptions", CellText},
		{"unchecked", CellText},
		{"retry", CellText},
		{"basis", CellText},
	}
	for _, when := range []string{"before", "after"} {
		for _, p := range purses() {
			out = append(out, DecisionColumn{when + "." + string(p), CellMoney})
		}
	}
	return out
}

// factColumns lists the fields of a struct in its order, those of structs inside behind their name.
func factColumns(t reflect.Type, prefix string, path []int) []factColumn {
	var out []factColumn
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		at := append(slices.Clone(path), i)
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		kind := CellText
		switch {
		case inner == reflect.TypeFor[domain.Money]():
			kind = CellMoney
		case inner == reflect.TypeFor[time.Time]():
			kind = CellTime
		case inner.Kind() == reflect.Int:
			kind = CellNumber
		case inner.Kind() == reflect.Struct && inner != reflect.TypeFor[domain.Date]() && inner != reflect.TypeFor[domain.CompactRef]():
			out = append(out, factColumns(inner, prefix+name+".", at)...)
			continue
		}
		out = append(out, factColumn{prefix + name, at, kind})
	}
	return out
}

// Decisions yields the rows of a table, in the order of the log up to a bound. Cells are string, int, uint64, domain.Money,
// time.Time, or nil where there is nothing. It keeps the programme's registry and no more, so that any log streams.
func (s *Service) Decisions(ctx context.Context, t *DecisionTable, b Bound) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		reg := domain.NewRegistry()
		p := s.pass(b)
		for e := range p.events(ctx) {
			if e.Foreign() || e.Unknown() {
				continue
			}
			d := e.Fact.Ruling()
			if d != nil && e.Meta.Outcome != domain.Consequence && slices.Contains(t.rules, d.Rules) {
				if !yield(t.row(&e, d, reg.PolicyOf(d.Policy)), nil) {
					return
				}
			}
			if e.Stream == domain.Programme {
				reg.Apply(e)
			}
		}
		if p.err != nil {
			yield(nil, p.err)
		}
	}
}

func (t *DecisionTable) row(e *domain.Recorded, d *domain.Decision, policy *domain.Policy) []any {
	m := e.Meta
	row := make([]any, 0, len(t.Columns))
	row = append(row, e.Number, e.ID.String(), string(e.Stream), e.Revision, string(e.Type), domain.ReferenceNumber(m.CommandID),
		m.ReceivedAt, m.RecordedAt, cell(reflect.ValueOf(m.EffectiveAt)), string(m.Origin), string(m.Outcome),
		string(m.Actor.Party), m.Actor.ID.String(), cell(reflect.ValueOf(m.ActionID)), string(d.Rules), string(d.Policy.Entitlement), string(d.Policy.Conduct),
		string(d.Primary()), failureText(d.Failed), failureText(d.Exceptions), joined(d.Unchecked), retryText(d.Retry), basisText(d.Basis))
	for _, after := range []bool{false, true} {
		for _, p := range purses() {
			switch {
			case d.Purses == nil:
				row = append(row, nil)
			case after:
				row = append(row, d.Purses.After.Get(p))
			default:
				row = append(row, d.Purses.Before.Get(p))
			}
		}
	}
	facts := reflect.ValueOf(&d.Facts).Elem()
	for _, f := range t.facts {
		row = append(row, fieldCell(facts, f.path))
	}
	row = append(row, make([]any, len(t.Columns)-len(row))...)
	for _, c := range domain.Evaluate(d.Rules, &d.Facts, policy) {
		if at, has := t.checks[string(c.Check)]; has {
			row[at], row[at+1], row[at+2] = string(c.Verdict), c.Expected, c.Actual
		}
	}
	return row
}

// fieldCell follows a way through structs and pointers; what is absent on the way is nothing.
func fieldCell(v reflect.Value, path []int) any {
	for _, i := range path {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return nil
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return cell(v)
}

// cell is a value as a cell. An empty text is nothing, and so is a zero that its field leaves out.
func cell(v reflect.Value) any {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
		if n, ok := reflect.TypeAssert[int](v); ok {
			return n
		}
	}
	switch x := v.Interface().(type) {
	case domain.Money:
		return x
	case time.Time:
		if x.IsZero() {
			return nil
		}
		return x
	case int:
		if x == 0 {
			return nil
		}
		return x
	case bool:
		if !x {
			return nil
		}
		return "true"
	case map[string]domain.CompactRef:
		return refsText(x)
	case fmt.Stringer:
		return x.String()
	}
	if v.Kind() == reflect.String {
		if v.Len() == 0 {
			return nil
		}
		return v.String()
	}
	data, err := json.Marshal(v.Interface())
	if err != nil {
		return nil
	}
	return string(data)
}

func refsText(refs map[string]domain.CompactRef) any {
	if len(refs) == 0 {
		return nil
	}
	texts := make([]string, 0, len(refs))
	for _, group := range slices.Sorted(maps.Keys(refs)) {
		texts = append(texts, group+"="+domain.EventRef(refs[group]).String())
	}
	return strings.Join(texts, "; ")
}

func joined[S ~string](all []S) any {
	if len(all) == 0 {
		return nil
	}
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = string(s)
	}
	return strings.Join(texts, ", ")
}

func retryText(r *domain.Retry) any {
	if r == nil {
		return nil
	}
	return strings.Join(slices.DeleteFunc([]string{string(r.When), string(r.Condition), r.After}, func(s string) bool { return s == "" }), " ")
}

func basisText(b domain.Basis) any {
	if len(b) == 0 {
		return nil
	}
	texts := make([]string, 0, len(b))
	for _, s := range slices.Sorted(maps.Keys(b)) {
		texts = append(texts, fmt.Sprintf("%s@%d", s, b[s]))
	}
	return strings.Join(texts, "; ")
}
