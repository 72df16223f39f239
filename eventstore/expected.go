package eventstore

import (
	"fmt"
	"math"
)

// Expected says where a stream must stand for an append to happen. A ledger never appends without knowing, so there is
// no "any". The zero value stands for "not known" and is refused by Append.
type Expected struct {
	next  uint64 // the revision the first event of the append takes
	known bool
}

// NoStream expects a stream without events.
func NoStream() Expected { return Expected{known: true} }

// At expects revision to be the last one of the stream.
func At(revision uint64) Expected {
	if revision == math.MaxUint64 { // behind it there is no revision left
		return Expected{}
	}
	return Expected{next: revision + 1, known: true}
}

// Known is false for the zero value only.
func (e Expected) Known() bool { return e.known }

// Next is the revision that the next event of the stream takes.
func (e Expected) Next() uint64 { return e.next }

// Revision is the last revision of the stream; false when there is none or it isn't known.
func (e Expected) Revision() (uint64, bool) {
	if e.next == 0 {
		return 0, false
	}
	return e.next - 1, true
}

// String is for people and logs.
func (e Expected) String() string {
	switch revision, ok := e.Revision(); {
	case !e.known:
		return "an unknown revision"
	case !ok:
		return "no stream"
	default:
		return fmt.Sprintf("revision %d", revision)
	}
}
