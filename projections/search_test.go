package projections

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/scenario"
)

func find(t *testing.T, v *View, query string) Found {
	t.Helper()
	found, err := v.Search(query, MaxHits, scenario.DefaultNow())
	require.NoError(t, err, "%q", query)
	return found
}

func (f Found) has(kind HitKind, code string) *Hit {
	i := slices.IndexFunc(f.Hits, func(h Hit) bool { return h.Kind == kind && h.Code == code })
	if i < 0 {
		return nil
	}
	return &f.Hits[i]
}

// Every outcome of the log is found by its reference number, however it is written, and by its command id.
func TestSearchReferences(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	byNumber := map[string][]domain.EventRef{}
	seen := map[string]bool{}
	var commands []uuid.UUID
	for _, e := range told() {
		number := domain.ReferenceNumber(e.Meta.CommandID)
		if key := number + string(e.Stream); !seen[key] {
			seen[key] = true
			byNumber[number] = append(byNumber[number], e.Ref())
			commands = append(commands, e.Meta.CommandID)
		}
	}
	for i, id := range commands {
		if i%17 != 0 {
			continue
		}
		number := domain.ReferenceNumber(id)
		for n, spelling := range []string{number, strings.ToLower(strings.ReplaceAll(number, "-", "")), " " + strings.ReplaceAll(number, "0", "o") + " "} {
			if n > 0 && i%170 != 0 {
				continue
			}
			var have []domain.EventRef
			for _, h := range find(t, v, spelling).Hits {
				if h.Kind == HitReference && h.Match == MatchExact {
					require.Equal(t, number, h.Code)
					have = append(have, *h.Event)
				}
			}
			require.ElementsMatch(t, byNumber[number], have, "%s as %q", number, spelling)
		}
	}
	require.NotNil(t, find(t, v, commands[99].String()).has(HitReference, domain.ReferenceNumber(commands[99])))
	number := domain.ReferenceNumber(commands[99])
	require.Equal(t, MatchPrefix, find(t, v, number[:12]).has(HitReference, number).Match)
	wrong := "0"
	if strings.HasSuffix(number, "0") {
		wrong = "1"
	}
	found := find(t, v, number[:len(number)-1]+wrong)
	require.True(t, found.Misread)
	require.Nil(t, found.has(HitReference, number), "never guessed")
}

// What the log names is found by that name.
func TestSearchCodes(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	counts := map[HitKind]int{}
	look := func(kind HitKind, code string, ref domain.EventRef) {
		if counts[kind]++; counts[kind] > 25 {
			return
		}
		found := find(t, v, code)
		i := slices.IndexFunc(found.Hits, func(h Hit) bool {
			return h.Kind == kind && strings.EqualFold(h.Code, code) && (h.Event == nil || *h.Event == ref)
		})
		require.True(t, i >= 0 || found.More, "%s %s: %+v", kind, code, found)
		if i >= 0 {
			require.Equal(t, MatchExact, found.Hits[i].Match)
		}
	}
	for _, e := range told() {
		ref := e.Ref()
		switch f := e.Fact.(type) {
		case domain.RecipientDetermined:
			look(HitParticipant, e.Stream.Key(), ref)
		case domain.CoursePurchased:
			look(HitInvoice, string(f.Invoice), ref)
			look(HitInvoice, strings.ToLower(string(f.Invoice)), ref)
		case domain.PurchaseRefused:
			look(HitInvoice, string(f.Invoice), ref)
		case domain.VoucherIssued:
			look(HitVoucher, string(f.LastFour), ref)
		case domain.CertificateIssued:
			if f.LastFour != "" {
				look(HitCertificate, string(f.LastFour), ref)
			}
		case domain.TokenIssued:
			look(HitToken, string(f.Token), ref)
		case domain.ScheduleOpened:
			look(HitSchedule, string(f.Schedule), ref)
		case domain.DecreeRegistered:
			look(HitDecree, string(f.Decree), ref)
		case domain.ComplaintRecorded:
			look(HitCase, e.Stream.Key(), ref)
		case domain.CourseSubmitted:
			look(HitCourse, e.Stream.Key(), ref)
		case domain.InstitutionApproved:
			look(HitInstitution, e.Stream.Key(), ref)
		case domain.PlatformJoined:
			look(HitPlatform, e.Stream.Key(), ref)
		}
	}
	for _, kind := range []HitKind{HitParticipant, HitInvoice, HitVoucher, HitToken, HitDecree, HitCourse, HitInstitution, HitPlatform} {
		require.Positive(t, counts[kind], kind)
	}
	id := slices.MinFunc(told(), func(a, b domain.Recorded) int { return strings.Compare(key(a), key(b)) }).Stream.Key()
	h := find(t, v, strings.ToUpper(id[:8])).has(HitParticipant, id)
	require.NotNil(t, h)
	require.Equal(t, MatchPrefix, h.Match)
}

// key orders the events of people before all others.
func key(e domain.Recorded) string {
	if e.Stream.Kind() != domain.ParticipantStream {
		return "~"
	}
	return e.Stream.Key()
}

// Every title is found by itself, by its beginning, by its words in any order, and with a typing mistake in each long word; what
// is only similar says so.
func TestSearchTitles(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	reg := toldRegistry()
	for code, c := range reg.Courses {
		if c.Title == "" {
			continue
		}
		h := find(t, v, string(c.Title)).has(HitCourse, string(code))
		require.NotNil(t, h, c.Title)
		require.Equal(t, MatchExact, h.Match, c.Title)
		words := strings.Fields(folded(string(c.Title)))
		slices.Reverse(words)
		require.NotNil(t, find(t, v, strings.Join(words, " ")).has(HitCourse, string(code)), words)
		for i, w := range words {
			if r := []rune(w); len(r) > 5 {
				r[2], r[3] = r[3], r[2]
				words[i] = string(r)
			}
		}
		require.NotNil(t, find(t, v, strings.Join(words, " ")).has(HitCourse, string(code)), words)
	}
	for query, want := range map[string]Match{"instagram": MatchWords, "kelas Instagram": MatchWords, "instagarm": MatchSimilar, "instgram": MatchSimilar, "INSTA": MatchWords, "sukses bisnis online": MatchPrefix} {
		h := find(t, v, query).has(HitCourse, "1021")
		require.NotNil(t, h, query)
		require.Equal(t, want, h.Match, query)
	}
	best := find(t, v, "exel").Hits
	require.NotEmpty(t, best, "a mistake in a short word")
	require.Equal(t, MatchSimilar, best[0].Match)
	require.Empty(t, find(t, v, "qqqzzzxxx").Hits)
}

// The words that people use lead to the questions and reasons that are meant.
func TestSearchEverydayWords(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	for word, topic := range map[string]domain.Topic{
		"cair": domain.TopicIncentive, "turun": domain.TopicIncentive, "masuk": domain.TopicBalance, "hangus": domain.TopicDeadline,
		"gagal": domain.TopicIncentive, "dicabut": domain.TopicRevocation, "kartu": domain.TopicBalance, "voucher": domain.TopicClass,
		"kupon": domain.TopicClass, "kelas": domain.TopicClass, "kursus": domain.TopicCourse, "pelatihan": domain.TopicCourse,
		"Kenapa insentif saya belum cair?": domain.TopicIncentive, "why is my certificate not in the dashboard": domain.TopicCertificate,
	} {
		found := find(t, v, word)
		require.NotNil(t, found.has(HitQuestion, "saldo why "+string(topic)), "%s: %+v", word, found.Hits)
		if !strings.Contains(word, " ") {
			require.True(t, slices.ContainsFunc(found.Hits, func(h Hit) bool { return h.Kind == HitReason }), word)
		}
	}
	for _, r := range reason.All() {
		h := find(t, v, string(r.Code)).has(HitReason, string(r.Code))
		require.NotNil(t, h, r.Code)
		require.Equal(t, MatchExact, h.Match)
	}
	for w, x := range everydayWords {
		for _, topic := range x.topics {
			require.Contains(t, domain.Topics(), topic, w)
			require.NotEqual(t, string(topic), topicText(topic).ID)
		}
	}
}

// No query breaks anything: it is text, never a language.
func TestSearchTakesAnything(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	for _, nothing := range []string{"", " ", "\t\n", "😀", `"`, "***", "()", "--", "\x00", string([]byte{0xff, 0xfe})} {
		_, err := v.Search(nothing, 0, scenario.DefaultNow())
		require.ErrorIs(t, err, ErrNothingToFind, "%q", nothing)
	}
	for _, query := range []string{
		`"instagram`, `insta* OR (`, `NEAR(a b)`, `folded:insta`, `'; DROP TABLE search_name; --`, `instagram" OR "x`, "%", "_%a", "a AND b", "NOT x", "^insta", "{a b}:c",
		"instagram 😀", "İNSTAGRAM", "a\x00b", "1' OR '1'='1", strings.Repeat("a", 10_000), strings.Repeat("instagram ", 1000), strings.Repeat("é", 10_000), "-", "a", "1", "ab",
	} {
		found, err := v.Search(query, 0, scenario.DefaultNow())
		if err != nil {
			require.ErrorIs(t, err, ErrNothingToFind, "%q", query)
		}
		require.LessOrEqual(t, len(found.Hits), DefaultHits)
		require.Equal(t, len([]rune(query)) > longestQuery, found.Cut)
	}
	require.NotNil(t, find(t, v, `"instagram" OR (`).has(HitCourse, "1021"))
}

// The index follows the names, also where a course is handed in again under another title.
func TestSearchFollowsNames(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	m := open(t, t.TempDir(), s)
	b := domain.NewBook()
	at := time.Date(2020, 4, 1, 0, 0, 0, 0, time.UTC)
	submit := func(n byte, title domain.Title) {
		_, err := b.Execute(domain.Command{
			ID: uuid.UUID{n}, ReceivedAt: at.Add(time.Duration(n) * time.Hour), Origin: domain.Decided, Actor: domain.Actor{Party: domain.PartyInstitution, Code: "x", ID: uuid.UUID{9}},
			Act: domain.SubmitCourse{OnCourse: domain.OnCourse{Course: "1"}, CourseBody: domain.CourseBody{Title: title, Institution: "x", Modality: domain.Webinar, Interactive: true}},
		})
		require.NoError(t, err)
	}
	look := func(query string) int {
		put(t, s, b.Log[m.logged(t):]...)
		require.NoError(t, m.CatchUp(t.Context(), nil))
		v, _, err := m.view(t.Context())
		require.NoError(t, err)
		defer func() { require.NoError(t, v.Close()) }()
		found, err := v.Search(query, 0, at.Add(240*time.Hour))
		require.NoError(t, err)
		return len(found.Hits)
	}
	submit(1, "Merajut Topi")
	require.Equal(t, 1, look("merajut"))
	submit(2, "Menyulam Taplak")
	require.Equal(t, 1, look("menyulam"))
	require.Equal(t, 0, look("merajut"))
}

// logged is how many events the store has.
func (m *Models) logged(t *testing.T) int {
	t.Helper()
	head, err := m.config.Store.Head(t.Context())
	require.NoError(t, err)
	if head.IsStart() {
		return 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return int(m.writer.place.number)
}
