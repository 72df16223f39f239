// Package eventstore is the contract between the ledger and whatever keeps its events: streams of events, appended
// under an expectation, read by stream or in the one global order. Bytes go in and the same bytes come out; what they
// mean is nobody's business here.
//
// The backends are memory (the reference, and the fake of tests) and embedded (segment files in one directory); every
// one of them passes the suite in storetest. On top of the contract stand [Update], the read-decide-append loop, and
// [Follow], catching up and then tailing.
package eventstore

import (
	"context"
	"iter"
	"math"
	"time"
)

// End is the place behind the last revision of a stream: with ReadOptions.Backward it reads from the newest event down.
const End uint64 = math.MaxUint64

// Store is one event log. All methods may be called from any number of goroutines. Every error is recognised with
// errors.Is or errors.As against the values of this package; a context's own error stays recognisable too.
type Store interface {
	// Append adds events behind each other to one stream, all or none, if the stream stands where at says.
	//
	// When it returns nil, the events are durable and visible to every read, wait and head that begins afterwards.
	// Append is idempotent at the expected revision: if the stream has moved past at, and what stands from at on
	// carries exactly the ids given here in this order, the answer is that of the first time and nothing is added; with
	// other bytes under those ids it is ErrIDReused; in every other case *WrongRevisionError. Ids are compared nowhere
	// else: the same ids at the current revision are added again.
	//
	// ErrInvalid and ErrTooLarge come before any I/O. With ErrInvalid, ErrTooLarge, ErrIDReused, *WrongRevisionError,
	// ErrUnavailable, ErrClosed, ErrSealed or the bare error of ctx nothing of this call was or will be applied. With
	// ErrOutcomeUnknown it may have been or may yet be: call again with the same bytes and the same expectation.
	// The store keeps no reference to the slices once Append has returned.
	Append(ctx context.Context, stream string, at Expected, events ...EventData) (Appended, error)

	// ReadStream yields the events of one stream in order of revision, those that are durable when the iteration
	// begins. A stream without events yields ErrStreamNotFound; a From behind the last revision yields nothing. The
	// iteration ends after the first error. What is yielded belongs to the caller.
	ReadStream(ctx context.Context, stream string, o ReadOptions) iter.Seq2[Recorded, error]

	// ReadAll yields the events of all streams in the order of their positions, beginning behind after and ending at
	// the head as it was when the iteration began. A position of another store, or one that stands on no event of this
	// one, yields ErrForeignPosition: nothing is ever skipped in silence. What is yielded belongs to the caller.
	ReadAll(ctx context.Context, after Position, o ReadAllOptions) iter.Seq2[Recorded, error]

	// Wait returns nil as soon as something durable stands behind after, whatever its stream. It returns the error of
	// ctx when that ends first, ErrClosed when the store does, and ErrForeignPosition where ReadAll would.
	Wait(ctx context.Context, after Position) error

	// Head is the position of the last durable event; the zero Position while there is none.
	Head(ctx context.Context) (Position, error)

	// Close ends the store. Appends that are under way get a definite answer or ErrOutcomeUnknown, everything
	// afterwards ErrClosed. A second Close does nothing.
	Close() error
}

// Identified is what a store that can name itself implements besides Store.
type Identified interface {
	// Identity returns the id its positions are tagged with, and the incarnation: another one means that the log may
	// have lost its end since (a restored backup), so that positions kept elsewhere must be checked before use.
	Identity() (storeID, incarnation string)
}

// Counted is what a store that knows how many events it holds implements besides Store. The number is for showing how far
// work has come.
type Counted interface {
	Count(ctx context.Context) (uint64, error)
}

// EventData is an event as it is handed to a store.
type EventData struct {
	ID       [16]byte // never zero; binds the content, so that a repeated append is recognised
	Type     string   // at most MaxNameBytes, no leading $, no control characters
	JSON     bool     // what to tell other readers about Data; the bytes are not looked at
	Data     []byte
	Metadata []byte
}

// Recorded is an event as a store keeps it. Data and Metadata of length zero may be nil or not.
type Recorded struct {
	EventData
	Stream   string
	Revision uint64 // dense in its stream, from 0
	Position Position
	Stored   time.Time // the store's own stamp in UTC, whole 100 ns: shown, never used
}

// Appended is the answer to an append.
type Appended struct {
	LastRevision uint64   // of the last event of this append, also when it is recognised later
	Position     Position // not before that event's: reading behind it yields later events only
}

// ReadOptions chooses a part of a stream. The zero value reads all of it, oldest first.
type ReadOptions struct {
	From     uint64 // the first revision to yield; End for the newest when Backward
	Backward bool
	Limit    int // at most that many events; 0 for all
}

// ReadAllOptions chooses a part of the log. The zero value reads all of it.
type ReadAllOptions struct {
	Prefixes []string // only streams that begin with one of them; none for all
	Limit    int      // at most that many events, counted after the prefixes; 0 for all
}
