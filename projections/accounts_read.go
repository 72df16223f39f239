package projections

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"saldo/domain"
)

// Side is a side of the books. Accounts are places where money is: what comes in is a debit, what goes out a credit.
type Side string

// Sides of the books.
const (
	Debit  Side = "debit"
	Credit Side = "credit"
)

// NaturalSide is where an account's balance belongs. The treasury, which the money comes from, the counter-accounts of
// promises and of claims, and suspense, which stands for what somebody took beyond a purse, are in credit; all else is in
// debit. A balance on the other side is a question for an auditor: a purse below zero, more paid than was owed.
func NaturalSide(a domain.Account) Side {
	switch {
	case a == domain.StateTreasury, a == domain.MemoAllocation, a == domain.Claims, suspense(a):
		return Credit
	}
	return Debit
}

// sideIn is the natural side within a wave, nil for the programme as a whole: there the programme fund is not where money is,
// but where the wave's money comes from.
func sideIn(a domain.Account, wave *int) Side {
	if wave != nil && *wave > 0 && strings.HasPrefix(string(a), "programme_fund.") {
		return Credit
	}
	return NaturalSide(a)
}

func suspense(a domain.Account) bool {
	return strings.HasPrefix(string(a), string(domain.SuspenseAccount("")))
}

// AccountBalance is a line of the trial balance.
type AccountBalance struct {
	Account  domain.Account `json:"account"`
	Wave     *int           `json:"wave,omitempty"` // where the balance is asked by wave; 0: of no wave
	Natural  Side           `json:"natural_side"`
	Debited  domain.Money   `json:"debited"` // turnover: all that went in
	Credited domain.Money   `json:"credited"`
	Debit    domain.Money   `json:"debit"` // balance, on the side where it stands; Rp0 on the other
	Credit   domain.Money   `json:"credit"`
	Unusual  bool           `json:"unusual"` // the balance is not on the natural side
}

// TrialBalance is all accounts at a place of the log. Debits and credits are the same, at every place.
type TrialBalance struct {
	At     Place            `json:"at"`
	Rows   []AccountBalance `json:"accounts"`
	Debit  domain.Money     `json:"debit"` // sum of the balances
	Credit domain.Money     `json:"credit"`
}

// Difference is what debits and credits differ by: always Rp0.
func (t TrialBalance) Difference() domain.Money { return t.Debit.Sub(t.Credit) }

// AccountFilter chooses what a trial balance is about. The zero value is the programme as a whole.
type AccountFilter struct {
	Wave   *int // this wave only; 0: what belongs to no wave
	ByWave bool // a line for each account and wave
}

// Accounts is the trial balance at a place of the log: Here, or one of PlaceOf and PlaceAt. Its cost does not depend on how
// old the place is.
func (v *View) Accounts(p Place, f AccountFilter) (TrialBalance, error) {
	sums, err := v.accountsAt(p)
	if err != nil {
		return TrialBalance{}, err
	}
	total := map[accountKey]turnover{}
	for k, t := range sums {
		if f.Wave != nil && k.wave != *f.Wave {
			continue
		}
		if !f.ByWave && f.Wave == nil {
			k.wave = 0
		}
		x := total[k]
		total[k] = turnover{x.debited + t.debited, x.credited + t.credited}
	}
	out := TrialBalance{At: p, Rows: make([]AccountBalance, 0, len(total))}
	for k, t := range total {
		row := AccountBalance{Account: k.account, Debited: t.debited.money(), Credited: t.credited.money()}
		if f.ByWave || f.Wave != nil {
			row.Wave = new(k.wave)
		}
		row.Natural = sideIn(k.account, row.Wave)
		switch balance := t.debited - t.credited; {
		case balance > 0:
			row.Debit, row.Unusual = balance.money(), row.Natural == Credit
		case balance < 0:
			row.Credit, row.Unusual = (-balance).money(), row.Natural == Debit
		}
		out.Debit, out.Credit = out.Debit.Add(row.Debit), out.Credit.Add(row.Credit)
		out.Rows = append(out.Rows, row)
	}
	slices.SortFunc(out.Rows, func(a, b AccountBalance) int {
		return cmp.Or(cmp.Compare(rank(a.Account), rank(b.Account)), cmp.Compare(a.Account, b.Account), compareWaves(a.Wave, b.Wave))
	})
	return out, nil
}

func compareWaves(a, b *int) int {
	if a == nil || b == nil {
		return 0
	}
	return cmp.Compare(*a, *b)
}

// rank orders accounts along the money's way: from the treasury to the person and the platform, then what went wrong, then
// promises.
func rank(a domain.Account) int {
	way := []string{"state_treasury", "programme_fund", "va", "platform_payable", "platform_paid", "payout_in_transit", "incentive_paid", "suspense", "receivable", "claims", "memo"}
	name, _, _ := strings.Cut(string(a), ".")
	if i := slices.Index(way, name); i >= 0 {
		return i
	}
	return len(way)
}

func (v *View) accountsAt(p Place) (map[accountKey]*turnover, error) {
	waves := wavesThen{v: v}
	return accountKeeping().at(v, p, func(e domain.Recorded, edit func(accountKey) *turnover) error {
		post(e, func(subject string) int { return waves.of(subject, e.Number) }, edit)
		return waves.err
	})
}

// wavesThen says whose wave an event of the past belongs to.
type wavesThen struct {
	v     *View
	known map[string]waveSince
	err   error
}

// waveSince is a person's wave, and the number of the event since which they have it.
type waveSince struct {
	wave int
	no   int64
}

// of is the wave that a person had when the event of a number was folded.
func (w *wavesThen) of(subject string, number uint64) int {
	x := w.find(subject)
	if x.no < 0 || uint64(x.no) > number {
		return 0
	}
	return x.wave
}

// since reports whether the event of a number is the one that gave the person their wave.
func (w *wavesThen) since(subject string, number uint64) bool {
	x := w.find(subject)
	return x.no >= 0 && uint64(x.no) == number
}

func (w *wavesThen) find(subject string) waveSince {
	x, ok := w.known[subject]
	if !ok {
		x.no = never
		err := w.v.tx.QueryRowContext(w.v.ctx, "SELECT wave, determined_no FROM participant WHERE subject = ?", subject).Scan(&x.wave, &x.no)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			w.err = fmt.Errorf("wave of participant %s: %w", subject, err)
		}
		if w.known == nil {
			w.known = map[string]waveSince{}
		}
		w.known[subject] = x
	}
	return x
}
