package projections

import (
	"strings"

	"saldo/domain"
	"saldo/domain/reason"
)

// settler is a model that has something to do when the registry stands behind an event of its own: what follows from all of
// it by the rules of the domain, and not from the event alone.
type settler interface{ settle(e domain.Recorded) }

// settle writes the histories and spans that an event of the registry changes.
func (m *catalogue) settle(e domain.Recorded) {
	if e.Meta.Outcome == domain.Refused {
		return
	}
	reg := m.f.registry
	switch e.Stream.Kind() { //nolint:exhaustive // streams of the catalogue only
	case domain.CourseStream:
		if c, ok := reg.Courses[domain.CourseCode(e.Stream.Key())]; ok {
			m.settleCourse(e, c)
		}
	case domain.InstitutionStream:
		for _, c := range reg.Courses {
			if c.Institution == domain.InstitutionCode(e.Stream.Key()) {
				m.settleSpans(c)
			}
		}
	case domain.PlatformStream:
		m.settlePlatform(e, domain.PlatformCode(e.Stream.Key()))
	case domain.ProgrammeStream:
		m.settleProgramme(e)
	}
}

func (m *catalogue) settleCourse(e domain.Recorded, c *domain.CourseState) {
	switch f := e.Fact.(type) {
	case domain.CourseSubmitted, domain.CourseApproved, domain.CourseRejected, domain.CourseWithdrawn:
		m.settleStandings(e, c)
		m.settleSpans(c)
	case domain.CourseOffered:
		m.settleOffers(e, c, f.Platform)
	case domain.OfferEnded:
		m.settleOffers(e, c, f.Platform)
	}
}

func (m *catalogue) settleStandings(e domain.Recorded, c *domain.CourseState) {
	all := c.Standings()
	for i, s := range all {
		key := courseStep{c.Code, i}
		want := standing{
			courseStep: key, State: s.Value.State, Cause: s.Value.Cause, Interactive: s.Value.Interactive, Under: s.Value.Under,
			eventPlace: placeOf(s.Event, at(s.Recorded), at(s.InForce), at(s.From), at(s.To)),
		}
		have := m.standings.get(key)
		want.No = numberOf(e, s.Event, have != nil, func() int64 { return have.No })
		if have == nil || *have != want {
			*m.standings.edit(key) = want
		}
	}
	m.courses.edit(c.Code).Standings = len(all)
}

func placeOf(ref domain.EventRef, recorded, inForce, from, to instant) eventPlace {
	return eventPlace{Revision: int64(ref.Revision), Type: ref.Type, Recorded: recorded, InForce: inForce, From: from, To: to} //nolint:gosec // a revision
}

// numberOf is the number of a change's event: that of the event under way, or the one that its row has.
func numberOf(e domain.Recorded, ref domain.EventRef, known bool, had func() int64) int64 {
	if ref == e.Ref() || !known {
		return int64(e.Number) //nolint:gosec // far below 2^63
	}
	return had()
}

func (m *catalogue) settleOffers(e domain.Recorded, c *domain.CourseState, p domain.PlatformCode) {
	all := c.OfferedOn(p)
	for i, s := range all {
		key := saleStep{saleKey{c.Code, p}, i}
		want := offer{
			saleStep: key, Offered: s.Value.Offered, Price: rp(s.Value.Price),
			eventPlace: placeOf(s.Event, at(s.Recorded), at(s.InForce), at(s.From), at(s.To)),
		}
		have := m.offers.get(key)
		want.No = numberOf(e, s.Event, have != nil, func() int64 { return have.No })
		if have == nil || *have != want {
			*m.offers.edit(key) = want
		}
	}
	m.sales.edit(saleKey{c.Code, p}).Offers = len(all)
	m.settleSale(saleKey{c.Code, p})
}

// settleSpans tells anew where and when a course could be found.
func (m *catalogue) settleSpans(c *domain.CourseState) {
	for p := range c.Offers {
		m.settleSale(saleKey{c.Code, p})
	}
}

func (m *catalogue) settleSale(k saleKey) {
	all := m.f.registry.VisibleSpans(k.Course, k.Platform)
	had := 0
	if row := m.sales.get(k); row != nil {
		had = row.Spans
	}
	for i := range max(len(all), had) {
		key := saleStep{k, i}
		want := courseSpan{saleStep: key}
		if i < len(all) {
			want.span = spanOf(all[i])
		}
		if have := m.spans.get(key); have == nil || *have != want {
			*m.spans.edit(key) = want
		}
	}
	if had != len(all) {
		m.sales.edit(k).Spans = len(all)
	}
	if p := m.platforms.get(k.Platform); p == nil || p.Spans == 0 { // offered on a platform that never joined
		m.settleService(k.Platform)
	}
}

func spanOf(s domain.Span) span {
	return span{
		From: at(s.From), To: at(s.To), Yes: s.Yes, Reasons: joinCodes(s.Reasons),
		Stream: s.By.Stream, Revision: int64(s.By.Revision), Type: s.By.Type, //nolint:gosec // a revision
	}
}

func joinCodes(codes []reason.Code) string {
	texts := make([]string, len(codes))
	for i, c := range codes {
		texts[i] = string(c)
	}
	return strings.Join(texts, " ")
}

func (m *catalogue) settlePlatform(e domain.Recorded, p domain.PlatformCode) {
	switch e.Fact.(type) {
	case domain.PlatformJoined, domain.PlatformLeft:
	default: // tokens and lists hide no course
		return
	}
	for _, c := range m.f.registry.Courses {
		if _, offered := c.Offers[p]; offered {
			m.settleSale(saleKey{c.Code, p})
		}
	}
	m.settleService(p)
}

func (m *catalogue) settleProgramme(e domain.Recorded) {
	reg := m.f.registry
	switch f := e.Fact.(type) {
	case domain.PolicyAdopted: // it may demand more or less of a course
		for _, c := range reg.Courses {
			m.settleSpans(c)
		}
		m.settleServices()
	case domain.PaymentGateClosed:
		m.settleGate(f.Scope, f.Platform)
	case domain.PaymentGateOpened:
		m.settleGate(f.Scope, f.Platform)
	}
}

func (m *catalogue) settleGate(scope domain.GateScope, p domain.PlatformCode) {
	if scope == domain.GatePlatform {
		m.settleService(p)
		return
	}
	m.settleServices()
}

func (m *catalogue) settleServices() {
	for p := range m.f.registry.Platforms {
		m.settleService(p)
	}
}

func (m *catalogue) settleService(p domain.PlatformCode) {
	all := m.f.registry.ServiceSpans(p)
	had := 0
	if row := m.platforms.get(p); row != nil {
		had = row.Spans
	}
	for i := range max(len(all), had) {
		key := platformStep{p, i}
		want := serviceSpan{platformStep: key}
		if i < len(all) {
			want.span = spanOf(all[i])
		}
		if have := m.services.get(key); have == nil || *have != want {
			*m.services.edit(key) = want
		}
	}
	if had != len(all) {
		m.platforms.edit(p).Spans = len(all)
	}
}
