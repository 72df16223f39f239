package esdb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"saldo/eventstore"
)

// hangPatience is how long a call may take to leave the client after its context has ended, before the client is
// taken for hung.
const hangPatience = time.Second

var errHung = errors.New("esdb: the client hangs")

// inGoroutine runs fn so that ctx wins. What fn returns later is lost.
func inGoroutine[T any](ctx context.Context, fn func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := caught(fn)
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// caught makes a panic of the client an error.
func caught[T any](fn func() (T, error)) (value T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: panic: %v", errHung, p)
		}
	}()
	return fn()
}

// call runs fn in a client; enter has been done. It returns what fn returns, or the error of ctx, or ErrClosed when the
// store is closed meanwhile. Either way fn leaves the client on its own.
func call[T any](ctx context.Context, s *Store, c *session, fn func(context.Context, *session) (T, error)) (T, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	gone := make(chan struct{})
	go func() {
		defer s.leave(c)
		defer close(gone)
		v, err := caught(func() (T, error) { return fn(ctx, c) })
		done <- result{v, err}
	}()
	var none T
	select {
	case r := <-done:
		if ctx.Err() == nil && broken(r.err) {
			s.condemn(c, r.err)
		}
		return r.value, r.err
	case <-s.closing:
		return none, eventstore.ErrClosed
	case <-ctx.Done():
		s.watch(c, gone)
		return none, ctx.Err()
	}
}

// watch condemns a client that doesn't let a call go.
func (s *Store) watch(c *session, gone <-chan struct{}) {
	go func() {
		select {
		case <-gone:
		case <-s.closing:
		case <-time.After(hangPatience):
			s.condemn(c, errHung)
		}
	}()
}
