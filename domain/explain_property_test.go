package domain

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"saldo/domain/reason"
)

// An explanation is the decision: whatever was recorded is decided again from its own bytes, at its own basis.

// reread is an event as a store gives it back: from its bytes alone.
func reread(t require.TestingT, e Recorded) Recorded {
	meta, err := EncodeMetadata(e.Meta)
	require.NoError(t, err)
	again, err := DecodeRecorded(e.Stream, e.Revision, e.ID, e.Type, e.Data, meta)
	require.NoError(t, err)
	again.Number = e.Number
	return again
}

// redecided holds one event to its own decision. book holds what stood before it.
func redecided(t require.TestingT, e Recorded, book *Book) {
	r, is := Redecide(e, book)
	if !is {
		require.True(t, e.Meta.Origin != Decided || e.Meta.Outcome == Consequence, "%s: a decided event without a decision", e.Ref())
		return
	}
	require.True(t, r.Equal, "%s is decided otherwise: %v\n%s", e.Ref(), r.Different, e.Data)
	require.Empty(t, r.Drift, "%s: other facts are found\n%s", e.Ref(), e.Data)

	d := e.Fact.Ruling()
	var failing []CheckName
	for _, c := range Evaluate(d.Rules, &d.Facts, book.Registry.PolicyOf(d.Policy)) {
		if c.Verdict == Fail {
			failing = append(failing, c.Check)
		}
	}
	recorded := slices.Concat(d.Failed, d.Exceptions)
	require.Len(t, recorded, len(failing), "%s: the checks that fail", e.Ref())
	rest := failing
	if len(recorded) > 0 && reason.Final(recorded[0].Reason) { // a final one leads, the others keep their order
		i := slices.Index(rest, recorded[0].Check)
		require.GreaterOrEqual(t, i, 0, "%s leads with %s, which does not fail", e.Ref(), recorded[0].Check)
		rest = slices.Concat([]CheckName{recorded[0].Check}, rest[:i], rest[i+1:])
	}
	for i, f := range recorded {
		require.Equal(t, rest[i], f.Check, "%s: order of the failing checks", e.Ref())
	}
}

// explained asks about every recorded attempt by its command id.
func explained(t require.TestingT, book *Book, from int, now time.Time) {
	for _, e := range book.Log[from:] {
		if _, attempt := purchaseBody(e.Fact); !attempt {
			continue
		}
		a := Explain(Question{
			Topic: TopicPurchase, Participant: modelParticipant(e.Stream), Command: &e.Meta.CommandID, Now: now,
		}, World{Registry: book.Registry, History: book.Stream(e.Stream), Number: uint64(len(book.Log))})
		want := reason.PurchaseAccepted
		if d := e.Fact.Ruling(); d != nil && !d.Accepted() {
			want = d.Primary()
		}
		require.Equal(t, want, a.Primary, "%s: %s", e.Ref(), e.Data)
		require.Equal(t, EvidenceRecorded, a.Evidence)
		require.Equal(t, ReferenceNumber(e.Meta.CommandID), a.Reference)
		require.Contains(t, a.Refs, e.Ref())
		if d := e.Fact.Ruling(); d != nil {
			require.Equal(t, d.Rules, a.Rules)
			require.Len(t, a.Checks, len(Checks(d.Rules)))
		}
	}
}

func TestStagesAreDecidedAgain(t *testing.T) {
	for s := stageEmpty; s <= stage2023; s++ {
		b, book := stageOf(t, s), NewBook()
		for _, e := range b.book.Log {
			e = reread(t, e)
			redecided(t, e, book)
			book.Append(e)
		}
		explained(t, book, 0, b.at)
	}
}

func TestRecordedOutcomesAreDecidedAgain(t *testing.T) {
	stageOf(t, stageEmpty)
	checkMany(t, fullSequences, shortSequences, func(rt *rapid.T) {
		m := newModel(t, rt, modelStage(rapid.IntRange(int(stageEmpty), int(stage2023)).Draw(rt, "stage")))
		from := len(m.book.Log)
		for range rapid.IntRange(1, 12).Draw(rt, "commands") {
			m.step()
		}
		book := NewBook()
		for i, e := range m.book.Log {
			if i >= from {
				e = reread(rt, e)
				redecided(rt, e, book)
			}
			book.Append(e)
		}
		explained(rt, book, from, m.now)
		everyQuestionHasAnAnswer(rt, m, book)
	})
}

// everyQuestionHasAnAnswer asks one question of each topic about somebody: no panic, a code of the catalogue, and the same
// answer twice.
func everyQuestionHasAnAnswer(t *rapid.T, m *model, book *Book) {
	topic := rapid.SampledFrom(Topics()).Draw(t, "topic")
	p := m.someone()
	q := Question{Topic: topic, Participant: &p.Participant, Now: m.now, Course: "c-1", Platform: "platform-a", Kind: JobSearch, N: 1}
	w := World{Registry: book.Registry, History: book.Stream(p.Stream()), Number: uint64(len(book.Log))}
	before := len(slices.Collect(maps.Keys(book.Registry.Courses)))
	a, b := Explain(q, w), Explain(q, w)
	if _, known := reason.Lookup(a.Primary); !known {
		t.Fatalf("%s answers %q, which is not in the catalogue", topic, a.Primary)
	}
	require.Equal(t, mustMarshal(t, a), mustMarshal(t, b), "the same question, another answer")
	require.Len(t, book.Registry.Courses, before, "asking changed the registry")
}
