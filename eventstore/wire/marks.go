package wire

import (
	"context"
	"iter"
	"slices"
	"sort"

	"saldo/eventstore"
)

// markEvery is how many events lie between two marks: what a read from somewhere in the middle reads too much, and what
// a backward read holds in memory. 5 million events make 80,000 marks, some 3 MB.
const markEvery = 64

// marks are the positions of every 64th event. The contract reads the log forwards behind an event that is known; the
// protocol also asks for the log from a place on that may be no event, and backwards. Both begin at a mark.
//
// They are built by reading the log once, when the first such request comes, and go on from there. A subscription that
// resumes and a read from the start need none.
type marks struct {
	store eventstore.Store
	busy  chan struct{} // holds one token while somebody extends; guards what follows
	at    []eventstore.Position
	last  eventstore.Position // the last event counted
	count int                 // of the events behind the last mark
}

func newMarks(store eventstore.Store) *marks {
	return &marks{store: store, busy: make(chan struct{}, 1)}
}

// upToDate returns the marks of the log as it is now. The slice stays as it is.
func (m *marks) upToDate(ctx context.Context) ([]eventstore.Position, error) {
	select {
	case m.busy <- struct{}{}:
		defer func() { <-m.busy }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	head, err := m.store.Head(ctx)
	if err != nil {
		return nil, err
	}
	if head.Compare(m.last) <= 0 {
		return slices.Clip(m.at), nil
	}
	for r, err := range m.store.ReadAll(ctx, m.last, eventstore.ReadAllOptions{}) {
		if err != nil {
			return nil, err // what was counted stays counted
		}
		m.last = r.Position
		if m.count++; m.count == markEvery {
			m.at, m.count = append(m.at, r.Position), 0
		}
	}
	return slices.Clip(m.at), nil
}

// below is how many marks stand before p.
func below(at []eventstore.Position, p eventstore.Position) int {
	return sort.Search(len(at), func(i int) bool { return at[i].Compare(p) >= 0 })
}

// markBefore returns the last mark before p; the start if there is none.
func (m *marks) markBefore(ctx context.Context, p eventstore.Position) (eventstore.Position, error) {
	at, err := m.upToDate(ctx)
	if err != nil {
		return eventstore.Position{}, err
	}
	if i := below(at, p); i > 0 {
		return at[i-1], nil
	}
	return eventstore.Position{}, nil
}

// backward yields the events before p, the newest first, a block between two marks at a time.
func (m *marks) backward(ctx context.Context, p eventstore.Position) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		at, err := m.upToDate(ctx)
		if err != nil {
			yield(eventstore.Recorded{}, err)
			return
		}
		for i := below(at, p); i >= 0; i-- {
			var block []eventstore.Recorded
			from := eventstore.Position{}
			if i > 0 {
				from = at[i-1]
			}
			for r, err := range m.store.ReadAll(ctx, from, eventstore.ReadAllOptions{Limit: markEvery}) {
				if err != nil {
					yield(eventstore.Recorded{}, err)
					return
				}
				if r.Position.Compare(p) < 0 {
					block = append(block, r)
				}
			}
			for _, r := range slices.Backward(block) {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}
