package projections

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

// Folded in one go or in many pieces with restarts between them, the tables of the catalogue, of institutions and of the search
// are the same, and the index of names finds the same.
func TestCatalogueInPieces(t *testing.T) {
	t.Parallel()
	whole := open(t, t.TempDir(), newStore(t))
	put(t, whole.config.Store, told()...)
	require.NoError(t, whole.CatchUp(t.Context(), nil))

	s, dir := newStore(t), t.TempDir()
	all := told()
	for from := 0; from < len(all); {
		to := min(from+1777, len(all))
		for to < len(all) && !all[to-1].Meta.LastPart() {
			to++
		}
		put(t, s, all[from:to]...)
		m, err := Open(t.Context(), Config{Dir: dir, Store: s, Now: whole.config.Now})
		require.NoError(t, err)
		require.NoError(t, m.CatchUp(t.Context(), nil))
		require.NoError(t, m.Close())
		from = to
	}
	pieces, err := Open(t.Context(), Config{Dir: dir, Store: s, Now: whole.config.Now})
	require.NoError(t, err)
	defer func() { require.NoError(t, pieces.Close()) }()
	for _, table := range []string{
		"course", "course_standing", "course_platform", "course_offer", "course_schedule", "course_span", "platform", "platform_listing", "service_span",
		"institution", "institution_standing", "institution_course", "institution_days", "search_code", "search_name",
	} {
		query := "SELECT * FROM " + table + " ORDER BY 1, 2" //nolint:unqueryvet // whatever columns there are
		require.Equal(t, printed(t, whole, query), printed(t, pieces, query), table)
	}
	index := "SELECT rowid FROM search_name_fts WHERE search_name_fts MATCH '\"ins\" OR \"ber\"' ORDER BY rowid"
	require.NotEmpty(t, printed(t, whole, index))
	require.Equal(t, printed(t, whole, index), printed(t, pieces, index))
}

func printed(t *testing.T, m *Models, query string) string {
	t.Helper()
	v, err := m.View(t.Context(), eventstore.Position{}, 0)
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	rows, err := v.tx.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	var out strings.Builder
	for rows.Next() {
		row, pointers := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			pointers[i] = &row[i]
		}
		require.NoError(t, rows.Scan(pointers...))
		fmt.Fprintln(&out, row...)
	}
	require.NoError(t, rows.Err())
	return out.String()
}
