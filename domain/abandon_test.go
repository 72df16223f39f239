package domain

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/domain/reason"
)

// told is the ledger after the example story, with somebody who may buy.
func told(t *testing.T) (*Book, Command) {
	t.Helper()
	b := NewBook()
	for _, line := range Examples() {
		s, err := DecodeSubmission(line)
		require.NoError(t, err)
		s.Command.ID, s.Command.ReceivedAt = CommandID("story", s.Key), *s.ReceivedAt
		if _, is := s.Command.Act.(PurchaseCourse); is {
			return b, s.Command
		}
		_, err = b.Execute(s.Command)
		require.NoError(t, err)
	}
	require.Fail(t, "the example story has no purchase")
	return b, Command{}
}

// An order that its platform dropped can't be charged under any key, and one that was charged can't be dropped under another:
// a new user found both (a "nothing was charged" that was wrong is the worst sentence that this ledger can say).
func TestDroppedOrderStaysDropped(t *testing.T) {
	b, buy := told(t)
	act, ok := buy.Act.(PurchaseCourse)
	require.True(t, ok)
	act.NotAfter = nil
	order := func(key string, invoice InvoiceCode, after time.Duration) Command {
		x := act
		x.Invoice = invoice
		c := buy
		c.ID, c.Act, c.ReceivedAt = CommandID("test", key), x, buy.ReceivedAt.Add(after)
		return c
	}
	drop := func(key string, invoice InvoiceCode, after time.Duration) Command {
		c := order(key, invoice, after)
		c.Act = AbandonPurchase{act.OnParticipant, AbandonBody{act.Platform, invoice}}
		return c
	}
	run := func(c Command) Result {
		r, err := b.Execute(c)
		require.NoError(t, err)
		return r
	}
	require.True(t, run(drop("k1", "AB-1", 0)).Refused())
	late := run(order("k2", "AB-1", time.Second))
	require.True(t, late.Refused())
	require.Equal(t, reason.AbandonedByPlatform, late.Decision().Primary())
	bought := run(order("k3", "AB-2", 2*time.Second))
	require.Equal(t, Accepted, bought.Outcome)
	after := run(drop("k4", "AB-2", 3*time.Second))
	require.True(t, after.Replayed)
	require.Equal(t, bought.Event().ID, after.Event().ID)
}

// What a partner claims about when it asked changes nothing: the receipt decides, and stands in every mark of the state.
func TestPartnersCannotChooseTheirTime(t *testing.T) {
	b, buy := told(t)
	buy.ID, buy.Effective = CommandID("test", "back-dated"), new(buy.ReceivedAt.AddDate(-1, 0, 0))
	r, err := b.Execute(buy)
	require.NoError(t, err)
	require.Equal(t, Accepted, r.Outcome)
	require.Nil(t, r.Event().Meta.EffectiveAt)
	require.Equal(t, buy.ReceivedAt, r.Event().Meta.Effective())
}
