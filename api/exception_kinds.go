package api

import "saldo/domain"

// ExceptionKind is the stable code of something that an auditor must ask about.
type ExceptionKind string

// The kinds. A code, once released, keeps its meaning.
const (
	AcceptedAgainstKnownFacts ExceptionKind = "accepted_against_known_facts"
	RecordedWithExceptions    ExceptionKind = "recorded_with_exceptions"
	BackDated                 ExceptionKind = "back_dated"
	StaleBasis                ExceptionKind = "stale_basis"
	NoVoucher                 ExceptionKind = "no_voucher"
	PaidNotDelivered          ExceptionKind = "paid_not_delivered"
	IncentiveBeforeCert       ExceptionKind = "incentive_before_certificate"
	RevokedWithDispute        ExceptionKind = "revoked_with_open_dispute"
	InvoiceAtTwoPeople        ExceptionKind = "invoice_at_two_people"
	Suspense                  ExceptionKind = "suspense"
	PaidWithoutApproval       ExceptionKind = "paid_without_approval"
	DebitedAfterAbandonment   ExceptionKind = "debited_after_abandonment"
	PaidUnknownOrder          ExceptionKind = "paid_unknown_order"
	PaidAmountDiffers         ExceptionKind = "paid_amount_differs"
	PaidThoughCancelled       ExceptionKind = "paid_though_cancelled"
	PayoutAnswersDiffer       ExceptionKind = "payout_answers_differ"
	VoucherUnknown            ExceptionKind = "voucher_unknown_to_institution"
	CompletionUnconfirmed     ExceptionKind = "completion_unconfirmed"
	CertificateUnanswered     ExceptionKind = "certificate_unanswered"
	TrancheNotCredited        ExceptionKind = "tranche_not_credited" //nolint:gosec // no secret
	DecreeLineTwice           ExceptionKind = "decree_line_twice"
	NotOnDecree               ExceptionKind = "not_on_decree"
)

// Said is a text in both languages.
type Said struct{ ID, EN string }

// ExceptionAbout says what a kind of exception is, who must act and what there is to do.
type ExceptionAbout struct {
	Kind  ExceptionKind
	Owner domain.Party // as a rule; an exception may name another
	Title Said
	What  Said
	Next  Said
}

// ExceptionKinds lists all kinds in the order in which a list shows them: acts that should not have been, money that is not
// where it belongs, then sources that contradict each other (reference/users.md sections 4 and 7).
func ExceptionKinds() []ExceptionAbout {
	return append(decidedKinds(), append(moneyKinds(), contradictionKinds()...)...)
}

func decidedKinds() []ExceptionAbout {
	return []ExceptionAbout{
		{
			AcceptedAgainstKnownFacts, domain.PartyProgramme,
			Said{"Diterima, padahal menurut fakta yang kini diketahui ada syarat yang tidak terpenuhi", "Accepted, though a check fails on facts known now"},
			Said{"Keputusannya benar menurut yang diketahui waktu itu; fakta bertanggal mundur yang tercatat kemudian membuatnya keliru.", "The decision was right by what was known; a fact recorded later, with an earlier date, makes it wrong."},
			Said{"Tetapkan apakah pembelian dibatalkan atau dana ditagih; keputusan lama tidak diubah.", "Decide whether to cancel or to claim money back; the old decision is not changed."},
		},
		{
			StaleBasis, domain.PartySystem,
			Said{"Diputus di atas dasar yang ketinggalan", "Decided on a stale basis"},
			Said{"Peristiwa registri sudah tercatat dan berlaku, tetapi tidak ada dalam dasar keputusan, dan mengubah faktanya.", "A registry event was recorded and in force, but is not in the decision's basis, and changes its facts."},
			Said{"Periksa simpul yang memutus; nilai ulang hasilnya.", "Examine the node that decided; judge the outcome again."},
		},
		{
			RecordedWithExceptions, domain.PartyProgramme,
			Said{"Fakta dicatat dengan pengecualian", "A fact recorded with exceptions"},
			Said{"Fakta laporan atau riwayat tidak ditolak karena aturan; syarat yang tidak terpenuhi dicatat bersamanya.", "A reported or migrated fact is not refused for a rule; the checks that failed stand beside it."},
			Said{"Mintakan penjelasan kepada pihak yang melaporkan.", "Ask the party that reported it to explain."},
		},
		{
			BackDated, domain.PartyProgramme,
			Said{"Bertanggal mundur melebihi batas", "Back-dated beyond the bound"},
			Said{"Tanggal kejadiannya lebih jauh ke belakang daripada yang dibolehkan kebijakan.", "The date of the fact lies further back than the policy allows."},
			Said{"Mintakan bukti tanggal kepada pihak yang melaporkan.", "Ask the party that reported it for evidence of the date."},
		},
		{
			IncentiveBeforeCert, domain.PartyProgramme,
			Said{"Insentif dibayar sebelum sertifikat diterima", "Incentive paid before an accepted certificate"},
			Said{"Mitra pembayaran mengonfirmasi insentif mencari kerja, sedangkan belum ada sertifikat yang diterima.", "The payment partner confirmed a job-search incentive while no certificate was accepted."},
			Said{"Verifikasi sertifikatnya, atau tagih kembali.", "Verify the certificate, or demand repayment."},
		},
		{
			RevokedWithDispute, domain.PartyProgramme,
			Said{"Dicabut, sedangkan keberatannya masih terbuka", "Revoked while a dispute is open"},
			Said{"Kepesertaan sudah dicabut dan keberatan orang itu belum diputus.", "The participation is revoked and the person's dispute is not resolved."},
			Said{"Putuskan keberatannya.", "Resolve the dispute."},
		},
		{
			DebitedAfterAbandonment, domain.PartyPlatform,
			Said{"Didebit sesudah pesanan dibatalkan platform", "Debited after the order was abandoned"},
			Said{"Platform menutup percobaan itu, lalu pembelian dengan nomor pesanan yang sama tercatat.", "The platform closed the attempt, then a purchase under the same order number was recorded."},
			Said{"Batalkan pembelian, atau jelaskan pesanannya.", "Cancel the purchase, or explain the order."},
		},
	}
}

func moneyKinds() []ExceptionAbout {
	return []ExceptionAbout{
		{
			NoVoucher, domain.PartyPlatform,
			Said{"Sudah dibayar, voucher belum terbit", "Paid, and no voucher issued"},
			Said{"Saldo sudah terpotong dan voucher belum dilaporkan terbit dalam waktu yang lazim.", "The balance was debited and no voucher was reported within the usual time."},
			Said{"Platform menerbitkan voucher atau membatalkan pesanan.", "The platform issues the voucher or cancels the order."},
		},
		{
			PaidNotDelivered, domain.PartyInstitution,
			Said{"Dibayar ke platform, pelatihan belum diikuti atau belum selesai", "Paid to a platform, training not attended or not finished"},
			Said{"Pertanyaan BPK atas 2020: uang sudah dibayarkan, pelatihannya belum ditukar, belum dimulai atau belum selesai.", "The state auditor's question of 2020: the money was paid, the training is not exchanged, not begun or not finished."},
			Said{"Lembaga melaporkan kehadiran, atau pembayaran ditagih kembali.", "The institution reports attendance, or the payment is claimed back."},
		},
		{
			PaidWithoutApproval, domain.PartyProgramme,
			Said{"Dibayar tanpa persetujuan", "Paid without an approval"},
			Said{"Pembayaran penyelesaian melebihi yang disetujui di berkas itu.", "A settlement paid more than was approved in that file."},
			Said{"Tunjukkan persetujuannya, atau tagih kembali.", "Show the approval, or claim it back."},
		},
		{
			PaidThoughCancelled, domain.PartyPlatform,
			Said{"Dibayar, padahal pembeliannya sudah dibatalkan", "Paid though the purchase was cancelled"},
			Said{"Pembatalan tercatat tanpa sudah dibayar, lalu platform dibayar untuk pesanan itu.", "A cancellation was recorded as not paid out, then the platform was paid for the order."},
			Said{"Platform mengembalikan uangnya.", "The platform pays it back."},
		},
		{
			PaidAmountDiffers, domain.PartyBank,
			Said{"Jumlah yang dibayar berbeda dari pembelian", "The amount paid differs from the purchase"},
			Said{"Jumlah semua baris penyelesaian pesanan itu bukan harga pembeliannya.", "The settlement lines of the order don't add up to its price."},
			Said{"Cocokkan berkas penyelesaian dengan pembelian.", "Reconcile the settlement file with the purchase."},
		},
		{
			InvoiceAtTwoPeople, domain.PartyPlatform,
			Said{"Nomor pesanan yang sama pada dua orang", "The same order number at two people"},
			Said{"Satu nomor pesanan platform diterima untuk lebih dari satu peserta.", "One order number of a platform was accepted for more than one participant."},
			Said{"Platform menyebut pesanan siapa; voucher kedua ditahan.", "The platform says whose order it is; the second voucher is held."},
		},
		{
			Suspense, domain.PartyProgramme,
			Said{"Melebihi saldo, ditampung di suspense", "Beyond the purse, standing in suspense"},
			Said{"Fakta laporan atau riwayat mengambil lebih dari isi saldo; selisihnya menunggu penjelasan.", "A reported or migrated fact took more than the purse held; the rest waits for an explanation."},
			Said{"Pemilik suspense menjelaskan atau mengembalikan.", "The owner of the suspense explains or returns it."},
		},
	}
}

func contradictionKinds() []ExceptionAbout {
	return []ExceptionAbout{
		{
			PaidUnknownOrder, domain.PartyPlatform,
			Said{"Dibayar untuk pesanan yang tidak tercatat", "Paid for an order that is not recorded"},
			Said{"Baris penyelesaian menyebut pesanan yang tidak ada pembeliannya di sini.", "A settlement line names an order of which there is no purchase here."},
			Said{"Platform membuktikan pesanannya.", "The platform proves the order."},
		},
		{
			VoucherUnknown, domain.PartyPlatform,
			Said{"Voucher terbit, tidak dikenal lembaga", "Voucher issued, unknown to the institution"},
			Said{"Platform melaporkan voucher; lembaga menolak penukarannya, dan sesudahnya tidak ditukar.", "The platform reported a voucher; the institution refused the exchange, and it was not exchanged since."},
			Said{"Platform mencocokkan kode dengan lembaga.", "The platform reconciles the code with the institution."},
		},
		{
			CompletionUnconfirmed, domain.PartyInstitution,
			Said{"Selesai menurut platform, belum dikonfirmasi lembaga", "Finished by the platform, not confirmed by the institution"},
			Said{"Yang menentukan kelulusan adalah lembaga; sudah lebih dari dua hari hanya platform yang melaporkannya.", "The institution owns this fact; for more than two days only the platform has reported it."},
			Said{"Lembaga mengonfirmasi atau menyangkal.", "The institution confirms or denies."},
		},
		{
			CertificateUnanswered, domain.PartyProgramme,
			Said{"Sertifikat terbit, belum dijawab Manajemen Pelaksana", "Certificate issued, not answered by the programme office"},
			Said{"Batas lazim verifikasi sudah lewat tanpa diterima atau ditolak.", "The usual time of verification is over, with neither acceptance nor refusal."},
			Said{"Manajemen Pelaksana memutuskan.", "The programme office decides."},
		},
		{
			PayoutAnswersDiffer, domain.PartyPayment,
			Said{"Mitra pembayaran menjawab berhasil dan gagal", "The payment partner answered both paid and failed"},
			Said{"Untuk satu instruksi tercatat konfirmasi dan kegagalan.", "For one instruction both a confirmation and a failure are recorded."},
			Said{"Baris penyelesaian mitra yang menentukan.", "The partner's settlement line decides."},
		},
		{
			TrancheNotCredited, domain.PartyBank,
			Said{"Diperintahkan dikredit, belum dilaporkan bank", "Ordered to be credited, not reported by the bank"},
			Said{"Bank belum melaporkan kredit bagi semua orang di rombongan itu.", "The bank has not reported a credit for everybody in the tranche."},
			Said{"Bank melaporkan kreditnya.", "The bank reports the credits."},
		},
		{
			DecreeLineTwice, domain.PartyProgramme,
			Said{"Satu baris keputusan untuk dua orang", "One line of a decree for two people"},
			Said{"Baris surat keputusan yang sama menetapkan dua peserta.", "The same line of a decree determines two participants."},
			Said{"Manajemen Pelaksana menyebut siapa yang dimaksud.", "The programme office says who is meant."},
		},
		{
			NotOnDecree, domain.PartyProgramme,
			Said{"Ditetapkan di luar surat keputusan", "Determined outside the decree"},
			Said{"Surat keputusannya tidak tercatat, atau barisnya melebihi jumlah yang disebutnya.", "The decree is not recorded, or the line lies beyond the number that it names."},
			Said{"Tunjukkan surat keputusannya.", "Show the decree."},
		},
	}
}

// AboutException finds what is said about a kind.
func AboutException(k ExceptionKind) (ExceptionAbout, bool) {
	for _, x := range ExceptionKinds() {
		if x.Kind == k {
			return x, true
		}
	}
	return ExceptionAbout{}, false
}
