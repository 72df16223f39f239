package api_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/eventstore"
	"saldo/eventstore/embedded"
	"saldo/eventstore/memory"
)

// begin is when the little programme of these tests begins, in the year that it is about.
func begin() time.Time { return time.Date(2020, 8, 1, 2, 0, 0, 0, time.UTC) }

// clock is a node's clock that a test moves.
type clock struct{ now atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.set(begin())
	return c
}

func (c *clock) Now() time.Time  { return time.UnixMicro(c.now.Load()).UTC() }
func (c *clock) set(t time.Time) { c.now.Store(t.UnixMicro()) }
func (c *clock) add(d time.Duration) time.Time {
	return time.UnixMicro(c.now.Add(d.Microseconds())).UTC()
}

func memoryStore(tb testing.TB) *memory.Store {
	tb.Helper()
	s, err := memory.New(memory.Config{Now: newClock().Now})
	require.NoError(tb, err)
	return s
}

func embeddedStore(tb testing.TB, dir string) *embedded.Store {
	tb.Helper()
	s, err := embedded.Open(context.Background(), embedded.Config{Dir: dir, Now: newClock().Now, NewID: func() string { return "test-store" }})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	return s
}

func open(tb testing.TB, store eventstore.Store, c *clock) *api.Service {
	tb.Helper()
	s, err := api.Open(context.Background(), api.Config{Store: store, Now: c.Now})
	require.NoError(tb, err)
	return s
}

// sound checks the log behind a service: every test that filled one properly ends with it.
func sound(tb testing.TB, s *api.Service) api.CheckReport {
	tb.Helper()
	rep, err := s.Check(context.Background(), nil)
	require.NoError(tb, err)
	require.Empty(tb, rep.Findings)
	return rep
}

func id(name string) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:saldo:test:"+name))
}

func person(n int) domain.OnParticipant {
	return domain.OnParticipant{Participant: id(fmt.Sprint("person-", n))}
}

func actor(p domain.Party, n int) domain.Actor {
	return domain.Actor{Party: p, Role: "service", ID: id(fmt.Sprint("actor-", p, n))}
}

// command asks for an act by the party that may; its key is its name.
func command(key string, at time.Time, a domain.Act) domain.Command {
	spec := domain.SpecOf(a)
	party := spec.Owner
	if party == "" {
		party = domain.PartyProgramme
	}
	cmd := domain.Command{ID: domain.CommandID("test", key), ReceivedAt: at, Actor: actor(party, 1), Act: a}
	if spec.Second {
		cmd.ActionID = new(id("action-" + string(spec.Name)))
	}
	if _, approving := a.(domain.ApproveAction); approving {
		cmd.Actor = actor(party, 2)
	}
	return cmd
}

const (
	policyRef = domain.PolicyRef("prakerja-2020@1")
	fundYear  = 2020
)

func policy(tb testing.TB) domain.Policy {
	tb.Helper()
	p, err := domain.BuiltinPolicy(policyRef)
	require.NoError(tb, err)
	return p
}

func times(p domain.Purses, n int) domain.Purses {
	return domain.Purses{Training: p.Training.Times(n), JobSearch: p.JobSearch.Times(n), Survey: p.Survey.Times(n)}
}

// wave is one wave with its decree: how many people it names.
type wave struct {
	number, people int
}

func (w wave) decree() domain.DecreeNumber {
	return domain.DecreeNumber(fmt.Sprintf("SK-PKP-%d/2020", w.number))
}

// programme gives the commands that a ledger begins with: a second person for every type of act, a policy, waves with their
// decrees, a platform with a course at Rp350.000, and money.
func programme(tb testing.TB, waves ...wave) []domain.Command {
	tb.Helper()
	at := begin()
	var out []domain.Command
	add := func(a domain.Act) {
		at = at.Add(2 * time.Second)
		out = append(out, command(fmt.Sprint("programme-", len(out)), at, a))
	}
	for _, spec := range domain.Acts() {
		if !spec.Second {
			continue
		}
		on := domain.OnAction{Action: id("action-" + string(spec.Name))}
		add(domain.ProposeAction{OnAction: on, ProposalBody: domain.ProposalBody{
			Command: spec.Name, Count: 1_000_000, Authority: domain.Authority{Kind: domain.AuthorityDecree, Number: "SK-1/2020", Date: domain.DateOf(at)},
		}})
		add(domain.ApproveAction{OnAction: on})
	}
	p := policy(tb)
	add(domain.AdoptPolicy{PolicyBody: domain.PolicyBody{Policy: p}})
	for _, w := range waves {
		add(domain.OpenWave{WaveBody: domain.WaveBody{Wave: w.number, Scheme: policyRef, Quota: w.people, FundYear: fundYear, OpensAt: at}})
		total := times(p.Entitlement.Package(), w.people)
		add(domain.RegisterDecree{DecreeBody: domain.DecreeBody{Decree: w.decree(), Wave: w.number, Count: w.people, Total: total, Currency: domain.IDR}})
		add(domain.ReceiveFunds{OnFund: domain.OnFund{Year: fundYear}, FundsInBody: domain.FundsInBody{
			Reference: domain.Reference(fmt.Sprint("SP2D-", w.number)), Amount: total.Total(), Currency: domain.IDR,
		}})
	}
	add(domain.AdmitPlatform{OnPlatform: domain.OnPlatform{Platform: "platform-a"}, PlatformBody: domain.PlatformBody{Name: "Platform"}})
	add(domain.ApproveInstitution{OnInstitution: domain.OnInstitution{Institution: "lembaga-a"}, InstitutionBody: domain.InstitutionBody{Name: "Lembaga"}})
	course := domain.OnCourse{Course: "c-1"}
	add(domain.SubmitCourse{OnCourse: course, CourseBody: domain.CourseBody{Title: "Pelatihan", Institution: "lembaga-a", Modality: domain.Webinar, Interactive: true}})
	add(domain.ApproveCourse{OnCourse: course, CourseApprovalBody: domain.CourseApprovalBody{Under: policyRef, Interactive: true}})
	add(domain.OfferCourse{OnCourse: course, OfferBody: domain.OfferBody{Platform: "platform-a", Price: domain.Rupiah(350_000), Currency: domain.IDR}})
	return out
}

func determination(at time.Time, w wave, n int, pack domain.Purses) domain.Command {
	return command(fmt.Sprintf("determine-%d-%d", w.number, n), at, domain.DetermineRecipient{OnParticipant: person(w.number*1_000_000 + n), DeterminationBody: domain.DeterminationBody{
		Decree: w.decree(), Line: n, Wave: w.number, Policy: policyRef, Package: pack, Currency: domain.IDR, FundYear: fundYear,
	}})
}

func credit(at time.Time, w wave, n int, pack domain.Purses) domain.Command {
	return command(fmt.Sprintf("credit-%d-%d", w.number, n), at, domain.CreditBalance{OnParticipant: person(w.number*1_000_000 + n), CreditBody: domain.CreditBody{
		Reference: "BNI-1", Amounts: pack, Currency: domain.IDR, FundYear: fundYear,
	}})
}

func purchase(key string, at time.Time, who domain.OnParticipant, invoice domain.InvoiceCode) domain.Command {
	return command(key, at, domain.PurchaseCourse{OnParticipant: who, PurchaseBody: domain.PurchaseBody{
		Course: "c-1", Platform: "platform-a", Invoice: invoice, Amount: domain.Rupiah(350_000), Currency: domain.IDR,
	}})
}

// ready gives the commands that make the first people of a wave buyers.
func ready(at time.Time, w wave, pack domain.Purses) []domain.Command {
	var out []domain.Command
	for n := 1; n <= w.people; n++ {
		who := person(w.number*1_000_000 + n)
		out = append(
			out, determination(at, w, n, pack),
			command(fmt.Sprintf("card-%d-%d", w.number, n), at, domain.IssueCard{OnParticipant: who}),
			credit(at, w, n, pack),
		)
	}
	return out
}

// execute runs commands in order; none may be refused.
func execute(tb testing.TB, s *api.Service, c *clock, cmds []domain.Command) {
	tb.Helper()
	for _, cmd := range cmds {
		if cmd.ReceivedAt.After(c.Now()) {
			c.set(cmd.ReceivedAt)
		}
		out, err := s.Execute(context.Background(), cmd)
		require.NoError(tb, err)
		require.False(tb, out.Refused(), "%s", out.Event().Data)
	}
}

// small is a ledger with a few buyers.
func small(tb testing.TB, store eventstore.Store, people int) (*api.Service, *clock, wave) {
	tb.Helper()
	c, w := newClock(), wave{4, people}
	s := open(tb, store, c)
	execute(tb, s, c, programme(tb, w))
	p := policy(tb)
	execute(tb, s, c, ready(c.add(2*time.Second), w, p.Entitlement.Package()))
	c.add(2 * time.Second)
	return s, c, w
}

func buyer(w wave, n int) domain.OnParticipant { return person(w.number*1_000_000 + n) }

func subject(tb testing.TB, s domain.Stream) *uuid.UUID {
	tb.Helper()
	who, err := uuid.Parse(s.Key())
	require.NoError(tb, err)
	return &who
}
