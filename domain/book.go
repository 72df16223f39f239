package domain

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Book is a whole ledger in memory, without a store: the same deciding, folding and idempotency as the service, over values.
// Property tests, what-if and generated examples run on it. It is not safe for concurrent use.
type Book struct {
	Registry *Registry
	Log      []Recorded
	states   map[Stream]State
	streams  map[Stream][]int // positions in Log
	Lead     time.Duration
}

// Result is what a command came to.
type Result struct {
	Outcome   OutcomeKind // empty for a recorded fact without objection
	Events    []Recorded  // the group, as stored
	Replayed  bool        // the outcome is an earlier one of the same command
	ByInvoice bool        // replayed because the order number was accepted before
}

// Event is the outcome itself: the first event of the group.
func (r Result) Event() Recorded { return r.Events[0] }

// Decision behind the outcome, nil for a recorded fact without objection.
func (r Result) Decision() *Decision {
	if len(r.Events) == 0 || r.Events[0].Fact == nil {
		return nil
	}
	return r.Events[0].Fact.Ruling()
}

// Refused reports whether the answer was a no.
func (r Result) Refused() bool { return r.Outcome == Refused }

// KeyReusedError says that a command id was used before for something else.
type KeyReusedError struct {
	Command uuid.UUID
	First   EventRef
	Fields  []string
}

// Error names the differing fields and the cure.
func (e *KeyReusedError) Error() string {
	return fmt.Sprintf("this key was used before for other content (fields %v differ from %s): choose a new key for a new act", e.Fields, e.First)
}

// ErrClockBehind is wrapped when a receipt lies further back than what the stream has decided already.
var ErrClockBehind = errors.New("CLOCK_BEHIND: this node's clock is behind the stream")

// NewBook is an empty ledger.
func NewBook() *Book {
	return &Book{Registry: NewRegistry(), states: map[Stream]State{}, streams: map[Stream][]int{}, Lead: time.Second}
}

// State is the folded state of a stream.
func (b *Book) State(s Stream) State {
	for _, k := range RegistryKinds() {
		if s.Kind() == k && k != CaseStream {
			return b.Registry.State(s)
		}
	}
	return getOrMake(b.states, s, func() State { return NewState(s) })
}

// Stream lists a stream's events.
func (b *Book) Stream(s Stream) []Recorded {
	out := make([]Recorded, 0, len(b.streams[s]))
	for _, i := range b.streams[s] {
		out = append(out, b.Log[i])
	}
	return out
}

// Execute decides a command, or returns the outcome that it has. recorded_at is the receipt itself: a book has no clock.
func (b *Book) Execute(cmd Command) (Result, error) {
	cmd = Route(cmd, func(s Stream) bool { return len(b.streams[s]) > 0 })
	s := b.State(cmd.Act.Stream())
	if rev, byInvoice, known := Known(cmd, s); known {
		first := b.Stream(cmd.Act.Stream())[rev]
		if diff := Differences(cmd, first); !byInvoice && len(diff) > 0 {
			return Result{}, &KeyReusedError{cmd.ID, first.Ref(), diff}
		}
		return Result{Outcome: first.Meta.Outcome, Events: []Recorded{first}, Replayed: true, ByInvoice: byInvoice}, nil
	}
	g, err := Prepare(cmd, s, b.Registry, b.lookups(cmd), cmd.ReceivedAt, b.Lead)
	if err != nil {
		return Result{}, err
	}
	for i := range g.Recorded {
		g.Recorded[i].Number = uint64(len(b.Log))
		b.Append(g.Recorded[i])
	}
	return Result{Outcome: g.Recorded[0].Meta.Outcome, Events: g.Recorded}, nil
}

// Append folds one recorded event: what Execute does with its own, and what a replay does with a log's.
func (b *Book) Append(e Recorded) {
	b.streams[e.Stream] = append(b.streams[e.Stream], len(b.Log))
	b.Log = append(b.Log, e)
	kind := e.Stream.Kind()
	for _, k := range RegistryKinds() {
		if kind == k {
			b.Registry.Apply(e)
			if k != CaseStream {
				return
			}
		}
	}
	b.states[e.Stream] = Evolve(getOrMake(b.states, e.Stream, func() State { return NewState(e.Stream) }), e)
}

func (b *Book) lookups(cmd Command) Lookups {
	var l Lookups
	for _, s := range LookupStreams(cmd) {
		l.Add(b.State(s))
	}
	return l
}

// LookupStreams names the small streams besides the registry that a command's decision needs.
func LookupStreams(cmd Command) []Stream {
	var out []Stream
	if cmd.ActionID != nil {
		out = append(out, ActionStreamOf(*cmd.ActionID))
	}
	if p, ok := cmd.Act.(PurchaseCourse); ok && p.Schedule != "" {
		out = append(out, SeatStreamOf(p.Schedule))
	}
	return out
}

// Add puts a loaded state into its place.
func (l *Lookups) Add(s State) {
	switch s := s.(type) { //nolint:gochecksumtype // only these are looked up
	case *ActionState:
		l.Action = s
	case *FundState:
		l.Fund = s
	case *LimitState:
		l.Seats = s
	}
}

// blocked reports the first loaded stream that can't be decided on.
func (l *Lookups) blocked() *Block {
	switch {
	case l.Action != nil && l.Action.Blocked != nil:
		return l.Action.Blocked
	case l.Fund != nil && l.Fund.Blocked != nil:
		return l.Fund.Blocked
	case l.Seats != nil:
		return l.Seats.Blocked
	}
	return nil
}

// Route sends a well-formed purchase for a person whom the ledger does not know to the platform's intake, where it is kept as
// unattributed: nothing is lost, and no stream of a person begins with a refusal. Everything else goes where it says.
func Route(cmd Command, exists func(Stream) bool) Command {
	p, ok := cmd.Act.(PurchaseCourse)
	if !ok || exists(p.Stream()) || cmd.Origin == Migrated {
		return cmd
	}
	cmd.Act = RecordUnattributedPurchase{
		OnIntake:         OnIntake{p.Platform},
		UnattributedBody: UnattributedBody{Invoice: p.Invoice, Course: p.Course, Amount: p.Amount, Currency: p.Currency},
	}
	return cmd
}
