package domain

import (
	"strings"
	"unicode"

	"saldo/domain/words"
)

// Shown says what a check expected or found in the reader's language. Decisions keep one form for ever; only its showing is
// translated. Codes, amounts and references stay as they are.
func Shown(s string, l words.Lang) string {
	if l == words.EN {
		return s
	}
	var out strings.Builder
	start := true
	for len(s) > 0 {
		if start {
			if en, id := phraseAt(s); en != "" {
				out.WriteString(id)
				s = s[len(en):]
				start = false
				continue
			}
		}
		r := rune(s[0])
		out.WriteByte(s[0])
		start = !phraseRune(r)
		s = s[1:]
	}
	return out.String()
}

func phraseRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-'
}

// phraseAt finds the longest phrase of the rulebook's small vocabulary that s begins with.
func phraseAt(s string) (en, id string) {
	for _, p := range shownPhrases {
		if len(p[0]) <= len(en) || !strings.HasPrefix(s, p[0]) {
			continue
		}
		if rest := s[len(p[0]):]; rest != "" && phraseRune(rune(rest[0])) {
			continue
		}
		en, id = p[0], p[1]
	}
	return en, id
}

// shownPhrases is the vocabulary of Check.Show, English and Indonesian. A test runs every check over every golden decision and
// finds words that are missing here.
//
//nolint:gochecknoglobals // a read-only table
var shownPhrases = [][2]string{
	{"a class of the course", "jadwal pelatihan ini"},
	{"a class of this course", "jadwal pelatihan ini"},
	{"a course code", "kode pelatihan"},
	{"a credited purse", "saldo yang sudah masuk"},
	{"a deadline", "batas waktu"},
	{"a document", "dokumen dasar"},
	{"a new order number", "nomor pesanan baru"},
	{"a policy", "kebijakan"},
	{"a purchase with this order number", "pembelian dengan nomor pesanan ini"},
	{"a rating", "penilaian"},
	{"a review", "ulasan"},
	{"a seat", "kursi"},
	{"a submitted course", "pelatihan yang diajukan"},
	{"a voucher", "voucher"},
	{"accepted", "diterima"},
	{"active", "aktif"},
	{"after", "setelah"},
	{"an accepted purchase", "pembelian yang diterima"},
	{"an account", "rekening"},
	{"an order that is still wanted", "pesanan yang masih berlaku"},
	{"approved", "disetujui"},
	{"approved as interactive", "disetujui sebagai interaktif"},
	{"at least 0 left", "sisa paling sedikit 0"},
	{"at most", "paling banyak"},
	{"before", "sebelum"},
	{"blacklisted", "masuk daftar hitam"},
	{"bought", "dibeli"},
	{"by", "paling lambat"},
	{"cancelled", "dibatalkan"},
	{"card number ready", "nomor kartu siap"},
	{"certificate", "sertifikat"},
	{"certificate accepted, rated and reviewed", "sertifikat diterima, sudah dinilai dan diulas"},
	{"certificate of the first training accepted", "sertifikat pelatihan pertama diterima"},
	{"closed", "ditutup"},
	{"completed", "selesai"},
	{"completed by", "selesai paling lambat"},
	{"credited", "masuk"},
	{"days back", "hari ke belakang"},
	{"declined", "ditolak orang kedua"},
	{"determined", "ditetapkan"},
	{"determined as a recipient", "ditetapkan sebagai penerima"},
	{"dropped by the platform", "dibatalkan platform"},
	{"ended", "berakhir"},
	{"exchanged", "ditukarkan"},
	{"exchanged at the institution", "ditukarkan di lembaga"},
	{"expired", "kedaluwarsa"},
	{"filled in", "diisi"},
	{"first purchase by", "pembelian pertama paling lambat"},
	{"given", "diberikan"},
	{"grace", "masa peralihan"},
	{"granted", "diberikan"},
	{"held", "ditahan"},
	{"is", "berstatus"},
	{"issued", "terbit"},
	{"left", "tersisa"},
	{"left since", "keluar sejak"},
	{"match", "cocok"},
	{"mismatch", "tidak cocok"},
	{"missing", "tidak ada"},
	{"new", "baru"},
	{"no accepted certificate", "belum ada sertifikat yang diterima"},
	{"no account", "belum ada rekening"},
	{"no open dispute", "tidak ada keberatan terbuka"},
	{"no purchase", "belum ada pembelian"},
	{"none", "tidak ada"},
	{"not after", "tidak sesudah"},
	{"not approved as interactive", "belum disetujui sebagai interaktif"},
	{"not blacklisted", "tidak masuk daftar hitam"},
	{"not bought before", "belum pernah dibeli"},
	{"not cancelled", "tidak dibatalkan"},
	{"not exchanged", "belum ditukarkan"},
	{"not filled in", "belum diisi"},
	{"not held", "tidak ditahan"},
	{"not revoked", "tidak dicabut"},
	{"not scheduled before", "belum pernah dijadwalkan"},
	{"not taken back", "tidak ditarik kembali"},
	{"not_checked", "belum diperiksa"},
	{"not_covered", "di luar persetujuan"},
	{"number", "nomor"},
	{"offered", "ditawarkan"},
	{"open", "dibuka"},
	{"opened", "dibuka"},
	{"other_course", "milik pelatihan lain"},
	{"paid", "dibayar"},
	{"partner", "mitra"},
	{"payouts go on", "pencairan berjalan"},
	{"places left", "tempat tersisa"},
	{"proposed", "diusulkan"},
	{"rated and reviewed", "sudah dinilai dan diulas"},
	{"rating", "penilaian"},
	{"ready", "siap"},
	{"received by", "diterima paling lambat"},
	{"rejected", "tidak disetujui"},
	{"removed", "dihapus"},
	{"reported", "dilaporkan"},
	{"review", "ulasan"},
	{"revoked", "dicabut"},
	{"same_person", "orang yang sama"},
	{"since", "sejak"},
	{"still wanted", "masih berlaku"},
	{"submitted", "diajukan"},
	{"survey before filled in", "survei sebelumnya diisi"},
	{"suspended", "ditangguhkan"},
	{"taken back", "ditarik kembali"},
	{"there", "ada"},
	{"unknown", "tidak dikenal"},
	{"used", "sudah dipakai"},
	{"voucher ending", "voucher berakhiran"},
	{"what it refers to", "yang dirujuk"},
	{"withdrawn", "ditarik"},
	{"signs_of_fraud", "indikasi pelanggaran"},
	{"account_compromised", "akun disalahgunakan"},
	{"scheduled", "dijadwalkan"},
	{"instructed", "diproses"},
	{"failed", "gagal"},
	{"under_review", "dalam pengecekan"},
	{"disbursed", "berhasil"},
	{"done", "selesai"},
}
