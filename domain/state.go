package domain

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Recorded is an event as it stands in a stream. Fact is nil for a type that this code does not know; its bytes are kept.
type Recorded struct {
	Stream   Stream
	Revision uint64
	ID       uuid.UUID
	Type     EventName
	Meta     Metadata
	Fact     Event
	Data     json.RawMessage
	Number   uint64 // the event's dense number in the log, from 0; the same in every store
}

// Ref points at the event.
func (r Recorded) Ref() EventRef { return EventRef{r.Stream, r.Revision, r.Type} }

// Foreign reports whether the event came from outside Execute: no origin. It takes its revision, changes no state, and
// blocks deciding on its stream until an operator has resolved it.
func (r Recorded) Foreign() bool { return r.Meta.Origin == "" }

// Unknown reports whether this code can't read the event: an unknown type, or a newer schema of a known one.
func (r Recorded) Unknown() bool { return r.Fact == nil || r.Meta.Schema > schemaOf(r.Type) }

// Common is what every stream's state keeps, whatever the stream is about.
type Common struct {
	Stream     Stream
	Revision   int64                // of the last event, -1 for none
	Commands   map[uuid.UUID]uint64 // command id -> revision of its outcome; never trimmed
	Keys       map[string]uint64    // natural key -> revision
	RecordedAt time.Time            // of the last event
	ReceivedAt time.Time            // latest of the decided ones
	Blocked    *Block               // why nothing may be decided here
}

// Block says why a stream can't be decided on.
type Block struct {
	At      EventRef
	Foreign bool // otherwise: a type or schema that this code is too old for
}

// NewCommon is the state of a stream without events.
func NewCommon(s Stream) Common {
	return Common{Stream: s, Revision: -1, Commands: map[uuid.UUID]uint64{}, Keys: map[string]uint64{}}
}

// note takes an event's revision, times, command id and natural key, and reports whether the event may change state.
func (c *Common) note(e Recorded) bool {
	c.Revision = int64(e.Revision) //nolint:gosec // a revision is far below 2^63
	if e.Meta.RecordedAt.After(c.RecordedAt) {
		c.RecordedAt = e.Meta.RecordedAt
	}
	if e.Foreign() || e.Unknown() {
		if c.Blocked == nil {
			c.Blocked = &Block{At: e.Ref(), Foreign: e.Foreign()}
		}
		return false
	}
	if e.Meta.Origin == Decided && e.Meta.ReceivedAt.After(c.ReceivedAt) {
		c.ReceivedAt = e.Meta.ReceivedAt
	}
	if _, known := c.Commands[e.Meta.CommandID]; !known {
		c.Commands[e.Meta.CommandID] = e.Revision
	}
	if e.Meta.Outcome == Refused {
		return false
	}
	if key := naturalKey(e.Fact); key != "" {
		if _, known := c.Keys[key]; !known {
			c.Keys[key] = e.Revision
		}
	}
	return true
}

// done finds the event that holds a natural key.
func (c *Common) done(key string) (uint64, bool) {
	if key == "" {
		return 0, false
	}
	rev, ok := c.Keys[key]
	return rev, ok
}

func cutPart(part string) (n, of string, ok bool) { return strings.Cut(part, "/") }

// change is one value of something that changes by registry events, with when and by which event. Histories are short: a
// decision looks backwards for the last one that was in its basis and in force.
type change[T any] struct {
	value    T
	inForce  time.Time
	ref      EventRef
	recorded time.Time
}

// history is the changes of one attribute, in the order of their events.
type history[T any] []change[T]

func (h *history[T]) add(e Recorded, v T) {
	*h = append(*h, changeBy(e, v))
}

func changeBy[T any](e Recorded, v T) change[T] {
	return change[T]{v, e.Meta.InForce(), e.Ref(), e.Meta.RecordedAt}
}

// at is the value seen by a decision with revision basis of the stream at time t: the latest event that was in the basis and
// in force.
func (h history[T]) at(view View) (change[T], bool) {
	for i := len(h) - 1; i >= 0; i-- {
		if seen(view, &h[i]) {
			return h[i], true
		}
	}
	return change[T]{}, false
}

// View is what a decision may see of the registry: events up to the basis, in force at the time.
type View struct {
	At       time.Time
	Basis    Basis      // nil: everything that is folded
	Recorded *time.Time // nil, or: only what had been recorded by then
}

func seen[T any](v View, c *change[T]) bool {
	if v.Recorded != nil && c.recorded.After(*v.Recorded) {
		return false
	}
	return v.sees(c.ref, c.inForce)
}

func (v View) sees(ref EventRef, inForce time.Time) bool {
	if inForce.After(v.At) {
		return false
	}
	if v.Basis == nil {
		return true
	}
	last, ok := v.Basis[ref.Stream]
	return ok && int64(ref.Revision) <= last //nolint:gosec // a revision is far below 2^63
}
