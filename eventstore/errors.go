package eventstore

import (
	"errors"
	"fmt"
	"time"
)

var (
	// ErrInvalid says that the arguments break the contract. Nothing was read or written.
	ErrInvalid = errors.New("eventstore: invalid argument")
	// ErrTooLarge says that an append is larger than the store takes at once. The type with the figures is *TooLargeError.
	ErrTooLarge = errors.New("eventstore: append too large")
	// ErrStreamNotFound says that the stream has no event.
	ErrStreamNotFound = errors.New("eventstore: stream not found")
	// ErrIDReused says that what stands at the expected revision has the ids of this append and other content.
	ErrIDReused = errors.New("eventstore: event id reused with other content")
	// ErrOutcomeUnknown says that the append may have been applied, or may yet be. Only the same append again can tell.
	ErrOutcomeUnknown = errors.New("eventstore: outcome unknown")
	// ErrUnavailable says that the store can't do it now. This call surely changed nothing.
	ErrUnavailable = errors.New("eventstore: unavailable")
	// ErrClosed says that the store was closed. This call surely changed nothing.
	ErrClosed = errors.New("eventstore: closed")
	// ErrCorrupt says that what was read isn't what was written. The text names the file and the place.
	ErrCorrupt = errors.New("eventstore: corrupt")
	// ErrForeignPosition says that the position is not one of an event of this store.
	ErrForeignPosition = errors.New("eventstore: foreign position")
	// ErrLocked says that somebody else has the store open for writing.
	ErrLocked = errors.New("eventstore: locked")
	// ErrSealed says that the store takes no more events, for ever. The type that says where they go is *SealedError. This
	// append was surely not applied, and never will be.
	ErrSealed = errors.New("eventstore: sealed")
	// ErrUnfinished says that a log is being moved here and the move has not ended: nobody may read or write it.
	ErrUnfinished = errors.New("eventstore: unfinished move")
)

// SealedError is an ErrSealed that says where the log goes on.
type SealedError struct {
	StoreID       string // the sealed store
	To, ToStoreID string // where events go now: in words, and which store it is
	SealedAt      time.Time
}

// Error implements error.
func (e *SealedError) Error() string {
	return fmt.Sprintf("eventstore: sealed: store %s takes no more events since %s: they go to %s (store %s)",
		e.StoreID, e.SealedAt.Format(time.RFC3339), e.To, e.ToStoreID)
}

// Is makes errors.Is find ErrSealed.
func (e *SealedError) Is(target error) bool { return target == ErrSealed }

// WrongRevisionError says that a stream did not stand where an append expected it. Nothing was appended.
type WrongRevisionError struct {
	Stream   string
	Expected Expected
	Current  Expected // where it stood; not Known when the backend doesn't say
}

// Error implements error.
func (e *WrongRevisionError) Error() string {
	return fmt.Sprintf("eventstore: stream %q: expected %s, found %s", e.Stream, e.Expected, e.Current)
}

// TooLargeError is an ErrTooLarge with its figures, in bytes as AppendSize counts them.
type TooLargeError struct {
	Size, Limit int
}

// Error implements error.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("eventstore: append of %d bytes is larger than the limit of %d", e.Size, e.Limit)
}

// Is makes errors.Is find ErrTooLarge.
func (e *TooLargeError) Is(target error) bool { return target == ErrTooLarge }
