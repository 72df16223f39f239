package api

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"saldo/eventstore"
)

const (
	// breath spaces out what a follower reads while nobody waits for it: reading each event by itself would cost the store
	// more round trips than the appends do. It is far below the two seconds for which an own append proves freshness.
	breath = 100 * time.Millisecond
	// firstRetry and longestRetry space out the attempts to go on following after an error.
	firstRetry   = 50 * time.Millisecond
	longestRetry = 5 * time.Second
)

// follower keeps what a service folds besides people current with what all nodes append, in the order of the log, and knows
// how far it has come. It is one goroutine over eventstore.Follow.
type follower struct {
	s     *Service
	life  context.Context //nolint:containedctx // of the follower's own goroutines, which no call outlives or ends
	stop  context.CancelFunc
	ended sync.WaitGroup

	mu      sync.Mutex // guards what follows; never held across I/O
	passed  eventstore.Position
	failed  error         // why it stands still; nil while it goes on
	changed chan struct{} // closed and replaced whenever passed moves
	waiting int           // who waits for it to move

	hurry chan struct{} // ends a breath; holds one
}

// startFollower follows the log behind after, up to which the service has folded it already.
func (s *Service) startFollower(after eventstore.Position) *follower {
	life, stop := context.WithCancel(context.Background())
	f := &follower{s: s, life: life, stop: stop, passed: after, changed: make(chan struct{}), hurry: make(chan struct{}, 1)}
	f.ended.Go(func() { f.run(life) })
	return f
}

// close ends the follower and waits until it has.
func (f *follower) close() {
	f.stop()
	f.ended.Wait()
}

// run follows until ctx ends. After an error it begins again behind what is folded, so that a passing one costs a moment, and
// a lasting one (a store that lost its end, an event of the registry that can't be read) leaves the node behind for good.
func (f *follower) run(ctx context.Context) {
	for pause := firstRetry; ; pause = min(2*pause, longestRetry) {
		before := f.position()
		err := eventstore.Follow(ctx, f.s.store, before, nil, func(batch []eventstore.Recorded) error { return f.take(ctx, batch) })
		if ctx.Err() != nil {
			return
		}
		if f.position() != before {
			pause = firstRetry
		}
		f.fail(err)
		f.s.log.WarnContext(ctx, "following the log begins again", slog.Any("error", err))
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// take folds a batch. What the service folded from its own appends is in there already and changes nothing.
func (f *follower) take(ctx context.Context, batch []eventstore.Recorded) error {
	counted := uint64(0)
	for _, r := range batch {
		if !ofLedger(r.Stream) {
			continue
		}
		counted++
		if !folds(r.Stream) {
			continue
		}
		e, err := recorded(r)
		if err != nil {
			return err
		}
		f.s.fold(e)
	}
	f.s.count.Add(counted)
	if f.pass(batch[len(batch)-1].Position) {
		return nil
	}
	select {
	case <-ctx.Done():
	case <-f.hurry:
	case <-time.After(breath):
	}
	return nil
}

// pass notes how far everything is folded, wakes who waits for it, and reports whether anybody did.
func (f *follower) pass(to eventstore.Position) (awaited bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.passed, f.failed = to, nil
	close(f.changed)
	f.changed = make(chan struct{})
	return f.waiting > 0
}

func (f *follower) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failed = err
}

// position is up to where everything is folded.
func (f *follower) position() eventstore.Position {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.passed
}

// progress gives the position, and a channel that is closed when it moves.
func (f *follower) progress() (eventstore.Position, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.passed, f.changed
}

// standstill is why nothing is followed at the moment; nil where that is not known, or not so.
func (f *follower) standstill() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failed
}

// reach waits until everything up to a position is folded. It gives up with ErrNodeBehind.
func (f *follower) reach(ctx context.Context, to eventstore.Position, patience time.Duration) error {
	if f.position().Compare(to) >= 0 {
		return nil
	}
	defer f.awaited()()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		passed, changed := f.progress()
		if passed.Compare(to) >= 0 {
			return nil
		}
		select {
		case <-changed:
		case <-limit.C:
			return behind(f.standstill())
		case <-ctx.Done():
			return ctx.Err()
		case <-f.life.Done():
			return eventstore.ErrClosed
		}
	}
}

// behind is ErrNodeBehind with its cause, if one is known.
func behind(cause error) error {
	if cause == nil {
		return ErrNodeBehind
	}
	return fmt.Errorf("%w: %w", ErrNodeBehind, cause)
}

// awaited makes the follower hurry until the function that it returns is called.
func (f *follower) awaited() (release func()) {
	f.mu.Lock()
	f.waiting++
	f.mu.Unlock()
	select {
	case f.hurry <- struct{}{}:
	default:
	}
	return func() {
		f.mu.Lock()
		f.waiting--
		f.mu.Unlock()
	}
}
