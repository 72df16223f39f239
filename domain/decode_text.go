package domain

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// text reads a string value of any kind. Texts of a fixed form can't hide personal data; all others are looked through
// before anything else is said about them, so that no error repeats what it must not.
func (d *decoder) text(at *pointer, s string, kind wireKind, into reflect.Value) {
	switch kind {
	case wireMoney:
		d.money(at, s, into)
	case wireDate:
		d.date(at, s, into)
	case wireTime:
		d.instant(at, s, into)
	case wireUUID:
		d.uuid(at, s, into)
	case wireEnum:
		if slices.Contains(valuesOf(into.Type()), s) {
			into.SetString(s)
		} else if !d.personal(at, s, "") {
			d.add(ValueEnum, at, fmt.Sprintf("%q is not one of the values", shown(s)), nearest(s, valuesOf(into.Type()), "they are"))
		}
	case wireText, wireRef:
		d.constrained(at, s, into)
	case wireFree, wireObject, wireList, wireMap, wireBool, wireInt:
	}
}

// digitsCure is what to do about a code that has a national id number's form by accident.
func digitsCure(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[InvoiceCode]():
		return "use an order number without 16 digits in a row"
	case reflect.TypeFor[submissionKey]():
		return "use a key without such digits, such as a random one"
	case reflect.TypeFor[Reference]():
		return "use a reference without such digits; personal data never enters the ledger"
	}
	return ""
}

func (d *decoder) constrained(at *pointer, s string, into reflect.Value) {
	if d.personal(at, s, digitsCure(into.Type())) {
		return
	}
	if rule, ok := ruleOf(into.Type()); ok {
		if err := rule.Check(s); err != nil {
			message, _, _ := strings.Cut(err.Error(), " (")
			d.add(ValueForm, at, message, rule.Hint)
			return
		}
	}
	into.SetString(s)
}

func (d *decoder) money(at *pointer, s string, into reflect.Value) {
	const cure = `write whole rupiah as a string of digits, such as "350000"`
	if FindPersonal(s) == LooksLikeNumber || FindPersonal(s) == LooksLikeEmail { // an amount may begin like a phone number
		d.personal(at, s, "")
		return
	}
	m, err := ParseMoney(s)
	switch {
	case err == nil:
		into.Set(reflect.ValueOf(m))
	case strings.HasPrefix(s, "-"):
		d.add(ValueRange, at, "the amount is negative", "amounts are zero or more; "+cure)
	case isFraction(s):
		d.add(ValueForm, at, "the amount has a fraction of a rupiah", "the smallest unit is Rp1; "+cure)
	default:
		d.add(ValueForm, at, fmt.Sprintf("%q is not an amount", shown(s)), cure)
	}
}

// isFraction reports whether s is a plain number with a decimal point.
func isFraction(s string) bool {
	whole, fraction, ok := strings.Cut(s, ".")
	digits := func(s string) bool {
		return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
	}
	return ok && digits(whole) && digits(fraction)
}

func (d *decoder) date(at *pointer, s string, into reflect.Value) {
	day, err := ParseDate(s)
	switch {
	case err == nil && day.year >= firstYear && day.year <= lastYear:
		into.Set(reflect.ValueOf(day))
	case err == nil:
		d.add(ValueRange, at, "the year is out of range", fmt.Sprintf("years are %d to %d", firstYear, lastYear))
	case !d.personal(at, s, ""):
		d.add(ValueForm, at, fmt.Sprintf("%q is not a date", shown(s)), "write it as 2020-08-20")
	}
}

// instant reads strictly: time.Parse takes more than RFC 3339 (one digit for the hour, a comma before fractions).
func (d *decoder) instant(at *pointer, s string, into reflect.Value) {
	var t time.Time
	err := t.UnmarshalText([]byte(s))
	switch {
	case err == nil && t.Year() >= firstYear && t.Year() <= lastYear:
		into.Set(reflect.ValueOf(Canonical(t)))
	case err == nil:
		d.add(ValueRange, at, "the year is out of range", fmt.Sprintf("years are %d to %d", firstYear, lastYear))
	case !d.personal(at, s, ""):
		d.add(ValueForm, at, fmt.Sprintf("%q is not a time with its offset", shown(s)), "write it as 2020-08-20T09:14:00+07:00 or 2020-08-20T02:14:00Z")
	}
}

func (d *decoder) uuid(at *pointer, s string, into reflect.Value) {
	id, err := uuid.Parse(s)
	switch {
	case err == nil && id.String() == s && id != uuid.Nil:
		into.Set(reflect.ValueOf(id))
	case err == nil && id == uuid.Nil:
		d.add(ValueForm, at, "the id is all zeros", "give the id itself, or leave the field out where that is allowed")
	case !d.personal(at, s, ""):
		d.add(ValueForm, at, fmt.Sprintf("%q is not an id in canonical form", shown(s)), "write it in lower case with four dashes, as 0b6e7a52-7c1e-4c58-9f5e-3d1a4b8e2f60")
	}
}
