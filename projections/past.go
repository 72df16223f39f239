package projections

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"saldo/domain"
	"saldo/eventstore"
)

// ErrAhead says that a place of the log is asked for that the models have not reached.
var ErrAhead = errors.New("projections: the read models don't reach that far")

// markOf is the mark at or before a number of events.
func markOf(number uint64) uint64 { return number / markEvery * markEvery }

// Here is the place that the view stands at: everything that the models know.
func (v *View) Here() Place {
	return Place{Number: v.Number, Position: v.Position, Recorded: v.Recorded}
}

// PlaceOf is the place behind the log's first events, a number of them. It reads the events behind the mark before it, at
// most those between two marks. A number may lie inside a group of events that were appended together: the answer is then
// that of exactly those events, as a digest of that number covers them. ErrAhead for more events than the models know.
func (v *View) PlaceOf(number uint64) (Place, error) {
	if number == v.Number {
		return v.Here(), nil
	}
	if number > v.Number {
		return Place{}, fmt.Errorf("%w: they know %d events, asked was %d", ErrAhead, v.Number, number)
	}
	return v.walk("number <= ? ORDER BY number DESC", int64(number), func(n uint64, _ time.Time) bool { return n < number }) //nolint:gosec // far below 2^63
}

// PlaceAt is the place at which the log stood at a moment: before the first event that was recorded later, as a digest of
// that moment defines it. Everything that the models know, if nothing was.
func (v *View) PlaceAt(t time.Time) (Place, error) {
	return v.walk("recorded_max <= ? ORDER BY recorded_max DESC, number DESC", int64(at(t)), func(n uint64, recorded time.Time) bool {
		return n < v.Number && !recorded.After(t)
	})
}

// walk goes from a mark to a place: on is asked, for each event, by its number and when it was recorded, whether it still
// belongs to what lies before the place.
func (v *View) walk(which string, arg int64, on func(number uint64, recorded time.Time) bool) (Place, error) {
	p, err := v.mark(which, arg)
	if err != nil {
		return p, err
	}
	var seen []glanced
	for r, err := range ledgerEvents(v.ctx, v.m.config.Store, p.Position) {
		if err != nil {
			return p, fmt.Errorf("read the log behind event %d: %w", p.Number, err)
		}
		recorded := glance(r.Metadata)
		if !on(p.Number, recorded) && !on(p.Number, recordedAt(r.Metadata)) {
			break
		}
		p.Number, p.Position = p.Number+1, r.Position
		seen = append(seen, glanced{recorded, r.Metadata})
	}
	if t := latest(seen); t.After(p.Recorded) {
		p.Recorded = t
	}
	return p, nil
}

// recordedAt is when an event was recorded. A foreign one has no time, whatever it says, and only takes its number.
func recordedAt(metadata []byte) time.Time {
	m, err := domain.DecodeMetadata(metadata)
	if err != nil || m.Origin == "" {
		return time.Time{}
	}
	return m.RecordedAt
}

// glance is the time that an event says it was recorded at: recordedAt at a fraction of the cost, and never less.
func glance(metadata []byte) time.Time {
	var m struct {
		RecordedAt time.Time `json:"recorded_at"`
	}
	if json.Unmarshal(metadata, &m) != nil {
		return time.Time{} // no metadata of ours
	}
	return m.RecordedAt
}

// glanced is an event's metadata, with the time that a glance gave.
type glanced struct {
	at       time.Time
	metadata []byte
}

// latest is the latest time at which events were recorded. It looks closely from the latest time at a glance on, until one is
// no foreign event's.
func latest(seen []glanced) time.Time {
	slices.SortStableFunc(seen, func(a, b glanced) int { return b.at.Compare(a.at) })
	for _, x := range seen {
		if t := recordedAt(x.metadata); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// mark finds one mark; the beginning of the log where there is none.
func (v *View) mark(which string, arg int64) (Place, error) {
	var p Place
	var number int64
	var position string
	var recorded instant
	err := v.tx.QueryRowContext(v.ctx, "SELECT number, position, recorded_max FROM mark WHERE "+which+" LIMIT 1", arg).Scan(&number, &position, &recorded)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	if err == nil {
		p.Position, err = eventstore.ParsePosition(position)
	}
	if err != nil {
		return p, fmt.Errorf("find a mark of the log: %w", err)
	}
	p.Number = uint64(number) //nolint:gosec // never negative
	if t := recorded.time(); t != nil {
		p.Recorded = *t
	}
	return p, nil
}

// sinceMark yields the events of some types between the mark before a place and the place, those that models see.
func (v *View) sinceMark(p Place, types []domain.EventName) iter.Seq2[domain.Recorded, error] {
	return func(yield func(domain.Recorded, error) bool) {
		from, err := v.mark("number <= ? ORDER BY number DESC", int64(p.Number)) //nolint:gosec // far below 2^63
		var left withheld
		if err == nil {
			left, err = v.withheld()
		}
		if err != nil {
			yield(domain.Recorded{}, err)
			return
		}
		for r, err := range ledgerEvents(v.ctx, v.m.config.Store, from.Position) {
			if err != nil {
				yield(domain.Recorded{}, fmt.Errorf("read the log behind event %d: %w", from.Number, err))
				return
			}
			if from.Number == p.Number {
				return
			}
			number := from.Number
			from.Number++
			if !slices.Contains(types, domain.EventName(r.Type)) {
				continue
			}
			e := decode(r)
			if e.Number = number; left.has(&e) {
				continue
			}
			if !yield(e.Recorded, nil) {
				return
			}
		}
	}
}

// withheld is the streams that models leave out, each from a revision on.
type withheld map[domain.Stream]*quarantined

func (v *View) withheld() (withheld, error) { return readQuarantine(v.ctx, v.tx) }

// has says whether models don't see an event: it is foreign, of an unknown type, broken or of a stream in quarantine.
func (w withheld) has(e *decoded) bool {
	q := w[e.Stream]
	return e.broken != nil || e.Foreign() || e.Unknown() || q != nil && e.Revision >= uint64(q.Revision) //nolint:gosec // a revision
}
