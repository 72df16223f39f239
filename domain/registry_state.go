package domain

import "time"

// ---- folds of the registry streams. Evolve is total: facts may come in any order, none is refused, none is lost. ----

// gateState is whether payments are open for a scope.
type gateState struct {
	Closed   bool
	Since    time.Time // in force
	Cause    GateCause
	Until    *Date
	NoticeID Notice
	NoticeEN Notice
	Effect   ClockEffect
	By       Party
	ClosedBy EventRef // the closing itself, also after its notice was updated
}

// deadlineState is a wave's deadline.
type deadlineState struct {
	Day      Date
	Extended bool
}

// ProgrammeState is the fold of the programme stream.
type ProgrammeState struct {
	Common
	Policies      history[Policy]
	Waves         map[int]change[WaveBody]
	Decrees       map[DecreeNumber]change[DecreeBody]
	Deadlines     map[int]*history[deadlineState]
	Gate          history[gateState]                   // all platforms
	PlatformGates map[PlatformCode]*history[gateState] // one platform
	Payouts       history[bool]                        // held back
	Announcements []change[AnnouncementBody]
}

// NewProgrammeState is the programme before its first event.
func NewProgrammeState() *ProgrammeState {
	return &ProgrammeState{
		Common: NewCommon(Programme), Waves: map[int]change[WaveBody]{}, Decrees: map[DecreeNumber]change[DecreeBody]{},
		Deadlines: map[int]*history[deadlineState]{}, PlatformGates: map[PlatformCode]*history[gateState]{},
	}
}

func (s *ProgrammeState) gate(scope GateScope, p PlatformCode) *history[gateState] {
	if scope == GatePlatform {
		return getOrMake(s.PlatformGates, p, func() *history[gateState] { return &history[gateState]{} })
	}
	return &s.Gate
}

// gateOf is gate for readers: it makes nothing.
func (s *ProgrammeState) gateOf(scope GateScope, p PlatformCode) history[gateState] {
	if scope != GatePlatform {
		return s.Gate
	}
	if h, ok := s.PlatformGates[p]; ok {
		return *h
	}
	return nil
}

func (s *ProgrammeState) evolve(e Recorded) {
	fact, ok := e.Fact.(ProgrammeEvent)
	if !s.note(e) || !ok {
		return
	}
	switch f := fact.(type) {
	case PolicyAdopted:
		s.Policies.add(e, f.Policy)
	case WaveOpened:
		s.Waves[f.Wave] = changeBy(e, f.WaveBody)
	case WaveClosed, ProgrammeActRefused:
	case DecreeRegistered:
		s.Decrees[f.Decree] = changeBy(e, f.DecreeBody)
	case FirstPurchaseDeadlineSet:
		s.deadline(f.Wave).add(e, deadlineState{f.Deadline, false})
	case FirstPurchaseDeadlineExtended:
		s.deadline(f.Wave).add(e, deadlineState{f.Deadline, true})
	case PaymentGateClosed:
		s.gate(f.Scope, f.Platform).add(e, gateState{
			Closed: true, Since: e.Meta.InForce(), Cause: f.Cause, Until: f.ExpectedUntil,
			NoticeID: f.NoticeID, NoticeEN: f.NoticeEN, Effect: f.ClockEffect, By: f.OrderedBy, ClosedBy: e.Ref(),
		})
	case PaymentGateNoticeUpdated:
		s.updateNotice(e, f)
	case PaymentGateOpened:
		s.gate(f.Scope, f.Platform).add(e, gateState{Since: e.Meta.InForce()})
	case PayoutsSuspended:
		s.Payouts.add(e, true)
	case PayoutsResumed:
		s.Payouts.add(e, false)
	case AnnouncementRecorded:
		s.Announcements = append(s.Announcements, changeBy(e, f.AnnouncementBody))
	}
}

// updateNotice changes what is said about a closing; the closing and its evidence stay what they are.
func (s *ProgrammeState) updateNotice(e Recorded, f PaymentGateNoticeUpdated) {
	h := s.gate(f.Scope, f.Platform)
	if len(*h) == 0 {
		return
	}
	last := (*h)[len(*h)-1]
	if !last.value.Closed {
		return
	}
	last.value.Until, last.value.NoticeID, last.value.NoticeEN = f.ExpectedUntil, f.NoticeID, f.NoticeEN
	last.inForce = e.Meta.InForce()
	last.ref = e.Ref()
	*h = append(*h, last)
}

func (s *ProgrammeState) deadline(wave int) *history[deadlineState] {
	return getOrMake(s.Deadlines, wave, func() *history[deadlineState] { return &history[deadlineState]{} })
}

// Policy finds a version by reference, as far as the view sees it.
func (s *ProgrammeState) Policy(ref PolicyRef, v View) (*Policy, EventRef) {
	for i := len(s.Policies) - 1; i >= 0; i-- {
		c := &s.Policies[i]
		if c.value.Ref() == ref && seen(v, c) {
			return &c.value, c.ref
		}
	}
	return nil, EventRef{}
}

// Conduct finds the version of a scheme that is in force; an empty scheme asks for the latest of any.
func (s *ProgrammeState) Conduct(scheme SchemeCode, v View) (*Policy, EventRef) {
	for i := len(s.Policies) - 1; i >= 0; i-- {
		c := &s.Policies[i]
		if (scheme == "" || c.value.Scheme == scheme) && seen(v, c) {
			return &c.value, c.ref
		}
	}
	return nil, EventRef{}
}

// tokenState is the life of one API token.
type tokenState struct {
	Token     TokenID
	Expires   time.Time
	Grace     time.Time // after a rotation: until when it still works
	Revoked   time.Time
	Cause     TokenCause
	Successor TokenID
}

// PlatformState is the fold of a platform stream.
type PlatformState struct {
	Common
	Code       PlatformCode
	Name       Title
	Partner    history[bool]
	Left       *change[PlatformLeaveBody]
	Tokens     map[TokenID]*history[tokenState]
	Catalogues []change[CatalogueBody]
}

// NewPlatformState is a platform before its first event.
func NewPlatformState(s Stream) *PlatformState {
	return &PlatformState{Common: NewCommon(s), Code: PlatformCode(s.Key()), Tokens: map[TokenID]*history[tokenState]{}}
}

func (s *PlatformState) token(id TokenID) *history[tokenState] {
	return getOrMake(s.Tokens, id, func() *history[tokenState] { return &history[tokenState]{} })
}

func (s *PlatformState) evolve(e Recorded) {
	fact, ok := e.Fact.(PlatformEvent)
	if !s.note(e) || !ok {
		return
	}
	switch f := fact.(type) {
	case PlatformJoined:
		s.Name = f.Name
		s.Partner.add(e, true)
	case PlatformLeft:
		s.Partner.add(e, false)
		s.Left = new(changeBy(e, f.PlatformLeaveBody))
	case TokenIssued:
		s.token(f.Token).add(e, tokenState{Token: f.Token, Expires: f.ExpiresAt})
	case TokenRotated:
		old := s.lastToken(f.Token)
		old.Grace, old.Successor = f.GraceUntil, f.Successor
		s.token(f.Token).add(e, old)
		s.token(f.Successor).add(e, tokenState{Token: f.Successor, Expires: f.ExpiresAt})
	case TokenRevoked:
		old := s.lastToken(f.Token)
		old.Revoked, old.Cause = e.Meta.InForce(), f.Cause
		s.token(f.Token).add(e, old)
	case CatalogueReported:
		s.Catalogues = append(s.Catalogues, changeBy(e, f.CatalogueBody))
	case PlatformActRefused:
	}
}

func (s *PlatformState) lastToken(id TokenID) tokenState {
	if h := *s.token(id); len(h) > 0 {
		return h[len(h)-1].value
	}
	return tokenState{Token: id}
}

// InstitutionState is the fold of an institution stream.
type InstitutionState struct {
	Common
	Code     InstitutionCode
	Name     Title
	Standing history[string] // approved, suspended, removed
}

// NewInstitutionState is an institution before its first event.
func NewInstitutionState(s Stream) *InstitutionState {
	return &InstitutionState{Common: NewCommon(s), Code: InstitutionCode(s.Key())}
}

func (s *InstitutionState) evolve(e Recorded) {
	fact, ok := e.Fact.(InstitutionEvent)
	if !s.note(e) || !ok {
		return
	}
	switch f := fact.(type) {
	case InstitutionApproved:
		s.Name = f.Name
		s.Standing.add(e, "approved")
	case InstitutionSuspended:
		s.Standing.add(e, "suspended")
	case InstitutionRemoved:
		s.Standing.add(e, "removed")
	case InstitutionActRefused:
	}
}

// CourseStanding is what a course's approval is: its state, why it was stopped, and what it was approved as.
type CourseStanding struct {
	State       string // submitted, approved, rejected, withdrawn
	Cause       CourseCause
	Interactive bool
	Under       PolicyRef
}

// CourseOffer is whether a course is on a platform, and at which price in rupiah.
type CourseOffer struct {
	Offered bool
	Price   Money
}

// scheduleState is a class.
type scheduleState struct {
	ScheduleBody
	Closed bool
}

// CourseState is the fold of a course stream.
type CourseState struct {
	Common
	Code        CourseCode
	Title       Title
	Institution InstitutionCode
	Standing    history[CourseStanding]
	Offers      map[PlatformCode]*history[CourseOffer]
	Schedules   map[ScheduleCode]*history[scheduleState]
}

// NewCourseState is a course before its first event.
func NewCourseState(s Stream) *CourseState {
	return &CourseState{
		Common: NewCommon(s), Code: CourseCode(s.Key()),
		Offers: map[PlatformCode]*history[CourseOffer]{}, Schedules: map[ScheduleCode]*history[scheduleState]{},
	}
}

func (s *CourseState) evolve(e Recorded) {
	fact, ok := e.Fact.(CourseEvent)
	if !s.note(e) || !ok {
		return
	}
	switch f := fact.(type) {
	case CourseSubmitted:
		s.Title, s.Institution = f.Title, f.Institution
		s.Standing.add(e, CourseStanding{State: "submitted"})
	case CourseApproved:
		s.Standing.add(e, CourseStanding{State: "approved", Interactive: f.Interactive, Under: f.Under})
	case CourseRejected:
		s.Standing.add(e, CourseStanding{State: "rejected", Cause: f.Cause})
	case CourseWithdrawn:
		s.Standing.add(e, CourseStanding{State: "withdrawn", Cause: f.Cause})
	case CourseOffered:
		s.offer(f.Platform).add(e, CourseOffer{true, f.Price})
	case OfferEnded:
		s.offer(f.Platform).add(e, CourseOffer{})
	case ScheduleOpened:
		s.schedule(f.Schedule).add(e, scheduleState{ScheduleBody: f.ScheduleBody})
	case ScheduleClosed:
		last := scheduleState{ScheduleBody: ScheduleBody{Schedule: f.Schedule}}
		if h := *s.schedule(f.Schedule); len(h) > 0 {
			last = h[len(h)-1].value
		}
		last.Closed = true
		s.schedule(f.Schedule).add(e, last)
	case CourseActRefused:
	}
}

func (s *CourseState) offer(p PlatformCode) *history[CourseOffer] {
	return getOrMake(s.Offers, p, func() *history[CourseOffer] { return &history[CourseOffer]{} })
}

func (s *CourseState) schedule(c ScheduleCode) *history[scheduleState] {
	return getOrMake(s.Schedules, c, func() *history[scheduleState] { return &history[scheduleState]{} })
}
