package scenario

import (
	"time"

	"github.com/google/uuid"

	"saldo/domain"
)

// Asked is one of the ten questions that the demonstration answers from the log.
type Asked struct {
	Number   int
	By       string // S support, P platform, A auditor
	Now      time.Time
	Topic    string // service, course, purchase, class, token, balance, deadline, certificate, incentive, survey, revocation; attempt for no. 9, audit for no. 10
	Nick     string
	Subject  uuid.UUID // zero: about nobody in particular
	Course   domain.CourseCode
	Platform domain.PlatformCode
	Invoice  domain.InvoiceCode
	Attempt  uuid.UUID // command id, where the question is about a recorded attempt
	Wave     int
	At       time.Time // the moment asked about, zero: now
	From, To time.Time // or an interval
	Words    Text
}

// Question is the question as the explainer takes it; not for the audit.
func (a Asked) Question() domain.Question {
	q := domain.Question{Topic: domain.Topic(a.Topic), Course: a.Course, Platform: a.Platform, Invoice: a.Invoice, Now: a.Now}
	if a.Topic == "attempt" {
		q.Topic = domain.TopicPurchase
	}
	if a.Subject != uuid.Nil {
		q.Participant = &a.Subject
	}
	if a.Attempt != uuid.Nil {
		q.Command = &a.Attempt
	}
	if !a.At.IsZero() {
		q.At = &a.At
	}
	if !a.From.IsZero() {
		q.From, q.To = &a.From, &a.To
	}
	return q
}

// TenQuestions are the ten questions of the demonstration in their order.
func TenQuestions() []Asked { return build().questions }

// answers fills in who asks what.
func (s *script) answers() {
	ask := func(a Asked) {
		a.Number = len(s.questions) + 1
		if p, ok := s.cast[persona(a.Number)]; ok {
			a.Nick, a.Subject = nick(a.Number), p.subject
			if a.Attempt != uuid.Nil {
				a.Invoice = p.bought[0].invoice
			}
		}
		s.questions = append(s.questions, a)
	}
	p := func(n int) *person { return s.cast[persona(n)] }
	ask(Asked{By: "S", Now: DefaultNow(), Topic: "purchase", Course: courseCode(21), Platform: tokopedia, At: on(8, 20, 9, 14), Words: Text{
		"Kemarin mau beli kelas di Tokopedia, muncul kursus tidak ditemukan. Kartu dan saldo sudah ada. Apa sebabnya?",
		"Yesterday I wanted to buy a class on Tokopedia and it said course not found. Card and balance are there. What is the cause?",
	}})
	ask(Asked{By: "S", Now: on(9, 2, 10, 0), Topic: "class", Course: courseCode(14), Platform: tokopedia, Words: Text{
		"Saya sudah bayar dan saldo berkurang, tetapi kelasnya tidak ada di akun saya. Ke mana uangnya?",
		"I have paid and my balance went down, but the class is not in my account. Where did the money go?",
	}})
	ask(Asked{By: "S", Now: on(8, 20, 16, 0), Topic: "token", Platform: tokopedia, From: on(8, 20, 14, 0), To: on(8, 20, 15, 0), Words: Text{
		"Waktu membayar muncul API token tidak valid. Token apa yang harus diisi? Apakah saldo saya terpotong?",
		"When paying it says API token not valid. Which token should I fill in? Was my balance charged?",
	}})
	ask(Asked{By: "S", Now: on(8, 23, 10, 0), Topic: "course", Course: courseCode(8), Platform: pijarMahir, From: on(8, 20, 0, 0), To: on(8, 23, 10, 0), Words: Text{
		"Tiga hari mencari kelas Instalasi Windows 10 dan tidak ketemu. Apakah kelasnya sudah tidak ada?",
		"Three days I have looked for the Windows 10 class without finding it. Is the class gone?",
	}})
	ask(Asked{By: "S", Now: on(8, 24, 10, 0), Topic: "deadline", Words: Text{
		"Berapa lama lagi saya menunggu? Kalau lewat 30 hari, apakah hak saya hilang?",
		"How much longer must I wait? If the 30 days pass, do I lose my place?",
	}})
	ask(Asked{By: "S", Now: on(9, 10, 10, 0), Topic: "certificate", Course: courseCode(24), Platform: bukalapak, Words: Text{
		"Lulus tanggal 5 September, sertifikat belum muncul, sisa saldo Rp650.000 belum bisa dipakai untuk kelas kedua. Ada di siapa?",
		"I finished on 5 September, the certificate does not show, and the remaining Rp650,000 can't buy a second class. Who has it?",
	}})
	ask(Asked{By: "S", Now: on(9, 15, 10, 0), Topic: "incentive", Words: Text{
		"Insentif saya Gagal, padahal NIK dan nomor telepon sama. Apa yang keliru?",
		"My incentive shows Failed although NIK and phone number agree. What is wrong?",
	}})
	ask(Asked{By: "S", Now: on(9, 24, 10, 0), Topic: "revocation", Words: Text{
		"Kepesertaan saya dicabut, padahal bulan Agustus saya mencoba membeli dan tidak bisa. Mengapa, dan dananya ke mana?",
		"My participation was revoked though I tried to buy in August and couldn't. Why, and where did the money go?",
	}})
	ask(Asked{By: "P", Now: on(8, 29, 8, 4), Topic: "attempt", Course: courseCode(3), Platform: tokopedia, Attempt: commandID(p(9).bought[0].key), At: p(9).bought[0].at, Words: Text{
		"Permintaan pembelian kami tidak mendapat jawaban. Apakah saldo peserta sudah terpotong, dan amankah dikirim ulang?",
		"Our purchase request got no answer. Was the participant charged, and is it safe to send it again?",
	}})
	ask(Asked{By: "A", Now: wib(2020, 12, 31, 10, 0, 0), Topic: "audit", Wave: 4, Words: Text{
		"Dari dana pelatihan gelombang 4, berapa yang sudah dibayar ke platform untuk pelatihan yang belum diikuti atau belum selesai per 31 Desember 2020, dan apakah semua keputusan dapat diulang dengan hasil sama?",
		"Of wave 4's training money, how much had been paid to platforms for training not attended or not finished by 31 December 2020, and does every decision repeat with the same result?",
	}})
}
