package projections

import (
	"slices"

	"saldo/domain"
)

// attempt counts a refusal in the incidents that explain it. An accepted one shows that a platform has a token that works.
func (m *incidents) attempt(e domain.Recorded, body *domain.PurchaseBody) {
	if e.Meta.Outcome != domain.Refused {
		m.signs.accepted(body.Platform)
		m.end(e, at(e.Meta.ReceivedAt), func(i *incident) bool {
			return i.Kind == IncidentToken && i.Platform == body.Platform && body.Token != "" && body.Token != i.Token
		})
		return
	}
	d := e.Fact.Ruling()
	if d == nil {
		return
	}
	for _, i := range m.all() {
		if i.covers(body.Platform) && i.explains(d, body.Token) {
			alone := len(d.Failed) == 1 && i.Kind != IncidentSilence
			m.refused(i, e, alone, rp(body.Amount))
		}
	}
}

// explains reports whether an attempt was refused for the incident. Silence has no known cause: during it, every refusal counts.
func (i *incident) explains(d *domain.Decision, token domain.TokenID) bool {
	check := domain.CheckName("payment_gate_open")
	switch i.Kind {
	case IncidentClosing:
		if i.Platform != "" {
			check = "payment_gate_open_for_platform"
		}
	case IncidentToken:
		if check = "token_active_at_basis"; token != i.Token {
			return false
		}
	case IncidentSilence:
		return true
	case IncidentPayouts, IncidentDenials, IncidentComplaints:
		return false
	}
	return slices.ContainsFunc(d.Failed, func(x domain.Failure) bool { return x.Check == check })
}

// unpaid counts an incentive that was refused because payouts are held back.
func (m *incidents) unpaid(e domain.Recorded, f domain.IncentiveRefused) {
	d := f.Ruling()
	i := m.find(func(i *incident) bool { return i.Kind == IncidentPayouts })
	if d == nil || i == nil || !slices.ContainsFunc(d.Failed, func(x domain.Failure) bool { return x.Check == "payouts_not_suspended" }) {
		return
	}
	m.refused(i, e, len(d.Failed) == 1, 0)
}

// refused counts one attempt of a person. Where no pool says who is touched, it is who would have succeeded but for the incident.
func (m *incidents) refused(i *incident, e domain.Recorded, alone bool, amount rupiah) {
	when := at(e.Meta.ReceivedAt)
	k := victimKey{i.ID, e.Stream.Key()}
	first := m.victims.get(k) == nil
	row, person := m.rows.edit(i.ID), m.victims.edit(k)
	row.Refused++
	row.Last = max(row.Last, when)
	if first {
		row.Tried, person.First = row.Tried+1, when
	}
	person.Refused, person.Last = person.Refused+1, when
	if !alone {
		return
	}
	switch {
	case row.pool() == "":
		if !person.Alone {
			row.Affected++
		}
		row.Stuck += max(amount-person.Amount, 0)
	case i.Kind == IncidentPayouts && !person.Alone && !m.waiting.since(waitingKey{poolPayees, k.Subject}, i.Opened.No):
		row.Affected++
	}
	person.Alone, person.Amount = true, max(person.Amount, amount)
}
