package projections

import (
	"cmp"
	"fmt"
	"strings"

	"saldo/domain"
)

// IncidentKind is how an incident is known.
type IncidentKind string

// Kinds of incidents (users.md requirement 31). Refusals alone open none.
const (
	IncidentClosing    IncidentKind = "closing"    // payments closed, for all platforms or one
	IncidentPayouts    IncidentKind = "payouts"    // incentives held back
	IncidentToken      IncidentKind = "token"      // a platform's token revoked, other than because it left
	IncidentDenials    IncidentKind = "denials"    // far more requests turned away at a platform's door than usual
	IncidentComplaints IncidentKind = "complaints" // many people saw the same, and nothing recorded explains it
	IncidentSilence    IncidentKind = "silence"    // hardly any accepted purchase in an hour that usually has many
)

// IncidentKinds lists all kinds.
func IncidentKinds() []IncidentKind {
	return []IncidentKind{IncidentClosing, IncidentPayouts, IncidentToken, IncidentDenials, IncidentComplaints, IncidentSilence}
}

// incident is a row of incident.
type incident struct {
	ID                       string
	Kind                     IncidentKind
	Platform                 domain.PlatformCode
	Cause                    string
	Token                    domain.TokenID
	Started, Ended, Last     instant
	Opened, Closed           eventAt
	Expected                 string
	NoticeID, NoticeEN       string
	Refused, Tried, Affected int64
	Stuck                    rupiah
	Denied, Complaints       int64
}

// eventAt is an event in columns; a negative number is none.
type eventAt struct {
	No       int64
	Stream   domain.Stream
	Revision int64
	Type     domain.EventName
}

func eventOf(e domain.Recorded) eventAt {
	return eventAt{int64(e.Number), e.Stream, int64(e.Revision), e.Type} //nolint:gosec // far below 2^63
}

func incidentColumns(i *incident) []any {
	return []any{
		&i.ID, &i.Kind, &i.Platform, &i.Cause, &i.Token, &i.Started, &i.Ended, &i.Last, &i.Opened.No, &i.Opened.Stream, &i.Opened.Revision,
		&i.Opened.Type, &i.Closed.No, &i.Closed.Stream, &i.Closed.Revision, &i.Closed.Type, &i.Expected, &i.NoticeID, &i.NoticeEN, &i.Refused,
		&i.Tried, &i.Affected, &i.Stuck, &i.Denied, &i.Complaints,
	}
}

// pool is whom the incident touches for itself; empty where that is known of those who tried only.
func (i *incident) pool() string {
	switch {
	case i.Kind == IncidentPayouts:
		return poolPayees
	case i.Platform == "" && (i.Kind == IncidentClosing || i.Kind == IncidentSilence):
		return poolBuyers
	}
	return ""
}

// covers reports whether the incident is about a platform.
func (i *incident) covers(p domain.PlatformCode) bool { return i.Platform == "" || i.Platform == p }

type victimKey struct{ Incident, Subject string }

// victim is a row of incident_person.
type victim struct {
	victimKey
	Refused     int64
	First, Last instant
	Alone       bool
	Amount      rupiah
}

type proofKey struct {
	Incident string
	No       int64
}

// proof is a row of incident_event.
type proof struct {
	proofKey
	Stream   domain.Stream
	Revision int64
	Type     domain.EventName
	Happened instant
}

// openIncidents is the row of incident_open.
type openIncidents struct {
	One    int64
	IDs    string
	Hour   instant
	Scopes string
}

// incidents is the model of what kept people from buying or from being paid. What the list shows is counted while events are
// folded, so that it costs the same however many attempts there are.
type incidents struct {
	f       *fold
	rows    *table[string, incident]
	victims *table[victimKey, victim]
	proofs  *table[proofKey, proof]
	ongoing *table[int64, openIncidents]
	waiting *waiting
	signs   *signs
}

func newIncidents(f *fold) *incidents {
	m := &incidents{
		f:    f,
		rows: newTextTable(f, "incident", func(k string) incident { return incident{ID: k, Closed: eventAt{No: -1}} }, incidentColumns),
		victims: newTable(f, "incident_person", func(a, b victimKey) int {
			return cmp.Or(cmp.Compare(a.Incident, b.Incident), cmp.Compare(a.Subject, b.Subject))
		}, func(k victimKey) victim { return victim{victimKey: k} },
			func(r *victim) []any {
				return []any{&r.Incident, &r.Subject, &r.Refused, &r.First, &r.Last, &r.Alone, &r.Amount}
			}),
		proofs: newTable(f, "incident_event", func(a, b proofKey) int {
			return cmp.Or(cmp.Compare(a.Incident, b.Incident), cmp.Compare(a.No, b.No))
		}, func(k proofKey) proof { return proof{proofKey: k} },
			func(r *proof) []any { return []any{&r.Incident, &r.No, &r.Stream, &r.Revision, &r.Type, &r.Happened} }),
		ongoing: newTable(f, "incident_open", cmp.Compare[int64], func(k int64) openIncidents { return openIncidents{One: k} },
			func(r *openIncidents) []any { return []any{&r.One, &r.IDs, &r.Hour, &r.Scopes} }),
	}
	m.waiting = newWaiting(f, m.joined)
	m.signs = newSigns(f, m)
	return m
}

func (m *incidents) apply(e domain.Recorded) {
	m.signs.clock(e)
	m.waiting.apply(e)
	if body := attemptOf(e); body != nil {
		m.attempt(e, body)
		return
	}
	if f, ok := e.Fact.(domain.IncentiveRefused); ok {
		m.unpaid(e, f)
	}
	if e.Meta.Outcome == domain.Refused {
		return
	}
	when := at(e.Meta.InForce())
	switch f := e.Fact.(type) {
	case domain.PaymentGateClosed:
		m.paymentsClosed(e, f)
	case domain.PaymentGateNoticeUpdated:
		if i := m.find(func(i *incident) bool { return i.Kind == IncidentClosing && i.Platform == f.Platform }); i != nil {
			i = m.evidence(i.ID, e, when)
			i.NoticeID, i.NoticeEN, i.Expected = string(f.NoticeID), string(f.NoticeEN), dayText(f.ExpectedUntil)
		}
	case domain.PaymentGateOpened:
		m.end(e, when, func(i *incident) bool { return i.Kind == IncidentClosing && i.Platform == f.Platform })
		if row := m.signs.closings.get(f.Platform); row != nil && row.Until == 0 {
			m.signs.closings.edit(f.Platform).Until = when
		}
	case domain.PayoutsSuspended:
		i := m.open(e, incident{Kind: IncidentPayouts, Started: when, NoticeID: string(f.NoticeID), NoticeEN: string(f.NoticeEN)})
		i.Affected, i.Stuck = m.waiting.sum(poolPayees)
	case domain.PayoutsResumed:
		m.end(e, when, func(i *incident) bool { return i.Kind == IncidentPayouts })
	case domain.AnnouncementRecorded:
		m.announced(e, f)
	case domain.TokenRevoked, domain.TokenIssued, domain.TokenRotated, domain.PlatformLeft:
		m.token(e)
	case domain.IntakeTallied:
		m.signs.tally(e, f)
	case domain.ComplaintRecorded:
		m.signs.complaint(e, f)
	}
}

func dayText(d *domain.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// ---- what is going on ----

// all lists the incidents that are not over, as they stand; they must not be changed.
func (m *incidents) all() []*incident {
	state := m.ongoing.get(0)
	if state == nil {
		return nil
	}
	var out []*incident
	for id := range strings.Lines(state.IDs) {
		if i := m.rows.get(strings.TrimSuffix(id, "\n")); i != nil {
			out = append(out, i)
		}
	}
	return out
}

// find is the first incident that is not over and fits, nil if there is none.
func (m *incidents) find(fits func(*incident) bool) *incident {
	for _, i := range m.all() {
		if fits(i) {
			return i
		}
	}
	return nil
}

// open begins an incident that an event shows.
func (m *incidents) open(e domain.Recorded, as incident) *incident {
	id := fmt.Sprintf("%s-%d", as.Kind, e.Number)
	for n := 2; m.rows.get(id) != nil; n++ {
		id = fmt.Sprintf("%s-%d-%d", as.Kind, e.Number, n)
	}
	i := m.rows.edit(id)
	as.ID, as.Opened, as.Closed, as.Last = id, eventOf(e), eventAt{No: -1}, max(as.Started, as.Last)
	*i = as
	m.ongoing.edit(0).IDs += id + "\n"
	return m.evidence(id, e, at(e.Meta.ReceivedAt))
}

// evidence adds an event to those that an incident rests on.
func (m *incidents) evidence(id string, e domain.Recorded, when instant) *incident {
	i := m.rows.edit(id)
	i.Last = max(i.Last, when)
	*m.proofs.edit(proofKey{id, m.f.no}) = proof{proofKey{id, m.f.no}, e.Stream, int64(e.Revision), e.Type, at(e.Meta.ReceivedAt)} //nolint:gosec // a revision
	return i
}

// end ends all incidents that fit, by an event.
func (m *incidents) end(e domain.Recorded, when instant, fits func(*incident) bool) {
	for _, i := range m.all() {
		if fits(i) {
			m.evidence(i.ID, e, when).Closed = eventOf(e)
			m.over(i.ID, when)
		}
	}
}

// over takes an incident off the list of those that are going on.
func (m *incidents) over(id string, when instant) {
	m.rows.edit(id).Ended = when
	state := m.ongoing.edit(0)
	state.IDs = strings.Replace(state.IDs, id+"\n", "", 1)
}

// joined counts a person who comes into a pool while an incident goes on, unless they were counted in it before.
func (m *incidents) joined(k waitingKey, left int64, amount rupiah) {
	for _, i := range m.all() {
		if i.pool() != k.Pool || left >= i.Opened.No {
			continue
		}
		row := m.rows.edit(i.ID)
		row.Stuck += amount
		if !m.unpaidBefore(i, k.Subject) {
			row.Affected++
		}
	}
}

// unpaidBefore reports whether a person was counted because an incentive was refused to them.
func (m *incidents) unpaidBefore(i *incident, subject string) bool {
	if i.Kind != IncidentPayouts {
		return false
	}
	v := m.victims.get(victimKey{i.ID, subject})
	return v != nil && v.Alone
}

// ---- what opens and ends incidents ----

func (m *incidents) paymentsClosed(e domain.Recorded, f domain.PaymentGateClosed) {
	since := at(e.Meta.InForce())
	i := m.find(func(i *incident) bool { return i.Kind == IncidentClosing && i.Platform == f.Platform })
	if i == nil {
		i = m.open(e, incident{Kind: IncidentClosing, Platform: f.Platform, Cause: string(f.Cause), Started: since})
		if i.pool() != "" {
			i.Affected, i.Stuck = m.waiting.sum(poolBuyers)
		}
		*m.signs.closings.edit(f.Platform) = closingAt{Platform: f.Platform, Incident: i.ID, Since: since}
	}
	i = m.evidence(i.ID, e, since) // closed again: another notice, the same closing
	i.NoticeID, i.NoticeEN, i.Expected = string(f.NoticeID), string(f.NoticeEN), dayText(f.ExpectedUntil)
}

// announced keeps what was published about an incident while it went on.
func (m *incidents) announced(e domain.Recorded, f domain.AnnouncementRecorded) {
	kind := IncidentClosing
	switch f.Topic {
	case domain.AboutPayments:
	case domain.AboutIncentives:
		kind = IncidentPayouts
	case domain.AboutDeadlines, domain.AboutPlatforms, domain.AboutOther:
		return
	}
	for _, i := range m.all() {
		if i.Kind == kind {
			m.evidence(i.ID, e, at(f.PublishedAt))
		}
	}
}

// token opens an incident where a partner's token is revoked; the platform's next token, or its leaving, ends it.
func (m *incidents) token(e domain.Recorded) {
	platform, when := domain.PlatformCode(e.Stream.Key()), at(e.Meta.InForce())
	if f, ok := e.Fact.(domain.TokenRevoked); ok {
		if f.Cause != domain.TokenPartnerLeft {
			m.open(e, incident{Kind: IncidentToken, Platform: platform, Cause: string(f.Cause), Token: f.Token, Started: when})
		}
		return
	}
	m.end(e, when, func(i *incident) bool { return i.Kind == IncidentToken && i.Platform == platform })
}
