package projections

import (
	"cmp"

	"saldo/domain"
)

// DailyItem is what is counted by day.
type DailyItem string

// What is counted by day.
const (
	DailyDetermined DailyItem = "determined"   // people named by decrees; amount: what was allocated
	DailyCredited   DailyItem = "credited"     // credits of the bank
	DailyBought     DailyItem = "bought"       // accepted purchases
	DailyRefused    DailyItem = "refused"      // purchases that were refused; amount: what was asked for
	DailyCancelled  DailyItem = "cancelled"    // cancelled purchases
	DailyCertified  DailyItem = "certificates" // certificates accepted by the programme office; no amount
	DailyPaid       DailyItem = "incentives"   // incentives confirmed by payment partners
	DailyReturned   DailyItem = "returned"     // purses emptied into the programme fund
)

// DailyItems lists them in the order of a participation.
func DailyItems() []DailyItem {
	return []DailyItem{DailyDetermined, DailyCredited, DailyBought, DailyRefused, DailyCancelled, DailyCertified, DailyPaid, DailyReturned}
}

// dailyKey is a total of a day in Western Indonesian Time.
type dailyKey struct {
	day  string // YYYY-MM-DD
	wave int
	item DailyItem
}

// daily is a row of daily: what was recorded on the day, and what is said to have happened on it. Both count each event
// once; certified totals are by position, never by effective date.
type daily struct {
	dailyKey
	recorded, effective countSum
}

// dailies is the model of daily totals.
type dailies struct {
	rows *table[dailyKey, daily]
	f    *fold
}

func newDailies(f *fold) *dailies {
	return &dailies{f: f, rows: newTable(f, "daily",
		func(a, b dailyKey) int {
			return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.wave, b.wave), cmp.Compare(a.item, b.item))
		},
		func(k dailyKey) daily { return daily{dailyKey: k} }, dailyColumns)}
}

func dailyColumns(d *daily) []any {
	return []any{&d.day, &d.wave, &d.item, &d.recorded.count, &d.recorded.amount, &d.effective.count, &d.effective.amount}
}

func (m *dailies) apply(e domain.Recorded) {
	item, amount := dailyOf(e)
	if item == "" {
		return
	}
	wave := m.f.people.waveOf(e.Stream)
	m.rows.edit(dailyKey{wibDay(e.Meta.RecordedAt), wave, item}).recorded.add(1, rp(amount))
	m.rows.edit(dailyKey{wibDay(e.Meta.Effective()), wave, item}).effective.add(1, rp(amount))
}

// dailyOf says what an event counts for by day, nothing for most.
func dailyOf(e domain.Recorded) (DailyItem, domain.Money) {
	if e.Meta.Outcome == domain.Refused {
		if f, ok := e.Fact.(domain.PurchaseRefused); ok {
			return DailyRefused, f.Amount
		}
		return "", domain.Money{}
	}
	switch f := e.Fact.(type) {
	case domain.RecipientDetermined:
		return DailyDetermined, f.Package.Total()
	case domain.BalanceCredited:
		return DailyCredited, f.Amounts.Total()
	case domain.CoursePurchased:
		return DailyBought, f.Amount
	case domain.PurchaseCancelled:
		return DailyCancelled, f.Amount
	case domain.CertificateAccepted:
		return DailyCertified, domain.Money{}
	case domain.IncentiveDisbursed:
		return DailyPaid, f.Amount
	case domain.PurseLapsed:
		return DailyReturned, f.Amounts.Total()
	case domain.BalanceReturned:
		return DailyReturned, f.Amounts.Total()
	}
	return "", domain.Money{}
}
