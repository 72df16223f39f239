package projections

import (
	"cmp"
	"time"

	"saldo/domain"
)

// institution is a row of that table.
type institution struct {
	Code       domain.InstitutionCode
	Name       domain.Title
	Affiliated domain.PlatformCode
	Standings  int
	Courses    int
	Purchases  int
	Bought     rupiah
	Cancelled  int
	Refunded   rupiah
	Refused    int
	Completed  int
	Reported   int
	ReportLate int
	Issued     int
	Accepted   int
	VerifyLate int
	TurnedDown int
	Revoked    int
}

func institutionColumns(r *institution) []any {
	return []any{
		&r.Code, &r.Name, &r.Affiliated, &r.Standings, &r.Courses, &r.Purchases, &r.Bought, &r.Cancelled, &r.Refunded, &r.Refused,
		&r.Completed, &r.Reported, &r.ReportLate, &r.Issued, &r.Accepted, &r.VerifyLate, &r.TurnedDown, &r.Revoked,
	}
}

// institutionStep is the n-th change of an institution's approval.
type institutionStep struct {
	Institution domain.InstitutionCode
	N           int
}

// institutionStanding is a row of institution_standing.
type institutionStanding struct {
	institutionStep
	State string
	eventPlace
}

// institutionCourse is a row of institution_course, and its key.
type institutionCourse struct {
	Institution domain.InstitutionCode
	Course      domain.CourseCode
}

type institutionDay struct {
	Institution domain.InstitutionCode
	Days        int
}

// institutionDays is a row of institution_days.
type institutionDays struct {
	institutionDay
	Count int
}

// institutions is the model of track records (users.md requirement 49). What happens to a course counts for the institution
// that the training's row names: whoever gave the course then.
type institutions struct {
	f         *fold
	rows      *table[domain.InstitutionCode, institution]
	standings *table[institutionStep, institutionStanding]
	courses   *table[institutionCourse, institutionCourse]
	days      *table[institutionDay, institutionDays]
}

func newInstitutions(f *fold) *institutions {
	return &institutions{
		f:    f,
		rows: newTextTable(f, "institution", func(k domain.InstitutionCode) institution { return institution{Code: k} }, institutionColumns),
		standings: newTable(f, "institution_standing", func(a, b institutionStep) int {
			return cmp.Or(cmp.Compare(a.Institution, b.Institution), cmp.Compare(a.N, b.N))
		}, func(k institutionStep) institutionStanding { return institutionStanding{institutionStep: k} }, func(r *institutionStanding) []any {
			return append([]any{&r.Institution, &r.N, &r.State}, r.eventColumns()...)
		}),
		courses: newTable(f, "institution_course", func(a, b institutionCourse) int {
			return cmp.Or(cmp.Compare(a.Institution, b.Institution), cmp.Compare(a.Course, b.Course))
		}, func(k institutionCourse) institutionCourse { return k }, func(r *institutionCourse) []any { return []any{&r.Institution, &r.Course} }),
		days: newTable(f, "institution_days", func(a, b institutionDay) int {
			return cmp.Or(cmp.Compare(a.Institution, b.Institution), cmp.Compare(a.Days, b.Days))
		}, func(k institutionDay) institutionDays { return institutionDays{institutionDay: k} }, func(r *institutionDays) []any {
			return []any{&r.Institution, &r.Days, &r.Count}
		}),
	}
}

func (m *institutions) apply(e domain.Recorded) {
	switch e.Stream.Kind() { //nolint:exhaustive // streams that say something of institutions
	case domain.InstitutionStream:
		if f, ok := e.Fact.(domain.InstitutionApproved); ok {
			row := m.rows.edit(domain.InstitutionCode(e.Stream.Key()))
			row.Name, row.Affiliated = f.Name, f.Affiliated
		}
	case domain.CourseStream:
		if f, ok := e.Fact.(domain.CourseSubmitted); ok {
			key := institutionCourse{f.Institution, domain.CourseCode(e.Stream.Key())}
			if m.courses.get(key) == nil {
				m.courses.edit(key)
				m.rows.edit(f.Institution).Courses++
			}
		}
	case domain.ParticipantStream:
		m.person(e)
	}
}

// settle writes how the standings follow each other.
func (m *institutions) settle(e domain.Recorded) {
	s, ok := m.f.registry.Institutions[domain.InstitutionCode(e.Stream.Key())]
	if e.Stream.Kind() != domain.InstitutionStream || !ok || e.Meta.Outcome == domain.Refused {
		return
	}
	all := s.Standings()
	for i, x := range all {
		key := institutionStep{s.Code, i}
		want := institutionStanding{institutionStep: key, State: x.Value, eventPlace: placeOf(x.Event, at(x.Recorded), at(x.InForce), at(x.From), at(x.To))}
		have := m.standings.get(key)
		want.No = numberOf(e, x.Event, have != nil, func() int64 { return have.No })
		if have == nil || *have != want {
			*m.standings.edit(key) = want
		}
	}
	m.rows.edit(s.Code).Standings = len(all)
}

// of is the row of the institution that gives a course; what is about a course of nobody's is counted for nobody.
func (m *institutions) of(e domain.Recorded, c domain.CourseCode) (*institution, *training) {
	t := m.f.people.trainings.rows.get(courseKey{e.Stream.Key(), c})
	if t == nil || t.Institution == "" {
		return &institution{}, &training{}
	}
	return m.rows.edit(t.Institution), t
}

func (m *institutions) person(e domain.Recorded) {
	fresh := m.f.people.trainings.fresh
	switch f := e.Fact.(type) {
	case domain.PurchaseRefused:
		if c, ok := m.f.registry.Courses[f.Course]; ok && c.Institution != "" {
			m.rows.edit(c.Institution).Refused++
		}
	case domain.CertificateRefused:
		row, _ := m.of(e, f.Course)
		row.TurnedDown++
	case domain.CoursePurchased:
		row, _ := m.of(e, f.Course)
		row.Purchases, row.Bought = row.Purchases+1, row.Bought+rp(f.Amount)
	case domain.PurchaseCancelled:
		x := m.f.people.purchases.rows.get(orderKey{e.Stream.Key(), f.Platform, f.Invoice})
		if x != nil && m.f.people.purchases.fresh {
			row, _ := m.of(e, f.Course)
			row.Cancelled, row.Refunded = row.Cancelled+1, row.Refunded+x.Amount
		}
	case domain.TrainingCompleted, domain.CompletionReported, domain.CertificateIssued, domain.CertificateAccepted, domain.CertificateRevoked:
		if fresh {
			m.certificate(e)
		}
	}
}

// certificate counts a step of a certificate, each of them once per course and person.
func (m *institutions) certificate(e domain.Recorded) {
	switch f := e.Fact.(type) {
	case domain.TrainingCompleted:
		row, t := m.of(e, f.Course)
		row.Completed++
		m.certified(t)
	case domain.CompletionReported:
		row, t := m.of(e, f.Course)
		if f.By == domain.ByInstitution {
			row.Reported++
			if m.late(e, t.Completed, t.ByInstitution, func(u domain.Usual) int { return u.ReportWorkingDays }) {
				row.ReportLate++
			}
		}
	case domain.CertificateIssued:
		row, _ := m.of(e, f.Course)
		row.Issued++
	case domain.CertificateAccepted:
		row, t := m.of(e, f.Course)
		row.Accepted++
		if m.late(e, t.ByPlatform, t.Accepted, func(u domain.Usual) int { return u.VerifyWorkingDays }) {
			row.VerifyLate++
		}
		m.certified(t)
	case domain.CertificateRevoked:
		row, _ := m.of(e, f.Course)
		row.Revoked++
	}
}

// certified counts the days from completion to certificate, when both have come to be known.
func (m *institutions) certified(t *training) {
	if t.Completed == 0 || t.Accepted == 0 || t.Institution == "" {
		return
	}
	from, to := domain.DateOf(*t.Completed.time()).Start(), domain.DateOf(*t.Accepted.time()).Start()
	m.days.edit(institutionDay{t.Institution, int(to.Sub(from) / (24 * time.Hour))}).Count++
}

// late reports whether a step came behind the usual working days of the policy that was in force when the event came. Usual
// days are customary and no rule (Conduct.Usual): late is late against the custom.
func (m *institutions) late(e domain.Recorded, from, came instant, days func(domain.Usual) int) bool {
	p := m.conduct(e)
	if p == nil || from == 0 {
		return false
	}
	limit := p.Calendar.AddWorking(domain.DateOf(*from.time()), days(p.Conduct.Usual)).End()
	return came > at(limit)
}

// conduct is the policy in force when an event came, of the scheme that the person was determined under.
func (m *institutions) conduct(e domain.Recorded) *domain.Policy {
	view := domain.View{At: e.Meta.ReceivedAt}
	var scheme domain.SchemeCode
	if person := m.f.people.rows.get(e.Stream.Key()); person != nil {
		if pinned, _ := m.f.registry.Programme.Policy(person.Policy, view); pinned != nil {
			scheme = pinned.Scheme
		}
	}
	p, _ := m.f.registry.Programme.Conduct(scheme, view)
	return p
}
