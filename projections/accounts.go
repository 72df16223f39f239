package projections

import (
	"cmp"

	"saldo/domain"
)

// accountKey is an account, of a wave where it belongs to people of one.
type accountKey struct {
	Account domain.Account
	Wave    int
}

// account is a row of account.
type account struct {
	accountKey
	Amount rupiah
}

// accounts is the model of the trial balance: double entry, per wave. Its history is kept at marks, so that the balance at any
// place of the log costs the events since the mark before it.
type accounts struct {
	rows *table[accountKey, account]
	past *table[accountMark, accountPast]
	f    *fold
}

// accountMark is an account at a mark.
type accountMark struct {
	accountKey
	Mark int64
}

// accountPast is a row of account_past: the balance before the first event behind the mark, where the events up to the
// next mark changed it.
type accountPast struct {
	accountMark
	Amount rupiah
}

func lessAccount(a, b accountKey) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Wave, b.Wave))
}

func newAccounts(f *fold) *accounts {
	return &accounts{
		f: f,
		rows: newTable(f, "account", lessAccount, func(k accountKey) account { return account{accountKey: k} },
			func(r *account) []any { return []any{&r.Account, &r.Wave, &r.Amount} }),
		past: newTable(f, "account_past", func(a, b accountMark) int {
			return cmp.Or(lessAccount(a.accountKey, b.accountKey), cmp.Compare(a.Mark, b.Mark))
		}, func(k accountMark) accountPast { return accountPast{accountMark: k} },
			func(r *accountPast) []any { return []any{&r.Account, &r.Wave, &r.Mark, &r.Amount} }),
	}
}

func (m *accounts) apply(e domain.Recorded) {
	legs := domain.PostingsOf(e)
	if len(legs) == 0 {
		return
	}
	wave := m.f.people.waveOf(e.Stream)
	for _, leg := range legs {
		key := accountKey{leg.Account, wave}
		row := m.rows.edit(key)
		mark := accountMark{key, m.f.mark()}
		if m.past.get(mark) == nil {
			m.past.edit(mark).Amount = row.Amount
		}
		row.Amount += rp(leg.Amount)
	}
}
