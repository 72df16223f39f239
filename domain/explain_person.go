package domain

import (
	"fmt"
	"slices"
	"time"

	"saldo/domain/reason"
	"saldo/domain/words"
)

// checked evaluates a rule set over gathered facts at the moment.
func (e *explainer) checked(rules RuleSet, g Grounds) Answer {
	return Answer{Rules: rules, Policy: g.Pair, Checks: Evaluate(rules, &g.Facts, g.Policy)}
}

// class answers somebody who paid, or believes so.
func (e *explainer) class() Answer {
	g := e.grounds()
	x := e.purchaseMeant()
	if x == nil {
		if r, d := e.refusedExchange(e.q.Course); d != nil {
			a := Answer{Rules: d.Rules, Policy: d.Policy, Checks: Evaluate(d.Rules, &d.Facts, e.decisionPolicy(d)), Refs: []EventRef{r}}
			return e.conclude(a, d.Primary(), &d.Facts)
		}
		g.Facts.Training = TrainingFacts{}
		a := e.conclude(e.checked(ClassRules, g), reason.NoPaymentRecorded, &g.Facts)
		delete(a.Values, "course")
		return a
	}
	gg := gatherer{cmd: e.probe(), state: e.m.person, reg: e.w.Registry, view: e.m.view, f: &g.Facts, g: &g}
	g.Facts.Refs = map[string]CompactRef{}
	gg.trainingFacts(e.m.person, x)
	g.Facts.Platform, g.Facts.Course, g.Facts.Invoice, g.Facts.Amount = x.Platform, x.Course, x.Invoice, &x.Amount
	g.Facts.Institution, g.Facts.BoughtAt = "", nil
	a := e.checked(ClassRules, g)
	code := leading(a.Checks)
	if code == "" {
		code = reason.ClassAtInstitution
		if c, ok := e.w.Registry.Courses[x.Course]; ok {
			if i, known := e.w.Registry.Institutions[c.Institution]; known {
				if st, has := i.Standing.at(e.m.view); has && st.value == "removed" && !x.Training.Completed.set {
					code = reason.PolicySilent // what happens to a running class of a removed institution: the rules of 2020 do not say
				}
			}
		}
	}
	if r, d := e.refusedExchange(x.Course); code == reason.VoucherNotExchanged && d != nil {
		a.Rules, a.Policy, a.Checks = d.Rules, d.Policy, Evaluate(d.Rules, &d.Facts, e.decisionPolicy(d))
		a.Refs = append(a.Refs, r)
		code = d.Primary()
	}
	a = e.conclude(a, code, &g.Facts)
	a.Reference = ReferenceNumber(x.Command)
	a.Values["reference"] = words.Text(a.Reference)
	if code == reason.TransactionCancelled {
		a.Values["refund_to"] = e.refundOf(x)
	}
	return a
}

// refusedExchange is the latest exchange of a course's voucher that was refused, as known at the moment.
func (e *explainer) refusedExchange(c CourseCode) (EventRef, *Decision) {
	for _, r := range slices.Backward(e.w.History) {
		if f, ok := r.Fact.(VoucherExchangeRefused); ok && f.Course == c && !r.Meta.RecordedAt.After(e.m.at) {
			return r.Ref(), f.Decision
		}
	}
	return EventRef{}, nil
}

func (e *explainer) refundOf(x *purchaseState) words.Value {
	for _, r := range e.w.History {
		if f, ok := r.Fact.(PurchaseCancelled); ok && f.Invoice == x.Invoice && f.Platform == x.Platform && f.RefundTo == RefundToFund {
			return words.Localized{ID: "Rekening Dana Kartu Prakerja", EN: "the programme fund"}
		}
	}
	return words.Localized{ID: "saldo pelatihan", EN: "the training balance"}
}

// purchaseMeant is the accepted purchase that a question means: by order number, by course, else the latest.
func (e *explainer) purchaseMeant() *purchaseState {
	var best *purchaseState
	for _, x := range e.m.person.Purchases {
		if e.q.Command != nil && x.Command != *e.q.Command || e.q.Invoice != "" && x.Invoice != e.q.Invoice ||
			e.q.Course != "" && x.Course != e.q.Course || e.q.Platform != "" && x.Platform != e.q.Platform {
			continue
		}
		best = x
	}
	return best
}

// balance answers where the balance is. Only the training purse buys; the others are never added to it.
func (e *explainer) balance() Answer {
	g := e.grounds()
	f := &g.Facts
	f.Amount, f.OfferPrice = nil, nil
	a := Answer{Rules: PurchaseRules, Policy: g.Pair, Checks: only(Evaluate(PurchaseRules, f, g.Policy), "determined", "card_issued", "not_revoked", "not_blacklisted", "not_held", "balance_credited")}
	code := leading(a.Checks)
	switch {
	case e.q.Participant == nil:
		code = reason.NotDetermined
	case code == "":
		code = reason.BalanceAsRecorded
		if p := e.policy(); p != nil && e.m.at.After(p.PeriodEnd()) {
			code = reason.ProgrammePeriodClosed
		}
	case code == reason.CardNumberNotIssued || code == reason.BalanceNotCredited:
		if p := e.policy(); p != nil && f.NotifiedAt != nil && e.m.at.Before(f.NotifiedAt.AddDate(0, 0, p.Conduct.Usual.ProvisioningDays)) {
			code = reason.ProvisioningLag
		}
	}
	return e.conclude(a, code, f)
}

// revocationGrounds are those of a revocation for want of a first purchase, as if it were asked for at the moment.
func (e *explainer) revocationGrounds() Grounds {
	cmd := Command{ReceivedAt: e.m.at, Origin: Decided, Act: RevokeParticipation{OnParticipant{e.subject()}, RevocationBody{NoFirstPurchase}}}
	g := gatherIn(cmd, e.m.person, e.w.Registry, Lookups{}, e.m.view)
	g.Facts.Action = "" // nobody is asked to approve a question
	return g
}

// deadline answers until when the first course must be bought.
func (e *explainer) deadline() Answer {
	g := e.revocationGrounds()
	f := &g.Facts
	all := Evaluate(RevocationRules, f, g.Policy)
	a := Answer{Rules: RevocationRules, Policy: g.Pair, Checks: only(all, "determined", "deadline_running")}
	code := reason.DeadlineAhead
	switch {
	case f.DeterminedAt == nil:
		code = reason.NotDetermined
	case f.RevokedAt != nil && f.RevokedFor == NoFirstPurchase:
		code = reason.RevokedNoPurchase
	case f.RevokedAt != nil:
		code = reason.ParticipationRevoked
	case f.FirstPurchase != nil:
		code = reason.DeadlineMet
	case f.Deadline == nil:
		code = reason.DeadlineNotRunning
	case e.m.at.After(*f.Deadline):
		code = reason.FirstPurchaseWindowLapsed
	}
	a = e.conclude(a, code, f)
	if f.Deadline != nil {
		a.Values["days_left"] = words.Number(daysLeft(e.m.at, *f.Deadline))
	}
	if f.FirstPurchase != nil {
		a.Values["bought_at"] = words.Instant(*f.FirstPurchase)
	}
	if c, ok := e.w.Registry.Programme.Gate.at(e.m.view); ok && c.value.Closed && c.value.Until != nil {
		a.Values["gate_expected"] = words.DayOf(c.value.Until.Start())
	}
	if code == reason.RevokedNoPurchase {
		e.tellReturn(&a)
	}
	for _, r := range []string{"deadline", "notice", "data"} {
		if ref, ok := f.ref(r); ok {
			a.Refs = append(a.Refs, ref)
		}
	}
	return a
}

// daysLeft counts whole days of the calendar between today and the deadline's day, both in WIB.
func daysLeft(now, deadline time.Time) int {
	n := 0
	for d := DateOf(now); d.Before(DateOf(deadline)); d = d.AddDays(1) {
		n++
	}
	return n
}

// revocation answers why a participation ended, and where the money went.
func (e *explainer) revocation() Answer {
	g := e.revocationGrounds()
	f := &g.Facts
	a := Answer{Rules: RevocationRules, Policy: g.Pair}
	code := reason.ParticipationActive
	switch {
	case f.DeterminedAt == nil:
		code = reason.NotDetermined
	case f.RevokedAt != nil:
		code = reason.ParticipationRevoked
		if f.RevokedFor == NoFirstPurchase {
			code = reason.RevokedNoPurchase
		}
		if f.RevokedFor == Ineligible {
			code = reason.IneligibleRecipient
		}
		a = e.recordedRevocation(a, f)
	case f.DemandedAt != nil:
		code = reason.IneligibleRecipient
	case f.BlacklistedAt != nil:
		code = reason.Blacklisted
	default:
		a.Checks = Evaluate(RevocationRules, f, g.Policy)
		if blocked := leading(a.Checks); blocked == reason.DisputeOpen {
			code = blocked
		} else if f.Deadline != nil && f.FirstPurchase == nil && e.m.at.After(*f.Deadline) {
			code = reason.FirstPurchaseWindowLapsed // not revoked yet
		}
	}
	a = e.conclude(a, code, f)
	if f.RevokedAt != nil {
		e.tellReturn(&a)
	}
	if code == reason.IneligibleRecipient && e.m.person.DemandedAt.set {
		a.Values["amount"] = words.Amount(e.m.person.Demanded.Decimal())
		a.Values["deadline"] = words.Instant(e.m.person.DemandDue.End())
	}
	return a
}

// recordedRevocation takes the checks from the decision that ended the participation.
func (e *explainer) recordedRevocation(a Answer, f *Facts) Answer {
	for _, r := range e.w.History {
		x, ok := r.Fact.(ParticipationRevoked)
		if !ok || !r.Meta.Effective().Equal(e.m.person.Revoked.At) {
			continue
		}
		a.Refs = append(a.Refs, r.Ref())
		a.Reference = ReferenceNumber(r.Meta.CommandID)
		if x.Decision != nil {
			a.Rules, a.Policy = x.Decision.Rules, x.Decision.Policy
			a.Checks = Evaluate(x.Decision.Rules, &x.Decision.Facts, e.decisionPolicy(x.Decision))
		}
		f.Deadline, f.BlockedMinutes, f.Attempts = x.Deadline, x.BlockedMinutes, x.Attempts
	}
	return a
}

// tellReturn says what came back, when, and whether it has reached the treasury.
func (e *explainer) tellReturn(a *Answer) {
	s := e.m.person
	for _, r := range e.w.History {
		x, ok := r.Fact.(BalanceReturned)
		if !ok || r.Meta.RecordedAt.After(e.m.at) {
			continue
		}
		back := x.Amounts.Add(x.Released)
		a.Values["returned"] = words.Amount(back.Total().Decimal())
		a.Values["training"] = words.Amount(back.Training.Decimal())
		a.Values["job_search"] = words.Amount(back.JobSearch.Decimal())
		a.Values["survey"] = words.Amount(back.Survey.Decimal())
		a.Values["returned_on"] = words.DayOf(r.Meta.Effective())
		a.Refs = append(a.Refs, r.Ref())
	}
	if s.RefusedAttempts > 0 {
		a.Values["attempts"] = words.Number(s.RefusedAttempts)
	}
	if t, ok := e.w.Returned[s.Determination.FundYear]; ok && !t.After(e.m.at) && s.ReturnedAt.set && !t.Before(s.ReturnedAt.At) {
		a.Values["treasury_on"] = words.DayOf(t)
	}
	if a.Reference != "" {
		a.Values["reference"] = words.Text(a.Reference)
	}
	if x := e.afterReopening(); x != nil && e.m.person.RevokedFor == NoFirstPurchase {
		a.Values["after_reopening"] = x
	}
}

// afterReopening says how much of the window was left after the last closing within it, and whether the person tried again.
func (e *explainer) afterReopening() words.Value {
	var deadline *time.Time
	for _, r := range e.w.History {
		if x, ok := r.Fact.(ParticipationRevoked); ok {
			deadline = x.Deadline
		}
	}
	spans := e.w.Registry.closings(e.m.view, func(gateState) bool { return true })
	if deadline == nil || len(spans) == 0 || !spans[len(spans)-1].to.Before(*deadline) {
		return nil
	}
	opened := spans[len(spans)-1].to
	tried := 0
	for _, r := range e.w.History {
		if _, ok := purchaseBody(r.Fact); ok && r.Meta.ReceivedAt.After(opened) && !r.Meta.ReceivedAt.After(*deadline) {
			tried++
		}
	}
	left := daysLeft(opened, *deadline)
	id := fmt.Sprintf("Setelah dibuka %s masih ada %d hari", words.Day(opened, words.WIB, words.ID), left)
	en := fmt.Sprintf("After reopening on %s %d days were left", words.Day(opened, words.WIB, words.EN), left)
	if tried == 0 {
		return words.Localized{ID: id + " dan tidak ada percobaan lagi.", EN: en + ", with no further attempt."}
	}
	return words.Localized{ID: id + fmt.Sprintf(" dan %d percobaan lagi.", tried), EN: en + fmt.Sprintf(", with %d further attempts.", tried)}
}
