package api

import (
	"context"
	"iter"

	"saldo/domain"
	"saldo/eventstore"
)

// ofLedger reports whether an event belongs to the ledger; the heartbeats of nodes don't.
func ofLedger(stream string) bool { return domain.Stream(stream).OfLedger() }

// LedgerEvents lists what a store holds of the ledger, in global order behind a position: everything but the heartbeats of
// nodes. It ends at the head as it was when the listing began, or after the first error, as eventstore.Store says.
func LedgerEvents(ctx context.Context, store eventstore.Store, after eventstore.Position) iter.Seq2[eventstore.Recorded, error] {
	return eventstore.ReadSome(ctx, store, after, ofLedger)
}
