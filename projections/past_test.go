package projections

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/eventstore"
)

// Events that models don't see take their numbers, and move nothing: also where the past is asked.
func TestThePastPassesOverForeignEvents(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	cut := len(whole(told()[:2*markEvery-20]))
	put(t, s, told()[:cut]...)
	for i := range 7 {
		_, err := s.Append(t.Context(), fmt.Sprintf("elsewhere-%d", i), eventstore.NoStream(), eventstore.EventData{
			ID: uuid.NewSHA1(uuid.NameSpaceURL, []byte{byte(i)}), Type: "SomethingElse", JSON: true, Data: []byte(`{}`),
			Metadata: []byte(`{"recorded_at":"2030-01-01T00:00:00Z"}`),
		})
		require.NoError(t, err)
	}
	put(t, s, told()[cut:3*markEvery]...)
	m := open(t, t.TempDir(), s)
	require.NoError(t, m.CatchUp(t.Context(), nil))
	v, err := m.View(t.Context(), eventstore.Position{}, 0)
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	for _, n := range []int{cut - 1, cut, cut + 3, cut + 7, cut + 8, 2*markEvery + 40, int(v.Number)} {
		p, err := v.PlaceOf(uint64(n))
		require.NoError(t, err)
		known := told()[:max(min(n, cut), n-7)]
		got, err := v.Accounts(p, AccountFilter{ByWave: true})
		require.NoError(t, err)
		plainAccounts(known).require(t, got)
		require.True(t, p.Recorded.Before(told()[4*markEvery].Meta.RecordedAt), "a foreign event's time counts for nothing")
		same, err := v.PlaceAt(p.Recorded)
		require.NoError(t, err)
		require.GreaterOrEqual(t, same.Number, p.Number)
	}
}

// Folded in steps or at once, the tables hold the same rows.
func TestMoneyFoldsTheSameInSteps(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	m := open(t, t.TempDir(), s)
	events := told()
	for len(events) > 0 {
		n := len(whole(events[:min(len(events), 1499)]))
		if n == 0 {
			break
		}
		put(t, s, events[:n]...)
		require.NoError(t, m.CatchUp(t.Context(), nil))
		events = events[n:]
	}
	atOnce := open(t, t.TempDir(), s)
	require.NoError(t, atOnce.CatchUp(t.Context(), nil))
	for _, name := range []string{
		"account", "account_past", "incentive", "incentive_sum", "incentive_sum_past", "survey", "delivery", "payment", "delivery_sum",
		"delivery_sum_past", "wave_total", "wave_total_past", "daily", "participant",
	} {
		rows := tableRows(t, m, name)
		require.Equal(t, tableRows(t, atOnce, name), rows, name)
		require.NotEmpty(t, rows, name)
	}
}

// tableRows is a table as text, in the order of its key.
func tableRows(t *testing.T, m *Models, name string) string {
	t.Helper()
	v, err := m.View(t.Context(), eventstore.Position{}, 0)
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	schema, err := describe(t.Context(), v.tx, name)
	require.NoError(t, err)
	rows, err := v.tx.QueryContext(t.Context(), "SELECT "+strings.Join(schema.columns, "||'|'||")+" FROM "+name+" ORDER BY "+strings.Join(schema.columns[:schema.keys], ", "))
	require.NoError(t, err)
	defer rows.Close()
	var out strings.Builder
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		out.WriteString(line + "\n")
	}
	require.NoError(t, rows.Err())
	return out.String()
}

// A person whom facts reach before a decree has no wave until it comes, in the past too.
func TestWavesBeginWithTheDecree(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	waves := wavesThen{v: v}
	seen := map[domain.Stream]bool{}
	for i, e := range told() {
		if e.Stream.Kind() != domain.ParticipantStream || seen[e.Stream] {
			continue
		}
		f, determined := e.Fact.(domain.RecipientDetermined)
		if !determined {
			require.Zero(t, waves.of(e.Stream.Key(), uint64(i)))
			continue
		}
		seen[e.Stream] = true
		require.Equal(t, f.Wave, waves.of(e.Stream.Key(), uint64(i)))
		require.True(t, waves.since(e.Stream.Key(), uint64(i)))
		require.Zero(t, waves.of(e.Stream.Key(), uint64(i)-1))
	}
	require.NoError(t, waves.err)
	require.NotEmpty(t, seen)
}
