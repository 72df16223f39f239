package projections

import (
	"strings"

	"saldo/domain"
)

// Stage is where a person stands in the life of a participation (domain.md section 3.1), told by what was recorded last.
type Stage string

// Stages, from the determination to the end. A person goes on, and may fall back where a purchase is cancelled.
const (
	StageDetermined Stage = "determined" // named by a decree
	StageNotified   Stage = "notified"   // and told
	StageCard       Stage = "card_issued"
	StageReady      Stage = "ready"     // credited: can buy
	StageBought     Stage = "bought"    // has a purchase that stands
	StageStarted    Stage = "started"   // the class was entered
	StageCompleted  Stage = "completed" // finished, certificate on its way
	StageCertified  Stage = "certified"
	StageIncentive  Stage = "incentive_paid" // at least one
	StageLapsed     Stage = "lapsed"         // the purse was emptied at the end of the programme
	StageRevoked    Stage = "revoked"
	StageErased     Stage = "erased"
	StageUnknown    Stage = "undetermined" // facts about a person whom no decree names
)

// Stages lists all stages in their order.
func Stages() []Stage {
	return []Stage{
		StageUnknown, StageDetermined, StageNotified, StageCard, StageReady, StageBought, StageStarted, StageCompleted,
		StageCertified, StageIncentive, StageLapsed, StageRevoked, StageErased,
	}
}

// person is a row of participant.
type person struct {
	Subject                     string
	State                       Stage
	Wave                        int
	Decree                      domain.DecreeNumber
	Policy                      domain.PolicyRef
	DeterminedNo                int64 // number of the event since which the person has a wave, -1 before
	Determined, Notified, Data  instant
	Card, Credited              instant
	Training, JobSearch, Survey rupiah
	Committed, InTransit        rupiah
	Attempts, Refused           int
	RefusedAt                   instant
	RefusedReason               string
	Purchases                   int
	Orders                      string
	Bought                      rupiah
	FirstBought                 instant
	FirstCourse                 domain.CourseCode
	Certified                   instant
	Paid                        int
	PaidAmount                  rupiah
	Held, Revoked               instant
	RevokedFor                  domain.RevocationCause
	Blacklisted, Lapsed         instant
	Returned, Demanded, Repaid  rupiah
	Erased                      instant
}

func personColumns(p *person) []any {
	return []any{
		&p.Subject, &p.State, &p.Wave, &p.Decree, &p.Policy, &p.DeterminedNo, &p.Determined, &p.Notified, &p.Data, &p.Card, &p.Credited,
		&p.Training, &p.JobSearch, &p.Survey, &p.Committed, &p.InTransit, &p.Attempts, &p.Refused, &p.RefusedAt, &p.RefusedReason,
		&p.Purchases, &p.Bought, &p.Orders, &p.FirstBought, &p.FirstCourse, &p.Certified, &p.Paid, &p.PaidAmount, &p.Held, &p.Revoked,
		&p.RevokedFor, &p.Blacklisted, &p.Lapsed, &p.Returned, &p.Demanded, &p.Repaid, &p.Erased,
	}
}

// people is the model of participants. The others ask it whose wave an event belongs to.
type people struct {
	rows      *table[string, person]
	purchases *purchases
	trainings *trainings
	f         *fold
}

func newPeople(f *fold) *people {
	return &people{
		f: f, purchases: newPurchases(f), trainings: newTrainings(f),
		rows: newTextTable(f, "participant", func(k string) person { return person{Subject: k, State: StageUnknown, DeterminedNo: -1} }, personColumns),
	}
}

// waveOf is the wave of the person whose stream it is, 0 if no decree named them or it is no person's stream.
func (p *people) waveOf(s domain.Stream) int {
	if s.Kind() != domain.ParticipantStream {
		return 0
	}
	return p.wave(s.Key())
}

// wave of a person, 0 if no decree named them.
func (p *people) wave(subject string) int {
	if row := p.rows.get(subject); row != nil {
		return row.Wave
	}
	return 0
}

// apply folds purchase and path first: where the person stands follows from them.
func (p *people) apply(e domain.Recorded) {
	p.purchases.apply(e)
	p.trainings.apply(e)
	if e.Stream.Kind() != domain.ParticipantStream {
		return
	}
	row := p.rows.edit(e.Stream.Key())
	if e.Meta.Outcome == domain.Refused {
		row.refusal(e)
		return
	}
	row.money(e)
	when := at(e.Meta.Effective())
	switch f := e.Fact.(type) {
	case domain.RecipientDetermined:
		if row.Determined == 0 {
			row.Determined, row.Wave, row.Decree, row.Policy = when, f.Wave, f.Decree, f.Policy
			row.DeterminedNo = int64(e.Number) //nolint:gosec // far below 2^63
		}
	case domain.DeterminationNotified:
		setFirst(&row.Notified, at(f.SentAt))
	case domain.ParticipantDataCompleted:
		setFirst(&row.Data, at(f.CompletedAt))
	case domain.CardIssued:
		setFirst(&row.Card, when)
	case domain.BalanceCredited:
		setFirst(&row.Credited, when)
	case domain.CoursePurchased:
		if e.Meta.Origin == domain.Decided {
			row.Attempts++
		}
		row.Orders += string(f.Platform) + "/" + string(f.Invoice) + "\n"
		p.recount(row)
	case domain.PurchaseCancelled:
		p.recount(row)
	case domain.CertificateAccepted:
		setFirst(&row.Certified, when)
	case domain.IncentiveDisbursed:
		row.Paid, row.PaidAmount = row.Paid+1, row.PaidAmount+rp(f.Amount)
	default:
		row.end(e, when)
	}
	row.State = p.stage(row)
}

func setFirst(to *instant, when instant) {
	if *to == 0 {
		*to = when
	}
}

func (row *person) refusal(e domain.Recorded) {
	f, ok := e.Fact.(domain.PurchaseRefused)
	if !ok {
		return
	}
	row.Attempts, row.Refused, row.RefusedAt = row.Attempts+1, row.Refused+1, at(e.Meta.ReceivedAt)
	if d := f.Ruling(); d != nil {
		row.RefusedReason = string(d.Primary())
	}
}

// money follows the legs of the event: what the accounts say, the person's row says too.
func (row *person) money(e domain.Recorded) {
	for _, leg := range domain.PostingsOf(e) {
		switch amount := rp(leg.Amount); {
		case leg.Account == domain.PurseAccount(domain.PurseTraining):
			row.Training += amount
		case leg.Account == domain.PurseAccount(domain.PurseJobSearch):
			row.JobSearch += amount
		case leg.Account == domain.PurseAccount(domain.PurseSurvey):
			row.Survey += amount
		case leg.Account == domain.MemoCommitment:
			row.Committed += amount
		case leg.Account.Transit():
			row.InTransit += amount
		}
	}
}

// end folds what holds a participation up or ends it.
func (row *person) end(e domain.Recorded, when instant) {
	switch f := e.Fact.(type) {
	case domain.BalanceHeld:
		row.Held = when
	case domain.BalanceReleased:
		row.Held = 0
	case domain.ParticipationRevoked:
		row.Revoked, row.RevokedFor = when, f.Cause
	case domain.Blacklisted:
		setFirst(&row.Blacklisted, when)
	case domain.ParticipationRestored:
		row.Revoked, row.RevokedFor, row.Blacklisted = 0, "", 0
	case domain.PurseLapsed:
		row.Lapsed, row.Returned = when, row.Returned+rp(f.Amounts.Total())
	case domain.BalanceReturned:
		row.Returned += rp(f.Amounts.Total())
	case domain.RepaymentDemanded:
		row.Demanded += rp(f.Amount)
	case domain.RepaymentReceived:
		row.Repaid += rp(f.Amount)
	case domain.SubjectErased:
		setFirst(&row.Erased, when)
	}
}

// recount looks at all orders of a person again.
func (p *people) recount(row *person) {
	row.Purchases, row.Bought, row.FirstBought, row.FirstCourse = 0, 0, 0, ""
	for order := range strings.Lines(row.Orders) {
		platform, invoice, _ := strings.Cut(strings.TrimSuffix(order, "\n"), "/")
		x := p.purchases.rows.get(orderKey{row.Subject, domain.PlatformCode(platform), domain.InvoiceCode(invoice)})
		if x == nil {
			continue
		}
		if row.FirstBought == 0 && (x.Cancelled == 0 || x.CancelledBy != domain.CancelledByParticipant) {
			row.FirstBought = x.Bought
		}
		if x.Cancelled != 0 {
			continue
		}
		row.Purchases, row.Bought = row.Purchases+1, row.Bought+x.Amount
		if row.FirstCourse == "" {
			row.FirstCourse = x.Course
		}
	}
}

// stage tells where the person stands from what the row and the first standing purchase say.
func (p *people) stage(row *person) Stage {
	switch {
	case row.Erased != 0:
		return StageErased
	case row.Revoked != 0:
		return StageRevoked
	case row.Lapsed != 0:
		return StageLapsed
	case row.Paid > 0:
		return StageIncentive
	}
	if row.FirstCourse != "" {
		return p.path(row)
	}
	switch {
	case row.Credited != 0 && row.Card != 0:
		return StageReady
	case row.Card != 0:
		return StageCard
	case row.Notified != 0:
		return StageNotified
	case row.Determined != 0:
		return StageDetermined
	}
	return StageUnknown
}

// path is how far the first course came.
func (p *people) path(row *person) Stage {
	t := p.trainings.rows.get(courseKey{row.Subject, row.FirstCourse})
	switch {
	case t == nil:
	case t.Accepted != 0 && t.Revoked == 0:
		return StageCertified
	case t.Completed != 0:
		return StageCompleted
	case t.Started != 0:
		return StageStarted
	}
	return StageBought
}
