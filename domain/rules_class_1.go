package domain

import "saldo/domain/reason"

// classChecks1 is class/1: what stands between a payment and its class. Nobody decides it; it is asked by whoever paid, or
// believes so. Frozen: see frozen.sum.
func classChecks1() []Check {
	step := func(name CheckName, code reason.Code, what string, of func(*TrainingFacts) bool, when func(*Facts) string, refs ...string) Check {
		return Check{
			Name: name, Always: true, Refs: refs,
			Judge: func(f *Facts, _ *Policy) (Verdict, reason.Code) {
				if name != "payment_recorded" && f.Training.BoughtAt == nil {
					return NotEvaluable, ""
				}
				return passIf(of(&f.Training), code)
			},
			Show: func(f *Facts, _ *Policy) (string, string) { return what, when(f) },
		}
	}
	return []Check{
		step("payment_recorded", reason.NoPaymentRecorded, "an accepted purchase",
			func(t *TrainingFacts) bool { return t.BoughtAt != nil },
			func(f *Facts) string { return had("bought", f.Training.BoughtAt) }, "training"),
		step("purchase_stands", reason.TransactionCancelled, "not cancelled",
			func(t *TrainingFacts) bool { return t.CancelledAt == nil },
			func(f *Facts) string { return had("cancelled", f.Training.CancelledAt) }, "training"),
		step("voucher_issued", reason.DebitedButNoVoucher, "a voucher",
			func(t *TrainingFacts) bool { return t.VoucherAt != nil || t.ExchangedAt != nil },
			func(f *Facts) string { return had("issued", f.Training.VoucherAt) }, "voucher"),
		step("voucher_exchanged", reason.VoucherNotExchanged, "exchanged at the institution",
			func(t *TrainingFacts) bool { return t.ExchangedAt != nil },
			func(f *Facts) string { return had("exchanged", f.Training.ExchangedAt) }, "exchange"),
	}
}
