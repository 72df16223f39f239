package scenario

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
)

// person is an example participant. The nickname lives here only, the log knows the random subject id.
type person struct {
	no, wave, line int
	subject        uuid.UUID
	role           string // who the person plays: a persona, a fault, or empty: an ordinary life
	determined     time.Time
	ready          time.Time // card and balance are there
	credited       bool
	tranche        int   // of its wave, from 0
	training       int64 // left in the training purse
	jobs, surveys  int   // incentives paid
	bought         []*bought
	first          *bought // that earns incentives
	finished       bool    // first certificate accepted and not taken back
	revoked        bool
	lapsed         bool
	partner        domain.PartnerCode
	missed         bool // first survey opened and not filled in
	ownSurveys     bool // written by hand
}

// bought is an accepted purchase.
type bought struct {
	p         *person
	course    *course
	platform  domain.PlatformCode
	invoice   domain.InvoiceCode
	amount    int64
	at        time.Time
	voucher   domain.LastFour
	cancelled time.Time
	paid      bool // in a settlement
	key       string
}

// Persona is an example participant with a part in the story.
type Persona struct {
	Nick    string
	Subject uuid.UUID
	About   Text
}

// nick is the nickname of persona n.
func nick(n int) string { return "Peserta contoh " + num(n, 3) }

func (p *person) key() string { return "p" + num(p.no, 3) }

func (p *person) on() domain.OnParticipant { return domain.OnParticipant{Participant: p.subject} }

func (p *person) has(c domain.CourseCode) bool {
	for _, b := range p.bought {
		if b.course.code == c {
			return true
		}
	}
	return false
}

// populate makes the people, wave by wave and line by line.
func (s *script) populate() {
	no := 0
	for _, w := range waves() {
		for line := range w.count {
			no++
			s.people = append(s.people, &person{
				no: no, wave: w.number, line: line + 1, subject: id("subject", strconv.Itoa(no)),
				determined: w.determined.Add(time.Duration(line) * time.Second),
			})
		}
	}
}

// take gives a free person of a wave a role.
func (s *script) take(wave int, role string) *person {
	for _, p := range s.people {
		if p.wave == wave && p.role == "" {
			p.role = role
			s.cast[role] = p
			return p
		}
	}
	return &person{role: role}
}

// entry is how a person comes in: what is delayed or missing.
type entry struct {
	notice, data, card, credit time.Duration // after the determination; below zero: never
}

const never = -1

func at(t time.Time, d time.Duration) time.Time {
	if d < 0 {
		return time.Time{}
	}
	return t.Add(d)
}

// enrol determines a person, sends the notice, and makes card and balance ready.
func (s *script) enrol(p *person, e entry) {
	w := waves()[p.wave-1]
	t, key := p.determined, p.key()
	p.training = 0
	s.file(key+"/determined", t, officer(1), domain.DetermineRecipient{OnParticipant: p.on(), DeterminationBody: domain.DeterminationBody{
		Decree: w.decree, Line: p.line, Wave: w.number, Policy: w.policy, Package: packs(1), Currency: domain.IDR, FundYear: 2020,
	}})
	if n := at(t, e.notice); !n.IsZero() {
		g := domain.Invented
		if p.wave == 4 {
			g = domain.Inferred // that 800,000 got an SMS on 16 August is known, that this one did is not
		}
		s.file(key+"/notified", n.Add(time.Second), officer(3), domain.RecordNotification{OnParticipant: p.on(), NotificationBody: domain.NotificationBody{Channel: domain.ChannelSMS, SentAt: n}}, graded(g))
	}
	if d := at(t, e.data); !d.IsZero() {
		s.file(key+"/data", d.Add(time.Minute), officer(3), domain.RecordDataCompleted{OnParticipant: p.on(), DataCompletedBody: domain.DataCompletedBody{CompletedAt: d}})
	}
	if c := at(t, e.card); !c.IsZero() {
		s.file(key+"/card", c.Add(2*time.Minute), officer(3), domain.IssueCard{OnParticipant: p.on(), CardBody: domain.CardBody{LastFour: domain.LastFour(num(roll(key+"/card").n(10_000), 4))}}, effective(c))
		p.ready = c
	}
	if c := at(t, e.credit); !c.IsZero() {
		s.credit(p, c)
	}
}

func (s *script) credit(p *person, c time.Time) {
	i := 0
	if p.wave == 4 {
		i = min(3, int(c.Sub(noticeDay())/(24*time.Hour)))
	}
	s.file(p.key()+"/credit", c.Add(5*time.Minute), bank(), domain.CreditBalance{OnParticipant: p.on(), CreditBody: domain.CreditBody{
		Reference: domain.Reference("KRD-" + num(p.no, 4)), Amounts: packs(1), Currency: domain.IDR, Tranche: tranche(p.wave, i), FundYear: 2020,
	}}, effective(c))
	s.flow(c, -wholePack)
	p.credited, p.training, p.tranche = true, aid, i
	if c.After(p.ready) {
		p.ready = c
	}
}

// usual is how an ordinary person of a wave comes in: of wave 4 card and balance drip in from 16 to 20 August.
func (p *person) usual() entry {
	d := roll(p.key() + "/entry")
	e := entry{notice: 0, data: d.minutes(10, 600)}
	if p.wave < 4 {
		e.card, e.credit = d.minutes(60, 1800), d.minutes(120, 2400)
		return e
	}
	switch days := d.n(100); {
	case days < 35:
		e.card, e.credit = d.minutes(0, 300), d.minutes(0, 600)
	case days < 60:
		e.card, e.credit = d.minutes(600, 1400), d.minutes(1440, 2000)
	case days < 80:
		e.card, e.credit = d.minutes(1500, 2800), d.minutes(2880, 3400)
	default:
		e.card, e.credit = d.minutes(2900, 4300), d.minutes(4320, 5600)
	}
	return e
}
