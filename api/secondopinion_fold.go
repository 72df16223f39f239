package api

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// This file is the second ledger: the accounts and postings of reference/users.md section 3, written down again over the
// JSON of the events, in whole rupiah and plain maps. It calls nothing of package domain. Where an event says an amount that
// follows from earlier events (what a purchase took beyond the purse, what a cancellation gives back, what a file of lines
// adds up to, what was left to return), it is worked out here from those and not believed.

// plainLeg is money into an account, or out of it where it is negative.
type plainLeg struct {
	account string
	amount  int64
}

// plainPurses are the three purses of a person.
type plainPurses struct{ training, jobSearch, survey int64 }

func (p plainPurses) sum() int64 { return p.training + p.jobSearch + p.survey }

func (p plainPurses) plus(o plainPurses) plainPurses {
	return plainPurses{p.training + o.training, p.jobSearch + o.jobSearch, p.survey + o.survey}
}

func (p plainPurses) minus(o plainPurses) plainPurses {
	return plainPurses{p.training - o.training, p.jobSearch - o.jobSearch, p.survey - o.survey}
}

type plainOrder struct {
	amount, beyond int64
	platform       string
	cancelled      bool
}

type plainPayment struct {
	instruction, partner string
	amount, beyond       int64
	underway             bool
}

// plainPerson is what the second ledger knows of a person.
type plainPerson struct {
	wave, year      int
	purses, promise plainPurses
	takenBack       plainPurses
	transit         int64
	demanded        int64
	repaid          int64
	orders          map[string]*plainOrder
	payments        map[string]*plainPayment
}

// plainLedger is the second ledger.
type plainLedger struct {
	people map[string]*plainPerson
	legs   []plainLeg // of the event under way
}

func newPlainLedger() *plainLedger { return &plainLedger{people: map[string]*plainPerson{}} }

// rupiahText is an amount as it stands in JSON: whole rupiah in quotes.
type rupiahText int64

// UnmarshalJSON reads "350000".
func (r *rupiahText) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64)
	*r = rupiahText(n)
	return err
}

type pursesText struct {
	Training  rupiahText `json:"training"`
	JobSearch rupiahText `json:"job_search"`
	Survey    rupiahText `json:"survey"`
}

func (p pursesText) plain() plainPurses {
	return plainPurses{int64(p.Training), int64(p.JobSearch), int64(p.Survey)}
}

// plainEvent is every field that the second ledger reads of any event.
type plainEvent struct {
	Amount      rupiahText `json:"amount"`
	Amounts     pursesText `json:"amounts"`
	Package     pursesText `json:"package"`
	Wave        int        `json:"wave"`
	FundYear    int        `json:"fund_year"`
	Platform    string     `json:"platform"`
	Invoice     string     `json:"invoice_code"`
	RefundTo    string     `json:"refund_to"`
	PaidOut     bool       `json:"paid_out"`
	Kind        string     `json:"kind"`
	N           int        `json:"n"`
	Instruction string     `json:"instruction_id"`
	Partner     string     `json:"partner"`
	Lines       []struct {
		Amount rupiahText `json:"amount"`
	} `json:"lines"`
}

// plainMeta is what it reads of the metadata.
type plainMeta struct {
	Origin  string `json:"origin"`
	Outcome string `json:"outcome"`
	Schema  int    `json:"schema"`
}

// movesMoney are the types that the table of users.md lists, and the ones that follow from it.
func movesMoney(kind string) bool {
	switch kind {
	case "FundsReceived", "FundsReturned", "RecipientDetermined", "BalanceCredited", "CoursePurchased", "PartnerPaid", "PurchaseCancelled",
		"IncentiveInstructed", "IncentiveDisbursed", "IncentiveFailed", "PurseLapsed", "BalanceReturned", "ParticipationRestored",
		"RepaymentDemanded", "RepaymentReceived":
		return true
	}
	return false
}

// apply takes one event and gives its legs. What was refused, came from outside or has a newer form moves nothing.
func (l *plainLedger) apply(stream, kind string, data, metadata []byte) ([]plainLeg, error) {
	l.legs = nil
	if !movesMoney(kind) || !counts(metadata) {
		return nil, nil
	}
	var e plainEvent
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, fmt.Errorf("second opinion: %s of %s: %w", kind, stream, err)
	}
	_, key, _ := strings.Cut(stream, "-")
	switch kind {
	case "FundsReceived":
		l.move("state_treasury", "programme_fund."+key, int64(e.Amount))
	case "FundsReturned":
		l.move("programme_fund."+key, "state_treasury", int64(e.Amount))
	case "PartnerPaid":
		for _, line := range e.Lines {
			l.move("platform_payable", "platform_paid", int64(line.Amount))
		}
	default:
		p := l.person(stream)
		if !l.allocation(p, kind, e) {
			l.training(p, kind, e)
			l.incentive(p, kind, e)
			l.ending(p, kind, e)
		}
	}
	return l.legs, nil
}

// counts reports whether the metadata is that of a fact: metadata that can't be read has no origin either.
func counts(metadata []byte) bool {
	var m plainMeta
	err := json.Unmarshal(metadata, &m)
	return err == nil && m.Origin != "" && m.Outcome != "refused" && m.Schema <= 1
}

func (l *plainLedger) person(stream string) *plainPerson {
	p, ok := l.people[stream]
	if !ok {
		p = &plainPerson{orders: map[string]*plainOrder{}, payments: map[string]*plainPayment{}}
		l.people[stream] = p
	}
	return p
}

func (l *plainLedger) move(from, to string, amount int64) {
	if amount != 0 {
		l.legs = append(l.legs, plainLeg{from, -amount}, plainLeg{to, amount})
	}
}

func fundName(year int) string { return "programme_fund." + strconv.Itoa(year) }

// allocation: a determination promises, a credit transfers.
func (l *plainLedger) allocation(p *plainPerson, kind string, e plainEvent) bool {
	switch kind {
	case "RecipientDetermined":
		if p.wave == 0 {
			p.wave, p.year = e.Wave, e.FundYear
		}
		p.promise = p.promise.plus(e.Package.plain())
		l.move("memo.allocation", "memo.commitment", e.Package.plain().sum())
		return true
	case "BalanceCredited":
		c := e.Amounts.plain()
		p.purses, p.promise = p.purses.plus(c), p.promise.minus(c)
		l.fromTo(fundName(e.FundYear), "", c)
		l.move("memo.commitment", "memo.allocation", c.sum())
		return true
	}
	return false
}

// fromTo moves purse by purse: between an account and the purses, whichever side is named.
func (l *plainLedger) fromTo(from, to string, c plainPurses) {
	for _, leg := range []plainLeg{{"va.training", c.training}, {"va.job_search", c.jobSearch}, {"va.survey", c.survey}} {
		if from != "" {
			l.move(from, leg.account, leg.amount)
		} else {
			l.move(leg.account, to, leg.amount)
		}
	}
}

// take pays from a purse as far as it goes, the rest from suspense.
func (l *plainLedger) take(purse *int64, account, suspense, to string, amount int64) (beyond int64) {
	own := max(0, min(amount, *purse))
	*purse -= own
	l.move(account, to, own)
	l.move(suspense, to, amount-own)
	return amount - own
}

func (l *plainLedger) training(p *plainPerson, kind string, e plainEvent) {
	key := e.Platform + "/" + e.Invoice
	switch kind {
	case "CoursePurchased":
		x := &plainOrder{amount: int64(e.Amount), platform: e.Platform}
		x.beyond = l.take(&p.purses.training, "va.training", "suspense."+e.Platform, "platform_payable", x.amount)
		if p.orders[key] == nil {
			p.orders[key] = x
		}
	case "PurchaseCancelled":
		x := p.orders[key]
		if x == nil || x.cancelled {
			return
		}
		x.cancelled = true
		to := "va.training"
		if e.RefundTo == "programme_fund" {
			to = fundName(p.year)
		} else {
			p.purses.training += x.amount - x.beyond
		}
		if !e.PaidOut {
			l.move("platform_payable", to, x.amount-x.beyond)
			l.move("platform_payable", "suspense."+x.platform, x.beyond)
			return
		}
		l.move("platform_paid", "receivable.platform", x.amount)
		if to == "va.training" { // the fund steps in for what the platform owes
			l.move(fundName(p.year), to, x.amount-x.beyond)
		}
	}
}

func (l *plainLedger) incentive(p *plainPerson, kind string, e plainEvent) {
	purse, account := &p.purses.jobSearch, "va.job_search"
	if e.Kind == "survey" {
		purse, account = &p.purses.survey, "va.survey"
	}
	key := e.Kind + "/" + strconv.Itoa(e.N)
	x := p.payments[key]
	ours := x != nil && x.underway && x.instruction == e.Instruction
	switch kind {
	case "IncentiveInstructed":
		x = &plainPayment{instruction: e.Instruction, partner: e.Partner, amount: int64(e.Amount), underway: true}
		x.beyond = l.take(purse, account, "suspense."+e.Partner, "payout_in_transit."+e.Partner, x.amount)
		p.payments[key] = x
		p.transit += x.amount
	case "IncentiveDisbursed":
		if !ours { // nobody had instructed it
			l.move("suspense."+e.Partner, "incentive_paid", int64(e.Amount))
			return
		}
		l.move("payout_in_transit."+x.partner, "incentive_paid", x.amount)
		x.underway = false
		p.transit -= x.amount
	case "IncentiveFailed":
		if !ours {
			return
		}
		l.move("payout_in_transit."+x.partner, account, x.amount-x.beyond)
		l.move("payout_in_transit."+x.partner, "suspense."+x.partner, x.beyond)
		*purse += x.amount - x.beyond
		x.underway = false
		p.transit -= x.amount
	}
}

func (l *plainLedger) ending(p *plainPerson, kind string, e plainEvent) {
	switch kind {
	case "PurseLapsed":
		p.purses = p.purses.minus(e.Amounts.plain())
		l.fromTo("", fundName(p.year), e.Amounts.plain())
	case "BalanceReturned": // all that is left, and all that was promised and never credited
		free := plainPurses{max(0, p.promise.training), max(0, p.promise.jobSearch), max(0, p.promise.survey)}
		p.takenBack = p.takenBack.plus(p.purses).plus(free)
		l.fromTo("", fundName(p.year), p.purses)
		l.move("memo.commitment", "memo.allocation", free.sum())
		p.purses, p.promise = plainPurses{}, p.promise.minus(free)
	case "ParticipationRestored":
		p.promise = p.promise.plus(p.takenBack)
		l.move("memo.allocation", "memo.commitment", p.takenBack.sum())
		p.takenBack = plainPurses{}
	case "RepaymentDemanded":
		p.demanded += int64(e.Amount)
		l.move("claims", "receivable.participant", int64(e.Amount))
	case "RepaymentReceived":
		owed := min(max(0, p.demanded-p.repaid), int64(e.Amount))
		p.repaid += int64(e.Amount)
		l.move("receivable.participant", fundName(e.FundYear), owed)
		l.move("suspense.participant", fundName(e.FundYear), int64(e.Amount)-owed)
	}
}
