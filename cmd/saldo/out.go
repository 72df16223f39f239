package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"saldo/domain"
	"saldo/domain/words"
)

// formats are the values of --output.
var formats = []string{"table", "json", "ndjson", "csv"} //nolint:gochecknoglobals // a constant list

// column is one column of a sheet: its key in JSON and CSV, its heading for people.
type column struct {
	key, id, en string
	right       bool
}

// sheet is a table of values. Values are strings, numbers, times, money, raw JSON or nil.
type sheet struct {
	columns []column
	rows    [][]any
}

// print writes the sheet to stdout in the form asked for.
func (a *app) print(s sheet) error {
	switch a.output {
	case "json":
		objects := make([]json.RawMessage, 0, len(s.rows))
		for _, r := range s.rows {
			o, err := s.object(r)
			if err != nil {
				return err
			}
			objects = append(objects, o)
		}
		return a.json(objects)
	case "ndjson":
		for _, r := range s.rows {
			o, err := s.object(r)
			if err != nil {
				return err
			}
			if _, err := a.out.Write(append(o, '\n')); err != nil {
				return err
			}
		}
		return nil
	case "csv":
		return a.csv(s)
	}
	return a.table(s)
}

// object is a row in JSON, its fields in the order of the columns; what has no value is left out.
func (s sheet) object(row []any) (json.RawMessage, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, v := range row {
		if v == nil || v == "" {
			continue
		}
		data, err := marshal(v)
		if err != nil {
			return nil, err
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(s.columns[i].key) + ":")
		b.Write(data)
	}
	b.WriteByte('}')
	return json.RawMessage(b.String()), nil
}

// marshal writes compact JSON that leaves <, > and & alone.
func marshal(v any) ([]byte, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), nil
}

// json writes one JSON value, indented.
func (a *app) json(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// jsonOr writes an answer as JSON where --output asks for it, and otherwise as text.
func (a *app) jsonOr(v any, text func() string) error {
	if a.output == "json" {
		return a.json(v)
	}
	_, err := io.WriteString(a.out, text())
	return err
}

func (a *app) csv(s sheet) error {
	w := csv.NewWriter(a.out)
	head := make([]string, len(s.columns))
	for i, c := range s.columns {
		head[i] = c.key
	}
	if err := w.Write(head); err != nil {
		return err
	}
	for _, r := range s.rows {
		line := make([]string, len(r))
		for i, v := range r {
			line[i] = plain(v)
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// plain is a value for machines.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case json.RawMessage:
		return string(v)
	case domain.Money:
		return v.String()
	}
	return fmt.Sprint(v)
}

// text is a value for people.
func (a *app) text(v any) string {
	switch v := v.(type) {
	case time.Time:
		return v.In(a.zone.Location()).Format("2006-01-02 15.04")
	case domain.Money:
		return words.Rupiah(v.Decimal(), a.lang)
	case bool:
		if v {
			return a.t("ya", "yes")
		}
		return a.t("tidak", "no")
	}
	return plain(v)
}

const columnGap = 2

// table writes aligned columns, wraps texts that are too wide, and stacks the fields of a row below each other where even
// that does not fit. Money and codes are never cut.
func (a *app) table(s sheet) error {
	if len(s.rows) == 0 {
		a.talk("%s", a.t("(tidak ada)", "(none)"))
		return nil
	}
	heads := make([]string, len(s.columns))
	for i, c := range s.columns {
		heads[i] = a.t(c.id, c.en)
	}
	cells := make([][]string, len(s.rows))
	for r, row := range s.rows {
		cells[r] = make([]string, len(row))
		for i, v := range row {
			cells[r][i] = a.text(v)
		}
	}
	widths, ok := fitColumns(heads, cells, a.width())
	if !ok {
		return a.stacked(heads, cells)
	}
	var b strings.Builder
	a.line(&b, heads, widths, s.columns, true)
	for _, row := range cells {
		a.line(&b, row, widths, s.columns, false)
	}
	_, err := io.WriteString(a.out, b.String())
	return err
}

// fitColumns finds widths that fit; no column becomes narrower than its longest word.
func fitColumns(heads []string, cells [][]string, width int) ([]int, bool) {
	natural, least := make([]int, len(heads)), make([]int, len(heads))
	for _, row := range append([][]string{heads}, cells...) {
		for i, c := range row {
			natural[i] = max(natural[i], utf8.RuneCountInString(c))
			for w := range strings.FieldsSeq(c) {
				least[i] = max(least[i], utf8.RuneCountInString(w))
			}
		}
	}
	room := width - columnGap*(len(heads)-1)
	over := sum(natural) - room
	for over > 0 {
		widest, spare := -1, 0
		for i := range natural {
			if d := natural[i] - least[i]; d > 0 && natural[i] > spare {
				widest, spare = i, natural[i]
			}
		}
		if widest < 0 {
			return nil, false
		}
		natural[widest]--
		over--
	}
	return natural, true
}

func sum(n []int) int {
	total := 0
	for _, v := range n {
		total += v
	}
	return total
}

func (a *app) line(b *strings.Builder, row []string, widths []int, columns []column, head bool) {
	wrapped := make([][]string, len(row))
	lines := 1
	for i, c := range row {
		wrapped[i] = wrap(c, widths[i])
		lines = max(lines, len(wrapped[i]))
	}
	for n := range lines {
		var l strings.Builder
		for i := range row {
			c := ""
			if n < len(wrapped[i]) {
				c = wrapped[i][n]
			}
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if columns[i].right {
				l.WriteString(pad + c)
			} else {
				l.WriteString(c + pad)
			}
			if i < len(row)-1 {
				l.WriteString(strings.Repeat(" ", columnGap))
			}
		}
		text := strings.TrimRight(l.String(), " ")
		if head {
			text = a.bold(text)
		}
		b.WriteString(text + "\n")
	}
}

// stacked writes each row as lines "heading  value", an empty line between rows.
func (a *app) stacked(heads []string, cells [][]string) error {
	widest := 0
	for _, h := range heads {
		widest = max(widest, utf8.RuneCountInString(h))
	}
	var b strings.Builder
	for r, row := range cells {
		if r > 0 {
			b.WriteByte('\n')
		}
		for i, c := range row {
			if c == "" {
				continue
			}
			pad := strings.Repeat(" ", widest-utf8.RuneCountInString(heads[i])+columnGap)
			for n, l := range wrap(c, max(a.width()-widest-columnGap, narrowest)) {
				if n == 0 {
					b.WriteString(a.bold(heads[i]) + pad + l + "\n")
				} else {
					b.WriteString(strings.Repeat(" ", widest+columnGap) + l + "\n")
				}
			}
		}
	}
	_, err := io.WriteString(a.out, b.String())
	return err
}

// wrap breaks a text at spaces; a word that is longer than a line stands alone and whole.
func wrap(s string, width int) []string {
	var out []string
	line, length := "", 0
	for w := range strings.FieldsSeq(s) {
		n := utf8.RuneCountInString(w)
		switch {
		case line == "":
			line, length = w, n
		case length+1+n <= width:
			line, length = line+" "+w, length+1+n
		default:
			out = append(out, line)
			line, length = w, n
		}
	}
	return append(out, line)
}

// paragraph writes a wrapped text with an indent.
func (a *app) paragraph(b *strings.Builder, text string, indent int) {
	for _, l := range wrap(text, max(a.width()-indent, narrowest)) {
		b.WriteString(strings.Repeat(" ", indent) + l + "\n")
	}
}

// spread writes a line and, behind it, what else fits; the rest stands below it, indented.
func (a *app) spread(b *strings.Builder, line string, more []string, indent int) {
	var below []string
	for _, m := range more {
		if len(below) == 0 && utf8.RuneCountInString(line)+columnGap+utf8.RuneCountInString(m) <= a.width() {
			line += strings.Repeat(" ", columnGap) + m
		} else {
			below = append(below, m)
		}
	}
	b.WriteString(line + "\n")
	for _, m := range below {
		a.paragraph(b, m, indent)
	}
}

const (
	usualWidth = 80
	narrowest  = 20
	widest     = 120
)

// width is that of the terminal, of COLUMNS, or 80.
func (a *app) width() int {
	if n, err := strconv.Atoi(a.env("COLUMNS")); err == nil && n >= narrowest {
		return min(n, widest)
	}
	if f, ok := a.out.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n >= narrowest {
			return min(n, widest)
		}
	}
	return usualWidth
}

func terminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colours reports whether stdout takes colours.
func (a *app) colours() bool {
	return !a.noColor && a.env("NO_COLOR") == "" && a.env("TERM") != "dumb" && terminal(a.out)
}

func (a *app) paint(code, s string) string {
	if !a.colours() || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (a *app) bold(s string) string { return a.paint("1", s) }
func (a *app) cross() string        { return a.paint("31", "✗") }
func (a *app) tick() string         { return a.paint("32", "✓") }
func (a *app) grey(s string) string { return a.paint("2", s) }

// only refuses a form of output that a command can't give.
func (a *app) only(allowed ...string) error {
	if a.output == "" {
		a.output = allowed[0]
	}
	if !slices.Contains(allowed, a.output) {
		return usage("--output "+a.output, a.t("perintah ini memberi: ", "this command gives: ")+strings.Join(allowed, ", "))
	}
	return nil
}
