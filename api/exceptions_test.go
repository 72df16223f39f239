package api_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
)

// told records a fact of the past or of another party: it is never refused for a rule.
func told(tb testing.TB, s *api.Service, c *clock, key string, effective *time.Time, a domain.Act) api.Outcome {
	tb.Helper()
	cmd := command(key, c.add(time.Minute), a)
	cmd.Origin, cmd.Effective = domain.Migrated, effective
	out, err := s.Execute(tb.Context(), cmd)
	require.NoError(tb, err)
	require.False(tb, out.Refused(), "%s", out.Event().Data)
	return out
}

func course(who domain.OnParticipant, invoice domain.InvoiceCode, rupiah int64) domain.PurchaseCourse {
	return domain.PurchaseCourse{OnParticipant: who, PurchaseBody: domain.PurchaseBody{
		Course: "c-1", Platform: "platform-a", Invoice: invoice, Amount: domain.Rupiah(rupiah), Currency: domain.IDR,
	}}
}

// listed is the exceptions some days later.
func listed(tb testing.TB, s *api.Service, c *clock) map[api.ExceptionKind][]api.Exception {
	tb.Helper()
	rep, err := s.Exceptions(tb.Context(), c.add(40*24*time.Hour), api.ExceptionFilter{})
	require.NoError(tb, err)
	out := map[api.ExceptionKind][]api.Exception{}
	for _, x := range rep.Rows {
		out[x.Kind] = append(out[x.Kind], x)
	}
	return out
}

// TestExceptionsOfFacts records what should not be, each kind once, and finds each with its owner and amount.
func TestExceptionsOfFacts(t *testing.T) {
	s, c, w := small(t, memoryStore(t), 6)
	pack := policy(t).Entitlement.Package()
	// The bank's file has one debit beyond the purse; the order of another was abandoned before; two people have one order.
	told(t, s, c, "beyond", nil, course(buyer(w, 1), "INV-1", 1_200_000))
	out, err := s.Execute(t.Context(), command("drop", c.add(time.Minute), domain.AbandonPurchase{OnParticipant: buyer(w, 2), AbandonBody: domain.AbandonBody{Platform: "platform-a", Invoice: "INV-2"}}))
	require.NoError(t, err)
	require.True(t, out.Refused())
	told(t, s, c, "dropped", nil, course(buyer(w, 2), "INV-2", 300_000))
	told(t, s, c, "twice-1", nil, course(buyer(w, 3), "INV-3", 100_000))
	told(t, s, c, "twice-2", nil, course(buyer(w, 4), "INV-3", 100_000))
	// Paid for an order that nobody has, for one at another price, and nobody approved.
	line := func(n int, invoice domain.InvoiceCode, rupiah int64) domain.SettlementLine {
		return domain.SettlementLine{Participant: buyer(w, n).Participant, Invoice: invoice, Amount: domain.Rupiah(rupiah)}
	}
	file := domain.OnSettlement{Platform: "platform-a", File: domain.Digest("aa00000000000000000000000000000000000000000000000000000000000000")}
	told(t, s, c, "paid", nil, domain.RecordPartnerPaid{OnSettlement: file, SettlementBody: domain.SettlementBody{
		Reference: "PAY-1", Currency: domain.IDR, Total: domain.Rupiah(390_000), Lines: []domain.SettlementLine{line(2, "INV-2", 310_000), line(5, "INV-9", 80_000)},
	}})
	// An incentive without a certificate and without an instruction, and a line of the decree that names two people.
	told(t, s, c, "incentive", nil, domain.ConfirmIncentive{OnParticipant: buyer(w, 5), DisbursementBody: domain.DisbursementBody{
		IncentiveKey: domain.IncentiveKey{Kind: domain.JobSearch, N: 1}, Instruction: "INS-1",
	}})
	again := determination(c.add(time.Minute), w, 1, pack)
	again.ID, again.Origin = domain.CommandID("test", "line-again"), domain.Migrated
	again.Act = domain.DetermineRecipient{OnParticipant: person(77), DeterminationBody: again.Act.(domain.DetermineRecipient).DeterminationBody}
	_, err = s.Execute(t.Context(), again)
	require.NoError(t, err)
	// Dated back beyond the bound; revoked with a dispute that nobody resolved.
	old := begin().AddDate(0, -3, 0)
	back := command("back", c.add(time.Minute), domain.RecordNotification{OnParticipant: buyer(w, 6), NotificationBody: domain.NotificationBody{Channel: domain.ChannelSMS, SentAt: old}})
	back.Effective = &old
	_, err = s.Execute(t.Context(), back)
	require.NoError(t, err)
	told(t, s, c, "dispute", nil, domain.OpenDispute{OnCase: domain.OnCase{Case: "K-1"}, DisputeBody: domain.DisputeBody{Participant: buyer(w, 6).Participant, About: "RevokeParticipation"}})
	told(t, s, c, "revoke", nil, domain.RevokeParticipation{OnParticipant: buyer(w, 6), RevocationBody: domain.RevocationBody{Cause: domain.Fraud}})

	got := listed(t, s, c)
	for kind, want := range map[api.ExceptionKind]struct {
		owner  domain.Party
		amount string
		who    uuid.UUID
	}{
		api.Suspense:                {domain.PartyPlatform, "200000", buyer(w, 1).Participant},
		api.DebitedAfterAbandonment: {domain.PartyPlatform, "300000", buyer(w, 2).Participant},
		api.InvoiceAtTwoPeople:      {domain.PartyPlatform, "100000", buyer(w, 4).Participant},
		api.PaidWithoutApproval:     {domain.PartyProgramme, "390000", uuid.Nil},
		api.PaidUnknownOrder:        {domain.PartyPlatform, "80000", buyer(w, 5).Participant},
		api.PaidAmountDiffers:       {domain.PartyBank, "10000", buyer(w, 2).Participant},
		api.PaidNotDelivered:        {domain.PartyPlatform, "310000", buyer(w, 2).Participant},
		api.DecreeLineTwice:         {domain.PartyProgramme, pack.Total().String(), person(77).Participant},
		api.BackDated:               {domain.PartyProgramme, "0", buyer(w, 6).Participant},
		api.RevokedWithDispute:      {domain.PartyProgramme, pack.Total().String(), buyer(w, 6).Participant},
	} {
		var found *api.Exception
		for _, x := range got[kind] {
			if x.Participant == nil && want.who == uuid.Nil || x.Participant != nil && *x.Participant == want.who {
				found = &x
			}
		}
		require.NotNil(t, found, "%s: %v", kind, got[kind])
		require.Equal(t, want.owner, found.Owner, kind)
		require.Equal(t, want.amount, found.Amount.String(), kind)
		require.GreaterOrEqual(t, found.AgeDays, 39, kind)
	}
	require.Len(t, got[api.NoVoucher], 4)
	require.Len(t, got[api.IncentiveBeforeCert], 1)
	require.Len(t, got[api.InvoiceAtTwoPeople], 1)
}

// TestLaterKnownDeparture accepts a purchase, and learns afterwards that the platform had left before: right at the time,
// wrong now. A purchase before the departure stays what it was.
func TestLaterKnownDeparture(t *testing.T) {
	s, c, w := small(t, memoryStore(t), 3)
	bought := func(n int, invoice domain.InvoiceCode) domain.Recorded {
		out, err := s.Execute(t.Context(), purchase("buy-"+string(invoice), c.add(time.Hour), buyer(w, n), invoice))
		require.NoError(t, err)
		require.False(t, out.Refused())
		return out.Event()
	}
	bought(1, "INV-1")
	left := c.add(time.Hour)
	wrong := bought(2, "INV-2")
	leave := command("leave", c.add(48*time.Hour), domain.RemovePlatform{OnPlatform: domain.OnPlatform{Platform: "platform-a"}, PlatformLeaveBody: domain.PlatformLeaveBody{Cause: domain.LeftByItself, EndedAt: left}})
	leave.Effective = &left
	out, err := s.Execute(t.Context(), leave)
	require.NoError(t, err)
	require.False(t, out.Refused())

	got := listed(t, s, c)[api.AcceptedAgainstKnownFacts]
	require.Len(t, got, 1)
	require.Equal(t, wrong.Ref(), got[0].Event)
	require.Equal(t, "350000", got[0].Amount.String())
	require.Contains(t, got[0].Evidence, out.Event().Ref())

	rep, err := s.Affected(t.Context(), "platform-platform-a", out.Event().Revision, c.Now())
	require.NoError(t, err)
	require.Len(t, rep.Decisions, 1)
	require.Equal(t, api.WouldFail, rep.Decisions[0].Reliance)
	require.Equal(t, wrong.Ref(), rep.Decisions[0].Event)
	again, err := s.Redecide(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, again.Decisions, again.Equal, "the old decision stands")
}

// TestStaleBasis lets a node decide that has not heard of a closing which was in force.
func TestStaleBasis(t *testing.T) {
	store := memoryStore(t)
	s, c, w := small(t, store, 2)
	deaf := open(t, store, c)
	out, err := s.Execute(t.Context(), command("close", c.add(time.Minute), domain.ClosePaymentGate{GateBody: domain.GateBody{
		Scope: domain.GateAll, Cause: domain.GateIncident, OrderedBy: domain.PartyProgramme, NoticeID: "Layanan ditutup.", NoticeEN: "Payments are closed.", ClockEffect: domain.ClockNone,
	}}))
	require.NoError(t, err)
	require.False(t, out.Refused())
	bought, err := deaf.Execute(t.Context(), purchase("buy", c.add(time.Hour), buyer(w, 1), "INV-1"))
	require.NoError(t, err)
	require.False(t, bought.Refused(), "this node did not know")

	got := listed(t, deaf, c)
	require.Len(t, got[api.StaleBasis], 1)
	require.Equal(t, bought.Event().Ref(), got[api.StaleBasis][0].Event)
	require.Contains(t, got[api.StaleBasis][0].Evidence, out.Event().Ref())
}
