package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/domain"
)

// canaries are personal data that must never reach a disk: all invented, in the forms that people write them.
func canaries() map[string]string {
	return map[string]string{
		"NIK":                      "3174051209890001",
		"NIK with spaces":          "317405 120989 0002",
		"NIK with dots":            "31.74.05.120989.0003",
		"card number":              "5264220012345674",
		"card number with dashes":  "5264-2200-1234-5675",
		"phone":                    "081234567890",
		"phone, international":     "+6281234567891",
		"phone with dashes":        "0812-3456-7892",
		"e-mail":                   "siti.canary@example.com",
		"e-mail in a sentence":     "hubungi siti.kenari@contoh.co.id segera",
		"NIK inside a text":        "milik 3174051209890004 saja",
		"name with its NIK":        "SITI CANARY/3174051209890005",
		"voucher and phone":        "V-081234567893",
		"digits of another script": "٠٨١٢٣٤٥٦٧٨٩٤",
	}
}

// secrets is what is looked for on the disk: the canaries, and their digits without what stands between them.
func secrets() [][]byte {
	var out [][]byte
	for _, c := range canaries() {
		out = append(out, []byte(c))
		var digits []byte
		for _, r := range c {
			if r >= '0' && r <= '9' {
				digits = append(digits, byte(r))
			}
		}
		if len(digits) >= 9 {
			out = append(out, digits)
		}
	}
	return append(out, []byte("siti.canary@"), []byte("siti.kenari@"), []byte("3174051209890004"))
}

// eachString calls fn with a copy of a JSON value for each string in it, that string replaced.
func eachString(v any, with string, fn func(at string)) {
	var walk func(at string, v any, set func(any))
	walk = func(at string, v any, set func(any)) {
		switch v := v.(type) {
		case string:
			set(with)
			fn(at)
			set(v)
		case map[string]any:
			for name, x := range v {
				walk(at+"/"+name, x, func(n any) { v[name] = n })
			}
			for name, x := range v { // a field that nobody asked for
				delete(v, name)
				v[with] = x
				fn(at + "/(name)")
				delete(v, with)
				v[name] = x
				break
			}
		case []any:
			for i, x := range v {
				walk(fmt.Sprint(at, "/", i), x, func(n any) { v[i] = n })
			}
		}
	}
	walk("", v, func(any) {})
}

// TestNoCanaryReachesTheDisk seeds personal data into every string of every command. What the decoder lets through is
// executed; then no byte of the store holds any of it.
func TestNoCanaryReachesTheDisk(t *testing.T) {
	dir := t.TempDir()
	store := embeddedStore(t, dir)
	c := newClock()
	s := open(t, store, c)
	seeded, passed := 0, 0
	submit := func(line []byte, key string) bool {
		sub, err := domain.DecodeSubmission(line)
		if err != nil {
			return false
		}
		cmd := sub.Command
		cmd.ID = domain.CommandID("canary", key)
		if cmd.ReceivedAt.IsZero() || cmd.ReceivedAt.After(c.Now()) {
			cmd.ReceivedAt = c.add(time.Second)
		}
		_, err = s.Execute(context.Background(), cmd) // refused or not: what it records is what counts
		require.NoError(t, err, "%s", line)
		return true
	}
	lines := domain.Examples()
	stride := 1
	if raceEnabled || testing.Short() {
		stride = 4
	}
	for i, line := range lines {
		require.True(t, submit(line, fmt.Sprint("story-", i)), "%s", line)
		if i%stride != 0 {
			continue
		}
		var v any
		require.NoError(t, json.Unmarshal(line, &v))
		for what, canary := range canaries() {
			eachString(v, canary, func(at string) {
				seeded++
				changed, err := json.Marshal(v)
				require.NoError(t, err)
				if submit(changed, fmt.Sprint("canary-", seeded)) {
					passed++
					require.Equal(t, "/key", at, "%s passed at %s: %s", what, at, changed)
				}
			})
		}
	}
	require.NoError(t, store.Close())
	t.Logf("%d seeded, %d of them let through", seeded, passed)
	require.Greater(t, seeded, 1000)
	noneOnDisk(t, dir)
}

func noneOnDisk(t *testing.T, dir string) {
	t.Helper()
	read := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		read += len(data)
		for _, secret := range secrets() {
			require.False(t, bytes.Contains(data, secret), "%s holds %q", path, secret)
		}
		return nil
	}))
	require.Greater(t, read, 100_000, "there was something to look through")
}
