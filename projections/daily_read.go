package projections

import (
	"saldo/domain"
)

// Daily is what happened on a day in Western Indonesian Time. Recorded counts the events recorded on it and never changes when
// the day is over; Effective those said to have happened on it, and changes when facts come in late. What is certified
// is by position, never by effective date.
type Daily struct {
	Day             string       `json:"day"`  // YYYY-MM-DD
	Wave            int          `json:"wave"` // where asked by wave; 0: no decree had named the person, or all waves
	Item            DailyItem    `json:"item"`
	Recorded        int          `json:"recorded"`
	RecordedAmount  domain.Money `json:"recorded_amount"`
	Effective       int          `json:"effective"`
	EffectiveAmount domain.Money `json:"effective_amount"`
}

// DailyFilter chooses days and what is counted; zero fields choose all.
type DailyFilter struct {
	From, To string // YYYY-MM-DD, both included
	Wave     int
	Item     DailyItem
}

const dailySelect = `SELECT day, wave, item, recorded, recorded_amount, effective, effective_amount FROM daily`

// Daily lists daily totals by day, wave and item, as the models stand, a page at a time.
func (v *View) Daily(f DailyFilter, page Page) (List[Daily], error) {
	var where conditions
	where.add(f.From != "", "day >= ?", f.From)
	where.add(f.To != "", "day <= ?", f.To)
	where.add(f.Wave != 0, "wave = ?", f.Wave)
	where.add(f.Item != "", "item = ?", string(f.Item))
	return list(v, listing[Daily]{
		name: "daily", filter: f, query: dailySelect, where: where, order: []string{"day", "wave", "item"},
		scan: func(scan func(...any) error) (Daily, []any, error) {
			var d daily
			err := scan(dailyColumns(&d)...)
			return Daily{
				d.day, d.wave, d.item, d.recorded.count, d.recorded.amount.money(), d.effective.count, d.effective.amount.money(),
			}, []any{d.day, d.wave, string(d.item)}, err
		},
	}, page)
}
