package domain

import (
	"maps"
	"slices"
)

// Registry is what a node keeps folded in memory besides the person: the programme, the platforms, institutions and courses,
// open disputes. It is small and changes slowly. It keeps the history of every attribute, so that any past view is a look-up.
type Registry struct {
	Programme    *ProgrammeState
	Platforms    map[PlatformCode]*PlatformState
	Institutions map[InstitutionCode]*InstitutionState
	Courses      map[CourseCode]*CourseState
	Disputes     map[Stream]map[Stream]*CaseState // by participant stream: the cases that touch a person
	Schedules    map[ScheduleCode]CourseCode
	Unread       map[Stream]*Block // cases of which nobody can say whom they touch: something in them can't be read
}

// NewRegistry is a registry without events.
func NewRegistry() *Registry {
	return &Registry{
		Programme:    NewProgrammeState(),
		Platforms:    map[PlatformCode]*PlatformState{},
		Institutions: map[InstitutionCode]*InstitutionState{},
		Courses:      map[CourseCode]*CourseState{},
		Disputes:     map[Stream]map[Stream]*CaseState{},
		Schedules:    map[ScheduleCode]CourseCode{},
		Unread:       map[Stream]*Block{},
	}
}

// RegistryKinds are the kinds of streams that a registry folds.
func RegistryKinds() []StreamKind {
	return []StreamKind{ProgrammeStream, PlatformStream, InstitutionStream, CourseStream, CaseStream}
}

// Apply folds one event of a registry stream; events of other streams are ignored.
func (r *Registry) Apply(e Recorded) {
	if !slices.Contains(RegistryKinds(), e.Stream.Kind()) {
		return
	}
	s := r.State(e.Stream)
	Evolve(s, e)
	if f, ok := e.Fact.(ScheduleOpened); ok {
		if _, known := r.Schedules[f.Schedule]; !known {
			r.Schedules[f.Schedule] = CourseCode(e.Stream.Key())
		}
	}
	if s, ok := s.(*CaseState); ok {
		if s.Participant == "" && s.Blocked != nil {
			r.Unread[s.Stream] = s.Blocked
		}
		if s.Participant != "" {
			getOrMake(r.Disputes, s.Participant, func() map[Stream]*CaseState { return map[Stream]*CaseState{} })[s.Stream] = s
		}
	}
}

// State returns the folded state of a registry stream, a fresh one if it has no events.
func (r *Registry) State(s Stream) State {
	switch s.Kind() {
	case ProgrammeStream:
		return r.Programme
	case PlatformStream:
		return getOrMake(r.Platforms, PlatformCode(s.Key()), func() *PlatformState { return NewPlatformState(s) })
	case InstitutionStream:
		return getOrMake(r.Institutions, InstitutionCode(s.Key()), func() *InstitutionState { return NewInstitutionState(s) })
	case CourseStream:
		return getOrMake(r.Courses, CourseCode(s.Key()), func() *CourseState { return NewCourseState(s) })
	case CaseStream:
		if c := r.dispute(s); c != nil {
			return c
		}
	case ParticipantStream, FundStream, SettlementStream, IntakeStream, SeatStream, BudgetStream, ActionStream, AuditStream:
	}
	return NewState(s)
}

// dispute finds a case that touches a person.
func (r *Registry) dispute(s Stream) *CaseState {
	for _, cases := range r.Disputes {
		if c, ok := cases[s]; ok {
			return c
		}
	}
	return nil
}

func getOrMake[K comparable, V any](m map[K]V, k K, fresh func() V) V {
	v, ok := m[k]
	if !ok {
		v = fresh()
		m[k] = v
	}
	return v
}

// revision of a stream in the registry, -1 when it has no events: what a basis writes down.
func (r *Registry) revision(s Stream) int64 {
	switch s.Kind() {
	case ProgrammeStream:
		return r.Programme.Revision
	case PlatformStream:
		if p, ok := r.Platforms[PlatformCode(s.Key())]; ok {
			return p.Revision
		}
	case InstitutionStream:
		if i, ok := r.Institutions[InstitutionCode(s.Key())]; ok {
			return i.Revision
		}
	case CourseStream:
		if c, ok := r.Courses[CourseCode(s.Key())]; ok {
			return c.Revision
		}
	case CaseStream:
		if c := r.dispute(s); c != nil {
			return c.Revision
		}
	case ParticipantStream, FundStream, SettlementStream, IntakeStream, SeatStream, BudgetStream, ActionStream, AuditStream:
	}
	return -1
}

// Blocked reports the first registry stream of those named that can't be decided on.
func (r *Registry) Blocked(streams Basis) *Block {
	for s := range streams {
		var c *Common
		switch s.Kind() {
		case ProgrammeStream:
			c = &r.Programme.Common
		case PlatformStream:
			if p, ok := r.Platforms[PlatformCode(s.Key())]; ok {
				c = &p.Common
			}
		case InstitutionStream:
			if i, ok := r.Institutions[InstitutionCode(s.Key())]; ok {
				c = &i.Common
			}
		case CourseStream:
			if x, ok := r.Courses[CourseCode(s.Key())]; ok {
				c = &x.Common
			}
		case CaseStream:
			if x := r.dispute(s); x != nil {
				c = &x.Common
			}
		case ParticipantStream, FundStream, SettlementStream, IntakeStream, SeatStream, BudgetStream, ActionStream, AuditStream:
		}
		if c != nil && c.Blocked != nil {
			return c.Blocked
		}
	}
	return nil
}

// unreadCase reports a case that holds something unread and may touch anybody.
func (r *Registry) unreadCase() *Block {
	for _, s := range slices.Sorted(maps.Keys(r.Unread)) {
		return r.Unread[s]
	}
	return nil
}
