package scenario_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/scenario"
	"saldo/domain/words"
)

// world is what an answer is computed from.
func world(b *domain.Book, q domain.Question) domain.World {
	w := domain.World{Registry: b.Registry, Intake: map[domain.Stream]*domain.IntakeState{}, Number: uint64(len(b.Log))}
	if q.Participant != nil {
		w.History = b.Stream(domain.ParticipantStreamOf(*q.Participant))
	}
	if s, ok := b.State(domain.IntakeStreamOf(q.Platform)).(*domain.IntakeState); ok {
		w.Intake[domain.IntakeStreamOf(q.Platform)] = s
	}
	return w
}

// unreachable are reasons that no valid command can record, and why; the showcase has no place for them.
func unreachable() map[reason.Code]string {
	return map[reason.Code]string{
		reason.AuthorityMissing: "a proposal without a document does not pass the decoder, and without a proposal APPROVAL_MISSING leads",
	}
}

func TestShowcaseHoldsEveryReason(t *testing.T) {
	t.Parallel()
	cases := scenario.Showcase()
	for _, r := range reason.All() {
		_, shown := cases[r.Code]
		_, impossible := unreachable()[r.Code]
		require.NotEqual(t, shown, impossible, "%s", r.Code)
	}
}

// TestRecordedCasesAreRecorded: where a case names an outcome, the outcome names the reason.
func TestRecordedCasesAreRecorded(t *testing.T) {
	t.Parallel()
	book, other := run(t, scenario.Steps()), run(t, scenario.Fixture2023())
	records := 0
	for code, c := range scenario.Showcase() {
		if c.Attempt == uuid.Nil {
			continue
		}
		records++
		b := book
		if c.Schemes {
			b = other
		}
		i := slices.IndexFunc(b.Log, func(e domain.Recorded) bool { return e.Meta.CommandID == c.Attempt })
		require.GreaterOrEqual(t, i, 0, "%s", code)
		d := b.Log[i].Fact.Ruling()
		require.NotNil(t, d, "%s", code)
		failed := slices.Concat(d.Failed, d.Exceptions)
		require.NotEmpty(t, failed, "%s", code)
		require.Equal(t, code, failed[0].Reason)
	}
	t.Logf("%d reasons on record", records)
}

// TestCasesAreAnswered asks the question of every case. What the explainer answers otherwise is listed in the log of -v.
func TestCasesAreAnswered(t *testing.T) {
	t.Parallel()
	book, other := run(t, scenario.Steps()), run(t, scenario.Fixture2023())
	answered := 0
	for code, c := range scenario.Showcase() {
		if c.Topic == "record" {
			continue
		}
		b := book
		if c.Schemes {
			b = other
		}
		if a := domain.Explain(c.Question(), world(b, c.Question())); a.Primary == code {
			answered++
		} else {
			t.Logf("%s: the question about %s at %s is answered with %s (%s)", code, c.Topic, c.At, a.Primary, c.Note)
		}
	}
	require.Greater(t, answered, 100)
}

func TestTheTenQuestionsAreAnsweredFromTheLog(t *testing.T) {
	t.Parallel()
	b := run(t, scenario.Steps())
	want := map[int]reason.Code{
		1: reason.PMOPaymentGateClosed, 2: reason.VoucherNotExchanged, 3: reason.TokensRefusedWhileClosed, 4: reason.CourseNotRevalidated, 5: reason.DeadlineAhead,
		6: reason.AwaitingPMOVerification, 7: reason.PMOMassFailureRecheck, 8: reason.RevokedNoPurchase, 9: reason.PurchaseAccepted,
	}
	questions := scenario.TenQuestions()
	require.Len(t, questions, 10)
	for i, q := range questions {
		require.Equal(t, i+1, q.Number)
		if q.Topic == "audit" {
			require.Equal(t, 4, q.Wave)
			continue
		}
		a := domain.Explain(q.Question(), world(b, q.Question()))
		require.Equal(t, want[q.Number], a.Primary, "question %d", q.Number)
		text, err := a.Say(reason.Participant, reason.Written, words.ID, words.WIB)
		require.NoError(t, err)
		for _, part := range map[int][]string{
			1: {"20 Agustus", "09.14", "17.00", "Rp1.000.000"},
			2: {"29 Agustus 2020", "10.05", "10.06", "Rp150.000", "Menulis Opini, Menembus Meja Redaksi"},
			3: {"14.00", "15.00", "47"},
			5: {"15 September 2020", "23.59", "22 hari", "4 hari 17 jam"},
			6: {"5 September", "7 September", "16 September"},
			7: {"12 September 2020", "Rp600.000", "21 September"},
			8: {"15 September 2020", "23.59", "9 hari 15 jam", "Rp2.400.000", "7"},
			9: {"08.03", "Rp200.000", "Rp800.000"},
		}[q.Number] {
			require.Contains(t, text, part, "question %d", q.Number)
		}
	}
}
