package domain

import "strings"

// Account is a place where money is, or a memo of what is promised. Accounts of one person carry no person's name: the
// stream says whose they are.
type Account string

// Accounts (users.md section 3).
const (
	StateTreasury   Account = "state_treasury" // RKUN
	PlatformPayable Account = "platform_payable"
	PlatformPaid    Account = "platform_paid"
	IncentivePaid   Account = "incentive_paid"
	OwedByPerson    Account = "receivable.participant"
	OwedByPlatform  Account = "receivable.platform"
	Claims          Account = "claims" // counter-account of what is demanded back
	MemoCommitment  Account = "memo.commitment"
	MemoAllocation  Account = "memo.allocation" // counter-account of commitments
)

// FundAccount is the programme fund of a fiscal year.
func FundAccount(year int) Account { return Account("programme_fund." + itoa(year)) }

// TransitAccount is what a payment partner was told to pay and has not answered.
func TransitAccount(p PartnerCode) Account { return Account(transitPrefix + string(p)) }

const transitPrefix = "payout_in_transit."

// Transit reports whether the account holds what a payment partner was told to pay.
func (a Account) Transit() bool { return strings.HasPrefix(string(a), transitPrefix) }

// SuspenseAccount takes what a reported or migrated fact takes beyond a purse.
func SuspenseAccount(party string) Account { return Account("suspense." + party) }

// PurseAccount is a purse of the person whose stream it is.
func PurseAccount(p Purse) Account { return Account("va." + string(p)) }

func (a Account) purse() (Purse, bool) {
	name, ok := strings.CutPrefix(string(a), "va.")
	return Purse(name), ok
}

// Memo reports whether the account holds a promise and no money.
func (a Account) Memo() bool { return strings.HasPrefix(string(a), "memo.") }

// Posting is one leg of a money event: positive into the account, negative out of it. The legs of an event sum to zero.
type Posting struct {
	Account Account
	Amount  Money
}

type legs []Posting

// move takes an amount from one account to another; nothing is written for Rp0.
func (l legs) move(from, to Account, m Money) legs {
	if m.IsZero() {
		return l
	}
	return append(l, Posting{from, m.Neg()}, Posting{to, m})
}

func (l legs) purses(p Purses, each func(l legs, a Account, m Money) legs) legs {
	for _, which := range []Purse{PurseTraining, PurseJobSearch, PurseSurvey} {
		l = each(l, PurseAccount(which), p.Get(which))
	}
	return l
}

// Postings are the legs of a money event, from the event alone. They are part of the type's version: other postings are
// another version.
func Postings(e Event) []Posting {
	var l legs
	switch f := e.(type) {
	case RecipientDetermined:
		l = l.move(MemoAllocation, MemoCommitment, f.Package.Total())
	case BalanceCredited:
		l = l.purses(f.Amounts, func(l legs, a Account, m Money) legs { return l.move(FundAccount(f.FundYear), a, m) })
		l = l.move(MemoCommitment, MemoAllocation, f.Amounts.Total())
	case CoursePurchased:
		l = l.move(PurseAccount(PurseTraining), PlatformPayable, f.Amount.Sub(f.Suspense))
		l = l.move(SuspenseAccount(string(f.Platform)), PlatformPayable, f.Suspense)
	case PurchaseCancelled:
		l = f.postings()
	case PartnerPaid:
		l = l.move(PlatformPayable, PlatformPaid, f.Total)
	case IncentiveInstructed:
		l = l.move(PurseAccount(f.Kind.Purse()), TransitAccount(f.Partner), f.Amount.Sub(f.Suspense))
		l = l.move(SuspenseAccount(string(f.Partner)), TransitAccount(f.Partner), f.Suspense)
	case IncentiveDisbursed:
		l = l.move(TransitAccount(f.Partner), IncentivePaid, f.Amount.Sub(f.Suspense))
		l = l.move(SuspenseAccount(string(f.Partner)), IncentivePaid, f.Suspense)
	case IncentiveFailed:
		l = l.move(TransitAccount(f.Partner), PurseAccount(f.Kind.Purse()), f.Amount.Sub(f.Suspense))
		l = l.move(TransitAccount(f.Partner), SuspenseAccount(string(f.Partner)), f.Suspense)
	case PurseLapsed:
		l = l.purses(f.Amounts, func(l legs, a Account, m Money) legs { return l.move(a, FundAccount(f.FundYear), m) })
	case BalanceReturned:
		l = l.purses(f.Amounts, func(l legs, a Account, m Money) legs { return l.move(a, FundAccount(f.FundYear), m) })
		l = l.move(MemoCommitment, MemoAllocation, f.Released.Total())
	case ParticipationRestored:
		l = l.move(MemoAllocation, MemoCommitment, f.Recommitted.Total())
	case RepaymentDemanded:
		l = l.move(Claims, OwedByPerson, f.Amount)
	case RepaymentReceived:
		l = l.move(OwedByPerson, FundAccount(f.FundYear), f.Amount.Sub(f.Suspense))
		l = l.move(SuspenseAccount("participant"), FundAccount(f.FundYear), f.Suspense)
	}
	return l
}

// postings of a cancellation: what was not paid yet comes from the payable; what was, the platform owes, and the fund steps
// in for the purse.
func (f PurchaseCancelled) postings() legs {
	var l legs
	to := PurseAccount(PurseTraining)
	if f.RefundTo == RefundToFund {
		to = FundAccount(f.FundYear)
	}
	if !f.PaidOut {
		l = l.move(PlatformPayable, to, f.Amount.Sub(f.Suspense))
		return l.move(PlatformPayable, SuspenseAccount(string(f.Platform)), f.Suspense)
	}
	l = l.move(PlatformPaid, OwedByPlatform, f.Amount)
	if f.RefundTo == RefundToPurse {
		l = l.move(FundAccount(f.FundYear), to, f.Amount.Sub(f.Suspense))
	}
	return l
}

// PostingsOf are the legs of a recorded event; for a fund's events the stream says which year's fund it is. Refused acts and
// foreign events move nothing.
func PostingsOf(e Recorded) []Posting {
	if e.Foreign() || e.Meta.Outcome == Refused {
		return nil
	}
	var l legs
	switch f := e.Fact.(type) {
	case FundsReceived:
		return l.move(StateTreasury, Account("programme_fund."+e.Stream.Key()), f.Amount)
	case FundsReturned:
		return l.move(Account("programme_fund."+e.Stream.Key()), StateTreasury, f.Amount)
	}
	return Postings(e.Fact)
}
