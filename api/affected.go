package api

import (
	"context"
	"errors"
	"slices"
	"time"

	"saldo/domain"
)

// Reliance says how a decision is touched by an event.
type Reliance string

// How a decision is touched.
const (
	ReliedOn  Reliance = "relied_on"  // its facts were read from the event
	WouldFail Reliance = "would_fail" // it did not know the event; by the facts known now a check fails that names it
)

// ErrNoEvent says that there is no such event.
var ErrNoEvent = errors.New("there is no such event")

// AffectedDecision is a decision that is touched by an event: right at the time, perhaps wrong now.
type AffectedDecision struct {
	Number    uint64             `json:"no"`
	Event     domain.EventRef    `json:"event"`
	Reference string             `json:"reference"`
	Received  time.Time          `json:"received_at"`
	Outcome   domain.OutcomeKind `json:"outcome"`
	Reliance  Reliance           `json:"reliance"`
	Groups    []string           `json:"facts,omitempty"` // groups of facts that were read from it
	Amount    *domain.Money      `json:"amount,omitempty"`
	Now       string             `json:"now,omitempty"` // checks that fail on facts known now
}

// AffectedReport lists what relied on an event.
type AffectedReport struct {
	Place
	By        domain.EventRef    `json:"by"`
	Recorded  time.Time          `json:"recorded_at"`
	Effective time.Time          `json:"effective_at"`
	KnewOfIt  int                `json:"knew_of_it"` // decisions with the event in their basis
	Amount    domain.Money       `json:"amount"`     // of the accepted ones that are listed
	Decisions []AffectedDecision `json:"decisions"`
}

// Affected lists the decisions that relied on an event, and those that would have failed by it had it been known. Nothing
// in the log changes by it. It returns ErrNoEvent if the event isn't there.
func (s *Service) Affected(ctx context.Context, stream domain.Stream, rev uint64, at time.Time) (AffectedReport, error) {
	rep := AffectedReport{Decisions: []AffectedDecision{}}
	events, err := s.History(ctx, stream)
	if err != nil {
		return rep, err
	}
	i := slices.IndexFunc(events, func(e domain.Recorded) bool { return e.Revision == rev })
	if i < 0 {
		return rep, ErrNoEvent
	}
	by := events[i]
	rep.By, rep.Recorded, rep.Effective = by.Ref(), by.Meta.RecordedAt, by.Meta.Effective()
	x, p, err := s.finder(ctx, at)
	if err != nil {
		return rep, err
	}
	for e := range p.events(ctx) {
		if e.Foreign() || e.Unknown() {
			continue
		}
		if d := e.Fact.Ruling(); d != nil && e.Meta.Outcome != domain.Consequence {
			x.affected(&rep, e, d)
		}
		x.see(e)
	}
	rep.Place = p.place
	return rep, p.err
}

// affected takes a decision in, if the event touches it.
func (x *exceptionFinder) affected(rep *AffectedReport, e domain.Recorded, d *domain.Decision) {
	out := AffectedDecision{
		Number: e.Number, Event: e.Ref(), Reference: domain.ReferenceNumber(e.Meta.CommandID), Received: e.Meta.ReceivedAt, Outcome: e.Meta.Outcome, Amount: d.Facts.Amount,
	}
	if last, in := d.Basis[rep.By.Stream]; in && last >= int64(rep.By.Revision) { //nolint:gosec // a revision is far below 2^63
		rep.KnewOfIt++
	}
	for group, ref := range d.Facts.Refs {
		if ref.Stream == "" {
			ref.Stream = e.Stream
		}
		if domain.EventRef(ref) == rep.By {
			out.Groups, out.Reliance = append(out.Groups, group), ReliedOn
		}
	}
	slices.Sort(out.Groups)
	cmd, ok := domain.CommandOf(e)
	if ok && e.Meta.Outcome == domain.Accepted && e.Stream.Kind() == domain.ParticipantStream {
		failed := rejudge(d, cmd, x.person(e.Stream).state, x.known, x.lookups(cmd))
		if out.Reliance == ReliedOn {
			out.Now = failureText(failed)
		} else if names(failed, rep.By) {
			out.Reliance, out.Now = WouldFail, failureText(failed)
		}
	}
	if out.Reliance == "" {
		return
	}
	rep.Decisions = append(rep.Decisions, out)
	if out.Amount != nil && e.Meta.Outcome == domain.Accepted {
		rep.Amount = rep.Amount.Add(*out.Amount)
	}
}

func names(failed []domain.Failure, ref domain.EventRef) bool {
	return slices.ContainsFunc(failed, func(f domain.Failure) bool { return slices.Contains(f.Evidence, ref) })
}
