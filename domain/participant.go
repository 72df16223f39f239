package domain

import (
	"time"

	"github.com/google/uuid"
)

// mark is when something happened to a person and by which event; the zero value says that it did not.
type mark struct {
	At  time.Time
	Rev uint64
	set bool
}

func (m mark) time() *time.Time {
	if !m.set {
		return nil
	}
	return new(m.At)
}

func markOf(e Recorded) mark { return mark{e.Meta.Effective(), e.Revision, true} }

// markFirst keeps the first of several: a fact that comes again changes nothing.
func markFirst(m *mark, e Recorded) {
	if !m.set {
		*m = markOf(e)
	}
}

// purchaseState is one accepted purchase and everything that follows from it.
type purchaseState struct {
	PurchaseBody
	Suspense       Money // what it took beyond the purse
	Command        uuid.UUID
	Bought         mark
	Cancelled      mark
	CancelledBy    CancelParty
	refundedToFund bool
	Voucher        LastFour
	VoucherAt      mark
	Training       trainingState
}

// trainingState is the path of a course from its class to its certificate.
type trainingState struct {
	Exchanged, Started, Completed mark
	CompletedOn                   time.Time
	ByInstitution, ByPlatform     mark
	Issued, Accepted, Refused     mark
	Verification                  VerificationBody
	RevokedCertificate            mark
	Rated, Reviewed               mark
}

// incentiveState is one incentive.
type incentiveState struct {
	IncentiveKey
	State                                          string // scheduled, instructed, failed, under_review, disbursed
	Amount                                         Money
	DueOn                                          Date
	Suspense                                       Money // what its instruction took beyond the purse
	Instruction                                    Reference
	Partner                                        PartnerCode
	Code                                           PartnerReason
	Group                                          Reference
	GroupSize                                      int
	Scheduled, Instructed, Failed, Disbursed, Last mark
}

// answeredBy reports whether an answer of the partner is the one that our instruction waits for.
func (x *incentiveState) answeredBy(instruction Reference) bool {
	return x.State == "instructed" && x.Instruction == instruction
}

// settled reports whether the incentive is on its way or paid: no late or mistaken fact may bring it back to be paid again.
func (x *incentiveState) settled() bool { return x.State == "instructed" || x.Disbursed.set }

// surveyState is one survey.
type surveyState struct {
	Opened, Done mark
	ClosesOn     Date
}

// accountState is the payout account in use.
type accountState struct {
	Partner PartnerCode
	Checks  AccountChecks
	Linked  mark
	Checked mark
}

// ParticipantState is the fold of a person's stream: what checks and answers need, no evidence beyond revisions.
type ParticipantState struct {
	Common
	Determination                    DeterminationBody
	Determined, Notified, Data, Card mark
	Credited                         mark
	Credits                          int
	creditedSum                      Purses
	takenBack                        Purses // returned and released by a revocation: promised again if it is taken back
	Balance                          Purses // never below zero by our own decision
	Committed                        Purses // allocated and neither credited nor released
	InTransit                        Money
	Demanded, Repaid                 Money
	DemandedAt, Referred             mark
	DemandDue                        Date
	Purchases                        []*purchaseState
	Dropped                          map[string]uint64             // platform/invoice of abandoned orders -> revision
	Invoices                         map[string]uint64             // platform/invoice of acceptances -> revision
	Waiting                          map[CourseCode]*trainingState // facts of courses that no purchase is recorded for
	Account                          accountState
	Incentives                       []*incentiveState
	Surveys                          map[int]*surveyState
	Held, Revoked, Blacklist, Erased mark
	Released                         mark
	HeldFor                          HoldCause
	RevokedFor                       RevocationCause
	Returned                         Purses
	ReturnedAt, LapsedAt             mark
	RefusedAttempts                  int
}

// NewParticipantState is a person before the first event.
func NewParticipantState(s Stream) *ParticipantState {
	return &ParticipantState{Common: NewCommon(s), Invoices: map[string]uint64{}, Dropped: map[string]uint64{}, Waiting: map[CourseCode]*trainingState{}, Surveys: map[int]*surveyState{}}
}

func invoiceKey(p PlatformCode, i InvoiceCode) string { return string(p) + "/" + string(i) }

// purchaseOf finds a purchase by its order number.
func (s *ParticipantState) purchaseOf(p PlatformCode, i InvoiceCode) *purchaseState {
	for _, x := range s.Purchases {
		if x.Platform == p && x.Invoice == i {
			return x
		}
	}
	return nil
}

// standing finds the uncancelled purchase of a course, or the latest cancelled one.
func (s *ParticipantState) standing(c CourseCode) *purchaseState {
	var last *purchaseState
	for _, x := range s.Purchases {
		if x.Course != c {
			continue
		}
		if !x.Cancelled.set {
			return x
		}
		last = x
	}
	return last
}

// First is the first uncancelled purchase: the one that earns incentives.
func (s *ParticipantState) first() *purchaseState {
	for _, x := range s.Purchases {
		if !x.Cancelled.set {
			return x
		}
	}
	return nil
}

// countsForDeadline is the first purchase that meets the deadline: a cancelled one counts unless the person cancelled it
// (our choice: the rules of 2020 are silent).
func (s *ParticipantState) countsForDeadline() *purchaseState {
	for _, x := range s.Purchases {
		if !x.Cancelled.set || x.CancelledBy != CancelledByParticipant {
			return x
		}
	}
	return nil
}

func (s *ParticipantState) incentive(k IncentiveKey) *incentiveState {
	for _, x := range s.Incentives {
		if x.IncentiveKey == k {
			return x
		}
	}
	return nil
}

func (s *ParticipantState) makeIncentive(k IncentiveKey) *incentiveState {
	if x := s.incentive(k); x != nil {
		return x
	}
	x := &incentiveState{IncentiveKey: k}
	s.Incentives = append(s.Incentives, x)
	return x
}

// granted counts the incentives of a kind that were scheduled.
func (s *ParticipantState) granted(k IncentiveKind) int {
	n := 0
	for _, x := range s.Incentives {
		if x.Kind == k {
			n++
		}
	}
	return n
}

// training is the path of a course: of its purchase, or, for facts that came before or without one, on its own.
func (s *ParticipantState) training(c CourseCode) *trainingState {
	if x := s.standing(c); x != nil {
		return &x.Training
	}
	return getOrMake(s.Waiting, c, func() *trainingState { return &trainingState{} })
}

func (s *ParticipantState) survey(n int) *surveyState {
	return getOrMake(s.Surveys, n, func() *surveyState { return &surveyState{} })
}

func (s *ParticipantState) evolve(e Recorded) {
	fact, ok := e.Fact.(ParticipantEvent)
	changes := s.note(e)
	if ok && e.Meta.Outcome == Refused {
		if f, purchase := fact.(PurchaseRefused); purchase {
			s.RefusedAttempts++
			if f.Closes != nil {
				s.Dropped[invoiceKey(f.Platform, f.Invoice)] = e.Revision
			}
		}
	}
	if !changes || !ok {
		return
	}
	switch f := fact.(type) {
	case RecipientDetermined:
		if !s.Determined.set {
			s.Determination, s.Determined = f.DeterminationBody, markOf(e)
		}
		s.Committed = s.Committed.Add(f.Package)
	case DeterminationNotified:
		if !s.Notified.set {
			s.Notified = mark{f.SentAt, e.Revision, true}
		}
	case ParticipantDataCompleted:
		if !s.Data.set {
			s.Data = mark{f.CompletedAt, e.Revision, true}
		}
	case CardIssued:
		markFirst(&s.Card, e)
	case BalanceCredited:
		markFirst(&s.Credited, e)
		s.Credits++
		s.creditedSum = s.creditedSum.Add(f.Amounts)
		s.Balance = s.Balance.Add(f.Amounts)
		s.Committed = s.Committed.Sub(f.Amounts)
	case CoursePurchased:
		s.bought(e, f)
	case PurchaseCancelled:
		s.cancelled(e, f)
	case VoucherIssued, VoucherExchanged, TrainingStarted, TrainingCompleted, CompletionReported, CertificateIssued,
		CertificateAccepted, CertificateRevoked, RatingGiven, ReviewGiven:
		s.evolveTraining(e, fact)
	case PayoutAccountLinked, PayoutAccountVerified, PayoutAccountUnlinked, IncentiveScheduled, IncentiveInstructed, IncentiveDisbursed,
		IncentiveFailed, IncentiveUnderReview, IncentiveRescheduled, SurveyOpened, SurveyCompleted:
		s.evolveIncentive(e, fact)
	case BalanceHeld, BalanceReleased, ParticipationRevoked, Blacklisted, ParticipationRestored, PurseLapsed, BalanceReturned,
		RepaymentDemanded, RepaymentReceived, RepaymentReferred, SubjectErased:
		s.evolveEnd(e, fact)
	case ParticipantActRefused, PurchaseRefused, PurchaseCancellationRefused, VoucherExchangeRefused, CertificateRefused,
		PayoutAccountLinkRefused, IncentiveRefused, RevocationRefused, CorrectionRecorded:
		// Refusals and annotations change no state.
	}
}

func (s *ParticipantState) bought(e Recorded, f CoursePurchased) {
	p := &purchaseState{PurchaseBody: f.PurchaseBody, Suspense: f.Suspense, Command: e.Meta.CommandID, Bought: markOf(e)}
	if w, ok := s.Waiting[f.Course]; ok {
		p.Training = *w
		delete(s.Waiting, f.Course)
	}
	s.Purchases = append(s.Purchases, p)
	if _, used := s.Invoices[invoiceKey(f.Platform, f.Invoice)]; !used {
		s.Invoices[invoiceKey(f.Platform, f.Invoice)] = e.Revision
	}
	s.Balance.Training = s.Balance.Training.Sub(f.Amount.Sub(f.Suspense))
}

func (s *ParticipantState) cancelled(e Recorded, f PurchaseCancelled) {
	if p := s.purchaseOf(f.Platform, f.Invoice); p != nil && !p.Cancelled.set {
		p.Cancelled, p.CancelledBy, p.refundedToFund = markOf(e), f.By, f.RefundTo == RefundToFund
	}
	if f.RefundTo == RefundToPurse {
		s.Balance.Training = s.Balance.Training.Add(f.Amount.Sub(f.Suspense))
	}
}

func (s *ParticipantState) evolveTraining(e Recorded, fact ParticipantEvent) {
	switch f := fact.(type) { //nolint:gochecksumtype // the caller's switch is exhaustive and sends these here
	case VoucherIssued:
		if p := s.purchaseOf(f.Platform, f.Invoice); p != nil && !p.VoucherAt.set {
			p.VoucherAt, p.Voucher = markOf(e), f.LastFour
		}
	case VoucherExchanged:
		markFirst(&s.training(f.Course).Exchanged, e)
	case TrainingStarted:
		markFirst(&s.training(f.Course).Started, e)
	case TrainingCompleted:
		t := s.training(f.Course)
		if !t.Completed.set {
			t.Completed, t.CompletedOn = mark{f.CompletedAt, e.Revision, true}, f.CompletedAt
		}
	case CompletionReported:
		if f.By == ByInstitution {
			markFirst(&s.training(f.Course).ByInstitution, e)
		} else {
			markFirst(&s.training(f.Course).ByPlatform, e)
		}
	case CertificateIssued:
		markFirst(&s.training(f.Course).Issued, e)
	case CertificateAccepted:
		t := s.training(f.Course)
		markFirst(&t.Accepted, e)
		t.Verification, t.RevokedCertificate = f.VerificationBody, mark{}
	case CertificateRevoked:
		markFirst(&s.training(f.Course).RevokedCertificate, e)
	case RatingGiven:
		markFirst(&s.training(f.Course).Rated, e)
	case ReviewGiven:
		markFirst(&s.training(f.Course).Reviewed, e)
	}
}

func (s *ParticipantState) evolveIncentive(e Recorded, fact ParticipantEvent) {
	switch f := fact.(type) { //nolint:gochecksumtype // the caller's switch is exhaustive and sends these here
	case PayoutAccountLinked:
		s.Account = accountState{Partner: f.Partner, Checks: f.Checks, Linked: markOf(e), Checked: markOf(e)}
	case PayoutAccountVerified:
		if s.Account.Partner == f.Partner {
			s.Account.Checks, s.Account.Checked = f.Checks, markOf(e)
		}
	case PayoutAccountUnlinked:
		if s.Account.Partner == f.Partner {
			s.Account = accountState{}
		}
	case IncentiveScheduled:
		x := s.makeIncentive(f.IncentiveKey)
		x.State, x.Amount, x.DueOn, x.Scheduled, x.Last = "scheduled", f.Amount, f.DueOn, markOf(e), markOf(e)
	case IncentiveInstructed:
		x := s.makeIncentive(f.IncentiveKey)
		x.State, x.Amount, x.Suspense, x.Instruction, x.Partner = "instructed", f.Amount, f.Suspense, f.Instruction, f.Partner
		x.Instructed, x.Last = markOf(e), markOf(e)
		s.Balance = s.Balance.With(f.Kind.Purse(), s.Balance.Get(f.Kind.Purse()).Sub(f.Amount.Sub(f.Suspense)))
		s.InTransit = s.InTransit.Add(f.Amount)
	case IncentiveDisbursed:
		x := s.makeIncentive(f.IncentiveKey)
		if x.answeredBy(f.Instruction) || x.State != "instructed" { // another one's confirmation leaves ours in transit
			x.State, x.Amount, x.Partner = "disbursed", f.Amount, f.Partner
		}
		x.Disbursed, x.Last = markOf(e), markOf(e)
		s.InTransit = s.InTransit.Sub(f.Amount.Sub(f.Suspense))
	case IncentiveFailed:
		x := s.makeIncentive(f.IncentiveKey)
		if x.answeredBy(f.Instruction) || !x.settled() {
			x.State = "failed"
		}
		x.Code, x.Failed, x.Last = f.Code, markOf(e), markOf(e)
		s.InTransit = s.InTransit.Sub(f.Amount)
		s.Balance = s.Balance.With(f.Kind.Purse(), s.Balance.Get(f.Kind.Purse()).Add(f.Amount.Sub(f.Suspense)))
	case IncentiveUnderReview:
		x := s.makeIncentive(f.IncentiveKey)
		if !x.settled() {
			x.State = "under_review"
		}
		x.Group, x.GroupSize, x.Last = f.Group, f.GroupSize, markOf(e)
	case IncentiveRescheduled:
		x := s.makeIncentive(f.IncentiveKey)
		if !x.settled() {
			x.State = "scheduled"
		}
		x.DueOn, x.Last = f.DueOn, markOf(e)
	case SurveyOpened:
		x := s.survey(f.N)
		markFirst(&x.Opened, e)
		x.ClosesOn = f.ClosesOn
	case SurveyCompleted:
		markFirst(&s.survey(f.N).Done, e)
	}
}

func (s *ParticipantState) evolveEnd(e Recorded, fact ParticipantEvent) {
	switch f := fact.(type) { //nolint:gochecksumtype // the caller's switch is exhaustive and sends these here
	case BalanceHeld:
		s.Held, s.HeldFor = markOf(e), f.Cause
	case BalanceReleased:
		s.Held, s.HeldFor, s.Released = mark{}, "", markOf(e)
	case ParticipationRevoked:
		s.Revoked, s.RevokedFor = markOf(e), f.Cause
	case Blacklisted:
		markFirst(&s.Blacklist, e)
	case ParticipationRestored:
		s.Committed, s.takenBack = s.Committed.Add(f.Recommitted), Purses{}
		s.Revoked, s.RevokedFor, s.Blacklist = mark{}, "", mark{}
	case PurseLapsed:
		s.LapsedAt = markOf(e)
		s.Balance = s.Balance.Sub(f.Amounts)
		s.Returned = s.Returned.Add(f.Amounts)
	case BalanceReturned:
		s.ReturnedAt = markOf(e)
		s.Balance = s.Balance.Sub(f.Amounts)
		s.Committed = s.Committed.Sub(f.Released)
		s.takenBack = s.takenBack.Add(f.Amounts).Add(f.Released)
		s.Returned = s.Returned.Add(f.Amounts)
	case RepaymentDemanded:
		s.Demanded = s.Demanded.Add(f.Amount)
		s.DemandedAt, s.DemandDue = markOf(e), f.DueOn
	case RepaymentReceived:
		s.Repaid = s.Repaid.Add(f.Amount)
	case RepaymentReferred:
		markFirst(&s.Referred, e)
	case SubjectErased:
		markFirst(&s.Erased, e)
	}
}
