package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"saldo/eventstore"
)

// Place is where the models stand: a place of one store's log.
type Place struct {
	Number   uint64              `json:"no"`       // events folded: everything below is in the models
	Position eventstore.Position `json:"-"`        // the store's, of the last of them
	Recorded time.Time           `json:"recorded"` // latest recorded_at among them
}

// place is the row of that table.
type place struct {
	fingerprint, storeID, incarnation string
	complete                          bool
	number                            uint64
	position                          eventstore.Position
	stream                            string
	revision                          uint64
	eventID                           uuid.UUID
	recordedMax                       instant
	foreign                           int64
}

// errNoPlace says that a database has no models in it.
var errNoPlace = errors.New("projections: no place in the log")

func readPlace(ctx context.Context, db queryer) (place, error) {
	var p place
	var position, id string
	err := db.QueryRowContext(ctx, `SELECT fingerprint, store_id, incarnation, complete, number, position, stream, revision, event_id,
		recorded_max, foreign_count FROM place`).
		Scan(&p.fingerprint, &p.storeID, &p.incarnation, &p.complete, &p.number, &position, &p.stream, &p.revision, &id, &p.recordedMax, &p.foreign)
	if errors.Is(err, sql.ErrNoRows) {
		return p, errNoPlace
	}
	if err != nil {
		return p, fmt.Errorf("read the place in the log: %w", err)
	}
	if p.position, err = eventstore.ParsePosition(position); err != nil {
		return p, err
	}
	if p.eventID, err = uuid.Parse(id); err != nil {
		return p, fmt.Errorf("read the place in the log: %w", err)
	}
	return p, nil
}

func (p place) write(ctx context.Context, db queryer) error {
	_, err := db.ExecContext(ctx, `INSERT OR REPLACE INTO place (one, fingerprint, store_id, incarnation, complete, number, position, stream,
		revision, event_id, recorded_max, foreign_count) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.fingerprint, p.storeID, p.incarnation, p.complete, int64(p.number), p.position.String(), p.stream, int64(p.revision), p.eventID.String(), //nolint:gosec // far below 2^63
		int64(p.recordedMax), p.foreign)
	if err != nil {
		return fmt.Errorf("write the place in the log: %w", err)
	}
	return nil
}

func (p place) public() Place {
	out := Place{Number: p.number, Position: p.position}
	if t := p.recordedMax.time(); t != nil {
		out.Recorded = *t
	}
	return out
}

// standsIn says whether the place is one of this store: its last event is there, with the same id. A store that lost its end
// (a restored backup) has another incarnation and may have another event there.
func (p place) standsIn(ctx context.Context, store eventstore.Store) (bool, error) {
	if p.number == 0 {
		return true, nil
	}
	for r, err := range store.ReadStream(ctx, p.stream, eventstore.ReadOptions{From: p.revision, Limit: 1}) {
		if errors.Is(err, eventstore.ErrStreamNotFound) {
			return false, nil
		}
		if err != nil {
			return false, fmt.Errorf("look for the models' place in the log: %w", err)
		}
		return uuid.UUID(r.ID) == p.eventID && r.Position == p.position, nil
	}
	return false, nil
}
