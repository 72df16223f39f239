package domain

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// text reads a string value of any kind. Texts of a fixed form can't hide personal data; all others are looked through
// before anything else is said about them, so that no error repeats what it must not.
func (d *decoder) text(at *pointer, s string, f *wireField, into reflect.Value) {
	switch f.Kind {
	case wireMoney:
		d.money(at, s, into)
	case wireDate:
		d.date(at, s, into)
	case wireTime:
		d.instant(at, s, into)
	case wireUUID:
		d.uuid(at, s, into)
	case wireEnum:
		if slices.Contains(f.Values, s) {
			into.SetString(s)
		} else if !d.personal(at, s, "") {
			d.add(ValueEnum, at, fmt.Sprintf("%q is not one of the values", shown(s)), nearest(s, f.Values, "they are"))
		}
	case wireText, wireRef:
		d.constrained(at, s, f, into)
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

func (d *decoder) constrained(at *pointer, s string, f *wireField, into reflect.Value) {
	if d.personal(at, s, digitsCure(f.Type)) {
		return
	}
	if f.Rule != nil {
		if err := f.Rule.Check(s); err != nil {
			message, _, _ := strings.Cut(err.Error(), " (")
			d.add(ValueForm, at, message, f.Rule.Hint)
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

// instant reads RFC 3339 and nothing else: the standard library also takes one digit for the hour, a comma before fractions
// and offsets of more than a day.
func (d *decoder) instant(at *pointer, s string, into reflect.Value) {
	t, err := ParseInstant(s)
	if err == nil && !strictTime(s) {
		err = ErrEncoding
	}
	switch {
	case err == nil && t.Year() >= firstYear && t.Year() <= lastYear:
		into.Set(reflect.ValueOf(t))
	case err == nil:
		d.add(ValueRange, at, "the year is out of range", fmt.Sprintf("years are %d to %d", firstYear, lastYear))
	case !d.personal(at, s, ""):
		d.add(ValueForm, at, fmt.Sprintf("%q is not a time with its offset", shown(s)), "write it as 2020-08-20T09:14:00+07:00 or 2020-08-20T02:14:00Z")
	}
}

// strictTime reports whether a time that the standard library can read has the form of RFC 3339.
func strictTime(s string) bool {
	const form, longest = "0000-00-00T00:00:00", len("0000-00-00T00:00:00.000000000+00:00")
	if len(s) <= len(form) || len(s) > longest || strings.Contains(s, ",") {
		return false
	}
	for i, r := range []byte(form) {
		if digit := s[i] >= '0' && s[i] <= '9'; (r == '0') != digit || r != '0' && s[i] != r {
			return false
		}
	}
	if strings.HasSuffix(s, "Z") {
		return true
	}
	offset := s[len(s)-len("00:00"):]
	return offset <= "23:59" && offset[3:] <= "59"
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
