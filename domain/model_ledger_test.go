package domain

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// naiveLedger is the second ledger: the accounts of reference/users.md section 3 in plain maps and whole rupiah, fed with
// commands and with nothing of the first but whether it said yes, and where a refund went. It shares no code with Postings
// and Evolve: where the two differ, one of them is wrong.
type naiveLedger struct {
	accounts map[string]int64
	people   map[string]*naivePerson
	adopted  []time.Time // from when each policy is in force
}

type naivePurses struct{ training, jobSearch, survey int64 }

func (p naivePurses) total() int64 { return p.training + p.jobSearch + p.survey }

type naivePurchase struct {
	course                     string
	amount, suspense           int64
	cancelled                  bool
	voucher, exchanged         bool
	started, completed, issued bool
	byInstitution, byPlatform  bool
	accepted, rated, reviewed  bool
	platform, invoice          string
}

type naiveIncentive struct {
	state                     string
	instruction, partner      string
	amount, suspense          int64
	everPaid                  bool
	ownSchedules, ownInFlight int
}

type naivePerson struct {
	year                       int
	determined, notified, data bool
	card, credited, revoked    bool
	lapsed, held               bool
	partner                    string
	purses, committed          naivePurses
	givenBack                  naivePurses // by a revocation that was not taken back
	granted, received          naivePurses // packages determined, credits
	demanded, repaid           int64
	purchases                  []*naivePurchase
	incentives                 map[string]*naiveIncentive
	surveysOpen, surveysDone   map[int]bool
	accepted, rated, reviewed  map[string]bool // courses, ever
	policy                     PolicyRef
}

func newNaiveLedger() *naiveLedger {
	return &naiveLedger{accounts: map[string]int64{}, people: map[string]*naivePerson{}}
}

func (l *naiveLedger) person(s Stream) *naivePerson {
	p, ok := l.people[string(s)]
	if !ok {
		p = &naivePerson{
			incentives: map[string]*naiveIncentive{}, surveysOpen: map[int]bool{}, surveysDone: map[int]bool{},
			accepted: map[string]bool{}, rated: map[string]bool{}, reviewed: map[string]bool{},
		}
		l.people[string(s)] = p
	}
	return p
}

func (l *naiveLedger) move(from, to string, n int64) {
	l.accounts[from] -= n
	l.accounts[to] += n
}

// trialBalance in the form in which both ledgers are compared: accounts that are not zero.
func (l *naiveLedger) trialBalance() string { return showAccounts(l.accounts) }

func showAccounts(m map[string]int64) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if m[name] != 0 {
			fmt.Fprintf(&b, "%s %d\n", name, m[name])
		}
	}
	return b.String()
}

func whole(m Money) int64 {
	n, err := strconv.ParseInt(m.String(), 10, 64)
	if err != nil {
		return -1 << 62 // no amount of the model is a fraction
	}
	return n
}

func wholePurses(p Purses) naivePurses {
	return naivePurses{whole(p.Training), whole(p.JobSearch), whole(p.Survey)}
}

func fundOf(year int) string { return "programme_fund." + strconv.Itoa(year) }

func incentiveName(k IncentiveKey) string { return string(k.Kind) + "/" + strconv.Itoa(k.N) }

func (p *naivePerson) incentive(k IncentiveKey) *naiveIncentive {
	x, ok := p.incentives[incentiveName(k)]
	if !ok {
		x = &naiveIncentive{}
		p.incentives[incentiveName(k)] = x
	}
	return x
}

func (p *naivePerson) purse(k IncentiveKind) *int64 {
	if k == Survey {
		return &p.purses.survey
	}
	return &p.purses.jobSearch
}

// take empties a purse as far as it goes; the rest stands in suspense until somebody explains it.
func (l *naiveLedger) take(purse *int64, account, suspense, to string, amount int64) (beyond int64) {
	paid := min(amount, *purse)
	*purse -= paid
	l.move(account, to, paid)
	l.move(suspense, to, amount-paid)
	return amount - paid
}

// event is what the naive ledger reads of a recorded event: what a decision chose, as the log says it.
type naiveEvent struct {
	Amount   string `json:"amount"`
	RefundTo string `json:"refund_to"`
	Partner  string `json:"partner"`
}

// governed reports whether any policy is in force.
func (l *naiveLedger) governed(at time.Time) bool {
	return slices.ContainsFunc(l.adopted, func(t time.Time) bool { return !t.After(at) })
}

// apply takes a command that was not refused.
func (l *naiveLedger) apply(cmd Command, e Recorded) error {
	var said naiveEvent
	if err := json.Unmarshal(e.Data, &said); err != nil {
		return err
	}
	switch a := cmd.Act.(type) {
	case AdoptPolicy:
		l.adopted = append(l.adopted, e.Meta.InForce())
	case ReceiveFunds:
		l.move("state_treasury", fundOf(a.Year), whole(a.Amount))
	case ReturnFunds:
		l.move(fundOf(a.Year), "state_treasury", whole(a.Amount))
	case RecordPartnerPaid:
		l.move("platform_payable", "platform_paid", whole(a.Total))
	}
	if cmd.Act.Stream().Kind() != ParticipantStream {
		return nil
	}
	p := l.person(e.Stream)
	own := e.Meta.Origin == Decided
	l.applyMoney(p, cmd, said)
	if err := l.applyIncentive(p, cmd, said, own); err != nil {
		return err
	}
	l.applyEnd(p, cmd)
	p.applyPath(cmd)
	return nil
}

func (l *naiveLedger) applyMoney(p *naivePerson, cmd Command, said naiveEvent) {
	switch a := cmd.Act.(type) {
	case DetermineRecipient:
		if !p.determined {
			p.determined, p.year, p.policy = true, a.FundYear, a.Policy
		}
		pack := wholePurses(a.Package)
		p.committed = addPurses(p.committed, pack, 1)
		p.granted = addPurses(p.granted, pack, 1)
		l.move("memo.allocation", "memo.commitment", pack.total())
	case CreditBalance:
		c := wholePurses(a.Amounts)
		p.credited = true
		p.purses, p.committed = addPurses(p.purses, c, 1), addPurses(p.committed, c, -1)
		p.received = addPurses(p.received, c, 1)
		l.move(fundOf(a.FundYear), "va.training", c.training)
		l.move(fundOf(a.FundYear), "va.job_search", c.jobSearch)
		l.move(fundOf(a.FundYear), "va.survey", c.survey)
		l.move("memo.commitment", "memo.allocation", c.total())
	case PurchaseCourse:
		x := &naivePurchase{course: string(a.Course), amount: whole(a.Amount), platform: string(a.Platform), invoice: string(a.Invoice)}
		x.suspense = l.take(&p.purses.training, "va.training", "suspense."+string(a.Platform), "platform_payable", x.amount)
		p.purchases = append(p.purchases, x)
	case CancelPurchase:
		l.cancel(p, a, said)
	}
}

func (l *naiveLedger) cancel(p *naivePerson, a CancelPurchase, said naiveEvent) {
	for _, x := range p.purchases {
		if x.platform != string(a.Platform) || x.invoice != string(a.Invoice) {
			continue
		}
		if x.cancelled {
			return
		}
		x.cancelled = true
		to, from := "va.training", "platform_payable"
		if said.RefundTo == "programme_fund" {
			to = fundOf(p.year)
		} else {
			p.purses.training += x.amount - x.suspense
		}
		if a.PaidOut {
			l.move("platform_paid", "receivable.platform", x.amount)
			from = fundOf(p.year) // the fund steps in for the purse
		} else {
			l.move(from, "suspense."+x.platform, x.suspense)
		}
		l.move(from, to, x.amount-x.suspense)
		return
	}
}

func addPurses(a, b naivePurses, sign int64) naivePurses {
	return naivePurses{a.training + sign*b.training, a.jobSearch + sign*b.jobSearch, a.survey + sign*b.survey}
}

func (l *naiveLedger) applyIncentive(p *naivePerson, cmd Command, said naiveEvent, own bool) error {
	purse := func(k IncentiveKind) string { return "va." + string(k.Purse()) }
	amount := func(k IncentiveKind) (int64, error) {
		n, err := strconv.ParseInt(said.Amount, 10, 64)
		if err != nil || n != 0 && n != map[IncentiveKind]int64{JobSearch: 600_000, Survey: 50_000}[k] {
			return 0, fmt.Errorf("an incentive of %q", said.Amount)
		}
		return n, nil
	}
	switch a := cmd.Act.(type) {
	case ScheduleIncentive:
		x := p.incentive(a.IncentiveKey)
		x.state = "scheduled"
		if own {
			x.ownSchedules++
		}
	case InstructIncentive:
		n, err := amount(a.Kind)
		if err != nil {
			return err
		}
		x := p.incentive(a.IncentiveKey)
		x.state, x.instruction, x.partner, x.amount = "instructed", string(a.Instruction), string(a.Partner), n
		x.suspense = l.take(p.purse(a.Kind), purse(a.Kind), "suspense."+string(a.Partner), "payout_in_transit."+string(a.Partner), n)
		if own {
			x.ownInFlight++
		}
	case ConfirmIncentive:
		n, err := amount(a.Kind)
		if err != nil {
			return err
		}
		x := p.incentive(a.IncentiveKey)
		if x.state == "instructed" && x.instruction == string(a.Instruction) {
			l.move("payout_in_transit."+x.partner, "incentive_paid", x.amount)
			x.state = "disbursed"
		} else {
			l.move("suspense."+said.Partner, "incentive_paid", n)
			if x.state != "instructed" {
				x.state = "disbursed"
			}
		}
		x.everPaid = true
	case RecordIncentiveFailure:
		x := p.incentive(a.IncentiveKey)
		switch {
		case x.state == "instructed" && x.instruction == string(a.Instruction):
			l.move("payout_in_transit."+x.partner, purse(a.Kind), x.amount-x.suspense)
			l.move("payout_in_transit."+x.partner, "suspense."+x.partner, x.suspense)
			*p.purse(a.Kind) += x.amount - x.suspense
			x.state, x.ownInFlight = "failed", 0
		case x.state != "instructed" && !x.everPaid:
			x.state = "failed"
		}
	case ReviewIncentive:
		if x := p.incentive(a.IncentiveKey); x.state != "instructed" && !x.everPaid {
			x.state = "under_review"
		}
	case RescheduleIncentive:
		if x := p.incentive(a.IncentiveKey); x.state != "instructed" && !x.everPaid {
			x.state = "scheduled"
		}
	case LinkPayoutAccount:
		p.partner = string(a.Partner)
	case UnlinkPayoutAccount:
		if p.partner == string(a.Partner) {
			p.partner = ""
		}
	case OpenSurvey:
		p.surveysOpen[a.N] = true
	case RecordSurveyCompleted:
		p.surveysDone[a.N] = true
	}
	return nil
}

func (l *naiveLedger) applyEnd(p *naivePerson, cmd Command) {
	switch a := cmd.Act.(type) {
	case RevokeParticipation:
		p.revoked = true
		l.giveBack(p)
	case RestoreParticipation:
		p.revoked = false
		p.committed = addPurses(p.committed, p.givenBack, 1) // what the revocation took is promised again
		l.move("memo.allocation", "memo.commitment", p.givenBack.total())
		p.givenBack = naivePurses{}
	case ReturnBalance:
		l.giveBack(p)
	case LapsePurse:
		p.lapsed = true
		lapsed := naivePurses{training: p.purses.training}
		switch a.Cause {
		case TrainingNotDone:
			lapsed = p.purses
		case SurveyMissed:
			earned := int64(0) // filled in, and neither paid nor on its way
			for n := range p.surveysDone {
				if x := p.incentives["survey/"+strconv.Itoa(n)]; l.governed(cmd.ReceivedAt) && (x == nil || x.state != "instructed" && !x.everPaid) {
					earned += 50_000
				}
			}
			lapsed = naivePurses{survey: p.purses.survey - min(earned, p.purses.survey)}
		case PeriodEnded, AfterRevocation, ReturnedByPartner:
		}
		l.fromPurses(p, lapsed)
	case DemandRepayment:
		p.demanded += whole(a.Amount)
		l.move("claims", "receivable.participant", whole(a.Amount))
	case RecordRepayment:
		owed := max(0, p.demanded-p.repaid)
		due := min(owed, whole(a.Amount))
		p.repaid += whole(a.Amount)
		l.move("receivable.participant", fundOf(a.FundYear), due)
		l.move("suspense.participant", fundOf(a.FundYear), whole(a.Amount)-due)
	case HoldBalance:
		p.held = true
	case ReleaseBalance:
		p.held = false
	}
}

func (l *naiveLedger) fromPurses(p *naivePerson, n naivePurses) {
	p.purses = addPurses(p.purses, n, -1)
	l.move("va.training", fundOf(p.year), n.training)
	l.move("va.job_search", fundOf(p.year), n.jobSearch)
	l.move("va.survey", fundOf(p.year), n.survey)
}

// giveBack returns what is left and releases what was promised and never credited.
func (l *naiveLedger) giveBack(p *naivePerson) {
	p.givenBack = addPurses(p.givenBack, p.purses, 1)
	l.fromPurses(p, p.purses)
	free := naivePurses{max(0, p.committed.training), max(0, p.committed.jobSearch), max(0, p.committed.survey)}
	p.committed = addPurses(p.committed, free, -1)
	p.givenBack = addPurses(p.givenBack, free, 1)
	l.move("memo.commitment", "memo.allocation", free.total())
}

// applyPath notes what moves no money and lets the generator take the next sensible step.
func (p *naivePerson) applyPath(cmd Command) {
	of := func(c CourseCode) *naivePurchase {
		last := &naivePurchase{}
		for _, x := range p.purchases {
			if x.course == string(c) && (!x.cancelled || last.course == "") {
				last = x
			}
		}
		return last
	}
	switch a := cmd.Act.(type) {
	case RecordNotification:
		p.notified = true
	case RecordDataCompleted:
		p.data = true
	case IssueCard:
		p.card = true
	case RecordVoucherIssued:
		for _, x := range p.purchases {
			if x.platform == string(a.Platform) && x.invoice == string(a.Invoice) {
				x.voucher = true
			}
		}
	case ExchangeVoucher:
		of(a.Course).exchanged = true
	case RecordTrainingStarted:
		of(a.Course).started = true
	case RecordTrainingCompleted:
		of(a.Course).completed = true
	case ReportCompletion:
		if a.By == ByInstitution {
			of(a.Course).byInstitution = true
		} else {
			of(a.Course).byPlatform = true
		}
	case RecordCertificateIssued:
		of(a.Course).issued = true
	case VerifyCertificate:
		of(a.Course).accepted = true
		p.accepted[string(a.Course)] = true
	case RecordRating:
		of(a.Course).rated = true
		p.rated[string(a.Course)] = true
	case RecordReview:
		of(a.Course).reviewed = true
		p.reviewed[string(a.Course)] = true
	}
}

// first is the first purchase that stands: the one that earns incentives.
func (p *naivePerson) first() *naivePurchase {
	for _, x := range p.purchases {
		if !x.cancelled {
			return x
		}
	}
	return nil
}
