package wire

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"saldo/eventstore"
)

// wrongVersionError is a stream that didn't stand where the caller expected it.
type wrongVersionError struct {
	stream   string
	expected expectation
	current  eventstore.Expected
	deleting bool // it was to be deleted, not appended to
}

// Error implements error.
func (e *wrongVersionError) Error() string {
	operation := "Append"
	if e.deleting {
		operation = "Delete"
	}
	return fmt.Sprintf("%s failed due to WrongExpectedVersion. Stream: %s, Expected version: %d, Actual version: %d",
		operation, e.stream, e.expected.number(), versionOf(e.current))
}

// versionOf is a revision as the protocol's texts have it: -1 for none.
func versionOf(e eventstore.Expected) int64 {
	return int64(e.Next()) - 1 //nolint:gosec // revisions count events
}

// deletedError is a stream with a tombstone.
type deletedError struct{ stream string }

// Error implements error.
func (e *deletedError) Error() string { return fmt.Sprintf("Event stream '%s' is deleted.", e.stream) }

// missingMetadataError is a proposed event without one of the properties that it must have.
type missingMetadataError struct{ property string }

// Error implements error.
func (e *missingMetadataError) Error() string {
	return fmt.Sprintf("Required Metadata Property '%s' is missing", e.property)
}

// malformedError is a request that the protocol doesn't allow.
type malformedError struct{ reason string }

// Error implements error.
func (e *malformedError) Error() string { return e.reason }

// errStopping ends subscriptions when the server does.
var errStopping = errors.New("wire: the server is shutting down")

// refuse makes an error the status that the real server gives, and sets its trailers.
func refuse(ctx context.Context, err error) error {
	s, trailers := statusOf(err)
	if len(trailers) > 0 {
		_ = grpc.SetTrailer(ctx, metadata.Pairs(trailers...)) // fails only outside a call
	}
	return s.Err()
}

// statusOf is the one table of errors: status and trailers, in pairs.
func statusOf(err error) (answer *status.Status, trailers []string) {
	if s, ok := status.FromError(err); ok {
		return s, nil
	}
	if wrong, ok := errors.AsType[*wrongVersionError](err); ok {
		return status.New(codes.FailedPrecondition, wrong.Error()), []string{
			"exception", "wrong-expected-version", "stream-name", wrong.stream,
			"expected-version", strconv.FormatInt(wrong.expected.number(), 10),
			"actual-version", strconv.FormatInt(versionOf(wrong.current), 10),
		}
	}
	if deleted, ok := errors.AsType[*deletedError](err); ok {
		return status.New(codes.FailedPrecondition, deleted.Error()), []string{"exception", "stream-deleted", "stream-name", deleted.stream}
	}
	if large, ok := errors.AsType[*eventstore.TooLargeError](err); ok {
		return status.New(codes.InvalidArgument, fmt.Sprintf("Maximum Append Size of %d Exceeded.", large.Limit)), []string{
			"exception", "maximum-append-size-exceeded", "maximum-append-size", strconv.Itoa(large.Limit),
		}
	}
	if missing, ok := errors.AsType[*missingMetadataError](err); ok {
		return status.New(codes.InvalidArgument, missing.Error()), []string{
			"exception", "missing-required-metadata-property", "required-metadata-properties", "type,content-type",
		}
	}
	if malformed, ok := errors.AsType[*malformedError](err); ok {
		return status.New(codes.InvalidArgument, malformed.Error()), nil
	}
	return statusOfKind(err)
}

func statusOfKind(err error) (answer *status.Status, trailers []string) {
	switch {
	case errors.Is(err, errDenied):
		return status.New(codes.PermissionDenied, "Access Denied"), []string{"exception", "access-denied"}
	case errors.Is(err, eventstore.ErrSealed): // no rights will help, and trying again won't either
		return status.New(codes.PermissionDenied, "Access Denied: "+err.Error()), []string{"exception", "access-denied"}
	case errors.Is(err, errUnauthenticated):
		return status.New(codes.Unauthenticated, "Unauthenticated"), nil
	case errors.Is(err, errStopping):
		return status.New(codes.Unavailable, err.Error()), nil
	case errors.Is(err, eventstore.ErrOutcomeUnknown):
		return status.New(codes.Aborted, "Operation timed out: "+err.Error()), nil
	case errors.Is(err, eventstore.ErrInvalid), errors.Is(err, eventstore.ErrForeignPosition):
		return status.New(codes.InvalidArgument, err.Error()), nil
	case errors.Is(err, eventstore.ErrUnavailable), errors.Is(err, eventstore.ErrClosed):
		return status.New(codes.Unavailable, "Server Is Not Ready: "+err.Error()), nil
	case errors.Is(err, eventstore.ErrCorrupt):
		return status.New(codes.DataLoss, err.Error()), nil
	case errors.Is(err, context.DeadlineExceeded):
		return status.New(codes.DeadlineExceeded, err.Error()), nil
	case errors.Is(err, context.Canceled):
		return status.New(codes.Canceled, err.Error()), nil
	}
	return status.New(codes.Unknown, err.Error()), nil
}
