package api

import (
	"slices"
	"strconv"
	"strings"

	"saldo/domain"
	"saldo/domain/reason"
)

// see takes one event: what it is held to stands before it in the log.
func (x *exceptionFinder) see(e domain.Recorded) {
	x.decision(e)
	x.money(e)
	switch e.Stream.Kind() {
	case domain.ParticipantStream:
		x.personal(e, x.person(e.Stream))
	case domain.FundStream:
		x.fund(e)
	case domain.SettlementStream:
		x.settlement(e)
	case domain.ActionStream, domain.SeatStream:
		state, ok := x.small[e.Stream]
		if !ok {
			state = domain.NewState(e.Stream)
		}
		x.small[e.Stream] = domain.Evolve(state, e)
	case domain.ProgrammeStream, domain.CaseStream:
		x.programme(e)
	case domain.PlatformStream, domain.InstitutionStream, domain.CourseStream, domain.IntakeStream, domain.BudgetStream, domain.AuditStream:
	}
	if !slices.Contains(domain.RegistryKinds(), e.Stream.Kind()) {
		return
	}
	x.soFar.Apply(e)
	if e.Meta.Outcome != domain.Refused && e.Meta.Origin != domain.Migrated {
		x.force[e.Stream] = append(x.force[e.Stream], forced{int64(e.Revision), e.Ref(), e.Meta.InForce()}) //nolint:gosec // a revision is far below 2^63
	}
}

// decision asks what was decided again: over the registry as it stood in the log, and as it is known now.
func (x *exceptionFinder) decision(e domain.Recorded) {
	d := e.Fact.Ruling()
	if d == nil || e.Meta.Outcome == domain.Consequence {
		return
	}
	if len(d.Exceptions) > 0 {
		x.stored(e, d)
	}
	if e.Meta.Origin != domain.Decided || e.Stream.Kind() != domain.ParticipantStream {
		return
	}
	cmd, ok := domain.CommandOf(e)
	if !ok {
		return
	}
	state, look := x.person(e.Stream).state, x.lookups(cmd)
	fill := func(failed []domain.Failure, missed []domain.EventRef) func(*Exception) {
		return func(out *Exception) {
			out.Detail, out.Evidence = failureText(failed), missed
			for _, f := range failed {
				out.Evidence = append(out.Evidence, f.Evidence...)
			}
			if d.Facts.Amount != nil {
				out.Amount = *d.Facts.Amount
			}
		}
	}
	if missed := x.missed(d); len(missed) > 0 {
		g := domain.Gather(cmd, state, x.soFar, look, nil)
		if again := domain.Judge(d.Rules, g.Facts, g.Policy); again.Primary() != d.Primary() {
			x.add(StaleBasis, e.Ref(), e.Meta.CommandID, e.Meta.ReceivedAt, fill(again.Failed, missed))
		}
	}
	if e.Meta.Outcome != domain.Accepted {
		return
	}
	if failed := rejudge(d, cmd, state, x.known, look); len(failed) > 0 {
		x.add(AcceptedAgainstKnownFacts, e.Ref(), e.Meta.CommandID, e.Meta.ReceivedAt, fill(failed, nil))
	}
}

// missed lists the registry events that stood in the log before a decision, were in force at its receipt, and are not in its basis.
func (x *exceptionFinder) missed(d *domain.Decision) []domain.EventRef {
	var out []domain.EventRef
	for stream, last := range d.Basis {
		for _, f := range slices.Backward(x.force[stream]) {
			if f.rev <= last {
				break
			}
			if !f.at.After(d.Facts.ReceivedAt) {
				out = append(out, f.ref)
			}
		}
	}
	slices.SortFunc(out, compareRefs)
	return out
}

func compareRefs(a, b domain.EventRef) int {
	if c := strings.Compare(string(a.Stream), string(b.Stream)); c != 0 {
		return c
	}
	return int(a.Revision) - int(b.Revision) //nolint:gosec // revisions are far below 2^63
}

func (x *exceptionFinder) lookups(cmd domain.Command) domain.Lookups {
	var l domain.Lookups
	for _, s := range domain.LookupStreams(cmd) {
		if state, ok := x.small[s]; ok {
			l.Add(state)
		} else {
			l.Add(domain.NewState(s))
		}
	}
	return l
}

// stored lists the failures that a fact was recorded with; a date too far back is a kind of its own.
func (x *exceptionFinder) stored(e domain.Recorded, d *domain.Decision) {
	kinds := map[ExceptionKind][]domain.Failure{}
	for _, f := range d.Exceptions {
		k := RecordedWithExceptions
		if f.Reason == reason.BackDated {
			k = BackDated
		}
		kinds[k] = append(kinds[k], f)
	}
	for _, k := range []ExceptionKind{RecordedWithExceptions, BackDated} {
		if len(kinds[k]) == 0 {
			continue
		}
		x.person(e.Stream)
		x.add(k, e.Ref(), e.Meta.CommandID, e.Meta.RecordedAt, func(out *Exception) {
			out.Detail, out.Amount = failureText(kinds[k]), moved(e)
			out.Owner, out.OwnerCode = e.Meta.Actor.Party, e.Meta.Actor.Code
			for _, f := range kinds[k] {
				out.Evidence = append(out.Evidence, f.Evidence...)
			}
		})
	}
}

// moved is the money that an event moved: the sum of its legs out of accounts, promises aside.
func moved(e domain.Recorded) domain.Money {
	var sum domain.Money
	for _, leg := range domain.PostingsOf(e) {
		if !leg.Account.Memo() && !leg.Amount.Negative() {
			sum = sum.Add(leg.Amount)
		}
	}
	return sum
}

// money keeps what stands in suspense, per person and account.
func (x *exceptionFinder) money(e domain.Recorded) {
	for _, leg := range domain.PostingsOf(e) {
		if !strings.HasPrefix(string(leg.Account), "suspense.") {
			continue
		}
		p := x.person(e.Stream)
		s, ok := p.suspense[leg.Account]
		if !ok || s.amount.IsZero() {
			s = &suspenseState{since: held(&e), owner: e.Meta.Actor.Party}
			p.suspense[leg.Account] = s
		}
		s.amount = s.amount.Add(leg.Amount)
	}
}

func (x *exceptionFinder) programme(e domain.Recorded) {
	if e.Meta.Outcome == domain.Refused {
		return
	}
	switch f := e.Fact.(type) {
	case domain.DecreeRegistered:
		x.decrees[f.Decree] = f.Count
	case domain.DisputeOpened:
		x.person(domain.ParticipantStreamOf(f.Participant)).disputes[e.Stream] = held(&e)
	case domain.DisputeResolved:
		delete(x.person(domain.ParticipantStreamOf(f.Participant)).disputes, e.Stream)
	}
}

func (x *exceptionFinder) fund(e domain.Recorded) {
	if f, ok := e.Fact.(domain.CreditInstructed); ok && e.Meta.Outcome != domain.Refused {
		t := x.tranche(f.Reference)
		t.named, t.total, t.ref, t.since, t.command = f.Count, f.Total.Total(), e.Ref(), e.Meta.Effective(), e.Meta.CommandID
	}
}

func (x *exceptionFinder) tranche(r domain.Reference) *auditedTranche {
	t, ok := x.tranches[r]
	if !ok {
		t = &auditedTranche{}
		x.tranches[r] = t
	}
	return t
}

// settlement holds payments to approvals of the same file, and keeps the lines for the purchases that they are for.
func (x *exceptionFinder) settlement(e domain.Recorded) {
	if e.Meta.Outcome == domain.Refused {
		return
	}
	file, ok := x.files[e.Stream]
	if !ok {
		file = &settlementFile{}
		x.files[e.Stream] = file
	}
	platform := e.Stream.SettledPlatform()
	switch f := e.Fact.(type) {
	case domain.PartnerPaymentApproved:
		file.approved = file.approved.Add(f.Total)
	case domain.PartnerPaid:
		before := file.paid.Sub(file.approved)
		file.paid = file.paid.Add(f.Total)
		if over := file.paid.Sub(file.approved); over.Cmp(domain.Money{}) > 0 {
			if before.Cmp(domain.Money{}) > 0 {
				over = f.Total
			}
			x.add(PaidWithoutApproval, e.Ref(), e.Meta.CommandID, e.Meta.Effective(), func(out *Exception) {
				out.Amount, out.OwnerCode = over, domain.Reference(platform)
				out.Detail = "approved " + file.approved.String() + ", paid " + file.paid.String()
			})
		}
		for _, l := range f.Lines {
			k := string(domain.ParticipantStreamOf(l.Participant)) + "/" + orderText(platform, l.Invoice)
			p, known := x.loose[k]
			if !known {
				p = &paidLine{platform: platform, invoice: l.Invoice, ref: e.Ref(), command: e.Meta.CommandID, at: e.Meta.Effective()}
				x.loose[k] = p
			}
			p.amount, p.last = p.amount.Add(l.Amount), e.Meta.Effective()
		}
	}
}

func orderText(p domain.PlatformCode, i domain.InvoiceCode) string {
	return string(p) + "/" + string(i)
}

// personal takes an event of a person.
func (x *exceptionFinder) personal(e domain.Recorded, p *auditedPerson) {
	switch f := e.Fact.(type) {
	case domain.VoucherExchangeRefused:
		h := held(&e)
		if d := f.Ruling(); d != nil {
			h.text = string(d.Primary())
		}
		p.refused[f.Course] = h
	case domain.CertificateRefused:
		p.answered[f.Course] = true
	}
	if e.Meta.Outcome == domain.Refused {
		domain.Evolve(p.state, e)
		return
	}
	switch f := e.Fact.(type) {
	case domain.RecipientDetermined:
		x.determined(e, f)
	case domain.BalanceCredited:
		if f.Tranche != "" {
			t := x.tranche(f.Tranche)
			t.credited, t.got = t.credited+1, t.got.Add(f.Amounts.Total())
		}
	case domain.CoursePurchased:
		x.purchased(e, f, p)
	case domain.CertificateIssued:
		p.issued[f.Course] = held(&e)
		delete(p.answered, f.Course) // another certificate waits for an answer of its own
	case domain.CertificateAccepted:
		p.answered[f.Course] = true
	case domain.CompletionReported:
		if f.By == domain.ByPlatform {
			p.platform[f.Course] = held(&e)
		}
	case domain.IncentiveDisbursed:
		p.answer(f.Instruction, "paid", held(&e))
		x.disbursed(e, f, p)
	case domain.IncentiveFailed:
		p.answer(f.Instruction, "failed", held(&e))
	case domain.ParticipationRevoked:
		p.revoked = held(&e)
	}
	domain.Evolve(p.state, e)
}

func (p *auditedPerson) answer(instruction domain.Reference, what string, h heldRef) {
	if p.answers[string(instruction)] == nil {
		p.answers[string(instruction)] = map[string]heldRef{}
	}
	p.answers[string(instruction)][what] = h
}

func (x *exceptionFinder) determined(e domain.Recorded, f domain.RecipientDetermined) {
	named, known := x.decrees[f.Decree]
	if !known || f.Line > named {
		x.add(NotOnDecree, e.Ref(), e.Meta.CommandID, e.Meta.Effective(), func(out *Exception) {
			out.Amount, out.Wave = f.Package.Total(), f.Wave
			out.Detail = string(f.Decree) + " line " + strconv.Itoa(f.Line) + ", the decree names " + strconv.Itoa(named)
		})
	}
	line := string(f.Decree) + "#" + strconv.Itoa(f.Line)
	if other, used := x.lines[line]; used && other != e.Stream {
		x.add(DecreeLineTwice, e.Ref(), e.Meta.CommandID, e.Meta.Effective(), func(out *Exception) {
			out.Amount, out.Wave, out.Detail = f.Package.Total(), f.Wave, line+" names "+string(other)+" too"
		})
	}
	x.lines[line] = e.Stream
}

func (x *exceptionFinder) purchased(e domain.Recorded, f domain.CoursePurchased, p *auditedPerson) {
	key := orderText(f.Platform, f.Invoice)
	slim := e
	slim.Data = nil
	p.bought[key] = slim
	if first, used := x.invoices[key]; used && first.stream != e.Stream {
		x.add(InvoiceAtTwoPeople, e.Ref(), e.Meta.CommandID, e.Meta.Effective(), func(out *Exception) {
			out.Amount, out.OwnerCode, out.Detail = f.Amount, domain.Reference(f.Platform), key
			out.Evidence = []domain.EventRef{first.ref}
		})
	} else if !used {
		x.invoices[key] = firstOrder{e.Stream, e.Ref()}
	}
	if rev, dropped := p.state.Dropped[key]; dropped {
		x.add(DebitedAfterAbandonment, e.Ref(), e.Meta.CommandID, e.Meta.Effective(), func(out *Exception) {
			out.Amount, out.OwnerCode, out.Detail = f.Amount, domain.Reference(f.Platform), key
			out.Evidence = []domain.EventRef{{Stream: e.Stream, Revision: rev, Type: "PurchaseRefused"}}
		})
	}
}

// disbursed holds a job-search incentive to a certificate that had been accepted by then.
func (x *exceptionFinder) disbursed(e domain.Recorded, f domain.IncentiveDisbursed, p *auditedPerson) {
	if f.Kind != domain.JobSearch {
		return
	}
	for _, b := range p.state.Purchases {
		if at := b.Training.Accepted.At; !at.IsZero() && !at.After(e.Meta.Effective()) {
			return
		}
	}
	x.add(IncentiveBeforeCert, e.Ref(), e.Meta.CommandID, e.Meta.Effective(), func(out *Exception) {
		out.Amount, out.Detail = f.Amount, string(f.Kind)+" "+strconv.Itoa(f.N)+", "+string(f.Instruction)
	})
}
