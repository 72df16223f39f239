package wire

import (
	"fmt"
	"sync/atomic"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// counters are shared by all calls.
type counters struct {
	open  atomic.Int64 // subscriptions
	begun atomic.Uint64
	calls atomic.Int64 // all that are under way, subscriptions too
	unary atomic.Int64 // those that are read before a guard sees them
}

// enter counts a call in.
func (c *counters) enter() (leave func()) {
	c.calls.Add(1)
	return func() { c.calls.Add(-1) }
}

// others is how many calls are under way that are no subscriptions.
func (c *counters) others() int64 { return c.calls.Load() - c.open.Load() }

// subscribe counts a subscription in, and names it.
func (c *counters) subscribe() (id string, leave func(), err error) {
	if c.open.Add(1) > maxSubscriptions {
		c.open.Add(-1)
		return "", nil, status.Errorf(codes.ResourceExhausted, "more than %d subscriptions", maxSubscriptions)
	}
	return fmt.Sprintf("subscription-%d", c.begun.Add(1)), func() { c.open.Add(-1) }, nil
}
