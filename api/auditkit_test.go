package api_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/scenario"
	"saldo/eventstore"
	"saldo/eventstore/memory"
)

// yearEnd is the day of the state auditor's question.
func yearEnd() time.Time { return time.Date(2020, 12, 31, 16, 59, 59, 0, time.UTC) }

// august is the reconstruction of August 2020 and what came of it, in a store of its own.
func august(tb testing.TB) (*api.Service, *memory.Store) {
	tb.Helper()
	store := memoryStore(tb)
	s, err := api.Open(tb.Context(), api.Config{Store: store, Now: func() time.Time { return time.Date(2021, 4, 1, 0, 0, 0, 0, time.UTC) }, Simulation: true})
	require.NoError(tb, err)
	require.NoError(tb, s.ExecuteAll(tb.Context(), func(yield func(domain.Command) bool) {
		for _, st := range scenario.Steps() {
			st.Command.ID = domain.CommandID(scenario.Organisation, st.Key)
			if !yield(st.Command) {
				return
			}
		}
	}, 64, func(_ int, _ api.Outcome, err error) error { return err }))
	return s, store
}

// logOf lists all events of a service's log.
func logOf(tb testing.TB, s *api.Service) []domain.Recorded {
	tb.Helper()
	var out []domain.Recorded
	for e, err := range s.Events(tb.Context(), eventstore.Position{}) {
		require.NoError(tb, err)
		out = append(out, e)
	}
	return out
}

// TestAugustIsAudited asks the state auditor's questions of the reconstruction, each figure worked out another way.
func TestAugustIsAudited(t *testing.T) {
	s, store := august(t)
	log := logOf(t, s)
	t.Run("exceptions", func(t *testing.T) { auditExceptions(t, s, log) })
	t.Run("books", func(t *testing.T) { auditBooks(t, s) })
	t.Run("payments", func(t *testing.T) { auditPayments(t, s) })
	t.Run("reconciliation", func(t *testing.T) { auditReconciliation(t, s) })
	t.Run("decisions", func(t *testing.T) { auditDecisions(t, s, log) })
	t.Run("affected", func(t *testing.T) { auditAffected(t, s, log) })
	t.Run("second opinion", func(t *testing.T) { auditSecondOpinion(t, s, store) })
	t.Run("sample", func(t *testing.T) { auditSample(t, s) }) // it appends
}

// undelivered works out from the events alone what was paid for trainings that were not finished: no fold, no posting.
func undelivered(log []domain.Recorded, at time.Time) map[string]domain.Money {
	type order struct{ course string }
	orders, done, gone := map[string]order{}, map[string]int{}, map[string]bool{}
	paid := map[string]domain.Money{}
	for _, e := range log {
		if e.Meta.RecordedAt.After(at) || e.Meta.Outcome == domain.Refused {
			continue
		}
		who := e.Stream.Key()
		step := func(c domain.CourseCode, bit int) { done[who+"/"+string(c)] |= bit }
		switch f := e.Fact.(type) {
		case domain.CoursePurchased:
			orders[who+"/"+string(f.Invoice)] = order{who + "/" + string(f.Course)}
		case domain.PurchaseCancelled:
			gone[who+"/"+string(f.Invoice)] = true
		case domain.VoucherExchanged:
			step(f.Course, 1)
		case domain.TrainingStarted:
			step(f.Course, 2)
		case domain.TrainingCompleted:
			step(f.Course, 4)
		case domain.PartnerPaid:
			for _, l := range f.Lines {
				k := l.Participant.String() + "/" + string(l.Invoice)
				paid[k] = paid[k].Add(l.Amount)
			}
		}
	}
	for k := range paid {
		if gone[k] || done[orders[k].course] == 7 {
			delete(paid, k)
		}
	}
	return paid
}

func auditExceptions(t *testing.T, s *api.Service, log []domain.Recorded) {
	t.Helper()
	rep, err := s.Exceptions(t.Context(), yearEnd(), api.ExceptionFilter{})
	require.NoError(t, err)
	want := undelivered(log, yearEnd())
	require.Len(t, want, rep.Counts[api.PaidNotDelivered])
	var sum domain.Money
	for _, m := range want {
		sum = sum.Add(m)
	}
	require.Equal(t, sum.String(), rep.Amounts[api.PaidNotDelivered].String())
	stored := 0
	for _, e := range log {
		if e.Meta.RecordedAt.After(yearEnd()) {
			break
		}
		if d := e.Fact.Ruling(); d != nil && len(d.Exceptions) > 0 {
			stored++
		}
	}
	require.Equal(t, stored, rep.Counts[api.RecordedWithExceptions]+rep.Counts[api.BackDated])
	require.Zero(t, rep.Counts[api.AcceptedAgainstKnownFacts]+rep.Counts[api.StaleBasis], "one node decided, and nothing was dated back")
	for _, x := range rep.Rows {
		require.NotEmpty(t, x.Owner)
		require.False(t, x.Event.IsZero())
		require.NotEmpty(t, x.Reference)
	}

	above, err := s.Exceptions(t.Context(), yearEnd(), api.ExceptionFilter{Kinds: []api.ExceptionKind{api.PaidNotDelivered}, Above: domain.Rupiah(500_000), Wave: 4})
	require.NoError(t, err)
	require.Equal(t, rep.Found, above.Found)
	require.NotEmpty(t, above.Rows)
	for _, x := range above.Rows {
		require.Positive(t, x.Amount.Cmp(domain.Rupiah(500_000)))
		require.Equal(t, 4, x.Wave)
	}
}

// auditBooks holds the totals to the report of wave 4 and the trial balance to that of the check.
func auditBooks(t *testing.T, s *api.Service) {
	t.Helper()
	at := yearEnd()
	b, err := s.Books(t.Context(), api.Bound{At: &at})
	require.NoError(t, err)
	r, err := s.Realisation(t.Context(), 4, at)
	require.NoError(t, err)
	var spent, left, returned domain.Money
	for _, x := range b.Totals {
		require.True(t, x.Difference().IsZero())
		if x.Wave == 4 {
			spent, left, returned = spent.Add(x.Spent), left.Add(x.Left), returned.Add(x.Returned)
		}
	}
	require.Equal(t, r.Delivery.Bought.Add(r.Delivery.Incentives).String(), spent.String())
	require.Equal(t, r.Delivery.Left.Total().String(), left.String())
	require.Equal(t, r.Delivery.Returned.Total().String(), returned.String())

	whole, err := s.Books(t.Context(), api.Bound{})
	require.NoError(t, err)
	rep, err := s.Check(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, rep.Root, whole.Root)
	require.Len(t, whole.Accounts, len(rep.Balances))
	for i, l := range whole.Accounts {
		require.Equal(t, rep.Balances[i].Account, l.Account)
		require.Equal(t, rep.Balances[i].Amount.String(), l.Balance.String())
		require.Equal(t, l.In.Sub(l.Out).String(), l.Balance.String())
	}
	require.True(t, whole.Left().IsZero(), "the money of 2020 is back")
}

func auditPayments(t *testing.T, s *api.Service) {
	t.Helper()
	at := yearEnd()
	p, err := s.PlatformPayments(t.Context(), api.Bound{At: &at}, 4)
	require.NoError(t, err)
	r, err := s.Realisation(t.Context(), 4, at)
	require.NoError(t, err)
	require.Equal(t, r.Paid.String(), p.Paid.String())
	require.Equal(t, r.NotDelivered.String(), p.NotDelivered.String())
	require.Len(t, p.Undelivered, len(r.Undelivered))
}

func auditReconciliation(t *testing.T, s *api.Service) {
	t.Helper()
	c, err := s.Reconcile(t.Context(), api.Bound{})
	require.NoError(t, err)
	var net domain.Money
	for _, m := range c.Moves {
		if m.In {
			net = net.Add(m.Amount)
		} else {
			net = net.Sub(m.Amount)
		}
	}
	require.Equal(t, net.Neg().String(), c.Treasury.String())
	require.True(t, c.InFund.IsZero())
	for _, x := range c.Tranches {
		require.True(t, x.Agrees(), x.Reference)
	}
	for _, d := range c.Decrees {
		require.True(t, d.Agrees, d.Decree)
	}
}

// auditDecisions does the sums of the flat rows: the failing checks of a row give its outcome, its purses its amount.
func auditDecisions(t *testing.T, s *api.Service, log []domain.Recorded) {
	t.Helper()
	table, err := api.NewDecisionTable("purchase")
	require.NoError(t, err)
	_, err = api.NewDecisionTable("nonsense")
	require.Error(t, err)
	place := map[string]int{}
	for i, c := range table.Columns {
		_, twice := place[c.Key]
		require.False(t, twice, c.Key)
		place[c.Key] = i
	}
	rows := 0
	for row, err := range s.Decisions(t.Context(), table, api.Bound{}) {
		require.NoError(t, err)
		require.Len(t, row, len(table.Columns))
		rows++
		failed := 0
		for name, i := range place {
			if len(name) > 7 && name[:6] == "check." && row[i] == string(domain.Fail) {
				failed++
			}
		}
		accepted := row[place["outcome"]] == string(domain.Accepted)
		require.Equal(t, accepted, failed == 0, "%v", row[place["event_id"]])
		before, has := row[place["before.training"]].(domain.Money)
		if !has {
			continue
		}
		after, _ := row[place["after.training"]].(domain.Money)
		amount, _ := row[place["fact.amount"]].(domain.Money)
		if !accepted {
			amount = domain.Money{}
		}
		require.Equal(t, amount.String(), before.Sub(after).String())
	}
	want := 0
	for _, e := range log {
		if d := e.Fact.Ruling(); d != nil && d.Rules == domain.PurchaseRules {
			want++
		}
	}
	require.Equal(t, want, rows)
}

// auditAffected names what relied on the closing of 19 August: the refusals of those days, and nothing that was accepted.
func auditAffected(t *testing.T, s *api.Service, log []domain.Recorded) {
	t.Helper()
	for _, e := range log {
		f, ok := e.Fact.(domain.PaymentGateClosed)
		if !ok || f.Scope != domain.GateAll {
			continue
		}
		rep, err := s.Affected(t.Context(), e.Stream, e.Revision, yearEnd())
		require.NoError(t, err)
		require.NotEmpty(t, rep.Decisions)
		for _, d := range rep.Decisions {
			require.Equal(t, api.ReliedOn, d.Reliance)
			require.Equal(t, domain.Refused, d.Outcome)
			require.Contains(t, d.Groups, "gate")
		}
	}
	_, err := s.Affected(t.Context(), domain.Programme, 100_000, yearEnd())
	require.ErrorIs(t, err, api.ErrNoEvent)
}

// auditSecondOpinion finds no difference, and in a copy of the log with one amount changed on its way names the event.
func auditSecondOpinion(t *testing.T, s *api.Service, store *memory.Store) {
	t.Helper()
	o, err := s.SecondOpinion(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, o.Differences)
	require.NotEmpty(t, o.Waves)

	planted := domain.EventRef{}
	copied := copyLog(t, store, func(r *eventstore.EventData, stream string, rev uint64) {
		if planted.IsZero() && r.Type == "CoursePurchased" {
			planted = domain.EventRef{Stream: domain.Stream(stream), Revision: rev, Type: "CoursePurchased"}
			r.Data = bytes.Replace(r.Data, []byte(`"amount":"`), []byte(`"suspense":"1000","amount":"`), 1) // as if it had overdrawn the purse
		}
	})
	wrong, err := api.Open(t.Context(), api.Config{Store: copied, Now: newClock().Now, Simulation: true})
	require.NoError(t, err)
	o, err = wrong.SecondOpinion(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, "event", o.Differences[0].What)
	require.Equal(t, planted, o.Differences[0].Event)
	what := map[string]bool{}
	for _, d := range o.Differences {
		what[d.What] = true
		if d.What == "account" {
			require.Equal(t, planted, d.Event, "where the account first differed")
		}
	}
	require.Equal(t, map[string]bool{"event": true, "account": true, "wave": true, "person": true}, what)
}

// copyLog copies a log group by group and lets a hand change events on the way.
func copyLog(t *testing.T, from *memory.Store, change func(*eventstore.EventData, string, uint64)) *memory.Store {
	t.Helper()
	to := memoryStore(t)
	var group []eventstore.EventData
	for r, err := range from.ReadAll(t.Context(), eventstore.Position{}, eventstore.ReadAllOptions{}) {
		require.NoError(t, err)
		e := eventstore.EventData{ID: r.ID, Type: r.Type, JSON: r.JSON, Data: r.Data, Metadata: r.Metadata}
		change(&e, r.Stream, r.Revision)
		group = append(group, e)
		m, err := domain.DecodeMetadata(r.Metadata)
		require.NoError(t, err)
		if !m.LastPart() {
			continue
		}
		at := eventstore.NoStream()
		if first := r.Revision + 1 - uint64(len(group)); first > 0 {
			at = eventstore.At(first - 1)
		}
		_, err = to.Append(t.Context(), r.Stream, at, group...)
		require.NoError(t, err)
		group = nil
	}
	return to
}

// auditSample draws from every population: tied to the trial balance, the same again, not redrawn until it is nice.
func auditSample(t *testing.T, s *api.Service) {
	t.Helper()
	for _, name := range api.PopulationNames() {
		q := api.SampleRequest{Population: name, Method: api.RandomSample, Size: 12, Seed: 42, By: actor(domain.PartyAuditor, 1)}
		first, err := s.DrawSample(t.Context(), q)
		require.NoError(t, err)
		require.True(t, first.Population.Agrees, "%+v", first.Population)
		require.Len(t, first.Items, 12)
		require.False(t, first.Again)
		for _, i := range first.Items {
			require.True(t, i.Repeats, "%+v", i)
		}
		if name != api.PurchasePopulation {
			continue
		}
		again, err := s.DrawSample(t.Context(), q)
		require.NoError(t, err)
		require.True(t, again.Again)
		require.Equal(t, first.Items, again.Items)
		require.Equal(t, first.Drawn, again.Drawn)
		require.Nil(t, again.SecondDraw)

		q.Seed = 43
		second, err := s.DrawSample(t.Context(), q)
		require.NoError(t, err)
		require.NotNil(t, second.SecondDraw, "it stands in the log, for all to see")
		require.Equal(t, first.Items, second.Items)
		require.Equal(t, 42, second.Seed)
	}
	drawn, err := s.Samples(t.Context())
	require.NoError(t, err)
	require.Len(t, drawn, len(api.PopulationNames())+1)
	again, err := s.SampleAgain(t.Context(), drawn[0].Event.Revision)
	require.NoError(t, err)
	require.Equal(t, 42, again.Seed)
	sound(t, s)
}
