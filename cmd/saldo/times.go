package main

import (
	"fmt"
	"strings"
	"time"

	"saldo/domain"
	"saldo/domain/words"
)

// dayPart says which moment of a day a bare date means.
type dayPart int

const (
	dayStart dayPart = iota // --from
	dayEnd                  // --at, --to, --now: the whole day counts
)

// errNotTime says that a text is no time; timeFlag says so to people.
var errNotTime error = &problem{code: exitUsage, what: "not a time"}

// parseTime reads a time as people write it. assumed says what was filled in, empty where nothing was.
func parseTime(s string, z words.Zone, part dayPart) (t time.Time, assumed bool, err error) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05Z07:00"} {
		if t, err = time.Parse(layout, s); err == nil {
			return domain.Canonical(t), false, nil
		}
	}
	for _, name := range []words.Zone{words.WIB, words.WITA, words.WIT} {
		if rest, ok := strings.CutSuffix(strings.ToUpper(s), " "+name.String()); ok {
			t, ok = parseLocal(strings.TrimSpace(rest), name, part)
			if ok {
				return t, false, nil
			}
		}
	}
	if t, ok := parseLocal(s, z, part); ok {
		return t, true, nil
	}
	return time.Time{}, false, errNotTime
}

func parseLocal(s string, z words.Zone, part dayPart) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15.04"} {
		if t, err := time.ParseInLocation(layout, s, z.Location()); err == nil {
			return domain.Canonical(t), true
		}
	}
	day, err := time.ParseInLocation(time.DateOnly, s, z.Location())
	if err != nil {
		return time.Time{}, false
	}
	if part == dayEnd {
		day = day.Add(24*time.Hour - time.Second)
	}
	return domain.Canonical(day), true
}

// timeFlag reads a flag's time and says on stderr what it filled in.
func (a *app) timeFlag(flag, s string, part dayPart) (*time.Time, error) {
	if s == "" {
		return nil, nil //nolint:nilnil // a flag that was not given is no time and no error
	}
	t, assumed, err := parseTime(s, a.zone, part)
	if err != nil {
		return nil, usage(fmt.Sprintf(a.t("--%s: %q bukan waktu", "--%s: %q is not a time"), flag, clip(s)),
			a.t("tulis 2020-08-20T09:14:00+07:00, \"2020-08-20 09:14\" (WIB, atau --zone) atau 2020-08-20",
				"write it as 2020-08-20T09:14:00+07:00, \"2020-08-20 09:14\" (WIB, or --zone) or 2020-08-20"))
	}
	if assumed {
		a.talk(a.t("--%s %s dibaca sebagai %s", "--%s %s is read as %s"), flag, s, words.MomentSeconds(t, a.zone, a.lang))
	}
	return &t, nil
}

func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
