package domain

// State is the folded state of one stream.
//
//sumtype:decl
type State interface {
	common() *Common
	evolve(Recorded)
}

func (s *ProgrammeState) common() *Common   { return &s.Common }
func (s *PlatformState) common() *Common    { return &s.Common }
func (s *InstitutionState) common() *Common { return &s.Common }
func (s *CourseState) common() *Common      { return &s.Common }
func (s *ParticipantState) common() *Common { return &s.Common }
func (s *FundState) common() *Common        { return &s.Common }
func (s *SettlementState) common() *Common  { return &s.Common }
func (s *IntakeState) common() *Common      { return &s.Common }
func (s *LimitState) common() *Common       { return &s.Common }
func (s *ActionState) common() *Common      { return &s.Common }
func (s *CaseState) common() *Common        { return &s.Common }
func (s *AuditState) common() *Common       { return &s.Common }

// CommonOf gives what every state keeps: revision, command ids, natural keys.
func CommonOf(s State) *Common { return s.common() }

// NewState is the state of a stream without events.
func NewState(s Stream) State {
	switch s.Kind() {
	case ProgrammeStream:
		return NewProgrammeState()
	case PlatformStream:
		return NewPlatformState(s)
	case InstitutionStream:
		return NewInstitutionState(s)
	case CourseStream:
		return NewCourseState(s)
	case FundStream:
		return &FundState{Common: NewCommon(s), Tranches: map[Reference]*trancheState{}}
	case SettlementStream:
		return &SettlementState{Common: NewCommon(s), Paid: map[string]Money{}}
	case IntakeStream:
		return &IntakeState{Common: NewCommon(s)}
	case SeatStream, BudgetStream:
		return &LimitState{Common: NewCommon(s), Held: map[string]int{}, Money: map[string]Money{}}
	case ActionStream:
		return &ActionState{Common: NewCommon(s)}
	case CaseStream:
		return &CaseState{Common: NewCommon(s)}
	case AuditStream:
		return &AuditState{Common: NewCommon(s)}
	case ParticipantStream:
	}
	return NewParticipantState(s)
}

// Evolve folds one event into a state and returns it. It is total: it never fails and never judges, in whatever order facts
// come. The state that is passed in belongs to the call; use the returned one.
func Evolve(s State, e Recorded) State {
	s.evolve(e)
	return s
}
