package wire

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"saldo/eventstore"
)

const (
	// overlayBits is how much wider places are than the store's positions with AllowDelete: between two events of the
	// store there is room for a million events of the overlay, and the store's positions must stay below 2^43.
	overlayBits = 20
	// tombstone is the revision of the event that ends a stream for good, and the $tb that hides all of it.
	tombstone = math.MaxInt64

	typeMetadata = "$metadata"
	typeDeleted  = "$streamDeleted"
	metaPrefix   = "$$"
)

// overlay is what EventStoreDB has and a ledger's store doesn't: the streams whose names begin with $, among them the
// metadata of the others, and tombstones. It lives in memory and is meant for tests. Its events stand in $all between
// those of the store: at the place of the last event before, plus a number in the bits that are added.
type overlay struct {
	now func() time.Time

	// mu serialises everything that is appended, to the store as well: so that what a stream's metadata says about it
	// is decided at one revision, and the overlay's events find their place.
	mu sync.Mutex

	state   sync.Mutex // guards what follows; never held across calls of the store
	system  map[string][]entry
	hidden  map[string]streamMetadata // what the last metadata of a stream says
	deleted map[string]bool           // streams with a tombstone
	all     []entry                   // in order of their places
	changed chan struct{}             // closed and replaced when all grows
}

func newOverlay(now func() time.Time) *overlay {
	return &overlay{now: now, system: map[string][]entry{}, hidden: map[string]streamMetadata{}, deleted: map[string]bool{}, changed: make(chan struct{})}
}

// snapshot returns the overlay's events and the head of the store at one moment.
func (o *overlay) snapshot(ctx context.Context, store eventstore.Store) ([]entry, eventstore.Position, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	head, err := store.Head(ctx)
	if err != nil {
		return nil, head, err
	}
	o.state.Lock()
	defer o.state.Unlock()
	return slices.Clip(o.all), head, nil
}

func (o *overlay) last() place {
	o.state.Lock()
	defer o.state.Unlock()
	if len(o.all) == 0 {
		return place{}
	}
	return o.all[len(o.all)-1].at
}

// wait returns when the overlay or the store (inStore) has something behind p.
func (o *overlay) wait(ctx context.Context, p place, inStore func(context.Context) error) error {
	o.state.Lock()
	changed, grown := o.changed, len(o.all) > 0 && o.all[len(o.all)-1].at.compare(p) > 0
	o.state.Unlock()
	if grown {
		return nil
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	waited := make(chan error, 1)
	go func() { waited <- inStore(inner) }()
	select {
	case <-changed:
		return nil
	case err := <-waited:
		return err
	}
}

func (o *overlay) gone(name string) bool {
	o.state.Lock()
	defer o.state.Unlock()
	return o.deleted[name]
}

func (o *overlay) metadata(name string) (m streamMetadata, found bool) {
	o.state.Lock()
	defer o.state.Unlock()
	m, found = o.hidden[name]
	return m, found
}

// append decides about an append to any stream; write appends to the store.
func (o *overlay) append(ctx context.Context, h *history, stream string, expected expectation, events []eventstore.EventData,
	write func(expectation) (appended, error),
) (appended, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gone(strings.TrimPrefix(stream, metaPrefix)) {
		return appended{}, &deletedError{strings.TrimPrefix(stream, metaPrefix)}
	}
	if strings.HasPrefix(stream, "$") {
		return o.appendSystem(ctx, h, stream, expected, events)
	}
	meta, described := o.metadata(stream)
	current, err := h.last(ctx, stream)
	if err != nil && !errors.Is(err, eventstore.ErrInvalid) { // that, write says
		return appended{}, err
	}
	softDeleted := meta.softDeleted()
	switch {
	case expected.kind == expectExists && softDeleted:
		return appended{}, &deletedError{stream}
	case expected.kind == expectExists && described && current == eventstore.NoStream():
		expected = expectation{kind: expectAny}
	case expected.kind == expectExactly && expected.exactly == eventstore.NoStream() && softDeleted:
		expected.exactly = current // it begins again, and counts on
	}
	done, err := write(expected)
	if err == nil && softDeleted && done.placed {
		meta.truncateBefore = current.Next()
		err = o.describe(ctx, h, stream, meta)
	}
	return done, err
}

// appendSystem appends to a stream of the overlay, by the same rules as a store.
func (o *overlay) appendSystem(ctx context.Context, h *history, stream string, expected expectation, events []eventstore.EventData) (appended, error) {
	var meta streamMetadata
	subject, isMeta := strings.CutPrefix(stream, metaPrefix)
	for _, e := range events {
		if isMeta {
			var err error
			if meta, err = parseMetadata(e.Data); err != nil {
				return appended{}, err
			}
		}
	}
	o.state.Lock()
	log := o.system[stream]
	o.state.Unlock()
	current := eventstore.NoStream()
	if len(log) > 0 {
		current = eventstore.At(log[len(log)-1].Revision)
	}
	if expected.kind == expectExists && len(log) == 0 || expected.kind == expectExactly && expected.exactly != current {
		wrong := &wrongVersionError{stream: stream, expected: expected, current: current}
		next := expected.exactly.Next()
		if expected.kind == expectExists || next+uint64(len(events)) > uint64(len(log)) || len(events) == 0 {
			return appended{}, wrong
		}
		for i, e := range events {
			if log[next+uint64(i)].ID != e.ID {
				return appended{}, wrong
			}
		}
		last := log[next+uint64(len(events))-1]
		return appended{revision: last.Revision, at: last.at, placed: true}, nil
	}
	if len(events) == 0 {
		revision, exists := current.Revision()
		return appended{revision: revision, none: !exists}, nil
	}
	if err := o.add(ctx, h, stream, uint64(len(log)), events); err != nil {
		return appended{}, err
	}
	o.state.Lock()
	defer o.state.Unlock()
	if isMeta {
		o.hidden[subject] = meta
	}
	last := o.all[len(o.all)-1]
	return appended{revision: last.Revision, at: last.at, placed: true}, nil
}

// add gives events their places. Called with mu held.
func (o *overlay) add(ctx context.Context, h *history, stream string, revision uint64, events []eventstore.EventData) error {
	head, err := h.store.Head(ctx)
	if err != nil {
		return err
	}
	commit, _ := head.Coordinates()
	if commit >= 1<<(63-overlayBits) {
		return fmt.Errorf("%w: the store's positions are too large for what AllowDelete emulates", eventstore.ErrUnavailable)
	}
	at := commit << overlayBits
	o.state.Lock()
	defer o.state.Unlock()
	if len(o.all) > 0 {
		at = max(at, o.all[len(o.all)-1].at.commit)
	}
	for i, e := range events {
		at++
		added := entry{
			Recorded: eventstore.Recorded{EventData: e, Stream: stream, Revision: revision + uint64(i), Stored: o.now().UTC().Truncate(100 * time.Nanosecond)},
			at:       place{commit: at, prepare: at},
		}
		o.all = append(o.all, added)
		o.system[stream] = append(o.system[stream], added)
	}
	close(o.changed)
	o.changed = make(chan struct{})
	return nil
}

// describe writes a stream's metadata anew. Called with mu held.
func (o *overlay) describe(ctx context.Context, h *history, stream string, m streamMetadata) error {
	data := m.encode()
	o.state.Lock()
	n := len(o.system[metaPrefix+stream])
	o.state.Unlock()
	err := o.add(ctx, h, metaPrefix+stream, uint64(n), []eventstore.EventData{{
		ID: madeUpID(metaPrefix+stream, uint64(n)), Type: typeMetadata, JSON: true, Data: data,
	}})
	if err != nil {
		return err
	}
	o.state.Lock()
	defer o.state.Unlock()
	o.hidden[stream] = m
	return nil
}

// delete hides a stream until it is appended to, or for ever. It returns the place of the event that says so.
func (o *overlay) delete(ctx context.Context, h *history, stream string, expected expectation, forEver bool) (place, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gone(stream) {
		return place{}, &deletedError{stream}
	}
	current, err := h.last(ctx, stream)
	if err != nil {
		return place{}, err
	}
	meta, described := o.metadata(stream)
	stands := current
	if meta.softDeleted() {
		stands = eventstore.NoStream()
	}
	if expected.kind == expectExists && current == eventstore.NoStream() && !described ||
		expected.kind == expectExactly && expected.exactly != current && expected.exactly != stands {
		return place{}, &wrongVersionError{stream: stream, expected: expected, current: current, deleting: true}
	}
	if !forEver {
		err = o.describe(ctx, h, stream, streamMetadata{truncateBefore: tombstone})
		return o.last(), err
	}
	err = o.add(ctx, h, stream, tombstone, []eventstore.EventData{{ID: madeUpID(stream, tombstone), Type: typeDeleted}})
	if err != nil {
		return place{}, err
	}
	o.state.Lock()
	defer o.state.Unlock()
	o.deleted[stream] = true
	return o.all[len(o.all)-1].at, nil
}

// stream yields what of a stream isn't hidden.
func (o *overlay) stream(ctx context.Context, h *history, name string, options eventstore.ReadOptions) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		if subject := strings.TrimPrefix(name, metaPrefix); o.gone(subject) {
			yield(entry{}, &deletedError{subject})
			return
		}
		notFound := fmt.Errorf("%w: %q", eventstore.ErrStreamNotFound, name)
		if strings.HasPrefix(name, "$") {
			o.systemStream(name, options, notFound, yield)
			return
		}
		if eventstore.ValidateStream(name) != nil {
			yield(entry{}, notFound)
			return
		}
		current, err := h.last(ctx, name)
		if err != nil {
			yield(entry{}, err)
			return
		}
		meta, _ := o.metadata(name)
		first := meta.first(current)
		if meta.softDeleted() || current == eventstore.NoStream() {
			yield(entry{}, notFound)
			return
		}
		limit := options.Limit
		options.Limit = 0
		if !options.Backward {
			options.From = max(options.From, first)
		}
		for e, err := range h.streamStored(ctx, name, options) {
			if err == nil && e.Revision < first { // backward
				return
			}
			if err == nil && meta.tooOld(e.Stored, o.now()) {
				continue
			}
			if !yield(e, err) || err != nil {
				return
			}
			if limit--; limit == 0 {
				return
			}
		}
	}
}

// systemStream yields a stream of the overlay; of metadata the last event only is kept, as by a $maxCount of 1.
func (o *overlay) systemStream(name string, options eventstore.ReadOptions, notFound error, yield func(entry, error) bool) {
	o.state.Lock()
	log := slices.Clone(o.system[name])
	o.state.Unlock()
	if len(log) == 0 {
		yield(entry{}, notFound)
		return
	}
	if strings.HasPrefix(name, metaPrefix) {
		log = log[len(log)-1:]
	}
	if options.Backward {
		log = slices.DeleteFunc(log, func(e entry) bool { return e.Revision > options.From })
		slices.SortFunc(log, func(a, b entry) int { return cmp.Compare(b.Revision, a.Revision) })
	} else {
		log = slices.DeleteFunc(log, func(e entry) bool { return e.Revision < options.From })
	}
	for i, e := range log {
		if options.Limit > 0 && i == options.Limit || !yield(e, nil) {
			return
		}
	}
}

// madeUpID is the id of an event that nobody gave one.
func madeUpID(stream string, revision uint64) [16]byte {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(stream), revision))
	return [16]byte(sum[:16])
}
