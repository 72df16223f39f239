package domain

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A command is read into a tree before it is read into types. The tree keeps what encoding/json forgets silently: duplicate
// names, and where each value stood. Two readers of one command that see different things are a security hole.

// jsonValue is one value of the tree.
type jsonValue struct {
	kind  byte        // '{' '[' '"' '0' (a number) 't' (true or false) 'n' (null)
	text  string      // of a string, decoded; of a number or a word, as written
	names []string    // of an object, in order, duplicates included
	items []jsonValue // of an object or a list
}

// what names the kind of a value for an error.
func (v *jsonValue) what() string {
	switch v.kind {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 't':
		return "true or false"
	}
	return "null"
}

// nesting is how deep brackets go in a line, counted until it is deeper than limit.
func nesting(line []byte, limit int) int {
	depth, deepest, quoted := 0, 0, false
	for i := 0; i < len(line) && deepest <= limit; i++ {
		switch c := line[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}

// parseJSON reads one JSON value with nothing behind it. Its depth must have been checked.
func parseJSON(line []byte) (jsonValue, error) {
	if !json.Valid(line) {
		var raw json.RawMessage
		return jsonValue{}, json.Unmarshal(line, &raw) // says where
	}
	r := jsonReader{data: line}
	v := r.value()
	return v, r.err
}

// jsonReader walks over text that is known to be valid JSON.
type jsonReader struct {
	data []byte
	at   int
	err  error
}

func (r *jsonReader) skipSpace() {
	for r.at < len(r.data) {
		switch r.data[r.at] {
		case ' ', '\t', '\r', '\n', ',', ':':
			r.at++
		default:
			return
		}
	}
}

// next is the next character that is no space or separator, 0 at the end.
func (r *jsonReader) next() byte {
	r.skipSpace()
	if r.at >= len(r.data) {
		return 0
	}
	return r.data[r.at]
}

func (r *jsonReader) value() jsonValue {
	switch c := r.next(); c {
	case '{':
		v := jsonValue{kind: '{'}
		r.at++
		for r.next() == '"' {
			v.names = append(v.names, r.text())
			v.items = append(v.items, r.value())
		}
		r.at++
		return v
	case '[':
		v := jsonValue{kind: '['}
		r.at++
		for c := r.next(); c != ']' && c != 0; c = r.next() {
			v.items = append(v.items, r.value())
		}
		r.at++
		return v
	case '"':
		return jsonValue{kind: '"', text: r.text()}
	case 't', 'f':
		return jsonValue{kind: 't', text: r.word()}
	case 'n':
		return jsonValue{kind: 'n', text: r.word()}
	default:
		return jsonValue{kind: '0', text: r.word()}
	}
}

// word reads a number or one of true, false, null.
func (r *jsonReader) word() string {
	start := r.at
	for r.at < len(r.data) && !strings.ContainsRune(" \t\r\n,]}", rune(r.data[r.at])) {
		r.at++
	}
	return string(r.data[start:r.at])
}

func (r *jsonReader) text() string {
	start, escaped := r.at, false
	for r.at++; r.at < len(r.data) && r.data[r.at] != '"'; r.at++ {
		if r.data[r.at] == '\\' {
			escaped = true
			r.at++
		}
	}
	r.at++
	if r.at > len(r.data) {
		r.err = fmt.Errorf("%w: a string has no end", ErrEncoding)
		return ""
	}
	if !escaped {
		return string(r.data[start+1 : r.at-1])
	}
	var s string
	if err := json.Unmarshal(r.data[start:r.at], &s); err != nil {
		r.err = err
	}
	return s
}
