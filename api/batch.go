package api

import (
	"context"
	"errors"
	"iter"

	"saldo/domain"
	"saldo/eventstore"
)

// batch executes commands for people over a store that takes many appends at once: it decides one after the other on states
// that run ahead of the disk, hands the decisions over together, and answers each when it is durable. Nothing that is not
// durable leaves it: when an append fails, the states of its stream are thrown away and the command is executed by itself.
// Commands for anything but people are executed alone, between batches.
type batch struct {
	s      *Service
	ctx    context.Context //nolint:containedctx // lives for one call of ExecuteAll
	store  eventstore.Batcher
	most   int
	slots  map[domain.Stream]*slot // held until the batch is durable
	staged []*staged
	next   int // number of the first of staged
	fn     func(int, Outcome, error) error
}

// staged is one command of a batch: decided and waiting for the disk, or answered already.
type staged struct {
	cmd   domain.Command
	d     *deciding
	group domain.Group
	out   Outcome
	err   error
	done  bool // nothing to append: a replay, or an error
}

func (s *Service) executeBatches(ctx context.Context, store eventstore.Batcher, cmds iter.Seq[domain.Command], most int, fn func(int, Outcome, error) error) error {
	// One batch at a time holds the slots of many streams; whoever else takes one holds no other, so nobody waits in a circle.
	s.batching.Lock()
	defer s.batching.Unlock()
	b := &batch{s: s, ctx: ctx, store: store, most: most, slots: map[domain.Stream]*slot{}, fn: fn}
	defer b.release()
	for cmd := range cmds { //nolint:contextcheck // a batch lives for one call and carries its context
		if err := b.add(cmd); err != nil {
			return err
		}
	}
	return b.flush() //nolint:contextcheck // as above
}

func (b *batch) add(cmd domain.Command) error {
	if err := b.ctx.Err(); err != nil {
		return errors.Join(b.flush(), err)
	}
	if sideOf(cmd.Act.Stream().Kind()) != people {
		if err := b.flush(); err != nil {
			return err
		}
		out, err := b.s.insist(b.ctx, cmd)
		err = b.fn(b.next, out, err)
		b.next++
		return err
	}
	x, ahead := b.decide(cmd)
	if ahead { // its outcome is in this very batch: let that be durable first
		if err := b.flush(); err != nil {
			return err
		}
		x, _ = b.decide(cmd)
	}
	b.staged = append(b.staged, x)
	if len(b.staged) < b.most {
		return nil
	}
	return b.flush()
}

// decide stages one command. It reports ahead when the command has an outcome that is not durable yet.
func (b *batch) decide(cmd domain.Command) (x *staged, ahead bool) {
	x = &staged{cmd: cmd}
	fail := func(err error) (*staged, bool) {
		x.err, x.done = outcomeError(err), true
		return x, false
	}
	if cmd.ReceivedAt.IsZero() {
		cmd.ReceivedAt = b.s.now()
	}
	cmd.ReceivedAt = domain.Canonical(cmd.ReceivedAt)
	cmd, err := b.route(cmd)
	if err != nil {
		return fail(err)
	}
	slot := b.hold(cmd.Act.Stream())
	from := b.s.cached(slot)
	d := &deciding{s: b.s, ctx: b.ctx, cmd: cmd, record: true, warm: from.At.Known()}
	if !from.At.Known() {
		nothing := func(domain.State, eventstore.Expected) ([]eventstore.EventData, error) { return nil, nil }
		if from, _, err = eventstore.Update(b.ctx, b.s.store, string(slot.stream), from, d.evolve, nothing); err != nil {
			return fail(err)
		}
		slot.folded = from
	}
	if _, _, known := domain.Known(cmd, from.State); known && slot.ahead {
		return x, true
	}
	events, err := d.decide(from.State, from.At)
	if err != nil {
		return fail(err)
	}
	x.d, x.group = d, d.group
	if len(events) == 0 {
		x.out, x.done = d.outcome(), true
		return x, false
	}
	state := from.State
	for _, e := range d.group.Recorded {
		state = domain.Evolve(state, e)
	}
	last := d.group.Recorded[len(d.group.Recorded)-1].Revision
	slot.folded, slot.ahead = eventstore.Folded[domain.State]{State: state, At: eventstore.At(last)}, true
	return x, false
}

func (b *batch) route(cmd domain.Command) (domain.Command, error) {
	if held, ok := b.slots[cmd.Act.Stream()]; ok {
		if _, has := held.folded.At.Revision(); has {
			return cmd, nil
		}
	}
	return b.s.route(b.ctx, cmd)
}

func (b *batch) hold(stream domain.Stream) *slot {
	held, ok := b.slots[stream]
	if !ok {
		held = b.s.people.take(stream)
		b.slots[stream] = held
	}
	return held
}

// flush makes what is staged durable and answers it, in order.
func (b *batch) flush() error {
	var appends []eventstore.StreamAppend
	var waiting []*staged
	for _, x := range b.staged {
		if x.done {
			continue
		}
		at := eventstore.NoStream()
		if x.group.Expected >= 0 {
			at = eventstore.At(uint64(x.group.Expected))
		}
		appends = append(appends, eventstore.StreamAppend{Stream: string(x.group.Stream), At: at, Events: encoded(x.group)})
		waiting = append(waiting, x)
	}
	// What was decided is handed over even when the caller gives up now: its outcome must not stay unknown.
	for i, r := range b.store.AppendBatch(context.WithoutCancel(b.ctx), appends) {
		b.settle(waiting[i], r)
	}
	b.release()
	done := b.staged
	b.staged = nil
	for _, x := range done {
		if !x.done { // its append failed: by itself, from what the store really holds
			x.out, x.err = b.s.insist(b.ctx, x.cmd)
		}
		if err := b.fn(b.next, x.out, x.err); err != nil {
			return err
		}
		b.next++
	}
	return nil
}

func (b *batch) settle(x *staged, r eventstore.Result) {
	if r.Err != nil {
		b.slots[x.group.Stream].folded = eventstore.Folded[domain.State]{}
		return
	}
	for _, e := range x.group.Recorded {
		b.s.fold(e)
	}
	if b.s.node == nil {
		b.s.count.Add(uint64(len(x.group.Recorded)))
	} else {
		b.s.node.appended(r.Appended.Position, x.d.began)
	}
	x.d.result.Events, x.d.result.Outcome = x.group.Recorded, x.group.Recorded[0].Meta.Outcome
	x.out, x.done = x.d.outcome(), true
	x.out.Position = r.Appended.Position
}

func (b *batch) release() {
	for stream, held := range b.slots {
		if held.ahead && len(b.staged) > 0 && !b.settled(stream) {
			held.folded = eventstore.Folded[domain.State]{} // decided and never handed over
		}
		held.ahead = false
		b.s.people.give(held)
	}
	clear(b.slots)
}

// settled reports whether everything staged for a stream is answered.
func (b *batch) settled(stream domain.Stream) bool {
	for _, x := range b.staged {
		if x.group.Stream == stream && !x.done {
			return false
		}
	}
	return true
}
