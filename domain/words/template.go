package words

import (
	"fmt"
	"slices"
	"strings"
)

// Template is a parsed sentence of the reason catalogue. It is immutable and
// safe for use by many goroutines; the zero Template says nothing. Parse once
// and keep it: rendering does not look at the source again.
type Template struct {
	parts []part
	names []name // distinct, in order of first appearance
	size  int    // bytes of literal text
}

type name struct {
	text     string
	required bool // it stands outside every optional segment at least once
}

// part is one step of a template.
type part struct {
	kind partKind
	text string // literal: what to write
	slot int    // insert: index into names
	end  int    // open: index of the part that closes the segment
}

type partKind uint8

const (
	literal partKind = iota
	insert
	open
	shut
)

// Parse reads a template:
//
//	{name}      inserts the value called name; a name is a lower-case letter and
//	            then lower-case letters, digits and underscores
//	[[ ... ]]   is an optional segment: dropped whole when any name in it is
//	            missing; it names at least one and holds no other segment
//
// All else is literal text, in which { } [[ and ]] cannot be written. The error
// gives the byte offset of the fault and says what is wrong there.
func Parse(template string) (Template, error) {
	p := parser{src: template, segment: -1}
	for p.pos < len(p.src) {
		if err := p.step(); err != nil {
			return Template{}, err
		}
	}
	if p.segment >= 0 {
		return Template{}, p.fault(p.opened, "[[ is never closed")
	}
	return p.out, nil
}

// Names returns the names without which the template cannot be rendered, and
// those that stand in optional segments only; each once, in order of first
// appearance. The slices are the caller's.
func (t Template) Names() (required, optional []string) {
	for _, n := range t.names {
		if n.required {
			required = append(required, n.text)
		} else {
			optional = append(optional, n.text)
		}
	}
	return required, optional
}

// parser reads src from pos on into out.
type parser struct {
	src string
	pos int
	out Template

	segment int // index in out.parts of the segment being read, -1 outside one
	opened  int // its offset in src
	named   int // how many names it holds so far
}

// step reads one part.
func (p *parser) step() error {
	rest := p.src[p.pos:]
	switch {
	case strings.HasPrefix(rest, "[["):
		return p.open()
	case strings.HasPrefix(rest, "]]"):
		return p.shut()
	case strings.HasPrefix(rest, "{{"):
		return p.fault(p.pos, "{{ means nothing here; a placeholder is {name}")
	case rest[0] == '{':
		return p.placeholder(rest)
	case rest[0] == '}':
		return p.fault(p.pos, "} closes nothing")
	}
	n := literalLen(rest)
	p.add(part{kind: literal, text: rest[:n]}, n)
	p.out.size += n
	return nil
}

func (p *parser) open() error {
	if p.segment >= 0 {
		return p.fault(p.pos, fmt.Sprintf("[[ inside the segment opened at byte %d", p.opened))
	}
	p.segment, p.opened, p.named = len(p.out.parts), p.pos, 0
	p.add(part{kind: open}, len("[["))
	return nil
}

func (p *parser) shut() error {
	if p.segment < 0 {
		return p.fault(p.pos, "]] closes nothing")
	}
	if p.named == 0 {
		return p.fault(p.opened, "optional segment names no value, so it could never be dropped")
	}
	p.out.parts[p.segment].end = len(p.out.parts)
	p.segment = -1
	p.add(part{kind: shut}, len("]]"))
	return nil
}

func (p *parser) placeholder(rest string) error {
	end := strings.IndexByte(rest, '}')
	if end < 0 {
		return p.fault(p.pos, "{ is never closed")
	}
	text := rest[1:end]
	if !isName(text) {
		return p.fault(p.pos, fmt.Sprintf("bad name %q; want lower-case letters, digits and underscores, a letter first", text))
	}
	slot := slices.IndexFunc(p.out.names, func(n name) bool { return n.text == text })
	if slot < 0 {
		slot = len(p.out.names)
		p.out.names = append(p.out.names, name{text: text})
	}
	if p.segment < 0 {
		p.out.names[slot].required = true
	}
	p.named++
	p.add(part{kind: insert, slot: slot}, end+1)
	return nil
}

func (p *parser) add(x part, width int) {
	p.out.parts = append(p.out.parts, x)
	p.pos += width
}

func (p *parser) fault(offset int, what string) error {
	return fmt.Errorf("words: template at byte %d: %s", offset, what)
}

// literalLen returns how many bytes of s come before any syntax. A single square
// bracket is text.
func literalLen(s string) int {
	for i := range len(s) {
		switch s[i] {
		case '{', '}':
			return i
		case '[', ']':
			if i+1 < len(s) && s[i+1] == s[i] {
				return i
			}
		}
	}
	return len(s)
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}
