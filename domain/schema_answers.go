package domain

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// AnswerSchemas writes JSON Schemas 2020-12 of Go types as they stand in answers. Named structs are written once, as
// definitions that the others refer to. It is not safe for concurrent use.
type AnswerSchemas struct {
	prefix string // of a reference to a definition
	fixed  map[reflect.Type]json.RawMessage
	names  map[reflect.Type]string
	made   map[string]json.RawMessage
}

// NewAnswerSchemas starts a set. References begin with prefix, such as #/components/schemas/. Types in fixed have the schema
// that is given: what Go's types don't say.
func NewAnswerSchemas(prefix string, fixed map[reflect.Type]json.RawMessage) *AnswerSchemas {
	return &AnswerSchemas{prefix: prefix, fixed: fixed, names: map[reflect.Type]string{}, made: map[string]json.RawMessage{}}
}

// Of is the schema of a type. An error says that a value of it can't be described.
func (s *AnswerSchemas) Of(t reflect.Type) (json.RawMessage, error) {
	out, err := s.value(t, &wireField{})
	if err != nil {
		return nil, err
	}
	return marshal(out)
}

// Definitions are the named schemas that were referred to so far.
func (s *AnswerSchemas) Definitions() map[string]json.RawMessage { return maps.Clone(s.made) }

func (s *AnswerSchemas) value(t reflect.Type, f *wireField) (ordered, error) {
	if given, ok := s.fixed[t]; ok {
		return parsedSchema(given)
	}
	if t.Kind() == reflect.Pointer {
		return s.value(t.Elem(), f)
	}
	if kindOfType(t) == wireFree {
		return freeSchema(t)
	}
	switch t {
	case reflect.TypeFor[json.RawMessage]():
		return ordered{}, nil // anything
	case reflect.TypeFor[time.Time](), reflect.TypeFor[uuid.UUID](), reflect.TypeFor[Money](), reflect.TypeFor[Date](), reflect.TypeFor[CompactRef]():
		w := schemaWriter{}
		return w.value(t, f), nil
	}
	switch t.Kind() { //nolint:exhaustive // what has members or items; the rest below
	case reflect.Struct:
		return s.object(t)
	case reflect.Slice:
		items, err := s.value(t.Elem(), &wireField{})
		return ordered{{"type", "array"}, {"items", items}}, err
	case reflect.Map:
		values, err := s.value(t.Elem(), &wireField{})
		return ordered{{"type", "object"}, {"additionalProperties", values}}, err
	}
	w := schemaWriter{}
	return w.value(t, f), nil
}

// freeSchema is of the types that no event has.
func freeSchema(t reflect.Type) (ordered, error) {
	switch t.Kind() { //nolint:exhaustive // the rest can't be described
	case reflect.Interface:
		return ordered{}, nil
	case reflect.Float64:
		return ordered{{"type", "number"}}, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrNoSchema, t)
}

// object refers to the definition of a named struct, or writes a nameless one in place.
func (s *AnswerSchemas) object(t reflect.Type) (ordered, error) {
	if t.Name() == "" {
		return s.members(t)
	}
	name, known := s.names[t]
	if !known {
		name = s.free(definitionName(t))
		s.names[t] = name
		s.made[name] = nil // taken: a type may hold itself
		body, err := s.members(t)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		text, err := marshal(append(ordered{}.withIf("description", sourceDoc("type "+t.Name())), body...))
		if err != nil {
			return nil, err
		}
		s.made[name] = text
	}
	return ordered{{"$ref", s.prefix + name}}, nil
}

// free finds a name that no other type has.
func (s *AnswerSchemas) free(name string) string {
	for n := 2; ; n++ {
		if _, taken := s.made[name]; !taken {
			return name
		}
		name = fmt.Sprintf("%s%d", strings.TrimRight(name, "0123456789"), n)
	}
}

// definitionName is the type's name with a capital and without what it is to Go: purchaseView is Purchase, InLanguages[string]
// InLanguages, InLanguages[[]string] InLanguagesList.
func definitionName(t reflect.Type) string {
	name, argument, generic := strings.Cut(t.Name(), "[")
	if generic && strings.HasPrefix(argument, "[]") {
		name += "List" // the only argument besides a text
	}
	name = strings.TrimSuffix(name, "View")
	return strings.ToUpper(name[:1]) + name[1:]
}

func (s *AnswerSchemas) members(t reflect.Type) (ordered, error) {
	properties, required := ordered{}, []string{}
	for _, f := range embeddedFields(t) {
		v, err := s.value(f.Type, &f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		properties = properties.with(f.Name, append(ordered{}.withIf("description", f.Doc), v...))
		if !f.Optional {
			required = append(required, f.Name)
		}
	}
	out := ordered{{"type", "object"}, {"properties", properties}}
	if len(required) > 0 {
		out = out.with("required", required)
	}
	return out, nil
}

// embeddedFields are the fields as encoding/json writes them: an outer one hides an inner one of the same name, those behind
// an embedded pointer may be absent, and "-" is not written.
func embeddedFields(t reflect.Type) []wireField {
	var out []wireField
	place := func(f wireField) {
		if i := slices.IndexFunc(out, func(o wireField) bool { return o.Name == f.Name }); i >= 0 {
			if len(f.Index) < len(out[i].Index) {
				out[i] = f
			}
			return
		}
		out = append(out, f)
	}
	for i := range t.NumField() {
		f := t.Field(i)
		inner, pointer := f.Type, f.Type.Kind() == reflect.Pointer
		if pointer {
			inner = inner.Elem()
		}
		if f.Anonymous && inner.Kind() == reflect.Struct && f.Tag.Get("json") == "" {
			for _, x := range embeddedFields(inner) {
				x.Index, x.Optional = append([]int{i}, x.Index...), x.Optional || pointer
				place(x)
			}
			continue
		}
		if f.IsExported() && f.Tag.Get("json") != "-" {
			place(describeField(t, f, i))
		}
	}
	return out
}

// parsedSchema reads a schema again, so that more can be written beside it.
func parsedSchema(text json.RawMessage) (ordered, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("a given schema: %w", err)
	}
	out := ordered{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = out.with(name, all[name])
	}
	return out, nil
}
