package reason

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"saldo/domain/words"
)

// declared reads the constants of codes.go, in their order.
func declared(t *testing.T) []Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	require.NoError(t, err)
	var codes []Code
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			for _, v := range spec.Values {
				text, err := strconv.Unquote(v.(*ast.BasicLit).Value)
				require.NoError(t, err)
				codes = append(codes, Code(text))
			}
		}
		return true
	})
	return codes
}

func TestFilesAreReadable(t *testing.T) {
	_, err := load(files)
	require.NoError(t, err)
	found, err := files.ReadDir("catalogue")
	require.NoError(t, err)
	for _, f := range found {
		assert.Contains(t, families(), strings.TrimSuffix(f.Name(), ".json"), "catalogue/%s is no family: add it to families()", f.Name())
	}
}

func TestEveryCodeHasOneEntry(t *testing.T) {
	codes, entries := declared(t), All()
	order := make([]Code, len(entries))
	for i, r := range entries {
		order[i] = r.Code
	}
	without := func(a, b []Code) []Code {
		return slices.DeleteFunc(slices.Clone(a), func(c Code) bool { return slices.Contains(b, c) })
	}
	assert.Empty(t, without(codes, order), "codes.go declares them, no file of catalogue/ has them")
	assert.Empty(t, without(order, codes), "catalogue/ has them, codes.go does not declare them")
	if !t.Failed() {
		assert.Equal(t, codes, order, "catalogue/ and codes.go have them in different order")
	}
}

func TestMetadataAgree(t *testing.T) {
	event := regexp.MustCompile(`^([A-Z][a-z]+)+$`)
	for _, r := range All() {
		t.Run(string(r.Code), func(t *testing.T) {
			assert.Contains(t, []Owner{
				OwnerProgrammeOffice, OwnerPlatform, OwnerInstitution, OwnerParticipant, OwnerPaymentPartner,
				OwnerBank, OwnerCivilRegistry, OwnerTime, OwnerNobody,
			}, r.Owner)
			assert.Contains(t, []string{Era2020, EraAny}, r.Era)
			if r.Retry != nil {
				assert.Contains(t, []string{RetryNever, RetryNewKeyAfter, RetrySameKey}, r.Retry.When)
				if r.Retry.Condition != "" {
					assert.Equal(t, RetryNewKeyAfter, r.Retry.When, "only new_key_after waits for an event")
					assert.Regexp(t, event, r.Retry.Condition, "the condition is the type of an event")
				}
			}
			if r.Final {
				assert.Equal(t, OwnerNobody, r.Owner, "a final reason is nobody's to cure")
				assert.True(t, r.Retry == nil || r.Retry.When == RetryNever, "a final reason is never retried")
			}
			assert.Equal(t, r.Final, Final(r.Code))
			for i, name := range r.Values {
				assert.Contains(t, vocabulary, name)
				assert.NotContains(t, r.Values[:i], name, "named twice")
			}
		})
	}
}

// Only these articles were read. Whoever reads another adds it here and says so in the pull request.
var articlesRead = map[string][]string{
	"Permenko 11/2020": {"2", "7", "8", "9", "17", "18", "19(1)", "20(2)", "20(3)", "29", "30(1)", "30(2)", "36"},
	"Perpres 76/2020":  {"31C", "31D"},
	"PMK 25/2020":      {"39", "43"},
}

// unread returns the articles of a reference such as "Permenko 11/2020 Pasal 29(3), 30(1); Perpres 76/2020 Pasal 31C"
// that are not in articlesRead.
func unread(reference string) []string {
	var missing []string
	for part := range strings.SplitSeq(reference, ";") {
		law, articles, _ := strings.Cut(strings.TrimSpace(part), " Pasal ")
		articles = strings.ReplaceAll(articles, " dan ", ", ")
		articles = regexp.MustCompile(`(\d+)(\(\d+\))-\(`).ReplaceAllString(articles, "$1$2, $1(") // 20(2)-(3)
		for article := range strings.SplitSeq(articles, ", ") {
			// "29" was read whole, so 29(3) was; of "19(1)" only that paragraph, so 19(1)d was and 19(2) was not.
			ok := slices.ContainsFunc(articlesRead[law], func(read string) bool {
				rest, has := strings.CutPrefix(article, read)
				return has && regexp.MustCompile(`^(\(\d+\))?[a-z]?$`).MatchString(rest)
			})
			if !ok {
				missing = append(missing, law+" Pasal "+article)
			}
		}
	}
	return missing
}

func TestReferences(t *testing.T) {
	for _, r := range All() {
		switch text := r.Reference.Text; {
		case r.Reference.Verified:
			assert.Empty(t, unread(text), "%s: called verified, but not among the articles that were read", r.Code)
		default:
			assert.Regexp(t, `^(belum diverifikasi|Pengumuman Manajemen Pelaksana, \d{1,2} [A-Z][a-z]+ 20\d\d)$`, text, "%s", r.Code)
		}
	}
	assert.Equal(t, []string{"Permenko 11/2020 Pasal 19(2)"}, unread("Permenko 11/2020 Pasal 29(3), 19(1)d, 19(2) dan 20(2)-(3)"))
	assert.Equal(t, []string{"Permenko 11/2020 Pasal 20"}, unread("Perpres 76/2020 Pasal 31C; Permenko 11/2020 Pasal 20"))
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	one := `{"code":"SERVICE_OPEN","owner":"nobody"}`
	for name, tt := range map[string]struct{ file, want string }{
		"misspelt field": {`{"family":"service","reasons":[{"code":"SERVICE_OPEN","onwer":"nobody"}]}`, "onwer"},
		"another family": {`{"family":"token","reasons":[]}`, `calls itself "token"`},
		"twice":          {`{"family":"service","reasons":[` + one + `,` + one + `]}`, "SERVICE_OPEN has an entry already"},
		"two documents":  {`{"family":"service","reasons":[]}{}`, "text after the end"},
		"cut off":        {`{"family":"service","reasons":[`, "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(fstest.MapFS{"catalogue/service.json": {Data: []byte(tt.file)}})
			require.ErrorContains(t, err, "family service: ")
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// A code without texts is answered with an error, never with a panic: decisions of a newer release name codes that this
// one has not heard of.
func TestNoTextIsAnError(t *testing.T) {
	unknown, ok := Lookup("NEVER_HEARD_OF")
	assert.False(t, ok)
	assert.False(t, Final("NEVER_HEARD_OF"))
	c, _ := load(fstest.MapFS{"catalogue/service.json": {Data: []byte(`{"family":"service","reasons":[{"code":"SERVICE_OPEN"}]}`)}})
	for _, r := range []Reason{unknown, c.byCode[ServiceOpen]} {
		_, err := r.Text(Staff, Spoken, words.ID, words.WIB, nil)
		require.ErrorIs(t, err, ErrNoText)
		_, err = r.NextStep(words.EN, words.WIB, nil)
		require.ErrorIs(t, err, ErrNoText)
		assert.Empty(t, r.Ask(words.ID))
	}
	open, ok := Lookup(ServiceOpen)
	require.True(t, ok)
	for _, wrong := range []struct {
		a Audience
		n Length
	}{{"press", Spoken}, {Staff, "sung"}} {
		_, err := open.Text(wrong.a, wrong.n, words.ID, words.WIB, nil)
		require.ErrorIs(t, err, ErrNoText)
	}
}

func TestText(t *testing.T) {
	closed, ok := Lookup(PMOPaymentGateClosed)
	require.True(t, ok)
	values := samplesOf("gate_since", "at", "balance")

	_, err := closed.Text(Participant, Written, words.ID, words.WIB, nil)
	var missing *words.MissingError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, []string{"gate_since"}, missing.Names)
	assert.Contains(t, err.Error(), "PMO_PAYMENT_GATE_CLOSED for participant, written")

	for _, tt := range []struct {
		a    Audience
		n    Length
		l    words.Lang
		warn bool
	}{
		{Participant, Written, words.ID, true},
		{Participant, Written, words.EN, true},
		{Participant, Spoken, words.ID, false},
		{Staff, Written, words.ID, false},
	} {
		var text string
		text, err = closed.Text(tt.a, tt.n, tt.l, words.WIB, values)
		require.NoError(t, err)
		assert.Equal(t, tt.warn, strings.HasSuffix(text, " "+warning(tt.l)), text)
	}

	early, err := closed.Text(Participant, Spoken, words.ID, words.WIB, values)
	require.NoError(t, err)
	east, err := closed.Text(Participant, Spoken, words.ID, words.WIT, values)
	require.NoError(t, err)
	assert.Contains(t, early, "19 Agustus 2020 pukul 17.14 WIB")
	assert.Contains(t, east, "19 Agustus 2020 pukul 19.14 WIT")
}

func TestOwnersAreNamed(t *testing.T) {
	assert.Equal(t, "Manajemen Pelaksana", OwnerProgrammeOffice.Name(words.ID))
	assert.Equal(t, "the programme office", OwnerProgrammeOffice.Name(words.EN))
	assert.Equal(t, "press", Owner("press").Name(words.ID))
}

func BenchmarkLoad(b *testing.B) { // budget: 15 ms, once a process
	for b.Loop() {
		if _, err := load(files); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	for b.Loop() {
		if _, ok := Lookup(ServiceOpen); !ok {
			b.Fatal("gone")
		}
	}
}

func BenchmarkText(b *testing.B) {
	r, _ := Lookup(PMOPaymentGateClosed)
	values := samples(true)
	for b.Loop() {
		if _, err := r.Text(Participant, Written, words.ID, words.WIB, values); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleLookup() {
	r, _ := Lookup(ProgrammePeriodClosed)
	text, err := r.Text(Auditor, Spoken, words.EN, words.WIB, samplesOf(r.Values...))
	fmt.Println(text, err)
	// Output: The purchase was received after the policy's last day, 15 December 2020. Rule: Permenko 11/2020 art. 19(1)a. <nil>
}
