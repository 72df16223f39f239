package projections

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
)

// ErrOrder says that the first of two places lies behind the second.
var ErrOrder = errors.New("projections: the first moment is later than the second")

// Change is a field that is not what it was. Values are amounts, times, numbers or texts; nil where there was nothing.
type Change struct {
	Field  string `json:"field"` // such as balance.training, purchase.tokopedia/INV-1.voucher_at, incentive.job_search-1.state
	Before any    `json:"before"`
	After  any    `json:"after"`
}

// Step is an event between two moments, with the fields that it changed.
type Step struct {
	Event     domain.EventRef `json:"event"`
	Reference string          `json:"reference"` // number that a person can dictate
	Recorded  time.Time       `json:"recorded_at"`
	Effective time.Time       `json:"effective_at"`
	Changes   []Change        `json:"changes"` // empty: it was recorded and changed nothing
}

// Diff is what happened to a person between two places of the log.
type Diff struct {
	Participant uuid.UUID `json:"participant"`
	From        Place     `json:"from"`
	To          Place     `json:"to"`
	Changes     []Change  `json:"changes"` // from the first place to the second
	Steps       []Step    `json:"events"`
}

// Diff tells what changed for a person between two places of the log, as recorded, and which events changed it: balances,
// stage, purchases, certificates, incentives, surveys, holds. It costs reading the person's own history. What settlements
// with platforms say is not in a person's stream and not in the answer. ErrNotFound says that no event was about them by the
// second place; the first place must not be behind the second.
func (v *View) Diff(id uuid.UUID, from, to Place) (Diff, error) {
	out := Diff{Participant: id, From: from, To: to, Changes: []Change{}, Steps: []Step{}}
	if from.Number > to.Number {
		return out, fmt.Errorf("%w: from %d to %d events", ErrOrder, from.Number, to.Number)
	}
	f := inMemory(domain.NewRegistry())
	var first, last personFields
	for e, err := range v.own(id, to) {
		if err != nil {
			return out, err
		}
		inside := e.position.Compare(from.Position) > 0
		if inside && len(out.Steps) == 0 {
			first = f.fields(id.String())
			last = first
		}
		if err := f.apply(v.ctx, e.Recorded); err != nil {
			return out, err
		}
		if !inside {
			continue
		}
		now := f.fields(id.String())
		out.Steps = append(out.Steps, Step{
			Event: e.Ref(), Reference: domain.ReferenceNumber(e.Meta.CommandID), Recorded: e.Meta.RecordedAt, Effective: e.Meta.Effective(),
			Changes: changes(last, now),
		})
		last = now
	}
	out.Changes = changes(first, last)
	return out, nil
}
