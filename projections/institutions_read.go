package projections

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"saldo/domain"
)

// Institution is a training institution with its record. Counts are of the whole log as far as the models know it; the standing
// is that of a moment.
type Institution struct {
	Code       domain.InstitutionCode `json:"institution"`
	Name       domain.Title           `json:"name"`
	Affiliated domain.PlatformCode    `json:"affiliated_with_platform,omitempty"`
	Standing   string                 `json:"standing,omitempty"` // approved, suspended or removed; empty: not approved yet
	Since      *time.Time             `json:"since,omitempty"`
	Courses    int                    `json:"courses"`       // handed in at least once
	Purchases  int                    `json:"purchases"`     // accepted, cancelled ones too
	Bought     domain.Money           `json:"bought"`        // of those
	Cancelled  int                    `json:"cancelled"`     // of those
	Refunded   domain.Money           `json:"refunded"`      // of those
	Refused    int                    `json:"refused"`       // attempts to buy its courses that could not be processed, whoever's cause
	Completed  int                    `json:"completed"`     // trainings
	Reported   int                    `json:"reported"`      // completions that it reported
	ReportLate int                    `json:"reported_late"` // of those, beyond the usual working days
	Unreported int                    `json:"not_reported"`  // completed by the moment and not reported by it then
	Overdue    int                    `json:"overdue"`       // of those, beyond the usual working days at the moment
	Issued     int                    `json:"certificates_issued"`
	Accepted   int                    `json:"certificates_accepted"`
	VerifyLate int                    `json:"accepted_late"` // of those, beyond the usual working days behind the platform's report: the programme office's time
	TurnedDown int                    `json:"certificates_refused"`
	Revoked    int                    `json:"certificates_revoked"`
	// Days from completion to accepted certificate, whole days in WIB, exact: half and nine tenths of the certificates took at
	// most so many. Nil: none was accepted.
	Median *int `json:"days_median,omitempty"`
	Ninety *int `json:"days_p90,omitempty"`
}

// InstitutionFilter chooses institutions; zero fields choose all.
type InstitutionFilter struct {
	Standing string    // at the moment
	At       time.Time `json:"-"` // the moment; required
}

// InstitutionStandings lists the standings of an institution.
func InstitutionStandings() []string { return []string{"approved", "suspended", "removed"} }

func institutionSelect() string {
	return `SELECT i.code, i.name, i.affiliated, coalesce(s.state, ''), coalesce(s.from_at, 0), i.courses, i.purchases, i.bought, i.cancelled, i.refunded,
		i.refused, i.completed, i.reported, i.report_late, i.issued, i.accepted, i.verify_late, i.turned_down, i.revoked
		FROM institution i LEFT JOIN institution_standing s ON s.institution = i.code AND ` + held("s")
}

func scanInstitution(scan func(...any) error) (Institution, error) {
	var r Institution
	var since instant
	var bought, refunded rupiah
	err := scan(&r.Code, &r.Name, &r.Affiliated, &r.Standing, &since, &r.Courses, &r.Purchases, &bought, &r.Cancelled, &refunded,
		&r.Refused, &r.Completed, &r.Reported, &r.ReportLate, &r.Issued, &r.Accepted, &r.VerifyLate, &r.TurnedDown, &r.Revoked)
	r.Since, r.Bought, r.Refunded = since.time(), bought.money(), refunded.money()
	return r, err
}

// Institutions lists institutions by name, a page at a time.
func (v *View) Institutions(filter InstitutionFilter, page Page) (List[Institution], error) {
	var where conditions
	where.add(true, "?1 > 0", int64(at(filter.At)))
	where.add(filter.Standing != "", "s.state = ?", filter.Standing)
	out, err := list(v, listing[Institution]{
		name: "institutions", filter: filter, query: institutionSelect(), where: where, order: []string{"i.name", "i.code"},
		scan: func(scan func(...any) error) (Institution, []any, error) {
			r, err := scanInstitution(scan)
			return r, []any{string(r.Name), string(r.Code)}, err
		},
	}, page)
	if err != nil {
		return out, err
	}
	custom, err := v.clocks(filter.At)
	for i := range out.Rows {
		if err == nil {
			err = v.record(&out.Rows[i], custom)
		}
	}
	return out, err
}

// Institution finds an institution. ErrNotFound says that none has the code.
func (v *View) Institution(code domain.InstitutionCode, at time.Time) (Institution, error) {
	r, err := scanInstitution(v.tx.QueryRowContext(v.ctx, institutionSelect()+" WHERE i.code = ?2", int64(instantOf(at)), string(code)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("%w: institution %s", ErrNotFound, code)
	}
	var custom clocks
	if err == nil {
		custom, err = v.clocks(at)
	}
	if err == nil {
		err = v.record(&r, custom)
	}
	if err != nil {
		return r, fmt.Errorf("institution %s: %w", code, err)
	}
	return r, nil
}

// record fills in what is computed when it is asked.
func (v *View) record(r *Institution, custom clocks) error {
	err := v.tx.QueryRowContext(v.ctx, `SELECT count(*), coalesce(sum(completed_at <= ?3), 0) FROM training WHERE institution = ?2
		AND completed_at > 0 AND completed_at <= ?1 AND (by_institution_at = 0 OR by_institution_at > ?1)`,
		int64(custom.at), string(r.Code), int64(custom.report)).Scan(&r.Unreported, &r.Overdue)
	if err != nil {
		return fmt.Errorf("institution %s: %w", r.Code, err)
	}
	rows, err := v.tx.QueryContext(v.ctx, "SELECT days, count FROM institution_days WHERE institution = ? ORDER BY days", string(r.Code))
	if err != nil {
		return fmt.Errorf("institution %s: %w", r.Code, err)
	}
	defer rows.Close()
	var counts []dayCount
	for rows.Next() {
		var c dayCount
		if err := rows.Scan(&c.days, &c.count); err != nil {
			return fmt.Errorf("institution %s: %w", r.Code, err)
		}
		counts = append(counts, c)
	}
	r.Median, r.Ninety = atMost(counts, 1, 2), atMost(counts, 9, 10) //nolint:mnd // a half, nine tenths
	return rows.Err()
}

type dayCount struct{ days, count int }

// atMost is how many days part/of of the counted took at most (nearest rank), nil without any.
func atMost(counts []dayCount, part, of int) *int {
	total := 0
	for _, c := range counts {
		total += c.count
	}
	rank, sum := (total*part+of-1)/of, 0
	for _, c := range counts {
		if sum += c.count; sum >= rank {
			return &c.days
		}
	}
	return nil
}
