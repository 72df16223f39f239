package api

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"saldo/domain"
)

// PopulationName says what a sample is drawn from.
type PopulationName string

// Populations.
const (
	PurchasePopulation      PopulationName = "purchases"
	RefusalPopulation       PopulationName = "refusals"
	IncentivePopulation     PopulationName = "incentives"
	DeterminationPopulation PopulationName = "determinations"
)

// PopulationNames lists the populations.
func PopulationNames() []PopulationName {
	return []PopulationName{PurchasePopulation, RefusalPopulation, IncentivePopulation, DeterminationPopulation}
}

// Item is one member of a population.
type Item struct {
	Number    uint64          `json:"no"`
	Event     domain.EventRef `json:"event"`
	Reference string          `json:"reference"` // nomor rujukan
	Amount    domain.Money    `json:"amount"`
	Stratum   string          `json:"stratum,omitempty"` // platform, kind of incentive or wave
}

// TieLine is one figure that a population is tied to.
type TieLine struct {
	What   string       `json:"what"` // an account, or what has to be added to or taken from it
	Amount domain.Money `json:"amount"`
	Count  int          `json:"count,omitempty"`
}

// Population is what a sample is drawn from: its count and total, and beside them what the trial balance, or the equation
// of attempts, says that they must be.
type Population struct {
	Place
	Name   PopulationName `json:"population"`
	Wave   int            `json:"wave,omitempty"`
	Count  int            `json:"count"`
	Total  domain.Money   `json:"total"`
	Ties   []TieLine      `json:"tied_to"`
	Tied   domain.Money   `json:"tied_total"` // sum of Ties; of refusals: their number is tied, not their money
	Agrees bool           `json:"agrees"`
	items  []Item
}

// Reference names population and wave as the log does: purchases, purchases-w4.
func (p Population) Reference() domain.Reference { return populationReference(p.Name, p.Wave) }

func populationReference(n PopulationName, wave int) domain.Reference {
	if wave == 0 {
		return domain.Reference(n)
	}
	return domain.Reference(string(n) + "-w" + strconv.Itoa(wave))
}

// parsePopulation reads what populationReference wrote.
func parsePopulation(r domain.Reference) (PopulationName, int) {
	for _, n := range PopulationNames() {
		if domain.Reference(n) == r {
			return n, 0
		}
		var wave int
		if _, err := fmt.Sscanf(string(r), string(n)+"-w%d", &wave); err == nil {
			return n, wave
		}
	}
	return "", 0
}

// population reads the log up to a bound. It keeps some 200 bytes per member.
func (s *Service) population(ctx context.Context, name PopulationName, wave int, b Bound) (Population, error) {
	c := &populationReader{out: Population{Name: name, Wave: wave}, waves: map[domain.Stream]int{}, ties: map[string]domain.Money{}, attempt: map[attemptKey]bool{}}
	p := s.pass(b)
	for e := range p.events(ctx) {
		if e.Foreign() || e.Unknown() {
			continue
		}
		if f, ok := e.Fact.(domain.RecipientDetermined); ok && c.waves[e.Stream] == 0 {
			c.waves[e.Stream] = f.Wave
		}
		c.see(e)
	}
	if p.err != nil {
		return c.out, p.err
	}
	c.out.Place = p.place
	c.finish()
	return c.out, nil
}

// populationReader is one pass. A person's wave may come behind their facts: what belongs to a wave is chosen at the end.
type populationReader struct {
	out     Population
	waves   map[domain.Stream]int
	items   []Item
	legs    []tieLeg
	ties    map[string]domain.Money
	attempt map[attemptKey]bool // of each attempt that was decided: refused
}

type tieLeg struct {
	stream domain.Stream
	what   string
	amount domain.Money
}

func (c *populationReader) see(e domain.Recorded) {
	switch f := e.Fact.(type) {
	case domain.CoursePurchased:
		if e.Meta.Origin == domain.Decided {
			c.attempt[attemptKey{e.Stream, e.Meta.CommandID}] = false
		}
		c.member(PurchasePopulation, e, f.Amount, string(f.Platform))
	case domain.PurchaseRefused:
		c.attempt[attemptKey{e.Stream, e.Meta.CommandID}] = true
		c.member(RefusalPopulation, e, f.Amount, string(f.Platform))
	case domain.IncentiveDisbursed:
		c.member(IncentivePopulation, e, f.Amount, string(f.Kind))
	case domain.RecipientDetermined:
		c.member(DeterminationPopulation, e, f.Package.Total(), strconv.Itoa(f.Wave))
	}
	for _, leg := range domain.PostingsOf(e) {
		if what := tieOf(c.out.Name, leg); what != "" {
			c.legs = append(c.legs, tieLeg{e.Stream, what, leg.Amount})
		}
	}
	if e.Meta.Outcome != domain.Refused {
		if what, amount := c.backOut(e); what != "" {
			c.legs = append(c.legs, tieLeg{e.Stream, what, amount})
		}
	}
}

func (c *populationReader) member(of PopulationName, e domain.Recorded, amount domain.Money, stratum string) {
	if of != c.out.Name || of != RefusalPopulation && e.Meta.Outcome == domain.Refused {
		return
	}
	c.items = append(c.items, Item{e.Number, e.Ref(), domain.ReferenceNumber(e.Meta.CommandID), amount, stratum})
}

// tieOf says which line of the reconciliation a leg belongs to. The lines of a population are the closing balances of the
// accounts that its events fill, and what has left those accounts since by other events, so that they add up to its total.
func tieOf(n PopulationName, leg domain.Posting) string {
	switch n {
	case PurchasePopulation:
		if slices.Contains([]domain.Account{domain.PlatformPayable, domain.PlatformPaid, domain.OwedByPlatform}, leg.Account) {
			return string(leg.Account)
		}
	case IncentivePopulation:
		if leg.Account == domain.IncentivePaid {
			return string(leg.Account)
		}
	case DeterminationPopulation:
		if leg.Account == domain.MemoCommitment {
			return string(leg.Account)
		}
	case RefusalPopulation:
	}
	return ""
}

// backOut is what must be added to the closing balances: money that went through the accounts by events that are no members.
func (c *populationReader) backOut(e domain.Recorded) (string, domain.Money) {
	switch f := e.Fact.(type) {
	case domain.PurchaseCancelled:
		if c.out.Name == PurchasePopulation && !f.PaidOut {
			return "cancelled_before_payment", f.Amount
		}
	case domain.BalanceCredited:
		if c.out.Name == DeterminationPopulation {
			return "credited", f.Amounts.Total()
		}
	case domain.BalanceReturned:
		if c.out.Name == DeterminationPopulation {
			return "released", f.Released.Total()
		}
	case domain.ParticipationRestored:
		if c.out.Name == DeterminationPopulation {
			return "recommitted", f.Recommitted.Total().Neg()
		}
	}
	return "", domain.Money{}
}

func (c *populationReader) in(s domain.Stream) bool {
	return c.out.Wave == 0 || c.waves[s] == c.out.Wave
}

// finish chooses the members and adds up what they are tied to.
func (c *populationReader) finish() {
	for _, i := range c.items {
		if c.in(i.Event.Stream) {
			c.out.items = append(c.out.items, i)
			c.out.Count++
			c.out.Total = c.out.Total.Add(i.Amount)
		}
	}
	if c.out.Name == RefusalPopulation {
		attempts, accepted := 0, 0
		for a, refused := range c.attempt {
			if !c.in(a.stream) {
				continue
			}
			if attempts++; !refused {
				accepted++
			}
		}
		c.out.Ties = []TieLine{{What: "attempts", Count: attempts}, {What: "accepted", Count: accepted}}
		c.out.Agrees = attempts-accepted == c.out.Count // two refusals of one command would be one attempt
		return
	}
	for _, l := range c.legs {
		if c.in(l.stream) || l.stream.Kind() != domain.ParticipantStream && c.out.Wave == 0 {
			c.ties[l.what] = c.ties[l.what].Add(l.amount)
		}
	}
	names := make([]string, 0, len(c.ties))
	for n := range c.ties {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		c.out.Ties = append(c.out.Ties, TieLine{What: n, Amount: c.ties[n]})
		c.out.Tied = c.out.Tied.Add(c.ties[n])
	}
	c.out.Agrees = c.out.Tied.Cmp(c.out.Total) == 0
}
