package words_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"saldo/domain/words"
)

func wib(month time.Month, day, hour, minute, second int) time.Time {
	return time.Date(2020, month, day, hour, minute, second, 0, words.WIB.Location())
}

func TestRupiah(t *testing.T) {
	for _, tt := range []struct{ in, id, en string }{
		{"0", "Rp0", "Rp0"},
		{"999", "Rp999", "Rp999"},
		{"1000", "Rp1.000", "Rp1,000"},
		{"150000", "Rp150.000", "Rp150,000"},
		{"1000000", "Rp1.000.000", "Rp1,000,000"},
		{"-600000", "-Rp600.000", "-Rp600,000"},
		{"1000000.00", "Rp1.000.000", "Rp1,000,000"},
		{"1e6", "Rp1.000.000", "Rp1,000,000"},
		{"150000.5", "Rp150.000,50", "Rp150,000.50"},
		{"-0.125", "-Rp0,125", "-Rp0.125"},
		{"5254000000000", "Rp5.254.000.000.000", "Rp5,254,000,000,000"},
	} {
		d := decimal.RequireFromString(tt.in)
		require.Equal(t, tt.id, words.Rupiah(d, words.ID))
		require.Equal(t, tt.en, words.Rupiah(d, words.EN))
	}
}

func TestRupiahReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := decimal.New(rapid.Int64().Draw(t, "coefficient"), rapid.Int32Range(-6, 6).Draw(t, "exponent"))
		en := words.Rupiah(d, words.EN)
		back, err := decimal.NewFromString(strings.NewReplacer("Rp", "", ",", "").Replace(en))
		require.NoError(t, err)
		require.True(t, d.Equal(back), "%s read back as %s", d, back)

		id := words.Rupiah(d, words.ID)
		require.Equal(t, en, strings.NewReplacer(".", ",", ",", ".").Replace(id))
		require.NotContains(t, id, " ")
		require.NotContains(t, id, "Rp.")
	})
}

func TestCount(t *testing.T) {
	for n, want := range map[int][2]string{
		0:             {"0", "0"},
		999:           {"999", "999"},
		1204:          {"1.204", "1,204"},
		-1204:         {"-1.204", "-1,204"},
		1480000:       {"1.480.000", "1,480,000"},
		math.MinInt64: {"-9.223.372.036.854.775.808", "-9,223,372,036,854,775,808"},
	} {
		require.Equal(t, want, [2]string{words.Count(n, words.ID), words.Count(n, words.EN)})
	}
}

func TestMoments(t *testing.T) {
	at := wib(time.August, 20, 9, 14, 59)
	require.Equal(t, "20 Agustus 2020 pukul 09.14 WIB", words.Moment(at, words.WIB, words.ID))
	require.Equal(t, "20 August 2020 at 09.14 WIB", words.Moment(at, words.WIB, words.EN))
	require.Equal(t, "20 Agustus 2020 pukul 10.14 WITA", words.Moment(at, words.WITA, words.ID))
	require.Equal(t, "20 August 2020 at 11.14 WIT", words.Moment(at, words.WIT, words.EN))

	accepted := wib(time.August, 29, 8, 3, 11)
	require.Equal(t, "29 Agustus 2020 08.03.11 WIB", words.MomentSeconds(accepted, words.WIB, words.ID))
	require.Equal(t, "29 August 2020 08.03.11 WIB", words.MomentSeconds(accepted, words.WIB, words.EN))

	require.Equal(t, "pukul 08.03 WIB", words.Clock(accepted, words.WIB, words.ID))
	require.Equal(t, "08.03 WIB", words.Clock(accepted, words.WIB, words.EN))

	newYear := wib(time.December, 31, 23, 59, 59)
	require.Equal(t, "31 Desember 2020", words.Day(newYear, words.WIB, words.ID))
	require.Equal(t, "1 January 2021", words.Day(newYear, words.WIT, words.EN))
}

func TestMomentAfter(t *testing.T) {
	closed := wib(time.August, 19, 17, 0, 0)
	for _, tt := range []struct {
		prev   time.Time
		zone   words.Zone
		id, en string
	}{
		{time.Time{}, words.WIB, "19 Agustus 2020 pukul 17.00 WIB", "19 August 2020 at 17.00 WIB"},
		{closed.AddDate(-1, 0, 0), words.WIB, "19 Agustus 2020 pukul 17.00 WIB", "19 August 2020 at 17.00 WIB"},
		{closed.AddDate(0, 0, 1), words.WIB, "19 Agustus pukul 17.00 WIB", "19 August at 17.00 WIB"},
		{closed.Add(-time.Hour), words.WIB, "pukul 17.00 WIB", "at 17.00 WIB"},
		{closed.Add(6 * time.Hour), words.WIB, "pukul 17.00 WIB", "at 17.00 WIB"},
		{closed.Add(6 * time.Hour), words.WIT, "19 Agustus pukul 19.00 WIT", "19 August at 19.00 WIT"}, // already the 20th there
	} {
		require.Equal(t, tt.id, words.MomentAfter(tt.prev, closed, tt.zone, words.ID))
		require.Equal(t, tt.en, words.MomentAfter(tt.prev, closed, tt.zone, words.EN))
	}
}

func TestMonths(t *testing.T) {
	var got []string
	for m := time.January; m <= time.December; m++ {
		day := words.Day(wib(m, 5, 0, 0, 0), words.WIB, words.ID)
		got = append(got, strings.Fields(day)[1])
		require.Equal(t, "5 "+m.String()+" 2020", words.Day(wib(m, 5, 0, 0, 0), words.WIB, words.EN))
	}
	require.Equal(t, "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
		strings.Join(got, " "))
}

func TestZones(t *testing.T) {
	for i, z := range []words.Zone{words.WIB, words.WITA, words.WIT} {
		name, offset := time.Unix(0, 0).In(z.Location()).Zone()
		require.Equal(t, z.String(), name)
		require.Equal(t, (7+i)*3600, offset)
	}
	require.Equal(t, "WIB", words.Zone(200).String())
}

// The wall clock written is the one package time computes in the same zone.
func TestMomentAgreesWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-1e9, 1e10).Draw(t, "unix"), 0)
		zone := words.Zone(rapid.IntRange(0, 2).Draw(t, "zone"))
		want := at.In(zone.Location()).Format("2 January 2006 15.04.05 MST")
		require.Equal(t, want, words.MomentSeconds(at, zone, words.EN))
	})
}

func TestSpan(t *testing.T) {
	for _, tt := range []struct {
		in     time.Duration
		id, en string
	}{
		{0, "0 menit", "0 minutes"},
		{59 * time.Second, "kurang dari 1 menit", "less than 1 minute"},
		{time.Minute, "1 menit", "1 minute"},
		{45*time.Minute + 59*time.Second, "45 menit", "45 minutes"},
		{time.Hour, "1 jam", "1 hour"},
		{90 * time.Minute, "1 jam 30 menit", "1 hour 30 minutes"},
		{24 * time.Hour, "1 hari", "1 day"},
		{25 * time.Hour, "1 hari 1 jam", "1 day 1 hour"},
		{24*time.Hour + 30*time.Minute, "1 hari", "1 day"},
		{22 * 24 * time.Hour, "22 hari", "22 days"},
		{wib(time.August, 24, 10, 0, 0).Sub(wib(time.August, 19, 17, 0, 0)), "4 hari 17 jam", "4 days 17 hours"},
		{wib(time.August, 29, 8, 0, 0).Sub(wib(time.August, 19, 17, 0, 0)), "9 hari 15 jam", "9 days 15 hours"},
		{-25 * time.Hour, "-1 hari 1 jam", "-1 day 1 hour"},
		{math.MinInt64, "-106751 hari 23 jam", "-106751 days 23 hours"},
	} {
		require.Equal(t, tt.id, words.Span(tt.in, words.ID))
		require.Equal(t, tt.en, words.Span(tt.in, words.EN))
	}
}

func TestParseLang(t *testing.T) {
	for in, want := range map[string]words.Lang{
		"id": words.ID, "en": words.EN, "EN": words.EN, "id-ID": words.ID, "en_GB.UTF-8": words.EN,
	} {
		got, err := words.ParseLang(in)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, in := range []string{"", "jv", "C.UTF-8", " id", "ide"} {
		_, err := words.ParseLang(in)
		require.EqualError(t, err, fmt.Sprintf("words: unknown language %q, want \"id\" or \"en\"", in))
	}
}

func TestJoin(t *testing.T) {
	for _, tt := range []struct {
		items  []string
		id, en string
	}{
		{nil, "", ""},
		{[]string{"a"}, "a", "a"},
		{[]string{"a", "b"}, "a dan b", "a and b"},
		{[]string{"a", "b", "c"}, "a, b, dan c", "a, b and c"},
		{[]string{"a", "b", "c", "d"}, "a, b, c, dan d", "a, b, c and d"},
	} {
		require.Equal(t, tt.id, words.Join(tt.items, words.ID))
		require.Equal(t, tt.en, words.Join(tt.items, words.EN))
	}
}

func TestWordsAndRunes(t *testing.T) {
	for in, want := range map[string]int{
		"":      0,
		" – \t": 0,
		"Saldo pelatihan tetap utuh, Rp1.000.000.": 5,
		"20 Agustus 2020 pukul 09.14 WIB":          6,
		"antarsistem -- bukan, milik\npeserta":     4,
		"(a) 'b'":                                  2,
	} {
		require.Equal(t, want, words.Words(in), "%q", in)
	}
	require.Equal(t, 3, words.Runes("é–a"))
}
