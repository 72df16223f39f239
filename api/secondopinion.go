package api

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"saldo/domain"
)

// OpinionLine is one figure by both ledgers.
type OpinionLine struct {
	Wave    int    `json:"wave,omitempty"` // 0: no person's, or the ledger as a whole
	Account string `json:"account"`
	First   int64  `json:"first"`  // by the rulebook's own postings
	Second  int64  `json:"second"` // by the second ledger
}

// Agrees reports whether both say the same.
func (l OpinionLine) Agrees() bool { return l.First == l.Second }

// OpinionDifference is one place where the two ledgers differ.
type OpinionDifference struct {
	What   string          `json:"what"` // event, account, wave or person
	Name   string          `json:"name"`
	First  string          `json:"first"`
	Second string          `json:"second"`
	Event  domain.EventRef `json:"event,omitzero"` // of an event, or where the account first differed
}

// SecondOpinion compares the money of the log by two ledgers that share no code.
type SecondOpinion struct {
	Place
	Moving      int                 `json:"events_that_move_money"`
	People      int                 `json:"people"`
	Accounts    []OpinionLine       `json:"accounts"`
	Waves       []OpinionLine       `json:"waves"`
	Differences []OpinionDifference `json:"differences"`
	More        int                 `json:"more_differences,omitempty"` // beyond those listed
}

// mostDifferences bounds the list: one wrong posting of an old event may reach every figure after it.
const mostDifferences = 200

// SecondOpinion folds the money twice, by the postings of the rulebook and by a ledger of its own over the bytes, and
// compares event by event, account by account, wave by wave and person by person. It keeps two folds per person.
func (s *Service) SecondOpinion(ctx context.Context, progress func(done uint64)) (SecondOpinion, error) {
	c := &opinions{
		second: newPlainLedger(), first: map[domain.Stream]*domain.ParticipantState{},
		total: map[waveAccount]*OpinionLine{}, person: map[domain.Stream]map[string]*OpinionLine{}, since: map[string]domain.EventRef{},
	}
	p := s.pass(Bound{})
	for e, r := range p.events(ctx) {
		legs, err := c.second.apply(r.Stream, r.Type, r.Data, r.Metadata)
		if err != nil {
			c.differ(OpinionDifference{"event", e.Ref().String(), "", err.Error(), e.Ref()})
		}
		c.see(e, legs)
		if progress != nil && e.Number%progressEvery == 0 {
			progress(e.Number)
		}
	}
	if p.err != nil {
		return c.out, p.err
	}
	c.out.Place = p.place
	c.finish()
	return c.out, nil
}

type waveAccount struct {
	wave    int
	account string
}

// opinions is one pass with both ledgers.
type opinions struct {
	out    SecondOpinion
	second *plainLedger
	first  map[domain.Stream]*domain.ParticipantState
	total  map[waveAccount]*OpinionLine
	person map[domain.Stream]map[string]*OpinionLine
	since  map[string]domain.EventRef
}

func (c *opinions) differ(d OpinionDifference) {
	if len(c.out.Differences) >= mostDifferences {
		c.out.More++
		return
	}
	c.out.Differences = append(c.out.Differences, d)
}

// see adds an event up on both sides and compares its own legs.
func (c *opinions) see(e domain.Recorded, second []plainLeg) {
	own := map[string]*OpinionLine{}
	line := func(account string) *OpinionLine {
		l, ok := own[account]
		if !ok {
			l = &OpinionLine{Account: account}
			own[account] = l
		}
		return l
	}
	for _, leg := range domain.PostingsOf(e) {
		line(string(leg.Account)).First += leg.Amount.Decimal().IntPart()
	}
	for _, leg := range second {
		line(leg.account).Second += leg.amount
	}
	if e.Stream.Kind() == domain.ParticipantStream {
		p, ok := c.first[e.Stream]
		if !ok {
			p = domain.NewParticipantState(e.Stream)
			c.first[e.Stream] = p
		}
		domain.Evolve(p, e)
	}
	if len(own) == 0 {
		return
	}
	c.out.Moving++
	sums, ok := c.person[e.Stream]
	if !ok {
		sums = map[string]*OpinionLine{}
		c.person[e.Stream] = sums
	}
	for _, account := range slices.Sorted(maps.Keys(own)) {
		l := own[account]
		if !l.Agrees() {
			c.differ(OpinionDifference{"event", e.Ref().String() + ", " + account, strconv.FormatInt(l.First, 10), strconv.FormatInt(l.Second, 10), e.Ref()})
			if _, seen := c.since[account]; !seen {
				c.since[account] = e.Ref()
			}
		}
		if sums[account] == nil {
			sums[account] = &OpinionLine{Account: account}
		}
		sums[account].First += l.First
		sums[account].Second += l.Second
	}
}

// finish compares what the streams add up to: whole, by wave, by person.
func (c *opinions) finish() {
	for _, s := range slices.Sorted(maps.Keys(c.person)) {
		for account, l := range c.person[s] {
			c.add(0, account, *l)
			if p, ok := c.second.people[string(s)]; ok && p.wave != 0 {
				c.add(p.wave, account, *l)
			}
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(c.total), func(a, b waveAccount) int {
		if a.wave != b.wave {
			return a.wave - b.wave
		}
		return strings.Compare(a.account, b.account)
	}) {
		l, what, name := *c.total[k], "account", k.account
		if k.wave == 0 {
			c.out.Accounts = append(c.out.Accounts, l)
		} else {
			c.out.Waves = append(c.out.Waves, l)
			what, name = "wave", strconv.Itoa(k.wave)+", "+k.account
		}
		if !l.Agrees() {
			c.differ(OpinionDifference{what, name, strconv.FormatInt(l.First, 10), strconv.FormatInt(l.Second, 10), c.since[k.account]})
		}
	}
	for _, s := range slices.Sorted(maps.Keys(c.first)) {
		c.out.People++
		c.compare(s)
	}
}

func (c *opinions) add(wave int, account string, l OpinionLine) {
	k := waveAccount{wave, account}
	if c.total[k] == nil {
		c.total[k] = &OpinionLine{Wave: wave, Account: account}
	}
	c.total[k].First += l.First
	c.total[k].Second += l.Second
}

// compare holds the fold that decisions see to what the second ledger says of the person.
func (c *opinions) compare(s domain.Stream) {
	p, q := c.first[s], c.second.people[string(s)]
	if q == nil {
		q = &plainPerson{}
	}
	if first, second := p.Determination.Wave, q.wave; first != second {
		c.differ(OpinionDifference{"wave", string(s), "wave " + strconv.Itoa(first), "wave " + strconv.Itoa(second), domain.EventRef{}})
	}
	for _, x := range []struct {
		name   string
		first  domain.Money
		second int64
	}{
		{"training", p.Balance.Training, q.purses.training},
		{"job_search", p.Balance.JobSearch, q.purses.jobSearch},
		{"survey", p.Balance.Survey, q.purses.survey},
		{"commitment", p.Committed.Total(), q.promise.sum()},
		{"in_transit", p.InTransit, q.transit},
	} {
		if n := x.first.Decimal().IntPart(); n != x.second {
			c.differ(OpinionDifference{"person", string(s) + ", " + x.name, strconv.FormatInt(n, 10), strconv.FormatInt(x.second, 10), domain.EventRef{}})
		}
	}
}
