package api_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/reason"
	"saldo/eventstore"
	"saldo/eventstore/memory"
)

func TestAHundredCopiesAtOnceAreOneEvent(t *testing.T) {
	s, c, w := small(t, embeddedStore(t, t.TempDir()), 1)
	before := sound(t, s).Events
	cmd := purchase("p-1", c.Now(), buyer(w, 1), "INV-1")
	var all sync.WaitGroup
	answers := make([]api.Outcome, 100)
	fresh := atomic.Int64{}
	for i := range answers {
		all.Go(func() {
			out, err := s.Execute(context.Background(), cmd)
			if err != nil {
				t.Error(err)
				return
			}
			answers[i] = out
			if !out.Replayed {
				fresh.Add(1)
			}
		})
	}
	all.Wait()
	for _, a := range answers {
		require.Equal(t, answers[0].Event().ID, a.Event().ID)
		require.JSONEq(t, string(answers[0].Event().Data), string(a.Event().Data))
		require.Equal(t, answers[0].Reference, a.Reference)
		require.Equal(t, domain.Accepted, a.Outcome)
	}
	require.EqualValues(t, 1, fresh.Load())
	require.Equal(t, before+1, sound(t, s).Events)
}

func TestManyPeopleAtOnce(t *testing.T) {
	const people, copies = 40, 3
	s, c, w := small(t, embeddedStore(t, t.TempDir()), people)
	var all sync.WaitGroup
	accepted, refused := atomic.Int64{}, atomic.Int64{}
	for n := 1; n <= people; n++ {
		for i := range copies { // the second order of each is for a course that was bought already
			all.Go(func() {
				out, err := s.Execute(context.Background(), purchase(fmt.Sprint("p-", n, "-", i), c.Now(), buyer(w, n), domain.InvoiceCode(fmt.Sprint("INV-", n, "-", i))))
				if err != nil {
					t.Error(err)
					return
				}
				if out.Refused() {
					refused.Add(1)
				} else {
					accepted.Add(1)
				}
			})
		}
	}
	all.Wait()
	require.EqualValues(t, people, accepted.Load())
	require.EqualValues(t, people*(copies-1), refused.Load())
	rep := sound(t, s)
	require.Equal(t, people*copies, rep.Attempts)
	red, err := s.Redecide(context.Background(), nil)
	require.NoError(t, err)
	require.Empty(t, red.Different)
	require.Empty(t, red.Drifted)
	require.Equal(t, red.Decisions, red.Equal)
}

// TestTwoWritersOnOneStore: another process decides on the same people. Nobody loses an outcome, and each command has one.
func TestTwoWritersOnOneStore(t *testing.T) {
	const people = 20
	store := memoryStore(t)
	first, c, w := small(t, store, people)
	second := open(t, store, c)
	var all sync.WaitGroup
	answers := [2][people]api.Outcome{}
	for i, s := range []*api.Service{first, second} {
		all.Go(func() {
			for n := range people {
				out, err := s.Execute(context.Background(), purchase(fmt.Sprint("p-", n), c.Now(), buyer(w, n+1), domain.InvoiceCode(fmt.Sprint("INV-", n))))
				if err != nil {
					t.Error(err)
				}
				answers[i][n] = out
			}
		})
	}
	all.Wait()
	for n := range people {
		require.Equal(t, answers[0][n].Event().ID, answers[1][n].Event().ID)
	}
	require.Equal(t, people, sound(t, first).Accepted)
}

// TestARegistryEventOfAnotherWriterCounts: a gate that somebody else closed is seen as soon as it stood in the way of a write.
func TestARegistryEventOfAnotherWriterCounts(t *testing.T) {
	store := memoryStore(t)
	first, c, w := small(t, store, 1)
	second := open(t, store, c)
	execute(t, second, c, []domain.Command{command("close", c.Now(), closing())})
	c.add(2 * time.Second)
	out, err := first.Execute(context.Background(), command("close again", c.Now(), closing()))
	require.NoError(t, err)
	require.True(t, out.Refused(), "it is closed already")
	out, err = first.Execute(context.Background(), purchase("p-1", c.add(2*time.Second), buyer(w, 1), "INV-1"))
	require.NoError(t, err)
	require.Equal(t, reason.PMOPaymentGateClosed, out.Decision().Primary())
}

func closing() domain.ClosePaymentGate {
	return domain.ClosePaymentGate{GateBody: domain.GateBody{
		Scope: domain.GateAll, Cause: domain.GateVerification, OrderedBy: domain.PartyProgramme, NoticeID: "ditutup", NoticeEN: "closed", ClockEffect: domain.ClockNone,
	}}
}

// onStream lets a fault strike the appends of one stream, so often.
func onStream(stream domain.Stream, often int, err error) func(string, eventstore.Expected) error {
	left := atomic.Int64{}
	left.Store(int64(often))
	return func(s string, _ eventstore.Expected) error {
		if s == string(stream) && left.Add(-1) >= 0 {
			return err
		}
		return nil
	}
}

func TestFaults(t *testing.T) {
	broken := errors.New("the disk said no")
	const always = 1 << 30
	for name, tc := range map[string]struct {
		before, after int // how many appends fail, not applied and applied
		want          error
	}{
		"not applied: surely nothing happened":                 {before: 1, want: eventstore.ErrUnavailable},
		"applied, answer lost once: settled by the same bytes": {after: 1},
		"applied, answer lost thrice":                          {after: 3},
		"applied, answer never comes":                          {after: always, want: api.ErrStoppedShort},
	} {
		for kind, cmd := range map[string]func(*clock, wave) domain.Command{
			"purchase": func(c *clock, w wave) domain.Command { return purchase("p-1", c.Now(), buyer(w, 1), "INV-1") },
			"gate":     func(c *clock, _ wave) domain.Command { return command("close", c.Now(), closing()) },
			"intake":   func(c *clock, _ wave) domain.Command { return purchase("p-2", c.Now(), person(77), "INV-2") },
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				store := memoryStore(t)
				s, c, w := small(t, store, 1)
				ask := cmd(c, w)
				stream := ask.Act.Stream()
				if kind == "intake" {
					stream = domain.IntakeStreamOf("platform-a")
				}
				before := sound(t, s).Events
				store.Inject(memory.Faults{BeforeApply: onStream(stream, tc.before, broken), AfterApply: onStream(stream, tc.after, broken)})
				ctx, cancel := context.WithTimeout(context.Background(), 60*time.Millisecond)
				defer cancel()
				_, err := s.Execute(ctx, ask)
				store.Inject(memory.Faults{})
				if tc.want == nil {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, tc.want)
				}
				// Later, with the clock gone on, the same command has the one outcome, and the service knows all of it.
				c.add(3 * time.Second)
				out, err := s.Execute(context.Background(), ask)
				require.NoError(t, err)
				require.Equal(t, tc.want != eventstore.ErrUnavailable, out.Replayed) //nolint:errorlint // the case's own value
				require.Equal(t, before+1, sound(t, s).Events)
				knowsWhatIsDurable(t, s, store, c)
			})
		}
	}
}

// knowsWhatIsDurable compares what a service answers and decides with what a fresh one does that read the same log.
func knowsWhatIsDurable(t *testing.T, s *api.Service, store eventstore.Store, c *clock) {
	t.Helper()
	fresh := open(t, store, c)
	c.add(3 * time.Second)
	for _, q := range []domain.Question{
		{Topic: domain.TopicService, Now: c.Now()}, {Topic: domain.TopicPurchase, Now: c.Now(), Platform: "platform-a", Course: "c-1"},
	} {
		a, err := s.Explain(context.Background(), q)
		require.NoError(t, err)
		b, err := fresh.Explain(context.Background(), q)
		require.NoError(t, err)
		require.Equal(t, b.Primary, a.Primary, q.Topic)
		require.Equal(t, b.Number, a.Number, "events that the answer rests on")
	}
	ask := purchase("afterwards", c.Now(), person(4_000_001), "INV-9")
	a, err := s.DryRun(context.Background(), ask)
	require.NoError(t, err)
	b, err := fresh.DryRun(context.Background(), ask)
	require.NoError(t, err)
	require.Equal(t, b.Decision().Primary(), a.Decision().Primary(), "a decision on what is durable")
	require.Equal(t, b.Decision().Basis, a.Decision().Basis)
}

func TestIdempotencyOutlivesARestart(t *testing.T) {
	dir := t.TempDir()
	var accepted, refused, unknown api.Outcome
	ask := map[string]domain.Command{}
	func() {
		store := embeddedStore(t, dir)
		s, c, w := small(t, store, 1)
		ask["accepted"] = purchase("p-1", c.Now(), buyer(w, 1), "INV-1")
		ask["refused"] = purchase("p-2", c.Now(), buyer(w, 1), "INV-2")
		ask["unknown"] = purchase("p-3", c.Now(), person(77), "INV-3")
		for name, to := range map[string]*api.Outcome{"unknown": &unknown} {
			out, err := s.Execute(context.Background(), ask[name])
			require.NoError(t, err)
			*to = out
		}
		var err error
		accepted, err = s.Execute(context.Background(), ask["accepted"])
		require.NoError(t, err)
		refused, err = s.Execute(context.Background(), ask["refused"])
		require.NoError(t, err)
		require.True(t, refused.Refused())
		require.NoError(t, store.Close())
	}()
	s := open(t, embeddedStore(t, dir), newClock())
	before := sound(t, s).Events
	for name, first := range map[string]api.Outcome{"accepted": accepted, "refused": refused, "unknown": unknown} {
		again, err := s.Execute(context.Background(), ask[name])
		require.NoError(t, err, name)
		require.True(t, again.Replayed, name)
		require.Equal(t, first.Event().ID, again.Event().ID, name)
		require.Equal(t, first.Outcome, again.Outcome, name)
	}
	require.Equal(t, before, sound(t, s).Events)
}

func TestAReusedKeyIsAnError(t *testing.T) {
	s, c, w := small(t, memoryStore(t), 1)
	execute(t, s, c, []domain.Command{purchase("p-1", c.Now(), buyer(w, 1), "INV-1")})
	other := purchase("p-1", c.Now(), buyer(w, 1), "INV-2")
	_, err := s.Execute(context.Background(), other)
	var reused *domain.KeyReusedError
	require.ErrorAs(t, err, &reused)
	require.Equal(t, []string{"invoice_code"}, reused.Fields)
	require.EqualValues(t, "CoursePurchased", reused.First.Type)

	copied := purchase("p-2", c.Now(), buyer(w, 1), "INV-1")
	act := copied.Act.(domain.PurchaseCourse)
	act.NotAfter = new(c.Now().Add(time.Hour))
	copied.Act = act
	out, err := s.Execute(context.Background(), copied)
	require.NoError(t, err)
	require.True(t, out.ByInvoice, "the same order under another key is the first one's outcome")
	require.Equal(t, domain.ReferenceNumber(domain.CommandID("test", "p-1")), out.Reference)
}

func TestADryRunLeavesNothing(t *testing.T) {
	s, c, w := small(t, memoryStore(t), 1)
	before, err := s.Digest(context.Background(), nil, nil)
	require.NoError(t, err)
	ask := purchase("p-1", c.Now(), buyer(w, 1), "INV-1")
	dry, err := s.DryRun(context.Background(), ask)
	require.NoError(t, err)
	require.Equal(t, domain.Accepted, dry.Outcome)
	_, err = s.DryRun(context.Background(), command("close", c.Now(), closing()))
	require.NoError(t, err)
	after, err := s.Digest(context.Background(), nil, nil)
	require.NoError(t, err)
	require.Equal(t, before, after)
	done, err := s.Execute(context.Background(), ask)
	require.NoError(t, err)
	require.False(t, done.Replayed)
	require.Equal(t, dry.Event().ID, done.Event().ID, "what was announced is what is recorded")
}

func TestSecondPerson(t *testing.T) {
	s, c, w := small(t, memoryStore(t), 2)
	act := domain.RevokeParticipation{OnParticipant: buyer(w, 1), RevocationBody: domain.RevocationBody{Cause: domain.Ineligible}}
	do := func(key string, a domain.Act, who int) api.Outcome {
		cmd := command(key, c.add(2*time.Second), a)
		cmd.Actor = actor(domain.PartyProgramme, who)
		out, err := s.Execute(context.Background(), cmd)
		require.NoError(t, err)
		return out
	}
	propose := func(name string, b domain.ProposalBody) domain.OnAction {
		on := domain.OnAction{Action: id(name)}
		b.Count, b.Authority = 1, domain.Authority{Kind: domain.AuthorityDecree, Number: "SK-1/2020", Date: domain.DateOf(c.Now())}
		require.False(t, do("propose "+name, domain.ProposeAction{OnAction: on, ProposalBody: b}, 1).Refused())
		return on
	}
	mine := domain.ProposalBody{Command: "RevokeParticipation", On: act.Stream()}
	cases := map[string]func() *domain.OnAction{
		"none": func() *domain.OnAction { return nil },
		"not proposed": func() *domain.OnAction {
			return &domain.OnAction{Action: id("nowhere")}
		},
		"not approved": func() *domain.OnAction { return new(propose("open", mine)) },
		"approved by the same person": func() *domain.OnAction {
			on := propose("alone", mine)
			out := do("approve alone", domain.ApproveAction{OnAction: on}, 1)
			require.True(t, out.Refused(), "nobody approves his own proposal")
			return &on
		},
		"for another act": func() *domain.OnAction {
			on := propose("other act", domain.ProposalBody{Command: "LapsePurse", On: act.Stream()})
			do("approve other act", domain.ApproveAction{OnAction: on}, 2)
			return &on
		},
		"for another person": func() *domain.OnAction {
			on := propose("other person", domain.ProposalBody{Command: "RevokeParticipation", On: buyer(w, 2).Stream()})
			do("approve other person", domain.ApproveAction{OnAction: on}, 2)
			return &on
		},
		"declined": func() *domain.OnAction {
			on := propose("declined", mine)
			do("decline", domain.DeclineAction{OnAction: on}, 2)
			return &on
		},
		"expired": func() *domain.OnAction {
			on := propose("expired", mine)
			do("approve expired", domain.ApproveAction{OnAction: on, ApprovalBody: domain.ApprovalBody{Until: new(c.Now().Add(3 * time.Second))}}, 2)
			c.add(time.Hour)
			return &on
		},
	}
	for name, action := range cases {
		t.Run(name, func(t *testing.T) {
			cmd := command("revoke "+name, c.Now(), act)
			cmd.ActionID = nil
			if on := action(); on != nil {
				cmd.ActionID = &on.Action
			}
			cmd.ReceivedAt = c.add(2 * time.Second)
			out, err := s.Execute(context.Background(), cmd)
			require.NoError(t, err)
			require.True(t, out.Refused(), "%s", out.Event().Data)
			require.Equal(t, reason.ApprovalMissing, out.Decision().Primary())
		})
	}
	on := propose("good", mine)
	do("approve good", domain.ApproveAction{OnAction: on}, 2)
	cmd := command("revoke", c.add(2*time.Second), act)
	cmd.ActionID = &on.Action
	out, err := s.Execute(context.Background(), cmd)
	require.NoError(t, err)
	require.False(t, out.Refused(), "%s", out.Event().Data)
}

// TestExplainAsOfANumber: an answer from the first events of the log is what the ledger would have said when it stood there.
func TestExplainAsOfANumber(t *testing.T) {
	w := wave{4, 2}
	store, c := memoryStore(t), newClock()
	s := open(t, store, c)
	cmds := programme(t, w)
	at := cmds[len(cmds)-1].ReceivedAt.Add(2 * time.Second)
	cmds = append(cmds, command("close", at, closing()))
	execute(t, s, c, cmds)
	gate := numberOf(t, s, "PaymentGateClosed")
	for n, want := range map[uint64]reason.Code{gate: reason.ServiceOpen, gate + 1: reason.PMOPaymentGateClosed, gate + 100: reason.PMOPaymentGateClosed} {
		a, err := s.Explain(t.Context(), domain.Question{Topic: domain.TopicService, Now: at.Add(time.Hour), AsOf: &n})
		require.NoError(t, err)
		require.Equal(t, want, a.Primary, "as of %d", n)
	}
}
