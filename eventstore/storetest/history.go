package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"

	"saldo/eventstore"
)

// History records what concurrent callers asked of a store and what they were told, and then says whether there is an
// order, one for each stream, in which a store that does one thing at a time would have said the same.
type History struct {
	store eventstore.Store
	clock atomic.Int64 // orders beginnings and ends; time itself doesn't matter

	mu         sync.Mutex
	operations []porcupine.Operation
}

// NewHistory records what is done to a store through it.
func NewHistory(store eventstore.Store) *History { return &History{store: store} }

// asked is an operation on one stream: an append of events at a length, or a read of all.
type asked struct {
	stream string
	append bool
	at     int
	ids    string // of one byte sequence each, for comparison only
}

// told is its answer.
type told struct {
	outcome outcome
	ids     string // what a read found
	length  int    // of the stream, behind the append, or as a refusal has it; -1 if it doesn't say
}

type outcome int

const (
	done outcome = iota
	refused
	unknown
)

func idsOf[E any](events []E, id func(E) [16]byte) string {
	var all []byte
	for _, e := range events {
		i := id(e)
		all = append(all, i[:]...)
	}
	return string(all)
}

const idLength = 16

// Append appends and records it. An error that is none of the contract's answers is returned and fails the history.
func (h *History) Append(ctx context.Context, client int, stream string, at eventstore.Expected, events ...eventstore.EventData) error {
	length := int(at.Next())
	in := asked{stream: stream, append: true, at: length, ids: idsOf(events, func(e eventstore.EventData) [16]byte { return e.ID })}
	call := h.clock.Add(1)
	answer, err := h.store.Append(ctx, stream, at, events...)
	back := h.clock.Add(1)
	out := told{length: -1}
	var wrong *eventstore.WrongRevisionError
	switch {
	case err == nil:
		out.length = int(answer.LastRevision) + 1
	case errors.As(err, &wrong):
		out.outcome = refused
		if wrong.Current.Known() {
			out.length = int(wrong.Current.Next())
		}
	case errors.Is(err, eventstore.ErrOutcomeUnknown):
		out.outcome, back = unknown, math.MaxInt64 // it may be applied at any time from now on
	case ctx.Err() != nil, errors.Is(err, eventstore.ErrUnavailable):
		return nil //nolint:nilerr // surely not applied: as if it had not been asked
	default:
		return err
	}
	h.record(porcupine.Operation{ClientId: client, Input: in, Call: call, Output: out, Return: back})
	return nil
}

// Read reads a whole stream, records it and returns how many events there were.
func (h *History) Read(ctx context.Context, client int, stream string) (int, error) {
	call := h.clock.Add(1)
	found, err := Collect(h.store.ReadStream(ctx, stream, eventstore.ReadOptions{}))
	back := h.clock.Add(1)
	if err != nil && !errors.Is(err, eventstore.ErrStreamNotFound) {
		return 0, err
	}
	ids := idsOf(found, func(r eventstore.Recorded) [16]byte { return r.ID })
	h.record(porcupine.Operation{ClientId: client, Input: asked{stream: stream}, Call: call, Output: told{ids: ids}, Return: back})
	return len(found), nil
}

func (h *History) record(o porcupine.Operation) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.operations = append(h.operations, o)
}

// Check returns an error if no order explains the history, or if none was found in time.
func (h *History) Check(within time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	model := streamModel()
	switch result := porcupine.CheckOperationsTimeout(model.ToModel(), h.operations, within); result {
	case porcupine.Ok:
		return nil
	case porcupine.Unknown:
		return fmt.Errorf("no order found for %d operations within %s", len(h.operations), within)
	case porcupine.Illegal:
		return fmt.Errorf("no order explains these %d operations", len(h.operations))
	default:
		return fmt.Errorf("checking %d operations: %s", len(h.operations), result)
	}
}

// streamModel is a store of one stream that does one thing at a time. Its state is the ids in it.
func streamModel() porcupine.NondeterministicModel {
	return porcupine.NondeterministicModel{
		Partition: func(all []porcupine.Operation) [][]porcupine.Operation {
			var names []string
			parts := map[string][]porcupine.Operation{}
			for _, o := range all {
				name := o.Input.(asked).stream //nolint:forcetypeassert // recorded above
				if parts[name] == nil {
					names = append(names, name)
				}
				parts[name] = append(parts[name], o)
			}
			var found [][]porcupine.Operation
			for _, name := range names {
				found = append(found, parts[name])
			}
			return found
		},
		Init: func() []any { return []any{""} },
		Step: func(state, input, output any) []any {
			return step(state.(string), input.(asked), output.(told)) //nolint:forcetypeassert // recorded above
		},
		Equal: func(a, b any) bool { return a == b },
	}
}

// step returns the states that the stream may be in after the answer; none if it can't be the answer.
func step(ids string, in asked, out told) []any {
	length := len(ids) / idLength
	if !in.append {
		if out.ids == ids {
			return []any{ids}
		}
		return nil
	}
	applies := in.at == length
	replayed := in.at < length && len(ids) >= in.at*idLength+len(in.ids) && ids[in.at*idLength:in.at*idLength+len(in.ids)] == in.ids
	behind := in.at + len(in.ids)/idLength
	switch {
	case out.outcome == unknown && applies:
		return []any{ids, ids + in.ids}
	case out.outcome == unknown:
		return []any{ids}
	case out.outcome == refused && !applies && !replayed && (out.length < 0 || out.length == length):
		return []any{ids}
	case out.outcome == done && applies && out.length == behind:
		return []any{ids + in.ids}
	case out.outcome == done && replayed && out.length == behind:
		return []any{ids}
	}
	return nil
}

// Concurrent lets clients append to and read a few streams at random, n operations in all: batches, guesses that lose
// races, the same append again, and contexts that end in between.
func (h *History) Concurrent(ctx context.Context, seed uint64, clients, n int) error {
	return errors.Join(together(clients, func(client int) error {
		random := rand.New(rand.NewPCG(seed, uint64(client)))
		lengths := map[string]int{}
		for i := range n / clients {
			stream := fmt.Sprintf("history-%d-%d", seed, random.IntN(3))
			if random.IntN(3) == 0 {
				length, err := h.Read(ctx, client, stream)
				if err != nil {
					return err
				}
				lengths[stream] = length
				continue
			}
			at := eventstore.NoStream()
			if guess := lengths[stream]; guess > 0 {
				at = eventstore.At(uint64(guess - 1))
			}
			batch := events(1+random.IntN(3), seed, client, i)
			for range 1 + random.IntN(2) { // some twice: the second must be recognised
				some, cancel := context.WithCancel(ctx)
				if random.IntN(8) == 0 {
					go cancel()
				}
				err := h.Append(some, client, stream, at, batch...)
				cancel()
				if err != nil {
					return err
				}
			}
			lengths[stream] += len(batch) * random.IntN(2)
		}
		return nil
	})...)
}
