package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/words"
)

func TestParseTime(t *testing.T) {
	const want = "2020-08-20T02:14:00Z"
	for s, assumed := range map[string]bool{
		"2020-08-20T09:14:00+07:00": false, "2020-08-20T02:14:00Z": false, "2020-08-20T09:14+07:00": false,
		"2020-08-20 09:14": true, "2020-08-20 09.14": true, "2020-08-20T09:14": true, " 2020-08-20 09:14:00 ": true,
		"2020-08-20 11:14 WIT": false, "2020-08-20 09:14 wib": false,
	} {
		at, filled, err := parseTime("at", s, words.WIB, dayEnd)
		require.NoError(t, err, s)
		require.Equal(t, want, at.Format(time.RFC3339), s)
		require.Equal(t, assumed, filled, s)
	}
	from, _, err := parseTime("from", "2020-08-20", words.WITA, dayStart)
	require.NoError(t, err)
	require.Equal(t, "2020-08-19T16:00:00Z", from.Format(time.RFC3339))
	to, _, err := parseTime("to", "2020-08-20", words.WITA, dayEnd)
	require.NoError(t, err)
	require.Equal(t, 24*time.Hour-time.Second, to.Sub(from))
	for _, s := range []string{"kemarin", "20-08-2020", "2020-08-32", "09:14", "2020-08-20T09:14:00+25:00", strings.Repeat("9", 1000)} {
		_, _, err = parseTime("at", s, words.WIB, dayEnd)
		require.Equal(t, exitUsage, codeOf(err), s)
		require.Less(t, len(err.Error()), 300)
	}
}

func TestLineReader(t *testing.T) {
	long := strings.Repeat("x", domain.MaxSubmissionBytes+5)
	r := newLineReader(strings.NewReader("\xef\xbb\xbfa\r\n\nb\n" + long + "\r\nc"))
	for i, want := range []struct {
		text string
		size int
	}{{"a", 1}, {"", 0}, {"b", 1}, {long[:domain.MaxSubmissionBytes+2], len(long)}, {"c", 1}} {
		line, err := r.next()
		require.NoError(t, err)
		require.Equal(t, i+1, line.no)
		require.Equal(t, want.size, line.size, "line %d", line.no)
		require.Equal(t, want.text, string(line.text), "line %d", line.no)
	}
	_, err := r.next()
	require.Error(t, err)
}

// TestTable: money and codes are never cut, whatever the width.
func TestTable(t *testing.T) {
	const code = "participant-4df2b536-f734-5a92-be8f-bfada05e4263"
	s := sheet{
		columns: []column{{key: "a", id: "KODE", en: "CODE"}, {key: "b", id: "NOMINAL", en: "AMOUNT", right: true}, {key: "c", id: "KETERANGAN", en: "ABOUT"}},
		rows:    [][]any{{code, domain.Rupiah(3_550_000), "sebuah keterangan yang cukup panjang untuk dipatahkan menjadi beberapa baris"}},
	}
	for _, width := range []string{"20", "40", "60", "80", "120"} {
		var out bytes.Buffer
		a := &app{out: &out, err: &out, lang: words.ID, env: func(k string) string { return map[string]string{"COLUMNS": width}[k] }}
		require.NoError(t, a.print(s))
		require.Contains(t, out.String(), code)
		require.Contains(t, out.String(), "Rp3.550.000")
	}
}
