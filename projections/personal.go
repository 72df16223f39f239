package projections

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/eventstore"
)

// inMemory is the models of people over no database: what one person's own stream says, by the very folds that fill the
// tables, so that past and present can't differ. What a settlement says about their purchases is not in it. The registry
// need hold the programme only, and an empty one will do where no clock of the policy is asked about.
func inMemory(registry *domain.Registry) *personFold {
	f := &personFold{fold: &fold{registry: registry}}
	f.people = newPeople(f.fold)
	f.paid = newIncentives(f.fold)
	f.models = []model{f.people, f.paid}
	for _, t := range f.tables {
		t.drop(true)
	}
	return f
}

// personFold is a fold in memory of one person's own stream.
type personFold struct {
	*fold
	paid *incentives
}

// own yields a person's events up to a place, those that models see, in the order of their stream. ErrNotFound says that
// there is none.
func (v *View) own(id uuid.UUID, p Place) iter.Seq2[decoded, error] {
	return func(yield func(decoded, error) bool) {
		stream := domain.ParticipantStreamOf(id)
		left, err := v.withheld()
		if err != nil {
			yield(decoded{}, err)
			return
		}
		found := false
		for r, err := range v.m.config.Store.ReadStream(v.ctx, string(stream), eventstore.ReadOptions{}) {
			if errors.Is(err, eventstore.ErrStreamNotFound) {
				break
			}
			if err != nil {
				yield(decoded{}, fmt.Errorf("history of participant %s: %w", id, err))
				return
			}
			if r.Position.Compare(p.Position) > 0 {
				break
			}
			if e := decode(r); !left.has(&e) {
				if found = true; !yield(e, nil) {
					return
				}
			}
		}
		if !found {
			yield(decoded{}, fmt.Errorf("%w: participant %s", ErrNotFound, id))
		}
	}
}

// programmeUntil is a registry that knows the programme's own stream, as far as a place: its policies and their clocks.
func (v *View) programmeUntil(p Place) (*domain.Registry, error) {
	out := domain.NewRegistry()
	left, err := v.withheld()
	if err != nil {
		return nil, err
	}
	for r, err := range v.m.config.Store.ReadStream(v.ctx, string(domain.Programme), eventstore.ReadOptions{}) {
		if errors.Is(err, eventstore.ErrStreamNotFound) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read the programme: %w", err)
		}
		if r.Position.Compare(p.Position) > 0 {
			break
		}
		if e := decode(r); !left.has(&e) {
			out.Apply(e.Recorded)
		}
	}
	return out, nil
}

// person is where a person stands in a fold in memory.
func (f *personFold) person(id uuid.UUID) (Participant, error) {
	row := f.people.rows.get(id.String())
	if row == nil {
		return Participant{}, fmt.Errorf("%w: participant %s", ErrNotFound, id)
	}
	return row.public()
}

// ParticipantAt is where a person stood when the log stood at a place: as recorded, whatever was found out later. It costs
// reading the person's own history. ErrNotFound says that no event was about them then.
func (v *View) ParticipantAt(id uuid.UUID, p Place) (Participant, error) {
	f := inMemory(domain.NewRegistry())
	for e, err := range v.own(id, p) {
		if err != nil {
			return Participant{}, err
		}
		if err := f.apply(v.ctx, e.Recorded); err != nil {
			return Participant{}, err
		}
	}
	return f.person(id)
}

// Hindsight is a moment of a person's participation seen twice: as it was recorded by then, and as it is known now.
type Hindsight struct {
	At         time.Time         `json:"at"`
	Recorded   *Participant      `json:"as_recorded,omitempty"`  // by everything recorded by then; nil: nothing was
	Effective  *Participant      `json:"as_effective,omitempty"` // by everything known now that had happened by then; nil: nothing had
	Wrong      []Change          `json:"right_then_wrong_now"`   // what differs; Before is as recorded, After as effective
	Late       []domain.EventRef `json:"recorded_later"`         // had happened, was recorded later
	Anticipate []domain.EventRef `json:"recorded_before"`        // was recorded, is said to have happened later
}

// Hindsight folds a person's history twice for a moment: in the order of the log up to that moment, and in the order in which
// things are said to have happened, of all that the models know. What differs was right by the records of then and is wrong
// by those of now. It costs reading the person's own history; sums over many people are by position, never by effective
// date, and are not asked this way.
func (v *View) Hindsight(id uuid.UUID, t time.Time) (Hindsight, error) {
	out := Hindsight{At: t, Wrong: []Change{}, Late: []domain.EventRef{}, Anticipate: []domain.EventRef{}}
	then, err := v.PlaceAt(t)
	if err != nil {
		return out, err
	}
	var recorded, effective []domain.Recorded
	for e, err := range v.own(id, v.Here()) {
		if err != nil {
			return out, err
		}
		was, is := e.position.Compare(then.Position) <= 0, !e.Meta.Effective().After(t)
		if was {
			recorded = append(recorded, e.Recorded)
		}
		if is {
			effective = append(effective, e.Recorded)
		}
		switch {
		case is && !was:
			out.Late = append(out.Late, e.Ref())
		case was && !is:
			out.Anticipate = append(out.Anticipate, e.Ref())
		}
	}
	slices.SortStableFunc(effective, func(a, b domain.Recorded) int {
		return cmp.Or(a.Meta.Effective().Compare(b.Meta.Effective()), cmp.Compare(a.Revision, b.Revision))
	})
	one, before, err := v.foldOne(id, recorded)
	if err != nil {
		return out, err
	}
	two, after, err := v.foldOne(id, effective)
	if err != nil {
		return out, err
	}
	out.Recorded, out.Effective, out.Wrong = one, two, changes(before, after)
	return out, nil
}

// foldOne folds events of one person; nil where there are none.
func (v *View) foldOne(id uuid.UUID, events []domain.Recorded) (*Participant, personFields, error) {
	if len(events) == 0 {
		return nil, nil, nil
	}
	f := inMemory(domain.NewRegistry())
	for _, e := range events {
		if err := f.apply(v.ctx, e); err != nil {
			return nil, nil, err
		}
	}
	p, err := f.person(id)
	return &p, f.fields(id.String()), err
}
