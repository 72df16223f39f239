package projections

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/domain/reason"
)

// Attempt is a purchase that was asked for and decided.
type Attempt struct {
	Number      uint64                 `json:"no"` // of its event in the log
	Participant uuid.UUID              `json:"participant"`
	Wave        int                    `json:"wave,omitempty"`
	Received    time.Time              `json:"received_at"`
	Recorded    time.Time              `json:"recorded_at"`
	Platform    domain.PlatformCode    `json:"platform"`
	Institution domain.InstitutionCode `json:"institution,omitempty"`
	Course      domain.CourseCode      `json:"course_code,omitempty"`
	Invoice     domain.InvoiceCode     `json:"invoice_code"`
	Token       domain.TokenID         `json:"token_id,omitempty"`
	Amount      domain.Money           `json:"amount"`
	Accepted    bool                   `json:"accepted"`
	Reason      reason.Code            `json:"reason,omitempty"` // the primary one
	Final       bool                   `json:"final,omitempty"`  // nobody can undo it
	Failed      []FailedCheck          `json:"failed,omitempty"` // all of them, the primary one first
	Reference   string                 `json:"reference"`        // nomor rujukan
}

// FailedCheck is a check that an attempt did not pass.
type FailedCheck struct {
	Check  domain.CheckName `json:"check"`
	Reason reason.Code      `json:"reason"`
}

const attemptSelect = `SELECT no, subject, wave, received_at, recorded_at, platform, institution, course, invoice, token, amount, accepted,
	reason, final, reasons, reference FROM attempt`

func (a *attempt) public() (Attempt, error) {
	id, err := uuid.Parse(a.Subject)
	if err != nil {
		return Attempt{}, fmt.Errorf("attempt %d: participant %q: %w", a.No, a.Subject, err)
	}
	out := Attempt{
		Number: uint64(a.No), Participant: id, Wave: a.Wave, Received: time.UnixMicro(int64(a.Received)).UTC(), //nolint:gosec // never negative
		Recorded: time.UnixMicro(int64(a.Recorded)).UTC(), Platform: a.Platform, Institution: a.Institution, Course: a.Course, Invoice: a.Invoice,
		Token: a.Token, Amount: a.Amount.money(), Accepted: a.Accepted, Reason: reason.Code(a.Reason), Final: a.Final, Reference: a.Reference,
	}
	for line := range strings.Lines(a.Reasons) {
		check, code, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		out.Failed = append(out.Failed, FailedCheck{domain.CheckName(check), reason.Code(code)})
	}
	return out, nil
}

// Attempt finds the attempt that an event decided. ErrNotFound says that the event decided none.
func (v *View) Attempt(number uint64) (Attempt, error) {
	var a attempt
	err := v.tx.QueryRowContext(v.ctx, attemptSelect+" WHERE no = ?", int64(number)).Scan(attemptColumns(&a)...) //nolint:gosec // far below 2^63
	if errors.Is(err, sql.ErrNoRows) {
		return Attempt{}, fmt.Errorf("%w: event %d decided no attempt", ErrNotFound, number)
	}
	if err != nil {
		return Attempt{}, fmt.Errorf("attempt %d: %w", number, err)
	}
	return a.public()
}

// Outcomes that attempts are chosen by.
const (
	OutcomeAccepted = "accepted"
	OutcomeRefused  = "refused"
)

// AttemptFilter chooses attempts; zero fields choose all. From is the first moment of receipt, To the first one that does not
// count any more.
type AttemptFilter struct {
	Outcome     string // OutcomeAccepted or OutcomeRefused
	Reason      reason.Code
	Platform    domain.PlatformCode
	Institution domain.InstitutionCode
	Course      domain.CourseCode
	From, To    *time.Time
}

// where is the filter's conditions; when is the column of the time that it is about.
func (f AttemptFilter) where(when string) conditions {
	var w conditions
	w.add(f.Outcome == OutcomeAccepted, "reason = ''")
	w.add(f.Outcome == OutcomeRefused, "reason <> ''")
	w.add(f.Reason != "", "reason = ?", string(f.Reason))
	w.add(f.Platform != "", "platform = ?", string(f.Platform))
	w.add(f.Institution != "", "institution = ?", string(f.Institution))
	w.add(f.Course != "", "course = ?", string(f.Course))
	w.add(f.From != nil, when+" >= ?", int64(atMaybe(f.From)))
	w.add(f.To != nil, when+" < ?", int64(atMaybe(f.To)))
	return w
}

// Attempts lists attempts, the latest first.
func (v *View) Attempts(filter AttemptFilter, page Page) (List[Attempt], error) {
	return list(v, listing[Attempt]{
		name: "attempts", filter: filter, query: attemptSelect, where: filter.where("received_at"),
		order: []string{"received_at", "no"}, descending: true,
		scan: func(scan func(...any) error) (Attempt, []any, error) {
			var a attempt
			if err := scan(attemptColumns(&a)...); err != nil {
				return Attempt{}, nil, err
			}
			out, err := a.public()
			return out, []any{int64(a.Received), a.No}, err
		},
	}, page)
}

// PeopleWhoTried counts the people behind attempts, each once. It reads the attempts themselves.
func (v *View) PeopleWhoTried(filter AttemptFilter) (int, error) {
	w := filter.where("received_at")
	var n int
	if err := v.tx.QueryRowContext(v.ctx, "SELECT COUNT(DISTINCT subject) FROM attempt"+w.sql(), w.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count people who tried: %w", err)
	}
	return n, nil
}

// AttemptDimension is what attempts are counted by.
type AttemptDimension string

// Dimensions. ByDay is a day in WIB, ByHour an hour in UTC.
const (
	ByReason      AttemptDimension = "reason"
	ByPlatform    AttemptDimension = "platform"
	ByInstitution AttemptDimension = "institution"
	ByCourse      AttemptDimension = "course"
	ByHour        AttemptDimension = "hour"
	ByDay         AttemptDimension = "day"
)

// AttemptDimensions lists all dimensions.
func AttemptDimensions() []AttemptDimension {
	return []AttemptDimension{ByReason, ByPlatform, ByInstitution, ByCourse, ByHour, ByDay}
}

// AttemptGroup is attempts counted together. Fields that they were not counted by are empty.
type AttemptGroup struct {
	Day         string                 `json:"day,omitempty"` // WIB, YYYY-MM-DD
	Hour        *time.Time             `json:"hour,omitempty"`
	Reason      reason.Code            `json:"reason,omitempty"` // empty for the accepted ones
	Platform    domain.PlatformCode    `json:"platform,omitempty"`
	Institution domain.InstitutionCode `json:"institution,omitempty"`
	Course      domain.CourseCode      `json:"course_code,omitempty"`
	Attempts    int64                  `json:"attempts"`
	Accepted    int64                  `json:"accepted"`
	Refused     int64                  `json:"refused"`
}

// groupColumns are the expressions behind the dimensions, over a table that has an hour; times first, so that a list over time
// is in its order.
func groupColumns(by []AttemptDimension) (names, expressions []string) {
	for _, c := range []struct {
		by   AttemptDimension
		text string
	}{
		{ByDay, "date(hour / 1000000 + 25200, 'unixepoch')"},
		{ByHour, "hour"},
		{ByReason, "reason"},
		{ByPlatform, "platform"},
		{ByInstitution, "institution"},
		{ByCourse, "course"},
	} {
		if slices.Contains(by, c.by) {
			names, expressions = append(names, "g_"+string(c.by)), append(expressions, c.text+" AS g_"+string(c.by))
		}
	}
	return names, expressions
}

// AttemptGroups counts attempts by dimensions: over time in its order, otherwise the most first. A group whose count changes
// between two pages may come twice or not at all; within one view none does.
func (v *View) AttemptGroups(filter AttemptFilter, by []AttemptDimension, page Page) (List[AttemptGroup], error) {
	names, expressions := groupColumns(by)
	if len(names) == 0 {
		return List[AttemptGroup]{}, errors.New("projections: attempts are counted by at least one dimension")
	}
	source, when := sliceSource(filter, by)
	inner := filter.where(when)
	query := "SELECT " + strings.Join(names, ", ") + ", attempts, accepted FROM (SELECT " + strings.Join(expressions, ", ") +
		", SUM(attempts) AS attempts, SUM(CASE reason WHEN '' THEN attempts ELSE 0 END) AS accepted FROM " + source + inner.sql() +
		" GROUP BY " + strings.Join(names, ", ") + ")"
	l := listing[AttemptGroup]{
		name: "attempts by", filter: struct {
			AttemptFilter
			By []AttemptDimension
		}{filter, by}, query: query, where: conditions{args: inner.args}, order: names,
	}
	counted := !slices.Contains(by, ByHour) && !slices.Contains(by, ByDay)
	if counted {
		l.order, l.descending = append([]string{"attempts"}, names...), true
	}
	l.scan = func(scan func(...any) error) (AttemptGroup, []any, error) {
		g, key, err := scanGroup(scan, names)
		if counted {
			key = append([]any{g.Attempts}, key...)
		}
		return g, key, err
	}
	return list(v, l, page)
}

// sliceSource is the smallest table that has what is asked. Hours that are cut by the filter are counted from the attempts.
func sliceSource(f AttemptFilter, by []AttemptDimension) (table, when string) {
	whole := func(t *time.Time) bool { return t == nil || t.Equal(t.Truncate(time.Hour)) }
	switch {
	case !whole(f.From) || !whole(f.To):
		return "(SELECT *, received_at / 3600000000 * 3600000000 AS hour, 1 AS attempts FROM attempt)", "received_at"
	case f.Course == "" && f.Institution == "" && !slices.Contains(by, ByCourse) && !slices.Contains(by, ByInstitution):
		return "attempt_hour", "hour"
	}
	return "attempt_slice", "hour"
}

func scanGroup(scan func(...any) error, names []string) (AttemptGroup, []any, error) {
	var g AttemptGroup
	var hour instant
	to := make([]any, 0, len(names))
	for _, n := range names {
		switch n {
		case "g_day":
			to = append(to, &g.Day)
		case "g_hour":
			to = append(to, &hour)
		case "g_reason":
			to = append(to, &g.Reason)
		case "g_platform":
			to = append(to, &g.Platform)
		case "g_institution":
			to = append(to, &g.Institution)
		case "g_course":
			to = append(to, &g.Course)
		}
	}
	if err := scan(append(to, &g.Attempts, &g.Accepted)...); err != nil {
		return g, nil, err
	}
	g.Refused, g.Hour = g.Attempts-g.Accepted, hour.time()
	key := make([]any, len(to))
	for i, p := range to {
		switch p := p.(type) {
		case *string:
			key[i] = *p
		case *instant:
			key[i] = int64(*p)
		case *reason.Code:
			key[i] = string(*p)
		case *domain.PlatformCode:
			key[i] = string(*p)
		case *domain.InstitutionCode:
			key[i] = string(*p)
		case *domain.CourseCode:
			key[i] = string(*p)
		}
	}
	return g, key, nil
}

// ReasonsAt counts all attempts by reason among the first events of the log, as many as number says; the empty reason counts
// the accepted ones. Its cost is the events since the mark before, however long ago that is.
func (v *View) ReasonsAt(number uint64) (map[reason.Code]int64, error) {
	if number > v.Number {
		return nil, fmt.Errorf("projections: the read models know %d events, asked was %d", v.Number, number)
	}
	mark := int64(number) / markEvery * markEvery //nolint:gosec // far below 2^63
	rows, err := v.tx.QueryContext(v.ctx, `SELECT reason, SUM(attempts) FROM (
		SELECT n.reason AS reason, COALESCE((SELECT p.attempts FROM reason_count_past p WHERE p.reason = n.reason AND p.mark >= ?1
			ORDER BY p.mark LIMIT 1), n.attempts) AS attempts FROM reason_count n
		UNION ALL SELECT reason, 1 FROM attempt WHERE no >= ?1 AND no < ?2
		) GROUP BY reason HAVING SUM(attempts) > 0`, mark, int64(number)) //nolint:gosec // as above
	if err != nil {
		return nil, fmt.Errorf("count reasons: %w", err)
	}
	defer rows.Close()
	out := map[reason.Code]int64{}
	for rows.Next() {
		var code reason.Code
		var n int64
		if err := rows.Scan(&code, &n); err != nil {
			return nil, fmt.Errorf("count reasons: %w", err)
		}
		out[code] = n
	}
	return out, rows.Err()
}
