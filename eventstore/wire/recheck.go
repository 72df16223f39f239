package wire

import (
	"context"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// recheckPause is between two questions about an open call, when the first could not be answered.
const recheckPause = 200 * time.Millisecond

// rechecks tells the open calls that rights may have changed.
type rechecks struct {
	mu   sync.Mutex
	next chan struct{} // closed by the next Recheck
}

// channel is closed when rights may have changed since it was asked for.
func (r *rechecks) channel() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == nil {
		r.next = make(chan struct{})
	}
	return r.next
}

// Recheck asks Authenticate again about the calls that stay open: subscriptions, and the appends of BatchAppend. Whoever may
// no longer do what he does is cut off with the answer that a new call would get; nobody else notices. It doesn't wait.
func (s *Server) Recheck() {
	s.rechecks.mu.Lock()
	defer s.rechecks.mu.Unlock()
	if s.rechecks.next != nil {
		close(s.rechecks.next)
		s.rechecks.next = nil
	}
}

// lasting says whether a call may stay open, so that rights can change meanwhile.
func lasting(method string) bool {
	return strings.HasSuffix(method, "/Read") || strings.HasSuffix(method, "/BatchAppend")
}

// watchedStream is a call that ends when its caller loses his rights.
type watchedStream struct {
	grpc.ServerStream
	ctx context.Context //nolint:containedctx // of the call, as in ServerStream
}

// Context implements grpc.ServerStream.
func (w *watchedStream) Context() context.Context { return w.ctx }

// watch asks again each time that rights may have changed, and ends a call with the reason.
func (s *Server) watch(ctx context.Context, method string, changed <-chan struct{}, end context.CancelCauseFunc) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
		changed = s.rechecks.channel()
		err := s.admit(ctx, method)
		for status.Code(err) == codes.Unavailable { // can't be told now: many are asking, or the list is away
			select {
			case <-ctx.Done():
				return
			case <-time.After(recheckPause):
			}
			err = s.admit(ctx, method)
		}
		if err != nil {
			end(err)
			return
		}
	}
}
