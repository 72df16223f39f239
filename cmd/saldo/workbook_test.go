package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"saldo/api"
	"saldo/domain"
)

// sheetOf is a workbook as another program reads it: rows of each sheet.
func sheetOf(t *testing.T, name string) (*excelize.File, map[string][][]string) {
	t.Helper()
	f, err := excelize.OpenFile(name)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	out := map[string][][]string{}
	for _, s := range f.GetSheetList() {
		rows, err := f.GetRows(s, excelize.Options{RawCellValue: true})
		require.NoError(t, err)
		out[s] = rows
	}
	return f, out
}

// testDocument has what a spreadsheet spoils: ids of many digits, leading zeros, formulas, amounts.
func testDocument() document {
	return document{
		title: "Laporan", place: api.Place{Events: 12, Root: strings.Repeat("ab", 32)}, by: "saldo", printed: fixedClock(),
		sections: []section{
			{name: "Daftar", sheet: sheet{
				columns: []column{{id: "Nomor", en: "Id"}, {id: "Jumlah", en: "Amount", right: true}},
				rows: [][]any{
					{"1234567890123456", domain.Rupiah(350_000)}, {"0042", domain.Rupiah(-1)}, {"=1+1", domain.Rupiah(0)}, {"+62", 3}, {"@SUM(A1)", nil}, {"-x", nil}, {"biasa", nil},
				},
			}},
			{name: "Daftar", sheet: sheet{columns: []column{{id: "Lain", en: "Other"}}}},
		},
		closing: []string{"Disetujui: ____"},
	}
}

// TestWorkbookKeepsTextsAndNumbers reads a workbook again: ids are text cells, amounts are numbers with the format of rupiah,
// nothing is a formula, and every sheet has its head and foot.
func TestWorkbookKeepsTextsAndNumbers(t *testing.T) {
	a := &app{clock: fixedClock, env: func(string) string { return "" }}
	require.NoError(t, a.globalsForTest())
	name := filepath.Join(t.TempDir(), "laporan.xlsx")
	var b bytes.Buffer
	require.NoError(t, a.workbook(t.Context(), &b, testDocument()))
	require.NoError(t, os.WriteFile(name, b.Bytes(), 0o600))
	f, all := sheetOf(t, name)
	require.Equal(t, []string{"Daftar", "Daftar (2)"}, f.GetSheetList())
	rows := all["Daftar"]
	at := 0
	for i, r := range rows {
		if len(r) > 0 && r[0] == "Nomor" {
			at = i + 1
		}
	}
	require.NotZero(t, at)
	for i, want := range []string{"1234567890123456", "0042", "=1+1", "+62", "@SUM(A1)", "-x", "biasa"} {
		cell, err := excelize.CoordinatesToCellName(1, at+1+i)
		require.NoError(t, err)
		value, err := f.GetCellValue("Daftar", cell)
		require.NoError(t, err)
		require.Equal(t, want, value)
		kind, err := f.GetCellType("Daftar", cell)
		require.NoError(t, err)
		require.Contains(t, []excelize.CellType{excelize.CellTypeInlineString, excelize.CellTypeSharedString}, kind, want)
		formula, err := f.GetCellFormula("Daftar", cell)
		require.NoError(t, err)
		require.Empty(t, formula)
	}
	amount, err := excelize.CoordinatesToCellName(2, at+1)
	require.NoError(t, err)
	require.Equal(t, "350000", rows[at][1])
	kind, err := f.GetCellType("Daftar", amount)
	require.NoError(t, err)
	require.NotEqual(t, excelize.CellTypeInlineString, kind)
	style, err := f.GetCellStyle("Daftar", amount)
	require.NoError(t, err)
	look, err := f.GetStyle(style)
	require.NoError(t, err)
	require.Contains(t, *look.CustomNumFmt, `"Rp"#,##0`)
	for _, s := range f.GetSheetList() {
		foot, err := f.GetHeaderFooter(s)
		require.NoError(t, err)
		require.Contains(t, foot.OddFooter, "&P/&N")
		require.Contains(t, foot.OddFooter, "abab")
		require.Equal(t, "Laporan", all[s][0][0])
	}
}

// TestWorkbookGoesOnInTheNextSheet fills more rows than a sheet may hold.
func TestWorkbookGoesOnInTheNextSheet(t *testing.T) {
	b, err := newBook()
	require.NoError(t, err)
	b.rows = 4 // a head and three rows
	require.NoError(t, b.open("Keputusan", func() error { return b.add(b.heading("no")) }))
	for i := range 8 {
		require.NoError(t, b.add(b.decision([]any{uint64(i)})))
	}
	require.NoError(t, b.shut())
	name := filepath.Join(t.TempDir(), "k.xlsx")
	require.NoError(t, b.file.SaveAs(name))
	f, all := sheetOf(t, name)
	require.Equal(t, []string{"Keputusan", "Keputusan (2)", "Keputusan (3)"}, f.GetSheetList())
	require.Equal(t, [][]string{{"no"}, {"0"}, {"1"}, {"2"}}, all["Keputusan"])
	require.Equal(t, [][]string{{"no"}, {"6"}, {"7"}}, all["Keputusan (3)"])
}

// TestCSVForSpreadsheets guards formulas and keeps ids: a negative amount is a number and stays one.
func TestCSVForSpreadsheets(t *testing.T) {
	a := &app{clock: fixedClock, env: func(string) string { return "" }}
	require.NoError(t, a.globalsForTest())
	var b bytes.Buffer
	require.NoError(t, a.documentCSV(&b, testDocument()))
	r := csv.NewReader(&b)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	require.NoError(t, err)
	var got [][]string
	for i, row := range rows {
		if row[0] == "Nomor" {
			got = rows[i+1 : i+8]
		}
	}
	require.Equal(t, [][]string{
		{`="1234567890123456"`, "350000"}, {`="0042"`, "-1"}, {"'=1+1", "0"}, {"'+62", "3"}, {"'@SUM(A1)", ""}, {"'-x", ""}, {"biasa", ""},
	}, got)
	require.Equal(t, []string{"'=x", "", "-5"}, decisionCSV([]any{"=x", nil, domain.Rupiah(-5)}))
}

// TestReportsAreWorkbooksToo writes every report and the decisions of the reconstruction as workbooks and reads them again.
func TestReportsAreWorkbooksToo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	code, _, said := cli(t, "demo", "--once", "--data", dir)
	require.Equal(t, exitOK, code, said)
	for _, k := range reportKinds() {
		name := filepath.Join(t.TempDir(), k.id+".xlsx")
		args := []string{"report", k.id, "--data", dir, "--now", "2020-12-31", "--output", "xlsx", "--file", name}
		if k.persons {
			args = append(args, "--participant", "6")
		}
		code, _, said = cli(t, args...)
		require.Equal(t, exitOK, code, said)
		_, all := sheetOf(t, name)
		for sheet, rows := range all {
			head := strings.Join(append(append(rows[0], rows[1]...), append(rows[2], rows[3]...)...), "\n")
			require.Contains(t, head, k.title.ID, sheet)
			require.Contains(t, head, "Posisi nomor", sheet)
		}
	}

	name := filepath.Join(t.TempDir(), "keputusan.xlsx")
	code, _, said = cli(t, "export", "--decisions", "--rules", "purchase", "--data", dir, "--output", "xlsx", "--file", name)
	require.Equal(t, exitOK, code, said)
	_, all := sheetOf(t, name)
	rows := all["Keputusan"]
	code, out, said := cli(t, "export", "--decisions", "--rules", "purchase", "--data", dir, "--output", "ndjson")
	require.Equal(t, exitOK, code, said)
	require.Len(t, rows, strings.Count(out, "\n")+1, "a head, and a row for each decision")
}

// TestSignaturesInASimulation draws and closes in the reconstruction, at its own clock, and refuses with cause and cure what does not fit.
func TestSignaturesInASimulation(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	code, _, said := cli(t, "demo", "--once", "--data", dir)
	require.Equal(t, exitOK, code, said)
	const one, two = "7f1c8f0e-55a6-4d0b-9a37-3f7d2b0c9a11", "7f1c8f0e-55a6-4d0b-9a37-3f7d2b0c9a12"
	sample := func(seed, now string) (int, string, string) {
		return cli(t, "audit", "sample", "--size", "5", "--method", "mus", "--seed", seed, "--by", one, "--data", dir, "--now", now, "--lang", "en", "--quiet")
	}
	code, first, said := sample("7", "2020-12-31")
	require.Equal(t, exitOK, code, said)
	require.Contains(t, first, "5 done again: 5 equal, 0 different")
	code, again, _ := sample("7", "2020-12-31")
	require.Equal(t, exitOK, code)
	require.Contains(t, again, "shown again")
	code, second, said := sample("8", "2020-12-31")
	require.Equal(t, exitConflict, code)
	require.Contains(t, said, "audit@1")
	require.Contains(t, second, "seed 7")
	code, _, said = sample("7", "2020-08-21")
	require.Equal(t, exitConflict, code)
	require.Contains(t, said, "choose a later --now")

	signed := func(args ...string) (int, string, string) {
		return cli(t, append([]string{"close", "--period", "2020-08", "--data", dir, "--now", "2021-01-05", "--quiet"}, args...)...)
	}
	code, _, said = signed("--prepare", "--by", one, "--authority", "SK-12/2020", "--date", "2020-09-02")
	require.Equal(t, exitOK, code, said)
	code, _, said = signed("--approve", "--number", "8361", "--by", one)
	require.Equal(t, exitConflict, code)
	require.Contains(t, said, "orang lain")
	code, out, said := signed("--approve", "--number", "8361", "--by", two)
	require.Equal(t, exitOK, code, said)
	require.Contains(t, out, "PeriodClosed")
	code, out, said = cli(t, "close", "--list", "--data", dir, "--quiet")
	require.Equal(t, exitOK, code, said)
	require.Contains(t, out, "dicatat setelah tutup buku")
	code, _, said = cli(t, "check", "--data", dir, "--quiet")
	require.Equal(t, exitOK, code, said)
}
