package api_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/reason"
	"saldo/eventstore"
)

// dear puts courses into the ledger of which one person can pay for one only.
func dear(t *testing.T, p pair, courses ...domain.CourseCode) {
	t.Helper()
	for _, code := range courses {
		on := domain.OnCourse{Course: code}
		for _, a := range []domain.Act{
			domain.SubmitCourse{OnCourse: on, CourseBody: domain.CourseBody{Title: "Pelatihan", Institution: "lembaga-a", Modality: domain.Webinar, Interactive: true}},
			domain.ApproveCourse{OnCourse: on, CourseApprovalBody: domain.CourseApprovalBody{Under: policyRef, Interactive: true}},
			domain.OfferCourse{OnCourse: on, OfferBody: domain.OfferBody{Platform: "platform-a", Price: domain.Rupiah(600_000), Currency: domain.IDR}},
		} {
			execute(t, p.nodes[0], p.clock, []domain.Command{command(fmt.Sprintf("%s-%T", code, a), p.clock.add(6*time.Second), a)})
		}
	}
	p.clock.add(6 * time.Second)
}

func dearPurchase(key string, at time.Time, who domain.OnParticipant, course domain.CourseCode) domain.Command {
	cmd := purchase(key, at, who, domain.InvoiceCode("INV-"+key))
	act := cmd.Act.(domain.PurchaseCourse)
	act.Course, act.Amount = course, domain.Rupiah(600_000)
	cmd.Act = act
	return cmd
}

// TestTwoNodesSpendNothingTwice: two courses of Rp600.000 each, ordered at the same moment on two nodes from one purse of a million.
func TestTwoNodesSpendNothingTwice(t *testing.T) {
	people := 40
	for name, of := range pairs {
		t.Run(name, func(t *testing.T) {
			p := of(t, people)
			dear(t, p, "c-2", "c-3")
			for n := 1; n <= people; n++ {
				answers := p.both(t, [2]domain.Command{
					dearPurchase(fmt.Sprint("a-", n), p.clock.Now(), buyer(p.wave, n), "c-2"),
					dearPurchase(fmt.Sprint("b-", n), p.clock.Now(), buyer(p.wave, n), "c-3"),
				})
				require.NotEqual(t, answers[0].Refused(), answers[1].Refused(), "one of the two")
				for _, a := range answers {
					if a.Refused() {
						require.True(t, slices.ContainsFunc(a.Decision().Failed, func(f domain.Failure) bool { return f.Check == "price_within_training_purse" }), "%v", a.Decision().Failed)
					}
				}
				p.clock.add(100 * time.Millisecond)
			}
			rep := p.agree(t)
			require.Equal(t, people, rep.Accepted)
			require.Equal(t, 2*people, rep.Attempts)
		})
	}
}

// TestAHundredCopiesOverTwoNodesAreOneEvent sends one command a hundred times to two nodes.
func TestAHundredCopiesOverTwoNodesAreOneEvent(t *testing.T) {
	for name, of := range pairs {
		t.Run(name, func(t *testing.T) {
			p := of(t, 1)
			before := sound(t, p.alone).Events
			var all sync.WaitGroup
			answers := make([]api.Outcome, 100)
			for i := range answers {
				all.Go(func() {
					cmd := purchase("p-1", p.clock.add(time.Microsecond), buyer(p.wave, 1), "INV-1") // each copy is received at a time of its own
					out, err := p.nodes[i%2].Execute(context.Background(), cmd)
					if err != nil {
						t.Error(err)
					}
					answers[i] = out
				})
			}
			all.Wait()
			require.False(t, t.Failed())
			fresh := 0
			for _, a := range answers {
				if !a.Replayed {
					fresh++
				}
				require.Equal(t, answers[0].Event().ID, a.Event().ID)
				require.JSONEq(t, string(answers[0].Event().Data), string(a.Event().Data))
				require.Equal(t, answers[0].Reference, a.Reference)
				require.Equal(t, domain.Accepted, a.Outcome)
			}
			require.Equal(t, 1, fresh)
			require.Equal(t, before+1, p.agree(t).Events)
		})
	}
}

func TestAbandonRacesItsPurchase(t *testing.T) { abandonRaces(t, share(300)) }

func TestTortureAbandonRacesItsPurchase(t *testing.T) {
	asked := os.Getenv("SALDO_TORTURE")
	if asked == "" {
		t.Skip("long form: SALDO_TORTURE=1, or SALDO_TORTURE=<rounds>")
	}
	rounds := 10_000
	if n, err := strconv.Atoi(asked); err == nil && n > 1 {
		rounds = n
	}
	abandonRaces(t, rounds)
}

// abandonRaces drops an order on one node while the other decides it. Both must tell what stands in the log.
func abandonRaces(t *testing.T, rounds int) {
	t.Helper()
	for name, of := range pairs {
		t.Run(name, func(t *testing.T) {
			p := of(t, rounds)
			dropped := 0
			for n := 1; n <= rounds; n++ {
				at, who, invoice := p.clock.add(time.Millisecond), buyer(p.wave, n), domain.InvoiceCode(fmt.Sprint("INV-", n))
				buy := purchase(fmt.Sprint("p-", n), at, who, invoice)
				drop := command(fmt.Sprint("p-", n), at, domain.AbandonPurchase{OnParticipant: who, AbandonBody: domain.AbandonBody{Platform: "platform-a", Invoice: invoice}})
				cmds := [2]domain.Command{buy, drop}
				if n%2 == 0 {
					cmds = [2]domain.Command{drop, buy}
				}
				answers := p.both(t, cmds)
				require.Equal(t, answers[0].Event().ID, answers[1].Event().ID, "round %d", n)
				require.Equal(t, answers[0].Outcome, answers[1].Outcome)
				history, err := p.alone.History(context.Background(), who.Stream())
				require.NoError(t, err)
				stands := slices.DeleteFunc(history, func(e domain.Recorded) bool { return e.Meta.CommandID != buy.ID })
				require.Len(t, stands, 1)
				require.Equal(t, stands[0].ID, answers[0].Event().ID)
				if answers[0].Refused() {
					dropped++
				}
			}
			rep := p.agree(t)
			require.Equal(t, rounds-dropped, rep.Accepted)
			t.Logf("%d races: the purchase was first in %d, its abandonment in %d", rounds, rounds-dropped, dropped)
		})
	}
}

// TestAGateIsInForceOnAllNodesAtOneInstant: closed on one node, it counts on both from the instant that its event says.
func TestAGateIsInForceOnAllNodesAtOneInstant(t *testing.T) {
	for name, of := range pairs {
		t.Run(name, func(t *testing.T) {
			p := of(t, 8)
			at := p.clock.Now()
			out, err := p.nodes[0].Execute(context.Background(), command("close", at, closing()))
			require.NoError(t, err)
			inForce := out.Event().Meta.InForceAt
			require.Equal(t, at.Add(5*time.Second), *inForce)
			n := 0
			for _, tc := range []struct {
				received time.Time
				refused  bool
			}{{at.Add(time.Second), false}, {inForce.Add(-time.Microsecond), false}, {*inForce, true}, {inForce.Add(time.Second), true}} {
				if tc.received.After(p.clock.Now()) {
					p.clock.set(tc.received)
				}
				for i, s := range p.nodes {
					n++
					out, err := s.Execute(context.Background(), purchase(fmt.Sprint("p-", n), tc.received, buyer(p.wave, n), domain.InvoiceCode(fmt.Sprint("INV-", n))))
					require.NoError(t, err)
					require.Equal(t, tc.refused, out.Refused(), "node %d at %s", i, tc.received)
					if tc.refused {
						require.Equal(t, reason.PMOPaymentGateClosed, out.Decision().Primary())
					}
				}
			}
			p.agree(t)
		})
	}
}

// TestWhatWaitsTakesForceLater: what an act on the registry waited before it was decided is not taken from the other nodes.
func TestWhatWaitsTakesForceLater(t *testing.T) {
	p := pairs["memory"](t, 1)
	received := p.clock.Now()
	p.clock.add(3 * time.Second)
	out, err := p.nodes[0].Execute(context.Background(), command("close", received, closing()))
	require.NoError(t, err)
	require.Equal(t, received.Add(8*time.Second), *out.Event().Meta.InForceAt)
}

// TestTwoNodesFoldOneRegistry lets both nodes write the registry at once: what they know is what a service knows that reads the log.
func TestTwoNodesFoldOneRegistry(t *testing.T) {
	for name, of := range pairs {
		t.Run(name, func(t *testing.T) {
			p := of(t, 1)
			for i := range 20 {
				p.clock.add(6 * time.Second)
				course := domain.OnCourse{Course: domain.CourseCode(fmt.Sprint("x-", i/2))}
				submit := domain.SubmitCourse{OnCourse: course, CourseBody: domain.CourseBody{Title: "Pelatihan", Institution: "lembaga-a", Modality: domain.Webinar}}
				var cmds [2]domain.Command
				for n := range cmds {
					cmds[n] = command(fmt.Sprint("submit-", i, "-", n), p.clock.Now(), submit)
				}
				p.both(t, cmds)
				p.both(t, [2]domain.Command{
					purchase(fmt.Sprint("u-", i), p.clock.Now(), person(77), domain.InvoiceCode(fmt.Sprint("U-", i))),
					purchase(fmt.Sprint("v-", i), p.clock.Now(), person(77), domain.InvoiceCode(fmt.Sprint("V-", i))),
				})
			}
			p.agree(t)
			for _, s := range p.nodes {
				p.clock.add(3 * time.Second)
				knowsWhatIsDurable(t, s, p.store, p.clock)
			}
		})
	}
}

// TestAMissedEventIsFound: two services that don't know of each other decide alike no more, and the check says so.
func TestAMissedEventIsFound(t *testing.T) {
	store := memoryStore(t)
	first, c, w := small(t, store, 1)
	second := open(t, store, c) // as if it were alone
	execute(t, first, c, []domain.Command{command("close", c.Now(), closing())})
	out, err := second.Execute(context.Background(), purchase("p-1", c.add(3*time.Second), buyer(w, 1), "INV-1"))
	require.NoError(t, err)
	require.False(t, out.Refused())
	rep, err := first.Check(context.Background(), nil)
	require.NoError(t, err)
	require.Equal(t, []string{"missed_registry"}, kinds(rep))
	require.Equal(t, out.Event().Ref(), rep.Findings[0].Event)
}

// TestABulkOverABusyStream: one node hammers the person whose commands another takes from a file. Nobody gives up.
func TestABulkOverABusyStream(t *testing.T) {
	for name, of := range pairs {
		t.Run(name, func(t *testing.T) {
			p := of(t, 1)
			const each = 40
			var all sync.WaitGroup
			for i, s := range p.nodes {
				all.Go(func() {
					cmds := func(yield func(domain.Command) bool) {
						for n := range each {
							cmd := purchase(fmt.Sprint(i, "-", n), time.Time{}, buyer(p.wave, 1), domain.InvoiceCode(fmt.Sprint("INV-", i, "-", n)))
							if !yield(cmd) {
								return
							}
						}
					}
					err := s.ExecuteAll(context.Background(), cmds, 16, func(_ int, _ api.Outcome, err error) error { return err })
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			rep := p.agree(t)
			require.Equal(t, 2*each, rep.Attempts)
			require.Equal(t, 1, rep.Accepted)
		})
	}
}

// crowded is a store at which somebody else is always first, so often, on the stream of a person.
type crowded struct {
	eventstore.Store
	first func()
	left  int
}

func (s *crowded) Append(ctx context.Context, stream string, at eventstore.Expected, events ...eventstore.EventData) (eventstore.Appended, error) {
	if domain.Stream(stream).Kind() == domain.ParticipantStream && s.left > 0 {
		s.left--
		s.first()
	}
	return s.Store.Append(ctx, stream, at, events...)
}

// TestFiveLostRacesAreEnough: a command that others outrun five times is given back, not recorded and free to come again; with the
// sixth it has its outcome, of the receipt that it came with. A bulk sends it again by itself.
func TestFiveLostRacesAreEnough(t *testing.T) {
	store := memoryStore(t)
	alone, c, w := small(t, store, 1)
	n := 0
	busy := &crowded{Store: store, first: func() {
		n++
		_, err := alone.Execute(context.Background(), purchase(fmt.Sprint("r-", n), c.Now(), buyer(w, 1), domain.InvoiceCode(fmt.Sprint("R-", n))))
		require.NoError(t, err)
	}}
	s := sharedNode(t, busy, c, "outrun")
	received := c.Now()
	ask := purchase("p-1", received, buyer(w, 1), "INV-1")
	busy.left = 5
	_, err := s.Execute(context.Background(), ask)
	require.ErrorIs(t, err, api.ErrStreamBusy)
	require.Equal(t, 5, sound(t, alone).Attempts, "those of the others")
	c.add(time.Second)
	busy.left = 4
	out, err := s.Execute(context.Background(), ask)
	require.NoError(t, err)
	require.False(t, out.Replayed)
	require.Equal(t, received, out.Event().Meta.ReceivedAt)

	busy.left = 12
	err = s.ExecuteAll(context.Background(), slices.Values([]domain.Command{purchase("p-2", c.Now(), buyer(w, 1), "INV-2")}), 1,
		func(_ int, _ api.Outcome, err error) error { return err })
	require.NoError(t, err)
	require.Equal(t, n+2, sound(t, alone).Attempts)
}

// TestNothingCachedOutlivesTheOtherNode: a person whom the other node has just made known, and an approval that it has just taken back.
func TestNothingCachedOutlivesTheOtherNode(t *testing.T) {
	for name, of := range pairs {
		t.Run(name, func(t *testing.T) {
			p := of(t, 1)
			a, b := p.nodes[0], p.nodes[1]
			who := person(77)
			out, err := b.Execute(context.Background(), purchase("p-1", p.clock.Now(), who, "INV-1"))
			require.NoError(t, err)
			require.IsType(t, domain.PurchaseUnattributed{}, out.Event().Fact)
			execute(t, a, p.clock, []domain.Command{command("notice", p.clock.add(time.Millisecond), domain.RecordNotification{
				OnParticipant: who, NotificationBody: domain.NotificationBody{Channel: "sms", SentAt: p.clock.Now()},
			})})
			out, err = b.Execute(context.Background(), purchase("p-2", p.clock.add(time.Millisecond), who, "INV-2"))
			require.NoError(t, err)
			require.Equal(t, who.Stream(), out.Event().Stream, "the person is known now")

			on := domain.OnAction{Action: id("gate")}
			act := closing()
			propose := command("propose", p.clock.Now(), domain.ProposeAction{OnAction: on, ProposalBody: domain.ProposalBody{
				Command: "ClosePaymentGate", Count: 1, Authority: domain.Authority{Kind: domain.AuthorityDecree, Number: "SK-1/2020", Date: domain.DateOf(p.clock.Now())},
			}})
			execute(t, a, p.clock, []domain.Command{propose})
			ask := command("close", p.clock.add(time.Millisecond), act)
			ask.ActionID = &on.Action
			dry, err := b.DryRun(context.Background(), ask)
			require.NoError(t, err)
			require.Equal(t, reason.ApprovalMissing, dry.Decision().Primary(), "proposed only")
			execute(t, a, p.clock, []domain.Command{command("approve", p.clock.add(time.Millisecond), domain.ApproveAction{OnAction: on})})
			dry, err = b.DryRun(context.Background(), ask)
			require.NoError(t, err)
			require.False(t, dry.Refused())
			p.agree(t)
		})
	}
}
