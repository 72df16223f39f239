package words

import (
	"time"

	"github.com/shopspring/decimal"
)

// Value is a fact to be put into a template. It carries no language and no zone:
// those belong to the reader and are chosen by [Template.Render]. The kinds are
// closed: [Text], [Localized], [Amount], [Number], [Instant], [DayOf], [ClockOf]
// and [Duration].
//
// A value with nothing to say is missing, exactly as if its name were absent: a
// nil Value, an empty text, a zero time. Rp0, 0 and "0 menit" are facts and are
// said.
//
//sumtype:decl
type Value interface {
	// says reports whether there is something to say in l.
	says(l Lang) bool
	// appendTo says it.
	appendTo(b []byte, v *voice) []byte
}

// Values are the facts at hand by placeholder name. Names a template does not
// use are ignored, so one set serves the spoken and the written text.
type Values map[string]Value

// Text is inserted as it is in every language: a course title, a platform, a
// reference number. It is never read as a template.
type Text string

// Localized is a text with a form in each language. It is missing in a language
// whose form is empty.
type Localized struct{ ID, EN string }

// Amount is an amount in rupiah, said as [Rupiah] does.
type Amount decimal.Decimal

// Number is a number of things, said as [Count] does.
type Number int

// Instant is a point in time, said as [Moment] does. In one text the year is
// said once: it is left out while it equals that of the [Instant] or [DayOf] said
// before. The day is always said, since the words before it ("tanggal", "on")
// depend on it; use [ClockOf] where the sentence has already named the day.
type Instant time.Time

// DayOf is the calendar day of a point in time in the reader's zone, said as
// [Day] does, the year once in a text as for [Instant].
type DayOf time.Time

// ClockOf is the time of day of a point in time, said as [Clock] does.
type ClockOf time.Time

// Duration is a length of time, said as [Span] does.
type Duration time.Duration

// voice is who listens (language, zone) and what one text has said so far.
type voice struct {
	lang Lang
	zone Zone
	// year is the year of the last date said, when dated.
	year  int
	dated bool
}

// newYear notes that a date of t is being said and reports whether its year has
// to be.
func (v *voice) newYear(t time.Time) bool {
	year := v.zone.local(t).Year()
	same := v.dated && v.year == year
	v.year, v.dated = year, true
	return !same
}

func (x Text) says(Lang) bool        { return x != "" }
func (x Localized) says(l Lang) bool { return x.in(l) != "" }
func (x Amount) says(Lang) bool      { return true }
func (x Number) says(Lang) bool      { return true }
func (x Instant) says(Lang) bool     { return !time.Time(x).IsZero() }
func (x DayOf) says(Lang) bool       { return !time.Time(x).IsZero() }
func (x ClockOf) says(Lang) bool     { return !time.Time(x).IsZero() }
func (x Duration) says(Lang) bool    { return true }

func (x Localized) in(l Lang) string {
	if l == EN {
		return x.EN
	}
	return x.ID
}

func (x Text) appendTo(b []byte, _ *voice) []byte { return append(b, x...) }

func (x Localized) appendTo(b []byte, v *voice) []byte { return append(b, x.in(v.lang)...) }

func (x Amount) appendTo(b []byte, v *voice) []byte {
	return appendRupiah(b, decimal.Decimal(x), v.lang)
}

func (x Number) appendTo(b []byte, v *voice) []byte { return appendCount(b, int(x), v.lang) }

func (x Instant) appendTo(b []byte, v *voice) []byte {
	t := time.Time(x)
	return appendMoment(b, t, v.zone, v.lang, v.newYear(t))
}

func (x DayOf) appendTo(b []byte, v *voice) []byte {
	t := time.Time(x)
	return appendDay(b, t, v.zone, v.lang, v.newYear(t))
}

func (x ClockOf) appendTo(b []byte, v *voice) []byte {
	return appendClock(b, time.Time(x), v.zone, v.lang)
}

func (x Duration) appendTo(b []byte, v *voice) []byte {
	return appendSpan(b, time.Duration(x), v.lang)
}
