package domain

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Random command sequences against a naive second ledger. A sequence begins at one of several stages of a small programme, so
// that two dozen commands reach everything from the first policy to a repayment.

const (
	fullSequences  = 20_000
	shortSequences = 1_000
)

// checkMany runs a property often enough: rapid has one count for all properties of a run.
func checkMany(t *testing.T, full, short int, prop func(*rapid.T)) {
	t.Helper()
	want := full
	if raceEnabled || testing.Short() {
		want = short
	}
	each := 100
	if f := flag.Lookup("rapid.checks"); f != nil {
		if n, err := strconv.Atoi(f.Value.String()); err == nil && n > 0 {
			each = n
		}
	}
	for done := 0; done < want && !t.Failed(); done += each {
		rapid.Check(t, prop)
	}
}

// ---- the small programme ----

const (
	modelPeople   = 3
	modelDecree   = DecreeNumber("SK-MODEL-4/2020")
	modelDecree23 = DecreeNumber("SK-MODEL-51/2023")
)

type modelStage int

const (
	stageEmpty    modelStage = iota // nothing at all, not even a policy
	stageOpen                       // policies, a wave, a decree, platforms, courses
	stageCredited                   // three people with a balance
	stageFinished                   // the first of them finished a course and linked an account
	stagePaid                       // and got the first incentive; the second has a refused attempt
	stage2023                       // the fixture's scheme: classes and seats
)

// modelPolicy is a built-in policy, or the second scheme of the test's data.
func modelPolicy(tb testing.TB, ref PolicyRef) *Policy {
	tb.Helper()
	p, err := BuiltinPolicy(ref)
	if ref == fixturePolicy {
		data, readErr := os.ReadFile("testdata/policies/" + string(ref) + ".json")
		require.NoError(tb, readErr)
		p, err = decodePolicy(data)
	}
	require.NoError(tb, err)
	return &p
}

func modelID(name string) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:saldo:model:"+name))
}

func modelPerson(n int) OnParticipant { return OnParticipant{modelID("person-" + itoa(n))} }

func modelAction(kind string, n CommandName) uuid.UUID { return modelID(kind + "-" + string(n)) }

func modelActor(p Party, n int) Actor {
	return Actor{Party: p, Role: "service", ID: modelID("actor-" + string(p) + itoa(n))}
}

// modelBuilder writes the commands of a stage; each must be accepted.
type modelBuilder struct {
	t    testing.TB
	book *Book
	cmds []Command
	at   time.Time
}

func (b *modelBuilder) do(a Act) { b.as(SpecOf(a).Owner, a) }

func (b *modelBuilder) as(p Party, a Act) {
	b.at = b.at.Add(2 * time.Second)
	spec := SpecOf(a)
	cmd := Command{ID: modelID("stage-" + itoa(len(b.cmds))), ReceivedAt: b.at, Actor: modelActor(p, 1), Act: a}
	if spec.Second {
		cmd.ActionID = new(modelAction("approved", spec.Name))
	}
	if _, second := a.(ApproveAction); second {
		cmd.Actor = modelActor(p, 2)
	}
	res, err := b.book.Execute(cmd)
	require.NoError(b.t, err)
	require.Equal(b.t, spec.Accepted, res.Event().Type, "%s: %s", spec.Name, res.Event().Data)
	b.cmds = append(b.cmds, cmd)
}

// actions proposes and approves one action for each type of act that needs a second person, and some that are no good.
func (b *modelBuilder) actions() {
	propose := func(kind string, n CommandName, on Stream) OnAction {
		id := OnAction{modelAction(kind, n)}
		b.as(PartyProgramme, ProposeAction{id, ProposalBody{
			Command: n, On: on, Count: 1000, Authority: Authority{Kind: AuthorityDecree, Number: "SK-MODEL/2020", Date: DateOf(b.at)},
		}})
		return id
	}
	for _, spec := range Acts() {
		if spec.Second {
			b.as(PartyProgramme, ApproveAction{propose("approved", spec.Name, ""), ApprovalBody{}})
		}
	}
	for _, n := range []CommandName{"RevokeParticipation", "LapsePurse"} {
		propose("proposed", n, "")
		b.as(PartyProgramme, DeclineAction{propose("declined", n, ""), DeclineBody{}})
		b.as(PartyProgramme, ApproveAction{propose("expired", n, ""), ApprovalBody{Until: new(b.at.Add(time.Minute))}})
		b.as(PartyProgramme, ApproveAction{propose("elsewhere", n, modelPerson(9).Stream()), ApprovalBody{}})
	}
}

func (b *modelBuilder) programme(fixture bool) {
	policies := []*Policy{modelPolicy(b.t, "prakerja-2020@1"), modelPolicy(b.t, "prakerja-2020@2")}
	wave, decree, year := 4, modelDecree, 2020
	if fixture {
		policies, wave, decree, year = []*Policy{modelPolicy(b.t, fixturePolicy)}, 51, modelDecree23, 2023
	}
	b.do(AdoptPolicy{PolicyBody: PolicyBody{*policies[0]}})
	if len(policies) > 1 {
		b.do(AdoptPolicy{PolicyBody: PolicyBody{*policies[1]}})
	}
	pack := policies[0].Entitlement.Package()
	b.do(OpenWave{WaveBody: WaveBody{Wave: wave, Scheme: policies[0].Ref(), Quota: 100, FundYear: year, OpensAt: b.at}})
	b.do(RegisterDecree{DecreeBody: DecreeBody{Decree: decree, Wave: wave, Count: 20, Total: times(pack, 20), Currency: IDR}})
	for _, p := range []PlatformCode{"platform-a", "platform-b"} {
		b.do(AdmitPlatform{OnPlatform{p}, PlatformBody{"Platform"}})
		b.do(IssueToken{OnPlatform{p}, TokenBody{TokenID("tkn-" + p), b.at.AddDate(0, 2, 0)}})
	}
	b.do(ApproveInstitution{OnInstitution{"lembaga-a"}, InstitutionBody{Name: "Lembaga"}})
	b.do(ReceiveFunds{OnFund{year}, FundsInBody{"SP2D-1", Rupiah(1_000_000_000), IDR}})
	for i, c := range []CourseCode{"c-1", "c-2", "c-3"} {
		b.do(SubmitCourse{OnCourse{c}, CourseBody{"Pelatihan", "lembaga-a", Webinar, i < 2}})
		b.do(ApproveCourse{OnCourse{c}, CourseApprovalBody{policies[0].Ref(), i < 2}})
		for j, p := range []PlatformCode{"platform-a", "platform-b"} {
			b.as(PartyProgramme, OfferCourse{OnCourse{c}, OfferBody{p, Rupiah(int64(350_000 + 250_000*i + 50_000*j)), IDR}})
		}
		if fixture {
			b.do(OpenSchedule{OnCourse{c}, ScheduleBody{ScheduleCode(c + "-x"), b.at.AddDate(0, 2, 0), 2}})
		}
	}
}

func (b *modelBuilder) credit(n int, policy *Policy, decree DecreeNumber, wave, year int) {
	pack := policy.Entitlement.Package()
	b.do(DetermineRecipient{modelPerson(n), DeterminationBody{decree, n, wave, policy.Ref(), pack, IDR, year}})
	b.do(RecordNotification{modelPerson(n), NotificationBody{ChannelSMS, b.at}})
	b.do(RecordDataCompleted{modelPerson(n), DataCompletedBody{b.at}})
	b.do(IssueCard{modelPerson(n), CardBody{}})
	b.do(CreditBalance{modelPerson(n), CreditBody{Reference("CREDIT-" + itoa(n)), pack, IDR, "", year}})
}

// finish takes the first person through a course to a linked account.
func (b *modelBuilder) finish() {
	p := modelPerson(1)
	b.do(PurchaseCourse{p, PurchaseBody{Course: "c-1", Platform: "platform-a", Invoice: "INV-0", Amount: Rupiah(350_000), Currency: IDR}})
	b.do(RecordVoucherIssued{p, VoucherBody{"platform-a", "INV-0", "K3ZT"}})
	b.do(ExchangeVoucher{p, ExchangeBody{"c-1", "lembaga-a", "K3ZT"}})
	b.do(RecordTrainingStarted{p, CourseOfPersonBody{"c-1"}})
	b.do(RecordTrainingCompleted{p, CompletionBody{"c-1", b.at}})
	b.as(PartyParticipant, RecordRating{p, RatingBody{"c-1", 5, ViaPlatform}})
	b.as(PartyParticipant, RecordReview{p, ReviewBody{"c-1", 100, ViaPlatform}})
	b.as(PartyInstitution, ReportCompletion{p, CompletionReportBody{"c-1", ByInstitution}})
	b.as(PartyPlatform, ReportCompletion{p, CompletionReportBody{"c-1", ByPlatform}})
	b.do(RecordCertificateIssued{p, CertificateBody{"c-1", "C9R2"}})
	b.do(VerifyCertificate{p, VerificationBody{"c-1", MatchYes, MatchYes, MatchYes}})
	b.do(LinkPayoutAccount{p, AccountBody{"bank-a", "4411", exChecks()}})
}

func buildStage(tb testing.TB, stage modelStage) *modelBuilder {
	tb.Helper()
	b := &modelBuilder{t: tb, book: NewBook(), at: time.Date(2020, 8, 1, 2, 0, 0, 0, time.UTC)}
	if stage == stage2023 {
		b.at = time.Date(2023, 5, 1, 2, 0, 0, 0, time.UTC)
	}
	b.actions()
	if stage == stageEmpty {
		return b
	}
	b.programme(stage == stage2023)
	if stage == stage2023 {
		for n := 1; n <= modelPeople; n++ {
			b.credit(n, modelPolicy(tb, fixturePolicy), modelDecree23, 51, 2023)
		}
		return b
	}
	if stage >= stageCredited {
		for n := 1; n <= modelPeople; n++ {
			b.credit(n, modelPolicy(tb, "prakerja-2020@1"), modelDecree, 4, 2020)
		}
	}
	if stage >= stageFinished {
		b.finish()
	}
	if stage >= stagePaid {
		k := IncentiveKey{JobSearch, 1}
		b.do(ScheduleIncentive{modelPerson(1), IncentiveScheduleBody{k, DateOf(b.at)}})
		b.do(InstructIncentive{modelPerson(1), InstructionBody{k, "PAY-0", "bank-a", ""}})
		b.do(ConfirmIncentive{modelPerson(1), DisbursementBody{k, "PAY-0"}})
	}
	return b
}

var modelStages struct {
	once  sync.Once
	built map[modelStage]*modelBuilder
}

func stageOf(tb testing.TB, stage modelStage) *modelBuilder {
	tb.Helper()
	modelStages.once.Do(func() {
		modelStages.built = map[modelStage]*modelBuilder{}
		for s := stageEmpty; s <= stage2023; s++ {
			modelStages.built[s] = buildStage(tb, s)
		}
	})
	return modelStages.built[stage]
}

// ---- one sequence ----

// model is one sequence on its way: the book, the naive ledger beside it, and what must stay true.
type model struct {
	t        *rapid.T
	stage    modelStage
	book     *Book
	naive    *naiveLedger
	balances map[string]int64 // the book's trial balance, added up from its postings
	now      time.Time
	keys     int
	sent     []Command
	outcomes map[string]EventRef // stream and command id: the one outcome, for ever
	attempts map[uuid.UUID]bool
	accepted int
	refused  int
	invoices map[string]uuid.UUID // person, platform, invoice: the command that was accepted
	lastStep Command
	story    []Command
}

// line is a command in the story that a failing sequence tells.
func (m *model) line(c Command) string {
	line, err := EncodeSubmission(Submission{Key: c.ID.String()[:8], ReceivedAt: &c.ReceivedAt, Command: c})
	if err != nil {
		return err.Error()
	}
	return string(c.Origin) + " " + string(line)
}

func (m *model) fail(format string, args ...any) {
	m.t.Helper()
	for _, line := range m.story {
		m.t.Log(m.line(line))
	}
	m.t.Fatalf(format, args...)
}

func newModel(tb testing.TB, t *rapid.T, stage modelStage) *model {
	tb.Helper()
	b := stageOf(tb, stage)
	m := &model{
		t: t, stage: stage, book: NewBook(), naive: newNaiveLedger(), balances: map[string]int64{}, now: b.at.Add(2 * time.Second),
		outcomes: map[string]EventRef{}, attempts: map[uuid.UUID]bool{}, invoices: map[string]uuid.UUID{},
	}
	byCommand := map[uuid.UUID]Recorded{}
	for _, e := range b.book.Log {
		m.book.Append(e)
		m.post(e)
		byCommand[e.Meta.CommandID] = e
	}
	for _, cmd := range b.cmds {
		m.after(cmd, Result{Outcome: Accepted, Events: []Recorded{byCommand[cmd.ID]}})
	}
	return m
}

func (m *model) post(e Recorded) {
	sum := int64(0)
	for _, p := range PostingsOf(e) {
		n := whole(p.Amount)
		m.balances[string(p.Account)] += n
		sum += n
	}
	if sum != 0 {
		m.fail("the legs of %s sum to %d", e.Ref(), sum)
	}
}

// draw is one of some values, cheaper to read than rapid's own.
func draw[T any](m *model, name string, of ...T) T {
	return of[rapid.IntRange(0, len(of)-1).Draw(m.t, name)]
}

// chance is true in n of 100 cases; shrinking makes it false.
func (m *model) chance(name string, n int) bool {
	return rapid.IntRange(0, 99).Draw(m.t, name) >= 100-n
}

func (m *model) someone() OnParticipant {
	return modelPerson(rapid.IntRange(1, modelPeople).Draw(m.t, "person"))
}

// tick moves the clock forward, mostly a little, sometimes over a deadline or the last day of purchases.
func (m *model) tick() {
	step := time.Second
	if m.chance("longer", 30) {
		step = draw(m, "step", 0, time.Minute, time.Hour, 24*time.Hour, 10*24*time.Hour, 31*24*time.Hour)
	} else if m.chance("to an edge", 3) {
		edges := []time.Time{NewDate(2020, 8, 31).End(), NewDate(2020, 12, 15).End(), NewDate(2020, 12, 15).End().Add(time.Microsecond), NewDate(2023, 11, 30).End()}
		if e := draw(m, "edge", edges...); e.After(m.now) {
			m.now = e
			return
		}
	}
	m.now = m.now.Add(step)
}

func (m *model) command(a Act) Command {
	spec := SpecOf(a)
	m.keys++
	cmd := Command{ID: modelID("key-" + itoa(m.keys)), ReceivedAt: m.now, Actor: modelActor(spec.Owner, 1), Act: a}
	if spec.Owner == "" {
		cmd.Actor = modelActor(draw(m, "party", PartyPlatform, PartyInstitution, PartyParticipant, PartyProgramme), 1)
	}
	if m.chance("wrong party", 4) {
		cmd.Actor = modelActor(draw(m, "party", PartyPlatform, PartyBank, PartyParticipant, PartyProgramme), 1)
	}
	if spec.Second && !m.chance("without approval", 12) {
		kind := "approved"
		if m.chance("approval of another kind", 8) && (spec.Name == "RevokeParticipation" || spec.Name == "LapsePurse") {
			kind = draw(m, "kind", "proposed", "declined", "expired", "elsewhere", "unknown")
		}
		cmd.ActionID = new(modelAction(kind, spec.Name))
		if m.chance("approval of another act", 3) {
			cmd.ActionID = new(modelAction("approved", "EraseSubject"))
		}
	}
	if m.chance("effective before", 8) {
		cmd.Effective = new(m.now.Add(-draw(m, "ago", time.Hour, 48*time.Hour, 60*24*time.Hour, -time.Hour)))
	}
	if m.chance("migrated", 7) {
		cmd.Origin = Migrated
	}
	return cmd
}

// step executes one command, or an earlier one again, and holds what must be true afterwards.
func (m *model) step() {
	m.tick()
	if len(m.sent) > 0 && m.chance("again", 8) {
		m.again()
		return
	}
	cmd := m.command(m.act())
	m.execute(cmd)
	if m.chance("twice", 5) {
		m.execute(cmd)
	}
}

// again repeats an earlier command, or uses its key for something else in the same stream.
func (m *model) again() {
	cmd := m.sent[rapid.IntRange(0, len(m.sent)-1).Draw(m.t, "earlier")]
	cmd.ReceivedAt = m.now
	p, buying := cmd.Act.(PurchaseCourse)
	switch {
	case buying && m.chance("abandon it", 40):
		cmd.Act = AbandonPurchase{p.OnParticipant, AbandonBody{p.Platform, p.Invoice}}
	case m.chance("other content", 30):
		other := m.act()
		if other.Stream() != cmd.Act.Stream() {
			return
		}
		cmd.Act = other
	}
	m.execute(cmd)
}

func (m *model) execute(cmd Command) {
	routed := Route(cmd, func(s Stream) bool { return len(m.book.streams[s]) > 0 })
	stream := routed.Act.Stream()
	key := string(stream) + "/" + cmd.ID.String()
	before := len(m.book.Log)
	state := m.book.State(stream)
	var dry Group
	first, had := m.outcomes[key]
	if _, _, known := Known(routed, state); !known {
		var err error
		dry, err = Prepare(routed, state, m.book.Registry, m.book.lookups(routed), cmd.ReceivedAt, m.book.Lead)
		if err != nil {
			m.fail("dry %s: %v", SpecOf(routed.Act).Name, err)
		}
	}
	m.lastStep = routed
	m.story = append(m.story, routed)
	res, err := m.book.Execute(cmd)
	switch {
	case err != nil:
		if _, reused := err.(*KeyReusedError); !reused || !had { //nolint:errorlint // a book wraps nothing
			m.fail("%s: %v", SpecOf(routed.Act).Name, err)
		}
		m.require(len(m.book.Log) == before, "a reused key was recorded")
		return
	case res.Replayed:
		m.require(len(m.book.Log) == before, "a replay was recorded")
		m.require(had || res.ByInvoice, "%s: a replay of nothing", key)
		m.require(!had || first == res.Event().Ref(), "%s: another outcome %s than the first %s", key, res.Event().Ref(), first)
		return
	}
	m.require(!had, "%s: a second outcome %s after %s", key, res.Event().Ref(), first)
	m.require(len(dry.Recorded) == len(res.Events) && dry.Recorded[0].ID == res.Event().ID, "a dry decision differs from the real one")
	for _, e := range m.book.Log[before:] {
		m.post(e)
	}
	m.after(routed, res)
	m.invariants(routed, res)
	m.sent = append(m.sent, cmd)
}

// after takes an outcome into the counts and the naive ledger.
func (m *model) after(cmd Command, res Result) {
	e := res.Event()
	m.outcomes[string(e.Stream)+"/"+cmd.ID.String()] = e.Ref()
	switch e.Fact.(type) {
	case CoursePurchased:
		if e.Meta.Origin == Decided {
			m.attempts[cmd.ID], m.accepted = true, m.accepted+1
		}
	case PurchaseRefused:
		if e.Meta.Origin == Decided {
			m.attempts[cmd.ID], m.refused = true, m.refused+1
		}
	}
	if res.Refused() {
		return
	}
	if err := m.naive.apply(cmd, e); err != nil {
		m.fail("%s: %v", e.Ref(), err)
	}
}

func (m *model) require(ok bool, format string, args ...any) {
	if !ok {
		m.t.Helper()
		m.fail("after %s: %s", SpecOf(m.lastStep.Act).Name, fmt.Sprintf(format, args...))
	}
}

// invariants hold at the end of every group.
func (m *model) invariants(cmd Command, res Result) {
	e := res.Event()
	m.require(len(m.attempts) == m.accepted+m.refused, "%d attempts, %d accepted + %d refused", len(m.attempts), m.accepted, m.refused)
	if got, want := showAccounts(m.balances), m.naive.trialBalance(); got != want {
		m.fail("after %s, the ledger says\n%s\nthe naive one\n%s\n%s", e.Ref(), got, want, e.Data)
	}
	own := e.Meta.Origin == Decided && !res.Refused()
	for _, g := range res.Events {
		for _, p := range PostingsOf(g) {
			if own && p.Amount.Negative() {
				_, isPurse := p.Account.purse()
				m.require(isPurse || !isSuspense(p.Account), "our own decision took from %s", p.Account)
			}
		}
	}
	if e.Stream.Kind() != ParticipantStream {
		return
	}
	s := m.book.State(e.Stream).(*ParticipantState)
	n := m.naive.person(e.Stream)
	m.require(wholePurses(s.Balance) == n.purses, "purses %v, naive %v", wholePurses(s.Balance), n.purses)
	m.require(wholePurses(s.Committed) == n.committed, "committed %v, naive %v", wholePurses(s.Committed), n.committed)
	m.require(min(n.purses.training, n.purses.jobSearch, n.purses.survey) >= 0, "a purse below zero: %v", n.purses)
	if own {
		m.ownDecision(cmd, res, n)
	}
}

func isSuspense(a Account) bool { return len(a) > 9 && a[:9] == "suspense." }

// ownDecision holds what only our own decisions promise.
func (m *model) ownDecision(cmd Command, res Result, n *naivePerson) {
	e := res.Event()
	switch a := cmd.Act.(type) {
	case PurchaseCourse:
		m.require(a.NotAfter == nil || !e.Meta.ReceivedAt.After(*a.NotAfter), "bought after the caller's own limit")
		m.require(n.determined && !n.revoked && !n.held, "sold to somebody who may not buy")
		key := string(e.Stream) + "/" + invoiceKey(a.Platform, a.Invoice)
		_, used := m.invoices[key]
		m.require(!used, "a second acceptance of %s", key)
		m.invoices[key] = cmd.ID
	case RevokeParticipation:
		m.revoked(res, n)
	case ScheduleIncentive:
		if n.policy == "" {
			return
		}
		series := m.policy(n).Entitlement.Series(a.Kind)
		total := 0
		for k, x := range n.incentives {
			if len(k) > len(a.Kind) && k[:len(a.Kind)] == string(a.Kind) {
				total += x.ownSchedules
			}
		}
		m.require(total <= series.Times, "%d incentives of the kind %s, the policy grants %d", total, a.Kind, series.Times)
		m.require(n.incentive(a.IncentiveKey).ownSchedules == 1, "incentive %d of %s was scheduled twice", a.N, a.Kind)
		if a.Kind == JobSearch {
			x := n.first()
			m.require(x != nil, "an incentive without a purchase")
			m.require(n.accepted[x.course] && n.rated[x.course] && n.reviewed[x.course], "an incentive for %s, the first training, which is not finished", x.course)
		}
	case InstructIncentive:
		x := n.incentive(a.IncentiveKey)
		m.require(x.ownInFlight == 1, "incentive %d of %s was instructed again without an answer", a.N, a.Kind)
		m.require(!x.everPaid, "incentive %d of %s was instructed although it was paid", a.N, a.Kind)
	}
}

func (m *model) policy(n *naivePerson) *Policy {
	for i := range m.book.Registry.Programme.Policies {
		if p := &m.book.Registry.Programme.Policies[i].value; p.Ref() == n.policy {
			return p
		}
	}
	return &Policy{}
}

// revoked: without a purchase the whole package comes back: what was credited, and what never was.
func (m *model) revoked(res Result, n *naivePerson) {
	for _, e := range res.Events {
		b, ok := e.Fact.(BalanceReturned)
		if !ok {
			continue
		}
		untouched := len(n.purchases) == 0 && len(n.incentives) == 0 && !n.lapsed
		once := n.granted == wholePurses(b.Amounts.Add(b.Released))
		over := n.received.training > n.granted.training || n.received.jobSearch > n.granted.jobSearch || n.received.survey > n.granted.survey
		returned := m.returnedBefore(e)
		m.require(!untouched || over || returned || once, "a revocation without a purchase returns %v and releases %v of the package %v", b.Amounts, b.Released, n.granted)
	}
	m.require(n.purses == naivePurses{}, "something is left after a revocation: %v", n.purses)
}

func (m *model) returnedBefore(e Recorded) bool {
	for _, x := range m.book.Stream(e.Stream) {
		if _, ok := x.Fact.(BalanceReturned); ok && x.Revision < e.Revision && x.Meta.Outcome != Refused {
			return true
		}
	}
	return false
}

// finish holds what is true of a whole sequence: nothing that was only asked left a trace.
func (m *model) finish() {
	for stream := range m.book.states {
		if stream.Kind() != ParticipantStream {
			continue
		}
		fresh := NewState(stream)
		for _, e := range m.book.Stream(stream) {
			fresh = Evolve(fresh, e)
		}
		m.require(reflect.DeepEqual(fresh, m.book.State(stream)), "the state of %s is not the fold of its events", stream)
	}
}

func TestModel(t *testing.T) {
	stageOf(t, stageEmpty)
	reached := map[string]int{}
	checkMany(t, fullSequences, shortSequences, func(rt *rapid.T) {
		m := newModel(t, rt, modelStage(rapid.IntRange(int(stageEmpty), int(stage2023)).Draw(rt, "stage")))
		for range rapid.IntRange(1, 30).Draw(rt, "commands") {
			m.step()
		}
		m.finish()
		for _, e := range m.book.Log[len(stageOf(t, m.stage).book.Log):] {
			reached[string(e.Type)]++
		}
	})
	if raceEnabled || testing.Short() {
		return
	}
	for _, e := range eventTable() { // sequences that reach nothing prove nothing
		if e.kind == ParticipantStream && e.name != "PayoutAccountLinkRefused" {
			require.Positive(t, reached[string(e.name)], "no sequence came to %s", e.name)
		}
	}
}
