package words

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MissingError says that a template was given too little to be rendered.
type MissingError struct {
	Names []string // every required name without a value, in template order
}

// Error lists the names.
func (e *MissingError) Error() string {
	return "words: no value for " + strings.Join(e.Names, ", ")
}

// Render says the template in language l, with times in zone z. It fails only
// with a [*MissingError], and then the text is empty: half a sentence is never
// said. Where an optional segment begins or ends, kept or dropped, runs of
// spaces become one and a space before punctuation or at either end of the text
// goes; other text, and every value, is inserted as it is.
func (t Template) Render(values Values, l Lang, z Zone) (string, error) {
	var room [16]Value // catalogue sentences name fewer; more only costs an allocation
	found := room[:0]
	for _, n := range t.names {
		v := values[n.text]
		if v != nil && !v.says(l) {
			v = nil
		}
		if v == nil && n.required {
			return "", t.missing(values, l)
		}
		found = append(found, v)
	}

	w := writer{buf: make([]byte, 0, t.size+24*len(t.parts)), voice: voice{lang: l, zone: z}}
	for i := 0; i < len(t.parts); i++ {
		p := &t.parts[i]
		switch p.kind {
		case literal:
			w.literal(p.text)
		case insert:
			w.value(found[p.slot])
		case open:
			w.edge()
			if t.lacking(i, found) {
				i = p.end
			}
		case shut:
			w.edge()
		}
	}
	return w.text(), nil
}

// lacking reports whether the segment opened by part i names a missing value.
func (t Template) lacking(i int, found []Value) bool {
	for _, p := range t.parts[i:t.parts[i].end] {
		if p.kind == insert && found[p.slot] == nil {
			return true
		}
	}
	return false
}

func (t Template) missing(values Values, l Lang) error {
	e := &MissingError{}
	for _, n := range t.names {
		if v := values[n.text]; n.required && (v == nil || !v.says(l)) {
			e.Names = append(e.Names, n.text)
		}
	}
	return e
}

// writer gathers one text.
type writer struct {
	buf   []byte
	voice voice
	fixed int  // buf before this belongs to a value and is not trimmed
	seam  bool // a segment began or ended since something was last written
}

// edge notes that a segment begins or ends here.
func (w *writer) edge() {
	w.seam = true
	if n := len(w.buf); n > w.fixed && w.buf[n-1] == ' ' {
		w.trim()
		w.buf = append(w.buf, ' ')
	}
}

// literal writes text of the template, tidied where it meets a seam.
func (w *writer) literal(s string) {
	if w.seam {
		bare := strings.TrimLeft(s, " ")
		if punctuated(bare) {
			w.trim()
		} else if n := len(w.buf); n > 0 && w.buf[n-1] != ' ' && bare != s {
			w.buf = append(w.buf, ' ')
		}
		s = bare
		w.seam = s == "" // nothing but spaces leaves it open
	}
	w.buf = append(w.buf, s...)
}

func (w *writer) value(v Value) {
	w.buf = v.appendTo(w.buf, &w.voice)
	w.fixed, w.seam = len(w.buf), false
}

// text closes the writer and returns what it gathered.
func (w *writer) text() string {
	if w.seam {
		w.trim()
	}
	return string(w.buf)
}

// trim takes spaces of literal text off the end.
func (w *writer) trim() {
	w.buf = w.buf[:w.fixed+len(bytes.TrimRight(w.buf[w.fixed:], " "))]
}

// punctuated reports whether s begins with a mark that clings to the word
// before it. A mark with a letter or digit behind it (".NET", ":abandon") begins a
// word of its own.
func punctuated(s string) bool {
	if s == "" || !strings.ContainsRune(".,;:!?)", rune(s[0])) {
		return false
	}
	next, size := utf8.DecodeRuneInString(s[1:])
	return size == 0 || !unicode.IsLetter(next) && !unicode.IsDigit(next)
}
