package domain

import (
	"maps"
	"slices"
	"time"
)

// trainingFacts gathers the path of one purchase.
func (g *gatherer) trainingFacts(s *ParticipantState, x *purchaseState) {
	t := x.Training
	g.f.Training = TrainingFacts{
		Course: x.Course, First: x == s.first(), BoughtAt: x.Bought.time(), CancelledAt: x.Cancelled.time(),
		VoucherAt: x.VoucherAt.time(), Voucher: x.Voucher,
	}
	g.path(&t)
	g.own("training", x.Bought, "CoursePurchased")
	g.own("voucher", x.VoucherAt, "VoucherIssued")
	if c, ok := g.reg.Courses[x.Course]; ok {
		g.f.Training.Institution = c.Institution
	}
	if f := s.first(); f != nil {
		g.f.FirstCourse = f.Course
	}
}

func (g *gatherer) path(t *trainingState) {
	f := &g.f.Training
	f.ExchangedAt, f.StartedAt = t.Exchanged.time(), t.Started.time()
	f.CompletedAt = at(t.CompletedOn)
	f.ByInstitutionAt, f.ByPlatformAt = t.ByInstitution.time(), t.ByPlatform.time()
	f.IssuedAt, f.AcceptedAt, f.RevokedAt = t.Issued.time(), t.Accepted.time(), t.RevokedCertificate.time()
	f.RatedAt, f.ReviewedAt = t.Rated.time(), t.Reviewed.time()
	f.Name, f.Graded, f.Attendance = t.Verification.Name, t.Verification.Graded, t.Verification.Attendance
	g.own("exchange", t.Exchanged, "VoucherExchanged")
	g.own("completion", t.Completed, "TrainingCompleted")
	g.own("report_institution", t.ByInstitution, "CompletionReported")
	g.own("report_platform", t.ByPlatform, "CompletionReported")
	g.own("issue", t.Issued, "CertificateIssued")
	g.own("certificate", t.Accepted, "CertificateAccepted")
	g.own("certificate_revocation", t.RevokedCertificate, "CertificateRevoked")
	g.own("rating", t.Rated, "RatingGiven")
	g.own("review", t.Reviewed, "ReviewGiven")
}

// training gathers the purchase or course that an act on a training names.
func (g *gatherer) training(a Act) {
	s, ok := g.state.(*ParticipantState)
	if !ok {
		return
	}
	switch a := a.(type) { //nolint:gochecksumtype // only the acts of these rule sets come here
	case CancelPurchase:
		if x := s.purchaseOf(a.Platform, a.Invoice); x != nil {
			g.trainingFacts(s, x)
		}
		g.f.Platform, g.f.Invoice = a.Platform, a.Invoice
	case ExchangeVoucher:
		g.courseOf(s, a.Course)
		g.f.Training.GivenVoucher, g.f.Training.GivenInstitution = a.LastFour, a.Institution
	case VerifyCertificate:
		g.courseOf(s, a.Course)
		g.f.Training.Name, g.f.Training.Graded, g.f.Training.Attendance = a.Name, a.Graded, a.Attendance
	}
}

// courseOf gathers the path of a course, bought or not.
func (g *gatherer) courseOf(s *ParticipantState, c CourseCode) {
	g.f.Course = c
	g.consult(CourseStreamOf(c))
	if x := s.standing(c); x != nil {
		g.trainingFacts(s, x)
	} else {
		g.f.Training = TrainingFacts{Course: c}
		if t, ok := s.Waiting[c]; ok {
			g.path(t)
		}
	}
	if x, ok := g.reg.Courses[c]; ok {
		g.f.Training.Institution = x.Institution
		if st, seen := x.Standing.at(g.view); seen {
			g.ref("course", st.ref)
		}
	}
}

// incentive gathers account, series, survey and the first training.
func (g *gatherer) incentive(a Act) {
	s, ok := g.state.(*ParticipantState)
	if !ok {
		return
	}
	f := g.f
	if link, linking := a.(LinkPayoutAccount); linking {
		f.Partner, f.Checks = link.Partner, new(link.Checks)
		return
	}
	if sch, scheduling := a.(ScheduleIncentive); scheduling {
		f.Kind, f.N = sch.Kind, sch.N
	}
	if c, seen := g.reg.Programme.Payouts.at(g.view); seen {
		g.ref("payouts", c.ref)
		if c.value {
			f.PayoutsHeldSince = at(c.inForce)
		}
	}
	if s.Account.Partner != "" {
		f.Partner, f.Checks = s.Account.Partner, new(s.Account.Checks)
		g.own("account", s.Account.Checked, "PayoutAccountVerified")
		if s.Account.Checked == s.Account.Linked {
			g.own("account", s.Account.Linked, "PayoutAccountLinked")
		}
	}
	if x := s.first(); x != nil {
		g.trainingFacts(s, x)
	}
	f.Granted = s.granted(f.Kind)
	f.State = "none"
	if x := s.incentive(IncentiveKey{f.Kind, f.N}); x != nil {
		f.State = x.State
	}
	if x := s.incentive(IncentiveKey{JobSearch, 1}); x != nil && x.Disbursed.set {
		f.FirstPaidAt = x.Disbursed.time()
		g.own("first_incentive", x.Disbursed, "IncentiveDisbursed")
	}
	g.surveyFacts(s)
}

func (g *gatherer) surveyFacts(s *ParticipantState) {
	f := g.f
	if f.Kind != Survey {
		return
	}
	f.SurveyState = "none"
	if x, ok := s.Surveys[f.N]; ok {
		if x.Opened.set {
			f.SurveyState, f.SurveyCloses = "open", new(x.ClosesOn)
			g.own("survey", x.Opened, "SurveyOpened")
		}
		if x.Done.set {
			f.SurveyState = "done"
			g.own("survey", x.Done, "SurveyCompleted")
		}
	}
	if x, ok := s.Surveys[f.N-1]; ok {
		f.PreviousDone = x.Done.set
	}
}

// revocation gathers what ends a participation: deadline, disputes, and how long buying was impossible.
func (g *gatherer) revocation(a Act) {
	s, ok := g.state.(*ParticipantState)
	if !ok {
		return
	}
	if r, revoking := a.(RevokeParticipation); revoking {
		g.f.Cause = r.Cause
	}
	cases := g.reg.Disputes[s.Stream]
	for _, name := range slices.Sorted(maps.Keys(cases)) { // in one order, so that the same facts are found each time
		c := cases[name]
		g.consult(c.Stream)
		if o, seen := c.Open.at(g.view); seen && (o.value || g.f.Dispute == "") {
			g.ref("dispute", o.ref)
			if o.value {
				g.f.Dispute = CaseRef(c.Stream.Key())
			}
		}
	}
	g.f.BlockedMinutes = int(g.reg.BlockedTime(s, g.view, g.f.Deadline) / time.Minute)
}

// BlockedTime is how long, within the person's window of the first purchase, no purchase at any platform could have
// succeeded for a cause that the person does not own: payments closed for all, card or balance not there yet.
func (r *Registry) BlockedTime(s *ParticipantState, v View, deadline *time.Time) time.Duration {
	return r.BlockedWindow(s.clock(), v, deadline).Total()
}

// suspended is for how long, between two instants, a closing stopped the participants' clocks.
func (r *Registry) suspended(v View, from, to time.Time) time.Duration {
	return length(within(r.closings(v, func(s gateState) bool { return s.Effect == ClockSuspended }), from, to))
}

// span is a half-open interval of time.
type span struct{ from, to time.Time }

// closings lists the intervals in which payments were closed for all, as far as the view sees them.
func (r *Registry) closings(v View, which func(gateState) bool) []span {
	var out []span
	var open *span
	for _, c := range r.Programme.Gate {
		if !seen(v, &c) {
			continue
		}
		if open != nil && !c.value.Closed {
			open.to = c.inForce
			out, open = append(out, *open), nil
		}
		if open == nil && c.value.Closed && which(c.value) {
			open = &span{from: c.value.Since}
		}
	}
	if open != nil {
		open.to = v.At
		out = append(out, *open)
	}
	return out
}
