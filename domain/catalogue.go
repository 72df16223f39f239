package domain

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Catalogue is the whole language of the ledger as Markdown, written from the code: streams, acts, events with their fields
// and postings, metadata, accounts. domain/catalogue.md is its text; a test keeps the two together.
func Catalogue() string {
	c := &catalogueWriter{}
	c.intro()
	for _, k := range StreamKinds() {
		c.kind(k)
	}
	c.appendix()
	return c.b.String()
}

type catalogueWriter struct{ b strings.Builder }

func (c *catalogueWriter) line(format string, args ...any) {
	fmt.Fprintf(&c.b, format, args...)
	c.b.WriteByte('\n')
}

// table writes a Markdown table; a bar inside a cell would end it.
func (c *catalogueWriter) table(head []string, rows [][]string) {
	c.row(head)
	c.row(slices.Repeat([]string{"---"}, len(head)))
	for _, r := range rows {
		c.row(r)
	}
	c.line("")
}

func (c *catalogueWriter) row(cells []string) {
	c.b.WriteByte('|')
	for _, cell := range cells {
		c.b.WriteString(" " + strings.ReplaceAll(cell, "|", `\|`) + " |")
	}
	c.b.WriteByte('\n')
}

// streamDoc is how the streams of a kind are named and what they are about.
func streamDoc(k StreamKind) (form, about string) {
	switch k {
	case ProgrammeStream:
		return "programme", "what the programme as a whole decides: policies, waves, decrees, deadlines, the payment gate"
	case PlatformStream:
		return "platform-<code>", "a digital platform: partnership, API tokens, its own catalogue"
	case InstitutionStream:
		return "institution-<code>", "a training institution and its approval"
	case CourseStream:
		return "course-<code>", "a course: submission, approval, offers on platforms, classes"
	case ParticipantStream:
		return "participant-<uuid>", "a person's money and rights, under a random subject id"
	case FundStream:
		return "fund-<year>", "the programme fund of a fiscal year"
	case SettlementStream:
		return "settlement-<platform>-<file hash>", "a settlement file and its lines: the same file again is the same stream"
	case IntakeStream:
		return "intake-<platform>, intake-unknown", "what reached the door and never became an attempt"
	case SeatStream:
		return "seat-<schedule>", "the seats of a class"
	case BudgetStream:
		return "budget-<wave>", "the budget of a wave"
	case ActionStream:
		return "action-<uuid>", "an act that needs a second person"
	case AuditStream:
		return "audit", "period closes, samples, retention rules"
	case CaseStream:
		return "case-<ref>", "a complaint or dispute"
	}
	return "", ""
}

func (c *catalogueWriter) intro() {
	c.line("# The language of the ledger")
	c.line("")
	c.line("Every stream, act, event and posting of Saldo. This file is written from the code: `SALDO_UPDATE=1 go test -run TestCatalogue ./domain/`")
	c.line("writes it, and the test fails where it differs. The JSON Schema of a type comes from `CommandSchema` and `EventSchema`.")
	c.line("")
	c.line("An *act* is what somebody asks for; it names its one stream from its own fields. Deciding it leaves exactly one outcome: the")
	c.line("event of a yes or the event of a no, in that stream. A *reported* fact of another party is recorded whether or not it pleases the")
	c.line("rules; what fails becomes its exceptions, and only the same fact twice is refused. **2nd** marks acts that need a document and a second person.")
	c.line("")
	c.line("## Streams")
	c.line("")
	var rows [][]string
	for _, k := range StreamKinds() {
		form, about := streamDoc(k)
		acts, events := 0, 0
		for _, a := range Acts() {
			acts += oneIf(a.Kind == k)
		}
		for _, e := range eventTable() {
			events += oneIf(e.kind == k)
		}
		rows = append(rows, []string{"[" + string(k) + "](#" + string(k) + ")", forms(form), about, either(slices.Contains(RegistryKinds(), k), "yes", ""), itoa(acts), itoa(events)})
	}
	c.table([]string{"kind", "name", "what it is about", "folded on every node", "acts", "events"}, rows)
}

// forms writes each of several names as code.
func forms(s string) string { return code(strings.ReplaceAll(s, ", ", "`, `")) }

func oneIf(is bool) int {
	if is {
		return 1
	}
	return 0
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

func (c *catalogueWriter) kind(k StreamKind) {
	form, about := streamDoc(k)
	c.line("## %s", k)
	c.line("")
	c.line("%s: %s.", forms(form), about)
	c.line("")
	var rows [][]string
	for _, a := range Acts() {
		if a.Kind == k {
			rows = append(rows, []string{
				"**" + string(a.Name) + "**" + either(a.Second, " (2nd)", ""), purpose(string(a.Name)), orNone(string(a.Owner)), string(a.Origin), code(string(a.Rules)),
				eventLink(a.Accepted), eventLink(a.Refused),
			})
		}
	}
	c.table([]string{"act", "what it does", "owner of the fact", "origin", "rules", "yes", "no"}, rows)
	for _, e := range eventTable() {
		if e.kind == k {
			c.event(e)
		}
	}
}

func eventLink(n EventName) string { return "[" + string(n) + "](#" + strings.ToLower(string(n)) + ")" }

// purpose is the comment of a type without its name.
func purpose(name string) string {
	return strings.TrimSuffix(strings.TrimPrefix(sourceDoc(name), name+" "), ".")
}

func (c *catalogueWriter) event(e eventEntry) {
	c.line("### %s", e.name)
	c.line("")
	c.line("%s", sourceDoc(string(e.name)))
	c.line("")
	c.line("- from: %s", strings.Join(originsOf(e.name), ", "))
	if key, ok := keyFields(e.name); ok {
		c.line("- at most one in a stream%s", either(key == "", "", " for the same "+key))
	}
	for _, p := range describePostings(e.name) {
		c.line("- moves %s", p)
	}
	c.line("")
	if reflect.TypeOf(e.zero).Field(0).Type == reflect.TypeFor[RefusedAct]() {
		c.line("Fields: `command` (which act), `act` (its fields, word by word), `decision`.")
		c.line("")
		return
	}
	c.table([]string{"field", "type", "required", "meaning"}, fieldRows("", reflect.TypeOf(e.zero)))
}

// originsOf says which acts leave an event, and as what.
func originsOf(name EventName) []string {
	var out, generic []string
	for _, a := range Acts() {
		switch {
		case a.Accepted == name:
			out = append(out, code(string(a.Name)))
		case a.Refused == name && refusalOf(a.Kind) == name:
			generic = append(generic, code(string(a.Name)))
		case a.Refused == name:
			out = append(out, code(string(a.Name))+" (its no)")
		}
	}
	if len(generic) > 0 {
		out = append(out, "the no of "+strings.Join(generic, ", "))
	}
	for _, a := range Acts() {
		if slices.Contains(consequencesOf(a), name) {
			out = append(out, "a consequence of "+code(string(a.Name)))
		}
	}
	return out
}

// consequencesOf lists the further events that a yes brings with it, for a person who has something left.
func consequencesOf(a ActSpec) []EventName {
	first := SampleEvent(a.Accepted)
	if a.Kind != ParticipantStream || first == nil {
		return nil
	}
	p := NewParticipantState(ParticipantStreamOf(exampleID("sample")))
	p.Balance = Purses{Training: Rupiah(1)}
	var out []EventName
	for _, e := range consequences(first, p) {
		out = append(out, TypeOf(e))
	}
	return out
}

// fieldRows describes fields, those of structs inside with dots.
func fieldRows(prefix string, t reflect.Type) [][]string {
	var rows [][]string
	for _, f := range wireFields(t) {
		if f.Type == reflect.TypeFor[Decision]() {
			continue // the same in every event: see the appendix
		}
		rows = append(rows, []string{code(prefix + f.Name), typeText(f.Type, &f), either(f.Optional && f.Default == "", "", "yes"), fieldDoc(&f)})
		inner, name := f.Type, prefix+f.Name+"."
		if kindOfType(inner) == wireList {
			inner, name = inner.Elem(), prefix+f.Name+"[]."
		}
		if kindOfType(inner) == wireObject && inner != reflect.TypeFor[Facts]() {
			rows = append(rows, fieldRows(name, inner)...)
		}
	}
	return rows
}

// typeText names a type for people.
func typeText(t reflect.Type, f *wireField) string {
	switch kindOfType(t) {
	case wireObject:
		return "object"
	case wireList:
		return "list of " + typeText(t.Elem(), &wireField{})
	case wireMap:
		return "map"
	case wireBool:
		return "true or false"
	case wireInt:
		if f.Min != nil && f.Max != nil {
			return fmt.Sprintf("number, %d to %d", *f.Min, *f.Max)
		}
		return "number"
	case wireMoney:
		return "rupiah"
	case wireDate:
		return "date"
	case wireTime:
		return "time"
	case wireUUID:
		return "id"
	case wireRef:
		return "event"
	case wireEnum:
		return "one of " + strings.Join(valuesOf(t), ", ")
	case wireText:
		if rule, ok := ruleOf(t); ok {
			return rule.Name
		}
		return "text"
	case wireFree:
	}
	return "anything"
}

func (c *catalogueWriter) appendix() {
	c.line("## Metadata")
	c.line("")
	c.line("Stands beside the data of every event. Fields equal to their default are absent.")
	c.line("")
	c.table([]string{"field", "type", "required", "meaning"}, fieldRows("", reflect.TypeFor[Metadata]()))
	c.line("## Decision")
	c.line("")
	c.line("`decision` stands in every event that was decided, and in a reported fact whose checks failed. It %s.", purpose("Decision"))
	c.line("")
	c.table([]string{"field", "type", "required", "meaning"}, fieldRows("", reflect.TypeFor[Decision]()))
	c.line("## Facts")
	c.line("")
	c.line("`decision.facts` is everything that the checks compared. What did not apply is absent.")
	c.line("")
	c.table([]string{"field", "type", "required", "meaning"}, fieldRows("", reflect.TypeFor[Facts]()))
	c.line("## Accounts")
	c.line("")
	c.line("The legs of an event sum to zero. Memo accounts hold promises and no money.")
	c.line("")
	c.table([]string{"account", "memo", "moved by"}, accountRows())
}

// fieldDoc is the meaning of a field. Fields of plain types that say nothing themselves say it by their name.
func fieldDoc(f *wireField) string {
	if f.Doc != "" {
		return f.Doc
	}
	switch f.Name {
	case "fund_year":
		return "fiscal year of the fund"
	case "proposed_by":
		return "who proposed the action"
	case "approved_by":
		return "who approved it"
	case "correlation_id":
		return "ties commands of one business case together"
	case "causation_id":
		return "what led to this one"
	case "wave":
		return "number of the wave"
	case "n":
		return "first, second, ..."
	}
	return ""
}
