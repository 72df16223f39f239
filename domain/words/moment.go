package words

import (
	"strconv"
	"time"
)

// Zone is one of Indonesia's three time zones, each a fixed number of hours
// ahead of UTC. The zero value is [WIB], the zone the programme's rules are
// written in; an unknown value means WIB too.
type Zone uint8

// Indonesia's time zones, west to east.
const (
	WIB  Zone = iota // Waktu Indonesia Barat, UTC+7: Jakarta
	WITA             // Waktu Indonesia Tengah, UTC+8: Makassar
	WIT              // Waktu Indonesia Timur, UTC+9: Jayapura
)

// String returns the abbreviation written after an hour: WIB, WITA or WIT.
func (z Zone) String() string {
	switch z {
	case WITA:
		return "WITA"
	case WIT:
		return "WIT"
	case WIB:
	}
	return "WIB"
}

// Location returns the zone for use with package time, named as String says. It
// is a fixed offset and needs no zone database.
func (z Zone) Location() *time.Location {
	return time.FixedZone(z.String(), int(z.offset()/time.Second))
}

func (z Zone) offset() time.Duration {
	switch z {
	case WITA:
		return 8 * time.Hour
	case WIT:
		return 9 * time.Hour
	case WIB:
	}
	return 7 * time.Hour
}

// local returns t with the zone's wall clock in its UTC fields. Unlike
// t.In(z.Location()) it allocates nothing.
func (z Zone) local(t time.Time) time.Time { return t.UTC().Add(z.offset()) }

// Moment writes an instant to the minute, in full: "20 Agustus 2020 pukul 09.14
// WIB", "20 August 2020 at 09.14 WIB". Seconds are cut off, not rounded, so a
// deadline of 23.59.59 is never read as the next day.
func Moment(t time.Time, z Zone, l Lang) string {
	return string(appendMoment(make([]byte, 0, 48), t, z, l, true))
}

// MomentSeconds writes an instant to the second, for a partner comparing log
// lines: "29 Agustus 2020 08.03.11 WIB", "29 August 2020 08.03.11 WIB".
func MomentSeconds(t time.Time, z Zone, l Lang) string {
	b := appendDay(make([]byte, 0, 48), t, z, l, true)
	b = append(b, ' ')
	b = appendHour(b, t, z)
	b = append(b, '.')
	b = appendTwo(b, z.local(t).Second())
	return string(appendZone(b, z))
}

// MomentAfter writes t as a sentence that has just said prev would: without the
// year when it is the same in z, without the day too when that is the same.
//
//	another year  1 Januari 2021 pukul 08.00 WIB  1 January 2021 at 08.00 WIB
//	same year     19 Agustus pukul 17.00 WIB      19 August at 17.00 WIB
//	same day      pukul 17.00 WIB                 at 17.00 WIB
//
// A zero prev means nothing was said yet, and t is written in full.
func MomentAfter(prev, t time.Time, z Zone, l Lang) string {
	b := make([]byte, 0, 48)
	before, now := z.local(prev), z.local(t)
	switch {
	case prev.IsZero() || before.Year() != now.Year():
		b = appendMoment(b, t, z, l, true)
	case before.YearDay() != now.YearDay():
		b = appendMoment(b, t, z, l, false)
	default:
		b = append(b, atHour(l)...)
		b = appendHour(b, t, z)
		b = appendZone(b, z)
	}
	return string(b)
}

// Day writes the calendar day of t in z: "20 Agustus 2020", "20 August 2020".
func Day(t time.Time, z Zone, l Lang) string {
	return string(appendDay(make([]byte, 0, 24), t, z, l, true))
}

// Clock writes the time of day alone: "pukul 17.00 WIB"; in English "17.00 WIB",
// because English needs its own "at", "until" or "from" before it.
func Clock(t time.Time, z Zone, l Lang) string {
	return string(appendClock(make([]byte, 0, 24), t, z, l))
}

func appendMoment(b []byte, t time.Time, z Zone, l Lang, withYear bool) []byte {
	b = appendDay(b, t, z, l, withYear)
	b = append(b, ' ')
	b = append(b, atHour(l)...)
	b = appendHour(b, t, z)
	return appendZone(b, z)
}

func appendClock(b []byte, t time.Time, z Zone, l Lang) []byte {
	if l != EN {
		b = append(b, atHour(l)...)
	}
	b = appendHour(b, t, z)
	return appendZone(b, z)
}

func appendDay(b []byte, t time.Time, z Zone, l Lang, withYear bool) []byte {
	year, month, day := z.local(t).Date()
	b = strconv.AppendInt(b, int64(day), 10)
	b = append(b, ' ')
	b = append(b, monthName(month, l)...)
	if withYear {
		b = append(b, ' ')
		b = strconv.AppendInt(b, int64(year), 10)
	}
	return b
}

// appendHour appends hour and minute with the dot Indonesian writes; English
// keeps the dot, so that the two texts of one answer can be compared at a glance.
func appendHour(b []byte, t time.Time, z Zone) []byte {
	hour, minute, _ := z.local(t).Clock()
	b = appendTwo(b, hour)
	b = append(b, '.')
	return appendTwo(b, minute)
}

func appendZone(b []byte, z Zone) []byte {
	b = append(b, ' ')
	return append(b, z.String()...)
}

// appendTwo appends n, 0 to 99, as two digits.
func appendTwo(b []byte, n int) []byte { return append(b, byte('0'+n/10%10), byte('0'+n%10)) }

func atHour(l Lang) string {
	if l == EN {
		return "at "
	}
	return "pukul "
}

func monthName(m time.Month, l Lang) string {
	if l == EN {
		return m.String()
	}
	return [...]string{
		"Januari", "Februari", "Maret", "April", "Mei", "Juni",
		"Juli", "Agustus", "September", "Oktober", "November", "Desember",
	}[m-1]
}
