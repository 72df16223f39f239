package projections

import (
	"cmp"
	"strings"
	"unicode"

	"saldo/domain"
)

// HitKind says what a hit of a search is.
type HitKind string

// Kinds of hits, in the order in which they stand among equals.
const (
	HitReference   HitKind = "reference" // outcome with that nomor rujukan
	HitParticipant HitKind = "participant"
	HitInvoice     HitKind = "invoice"
	HitCourse      HitKind = "course"
	HitInstitution HitKind = "institution"
	HitPlatform    HitKind = "platform"
	HitToken       HitKind = "token"
	HitSchedule    HitKind = "schedule"
	HitDecree      HitKind = "decree"
	HitCase        HitKind = "case"
	HitVoucher     HitKind = "voucher"
	HitCertificate HitKind = "certificate"
	HitQuestion    HitKind = "question" // what saldo why answers
	HitReason      HitKind = "reason"
)

// codeKey is where a code stands: the n-th that an event names.
type codeKey struct {
	No int64
	N  int
}

// searchCode is a row of search_code.
type searchCode struct {
	codeKey
	Kind     HitKind
	Code     string
	Stream   domain.Stream
	Revision int64
}

// nameKey is what has a name.
type nameKey struct {
	Kind HitKind
	Code string
}

// searchName is a row of search_name.
type searchName struct {
	nameKey
	ID     int64
	Name   domain.Title
	Folded string
}

// searcher is the model behind Search: codes by the event that they stand for, and names. What other models' tables answer by
// their own keys (people, accepted orders) is asked there.
type searcher struct {
	codes *table[codeKey, searchCode]
	names *table[nameKey, searchName]
}

func newSearcher(f *fold) *searcher {
	return &searcher{
		codes: newTable(f, "search_code", func(a, b codeKey) int { return cmp.Or(cmp.Compare(a.No, b.No), cmp.Compare(a.N, b.N)) },
			func(k codeKey) searchCode { return searchCode{codeKey: k} }, func(r *searchCode) []any {
				return []any{&r.No, &r.N, &r.Kind, &r.Code, &r.Stream, &r.Revision}
			}),
		names: newTable(f, "search_name", func(a, b nameKey) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Code, b.Code)) },
			func(k nameKey) searchName { return searchName{nameKey: k} }, func(r *searchName) []any {
				return []any{&r.Kind, &r.Code, &r.ID, &r.Name, &r.Folded}
			}),
	}
}

func (m *searcher) apply(e domain.Recorded) {
	n := 0
	add := func(kind HitKind, code string) {
		if code == "" {
			return
		}
		row := m.codes.insert(codeKey{int64(e.Number), n})                                     //nolint:gosec // far below 2^63
		row.Kind, row.Code, row.Stream, row.Revision = kind, code, e.Stream, int64(e.Revision) //nolint:gosec // a revision
		n++
	}
	if e.Meta.Part == "" || strings.HasPrefix(e.Meta.Part, "1/") { // one outcome, however many events
		add(HitReference, domain.ReferenceNumber(e.Meta.CommandID))
	}
	switch f := e.Fact.(type) {
	case domain.PurchaseRefused:
		add(HitInvoice, string(f.Invoice)) // of an accepted one: purchase
	case domain.PurchaseUnattributed:
		add(HitInvoice, string(f.Invoice))
	case domain.VoucherIssued:
		add(HitVoucher, string(f.LastFour))
	case domain.CertificateIssued:
		add(HitCertificate, string(f.LastFour))
	case domain.TokenIssued:
		add(HitToken, string(f.Token))
	case domain.TokenRotated:
		add(HitToken, string(f.Successor))
	case domain.ScheduleOpened:
		add(HitSchedule, string(f.Schedule))
	case domain.DecreeRegistered:
		add(HitDecree, string(f.Decree))
	case domain.CourseSubmitted:
		m.name(e, HitCourse, f.Title)
	case domain.InstitutionApproved:
		m.name(e, HitInstitution, f.Name)
	case domain.PlatformJoined:
		m.name(e, HitPlatform, f.Name)
	}
	if e.Stream.Kind() == domain.CaseStream && e.Revision == 0 {
		add(HitCase, e.Stream.Key())
	}
}

func (m *searcher) name(e domain.Recorded, kind HitKind, name domain.Title) {
	key := nameKey{kind, e.Stream.Key()}
	known := m.names.get(key) != nil
	row := m.names.edit(key)
	if !known {
		row.ID = int64(e.Number) //nolint:gosec // far below 2^63
	}
	row.Name, row.Folded = name, " "+folded(string(name))+" "
}

// folded is a text as it is compared: lower case, words of letters and digits, one space between them.
func folded(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}
