package projections

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/eventstore"
)

// CourseDetail is all about one course: what it went through, where it is sold, and how that looked at a moment.
type CourseDetail struct {
	Course
	At         time.Time        `json:"at"`          // the moment asked about
	RecordedBy time.Time        `json:"recorded_by"` // Then is by what had been recorded by this time
	History    []CourseChange   `json:"history"`     // of the approval, in the order of its events
	Places     []CoursePlace    `json:"platforms"`   // by platform
	Schedules  []CourseSchedule `json:"schedules,omitempty"`
}

// EventMark says which event did something, when it was recorded, and when what it did held.
type EventMark struct {
	No       int64           `json:"no"` // number of the event
	Event    domain.EventRef `json:"event"`
	Recorded time.Time       `json:"recorded_at"`
	InForce  time.Time       `json:"in_force_at"`
	From     *time.Time      `json:"from,omitempty"` // nil: never, a later event was in force before it
	To       *time.Time      `json:"to,omitempty"`   // exclusive; nil: until further notice
}

func (p *eventPlace) public(s domain.Stream) EventMark {
	return EventMark{
		No: p.No, Event: domain.EventRef{Stream: s, Revision: uint64(p.Revision), Type: p.Type}, //nolint:gosec // a revision
		Recorded: *orEpoch(p.Recorded), InForce: *orEpoch(p.InForce), From: p.From.time(), To: p.To.time(),
	}
}

func orEpoch(i instant) *time.Time {
	if t := i.time(); t != nil {
		return t
	}
	return &time.Time{}
}

// CourseChange is one step of a course's approval.
type CourseChange struct {
	Standing    string             `json:"standing"`
	Cause       domain.CourseCause `json:"cause,omitempty"`
	Interactive bool               `json:"interactive,omitempty"`
	Under       domain.PolicyRef   `json:"under,omitempty"`
	EventMark
}

// CourseOffer is one step of a course's offer on a platform.
type CourseOffer struct {
	Offered bool          `json:"offered"`
	Price   *domain.Money `json:"price,omitempty"`
	EventMark
}

// CourseSchedule is a class of a course.
type CourseSchedule struct {
	Schedule domain.ScheduleCode `json:"schedule_code"`
	Starts   *time.Time          `json:"starts_at,omitempty"`
	Capacity int                 `json:"capacity"`
	Opened   *time.Time          `json:"opened_at,omitempty"`
	Closed   *time.Time          `json:"closed_at,omitempty"`
}

// CoursePlace is a course on one platform.
type CoursePlace struct {
	Platform domain.PlatformCode `json:"platform"`
	Name     domain.Title        `json:"name,omitempty"`
	Offers   []CourseOffer       `json:"offers"`
	Strip    []SaleSpan          `json:"spans"` // since when it could be found and paid, by what is known now
	Now      domain.Availability `json:"as_known_now"`
	Then     domain.Availability `json:"as_recorded_then"`
	// Differs: what is known now about the moment is not what was recorded then ("benar waktu itu, keliru sekarang").
	Differs bool                    `json:"differs"`
	Report  *domain.CatalogueReport `json:"own_list,omitempty"` // the platform's own last list by the moment; nil: we don't see its catalogue
	Leave   *domain.PlatformLeave   `json:"leave,omitempty"`    // the end of the partnership, if it has ended
	// Unannounced: at the moment the platform had left already, and nobody outside had been told.
	Unannounced bool `json:"left_unannounced,omitempty"`
	// Unrecorded: at the moment the platform had left already, and the ledger did not know: decisions still counted it in.
	Unrecorded bool `json:"left_unrecorded,omitempty"`
}

// SaleSpan is a stretch of time of a course on a platform.
type SaleSpan struct {
	From    time.Time       `json:"from"`
	To      *time.Time      `json:"to,omitempty"` // exclusive; nil: until further notice
	Visible bool            `json:"visible"`
	Payable bool            `json:"payable"`
	Reasons []reason.Code   `json:"reasons,omitempty"` // why not: what hides the course leads
	Event   domain.EventRef `json:"event"`             // that began it
}

// Course tells about a course at a moment: what is known now, beside what had been recorded by recordedBy, which is at where
// it is zero. ErrNotFound says that no course has the code.
func (v *View) Course(code domain.CourseCode, at, recordedBy time.Time) (CourseDetail, error) {
	if recordedBy.IsZero() {
		recordedBy = at
	}
	out := CourseDetail{At: at, RecordedBy: recordedBy}
	var err error
	out.Course, err = scanCourse(v.tx.QueryRowContext(v.ctx, courseSelect()+" WHERE c.code = ?2", int64(instantOf(at)), string(code)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return out, fmt.Errorf("%w: course %s", ErrNotFound, code)
	}
	if err == nil {
		err = errors.Join(v.courseHistory(&out), v.courseSchedules(&out))
	}
	var offers map[domain.PlatformCode][]CourseOffer
	if err == nil {
		offers, err = v.courseOffers(code)
	}
	if err != nil {
		return out, fmt.Errorf("course %s: %w", code, err)
	}
	platforms, err := v.Platforms()
	if err != nil {
		return out, err
	}
	reg, err := v.registryAround(out.Course, platforms)
	if err != nil {
		return out, err
	}
	for _, p := range platforms {
		if len(offers[p.Code]) == 0 {
			continue
		}
		place := CoursePlace{Platform: p.Code, Name: p.Name, Offers: offers[p.Code]}
		if place.Strip, err = v.strip(code, p.Code); err != nil {
			return out, err
		}
		place.judge(reg, code, at, recordedBy)
		out.Places = append(out.Places, place)
	}
	return out, nil
}

// judge compares what was recorded then with what is known now.
func (p *CoursePlace) judge(reg *domain.Registry, code domain.CourseCode, at, recordedBy time.Time) {
	p.Now = reg.Availability(code, p.Platform, domain.View{At: at})
	p.Then = reg.Availability(code, p.Platform, domain.View{At: at, Recorded: &recordedBy})
	p.Differs = p.Now.Visible.Yes != p.Then.Visible.Yes || p.Now.Payable.Yes != p.Then.Payable.Yes
	if r, ok := reg.Catalogue(code, p.Platform, domain.View{At: at}); ok {
		p.Report = &r
	}
	if l, ok := reg.Leave(p.Platform); ok {
		p.Leave = &l
		p.Unannounced = !at.Before(l.Ended) && (l.Public == nil || at.Before(*l.Public))
		p.Unrecorded = !at.Before(l.Ended) && at.Before(l.Recorded)
	}
}

func instantOf(t time.Time) instant { return at(t) }

// registryAround folds the streams that a course's answers stand on, as far as the view goes: the programme, the course, who
// gives it, and all platforms.
func (v *View) registryAround(c Course, platforms []Platform) (*domain.Registry, error) {
	streams := []domain.Stream{domain.Programme, domain.CourseStreamOf(c.Code), domain.InstitutionStreamOf(c.Institution)}
	for _, p := range platforms {
		streams = append(streams, domain.PlatformStreamOf(p.Code))
	}
	reg := domain.NewRegistry()
	for _, s := range streams {
		for r, err := range v.m.config.Store.ReadStream(v.ctx, string(s), eventstore.ReadOptions{}) {
			if errors.Is(err, eventstore.ErrStreamNotFound) {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", s, err)
			}
			if r.Position.Compare(v.Position) > 0 {
				break
			}
			if e := decode(r); e.broken == nil {
				reg.Apply(e.Recorded)
			}
		}
	}
	return reg, nil
}

func (v *View) courseHistory(c *CourseDetail) error {
	rows, err := v.tx.QueryContext(v.ctx, `SELECT state, cause, interactive, under, no, revision, type, recorded_at, in_force_at, from_at, to_at
		FROM course_standing WHERE course = ? ORDER BY n`, string(c.Code))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var x CourseChange
		var p eventPlace
		if err := rows.Scan(append([]any{&x.Standing, &x.Cause, &x.Interactive, &x.Under}, p.eventColumns()...)...); err != nil {
			return err
		}
		x.EventMark = p.public(domain.CourseStreamOf(c.Code))
		c.History = append(c.History, x)
	}
	return rows.Err()
}

func (v *View) courseOffers(code domain.CourseCode) (map[domain.PlatformCode][]CourseOffer, error) {
	rows, err := v.tx.QueryContext(v.ctx, `SELECT platform, offered, price, no, revision, type, recorded_at, in_force_at, from_at, to_at
		FROM course_offer WHERE course = ? ORDER BY platform, n`, string(code))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[domain.PlatformCode][]CourseOffer{}
	for rows.Next() {
		var x CourseOffer
		var platform domain.PlatformCode
		var price rupiah
		var p eventPlace
		if err := rows.Scan(append([]any{&platform, &x.Offered, &price}, p.eventColumns()...)...); err != nil {
			return nil, err
		}
		if x.Offered {
			x.Price = new(price.money())
		}
		x.EventMark = p.public(domain.CourseStreamOf(code))
		out[platform] = append(out[platform], x)
	}
	return out, rows.Err()
}

func (v *View) courseSchedules(c *CourseDetail) error {
	rows, err := v.tx.QueryContext(v.ctx, "SELECT schedule, starts_at, capacity, opened_at, closed_at FROM course_schedule WHERE course = ? ORDER BY schedule", string(c.Code))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var x CourseSchedule
		var starts, opened, closed instant
		if err := rows.Scan(&x.Schedule, &starts, &x.Capacity, &opened, &closed); err != nil {
			return err
		}
		x.Starts, x.Opened, x.Closed = starts.time(), opened.time(), closed.time()
		c.Schedules = append(c.Schedules, x)
	}
	return rows.Err()
}

// strip lays the spans of a course over those of its platform's payments.
func (v *View) strip(code domain.CourseCode, p domain.PlatformCode) ([]SaleSpan, error) {
	found, err := v.spans("SELECT from_at, to_at, visible, reasons, stream, revision, type FROM course_span WHERE course = ? AND platform = ? AND from_at > 0 ORDER BY n", string(code), string(p))
	if err != nil {
		return nil, err
	}
	open, err := v.spans("SELECT from_at, to_at, open, reasons, stream, revision, type FROM service_span WHERE platform = ? AND from_at > 0 ORDER BY n", string(p))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return overlay(found, open), nil
}

func (v *View) spans(query string, args ...any) ([]span, error) {
	rows, err := v.tx.QueryContext(v.ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read spans: %w", err)
	}
	defer rows.Close()
	var out []span
	for rows.Next() {
		var s span
		if err := rows.Scan(s.spanColumns()...); err != nil {
			return nil, fmt.Errorf("read spans: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// overlay tells when a course could be found, from its first span on, and paid.
func overlay(found, open []span) []SaleSpan {
	var edges []instant
	for _, s := range slices.Concat(found, open) {
		if s.From >= found[0].From {
			edges = append(edges, s.From)
		}
	}
	slices.Sort(edges)
	var out []SaleSpan
	for _, t := range slices.Compact(edges) {
		seen, paid := holding(found, t), holding(open, t)
		s := SaleSpan{From: *orEpoch(t), Visible: seen.Yes, Payable: seen.Yes && paid.Yes, Event: seen.ref()}
		if seen.From != t {
			s.Event = paid.ref()
		}
		for code := range strings.FieldsSeq(seen.Reasons + " " + paid.Reasons) {
			s.Reasons = append(s.Reasons, reason.Code(code))
		}
		if n := len(out) - 1; n >= 0 {
			if last := &out[n]; last.Visible == s.Visible && last.Payable == s.Payable && slices.Equal(last.Reasons, s.Reasons) {
				continue
			}
			out[n].To = new(s.From)
		}
		out = append(out, s)
	}
	return out
}

// holding is the span that holds at a time; none is a no without a reason.
func holding(all []span, t instant) span {
	for _, s := range all {
		if s.From <= t && (s.To == 0 || s.To > t) {
			return s
		}
	}
	return span{}
}

func (s *span) ref() domain.EventRef {
	return domain.EventRef{Stream: s.Stream, Revision: uint64(s.Revision), Type: s.Type} //nolint:gosec // a revision
}
