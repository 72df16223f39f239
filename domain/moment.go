package domain

import (
	"encoding/json"
	"fmt"
	"time"
)

// WIB is Western Indonesian Time, a fixed UTC+7. Deadlines of the programme are in WIB; no time zone database is asked,
// so that a decision does not change when somebody updates one.
func WIB() *time.Location { return time.FixedZone("WIB", 7*60*60) }

// Date is a calendar day without a time, in WIB where an instant is meant. The zero value is "no date".
type Date struct{ year, month, day int }

// NewDate makes a date; out-of-range values are normalised as by time.Date.
func NewDate(year int, month time.Month, day int) Date {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return Date{t.Year(), int(t.Month()), t.Day()}
}

// DateOf is the day in WIB on which t falls.
func DateOf(t time.Time) Date {
	w := t.In(WIB())
	return Date{w.Year(), int(w.Month()), w.Day()}
}

// ParseDate reads 2020-08-20.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date: write it as 2020-08-20", clip(s))
	}
	return Date{t.Year(), int(t.Month()), t.Day()}, nil
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// AddDays returns the day n days later.
func (d Date) AddDays(n int) Date { return NewDate(d.year, time.Month(d.month), d.day+n) }

// Before reports whether d is an earlier day than o.
func (d Date) Before(o Date) bool { return d.String() < o.String() }

// Weekday of the day.
func (d Date) Weekday() time.Weekday { return d.Start().In(WIB()).Weekday() }

// Start is 00.00.00 WIB of the day, in UTC.
func (d Date) Start() time.Time {
	return time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, WIB()).UTC()
}

// End is the last instant of 23.59.59 WIB of the day, in UTC: that second still counts whole.
func (d Date) End() time.Time {
	return time.Date(d.year, time.Month(d.month), d.day, 23, 59, 59, 999_999_000, WIB()).UTC()
}

// String is the ISO form, 2020-08-20.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day) }

// MarshalText implements encoding.TextMarshaler.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Date) UnmarshalText(b []byte) error {
	if string(b) == (Date{}).String() { // no date, as a foreign event without one is written back
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// UnmarshalJSON refuses everything but a JSON string.
func (d *Date) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("%s is not a date: write it as \"2020-08-20\"", clip(string(b)))
	}
	return d.UnmarshalText([]byte(s))
}

// ParseInstant reads an RFC 3339 time with an explicit offset and gives it in UTC, to the microsecond.
func ParseInstant(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a time: write it with its offset, as 2020-08-20T09:14:00+07:00 or 2020-08-20T02:14:00Z", clip(s))
	}
	return Canonical(t), nil
}

// Canonical is the form in which every time enters the log: UTC, whole microseconds.
func Canonical(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
