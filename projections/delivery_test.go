package projections

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/domain"
)

// plainOrders adds up orders at a prefix of the log from the domain's own fold of everybody and the settlements' lines.
func plainOrders(events []domain.Recorded) map[deliverySumKey]deliverySum {
	states := map[domain.Stream]*domain.ParticipantState{}
	paid := map[orderKey]rupiah{}
	for _, e := range events {
		if f, ok := e.Fact.(domain.PartnerPaid); ok {
			for _, l := range f.Lines {
				paid[orderKey{l.Participant.String(), e.Stream.SettledPlatform(), l.Invoice}] += rp(l.Amount)
			}
		}
		if e.Stream.Kind() == domain.ParticipantStream {
			if states[e.Stream] == nil {
				states[e.Stream] = domain.NewParticipantState(e.Stream)
			}
			domain.Evolve(states[e.Stream], e)
		}
	}
	out := map[deliverySumKey]deliverySum{}
	add := func(wave int, p domain.PlatformCode, step DeliveryStep, s deliverySum) {
		if s.paid != 0 {
			s.paidCount = 1
		}
		k := deliverySumKey{wave, p, step}
		sum := out[k]
		sum.add(1, s)
		out[k] = sum
	}
	for stream, s := range states {
		standing := map[domain.InvoiceCode]domain.Standing{}
		for _, x := range s.Standings() {
			standing[x.Invoice] = x
		}
		for _, x := range s.Purchases {
			key := orderKey{stream.Key(), x.Platform, x.Invoice}
			sum := deliverySum{orders: 1, amount: rp(x.Amount), paid: paid[key]}
			delete(paid, key)
			y, stands := standing[x.Invoice]
			if stands && (y.Started || y.Completed) {
				sum.attended = sum.amount
			}
			step := StepFinished
			switch {
			case !stands:
				step = StepCancelled
			case !y.Exchanged:
				step = StepNotExchanged
			case !y.Started:
				step = StepNotStarted
			case !y.Completed:
				step = StepNotFinished
			}
			add(s.Determination.Wave, x.Platform, step, sum)
		}
	}
	for key, amount := range paid { // lines for orders that are not in the log
		wave := 0
		if s := states[domain.Stream("participant-"+key.Subject)]; s != nil {
			wave = s.Determination.Wave
		}
		add(wave, key.Platform, StepUnrecorded, deliverySum{paid: amount})
	}
	return out
}

// What platforms were paid against what people got, at the head and at any place of the past.
func TestDeliveriesAgreeWithTheDomain(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	r := rand.New(rand.NewPCG(13, 14))
	for _, n := range places(r, 25) {
		p, err := v.PlaceOf(uint64(n))
		require.NoError(t, err)
		sums, err := v.deliveriesAt(p)
		require.NoError(t, err)
		got := map[deliverySumKey]deliverySum{}
		for k, s := range sums {
			if *s != (deliverySum{}) {
				got[k] = *s
			}
		}
		require.Equal(t, plainOrders(told()[:n]), got, n)
	}
}

// The single orders are those that the sums count, whatever the place.
func TestPaidOrdersAddUp(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	for _, n := range []int{0, len(told()) / 3, len(told()) * 2 / 3, len(told())} {
		p, err := v.PlaceOf(uint64(n))
		require.NoError(t, err)
		want := plainOrders(told()[:n])
		for k, s := range want {
			if s.paid == 0 {
				delete(want, k)
			}
		}
		undelivered := 0
		for k, s := range want {
			if k.step.Undelivered() {
				undelivered += s.paidCount
			}
		}
		page := Page{Limit: 7}
		for {
			var rows List[PaidOrder]
			rows, err = v.PaidOrders(p, PaidFilter{}, page)
			require.NoError(t, err)
			for _, x := range rows.Rows {
				k := deliverySumKey{x.Wave, x.Platform, x.Step}
				s := want[k]
				s.paid, s.paidCount = s.paid-rp(x.Paid), s.paidCount-1
				want[k] = s
			}
			if page.After = rows.Next; page.After == "" {
				break
			}
		}
		for k, s := range want {
			require.Zero(t, s.paid, k)
			require.Zero(t, s.paidCount, k)
		}
		some, err := v.PaidOrders(p, PaidFilter{Undelivered: true}, Page{Limit: MaxPage})
		require.NoError(t, err)
		require.Len(t, some.Rows, undelivered)
	}
}
