package domain

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// Outcome is what a command comes to: the events to append, together or not at all. The first is the outcome itself.
type Outcome struct {
	Events   []Event
	Decision Decision
	Origin   Origin
}

// BlockedError says that a stream can't be decided on: it holds an event that this code can't read (a node that is too old),
// or one that did not come through Execute (foreign). Nothing is recorded.
type BlockedError struct{ Block Block }

// Error names the event and what to do.
func (e *BlockedError) Error() string {
	if e.Block.Foreign {
		return fmt.Sprintf("foreign event %s: it did not come through Execute; an operator must resolve it before anything is decided here", e.Block.At)
	}
	return fmt.Sprintf("NODE_TOO_OLD: this version does not know %s; decide on a newer node", e.Block.At)
}

// Decide judges a command against a state and the registry. It is pure. The only error is a stream that must not be decided on.
func Decide(cmd Command, s State, reg *Registry, look Lookups) (Outcome, error) {
	grounds := Gather(cmd, s, reg, look, nil)
	if b := s.common().Blocked; b != nil {
		return Outcome{}, &BlockedError{*b}
	}
	b := reg.Blocked(grounds.Basis)
	if b == nil && grounds.Rules == RevocationRules { // a dispute that can't be read may be this person's
		b = reg.unreadCase()
	}
	if b == nil {
		b = look.blocked()
	}
	if b != nil {
		return Outcome{}, &BlockedError{*b}
	}
	return conclude(cmd, s, grounds), nil
}

// conclude judges gathered grounds and builds the events.
func conclude(cmd Command, s State, g Grounds) Outcome {
	d := Judge(g.Rules, g.Facts, g.Policy)
	d.Policy, d.Basis = g.Pair, g.Basis
	origin := g.Facts.Origin
	if !d.Accepted() {
		d.Purses = purses(s, nil)
		return Outcome{[]Event{withDecision(refused(cmd), &d)}, d, origin}
	}
	first := accepted(cmd, s, g)
	events := append([]Event{first}, consequences(first, s)...)
	d.Purses = purses(s, events)
	if origin == Decided || len(d.Exceptions) > 0 {
		events[0] = withDecision(first, &d)
	}
	return Outcome{events, d, origin}
}

// consequences are the further events of a yes, appended with it.
func consequences(first Event, s State) []Event {
	p, ok := s.(*ParticipantState)
	if !ok {
		return nil
	}
	r, ok := first.(ParticipationRevoked)
	if !ok {
		return nil
	}
	out := []Event{Blacklisted{BlacklistBody: BlacklistBody{Cause: r.Cause}}}
	if !p.Balance.IsZero() || !p.Committed.IsZero() {
		out = append(out, BalanceReturned{
			LapseBody: LapseBody{AfterRevocation}, Amounts: p.Balance, Released: uncredited(p.Committed), Currency: IDR, FundYear: p.Determination.FundYear,
		})
	}
	return out
}

// purses shows the three purses before and after, for decisions about a person with a balance.
func purses(s State, events []Event) *PurseChange {
	p, ok := s.(*ParticipantState)
	if !ok || !p.Determined.set {
		return nil
	}
	after := p.Balance
	for _, e := range events {
		for _, x := range Postings(e) {
			if which, isPurse := x.Account.purse(); isPurse {
				after = after.With(which, after.Get(which).Add(x.Amount))
			}
		}
	}
	return &PurseChange{Before: p.Balance, After: after}
}

// refused builds the event of a no.
func refused(cmd Command) Event {
	switch a := cmd.Act.(type) { //nolint:gochecksumtype // the acts that have a refusal of their own
	case PurchaseCourse:
		return PurchaseRefused{PurchaseBody: a.PurchaseBody}
	case AbandonPurchase:
		return a.closed(cmd)
	case CancelPurchase:
		return PurchaseCancellationRefused{CancellationBody: a.CancellationBody}
	case ExchangeVoucher:
		return VoucherExchangeRefused{ExchangeBody: a.ExchangeBody}
	case VerifyCertificate:
		return CertificateRefused{VerificationBody: a.VerificationBody}
	case LinkPayoutAccount:
		return PayoutAccountLinkRefused{AccountBody: a.AccountBody}
	case ScheduleIncentive:
		return IncentiveRefused{IncentiveScheduleBody: a.IncentiveScheduleBody}
	case RevokeParticipation:
		return RevocationRefused{RevocationBody: a.RevocationBody}
	}
	spec := SpecOf(cmd.Act)
	entry := types.events[spec.Refused]
	v := reflect.New(reflect.TypeOf(entry.zero)).Elem()
	v.FieldByName("RefusedAct").Set(reflect.ValueOf(RefusedAct{Command: spec.Name, Act: fields(cmd.Act)}))
	e, _ := reflect.TypeAssert[Event](v)
	return e
}

// fields gives an act's own fields as they would stand in the log.
func fields(a any) map[string]any {
	data, err := marshal(a)
	if err != nil {
		return nil
	}
	out := map[string]any{}
	if json.Unmarshal(data, &out) != nil {
		return nil
	}
	return out
}

// withDecision gives the event with its decision in it.
func withDecision(e Event, d *Decision) Event {
	v := reflect.New(reflect.TypeOf(e)).Elem()
	v.Set(reflect.ValueOf(e))
	v.FieldByName("Decision").Set(reflect.ValueOf(d))
	out, ok := reflect.TypeAssert[Event](v)
	if !ok {
		return e
	}
	return out
}

// MetadataOf gives the metadata of each event of an outcome. recordedAt is the node's clock; lead is the time that registry
// events need to be known everywhere before they take force.
func (o Outcome) MetadataOf(cmd Command, recordedAt time.Time, lead time.Duration) []Metadata {
	spec := SpecOf(cmd.Act)
	out := make([]Metadata, len(o.Events))
	for i := range o.Events {
		m := Metadata{
			CommandID: cmd.ID, ReceivedAt: Canonical(cmd.ReceivedAt), RecordedAt: Canonical(recordedAt), Actor: cmd.Actor,
			Origin: o.Origin, Source: cmd.Source, Authority: cmd.Authority, ActionID: cmd.ActionID,
			CorrelationID: cmd.Correlation, CausationID: cmd.Causation,
		}
		if cmd.Effective != nil && !cmd.Effective.Equal(cmd.ReceivedAt) {
			m.EffectiveAt = at(*cmd.Effective)
		}
		if o.Origin == Decided {
			m.Outcome = outcomeOf(i, o.Decision.Accepted())
		} else if !o.Decision.Accepted() {
			m.Outcome = Refused
		}
		if len(o.Events) > 1 {
			m.Part = itoa(i+1) + "/" + itoa(len(o.Events))
		}
		if spec.Lead && m.Outcome != Refused {
			m.InForceAt = inForce(m, o.Origin, lead)
		}
		out[i] = m
	}
	return out
}

func outcomeOf(i int, yes bool) OutcomeKind {
	switch {
	case !yes:
		return Refused
	case i > 0:
		return Consequence
	}
	return Accepted
}

// inForce is from when decisions see a registry event: never in the past of its receipt, whatever it claims; migrated
// history is in force from when it happened.
func inForce(m Metadata, origin Origin, lead time.Duration) *time.Time {
	t := m.ReceivedAt.Add(lead)
	if origin == Migrated {
		t = m.Effective()
	} else if m.EffectiveAt != nil && m.EffectiveAt.After(t) {
		t = *m.EffectiveAt
	}
	return at(t)
}
