package projections

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/eventstore"
)

// Match says how a hit fits what was looked for, the best first.
type Match string

// Kinds of matches.
const (
	MatchExact   Match = "exact"   // the code or name itself
	MatchPrefix  Match = "prefix"  // it begins so
	MatchWords   Match = "words"   // all words are in it
	MatchSimilar Match = "similar" // near: to be offered, and picked by a person
)

// Hit is something that was found.
type Hit struct {
	Kind  HitKind `json:"kind"`
	Match Match   `json:"match"`
	Score int     `json:"score"` // 0 to 100 within its match
	Code  string  `json:"code"`  // as it is written
	Text  Text    `json:"text"`  // what it is

	Participant *uuid.UUID             `json:"participant,omitempty"`
	Course      domain.CourseCode      `json:"course_code,omitempty"`
	Platform    domain.PlatformCode    `json:"platform,omitempty"`
	Institution domain.InstitutionCode `json:"institution,omitempty"`
	Event       *domain.EventRef       `json:"event,omitempty"` // in the log
	At          *time.Time             `json:"at,omitempty"`    // of the event, or when a course's standing came into force
}

// Text is a text in both languages of the project.
type Text struct {
	ID string `json:"id"`
	EN string `json:"en"`
}

func same(s string) Text { return Text{s, s} }

// Found is what a search found, the best first.
type Found struct {
	Hits []Hit `json:"hits"`
	// More: there are more than were asked for.
	More bool `json:"more,omitempty"`
	// Misread: it has the form of a nomor rujukan, and its check character is wrong: a typing mistake.
	Misread bool `json:"misread_reference,omitempty"`
	// Cut: only the beginning was looked for, the text is longer than anything that is known.
	Cut bool `json:"cut,omitempty"`
}

// ErrNothingToFind says that a search has no letter and no digit in it.
var ErrNothingToFind = errors.New("projections: nothing to look for")

// DefaultHits and MaxHits bound how many hits a search gives.
const (
	DefaultHits = 20
	MaxHits     = 200
)

const (
	// longestQuery is how many characters of a query are looked for: no code and no title is longer.
	longestQuery = 160
	// shortestPrefix is how many characters of an id have to be given before others are guessed.
	shortestPrefix = 4
	// shortestReference is the same for a reference number: with fewer, strangers' numbers begin with a word by chance.
	shortestReference = 8
)

// Search finds what people name on the phone: codes and ids by themselves or their beginning, names also by half or with a
// typing mistake, questions and reasons by everyday words. Nothing is guessed: what is only similar says so. at is the moment
// whose standing of courses is told. ErrNothingToFind says that the query has nothing in it.
func (v *View) Search(query string, limit int, at time.Time) (Found, error) {
	s := &search{v: v, at: at, limit: DefaultHits}
	if limit != 0 {
		s.limit = min(max(limit, 1), MaxHits)
	}
	query = strings.ToValidUTF8(query, " ")
	if utf8.RuneCountInString(query) > longestQuery {
		s.found.Cut = true
		query = string([]rune(query)[:longestQuery])
	}
	s.query = strings.Join(strings.Fields(query), " ")
	if s.folded = folded(s.query); s.folded == "" {
		return s.found, ErrNothingToFind
	}
	for _, look := range []func() error{s.references, s.people, s.invoices, s.codes, s.names, s.words} {
		if err := look(); err != nil {
			return s.found, fmt.Errorf("search: %w", err)
		}
	}
	return s.ranked()
}

// search is one search on its way.
type search struct {
	v      *View
	at     time.Time
	query  string // as given, one space between words
	folded string
	limit  int
	found  Found
}

func (s *search) add(h Hit) { s.found.Hits = append(s.found.Hits, h) }

// ranked puts the best first, and leaves out what is beyond the limit.
func (s *search) ranked() (Found, error) {
	matches := []Match{MatchExact, MatchPrefix, MatchWords, MatchSimilar}
	kinds := []HitKind{
		HitReference, HitParticipant, HitInvoice, HitCourse, HitInstitution, HitPlatform, HitToken, HitSchedule, HitDecree, HitCase, HitVoucher,
		HitCertificate, HitQuestion, HitReason,
	}
	place := func(h Hit) int { return slices.Index(matches, h.Match) }
	slices.SortStableFunc(s.found.Hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), -cmp.Compare(a.Score, b.Score), cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)))
	})
	if len(s.found.Hits) > s.limit {
		s.found.Hits, s.found.More = s.found.Hits[:s.limit], true
	}
	if s.found.Hits == nil {
		s.found.Hits = []Hit{}
	}
	for i := range s.found.Hits { // only of what is told
		if err := s.standing(&s.found.Hits[i]); err != nil {
			return s.found, fmt.Errorf("search: %w", err)
		}
	}
	return s.found, nil
}

// references looks a nomor rujukan up, or the command id behind one. Two outcomes may share a number: both are told.
func (s *search) references() error {
	if id, err := uuid.Parse(s.query); err == nil {
		return s.coded(HitReference, domain.ReferenceNumber(id), MatchExact, func(e domain.Recorded) bool { return e.Meta.CommandID == id })
	}
	number, err := domain.ParseReferenceNumber(s.query)
	if err == nil {
		return s.coded(HitReference, number, MatchExact, nil)
	}
	start, whole := referenceStart(s.query)
	s.found.Misread = whole
	if start == "" || whole {
		return nil
	}
	return s.coded(HitReference, start, MatchPrefix, nil)
}

// referenceStart writes the beginning of a reference number as numbers are printed; empty if it is none, or too short. whole
// says that it has all characters of one, and digits among them, as words have not.
func referenceStart(query string) (start string, whole bool) {
	const group, all = 4, 13
	var out []byte
	digits, count := false, 0
	for _, r := range strings.ToUpper(query) {
		switch {
		case r == '-' || r == ' ' || r == '.':
			continue
		case r >= '0' && r <= '9':
			digits = true
		case r < 'A' || r > 'Z' || r == 'U':
			return "", false
		}
		switch r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if count > 0 && count%group == 0 {
			out = append(out, '-')
		}
		out, count = append(out, byte(r)), count+1
	}
	if count < shortestReference || count > all || !digits {
		return "", false
	}
	return string(out), count == all
}

// people finds participants by their subject id or its beginning.
func (s *search) people() error {
	id := strings.ToLower(s.query)
	if len(id) < shortestPrefix || len(id) > len(uuid.Nil.String()) || strings.Trim(id, "0123456789abcdef-") != "" {
		return nil
	}
	rows, err := s.v.tx.QueryContext(s.v.ctx, personSelect+" WHERE subject >= ? AND subject < ? ORDER BY subject LIMIT ?", id, after(id), s.limit+1)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var p person
		if err := rows.Scan(personColumns(&p)...); err != nil {
			return err
		}
		x, err := p.public()
		if err != nil {
			return err
		}
		text := Text{fmt.Sprintf("gelombang %d, tahap %s", x.Wave, x.Stage), fmt.Sprintf("wave %d, stage %s", x.Wave, x.Stage)}
		s.add(Hit{Kind: HitParticipant, Match: exactIf(p.Subject == id), Code: p.Subject, Text: text, Participant: &x.ID, At: x.Determined})
	}
	return rows.Err()
}

func exactIf(whole bool) Match {
	if whole {
		return MatchExact
	}
	return MatchPrefix
}

// after is the first text behind all that begin with a prefix.
func after(prefix string) string { return prefix + string(utf8.MaxRune) }

// invoices finds accepted orders; refused ones are among the codes. Order numbers are looked for as they are written, and all
// in capitals or in small letters.
func (s *search) invoices() error {
	if len(s.query) < shortestPrefix || strings.Contains(s.query, " ") {
		return nil
	}
	seen := map[string]bool{}
	for _, code := range []string{s.query, strings.ToUpper(s.query), strings.ToLower(s.query)} {
		if seen[code] {
			continue
		}
		seen[code] = true
		if err := s.orders(code); err != nil {
			return err
		}
	}
	return nil
}

func (s *search) orders(code string) error {
	rows, err := s.v.tx.QueryContext(s.v.ctx, `SELECT p.subject, p.platform, p.invoice, p.course, p.institution, p.amount, p.bought_at, p.cancelled_at,
		coalesce((SELECT title FROM course WHERE code = p.course), '') FROM purchase p WHERE p.invoice >= ? AND p.invoice < ? ORDER BY p.invoice, p.subject LIMIT ?`,
		code, after(code), s.limit+1)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var h Hit
		var subject, title string
		var amount rupiah
		var bought, cancelled instant
		if err := rows.Scan(&subject, &h.Platform, &h.Code, &h.Course, &h.Institution, &amount, &bought, &cancelled, &title); err != nil {
			return err
		}
		id, err := uuid.Parse(subject)
		if err != nil {
			return err
		}
		h.Kind, h.Match, h.Participant, h.At = HitInvoice, exactIf(h.Code == code), &id, bought.time()
		h.Text = Text{"dibeli: " + title, "bought: " + title}
		if cancelled != 0 {
			h.Text = Text{"dibeli, lalu dibatalkan: " + title, "bought, then cancelled: " + title}
		}
		s.add(h)
	}
	return rows.Err()
}

// codes finds what an event named: by the whole code or, but for the four characters of a voucher or certificate, its beginning.
func (s *search) codes() error {
	if strings.Contains(s.query, "\x00") || len(s.query) < 3 { //nolint:mnd // shorter ones say nothing
		return nil
	}
	for _, kind := range []HitKind{HitInvoice, HitToken, HitSchedule, HitDecree, HitCase} {
		if err := s.coded(kind, s.query, MatchPrefix, nil); err != nil {
			return err
		}
	}
	if _, word := everydayWords[s.folded]; word || utf8.RuneCountInString(s.query) != 4 { //nolint:mnd // last four; "cair" is a word
		return nil
	}
	return errors.Join(s.coded(HitVoucher, s.query, MatchExact, nil), s.coded(HitCertificate, s.query, MatchExact, nil))
}

// coded finds rows of search_code and reads their events, the newest first.
func (s *search) coded(kind HitKind, code string, match Match, admit func(domain.Recorded) bool) error {
	where, args := "code = ?", []any{string(kind), code, s.limit + 1}
	if match != MatchExact {
		where, args = "code >= ? AND code < ?", []any{string(kind), code, after(code), s.limit + 1}
	}
	rows, err := s.v.tx.QueryContext(s.v.ctx, "SELECT code, stream, revision FROM search_code WHERE kind = ? AND "+where+" ORDER BY code, no DESC LIMIT ?", args...) //nolint:gosec // texts of ours
	if err != nil {
		return err
	}
	defer rows.Close()
	var all []searchCode
	for rows.Next() {
		var c searchCode
		if err := rows.Scan(&c.Code, &c.Stream, &c.Revision); err != nil {
			return err
		}
		all = append(all, c)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, c := range all {
		e, err := s.v.event(c.Stream, c.Revision)
		if err != nil {
			return err
		}
		if admit == nil || admit(e) {
			s.add(s.v.told(e, Hit{Kind: kind, Match: exactIf(strings.EqualFold(c.Code, code)), Code: c.Code}))
		}
	}
	return nil
}

// event reads one event from the log.
func (v *View) event(stream domain.Stream, revision int64) (domain.Recorded, error) {
	for r, err := range v.m.config.Store.ReadStream(v.ctx, string(stream), eventstore.ReadOptions{From: uint64(revision), Limit: 1}) { //nolint:gosec // a revision
		if err != nil {
			return domain.Recorded{}, fmt.Errorf("read %s@%d: %w", stream, revision, err)
		}
		e := decode(r)
		return e.Recorded, e.broken
	}
	return domain.Recorded{}, fmt.Errorf("read %s@%d: %w", stream, revision, eventstore.ErrStreamNotFound)
}
