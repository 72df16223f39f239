package projections

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A table is the rows of one kind while events are folded: a row that changes forty times in a batch is written once. The
// last column of every keyed table is last_no, the number of the event that touched the row last; the mechanism fills it.
type table[K comparable, R any] struct {
	name    string
	blank   func(K) R      // a row before its first event, its key set
	columns func(*R) []any // pointers to all columns but last_no, in the order of the schema, the key's first
	less    func(a, b K) int

	f          *fold
	sql        tableSQL
	young, old map[K]*entry[R] // two generations of rows that were in use
	dirty      map[K]*entry[R]
	whole      bool // the caches hold every row that there is
}

type entry[R any] struct {
	row     R
	last    int64 // number of the event that touched it last
	changed bool
}

// tableSQL is what the schema says about a table.
type tableSQL struct {
	keys      int
	columns   []string
	find      string // a row by its key
	one, many string // to write one row, or rowsPerInsert
}

const (
	// rowsPerInsert is how many rows one statement writes: the fixed cost of a statement is that of some ten rows.
	rowsPerInsert = 32
)

// anyTable is a table of whatever rows.
type anyTable interface {
	tableName() string
	prepare(ctx context.Context, db queryer) error
	flush() error
	committed()      // what was flushed is durable
	drop(empty bool) // forget everything that was read or changed; empty: the database has no rows
}

// queryer is a connection or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// newTable makes a table of a fold. The order of keys is that of the schema's primary key, so that a batch is written from
// one end of the tree to the other.
func newTable[K comparable, R any](f *fold, name string, less func(a, b K) int, blank func(K) R, columns func(*R) []any) *table[K, R] {
	t := &table[K, R]{name: name, blank: blank, columns: columns, less: less, f: f}
	t.drop(false)
	f.tables = append(f.tables, t)
	return t
}

// newTextTable is a table whose key is one text.
func newTextTable[K ~string, R any](f *fold, name string, blank func(K) R, columns func(*R) []any) *table[K, R] {
	return newTable(f, name, func(a, b K) int { return cmp.Compare(a, b) }, blank, columns)
}

func (t *table[K, R]) tableName() string { return t.name }

// get returns a row as it stands, nil if there is none. It must not be changed.
func (t *table[K, R]) get(k K) *R {
	if e := t.entry(k); e != nil {
		return &e.row
	}
	return nil
}

// edit returns a row to be changed, a blank one if there is none. It is written with the batch.
func (t *table[K, R]) edit(k K) *R {
	e := t.entry(k)
	if e == nil {
		e = &entry[R]{row: t.blank(k)}
		t.young[k] = e
	}
	e.last = t.f.no
	if !e.changed {
		e.changed = true
		t.dirty[k] = e
		t.f.changes++
	}
	return &e.row
}

// insert is edit for a key that can't be there yet, such as one with the event's own number: nothing is looked up, and the
// row leaves memory with the batch.
func (t *table[K, R]) insert(k K) *R {
	e := &entry[R]{row: t.blank(k), last: t.f.no, changed: true}
	t.dirty[k] = e
	t.whole = false
	t.f.changes++
	return &e.row
}

// entry finds a row in the caches or in the database; an error of the database stops the batch.
func (t *table[K, R]) entry(k K) *entry[R] {
	if e, ok := t.young[k]; ok {
		return e
	}
	if e, ok := t.old[k]; ok {
		t.young[k] = e
		return e
	}
	if e, ok := t.dirty[k]; ok {
		return e
	}
	if t.whole {
		return nil
	}
	e := &entry[R]{row: t.blank(k)}
	stmt, err := t.f.prepared(t.sql.find) //nolint:sqlclosecheck // closed with the writer
	if err != nil {
		t.f.failed(fmt.Errorf("read %s: %w", t.name, err))
		return nil
	}
	columns := t.columns(&e.row)
	err = stmt.QueryRowContext(t.f.ctx, values(columns[:t.sql.keys])...).Scan(append(columns, &e.last)...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		t.f.failed(fmt.Errorf("read %s: %w", t.name, err))
		return nil
	}
	t.young[k] = e
	return e
}

func (t *table[K, R]) selectSQL() string {
	return "SELECT " + strings.Join(t.sql.columns, ", ") + " FROM " + t.name + " WHERE " + strings.Join(t.sql.columns[:t.sql.keys], " = ? AND ") + " = ?"
}

func (t *table[K, R]) insertSQL(rows int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(t.sql.columns)), ", ") + ")"
	return "INSERT OR REPLACE INTO " + t.name + " (" + strings.Join(t.sql.columns, ", ") + ") VALUES " + strings.TrimSuffix(strings.Repeat(one+", ", rows), ", ")
}

// prepare holds the table to its schema.
func (t *table[K, R]) prepare(ctx context.Context, db queryer) error {
	var err error
	if t.sql, err = describe(ctx, db, t.name); err != nil {
		return err
	}
	t.sql.find, t.sql.one, t.sql.many = t.selectSQL(), t.insertSQL(1), t.insertSQL(rowsPerInsert)
	var zero R
	if n := len(t.columns(&zero)) + 1; n != len(t.sql.columns) || t.sql.keys == 0 || t.sql.columns[n-1] != "last_no" {
		return fmt.Errorf("table %s has columns %v, %d of them its key; the model has %d and last_no", t.name, t.sql.columns, t.sql.keys, n-1)
	}
	return nil
}

// describe reads a table's columns, the key's first, from the schema.
func describe(ctx context.Context, db queryer, name string) (tableSQL, error) {
	var out tableSQL
	rows, err := db.QueryContext(ctx, "SELECT name, pk FROM pragma_table_info(?) ORDER BY cid", name)
	if err != nil {
		return out, fmt.Errorf("schema of %s: %w", name, err)
	}
	defer rows.Close()
	for rows.Next() {
		var column string
		var pk int
		if err := rows.Scan(&column, &pk); err != nil {
			return out, fmt.Errorf("schema of %s: %w", name, err)
		}
		if pk > 0 {
			out.keys++
			if pk != len(out.columns)+1 {
				return out, fmt.Errorf("table %s: the key's columns must come first, in its order", name)
			}
		}
		out.columns = append(out.columns, column)
	}
	if err := rows.Err(); err != nil {
		return out, fmt.Errorf("schema of %s: %w", name, err)
	}
	if len(out.columns) == 0 {
		return out, fmt.Errorf("there is no table %s", name)
	}
	return out, nil
}

// flush writes what has changed. Keys go in order, so that a batch runs through the tree from one end to the other.
func (t *table[K, R]) flush() error {
	keys := make([]K, 0, len(t.dirty))
	for k := range t.dirty {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, t.less)
	args := make([]any, 0, rowsPerInsert*len(t.sql.columns))
	for len(keys) > 0 {
		n, text := rowsPerInsert, t.sql.many
		if len(keys) < n {
			n, text = 1, t.sql.one
		}
		args = args[:0]
		for _, k := range keys[:n] {
			e := t.dirty[k]
			args = append(append(args, values(t.columns(&e.row))...), e.last)
		}
		keys = keys[n:]
		stmt, err := t.f.prepared(text) //nolint:sqlclosecheck // closed with the writer
		if err != nil {
			return fmt.Errorf("write %s: %w", t.name, err)
		}
		if _, err := stmt.ExecContext(t.f.ctx, args...); err != nil {
			return fmt.Errorf("write %s: %w", t.name, err)
		}
	}
	return nil
}

func (t *table[K, R]) committed() {
	for _, e := range t.dirty {
		e.changed = false
	}
	clear(t.dirty)
	if len(t.young) > t.f.cached {
		t.whole = t.whole && len(t.old) == 0
		t.old, t.young = t.young, map[K]*entry[R]{}
	}
}

func (t *table[K, R]) drop(empty bool) {
	t.young, t.old, t.dirty, t.whole = map[K]*entry[R]{}, map[K]*entry[R]{}, map[K]*entry[R]{}, empty
}

// values takes what pointers point at, so that a statement keeps what a row was when it ran.
func values(pointers []any) []any {
	out := make([]any, len(pointers))
	for i, p := range pointers {
		switch p := p.(type) {
		case *string:
			out[i] = *p
		case *int64:
			out[i] = *p
		case *int:
			out[i] = int64(*p)
		case *bool:
			out[i] = *p
		default: // a named type: the driver's own conversion follows the pointer
			out[i] = p
		}
	}
	return out
}
