package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"saldo/domain"
)

// sheetRows is how many rows a sheet of a workbook holds at most; what goes beyond goes on in the next sheet.
const sheetRows = excelize.TotalRows

// book writes a workbook row by row: what has been written is on disk and not in memory.
type book struct {
	file  *excelize.File
	names map[string]bool
	money int // style of an amount
	text  int // style of a text: never a number, never a formula
	bold  int
	rows  int // that a sheet may hold

	sheet  *excelize.StreamWriter
	base   string
	part   int
	row    int
	begin  func() error // writes the head of a sheet that goes on
	footer string
}

func newBook() (*book, error) {
	b := &book{file: excelize.NewFile(), names: map[string]bool{}, rows: sheetRows}
	format, text := `"Rp"#,##0;[Red]-"Rp"#,##0`, 49 // 49 is @, the format of a text
	var errs [3]error
	b.money, errs[0] = b.file.NewStyle(&excelize.Style{CustomNumFmt: &format})
	b.text, errs[1] = b.file.NewStyle(&excelize.Style{NumFmt: text})
	b.bold, errs[2] = b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: text})
	return b, errors.Join(errs[:]...)
}

// sheetName is unique, at most 31 characters and free of what a sheet's name may not have.
func (b *book) sheetName(want string) string {
	const most = 31
	want = strings.TrimSpace(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return ' '
		}
		return r
	}, want))
	for n := 1; ; n++ {
		tail := ""
		if n > 1 {
			tail = fmt.Sprintf(" (%d)", n)
		}
		name := []rune(want)
		name = append(name[:min(len(name), most-len(tail))], []rune(tail)...)
		if key := strings.ToLower(string(name)); !b.names[key] {
			b.names[key] = true
			return string(name)
		}
	}
}

// open begins a sheet. begin writes its head again where the rows go on in another sheet.
func (b *book) open(name string, begin func() error) error {
	b.base, b.part, b.begin = name, 0, begin
	return b.next()
}

func (b *book) next() error {
	if err := b.shut(); err != nil {
		return err
	}
	name := b.sheetName(b.base)
	b.part++
	if len(b.names) == 1 { // the sheet that a new workbook has
		if err := b.file.SetSheetName("Sheet1", name); err != nil {
			return err
		}
	} else if _, err := b.file.NewSheet(name); err != nil {
		return err
	}
	if err := b.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L" + b.footer + "&R&P/&N"}); err != nil {
		return err
	}
	landscape := "landscape"
	if err := b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape}); err != nil {
		return err
	}
	w, err := b.file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	b.sheet, b.row = w, 0
	return b.begin()
}

func (b *book) shut() error {
	if b.sheet == nil {
		return nil
	}
	return b.sheet.Flush()
}

// add writes a row, in the next sheet where this one is full.
func (b *book) add(cells []any) error {
	if b.row >= b.rows {
		if err := b.next(); err != nil {
			return err
		}
	}
	b.row++
	at, err := excelize.CoordinatesToCellName(1, b.row)
	if err != nil {
		return err
	}
	return b.sheet.SetRow(at, cells)
}

// cell is a value with its style. Texts are text cells: a workbook evaluates only what is written as a formula.
func (b *book) cell(a *app, v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case domain.Money:
		return excelize.Cell{StyleID: b.money, Value: v.Decimal().IntPart()}
	case int, uint64:
		return v
	case time.Time:
		return excelize.Cell{StyleID: b.text, Value: a.text(v)}
	}
	if text, ok := v.(string); ok {
		return excelize.Cell{StyleID: b.text, Value: clipCell(text)}
	}
	return excelize.Cell{StyleID: b.text, Value: clipCell(a.text(v))}
}

// clipCell keeps within what a cell holds.
func clipCell(s string) string {
	if utf8.RuneCountInString(s) <= excelize.TotalCellChars {
		return s
	}
	return string([]rune(s)[:excelize.TotalCellChars])
}

func (b *book) heading(texts ...string) []any {
	out := make([]any, len(texts))
	for i, t := range texts {
		out[i] = excelize.Cell{StyleID: b.bold, Value: t}
	}
	return out
}

// workbook writes a document with a sheet for each section. The head stands on every sheet, page x/y and the digest in its foot.
func (a *app) workbook(ctx context.Context, w io.Writer, d document) (err error) {
	b, err := newBook()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.file.Close()) }()
	b.footer = footText(d)
	for _, s := range d.sections {
		name := s.name
		if name == "" {
			name = d.title
		}
		if err = b.open(name, func() error { return a.sheetHead(b, d, s) }); err != nil {
			return err
		}
		for _, r := range s.sheet.rows {
			cells := make([]any, len(r))
			for i, v := range r {
				cells[i] = b.cell(a, v)
			}
			if err = errors.Join(ctx.Err(), b.add(cells)); err != nil {
				return err
			}
		}
	}
	for _, c := range d.closing {
		if err = b.add([]any{b.cell(a, c)}); err != nil {
			return err
		}
	}
	if err = b.shut(); err != nil {
		return err
	}
	return b.file.Write(w)
}

// footText is short: a foot holds 255 characters, and & opens a code.
func footText(d document) string {
	const shown = 16
	return strings.ReplaceAll(fmt.Sprintf("%s · %d · %s…", d.title, d.place.Events, d.place.Root[:min(shown, len(d.place.Root))]), "&", "&&")
}

// sheetHead writes the head of a sheet, its sentences and its columns.
func (a *app) sheetHead(b *book, d document, s section) error {
	const wide = 22
	if n := len(s.sheet.columns); n > 0 {
		if err := b.sheet.SetColWidth(1, n, wide); err != nil {
			return err
		}
	}
	for i, l := range a.head(d) {
		cells := []any{b.cell(a, l)}
		if i == 0 {
			cells = b.heading(l)
		}
		if err := b.add(cells); err != nil {
			return err
		}
	}
	for _, l := range append([]string{"", s.name}, s.notes...) {
		if err := b.add([]any{b.cell(a, l)}); err != nil {
			return err
		}
	}
	if len(s.sheet.columns) == 0 {
		return nil
	}
	heads := make([]string, len(s.sheet.columns))
	for i, c := range s.sheet.columns {
		heads[i] = a.t(c.id, c.en)
	}
	return b.add(b.heading(heads...))
}
