package projections

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/words"
)

// Incident is something that kept people from buying, or from being paid, for a cause that they don't own.
//
// Tried is people with an attempt that was refused for it. Affected is people whom nothing else kept: for a closing of all
// platforms and for silence everywhere, who could buy by every check about the person at any moment of it (card, balance above
// zero, not held, revoked, blacklisted or lapsed, courses bought before finished); for held payouts, who were owed an
// incentive or had one refused for nothing else (it has no amount yet); else, those of Tried for whom at least once nothing else failed. Complaints and denials at the door say nothing
// of either: whoever is turned away there has no name.
type Incident struct {
	ID         string              `json:"id"`
	Kind       IncidentKind        `json:"kind"`
	Platform   domain.PlatformCode `json:"platform,omitempty"` // empty: all
	Cause      string              `json:"cause,omitempty"`    // of the closing, the revocation or the denials; what the screens showed
	Token      domain.TokenID      `json:"token_id,omitempty"`
	Reason     reason.Code         `json:"reason,omitempty"` // of the answer to give
	Started    time.Time           `json:"started_at"`
	Ended      *time.Time          `json:"ended_at,omitempty"` // nil: not over, as far as the models know
	Last       time.Time           `json:"last_sign_at"`
	Opened     domain.EventRef     `json:"opened_by"`
	OpenedNo   uint64              `json:"opened_no"`
	EndedBy    *domain.EventRef    `json:"ended_by,omitempty"` // nil: no event did; the signs stopped
	EndedNo    uint64              `json:"ended_no,omitempty"`
	Expected   string              `json:"expected_until,omitempty"` // announced day, not promised
	NoticeID   string              `json:"notice_id,omitempty"`      // published sentence
	NoticeEN   string              `json:"notice_en,omitempty"`
	Refused    int64               `json:"refused_attempts"`
	Tried      int64               `json:"tried"`
	Affected   int64               `json:"affected"`
	Stuck      domain.Money        `json:"stuck"` // training balance or incentives of those affected; else the most that each asked for
	Denied     int64               `json:"denied"`
	Complaints int64               `json:"complaints"`
}

// reasonOf is the reason of the catalogue that the incident gives to an answer; empty where none fits.
func (i *incident) reasonOf() reason.Code {
	switch i.Kind {
	case IncidentClosing:
		return domain.ReasonOfClosing(domain.GateCause(i.Cause))
	case IncidentPayouts:
		return reason.PMOBatchSuspended
	case IncidentToken:
		return reason.PartnerCredentialRevoked
	case IncidentDenials:
		return domain.ReasonOfDenial(domain.DenialCause(i.Cause))
	case IncidentSilence:
		return reason.NoCauseOnOurSide
	case IncidentComplaints:
		switch domain.ShownMessage(i.Cause) {
		case domain.ShownNotFound, domain.ShownTokenInvalid, domain.ShownBalanceShort:
			return reason.NoCauseOnOurSide
		case domain.ShownPayoutFailed, domain.ShownClassMissing, domain.ShownNoCertificate, domain.ShownRevoked, domain.ShownOther:
		}
	}
	return ""
}

func (i *incident) public() Incident {
	out := Incident{
		ID: i.ID, Kind: i.Kind, Platform: i.Platform, Cause: i.Cause, Token: i.Token, Reason: i.reasonOf(), Started: orZero(i.Started.time()),
		Ended: i.Ended.time(), Last: orZero(i.Last.time()), Opened: i.Opened.ref(), OpenedNo: uint64(i.Opened.No), Expected: i.Expected, //nolint:gosec // never negative
		NoticeID: i.NoticeID, NoticeEN: i.NoticeEN, Refused: i.Refused, Tried: i.Tried, Affected: i.Affected, Stuck: i.Stuck.money(),
		Denied: i.Denied, Complaints: i.Complaints,
	}
	if i.Closed.No >= 0 {
		out.EndedBy, out.EndedNo = new(i.Closed.ref()), uint64(i.Closed.No)
	}
	return out
}

func (e eventAt) ref() domain.EventRef {
	return domain.EventRef{Stream: e.Stream, Revision: uint64(e.Revision), Type: e.Type} //nolint:gosec // never negative
}

const incidentSelect = `SELECT id, kind, platform, cause, token, started_at, ended_at, last_at, opened_no, opened_stream, opened_revision,
	opened_type, ended_no, ended_stream, ended_revision, ended_type, expected_until, notice_id, notice_en, refused, tried, affected, stuck,
	denied, complaints FROM incident`

// IncidentFilter chooses incidents; zero fields choose all. A moment or an interval chooses those that went on then.
type IncidentFilter struct {
	Kind     IncidentKind
	Platform domain.PlatformCode // those of all platforms too
	From, To *time.Time          // going on at some moment from From on, begun before To
}

// Incidents lists incidents, the latest first.
func (v *View) Incidents(filter IncidentFilter, page Page) (List[Incident], error) {
	var where conditions
	where.add(filter.Kind != "", "kind = ?", string(filter.Kind))
	where.add(filter.Platform != "", "platform IN ('', ?)", string(filter.Platform))
	where.add(filter.To != nil, "started_at < ?", int64(atMaybe(filter.To)))
	where.add(filter.From != nil, "(ended_at = 0 OR ended_at > ?)", int64(atMaybe(filter.From)))
	return list(v, listing[Incident]{
		name: "incidents", filter: filter, query: incidentSelect, where: where, order: []string{"started_at", "id"}, descending: true,
		scan: func(scan func(...any) error) (Incident, []any, error) {
			var i incident
			err := scan(incidentColumns(&i)...)
			return i.public(), []any{int64(i.Started), i.ID}, err
		},
	}, page)
}

// IncidentDetail is an incident with what it rests on.
type IncidentDetail struct {
	Incident
	PlatformName domain.Title       `json:"platform_name,omitempty"`
	Answer       map[string]string  `json:"answer,omitempty"` // sentence to give while it lasts, by language
	Evidence     []IncidentEvent    `json:"evidence"`         // at most MaxPage
	Hours        []IncidentHour     `json:"hours"`            // with attempts or closings, from a day before to a day behind
	Closings     []IncidentInterval `json:"closings"`         // of payments, in that time
}

// IncidentEvent is an event that an incident rests on.
type IncidentEvent struct {
	Number   uint64          `json:"no"`
	Event    domain.EventRef `json:"event"`
	Received time.Time       `json:"received_at"`
}

// IncidentHour counts the attempts of an hour on the platforms that an incident is about.
type IncidentHour struct {
	Hour     time.Time `json:"hour"`
	Accepted int64     `json:"accepted"`
	Refused  int64     `json:"refused"`
	Reason   int64     `json:"for_its_reason"` // refused with the incident's reason as the primary one
}

// IncidentInterval is a closing of payments; To is nil while it lasts.
type IncidentInterval struct {
	Incident string              `json:"incident"`
	Platform domain.PlatformCode `json:"platform,omitempty"`
	From     time.Time           `json:"from"`
	To       *time.Time          `json:"to,omitempty"`
}

// Incident finds an incident, as of a moment that its sentence may name. ErrNotFound says that there is none of that id.
func (v *View) Incident(id string, moment time.Time) (IncidentDetail, error) {
	var i incident
	err := v.tx.QueryRowContext(v.ctx, incidentSelect+" WHERE id = ?", id).Scan(incidentColumns(&i)...)
	if errors.Is(err, sql.ErrNoRows) {
		return IncidentDetail{}, fmt.Errorf("%w: incident %q", ErrNotFound, id)
	}
	if err != nil {
		return IncidentDetail{}, fmt.Errorf("incident %q: %w", id, err)
	}
	out := IncidentDetail{Incident: i.public()}
	if i.Platform != "" {
		if out.PlatformName, err = v.platformName(i.Platform); err != nil {
			return out, err
		}
	}
	if out.Answer, err = out.sentences(moment); err != nil {
		return out, err
	}
	if out.Evidence, err = v.incidentEvents(id); err != nil {
		return out, err
	}
	const day = 24 * time.Hour
	from, to := out.Started.Add(-day), out.Last.Add(day)
	if out.Ended != nil {
		to = out.Ended.Add(day)
	}
	if out.Hours, err = v.incidentHours(&i, from, to); err != nil {
		return out, err
	}
	out.Closings, err = v.closingsBetween(i.Platform, from, to)
	return out, err
}

// sentences is what to tell a participant while it lasts, in both languages, from the reason catalogue.
func (d *IncidentDetail) sentences(moment time.Time) (map[string]string, error) {
	r, ok := reason.Lookup(d.Reason)
	if !ok {
		return nil, nil //nolint:nilnil // an incident without a known cause has no sentence, which is no error
	}
	values := words.Values{
		"gate_since": words.Instant(d.Started), "since": words.Instant(d.Started), "now": words.Instant(moment),
		"denied": words.Number(d.Denied), "window_from": words.ClockOf(d.Started), "window_to": words.ClockOf(d.Last.Add(time.Hour)),
	}
	if d.Platform != "" {
		values["platform"] = words.Text(d.PlatformName)
	}
	if until, err := domain.ParseDate(d.Expected); err == nil {
		values["gate_expected"] = words.DayOf(until.Start())
	}
	out := map[string]string{}
	for name, lang := range map[string]words.Lang{"id": words.ID, "en": words.EN} {
		text, err := r.Text(reason.Participant, reason.Written, lang, words.WIB, values)
		if err != nil {
			return nil, err
		}
		out[name] = text
	}
	return out, nil
}

func (v *View) incidentEvents(id string) ([]IncidentEvent, error) {
	rows, err := v.tx.QueryContext(v.ctx, "SELECT no, stream, revision, type, happened FROM incident_event WHERE incident = ? ORDER BY no LIMIT ?", id, MaxPage)
	if err != nil {
		return nil, fmt.Errorf("events of incident %q: %w", id, err)
	}
	defer rows.Close()
	out := []IncidentEvent{}
	for rows.Next() {
		var e eventAt
		var when instant
		if err := rows.Scan(&e.No, &e.Stream, &e.Revision, &e.Type, &when); err != nil {
			return nil, fmt.Errorf("events of incident %q: %w", id, err)
		}
		out = append(out, IncidentEvent{uint64(e.No), e.ref(), orZero(when.time())}) //nolint:gosec // never negative
	}
	return out, rows.Err()
}

// incidentHours counts the attempts of every hour that has any.
func (v *View) incidentHours(i *incident, from, to time.Time) ([]IncidentHour, error) {
	rows, err := v.tx.QueryContext(v.ctx, `SELECT hour, SUM(CASE reason WHEN '' THEN attempts ELSE 0 END), SUM(CASE reason WHEN '' THEN 0 ELSE attempts END),
		SUM(CASE reason WHEN ?1 THEN attempts ELSE 0 END) FROM attempt_hour WHERE hour BETWEEN ?2 AND ?3 AND (?4 = '' OR platform = ?4)
		GROUP BY hour ORDER BY hour`, string(i.reasonOf()), int64(hourOf(from)), int64(hourOf(to)), string(i.Platform))
	if err != nil {
		return nil, fmt.Errorf("hours of incident %q: %w", i.ID, err)
	}
	defer rows.Close()
	out := []IncidentHour{}
	for rows.Next() {
		var h IncidentHour
		var hour instant
		if err := rows.Scan(&hour, &h.Accepted, &h.Refused, &h.Reason); err != nil {
			return nil, fmt.Errorf("hours of incident %q: %w", i.ID, err)
		}
		h.Hour = orZero(hour.time())
		out = append(out, h)
	}
	return out, rows.Err()
}

// closingsBetween lists the closings of payments that touch a time, of all platforms and of one.
func (v *View) closingsBetween(p domain.PlatformCode, from, to time.Time) ([]IncidentInterval, error) {
	rows, err := v.tx.QueryContext(v.ctx, `SELECT id, platform, started_at, ended_at FROM incident WHERE kind = ? AND (platform = '' OR ? IN ('', platform))
		AND started_at < ? AND (ended_at = 0 OR ended_at > ?) ORDER BY started_at, id`, string(IncidentClosing), string(p), int64(at(to)), int64(at(from)))
	if err != nil {
		return nil, fmt.Errorf("closings: %w", err)
	}
	defer rows.Close()
	out := []IncidentInterval{}
	for rows.Next() {
		var c IncidentInterval
		var started, ended instant
		if err := rows.Scan(&c.Incident, &c.Platform, &started, &ended); err != nil {
			return nil, fmt.Errorf("closings: %w", err)
		}
		c.From, c.To = orZero(started.time()), ended.time()
		out = append(out, c)
	}
	return out, rows.Err()
}

// IncidentPerson is somebody who tried in vain during an incident.
type IncidentPerson struct {
	Participant uuid.UUID `json:"participant"`
	Refused     int64     `json:"refused"` // attempts; complaints where the incident is known by them
	First       time.Time `json:"first_at"`
	Last        time.Time `json:"last_at"`
	Alone       bool      `json:"nothing_else_failed"` // at least once
}

// IncidentPeople lists who tried in vain during an incident, by their ids.
func (v *View) IncidentPeople(id string, page Page) (List[IncidentPerson], error) {
	var where conditions
	where.add(true, "incident = ?", id)
	return list(v, listing[IncidentPerson]{
		name: "incident people", filter: id, query: "SELECT subject, refused, first_at, last_at, alone FROM incident_person", where: where,
		order: []string{"subject"},
		scan: func(scan func(...any) error) (IncidentPerson, []any, error) {
			var p IncidentPerson
			var subject string
			var first, last instant
			err := scan(&subject, &p.Refused, &first, &last, &p.Alone)
			if err == nil {
				p.Participant, err = uuid.Parse(subject)
			}
			p.First, p.Last = orZero(first.time()), orZero(last.time())
			return p, []any{subject}, err
		},
	}, page)
}
