package domain

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Encoded is one event ready to append: the bytes that its id binds.
type Encoded struct {
	ID   uuid.UUID
	Type EventName
	Data []byte
	Meta []byte
}

// Group is the events of one decision, encoded once. A retry appends the same bytes at the same revision.
type Group struct {
	Stream   Stream
	Expected int64 // revision that the stream must stand at, -1 for none
	Events   []Encoded
	Recorded []Recorded // the same events as they will stand in the stream
	Decision Decision
}

// Prepare judges a command and encodes the outcome for the revision that the state stands at. recordedAt is the node's
// clock; it never goes back within a stream. lead is the time that registry events need before they take force.
func Prepare(cmd Command, s State, reg *Registry, look Lookups, recordedAt time.Time, lead time.Duration) (Group, error) {
	if spec := SpecOf(cmd.Act); cmd.origin(spec) == Decided && spec.Owner != PartyProgramme {
		cmd.Effective = nil // what a partner asks for happens when it arrives; a claim of another time would let it choose its rules
	}
	outcome, err := Decide(cmd, s, reg, look)
	if err != nil {
		return Group{}, err
	}
	c := s.common()
	if recordedAt.Before(c.RecordedAt) {
		recordedAt = c.RecordedAt
	}
	g := Group{Stream: c.Stream, Expected: c.Revision, Decision: outcome.Decision}
	metas := outcome.MetadataOf(cmd, recordedAt, lead)
	for i, e := range outcome.Events {
		name, data, err := Encode(e)
		if err != nil {
			return Group{}, err
		}
		meta, err := EncodeMetadata(metas[i])
		if err != nil {
			return Group{}, err
		}
		rev := uint64(c.Revision + 1 + int64(i)) //nolint:gosec // revisions start at 0
		id := EventID(c.Stream, rev, i, name, data, meta)
		g.Events = append(g.Events, Encoded{id, name, data, meta})
		g.Recorded = append(g.Recorded, Recorded{Stream: c.Stream, Revision: rev, ID: id, Type: name, Meta: metas[i], Fact: e, Data: data})
	}
	return g, nil
}

// DecodeRecorded reads an event as a store gives it. What did not come through Execute is foreign whatever its bytes are: it
// takes its revision and blocks its stream, and must not keep a node from starting.
func DecodeRecorded(stream Stream, revision uint64, id uuid.UUID, name EventName, data, meta []byte) (Recorded, error) {
	r := Recorded{Stream: stream, Revision: revision, ID: id, Type: name, Data: data}
	m, unread := DecodeMetadata(meta)
	if unread != nil || m.Origin == "" {
		return r, nil //nolint:nilerr // what is not ours need not be readable
	}
	r.Meta = m
	if m.Schema > schemaOf(name) {
		return r, nil // a newer schema of a known type: kept, shown, not read
	}
	var err error
	if r.Fact, err = Decode(name, data); err != nil {
		return r, fmt.Errorf("%s revision %d: %w", stream, revision, err)
	}
	return r, nil
}

// Known finds the outcome that a command has already, if any: by its id, or, for a purchase, by the order number that was
// accepted before with the same content.
func Known(cmd Command, s State) (revision uint64, byInvoice, found bool) {
	if rev, ok := s.common().Commands[cmd.ID]; ok {
		return rev, false, true
	}
	p, person := s.(*ParticipantState)
	if drop, dropping := cmd.Act.(AbandonPurchase); dropping && person { // bought under another key: that is the answer
		rev, used := p.Invoices[invoiceKey(drop.Platform, drop.Invoice)]
		return rev, used, used
	}
	buy, buying := cmd.Act.(PurchaseCourse)
	if !person || !buying {
		return 0, false, false
	}
	rev, used := p.Invoices[invoiceKey(buy.Platform, buy.Invoice)]
	if !used {
		return 0, false, false
	}
	if x := p.purchaseOf(buy.Platform, buy.Invoice); x != nil && samePurchase(x.PurchaseBody, buy.PurchaseBody) {
		return rev, true, true
	}
	return 0, false, false
}

// samePurchase compares what is bought; the caller's own time limit and the token of the moment may differ between copies.
func samePurchase(a, b PurchaseBody) bool {
	return a.Amount.Cmp(b.Amount) == 0 && a.Course == b.Course && a.Schedule == b.Schedule && a.Currency == b.Currency
}

// Differences names the fields in which a command differs from the event that holds its outcome: the same id was used for
// something else. An abandonment wins over any content. An outcome found by its order number is not asked: there the key is a
// new one, and Known has compared what is bought.
func Differences(cmd Command, e Recorded) []string {
	if x, ok := e.Fact.(PurchaseRefused); ok && x.Closes != nil {
		return nil
	}
	if _, abandoning := cmd.Act.(AbandonPurchase); abandoning {
		return nil
	}
	spec := SpecOf(cmd.Act)
	stored := map[string]any{}
	if json.Unmarshal(e.Data, &stored) != nil {
		return []string{"act"}
	}
	if act, ok := stored["act"].(map[string]any); ok {
		if stored["command"] != string(spec.Name) {
			return []string{"command"}
		}
		stored = act
	} else if e.Type != spec.Accepted && e.Type != spec.Refused {
		return []string{"command"}
	}
	var out []string
	asked := fields(cmd.Act)
	for _, f := range wireFields(reflect.TypeOf(cmd.Act)) { // also those that the act leaves out and the first one had
		if !streamField(cmd.Act, f.Name) && !reflect.DeepEqual(stored[f.Name], asked[f.Name]) {
			out = append(out, f.Name)
		}
	}
	slices.Sort(out)
	return out
}

// streamField reports whether a field of an act is in the stream's name and not in the event.
func streamField(a Act, name string) bool {
	t := reflect.TypeOf(a)
	for f := range t.Fields() {
		if !f.Anonymous || f.Type.Kind() != reflect.Struct {
			continue
		}
		for inner := range f.Type.Fields() {
			if inner.Tag.Get("stream") != "" && jsonName(inner) == name {
				return true
			}
		}
	}
	return false
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
