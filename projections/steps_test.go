package projections

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/eventstore"
)

// rowsOf reads a whole table as text.
func rowsOf(t *testing.T, v *View, table string) []string {
	t.Helper()
	rows, err := v.tx.QueryContext(v.ctx, "SELECT * FROM "+table) //nolint:unqueryvet // whatever it holds
	require.NoError(t, err)
	defer rows.Close()
	names, err := rows.Columns()
	require.NoError(t, err)
	var out []string
	for rows.Next() {
		values, pointers := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			pointers[i] = &values[i]
		}
		require.NoError(t, rows.Scan(pointers...))
		out = append(out, fmt.Sprint(values...))
	}
	require.NoError(t, rows.Err())
	return out
}

// Folding in steps, each by another process, leaves the same rows as folding at once.
func TestServiceModelsFoldInSteps(t *testing.T) {
	t.Parallel()
	_, whole := august(t)
	s, dir := newStore(t), t.TempDir()
	var group []domain.Recorded
	step := 0
	for _, e := range told() {
		group = append(group, e)
		if step++; step < 1500 || !e.Meta.LastPart() {
			continue
		}
		put(t, s, group...)
		group, step = nil, 0
		m := open(t, dir, s)
		require.NoError(t, m.CatchUp(t.Context(), nil))
		require.NoError(t, m.Close())
	}
	put(t, s, group...)
	m := open(t, dir, s)
	require.NoError(t, m.CatchUp(t.Context(), nil))
	v, err := m.View(context.WithoutCancel(t.Context()), eventstore.Position{}, 0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, v.Close()) })
	for _, table := range []string{
		"attempt", "attempt_slice", "attempt_hour", "reason_count", "reason_count_past", "intake_hour", "denial_hour", "lookup_missed",
		"unattributed", "token", "tried", "incident", "incident_person", "incident_event", "incident_open", "incident_closing", "waiting",
		"waiting_sum", "usual_now", "usual_hour", "usual_denied", "usual_complaint",
	} {
		require.Equal(t, rowsOf(t, whole, table), rowsOf(t, v, table), table)
	}
}
