package domain

import (
	"strings"
	"unicode"
)

// PersonalKind says what a text looks like that must not enter the log. It reads well after "looks like".
type PersonalKind string

// What is looked for.
const (
	LooksLikeNumber PersonalKind = "a national id number (NIK) or a card number"
	LooksLikePhone  PersonalKind = "a phone number"
	LooksLikeEmail  PersonalKind = "an e-mail address"
)

// Lengths of what is looked for, in digits.
const (
	idDigits       = 16 // NIK and card number
	phoneFewest    = 9  // with the leading 0
	phoneMost      = 13
	digestHex      = 32 // a token of hexadecimal digits of this length is a digest, not a number of anybody
	longestDomain  = 253
	fewestSuspects = phoneFewest
)

// FindPersonal reports what personal data a text seems to hold, empty for none. It is a net and not a proof: it looks for
// the forms of the programme's own personal numbers, also with a space, dot or dash between digits. UUIDs, digests, dates,
// times and ordinary order numbers are not hits.
func FindPersonal(s string) PersonalKind {
	if looksLikeEmail(s) {
		return LooksLikeEmail
	}
	digits := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if digits < fewestSuspects {
		return ""
	}
	kind := PersonalKind("")
	for _, run := range digitRuns(maskIDs([]rune(s))) {
		if run.holdsNumber() {
			return LooksLikeNumber
		}
		if kind == "" && run.holdsPhone() {
			kind = LooksLikePhone
		}
	}
	return kind
}

// group is digits without anything between them.
type group struct {
	digits string
	glued  bool // a letter stands directly before or after it
	plus   bool // a + stands directly before it
	clock  bool // minutes or seconds: 59 in 23:59
}

// run is groups with one separator between each.
type run []group

func separator(r rune) bool { return strings.ContainsRune(" .-_‐‑–—\u00a0", r) }

// digitRuns splits a text into runs of digit groups.
func digitRuns(s []rune) []run {
	var out []run
	var current run
	for i := 0; i < len(s); {
		if !unicode.IsDigit(s[i]) {
			goesOn := separator(s[i]) && i+1 < len(s) && unicode.IsDigit(s[i+1])
			if len(current) > 0 && !goesOn {
				out, current = append(out, current), nil
			}
			i++
			continue
		}
		g := group{plus: i > 0 && s[i-1] == '+', glued: i > 0 && unicode.IsLetter(s[i-1]), clock: i > 1 && s[i-1] == ':' && unicode.IsDigit(s[i-2])}
		var b strings.Builder
		for ; i < len(s) && unicode.IsDigit(s[i]); i++ {
			b.WriteByte("0123456789"[digitValue(s[i])])
		}
		g.digits = b.String()
		g.glued = g.glued || i < len(s) && unicode.IsLetter(s[i])
		current = append(current, g)
	}
	if len(current) > 0 {
		out = append(out, current)
	}
	return out
}

// digitValue is the value of a decimal digit of any script: Unicode orders each script's digits from 0 to 9.
func digitValue(r rune) int {
	v := 0
	for v < 9 && unicode.IsDigit(r-1) {
		r, v = r-1, v+1
	}
	return v
}

// holdsNumber looks for 16 digits: in one piece, as the whole run, or grouped as people write a card or a NIK.
func (r run) holdsNumber() bool {
	total := 0
	for _, g := range r {
		if len(g.digits) == idDigits {
			return true
		}
		total += len(g.digits)
	}
	if total == idDigits && !compactDate(r[0].digits) && !plainDate(r) {
		return true
	}
	return r.grouped(4, 4, 4, 4) || r.grouped(6, 6, 4) || r.grouped(2, 2, 2, 6, 4)
}

// grouped reports whether consecutive groups have these lengths.
func (r run) grouped(lengths ...int) bool {
	for from := 0; from+len(lengths) <= len(r); from++ {
		same := true
		for i, n := range lengths {
			same = same && len(r[from+i].digits) == n
		}
		if same {
			return true
		}
	}
	return false
}

// holdsPhone looks for an Indonesian number: 08…, 62 8… or +62 ….
func (r run) holdsPhone() bool {
	for i := range r {
		fraction := i == 1 && r[0].clock // of a second
		if r[i].glued || fraction || compactDate(r[i].digits) {
			continue
		}
		total := 0
		for j := i; j < len(r); j++ {
			total += len(r[j].digits)
			if r[j].glued || total > phoneMost+1 {
				break
			}
			if phone(r[i:j+1], r[i].plus) {
				return true
			}
		}
	}
	return false
}

// phone reports whether groups read together are a phone number.
func phone(groups run, plus bool) bool {
	var b strings.Builder
	for _, g := range groups {
		b.WriteString(g.digits)
	}
	all := b.String()
	national := strings.TrimPrefix(all, "62")
	switch {
	case strings.HasPrefix(all, "08") && len(groups[0].digits) > 2: // 08-12-2020 is a day
		return len(all) >= phoneFewest && len(all) <= phoneMost
	case strings.HasPrefix(all, "62") && (plus || strings.HasPrefix(national, "8")):
		return len(national) >= phoneFewest-1 && len(national) <= phoneMost-1
	}
	return false
}

// compactDate reports whether digits read as 20200820 or 20082020.
func compactDate(d string) bool {
	if len(d) != len("20200820") {
		return false
	}
	return calendarDay(d[:4], d[4:6], d[6:]) || calendarDay(d[4:], d[2:4], d[:2])
}

// plainDate reports whether a run begins as 2020-08-20 or 20-08-2020.
func plainDate(r run) bool {
	if len(r) < 3 {
		return false
	}
	a, b, c := r[0].digits, r[1].digits, r[2].digits
	return calendarDay(a, b, c) || calendarDay(c, b, a)
}

func calendarDay(year, month, day string) bool {
	return len(year) == 4 && (year[:2] == "19" || year[:2] == "20") &&
		len(month) == 2 && month >= "01" && month <= "12" && len(day) == 2 && day >= "01" && day <= "31"
}

// maskIDs blanks UUIDs and digests: they are random, and some of their digits look like anything.
func maskIDs(s []rune) []rune {
	out := append([]rune(nil), s...)
	for i := 0; i < len(s); {
		if !hexDigit(s[i]) || i > 0 && wordRune(s[i-1]) {
			i++
			continue
		}
		end := i
		if n := uuidAt(s[i:]); n > 0 {
			end = i + n
		} else {
			for end < len(s) && hexDigit(s[end]) {
				end++
			}
			if end-i < digestHex || end < len(s) && wordRune(s[end]) {
				i = max(end, i+1)
				continue
			}
		}
		for ; i < end; i++ {
			out[i] = 'x'
		}
	}
	return out
}

// uuidAt is the length of a UUID at the beginning of s, 0 if there is none.
func uuidAt(s []rune) int {
	const length = 36
	if len(s) < length || len(s) > length && wordRune(s[length]) {
		return 0
	}
	for i, r := range s[:length] {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash && r != '-' || !dash && !hexDigit(r) {
			return 0
		}
	}
	return length
}

func hexDigit(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F'
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// looksLikeEmail looks for something@domain.tld.
func looksLikeEmail(s string) bool {
	for i := strings.IndexByte(s, '@'); i >= 0; {
		if i > 0 && localRune(rune(s[i-1])) && domainLength(s[i+1:]) {
			return true
		}
		next := strings.IndexByte(s[i+1:], '@')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

func localRune(r rune) bool {
	return letterOrDigit(r) || strings.ContainsRune("._%+-", r) || r > unicode.MaxASCII
}

// domainLength reports whether s begins with a domain name: labels with a dot, the last one of letters.
func domainLength(s string) bool {
	end := 0
	for end < len(s) && end < longestDomain && (letterOrDigit(rune(s[end])) || s[end] == '.' || s[end] == '-') {
		end++
	}
	host := strings.TrimRight(s[:end], ".-")
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 || len(host)-dot-1 < 2 {
		return false
	}
	return strings.IndexFunc(host[dot+1:], func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}
