package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"saldo/domain"
)

// AccountLine is an account with its turnover.
type AccountLine struct {
	Wave    int            `json:"wave,omitempty"` // 0: of no wave
	Account domain.Account `json:"account"`
	In      domain.Money   `json:"in"`  // debit: into the account
	Out     domain.Money   `json:"out"` // credit: out of it
	Balance domain.Money   `json:"balance"`
}

// PurseTotals are the totals of one kind of money. The first four must never be mixed up: committed, transferred, delivered
// and returned (users.md section 3).
type PurseTotals struct {
	Wave        int          `json:"wave,omitempty"` // 0: all waves
	Purse       domain.Purse `json:"purse"`
	Allocated   domain.Money `json:"allocated"`
	Transferred domain.Money `json:"transferred"`
	Spent       domain.Money `json:"spent"`     // bought and standing, or paid to people
	Delivered   domain.Money `json:"delivered"` // attended trainings, confirmed incentives
	Returned    domain.Money `json:"returned"`
	InTransit   domain.Money `json:"in_transit"`
	Left        domain.Money `json:"left"` // in the purses
}

// Difference is what was transferred and is nowhere: Rp0, but for what stands in suspense.
func (t PurseTotals) Difference() domain.Money {
	return t.Transferred.Sub(t.Spent).Sub(t.Returned).Sub(t.InTransit).Sub(t.Left)
}

// plus adds another's amounts; wave and purse stay.
func (t PurseTotals) plus(o PurseTotals) PurseTotals {
	t.Allocated, t.Transferred, t.Spent = t.Allocated.Add(o.Allocated), t.Transferred.Add(o.Transferred), t.Spent.Add(o.Spent)
	t.Delivered, t.Returned = t.Delivered.Add(o.Delivered), t.Returned.Add(o.Returned)
	t.InTransit, t.Left = t.InTransit.Add(o.InTransit), t.Left.Add(o.Left)
	return t
}

// Books is the money of the log at a place: what is certified when a period is closed, and what reports print.
type Books struct {
	Place
	People   int           `json:"people"`
	Accounts []AccountLine `json:"accounts"` // whole ledger
	Waves    []AccountLine `json:"waves"`    // of people, by wave
	Totals   []PurseTotals `json:"totals"`   // by wave and purse, the sum of all waves last
	Hash     string        `json:"trial_balance_sha256"`

	whole bool // the last event ends its group
}

// Total is the sum over all waves of one purse.
func (b Books) Total(p domain.Purse) PurseTotals {
	for _, t := range b.Totals {
		if t.Wave == 0 && t.Purse == p {
			return t
		}
	}
	return PurseTotals{Purse: p}
}

// Left is what is in the purses, of all waves.
func (b Books) Left() domain.Purses {
	return domain.Purses{
		Training: b.Total(domain.PurseTraining).Left, JobSearch: b.Total(domain.PurseJobSearch).Left, Survey: b.Total(domain.PurseSurvey).Left,
	}
}

// purses lists the purses in their order.
func purses() []domain.Purse {
	return []domain.Purse{domain.PurseTraining, domain.PurseJobSearch, domain.PurseSurvey}
}

// Books adds the money up at a bound. It reads the log once and keeps one folded state per person.
func (s *Service) Books(ctx context.Context, b Bound) (Books, error) {
	r := &booksReader{lines: map[domain.Stream]map[domain.Account]*AccountLine{}, people: map[domain.Stream]*bookedPerson{}}
	p, whole := s.pass(b), true
	for e := range p.events(ctx) {
		if whole = e.Meta.LastPart(); !e.Foreign() && !e.Unknown() {
			r.see(e)
		}
	}
	if p.err != nil {
		return Books{}, p.err
	}
	out := r.finish()
	out.Place, out.whole = p.place, whole
	return out, nil
}

type bookedPerson struct {
	state *domain.ParticipantState
	kinds [3]PurseTotals
}

type booksReader struct {
	lines  map[domain.Stream]map[domain.Account]*AccountLine
	people map[domain.Stream]*bookedPerson
}

func (r *booksReader) see(e domain.Recorded) {
	for _, leg := range domain.PostingsOf(e) {
		book, ok := r.lines[e.Stream]
		if !ok {
			book = map[domain.Account]*AccountLine{}
			r.lines[e.Stream] = book
		}
		l, ok := book[leg.Account]
		if !ok {
			l = &AccountLine{Account: leg.Account}
			book[leg.Account] = l
		}
		l.add(leg.Amount)
	}
	if e.Stream.Kind() != domain.ParticipantStream {
		return
	}
	p, ok := r.people[e.Stream]
	if !ok {
		p = &bookedPerson{state: domain.NewParticipantState(e.Stream)}
		for i, k := range purses() {
			p.kinds[i].Purse = k
		}
		r.people[e.Stream] = p
	}
	if e.Meta.Outcome != domain.Refused {
		p.see(e)
	}
	domain.Evolve(p.state, e)
}

func (l *AccountLine) add(m domain.Money) {
	if m.Negative() {
		l.Out = l.Out.Add(m.Neg())
	} else {
		l.In = l.In.Add(m)
	}
	l.Balance = l.Balance.Add(m)
}

func (p *bookedPerson) of(which domain.Purse) *PurseTotals {
	return &p.kinds[slices.Index(purses(), which)]
}

func (p *bookedPerson) see(e domain.Recorded) {
	each := func(amounts domain.Purses, to func(*PurseTotals) *domain.Money) {
		for _, which := range purses() {
			m := to(p.of(which))
			*m = m.Add(amounts.Get(which))
		}
	}
	switch f := e.Fact.(type) {
	case domain.RecipientDetermined:
		each(f.Package, func(t *PurseTotals) *domain.Money { return &t.Allocated })
	case domain.BalanceCredited:
		each(f.Amounts, func(t *PurseTotals) *domain.Money { return &t.Transferred })
	case domain.PurseLapsed:
		each(f.Amounts, func(t *PurseTotals) *domain.Money { return &t.Returned })
	case domain.BalanceReturned:
		each(f.Amounts, func(t *PurseTotals) *domain.Money { return &t.Returned })
	case domain.CoursePurchased:
		t := p.of(domain.PurseTraining)
		t.Spent = t.Spent.Add(f.Amount)
	case domain.PurchaseCancelled:
		t := p.of(domain.PurseTraining)
		t.Spent = t.Spent.Sub(f.Amount)
		if f.RefundTo == domain.RefundToFund {
			t.Returned = t.Returned.Add(f.Amount.Sub(f.Suspense)) // the rest clears what stood in suspense
		}
	case domain.IncentiveInstructed:
		t := p.of(f.Kind.Purse())
		t.InTransit = t.InTransit.Add(f.Amount)
	case domain.IncentiveFailed:
		t := p.of(f.Kind.Purse())
		t.InTransit = t.InTransit.Sub(f.Amount)
	case domain.IncentiveDisbursed:
		t := p.of(f.Kind.Purse())
		t.InTransit = t.InTransit.Sub(f.Amount.Sub(f.Suspense))
		t.Spent, t.Delivered = t.Spent.Add(f.Amount), t.Delivered.Add(f.Amount)
	}
}

// finish adds people up to waves, and all to the whole.
func (r *booksReader) finish() Books {
	out := Books{People: len(r.people)}
	whole, waves := map[domain.Account]*AccountLine{}, map[int]map[domain.Account]*AccountLine{}
	totals := map[int]*[3]PurseTotals{}
	for stream, book := range r.lines {
		wave := 0
		if p, ok := r.people[stream]; ok {
			wave = p.state.Determination.Wave
		}
		for _, l := range book {
			l.addTo(whole, 0)
			if wave != 0 {
				if waves[wave] == nil {
					waves[wave] = map[domain.Account]*AccountLine{}
				}
				l.addTo(waves[wave], wave)
			}
		}
	}
	for _, p := range r.people {
		t := p.of(domain.PurseTraining)
		for _, x := range p.state.Standings() {
			if x.Started || x.Completed {
				t.Delivered = t.Delivered.Add(x.Amount)
			}
		}
		for _, wave := range slices.Compact([]int{0, p.state.Determination.Wave}) {
			if totals[wave] == nil {
				totals[wave] = &[3]PurseTotals{}
			}
			for i, which := range purses() {
				k := p.kinds[i]
				k.Left = p.state.Balance.Get(which)
				totals[wave][i].Wave, totals[wave][i].Purse = wave, which
				totals[wave][i] = totals[wave][i].plus(k)
			}
		}
	}
	out.Accounts = sortedLines(whole)
	for _, w := range slices.Sorted(maps.Keys(waves)) {
		out.Waves = append(out.Waves, sortedLines(waves[w])...)
	}
	for _, w := range slices.SortedFunc(maps.Keys(totals), func(a, b int) int { return cmp.Or(cmp.Compare(boolInt(a == 0), boolInt(b == 0)), cmp.Compare(a, b)) }) {
		out.Totals = append(out.Totals, totals[w][:]...)
	}
	out.Hash = hashLines(out.Accounts)
	return out
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (l *AccountLine) addTo(book map[domain.Account]*AccountLine, wave int) {
	t, ok := book[l.Account]
	if !ok {
		t = &AccountLine{Wave: wave, Account: l.Account}
		book[l.Account] = t
	}
	t.In, t.Out, t.Balance = t.In.Add(l.In), t.Out.Add(l.Out), t.Balance.Add(l.Balance)
}

func sortedLines(book map[domain.Account]*AccountLine) []AccountLine {
	out := make([]AccountLine, 0, len(book))
	for _, a := range slices.Sorted(maps.Keys(book)) {
		out = append(out, *book[a])
	}
	return out
}

// hashLines is the SHA-256 of the trial balance as lines "account debit credit balance", so that a printed one can be held
// to the log later.
func hashLines(lines []AccountLine) string {
	h := sha256.New()
	for _, l := range lines {
		fmt.Fprintf(h, "%s %s %s %s\n", l.Account, l.In, l.Out, l.Balance)
	}
	return hex.EncodeToString(h.Sum(nil))
}
