package api

import (
	"context"
	"iter"
	"sync"

	"saldo/domain"
)

// maxInFlight bounds a bulk: more callers than this gain nothing from the store's group commit.
const maxInFlight = 256

// ExecuteAll executes a sequence of commands with a bounded number in flight, so that one synced group carries many of them.
// Commands for one stream are executed in their order, and a command for anything but a person, an intake or a settlement
// waits for all before it and is waited for: what people may do depends on it. fn is called in the order of the sequence,
// from one goroutine; an error of fn, or the end of ctx, stops the bulk after what is in flight.
func (s *Service) ExecuteAll(ctx context.Context, cmds iter.Seq[domain.Command], inFlight int, fn func(i int, o Outcome, err error) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	b := &bulk{service: s, ctx: ctx, window: min(max(inFlight, 1), maxInFlight), last: map[domain.Stream]*ticket{}, fn: fn}
	var err error
	for cmd := range cmds {
		if err = b.add(cmd); err != nil {
			break
		}
	}
	if drained := b.drain(0); err == nil {
		err = drained
	}
	b.running.Wait()
	return err
}

// bulk is one ExecuteAll: tickets in order, the last ticket of each stream, and the barrier.
type bulk struct {
	service *Service
	ctx     context.Context //nolint:containedctx // lives for one call of ExecuteAll
	window  int
	queue   []*ticket
	last    map[domain.Stream]*ticket
	next    int // number of the first ticket of queue
	running sync.WaitGroup
	fn      func(int, Outcome, error) error
}

// ticket is one command on its way.
type ticket struct {
	done chan struct{}
	out  Outcome
	err  error
}

// sideBySide reports whether commands of a kind of stream may run beside others.
func sideBySide(k domain.StreamKind) bool {
	return k == domain.ParticipantStream || k == domain.IntakeStream || k == domain.SettlementStream
}

func (b *bulk) add(cmd domain.Command) error {
	stream := cmd.Act.Stream()
	barrier := !sideBySide(stream.Kind())
	if barrier {
		if err := b.drain(0); err != nil {
			return err
		}
	}
	t := &ticket{done: make(chan struct{})}
	before := b.last[stream]
	b.last[stream] = t
	b.queue = append(b.queue, t)
	b.running.Go(func() {
		defer close(t.done)
		if before != nil {
			<-before.done
		}
		if t.err = b.ctx.Err(); t.err == nil {
			t.out, t.err = b.service.Execute(b.ctx, cmd)
		}
	})
	if barrier {
		return b.drain(0)
	}
	return b.drain(b.window)
}

// drain hands on finished tickets in order until at most keep are in flight.
func (b *bulk) drain(keep int) error {
	for len(b.queue) > keep {
		t := b.queue[0]
		<-t.done
		b.queue = b.queue[1:]
		if err := b.fn(b.next, t.out, t.err); err != nil {
			return err
		}
		b.next++
	}
	if keep == 0 {
		clear(b.last)
	}
	return b.ctx.Err()
}
