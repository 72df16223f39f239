package projections

import (
	"context"
	"fmt"
	"iter"

	"saldo/domain"
	"saldo/eventstore"
)

// decoded is an event as the runner hands it to the models.
type decoded struct {
	domain.Recorded
	position eventstore.Position
	broken   error // why it can't be read at all
}

func decode(r eventstore.Recorded) decoded {
	e, err := domain.DecodeRecorded(domain.Stream(r.Stream), r.Revision, r.ID, domain.EventName(r.Type), r.Data, r.Metadata)
	if err != nil {
		e.Stream, e.Revision, e.ID, e.Type = domain.Stream(r.Stream), r.Revision, r.ID, domain.EventName(r.Type)
		return decoded{e, r.Position, fmt.Errorf("%w: %w", eventstore.ErrCorrupt, err)}
	}
	return decoded{Recorded: e, position: r.Position}
}

// ledgerEvents lists what a store holds of the ledger: everything but the heartbeats of nodes.
func ledgerEvents(ctx context.Context, store eventstore.Store, after eventstore.Position) iter.Seq2[eventstore.Recorded, error] {
	return eventstore.ReadSome(ctx, store, after, func(stream string) bool { return domain.Stream(stream).OfLedger() })
}
