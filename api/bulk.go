package api

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"saldo/domain"
	"saldo/eventstore"
)

const (
	// maxInFlight bounds a bulk: more callers than this gain nothing from the store's group commit.
	maxInFlight = 256
	// firstYield and lastYield space out how often a bulk sends a command again whose stream is busy.
	firstYield = 10 * time.Millisecond
	lastYield  = 320 * time.Millisecond
)

// ExecuteAll executes a sequence of commands with a bounded number in flight, so that one synced group carries many of them.
// Commands for one stream are executed in their order. People run beside people, courses beside courses; between the two,
// and at every command for anything else, the bulk waits: what may be done depends on what was done before. Over a store that
// takes batches, commands are decided one after the other and stand in the log in the order of the sequence. fn is called
// in that order, from one goroutine; an error of fn, or the end of ctx, stops the bulk after what is in flight.
func (s *Service) ExecuteAll(ctx context.Context, cmds iter.Seq[domain.Command], inFlight int, fn func(i int, o Outcome, err error) error) error {
	window := min(max(inFlight, 1), maxInFlight)
	if store, ok := s.store.(eventstore.Batcher); ok {
		return s.executeBatches(ctx, store, cmds, window, fn)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	b := &bulk{service: s, ctx: ctx, window: window, last: map[domain.Stream]*ticket{}, fn: fn}
	var err error
	for cmd := range cmds {
		if err = b.add(cmd); err != nil {
			break
		}
	}
	if !b.ended {
		if drained := b.drain(0); err == nil {
			err = drained
		}
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
	side    side // of the tickets in flight
	next    int  // number of the first ticket of queue
	running sync.WaitGroup
	ended   bool // fn had enough: it is not called again
	fn      func(int, Outcome, error) error
}

// ticket is one command on its way.
type ticket struct {
	stream domain.Stream
	done   chan struct{}
	out    Outcome
	err    error
}

// side says beside which others a command may run.
type side int

const (
	alone    side = iota // programme, funds, actions ...: others depend on them
	people               // people, intakes, settlements: nothing of theirs concerns another
	registry             // platforms, institutions, courses: nor theirs, but people depend on them
)

func sideOf(k domain.StreamKind) side {
	switch k {
	case domain.ParticipantStream, domain.IntakeStream, domain.SettlementStream:
		return people
	case domain.PlatformStream, domain.InstitutionStream, domain.CourseStream:
		return registry
	case domain.ProgrammeStream, domain.FundStream, domain.SeatStream, domain.BudgetStream, domain.ActionStream, domain.AuditStream, domain.CaseStream:
	}
	return alone
}

func (b *bulk) add(cmd domain.Command) error {
	stream := cmd.Act.Stream()
	mine := sideOf(stream.Kind())
	if mine != b.side || mine == alone {
		if err := b.drain(0); err != nil {
			return err
		}
		b.side = mine
	}
	t := &ticket{stream: stream, done: make(chan struct{})}
	before := b.last[stream]
	b.last[stream] = t
	b.queue = append(b.queue, t)
	b.running.Go(func() {
		defer close(t.done)
		if before != nil {
			<-before.done
		}
		if t.err = b.ctx.Err(); t.err == nil {
			t.out, t.err = b.service.insist(b.ctx, cmd)
		}
	})
	return b.drain(b.window)
}

// insist executes a command and sends it again, with the time of its receipt, where other nodes were first on its stream: a
// bulk has time, and its file would have to be sent as a whole.
func (s *Service) insist(ctx context.Context, cmd domain.Command) (Outcome, error) {
	if cmd.ReceivedAt.IsZero() {
		cmd.ReceivedAt = s.now()
	}
	deciding, end := finishing(ctx)
	defer end()
	for pause := firstYield; ; pause *= 2 {
		out, err := s.Execute(deciding, cmd)
		if !errors.Is(err, ErrStreamBusy) || pause > lastYield {
			return out, err
		}
		select {
		case <-ctx.Done():
			return out, err
		case <-time.After(pause):
		}
	}
}

// drain hands on finished tickets in order until at most keep are in flight.
func (b *bulk) drain(keep int) error {
	for len(b.queue) > keep {
		t := b.queue[0]
		<-t.done
		b.queue[0] = nil
		b.queue = b.queue[1:]
		if b.last[t.stream] == t { // nobody waits for it any more, and its outcome must not be kept until the bulk ends
			delete(b.last, t.stream)
		}
		err := b.fn(b.next, t.out, t.err)
		b.next++
		if err != nil {
			b.ended = true
			return err
		}
	}
	if keep == 0 {
		clear(b.last)
	}
	return b.ctx.Err()
}
