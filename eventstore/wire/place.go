package wire

import (
	"cmp"
	"math"
	"time"

	"saldo/eventstore"
)

// place is a position as the protocol has it. Without AllowDelete it is the store's own; with it, see overlay.go.
type place struct{ commit, prepare uint64 }

// end stands behind everything, the zero place before.
var end = place{commit: math.MaxUint64, prepare: math.MaxUint64} //nolint:gochecknoglobals // a constant

func (p place) compare(q place) int {
	if c := cmp.Compare(p.commit, q.commit); c != 0 {
		return c
	}
	return cmp.Compare(p.prepare, q.prepare)
}

func placeOf(p eventstore.Position) place {
	commit, prepare := p.Coordinates()
	return place{commit: commit, prepare: prepare}
}

// entry is an event and its place.
type entry struct {
	eventstore.Recorded
	at place
}

// ticks are the protocol's clock: 100 ns since 1970. A client ends its process over an event without them.
func ticks(t time.Time) int64 { return t.Unix()*10_000_000 + int64(t.Nanosecond())/100 }
