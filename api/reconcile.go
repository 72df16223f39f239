package api

import (
	"context"
	"maps"
	"slices"
	"time"

	"saldo/domain"
)

// FundMove is money between the state treasury and a programme fund, with the treasury's own reference.
type FundMove struct {
	Fund      string           `json:"fund"` // fiscal year
	In        bool             `json:"in"`   // from the treasury
	Reference domain.Reference `json:"reference"`
	Effective time.Time        `json:"effective_at"`
	Amount    domain.Money     `json:"amount"`
	Event     domain.EventRef  `json:"event"`
}

// TrancheLine compares an instruction to credit with what the bank reported.
type TrancheLine struct {
	Reference domain.Reference    `json:"reference"` // empty: credits that name no tranche
	Decree    domain.DecreeNumber `json:"decree,omitempty"`
	Named     int                 `json:"named"`
	Ordered   domain.Money        `json:"ordered"`
	Credited  int                 `json:"credited"`
	Amount    domain.Money        `json:"credited_amount"`
}

// Agrees reports whether the bank credited what it was told to.
func (t TrancheLine) Agrees() bool { return t.Named == t.Credited && t.Ordered.Cmp(t.Amount) == 0 }

// Reconciliation holds the books to bank and treasury (Berita Acara Rekonsiliasi).
type Reconciliation struct {
	Place
	Moves    []FundMove              `json:"treasury"`
	Tranches []TrancheLine           `json:"bank"`
	Decrees  []DecreeControl         `json:"decrees"`
	Funds    map[string]domain.Money `json:"fund_balances"` // by the accounts
	Approved domain.Money            `json:"platform_payments_approved"`
	Paid     domain.Money            `json:"platform_payments_paid"`
	InFund   domain.Money            `json:"fund_balance"`
	Treasury domain.Money            `json:"treasury_balance"`
}

// Reconcile reads the log once. It keeps the decree of each person and no more.
func (s *Service) Reconcile(ctx context.Context, b Bound) (Reconciliation, error) {
	r := &reconciler{tranches: map[domain.Reference]*TrancheLine{}, decrees: map[domain.DecreeNumber]*DecreeControl{}, under: map[domain.Stream]domain.DecreeNumber{}}
	r.out.Funds = map[string]domain.Money{}
	p := s.pass(b)
	for e := range p.events(ctx) {
		if e.Foreign() || e.Unknown() || e.Meta.Outcome == domain.Refused {
			continue
		}
		r.see(e)
	}
	r.out.Place = p.place
	for _, k := range slices.Sorted(maps.Keys(r.tranches)) {
		r.out.Tranches = append(r.out.Tranches, *r.tranches[k])
	}
	for _, k := range slices.Sorted(maps.Keys(r.decrees)) {
		d := r.decrees[k]
		d.Agrees = d.Named == d.Determined && d.Allocated.Sub(d.Committed).IsZero()
		r.out.Decrees = append(r.out.Decrees, *d)
	}
	return r.out, p.err
}

type reconciler struct {
	out      Reconciliation
	tranches map[domain.Reference]*TrancheLine
	decrees  map[domain.DecreeNumber]*DecreeControl
	under    map[domain.Stream]domain.DecreeNumber
}

func (r *reconciler) see(e domain.Recorded) {
	for _, leg := range domain.PostingsOf(e) {
		if year, is := fundYear(leg.Account); is {
			r.out.Funds[year] = r.out.Funds[year].Add(leg.Amount)
			r.out.InFund = r.out.InFund.Add(leg.Amount)
		} else if leg.Account == domain.StateTreasury {
			r.out.Treasury = r.out.Treasury.Add(leg.Amount)
		}
	}
	move := func(in bool, ref domain.Reference, m domain.Money) {
		r.out.Moves = append(r.out.Moves, FundMove{e.Stream.Key(), in, ref, e.Meta.Effective(), m, e.Ref()})
	}
	switch f := e.Fact.(type) {
	case domain.FundsReceived:
		move(true, f.Reference, f.Amount)
	case domain.FundsReturned:
		move(false, f.Reference, f.Amount)
	case domain.CreditInstructed:
		t := r.tranche(f.Reference)
		t.Decree, t.Named, t.Ordered = f.Decree, f.Count, f.Total.Total()
	case domain.BalanceCredited:
		t := r.tranche(f.Tranche)
		t.Credited, t.Amount = t.Credited+1, t.Amount.Add(f.Amounts.Total())
		if d, known := r.decrees[r.under[e.Stream]]; known {
			d.Credited = d.Credited.Add(f.Amounts)
		}
	case domain.DecreeRegistered:
		d := r.decree(f.Decree)
		d.Wave, d.Named, d.Allocated = f.Wave, f.Count, f.Total
	case domain.RecipientDetermined:
		d := r.decree(f.Decree)
		d.Determined, d.Committed = d.Determined+1, d.Committed.Add(f.Package)
		r.under[e.Stream] = f.Decree
	case domain.PartnerPaymentApproved:
		r.out.Approved = r.out.Approved.Add(f.Total)
	case domain.PartnerPaid:
		r.out.Paid = r.out.Paid.Add(f.Total)
	}
}

func fundYear(a domain.Account) (string, bool) {
	const prefix = "programme_fund."
	if len(a) <= len(prefix) || string(a[:len(prefix)]) != prefix {
		return "", false
	}
	return string(a[len(prefix):]), true
}

func (r *reconciler) tranche(ref domain.Reference) *TrancheLine {
	t, ok := r.tranches[ref]
	if !ok {
		t = &TrancheLine{Reference: ref}
		r.tranches[ref] = t
	}
	return t
}

func (r *reconciler) decree(n domain.DecreeNumber) *DecreeControl {
	d, ok := r.decrees[n]
	if !ok {
		d = &DecreeControl{Decree: n}
		r.decrees[n] = d
	}
	return d
}
