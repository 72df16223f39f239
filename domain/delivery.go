package domain

import "time"

// Delivery is where a person's money is at a moment: the four totals that must never be mixed up, and what a platform was
// paid for.
type Delivery struct {
	Allocated   Purses `json:"allocated"`   // by the decree
	Transferred Purses `json:"transferred"` // credited to the purses
	Bought      Money  `json:"bought"`      // purchases that stand
	Incentives  Money  `json:"incentives"`  // confirmed by the payment partner
	InTransit   Money  `json:"in_transit"`
	Returned    Purses `json:"returned"`
	Left        Purses `json:"left"` // in the purses
}

// Add sums two deliveries.
func (d Delivery) Add(o Delivery) Delivery {
	return Delivery{
		d.Allocated.Add(o.Allocated), d.Transferred.Add(o.Transferred), d.Bought.Add(o.Bought), d.Incentives.Add(o.Incentives),
		d.InTransit.Add(o.InTransit), d.Returned.Add(o.Returned), d.Left.Add(o.Left),
	}
}

// Difference is what was transferred and is nowhere: always Rp0 where no reported or migrated fact overdrew a purse.
func (d Delivery) Difference() Money {
	return d.Transferred.Total().Sub(d.Bought).Sub(d.Incentives).Sub(d.InTransit).Sub(d.Returned.Total()).Sub(d.Left.Total())
}

// Delivery of a person's package.
func (s *ParticipantState) Delivery() Delivery {
	d := Delivery{Left: s.Balance, Returned: s.Returned, InTransit: s.InTransit}
	if !s.Determined.set {
		return d
	}
	d.Allocated = s.Determination.Package
	d.Transferred = s.creditedSum
	for _, x := range s.Purchases {
		switch {
		case x.refundedToFund:
			d.Returned.Training = d.Returned.Training.Add(x.Amount.Sub(x.Suspense)) // the rest clears what stood in suspense
		case !x.Cancelled.set:
			d.Bought = d.Bought.Add(x.Amount)
		}
	}
	for _, x := range s.Incentives {
		if x.Disbursed.set {
			d.Incentives = d.Incentives.Add(x.Amount)
		}
	}
	return d
}

// Standing is a purchase that stands, and how far its training came: what the state auditor asked in 2020.
type Standing struct {
	Course    CourseCode   `json:"course_code"`
	Platform  PlatformCode `json:"platform"`
	Invoice   InvoiceCode  `json:"invoice_code"`
	Amount    Money        `json:"amount"`
	BoughtAt  time.Time    `json:"bought_at"`
	Exchanged bool         `json:"exchanged"`
	Started   bool         `json:"started"`
	Completed bool         `json:"completed"`
}

// Standings lists a person's purchases that were not cancelled.
func (s *ParticipantState) Standings() []Standing {
	var out []Standing
	for _, x := range s.Purchases {
		if !x.Cancelled.set {
			out = append(out, Standing{
				x.Course, x.Platform, x.Invoice, x.Amount, x.Bought.At, x.Training.Exchanged.set, x.Training.Started.set, x.Training.Completed.set,
			})
		}
	}
	return out
}

// Closings lists the intervals in which payments were closed for all, up to a moment.
func (r *Registry) Closings(until time.Time) [][2]time.Time {
	var out [][2]time.Time
	for _, s := range r.closings(View{At: until}, func(gateState) bool { return true }) {
		out = append(out, [2]time.Time{s.from, s.to})
	}
	return out
}
