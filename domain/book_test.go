package domain

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func modelParticipant(s Stream) *uuid.UUID {
	id, err := uuid.Parse(s.Key())
	if err != nil {
		return nil
	}
	return &id
}

// TestEvolveIsTotal folds the facts of people in any order: nothing panics, and the sums agree with the postings.
func TestEvolveIsTotal(t *testing.T) {
	stageOf(t, stageEmpty)
	checkMany(t, 4_000, 200, func(rt *rapid.T) {
		m := newModel(t, rt, modelStage(rapid.IntRange(int(stageOpen), int(stage2023)).Draw(rt, "stage")))
		for range rapid.IntRange(0, 20).Draw(rt, "commands") {
			m.step()
		}
		dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		for n := 1; n <= modelPeople; n++ {
			events := m.book.Stream(modelPerson(n).Stream())
			for range 3 {
				dice.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
				foldsToItsPostings(rt, events)
			}
		}
	})
}

// foldsToItsPostings compares a fold with the postings of the same events, which know no order.
func foldsToItsPostings(t *rapid.T, events []Recorded) {
	if len(events) == 0 {
		return
	}
	s := NewParticipantState(events[0].Stream)
	sums, transit, all := map[Account]Money{}, Money{}, Money{}
	for _, e := range events {
		s.evolve(e)
		for _, p := range PostingsOf(e) {
			sums[p.Account] = sums[p.Account].Add(p.Amount)
			all = all.Add(p.Amount)
			if len(p.Account) > 18 && p.Account[:18] == "payout_in_transit." {
				transit = transit.Add(p.Amount)
			}
		}
	}
	require.True(t, all.IsZero(), "the legs sum to %s", all)
	for _, which := range []Purse{PurseTraining, PurseJobSearch, PurseSurvey} {
		require.Equal(t, sums[PurseAccount(which)].String(), s.Balance.Get(which).String(), "%s", which)
	}
	require.Equal(t, transit.String(), s.InTransit.String(), "in transit")
	require.Equal(t, sums[MemoCommitment].String(), s.Committed.Total().String(), "committed")
}

// bookOf is a book that stands at a stage, with a way to execute the next command.
func bookOf(t *testing.T, stage modelStage) (*Book, func(key string, a Act, change ...func(*Command)) (Result, error)) {
	t.Helper()
	b, book := stageOf(t, stage), NewBook()
	for _, e := range b.book.Log {
		book.Append(e)
	}
	now := b.at
	return book, func(key string, a Act, change ...func(*Command)) (Result, error) {
		now = now.Add(2 * time.Second)
		spec := SpecOf(a)
		cmd := Command{ID: modelID(key), ReceivedAt: now, Actor: modelActor(spec.Owner, 1), Act: a}
		if spec.Second {
			cmd.ActionID = new(modelAction("approved", spec.Name))
		}
		for _, c := range change {
			c(&cmd)
		}
		return book.Execute(cmd)
	}
}

func purchaseOf(n int, invoice InvoiceCode, course CourseCode) PurchaseCourse {
	return PurchaseCourse{modelPerson(n), PurchaseBody{Course: course, Platform: "platform-a", Invoice: invoice, Amount: Rupiah(350_000), Currency: IDR}}
}

func TestOneOutcomeForEver(t *testing.T) {
	book, do := bookOf(t, stageCredited)
	first, err := do("k-1", purchaseOf(1, "INV-1", "c-1"))
	require.NoError(t, err)
	require.Equal(t, Accepted, first.Outcome)
	before := len(book.Log)

	again, err := do("k-1", purchaseOf(1, "INV-1", "c-1"))
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, first.Event(), again.Event())

	refused, err := do("k-2", purchaseOf(1, "INV-2", "c-3"))
	require.NoError(t, err)
	require.True(t, refused.Refused())
	_, err = do("gate", OpenPaymentGate{GateOpenBody: GateOpenBody{Scope: GateAll}})
	require.NoError(t, err)
	again, err = do("k-2", purchaseOf(1, "INV-2", "c-3"))
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, refused.Event(), again.Event(), "a refusal stands for ever, too")
	require.Len(t, book.Log, before+2)
}

func TestAReusedKeyNamesTheFields(t *testing.T) {
	limit := time.Date(2020, 9, 1, 0, 0, 0, 0, time.UTC)
	full := purchaseOf(1, "INV-1", "c-1")
	full.NotAfter, full.Token = &limit, "tkn-platform-a"
	for name, tc := range map[string]struct {
		second Act
		fields []string
	}{
		"another amount":            {func() Act { a := full; a.Amount = Rupiah(1); return a }(), []string{"amount"}},
		"another course and order":  {func() Act { a := full; a.Course, a.Invoice = "c-2", "INV-2"; return a }(), []string{"course_code", "invoice_code"}},
		"a limit that is left out":  {func() Act { a := full; a.NotAfter = nil; return a }(), []string{"not_after"}},
		"a class that is added":     {func() Act { a := full; a.Schedule = "c-1-x"; return a }(), []string{"schedule_code"}},
		"an act of another type":    {IssueCard{modelPerson(1), CardBody{}}, []string{"command"}},
		"another type, same fields": {RecordTrainingStarted{modelPerson(1), CourseOfPersonBody{"c-1"}}, []string{"command"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, do := bookOf(t, stageCredited)
			_, err := do("k-1", full)
			require.NoError(t, err)
			_, err = do("k-1", tc.second)
			var reused *KeyReusedError
			require.ErrorAs(t, err, &reused)
			require.Equal(t, tc.fields, reused.Fields)
		})
	}
}

func TestAnOrderIsAcceptedOnceWhateverItsKey(t *testing.T) {
	book, do := bookOf(t, stageCredited)
	first, err := do("k-1", purchaseOf(1, "INV-1", "c-1"))
	require.NoError(t, err)
	before := len(book.Log)

	copied := purchaseOf(1, "INV-1", "c-1")
	copied.Token = "tkn-platform-a"
	copied.NotAfter = new(time.Date(2020, 9, 1, 0, 0, 0, 0, time.UTC))
	res, err := do("k-2", copied)
	require.NoError(t, err, "a copy under a new key, with the token of the moment and a limit of its own")
	require.True(t, res.ByInvoice)
	require.Equal(t, first.Event(), res.Event())
	require.Len(t, book.Log, before)

	other := purchaseOf(1, "INV-1", "c-2")
	res, err = do("k-3", other)
	require.NoError(t, err)
	require.True(t, res.Refused(), "the same order number for another course")
	require.EqualValues(t, "INVOICE_ALREADY_USED", res.Decision().Primary())
}

func TestAbandonWins(t *testing.T) {
	_, do := bookOf(t, stageCredited)
	gone, err := do("k-1", AbandonPurchase{modelPerson(1), AbandonBody{"platform-a", "INV-1"}})
	require.NoError(t, err)
	require.True(t, gone.Refused())
	late, err := do("k-1", purchaseOf(1, "INV-1", "c-1"))
	require.NoError(t, err)
	require.True(t, late.Replayed)
	require.Equal(t, gone.Event(), late.Event(), "the late copy of an abandoned attempt gets the abandonment")

	bought, err := do("k-2", purchaseOf(2, "INV-1", "c-1"))
	require.NoError(t, err)
	late, err = do("k-2", AbandonPurchase{modelPerson(2), AbandonBody{"platform-a", "INV-1"}})
	require.NoError(t, err)
	require.Equal(t, bought.Event(), late.Event(), "an abandonment that comes too late gets the purchase")
}

// TestWhatWasTakenFromSuspenseGoesBack: a migrated purchase took more than there was. Its cancellation must not make the
// person richer than before.
func TestWhatWasTakenFromSuspenseGoesBack(t *testing.T) {
	book, do := bookOf(t, stageCredited)
	migrated := func(c *Command) { c.Origin = Migrated }
	over := purchaseOf(1, "INV-1", "c-1")
	over.Amount = Rupiah(1_200_000)
	_, err := do("k-1", over, migrated)
	require.NoError(t, err)
	s := book.State(modelPerson(1).Stream()).(*ParticipantState)
	require.Equal(t, "0", s.Balance.Training.String())
	cancel := CancelPurchase{modelPerson(1), CancellationBody{"platform-a", "INV-1", CancelledByPlatform, CancelDoublePayment, false}}
	_, err = do("k-2", cancel)
	require.NoError(t, err)
	require.Equal(t, "1000000", s.Balance.Training.String(), "the purse gets back what it had, not what the order cost")
	_, err = do("k-3", cancel, migrated)
	require.NoError(t, err)
	require.Equal(t, "1000000", s.Balance.Training.String(), "cancelled again by another system's record: nothing moves twice")
}

// TestAnIncentiveIsPaidOnce: neither the same number again nor a late failure brings a paid incentive back.
func TestAnIncentiveIsPaidOnce(t *testing.T) {
	_, do := bookOf(t, stagePaid)
	k := IncentiveKey{JobSearch, 1}
	res, err := do("again", ScheduleIncentive{modelPerson(1), IncentiveScheduleBody{k, NewDate(2020, 10, 1)}})
	require.NoError(t, err)
	require.True(t, res.Refused())
	require.EqualValues(t, "ALREADY_DONE", res.Decision().Primary())

	_, err = do("late failure", RecordIncentiveFailure{modelPerson(1), FailureBody{k, "PAY-9", "NONE_GIVEN"}})
	require.NoError(t, err)
	for i, a := range []Act{
		ReviewIncentive{modelPerson(1), RecheckBody{k, "", 0}},
		RescheduleIncentive{modelPerson(1), IncentiveScheduleBody{k, NewDate(2020, 10, 1)}},
		InstructIncentive{modelPerson(1), InstructionBody{k, "PAY-8", "bank-a", ""}},
	} {
		res, err = do(fmt.Sprint("bring back ", i), a)
		require.NoError(t, err)
		require.True(t, res.Refused(), "%T", a)
	}
}

// TestAnAnswerBelongsToItsInstruction: a failure of another instruction leaves ours on its way.
func TestAnAnswerBelongsToItsInstruction(t *testing.T) {
	book, do := bookOf(t, stageFinished)
	k, p := IncentiveKey{JobSearch, 1}, modelPerson(1)
	for i, a := range []Act{
		ScheduleIncentive{p, IncentiveScheduleBody{k, NewDate(2020, 9, 1)}},
		InstructIncentive{p, InstructionBody{k, "PAY-1", "bank-a", ""}},
		RecordIncentiveFailure{p, FailureBody{k, "PAY-7", "NONE_GIVEN"}},
	} {
		res, err := do(fmt.Sprint("pay ", i), a)
		require.NoError(t, err)
		require.False(t, res.Refused(), "%s", res.Event().Data)
	}
	s := book.State(p.Stream()).(*ParticipantState)
	require.Equal(t, "600000", s.InTransit.String(), "nobody answered PAY-1")
	res, err := do("again", RescheduleIncentive{p, IncentiveScheduleBody{k, NewDate(2020, 9, 2)}})
	require.NoError(t, err)
	require.True(t, res.Refused(), "an instruction without an answer is asked, never issued again")
	_, err = do("answer", ConfirmIncentive{p, DisbursementBody{k, "PAY-1"}})
	require.NoError(t, err)
	require.Equal(t, "0", s.InTransit.String())
}

// TestNothingIsBoughtBeforeTheFirstPolicy: without a policy nobody demands a credit, but a purse that holds nothing pays nothing.
func TestNothingIsBoughtBeforeTheFirstPolicy(t *testing.T) {
	_, do := bookOf(t, stageEmpty)
	_, err := do("d", DetermineRecipient{modelPerson(1), DeterminationBody{modelDecree, 1, 4, "prakerja-2020@1", threePurses(1, 1, 1), IDR, 2020}}, func(c *Command) { c.Origin = Migrated })
	require.NoError(t, err)
	_, err = do("c", SubmitCourse{OnCourse{"c-1"}, CourseBody{"Pelatihan", "lembaga-a", Webinar, true}})
	require.NoError(t, err)
	res, err := do("p", purchaseOf(1, "INV-1", "c-1"))
	require.NoError(t, err)
	require.True(t, res.Refused(), "%s", res.Event().Data)
	require.EqualValues(t, "PRICE_EXCEEDS_BALANCE", res.Decision().Primary())
	res, err = do("i", ScheduleIncentive{modelPerson(1), IncentiveScheduleBody{IncentiveKey{JobSearch, 1}, NewDate(2020, 9, 1)}})
	require.NoError(t, err)
	require.True(t, res.Refused())
}

// TestTwoDisputesAreFoundInOneOrder: facts are the same each time they are gathered.
func TestTwoDisputesAreFoundInOneOrder(t *testing.T) {
	book, do := bookOf(t, stageCredited)
	for _, ref := range []CaseRef{"case-2", "case-1", "case-3"} {
		_, err := do(string(ref), OpenDispute{OnCase{ref}, DisputeBody{modelPerson(1).Participant, "RevokeParticipation"}})
		require.NoError(t, err)
	}
	res, err := do("r", RevokeParticipation{modelPerson(1), RevocationBody{Ineligible}})
	require.NoError(t, err)
	cmd, ok := CommandOf(res.Event())
	require.True(t, ok)
	for range 20 {
		g := Gather(cmd, book.State(modelPerson(1).Stream()), book.Registry, book.lookupsAt(cmd, res.Decision().Basis), res.Decision().Basis)
		require.Equal(t, res.Decision().Facts.Dispute, g.Facts.Dispute)
		require.Equal(t, res.Decision().Facts.Refs["dispute"], g.Facts.Refs["dispute"])
	}
}
