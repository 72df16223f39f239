package domain

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Submission is a command as it came in: one line of a file or the body of a request. Command.ID is not set: the caller
// derives it from who sends it and the key.
type Submission struct {
	Key        string // chosen by the sender, empty if it chose none; never stored
	Command    Command
	ReceivedAt *time.Time // as the line claims; only importers may believe it
}

// Limits of a submission.
const (
	MaxSubmissionBytes = 1 << 20 // a policy with its calendar has 12 KiB, 500 settlement lines 60 KiB
	maxDepth           = 16      // the deepest command, a policy, has 6
	maxItems           = 500     // of a list: more belongs into a file of its own or several commands
	firstYear          = 1900    // of a time or date: nothing that the ledger speaks of is older
	lastYear           = 2199
	maxNumber          = 1<<31 - 1 // of a number whose field names no limit
)

// submissionKey is the sender's own key for a command.
type submissionKey string

// Rule gives the length and alphabet of the type.
func (submissionKey) Rule() TextRule {
	return TextRule{
		Name: "key", Min: 1, Max: 200, Pattern: "^[ -~]{1,200}$", Hint: "up to 200 printable ASCII characters, such as tokped-8123-1",
		Allowed: func(_ int, r rune) bool { return r >= ' ' && r <= '~' },
	}
}

// wireCommand is the wire form of a command.
type wireCommand struct {
	Command     CommandName   `json:"command" doc:"type of the act"`
	Key         submissionKey `json:"key,omitempty" doc:"the sender's own key: the same key again gives the first outcome again"`
	ReceivedAt  *time.Time    `json:"received_at,omitempty" doc:"when the command was received; imports only"`
	Effective   *time.Time    `json:"effective_at,omitempty" doc:"when the fact is said to have happened"`
	Actor       *Actor        `json:"actor,omitempty" doc:"who submits; absent: the party that owns such facts"`
	Source      *Source       `json:"source,omitempty" doc:"where the fact comes from"`
	Authority   *Authority    `json:"authority,omitempty" doc:"document that empowers the act"`
	ActionID    *uuid.UUID    `json:"action_id,omitempty" doc:"the approved action that this act carries out"`
	Correlation *uuid.UUID    `json:"correlation_id,omitempty" doc:"id that ties commands of one business case together"`
	Causation   *uuid.UUID    `json:"causation_id,omitempty" doc:"id of the event or command that led to this one"`
	Act         any           `json:"act" doc:"the fields of the act"`
}

// DecodeSubmission reads one command, strictly: it refuses what it does not know, what is missing, what stands twice, what
// has another form than its type, and what looks like personal data. The error is an *InputError that lists everything.
func DecodeSubmission(line []byte) (Submission, error) {
	d := decoder{}
	if !d.readable(line) {
		return Submission{}, d.err()
	}
	root, err := parseJSON(line)
	if err != nil {
		d.notJSON(err)
		return Submission{}, d.err()
	}
	if root.kind != '{' {
		d.add(ValueType, nil, "a command is an object, found "+root.what(), `write {"command":"…","act":{…}}`)
		return Submission{}, d.err()
	}
	var w wireCommand
	d.object(nil, &root, reflect.ValueOf(&w).Elem())
	spec, known := SpecNamed(w.Command)
	if w.Command != "" && !known {
		d.add(CommandUnknown, (*pointer)(nil).child("command"), fmt.Sprintf("%q is no command", shown(string(w.Command))), nearest(string(w.Command), commandNames(), "commands are"))
	}
	act := d.act(&root, spec)
	if err := d.err(); err != nil {
		return Submission{}, err
	}
	return Submission{Key: string(w.Key), ReceivedAt: w.ReceivedAt, Command: w.command(spec, act)}, nil
}

func (w *wireCommand) command(spec ActSpec, act Act) Command {
	c := Command{
		Effective: w.Effective, Actor: Actor{Party: spec.Owner}, Source: w.Source, Authority: w.Authority, ActionID: w.ActionID,
		Correlation: w.Correlation, Causation: w.Causation, Act: act,
	}
	if w.Actor != nil {
		c.Actor = *w.Actor
	}
	if w.ReceivedAt != nil {
		c.ReceivedAt = *w.ReceivedAt
	}
	return c
}

// EncodeSubmission writes a submission in the form that DecodeSubmission reads.
func EncodeSubmission(s Submission) ([]byte, error) {
	c := s.Command
	w := wireCommand{
		Command: SpecOf(c.Act).Name, Key: submissionKey(s.Key), ReceivedAt: s.ReceivedAt, Effective: c.Effective, Source: c.Source, Authority: c.Authority,
		ActionID: c.ActionID, Correlation: c.Correlation, Causation: c.Causation, Act: c.Act,
	}
	if c.Actor.ID != uuid.Nil {
		w.Actor = &c.Actor
	}
	return marshal(w)
}

// commandNames lists all commands in the order of the catalogue.
func commandNames() []string {
	acts := Acts()
	out := make([]string, len(acts))
	for i, a := range acts {
		out[i] = string(a.Name)
	}
	return out
}

// decoder reads a tree into types and collects what is wrong.
type decoder struct{ problems }

// readable checks what must hold before a line is looked into.
func (d *decoder) readable(line []byte) bool {
	switch {
	case len(line) > MaxSubmissionBytes:
		d.add(TooLarge, nil, fmt.Sprintf("it has %d bytes, allowed are %d (1 MiB)", len(line), MaxSubmissionBytes),
			"no command is that long: look for a value that was repeated, and send a longer list in several commands")
	case !utf8.Valid(line):
		d.add(NotUTF8, nil, "it is not valid UTF-8", "send UTF-8 text")
	case nesting(line, maxDepth) > maxDepth:
		d.add(TooDeep, nil, fmt.Sprintf("it is nested deeper than %d levels", maxDepth), "no command is that deep: look for a value that was wrapped too often")
	default:
		return true
	}
	return false
}

func (d *decoder) notJSON(err error) {
	message := "it is not JSON: " + err.Error()
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		message = fmt.Sprintf("it is not JSON, at byte %d", syntax.Offset)
	}
	d.add(NotJSON, nil, message, "send one JSON object and nothing behind it")
}

// act reads the act of a known command; of an unknown one it only looks for personal data and duplicates.
func (d *decoder) act(root *jsonValue, spec ActSpec) Act {
	i := slices.Index(root.names, "act")
	if i < 0 {
		return nil
	}
	at, v := (*pointer)(nil).child("act"), &root.items[i]
	if v.kind != '{' {
		d.add(ValueType, at, "must be an object, found "+v.what(), "give the fields of the act")
		return nil
	}
	if spec.zero == nil {
		d.inspect(at, v)
		return nil
	}
	into := reflect.New(reflect.TypeOf(spec.zero)).Elem()
	d.object(at, v, into)
	act, _ := reflect.TypeAssert[Act](into)
	return act
}

// inspect looks for duplicates and personal data in a value of no known type.
func (d *decoder) inspect(at *pointer, v *jsonValue) {
	switch v.kind {
	case '{':
		seen := map[string]bool{}
		for i := range v.items {
			p := at.child(v.names[i])
			d.name(p, v.names[i], seen)
			d.inspect(p, &v.items[i])
		}
	case '[':
		for i := range v.items {
			d.inspect(at.item(i), &v.items[i])
		}
	case '"':
		d.personal(at, v.text, "")
	}
}

// name checks one name of an object and reports whether it stood there before.
func (d *decoder) name(at *pointer, name string, seen map[string]bool) (again bool) {
	d.personal(at, name, "")
	if seen[name] {
		d.add(FieldDuplicate, at, "it stands twice in the same object", "send it once")
		return true
	}
	seen[name] = true
	return false
}

// personal reports whether a text must be refused: because it looks personal, or because it was damaged on its way.
func (d *decoder) personal(at *pointer, s, cure string) bool {
	if kind := FindPersonal(s); kind != "" {
		if cure == "" {
			cure = "personal data never enters the ledger: refer to the person by the subject id"
		}
		d.add(FieldLooksPersonal, at, "it looks like "+string(kind), cure)
		return true
	}
	if strings.ContainsRune(s, utf8.RuneError) {
		d.add(NotUTF8, at, "it has a replacement character or half a character: the text was damaged before it was sent", "send the text as it was")
		return true
	}
	return false
}

// object reads an object into a struct.
func (d *decoder) object(at *pointer, v *jsonValue, into reflect.Value) {
	fields := wireFields(into.Type())
	present, seen := make([]bool, len(fields)), make(map[string]bool, len(fields))
	for i := range v.items {
		p := at.child(v.names[i])
		if d.name(p, v.names[i], seen) {
			continue
		}
		n := slices.IndexFunc(fields, func(f wireField) bool { return f.Name == v.names[i] })
		if n < 0 {
			d.unknownField(p, v.names[i], fields)
			d.inspect(p, &v.items[i])
			continue
		}
		present[n] = true
		d.field(p, &v.items[i], &fields[n], into)
	}
	for n := range fields {
		f := &fields[n]
		switch {
		case present[n]:
		case f.Default != "":
			into.FieldByIndex(f.Index).SetString(f.Default)
		case !f.Optional:
			d.add(FieldMissing, at.child(f.Name), "it is missing", either(f.Doc == "", "give it", "give it: "+f.Doc))
		}
	}
}

func (d *decoder) unknownField(at *pointer, name string, fields []wireField) {
	known := make([]string, len(fields))
	for i, f := range fields {
		known[i] = f.Name
	}
	d.add(FieldUnknown, at, "there is no such field", nearest(name, known, "fields are"))
}

func (d *decoder) field(at *pointer, v *jsonValue, f *wireField, into reflect.Value) {
	target := into.FieldByIndex(f.Index)
	if v.kind == 'n' {
		d.add(ValueType, at, "null is no value", either(f.Optional, "leave the field out", "give it: "+f.Doc))
		return
	}
	if f.Pointer {
		p := reflect.New(f.Type)
		d.value(at, v, f, p.Elem())
		target.Set(p)
		return
	}
	d.value(at, v, f, target)
}

// value reads a value of a field, or an item of its list.
func (d *decoder) value(at *pointer, v *jsonValue, f *wireField, into reflect.Value) {
	if want, example := expects(f.Kind); want != 0 && v.kind != want {
		wanted := jsonValue{kind: want}
		d.add(ValueType, at, "must be "+wanted.what()+", found "+v.what(), "write it as "+example)
		if v.kind == '"' || v.kind == '{' || v.kind == '[' {
			d.inspect(at, v)
		}
		return
	}
	switch f.Kind {
	case wireObject:
		d.object(at, v, into)
	case wireList:
		d.list(at, v, f, into)
	case wireBool:
		into.SetBool(v.text == "true")
	case wireInt:
		d.number(at, v.text, f, into)
	case wireMoney, wireDate, wireTime, wireUUID, wireEnum, wireText, wireRef:
		d.text(at, v.text, f, into)
	case wireFree, wireMap: // the act itself, which is read when the command is known
	}
}

// expects is the kind of JSON value of a wire kind, with an example.
func expects(k wireKind) (kind byte, example string) {
	switch k {
	case wireObject:
		return '{', "{…}"
	case wireList:
		return '[', "[…]"
	case wireBool:
		return 't', "true or false, without quotes"
	case wireInt:
		return '0', "digits without quotes, such as 4"
	case wireMoney:
		return '"', `a string of digits in quotes, such as "350000": money is never a JSON number`
	case wireDate:
		return '"', `"2020-08-20"`
	case wireTime:
		return '"', `"2020-08-20T09:14:00+07:00"`
	case wireUUID:
		return '"', `"0b6e7a52-7c1e-4c58-9f5e-3d1a4b8e2f60"`
	case wireEnum, wireText, wireRef:
		return '"', "text in quotes"
	case wireFree, wireMap:
	}
	return 0, ""
}

func (d *decoder) list(at *pointer, v *jsonValue, f *wireField, into reflect.Value) {
	most := maxItems
	if f.Max != nil {
		most = int(*f.Max)
	}
	if len(v.items) > most {
		d.add(ValueRange, at, fmt.Sprintf("it has %d items, allowed are %d", len(v.items), most), "send them in several commands")
		return
	}
	out := reflect.MakeSlice(into.Type(), len(v.items), len(v.items))
	for i := range v.items {
		p := at.item(i)
		if v.items[i].kind == 'n' {
			d.add(ValueType, p, "null is no value", "leave the item out")
			continue
		}
		d.value(p, &v.items[i], f.Item, out.Index(i))
	}
	if len(v.items) > 0 || !f.Optional { // what is left out and what is empty must encode alike
		into.Set(out)
	}
}

func (d *decoder) number(at *pointer, text string, f *wireField, into reflect.Value) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		code, message := ValueType, "must be a whole number"
		if errors.Is(err, strconv.ErrRange) {
			code, message = ValueRange, "the number is too large"
		}
		d.add(code, at, message, rangeText(f))
		return
	}
	if least, most := limits(f); n < least || n > most {
		d.add(ValueRange, at, "the number is out of range", rangeText(f))
		return
	}
	into.SetInt(n)
}

// limits of a number in a command: nothing that is counted is negative.
func limits(f *wireField) (least, most int64) {
	least, most = 0, maxNumber
	if f.Min != nil {
		least = *f.Min
	}
	if f.Max != nil {
		most = *f.Max
	}
	return least, most
}

func rangeText(f *wireField) string {
	least, most := limits(f)
	return fmt.Sprintf("write digits only, from %d to %d", least, most)
}
