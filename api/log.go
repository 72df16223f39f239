package api

import (
	"context"
	"iter"
	"strings"

	"saldo/eventstore"
)

// nodePrefix begins the names of the streams in which nodes leave their signs of life.
const nodePrefix = "node-"

// ofLedger reports whether a stream belongs to the ledger. Those of nodes lie in the same store and are no facts: nothing
// counts, hashes, copies, exports or checks them.
func ofLedger(stream string) bool { return !strings.HasPrefix(stream, nodePrefix) }

// LedgerEvents lists what a store holds of the ledger, in global order behind a position: everything but the heartbeats of
// nodes. It ends at the head as it was when the listing began, or after the first error, as eventstore.Store says.
func LedgerEvents(ctx context.Context, store eventstore.Store, after eventstore.Position) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		for r, err := range store.ReadAll(ctx, after, eventstore.ReadAllOptions{}) {
			if err == nil && !ofLedger(r.Stream) {
				continue
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}
