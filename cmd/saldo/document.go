package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/words"
)

// document is something that is printed and signed: every page and every sheet of it says from which position of the log it
// was computed, the digest there, who printed it and when.
type document struct {
	title    string
	about    []string // what it covers: moment, wave, person
	place    api.Place
	printed  time.Time
	by       string
	sim      bool
	sections []section
	closing  []string // last lines, such as places for signatures
}

// section is a table with its heading and the sentences that belong to it; each is a sheet of a workbook.
type section struct {
	name    string
	notes   []string
	sheet   sheet
	onPaper []section // what plain text shows instead of a table that is too wide for paper
}

// without is a sheet that leaves columns out, by their places.
func (s sheet) without(places ...int) sheet {
	keep := func(i int) bool { return !slices.Contains(places, i) }
	out := sheet{}
	for i, c := range s.columns {
		if keep(i) {
			out.columns = append(out.columns, c)
		}
	}
	for _, r := range s.rows {
		var row []any
		for i, v := range r {
			if keep(i) {
				row = append(row, v)
			}
		}
		out.rows = append(out.rows, row)
	}
	return out
}

// printedAt is the moment of printing: of the real clock, in a simulation of its own.
func (a *app) printedAt(l *ledger) time.Time {
	if l.sim {
		return l.now
	}
	return domain.Canonical(a.clock())
}

// documentFlags say how a document is printed.
type documentFlags struct{ file, by string }

// documents marks a command whose --output may be text or xlsx.
const documents = "documents"

// documentFormats are the forms of a document; text is its table.
func documentFormats() []string { return []string{"text", "table", "csv", "xlsx"} }

func (a *app) documentFlags(c *cobra.Command, f *documentFlags) {
	c.Annotations = map[string]string{documents: "yes"}
	c.Flags().StringVar(&f.file, "file", "", a.t("tulis ke berkas ini alih-alih ke stdout; wajib bagi xlsx", "write to this file and not to stdout; required for xlsx"))
	c.Flags().StringVar(&f.by, "printed-by", "", a.t("siapa yang mencetak (bawaan: pengguna komputer ini)", "who prints it (default: the user of this computer)"))
}

// takesFormat refuses text and xlsx where a command prints no document.
func (a *app) takesFormat(c *cobra.Command) error {
	if (a.output == "text" || a.output == "xlsx") && c.Annotations[documents] == "" {
		return usage("--output "+a.output, a.t("hanya saldo report, saldo close dan saldo export --decisions memberinya", "only saldo report, saldo close and saldo export --decisions give it"))
	}
	return nil
}

// printedBy is the name on a document.
func (a *app) printedBy(f documentFlags) string {
	for _, name := range []string{f.by, a.env("USER"), a.env("USERNAME")} {
		if name = strings.TrimSpace(name); name != "" {
			return clip(strings.Map(printable, name))
		}
	}
	return "saldo"
}

func printable(r rune) rune {
	if r < ' ' || r == utf8.RuneError {
		return ' '
	}
	return r
}

// publish writes a document in the form asked for, to stdout or into a file that is there whole or not at all.
func (a *app) publish(ctx context.Context, d document, f documentFlags) error {
	if a.output == "xlsx" && f.file == "" {
		return usage("--output xlsx", a.t("sebut berkasnya: --file laporan.xlsx", "name the file: --file report.xlsx"))
	}
	write := func(w io.Writer) error {
		switch a.output {
		case "csv":
			return a.documentCSV(w, d)
		case "xlsx":
			return a.workbook(ctx, w, d)
		}
		return a.documentText(w, d, f.file != "")
	}
	if f.file == "" {
		return write(a.out)
	}
	if err := a.writeFile(f.file, write); err != nil {
		return err
	}
	a.talk(a.t("ditulis: %s", "written: %s"), f.file)
	return nil
}

// writeFile writes a file beside its place and moves it there when it is whole. A file that is there is not overwritten.
func (a *app) writeFile(name string, write func(io.Writer) error) error {
	if _, err := os.Lstat(name); err == nil {
		return &problem{code: exitConflict, what: name + a.t(" sudah ada", " is there already"), cure: a.t("pilih nama lain: --file", "choose another name: --file")}
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return &problem{code: permission(err), what: "--file " + name, cause: err}
	}
	err = errors.Join(write(tmp), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

// head is what stands at the top of every page.
func (a *app) head(d document) []string {
	lines := append([]string{d.title}, d.about...)
	lines = append(lines,
		fmt.Sprintf(a.t("Posisi nomor %s", "Position number %s"), words.Count(int(d.place.Events), a.lang)), //nolint:gosec // far below 2^63
		"Digest "+d.place.Root,
		fmt.Sprintf(a.t("Dicetak oleh %s, %s", "Printed by %s, %s"), d.by, words.Moment(d.printed, a.zone, a.lang)))
	if d.sim {
		lines = append(lines, a.simulationNote())
	}
	return lines
}

// pageLines is how many lines a printed page holds, its head and foot included.
const pageLines = 60

// documentText writes a document as pages of plain text, 80 columns wide. In a file a form feed separates them, so that a
// printer begins a new sheet.
func (a *app) documentText(w io.Writer, d document, file bool) error {
	body, err := a.bodyLines(d)
	if err != nil {
		return err
	}
	var head []string
	for _, l := range a.head(d) {
		head = append(head, wrap(l, usualWidth)...)
	}
	room := pageLines - len(head) - 4 //nolint:mnd // a rule below the head, a free line, a free line and the foot
	pages := max((len(body)+room-1)/room, 1)
	var b strings.Builder
	for p := range pages {
		if p > 0 && file {
			b.WriteString("\f")
		}
		for _, l := range head {
			b.WriteString(l + "\n")
		}
		b.WriteString(strings.Repeat("-", usualWidth) + "\n\n")
		for _, l := range body[p*room : min((p+1)*room, len(body))] {
			b.WriteString(l + "\n")
		}
		fmt.Fprintf(&b, "\n%*s\n", usualWidth, fmt.Sprintf(a.t("Halaman %d/%d", "Page %d/%d"), p+1, pages))
		if p < pages-1 && !file {
			b.WriteString("\n")
		}
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// bodyLines lays the sections out.
func (a *app) bodyLines(d document) ([]string, error) {
	var buf bytes.Buffer
	plainApp := *a
	plainApp.out, plainApp.output, plainApp.quiet = &buf, "table", true
	for i, s := range d.sections {
		if i > 0 {
			buf.WriteString("\n")
		}
		var b strings.Builder
		if s.name != "" {
			b.WriteString(strings.ToUpper(s.name) + "\n")
		}
		for _, n := range s.notes {
			plainApp.paragraph(&b, n, 0)
		}
		buf.WriteString(b.String())
		for _, paper := range s.onPaper {
			if paper.name != "" {
				buf.WriteString("\n" + paper.name + "\n")
			}
			if err := plainApp.table(paper.sheet); err != nil {
				return nil, err
			}
		}
		switch {
		case len(s.sheet.columns) == 0 || len(s.onPaper) > 0:
		case len(s.sheet.rows) == 0:
			buf.WriteString(a.t("(tidak ada)", "(none)") + "\n")
		default:
			if err := plainApp.table(s.sheet); err != nil {
				return nil, err
			}
		}
	}
	for _, l := range d.closing {
		buf.WriteString(l + "\n")
	}
	return strings.Split(strings.TrimSuffix(buf.String(), "\n"), "\n"), nil
}

// documentCSV writes a document for a spreadsheet: its head, then each section with a heading of its own.
func (a *app) documentCSV(out io.Writer, d document) error {
	w := csv.NewWriter(out)
	var lines [][]string
	for _, h := range append(a.head(d), fmt.Sprintf(a.t("Halaman %d/%d", "Page %d/%d"), 1, 1)) {
		lines = append(lines, []string{guarded(h)})
	}
	for _, s := range d.sections {
		lines = append(lines, nil)
		for _, n := range append([]string{s.name}, s.notes...) {
			if n != "" {
				lines = append(lines, []string{guarded(n)})
			}
		}
		if len(s.sheet.columns) == 0 {
			continue
		}
		head := make([]string, len(s.sheet.columns))
		for i, c := range s.sheet.columns {
			head[i] = a.t(c.id, c.en)
		}
		lines = append(lines, head)
		for _, r := range s.sheet.rows {
			cells := make([]string, len(r))
			for i, v := range r {
				cells[i] = a.csvCell(v)
			}
			lines = append(lines, cells)
		}
	}
	for _, c := range d.closing {
		lines = append(lines, []string{guarded(c)})
	}
	if err := w.WriteAll(lines); err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

// csvCell is a value for a spreadsheet: numbers as they are, texts so that no program takes them for a number or a formula.
func (a *app) csvCell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case domain.Money:
		return v.String()
	case int:
		return strconv.Itoa(v)
	case uint64:
		return strconv.FormatUint(v, 10)
	case time.Time:
		return a.text(v)
	}
	return guarded(a.text(v))
}

// guarded keeps a text a text. A spreadsheet takes a field that begins with = + - @ for a formula, quoted or not, and one of
// many digits for a number, of which it keeps fifteen. The first gets an apostrophe; digits become a formula that is that text.
func guarded(s string) string {
	const exact = 12 // digits that every spreadsheet shows as they are
	if s == "" {
		return s
	}
	if strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	if strings.Trim(s, "0123456789") == "" && (len(s) >= exact || s[0] == '0' && len(s) > 1) {
		return `="` + s + `"`
	}
	return s
}
