package projections

import (
	"fmt"
	"strings"
	"time"

	"saldo/domain"
)

// complaint is put under the closing or suspension that explains it, or counted with others about the same.
func (s *signs) complaint(e domain.Recorded, f domain.ComplaintRecorded) {
	if id := s.explains(f); id != "" {
		s.m.evidence(id, e, at(f.SeenFrom)).Complaints++
		return
	}
	k := shownKey{f.Shown, f.Platform}
	if i := s.m.find(func(i *incident) bool {
		return i.Kind == IncidentComplaints && i.Platform == k.Platform && i.Cause == string(k.Shown)
	}); i != nil {
		s.complained(i.ID, grievanceOf(e, f))
		return
	}
	row := s.complaints.edit(k)
	var kept []grievance
	for line := range strings.Lines(row.Recent) {
		if g := parseGrievance(line); at(e.Meta.ReceivedAt)-g.received <= instant(complaintSpan/time.Microsecond) {
			kept = append(kept, g)
		}
	}
	kept = append(kept, grievanceOf(e, f))
	row.Recent = ""
	if len(kept) < complaintCount {
		for _, g := range kept {
			row.Recent += g.line()
		}
		return
	}
	began := at(f.SeenFrom)
	for _, g := range kept {
		began = min(began, g.from)
	}
	i := s.m.open(e, incident{Kind: IncidentComplaints, Platform: f.Platform, Cause: string(f.Shown), Started: began})
	for _, g := range kept {
		s.complained(i.ID, g)
	}
}

// grievance is a complaint as a line of a column.
type grievance struct {
	received, from, to instant
	event              eventAt
	subject            string // empty: of nobody in particular
}

func grievanceOf(e domain.Recorded, f domain.ComplaintRecorded) grievance {
	g := grievance{received: at(e.Meta.ReceivedAt), from: at(f.SeenFrom), to: at(f.SeenTo), event: eventOf(e)}
	if f.Participant != nil {
		g.subject = f.Participant.String()
	}
	return g
}

func (g grievance) line() string {
	return fmt.Sprintf("%d %d %d %d %s %d %s\n", g.received, g.from, g.to, g.event.No, g.event.Stream, g.event.Revision, g.subject)
}

func parseGrievance(line string) grievance {
	g := grievance{event: eventAt{Type: "ComplaintRecorded"}}
	_, _ = fmt.Sscanf(line, "%d %d %d %d %s %d %s", &g.received, &g.from, &g.to, &g.event.No, &g.event.Stream, &g.event.Revision, &g.subject) // written by line; the subject may be missing
	return g
}

// complained counts a complaint of an incident that is known by them.
func (s *signs) complained(id string, g grievance) {
	i := s.m.rows.edit(id)
	i.Complaints++
	i.Last = max(i.Last, g.received)
	k := proofKey{id, g.event.No}
	*s.m.proofs.edit(k) = proof{k, g.event.Stream, g.event.Revision, g.event.Type, g.received}
	if g.subject == "" {
		return
	}
	person := victimKey{id, g.subject}
	if s.m.victims.get(person) == nil {
		i.Tried++
	}
	v := s.m.victims.edit(person)
	setFirst(&v.First, g.from)
	v.Refused, v.Last = v.Refused+1, max(v.Last, g.to)
}

// explains finds the incident on record that a complaint is about, by what the screen showed and when.
func (s *signs) explains(f domain.ComplaintRecorded) string {
	switch f.Shown {
	case domain.ShownNotFound, domain.ShownTokenInvalid, domain.ShownBalanceShort:
		for _, scope := range []domain.PlatformCode{"", f.Platform} {
			if row := s.closings.get(scope); row.during(at(f.SeenFrom), at(f.SeenTo)+1) {
				return row.Incident
			}
		}
		if i := s.m.find(func(i *incident) bool { return i.Kind == IncidentToken && i.Platform == f.Platform }); i != nil && f.Shown == domain.ShownTokenInvalid {
			return i.ID
		}
	case domain.ShownPayoutFailed:
		if i := s.m.find(func(i *incident) bool { return i.Kind == IncidentPayouts }); i != nil {
			return i.ID
		}
	case domain.ShownClassMissing, domain.ShownNoCertificate, domain.ShownRevoked, domain.ShownOther:
	}
	return ""
}
