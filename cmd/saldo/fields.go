package main

import "strings"

// fieldText is a field of a person in words: what it is of, and what it says.
func (a *app) fieldText(field string) string {
	of, leaf, ok := cutLast(field)
	if !ok || of == "balance" {
		return a.leafText(field)
	}
	kind, which, _ := strings.Cut(of, ".")
	subject := map[string][2]string{
		"purchase": {"pembelian", "purchase"}, "course": {"pelatihan", "course"}, "incentive": {"insentif", "incentive"}, "survey": {"survei", "survey"},
	}[kind]
	if subject[0] == "" {
		return field
	}
	return a.t(subject[0], subject[1]) + " " + which + ": " + a.leafText(leaf)
}

// cutLast cuts at the last dot.
func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+1:], true
}

// leafText is what a field says. A field without words shows its own name.
func (a *app) leafText(leaf string) string {
	w, ok := map[string][2]string{
		"stage": {"tahap", "stage"}, "wave": {"gelombang", "wave"}, "decree": {"SK", "decree"}, "policy": {"kebijakan", "policy"},
		"determined_at": {"ditetapkan", "determined"}, "notified_at": {"diberi tahu", "notified"}, "data_completed_at": {"data lengkap", "data completed"},
		"card_at": {"kartu terbit", "card issued"}, "credited_at": {"ditransfer", "credited"},
		"balance.training": {"saldo pelatihan", "training balance"}, "balance.job_search": {"insentif, belum menjadi hak", "incentives, not theirs yet"},
		"balance.survey": {"survei, belum menjadi hak", "surveys, not theirs yet"},
		"committed":      {"ditetapkan, belum ditransfer", "determined, not transferred"}, "in_transit": {"dalam pengiriman", "on its way"},
		"attempts": {"percobaan", "attempts"}, "refused": {"belum dapat diproses", "refused"}, "last_refused_at": {"terakhir belum diproses", "last refused"},
		"last_reason": {"sebab terakhir", "last reason"}, "purchases": {"pembelian", "purchases"}, "bought": {"dibeli", "bought"},
		"first_bought_at": {"pembelian pertama", "first purchase"}, "first_course": {"pelatihan pertama", "first course"},
		"certified_at": {"sertifikat diterima", "certificate accepted"}, "incentives_paid": {"insentif dibayar", "incentives paid"},
		"incentives_amount": {"jumlah insentif dibayar", "sum of incentives paid"}, "held_since": {"saldo ditahan", "balance held"},
		"revoked_at": {"dicabut", "revoked"}, "revoked_for": {"sebab pencabutan", "revoked for"}, "blacklisted_at": {"daftar hitam", "blacklisted"},
		"lapsed_at": {"sisa saldo dikembalikan", "balance lapsed"}, "returned": {"dikembalikan", "returned"}, "demanded": {"ditagih kembali", "demanded back"},
		"repaid": {"dibayar kembali", "repaid"}, "erased_at": {"dihapus", "erased"},
		"course": {"pelatihan", "course"}, "amount": {"jumlah", "amount"}, "suspense": {"di luar saldo", "beyond the purse"}, "bought_at": {"dibeli", "bought"},
		"voucher_at": {"voucher terbit", "voucher issued"}, "cancelled_at": {"dibatalkan", "cancelled"}, "cancelled_by": {"dibatalkan oleh", "cancelled by"},
		"refund_to": {"dikembalikan ke", "refunded to"}, "exchanged_at": {"voucher ditukar", "voucher exchanged"},
		"exchange_refused_at": {"penukaran belum diproses", "exchange refused"}, "started_at": {"dimulai", "begun"}, "completed_at": {"selesai", "finished"},
		"reported_by_institution_at": {"dilaporkan lembaga", "reported by the institution"}, "reported_by_platform_at": {"diteruskan platform", "reported by the platform"},
		"certificate_issued_at": {"sertifikat terbit", "certificate issued"}, "certificate_accepted_at": {"sertifikat diterima", "certificate accepted"},
		"certificate_refused_at": {"sertifikat belum diterima", "certificate refused"}, "certificate_refused_for": {"sebab sertifikat belum diterima", "certificate refused for"},
		"certificate_revoked_at": {"sertifikat dicabut", "certificate revoked"}, "rated_at": {"penilaian", "rated"}, "reviewed_at": {"ulasan", "reviewed"},
		"state": {"status", "state"}, "due": {"dijadwalkan", "due"}, "partner": {"mitra", "partner"}, "code": {"kode mitra", "partner's code"},
		"group": {"rombongan", "group"}, "instructed_at": {"diperintahkan", "instructed"}, "failed_at": {"gagal", "failed"}, "disbursed_at": {"dibayar", "paid"},
		"opened_at": {"dibuka", "opened"}, "closes_on": {"ditutup", "closes"}, "filled_at": {"diisi", "filled in"},
	}[leaf]
	if !ok {
		return leaf
	}
	return a.t(w[0], w[1])
}
