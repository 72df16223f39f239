package scenario_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/scenario"
)

// run executes steps in a book and holds each to what it is meant to come to.
func run(t *testing.T, steps []scenario.Step) *domain.Book {
	t.Helper()
	const most = 20
	b, wrong := domain.NewBook(), 0
	for _, st := range steps {
		r, err := b.Execute(st.Command)
		require.NoError(t, err, st.Key)
		var got, exception reason.Code
		d := r.Decision()
		if d != nil {
			got = d.Primary()
			if len(d.Exceptions) > 0 {
				exception = d.Exceptions[0].Reason
			}
		}
		if r.Replayed || got != st.Expect || exception != st.Exception {
			if wrong++; wrong < most {
				t.Errorf("%s %s: came to %q (exception %q), meant %q (%q), replayed %v, %+v", st.Command.ReceivedAt, st.Key, got, exception, st.Expect, st.Exception, r.Replayed, d.Failed)
			}
		}
	}
	require.Zero(t, wrong, "steps that came to something else than meant")
	return b
}

func TestStepsComeToWhatTheyAreMeantTo(t *testing.T) {
	t.Parallel()
	steps := scenario.Steps()
	b := run(t, steps)
	t.Logf("%d steps, %d events", len(steps), len(b.Log))
	run(t, scenario.Fixture2023())
}

func TestStepsAreInOrderOfReceiptWithKeysOfTheirOwn(t *testing.T) {
	t.Parallel()
	for _, steps := range [][]scenario.Step{scenario.Steps(), scenario.Fixture2023()} {
		keys := map[string]bool{}
		for i, st := range steps {
			require.False(t, keys[st.Key], "key %s stands twice", st.Key)
			keys[st.Key] = true
			require.Equal(t, domain.CommandID(scenario.Organisation, st.Key), st.Command.ID, st.Key)
			if i > 0 {
				require.False(t, st.Command.ReceivedAt.Before(steps[i-1].Command.ReceivedAt), st.Key)
			}
		}
	}
}

// TestTwoBuildsGiveTheSameEvents holds the reconstruction to being data: no clock, no dice, no order of a map.
func TestTwoBuildsGiveTheSameEvents(t *testing.T) {
	t.Parallel()
	one, two := run(t, scenario.Steps()), run(t, scenario.Steps())
	require.Len(t, two.Log, len(one.Log))
	for i := range one.Log {
		require.Equal(t, one.Log[i].ID, two.Log[i].ID, "event %d, %s of %s", i, one.Log[i].Type, one.Log[i].Stream)
	}
	questions, personas, cases := scenario.TenQuestions(), scenario.Personas(), scenario.Showcase()
	require.Equal(t, questions, scenario.TenQuestions())
	require.Equal(t, personas, scenario.Personas())
	require.Equal(t, cases, scenario.Showcase())
}

// TestEveryStepPassesTheEdge sends every command through the strict decoder, which refuses what has not the form of its type
// and what looks like a person's number, phone or address.
func TestEveryStepPassesTheEdge(t *testing.T) {
	t.Parallel()
	for _, steps := range [][]scenario.Step{scenario.Steps(), scenario.Fixture2023()} {
		for _, st := range steps {
			line, err := domain.EncodeSubmission(domain.Submission{Key: st.Key, Command: st.Command})
			require.NoError(t, err, st.Key)
			back, err := domain.DecodeSubmission(line)
			require.NoError(t, err, "%s: %s", st.Key, line)
			require.Equal(t, reflect.TypeOf(st.Command.Act), reflect.TypeOf(back.Command.Act), st.Key)
		}
	}
}

func TestEveryEventSaysHowSureItsAuthorIs(t *testing.T) {
	t.Parallel()
	grades := map[domain.Grade]int{}
	for _, e := range run(t, scenario.Steps()).Log {
		require.NotNil(t, e.Meta.Source, e.Ref())
		require.Equal(t, domain.Reference("reconstruction"), e.Meta.Source.System, e.Ref())
		require.Contains(t, domain.Grade("").Values(), string(e.Meta.Source.Grade), e.Ref())
		grades[e.Meta.Source.Grade]++
	}
	t.Log(grades)
}

// TestNamedCompaniesAreNotBlamed: a refusal that blames a platform, an institution or a payment partner names an invented one.
func TestNamedCompaniesAreNotBlamed(t *testing.T) {
	t.Parallel()
	for _, st := range scenario.Steps() {
		r, known := reason.Lookup(st.Expect)
		if !known || (r.Owner != "platform" && r.Owner != "institution" && r.Owner != "bank") {
			continue
		}
		if p, ok := st.Command.Act.(domain.PurchaseCourse); ok {
			require.Contains(t, []domain.PlatformCode{"platform-contoh", "platform-tak-terdaftar"}, p.Platform, st.Key)
		}
	}
}

func TestThePolicyOf2023IsTheOneOfTheDomain(t *testing.T) {
	t.Parallel()
	theirs, err := os.ReadFile("../testdata/policies/prakerja-2023@1.json")
	require.NoError(t, err)
	ours, err := os.ReadFile("prakerja-2023@1.json")
	require.NoError(t, err)
	require.True(t, bytes.Equal(theirs, ours), "copy domain/testdata/policies/prakerja-2023@1.json into domain/scenario")
	require.NoError(t, json.Unmarshal(ours, &domain.Policy{}))
}

func TestPersonasAreNumberedAsTheirQuestions(t *testing.T) {
	t.Parallel()
	personas, questions := scenario.Personas(), scenario.TenQuestions()
	require.Len(t, personas, 9)
	require.Equal(t, "Peserta contoh 001", personas[0].Nick)
	for i, p := range personas {
		require.Equal(t, p.Nick, questions[i].Nick)
		require.Equal(t, p.Subject, questions[i].Subject)
	}
}

func TestTheBannerAndTheKeyDates(t *testing.T) {
	t.Parallel()
	require.Contains(t, scenario.Banner("id"), "Rekonstruksi. Peserta, nominal dan waktu adalah contoh.")
	require.Contains(t, scenario.Banner("en"), "3,700")
	dates := scenario.KeyDates()
	require.Len(t, dates, 7)
	require.Equal(t, scenario.DefaultNow(), dates[0].At)
}
