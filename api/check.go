package api

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/eventstore"
)

// Finding is one thing that a check found.
type Finding struct {
	Kind   string          `json:"kind"` // conservation, negative_purse, attempts, decree, tranche, intake, foreign, unknown_type, group, event_id, clock, invoice, approval, missed_registry
	Event  domain.EventRef `json:"event,omitzero"`
	Detail string          `json:"detail"`
}

// Balance is one line of the trial balance.
type Balance struct {
	Account domain.Account `json:"account"`
	Amount  domain.Money   `json:"amount"`
}

// DecreeControl compares what a decree names with what stands under it.
type DecreeControl struct {
	Decree     domain.DecreeNumber `json:"decree"`
	Wave       int                 `json:"wave"`
	Named      int                 `json:"named"`
	Determined int                 `json:"determined"`
	Allocated  domain.Purses       `json:"allocated"` // by the decree
	Committed  domain.Purses       `json:"committed"` // by the determinations
	Credited   domain.Purses       `json:"credited"`
	Agrees     bool                `json:"agrees"`
}

// CheckReport is what a check of the whole log found.
type CheckReport struct {
	Events     uint64          `json:"events"`
	Streams    int             `json:"streams"`
	Attempts   int             `json:"attempts"` // purchases that reached a decision
	Accepted   int             `json:"accepted"`
	Refused    int             `json:"refused"`
	Balances   []Balance       `json:"trial_balance"`
	Decrees    []DecreeControl `json:"decrees"`
	Exceptions int             `json:"exceptions"`  // facts recorded although a check failed
	ReusedKeys int             `json:"reused_keys"` // keys that were used for two people: reported, not prevented
	Findings   []Finding       `json:"findings"`
	Root       string          `json:"root"`
}

// Sound reports whether nothing was found.
func (r CheckReport) Sound() bool { return len(r.Findings) == 0 }

// Check reads the whole log and holds it to what must be true of it: money conserved and no purse below zero, attempts =
// accepted + refused, decrees against determinations, tallies that add up, groups that are whole, event ids that bind their
// content, nothing foreign.
func (s *Service) Check(ctx context.Context, progress func(done uint64)) (CheckReport, error) {
	c := &checker{
		balances: map[domain.Account]domain.Money{}, purses: map[domain.Stream]domain.Purses{}, last: map[domain.Stream]lastEvent{},
		decrees: map[domain.DecreeNumber]*DecreeControl{}, commands: map[attemptKey]bool{}, people: map[uuid.UUID]domain.Stream{}, approvals: map[uuid.UUID]*approval{}, invoices: map[string]domain.Stream{},
		tranches: map[domain.Reference]*trancheSum{}, index: map[domain.Stream]int{}, under: map[domain.Stream]domain.DecreeNumber{}, missed: newMissed(),
	}
	for r, err := range LedgerEvents(ctx, s.store, eventstore.Position{}) {
		if err != nil {
			return c.report, err
		}
		e, err := recorded(r)
		if err != nil {
			return c.report, err
		}
		c.see(e, r)
		if progress != nil && c.report.Events%progressEvery == 0 {
			progress(c.report.Events)
		}
	}
	c.finish()
	root := c.tree.root()
	c.report.Root = fmt.Sprintf("%x", root[:])
	return c.report, nil
}

// trancheSum is what credits add up to under an instructed tranche.
type trancheSum struct {
	named, credited int
	ref             domain.EventRef
}

// lastEvent is what the next event of a stream is held to. There is one for every person: it keeps no more than that.
type lastEvent struct {
	command    uuid.UUID
	recordedAt time.Time
}

// attemptKey is one attempt: a command on the stream of a person.
type attemptKey struct {
	stream  domain.Stream
	command uuid.UUID
}

// approval is how many acts an action covers and how many were carried out under it.
type approval struct {
	covers, used int
	ref          domain.EventRef
}

// checker is one pass over the log.
type checker struct {
	report    CheckReport
	tree      tree
	balances  map[domain.Account]domain.Money
	purses    map[domain.Stream]domain.Purses
	last      map[domain.Stream]lastEvent
	index     map[domain.Stream]int // place within the group that is open
	decrees   map[domain.DecreeNumber]*DecreeControl
	under     map[domain.Stream]domain.DecreeNumber
	commands  map[attemptKey]bool
	people    map[uuid.UUID]domain.Stream // by command: the person of its first outcome
	approvals map[uuid.UUID]*approval     // by action
	invoices  map[string]domain.Stream
	tranches  map[domain.Reference]*trancheSum
	missed    *missed
}

func (c *checker) find(kind string, e domain.Recorded, format string, args ...any) {
	c.report.Findings = append(c.report.Findings, Finding{kind, e.Ref(), fmt.Sprintf(format, args...)})
}

func (c *checker) see(e domain.Recorded, r eventstore.Recorded) {
	c.report.Events++
	c.tree.add(leafHash(r))
	prev, known := c.last[e.Stream]
	if !known {
		c.report.Streams++
	}
	c.shape(e, r, prev, known)
	c.last[e.Stream] = lastEvent{e.Meta.CommandID, e.Meta.RecordedAt}
	if e.Foreign() {
		c.find("foreign", e, "it did not come through Execute; it is in no total")
		return
	}
	if e.Unknown() {
		c.find("unknown_type", e, "this version does not know the type or its schema")
		return
	}
	if d := e.Fact.Ruling(); d != nil && len(d.Exceptions) > 0 {
		c.report.Exceptions++
	}
	c.missed.see(e, func(decision domain.Recorded, event domain.EventRef, inForce time.Time) {
		c.find("missed_registry", decision, "decided without %s, which was in force since %s when its command was received", event, inForce)
	})
	c.money(e)
	c.counts(e)
}

// shape holds an event to its place: its id, its clock, its group.
func (c *checker) shape(e domain.Recorded, r eventstore.Recorded, prev lastEvent, known bool) {
	if known && !e.Foreign() && e.Meta.RecordedAt.Before(prev.recordedAt) {
		c.find("clock", e, "recorded_at %s is before the event before it", e.Meta.RecordedAt)
	}
	var n, of int
	if e.Meta.Part == "" {
		n, of = 1, 1
	} else if _, err := fmt.Sscanf(e.Meta.Part, "%d/%d", &n, &of); err != nil || n < 1 || n > of {
		c.find("group", e, "part %q is no part", e.Meta.Part)
		n, of = 1, 1
	}
	if n != c.index[e.Stream]+1 {
		c.find("group", e, "part %d follows part %d: a group is not whole", n, c.index[e.Stream])
	}
	if known && n > 1 && prev.command != e.Meta.CommandID {
		c.find("group", e, "parts of different commands in one group")
	}
	if c.index[e.Stream] = n; n >= of {
		c.index[e.Stream] = 0
	}
	if !e.Foreign() && domain.EventID(e.Stream, e.Revision, n-1, e.Type, r.Data, r.Metadata) != e.ID {
		c.find("event_id", e, "the id does not bind the content")
	}
}

func (c *checker) money(e domain.Recorded) {
	var sum domain.Money
	purses := c.purses[e.Stream]
	for _, p := range domain.PostingsOf(e) {
		c.balances[p.Account] = c.balances[p.Account].Add(p.Amount)
		sum = sum.Add(p.Amount)
		if name, is := strings.CutPrefix(string(p.Account), "va."); is {
			which := domain.Purse(name)
			purses = purses.With(which, purses.Get(which).Add(p.Amount))
		}
	}
	if !sum.IsZero() {
		c.find("conservation", e, "its legs sum to %s and not to 0", sum)
	}
	if e.Stream.Kind() != domain.ParticipantStream {
		return
	}
	c.purses[e.Stream] = purses
	for _, which := range []domain.Purse{domain.PurseTraining, domain.PurseJobSearch, domain.PurseSurvey} {
		if e.Meta.LastPart() && purses.Get(which).Negative() {
			c.find("negative_purse", e, "%s stands at %s", which, purses.Get(which))
		}
	}
}

// counts adds up attempts, decrees, tranches, tallies and order numbers.
func (c *checker) counts(e domain.Recorded) {
	refused := e.Meta.Outcome == domain.Refused
	if e.Meta.ActionID != nil && e.Meta.Outcome == domain.Accepted {
		c.approval(*e.Meta.ActionID).used++
	}
	switch f := e.Fact.(type) {
	case domain.CoursePurchased:
		c.attempt(e, false)
		c.invoice(e, f.PurchaseBody)
	case domain.PurchaseRefused:
		c.attempt(e, true)
	case domain.DecreeRegistered:
		d := c.decree(f.Decree)
		d.Wave, d.Named, d.Allocated = f.Wave, f.Count, f.Total
	case domain.RecipientDetermined:
		d := c.decree(f.Decree)
		d.Determined++
		d.Committed = d.Committed.Add(f.Package)
		c.under[e.Stream] = f.Decree
	case domain.BalanceCredited:
		if n, ok := c.under[e.Stream]; ok {
			d := c.decree(n)
			d.Credited = d.Credited.Add(f.Amounts)
		}
		if f.Tranche != "" {
			c.tranche(f.Tranche).credited++
		}
	case domain.CreditInstructed:
		t := c.tranche(f.Reference)
		t.named, t.ref = f.Count, e.Ref()
	case domain.ActionProposed:
		if id, err := uuid.Parse(e.Stream.Key()); err == nil && !refused {
			a := c.approval(id)
			a.covers, a.ref = f.Count, e.Ref()
		}
	case domain.IntakeTallied:
		if sum := f.Decided + f.Replayed + f.Denied + f.Malformed + f.Throttled + f.Failed; !refused && sum != f.Received {
			c.find("intake", e, "received %d, but decided + replayed + denied + malformed + throttled + failed = %d", f.Received, sum)
		}
	}
}

func (c *checker) attempt(e domain.Recorded, refused bool) {
	if e.Meta.Origin != domain.Decided {
		return
	}
	key := attemptKey{e.Stream, e.Meta.CommandID}
	if c.commands[key] {
		c.find("attempts", e, "a second outcome of one command")
	}
	c.commands[key] = true
	if first, used := c.people[e.Meta.CommandID]; used && first != e.Stream {
		c.report.ReusedKeys++
	} else {
		c.people[e.Meta.CommandID] = e.Stream
	}
	if refused {
		c.report.Refused++
	} else {
		c.report.Accepted++
	}
}

func (c *checker) invoice(e domain.Recorded, p domain.PurchaseBody) {
	key := string(p.Platform) + "/" + string(p.Invoice)
	if other, used := c.invoices[key]; used {
		c.find("invoice", e, "order number %s was accepted in %s too", key, other)
	}
	c.invoices[key] = e.Stream
}

func (c *checker) approval(id uuid.UUID) *approval {
	a, ok := c.approvals[id]
	if !ok {
		a = &approval{}
		c.approvals[id] = a
	}
	return a
}

func (c *checker) decree(n domain.DecreeNumber) *DecreeControl {
	d, ok := c.decrees[n]
	if !ok {
		d = &DecreeControl{Decree: n}
		c.decrees[n] = d
	}
	return d
}

func (c *checker) tranche(r domain.Reference) *trancheSum {
	t, ok := c.tranches[r]
	if !ok {
		t = &trancheSum{}
		c.tranches[r] = t
	}
	return t
}

// finish compares the sums and writes the trial balance.
func (c *checker) finish() {
	c.report.Attempts = len(c.commands)
	if c.report.Attempts != c.report.Accepted+c.report.Refused {
		c.report.Findings = append(c.report.Findings, Finding{Kind: "attempts", Detail: fmt.Sprintf("%d attempts, but %d accepted + %d refused", c.report.Attempts, c.report.Accepted, c.report.Refused)})
	}
	for _, n := range slices.Sorted(maps.Keys(c.decrees)) {
		d := c.decrees[n]
		d.Agrees = d.Named == d.Determined && d.Allocated.Sub(d.Committed).IsZero()
		if !d.Agrees {
			c.report.Findings = append(c.report.Findings, Finding{Kind: "decree", Detail: fmt.Sprintf(
				"decree %s names %d people and %s, determined are %d and %s", d.Decree, d.Named, d.Allocated.Total(), d.Determined, d.Committed.Total())})
		}
		c.report.Decrees = append(c.report.Decrees, *d)
	}
	for _, r := range slices.Sorted(maps.Keys(c.tranches)) {
		if t := c.tranches[r]; t.credited > t.named {
			c.report.Findings = append(c.report.Findings, Finding{Kind: "tranche", Event: t.ref, Detail: fmt.Sprintf("tranche %s names %d people, credited are %d", r, t.named, t.credited)})
		}
	}
	for id, a := range c.approvals {
		if a.used > a.covers {
			c.report.Findings = append(c.report.Findings, Finding{Kind: "approval", Event: a.ref, Detail: fmt.Sprintf("action %s covers %d acts, carried out under it were %d", id, a.covers, a.used)})
		}
	}
	var sum domain.Money
	for account, amount := range c.balances {
		sum = sum.Add(amount)
		c.report.Balances = append(c.report.Balances, Balance{account, amount})
	}
	slices.SortFunc(c.report.Balances, func(a, b Balance) int { return cmp.Compare(a.Account, b.Account) })
	if !sum.IsZero() {
		c.report.Findings = append(c.report.Findings, Finding{Kind: "conservation", Detail: "all accounts sum to " + sum.String()})
	}
	for _, s := range slices.Sorted(maps.Keys(c.index)) {
		if c.index[s] != 0 {
			c.report.Findings = append(c.report.Findings, Finding{Kind: "group", Detail: fmt.Sprintf("%s ends inside a group", s)})
		}
	}
	slices.SortFunc(c.report.Findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(string(a.Event.Stream), string(b.Event.Stream)), cmp.Compare(a.Event.Revision, b.Event.Revision), strings.Compare(a.Detail, b.Detail))
	})
}
