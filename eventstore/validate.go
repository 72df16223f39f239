package eventstore

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxNameBytes bounds stream and type names: they are keys, file contents and URL parts.
	MaxNameBytes = 200
	// DefaultMaxAppend is what EventStoreDB takes in one append unless it is told otherwise.
	DefaultMaxAppend = 1 << 20

	idBytes = 16
)

// AppendSize is what a limit on an append counts: ids, types, data and metadata of all its events.
func AppendSize(events []EventData) int {
	size := 0
	for i := range events {
		size += idBytes + len(events[i].Type) + len(events[i].Data) + len(events[i].Metadata)
	}
	return size
}

// ValidateAppend is the part of the contract of Append that needs no store; every backend calls it before any I/O. The
// limit is in bytes, 0 for DefaultMaxAppend.
func ValidateAppend(stream string, at Expected, events []EventData, limit int) error {
	if err := ValidateStream(stream); err != nil {
		return err
	}
	if !at.Known() {
		return fmt.Errorf("%w: append to %q with %s", ErrInvalid, stream, at)
	}
	if len(events) == 0 {
		return fmt.Errorf("%w: append of no events to %q", ErrInvalid, stream)
	}
	for i := range events {
		if events[i].ID == [idBytes]byte{} {
			return fmt.Errorf("%w: event %d for %q has no id", ErrInvalid, i, stream)
		}
		if err := validateName("type", events[i].Type); err != nil {
			return err
		}
	}
	if limit == 0 {
		limit = DefaultMaxAppend
	}
	if size := AppendSize(events); size > limit {
		return &TooLargeError{Size: size, Limit: limit}
	}
	return nil
}

// ValidateStream returns ErrInvalid unless events can be kept under that name.
func ValidateStream(stream string) error { return validateName("stream", stream) }

func validateName(what, name string) error {
	var bad string
	switch {
	case name == "":
		bad = "is empty"
	case len(name) > MaxNameBytes:
		bad = fmt.Sprintf("has %d bytes, more than %d", len(name), MaxNameBytes)
	case name[0] == '$':
		bad = "begins with $, which is the store's own"
	case !utf8.ValidString(name):
		bad = "is not UTF-8"
	case strings.ContainsFunc(name, unicode.IsControl):
		bad = "has a control character"
	default:
		return nil
	}
	return fmt.Errorf("%w: %s name %.60q %s", ErrInvalid, what, name, bad)
}

// MatchReplay settles an append whose expectation the stream has already passed: found is what stands there, at most as
// many events as were given. It returns nil for the same append again, ErrIDReused, or wrong for anything else.
func MatchReplay(given []EventData, found []Recorded, wrong *WrongRevisionError) error {
	if len(found) < len(given) {
		return wrong
	}
	for i := range given {
		if found[i].ID != given[i].ID {
			return wrong
		}
	}
	for i := range given {
		if !sameContent(given[i], found[i].EventData) {
			return fmt.Errorf("%w: stream %q, revision %d", ErrIDReused, wrong.Stream, found[i].Revision)
		}
	}
	return nil
}

func sameContent(a, b EventData) bool {
	return a.Type == b.Type && a.JSON == b.JSON && bytes.Equal(a.Data, b.Data) && bytes.Equal(a.Metadata, b.Metadata)
}
