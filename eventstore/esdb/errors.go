package esdb

import (
	"errors"
	"fmt"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"saldo/eventstore"
)

type kind int

const (
	kindNone      kind = iota
	kindTransient      // the connection or the node: another attempt may do
	kindCutOff         // the server ended an append before it was all sent: nothing was applied
	kindDenied
	kindWrongVersion
	kindNotFound
	kindDeleted
	kindInvalid
	kindOther
)

// kindOf tells errors apart by type and by gRPC status. Many of the client's errors are wrapped, and those of
// subscriptions are bare statuses, so its own FromError doesn't do.
func kindOf(err error) kind {
	if err == nil {
		return kindNone
	}
	if errors.Is(err, errHung) {
		return kindTransient
	}
	if e, ok := errors.AsType[*esdb.Error](err); ok {
		switch e.Code() { //nolint:exhaustive // the others are told by their status
		case esdb.ErrorCodeWrongExpectedVersion:
			return kindWrongVersion
		case esdb.ErrorCodeStreamDeleted:
			return kindDeleted
		case esdb.ErrorCodeConnectionClosed, esdb.ErrorCodeNotLeader:
			return kindTransient
		case esdb.ErrorCodeResourceNotFound:
			return kindNotFound
		}
	}
	s, ok := status.FromError(err)
	if !ok {
		if errors.Is(err, io.EOF) {
			return kindCutOff
		}
		return kindOther
	}
	switch s.Code() { //nolint:exhaustive // the others are other
	case codes.Unavailable, codes.Aborted, codes.DeadlineExceeded, codes.Canceled, codes.Internal, codes.ResourceExhausted:
		return kindTransient
	case codes.Unauthenticated, codes.PermissionDenied:
		return kindDenied
	case codes.InvalidArgument, codes.OutOfRange:
		return kindInvalid
	}
	return kindOther
}

// broken tells the errors after which a client is not used again: it may be dead, or about to look for its node, which is
// when it hangs.
func broken(err error) bool {
	if e, ok := errors.AsType[*esdb.Error](err); ok && e.Code() == esdb.ErrorCodeConnectionClosed {
		return true
	}
	s, ok := status.FromError(err) // finds wrapped ones too
	return errors.Is(err, errHung) || ok && s.Code() == codes.Unavailable
}

// readError is an error of a read that is not tried again.
func readError(what string, err error) error {
	switch kindOf(err) {
	case kindNone:
		return nil
	case kindDenied:
		return fmt.Errorf("%w: %w: %s: %w", eventstore.ErrUnavailable, ErrCredentials, what, err)
	case kindNotFound:
		return fmt.Errorf("%w: %s", eventstore.ErrStreamNotFound, what)
	case kindDeleted:
		return fmt.Errorf("%w: %s: somebody deleted it: %w", eventstore.ErrCorrupt, what, err)
	case kindTransient, kindCutOff, kindWrongVersion, kindInvalid, kindOther:
	}
	return fmt.Errorf("%w: %s: %w", eventstore.ErrUnavailable, what, err)
}
