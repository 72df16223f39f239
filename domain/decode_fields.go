package domain

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// What the wire sees of a Go type. The decoder, the JSON Schemas, the catalogue and the samples all read these
// descriptions, so that they can't tell different stories about a field.

// wireKind is how a value stands in JSON.
type wireKind int

const (
	wireFree   wireKind = iota // anything; only inside events
	wireObject                 // a struct
	wireList                   // a slice
	wireMap                    // a map by text; only inside events
	wireBool
	wireInt
	wireMoney // a decimal string of whole rupiah
	wireDate
	wireTime
	wireUUID
	wireRef  // an event, as stream@revision type
	wireEnum // one of a closed list of strings
	wireText
)

// wireField is one field of a type, its embedded structs flattened.
type wireField struct {
	Name     string
	Type     reflect.Type // without the pointer
	Pointer  bool
	Index    []int
	Doc      string // the doc tag, else the comment of the field, else of its type
	Optional bool   // omitempty, omitzero, a pointer, or with a default
	Default  string
	Min, Max *int64 // of a number; Max of a list is how many items it may have
	Stream   bool   // names the stream of an act; not repeated in the event

	// Of the type, found once: the decoder asks for each value.
	Kind   wireKind
	Rule   *TextRule
	Values []string
	Item   *wireField // of a list
}

// enumerated is implemented by every closed list of strings.
type enumerated interface{ Values() []string }

// kindOfType tells how values of t stand in JSON.
func kindOfType(t reflect.Type) wireKind {
	switch t {
	case reflect.TypeFor[Money]():
		return wireMoney
	case reflect.TypeFor[Date]():
		return wireDate
	case reflect.TypeFor[time.Time]():
		return wireTime
	case reflect.TypeFor[uuid.UUID]():
		return wireUUID
	case reflect.TypeFor[CompactRef]():
		return wireRef
	}
	switch k := t.Kind(); {
	case k == reflect.Struct:
		return wireObject
	case k == reflect.Slice:
		return wireList
	case k == reflect.Map:
		return wireMap
	case k == reflect.Bool:
		return wireBool
	case k == reflect.Int || k == reflect.Int64 || k == reflect.Uint64:
		return wireInt
	case k == reflect.String && t.Implements(reflect.TypeFor[enumerated]()):
		return wireEnum
	case k == reflect.String:
		return wireText
	}
	return wireFree
}

// valuesOf lists what an enumerated type admits.
func valuesOf(t reflect.Type) []string {
	if e, ok := reflect.TypeAssert[enumerated](reflect.Zero(t)); ok {
		return e.Values()
	}
	return nil
}

// ruleOf gives the rule of a constrained string type.
func ruleOf(t reflect.Type) (TextRule, bool) {
	if c, ok := reflect.TypeAssert[constrained](reflect.Zero(t)); ok {
		return c.Rule(), true
	}
	return TextRule{}, false
}

// wireFields describes the fields of a struct type, in the order in which they are written.
func wireFields(t reflect.Type) []wireField {
	if f, ok := wire[t]; ok {
		return f
	}
	return describeFields(t)
}

func describeFields(t reflect.Type) []wireField {
	var out []wireField
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct && f.Tag.Get("json") == "" {
			for _, inner := range describeFields(f.Type) {
				inner.Index = append([]int{i}, inner.Index...)
				out = append(out, inner)
			}
			continue
		}
		if f.IsExported() {
			out = append(out, describeField(t, f, i))
		}
	}
	return out
}

func describeField(owner reflect.Type, f reflect.StructField, i int) wireField {
	tag := f.Tag.Get("json")
	w := wireField{
		Name: jsonName(f), Type: f.Type, Index: []int{i}, Doc: f.Tag.Get("doc"), Default: f.Tag.Get("default"),
		Min: tagNumber(f, "min"), Max: tagNumber(f, "max"), Stream: f.Tag.Get("stream") != "",
	}
	if w.Doc == "" {
		w.Doc = sourceDoc(owner.Name() + "." + f.Name)
	}
	if w.Type.Kind() == reflect.Pointer {
		w.Type, w.Pointer = w.Type.Elem(), true
	}
	if w.Doc == "" {
		w.Doc = sourceDoc("type " + w.Type.Name())
	}
	w.Kind = kindOfType(w.Type)
	w.describeType()
	w.Optional = w.Pointer || w.Default != "" || strings.Contains(tag, ",omitempty") || strings.Contains(tag, ",omitzero")
	return w
}

func (w *wireField) describeType() {
	switch w.Kind {
	case wireEnum:
		w.Values = valuesOf(w.Type)
	case wireText:
		if rule, ok := ruleOf(w.Type); ok {
			w.Rule = &rule
		}
	case wireList:
		w.Item = &wireField{Name: w.Name, Type: w.Type.Elem(), Doc: w.Doc, Kind: kindOfType(w.Type.Elem())}
		w.Item.describeType()
	case wireFree, wireObject, wireMap, wireBool, wireInt, wireMoney, wireDate, wireTime, wireUUID, wireRef:
	}
}

func tagNumber(f reflect.StructField, tag string) *int64 {
	n, err := strconv.ParseInt(f.Tag.Get(tag), 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

// wire keeps the descriptions of all types of acts and events and of what stands inside them: they are asked for each command.
//
//nolint:gochecknoglobals // read-only after initialisation: an index over constant tables
var wire = newWire()

func newWire() map[reflect.Type][]wireField {
	m := map[reflect.Type][]wireField{}
	var add func(reflect.Type)
	add = func(t reflect.Type) {
		switch kindOfType(t) {
		case wireList, wireMap:
			add(t.Elem())
		case wireObject:
			if _, known := m[t]; known {
				return
			}
			m[t] = describeFields(t)
			for _, f := range m[t] {
				add(f.Type)
			}
		case wireFree, wireBool, wireInt, wireMoney, wireDate, wireTime, wireUUID, wireRef, wireEnum, wireText:
		}
	}
	add(reflect.TypeFor[wireCommand]())
	add(reflect.TypeFor[Metadata]())
	for _, a := range Acts() {
		add(reflect.TypeOf(a.zero))
	}
	for _, e := range eventTable() {
		add(reflect.TypeOf(e.zero))
	}
	return m
}

// HasField reports whether a command's act has a field of that name in its wire form.
func HasField(name CommandName, field string) bool {
	spec, known := SpecNamed(name)
	if !known {
		return false
	}
	return slices.ContainsFunc(wireFields(reflect.TypeOf(spec.zero)), func(f wireField) bool { return f.Name == field })
}

// FieldText is the text in a field of an act, by its name in the wire form; false where the act has no such text.
func FieldText(a Act, field string) (string, bool) {
	v := reflect.ValueOf(a)
	for _, f := range wireFields(v.Type()) {
		if x := v.FieldByIndex(f.Index); f.Name == field && x.Kind() == reflect.String {
			return x.String(), true
		}
	}
	return "", false
}
