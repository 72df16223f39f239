package api_test

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/reason"
	"saldo/eventstore"
)

// stalling is a store whose readers of the whole log can be stopped, and made to fail.
type stalling struct {
	eventstore.Store
	still  atomic.Pointer[chan struct{}]
	broken atomic.Pointer[error]
}

func (s *stalling) ReadAll(ctx context.Context, after eventstore.Position, o eventstore.ReadAllOptions) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		if still := s.still.Load(); still != nil {
			select {
			case <-*still:
			case <-ctx.Done():
			}
		}
		if err := s.broken.Load(); err != nil {
			yield(eventstore.Recorded{}, *err)
			return
		}
		s.Store.ReadAll(ctx, after, o)(yield)
	}
}

// stop lets readers stand still until the function that it returns is called.
func (s *stalling) stop() (goOn func()) {
	still := make(chan struct{})
	s.still.Store(&still)
	return func() {
		s.still.Store(nil)
		close(still)
	}
}

// TestANodeThatFallsBehindDecidesNothing: as long as its own appends prove that it is fresh it goes on, then it refuses, and it
// recovers by itself.
func TestANodeThatFallsBehindDecidesNothing(t *testing.T) {
	store := memoryStore(t)
	_, c, w := small(t, store, 9)
	other := sharedNode(t, store, c, "other")
	slow := &stalling{Store: store}
	s, err := api.Open(context.Background(), api.Config{Store: slow, Now: c.Now, Shared: true, Node: "slow", Patience: 50 * time.Millisecond})
	require.NoError(t, err)
	defer s.Close()
	buy := func(n int) (api.Outcome, error) {
		return s.Execute(context.Background(), purchase(fmt.Sprint("p-", n), c.Now(), buyer(w, n), domain.InvoiceCode(fmt.Sprint("INV-", n))))
	}
	_, err = buy(1)
	require.NoError(t, err)
	goOn := slow.stop()
	closed, err := other.Execute(context.Background(), command("close", c.Now(), closing()))
	require.NoError(t, err)

	c.add(1900 * time.Millisecond)
	out, err := buy(2)
	require.NoError(t, err)
	require.False(t, out.Refused(), "it has not seen the gate, which is not in force yet")
	c.add(200 * time.Millisecond)
	_, err = buy(3)
	require.ErrorIs(t, err, api.ErrNodeBehind)
	_, err = s.DryRun(context.Background(), purchase("p-3", c.Now(), buyer(w, 3), "INV-3"))
	require.ErrorIs(t, err, api.ErrNodeBehind)
	_, err = s.Explain(context.Background(), domain.Question{Topic: domain.TopicService})
	require.ErrorIs(t, err, api.ErrNodeBehind, "no answer from less than it names")
	again, err := buy(1)
	require.NoError(t, err, "an outcome that stands is given")
	require.True(t, again.Replayed)
	c.set(*closed.Event().Meta.InForceAt)
	_, err = buy(4)
	require.ErrorIs(t, err, api.ErrNodeBehind)
	require.Equal(t, 2, sound(t, other).Accepted, "nothing was recorded")

	goOn()
	require.Eventually(t, func() bool { out, err = buy(4); return err == nil }, 30*time.Second, time.Millisecond)
	require.Equal(t, reason.PMOPaymentGateClosed, out.Decision().Primary())

	because := fmt.Errorf("%w: the network is gone", eventstore.ErrUnavailable)
	slow.broken.Store(&because)
	c.add(3 * time.Second)
	_, err = buy(5)
	require.ErrorIs(t, err, api.ErrNodeBehind)
	require.ErrorContains(t, err, "the network is gone", "the cause is named")
	slow.broken.Store(nil)
	require.Eventually(t, func() bool { out, err = buy(5); return err == nil }, 30*time.Second, time.Millisecond)
	require.True(t, out.Refused())
	sound(t, other)
}

// TestANodeOfAnOlderRelease meets what it can't read: nothing is decided over it, nothing recorded, on whatever way it came.
func TestANodeOfAnOlderRelease(t *testing.T) {
	newer := metadata(begin().Add(time.Hour), "newer", domain.Accepted)
	newer.Schema = 9
	revoke := func(p pair) domain.Command {
		return command("revoke", p.clock.Now(), domain.RevokeParticipation{OnParticipant: buyer(p.wave, 1), RevocationBody: domain.RevocationBody{Cause: domain.Ineligible}})
	}
	buy := func(p pair) domain.Command { return purchase("p-1", p.clock.Now(), buyer(p.wave, 1), "INV-1") }
	for name, tc := range map[string]struct {
		event planted
		ask   func(pair) domain.Command
	}{
		"the programme":      {planted{stream: domain.Programme, name: "PaymentGateTilted", data: map[string]string{"a": "b"}}, buy},
		"a newer schema":     {planted{stream: domain.Programme, name: "PaymentGateClosed", data: map[string]int{"scope": 7}, meta: newer}, buy},
		"a course":           {planted{stream: domain.CourseStreamOf("c-1"), name: "CourseShared", data: map[string]string{}}, buy},
		"the person":         {planted{stream: buyer(wave{4, 1}, 1).Stream(), name: "BalanceFrozen", data: map[string]string{}}, buy},
		"an action":          {planted{stream: domain.ActionStreamOf(id("action-RevokeParticipation")), name: "ActionSuspended", data: map[string]string{}}, revoke},
		"a case of somebody": {planted{stream: domain.CaseStreamOf("case-1"), name: "DisputeMerged", data: map[string]string{}}, revoke},
	} {
		t.Run(name, func(t *testing.T) {
			p := pairs["memory"](t, 2)
			old := p.nodes[1]
			_, err := old.Execute(context.Background(), purchase("p-0", p.clock.Now(), buyer(p.wave, 2), "INV-0")) // it has seen the log until now
			require.NoError(t, err)
			if tc.event.meta == nil {
				tc.event.meta = metadata(p.clock.Now(), "newer", domain.Accepted)
			}
			plant(t, p.store, tc.event)
			p.clock.add(3 * time.Second)
			before := sizeOf(t, p.store)
			for range 2 {
				_, err = old.Execute(context.Background(), tc.ask(p))
				var blocked *domain.BlockedError
				require.ErrorAs(t, err, &blocked)
				require.False(t, blocked.Block.Foreign)
				require.ErrorContains(t, err, "NODE_TOO_OLD")
				require.Equal(t, tc.event.name, blocked.Block.At.Type)
			}
			require.Equal(t, before, sizeOf(t, p.store), "nothing was recorded")
		})
	}
}

// sizeOf counts the events of the ledger.
func sizeOf(tb testing.TB, store eventstore.Store) int {
	tb.Helper()
	n := 0
	for _, err := range api.LedgerEvents(context.Background(), store, eventstore.Position{}) {
		require.NoError(tb, err)
		n++
	}
	return n
}

// TestADisputeStopsARevocationAtOnce: it has no lead, so a revocation on another node must see what was recorded before it.
func TestADisputeStopsARevocationAtOnce(t *testing.T) {
	for name, of := range pairs {
		t.Run(name, func(t *testing.T) {
			p := of(t, 2)
			execute(t, p.nodes[1], p.clock, []domain.Command{purchase("p-2", p.clock.Now(), buyer(p.wave, 2), "INV-2")}) // fresh for two seconds
			execute(t, p.nodes[0], p.clock, []domain.Command{command("dispute", p.clock.add(time.Millisecond), domain.OpenDispute{
				OnCase: domain.OnCase{Case: "case-1"}, DisputeBody: domain.DisputeBody{Participant: buyer(p.wave, 1).Participant, About: "RevokeParticipation"},
			})})
			out, err := p.nodes[1].Execute(context.Background(), command("revoke", p.clock.add(time.Millisecond),
				domain.RevokeParticipation{OnParticipant: buyer(p.wave, 1), RevocationBody: domain.RevocationBody{Cause: domain.Ineligible}}))
			require.NoError(t, err)
			require.True(t, out.Refused())
			require.Equal(t, reason.DisputeOpen, out.Decision().Primary())
			p.agree(t)
		})
	}
}

// TestADryRunSeesTheOtherNode: nothing is appended that would fail on a state that another node has moved past.
func TestADryRunSeesTheOtherNode(t *testing.T) {
	for name, of := range pairs {
		t.Run(name, func(t *testing.T) {
			p := of(t, 1)
			ask := purchase("p-2", p.clock.Now(), buyer(p.wave, 1), "INV-2")
			dry, err := p.nodes[1].DryRun(context.Background(), ask)
			require.NoError(t, err)
			require.False(t, dry.Refused())
			execute(t, p.nodes[0], p.clock, []domain.Command{purchase("p-1", p.clock.Now(), buyer(p.wave, 1), "INV-1")})
			dry, err = p.nodes[1].DryRun(context.Background(), ask)
			require.NoError(t, err)
			require.True(t, dry.Refused(), "bought on the other node")
			p.agree(t)
		})
	}
}

// TestHeartbeatsAreNoPartOfTheLedger: the same events with and without nodes beside them have one digest, and an idle node
// writes nothing.
func TestHeartbeatsAreNoPartOfTheLedger(t *testing.T) {
	for name, of := range pairs {
		t.Run(name, func(t *testing.T) {
			p := of(t, 2)
			plain, err := p.alone.Digest(context.Background(), nil, nil)
			require.NoError(t, err)
			for _, s := range p.nodes {
				_, err = s.Explain(context.Background(), domain.Question{Topic: domain.TopicService})
				require.NoError(t, err)
			}
			require.Zero(t, heartbeats(t, p.store), "questions need none")
			for range 3 {
				p.clock.add(10 * time.Second)
				for _, s := range p.nodes {
					_, err = s.DryRun(context.Background(), purchase("p-1", p.clock.Now(), buyer(p.wave, 1), "INV-1"))
					require.NoError(t, err)
				}
			}
			require.Equal(t, 6, heartbeats(t, p.store), "one for each decision without traffic of its own")
			beside, err := p.nodes[0].Digest(context.Background(), nil, nil)
			require.NoError(t, err)
			require.Equal(t, plain, beside)
			for e, err := range p.nodes[0].Events(context.Background(), eventstore.Position{}) {
				require.NoError(t, err)
				require.False(t, strings.HasPrefix(string(e.Stream), "node-"))
			}
			require.Equal(t, plain.Number, p.agree(t).Events)

			// Under traffic of its own a node needs no more.
			for i := range 20 {
				_, err = p.nodes[0].Execute(context.Background(), purchase(fmt.Sprint("r-", i), p.clock.add(100*time.Millisecond), buyer(p.wave, 1), domain.InvoiceCode(fmt.Sprint("R-", i))))
				require.NoError(t, err)
			}
			require.LessOrEqual(t, heartbeats(t, p.store), 8)
			p.agree(t)
		})
	}
}

// counted is a store that counts what is asked of it besides following.
type counted struct {
	eventstore.Store
	appends, reads atomic.Int64
}

func (s *counted) Append(ctx context.Context, stream string, at eventstore.Expected, events ...eventstore.EventData) (eventstore.Appended, error) {
	s.appends.Add(1)
	return s.Store.Append(ctx, stream, at, events...)
}

func (s *counted) ReadStream(ctx context.Context, stream string, o eventstore.ReadOptions) iter.Seq2[eventstore.Recorded, error] {
	s.reads.Add(1)
	return s.Store.ReadStream(ctx, stream, o)
}

// TestOneRoundTripForEachDecision: a node under traffic of its own, with the states cached, appends and does nothing else.
func TestOneRoundTripForEachDecision(t *testing.T) {
	const people = 50
	store := memoryStore(t)
	_, c, w := small(t, store, people)
	busy := &counted{Store: store}
	s := sharedNode(t, busy, c, "a")
	for round := range 3 {
		appends, reads := busy.appends.Load(), busy.reads.Load()
		for n := 1; n <= people; n++ {
			key := fmt.Sprint(round, "-", n)
			_, err := s.Execute(context.Background(), purchase(key, c.add(time.Millisecond), buyer(w, n), domain.InvoiceCode("INV-"+key)))
			require.NoError(t, err)
		}
		if round > 0 { // the first one loads the states
			require.EqualValues(t, people, busy.appends.Load()-appends)
			require.Zero(t, busy.reads.Load()-reads)
		}
	}
}
