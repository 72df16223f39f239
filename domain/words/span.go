package words

import (
	"strconv"
	"time"
)

// Span writes a length of time by its largest unit and the one below it, cut off
// and not rounded: "4 hari 17 jam" and "4 days 17 hours", "1 jam 30 menit",
// "45 menit". A unit that is zero is left out ("22 hari"). A day is 24 hours,
// which is always so in Indonesia. Zero is "0 menit"; less than a minute is
// "kurang dari 1 menit", so that something is never told as nothing. A negative
// span has a minus before it.
func Span(d time.Duration, l Lang) string {
	return string(appendSpan(make([]byte, 0, 24), d, l))
}

func appendSpan(b []byte, d time.Duration, l Lang) []byte {
	left := uint64(d) //nolint:gosec // a negative one is negated on the next line, the least of all included
	if d < 0 {
		left = -left
		b = append(b, '-')
	}
	minutes := left / uint64(time.Minute)
	days, hours, minutes := minutes/(24*60), minutes/60%24, minutes%60
	switch {
	case days > 0:
		return appendUnits(b, days, dayUnit, hours, hourUnit, l)
	case hours > 0:
		return appendUnits(b, hours, hourUnit, minutes, minuteUnit, l)
	case minutes == 0 && left > 0 && l == EN:
		return append(b, "less than 1 minute"...)
	case minutes == 0 && left > 0:
		return append(b, "kurang dari 1 menit"...)
	}
	return appendUnit(b, minutes, minuteUnit, l)
}

type unit uint8

const (
	dayUnit unit = iota
	hourUnit
	minuteUnit
)

func appendUnits(b []byte, n uint64, u unit, rest uint64, below unit, l Lang) []byte {
	b = appendUnit(b, n, u, l)
	if rest > 0 {
		b = append(b, ' ')
		b = appendUnit(b, rest, below, l)
	}
	return b
}

func appendUnit(b []byte, n uint64, u unit, l Lang) []byte {
	b = strconv.AppendUint(b, n, 10)
	b = append(b, ' ')
	b = append(b, u.name(l)...)
	if l == EN && n != 1 {
		b = append(b, 's')
	}
	return b
}

func (u unit) name(l Lang) string {
	id, en := "menit", "minute"
	switch u {
	case dayUnit:
		id, en = "hari", "day"
	case hourUnit:
		id, en = "jam", "hour"
	case minuteUnit:
	}
	if l == EN {
		return en
	}
	return id
}
