package domain

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// Money is an exact amount of rupiah. The zero value is Rp0. It is a value: methods return new ones.
// In the log it is a decimal string in canonical form: no exponent, no leading zeros, no fraction, no sign on zero.
type Money struct{ amount decimal.Decimal }

// ErrMoney is wrapped by every error about the form of an amount.
var ErrMoney = errors.New("not an amount of rupiah")

// maxMoneyDigits bounds an amount to 18 digits: far above any state budget, far below what would slow arithmetic down.
const maxMoneyDigits = 18

// Rupiah makes an amount from whole rupiah.
func Rupiah(n int64) Money { return Money{decimal.NewFromInt(n)} }

// ParseMoney reads the canonical text of a non-negative whole amount, such as "350000". It also takes "350000.00",
// because some systems can't print money otherwise; a fraction of a rupiah that is not zero is an error.
func ParseMoney(s string) (Money, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	if len(whole) == 0 || len(whole) > maxMoneyDigits || len(fraction) > 2 || strings.HasSuffix(s, ".") {
		return Money{}, fmt.Errorf("%w: %q (write whole rupiah as digits, such as \"350000\")", ErrMoney, clip(s))
	}
	for _, r := range whole + fraction {
		if r < '0' || r > '9' {
			return Money{}, fmt.Errorf("%w: %q (write whole, non-negative rupiah as digits, such as \"350000\")", ErrMoney, clip(s))
		}
	}
	if whole[0] == '0' && len(whole) > 1 {
		return Money{}, fmt.Errorf("%w: %q begins with 0, as a phone number does and no amount (write \"350000\")", ErrMoney, clip(s))
	}
	if strings.Trim(fraction, "0") != "" {
		return Money{}, fmt.Errorf("%w: %q has a fraction of a rupiah (the smallest unit is Rp1)", ErrMoney, clip(s))
	}
	d, err := decimal.NewFromString(whole)
	if err != nil {
		return Money{}, fmt.Errorf("%w: %q", ErrMoney, clip(s))
	}
	return Money{d}, nil
}

func clip(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// Decimal gives the amount for calculations outside the domain, such as formatting.
func (m Money) Decimal() decimal.Decimal { return m.amount }

// Add returns m + o.
func (m Money) Add(o Money) Money { return Money{m.amount.Add(o.amount)} }

// Sub returns m - o, which may be negative; only purses must not be.
func (m Money) Sub(o Money) Money { return Money{m.amount.Sub(o.amount)} }

// Neg returns -m.
func (m Money) Neg() Money { return Money{m.amount.Neg()} }

// Times returns m multiplied by n.
func (m Money) Times(n int) Money { return Money{m.amount.Mul(decimal.NewFromInt(int64(n)))} }

// Cmp returns -1, 0 or 1.
func (m Money) Cmp(o Money) int { return m.amount.Cmp(o.amount) }

// IsZero reports whether m is Rp0.
func (m Money) IsZero() bool { return m.amount.IsZero() }

// Negative reports whether m is below Rp0.
func (m Money) Negative() bool { return m.amount.IsNegative() }

// Min returns the smaller of the two.
func (m Money) Min(o Money) Money {
	if m.Cmp(o) <= 0 {
		return m
	}
	return o
}

// String is the canonical text, as in the log.
func (m Money) String() string { return m.amount.String() }

// MarshalText implements encoding.TextMarshaler with the canonical text.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.amount.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It also takes a negative amount, because recorded events may carry one;
// commands are held to non-negative amounts by their decoder.
func (m *Money) UnmarshalText(b []byte) error {
	s, negative := strings.CutPrefix(string(b), "-")
	v, err := ParseMoney(s)
	if err != nil {
		return err
	}
	if negative {
		v = v.Neg()
	}
	*m = v
	return nil
}

// UnmarshalJSON refuses JSON numbers: an amount is text, so that no reader passes it through a float.
func (m *Money) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("%w: %s must be a string of digits, such as \"350000\"", ErrMoney, clip(string(b)))
	}
	return m.UnmarshalText([]byte(s))
}

// Purse names one of the three purses of a participant. Only the training purse buys.
type Purse string

// The purses of a participant's virtual account.
const (
	PurseTraining  Purse = "training"
	PurseJobSearch Purse = "job_search"
	PurseSurvey    Purse = "survey"
)

// Values lists the admitted values.
func (Purse) Values() []string {
	return []string{string(PurseTraining), string(PurseJobSearch), string(PurseSurvey)}
}

// Purses holds one amount per purse: a package, a balance or a return.
type Purses struct {
	Training  Money `json:"training" doc:"training aid, in rupiah"`
	JobSearch Money `json:"job_search" doc:"job-search incentive, in rupiah"`
	Survey    Money `json:"survey" doc:"survey incentive, in rupiah"`
}

// Total is the sum of the three purses. No page shows it to support staff as "balance".
func (p Purses) Total() Money { return p.Training.Add(p.JobSearch).Add(p.Survey) }

// Get returns one purse's amount.
func (p Purses) Get(which Purse) Money {
	switch which {
	case PurseTraining:
		return p.Training
	case PurseJobSearch:
		return p.JobSearch
	case PurseSurvey:
		return p.Survey
	}
	return Money{}
}

// With returns p with one purse set to m.
func (p Purses) With(which Purse, m Money) Purses {
	switch which {
	case PurseTraining:
		p.Training = m
	case PurseJobSearch:
		p.JobSearch = m
	case PurseSurvey:
		p.Survey = m
	}
	return p
}

// Add returns the purse-wise sum.
func (p Purses) Add(o Purses) Purses {
	return Purses{p.Training.Add(o.Training), p.JobSearch.Add(o.JobSearch), p.Survey.Add(o.Survey)}
}

// Sub returns the purse-wise difference.
func (p Purses) Sub(o Purses) Purses {
	return Purses{p.Training.Sub(o.Training), p.JobSearch.Sub(o.JobSearch), p.Survey.Sub(o.Survey)}
}

// IsZero reports whether all three purses are Rp0.
func (p Purses) IsZero() bool {
	return p.Training.IsZero() && p.JobSearch.IsZero() && p.Survey.IsZero()
}

// Currency is the currency of an amount. The programme knows one.
type Currency string

// IDR is the Indonesian rupiah, whose smallest unit here is one rupiah.
const IDR Currency = "IDR"

// Values lists the admitted values.
func (Currency) Values() []string { return []string{string(IDR)} }
