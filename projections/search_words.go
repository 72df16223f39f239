package projections

import (
	"slices"
	"strings"
	"sync"

	"saldo/domain"
	"saldo/domain/reason"
)

// everyday is a word that people use for a thing of the programme: the questions that it is about, and the words that the
// catalogue of reasons has for it (users.md section 6).
type everyday struct {
	topics []domain.Topic
	means  []string
}

//nolint:gochecknoglobals // a constant table
var everydayWords = map[string]everyday{
	"cair":       {[]domain.Topic{domain.TopicIncentive, domain.TopicSurvey}, []string{"cair", "pencairan", "dicairkan", "insentif"}},
	"pencairan":  {[]domain.Topic{domain.TopicIncentive, domain.TopicSurvey}, []string{"pencairan", "dicairkan", "insentif"}},
	"turun":      {[]domain.Topic{domain.TopicIncentive, domain.TopicBalance}, []string{"turun", "insentif", "saldo"}},
	"masuk":      {[]domain.Topic{domain.TopicBalance, domain.TopicIncentive}, []string{"masuk", "saldo"}},
	"hangus":     {[]domain.Topic{domain.TopicDeadline, domain.TopicBalance}, []string{"hangus", "batas", "berakhir", "lewat"}},
	"gagal":      {[]domain.Topic{domain.TopicIncentive, domain.TopicPurchase}, []string{"gagal"}},
	"dicabut":    {[]domain.Topic{domain.TopicRevocation}, []string{"dicabut", "pencabutan"}},
	"kartu":      {[]domain.Topic{domain.TopicBalance}, []string{"kartu"}},
	"saldo":      {[]domain.Topic{domain.TopicBalance}, []string{"saldo"}},
	"voucher":    {[]domain.Topic{domain.TopicClass}, []string{"voucher"}},
	"kupon":      {[]domain.Topic{domain.TopicClass}, []string{"voucher"}},
	"kelas":      {[]domain.Topic{domain.TopicClass, domain.TopicCourse}, []string{"kelas", "pelatihan"}},
	"kursus":     {[]domain.Topic{domain.TopicCourse, domain.TopicClass}, []string{"kursus", "pelatihan"}},
	"pelatihan":  {[]domain.Topic{domain.TopicCourse, domain.TopicClass}, []string{"pelatihan"}},
	"ditemukan":  {[]domain.Topic{domain.TopicCourse, domain.TopicClass}, []string{"ditemukan"}},
	"token":      {[]domain.Topic{domain.TopicToken}, []string{"token"}},
	"sertifikat": {[]domain.Topic{domain.TopicCertificate}, []string{"sertifikat"}},
	"insentif":   {[]domain.Topic{domain.TopicIncentive}, []string{"insentif"}},
	"survei":     {[]domain.Topic{domain.TopicSurvey}, []string{"survei"}},
	"beli":       {[]domain.Topic{domain.TopicPurchase}, []string{"beli", "pembelian", "dibeli"}},
	"batas":      {[]domain.Topic{domain.TopicDeadline}, []string{"batas"}},
	"layanan":    {[]domain.Topic{domain.TopicService}, []string{"layanan"}},

	"payment":     {[]domain.Topic{domain.TopicService, domain.TopicPurchase}, []string{"payment", "payments", "paid"}},
	"incentive":   {[]domain.Topic{domain.TopicIncentive}, []string{"incentive"}},
	"payout":      {[]domain.Topic{domain.TopicIncentive}, []string{"incentive", "payout"}},
	"revoked":     {[]domain.Topic{domain.TopicRevocation}, []string{"revoked", "revocation"}},
	"lapsed":      {[]domain.Topic{domain.TopicDeadline, domain.TopicBalance}, []string{"lapsed", "deadline", "period"}},
	"failed":      {[]domain.Topic{domain.TopicIncentive, domain.TopicPurchase}, []string{"failed"}},
	"card":        {[]domain.Topic{domain.TopicBalance}, []string{"card"}},
	"balance":     {[]domain.Topic{domain.TopicBalance}, []string{"balance"}},
	"coupon":      {[]domain.Topic{domain.TopicClass}, []string{"voucher"}},
	"class":       {[]domain.Topic{domain.TopicClass, domain.TopicCourse}, []string{"class", "course", "training"}},
	"course":      {[]domain.Topic{domain.TopicCourse, domain.TopicClass}, []string{"course", "training"}},
	"training":    {[]domain.Topic{domain.TopicCourse, domain.TopicClass}, []string{"training", "course"}},
	"certificate": {[]domain.Topic{domain.TopicCertificate}, []string{"certificate"}},
	"survey":      {[]domain.Topic{domain.TopicSurvey}, []string{"survey"}},
	"deadline":    {[]domain.Topic{domain.TopicDeadline}, []string{"deadline"}},
}

// idle are words that ask without naming anything.
//
//nolint:gochecknoglobals // a constant list
var idle = []string{
	"kenapa", "mengapa", "belum", "tidak", "saya", "yang", "di", "ke", "dan", "sudah", "mana", "apa", "bisa", "masih", "kok", "ada",
	"why", "not", "my", "the", "is", "was", "a", "of", "in", "to", "no", "i",
}

// topicText says what a question asks.
func topicText(t domain.Topic) Text {
	switch t {
	case domain.TopicService:
		return Text{"Apakah layanan pembayaran dibuka?", "Are payments open?"}
	case domain.TopicCourse:
		return Text{"Apakah pelatihan ini terdaftar dan bisa dibayar di sana?", "Can this course be found and paid there?"}
	case domain.TopicPurchase:
		return Text{"Kenapa pembelian belum dapat diproses?", "Why could the purchase not be processed?"}
	case domain.TopicClass:
		return Text{"Sudah bayar: di mana kelasnya?", "Paid: where is the class?"}
	case domain.TopicToken:
		return Text{"Kenapa muncul 'API token tidak valid'?", "Why 'API token invalid'?"}
	case domain.TopicBalance:
		return Text{"Di mana saldo pelatihannya?", "Where is the training balance?"}
	case domain.TopicDeadline:
		return Text{"Sampai kapan harus membeli?", "Until when must the first purchase be?"}
	case domain.TopicCertificate:
		return Text{"Di mana sertifikatnya, siapa yang menahan?", "Where is the certificate, who holds it up?"}
	case domain.TopicIncentive:
		return Text{"Kenapa insentif belum cair?", "Why has the incentive not been paid?"}
	case domain.TopicSurvey:
		return Text{"Di mana survei atau pembayarannya?", "Where is the survey, or its payment?"}
	case domain.TopicRevocation:
		return Text{"Kenapa kepesertaan dicabut, uangnya ke mana?", "Why was participation revoked, where is the money?"}
	}
	return same(string(t))
}

// reasonWords is a reason with the words of its code and texts.
type reasonWords struct {
	code  reason.Code
	text  Text
	words []string
}

//nolint:gochecknoglobals // the catalogue of reasons, folded once; nothing writes to it afterwards
var reasonIndex = sync.OnceValue(func() []reasonWords {
	var out []reasonWords
	for _, r := range reason.All() {
		text := strings.Join([]string{string(r.Code), r.Shows.ID, r.Shows.EN, r.Cause.ID, r.Cause.EN}, " ")
		out = append(out, reasonWords{r.Code, Text{r.Cause.ID, r.Cause.EN}, strings.Fields(folded(text))})
	}
	return out
})

// words finds questions by everyday words and reasons by their codes and texts.
func (s *search) words() error {
	given := telling(strings.Fields(s.folded)) // "kelas instagram" asks for a title, "kelas" for what became of one
	var topics []domain.Topic
	for _, w := range given {
		for _, t := range everydayWords[w].topics {
			if !slices.Contains(topics, t) {
				topics = append(topics, t)
			}
		}
	}
	for i, t := range topics {
		s.add(Hit{Kind: HitQuestion, Match: MatchWords, Score: max(50-i, 0), Code: "saldo why " + string(t), Text: topicText(t)}) //nolint:mnd // behind names
	}
	code := strings.ToUpper(strings.ReplaceAll(s.folded, " ", "_"))
	for _, r := range reasonIndex() {
		h := Hit{Kind: HitReason, Code: string(r.code), Text: r.text}
		switch {
		case string(r.code) == code:
			h.Match, h.Score = MatchExact, 100
		case runes(code) >= shortestPrefix && strings.HasPrefix(string(r.code), code):
			h.Match, h.Score = MatchPrefix, 100
		case r.speaksOf(given):
			h.Match, h.Score = MatchWords, 10+min(r.literally(given), 30) //nolint:mnd // behind names and questions
		default:
			continue
		}
		s.add(h)
	}
	return nil
}

// speaksOf reports whether a reason's texts have all words, or what they mean.
func (r *reasonWords) speaksOf(given []string) bool {
	for _, w := range given {
		means := everydayWords[w].means
		if len(means) == 0 {
			means = []string{w}
		}
		if !slices.ContainsFunc(means, r.has) {
			return false
		}
	}
	return true
}

// literally counts the words that a reason's texts have themselves.
func (r *reasonWords) literally(given []string) int {
	n := 0
	for _, w := range given {
		if r.has(w) {
			n++
		}
	}
	return n
}

func (r *reasonWords) has(word string) bool {
	return slices.ContainsFunc(r.words, func(have string) bool {
		return have == word || runes(word) >= shortestPrefix && strings.HasPrefix(have, word)
	})
}
