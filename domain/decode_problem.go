package domain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// InputCode is the stable name of a kind of problem. Texts may change and be translated; codes don't.
type InputCode string

// Codes of problems.
const (
	FieldMissing       InputCode = "FIELD_MISSING"
	FieldUnknown       InputCode = "FIELD_UNKNOWN"
	FieldDuplicate     InputCode = "FIELD_DUPLICATE"
	FieldLooksPersonal InputCode = "FIELD_LOOKS_PERSONAL"
	ValueType          InputCode = "VALUE_TYPE"
	ValueForm          InputCode = "VALUE_FORM"
	ValueRange         InputCode = "VALUE_RANGE"
	ValueEnum          InputCode = "VALUE_ENUM"
	CommandUnknown     InputCode = "COMMAND_UNKNOWN"
	NotJSON            InputCode = "NOT_JSON"
	NotUTF8            InputCode = "NOT_UTF8"
	TooLarge           InputCode = "TOO_LARGE"
	TooDeep            InputCode = "TOO_DEEP"
)

// Values lists the codes.
func (InputCode) Values() []string {
	codes := []InputCode{
		FieldMissing, FieldUnknown, FieldDuplicate, FieldLooksPersonal, ValueType, ValueForm, ValueRange, ValueEnum,
		CommandUnknown, NotJSON, NotUTF8, TooLarge, TooDeep,
	}
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = string(c)
	}
	return out
}

// Problem is one thing that is wrong with a submission, and what to do about it. It never repeats a value that looks like
// personal data: problems end up in logs.
type Problem struct {
	Code    InputCode `json:"code"`
	Pointer string    `json:"pointer"` // JSON pointer such as /act/amount; empty: the whole line
	Message string    `json:"message"`
	Cure    string    `json:"cure"`
}

// String is one line of text.
func (p Problem) String() string {
	at := p.Pointer
	if at == "" {
		at = "the line"
	}
	return at + ": " + p.Message + " (" + p.Cure + ")"
}

// InputError says that a submission can't be read. It lists everything that is wrong with it, so that one round of mending
// is enough. Nothing was decided and the key is not used up.
type InputError struct {
	Problems []Problem
	More     int // further problems that are not listed
}

// Error lists the problems.
func (e *InputError) Error() string {
	if len(e.Problems) == 1 && e.More == 0 {
		return e.Problems[0].String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d problems", len(e.Problems)+e.More)
	for i, p := range e.Problems {
		b.WriteString(either(i == 0, ": ", "; "))
		b.WriteString(p.String())
	}
	if e.More > 0 {
		fmt.Fprintf(&b, "; and %d more", e.More)
	}
	return b.String()
}

// maxProblems bounds the list: a line of nonsense must not become a page of advice.
const maxProblems = 50

// pointer is where a value stands, rendered only when something is wrong.
type pointer struct {
	parent *pointer
	name   string
}

func (p *pointer) child(name string) *pointer { return &pointer{p, name} }

func (p *pointer) item(i int) *pointer { return &pointer{p, strconv.Itoa(i)} }

// String is the JSON pointer. A name that looks personal is left out.
func (p *pointer) String() string {
	if p == nil {
		return ""
	}
	name := shown(p.name)
	return p.parent.String() + "/" + strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// maxShown is how much of a value an error repeats, in characters.
const maxShown = 60

// shown is a value as an error may repeat it.
func shown(s string) string {
	if FindPersonal(s) != "" {
		return "…"
	}
	if utf8.RuneCountInString(s) > maxShown {
		return string([]rune(s)[:maxShown]) + "…"
	}
	return s
}

// problems collects what is wrong.
type problems struct{ found InputError }

func (p *problems) add(code InputCode, at *pointer, message, cure string) {
	if len(p.found.Problems) >= maxProblems {
		p.found.More++
		return
	}
	p.found.Problems = append(p.found.Problems, Problem{code, at.String(), message, cure})
}

// err is nil when nothing was wrong.
func (p *problems) err() error {
	if len(p.found.Problems) == 0 {
		return nil
	}
	return &p.found
}

// DidYouMean offers the nearest of the known names, if one is near.
func DidYouMean(given string, known []string) string {
	const tooLong = 80 // characters; nothing known is longer, and comparing costs its square
	if len(given) > tooLong {
		return ""
	}
	best, distance := "", len(given)/3+2
	flat := func(s string) string {
		return strings.ToLower(strings.Map(func(r rune) rune {
			if r == '_' || r == '-' || r == ' ' {
				return -1
			}
			return r
		}, s))
	}
	for _, k := range known {
		if flat(k) == flat(given) {
			return k
		}
		if d := editDistance(given, k); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// editDistance counts single-character changes between two names (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// nearest makes the cure of a name that is not known.
func nearest(given string, known []string, all string) string {
	known = slices.Clone(known)
	list := all + ": " + strings.Join(known, ", ")
	if near := DidYouMean(given, known); near != "" {
		return "did you mean " + near + "? " + list
	}
	return list
}
