package api

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
)

// PeriodEnd is the last instant of a period such as 2020-08, in WIB.
func PeriodEnd(period string) (time.Time, error) {
	t, err := time.ParseInLocation("2006-01", period, domain.WIB())
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no month such as 2020-08: %w", period, err)
	}
	return t.AddDate(0, 1, 0).Add(-time.Microsecond).UTC(), nil
}

// Closing is a period at a position: what is certified. Its figures follow from the log up to there, which the digest
// pins; the event PeriodClosed holds position, digest and what is left in the purses.
type Closing struct {
	Period     string              `json:"period"`
	Ends       time.Time           `json:"ends"`
	Books      Books               `json:"books"`
	Action     uuid.UUID           `json:"action"` // the approval is for this period at this position with this digest, and nothing else
	Proposed   bool                `json:"proposed"`
	ProposedBy *uuid.UUID          `json:"prepared_by,omitempty"`
	Approved   bool                `json:"approved"`
	ApprovedBy *uuid.UUID          `json:"approved_by,omitempty"`
	Authority  domain.DecreeNumber `json:"authority,omitempty"`
	Closed     *domain.EventRef    `json:"closed,omitempty"`
	Reference  string              `json:"reference,omitempty"`
}

// ErrRefused wraps the failed checks of an act that was refused; the refusal is recorded.
var ErrRefused = errors.New("refused, and recorded as such")

// ErrNotPrepared says that nobody prepared the closing of this period at this position and digest.
var ErrNotPrepared = errors.New("nobody prepared this closing at this position with this digest")

// ErrInsideGroup says that a position stands between events of one decision: nothing is certified there.
var ErrInsideGroup = errors.New("this number of events ends inside the group of one decision: take one more, or one less")

// closing works out what would be certified.
func (s *Service) closing(ctx context.Context, period string, events *uint64) (Closing, error) {
	end, err := PeriodEnd(period)
	if err != nil {
		return Closing{}, err
	}
	if events == nil { // behind the last event that was recorded in the period
		p := s.pass(Bound{At: &end})
		for range p.events(ctx) {
		}
		if events = &p.place.Events; p.err != nil {
			return Closing{}, p.err
		}
	}
	books, err := s.Books(ctx, Bound{Events: events})
	if err != nil {
		return Closing{}, err
	}
	if books.Events == 0 {
		return Closing{}, ErrEmptyPopulation
	}
	if !books.whole {
		return Closing{}, fmt.Errorf("%w: %d", ErrInsideGroup, books.Events)
	}
	c := Closing{Period: period, Ends: end, Books: books}
	c.Action = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:saldo:close:"+period+":"+strconv.FormatUint(books.Events, 10)+":"+books.Root))
	return c, s.signed(ctx, &c)
}

// signed fills in who prepared and who approved.
func (s *Service) signed(ctx context.Context, c *Closing) error {
	events, err := s.History(ctx, domain.ActionStreamOf(c.Action))
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.Meta.Outcome == domain.Refused {
			continue
		}
		switch f := e.Fact.(type) {
		case domain.ActionProposed:
			c.Proposed, c.ProposedBy, c.Authority = true, &e.Meta.Actor.ID, f.Authority.Number
		case domain.ActionApproved:
			c.Approved, c.ApprovedBy = true, &e.Meta.Actor.ID
		}
	}
	audit, err := s.History(ctx, domain.Audit)
	if err != nil {
		return err
	}
	for _, e := range audit {
		if f, ok := e.Fact.(domain.PeriodClosed); ok && string(f.Period) == c.Period {
			c.Closed, c.Reference = new(e.Ref()), domain.ReferenceNumber(e.Meta.CommandID)
		}
	}
	return nil
}

// DraftClosing works out what would be certified, and who has signed it so far. It records nothing.
func (s *Service) DraftClosing(ctx context.Context, period string, events *uint64) (Closing, error) {
	return s.closing(ctx, period, events)
}

// PrepareClosing proposes to close a period at a position: behind so many events, or by default behind the last that was
// recorded within the period. It is the first person's signature.
func (s *Service) PrepareClosing(ctx context.Context, period string, events *uint64, by domain.Actor, why domain.Authority) (Closing, error) {
	c, err := s.closing(ctx, period, events)
	if err != nil {
		return c, err
	}
	out, err := s.Execute(ctx, domain.Command{
		ID: domain.CommandID("audit", "close/prepare/"+c.Action.String()), Actor: by, Authority: &why,
		Act: domain.ProposeAction{
			OnAction: domain.OnAction{Action: c.Action}, ProposalBody: domain.ProposalBody{Command: "ClosePeriod", On: domain.Audit, Count: 1, Authority: why},
		},
	})
	if err = refusedError(out, err); err != nil {
		return c, err
	}
	return c, s.signed(ctx, &c)
}

// ApproveClosing is the second person's signature, and closes the period. The position must be the one that was prepared:
// everything is worked out again from the log, and another figure anywhere is another digest and another action.
func (s *Service) ApproveClosing(ctx context.Context, period string, events *uint64, by domain.Actor) (Closing, error) {
	c, err := s.closing(ctx, period, events)
	if err != nil {
		return c, err
	}
	if !c.Proposed {
		return c, ErrNotPrepared
	}
	if !c.Approved {
		out, failed := s.Execute(ctx, domain.Command{
			ID: domain.CommandID("audit", "close/approve/"+c.Action.String()+"/"+by.ID.String()), Actor: by,
			Act: domain.ApproveAction{OnAction: domain.OnAction{Action: c.Action}},
		})
		if failed = refusedError(out, failed); failed != nil {
			return c, failed
		}
	}
	out, err := s.Execute(ctx, domain.Command{
		ID: domain.CommandID("audit", "close/"+c.Action.String()), Actor: by, ActionID: &c.Action,
		Act: domain.ClosePeriod{PeriodBody: domain.PeriodBody{
			Period: domain.Reference(period), Number: int(c.Books.Events) - 1, Digest: domain.Digest(c.Books.Root), Totals: c.Books.Left(), //nolint:gosec // far below 2^63
		}},
	})
	if err = refusedError(out, err); err != nil {
		return c, err
	}
	return c, s.signed(ctx, &c)
}

func refusedError(out Outcome, err error) error {
	if err == nil && out.Refused() {
		return fmt.Errorf("%w (%s): %s", ErrRefused, out.Reference, failureText(out.Decision().Failed))
	}
	return err
}

// LateFact is a fact that was recorded behind a closing, with a date inside the period or before it.
type LateFact struct {
	Number    uint64          `json:"no"`
	Event     domain.EventRef `json:"event"`
	Reference string          `json:"reference"`
	Recorded  time.Time       `json:"recorded_at"`
	Effective time.Time       `json:"effective_at"`
	Amount    domain.Money    `json:"amount"` // that it moved
}

// ClosedPeriod is a closing that stands in the log, held to the log as it is now.
type ClosedPeriod struct {
	domain.PeriodBody
	Event      domain.EventRef `json:"event"`
	Recorded   time.Time       `json:"recorded_at"`
	PreparedBy *uuid.UUID      `json:"prepared_by,omitempty"`
	ApprovedBy *uuid.UUID      `json:"approved_by,omitempty"`
	Agrees     bool            `json:"agrees"` // the log up to the position still has this digest
	Late       []LateFact      `json:"recorded_after_closing"`
	LateMoney  domain.Money    `json:"recorded_after_closing_total"`
}

// Closings lists all closed periods with what was recorded behind each of them about the time before its end ("dicatat
// setelah tutup buku"). What was certified is by position and never changes; these facts belong to the next period.
func (s *Service) Closings(ctx context.Context, at *time.Time) ([]ClosedPeriod, error) {
	audit, err := s.History(ctx, domain.Audit)
	if err != nil {
		return nil, err
	}
	var out []ClosedPeriod
	for _, e := range audit {
		f, ok := e.Fact.(domain.PeriodClosed)
		if !ok || e.Foreign() || at != nil && e.Meta.RecordedAt.After(*at) {
			continue
		}
		c := ClosedPeriod{PeriodBody: f.PeriodBody, Event: e.Ref(), Recorded: e.Meta.RecordedAt, Late: []LateFact{}}
		if e.Meta.ActionID != nil {
			signed := Closing{Action: *e.Meta.ActionID}
			if err := s.signed(ctx, &signed); err != nil {
				return nil, err
			}
			c.PreparedBy, c.ApprovedBy = signed.ProposedBy, signed.ApprovedBy
		}
		out = append(out, c)
	}
	for i := range out {
		if err := s.late(ctx, &out[i], at); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// late finds what was recorded behind a closing, and whether the log before it is still the one that was closed.
func (s *Service) late(ctx context.Context, c *ClosedPeriod, at *time.Time) error {
	end, err := PeriodEnd(string(c.Period))
	if err != nil {
		return err
	}
	upTo := uint64(c.Number) + 1 //nolint:gosec // at least 0
	d, err := s.Digest(ctx, &upTo, nil)
	if err != nil {
		return err
	}
	c.Agrees = d.Root == string(c.Digest) && d.Number == upTo
	p := s.pass(Bound{At: at})
	for e := range p.events(ctx) {
		if e.Number < upTo || e.Foreign() || e.Unknown() || e.Meta.EffectiveAt == nil || e.Meta.EffectiveAt.After(end) || e.Meta.Outcome == domain.Refused {
			continue
		}
		l := LateFact{e.Number, e.Ref(), domain.ReferenceNumber(e.Meta.CommandID), e.Meta.RecordedAt, *e.Meta.EffectiveAt, moved(e)}
		c.Late, c.LateMoney = append(c.Late, l), c.LateMoney.Add(l.Amount)
	}
	return p.err
}
