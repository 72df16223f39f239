package projections

import (
	"cmp"
	"strings"

	"saldo/domain"
)

// Pools of people whom an incident may touch.
const (
	poolBuyers = "buyers" // could buy, were payments open
	poolPayees = "payees" // are owed an incentive that no partner was told to pay yet
)

type waitingKey struct{ Pool, Subject string }

// waiter is a row of waiting.
type waiter struct {
	waitingKey
	Inside bool
	Amount rupiah
	Left   int64
}

type waitingSum struct {
	Pool   string
	People int64
	Amount rupiah
}

// waiting keeps who is in which pool at this place of the log, and tells who joins one.
type waiting struct {
	f      *fold
	rows   *table[waitingKey, waiter]
	sums   *table[string, waitingSum]
	joined func(k waitingKey, left int64, amount rupiah) // left: number of the event with which they were last out of it
}

func newWaiting(f *fold, joined func(k waitingKey, left int64, amount rupiah)) *waiting {
	return &waiting{
		f: f, joined: joined,
		rows: newTable(f, "waiting", func(a, b waitingKey) int {
			return cmp.Or(cmp.Compare(a.Pool, b.Pool), cmp.Compare(a.Subject, b.Subject))
		}, func(k waitingKey) waiter { return waiter{waitingKey: k, Left: -1} },
			func(r *waiter) []any { return []any{&r.Pool, &r.Subject, &r.Inside, &r.Amount, &r.Left} }),
		sums: newTextTable(f, "waiting_sum", func(k string) waitingSum { return waitingSum{Pool: k} },
			func(r *waitingSum) []any { return []any{&r.Pool, &r.People, &r.Amount} }),
	}
}

// sum is who is in a pool now.
func (w *waiting) sum(pool string) (people int64, amount rupiah) {
	if row := w.sums.get(pool); row != nil {
		return row.People, row.Amount
	}
	return 0, 0
}

// since reports whether a person is in a pool, or was in it behind an event.
func (w *waiting) since(k waitingKey, no int64) bool {
	row := w.rows.get(k)
	return row != nil && (row.Inside || row.Left >= no)
}

// apply looks where a person stands behind an event of theirs; it runs behind people.
func (w *waiting) apply(e domain.Recorded) {
	if e.Stream.Kind() != domain.ParticipantStream || e.Meta.Outcome == domain.Refused {
		return
	}
	subject := e.Stream.Key()
	if row := w.f.people.rows.get(subject); row != nil && touchesBuying(e.Fact) {
		w.set(waitingKey{poolBuyers, subject}, w.f.people.couldBuy(row), row.Training)
	}
	var owed rupiah
	switch f := e.Fact.(type) {
	case domain.IncentiveScheduled:
		owed = rp(f.Amount)
	case domain.IncentiveInstructed:
		owed = -rp(f.Amount)
	case domain.IncentiveFailed:
		owed = rp(f.Amount)
	default:
		return
	}
	k := waitingKey{poolPayees, subject}
	if row := w.rows.get(k); row != nil {
		owed += row.Amount
	}
	w.set(k, owed > 0, max(owed, 0))
}

// touchesBuying is false for the many facts that change nothing about whether a person could buy, so that their purchases and
// courses need not be read.
func touchesBuying(f domain.Event) bool {
	switch f.(type) {
	case domain.DeterminationNotified, domain.ParticipantDataCompleted, domain.VoucherIssued, domain.VoucherExchanged, domain.TrainingStarted,
		domain.TrainingCompleted, domain.CompletionReported, domain.CertificateIssued, domain.PayoutAccountLinked, domain.PayoutAccountVerified,
		domain.PayoutAccountUnlinked, domain.IncentiveScheduled, domain.IncentiveInstructed, domain.IncentiveDisbursed, domain.IncentiveFailed,
		domain.IncentiveUnderReview, domain.IncentiveRescheduled, domain.SurveyOpened, domain.SurveyCompleted:
		return false
	}
	return true
}

// set puts a person into a pool or takes them out.
func (w *waiting) set(k waitingKey, inside bool, amount rupiah) {
	if !inside {
		amount = 0
	}
	row := w.rows.get(k)
	if row == nil && !inside || row != nil && row.Inside == inside && row.Amount == amount {
		return
	}
	edited, sum := w.rows.edit(k), w.sums.edit(k.Pool)
	was := edited.Inside
	sum.Amount += amount - edited.Amount
	edited.Inside, edited.Amount = inside, amount
	switch {
	case inside && !was:
		sum.People++
		w.joined(k, edited.Left, amount)
	case was && !inside:
		sum.People--
		edited.Left = w.f.no
	}
}

// couldBuy reports whether every check about the person would let them buy something: determined, with card and balance, held
// up by nothing, and done with what they bought before. A deadline that has passed counts from the revocation that follows it.
func (p *people) couldBuy(row *person) bool {
	if row.Determined == 0 || row.Card == 0 || row.Credited == 0 || row.Training <= 0 {
		return false
	}
	if row.Held != 0 || row.Revoked != 0 || row.Blacklisted != 0 || row.Lapsed != 0 || row.Erased != 0 {
		return false
	}
	for order := range strings.Lines(row.Orders) {
		platform, invoice, _ := strings.Cut(strings.TrimSuffix(order, "\n"), "/")
		x := p.purchases.rows.get(orderKey{row.Subject, domain.PlatformCode(platform), domain.InvoiceCode(invoice)})
		if x == nil || x.Cancelled != 0 {
			continue
		}
		t := p.trainings.rows.get(courseKey{row.Subject, x.Course})
		if t == nil || t.Accepted == 0 || t.Revoked != 0 || t.Rated == 0 || t.Reviewed == 0 {
			return false
		}
	}
	return true
}
