package domain

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const goodPurchase = `{"command":"PurchaseCourse","key":"tokped-8123-1","received_at":"2020-08-20T09:14:00.1234567+07:00",` +
	`"actor":{"party":"platform","code":"tokopedia","role":"backend","id":"0b6e7a52-7c1e-4c58-9f5e-3d1a4b8e2f60"},` +
	`"act":{"participant":"5f0c9c1e-9a1c-4f6e-8a39-64f0f1a0c001","course_code":"1036","platform":"tokopedia",` +
	`"invoice_code":"TOKPED-8123","amount":"350000"}}`

// problemsOf decodes a line that must not decode, and gives "pointer CODE" of each problem.
func problemsOf(t *testing.T, line string) []string {
	t.Helper()
	_, err := DecodeSubmission([]byte(line))
	require.Error(t, err, line)
	var input *InputError
	require.ErrorAs(t, err, &input)
	out := make([]string, len(input.Problems))
	for i, p := range input.Problems {
		assert.NotEmpty(t, p.Message)
		assert.NotEmpty(t, p.Cure)
		assert.Contains(t, InputCode("").Values(), string(p.Code))
		out[i] = p.Pointer + " " + string(p.Code)
	}
	return out
}

func TestDecodeSubmission(t *testing.T) {
	s, err := DecodeSubmission([]byte(goodPurchase))
	require.NoError(t, err)
	assert.Equal(t, "tokped-8123-1", s.Key)
	assert.Equal(t, time.Date(2020, 8, 20, 2, 14, 0, 123456000, time.UTC), *s.ReceivedAt)
	assert.Equal(t, *s.ReceivedAt, s.Command.ReceivedAt)
	assert.Equal(t, PartyPlatform, s.Command.Actor.Party)
	assert.Equal(t, uuid.Nil, s.Command.ID)
	buy, ok := s.Command.Act.(PurchaseCourse)
	require.True(t, ok)
	assert.Equal(t, "350000", buy.Amount.String())
	assert.Equal(t, IDR, buy.Currency, "the default")
	assert.Equal(t, Stream("participant-5f0c9c1e-9a1c-4f6e-8a39-64f0f1a0c001"), buy.Stream())
}

func TestDecodeSubmissionWithoutTheOptional(t *testing.T) {
	s, err := DecodeSubmission([]byte(`{"command":"CloseWave","act":{"wave":4}}`))
	require.NoError(t, err)
	assert.Empty(t, s.Key)
	assert.Nil(t, s.ReceivedAt)
	assert.Equal(t, Actor{Party: PartyProgramme}, s.Command.Actor)
}

// TestDecodeSubmissionRefuses changes one thing of a good line at a time.
func TestDecodeSubmissionRefuses(t *testing.T) {
	for _, c := range []struct{ name, old, now, want string }{
		{"unknown field", `"amount"`, `"amuont"`, "/act/amuont FIELD_UNKNOWN,/act/amount FIELD_MISSING"},
		{"unknown field outside", `"key"`, `"color"`, "/color FIELD_UNKNOWN"},
		{"twice", `"amount":"350000"`, `"amount":"350000","amount":"1"`, "/act/amount FIELD_DUPLICATE"},
		{"twice by escape", `"amount":"350000"`, `"amount":"350000","\u0061mount":"1"`, "/act/amount FIELD_DUPLICATE"},
		{"another case is another name", `"amount":"350000"`, `"Amount":"350000","amount":"350000"`, "/act/Amount FIELD_UNKNOWN"},
		{"money as number", `"350000"`, `350000`, "/act/amount VALUE_TYPE"},
		{"money negative", `"350000"`, `"-350000"`, "/act/amount VALUE_RANGE"},
		{"money with a fraction", `"350000"`, `"350000.50"`, "/act/amount VALUE_FORM"},
		{"money with a separator", `"350000"`, `"350.000"`, "/act/amount VALUE_FORM"},
		{"money in words", `"350000"`, `"Rp350rb"`, "/act/amount VALUE_FORM"},
		{"money with exponent", `"350000"`, `"35e4"`, "/act/amount VALUE_FORM"},
		{"null", `"350000"`, `null`, "/act/amount VALUE_TYPE"},
		{"object for text", `"1036"`, `{"id":"1036","id":"2"}`, "/act/course_code VALUE_TYPE,/act/course_code/id FIELD_DUPLICATE"},
		{"alphabet", `"1036"`, `"10 36"`, "/act/course_code VALUE_FORM"},
		{"length", `"1036"`, `"` + strings.Repeat("1a", 30) + `"`, "/act/course_code VALUE_FORM"},
		{"enumeration", `"platform","code"`, `"plattform","code"`, "/actor/party VALUE_ENUM"},
		{"currency", `"amount":"350000"`, `"amount":"350000","currency":"USD"`, "/act/currency VALUE_ENUM"},
		{"uuid in capitals", `"5f0c9c1e-9a1c`, `"5F0C9C1E-9a1c`, "/act/participant VALUE_FORM"},
		{"uuid of zeros", `5f0c9c1e-9a1c-4f6e-8a39-64f0f1a0c001`, `00000000-0000-0000-0000-000000000000`, "/act/participant VALUE_FORM"},
		{"urn", `"5f0c9c1e-9a1c`, `"urn:uuid:5f0c9c1e-9a1c`, "/act/participant VALUE_FORM"},
		{"time without offset", `2020-08-20T09:14:00.1234567+07:00`, `2020-08-20T09:14:00`, "/received_at VALUE_FORM"},
		{"time with one digit", `2020-08-20T09:14:00.1234567+07:00`, `2020-08-20T9:14:00+07:00`, "/received_at VALUE_FORM"},
		{"time with a comma", `2020-08-20T09:14:00.1234567+07:00`, `2020-08-20T09:14:00,5+07:00`, "/received_at VALUE_FORM"},
		{"time with a wild offset", `09:14:00.1234567+07:00`, `09:14:00+24:00`, "/received_at VALUE_FORM"},
		{"time of another age", `2020-08-20T09:14:00.1234567+07:00`, `0001-01-01T00:00:00Z`, "/received_at VALUE_RANGE"},
		{"key too long", `tokped-8123-1`, strings.Repeat("k", 201), "/key VALUE_FORM"},
		{"key with another alphabet", `tokped-8123-1`, `pembelian-é`, "/key VALUE_FORM"},
		{"half a character", `"TOKPED-8123"`, `"TOKPED\ud800"`, "/act/invoice_code NOT_UTF8"},
		{"unknown command", `"PurchaseCourse"`, `"PurchaseCours"`, "/command COMMAND_UNKNOWN"},
		{"no act", `"act":{`, `"akt":{`, "/akt FIELD_UNKNOWN,/act FIELD_MISSING"},
		{"act of another type", `"act":{`, `"act":[],"x":{`, "/x FIELD_UNKNOWN,/act VALUE_TYPE"},
		{"trailing data", `"350000"}}`, `"350000"}} {}`, " NOT_JSON"},
		{"not JSON", `"act":`, `"act"=`, " NOT_JSON"},
		{"NIK for a participant", `5f0c9c1e-9a1c-4f6e-8a39-64f0f1a0c001`, `3174012345678901`, "/act/participant FIELD_LOOKS_PERSONAL"},
		{"NIK in an invoice", `TOKPED-8123`, `TOKPED-3174012345678901`, "/act/invoice_code FIELD_LOOKS_PERSONAL"},
		{"NIK as amount", `"350000"`, `"3174012345678901"`, "/act/amount FIELD_LOOKS_PERSONAL"},
		{"NIK as command", `PurchaseCourse`, `3174012345678901`, "/command FIELD_LOOKS_PERSONAL"},
		{"NIK as a name", `"key"`, `"3174012345678901"`, "/… FIELD_LOOKS_PERSONAL,/… FIELD_UNKNOWN"},
		{"phone in the key", `tokped-8123-1`, `0812-3456-7890`, "/key FIELD_LOOKS_PERSONAL"},
		{"e-mail in an unknown field", `"key":"tokped-8123-1"`, `"x":["budi@example.id"]`, "/x FIELD_UNKNOWN,/x/0 FIELD_LOOKS_PERSONAL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := strings.Replace(goodPurchase, c.old, c.now, 1)
			require.NotEqual(t, goodPurchase, line)
			got := slices.Compact(problemsOf(t, line))
			assert.Equal(t, c.want, strings.Join(got, ","))
			_, err := DecodeSubmission([]byte(line))
			for _, private := range []string{"3174012345678901", "0812-3456-7890", "budi@"} {
				assert.NotContains(t, err.Error(), private, "an error must not repeat personal data")
			}
		})
	}
}

func TestDecodeSubmissionLimits(t *testing.T) {
	assert.Equal(t, []string{" TOO_LARGE"}, problemsOf(t, `{"command":"`+strings.Repeat("x", MaxSubmissionBytes)))
	assert.Equal(t, []string{" NOT_UTF8"}, problemsOf(t, "{\"command\":\"\xff\"}"))
	assert.Equal(t, []string{" TOO_DEEP"}, problemsOf(t, `{"act":`+strings.Repeat(`[`, 16)+strings.Repeat(`]`, 16)+`}`))
	assert.Equal(t, []string{" VALUE_TYPE"}, problemsOf(t, `[]`))
	assert.Equal(t, []string{" NOT_JSON"}, problemsOf(t, ``))

	lines := make([]string, maxItems+1)
	for i := range lines {
		lines[i] = fmt.Sprintf(`{"participant":"5f0c9c1e-9a1c-4f6e-8a39-64f0f1a0c001","invoice_code":"A-%d","amount":"1"}`, i)
	}
	settlement := `{"command":"RecordPartnerPaid","act":{"platform":"tokopedia","file_sha256":"` + strings.Repeat("ab", 32) +
		`","reference":"S-1","total":"501","lines":[%s]}}`
	assert.Equal(t, []string{"/act/lines VALUE_RANGE"}, problemsOf(t, fmt.Sprintf(settlement, strings.Join(lines, ","))))
	_, err := DecodeSubmission(fmt.Appendf(nil, settlement, strings.Join(lines[1:], ",")))
	require.NoError(t, err)

	var many strings.Builder
	for i := range 200 {
		fmt.Fprintf(&many, `"f%d":1,`, i)
	}
	_, err = DecodeSubmission([]byte(`{` + many.String() + `"command":"CloseWave","act":{"wave":0}}`))
	var input *InputError
	require.ErrorAs(t, err, &input)
	assert.Len(t, input.Problems, maxProblems)
	assert.Equal(t, 151, input.More)
}

// TestInputErrorReadsWell shows what a sender gets to see: everything at once, with what to do.
func TestInputErrorReadsWell(t *testing.T) {
	_, err := DecodeSubmission([]byte(`{"command":"CloseWave","act":{"wave":1000,"aplicants":"many"}}`))
	require.EqualError(t, err, "2 problems: /act/wave: the number is out of range (write digits only, from 1 to 999); "+
		"/act/aplicants: there is no such field (did you mean applicants? fields are: wave, applicants)")
	_, err = DecodeSubmission([]byte(`{"command":"PurchaseCurse","act":{}}`))
	require.ErrorContains(t, err, `"PurchaseCurse" is no command (did you mean PurchaseCourse?`)
	_, err = DecodeSubmission([]byte(strings.Replace(goodPurchase, `"350000"`, `350000`, 1)))
	require.EqualError(t, err, `/act/amount: must be a string, found a number (write it as a string of digits in quotes, such as "350000": money is never a JSON number)`)
	_, err = DecodeSubmission([]byte(strings.Replace(goodPurchase, `TOKPED-8123`, `TOKPED-3174012345678901`, 1)))
	require.EqualError(t, err, "/act/invoice_code: it looks like a national id number (NIK) or a card number (use an order number without 16 digits in a row)")
	_, err = DecodeSubmission([]byte(strings.Replace(goodPurchase, `TOKPED-8123`, `081234567890`, 1)))
	require.EqualError(t, err, "/act/invoice_code: it looks like a phone number (use an order number without digits that read as a phone number)")
}

// TestExamplesRoundTrip: what was decoded encodes to the line that it came from.
func TestExamplesRoundTrip(t *testing.T) {
	for _, line := range Examples() {
		s, err := DecodeSubmission(line)
		require.NoError(t, err)
		again, err := EncodeSubmission(s)
		require.NoError(t, err)
		assert.Equal(t, string(line), string(again))
	}
}

// TestTreeAgreesWithStandardLibrary: the tree of a valid text holds what encoding/json reads from it.
func TestTreeAgreesWithStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := randomJSON(t, 3)
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		tree, err := parseJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(plain(&tree))
		if err != nil || string(again) != string(text) {
			t.Fatalf("%s became %s (%v)", text, again, err)
		}
	})
}

func randomJSON(t *rapid.T, depth int) any {
	switch rapid.IntRange(0, 3+2*min(depth, 1)).Draw(t, "kind") {
	case 0:
		return rapid.String().Draw(t, "text")
	case 1:
		return json.Number(fmt.Sprint(rapid.Int().Draw(t, "number")))
	case 2:
		return rapid.Bool().Draw(t, "bool")
	case 3:
		return nil
	case 4:
		out := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			out = append(out, randomJSON(t, depth-1))
		}
		return out
	}
	out := map[string]any{}
	for range rapid.IntRange(0, 3).Draw(t, "members") {
		out[rapid.String().Draw(t, "name")] = randomJSON(t, depth-1)
	}
	return out
}

func plain(v *jsonValue) any {
	switch v.kind {
	case '{':
		out := map[string]any{}
		for i, n := range v.names {
			out[n] = plain(&v.items[i])
		}
		return out
	case '[':
		out := []any{}
		for i := range v.items {
			out = append(out, plain(&v.items[i]))
		}
		return out
	case '"':
		return v.text
	case '0':
		return json.Number(v.text)
	case 't':
		return v.text == "true"
	}
	return nil
}

func BenchmarkDecodeSubmission(b *testing.B) {
	line := []byte(goodPurchase)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeSubmission(line); err != nil {
			b.Fatal(err)
		}
	}
}
