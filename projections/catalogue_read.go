package projections

import (
	"fmt"
	"strings"
	"time"

	"saldo/domain"
)

// Course is a course at a moment, by what is known now.
type Course struct {
	Code        domain.CourseCode      `json:"course_code"`
	Title       domain.Title           `json:"title"`
	Institution domain.InstitutionCode `json:"institution"`
	Modality    domain.Modality        `json:"modality,omitempty"`
	Standing    string                 `json:"standing,omitempty"` // submitted, approved, rejected or withdrawn; empty: not handed in yet
	Cause       domain.CourseCause     `json:"cause,omitempty"`    // of a rejection or withdrawal
	Since       *time.Time             `json:"since,omitempty"`    // when the standing came into force
	Interactive bool                   `json:"interactive"`        // approved as interactive
	Offered     []domain.PlatformCode  `json:"offered_on"`
	Visible     []domain.PlatformCode  `json:"visible_on"`      // where it could be found
	Payable     []domain.PlatformCode  `json:"payable_on"`      // and where it could be paid, too
	Price       *domain.Money          `json:"price,omitempty"` // the lowest at which it is offered
}

// CourseFilter chooses courses; zero fields choose all.
type CourseFilter struct {
	Platform    domain.PlatformCode    // offered there at the moment; with Visible or Payable: so there
	Institution domain.InstitutionCode // who gives it
	Standing    string                 // at the moment
	Visible     bool                   // can be found somewhere, or on Platform
	Payable     bool                   // can be found and paid
	At          time.Time              `json:"-"` // the moment; required. Not part of a cursor: "now" moves on between pages
}

// CourseStandings lists the standings of a course in the order of its life.
func CourseStandings() []string { return []string{"submitted", "approved", "rejected", "withdrawn"} }

// held is the condition that a row with from_at and to_at holds at the moment ?1.
func held(alias string) string {
	return fmt.Sprintf("%[1]s.from_at > 0 AND %[1]s.from_at <= ?1 AND (%[1]s.to_at = 0 OR %[1]s.to_at > ?1)", alias)
}

// platformsWhere lists the platforms of rows of a table in one text, in order.
func platformsWhere(from string) string {
	return "(SELECT coalesce(group_concat(platform, ' '), '') FROM (SELECT x.platform AS platform FROM " + from + " ORDER BY x.platform))"
}

func visibleRows() string {
	return "course_span x WHERE x.course = c.code AND x.visible = 1 AND " + held("x")
}

func payableRows() string {
	return "course_span x JOIN service_span y ON y.platform = x.platform AND y.open = 1 AND " + held("y") + " WHERE x.course = c.code AND x.visible = 1 AND " + held("x")
}

func offeredRows() string {
	return "course_offer x WHERE x.course = c.code AND x.offered = 1 AND " + held("x")
}

func courseSelect() string {
	return `SELECT c.code, c.title, c.institution, c.modality, coalesce(s.state, ''), coalesce(s.cause, ''), coalesce(s.from_at, 0), coalesce(s.interactive, 0), ` +
		platformsWhere(offeredRows()) + ", " + platformsWhere(visibleRows()) + ", " + platformsWhere(payableRows()) +
		", coalesce((SELECT min(x.price) FROM " + offeredRows() + "), -1) FROM course c LEFT JOIN course_standing s ON s.course = c.code AND " + held("s")
}

func scanCourse(scan func(...any) error) (Course, error) {
	var c Course
	var since instant
	var offered, visible, payable string
	var price rupiah
	if err := scan(&c.Code, &c.Title, &c.Institution, &c.Modality, &c.Standing, &c.Cause, &since, &c.Interactive, &offered, &visible, &payable, &price); err != nil {
		return c, err
	}
	c.Since, c.Offered, c.Visible, c.Payable = since.time(), platformList(offered), platformList(visible), platformList(payable)
	if price >= 0 {
		c.Price = new(price.money())
	}
	return c, nil
}

func platformList(s string) []domain.PlatformCode {
	out := []domain.PlatformCode{}
	for p := range strings.FieldsSeq(s) {
		out = append(out, domain.PlatformCode(p))
	}
	return out
}

// Courses lists courses by title, a page at a time: a neutral order and no recommendation.
func (v *View) Courses(filter CourseFilter, page Page) (List[Course], error) {
	var where conditions
	where.add(true, "?1 > 0", int64(at(filter.At)))
	where.add(filter.Institution != "", "c.institution = ?", string(filter.Institution))
	where.add(filter.Standing != "", "s.state = ?", filter.Standing)
	rows := offeredRows()
	switch {
	case filter.Payable:
		rows = payableRows()
	case filter.Visible:
		rows = visibleRows()
	}
	where.add(filter.Platform != "", "EXISTS (SELECT 1 FROM "+rows+" AND x.platform = ?)", string(filter.Platform))
	where.add(filter.Platform == "" && (filter.Visible || filter.Payable), "EXISTS (SELECT 1 FROM "+rows+")")
	return list(v, listing[Course]{
		name: "courses", filter: filter, query: courseSelect(), where: where, order: []string{"c.title", "c.code"},
		scan: func(scan func(...any) error) (Course, []any, error) {
			c, err := scanCourse(scan)
			return c, []any{string(c.Title), string(c.Code)}, err
		},
	}, page)
}

// Platform is a digital platform, and what it last said it sells.
type Platform struct {
	Code    domain.PlatformCode `json:"platform"`
	Name    domain.Title        `json:"name"`
	Joined  *time.Time          `json:"joined_at,omitempty"`
	Left    *time.Time          `json:"left_at,omitempty"`  // in force; nil: a partner
	Ended   *time.Time          `json:"ended_at,omitempty"` // from when the partnership had ended
	Reports int                 `json:"reports"`            // own lists that it reported
	Listed  *time.Time          `json:"listed_at,omitempty"`
	Count   int                 `json:"listed,omitempty"` // courses in the last one, as it says
}

// Platforms lists all platforms by their codes. There are a few; no page is needed.
func (v *View) Platforms() ([]Platform, error) {
	rows, err := v.tx.QueryContext(v.ctx, "SELECT code, name, joined_at, left_at, ended_at, reports, listed_at, listed FROM platform ORDER BY code")
	if err != nil {
		return nil, fmt.Errorf("list platforms: %w", err)
	}
	defer rows.Close()
	var out []Platform
	for rows.Next() {
		var p Platform
		var joined, left, ended, listedAt instant
		if err := rows.Scan(&p.Code, &p.Name, &joined, &left, &ended, &p.Reports, &listedAt, &p.Count); err != nil {
			return nil, fmt.Errorf("list platforms: %w", err)
		}
		p.Joined, p.Left, p.Ended, p.Listed = joined.time(), left.time(), ended.time(), listedAt.time()
		out = append(out, p)
	}
	return out, rows.Err()
}
