package projections

import (
	"fmt"
	"strings"
)

// sift is list for rows that only Go can tell: keep chooses among those that the query finds. It reads until the page is
// full, so a page may cost as much as the whole list.
func sift[T any](v *View, l listing[T], page Page, keep func(T) bool) (List[T], error) {
	out := List[T]{Reading: v.Reading, Rows: []T{}}
	limit := page.Limit
	if limit == 0 {
		limit = DefaultPage
	}
	if limit < 0 || limit > MaxPage {
		return out, fmt.Errorf("%w: a page has 1 to %d rows", ErrCursor, MaxPage)
	}
	if page.After != "" {
		key, err := l.parse(page.After)
		if err != nil {
			return out, err
		}
		l.where.add(true, "("+strings.Join(l.order, ", ")+") > ("+strings.TrimSuffix(strings.Repeat("?, ", len(key)), ", ")+")", key...)
	}
	var last []any
	err := each(v, l, func(row T, key []any) (bool, error) {
		if !keep(row) {
			return true, nil
		}
		if len(out.Rows) == limit {
			var err error
			out.Next, err = l.cursor(last)
			return false, err
		}
		out.Rows, last = append(out.Rows, row), key
		return true, nil
	})
	return out, err
}

// each hands all rows of a query to a function, in order, until it says no.
func each[T any](v *View, l listing[T], do func(row T, key []any) (bool, error)) error {
	query := l.query + l.where.sql() + " ORDER BY " + strings.Join(l.order, ", ") //nolint:gosec // texts of ours; values are bound
	rows, err := v.tx.QueryContext(v.ctx, query, l.where.args...)
	if err != nil {
		return fmt.Errorf("list %s: %w", l.name, err)
	}
	defer rows.Close()
	for rows.Next() {
		row, key, err := l.scan(rows.Scan)
		if err != nil {
			return fmt.Errorf("list %s: %w", l.name, err)
		}
		if on, err := do(row, key); err != nil || !on {
			return err
		}
	}
	return rows.Err()
}
