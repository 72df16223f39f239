package domain

// The rulebook in words. rulebook.md is generated from it, from the rule files and from the tests: for every check what it
// asks, where it lives, which reasons it can give, which article it comes from and which test shows it.

// RuleSets lists the rule sets in the order of the rulebook: a purchase and what follows it, then what ends a participation,
// then every other act.
func RuleSets() []RuleSet {
	return []RuleSet{
		PurchaseRules, AbandonRules, CancellationRules, ExchangeRules, ClassRules, CertificateRules, AccountRules, IncentiveRules,
		RevocationRules, ActRules,
	}
}

// DescribeRules says what a rule set decides, in Indonesian and English; empty for one that it does not know.
func DescribeRules(r RuleSet) (id, en string) {
	d := ruleSetTexts[r.Name()]
	return d.id, d.en
}

// Describe says what a check asks, in Indonesian and English; empty for one that it does not know.
func Describe(c CheckName) (id, en string) {
	d := checkTexts[c]
	return d.id, d.en
}

type bilingual struct{ id, en string }

//nolint:gochecknoglobals // a constant table; nothing writes to it
var ruleSetTexts = map[string]bilingual{
	"purchase":     {"Bolehkah peserta ini membeli pelatihan ini di platform ini sekarang?", "May this person buy this course on this platform now?"},
	"cancellation": {"Bolehkah pembelian ini dibatalkan?", "May this purchase be undone?"},
	"abandon":      {"Pesanan ditutup oleh platformnya", "An order closed by its platform"},
	"class":        {"Apa yang ada di antara pembayaran dan kelasnya? (dijelaskan, tidak diputuskan)", "What stands between a payment and its class? (explained, not decided)"},
	"exchange":     {"Apakah voucher ini membuka kelas di lembaga ini?", "Does this voucher open the class at this institution?"},
	"certificate":  {"Bolehkah sertifikat ini masuk dashboard, dan kalau belum, siapa yang menahan?", "May this certificate go into the dashboard, and if not, who holds it up?"},
	"account":      {"Bolehkah rekening atau dompet elektronik ini disambungkan?", "May this account or e-wallet be linked?"},
	"incentive":    {"Bolehkah insentif ke-n ini dijadwalkan?", "May incentive number n of this kind be scheduled?"},
	"revocation":   {"Bolehkah kepesertaan ini diakhiri?", "May this participation be ended?"},
	"act":          {"Semua tindakan lain dan semua fakta yang dilaporkan", "Every other act, and every reported fact"},
}

//nolint:gochecknoglobals // a constant table; nothing writes to it
var checkTexts = map[CheckName]bilingual{
	// purchase: the order itself
	"not_abandoned":          {"Pesanan masih dikehendaki platform?", "Does the platform still want this order?"},
	"asked_by_a_platform":    {"Pembelian diajukan oleh platform?", "Was the purchase asked for by a platform?"},
	"in_time_for_the_caller": {"Permintaan tiba sebelum batas yang ditetapkan pengirimnya?", "Did the request arrive before the limit that its sender set?"},
	"invoice_not_used":       {"Nomor pesanan belum pernah dipakai untuk pembelian yang diterima?", "Is the order number new, not that of an accepted purchase?"},

	// purchase: the service, the platform, its token
	"programme_period_open":          {"Masih dalam masa pembelian, sampai hari terakhir pukul 23.59.59 WIB?", "Is it still the period of purchases, to 23.59.59 WIB of the last day?"},
	"payment_gate_open":              {"Layanan pembayaran dibuka untuk semua platform?", "Are payments open for all platforms?"},
	"payment_gate_open_for_platform": {"Layanan pembayaran dibuka untuk platform ini?", "Are payments open for this platform?"},
	"platform_is_partner":            {"Platform adalah mitra pada saat itu?", "Is the platform a partner at that time?"},
	"token_active_at_basis":          {"Token API milik platform aktif? (bukan milik peserta)", "Is the platform's API token active? (never the participant's)"},

	// purchase: institution, course, offer, class
	"course_named":         {"Platform menyebut kode pelatihan?", "Does the platform name a course code?"},
	"course_exists":        {"Pelatihan dengan kode itu pernah diajukan?", "Was a course of that code ever submitted?"},
	"institution_approved": {"Lembaga pelatihan sudah ditetapkan Manajemen Pelaksana?", "Is the training institution approved by the programme office?"},
	"course_approved":      {"Pelatihan sudah disetujui untuk dijual?", "Is the course approved for sale?"},
	"course_interactive":   {"Pelatihan daring disetujui sebagai interaktif?", "Was the course approved as interactive?"},
	"offered_on_platform":  {"Pelatihan ditawarkan di platform ini?", "Is the course offered on this platform?"},
	"amount_within_offer":  {"Jumlah tidak melebihi harga penawaran? (boleh lebih rendah)", "Is the amount no higher than the price offered? (lower is fine)"},
	"schedule_exists":      {"Jadwal kelas ada?", "Does the class exist?"},
	"schedule_fits_course": {"Jadwal itu milik pelatihan ini?", "Does the class belong to this course?"},
	"schedule_open":        {"Pendaftaran kelas masih dibuka?", "Is enrolment to the class open?"},
	"class_not_started":    {"Kelas belum mulai?", "Has the class not started yet?"},
	"seat_left":            {"Masih ada kursi?", "Is a seat left?"},

	// the person
	"determined":                  {"Ditetapkan sebagai penerima?", "Determined as a recipient?"},
	"card_issued":                 {"Nomor Kartu Prakerja sudah terbit?", "Is the card number issued?"},
	"not_revoked":                 {"Kepesertaan tidak dicabut?", "Is the participation not revoked?"},
	"not_blacklisted":             {"Tidak ada di daftar hitam?", "Not on the blacklist?"},
	"not_held":                    {"Saldo tidak ditahan?", "Is the balance not held?"},
	"first_purchase_in_time":      {"Pembelian pertama sebelum batas waktunya berakhir?", "Is the first purchase within its deadline?"},
	"balance_credited":            {"Saldo pelatihan sudah masuk?", "Has the training balance been credited?"},
	"previous_training_finished":  {"Pelatihan sebelumnya selesai, bersertifikat, dinilai dan diulas?", "Is the training before finished: certificate accepted, rated and reviewed?"},
	"not_bought_before":           {"Pelatihan ini belum pernah dibeli orang yang sama?", "Has the same person not bought this course before?"},
	"price_within_training_purse": {"Harga tidak melebihi saldo pelatihan? (saldo lain tidak dapat membeli)", "Is the price within the training purse? (no other purse buys)"},

	// cancellation
	"purchase_exists":          {"Pembelian dengan nomor pesanan itu ada?", "Is there a purchase with this order number?"},
	"purchase_not_cancelled":   {"Pembelian belum dibatalkan?", "Is it not cancelled already?"},
	"certificate_not_accepted": {"Sertifikatnya belum diterima di dashboard?", "Is its certificate not in the dashboard yet?"},

	// exchange
	"voucher_known":          {"Kode voucher cocok dengan pembelian itu?", "Does the voucher code belong to that purchase?"},
	"purchase_stands":        {"Pembeliannya tidak dibatalkan?", "Does the purchase still stand?"},
	"voucher_of_institution": {"Voucher milik lembaga ini?", "Is the voucher of this institution?"},
	"voucher_not_exchanged":  {"Voucher belum ditukarkan?", "Has the voucher not been exchanged?"},

	// class
	"payment_recorded":  {"Ada pembelian yang diterima?", "Is there an accepted purchase?"},
	"voucher_issued":    {"Platform sudah menerbitkan voucher?", "Has the platform issued the voucher?"},
	"voucher_exchanged": {"Voucher sudah ditukarkan di lembaga?", "Has the voucher been exchanged at the institution?"},

	// certificate
	"training_completed":             {"Pelatihan sudah diselesaikan?", "Is the training completed?"},
	"completed_before_cutoff":        {"Selesai paling lambat hari terakhir?", "Completed by the last day?"},
	"reported_by_institution":        {"Lembaga sudah melaporkan kelulusan?", "Has the institution reported the completion?"},
	"certificate_issued":             {"Lembaga sudah menerbitkan sertifikat?", "Has the institution issued the certificate?"},
	"rated_and_reviewed_on_platform": {"Sudah dinilai dan diulas, selama platform menunggunya untuk melapor?", "Rated and reviewed, while the platform waits for it to report?"},
	"reported_by_platform":           {"Platform sudah meneruskan laporan kelulusan?", "Has the platform passed the completion on?"},
	"name_matches":                   {"Nama pada sertifikat sama dengan nama di Prakerja?", "Does the name on the certificate match?"},
	"graded_where_reported":          {"Nilai dimasukkan di tempat laporannya diambil?", "Is the grade entered where reports are taken from?"},
	"attendance_verified":            {"Kehadiran terbukti?", "Is attendance verified?"},
	"certificate_not_revoked":        {"Sertifikat tidak ditarik kembali?", "Has the certificate not been taken back?"},

	// account
	"account_registered":    {"Nomor telepon terdaftar di mitra pembayaran?", "Has the phone number an account at the payment partner?"},
	"account_upgraded":      {"Akun sudah di-upgrade (identitas diperiksa)?", "Is the account upgraded (identity checked)?"},
	"nik_matches":           {"NIK akun sama dengan NIK di Prakerja?", "Is the account's NIK that of the programme?"},
	"nik_in_civil_registry": {"NIK ada di Dukcapil?", "Is the NIK in the civil registry?"},
	"selfie_matches":        {"KTP dan swafoto cocok?", "Do id card and selfie agree?"},
	"phone_matches":         {"Nomor telepon akun sama dengan di Prakerja?", "Is the account's phone number that of the programme?"},
	"account_own":           {"Rekening milik peserta sendiri?", "Is it the participant's own account?"},
	"account_active":        {"Rekening masih aktif?", "Is the account in use?"},

	// incentive
	"payouts_not_suspended":   {"Pencairan tidak sedang ditunda untuk semua?", "Are payouts not suspended for everybody?"},
	"first_training_accepted": {"Sertifikat pelatihan pertama sudah diterima? Kalau belum, siapa yang menahan?", "Is the certificate of the first training accepted? If not, who holds it up?"},
	"rating_given":            {"Penilaian sudah diberikan?", "Is the rating given?"},
	"review_given":            {"Ulasan sudah ditulis?", "Is the review given?"},
	"first_incentive_paid":    {"Insentif biaya mencari kerja pertama sudah dibayar?", "Is the first job-search incentive paid?"},
	"surveys_running":         {"Survei masih berjalan, atau sudah diisi?", "Are surveys still running, or is this one filled in?"},
	"previous_survey_done":    {"Survei sebelumnya sudah diisi?", "Is the survey before filled in?"},
	"survey_due":              {"Survei sudah dibuka untuk peserta ini?", "Has the survey been opened for this person?"},
	"survey_done":             {"Survei sudah diisi?", "Is the survey filled in?"},
	"account_linked":          {"Rekening atau dompet elektronik sudah disambungkan?", "Is an account or e-wallet linked?"},
	"within_series":           {"Masih ada insentif yang tersisa dari jatahnya?", "Is one of the granted number of incentives left?"},

	// revocation
	"still_participating": {"Kepesertaan belum dicabut?", "Is the participation not revoked already?"},
	"deadline_running":    {"Batas waktu pembelian pertama sudah mulai berjalan?", "Has the deadline of the first purchase begun to run?"},
	"deadline_passed":     {"Batas waktu itu sudah lewat?", "Has that deadline passed?"},
	"no_first_purchase":   {"Tidak ada pembelian pertama yang dihitung?", "Is there no first purchase that counts?"},
	"no_open_dispute":     {"Tidak ada keberatan yang masih terbuka?", "Is no dispute open?"},

	// act
	"authority_named":            {"Ada dokumen yang menjadi dasarnya?", "Is a document named as its authority?"},
	"approved_by_another_person": {"Disetujui orang kedua?", "Did a second person approve it?"},
	"owner_of_the_fact":          {"Dicatat oleh pihak yang memiliki fakta itu?", "Is it recorded by the party that owns the fact?"},
	"not_done_before":            {"Belum pernah dicatat?", "Is it not recorded already?"},
	"target_exists":              {"Yang dirujuk memang ada?", "Is what it refers to there?"},
	"not_in_the_future":          {"Tidak bertanggal di masa depan?", "Is it not dated in the future?"},
	"not_back_dated":             {"Tidak bertanggal terlalu jauh ke belakang?", "Is it not dated too far back?"},
	"amounts_agree":              {"Jumlah tiap saldo sama dengan aturan atau surat keputusan?", "Does each purse agree with the policy or decree?"},
	"within_budget":              {"Masih ada sisa dana atau tempat?", "Is money, or a place, left?"},
}
