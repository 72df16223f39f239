package projections

import (
	"fmt"

	"github.com/google/uuid"

	"saldo/domain"
)

// told fills a hit in with what its event says.
func (v *View) told(e domain.Recorded, h Hit) Hit {
	h.Event, h.At = new(e.Ref()), new(e.Meta.Effective())
	h.Text = outcomeText(e)
	switch e.Stream.Kind() { //nolint:exhaustive // the others name nothing that a hit names
	case domain.ParticipantStream:
		if id, err := uuid.Parse(e.Stream.Key()); err == nil {
			h.Participant = &id
		}
	case domain.CourseStream:
		h.Course = domain.CourseCode(e.Stream.Key())
	case domain.PlatformStream:
		h.Platform = domain.PlatformCode(e.Stream.Key())
	case domain.InstitutionStream:
		h.Institution = domain.InstitutionCode(e.Stream.Key())
	case domain.IntakeStream:
		h.Platform = domain.PlatformCode(e.Stream.Key())
	}
	switch f := e.Fact.(type) {
	case domain.CoursePurchased:
		h.Course, h.Platform = f.Course, f.Platform
	case domain.PurchaseRefused:
		h.Course, h.Platform = f.Course, f.Platform
	case domain.VoucherIssued:
		h.Platform = f.Platform
	case domain.CertificateIssued:
		h.Course = f.Course
	case domain.CertificateAccepted:
		h.Course = f.Course
	case domain.DecreeRegistered:
		h.Text = Text{fmt.Sprintf("keputusan gelombang %d, %d orang", f.Wave, f.Count), fmt.Sprintf("decree of wave %d, %d people", f.Wave, f.Count)}
	case domain.ComplaintRecorded:
		h.Participant, h.Platform, h.Course = f.Participant, f.Platform, f.Course
		h.Text = Text{"pengaduan: layar menunjukkan " + string(f.Shown), "complaint: the screen showed " + string(f.Shown)}
	case domain.DisputeOpened:
		h.Participant = &f.Participant
	}
	return h
}

// outcomeText names an outcome: the type of its event, and of a refusal the reason.
func outcomeText(e domain.Recorded) Text {
	if e.Meta.Outcome != domain.Refused {
		return same(string(e.Type))
	}
	id, en := string(e.Type)+": belum dapat diproses", string(e.Type)+": could not be processed"
	if e.Fact != nil {
		if d := e.Fact.Ruling(); d != nil && d.Primary() != "" {
			id, en = id+", "+string(d.Primary()), en+", "+string(d.Primary())
		}
	}
	return Text{id, en}
}
