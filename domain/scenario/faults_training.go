package scenario

import (
	"time"

	"saldo/domain"
	"saldo/domain/reason"
)

// vouchers: what stands between a payment and its class.
func (s *script) vouchers() {
	p := s.someone(4, "wrong-voucher")
	b := s.buy(p, s.course(basics), contoh, on(9, 1, 9, 10))
	x := b.usual()
	x.voucher, x.exchange, x.start = on(9, 1, 9, 12), on(9, 1, 11, 0), on(9, 1, 12, 0)
	s.exchange(b, "wrong", schoolW, "AAAA", on(9, 1, 10, 0), expect(reason.RedeemCodeNotFound))
	s.recorded("class", s.last(), "last four characters are not those of the voucher")
	s.exchange(b, "elsewhere", schoolX, b.voucher, on(9, 1, 10, 20), expect(reason.RedeemOtherInstitution))
	s.recorded("class", s.last(), "voucher of another institution's course")
	s.exchange(b, "again", schoolW, b.voucher, on(9, 1, 11, 30), expect(reason.RedeemCodeUsed))
	s.recorded("class", s.last(), "exchanged half an hour before")
	s.state(reason.ClassAtInstitution, "class", p, on(9, 1, 11, 10), "exchanged, not begun", ofPurchase(b))
	s.earn(p, s.study(b, x))

	p = s.someone(4, "no-voucher")
	b = s.buy(p, s.course(basics), contoh, on(9, 1, 9, 50))
	x = b.usual()
	shift := 75 * time.Hour
	for _, t := range []*time.Time{&x.voucher, &x.exchange, &x.start, &x.complete, &x.rating, &x.review, &x.institution, &x.issue, &x.platform, &x.verify} {
		*t = t.Add(shift)
	}
	s.state(reason.DebitedButNoVoucher, "class", p, on(9, 3, 10, 0), "paid on 1 September, voucher on 4 September", ofPurchase(b))
	s.earn(p, s.study(b, x))

	p = s.someone(4, "removed-mid-course")
	b = s.buy(p, s.course(removed), contoh, on(9, 2, 9, 0))
	s.study(b, path{voucher: on(9, 2, 9, 3), exchange: on(9, 2, 10, 0), start: on(9, 2, 11, 0)})
	s.state(reason.PolicySilent, "class", p, on(9, 10, 10, 0), "institution removed on 5 September, in the middle of the course", ofPurchase(b))
	s.file(p.key()+"/cancel", on(12, 17, 9, 0), officer(1), domain.CancelPurchase{OnParticipant: p.on(), CancellationBody: domain.CancellationBody{
		Platform: contoh, Invoice: b.invoice, By: domain.CancelledByProgramme, Cause: domain.CancelInstitutionGone, PaidOut: true,
	}})
	b.cancelled = on(12, 17, 9, 0) // paid in October: the platform owes it
}

// certificates: one person whose certificate is checked too early again and again, others whose data do not agree.
func (s *script) certificates() {
	p := s.someone(4, "certificate-early")
	b := s.buy(p, s.course(basics), contoh, on(8, 31, 10, 0))
	x := path{
		voucher: on(8, 31, 10, 2), exchange: on(8, 31, 12, 0), start: on(8, 31, 13, 0), complete: on(9, 4, 15, 0), institution: on(9, 7, 10, 0), issue: on(9, 9, 10, 0),
		rating: on(9, 10, 19, 0), review: on(9, 10, 19, 5), platform: on(9, 14, 14, 0), verify: on(9, 18, 10, 0),
	}
	for i, c := range []struct {
		code reason.Code
		t    time.Time
		note string
	}{
		{reason.TrainingNotComplete, on(9, 3, 17, 0), "training not finished"},
		{reason.AwaitingInstitutionReport, on(9, 4, 17, 0), "finished, not reported"},
		{reason.AwaitingCertificate, on(9, 8, 17, 0), "reported, no certificate"},
		{reason.RatingReviewMissingOnPlatform, on(9, 9, 17, 0), "the platform reports after rating and review only"},
		{reason.AwaitingPlatformReport, on(9, 11, 17, 0), "the platform has not passed it on"},
	} {
		s.recorded("certificate", s.verify(b, "verify/early/"+num(i, 1), c.t, domain.VerificationBody{}, expect(c.code)), c.note)
	}
	s.link(p, "1", on(9, 5, 9, 0), mitra, sound())
	first := payout{p: p, key: domain.IncentiveKey{Kind: domain.JobSearch, N: 1}, due: on(9, 17, 9, 0)}
	s.recorded("incentive", s.schedule(first, "schedule/early", on(9, 15, 7, 0), expect(reason.AwaitingPMOVerification)), "reported by both, being checked")
	s.earn(p, s.study(b, x))

	for i, c := range []struct {
		code reason.Code
		body domain.VerificationBody
		note string
	}{
		{reason.NameMismatch, domain.VerificationBody{Name: domain.MatchNo}, "corrected and accepted a week later"},
		{reason.InstitutionGradedOnlyOnOwnPortal, domain.VerificationBody{Graded: domain.MatchNo}, "graded where it is reported a week later"},
	} {
		p = s.someone(3, "certificate-"+num(i+1, 1))
		b = s.buy(p, s.course(basics), contoh, on(5, 21, 9+i, 0))
		x = b.usual()
		s.recorded("certificate", s.verify(b, "verify/first", x.verify, c.body, expect(c.code)), c.note)
		x.verify = x.verify.AddDate(0, 0, 7)
		s.earn(p, s.study(b, x))
	}
	s.takenBack()
}

// takenBack: a certificate that was revoked, and its incentives with it.
func (s *script) takenBack() {
	p := s.someone(2, "certificate-revoked")
	b := s.buy(p, s.course(basics), contoh, on(5, 6, 9, 0))
	x := b.usual()
	s.study(b, x)
	act := domain.RevokeCertificate{OnParticipant: p.on(), CertificateRevocationBody: domain.CertificateRevocationBody{Course: basics, Cause: domain.CertificateForged}}
	s.ordered(b.key+"/certificate/revoke", on(6, 22, 10, 0), act, instruction("Instruksi-CONTOH-06C/2020", on(6, 22, 0, 0)))
	p.finished = false
	s.link(p, "1", on(6, 1, 9, 0), bni, sound())
	first := payout{p: p, key: domain.IncentiveKey{Kind: domain.JobSearch, N: 1}, due: on(6, 26, 9, 0)}
	s.recorded("certificate", s.schedule(first, "schedule/revoked", on(6, 23, 7, 0), expect(reason.CertificateRevoked)), "certificate taken back before the first incentive")
}

// latecomers: reports that come late, a check that takes long, a training finished after the last day.
func (s *script) latecomers() {
	p := s.someone(4, "silent-institution")
	b := s.buy(p, s.course(basics), contoh, on(8, 31, 10, 40))
	s.state(reason.InstitutionNotResponding, "certificate", p, on(9, 18, 10, 0), "finished on 5 September, not reported by 18 September", ofPurchase(b))
	s.earn(p, s.study(b, path{
		voucher: on(8, 31, 10, 42), exchange: on(8, 31, 12, 0), start: on(8, 31, 13, 0), complete: on(9, 5, 15, 0), rating: on(9, 5, 15, 10), review: on(9, 5, 15, 12),
		institution: on(9, 22, 10, 0), issue: on(9, 22, 10, 5), platform: on(9, 23, 14, 0), verify: on(9, 29, 10, 0),
	}))

	p = s.someone(3, "backlog")
	b = s.buy(p, s.course(courseCode(14)), tokopedia, on(5, 22, 10, 0))
	s.state(reason.PMOBacklogManual, "certificate", p, on(6, 24, 10, 0), "reported by both on 3 June, checked on 30 June", ofPurchase(b))
	s.earn(p, s.study(b, path{
		voucher: on(5, 22, 10, 2), exchange: on(5, 22, 12, 0), start: on(5, 22, 13, 0), complete: on(6, 1, 15, 0), rating: on(6, 1, 15, 10), review: on(6, 1, 15, 12),
		institution: on(6, 2, 10, 0), issue: on(6, 2, 10, 5), platform: on(6, 3, 14, 0), verify: on(6, 30, 10, 0),
	}))

	p = s.someone(4, "after-cutoff")
	b = s.buy(p, s.course(marketing), contoh, on(9, 14, 10, 0))
	s.study(b, path{
		voucher: on(9, 14, 10, 2), exchange: on(9, 14, 12, 0), start: on(9, 15, 9, 0), complete: on(12, 16, 10, 0), rating: on(12, 16, 10, 10), review: on(12, 16, 10, 12),
		institution: on(12, 16, 11, 0), issue: on(12, 16, 11, 5), platform: on(12, 16, 15, 0),
	})
	s.recorded("certificate", s.verify(b, "verify", on(12, 17, 9, 0), domain.VerificationBody{}, expect(reason.CompletedAfterCutoff)), "finished a day after the last day")

	p = s.someone(3, "back-dated")
	b = s.buy(p, s.course(basics), contoh, on(5, 23, 9, 0))
	x := b.usual()
	x.start = time.Time{}
	s.file(b.key+"/start", x.verify.AddDate(0, 0, 45), teacher(schoolW), domain.RecordTrainingStarted{OnParticipant: p.on(), CourseOfPersonBody: domain.CourseOfPersonBody{Course: basics}},
		effective(x.exchange.Add(time.Hour)), exception(reason.BackDated))
	s.recorded("record", s.last(), "the first attendance was reported more than 30 days later")
	s.earn(p, s.study(b, x))
}
