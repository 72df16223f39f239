package reason

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"saldo/domain/words"
)

// The rules every text of the catalogue keeps. Each test names one; a failure shows where and what to write instead.

// place is where a text stands.
type place struct {
	reason Reason
	part   string // an audience, "next" or "ask"
	lang   words.Lang
	length Length
	source string // the template
}

func (p place) String() string {
	return strings.TrimRight(fmt.Sprintf("%s %s %s %s", p.reason.Code, p.part, p.lang, p.length), " ")
}

// The parts of the catalogue that texts lists.
const (
	participant = string(Participant)
	platform    = string(Platform)
	staff       = string(Staff)
	auditor     = string(Auditor)
	next        = "next" // said to the participant
	ask         = "ask"  // to whoever calls
)

// plain is the template without the names of its values.
func (p place) plain() string { return placeholder.ReplaceAllString(p.source, "") }

var placeholder = regexp.MustCompile(`\{\w+\}`)

// said renders the place with every value given, long or short, without the warning.
func (p place) said(t *testing.T, long bool) string {
	t.Helper()
	template, err := words.Parse(p.source)
	require.NoError(t, err, "%s", p)
	text, err := template.Render(samples(long), p.lang, words.WIB)
	require.NoError(t, err, "%s", p)
	return text
}

// texts lists the texts of some parts, of all when none is given.
func texts(parts ...string) []place {
	var all []place
	for _, r := range All() {
		if r.sentences == nil {
			continue
		}
		for _, l := range []words.Lang{words.ID, words.EN} {
			for _, a := range []Audience{Participant, Platform, Staff, Auditor} {
				for _, n := range []Length{Spoken, Written} {
					all = append(all, place{r, string(a), l, n, r.sentences.text(a, n, l).source})
				}
			}
			all = append(all, place{r, next, l, "", r.sentences.next(l).source})
			for _, question := range r.Ask(l) {
				all = append(all, place{r, ask, l, "", question})
			}
		}
	}
	if parts == nil {
		return all
	}
	return slices.DeleteFunc(all, func(p place) bool { return !slices.Contains(parts, p.part) })
}

func TestEveryTextIsThere(t *testing.T) {
	for _, p := range texts() {
		assert.NotEmpty(t, strings.TrimSpace(p.source), "%s is empty", p)
		assert.Equal(t, strings.TrimSpace(p.source), p.source, "%s has space around it", p)
	}
	for _, r := range All() {
		for _, l := range []string{r.Cause.ID, r.Cause.EN} {
			assert.NotEmpty(t, l, "%s has no cause", r.Code)
			assert.NotContains(t, l, "{", "the cause of %s is plain words, without values", r.Code)
		}
		assert.Equal(t, r.Shows.ID == "", r.Shows.EN == "", "%s shows something in one language only", r.Code)
		questions := r.Ask(words.ID)
		assert.LessOrEqual(t, len(questions), 3, "%s asks more than three questions", r.Code)
		assert.Len(t, r.Ask(words.EN), len(questions), "%s asks something in one language only", r.Code)
		for _, q := range append(questions, r.Ask(words.EN)...) {
			assert.NotContains(t, q, "{", "questions of %s take no values", r.Code)
		}
	}
}

func TestEveryTemplateParses(t *testing.T) {
	for _, p := range texts() {
		template, err := words.Parse(p.source)
		if err != nil {
			t.Errorf("%s: %v: %s", p, err, p.source)
			continue
		}
		required, optional := template.Names()
		for _, name := range slices.Concat(required, optional) {
			assert.Contains(t, vocabulary, name, "%s names {%s}, which nobody gives", p, name)
		}
		for _, name := range required {
			assert.Contains(t, p.reason.Values, name, "%s: {%s} is not always given; put it in [[ ]]", p, name)
		}
	}
}

// With all values and with the fewest, what is left are whole sentences.
func TestSegmentsLeaveWholeSentences(t *testing.T) {
	untidy := regexp.MustCompile(`  | [.,;)]|\.\.|\( |[,;:]$`)
	small := regexp.MustCompile(`(^|[.!?] )\p{Ll}+[ ,;:.]`) // course_code, with its underscore, may begin one
	for _, p := range texts() {
		template, err := words.Parse(p.source)
		require.NoError(t, err, "%s", p)
		for _, values := range []words.Values{samples(true), samplesOf(p.reason.Values...)} {
			text, err := template.Render(values, p.lang, words.WIB)
			require.NoError(t, err, "%s", p)
			assert.NotRegexp(t, untidy, text, "%s", p)
			assert.NotRegexp(t, small, text, "%s: a sentence begins with a small letter", p)
		}
	}
}

// Values in their usual shortest form leave room, since an answer adds sentences of its own; even the longest fit.
func TestTextsAreShort(t *testing.T) {
	for _, limit := range []struct {
		long         bool
		words, runes int
	}{
		{false, words.SpokenLimit - 2, 380},
		{true, words.SpokenLimit, words.WrittenLimit - len(" "+warning(words.ID))},
	} {
		for _, p := range texts(participant, platform, staff, auditor) {
			text := p.said(t, limit.long)
			switch p.length {
			case Spoken:
				assert.LessOrEqual(t, words.Words(text), limit.words, "words of %s: %s", p, text)
			case Written:
				assert.LessOrEqual(t, words.Runes(text), limit.runes, "characters of %s: %s", p, text)
			}
		}
	}
}

func TestForbiddenWords(t *testing.T) {
	forbidden := map[words.Lang]*regexp.Regexp{
		words.ID: phrase("gerbang", "kadaluarsa", "kadaluwarsa", "Anda", "kamu", "batch", "verdict", "override", "top up", "top-up",
			"isi ulang", "maaf atas ketidaknyamanan(nya)?"),
		words.EN: phrase("gates?", "your token", "batch(es)?", "verdict", "override", "top up", "top-up", "sorry for the inconvenience"),
	}
	for _, p := range texts() {
		assert.NotRegexp(t, forbidden[p.lang], p.plain(), "%s", p)
		assert.NotContains(t, p.source, "0800", "%s gives a number that did not exist in 2020", p)
	}
}

// phrase matches any of some phrases as whole words, in any case. Types of events are words of their own.
func phrase(alternatives ...string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(` + strings.Join(alternatives, "|") + `)\b`)
}

func TestParticipantsAreNotRefusedForOthersFaults(t *testing.T) {
	for _, p := range texts(participant, next) {
		if p.reason.Owner == OwnerParticipant || p.reason.Owner == OwnerNobody {
			continue
		}
		assert.NotRegexp(t, phrase("ditolak"), p.plain(), "%s: write \"belum dapat diproses\"", p)
	}
}

// A participant who reads "saldo" thinks of all the money; only the training purse buys.
func TestParticipantsHaveATrainingBalance(t *testing.T) {
	bare := phrase("saldo")
	for _, p := range texts(participant, next, ask) {
		if p.lang == words.ID {
			rest := strings.ReplaceAll(strings.ToLower(p.plain()), "saldo pelatihan", "")
			assert.NotRegexp(t, bare, rest, "%s: write \"saldo pelatihan\"", p)
		}
	}
}

// An API token is never the participant's. A payment token is the one exception: it serves one purchase, and the buyer
// starts the payment again.
func TestNobodyIsAskedForAToken(t *testing.T) {
	again := map[words.Lang]string{
		words.ID: "Silakan ulangi pembayaran dari awal di platform; kode OTP baru akan dikirim.",
		words.EN: "Please start the payment again on the platform; a new OTP will be sent.",
	}
	token := phrase("token")
	asks := phrase("masukkan", "memasukkan", "ketik", "perbarui", "ganti", "enter", "type", "renew", "replace")
	denies := phrase("tidak", "bukan", "jangan", "no", "not", "never")
	for _, p := range texts(participant, next, ask) {
		for sentence := range strings.SplitAfterSeq(p.source, ". ") {
			if token.MatchString(sentence) && asks.MatchString(sentence) {
				assert.Regexp(t, denies, sentence, "%s asks the participant for a token: %s", p, p.source)
			}
		}
		if p.reason.Code == PaymentTokenInvalid && p.part == participant {
			assert.Contains(t, p.source, again[p.lang], "%s", p)
		}
	}
}

// A platform learns about its own offer, its own token and the service; not about the person.
func TestPlatformsLearnNothingAboutThePerson(t *testing.T) {
	private := []string{
		"balance", "job_search", "survey", "training", "returned", "returned_on", "treasury_on", "attempts", "blocked",
		"holder", "first_course", "days_left", "case", "voucher",
	}
	for _, p := range texts(platform) {
		template, err := words.Parse(p.source)
		require.NoError(t, err, "%s", p)
		required, optional := template.Names()
		for _, name := range slices.Concat(required, optional) {
			assert.NotContains(t, private, name, "%s tells the platform {%s}", p, name)
		}
	}
	only := map[words.Lang]*regexp.Regexp{
		words.ID: phrase("peserta diminta menghubungi Prakerja"),
		words.EN: phrase("participant is asked to contact Prakerja"),
	}
	for _, p := range texts(platform) {
		if slices.Contains([]Code{BalanceHeldForFraud, AccountCompromised, Blacklisted, ParticipationRevoked, IneligibleRecipient}, p.reason.Code) {
			assert.Regexp(t, only[p.lang], p.source, "%s", p)
			assert.NotContains(t, p.source, "{", "%s gives the platform a fact about the person", p)
		}
	}
}

func TestAuditorsAreToldTheRule(t *testing.T) {
	rule := map[words.Lang]*regexp.Regexp{
		words.ID: phrase(`pasal \d\w*`, "tanpa rujukan terverifikasi"),
		words.EN: phrase(`arts?\. ?\d\w*`, `articles? \d\w*`, "no verified reference"),
	}
	for _, p := range texts(auditor) {
		assert.NotRegexp(t, phrase("Bapak/Ibu", "you", "your"), p.plain(), "%s: auditors are told in the third person", p)
		if p.length == Written {
			assert.Regexp(t, rule[p.lang], p.source, "%s names neither an article nor that none was verified", p)
		}
	}
}
