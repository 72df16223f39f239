package domain

import (
	"reflect"
	"time"

	"github.com/google/uuid"
)

// SampleEvent is an event of a type with every field of its own filled, without a decision: what the catalogue derives
// postings from, and what a schema shows. The same each time; nil for an unknown type.
func SampleEvent(name EventName) Event {
	entry, ok := types.events[name]
	if !ok {
		return nil
	}
	v := reflect.New(reflect.TypeOf(entry.zero)).Elem()
	s := sampler{}
	for _, f := range wireFields(v.Type()) {
		if f.Name != "decision" {
			s.field(&f, v)
		}
	}
	e, _ := reflect.TypeAssert[Event](v)
	return e
}

// sampler fills values, a different one each time and the same ones each run.
type sampler struct{ n int }

func (s *sampler) field(f *wireField, into reflect.Value) {
	target := into.FieldByIndex(f.Index)
	if f.Pointer {
		p := reflect.New(f.Type)
		s.value(f, p.Elem())
		target.Set(p)
		return
	}
	s.value(f, target)
}

func (s *sampler) value(f *wireField, into reflect.Value) {
	s.n++
	switch kindOfType(into.Type()) {
	case wireObject:
		for _, inner := range wireFields(into.Type()) {
			s.field(&inner, into)
		}
	case wireList:
		into.Set(reflect.MakeSlice(into.Type(), 1, 1))
		s.value(&wireField{}, into.Index(0))
	case wireMap:
		key, value := reflect.New(into.Type().Key()).Elem(), reflect.New(into.Type().Elem()).Elem()
		key.SetString("programme")
		s.value(&wireField{}, value)
		into.Set(reflect.MakeMap(into.Type()))
		into.SetMapIndex(key, value)
	case wireBool:
		into.SetBool(true)
	case wireInt:
		s.number(f, into)
	case wireMoney:
		into.Set(reflect.ValueOf(Rupiah(int64(s.n) * 1000)))
	case wireDate:
		into.Set(reflect.ValueOf(NewDate(2020, 8, 20).AddDays(s.n)))
	case wireTime:
		into.Set(reflect.ValueOf(time.Date(2020, 8, 20, 2, 14, s.n, 1000, time.UTC)))
	case wireUUID:
		into.Set(reflect.ValueOf(uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:saldo:sample:"+itoa(s.n)))))
	case wireRef:
		into.Set(reflect.ValueOf(CompactRef{Programme, uint64(s.n), "PaymentGateClosed"})) //nolint:gosec // a small count
	case wireEnum:
		values := valuesOf(into.Type())
		into.SetString(values[s.n%len(values)])
	case wireText:
		into.SetString(s.text(into.Type()))
	case wireFree:
		if into.Kind() == reflect.Interface {
			into.Set(reflect.ValueOf("sample"))
		}
	}
}

func (s *sampler) number(f *wireField, into reflect.Value) {
	n := int64(s.n)
	if f.Name == "fund_year" {
		n = 2020
	}
	if f.Max != nil {
		n = min(n, *f.Max)
	}
	if f.Min != nil {
		n = max(n, *f.Min)
	}
	if into.CanUint() {
		into.SetUint(uint64(n))
		return
	}
	into.SetInt(n)
}

// text of a type's own form.
func (s *sampler) text(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Digest]():
		return string(exDigest(byte(s.n))) //nolint:gosec // any byte will do
	case reflect.TypeFor[PolicyRef]():
		return "prakerja-2020@" + itoa(s.n)
	case reflect.TypeFor[LastFour]():
		return "7Q4M"
	case reflect.TypeFor[RuleSet]():
		return "purchase/" + itoa(s.n)
	case reflect.TypeFor[PartnerReason]():
		return "WALLET_LIMIT_EXCEEDED"
	case reflect.TypeFor[Stream]():
		return string(Programme)
	case reflect.TypeFor[CommandName]():
		return "PurchaseCourse"
	case reflect.TypeFor[EventName]():
		return "PaymentGateOpened"
	case reflect.TypeFor[CheckName]():
		return "payment_gate_open"
	}
	return "sample-" + itoa(s.n)
}
