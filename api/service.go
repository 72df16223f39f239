package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"saldo/domain"
	"saldo/eventstore"
)

const (
	// defaultLead is how long registry events need before they take force on a single node: long enough for the append.
	defaultLead = time.Second
	// defaultCached bounds the cached states of people: some 5 KiB each, so 80 MiB.
	defaultCached = 16_384
	// clockSlack is how far a stream's last decision may lie ahead of this node's clock before it refuses to decide.
	clockSlack = 2 * time.Second
)

// Config is what a Service needs.
type Config struct {
	Store eventstore.Store
	Now   func() time.Time // the node's clock; received_at of commands without one, and recorded_at of all
	Log   *slog.Logger     // nil: silent
	Lead  time.Duration    // from receipt until an event of the registry is in force; 0: one second, five where Shared
	Cache int              // cached states of people; 0: 16,384
	// Shared says that other processes decide over the same store. The service then follows what they append, and decides only
	// while it has surely seen all but the last two seconds (ErrNodeBehind). It must be closed. One process that holds a data
	// directory for itself leaves it out and pays nothing.
	Shared   bool
	Node     string        // where Shared: names this process, never the same twice; letters, digits and hyphens, at most 36
	Patience time.Duration // where Shared: how long a command waits for this node to catch up; 0: five seconds
	// Simulation takes recorded_at from each command's receipt: a reconstruction or an experiment has a clock of its own. A
	// real ledger never sets it.
	Simulation bool
}

// Service decides commands, records outcomes and answers questions over one store. It is safe for concurrent use; commands
// for one person are decided one after another, commands for different people side by side.
type Service struct {
	store eventstore.Store
	now   func() time.Time
	log   *slog.Logger
	lead  time.Duration
	own   bool // the log's own clock: a simulation

	mu       sync.RWMutex // guards registry and intake: readers decide, writers fold what was appended
	registry *domain.Registry
	intake   map[domain.Stream]*domain.IntakeState

	count atomic.Uint64 // events of the log, as far as this service has seen it

	people   *states
	batching sync.Mutex // held by the one bulk that holds the slots of many streams

	node *node // nil where this service is the only writer
}

// Open folds the registry of a store and gives a service over it. It reads the log once.
func Open(ctx context.Context, c Config) (*Service, error) {
	if c.Store == nil || c.Now == nil {
		return nil, errors.New("api: a store and a clock are needed")
	}
	if c.Shared && (c.Simulation || !eventstore.ValidStoreID(c.Node)) {
		return nil, errors.New("api: where several nodes decide, each needs a name of letters, digits and hyphens, and the real clock")
	}
	s := &Service{
		store: c.Store, now: c.Now, log: c.Log, lead: c.Lead, own: c.Simulation,
		registry: domain.NewRegistry(), intake: map[domain.Stream]*domain.IntakeState{},
		people: newStates(c.Cache),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.lead == 0 && c.Shared {
		s.lead = sharedLead
	} else if s.lead == 0 {
		s.lead = defaultLead
	}
	read, err := s.foldAll(ctx)
	if err != nil {
		return nil, fmt.Errorf("fold the registry: %w", err)
	}
	if c.Shared {
		s.node = s.startNode(c, read) //nolint:contextcheck // Close ends it, and not the opening's context
	}
	return s, nil
}

// Close ends what runs beside the calls of a service over a store that others write to as well. The store stays open. Calls
// under way that wait for this node to catch up end with eventstore.ErrClosed.
func (s *Service) Close() {
	if s.node != nil {
		s.node.close()
	}
}

// Lead is how long after its receipt an event of the registry takes force, at least.
func (s *Service) Lead() time.Duration { return s.lead }

// foldAll reads the log once, and gives the position of its last event.
func (s *Service) foldAll(ctx context.Context) (eventstore.Position, error) {
	var last eventstore.Position
	for r, err := range s.store.ReadAll(ctx, last, eventstore.ReadAllOptions{}) {
		if err != nil {
			return last, err
		}
		last = r.Position
		if !ofLedger(r.Stream) {
			continue
		}
		e, err := recorded(r)
		if err != nil {
			return last, err
		}
		s.fold(e)
		s.count.Add(1)
	}
	return last, nil
}

// folds reports whether a service keeps the state of a stream besides people.
func folds(stream string) bool {
	kind := domain.Stream(stream).Kind()
	return kind == domain.IntakeStream || slices.Contains(domain.RegistryKinds(), kind)
}

// fold takes one event into what the service keeps besides people, unless it is in there already: its own appends reach it
// before the follower brings them.
func (s *Service) fold(e domain.Recorded) {
	if !folds(string(e.Stream)) {
		return
	}
	kind := e.Stream.Kind()
	s.mu.Lock()
	defer s.mu.Unlock()
	if kind == domain.IntakeStream {
		in, ok := s.intake[e.Stream]
		if !ok {
			in, _ = domain.NewState(e.Stream).(*domain.IntakeState)
			s.intake[e.Stream] = in
		}
		if ahead(e, in) {
			domain.Evolve(in, e)
		}
		return
	}
	if ahead(e, s.registry.State(e.Stream)) {
		s.registry.Apply(e)
	}
}

func ahead(e domain.Recorded, s domain.State) bool {
	return int64(e.Revision) > domain.CommonOf(s).Revision //nolint:gosec // a revision is far below 2^63
}

// Outcome is what a command came to.
type Outcome struct {
	domain.Result
	Reference string              // nomor rujukan
	Position  eventstore.Position // of the append; the start of the log for a replayed outcome
}

// ErrStoppedShort is wrapped when a command has no outcome that the caller could rely on: the same command may be sent again.
var ErrStoppedShort = errors.New("outcome unknown: send the same command with the same key again")

// ErrStreamBusy is wrapped when other nodes were first on the command's stream five times in a row. Nothing was recorded: the
// same command may be sent again.
var ErrStreamBusy = errors.New("STREAM_BUSY: others were first on this stream, again and again")

// Execute decides a command and records the outcome, or returns the one that it has. It is durable when it returns without
// an error. A refusal by a rule is an outcome and no error. Errors: *domain.KeyReusedError, *domain.BlockedError,
// domain.ErrClockBehind, ErrNodeBehind, ErrStreamBusy and eventstore.ErrUnavailable (surely not recorded), ErrStoppedShort (may
// or may not be).
func (s *Service) Execute(ctx context.Context, cmd domain.Command) (Outcome, error) {
	return s.run(ctx, cmd, true)
}

// DryRun decides a command without recording anything: the events of the answer are what would have been recorded.
func (s *Service) DryRun(ctx context.Context, cmd domain.Command) (Outcome, error) {
	return s.run(ctx, cmd, false)
}

func (s *Service) run(ctx context.Context, cmd domain.Command, record bool) (Outcome, error) {
	if cmd.ReceivedAt.IsZero() {
		cmd.ReceivedAt = s.now()
	}
	cmd.ReceivedAt = domain.Canonical(cmd.ReceivedAt)
	cmd, err := s.route(ctx, cmd)
	if err != nil {
		return Outcome{}, err
	}
	slot := s.people.take(cmd.Act.Stream())
	defer s.people.give(slot)

	from := s.cached(slot)
	if s.node != nil && !record { // nothing is appended that would fail on a state that another node has moved past
		from = eventstore.Folded[domain.State]{State: domain.NewState(slot.stream)}
	}
	d := deciding{s: s, ctx: ctx, cmd: cmd, record: record, warm: from.At.Known()}
	folded, done, err := eventstore.Update(ctx, s.store, string(cmd.Act.Stream()), from, d.evolve, d.decide)
	slot.folded = folded
	if err != nil {
		return Outcome{}, outcomeError(err)
	}
	if d.result.Replayed || !record {
		return d.outcome(), nil
	}
	if s.node != nil {
		s.node.appended(done.Position, d.began)
	}
	d.result.Events, d.result.Outcome = d.group.Recorded, d.group.Recorded[0].Meta.Outcome
	out := d.outcome()
	out.Position = done.Position
	return out, nil
}

// cached is the state that a slot holds; the registry's own streams are held by the registry.
func (s *Service) cached(slot *slot) eventstore.Folded[domain.State] {
	if slot.folded.State == nil {
		slot.folded.State = domain.NewState(slot.stream)
	}
	return slot.folded
}

func outcomeError(err error) error {
	if errors.Is(err, eventstore.ErrOutcomeUnknown) {
		return fmt.Errorf("%w: %w", ErrStoppedShort, err)
	}
	if _, wrong := errors.AsType[*eventstore.WrongRevisionError](err); wrong {
		return fmt.Errorf("%w: %w", ErrStreamBusy, err)
	}
	return err
}

// deciding is one command on its way through Update.
type deciding struct {
	s      *Service
	ctx    context.Context //nolint:containedctx // lives for one call of run
	cmd    domain.Command
	record bool
	warm   bool      // the state was cached: whatever is read besides is new to this service
	began  time.Time // where several nodes decide: when it was decided last, before its append began
	group  domain.Group
	result domain.Result
}

func (d *deciding) outcome() Outcome {
	return Outcome{Result: d.result, Reference: domain.ReferenceNumber(d.cmd.ID)}
}

// evolve folds an event of the command's own stream: of this very decision, or one that came in between, from another writer
// or from an append whose outcome was not known at first. Either way it belongs to what the service keeps.
func (d *deciding) evolve(state domain.State, r eventstore.Recorded) (domain.State, error) {
	i := slices.IndexFunc(d.group.Recorded, func(x domain.Recorded) bool { return x.ID == r.ID })
	if d.s.node == nil && (i >= 0 || d.warm) { // with several nodes, the follower counts
		d.s.count.Add(1)
	}
	if i >= 0 { // encoded a moment ago: its bytes need no reading
		d.s.fold(d.group.Recorded[i])
		return domain.Evolve(state, d.group.Recorded[i]), nil
	}
	e, err := recorded(r)
	if err != nil {
		return state, err
	}
	d.s.fold(e)
	return domain.Evolve(state, e), nil
}

// decide returns the events to append for the state as it stands, or none when the command has its outcome already.
func (d *deciding) decide(state domain.State, _ eventstore.Expected) ([]eventstore.EventData, error) {
	if rev, byInvoice, known := domain.Known(d.cmd, state); known {
		return nil, d.replay(rev, byInvoice)
	}
	if err := d.fresh(); err != nil {
		return nil, err
	}
	look, err := d.s.lookups(d.ctx, d.cmd)
	if err != nil {
		return nil, err
	}
	now := d.s.now()
	lead := d.s.lead
	if d.s.node != nil {
		d.began = now
		lead += max(0, now.Sub(d.cmd.ReceivedAt)) // what it waited must not come out of the time that other nodes need
	}
	if c := domain.CommonOf(state); d.s.own {
		now = d.cmd.ReceivedAt
		if d.cmd.Origin != domain.Migrated && c.RecordedAt.After(now.Add(clockSlack)) {
			return nil, fmt.Errorf("%w: it stands at %s, this command at %s", domain.ErrClockBehind, c.RecordedAt, now)
		}
	} else if c.RecordedAt.After(now.Add(clockSlack)) {
		return nil, fmt.Errorf("%w: it stands at %s, this clock at %s", domain.ErrClockBehind, c.RecordedAt, now)
	}
	g, err := d.prepare(state, look, now, lead)
	if err != nil {
		return nil, err
	}
	d.group = g
	if !d.record {
		d.result.Events, d.result.Outcome = g.Recorded, g.Recorded[0].Meta.Outcome
		return nil, nil
	}
	return encoded(g), nil
}

func (d *deciding) prepare(state domain.State, look domain.Lookups, now time.Time, lead time.Duration) (domain.Group, error) {
	d.s.mu.RLock()
	defer d.s.mu.RUnlock()
	return domain.Prepare(d.cmd, state, d.s.registry, look, now, lead)
}

// fresh waits, where several nodes decide, until this one has seen what the others recorded. Most decisions rest on events
// that take force late enough; a dispute stops a revocation at once, so that one asks for everything before its receipt.
func (d *deciding) fresh() error {
	if d.s.node == nil {
		return nil
	}
	within := freshFor
	if domain.SpecOf(d.cmd.Act).Rules == domain.RevocationRules {
		within = 0
	}
	return d.s.node.fresh(d.ctx, d.cmd.ReceivedAt, within)
}

// encoded is a group as the store takes it.
func encoded(g domain.Group) []eventstore.EventData {
	out := make([]eventstore.EventData, len(g.Events))
	for i, e := range g.Events {
		out[i] = eventstore.EventData{ID: e.ID, Type: string(e.Type), JSON: true, Data: e.Data, Metadata: e.Meta}
	}
	return out
}

// replay answers with the outcome as it is stored.
func (d *deciding) replay(rev uint64, byInvoice bool) error {
	for r, err := range d.s.store.ReadStream(d.ctx, string(d.cmd.Act.Stream()), eventstore.ReadOptions{From: rev, Limit: 1}) {
		if err != nil {
			return fmt.Errorf("read the first outcome: %w", err)
		}
		first, err := recorded(r)
		if err != nil {
			return err
		}
		if diff := domain.Differences(d.cmd, first); !byInvoice && len(diff) > 0 {
			return &domain.KeyReusedError{Command: d.cmd.ID, First: first.Ref(), Fields: diff}
		}
		d.result = domain.Result{Outcome: first.Meta.Outcome, Events: []domain.Recorded{first}, Replayed: true, ByInvoice: byInvoice}
		d.cmd.ID = first.Meta.CommandID
		return nil
	}
	return fmt.Errorf("%w: the first outcome is gone", eventstore.ErrCorrupt)
}

// route sends a purchase for nobody we know to the intake.
func (s *Service) route(ctx context.Context, cmd domain.Command) (domain.Command, error) {
	var failed error
	cmd = domain.Route(cmd, func(stream domain.Stream) bool {
		if s.people.knows(stream) {
			return true
		}
		for _, err := range s.store.ReadStream(ctx, string(stream), eventstore.ReadOptions{Limit: 1}) {
			if errors.Is(err, eventstore.ErrStreamNotFound) {
				return false
			}
			failed = err
			return err == nil
		}
		return false
	})
	return cmd, failed
}

// lookups loads the small streams that the command names.
func (s *Service) lookups(ctx context.Context, cmd domain.Command) (domain.Lookups, error) {
	var l domain.Lookups
	for _, stream := range domain.LookupStreams(cmd) {
		state, err := s.load(ctx, stream)
		if err != nil {
			return l, err
		}
		l.Add(state)
	}
	return l, nil
}
