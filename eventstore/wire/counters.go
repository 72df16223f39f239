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
}

// subscribe counts a subscription in, and names it.
func (c *counters) subscribe() (id string, leave func(), err error) {
	if c.open.Add(1) > maxSubscriptions {
		c.open.Add(-1)
		return "", nil, status.Errorf(codes.ResourceExhausted, "more than %d subscriptions", maxSubscriptions)
	}
	return fmt.Sprintf("subscription-%d", c.begun.Add(1)), func() { c.open.Add(-1) }, nil
}
