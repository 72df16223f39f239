package api

import (
	"context"
	"errors"
	"sync"
	"time"

	"saldo/domain"
	"saldo/eventstore"
)

const (
	// sharedLead is how long registry events need before they take force where several nodes decide; see node.
	sharedLead = 5 * time.Second
	// freshFor is how old an own append may be that proves how far this node has read.
	freshFor = 2 * time.Second
	// defaultPatience is how long a command waits for its node to be fresh again.
	defaultPatience = 5 * time.Second
	// sampleEvery bounds how many own appends are remembered: one of every hundredth of a second proves as much as all.
	sampleEvery = 10 * time.Millisecond
	// heartbeat is the type of the events in a node's own stream.
	heartbeat = "NodeHeartbeat"
)

// ErrNodeBehind says that this node has not seen enough of the log to decide: other nodes may have recorded what it would
// miss. Nothing was recorded. It passes by itself once the node has caught up; the same command may be sent again, to any node.
var ErrNodeBehind = errors.New("NODE_BEHIND: this node has not caught up with the log, and what other nodes recorded may be missing")

// node is one of several that decide over one log. It decides only while its follower has passed the position of an append
// of its own that began less than two seconds ago: that position is durable, and who has read past it has read every event
// that was durable before that append began. Reading alone would prove nothing, since a replica may lag behind unnoticed.
//
// Why nodes answer alike. Let an event of the registry be received by one node at R, on its clock, and be durable at D. It
// takes force at F >= R + 5 s (sharedLead; what it waited before it was decided is added). Suppose that another node decides
// a command without having it in its basis. That node was fresh: at some instant T of its clock, not before the command's
// received_at, every event that was durable before T - 2 s was folded. So D >= T - 2 s, and with the clocks at most c apart
// received_at <= T <= D + 2 s + c. The append of the event takes a = D - R. So received_at <= R + a + 2 s + c, which is before F
// as long as a + c < 3 s: two seconds for the append, one for the clocks. Then the event would not have counted for that
// command anyway, and the answer is the same. A node that is stopped between being fresh and appending changes nothing: the
// received_at of its command is older than the instant at which it was fresh. Where an append took longer, or clocks are
// further apart, "saldo check" names the decisions that missed an event in force.
//
// When there is no traffic of its own, the node appends a heartbeat to its stream, but only for commands that wait to be
// decided, at most one for all of them: an idle node writes nothing, one under steady load neither.
type node struct {
	*follower

	stream   string
	patience time.Duration

	heart eventstore.Folded[struct{}] // of the one heartbeat that is on its way at a time

	own struct {
		sync.Mutex // guards what follows; never held across I/O

		seen    time.Time // when the youngest own append began that the follower has passed
		ahead   []ownAppend
		beating *beat // the heartbeat on its way
		closed  bool
	}
}

// ownAppend is an append of this node that its follower has not passed yet.
type ownAppend struct {
	at    eventstore.Position
	began time.Time
}

// beat is a heartbeat on its way. err is set before done is closed.
type beat struct {
	done chan struct{}
	err  error
}

func (s *Service) startNode(c Config, after eventstore.Position) *node {
	n := &node{follower: s.startFollower(after), stream: string(domain.NodeStreamOf(c.Node)), patience: c.Patience}
	if n.patience == 0 {
		n.patience = defaultPatience
	}
	return n
}

// close ends the node: what waits is told, and nothing of it runs any more.
func (n *node) close() {
	n.own.Lock()
	n.own.closed = true
	n.own.Unlock()
	n.follower.close()
}

// appended notes an append of this node: where it ended, and when it began at the latest.
func (n *node) appended(at eventstore.Position, began time.Time) {
	n.own.Lock()
	defer n.own.Unlock()
	if last := len(n.own.ahead) - 1; last >= 0 && began.Sub(n.own.ahead[last].began) < sampleEvery && !began.Before(n.own.ahead[last].began) {
		return
	}
	n.own.ahead = append(n.own.ahead, ownAppend{at, began})
	n.settle()
}

// settle moves what the follower has passed from ahead to seen, and forgets what proves nothing any more.
func (n *node) settle() {
	passed := n.position()
	kept := n.own.ahead[:0]
	newest := n.own.seen
	for _, a := range n.own.ahead {
		if passed.Compare(a.at) >= 0 {
			if a.began.After(n.own.seen) {
				n.own.seen = a.began
			}
			continue
		}
		kept = append(kept, a)
		if a.began.After(newest) {
			newest = a.began
		}
	}
	n.own.ahead = kept
	for len(n.own.ahead) > 0 && newest.Sub(n.own.ahead[0].began) > freshFor {
		n.own.ahead = n.own.ahead[1:]
	}
}

// fresh waits until the node has read everything that was durable within, or less, before the later of its clock and the
// receipt of a command; 0 asks for everything before the receipt. It gives up with ErrNodeBehind.
func (n *node) fresh(ctx context.Context, received time.Time, within time.Duration) error {
	if ok, _, _ := n.look(received, within); ok { //nolint:contextcheck // a heartbeat is for all who wait, and no call ends it
		return nil
	}
	defer n.awaited()()
	patience := time.NewTimer(n.patience)
	defer patience.Stop()
	for {
		_, changed := n.progress()
		ok, beating, done := n.look(received, within) //nolint:contextcheck // as above
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-done:
			if beating.err != nil {
				return behind(beating.err)
			}
		case <-patience.C:
			return behind(n.standstill())
		case <-ctx.Done():
			return ctx.Err()
		case <-n.life.Done():
			return eventstore.ErrClosed
		}
	}
}

// look reports whether the node is fresh. If it is not, and no own append is on its way that would make it so, it sends a
// heartbeat. done is nil where there is none to wait for.
func (n *node) look(received time.Time, within time.Duration) (fresh bool, b *beat, done <-chan struct{}) {
	n.own.Lock()
	defer n.own.Unlock()
	n.settle()
	since := received.Add(-within) // an own append must not have begun before this
	if now := n.s.now(); within > 0 && now.After(received) {
		since = now.Add(-within)
	}
	if !n.own.seen.IsZero() && !n.own.seen.Before(since) {
		return true, nil, nil
	}
	if n.own.closed {
		return false, nil, nil
	}
	for _, a := range n.own.ahead {
		if !a.began.Before(since) {
			return false, nil, nil
		}
	}
	if n.own.beating == nil {
		n.own.beating = &beat{done: make(chan struct{})}
		b := n.own.beating
		n.ended.Go(func() { n.beat(b) })
	}
	return false, n.own.beating, n.own.beating.done
}

// beat appends one heartbeat. Where that fails, those who wait are told, and the next one tries again.
func (n *node) beat(b *beat) {
	ctx, cancel := context.WithTimeout(n.life, n.patience)
	defer cancel()
	var began time.Time
	var done eventstore.Appended
	n.heart, done, b.err = eventstore.Update(ctx, n.s.store, n.stream, n.heart,
		func(s struct{}, _ eventstore.Recorded) (struct{}, error) { return s, nil },
		func(_ struct{}, at eventstore.Expected) ([]eventstore.EventData, error) {
			began = n.s.now()
			data := []byte(`{"at":"` + domain.Canonical(began).Format(time.RFC3339Nano) + `"}`)
			id := domain.EventID(domain.Stream(n.stream), at.Next(), 0, heartbeat, data, nil)
			return []eventstore.EventData{{ID: id, Type: heartbeat, JSON: true, Data: data}}, nil
		})
	if b.err == nil {
		n.appended(done.Position, began)
	}
	n.own.Lock()
	n.own.beating = nil
	n.own.Unlock()
	close(b.done)
}
