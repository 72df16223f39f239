package main

import (
	"fmt"
	"slices"
	"strconv"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/words"
)

// purseWord is the kind of money (jenis dana).
func (a *app) purseWord(p domain.Purse) string {
	switch p {
	case domain.PurseTraining:
		return a.t("Pelatihan", "Training")
	case domain.PurseJobSearch:
		return a.t("Insentif", "Incentive")
	case domain.PurseSurvey:
		return a.t("Survei", "Survey")
	}
	return string(p)
}

// balanceSection is the trial balance with its turnover.
func (a *app) balanceSection(b api.Books) section {
	return section{name: a.t("Neraca saldo", "Trial balance"), sheet: a.accountSheet(b.Accounts, false)}
}

func (a *app) accountSheet(lines []api.AccountLine, waves bool) sheet {
	s := sheet{columns: []column{
		{id: "Akun", en: "Account"}, {id: "Debit", en: "Debit", right: true}, {id: "Kredit", en: "Credit", right: true}, {id: "Saldo", en: "Balance", right: true},
	}}
	if waves {
		s.columns = slices.Insert(s.columns, 0, column{id: "Gel.", en: "Wave", right: true})
	}
	var sum api.AccountLine
	for _, l := range lines {
		row := []any{string(l.Account), l.In, l.Out, l.Balance}
		if waves {
			row = slices.Insert(row, 0, any(l.Wave))
		} else {
			sum.In, sum.Out, sum.Balance = sum.In.Add(l.In), sum.Out.Add(l.Out), sum.Balance.Add(l.Balance)
		}
		s.rows = append(s.rows, row)
	}
	if !waves && len(lines) > 0 {
		s.rows = append(s.rows, []any{a.t("JUMLAH", "TOTAL"), sum.In, sum.Out, sum.Balance})
	}
	return s
}

// totalsSection is the four totals by wave and kind of money; wave 0 is all waves.
func (a *app) totalsSection(b api.Books, wave int) section {
	s := section{
		name: a.t("Realisasi per gelombang dan jenis dana", "Realisation by wave and kind of money"),
		notes: []string{a.t(
			"Disalurkan: pelatihan yang sudah diikuti dan insentif yang dikonfirmasi mitra pembayaran. Dibelanjakan: dibeli dan tidak dibatalkan, atau dibayarkan. Selisih adalah yang ditransfer dan tidak ada di mana pun, kecuali yang melebihi saldo (suspense).",
			"Delivered: trainings that were attended and incentives confirmed by the payment partner. Spent: bought and not cancelled, or paid. The difference is what was transferred and is nowhere, but for what went beyond a purse (suspense).")},
		sheet: sheet{columns: []column{
			{id: "Gel.", en: "Wave"},
			{id: "Jenis dana", en: "Kind of money"},
			{id: "Dialokasikan", en: "Allocated", right: true},
			{id: "Ditransfer", en: "Transferred", right: true},
			{id: "Dibelanjakan", en: "Spent", right: true},
			{id: "Disalurkan", en: "Delivered", right: true},
			{id: "Dikembalikan", en: "Returned", right: true},
			{id: "Sedang dikirim", en: "In transit", right: true},
			{id: "Sisa", en: "Left", right: true},
			{id: "Selisih", en: "Difference", right: true},
		}},
	}
	s.onPaper = a.totalsOnPaper(b, wave)
	for _, t := range b.Totals {
		if wave != 0 && t.Wave != wave {
			continue
		}
		name := strconv.Itoa(t.Wave)
		if t.Wave == 0 {
			name = a.t("Semua", "All")
		}
		s.sheet.rows = append(s.sheet.rows, []any{
			name, a.purseWord(t.Purse), t.Allocated, t.Transferred, t.Spent, t.Delivered, t.Returned, t.InTransit, t.Left, t.Difference(),
		})
	}
	return s
}

// totalsOnPaper is a table for each wave, the kinds of money side by side.
func (a *app) totalsOnPaper(b api.Books, wave int) []section {
	var out []section
	kinds := len(domain.Purse("").Values())
	for from := 0; from+kinds <= len(b.Totals); from += kinds {
		of := b.Totals[from : from+kinds]
		if wave != 0 && of[0].Wave != wave {
			continue
		}
		s := section{name: a.t("Gelombang ", "Wave ") + strconv.Itoa(of[0].Wave), sheet: sheet{columns: []column{{}}}}
		if of[0].Wave == 0 {
			s.name = a.t("Semua gelombang", "All waves")
		}
		for _, t := range of {
			s.sheet.columns = append(s.sheet.columns, column{id: a.purseWord(t.Purse), en: a.purseWord(t.Purse), right: true})
		}
		s.sheet.columns = append(s.sheet.columns, column{id: "Jumlah", en: "Total", right: true})
		for _, line := range []struct {
			name string
			of   func(api.PurseTotals) domain.Money
		}{
			{a.t("Dialokasikan", "Allocated"), func(t api.PurseTotals) domain.Money { return t.Allocated }},
			{a.t("Ditransfer", "Transferred"), func(t api.PurseTotals) domain.Money { return t.Transferred }},
			{a.t("Dibelanjakan", "Spent"), func(t api.PurseTotals) domain.Money { return t.Spent }},
			{a.t("Disalurkan", "Delivered"), func(t api.PurseTotals) domain.Money { return t.Delivered }},
			{a.t("Dikembalikan", "Returned"), func(t api.PurseTotals) domain.Money { return t.Returned }},
			{a.t("Sedang dikirim", "In transit"), func(t api.PurseTotals) domain.Money { return t.InTransit }},
			{a.t("Sisa", "Left"), func(t api.PurseTotals) domain.Money { return t.Left }},
			{a.t("Selisih", "Difference"), api.PurseTotals.Difference},
		} {
			row, sum := []any{line.name}, domain.Money{}
			for _, t := range of {
				row, sum = append(row, line.of(t)), sum.Add(line.of(t))
			}
			s.sheet.rows = append(s.sheet.rows, append(row, sum))
		}
		out = append(out, s)
	}
	return out
}

func (r *reporter) trialBalance() error {
	a := r.a
	b, err := r.l.Books(r.ctx, r.bound)
	if err != nil {
		return err
	}
	r.doc.place = b.Place
	r.doc.sections = []section{a.balanceSection(b)}
	r.doc.sections[0].notes = []string{
		a.t("Sidik neraca saldo ", "Fingerprint of the trial balance ") + b.Hash,
		a.t("Debit: masuk ke akun; kredit: keluar. Semua akun berjumlah Rp0.", "Debit: into the account; credit: out of it. All accounts sum to Rp0."),
	}
	by := slices.DeleteFunc(slices.Clone(b.Waves), func(l api.AccountLine) bool { return r.f.wave != 0 && l.Wave != r.f.wave })
	s := section{name: a.t("Per gelombang", "By wave"), sheet: a.accountSheet(by, true), onPaper: a.wavesOnPaper(by)}
	if r.f.wave != 0 {
		r.doc.sections = []section{s}
	} else {
		r.doc.sections = append(r.doc.sections, s)
	}
	return r.late()
}

// wavesOnPaper is a table for each wave.
func (a *app) wavesOnPaper(lines []api.AccountLine) []section {
	var out []section
	for len(lines) > 0 {
		n := slices.IndexFunc(lines, func(l api.AccountLine) bool { return l.Wave != lines[0].Wave })
		if n < 0 {
			n = len(lines)
		}
		out = append(out, section{name: a.t("Gelombang ", "Wave ") + strconv.Itoa(lines[0].Wave), sheet: a.accountSheet(lines[:n], false)})
		lines = lines[n:]
	}
	return out
}

func (r *reporter) realisation() error {
	b, err := r.l.Books(r.ctx, r.bound)
	if err != nil {
		return err
	}
	r.doc.place = b.Place
	r.doc.sections = []section{r.a.totalsSection(b, r.f.wave)}
	return r.late()
}

func (a *app) statusWord(s api.TrainingStatus) string {
	switch s {
	case api.StatusCancelled:
		return a.t("dibatalkan", "cancelled")
	case api.StatusNotExchanged:
		return a.t("belum ditukar", "not exchanged")
	case api.StatusNotStarted:
		return a.t("belum dimulai", "not begun")
	case api.StatusNotFinished:
		return a.t("belum selesai", "not finished")
	case api.StatusFinished:
		return a.t("selesai", "finished")
	}
	return string(s)
}

func (r *reporter) payments() error {
	a := r.a
	p, err := r.l.PlatformPayments(r.ctx, r.bound, r.f.wave)
	if err != nil {
		return err
	}
	r.doc.place = p.Place
	sums := section{
		name: a.t("Menurut status pelatihan", "By status of the training"),
		notes: []string{fmt.Sprintf(a.t("Dibayar ke platform %s, di antaranya %s (%s transaksi) untuk pelatihan yang belum ditukar, belum dimulai atau belum selesai.",
			"Paid to platforms %s, of which %s (%s transactions) for training not exchanged, not begun or not finished."), a.text(p.Paid), a.text(p.NotDelivered), words.Count(len(p.Undelivered), a.lang))},
		sheet: sheet{columns: []column{
			{id: "Platform", en: "Platform"},
			{id: "Status pelatihan", en: "Status of training"},
			{id: "Beli", en: "Bought", right: true},
			{id: "Nilai", en: "Value", right: true},
			{id: "Dibayar", en: "Paid for", right: true},
			{id: "Nilai dibayar", en: "Value paid", right: true},
		}},
	}
	for _, x := range p.Rows {
		sums.sheet.rows = append(sums.sheet.rows, []any{string(x.Platform), a.statusWord(x.Status), x.Count, x.Bought, x.PaidFor, x.Paid})
	}
	list := section{name: a.t("Dibayar, belum selesai", "Paid, not finished"), sheet: sheet{columns: []column{
		{id: "Nomor rujukan", en: "Reference"},
		{id: "Gel.", en: "Wave", right: true},
		{id: "Pesanan", en: "Order"},
		{id: "Kursus", en: "Course"},
		{id: "Status", en: "Status"},
		{id: "Dibayar", en: "Paid", right: true},
	}}}
	for _, x := range p.Undelivered {
		list.sheet.rows = append(list.sheet.rows, []any{x.Reference, x.Wave, string(x.Platform) + " " + string(x.Invoice), string(x.Course), a.statusWord(x.Status), x.Paid})
	}
	r.doc.sections = []section{sums, list}
	return nil
}

func (r *reporter) reconciliation() error {
	a := r.a
	c, err := r.l.Reconcile(r.ctx, r.bound)
	if err != nil {
		return err
	}
	r.doc.place = c.Place
	treasury := section{name: a.t("Kas negara (RKUN)", "State treasury (RKUN)"), sheet: sheet{columns: []column{
		{id: "Dana", en: "Fund"}, {id: "Referensi", en: "Reference"}, {id: "Tanggal", en: "Date"}, {id: "Masuk", en: "In", right: true}, {id: "Kembali", en: "Back", right: true},
	}}}
	var in, out domain.Money
	for _, m := range c.Moves {
		row := []any{m.Fund, string(m.Reference), m.Effective, nil, nil}
		if m.In {
			in, row[3] = in.Add(m.Amount), m.Amount
		} else {
			out, row[4] = out.Add(m.Amount), m.Amount
		}
		treasury.sheet.rows = append(treasury.sheet.rows, row)
	}
	treasury.sheet.rows = append(treasury.sheet.rows, []any{a.t("JUMLAH", "TOTAL"), "", nil, in, out})
	agrees := a.t("cocok", "agrees")
	if c.Treasury.Add(in).Sub(out).Cmp(domain.Money{}) != 0 {
		agrees = a.t("TIDAK COCOK", "DOES NOT AGREE")
	}
	treasury.notes = []string{fmt.Sprintf(a.t("Menurut akun state_treasury: %s (%s). Saldo rekening dana: %s.", "By the account state_treasury: %s (%s). Balance of the programme fund: %s."), a.text(c.Treasury), agrees, a.text(c.InFund))}
	r.doc.sections = []section{treasury, a.bankSection(c), a.decreeSection(c), {
		name:  a.t("Pembayaran ke platform", "Payments to platforms"),
		notes: []string{fmt.Sprintf(a.t("Disetujui %s, dibayar %s, belum dibayar %s.", "Approved %s, paid %s, not paid %s."), a.text(c.Approved), a.text(c.Paid), a.text(c.Approved.Sub(c.Paid)))},
	}}
	r.doc.closing = []string{"", a.t("Manajemen Pelaksana: ____________  Bank: ____________  Kas negara: ____________", "Programme office: _____________  Bank: _____________  Treasury: _____________")}
	return nil
}

func (a *app) bankSection(c api.Reconciliation) section {
	s := section{name: a.t("Bank: kredit", "Bank: credits"), sheet: sheet{columns: []column{
		{id: "Rombongan", en: "Tranche"},
		{id: "Orang", en: "People", right: true},
		{id: "Diperintahkan", en: "Ordered", right: true},
		{id: "Dikredit", en: "Credited", right: true},
		{id: "Jumlah", en: "Amount", right: true},
		{id: "Cocok", en: "Agrees"},
	}}}
	for _, t := range c.Tranches {
		name := string(t.Reference)
		if name == "" {
			name = a.t("(tanpa rombongan)", "(no tranche)")
		}
		s.sheet.rows = append(s.sheet.rows, []any{name, t.Named, t.Ordered, t.Credited, t.Amount, t.Agrees()})
	}
	return s
}

func (a *app) decreeSection(c api.Reconciliation) section {
	s := section{name: a.t("Surat keputusan", "Decrees"), sheet: sheet{columns: []column{
		{id: "Keputusan", en: "Decree"},
		{id: "Gel.", en: "Wave", right: true},
		{id: "Disebut", en: "Named", right: true},
		{id: "Ditetapkan", en: "Determined", right: true},
		{id: "Dialokasikan", en: "Allocated", right: true},
		{id: "Dikredit", en: "Credited", right: true},
		{id: "Cocok", en: "Agrees"},
	}}}
	for _, d := range c.Decrees {
		s.sheet.rows = append(s.sheet.rows, []any{string(d.Decree), d.Wave, d.Named, d.Determined, d.Allocated.Total(), d.Credited.Total(), d.Agrees})
	}
	s.onPaper = []section{{sheet: s.sheet.without(1)}}
	return s
}
