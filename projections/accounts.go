package projections

import (
	"cmp"

	"saldo/domain"
)

// accountKey is an account, of a wave where it belongs to people of one.
type accountKey struct {
	account domain.Account
	wave    int
}

// turnover is what went into an account and out of it.
type turnover struct{ debited, credited rupiah }

func accountKeeping() keeping[accountKey, turnover] {
	return keeping[accountKey, turnover]{
		name: "account", events: moneyEvents(), keyColumns: []string{"account", "wave"}, valueColumns: []string{"debited", "credited"},
		key:    func(k *accountKey) []any { return []any{&k.account, &k.wave} },
		values: func(t *turnover) []any { return []any{&t.debited, &t.credited} },
		less: func(a, b accountKey) int {
			return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.wave, b.wave))
		},
	}
}

// moneyEvents lists the types of events that move money or promises of it.
func moneyEvents() []domain.EventName {
	return []domain.EventName{
		"RecipientDetermined", "BalanceCredited", "CoursePurchased", "PurchaseCancelled", "PartnerPaid", "IncentiveInstructed", "IncentiveDisbursed",
		"IncentiveFailed", "PurseLapsed", "BalanceReturned", "ParticipationRestored", "RepaymentDemanded", "RepaymentReceived", "FundsReceived", "FundsReturned",
	}
}

// accounts is the model of the trial balance: double entry, per wave, at every place of the log.
type accounts struct {
	sums *kept[accountKey, turnover]
	f    *fold
}

func newAccounts(f *fold) *accounts { return &accounts{f: f, sums: newKept(f, accountKeeping())} }

func (m *accounts) apply(e domain.Recorded) {
	post(e, m.f.people.wave, m.sums.edit)
}

// post enters the legs of an event, each under the wave of the person whose money it is. A settlement is about many people:
// each line goes under its person's wave, and what the lines leave of the total under wave 0.
func post(e domain.Recorded, waveOf func(subject string) int, edit func(accountKey) *turnover) {
	legs := domain.PostingsOf(e)
	if len(legs) == 0 {
		return
	}
	if f, ok := e.Fact.(domain.PartnerPaid); ok {
		rest := rp(f.Total)
		for _, l := range f.Lines {
			enter(waveOf(l.Participant.String()), rp(l.Amount), edit)
			rest -= rp(l.Amount)
		}
		enter(0, rest, edit)
		return
	}
	wave := 0
	if e.Stream.Kind() == domain.ParticipantStream {
		wave = waveOf(e.Stream.Key())
	}
	for _, leg := range legs {
		edit(accountKey{leg.Account, wave}).add(rp(leg.Amount))
	}
}

// enter enters what a platform was paid for purchases of a wave.
func enter(wave int, paid rupiah, edit func(accountKey) *turnover) {
	if paid != 0 {
		edit(accountKey{domain.PlatformPayable, wave}).add(-paid)
		edit(accountKey{domain.PlatformPaid, wave}).add(paid)
	}
}

func (t *turnover) add(amount rupiah) {
	if amount > 0 {
		t.debited += amount
	} else {
		t.credited -= amount
	}
}
