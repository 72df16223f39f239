package wire

import (
	"sync"

	"saldo/eventstore"
)

// recentEvents is how many appended events are remembered; the real server has 8 MiB for that.
const recentEvents = 16384

// recent remembers what was appended last, so that an append under "any" or "exists" that comes twice is recognised: as
// well as the real server does it, which is gone after a restart. A ledger never appends so.
type recent struct {
	mu    sync.Mutex
	known map[recentKey]recentEvent
	ring  [recentEvents]recentKey
	next  int
}

type recentKey struct {
	stream string
	id     [16]byte
}

type recentEvent struct {
	revision uint64
	done     appended // the append that the event came with
}

func newRecent() *recent { return &recent{known: map[recentKey]recentEvent{}} }

func (r *recent) remember(stream string, events []eventstore.EventData, done appended) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range events {
		key := recentKey{stream: stream, id: events[i].ID}
		if _, old := r.known[key]; !old {
			delete(r.known, r.ring[r.next])
			r.ring[r.next] = key
			r.next = (r.next + 1) % recentEvents
		}
		r.known[key] = recentEvent{revision: done.revision - uint64(len(events)-1-i), done: done} //nolint:gosec // small
	}
}

// replayed recognises an append: all of it known and in a row. mixed says that only its beginning is known.
func (r *recent) replayed(stream string, events []eventstore.EventData) (done appended, all, mixed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var first uint64
	for i := range events {
		found, ok := r.known[recentKey{stream: stream, id: events[i].ID}]
		switch {
		case i == 0 && !ok:
			return appended{}, false, false
		case i == 0:
			first = found.revision
		case !ok || found.revision != first+uint64(i):
			return appended{}, false, true
		}
		done = found.done
		done.revision = found.revision
	}
	return done, len(events) > 0, false
}
