package projections

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"saldo/domain"
)

// Difference is a row that is not the same in two databases that stand at the same place of the log.
type Difference struct {
	Table   string          `json:"table"`
	Key     []string        `json:"key"`
	Columns []Changed       `json:"columns,omitempty"` // empty where the row is in one of the two only
	Missing bool            `json:"missing,omitempty"` // the models had no such row
	Extra   bool            `json:"extra,omitempty"`   // the log gives no such row
	Number  int64           `json:"no"`                // of the event that touched the row last, by the log where it knows the row
	Event   domain.EventRef `json:"event,omitzero"`    // the same event
}

// Changed is a column that differs: what the models had, and what the log gives.
type Changed struct {
	Column string `json:"column"`
	Found  string `json:"found"`
	Want   string `json:"want"`
}

// Comparison is what comparing two databases found.
type Comparison struct {
	Rows        uint64       `json:"rows"`                  // compared
	Differ      uint64       `json:"differ"`                // of them, or in one of the two only
	Differences []Difference `json:"differences,omitempty"` // the first of them, per table
}

// differencesPerTable bounds how many differences are named; all are counted.
const differencesPerTable = 20

// plainTables lists the tables whose rows are compared and dumped: all that have a key, but the place, which names the store,
// and what SQLite derives by itself (sqlite_*, and the shadows of full-text indexes).
func plainTables(ctx context.Context, db queryer) ([]string, error) {
	rows, err := db.QueryContext(ctx, `SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'place' ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	defer rows.Close()
	var out, virtual []string
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, fmt.Errorf("list tables: %w", err)
		}
		if strings.HasPrefix(strings.ToUpper(text), "CREATE VIRTUAL") {
			virtual = append(virtual, name)
			continue
		}
		out = append(out, name)
	}
	out = slices.DeleteFunc(out, func(name string) bool {
		return slices.ContainsFunc(virtual, func(v string) bool { return strings.HasPrefix(name, v+"_") })
	})
	return out, rows.Err()
}

// cursor walks through a table in the order of its key.
type cursor struct {
	rows  *sql.Rows
	shape tableSQL
	row   []any
	open  bool
}

func walk(ctx context.Context, db queryer, table string) (*cursor, error) {
	shape, err := describe(ctx, db, table)
	if err != nil {
		return nil, err
	}
	c := &cursor{shape: shape, row: make([]any, len(shape.columns))}
	query := "SELECT " + strings.Join(shape.columns, ", ") + " FROM " + table + " ORDER BY " + strings.Join(shape.columns[:max(shape.keys, 1)], ", ")
	if c.rows, err = db.QueryContext(ctx, query); err != nil { //nolint:rowserrcheck // asked by whoever walks
		return nil, fmt.Errorf("read %s: %w", table, err)
	}
	return c, c.next()
}

func (c *cursor) next() error {
	if c.open = c.rows.Next(); !c.open {
		return c.rows.Err()
	}
	pointers := make([]any, len(c.row))
	for i := range c.row {
		pointers[i] = &c.row[i]
	}
	return c.rows.Scan(pointers...)
}

func (c *cursor) key() []any { return c.row[:max(c.shape.keys, 1)] }

// last is the number of the event that touched the row last; -1 in tables that don't say.
func (c *cursor) last() int64 {
	if i := slices.Index(c.shape.columns, "last_no"); i >= 0 {
		if n, ok := c.row[i].(int64); ok {
			return n
		}
	}
	return -1
}

func compareValues(a, b any) int {
	switch a := a.(type) {
	case int64:
		if b, ok := b.(int64); ok {
			return cmp.Compare(a, b)
		}
	case string:
		if b, ok := b.(string); ok {
			return cmp.Compare(a, b)
		}
	case []byte:
		if b, ok := b.([]byte); ok {
			return bytes.Compare(a, b)
		}
	}
	return cmp.Compare(fmt.Sprintf("%T %v", a, a), fmt.Sprintf("%T %v", b, b)) // another type is another value
}

// compare goes through two databases row by row: what the models had, and what the log gives. progress is told of rows.
func compare(ctx context.Context, found, want queryer, progress Progress) (Comparison, error) {
	var out Comparison
	tables, err := plainTables(ctx, want)
	if err != nil {
		return out, err
	}
	for _, table := range tables {
		if err := out.table(ctx, found, want, table, progress); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (c *Comparison) table(ctx context.Context, found, want queryer, table string, progress Progress) error {
	f, err := walk(ctx, found, table)
	if err != nil {
		return err
	}
	defer f.rows.Close()
	w, err := walk(ctx, want, table)
	if err != nil {
		return err
	}
	defer w.rows.Close()
	named := 0
	differ := func(d Difference, key []any) {
		if c.Differ++; named < differencesPerTable {
			named++
			d.Table = table
			for _, k := range key {
				d.Key = append(d.Key, text(k))
			}
			c.Differences = append(c.Differences, d)
		}
	}
	const every = 4096
	for f.open || w.open {
		if c.Rows++; c.Rows%every == 0 && progress != nil {
			progress(c.Rows, 0)
		}
		order := 1
		if f.open {
			order = -1
		}
		if f.open && w.open {
			order = slices.CompareFunc(f.key(), w.key(), compareValues)
		}
		switch {
		case order < 0:
			differ(Difference{Extra: true, Number: f.last()}, f.key())
		case order > 0:
			differ(Difference{Missing: true, Number: w.last()}, w.key())
		default:
			if changed := columnsThatDiffer(f, w); len(changed) > 0 {
				differ(Difference{Columns: changed, Number: w.last()}, w.key())
			}
		}
		if order <= 0 {
			if err := f.next(); err != nil {
				return fmt.Errorf("read %s: %w", table, err)
			}
		}
		if order >= 0 {
			if err := w.next(); err != nil {
				return fmt.Errorf("read %s: %w", table, err)
			}
		}
	}
	return nil
}

func columnsThatDiffer(f, w *cursor) []Changed {
	var out []Changed
	for i, column := range w.shape.columns {
		if compareValues(f.row[i], w.row[i]) != 0 {
			out = append(out, Changed{column, text(f.row[i]), text(w.row[i])})
		}
	}
	return out
}

func text(v any) string {
	if b, ok := v.([]byte); ok {
		return fmt.Sprintf("%x", b)
	}
	return fmt.Sprint(v)
}

// dump writes a database in one canonical form: tables by name, rows by key. Two databases of the same log have the same.
func dump(ctx context.Context, db queryer, write func(line string) error) error {
	tables, err := plainTables(ctx, db)
	if err != nil {
		return err
	}
	for _, table := range tables {
		c, err := walk(ctx, db, table)
		if err != nil {
			return err
		}
		for c.open {
			if err = write(fmt.Sprintf("%s %q", table, c.row)); err == nil {
				err = c.next()
			}
			if err != nil {
				return errors.Join(fmt.Errorf("dump %s: %w", table, err), c.rows.Close())
			}
		}
		if err := c.rows.Close(); err != nil {
			return err
		}
	}
	return nil
}
