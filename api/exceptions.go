package api

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
)

// Exception is one thing that an auditor must ask about: what, whose move it is, since when, how much, and what stands
// behind it.
type Exception struct {
	Kind        ExceptionKind     `json:"kind"`
	Owner       domain.Party      `json:"owner"`
	OwnerCode   domain.Reference  `json:"owner_code,omitempty"` // which platform, institution or partner
	Since       time.Time         `json:"since"`
	AgeDays     int               `json:"age_days"` // whole days from then to the moment of the list
	Amount      domain.Money      `json:"amount"`
	Participant *uuid.UUID        `json:"participant,omitempty"`
	Wave        int               `json:"wave,omitempty"`
	Event       domain.EventRef   `json:"event"`
	Reference   string            `json:"reference,omitempty"` // nomor rujukan of the event's command
	Evidence    []domain.EventRef `json:"evidence,omitempty"`
	Detail      string            `json:"detail,omitempty"` // codes, amounts and instants, in the language of the log
}

// ExceptionFilter chooses exceptions; zero fields choose all.
type ExceptionFilter struct {
	Kinds []ExceptionKind
	Above domain.Money // more than
	Wave  int
}

// ExceptionReport is the list of exceptions at a moment. Counts and Amounts are of all that were found, Rows of those chosen.
type ExceptionReport struct {
	Place
	At      time.Time                      `json:"at"`
	Found   int                            `json:"found"`
	Counts  map[ExceptionKind]int          `json:"counts"`
	Amounts map[ExceptionKind]domain.Money `json:"amounts"`
	Rows    []Exception                    `json:"exceptions"`
}

// Exceptions goes through the log as it was recorded by a moment and lists what an auditor must ask about, by what was known
// at that moment. It is a pass over the log and no read model: a fact that comes late turns decisions of any age, so every
// decision has to be asked again over today's registry, which no fold event by event does; ages depend on the moment asked;
// and the checks are the rulebook's own. It reads the log twice, the registry's streams first, and keeps one folded state per person.
func (s *Service) Exceptions(ctx context.Context, at time.Time, f ExceptionFilter) (ExceptionReport, error) {
	x, p, err := s.finder(ctx, at)
	if err != nil {
		return ExceptionReport{}, err
	}
	for e := range p.events(ctx) {
		if !e.Foreign() && !e.Unknown() {
			x.see(e)
		}
	}
	if p.err != nil {
		return ExceptionReport{}, p.err
	}
	x.finish()
	return x.report(p.place, f), nil
}

// finder is an exception finder with the pass that feeds it.
func (s *Service) finder(ctx context.Context, at time.Time) (*exceptionFinder, *pass, error) {
	bound := Bound{At: &at}
	known, err := s.hindsight(ctx, bound)
	return newExceptionFinder(at, known), s.pass(bound), err
}

// exceptionFinder is one pass over the log.
type exceptionFinder struct {
	at       time.Time
	known    *domain.Registry // as it is known at the end
	soFar    *domain.Registry // as it stands in the log before the event under way
	force    map[domain.Stream][]forced
	small    map[domain.Stream]domain.State // actions and seats: what decisions look up
	people   map[domain.Stream]*auditedPerson
	order    []domain.Stream
	invoices map[string]firstOrder
	lines    map[string]domain.Stream
	decrees  map[domain.DecreeNumber]int
	files    map[domain.Stream]*settlementFile
	tranches map[domain.Reference]*auditedTranche
	loose    map[string]*paidLine // settlement lines by person and order
	found    []Exception
}

// forced is from when an event of the registry was in force.
type forced struct {
	rev int64
	ref domain.EventRef
	at  time.Time
}

type firstOrder struct {
	stream domain.Stream
	ref    domain.EventRef
}

// settlementFile is what one file approved and paid.
type settlementFile struct{ approved, paid domain.Money }

type auditedTranche struct {
	named, credited int
	total, got      domain.Money
	ref             domain.EventRef
	since           time.Time
	command         uuid.UUID
}

// paidLine is what was paid for an order.
type paidLine struct {
	platform domain.PlatformCode
	invoice  domain.InvoiceCode
	amount   domain.Money
	ref      domain.EventRef
	command  uuid.UUID
	at, last time.Time // of the first line and of the last
	matched  bool
}

// auditedPerson is what the pass keeps of one person: the fold, and what the fold doesn't say.
type auditedPerson struct {
	stream   domain.Stream
	state    *domain.ParticipantState
	bought   map[string]domain.Recorded        // by order, the event without its bytes
	refused  map[domain.CourseCode]heldRef     // last refused exchange of a voucher
	issued   map[domain.CourseCode]heldRef     // certificate of an institution
	answered map[domain.CourseCode]bool        // by the programme office, either way
	platform map[domain.CourseCode]heldRef     // completion as the platform reports it
	answers  map[string]map[string]heldRef     // by instruction: paid and failed
	disputes map[domain.Stream]heldRef         // that are open
	suspense map[domain.Account]*suspenseState // what it took beyond the purses
	revoked  heldRef
}

type heldRef struct {
	ref     domain.EventRef
	at      time.Time
	command uuid.UUID
	text    string
}

type suspenseState struct {
	amount domain.Money
	since  heldRef
	owner  domain.Party
}

func newExceptionFinder(at time.Time, known *domain.Registry) *exceptionFinder {
	return &exceptionFinder{
		at: at, known: known, soFar: domain.NewRegistry(), force: map[domain.Stream][]forced{}, small: map[domain.Stream]domain.State{},
		people: map[domain.Stream]*auditedPerson{}, invoices: map[string]firstOrder{}, lines: map[string]domain.Stream{},
		decrees: map[domain.DecreeNumber]int{}, files: map[domain.Stream]*settlementFile{}, tranches: map[domain.Reference]*auditedTranche{},
		loose: map[string]*paidLine{},
	}
}

func (x *exceptionFinder) person(s domain.Stream) *auditedPerson {
	p, ok := x.people[s]
	if !ok {
		p = &auditedPerson{
			stream: s, state: domain.NewParticipantState(s), bought: map[string]domain.Recorded{}, refused: map[domain.CourseCode]heldRef{},
			issued: map[domain.CourseCode]heldRef{}, answered: map[domain.CourseCode]bool{}, platform: map[domain.CourseCode]heldRef{},
			answers: map[string]map[string]heldRef{}, disputes: map[domain.Stream]heldRef{}, suspense: map[domain.Account]*suspenseState{},
		}
		x.people[s] = p
		x.order = append(x.order, s)
	}
	return p
}

// add files an exception about an event.
func (x *exceptionFinder) add(kind ExceptionKind, ref domain.EventRef, command uuid.UUID, since time.Time, fill func(*Exception)) {
	about, _ := AboutException(kind)
	out := Exception{Kind: kind, Owner: about.Owner, Since: since, Event: ref, AgeDays: max(0, int(x.at.Sub(since)/(24*time.Hour)))}
	if command != uuid.Nil {
		out.Reference = domain.ReferenceNumber(command)
	}
	if ref.Stream.Kind() == domain.ParticipantStream {
		x.about(&out, ref.Stream)
	}
	if fill != nil {
		fill(&out)
	}
	x.found = append(x.found, out)
}

// about names the person whose stream it is.
func (x *exceptionFinder) about(out *Exception, s domain.Stream) {
	if id, err := uuid.Parse(s.Key()); err == nil {
		out.Participant = &id
	}
	if p, ok := x.people[s]; ok {
		out.Wave = p.state.Determination.Wave
	}
}

func held(e *domain.Recorded) heldRef {
	return heldRef{ref: e.Ref(), at: e.Meta.Effective(), command: e.Meta.CommandID}
}

// report chooses and sorts: by kind in the order of the catalogue, the oldest first.
func (x *exceptionFinder) report(at Place, f ExceptionFilter) ExceptionReport {
	rep := ExceptionReport{Place: at, At: x.at, Found: len(x.found), Counts: map[ExceptionKind]int{}, Amounts: map[ExceptionKind]domain.Money{}, Rows: []Exception{}}
	place := map[ExceptionKind]int{}
	for i, k := range ExceptionKinds() {
		place[k.Kind] = i
	}
	for _, e := range x.found {
		rep.Counts[e.Kind]++
		rep.Amounts[e.Kind] = rep.Amounts[e.Kind].Add(e.Amount)
		if len(f.Kinds) > 0 && !slices.Contains(f.Kinds, e.Kind) || f.Wave != 0 && e.Wave != f.Wave || !f.Above.IsZero() && e.Amount.Cmp(f.Above) <= 0 {
			continue
		}
		rep.Rows = append(rep.Rows, e)
	}
	slices.SortFunc(rep.Rows, func(a, b Exception) int {
		return cmp.Or(cmp.Compare(place[a.Kind], place[b.Kind]), a.Since.Compare(b.Since), strings.Compare(string(a.Event.Stream), string(b.Event.Stream)),
			cmp.Compare(a.Event.Revision, b.Event.Revision), strings.Compare(a.Detail, b.Detail))
	})
	return rep
}
