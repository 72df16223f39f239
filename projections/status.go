package projections

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"saldo/eventstore"
)

// Status is how the models are.
type Status struct {
	Reading
	Folds      bool          `json:"folds"`          // this process keeps them up to date
	Building   bool          `json:"building"`       // fresh ones are being made
	Rate       float64       `json:"rate"`           // events a second, lately
	Foreign    uint64        `json:"foreign_events"` // that did not come through Execute: in no model
	Unknown    []UnknownType `json:"unknown_types,omitempty"`
	Quarantine []Quarantined `json:"quarantine,omitempty"`
}

// UnknownType is a type of event that this version can't read.
type UnknownType struct {
	Type  string `json:"type"`
	Count uint64 `json:"count"`
}

// Quarantined is a stream that is left out of the models from an event on, because a model failed on it. It is tried again
// when the models are built anew: by another version, or by a rebuild.
type Quarantined struct {
	Stream   string `json:"stream"`
	Revision uint64 `json:"revision"`
	Number   uint64 `json:"no"`
	Type     string `json:"type"`
	Cause    string `json:"cause"`
	Skipped  uint64 `json:"skipped"` // events of the stream left out so far
}

// Status reads how the models are. Where there are none yet, it says only that, and whether they are being built.
func (m *Models) Status(ctx context.Context) (Status, error) {
	m.mu.Lock()
	out := Status{Folds: m.Folds(), Building: m.state.building, Rate: m.state.rate}
	m.mu.Unlock()
	v, err := m.View(ctx, eventstore.Position{}, 0)
	if err != nil {
		return out, err
	}
	defer v.Close()
	out.Reading = v.Reading
	p, err := readPlace(ctx, v.tx)
	if err != nil {
		return out, err
	}
	out.Foreign = uint64(p.foreign) //nolint:gosec // a count
	held, err := readQuarantine(ctx, v.tx)
	if err != nil {
		return out, err
	}
	for _, stream := range slices.Sorted(maps.Keys(held)) {
		q := held[stream]
		out.Quarantine = append(out.Quarantine, Quarantined{
			q.Stream, uint64(q.Revision), uint64(q.Number), q.Type, q.Cause, uint64(q.Skipped), //nolint:gosec // counts
		})
	}
	out.Unknown, err = v.unknownTypes()
	return out, err
}

func (v *View) unknownTypes() ([]UnknownType, error) {
	rows, err := v.tx.QueryContext(v.ctx, "SELECT type, count FROM unknown_type ORDER BY type")
	if err != nil {
		return nil, fmt.Errorf("unknown types: %w", err)
	}
	defer rows.Close()
	var out []UnknownType
	for rows.Next() {
		var u UnknownType
		if err := rows.Scan(&u.Type, &u.Count); err != nil {
			return nil, fmt.Errorf("unknown types: %w", err)
		}
		out = append(out, u)
	}
	return out, rows.Err()
}
