package domain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// ErrNoSchema is wrapped when a schema of an unknown command or event is asked for.
var ErrNoSchema = errors.New("no such type")

// schemaDialect is the JSON Schema version that all schemas are written in.
const schemaDialect = "https://json-schema.org/draft/2020-12/schema"

// member is one name and value of an ordered JSON object: a schema reads from the important to the unimportant.
type member struct {
	name  string
	value any
}

// ordered is a JSON object that keeps its order.
type ordered []member

// MarshalJSON writes the members in order.
func (o ordered) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func (o ordered) with(name string, value any) ordered { return append(o, member{name, value}) }

// withIf adds a member unless its value is empty.
func (o ordered) withIf(name, value string) ordered {
	if value == "" {
		return o
	}
	return o.with(name, value)
}

// CommandSchema is the JSON Schema 2020-12 of a command's wire form: one line of a file, the body of a request. It admits no
// other fields. What a schema can't say (no duplicate names, no personal data), DecodeSubmission checks.
func CommandSchema(name CommandName) (json.RawMessage, error) {
	spec, ok := SpecNamed(name)
	if !ok {
		return nil, fmt.Errorf("%w: command %q", ErrNoSchema, clip(string(name)))
	}
	w := schemaWriter{closed: true}
	act := w.object(reflect.TypeOf(spec.zero))
	properties, required := ordered{}, []string{}
	for _, f := range wireFields(reflect.TypeFor[wireCommand]()) {
		s := w.field(&f)
		switch f.Name {
		case "command":
			s = ordered{{"const", name}}.withIf("description", f.Doc)
		case "act":
			s = append(ordered{{"description", f.Doc}}, act...)
		}
		properties = properties.with(f.Name, s)
		if !f.Optional {
			required = append(required, f.Name)
		}
	}
	s := ordered{{"$schema", schemaDialect}, {"$id", "urn:saldo:command:" + string(name)}, {"title", string(name)}}
	s = s.withIf("description", sourceDoc(string(name)))
	s = s.with("type", "object").with("properties", properties).with("required", required).with("additionalProperties", false)
	if line := exampleOf(name); line != nil {
		s = s.with("examples", []json.RawMessage{line})
	}
	return marshal(s)
}

// EventSchema is the JSON Schema 2020-12 of an event's data. Fields that this version does not know are admitted: a newer
// one may have written them.
func EventSchema(name EventName) (json.RawMessage, error) {
	entry, ok := types.events[name]
	if !ok {
		return nil, fmt.Errorf("%w: event %q", ErrNoSchema, clip(string(name)))
	}
	w := schemaWriter{defs: map[reflect.Type]bool{}}
	s := ordered{{"$schema", schemaDialect}, {"$id", "urn:saldo:event:" + string(name)}, {"title", string(name)}}
	s = s.withIf("description", sourceDoc(string(name)))
	s = append(s, w.object(reflect.TypeOf(entry.zero))...)
	if w.defs[reflect.TypeFor[Decision]()] {
		decision := append(ordered{}.withIf("description", sourceDoc("Decision")), w.object(reflect.TypeFor[Decision]())...)
		s = s.with("$defs", ordered{{"Decision", decision}})
	}
	data, err := marshal(SampleEvent(name))
	if err != nil {
		return nil, err
	}
	return marshal(s.with("examples", []json.RawMessage{data}))
}

// exampleOf is the first line of the story with this command.
func exampleOf(name CommandName) json.RawMessage {
	for _, line := range Examples() {
		var head struct {
			Command CommandName `json:"command"`
		}
		if json.Unmarshal(line, &head) == nil && head.Command == name {
			return line
		}
	}
	return nil
}

// schemaWriter writes the schema of Go types.
type schemaWriter struct {
	closed bool                  // no other fields admitted
	defs   map[reflect.Type]bool // types that are referred to and not repeated; nil: none
}

func (w *schemaWriter) object(t reflect.Type) ordered {
	properties, required := ordered{}, []string{}
	for _, f := range wireFields(t) {
		properties = properties.with(f.Name, w.field(&f))
		if !f.Optional {
			required = append(required, f.Name)
		}
	}
	s := ordered{{"type", "object"}, {"properties", properties}}
	if len(required) > 0 {
		s = s.with("required", required)
	}
	if w.closed {
		s = s.with("additionalProperties", false)
	}
	return s
}

func (w *schemaWriter) field(f *wireField) ordered {
	s := ordered{}.withIf("description", f.Doc)
	s = append(s, w.value(f.Type, f)...)
	return s.withIf("default", f.Default)
}

// value is the schema of a field's type, or of the items of its list.
func (w *schemaWriter) value(t reflect.Type, f *wireField) ordered {
	switch kindOfType(t) {
	case wireObject:
		if t == reflect.TypeFor[Decision]() && w.defs != nil {
			w.defs[t] = true
			return ordered{{"$ref", "#/$defs/Decision"}}
		}
		return w.object(t)
	case wireList:
		return w.list(t, f)
	case wireMap:
		return ordered{{"type", "object"}, {"additionalProperties", w.value(t.Elem(), &wireField{})}}
	case wireBool:
		return ordered{{"type", "boolean"}}
	case wireInt:
		s := ordered{{"type", "integer"}}
		if !w.closed {
			return s
		}
		least, most := limits(f)
		return s.with("minimum", least).with("maximum", most)
	case wireMoney:
		return w.money()
	case wireDate:
		return ordered{{"type", "string"}, {"format", "date"}}
	case wireTime:
		return ordered{{"type", "string"}, {"format", "date-time"}}
	case wireUUID:
		return ordered{{"type", "string"}, {"format", "uuid"}, {"pattern", "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}}
	case wireRef:
		return ordered{{"type", "string"}, {"pattern", "^[^ @]*@[0-9]+ [A-Za-z]+$"}}
	case wireEnum:
		return ordered{{"type", "string"}, {"enum", valuesOf(t)}}
	case wireText:
		return textSchema(t)
	case wireFree:
	}
	return ordered{}
}

func (w *schemaWriter) list(t reflect.Type, f *wireField) ordered {
	s := ordered{{"type", "array"}, {"items", w.value(t.Elem(), &wireField{})}}
	if !w.closed {
		return s
	}
	if f.Max != nil {
		return s.with("maxItems", *f.Max)
	}
	return s.with("maxItems", maxItems)
}

// money in an event may be negative where a migrated fact made it so; a command's never is.
func (w *schemaWriter) money() ordered {
	if w.closed {
		return ordered{{"type", "string"}, {"pattern", `^[0-9]{1,18}(\.0{1,2})?$`}, {"examples", []string{"350000"}}}
	}
	return ordered{{"type", "string"}, {"pattern", `^-?[0-9]{1,18}$`}}
}

func textSchema(t reflect.Type) ordered {
	s := ordered{{"type", "string"}}
	rule, ok := ruleOf(t)
	if !ok {
		return s
	}
	pattern := strings.ReplaceAll(rule.Pattern, `\u00`, `\x`) // the same in ECMA 262, and RE2 knows it too
	return s.with("minLength", rule.Min).with("maxLength", rule.Max).with("pattern", pattern)
}
