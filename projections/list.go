package projections

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// DefaultPage and MaxPage bound how many rows a page has.
const (
	DefaultPage = 50
	MaxPage     = 1000
)

// Page asks for a part of a list.
type Page struct {
	Limit int    // rows; 0 for DefaultPage, at most MaxPage
	After string // Next of the page before; empty for the first
}

// List is a page of rows. Rows keep their places in a list, so that going on behind the last one neither repeats nor leaves
// out what stands; rows that come in meanwhile are found where they belong.
type List[T any] struct {
	Reading Reading `json:"-"`
	Rows    []T     `json:"rows"`
	Next    string  `json:"next,omitempty"` // empty on the last page
}

// ErrCursor says that Page.After is no Next of this list with this filter.
var ErrCursor = errors.New("projections: the cursor is not one of this list")

// listing is a query that is answered page by page.
type listing[T any] struct {
	name       string
	filter     any // stands in the cursor: another filter is another list
	query      string
	where      conditions
	order      []string // columns that order the rows and tell them apart
	descending bool
	scan       func(scan func(...any) error) (row T, key []any, err error)
}

func list[T any](v *View, l listing[T], page Page) (List[T], error) {
	out := List[T]{Reading: v.Reading, Rows: []T{}}
	limit := page.Limit
	if limit == 0 {
		limit = DefaultPage
	}
	if limit < 0 || limit > MaxPage {
		return out, fmt.Errorf("%w: a page has 1 to %d rows", ErrCursor, MaxPage)
	}
	compare, direction := " > ", ""
	if l.descending {
		compare, direction = " < ", " DESC"
	}
	if page.After != "" {
		key, err := l.parse(page.After)
		if err != nil {
			return out, err
		}
		l.where.add(true, "("+strings.Join(l.order, ", ")+")"+compare+"("+strings.TrimSuffix(strings.Repeat("?, ", len(key)), ", ")+")", key...)
	}
	query := l.query + l.where.sql() + " ORDER BY " + strings.Join(l.order, direction+", ") + direction + " LIMIT ?" //nolint:gosec // texts of ours; values are bound
	rows, err := v.tx.QueryContext(v.ctx, query, append(l.where.args, limit+1)...)
	if err != nil {
		return out, fmt.Errorf("list %s: %w", l.name, err)
	}
	defer rows.Close()
	var last []any
	for rows.Next() {
		row, key, err := l.scan(rows.Scan)
		if err != nil {
			return out, fmt.Errorf("list %s: %w", l.name, err)
		}
		if len(out.Rows) == limit {
			if out.Next, err = l.cursor(last); err != nil {
				return out, err
			}
			break
		}
		out.Rows, last = append(out.Rows, row), key
	}
	return out, rows.Err()
}

// cursorText is what a cursor holds: which list, and behind which row.
type cursorText struct {
	List string `json:"l"`
	Key  []any  `json:"k"`
}

func (l *listing[T]) which() (string, error) {
	filter, err := json.Marshal(l.filter)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append([]byte(l.name+"\n"), filter...))
	return base64.RawURLEncoding.EncodeToString(sum[:6]), nil
}

func (l *listing[T]) cursor(key []any) (string, error) {
	which, err := l.which()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(cursorText{which, key})
	return base64.RawURLEncoding.EncodeToString(text), err
}

func (l *listing[T]) parse(cursor string) ([]any, error) {
	var c cursorText
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		d := json.NewDecoder(strings.NewReader(string(text)))
		d.UseNumber() // a number is one of the log's: no float holds it
		err = d.Decode(&c)
	}
	which, hashErr := l.which()
	if err != nil || hashErr != nil || c.List != which || len(c.Key) != len(l.order) {
		return nil, ErrCursor
	}
	for i, k := range c.Key {
		switch k := k.(type) {
		case string:
		case json.Number:
			n, err := k.Int64()
			if err != nil {
				return nil, ErrCursor
			}
			c.Key[i] = n
		default:
			return nil, ErrCursor
		}
	}
	return c.Key, nil
}
