package words

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of the two lengths in which Saldo gives an answer.
const (
	// SpokenLimit is the most [Words] in an answer read aloud (ucapan): what
	// a caller who hears it once can keep in mind.
	SpokenLimit = 30
	// WrittenLimit is the most [Runes] in a written answer (tulisan): what is
	// read to its end on a phone.
	WrittenLimit = 500
)

// Lang is the language an answer is given in. Any value but [EN], the zero value
// included, speaks Indonesian, the programme's language.
type Lang string

// The languages Saldo speaks.
const (
	ID Lang = "id"
	EN Lang = "en"
)

// ParseLang reads a language tag or locale name by its first part, in any case:
// "id", "EN", "id-ID", "en_GB.UTF-8". Any other language is an error, so that
// the caller, who knows the audience, chooses what to fall back to.
func ParseLang(s string) (Lang, error) {
	primary := s
	if i := strings.IndexAny(s, "-_."); i >= 0 {
		primary = s[:i]
	}
	switch l := Lang(strings.ToLower(primary)); l {
	case ID, EN:
		return l, nil
	}
	return "", fmt.Errorf("words: unknown language %q, want %q or %q", s, ID, EN)
}

// Join lists items as a sentence does: "a", "a dan b", "a, b, dan c" in
// Indonesian; "a", "a and b", "a, b and c" in English. No items is "".
func Join(items []string, l Lang) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	and := " dan "
	switch {
	case l == EN:
		and = " and "
	case len(items) > 2:
		and = ", dan "
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + and + items[last]
}

// Words counts the words of s as a reader would say them: runs between white
// space that hold at least one letter or digit. "Rp1.000.000" is one word, a
// dash on its own is none.
func Words(s string) int {
	n, counted := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			counted = false
		case !counted && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			counted = true
			n++
		}
	}
	return n
}

// Runes counts the characters of s, as [WrittenLimit] means them: Unicode code
// points, not bytes.
func Runes(s string) int { return utf8.RuneCountInString(s) }
