package api

import (
	"time"

	"saldo/domain"
)

// missed finds decisions that missed an event of the registry which was in force when their command was received. With one
// node there are none; with several, only where an append took longer or clocks lay further apart than the lead allows for.
type missed struct {
	events   map[domain.Stream][]leading
	youngest map[domain.Stream]resting
}

// leading is an event of the registry that takes force some time after it was recorded.
type leading struct {
	revision int64
	inForce  time.Time
	ref      domain.EventRef
}

// resting is the decision on a registry stream whose command was received last: what an event that comes later may be missing in.
type resting struct {
	received time.Time
	event    domain.Recorded
}

func newMissed() *missed {
	return &missed{map[domain.Stream][]leading{}, map[domain.Stream]resting{}}
}

// see takes the next event of the log and calls found for each decision that missed an event in force.
func (m *missed) see(e domain.Recorded, found func(decision domain.Recorded, event domain.EventRef, inForce time.Time)) {
	if e.Meta.InForceAt != nil && e.Meta.Origin != domain.Migrated && e.Meta.Outcome != domain.Refused {
		l := leading{int64(e.Revision), *e.Meta.InForceAt, e.Ref()} //nolint:gosec // a revision is far below 2^63
		if d, ok := m.youngest[e.Stream]; ok && !l.inForce.After(d.received) {
			found(d.event, l.ref, l.inForce)
		}
		m.events[e.Stream] = append(m.events[e.Stream], l)
	}
	d := e.Fact.Ruling()
	if d == nil || e.Meta.Origin == domain.Migrated {
		return
	}
	for stream, basis := range d.Basis {
		later := m.events[stream]
		for i := len(later) - 1; i >= 0 && later[i].revision > basis; i-- {
			if l := later[i]; !l.inForce.After(e.Meta.ReceivedAt) {
				found(e, l.ref, l.inForce)
			}
		}
		if e.Meta.ReceivedAt.After(m.youngest[stream].received) {
			m.youngest[stream] = resting{e.Meta.ReceivedAt, domain.Recorded{Stream: e.Stream, Revision: e.Revision, Type: e.Type}}
		}
	}
}
