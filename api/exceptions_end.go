package api

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"saldo/domain"
)

const (
	// usualVoucherHours holds where no policy says how long a voucher takes: one day (users.md section 7).
	usualVoucherHours = 24
	// claimPatience is how long a claim waits for the owner of the fact (users.md section 4: two days).
	claimPatience = 48 * time.Hour
)

// finish finds what is missing: what should have followed and did not, by the moment of the list.
func (x *exceptionFinder) finish() {
	policy, _ := x.known.Programme.Conduct("", domain.View{At: x.at})
	for _, s := range x.order {
		p := x.people[s]
		x.orders(p, policy)
		x.claims(p, policy)
		for _, key := range slices.Sorted(maps.Keys(p.answers)) {
			paid, isPaid := p.answers[key]["paid"]
			failed, isFailed := p.answers[key]["failed"]
			if isPaid && isFailed {
				x.add(PayoutAnswersDiffer, paid.ref, paid.command, later(paid.at, failed.at), func(out *Exception) {
					out.Detail, out.Evidence = key, []domain.EventRef{failed.ref}
				})
			}
		}
		if !p.revoked.at.IsZero() && !p.state.Revoked.At.IsZero() {
			for _, c := range slices.Sorted(maps.Keys(p.disputes)) {
				d := p.disputes[c]
				x.add(RevokedWithDispute, p.revoked.ref, p.revoked.command, later(p.revoked.at, d.at), func(out *Exception) {
					out.Evidence, out.Detail, out.Amount = []domain.EventRef{d.ref}, string(c), p.state.Returned.Total()
				})
			}
		}
		for _, account := range slices.Sorted(maps.Keys(p.suspense)) {
			if s := p.suspense[account]; !s.amount.IsZero() {
				x.add(Suspense, s.since.ref, s.since.command, s.since.at, func(out *Exception) {
					out.Owner, out.OwnerCode = s.owner, domain.Reference(strings.TrimPrefix(string(account), "suspense."))
					out.Amount, out.Detail = s.amount.Neg(), string(account)
				})
			}
		}
	}
	x.unmatched()
	for _, r := range slices.Sorted(maps.Keys(x.tranches)) {
		if t := x.tranches[r]; !t.ref.IsZero() && t.credited < t.named && x.late(t.since, policy) {
			x.add(TrancheNotCredited, t.ref, t.command, t.since, func(out *Exception) {
				out.Amount = t.total.Sub(t.got)
				out.Detail = string(r) + ": " + counted(t.credited, t.named)
			})
		}
	}
}

// late reports whether the usual days of a credit are over.
func (x *exceptionFinder) late(since time.Time, policy *domain.Policy) bool {
	if policy == nil || policy.Conduct.Usual.ProvisioningDays == 0 {
		return since.Add(claimPatience).Before(x.at)
	}
	return domain.DateOf(since).AddDays(policy.Conduct.Usual.ProvisioningDays).End().Before(x.at)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// orders holds a person's purchases to vouchers, payments and attendance.
func (x *exceptionFinder) orders(p *auditedPerson, policy *domain.Policy) {
	hours := usualVoucherHours
	if policy != nil && policy.Conduct.Usual.VoucherHours > 0 {
		hours = policy.Conduct.Usual.VoucherHours
	}
	for _, b := range p.state.Purchases {
		key := orderText(b.Platform, b.Invoice)
		e, known := p.bought[key]
		if !known {
			continue
		}
		paid := x.loose[string(p.stream)+"/"+key]
		if paid != nil {
			paid.matched = true
		}
		if !b.Cancelled.At.IsZero() {
			x.cancelledOrder(p, paid, b.Cancelled.At, e)
			continue
		}
		if due := b.Bought.At.Add(time.Duration(hours) * time.Hour); b.VoucherAt.At.IsZero() && due.Before(x.at) {
			x.add(NoVoucher, e.Ref(), e.Meta.CommandID, b.Bought.At, func(out *Exception) {
				out.Amount, out.OwnerCode, out.Detail = b.Amount, domain.Reference(b.Platform), key
			})
		}
		if paid == nil {
			continue
		}
		if paid.amount.Cmp(b.Amount) != 0 {
			x.add(PaidAmountDiffers, paid.ref, paid.command, paid.at, func(out *Exception) {
				x.about(out, p.stream)
				out.Amount, out.Evidence = paid.amount.Sub(b.Amount), []domain.EventRef{e.Ref()}
				out.OwnerCode, out.Detail = domain.Reference(b.Platform), key+": bought "+b.Amount.String()+", paid "+paid.amount.String()
			})
		}
		t := b.Training
		if stage := undelivered(!t.Exchanged.At.IsZero(), !t.Started.At.IsZero(), !t.Completed.At.IsZero()); stage != StatusFinished {
			x.add(PaidNotDelivered, e.Ref(), e.Meta.CommandID, paid.at, func(out *Exception) {
				out.Amount, out.Evidence, out.Detail = paid.amount, []domain.EventRef{paid.ref}, key+": "+string(stage)
				out.OwnerCode = domain.Reference(x.institution(b.Course))
				if stage == StatusNotExchanged {
					out.Owner, out.OwnerCode = domain.PartyPlatform, domain.Reference(b.Platform)
				}
			})
		}
	}
}

func (x *exceptionFinder) institution(c domain.CourseCode) domain.InstitutionCode {
	if course, ok := x.known.Courses[c]; ok {
		return course.Institution
	}
	return ""
}

// cancelledOrder finds a platform that was paid for a purchase after it was cancelled.
func (x *exceptionFinder) cancelledOrder(p *auditedPerson, paid *paidLine, at time.Time, e domain.Recorded) {
	if paid == nil || !paid.last.After(at) {
		return
	}
	x.add(PaidThoughCancelled, paid.ref, paid.command, paid.last, func(out *Exception) {
		x.about(out, p.stream)
		out.Amount, out.OwnerCode, out.Evidence = paid.amount, domain.Reference(paid.platform), []domain.EventRef{e.Ref()}
		out.Detail = orderText(paid.platform, paid.invoice)
	})
}

// claims finds what one source says and its owner does not.
func (x *exceptionFinder) claims(p *auditedPerson, policy *domain.Policy) {
	for _, b := range p.state.Purchases {
		if !b.Cancelled.At.IsZero() {
			continue
		}
		t := b.Training
		if r, refused := p.refused[b.Course]; refused && !b.VoucherAt.At.IsZero() && t.Exchanged.At.IsZero() {
			x.add(VoucherUnknown, r.ref, r.command, r.at, func(out *Exception) {
				out.Amount, out.OwnerCode = b.Amount, domain.Reference(b.Platform)
				out.Detail = orderText(b.Platform, b.Invoice) + ": " + r.text
				out.Evidence = []domain.EventRef{{Stream: p.stream, Revision: b.VoucherAt.Rev, Type: "VoucherIssued"}}
			})
		}
		said, claimed := p.platform[b.Course]
		if claimed && t.Completed.At.IsZero() && t.ByInstitution.At.IsZero() && said.at.Add(claimPatience).Before(x.at) {
			x.add(CompletionUnconfirmed, said.ref, said.command, said.at, func(out *Exception) {
				out.Amount, out.OwnerCode, out.Detail = b.Amount, domain.Reference(x.institution(b.Course)), string(b.Course)
			})
		}
		issued, has := p.issued[b.Course]
		if has && !p.answered[b.Course] && policy != nil && policy.Conduct.Usual.VerifyWorkingDays > 0 {
			due := policy.Calendar.AddWorking(domain.DateOf(issued.at), policy.Conduct.Usual.VerifyWorkingDays).End()
			if due.Before(x.at) {
				x.add(CertificateUnanswered, issued.ref, issued.command, issued.at, func(out *Exception) {
					out.Amount, out.Detail = b.Amount, string(b.Course)+": usual until "+domain.DateOf(due).String()
				})
			}
		}
	}
}

// unmatched lists payments for orders that nobody bought.
func (x *exceptionFinder) unmatched() {
	keys := slices.SortedFunc(maps.Keys(x.loose), cmp.Compare[string])
	for _, k := range keys {
		l := x.loose[k]
		if l.matched {
			continue
		}
		stream, order, _ := strings.Cut(k, "/")
		x.add(PaidUnknownOrder, l.ref, l.command, l.at, func(out *Exception) {
			x.about(out, domain.Stream(stream))
			out.Amount, out.OwnerCode, out.Detail = l.amount, domain.Reference(l.platform), order
		})
	}
}

func counted(n, of int) string { return strconv.Itoa(n) + " of " + strconv.Itoa(of) }
