package scenario

import (
	"time"

	"saldo/domain"
)

// incident closes payments on 19 August and opens them ten days later, with what was said in between. That they were off is
// told by an institution and confirmed by the programme office's spokesperson; the instants are inferred.
func (s *script) incident() {
	lead := time.Second // a registry event takes force a second after its receipt
	s.ordered("gate/close", gateClosed().Add(-lead), domain.ClosePaymentGate{GateBody: domain.GateBody{
		Scope: domain.GateAll, Cause: domain.GateVerification, OrderedBy: domain.PartyProgramme, ClockEffect: domain.ClockNotDecided,
		NoticeID: "Layanan pembayaran Kartu Prakerja dinonaktifkan sementara di semua platform selama pemeriksaan syarat administrasi.",
		NoticeEN: "Kartu Prakerja payments are switched off for now on all platforms while administrative requirements are checked.",
	}}, instruction("Instruksi-CONTOH-08A/2020", gateClosed()), graded(domain.Inferred))
	s.announce("announce/buy-now", on(8, 20, 9, 0), domain.AnnouncementBody{
		Channel: domain.ChannelInstagram, By: domain.PartyProgramme, Topic: domain.AboutPayments,
		TextID: "Penerima gelombang 4 diminta segera membeli pelatihan.", TextEN: "Recipients of wave 4 are asked to buy their training soon.",
	}, graded(domain.Sourced))
	s.announce("announce/institution", on(8, 21, 8, 30), domain.AnnouncementBody{
		Channel: domain.ChannelWebsite, By: domain.PartyInstitution, Topic: domain.AboutPayments,
		TextID: "Fasilitas pembayaran dinonaktifkan: API dimatikan oleh PMO, selama pemeriksaan syarat administrasi.",
		TextEN: "The payment facility is off: the API was switched off by the PMO while administrative requirements are checked.",
	}, graded(domain.Sourced))
	s.announce("announce/integration", on(8, 23, 11, 0), domain.AnnouncementBody{
		Channel: domain.ChannelPress, By: domain.PartyProgramme, Topic: domain.AboutPayments,
		TextID: "Sedang dilakukan penyesuaian dan integrasi sistem sesuai Permenko 11/2020; ditargetkan lancar pada akhir Agustus.",
		TextEN: "Systems are being adjusted and integrated under Permenko 11/2020; normal service is the target for the end of August.",
	}, graded(domain.Sourced))
	until := domain.NewDate(2020, time.August, 31)
	s.file("gate/notice", on(8, 23, 12, 0), officer(1), domain.UpdatePaymentGateNotice{GateNoticeBody: domain.GateNoticeBody{
		Scope: domain.GateAll, ExpectedUntil: &until,
		NoticeID: "Sedang dilakukan penyesuaian dan integrasi sistem sesuai Permenko 11/2020; ditargetkan lancar pada akhir Agustus.",
		NoticeEN: "Systems are being adjusted and integrated under Permenko 11/2020; normal service is the target for the end of August.",
	}}, graded(domain.Sourced))
	s.ordered("gate/open", gateOpened().Add(-lead), domain.OpenPaymentGate{GateOpenBody: domain.GateOpenBody{Scope: domain.GateAll}},
		instruction("Instruksi-CONTOH-08B/2020", gateOpened()), graded(domain.Inferred))
}

// quiet is the hour in which Tokopedia's requests were all turned away at the door: nothing of it is on a person's record.
func quiet(t time.Time, v domain.PlatformCode) bool {
	return v == tokopedia && !t.Before(on(8, 20, 14, 0)) && t.Before(on(8, 20, 15, 0))
}

// tallies counts what arrived at each platform's door while payments were closed and on the day of the reopening: by the hour
// until 21 August, then by four hours. Nights without requests have no tally. The counts are illustration.
func (s *script) tallies() {
	for _, v := range venues() {
		if v.code == skillAcademy {
			continue
		}
		for t := gateClosed(); t.Before(on(8, 22, 0, 0)); t = t.Add(time.Hour) {
			s.tally(v, t, time.Hour)
		}
		for t := on(8, 22, 6, 0); t.Before(gateOpened()); t = t.Add(4 * time.Hour) {
			s.tally(v, t, min(4*time.Hour, gateOpened().Sub(t)))
		}
		for t := gateOpened(); t.Before(on(8, 29, 14, 0)); t = t.Add(time.Hour) {
			s.tally(v, t, time.Hour)
		}
	}
}

func (s *script) tally(v venue, t time.Time, length time.Duration) {
	hour := t.Add(7 * time.Hour).Hour()
	if hour < 6 || hour > 22 {
		return
	}
	key := "tally/" + string(v.code) + "/" + t.Format("0102T15")
	d := roll(key)
	decided := 0
	for _, a := range s.decided {
		if a.platform == v.code && !a.at.Before(t) && a.at.Before(t.Add(length)) {
			decided++
		}
	}
	body := domain.TallyBody{Minute: t, Minutes: int(length / time.Minute), Decided: decided, Token: token(v.code, t)}
	if t.Before(gateOpened()) {
		body.Denied = 3 + v.share/20 + d.n(12)
		if quiet(t, v.code) {
			body.Denied = 47
		}
		body.Causes = []domain.DenialCount{{Cause: domain.DeniedGateClosed, Count: body.Denied}}
	} else {
		body.Throttled, body.Replayed = d.n(4), d.n(3)
	}
	body.Received = body.Decided + body.Denied + body.Throttled + body.Replayed
	if body.Received == 0 {
		return
	}
	s.file(key, t.Add(length+5*time.Second), system(), domain.RecordTally{OnIntake: domain.OnIntake{Platform: v.code}, TallyBody: body})
}
