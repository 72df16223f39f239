package domain

import (
	"time"

	"pgregory.net/rapid"
)

// act is the next thing that somebody asks for: the sensible step of a life, or anything.
func (m *model) act() Act {
	switch {
	case m.chance("sensible", 45):
		return m.sensible(m.someone())
	case m.chance("about the programme", 18):
		return m.registryAct()
	case m.chance("about an incentive", 25):
		return m.incentiveAct(m.someone())
	case m.chance("about the end", 30):
		return m.endAct(m.someone())
	case m.chance("about a training", 25):
		return m.trainingAct(m.someone())
	}
	return m.moneyAct(m.someone())
}

func (m *model) decree() (DecreeNumber, int, int, PolicyRef) {
	if m.stage == stage2023 {
		return modelDecree23, 51, 2023, fixturePolicy
	}
	return modelDecree, 4, 2020, "prakerja-2020@1"
}

func (m *model) pack() Purses {
	if m.stage == stage2023 {
		return threePurses(3_500_000, 600_000, 100_000)
	}
	return threePurses(1_000_000, 2_400_000, 150_000)
}

func (m *model) amounts() Purses {
	if m.chance("other amounts", 10) {
		return draw(m, "amounts", threePurses(0, 0, 0), threePurses(600_000, 0, 0), threePurses(1, 2, 3), threePurses(3_550_000, 2_400_000, 150_000))
	}
	return m.pack()
}

func (m *model) determine(p OnParticipant) Act {
	decree, wave, year, policy := m.decree()
	return DetermineRecipient{p, DeterminationBody{
		decree, rapid.IntRange(1, 22).Draw(m.t, "line"), draw(m, "wave", wave, wave, wave, 5), policy, m.amounts(), IDR, year,
	}}
}

func (m *model) creditAct(p OnParticipant) Act {
	_, _, year, _ := m.decree()
	return CreditBalance{p, CreditBody{Reference("CREDIT-" + itoa(rapid.IntRange(1, 4).Draw(m.t, "credit"))), m.amounts(), IDR, "", year}}
}

func (m *model) buy(p OnParticipant) Act {
	b := PurchaseBody{
		Course: draw(m, "course", "c-1", "c-2", CourseCode("c-1"), "c-2", "c-3", "c-9", ""), Platform: draw(m, "platform", "platform-a", "platform-b", PlatformCode("platform-a")),
		Invoice: InvoiceCode("INV-" + itoa(rapid.IntRange(0, 5).Draw(m.t, "invoice"))), Currency: IDR,
		Amount: Rupiah(draw(m, "price", int64(350_000), 350_000, 300_000, 600_000, 1_000_000, 1_200_000, 0)),
	}
	if m.chance("token", 15) {
		b.Token = draw(m, "token", "tkn-platform-a", TokenID("tkn-platform-b"), "tkn-none")
	}
	if m.chance("not after", 15) {
		b.NotAfter = new(m.now.Add(draw(m, "limit", time.Hour, 0, -time.Second)))
	}
	if m.stage == stage2023 && !m.chance("no class", 10) {
		b.Schedule = ScheduleCode(b.Course + "-x")
	}
	return PurchaseCourse{p, b}
}

// sensible is the next step of a person's life, as far as the naive ledger has seen it.
func (m *model) sensible(p OnParticipant) Act {
	n := m.naive.person(p.Stream())
	switch {
	case !n.determined:
		return m.determine(p)
	case !n.notified:
		return RecordNotification{p, NotificationBody{ChannelSMS, m.now}}
	case !n.data:
		return RecordDataCompleted{p, DataCompletedBody{m.now}}
	case !n.card:
		return IssueCard{p, CardBody{}}
	case !n.credited:
		return m.creditAct(p)
	case n.revoked:
		return draw[Act](m, "after", ReturnBalance{p, LapseBody{AfterRevocation}}, RestoreParticipation{p, RestorationBody{"ParticipationRevoked"}}, m.creditAct(p))
	case n.first() == nil:
		return m.buy(p)
	}
	x := n.first()
	for _, y := range n.purchases {
		if !y.cancelled {
			x = y
		}
	}
	if !x.accepted || !x.rated || !x.reviewed {
		return m.study(p, x)
	}
	if n.partner == "" {
		return LinkPayoutAccount{p, AccountBody{"bank-a", "", exChecks()}}
	}
	return m.paying(p, n)
}

func (m *model) study(p OnParticipant, x *naivePurchase) Act {
	c := CourseCode(x.course)
	switch {
	case !x.voucher:
		return RecordVoucherIssued{p, VoucherBody{PlatformCode(x.platform), InvoiceCode(x.invoice), "K3ZT"}}
	case !x.exchanged:
		return ExchangeVoucher{p, ExchangeBody{c, "lembaga-a", "K3ZT"}}
	case !x.started:
		return RecordTrainingStarted{p, CourseOfPersonBody{c}}
	case !x.completed:
		return RecordTrainingCompleted{p, CompletionBody{c, m.now}}
	case !x.rated:
		return RecordRating{p, RatingBody{c, 4, ViaPlatform}}
	case !x.reviewed:
		return RecordReview{p, ReviewBody{c, 80, ViaPlatform}}
	case !x.byInstitution:
		return ReportCompletion{p, CompletionReportBody{c, ByInstitution}}
	case !x.byPlatform:
		return ReportCompletion{p, CompletionReportBody{c, ByPlatform}}
	case !x.issued:
		return RecordCertificateIssued{p, CertificateBody{c, "C9R2"}}
	}
	return VerifyCertificate{p, VerificationBody{c, MatchYes, MatchYes, MatchYes}}
}

// paying is the next step of an incentive.
func (m *model) paying(p OnParticipant, n *naivePerson) Act {
	kind := draw(m, "kind", JobSearch, JobSearch, Survey)
	for i := 1; i <= 4; i++ {
		k := IncentiveKey{kind, i}
		x := n.incentive(k)
		if kind == Survey && x.state == "" && !n.surveysDone[i] {
			if !n.surveysOpen[i] {
				return OpenSurvey{p, SurveyOpenBody{i, DateOf(m.now.AddDate(0, 0, 30))}}
			}
			return RecordSurveyCompleted{p, SurveyDoneBody{i}}
		}
		switch x.state {
		case "":
			return ScheduleIncentive{p, IncentiveScheduleBody{k, DateOf(m.now)}}
		case "scheduled":
			return InstructIncentive{p, InstructionBody{k, m.instruction(), PartnerCode(n.partner), ""}}
		case "instructed":
			if m.chance("fails", 40) {
				return RecordIncentiveFailure{p, FailureBody{k, Reference(x.instruction), "NONE_GIVEN"}}
			}
			return ConfirmIncentive{p, DisbursementBody{k, Reference(x.instruction)}}
		case "failed", "under_review":
			return RescheduleIncentive{p, IncentiveScheduleBody{k, DateOf(m.now)}}
		}
	}
	return m.buy(p)
}

func (m *model) instruction() Reference {
	return Reference("PAY-" + itoa(rapid.IntRange(0, 9).Draw(m.t, "instruction")))
}

func (m *model) incentiveAct(p OnParticipant) Act {
	k := IncentiveKey{draw(m, "kind", JobSearch, JobSearch, Survey), rapid.IntRange(1, 5).Draw(m.t, "n")}
	partner := draw(m, "partner", "bank-a", "bank-a", PartnerCode("bank-b"))
	due := DateOf(m.now)
	switch rapid.IntRange(0, 10).Draw(m.t, "incentive act") {
	case 0:
		return ScheduleIncentive{p, IncentiveScheduleBody{k, due}}
	case 1:
		return InstructIncentive{p, InstructionBody{k, m.instruction(), partner, ""}}
	case 2:
		return ConfirmIncentive{p, DisbursementBody{k, m.instruction()}}
	case 3:
		return RecordIncentiveFailure{p, FailureBody{k, m.instruction(), "WALLET_FULL"}}
	case 4:
		return ReviewIncentive{p, RecheckBody{k, "", 0}}
	case 5:
		return RescheduleIncentive{p, IncentiveScheduleBody{k, due}}
	case 6:
		return OpenSurvey{p, SurveyOpenBody{k.N, due}}
	case 7:
		return RecordSurveyCompleted{p, SurveyDoneBody{k.N}}
	case 8:
		return UnlinkPayoutAccount{p, AccountEndBody{partner}}
	case 9:
		checks := exChecks()
		checks.NIK = draw(m, "nik", MatchYes, MatchNo)
		return RecordAccountCheck{p, AccountCheckBody{partner, checks}}
	}
	return LinkPayoutAccount{p, AccountBody{partner, "", exChecks()}}
}

func (m *model) endAct(p OnParticipant) Act {
	cause := draw(m, "cause", NoFirstPurchase, Ineligible, Fraud)
	_, _, year, _ := m.decree()
	switch rapid.IntRange(0, 11).Draw(m.t, "end act") {
	case 0, 1:
		return RevokeParticipation{p, RevocationBody{cause}}
	case 2:
		return RestoreParticipation{p, RestorationBody{"ParticipationRevoked"}}
	case 3:
		return ReturnBalance{p, LapseBody{AfterRevocation}}
	case 4, 5:
		return LapsePurse{p, LapseBody{draw(m, "lapse", PeriodEnded, TrainingNotDone, SurveyMissed, AfterRevocation)}}
	case 6:
		return HoldBalance{p, HoldBody{draw(m, "hold", HoldFraudSigns, HoldAccount)}}
	case 7:
		return ReleaseBalance{p, HoldBody{HoldFraudSigns}}
	case 8:
		return DemandRepayment{p, RepaymentBody{Rupiah(draw(m, "owed", int64(350_000), 1_000_000)), IDR, cause, DateOf(m.now.AddDate(0, 0, 60))}}
	case 9:
		return RecordRepayment{p, RepaymentReceiptBody{Reference("SETOR-" + itoa(rapid.IntRange(1, 3).Draw(m.t, "receipt"))), Rupiah(draw(m, "paid", int64(100_000), 350_000, 2_000_000)), IDR, year}}
	case 10:
		return ReferRepayment{p, ReferralBody{"KEJAKSAAN"}}
	}
	return draw[Act](m, "rare", BlacklistParticipant{p, BlacklistBody{cause}}, RecordCorrection{p, CorrectionBody{Corrects: modelID("x"), Kind: CorrectFact}}, EraseSubject{p, ErasureBody{"UU-27/2022"}})
}

func (m *model) trainingAct(p OnParticipant) Act {
	c := draw(m, "course", "c-1", CourseCode("c-2"))
	match := draw(m, "match", MatchYes, MatchYes, MatchNo)
	switch rapid.IntRange(0, 8).Draw(m.t, "training act") {
	case 0:
		return ExchangeVoucher{p, ExchangeBody{c, draw(m, "institution", InstitutionCode("lembaga-a"), "lembaga-b"), draw(m, "voucher", "K3ZT", LastFour("0000"))}}
	case 1:
		return RecordTrainingCompleted{p, CompletionBody{c, m.now}}
	case 2:
		return RecordRating{p, RatingBody{c, 1, ViaPlatform}}
	case 3:
		return RecordReview{p, ReviewBody{c, 1, ViaDashboard}}
	case 4:
		return ReportCompletion{p, CompletionReportBody{c, draw(m, "by", ByInstitution, ByPlatform)}}
	case 5:
		return RecordCertificateIssued{p, CertificateBody{Course: c}}
	case 6:
		return VerifyCertificate{p, VerificationBody{c, match, match, ""}}
	case 7:
		return RevokeCertificate{p, CertificateRevocationBody{c, CertificateError}}
	}
	return RecordVoucherIssued{p, VoucherBody{"platform-a", InvoiceCode("INV-" + itoa(rapid.IntRange(0, 5).Draw(m.t, "invoice"))), "K3ZT"}}
}

func (m *model) moneyAct(p OnParticipant) Act {
	_, _, year, _ := m.decree()
	platform := draw(m, "platform", "platform-a", PlatformCode("platform-b"))
	invoice := InvoiceCode("INV-" + itoa(rapid.IntRange(0, 5).Draw(m.t, "invoice")))
	switch rapid.IntRange(0, 9).Draw(m.t, "money act") {
	case 0, 1, 2, 3:
		return m.buy(p)
	case 4, 5:
		return CancelPurchase{p, CancellationBody{platform, invoice, draw(m, "by", CancelledByParticipant, CancelledByPlatform), CancelClassCancelled, m.chance("paid out", 30)}}
	case 6:
		return AbandonPurchase{p, AbandonBody{platform, invoice}}
	case 7:
		return m.creditAct(p)
	case 8:
		return draw[Act](m, "fund act",
			ReturnFunds{OnFund{year}, FundsOutBody{Reference("STS-" + itoa(rapid.IntRange(1, 3).Draw(m.t, "receipt"))), Rupiah(1_000_000), IDR}},
			ReceiveFunds{OnFund{year}, FundsInBody{Reference("SP2D-" + itoa(rapid.IntRange(1, 3).Draw(m.t, "receipt"))), Rupiah(5_000_000), IDR}},
			RecordPartnerPaid{OnSettlement{platform, exDigest(7)}, SettlementBody{"SETTLE-1", []SettlementLine{{p.Participant, invoice, Rupiah(350_000)}}, Rupiah(350_000), IDR}})
	}
	return m.determine(p)
}

func (m *model) registryAct() Act {
	_, wave, _, _ := m.decree()
	platform, course := draw(m, "platform", "platform-a", PlatformCode("platform-b")), draw(m, "course", "c-1", CourseCode("c-2"))
	scope, of := GateAll, PlatformCode("")
	if m.chance("one platform", 40) {
		scope, of = GatePlatform, platform
	}
	token := TokenID("tkn-" + platform)
	switch rapid.IntRange(0, 19).Draw(m.t, "registry act") {
	case 0, 1:
		return ClosePaymentGate{GateBody: GateBody{
			Scope: scope, Platform: of, Cause: draw(m, "cause", GateVerification, GateIntegration), OrderedBy: PartyProgramme,
			NoticeID: "ditutup", NoticeEN: "closed", ClockEffect: draw(m, "effect", ClockNone, ClockSuspended),
		}}
	case 2, 3, 4:
		return OpenPaymentGate{GateOpenBody: GateOpenBody{scope, of}}
	case 5:
		return UpdatePaymentGateNotice{GateNoticeBody: GateNoticeBody{Scope: scope, Platform: of, NoticeID: "segera", NoticeEN: "soon"}}
	case 6:
		return draw[Act](m, "payouts", SuspendPayouts{PayoutPauseBody: PayoutPauseBody{"ditunda", "held"}}, ResumePayouts{PayoutPauseBody: PayoutPauseBody{"jalan", "goes on"}})
	case 7:
		return SetFirstPurchaseDeadline{DeadlineBody: DeadlineBody{wave, DateOf(m.now.AddDate(0, 0, draw(m, "days", 1, 20)))}}
	case 8:
		return ExtendFirstPurchaseDeadline{DeadlineBody: DeadlineBody{wave, DateOf(m.now.AddDate(0, 0, 30))}}
	case 9:
		return AdoptPolicy{PolicyBody: PolicyBody{*m.builtin(draw(m, "policy", PolicyRef("prakerja-2020@1"), "prakerja-2020@2"))}}
	case 10:
		return draw[Act](m, "partner", RemovePlatform{OnPlatform{platform}, PlatformLeaveBody{Cause: LeftByItself, EndedAt: m.now}}, AdmitPlatform{OnPlatform{platform}, PlatformBody{"Platform"}})
	case 11:
		return RevokeToken{OnPlatform{platform}, TokenRevokeBody{token, TokenReverification}}
	case 12:
		return RotateToken{OnPlatform{platform}, TokenRotateBody{token, token + "-2", m.now.AddDate(1, 0, 0), m.now.AddDate(0, 0, 1)}}
	case 13:
		return draw[Act](m, "institution", SuspendInstitution{OnInstitution{"lembaga-a"}, InstitutionStopBody{InstitutionReview}}, ApproveInstitution{OnInstitution{"lembaga-a"}, InstitutionBody{Name: "Lembaga"}})
	case 14:
		return draw[Act](m, "standing", WithdrawCourse{OnCourse{course}, CourseStopBody{CourseRevalidation}}, SubmitCourse{OnCourse{course}, CourseBody{"Pelatihan", "lembaga-a", Webinar, true}})
	case 15:
		return ApproveCourse{OnCourse{course}, CourseApprovalBody{"prakerja-2020@2", true}}
	case 16:
		return draw[Act](m, "offer", EndOffer{OnCourse{course}, OfferEndBody{platform}}, OfferCourse{OnCourse{course}, OfferBody{platform, Rupiah(draw(m, "price", int64(350_000), 200_000)), IDR}})
	case 17:
		class := ScheduleCode(course + "-x")
		return draw[Act](m, "class", CloseSchedule{OnCourse{course}, ScheduleEndBody{class}}, ReserveSeat{OnSeats{class}, SeatBody{modelID("key-" + itoa(m.keys)), 1}})
	}
	person := m.someone()
	ref := CaseRef("case-" + itoa(rapid.IntRange(1, 2).Draw(m.t, "case")))
	return draw[Act](m, "dispute", OpenDispute{OnCase{ref}, DisputeBody{person.Participant, "RevokeParticipation"}}, ResolveDispute{OnCase{ref}, ResolutionBody{person.Participant, DisputeDismissed}})
}

func (m *model) builtin(ref PolicyRef) *Policy {
	p, err := BuiltinPolicy(ref)
	if err != nil {
		m.t.Fatal(err)
	}
	return &p
}
