package wire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"saldo/eventstore"
)

// IdentityStream is the stream whose one event names the store: type IdentityType, data Identity. It is answered here and
// neither stored nor part of $all. Package esdb keeps its own event of that name in a server that isn't this one.
const (
	IdentityStream = "saldo-store"
	IdentityType   = "StoreIdentified"
)

// Identity is what the event of IdentityStream says, as JSON.
type Identity struct {
	StoreID     string `json:"store_id"`
	Incarnation string `json:"incarnation,omitempty"`
	// ComparesContent: an id that comes again with other bytes is refused, where the real server looks at ids only.
	ComparesContent bool `json:"compares_content,omitempty"`
}

// history is the store as the protocol sees it.
type history struct {
	store    eventstore.Store
	now      func() time.Time
	identity Identity
	marks    *marks
	overlay  *overlay // nil without AllowDelete
	named    bool     // IdentityStream is answered
}

func newHistory(c Config, incarnation string) *history {
	h := &history{
		store: c.Store, now: c.Now, marks: newMarks(c.Store),
		identity: Identity{StoreID: c.StoreID, Incarnation: incarnation, ComparesContent: true},
		named:    !c.AsOriginal,
	}
	if c.AllowDelete {
		h.overlay = newOverlay(c.Now)
	}
	return h
}

// shift is by how many bits places are wider than the store's positions.
func (h *history) shift() uint {
	if h.overlay == nil {
		return 0
	}
	return overlayBits
}

func (h *history) entry(r eventstore.Recorded) entry {
	at := placeOf(r.Position)
	return entry{Recorded: r, at: place{commit: at.commit << h.shift(), prepare: at.prepare << h.shift()}}
}

// position is the store's last one that isn't behind p.
func (h *history) position(p place) eventstore.Position {
	commit, prepare := p.commit>>h.shift(), p.prepare>>h.shift()
	if commit == 0 && prepare == 0 {
		return eventstore.Position{}
	}
	return eventstore.NewPosition(h.identity.StoreID, commit, prepare)
}

// head is the place of the last event of all.
func (h *history) head(ctx context.Context) (place, error) {
	last, err := h.store.Head(ctx)
	if err != nil {
		return place{}, err
	}
	at := h.entry(eventstore.Recorded{Position: last}).at
	if h.overlay != nil {
		if side := h.overlay.last(); side.compare(at) > 0 {
			at = side
		}
	}
	return at, nil
}

// wait returns when something stands behind p.
func (h *history) wait(ctx context.Context, p place) error {
	if h.overlay == nil {
		return h.store.Wait(ctx, h.position(p))
	}
	return h.overlay.wait(ctx, p, func(ctx context.Context) error { return h.store.Wait(ctx, h.position(p)) })
}

// forward yields what stands behind p, and with inclusive also what stands on it. p need not be an event's place.
func (h *history) forward(ctx context.Context, p place, inclusive bool) iter.Seq2[entry, error] {
	if h.overlay == nil {
		return h.stored(ctx, p, inclusive)
	}
	return func(yield func(entry, error) bool) {
		side, head, err := h.overlay.snapshot(ctx, h.store)
		if err != nil {
			yield(entry{}, err)
			return
		}
		from := func(e entry) bool {
			c := e.at.compare(p)
			return c > 0 || inclusive && c == 0
		}
		for e, err := range h.stored(ctx, p, inclusive) {
			if err != nil {
				yield(entry{}, err)
				return
			}
			if e.Position.Compare(head) > 0 {
				break
			}
			for ; len(side) > 0 && side[0].at.compare(e.at) < 0; side = side[1:] {
				if from(side[0]) && !yield(side[0], nil) {
					return
				}
			}
			if !yield(e, nil) {
				return
			}
		}
		for _, e := range side {
			if from(e) && !yield(e, nil) {
				return
			}
		}
	}
}

// errEnough ends a scan whose reader has left.
var errEnough = errors.New("wire: enough")

// stored is forward over the store alone.
func (h *history) stored(ctx context.Context, p place, inclusive bool) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		scan := func(after eventstore.Position) error {
			for r, err := range h.store.ReadAll(ctx, after, eventstore.ReadAllOptions{}) {
				if err != nil {
					return err
				}
				e := h.entry(r)
				if c := e.at.compare(p); c < 0 || c == 0 && !inclusive {
					continue
				}
				if !yield(e, nil) {
					return errEnough
				}
			}
			return nil
		}
		behind := h.position(p)
		err := eventstore.ErrForeignPosition
		if !inclusive || behind.IsStart() {
			err = scan(behind)
		}
		if errors.Is(err, eventstore.ErrForeignPosition) { // the event itself is asked for too, or there is none
			var mark eventstore.Position
			if mark, err = h.marks.markBefore(ctx, behind); err == nil {
				err = scan(mark)
			}
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield(entry{}, err)
		}
	}
}

// backward yields what stands before p, the newest first.
func (h *history) backward(ctx context.Context, p place) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		var side []entry
		if h.overlay != nil {
			var err error
			if side, _, err = h.overlay.snapshot(ctx, h.store); err != nil {
				yield(entry{}, err)
				return
			}
		}
		bound := eventstore.NewPosition(h.identity.StoreID, p.commit>>h.shift(), p.prepare>>h.shift())
		if p.commit&(1<<h.shift()-1) != 0 { // behind that event of the store, before the next
			bound = eventstore.NewPosition(h.identity.StoreID, p.commit>>h.shift()+1, 0)
		}
		upTo := func(at place) bool { // yields the overlay's entries behind at
			for len(side) > 0 && side[len(side)-1].at.compare(at) > 0 {
				e := side[len(side)-1]
				side = side[:len(side)-1]
				if e.at.compare(p) < 0 && !yield(e, nil) {
					return false
				}
			}
			return true
		}
		for r, err := range h.marks.backward(ctx, bound) {
			if err != nil {
				yield(entry{}, err)
				return
			}
			e := h.entry(r)
			if e.at.compare(p) >= 0 {
				continue
			}
			if !upTo(e.at) || !yield(e, nil) {
				return
			}
		}
		upTo(place{})
	}
}

// stream yields a part of one stream. From counts revisions as eventstore.ReadOptions does.
func (h *history) stream(ctx context.Context, name string, o eventstore.ReadOptions) iter.Seq2[entry, error] {
	switch {
	case name == IdentityStream && h.named:
		return h.identified(o)
	case h.overlay != nil:
		return h.overlay.stream(ctx, h, name, o)
	case strings.HasPrefix(name, "$"), eventstore.ValidateStream(name) != nil: // there can be none
		return func(yield func(entry, error) bool) {
			yield(entry{}, fmt.Errorf("%w: %q", eventstore.ErrStreamNotFound, name))
		}
	}
	return h.streamStored(ctx, name, o)
}

func (h *history) streamStored(ctx context.Context, name string, o eventstore.ReadOptions) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		for r, err := range h.store.ReadStream(ctx, name, o) {
			if err != nil {
				yield(entry{}, err)
				return
			}
			if !yield(h.entry(r), nil) {
				return
			}
		}
	}
}

func (h *history) identified(o eventstore.ReadOptions) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		data, err := json.Marshal(h.identity)
		if err != nil || (o.From > 0 && !o.Backward) {
			return
		}
		yield(entry{Recorded: eventstore.Recorded{
			EventData: eventstore.EventData{ID: [16]byte{1}, Type: IdentityType, JSON: true, Data: data},
			Stream:    IdentityStream, Stored: time.Unix(0, 0).UTC(),
		}}, nil)
	}
}

// last is where a stream of the store stands, whatever hides it.
func (h *history) last(ctx context.Context, name string) (eventstore.Expected, error) {
	for r, err := range h.store.ReadStream(ctx, name, eventstore.ReadOptions{Backward: true, From: eventstore.End, Limit: 1}) {
		if errors.Is(err, eventstore.ErrStreamNotFound) {
			break
		}
		if err != nil {
			return eventstore.Expected{}, err
		}
		return eventstore.At(r.Revision), nil
	}
	return eventstore.NoStream(), nil
}
