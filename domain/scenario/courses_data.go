package scenario

import "saldo/domain"

// row is a course of domain.md section 7. Titles are published; where the institution is not known a neutral one is
// invented, where the platform is not known Tokopedia or Bukalapak is, and where the price is not known it is illustration.
type row struct {
	n         int
	title     domain.Title
	by        domain.InstitutionCode
	offers    []domain.PlatformCode
	price     int64 // 0: not published
	press     bool  // title from the press; otherwise from a participant's study video
	paired    bool  // a package of several classes
	submitted int   // day of August of the new submission as interactive, 0: none
	approved  int   // day of August of the new approval (32 is 1 September), 0: none
}

func resold() []domain.PlatformCode {
	return []domain.PlatformCode{skillAcademy, tokopedia, bukalapak}
}

func only(p ...domain.PlatformCode) []domain.PlatformCode { return p }

// rows lists the 58 courses. Days of submission and approval are illustration, held to what the sources say was sold when.
func rows() []row {
	const sa = "skill-academy"
	return []row{
		{n: 1, title: "Paket Pelatihan Ojek Online (6 kelas)", by: sa, offers: only(skillAcademy), price: 1_000_000, press: true, paired: true},
		{n: 2, title: "Perencanaan Keuangan untuk Pekerja Harian Lepas", by: sa, offers: resold(), price: 100_000, press: true, submitted: 14, approved: 25},
		{n: 3, title: "Customer Service: Menguasai Teknik Pelayanan Terbaik", by: sa, offers: resold(), price: 200_000, press: true, submitted: 14, approved: 25},
		{n: 4, title: "Percakapan Bahasa Inggris Dasar", by: sa, offers: resold(), price: 100_000, press: true, submitted: 14, approved: 19},
		{n: 5, title: "Paket Sekretaris/Administrasi (6 kelas)", by: sa, offers: only(skillAcademy), price: 700_000, press: true, paired: true},
		{n: 6, title: "cara mendapatkan uang dari YouTube", by: sa, offers: resold(), price: 160_000, press: true, submitted: 18, approved: 26},
		{n: 7, title: "Trik menjadi seorang YouTuber", by: "geti-incubator", offers: only(bukalapak), price: 335_000, press: true, submitted: 18, approved: 27},
		{n: 8, title: "Desktop Modern untuk Pemula: Instalasi Windows 10", by: "lembaga-contoh-a", offers: only(pijarMahir), price: 260_000, press: true, submitted: 14, approved: 33},
		{n: 9, title: "Cara Jadi YouTuber untuk Pemula", by: "lembaga-contoh-a", offers: only(pijarMahir), press: true, submitted: 14, approved: 24},
		{n: 10, title: "Pengetikan dasar Microsoft Word (paket)", by: "lembaga-contoh-b", offers: only(sekolahmu), price: 1_000_000, press: true, paired: true, submitted: 19, approved: 31},
		{n: 11, title: "Memancing", by: "lembaga-contoh-c", offers: only(tokopedia), press: true, submitted: 19, approved: 28},
		{n: 12, title: "Membuat makaroni schotel", by: "lembaga-contoh-d", offers: only(mauBelajarApa), price: 400_000, press: true, submitted: 14, approved: 19},
		{n: 13, title: "Membuat kroket ayam keju", by: "lembaga-contoh-d", offers: only(mauBelajarApa), price: 300_000, press: true, submitted: 14, approved: 24},
		{n: 14, title: "Menulis Opini, Menembus Meja Redaksi", by: "tempo-institute", offers: only(tokopedia), price: 150_000, press: true, submitted: 14, approved: 24},
		{n: 15, title: "Bahasa Inggris dasar untuk driver ojol", by: "lembaga-contoh-e", offers: only(bukalapak), press: true, submitted: 18, approved: 27},
		{n: 16, title: "Belajar bikin pempek", by: "lembaga-contoh-e", offers: only(tokopedia), press: true, submitted: 18, approved: 26},
		{n: 17, title: "Latihan soal CPNS dan kunci jawaban", by: "lembaga-contoh-e", offers: only(tokopedia), press: true},
		{n: 18, title: "Membuat dan Menjual Masker Kain Melawan Virus Corona", by: sa, offers: resold(), press: true, submitted: 10, approved: 14},
		{n: 19, title: "Barista / warung kopi di rumah", by: "lembaga-contoh-e", offers: only(bukalapak, sisnaker), press: true, submitted: 19, approved: 28},
		{n: 20, title: "Tata rias (make up)", by: "dandan-id", offers: only(tokopedia), press: true, submitted: 14, approved: 24},
		{n: 21, title: "Sukses Bisnis Online Shop di Instagram", by: sa, offers: resold(), submitted: 14, approved: 18},
		{n: 22, title: "Strategi Efektif untuk Menjual Apapun dengan Mudah", by: sa, offers: resold(), submitted: 10, approved: 14},
		{n: 23, title: "Bisnis Rumahan/UMKM: Harus Tahu Menentukan Badan Usaha", by: sa, offers: resold(), submitted: 10, approved: 14},
		{n: 24, title: "Laris Manis Berjualan di E-Commerce", by: sa, offers: resold(), submitted: 14, approved: 18},
		{n: 25, title: "Lean Startup: Mulai Bisnis Tanpa Takut Gagal", by: sa, offers: resold(), submitted: 14, approved: 24},
		{n: 26, title: "Rahasia Laris Berjualan di Instagram", by: "geti-incubator", offers: only(bukalapak), submitted: 14, approved: 24},
		{n: 27, title: "Teknik Pencahayaan dan Komposisi Fotografi (Darwis Triadi)", by: "kelas-com", offers: only(tokopedia), submitted: 18, approved: 27},
		{n: 28, title: "Teknik Memasak (Chef Juna)", by: "kelas-com", offers: only(tokopedia), submitted: 18, approved: 26},
		{n: 29, title: "Make up (Ryan Ogilvy)", by: "kelas-com", offers: only(tokopedia), submitted: 18, approved: 28},
		{n: 30, title: "How to Up Your Sales: Pelatihan bagi Pemilik Usaha Kecil", by: "studilmu", offers: only(bukalapak), submitted: 14, approved: 19},
		{n: 31, title: "Kepuasan Pelanggan", by: "studilmu", offers: only(pijarMahir), submitted: 14, approved: 19},
		{n: 32, title: "Bahasa Inggris Dasar untuk Resepsionis", by: "lembaga-contoh-f", offers: only(pintaria), submitted: 14, approved: 24},
		{n: 33, title: "Mengelola Classroom", by: "lembaga-contoh-f", offers: only(pintaria), submitted: 19, approved: 28},
		{n: 34, title: "Desain Grafis Pemula", by: "lembaga-contoh-a", offers: only(pijarMahir), submitted: 19, approved: 28},
		{n: 35, title: "Strategi Marketing Bisnis untuk Menaikkan Penjualan (Paket C)", by: "lembaga-contoh-b", offers: only(sekolahmu), submitted: 19, approved: 27},
		{n: 36, title: "Webinar Kelas Kilat Microsoft Word", by: "lembaga-contoh-b", offers: only(sekolahmu), submitted: 10, approved: 14},
		{n: 37, title: "Tips Berjualan Online untuk Usaha Kecil dan Menengah", by: "zenius-education", offers: only(sekolahmu), submitted: 14, approved: 24},
		{n: 38, title: "Teknik Wawancara Kerja", by: "arsikei", offers: only(sekolahmu, sisnaker), submitted: 14, approved: 19},
		{n: 39, title: "Belajar Digital Marketing Sampai Mahir", by: "luar-sekolah", offers: only(tokopedia, sisnaker), submitted: 14, approved: 25},
		{n: 40, title: "Kiat Belajar Mengatur Waktu untuk Meningkatkan Produktivitas", by: "luar-sekolah", offers: only(bukalapak, sisnaker), submitted: 14, approved: 25},
		{n: 41, title: "Bahasa Inggris TOEFL Part 1", by: sa, offers: resold(), submitted: 18, approved: 26},
		{n: 42, title: "IELTS: Lesson for Getting Higher Score", by: sa, offers: resold(), submitted: 19, approved: 27},
		{n: 43, title: "Menghasilkan Uang dengan Menjadi Pekerja Lepas (Freelancer)", by: sa, offers: resold(), submitted: 14, approved: 24},
		{n: 44, title: "Jago Presentasi dalam 90 Menit", by: sa, offers: resold(), submitted: 14, approved: 25},
		{n: 45, title: "Copywriting: Trik Merangkai Kata untuk Tingkatkan Penjualan", by: sa, offers: resold(), submitted: 18, approved: 26},
		{n: 46, title: "Teknik Negosiasi: Seni Mendapatkan yang Kamu Inginkan", by: sa, offers: resold(), submitted: 18, approved: 27},
		{n: 47, title: "Merancang Produk yang Dicintai Pengguna Berdasarkan Data", by: sa, offers: resold(), submitted: 19, approved: 28},
		{n: 48, title: "Jago WordPress dalam 2 Jam", by: sa, offers: resold(), submitted: 19, approved: 28},
		{n: 49, title: "2 Jam Pahami Digital Marketing untuk Memulai Bisnis Anda", by: sa, offers: resold(), submitted: 18, approved: 31},
		{n: 50, title: "Sukses Mengelola Keuangan UMKM", by: sa, offers: resold(), submitted: 18, approved: 31},
		{n: 51, title: "Siap Kerja di Kedai Kopi: Belajar Bikin Kopi Kekinian ala Barista", by: sa, offers: resold(), submitted: 19, approved: 32},
		{n: 52, title: "Trik Buka Usaha untuk Pemula di Masa Corona (6 kelas)", by: sa, offers: resold(), paired: true, submitted: 19, approved: 31},
		{n: 53, title: "Tingkatkan Produktivitas dengan Microsoft Excel", by: sa, offers: resold(), submitted: 14, approved: 19},
		{n: 54, title: "Kuasai Teknik Audio Mixing", by: sa, offers: resold(), submitted: 19, approved: 32},
		{n: 55, title: "Rahasia Sukses Berkarier", by: sa, offers: resold(), submitted: 18, approved: 27},
		{n: 56, title: "Sukses Interview/Wawancara Kerja; Bedah CV", by: sa, offers: resold(), submitted: 18, approved: 26},
		{n: 57, title: "Bahasa Mandarin Bisnis untuk Pemula", by: sa, offers: resold(), submitted: 19, approved: 31},
		{n: 58, title: "Belajar Photography", by: "sekolah-desain", offers: only(bukalapak), submitted: 18, approved: 27},
	}
}

// school is a training institution; sourced tells the published ones from the invented.
type school struct {
	code    domain.InstitutionCode
	name    domain.Title
	sourced bool
	owner   domain.PlatformCode
}

func schools() []school {
	return []school{
		{"skill-academy", "Skill Academy", true, skillAcademy},
		{"geti-incubator", "GeTI Incubator", true, ""},
		{"tempo-institute", "Tempo Institute", true, ""},
		{"dandan-id", "dandan.id", true, ""},
		{"kelas-com", "Kelas.com", true, ""},
		{"studilmu", "Studilmu", true, ""},
		{"zenius-education", "Zenius Education", true, ""},
		{"arsikei", "Arsikei", true, ""},
		{"luar-sekolah", "Luar Sekolah", true, ""},
		{"sekolah-desain", "Sekolah Desain", true, ""},
		{"lembaga-contoh-a", "Lembaga Contoh A", false, ""},
		{"lembaga-contoh-b", "Lembaga Contoh B", false, ""},
		{"lembaga-contoh-c", "Lembaga Contoh C", false, ""},
		{"lembaga-contoh-d", "Lembaga Contoh D", false, ""},
		{"lembaga-contoh-e", "Lembaga Contoh E", false, ""},
		{"lembaga-contoh-f", "Lembaga Contoh F", false, ""},
		{schoolW, "Lembaga Contoh W", false, ""},
		{schoolX, "Lembaga Contoh X", false, ""},
		{schoolY, "Lembaga Contoh Y", false, ""},
	}
}

// Institutions at which invented faults happen: W is in order, X is suspended, Y is removed, Z was never approved.
const (
	schoolW domain.InstitutionCode = "lembaga-contoh-w"
	schoolX domain.InstitutionCode = "lembaga-contoh-x"
	schoolY domain.InstitutionCode = "lembaga-contoh-y"
	schoolZ domain.InstitutionCode = "lembaga-contoh-z"
)
