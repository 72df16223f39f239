package projections

import (
	"slices"
	"strings"
	"unicode/utf8"

	"saldo/domain"
)

const (
	// candidates is how many names that share letters with a query are looked at closely.
	candidates = 300
	// nearEnough is how alike all words together must be, of 100, for a name to be offered; nearWord, each word.
	nearEnough, nearWord = 72, 60
	// mostWords and mostTrigrams bound what one query may cost.
	mostWords, mostTrigrams = 12, 160
)

// generic are the words for what every course is: they tell none from another, and stand in few titles.
//
//nolint:gochecknoglobals // a constant list
var generic = []string{"kelas", "kursus", "pelatihan", "lembaga", "platform", "class", "course", "training", "institution", "paket", "judul"}

// telling leaves out the words that tell nothing apart (generic, idle, of one or two letters), unless there are no others.
func telling(words []string) []string {
	out := slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		return slices.Contains(generic, w) || slices.Contains(idle, w) || runes(w) < 3 //nolint:mnd // see above
	})
	if len(out) == 0 {
		out = words
	}
	return out[:min(len(out), mostWords)]
}

// names finds courses, institutions and platforms: by code, by the beginning of code or name, by their words, and by words that
// are nearly theirs.
func (s *search) names() error {
	words := telling(strings.Fields(s.folded))
	found := map[nameKey]searchName{}
	queries := []struct {
		where string
		args  []any
	}{
		{"kind IN ('course', 'institution', 'platform') AND code >= ? AND code < ? ORDER BY kind, code", []any{strings.ToLower(s.query), after(strings.ToLower(s.query))}},
		{"folded >= ? AND folded < ? ORDER BY folded, kind, code", []any{" " + s.folded, after(" " + s.folded)}},
	}
	if grams := trigrams(words); grams != "" {
		queries = append(queries, struct {
			where string
			args  []any
		}{"id IN (SELECT rowid FROM search_name_fts WHERE search_name_fts MATCH ? ORDER BY rank LIMIT ?) ORDER BY kind, code", []any{grams, candidates}})
	}
	for _, q := range queries {
		if err := s.namesWhere(found, q.where, q.args...); err != nil {
			return err
		}
	}
	var hits []Hit
	for _, n := range found {
		if h, ok := s.judge(n, words); ok {
			hits = append(hits, h)
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return strings.Compare(string(a.Kind)+" "+a.Text.ID+" "+a.Code, string(b.Kind)+" "+b.Text.ID+" "+b.Code)
	})
	for _, h := range hits {
		s.add(h)
	}
	return nil
}

func (s *search) namesWhere(found map[nameKey]searchName, where string, args ...any) error {
	rows, err := s.v.tx.QueryContext(s.v.ctx, "SELECT kind, code, name, folded FROM search_name WHERE "+where+" LIMIT ?", append(args, candidates)...) //nolint:gosec // texts of ours
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n searchName
		if err := rows.Scan(&n.Kind, &n.Code, &n.Name, &n.Folded); err != nil {
			return err
		}
		found[n.nameKey] = n
	}
	return rows.Err()
}

// judge says how a name fits.
func (s *search) judge(n searchName, words []string) (Hit, bool) {
	h := Hit{Kind: n.Kind, Code: n.Code, Text: same(string(n.Name)), Score: 100}
	name, code := strings.TrimSpace(n.Folded), strings.ToLower(s.query)
	switch {
	case n.Code == code || name == s.folded:
		h.Match = MatchExact
	case strings.HasPrefix(n.Code, code) || strings.HasPrefix(name, s.folded):
		h.Match = MatchPrefix
	default:
		worst, total := 100, 0
		for _, w := range words {
			best := 0
			for have := range strings.FieldsSeq(name) {
				best = max(best, likeness(w, have))
			}
			worst, total = min(worst, best), total+best
		}
		h.Score, h.Match = total/len(words), MatchSimilar
		if worst >= prefixLikeness {
			h.Match = MatchWords
		}
		if worst < nearWord || h.Score < nearEnough {
			return h, false
		}
	}
	switch n.Kind { //nolint:exhaustive // the kinds of names
	case HitCourse:
		h.Course = domain.CourseCode(n.Code)
	case HitInstitution:
		h.Institution = domain.InstitutionCode(n.Code)
	case HitPlatform:
		h.Platform = domain.PlatformCode(n.Code)
	}
	return h, true
}

// standing says of a course who gives it and what its approval is at the moment, of an institution its own.
func (s *search) standing(h *Hit) error {
	var state string
	switch h.Kind { //nolint:exhaustive // platforms have no approval
	case HitCourse:
		c, err := scanCourse(s.v.tx.QueryRowContext(s.v.ctx, courseSelect()+" WHERE c.code = ?2", int64(instantOf(s.at)), h.Code).Scan)
		if err != nil {
			return err
		}
		h.Institution, h.At = c.Institution, c.Since
		state = c.Standing
	case HitInstitution:
		i, err := scanInstitution(s.v.tx.QueryRowContext(s.v.ctx, institutionSelect()+" WHERE i.code = ?2", int64(instantOf(s.at)), h.Code).Scan)
		if err != nil {
			return err
		}
		h.At, state = i.Since, i.Standing
	}
	if state != "" {
		is := StandingText(state)
		h.Text = Text{h.Text.ID + " · " + is.ID, h.Text.EN + " · " + is.EN}
	}
	return nil
}

// StandingText says a standing of a course or an institution in words.
func StandingText(state string) Text {
	switch state {
	case "submitted":
		return Text{"masih diperiksa", "under review"}
	case "approved":
		return Text{"disetujui", "approved"}
	case "rejected":
		return Text{"tidak disetujui", "not approved"}
	case "withdrawn":
		return Text{"persetujuan ditarik", "approval withdrawn"}
	case "suspended":
		return Text{"dihentikan sementara", "suspended"}
	case "removed":
		return Text{"tidak lagi ditetapkan", "removed"}
	}
	return same(state)
}

// trigrams makes the question to the index: names that share any three letters with the words, each in quotation marks, so that
// nothing of a query is ever an operator. A word stands between spaces, so that its first and last letters weigh more.
func trigrams(words []string) string {
	var all []string
	for _, w := range words {
		letters := []rune(" " + w + " ")
		for i := 0; i+3 <= len(letters) && len(all) < mostTrigrams; i++ {
			if g := `"` + string(letters[i:i+3]) + `"`; !slices.Contains(all, g) {
				all = append(all, g)
			}
		}
	}
	return strings.Join(all, " OR ")
}

// prefixLikeness is how alike the beginning of a word is to the word.
const prefixLikeness = 90

// likeness says how alike two words are: 100 the same, prefixLikeness and more where the first begins the second, else by how
// many single-letter mistakes lie between them; a word may also be the beginning of a longer one with a mistake in it.
func likeness(given, word string) int {
	switch {
	case given == word:
		return 100
	case strings.HasPrefix(word, given):
		return prefixLikeness + 9*len(given)/len(word)
	}
	a, b := []rune(given), []rune(word)
	longest := max(len(a), len(b))
	out := 100 * (longest - mistakes(a, b)) / longest
	const tooShort = 5 // letters: a mistake in fewer is another word
	if len(a) >= tooShort && len(b) > len(a) {
		out = max(out, 100*(len(a)-mistakes(a, b[:len(a)]))/len(a)-10) //nolint:mnd // less than a whole word
	}
	return min(out, prefixLikeness-1)
}

// mistakes counts letters changed, left out, put in, or swapped with their neighbour.
func mistakes(a, b []rune) int {
	const most = 40 // no word is longer; comparing costs the square
	a, b = a[:min(len(a), most)], b[:min(len(b), most)]
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// runes counts letters.
func runes(s string) int { return utf8.RuneCountInString(s) }
