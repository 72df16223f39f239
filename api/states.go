package api

import (
	"container/list"
	"sync"

	"saldo/domain"
	"saldo/eventstore"
)

// states is the bounded cache of folded states and, in the same structure, the queue per stream: whoever holds a slot is the
// only one deciding on its stream in this process, so equal requests never race each other.
type states struct {
	mu    sync.Mutex
	most  int
	slots map[domain.Stream]*slot
	idle  *list.List // slots that nobody holds, least recently used first
}

// slot is one stream's place. folded is owned by whoever holds the slot.
type slot struct {
	stream  domain.Stream
	turn    sync.Mutex
	holders int           // in use or waiting; guarded by states.mu
	place   *list.Element // in idle; guarded by states.mu
	folded  eventstore.Folded[domain.State]
	ahead   bool // folded holds decisions of a batch that are not durable yet
}

func newStates(most int) *states {
	if most <= 0 {
		most = defaultCached
	}
	return &states{most: most, slots: map[domain.Stream]*slot{}, idle: list.New()}
}

// take waits for the stream's turn.
func (c *states) take(stream domain.Stream) *slot {
	c.mu.Lock()
	s, ok := c.slots[stream]
	if !ok {
		s = &slot{stream: stream}
		c.slots[stream] = s
	}
	s.holders++
	if s.place != nil {
		c.idle.Remove(s.place)
		s.place = nil
	}
	c.mu.Unlock()
	s.turn.Lock()
	return s
}

// give ends the turn and evicts what has not been used for longest.
func (c *states) give(s *slot) {
	s.turn.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	s.holders--
	if s.holders == 0 {
		s.place = c.idle.PushBack(s)
	}
	for len(c.slots) > c.most && c.idle.Len() > 0 {
		front := c.idle.Front()
		if old, is := c.idle.Remove(front).(*slot); is {
			delete(c.slots, old.stream)
		}
	}
}

// knows reports whether a stream is cached and has events. It may say no for one that has.
func (c *states) knows(stream domain.Stream) bool {
	c.mu.Lock()
	s, ok := c.slots[stream]
	idle := ok && s.holders == 0
	c.mu.Unlock()
	if !idle {
		return false
	}
	held := c.take(stream)
	defer c.give(held)
	_, has := held.folded.At.Revision()
	return has
}
