package main

import (
	"context"
	"fmt"
	"time"

	"saldo/domain"
	"saldo/domain/words"
	"saldo/eventstore"
)

// waveReport is where the money of a wave is by a time, and whether every decision repeats: the auditor's question.
type waveReport struct {
	Wave             int          `json:"wave"`
	By               time.Time    `json:"by"`
	People           int          `json:"people"`
	Allocated        domain.Money `json:"allocated"`
	Transferred      domain.Money `json:"transferred"`
	Bought           domain.Money `json:"training_bought"`
	Paid             domain.Money `json:"paid_to_platforms"`
	Unfinished       domain.Money `json:"paid_for_unfinished_training"`
	UnfinishedOrders int          `json:"unfinished_orders"`
	Incentives       domain.Money `json:"incentives_paid"`
	Returned         domain.Money `json:"returned"`
	Left             domain.Money `json:"left"`
	Difference       domain.Money `json:"difference"`
	ClosedAttempts   int          `json:"attempts_while_closed"`
	ClosedPeople     int          `json:"people_while_closed"`
	ClosedAccepted   int          `json:"accepted_while_closed"`
	Exceptions       int          `json:"exceptions"`
	Decisions        int          `json:"decisions_repeated"`
	Equal            int          `json:"decisions_equal"`
	Number           uint64       `json:"no"`
	Root             string       `json:"root"`
}

// waveTotals folds a wave's people and their money.
type waveTotals struct {
	rep    *waveReport
	people map[domain.Stream]*domain.ParticipantState
	paid   []domain.SettlementLine
	closed []time.Time // of the gate for all: closed, opened, closed …
	tried  map[domain.Stream]bool
}

func (l *ledger) wave(ctx context.Context, wave int, by time.Time) (*waveReport, error) {
	rep := &waveReport{Wave: wave, By: by}
	w := &waveTotals{rep: rep, people: map[domain.Stream]*domain.ParticipantState{}, tried: map[domain.Stream]bool{}}
	for e, err := range l.Events(ctx, eventstore.Position{}) {
		if err != nil {
			return nil, err
		}
		if !e.Meta.RecordedAt.After(by) && !e.Foreign() && !e.Unknown() {
			w.see(e)
		}
	}
	w.finish()
	redecided, err := l.Redecide(ctx, nil)
	if err != nil {
		return nil, err
	}
	rep.Decisions, rep.Equal = redecided.Decisions, redecided.Equal
	d, err := l.Digest(ctx, nil, &by)
	rep.Number, rep.Root = d.Number, d.Root
	return rep, err
}

func (w *waveTotals) see(e domain.Recorded) {
	refused := e.Meta.Outcome == domain.Refused
	switch f := e.Fact.(type) {
	case domain.RecipientDetermined:
		if f.Wave == w.rep.Wave && !refused {
			w.people[e.Stream] = domain.NewParticipantState(e.Stream)
			w.rep.People++
			w.rep.Allocated = w.rep.Allocated.Add(f.Package.Total())
		}
	case domain.PartnerPaid:
		w.paid = append(w.paid, f.Lines...)
	case domain.PaymentGateClosed:
		if f.Scope == domain.GateAll {
			w.closed = append(w.closed, e.Meta.InForce())
		}
	case domain.PaymentGateOpened:
		if f.Scope == domain.GateAll {
			w.closed = append(w.closed, e.Meta.InForce())
		}
	}
	p, ok := w.people[e.Stream]
	if !ok {
		return
	}
	domain.Evolve(p, e)
	if d := e.Fact.Ruling(); d != nil && len(d.Exceptions) > 0 {
		w.rep.Exceptions++
	}
	w.money(e)
}

func (w *waveTotals) money(e domain.Recorded) {
	r := w.rep
	switch f := e.Fact.(type) {
	case domain.BalanceCredited:
		r.Transferred = r.Transferred.Add(f.Amounts.Total())
	case domain.CoursePurchased:
		r.Bought = r.Bought.Add(f.Amount)
		w.attempt(e, true)
	case domain.PurchaseRefused:
		w.attempt(e, false)
	case domain.PurchaseCancelled:
		r.Bought = r.Bought.Sub(f.Amount)
		if f.RefundTo == domain.RefundToFund {
			r.Returned = r.Returned.Add(f.Amount)
		}
	case domain.IncentiveDisbursed:
		r.Incentives = r.Incentives.Add(f.Amount)
	case domain.BalanceReturned:
		r.Returned = r.Returned.Add(f.Amounts.Total())
	case domain.PurseLapsed:
		r.Returned = r.Returned.Add(f.Amounts.Total())
	}
}

// attempt counts what was tried while payments were closed for all.
func (w *waveTotals) attempt(e domain.Recorded, accepted bool) {
	changes := 0
	for _, t := range w.closed {
		if !t.After(e.Meta.ReceivedAt) {
			changes++
		}
	}
	if changes%2 == 0 || e.Meta.Origin != domain.Decided {
		return
	}
	w.rep.ClosedAttempts++
	w.tried[e.Stream] = true
	if accepted {
		w.rep.ClosedAccepted++
	}
}

func (w *waveTotals) finish() {
	r := w.rep
	r.ClosedPeople = len(w.tried)
	for _, p := range w.people {
		r.Left = r.Left.Add(p.Balance.Total()).Add(p.InTransit)
	}
	for _, line := range w.paid {
		p, ok := w.people[domain.ParticipantStreamOf(line.Participant)]
		if !ok {
			continue
		}
		r.Paid = r.Paid.Add(line.Amount)
		for _, x := range p.Purchases {
			if x.Invoice == line.Invoice && x.Training.Completed.At.IsZero() {
				r.Unfinished = r.Unfinished.Add(line.Amount)
				r.UnfinishedOrders++
			}
		}
	}
	r.Difference = r.Transferred.Sub(r.Bought).Sub(r.Incentives).Sub(r.Returned).Sub(r.Left)
}

// waveText says the report in one paragraph.
func (a *app) waveText(r *waveReport) string {
	rp := func(m domain.Money) string { return words.Rupiah(m.Decimal(), a.lang) }
	n := func(v int) string { return words.Count(v, a.lang) }
	return fmt.Sprintf(a.t(
		"Per %s, posisi nomor %s, digest %s…: %s peserta, %s dialokasikan; ditransfer %s; pelatihan dibeli %s; dibayar ke platform %s, di antaranya %s (%s transaksi) untuk pelatihan yang belum selesai; insentif diterima %s; dikembalikan %s; sisa %s; selisih %s. Selama layanan ditutup: %s percobaan oleh %s peserta, %s diterima. Seluruh buku besar: %s keputusan diulang, %s sama, %s berbeda. %s pengecualian di gelombang ini.",
		"By %s, position number %s, digest %s…: %s people, %s allocated; transferred %s; training bought %s; paid to platforms %s, of which %s (%s transactions) for training that is not finished; incentives confirmed %s; returned %s; left %s; difference %s. While payments were closed: %s attempts by %s people, %s accepted. The whole ledger: %s decisions repeated, %s equal, %s different. %s exceptions in this wave."),
		words.Moment(r.By, a.zone, a.lang), n(int(r.Number)), r.Root[:16], n(r.People), rp(r.Allocated), rp(r.Transferred), rp(r.Bought), rp(r.Paid), rp(r.Unfinished), n(r.UnfinishedOrders), //nolint:gosec // far below 2^63
		rp(r.Incentives), rp(r.Returned), rp(r.Left), rp(r.Difference), n(r.ClosedAttempts), n(r.ClosedPeople), n(r.ClosedAccepted), n(r.Decisions), n(r.Equal), n(r.Decisions-r.Equal), n(r.Exceptions))
}
