package domain

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// Examples tells one small story in commands: every type of act at least once, in an order in which a ledger that starts
// empty accepts each of them, with received_at as the clock. `saldo commands` prints them, `saldo import` takes them, and
// each JSON Schema quotes its own. All people, platforms and numbers are invented.
func Examples() []json.RawMessage {
	t := &teller{at: time.Date(2020, 8, 1, 2, 0, 0, 0, time.UTC)}
	t.programme()
	t.partners()
	t.courses()
	t.funds()
	t.recipients()
	t.gates()
	t.purchase()
	t.training()
	t.cases()
	t.incentives()
	t.revocation()
	t.repayment()
	t.settlement()
	t.audit()
	t.ending()
	return t.lines
}

// Names of the story.
const (
	exPlatform    PlatformCode    = "platform-contoh"
	exOther       PlatformCode    = "platform-kedua"
	exInstitution InstitutionCode = "lembaga-contoh"
	exCourse      CourseCode      = "contoh-1"
	exSecond      CourseCode      = "contoh-2"
	exClass       ScheduleCode    = "contoh-1-a"
	exToken       TokenID         = "tkn-contoh-1" //nolint:gosec // the public part of an invented token
	exSuccessor   TokenID         = "tkn-contoh-2"
	exPartner     PartnerCode     = "bank-contoh"
	exDecree      DecreeNumber    = "SK-CONTOH-4/2020"
	exInvoice     InvoiceCode     = "CONTOH-0001"
	exPolicy      PolicyRef       = "prakerja-2020@1"
	exWave                        = 4
	exYear                        = 2020
	exRecipients                  = 3
)

// exampleID makes an id of the story: random to look at, the same each time.
func exampleID(name string) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:saldo:contoh:"+name))
}

func exDigest(c byte) Digest {
	b := make([]byte, 64)
	for i := range b {
		b[i] = "0123456789abcdef"[(i+int(c))%16]
	}
	return Digest(b)
}

// teller writes down the story, a minute per line.
type teller struct {
	at    time.Time
	lines []json.RawMessage
}

// on moves the story to a later day of 2020, 09.00 WIB.
func (t *teller) on(month time.Month, day int) {
	t.at = NewDate(exYear, month, day).Start().Add(9 * time.Hour)
}

func (t *teller) now() time.Time { return t.at }

// say writes one line by the party that owns such facts.
func (t *teller) say(a Act) { t.sayAs(SpecOf(a).Owner, a) }

func (t *teller) sayAs(p Party, a Act) {
	t.line(Command{Actor: Actor{Party: p, Role: "service", ID: exampleID(string(p))}, Act: a})
}

func (t *teller) line(c Command) {
	const step = time.Minute
	t.at = t.at.Add(step)
	received := Canonical(t.at)
	key := "contoh-" + itoa(len(t.lines)+1)
	line, err := EncodeSubmission(Submission{Key: key, ReceivedAt: &received, Command: c})
	if err != nil {
		return // every act is a struct of plain fields
	}
	t.lines = append(t.lines, line)
}

// officer of the programme office; proposals come from the first, approvals from the second.
func officer(n int) Actor {
	return Actor{Party: PartyProgramme, Role: "officer", ID: exampleID("officer-" + itoa(n))}
}

// approved writes the proposal, the second person's word and the act itself.
func (t *teller) approved(a Act) {
	action := t.proposal(a)
	t.line(Command{Actor: officer(2), Act: ApproveAction{OnAction{action}, ApprovalBody{Until: at(t.at.AddDate(0, 0, 7))}}})
	t.line(Command{Actor: officer(1), ActionID: &action, Act: a})
}

func (t *teller) proposal(a Act) uuid.UUID {
	action := exampleID("action-" + itoa(len(t.lines)))
	on := a.Stream()
	t.line(Command{Actor: officer(1), Act: ProposeAction{OnAction{action}, ProposalBody{
		Command: SpecOf(a).Name, On: on, Count: 1,
		Authority: Authority{Kind: AuthorityInstruction, Number: "INS-CONTOH/2020", Date: DateOf(t.at)},
	}}})
	return action
}

func person(n int) OnParticipant { return OnParticipant{exampleID("participant-" + itoa(n))} }

func exPackage() Purses { return examplePolicy().Entitlement.Package() }

// examplePolicy is the policy that the story adopts: the first built-in one.
func examplePolicy() Policy {
	p, err := BuiltinPolicy(exPolicy)
	if err != nil {
		return Policy{} // it is part of the binary
	}
	return p
}

func (t *teller) programme() {
	t.approved(AdoptPolicy{PolicyBody: PolicyBody{examplePolicy()}})
	t.say(OpenWave{WaveBody: WaveBody{Wave: exWave, Scheme: exPolicy, Quota: 10, FundYear: exYear, OpensAt: t.now(), Programme: "Gelombang Contoh"}})
	t.say(CloseWave{WaveEndBody: WaveEndBody{Wave: exWave, Applicants: 25}})
	t.approved(RegisterDecree{DecreeBody: DecreeBody{
		Decree: exDecree, Wave: exWave, Count: exRecipients, Total: times(exPackage(), exRecipients), Currency: IDR, File: exDigest(1),
	}})
	t.approved(SetFirstPurchaseDeadline{DeadlineBody: DeadlineBody{exWave, NewDate(2020, 8, 31)}})
	t.approved(ExtendFirstPurchaseDeadline{DeadlineBody: DeadlineBody{exWave, NewDate(2020, 9, 15)}})
	t.sayAs(PartyProgramme, RecordAnnouncement{AnnouncementBody: AnnouncementBody{
		Channel: ChannelInstagram, By: PartyProgramme, PublishedAt: t.now(), Topic: AboutDeadlines,
		TextID: "Batas pembelian pelatihan pertama diperpanjang.", TextEN: "The deadline for the first purchase was extended.",
	}})
}

func (t *teller) partners() {
	t.say(AdmitPlatform{OnPlatform{exPlatform}, PlatformBody{"Platform Contoh"}})
	t.say(AdmitPlatform{OnPlatform{exOther}, PlatformBody{"Platform Kedua"}})
	t.say(IssueToken{OnPlatform{exPlatform}, TokenBody{exToken, t.now().AddDate(1, 0, 0)}})
	t.say(RotateToken{OnPlatform{exPlatform}, TokenRotateBody{
		Token: exToken, Successor: exSuccessor, ExpiresAt: t.now().AddDate(1, 0, 0), GraceUntil: t.now().AddDate(0, 0, 1),
	}})
	t.say(RevokeToken{OnPlatform{exPlatform}, TokenRevokeBody{exToken, TokenReverification}})
	t.say(ApproveInstitution{OnInstitution{exInstitution}, InstitutionBody{Name: "Lembaga Contoh", Under: exPolicy}})
	t.say(ApproveInstitution{OnInstitution{"lembaga-kedua"}, InstitutionBody{Name: "Lembaga Kedua", Affiliated: exOther, Under: exPolicy}})
	t.say(SuspendInstitution{OnInstitution{"lembaga-kedua"}, InstitutionStopBody{InstitutionReview}})
	t.say(RemoveInstitution{OnInstitution{"lembaga-kedua"}, InstitutionStopBody{InstitutionBreach}})
}

func (t *teller) courses() {
	for _, c := range []CourseCode{exCourse, exSecond} {
		t.say(SubmitCourse{OnCourse{c}, CourseBody{"Pelatihan Contoh", exInstitution, Webinar, true}})
		t.say(ApproveCourse{OnCourse{c}, CourseApprovalBody{exPolicy, true}})
		t.sayAs(PartyProgramme, OfferCourse{OnCourse{c}, OfferBody{exPlatform, Rupiah(350000), IDR}})
	}
	t.say(SubmitCourse{OnCourse{"contoh-3"}, CourseBody{"Pelatihan Contoh Tiga", exInstitution, SelfPaced, false}})
	t.say(RejectCourse{OnCourse{"contoh-3"}, CourseStopBody{CourseNotInteractive}})
	t.say(OpenSchedule{OnCourse{exCourse}, ScheduleBody{exClass, NewDate(2020, 8, 24).Start().Add(10 * time.Hour), 30}})
	t.say(OpenSchedule{OnCourse{exCourse}, ScheduleBody{"contoh-1-b", NewDate(2020, 8, 31).Start().Add(10 * time.Hour), 30}})
	t.say(CloseSchedule{OnCourse{exCourse}, ScheduleEndBody{"contoh-1-b"}})
	t.say(ReportCatalogue{OnPlatform{exPlatform}, CatalogueBody{TakenAt: t.now(), File: exDigest(2), Count: 2, Added: []CourseCode{exCourse, exSecond}}})
}

func (t *teller) funds() {
	t.say(ReceiveFunds{OnFund{exYear}, FundsInBody{"SP2D-CONTOH-1", Rupiah(100000000), IDR}})
	t.say(ReturnFunds{OnFund{exYear}, FundsOutBody{"STS-CONTOH-1", Rupiah(1000000), IDR}})
	t.approved(InstructCredit{OnFund{exYear}, TrancheBody{"TRANCHE-CONTOH-1", exDecree, exRecipients, times(exPackage(), exRecipients), IDR}})
	total := times(exPackage(), exRecipients).Total()
	t.say(ReserveBudget{OnBudget{exWave}, BudgetBody{"BUDGET-CONTOH-1", exRecipients, total, IDR}})
	t.say(ReserveBudget{OnBudget{exWave}, BudgetBody{"BUDGET-CONTOH-2", 1, exPackage().Total(), IDR}})
	t.say(ReleaseBudget{OnBudget{exWave}, BudgetBody{"BUDGET-CONTOH-2", 1, exPackage().Total(), IDR}})
}

func (t *teller) recipients() {
	t.on(8, 6)
	for n := 1; n <= exRecipients; n++ {
		t.say(DetermineRecipient{person(n), DeterminationBody{
			Decree: exDecree, Line: n, Wave: exWave, Policy: exPolicy, Package: exPackage(), Currency: IDR, FundYear: exYear,
		}})
		t.say(RecordNotification{person(n), NotificationBody{ChannelSMS, t.now()}})
	}
	for _, n := range []int{1, 3} {
		t.say(RecordDataCompleted{person(n), DataCompletedBody{t.now()}})
		t.say(IssueCard{person(n), CardBody{"7Q4M"}})
		t.say(CreditBalance{person(n), CreditBody{Reference("KREDIT-CONTOH-" + itoa(n)), exPackage(), IDR, "TRANCHE-CONTOH-1", exYear}})
	}
}

func (t *teller) gates() {
	t.on(8, 19)
	t.approved(ClosePaymentGate{GateBody: GateBody{
		Scope: GateAll, Cause: GateVerification, OrderedBy: PartyProgramme, NoticeID: "Pembayaran dinonaktifkan sementara.",
		NoticeEN: "Payments are switched off for the moment.", ClockEffect: ClockNotDecided,
	}})
	t.say(RecordTally{OnIntake{exPlatform}, TallyBody{
		Minute: t.now().Truncate(time.Minute), Received: 12, Decided: 4, Replayed: 1, Denied: 7, Causes: []DenialCount{{DeniedGateClosed, 7}},
		Token: exSuccessor, Requests: []uuid.UUID{exampleID("request-1")},
	}})
	t.say(RecordLookupsMissed{OnIntake{exPlatform}, MissBody{exCourse, MissGateClosed, t.now().Truncate(time.Hour), 40}})
	t.sayAs(PartyPlatform, RecordUnattributedPurchase{OnIntake{exPlatform}, UnattributedBody{"CONTOH-0099", exCourse, Rupiah(350000), IDR}})
	t.say(UpdatePaymentGateNotice{GateNoticeBody: GateNoticeBody{
		Scope: GateAll, ExpectedUntil: new(NewDate(2020, 8, 20)), NoticeID: "Pembayaran dibuka kembali pada 20 Agustus 2020.",
		NoticeEN: "Payments open again on 20 August 2020.",
	}})
	t.on(8, 20)
	t.approved(OpenPaymentGate{GateOpenBody: GateOpenBody{Scope: GateAll}})
}

func (t *teller) purchase() {
	t.say(ReserveSeat{OnSeats{exClass}, SeatBody{exampleID("seat-1"), 1}})
	t.say(ReleaseSeat{OnSeats{exClass}, SeatBody{exampleID("seat-1"), 1}})
	t.say(AbandonPurchase{person(1), AbandonBody{exPlatform, "CONTOH-0000"}})
	t.say(PurchaseCourse{person(1), PurchaseBody{
		Course: exCourse, Platform: exPlatform, Invoice: exInvoice, Amount: Rupiah(350000), Currency: IDR, Schedule: exClass,
		Token: exSuccessor, NotAfter: at(t.now().Add(time.Hour)),
	}})
	t.say(RecordVoucherIssued{person(1), VoucherBody{exPlatform, exInvoice, "K3ZT"}})
}

func (t *teller) training() {
	t.on(8, 24)
	t.say(ExchangeVoucher{person(1), ExchangeBody{exCourse, exInstitution, "K3ZT"}})
	t.say(RecordTrainingStarted{person(1), CourseOfPersonBody{exCourse}})
	t.on(8, 28)
	t.say(RecordTrainingCompleted{person(1), CompletionBody{exCourse, t.now()}})
	t.sayAs(PartyParticipant, RecordRating{person(1), RatingBody{exCourse, 5, ViaPlatform}})
	t.sayAs(PartyParticipant, RecordReview{person(1), ReviewBody{exCourse, 120, ViaPlatform}})
	t.sayAs(PartyInstitution, ReportCompletion{person(1), CompletionReportBody{exCourse, ByInstitution}})
	t.sayAs(PartyPlatform, ReportCompletion{person(1), CompletionReportBody{exCourse, ByPlatform}})
	t.say(RecordCertificateIssued{person(1), CertificateBody{exCourse, "C9R2"}})
	t.on(9, 2)
	t.say(VerifyCertificate{person(1), VerificationBody{exCourse, MatchYes, MatchYes, MatchYes}})
	t.say(PurchaseCourse{person(1), PurchaseBody{Course: exSecond, Platform: exPlatform, Invoice: "CONTOH-0002", Amount: Rupiah(300000), Currency: IDR}})
	t.sayAs(PartyInstitution, CancelPurchase{person(1), CancellationBody{
		Platform: exPlatform, Invoice: "CONTOH-0002", By: CancelledByInstitution, Cause: CancelClassCancelled,
	}})
	t.sayAs(PartyProgramme, EndOffer{OnCourse{exSecond}, OfferEndBody{exPlatform}})
	t.sayAs(PartyProgramme, WithdrawCourse{OnCourse{exSecond}, CourseStopBody{CourseInstitutionWish}})
}

func (t *teller) cases() {
	about := exampleID("participant-1")
	t.sayAs(PartySupport, RecordComplaint{OnCase{"case-contoh-1"}, ComplaintBody{
		Participant: &about, Platform: exPlatform, Course: exCourse, Shown: ShownNotFound,
		SeenFrom: NewDate(2020, 8, 19).Start().Add(10 * time.Hour), SeenTo: NewDate(2020, 8, 19).Start().Add(11 * time.Hour),
	}})
	t.sayAs(PartySupport, AnswerComplaint{OnCase{"case-contoh-1"}, AnswerBody{"PMO_PAYMENT_GATE_CLOSED", "implied", "41"}})
	t.sayAs(PartyParticipant, OpenDispute{OnCase{"case-contoh-2"}, DisputeBody{exampleID("participant-2"), "RevokeParticipation"}})
	t.say(ResolveDispute{OnCase{"case-contoh-2"}, ResolutionBody{exampleID("participant-2"), DisputeDismissed}})
}

func exChecks() AccountChecks {
	return AccountChecks{MatchYes, MatchYes, MatchYes, MatchYes, MatchYes, MatchYes, MatchYes, MatchYes}
}

func (t *teller) incentives() {
	first, second := IncentiveKey{JobSearch, 1}, IncentiveKey{JobSearch, 2}
	t.on(9, 10)
	t.say(LinkPayoutAccount{person(1), AccountBody{exPartner, "4411", exChecks()}})
	t.say(RecordAccountCheck{person(1), AccountCheckBody{exPartner, exChecks()}})
	t.say(ScheduleIncentive{person(1), IncentiveScheduleBody{first, NewDate(2020, 9, 14)}})
	t.on(9, 14)
	t.say(InstructIncentive{person(1), InstructionBody{first, "BAYAR-CONTOH-1", exPartner, exDigest(3)}})
	t.say(ConfirmIncentive{person(1), DisbursementBody{first, "BAYAR-CONTOH-1"}})
	t.on(10, 14)
	t.approved(SuspendPayouts{PayoutPauseBody: PayoutPauseBody{"Pembayaran insentif ditunda.", "Incentives are held back."}})
	t.approved(ResumePayouts{PayoutPauseBody: PayoutPauseBody{"Pembayaran insentif dilanjutkan.", "Incentives go on."}})
	t.say(ScheduleIncentive{person(1), IncentiveScheduleBody{second, NewDate(2020, 10, 15)}})
	t.say(InstructIncentive{person(1), InstructionBody{second, "BAYAR-CONTOH-2", exPartner, exDigest(4)}})
	t.say(RecordIncentiveFailure{person(1), FailureBody{second, "BAYAR-CONTOH-2", "WALLET_LIMIT_EXCEEDED"}})
	t.say(ReviewIncentive{person(1), RecheckBody{second, "CEK-CONTOH-1", 40}})
	t.say(RescheduleIncentive{person(1), IncentiveScheduleBody{second, NewDate(2020, 10, 26)}})
	t.say(OpenSurvey{person(1), SurveyOpenBody{1, NewDate(2020, 11, 13)}})
	t.sayAs(PartyParticipant, RecordSurveyCompleted{person(1), SurveyDoneBody{1}})
	t.say(ScheduleIncentive{person(1), IncentiveScheduleBody{IncentiveKey{Survey, 1}, NewDate(2020, 10, 28)}})
}

// revocation is the story of the second person, who never bought, and of a credit that came too late.
func (t *teller) revocation() {
	t.on(10, 20)
	t.approved(RevokeParticipation{person(2), RevocationBody{NoFirstPurchase}})
	t.say(CreditBalance{person(2), CreditBody{"KREDIT-CONTOH-2", exPackage(), IDR, "TRANCHE-CONTOH-1", exYear}})
	t.approved(ReturnBalance{person(2), LapseBody{AfterRevocation}})
	t.approved(RestoreParticipation{person(2), RestorationBody{"ParticipationRevoked"}})
}

// repayment is the story of the third person, who should not have been a recipient.
func (t *teller) repayment() {
	t.say(HoldBalance{person(3), HoldBody{HoldFraudSigns}})
	t.approved(ReleaseBalance{person(3), HoldBody{HoldFraudSigns}})
	t.approved(BlacklistParticipant{person(3), BlacklistBody{Ineligible}})
	t.approved(DemandRepayment{person(3), RepaymentBody{Rupiah(1000000), IDR, Ineligible, NewDate(2020, 11, 30)}})
	t.say(RecordRepayment{person(3), RepaymentReceiptBody{"SETOR-CONTOH-1", Rupiah(400000), IDR, exYear}})
	t.on(12, 1)
	t.approved(ReferRepayment{person(3), ReferralBody{"KEJAKSAAN-CONTOH"}})
}

func (t *teller) settlement() {
	body := SettlementBody{
		Reference: "SETTLE-CONTOH-1", Total: Rupiah(350000), Currency: IDR,
		Lines: []SettlementLine{{exampleID("participant-1"), exInvoice, Rupiah(350000)}},
	}
	on := OnSettlement{exPlatform, exDigest(5)}
	t.approved(ApprovePartnerPayment{on, body})
	t.say(RecordPartnerPaid{on, body})
	t.say(RemovePlatform{OnPlatform{exOther}, PlatformLeaveBody{Cause: LeftByItself, EndedAt: t.now()}})
}

func (t *teller) audit() {
	t.approved(ClosePeriod{PeriodBody: PeriodBody{"2020-11", 150, exDigest(6), exPackage()}})
	t.say(DrawSample{SampleBody: SampleBody{"purchases 2020-11", "random", 25, 4711, 150, exDigest(6)}})
	t.approved(AdoptRetentionRule{RetentionBody: RetentionBody{"ledger", 10, "UU-8/1997"}})
	refused := t.proposal(ReleaseBalance{OnParticipant: person(3)})
	t.line(Command{Actor: officer(2), Act: DeclineAction{OnAction{refused}, DeclineBody{Final: true}}})
}

func (t *teller) ending() {
	t.on(12, 16)
	t.approved(LapsePurse{person(1), LapseBody{PeriodEnded}})
	t.approved(RevokeCertificate{person(1), CertificateRevocationBody{exCourse, CertificateError}})
	t.sayAs(PartyParticipant, UnlinkPayoutAccount{person(1), AccountEndBody{exPartner}})
	t.approved(RecordCorrection{person(1), CorrectionBody{Corrects: exampleID("event-1"), Kind: CorrectFact}})
	t.approved(EraseSubject{person(3), ErasureBody{"UU-27/2022"}})
}
