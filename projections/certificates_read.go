package projections

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/eventstore"
)

// CertificateStep is where a certificate is on its way to the dashboard (domain.md section 3.1 and table D), in the order of
// the checks that decide about it.
type CertificateStep string

// Steps of a certificate.
const (
	StepTraining     CertificateStep = "training"           // not completed yet
	StepAfterCutoff  CertificateStep = "after_cutoff"       // completed behind the last day
	StepInstitution  CertificateStep = "institution_report" // completion not reported by the institution
	StepIssue        CertificateStep = "certificate"        // reported, certificate not issued
	StepRating       CertificateStep = "rating_review"      // the platform reports only behind rating and review
	StepPlatform     CertificateStep = "platform_report"    // not passed on by the platform
	StepExamined     CertificateStep = "examined"           // examined and refused: something must be put right
	StepRevoked      CertificateStep = "revoked"            // taken back
	StepVerification CertificateStep = "verification"       // being checked by the programme office
	StepDashboard    CertificateStep = "in_dashboard"
)

// CertificateSteps lists all steps in their order.
func CertificateSteps() []CertificateStep {
	return []CertificateStep{
		StepTraining, StepAfterCutoff, StepInstitution, StepIssue, StepRating, StepPlatform, StepExamined, StepRevoked, StepVerification, StepDashboard,
	}
}

// Owner is who must act next. What an examination found may be the participant's or the institution's: the reason says.
func (s CertificateStep) Owner(found reason.Code) reason.Owner {
	switch s {
	case StepTraining, StepRating:
		return reason.OwnerParticipant
	case StepInstitution, StepIssue, StepRevoked:
		return reason.OwnerInstitution
	case StepPlatform:
		return reason.OwnerPlatform
	case StepVerification:
		return reason.OwnerProgrammeOffice
	case StepExamined:
		if r, ok := reason.Lookup(found); ok {
			return r.Owner
		}
		return reason.OwnerParticipant
	case StepAfterCutoff, StepDashboard:
	}
	return reason.OwnerNobody
}

// CertificateCase is a certificate on its way, at a moment. Facts count by when they happened.
type CertificateCase struct {
	Participant uuid.UUID              `json:"participant"`
	Course      domain.CourseCode      `json:"course_code"`
	Title       domain.Title           `json:"title,omitempty"`
	Institution domain.InstitutionCode `json:"institution,omitempty"`
	Platform    domain.PlatformCode    `json:"platform,omitempty"`
	Invoice     domain.InvoiceCode     `json:"invoice_code,omitempty"`
	Wave        int                    `json:"wave,omitempty"`
	Step        CertificateStep        `json:"step"`
	Owner       reason.Owner           `json:"owner"`
	Found       reason.Code            `json:"reason,omitempty"`        // what the last examination found, where it refused
	Since       *time.Time             `json:"since,omitempty"`         // it stands at the step
	Usual       *time.Time             `json:"usually_until,omitempty"` // customary, never a rule; nil: no custom is known
	Late        bool                   `json:"late"`                    // beyond it
	Completed   *time.Time             `json:"completed_at,omitempty"`
}

// CertificateFilter chooses certificates; zero fields choose all that are completed and not in the dashboard.
type CertificateFilter struct {
	Step        CertificateStep        // also those that the default leaves out
	Institution domain.InstitutionCode //
	Platform    domain.PlatformCode    //
	Course      domain.CourseCode      //
	Participant uuid.UUID              //
	Wave        int                    //
	Late        bool                   // beyond the usual time only
	At          time.Time              `json:"-"` // the moment; required
}

// CertificateCount counts certificates at one step.
type CertificateCount struct {
	Step   CertificateStep `json:"step"`
	Owner  reason.Owner    `json:"owner"`
	Count  int             `json:"count"`
	Late   int             `json:"late"`
	Oldest *time.Time      `json:"oldest,omitempty"` // since when the longest has stood there
}

// clocks are the customary limits at a moment: what has stood at a step since before one is late.
type clocks struct {
	at                 instant
	report, verify     instant
	cutoff             instant // last moment of a completion
	policy             *domain.Policy
	reportDays, office int
}

// clocks reads the policy in force at a moment from the log.
func (v *View) clocks(t time.Time) (clocks, error) {
	c := clocks{at: at(t), cutoff: 1 << 62} //nolint:mnd // without a policy: never
	reg := domain.NewRegistry()
	for r, err := range v.m.config.Store.ReadStream(v.ctx, string(domain.Programme), eventstore.ReadOptions{}) {
		if errors.Is(err, eventstore.ErrStreamNotFound) {
			break
		}
		if err != nil {
			return c, fmt.Errorf("read the policy: %w", err)
		}
		if r.Position.Compare(v.Position) > 0 {
			break
		}
		if e := decode(r); e.broken == nil {
			reg.Apply(e.Recorded)
		}
	}
	p, _ := reg.Programme.Conduct("", domain.View{At: t})
	if p == nil {
		return c, nil
	}
	usual := p.Conduct.Usual
	c.policy, c.reportDays, c.office = p, usual.ReportWorkingDays, usual.VerifyWorkingDays
	c.report, c.verify, c.cutoff = c.lateBefore(t, c.reportDays), c.lateBefore(t, c.office), at(p.PeriodEnd())
	return c, nil
}

// lateBefore is the last moment such that what began by then is late at t: the end of the last day whose n-th working day has
// ended before t.
func (c clocks) lateBefore(t time.Time, n int) instant {
	d := domain.DateOf(t)
	for !c.policy.Calendar.AddWorking(d, n).End().Before(t) {
		d = d.AddDays(-1)
	}
	return at(d.End())
}

// until is the end of the usual time of a step that began at a time.
func (c clocks) until(s CertificateStep, since instant) *time.Time {
	if c.policy == nil || since == 0 {
		return nil
	}
	switch s { //nolint:exhaustive // the other steps have no custom
	case StepInstitution, StepPlatform:
		return new(c.policy.Calendar.AddWorking(domain.DateOf(*since.time()), c.reportDays).End())
	case StepVerification:
		return new(c.policy.Calendar.AddWorking(domain.DateOf(*since.time()), c.office).End())
	}
	return nil
}

// certificateRows is the training table at the moment ?1, with ?2 and ?3 the moments since which reports and verifications are
// late and ?4 the end of the period: where each certificate stands, and since when. It follows the order of the domain's
// certificate checks.
func certificateRows(base string) string {
	by := func(column string) string { return "(t." + column + " > 0 AND t." + column + " <= ?1)" }
	return `(SELECT t.subject, t.course, t.institution, t.platform, t.invoice, t.wave, t.refused_reason, t.completed_at,
		CASE
		WHEN ` + by("accepted_at") + ` AND NOT ` + by("revoked_at") + ` THEN 'in_dashboard'
		WHEN NOT ` + by("completed_at") + ` THEN 'training'
		WHEN t.completed_at > ?4 THEN 'after_cutoff'
		WHEN NOT ` + by("by_institution_at") + ` THEN 'institution_report'
		WHEN NOT ` + by("issued_at") + ` THEN 'certificate'
		WHEN NOT ` + by("by_platform_at") + ` AND NOT (` + by("rated_at") + ` AND ` + by("reviewed_at") + `) THEN 'rating_review'
		WHEN NOT ` + by("by_platform_at") + ` THEN 'platform_report'
		WHEN ` + by("refused_at") + ` AND t.refused_at > t.accepted_at THEN 'examined'
		WHEN ` + by("revoked_at") + ` THEN 'revoked'
		ELSE 'verification' END AS step,
		CASE
		WHEN ` + by("accepted_at") + ` AND NOT ` + by("revoked_at") + ` THEN t.accepted_at
		WHEN NOT ` + by("completed_at") + ` THEN CASE WHEN ` + by("started_at") + ` THEN t.started_at WHEN ` + by("exchanged_at") + ` THEN t.exchanged_at ELSE 0 END
		WHEN t.completed_at > ?4 OR NOT ` + by("by_institution_at") + ` THEN t.completed_at
		WHEN NOT ` + by("issued_at") + ` THEN t.by_institution_at
		WHEN NOT ` + by("by_platform_at") + ` AND NOT (` + by("rated_at") + ` AND ` + by("reviewed_at") + `) THEN t.issued_at
		WHEN NOT ` + by("by_platform_at") + ` THEN t.by_institution_at
		WHEN ` + by("refused_at") + ` AND t.refused_at > t.accepted_at THEN t.refused_at
		WHEN ` + by("revoked_at") + ` THEN t.revoked_at
		ELSE t.by_platform_at END AS since
		FROM training t WHERE ` + base + `) w`
}

// lateRow is the condition that a row of certificateRows is beyond the usual time.
const lateRow = "(w.step IN ('institution_report', 'platform_report') AND w.since <= ?2 OR w.step = 'verification' AND w.since <= ?3)"

// chosen makes the query and its conditions; the first four arguments are the moment and the clocks.
func (f CertificateFilter) chosen(c clocks) (from string, where conditions) {
	base := "(t.invoice <> '' OR t.completed_at > 0)" // bought, or somebody says it is done
	if f.Step == "" {                                 // a moment in the past asks for those, too, that have come through since
		base += " AND (t.accepted_at = 0 OR t.accepted_at > ?1 OR t.revoked_at > 0)"
	}
	where.add(true, "?1 > 0 AND ?2 >= 0 AND ?3 >= 0 AND ?4 > 0", int64(c.at), int64(c.report), int64(c.verify), int64(c.cutoff))
	where.add(f.Step != "", "w.step = ?", string(f.Step))
	where.add(f.Step == "" && f.Participant == uuid.Nil, "w.step NOT IN ('training', 'in_dashboard')")
	where.add(f.Institution != "", "w.institution = ?", string(f.Institution))
	where.add(f.Platform != "", "w.platform = ?", string(f.Platform))
	where.add(f.Course != "", "w.course = ?", string(f.Course))
	where.add(f.Participant != uuid.Nil, "w.subject = ?", f.Participant.String())
	where.add(f.Wave != 0, "w.wave = ?", f.Wave)
	where.add(f.Late, lateRow)
	return certificateRows(base), where
}

// Certificates lists certificates that wait, the longest at their step first, a page at a time: who waits for whom.
func (v *View) Certificates(filter CertificateFilter, page Page) (List[CertificateCase], error) {
	c, err := v.clocks(filter.At)
	if err != nil {
		return List[CertificateCase]{}, err
	}
	from, where := filter.chosen(c)
	return list(v, listing[CertificateCase]{
		name: "certificates", filter: filter, where: where, order: []string{"w.since", "w.subject", "w.course"},
		query: `SELECT w.subject, w.course, coalesce((SELECT title FROM course WHERE code = w.course), ''), w.institution, w.platform, w.invoice, w.wave,
			w.refused_reason, w.completed_at, w.step, w.since FROM ` + from,
		scan: func(scan func(...any) error) (CertificateCase, []any, error) {
			var x CertificateCase
			var subject, found string
			var completed, since instant
			if err := scan(&subject, &x.Course, &x.Title, &x.Institution, &x.Platform, &x.Invoice, &x.Wave, &found, &completed, &x.Step, &since); err != nil {
				return x, nil, err
			}
			if x.Step == StepExamined {
				x.Found = reason.Code(found)
			}
			if completed <= c.at {
				x.Completed = completed.time()
			}
			x.Owner, x.Since, x.Usual = x.Step.Owner(x.Found), since.time(), c.until(x.Step, since)
			x.Late = x.Usual != nil && filter.At.After(*x.Usual)
			var err error
			x.Participant, err = uuid.Parse(subject)
			return x, []any{int64(since), subject, string(x.Course)}, err
		},
	}, page)
}

// CertificateCounts counts the certificates of a filter by step, in the order of the steps.
func (v *View) CertificateCounts(filter CertificateFilter) ([]CertificateCount, error) {
	c, err := v.clocks(filter.At)
	if err != nil {
		return nil, err
	}
	from, where := filter.chosen(c)
	rows, err := v.tx.QueryContext(v.ctx, "SELECT w.step, count(*), coalesce(sum("+lateRow+"), 0), coalesce(min(nullif(w.since, 0)), 0) FROM "+from+where.sql()+" GROUP BY w.step", where.args...) //nolint:gosec // texts of ours
	if err != nil {
		return nil, fmt.Errorf("count certificates: %w", err)
	}
	defer rows.Close()
	found := map[CertificateStep]CertificateCount{}
	for rows.Next() {
		var x CertificateCount
		var oldest instant
		if err := rows.Scan(&x.Step, &x.Count, &x.Late, &oldest); err != nil {
			return nil, fmt.Errorf("count certificates: %w", err)
		}
		x.Oldest, x.Owner = oldest.time(), x.Step.Owner("")
		found[x.Step] = x
	}
	var out []CertificateCount
	for _, s := range CertificateSteps() {
		if x, ok := found[s]; ok {
			out = append(out, x)
		}
	}
	return slices.Clip(out), rows.Err()
}
