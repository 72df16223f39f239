package scenario

import (
	"time"

	"saldo/domain"
	"saldo/domain/reason"
)

// Personas are the example participants with a part in the ten questions. Their nicknames stand here, never in the log.
func Personas() []Persona {
	s := build()
	abouts := []Text{
		{"Membeli saat pembayaran ditutup", "Bought while payments were closed"},
		{"Sudah membayar, voucher belum ditukar", "Paid, voucher not exchanged"},
		{"Melihat pesan token di platform", "Saw the token message at the platform"},
		{"Mencari kelas Windows 10, tanpa percobaan tercatat", "Looked for the Windows 10 class, no attempt on record"},
		{"Belum membeli, bertanya tentang batas 30 hari", "Has not bought, asks about the 30 days"},
		{"Menunggu sertifikat dan kelas kedua", "Waits for the certificate and a second class"},
		{"Insentif gagal bersama rombongan", "Incentive failed together with a group"},
		{"Dicabut kepesertaannya", "Participation revoked"},
		{"Pembelian yang jawabannya hilang di jalan", "A purchase whose answer got lost"},
	}
	out := make([]Persona, 0, len(abouts))
	for i, about := range abouts {
		p := s.cast[persona(i+1)]
		out = append(out, Persona{Nick: nick(i + 1), Subject: p.subject, About: about})
	}
	return out
}

func persona(n int) string { return "persona-" + num(n, 1) }

// prompt is an entry without delay: card and balance are there with the determination.
func prompt() entry { return entry{notice: 0, data: 30 * time.Minute, card: 0, credit: 0} }

// personas writes the lives of the nine people of the ten questions.
func (s *script) personas() {
	var p [10]*person
	for n := 1; n <= 9; n++ {
		p[n] = s.take(4, persona(n))
		s.enrol(p[n], prompt())
	}
	s.attempt(p[1], "1", courseCode(21), 275_000, tokopedia, on(8, 20, 9, 14), reason.PMOPaymentGateClosed)
	s.goOn(p[1], courseCode(21), tokopedia, on(8, 29, 8, 20))
	s.paidNotExchanged(p[2])
	s.goOn(p[3], courseCode(43), tokopedia, on(8, 29, 9, 2))
	s.goOn(p[4], courseCode(8), pijarMahir, on(9, 3, 10, 20))
	s.goOn(p[5], courseCode(25), bukalapak, on(8, 29, 13, 40))
	s.waitsForCertificate(p[6])
	s.failedWithOthers(p[7])
	for i, t := range []time.Time{
		on(8, 19, 17, 25), on(8, 19, 20, 10), on(8, 20, 9, 30), on(8, 20, 19, 5), on(8, 21, 10, 40), on(8, 22, 8, 15), on(8, 22, 16, 50),
	} {
		s.attempt(p[8], num(i+1, 1), courseCode(22), 225_000, bukalapak, t, reason.PMOPaymentGateClosed)
	}
	s.unmade = append(s.unmade, p[8])
	s.timedOut(p[9])
}

// goOn buys a course at a time, and lives an ordinary life from there. Without a course it chooses one.
func (s *script) goOn(p *person, code domain.CourseCode, v domain.PlatformCode, t time.Time) *bought {
	c := s.course(code)
	if code == "" {
		c, v = s.choose(roll(p.key()+"/go-on"), t, p.training, p)
	}
	b := s.buy(p, c, v, t)
	s.earn(p, s.study(b, b.usual()))
	return b
}

// paidNotExchanged: question 2, asked on 2 September.
func (s *script) paidNotExchanged(p *person) {
	b := s.buy(p, s.course(courseCode(14)), tokopedia, on(8, 29, 10, 5))
	x := b.usual()
	x.voucher = on(8, 29, 10, 6)
	x.exchange, x.start = on(9, 3, 10, 12), on(9, 3, 10, 40)
	x.complete, x.rating, x.review = on(9, 8, 15, 0), on(9, 8, 15, 20), on(9, 8, 15, 24)
	x.institution, x.issue, x.platform, x.verify = on(9, 9, 10, 0), on(9, 9, 10, 5), on(9, 10, 14, 0), on(9, 16, 11, 0)
	s.earn(p, s.study(b, x))
}

// waitsForCertificate: question 6, asked on 10 September.
func (s *script) waitsForCertificate(p *person) {
	b := s.buy(p, s.course(courseCode(24)), bukalapak, on(8, 29, 11, 20))
	s.recorded("purchase", s.attempt(p, "second", courseCode(22), 225_000, bukalapak, on(9, 9, 19, 42), reason.FirstTrainingNotFinished), "question 6: certificate and review missing")
	inOrder := s.study(b, path{
		voucher: on(8, 29, 11, 22), exchange: on(8, 29, 19, 0), start: on(8, 30, 9, 0), complete: on(9, 5, 11, 0), rating: on(9, 6, 19, 0), review: on(9, 10, 13, 10),
		institution: on(9, 5, 16, 0), issue: on(9, 5, 16, 30), platform: on(9, 7, 14, 0), verify: on(9, 14, 10, 30),
	})
	s.earn(p, inOrder)
	c := s.buy(p, s.course(courseCode(22)), bukalapak, on(9, 16, 10, 5))
	s.study(c, c.usual())
}

// failedWithOthers: question 7, asked on 15 September; its incentive was due on 10 September.
func (s *script) failedWithOthers(p *person) {
	b := s.buy(p, s.course(courseCode(53)), tokopedia, on(8, 29, 8, 40))
	s.link(p, "1", on(9, 5, 19, 30), ovo, sound())
	s.earn(p, s.study(b, path{
		voucher: on(8, 29, 8, 42), exchange: on(8, 29, 9, 30), start: on(8, 29, 10, 0), complete: on(8, 31, 15, 0), rating: on(8, 31, 15, 20), review: on(8, 31, 15, 25),
		institution: on(9, 1, 10, 0), issue: on(9, 1, 10, 10), platform: on(9, 2, 14, 0), verify: on(9, 7, 11, 0),
	}))
}

// timedOut: question 9; the platform never saw the answer and asks a minute later.
func (s *script) timedOut(p *person) {
	b := s.buy(p, s.course(courseCode(3)), tokopedia, wib(2020, 8, 29, 8, 3, 11))
	x := b.usual()
	x.voucher = wib(2020, 8, 29, 8, 5, 30)
	s.earn(p, s.study(b, x))
}
