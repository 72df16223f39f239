package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestFindPersonal(t *testing.T) {
	for text, want := range map[string]PersonalKind{
		// NIK and card numbers, all invented.
		"3174012345678901":                LooksLikeNumber,
		"NIK 3174012345678901":            LooksLikeNumber,
		"INV3174012345678901":             LooksLikeNumber,
		"TOKPED-3174012345678901":         LooksLikeNumber,
		"3174012345678901/2":              LooksLikeNumber,
		"31.74.01.234567.8901":            LooksLikeNumber,
		"317401-234567-8901":              LooksLikeNumber,
		"4000 1234 5678 9010":             LooksLikeNumber,
		"4000-1234-5678-9010":             LooksLikeNumber,
		"4000.1234.5678.9010":             LooksLikeNumber,
		"2020-08-20 4000 1234 5678 9010":  LooksLikeNumber,
		"3 1 7 4 0 1 2 3 4 5 6 7 8 9 0 1": LooksLikeNumber,
		"３１７４０１２３４５６７８９０１":                LooksLikeNumber,
		"abc3174012345678901":             LooksLikeNumber,
		// Phones.
		"081234567890":              LooksLikePhone,
		"0812-3456-7890":            LooksLikePhone,
		"0812 3456 7890":            LooksLikePhone,
		"+62 812 3456 7890":         LooksLikePhone,
		"+6281234567890":            LooksLikePhone,
		"6281234567890":             LooksLikePhone,
		"+62 21 1234567":            LooksLikePhone,
		"081234567":                 LooksLikePhone,
		"0812345678901":             LooksLikePhone,
		"order-081234567890":        LooksLikePhone,
		"2020-08-20 0812-3456-7890": LooksLikePhone,
		// E-mail.
		"budi@example.id":               LooksLikeEmail,
		"tulis ke budi.s+1@mail.co.id.": LooksLikeEmail,
		"@a b@c.de":                     LooksLikeEmail,
		// Nothing personal.
		"":                                     "",
		"TOKPED-8123":                          "",
		"INV/20200820/XX/VIII/1234567890":      "",
		"TKP-20200820-12345678":                "",
		"TKP-08122020-0001":                    "",
		"TKP-20082020-1234567":                 "",
		"SP2D-2020-0001":                       "",
		"200331303012345":                      "", // an SP2D has 15 digits
		"31740123456789012":                    "", // 17
		"2020-08-20":                           "",
		"2020-08-20T09:14:00.123456+07:00":     "",
		"2020-08-20T02:14:00Z":                 "",
		"20-08-2020 23.59":                     "",
		"s.d. 08-12-2020 23.59 WIB":            "",
		"350000":                               "",
		"Rp1.000.000,00":                       "",
		"80.000.000.000":                       "",
		"0b6e7a52-7c1e-4c58-9f5e-3d1a4b8e2f60": "",
		"12345678-1234-4123-8123-123456789012": "",
		"participant-12345678-1234-4123-8123-123456789012":                                 "",
		"settlement-tokopedia-" + strings.Repeat("1234567890123456f", 3) + "abcdef0123456": "",
		"prakerja-2020@1":                   "",
		"programme@7 PaymentGateClosed":     "",
		"IG @prakerja.go.id":                "",
		"SK-PKP-4/2020":                     "",
		"contoh-12":                         "",
		"Permenko 11/2020 art. 20(2)-(3)":   "",
		"0000000000":                        "",
		"1597889640":                        "", // Unix time
		"1597889640123":                     "",
		"UU No. 27 Tahun 2022 Pasal 16 (2)": "",
	} {
		assert.Equal(t, want, FindPersonal(text), "%q", text)
	}
}

// TestRandomIDsAreNotPersonal: ids, digests and times never look like anybody's number.
func TestRandomIDsAreNotPersonal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes")
		if rapid.Bool().Draw(t, "digits only") {
			for i := range raw {
				raw[i] = raw[i]%10<<4 | raw[i]/10%10
			}
		}
		var id uuid.UUID
		copy(id[:], raw)
		sum := sha256.Sum256(raw)
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "s"), rapid.Int64Range(0, 999999999).Draw(t, "ns"))
		wib := at.In(WIB())
		for _, s := range []string{
			id.String(), "participant-" + id.String(), strings.ToUpper(id.String()), hex.EncodeToString(sum[:]), hex.EncodeToString(raw),
			at.UTC().Format(time.RFC3339Nano), wib.Format(time.RFC3339Nano), wib.Format(time.RFC3339), DateOf(at).String(),
			"settlement-tokopedia-" + hex.EncodeToString(sum[:]), ReferenceNumber(id),
		} {
			if kind := FindPersonal(s); kind != "" {
				t.Fatalf("%q looks like %s", s, kind)
			}
		}
	})
}

// TestRandomPersonalNumbersAreFound: every NIK, card and mobile number is found, however it is written and whatever surrounds it.
func TestRandomPersonalNumbersAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		around := rapid.SampledFrom([]string{"%", "INV/%", "no. %, thanks", "(%)", "%/2"}).Draw(t, "around")
		digits := rapid.StringMatching(`[1-9][0-9]{15}`).Filter(func(s string) bool { return !compactDate(s[:8]) }).Draw(t, "digits")
		sep := rapid.SampledFrom([]string{"", " ", "-", "."}).Draw(t, "separator")
		card := strings.Join([]string{digits[:4], digits[4:8], digits[8:12], digits[12:]}, sep)
		if got := FindPersonal(strings.Replace(around, "%", card, 1)); got != LooksLikeNumber {
			t.Fatalf("%q: %q", card, got)
		}
		phone := rapid.SampledFrom([]string{"08", "628", "+628"}).Draw(t, "prefix") + rapid.StringMatching(`[1-9][0-9]`).Draw(t, "operator")
		phone += sep + rapid.StringMatching(`[0-9]{4}`).Draw(t, "a") + sep + rapid.StringMatching(`[0-9]{3,4}`).Draw(t, "b")
		if got := FindPersonal(strings.Replace(around, "%", phone, 1)); got == "" {
			t.Fatalf("%q is not found", phone)
		}
	})
}
