package words_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"saldo/domain/words"
)

func parse(t require.TestingT, source string) words.Template {
	template, err := words.Parse(source)
	require.NoError(t, err, "%q", source)
	return template
}

// Model answers of the demo: the same facts in both languages.
func TestModelAnswers(t *testing.T) {
	rupiah := func(n int64) words.Amount { return words.Amount(decimal.NewFromInt(n)) }
	for _, tt := range []struct {
		name, source, want string
		lang               words.Lang
		values             words.Values
	}{
		{
			"refused, payments closed", "Pembelian tanggal {attempt} belum dapat diproses karena layanan pembayaran " +
				"Kartu Prakerja dinonaktifkan sementara oleh {who} di semua platform sejak {closed}. " +
				"Saldo pelatihan tetap utuh, {balance}.[[ Layanan dibuka {opens}.]]",
			"Pembelian tanggal 20 Agustus 2020 pukul 09.14 WIB belum dapat diproses karena layanan pembayaran " +
				"Kartu Prakerja dinonaktifkan sementara oleh Manajemen Pelaksana di semua platform sejak " +
				"19 Agustus pukul 17.00 WIB. Saldo pelatihan tetap utuh, Rp1.000.000.",
			words.ID,
			words.Values{
				"attempt": words.Instant(wib(time.August, 20, 9, 14, 0)),
				"closed":  words.Instant(wib(time.August, 19, 17, 0, 0)),
				"who":     words.Localized{ID: "Manajemen Pelaksana", EN: "the programme office"},
				"balance": rupiah(1000000),
			},
		},
		{
			"paid, not found", "Your payment went through and is not lost: {paid}, '{course}', {price}, on {platform}. " +
				"The voucher was issued at {issued}[[ and, by the latest report, {state}]].",
			"Your payment went through and is not lost: 29 August 2020 at 10.05 WIB, 'Menulis Opini', Rp150,000, " +
				"on Tokopedia. The voucher was issued at 10.06 WIB and, by the latest report, has not been exchanged.",
			words.EN,
			words.Values{
				"paid":     words.Instant(wib(time.August, 29, 10, 5, 0)),
				"course":   words.Text("Menulis Opini"),
				"price":    rupiah(150000),
				"platform": words.Text("Tokopedia"),
				"issued":   words.ClockOf(wib(time.August, 29, 10, 6, 0)),
				"state":    words.Localized{ID: "belum ditukarkan", EN: "has not been exchanged"},
			},
		},
		{
			"when, and my 30 days", "Batas pembelian pertama Bapak/Ibu {deadline}, masih {left}. Menurut pernyataan " +
				"{stated} layanan ditargetkan lancar pada akhir Agustus. Sejauh ini pembelian tidak mungkin dilakukan selama {shut}.",
			"Batas pembelian pertama Bapak/Ibu 15 September 2020 pukul 23.59 WIB, masih 22 hari. Menurut pernyataan " +
				"23 Agustus layanan ditargetkan lancar pada akhir Agustus. Sejauh ini pembelian tidak mungkin dilakukan selama 4 hari 17 jam.",
			words.ID,
			words.Values{
				"deadline": words.Instant(wib(time.September, 15, 23, 59, 59)),
				"left":     words.Duration(22 * 24 * time.Hour),
				"stated":   words.DayOf(wib(time.August, 23, 0, 0, 0)),
				"shut":     words.Duration(113 * time.Hour),
			},
		},
		{
			"token", "all {n} requests from that platform were turned away",
			"all 1,204 requests from that platform were turned away",
			words.EN,
			words.Values{"n": words.Number(1204)},
		},
	} {
		got, err := parse(t, tt.source).Render(tt.values, tt.lang, words.WIB)
		require.NoError(t, err, tt.name)
		require.Equal(t, tt.want, got, tt.name)
	}
}

func TestRenderTidies(t *testing.T) {
	given := words.Values{"x": words.Text("X")} // y is missing
	for source, want := range map[string]string{
		"":                                "",
		"a [[b {y}]] c":                   "a c",
		"a [[b {x}]] c":                   "a b X c",
		"a[[ b {y}]] c":                   "a c",
		"a [[ b {x} ]] c":                 "a b X c",
		"a  [[b {y}]]  c":                 "a c",
		"a[[b {y}]]  c":                   "a c",
		"a [[b {y}]].":                    "a.",
		"a [[b {y}]] , c":                 "a, c",
		"a [[ b {x} ]]. C":                "a b X. C",
		"[[b {y}]] a":                     "a",
		"a [[b {y}]]":                     "a",
		"a [[b {y}]] [[c {y}]] [[d {y}]]": "a",
		"a [[b {y}]] [[c {x}]] d":         "a c X d",
		"a [[b {x} {y}]] d":               "a d",
		"a [[b {y}]] .NET":                "a .NET",
		"a [[b {y}]] :abandon":            "a :abandon",
		"a [[b {y}]](c)":                  "a (c)",
		"a [[b {y}]]{x}":                  "a X",
		"a  b , {x}":                      "a  b , X", // no segment, no tidying
		"[a] {x} [[{x}]]]":                "[a] X X]",
	} {
		got, err := parse(t, source).Render(given, words.ID, words.WIB)
		require.NoError(t, err)
		require.Equal(t, want, got, "%q", source)
	}
}

func TestValuesAreInsertedAsTheyAre(t *testing.T) {
	title := words.Text("  Excel  {x} : [[dasar]] ")
	got, err := parse(t, "[[{title}]].").Render(words.Values{"title": title}, words.EN, words.WIB)
	require.NoError(t, err)
	require.Equal(t, string(title)+".", got)
}

func TestYearIsSaidOnce(t *testing.T) {
	values := words.Values{
		"a": words.Instant(wib(time.December, 31, 23, 0, 0)),
		"b": words.DayOf(wib(time.December, 31, 23, 0, 0)),
		"c": words.DayOf(wib(time.January, 2, 0, 0, 0).AddDate(1, 0, 0)),
	}
	template := parse(t, "{a}; {b}; {c}; {b}[[; {b} {gone}]]")
	got, err := template.Render(values, words.ID, words.WIB)
	require.NoError(t, err)
	require.Equal(t, "31 Desember 2020 pukul 23.00 WIB; 31 Desember; 2 Januari 2021; 31 Desember 2020", got)

	got, err = template.Render(values, words.EN, words.WIT)
	require.NoError(t, err)
	require.Equal(t, "1 January 2021 at 01.00 WIT; 1 January; 2 January; 1 January", got)
}

func TestMissing(t *testing.T) {
	template := parse(t, "{a} {b} {c} {a}[[ {d} {b}]] {e}[[ {f}]]")
	required, optional := template.Names()
	require.Equal(t, []string{"a", "b", "c", "e"}, required)
	require.Equal(t, []string{"d", "f"}, optional)

	values := words.Values{
		"a": words.Instant{}, "b": words.Number(0), "c": words.Text(""), "e": words.Localized{ID: "ada"},
	}
	for lang, want := range map[words.Lang][]string{words.ID: {"a", "c"}, words.EN: {"a", "c", "e"}} {
		got, err := template.Render(values, lang, words.WIB)
		require.Empty(t, got)
		missing, ok := errors.AsType[*words.MissingError](err)
		require.True(t, ok)
		require.Equal(t, want, missing.Names)
		require.EqualError(t, err, "words: no value for "+strings.Join(want, ", "))
	}

	_, err := template.Render(nil, words.ID, words.WIB)
	require.EqualError(t, err, "words: no value for a, b, c, e")

	got, err := words.Template{}.Render(nil, words.ID, words.WIB)
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestParseFaults(t *testing.T) {
	for source, want := range map[string]string{
		"a {b":           "byte 2: { is never closed",
		"a }":            "byte 2: } closes nothing",
		"a {{b}}":        "byte 2: {{ means nothing here; a placeholder is {name}",
		"{}":             `byte 0: bad name ""; want lower-case letters, digits and underscores, a letter first`,
		"é {Name}":       `byte 3: bad name "Name"; want lower-case letters, digits and underscores, a letter first`,
		"{a|upper}":      `byte 0: bad name "a|upper"; want lower-case letters, digits and underscores, a letter first`,
		"{1a}":           `byte 0: bad name "1a"; want lower-case letters, digits and underscores, a letter first`,
		"{a {b}":         `byte 0: bad name "a {b"; want lower-case letters, digits and underscores, a letter first`,
		"x [[ {a}":       "byte 2: [[ is never closed",
		"x ]]":           "byte 2: ]] closes nothing",
		"[[ {a} [[{b}]]": "byte 7: [[ inside the segment opened at byte 0",
		"a [[ b ]]":      "byte 2: optional segment names no value, so it could never be dropped",
	} {
		_, err := words.Parse(source)
		require.EqualError(t, err, "words: template at "+want, "%q", source)
	}
}

// source draws a template that is nearly always valid, and value any kind.
func source(t *rapid.T) string {
	piece := rapid.SampledFrom([]string{
		"{a}", "{b}", "{c1}", " ", "  ", ".", ", ", "kata", "[", "[[ {a} ]]", "[[{b}, {c1}]]", "[[.{d_}]]",
	})
	return strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces"), "")
}

func value(t *rapid.T) words.Value {
	n := rapid.Int64().Draw(t, "n")
	at := time.Unix(n%1e10, 0)
	return rapid.SampledFrom([]words.Value{
		nil, words.Text(""), words.Text("teks"),
		words.Localized{ID: "satu"},
		words.Localized{ID: "satu", EN: "one"},
		words.Amount(decimal.New(n, -2)), words.Number(n), words.Duration(n),
		words.Instant(at), words.DayOf(at), words.ClockOf(at),
		words.Instant{},
	}).Draw(t, "value")
}

func TestRenderIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := source(t)
		template, err := words.Parse(text)
		if err != nil {
			return // "[" beside "[[" can open what is never closed
		}
		values := words.Values{"a": value(t), "b": value(t), "c1": value(t), "d_": value(t)}
		lang := rapid.SampledFrom([]words.Lang{words.ID, words.EN, ""}).Draw(t, "lang")
		got, err := template.Render(values, lang, words.WITA)
		again, errAgain := template.Render(values, lang, words.WITA)
		require.Equal(t, got, again)
		require.Equal(t, err, errAgain)
		if err != nil {
			required, _ := template.Names()
			missing, ok := errors.AsType[*words.MissingError](err)
			require.True(t, ok)
			require.Subset(t, required, missing.Names)
			return
		}
		require.NotContains(t, got, "[[")
		require.NotContains(t, got, "{")
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "a {b}", "[[ {a} ]]", "[[[{a}]]]", "{{a}}", "]]", "{a", "[[{a}[[", "\xff{a}\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		template, err := words.Parse(text)
		if err != nil {
			require.Equal(t, words.Template{}, template)
			return
		}
		required, optional := template.Names()
		values := words.Values{}
		_, err = template.Render(values, words.ID, words.WIB)
		require.Equal(t, len(required) > 0, err != nil)
		for _, name := range append(required, optional...) {
			require.NotContains(t, values, name, "a name is reported once")
			values[name] = words.Text("x")
		}
		_, err = template.Render(values, words.ID, words.WIB)
		require.NoError(t, err)
	})
}

func BenchmarkRender(b *testing.B) {
	template := parse(b, "Pembelian tanggal {attempt} belum dapat diproses sejak {closed}[[ oleh {who}]]. Saldo {balance}.")
	values := words.Values{
		"attempt": words.Instant(wib(time.August, 20, 9, 14, 0)),
		"closed":  words.Instant(wib(time.August, 19, 17, 0, 0)),
		"balance": words.Amount(decimal.NewFromInt(1000000)),
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := template.Render(values, words.ID, words.WIB); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleTemplate_Render() {
	template, err := words.Parse("Pembelian tanggal {attempt} belum dapat diproses[[ sejak {closed}]].")
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := template.Render(words.Values{
		"attempt": words.Instant(time.Date(2020, time.August, 20, 2, 14, 0, 0, time.UTC)),
	}, words.ID, words.WIB)
	fmt.Println(text, err)
	// Output: Pembelian tanggal 20 Agustus 2020 pukul 09.14 WIB belum dapat diproses. <nil>
}
