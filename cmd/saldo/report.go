package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/words"
)

type reportFlags struct {
	documentFlags
	at, participant, above string
	wave                   int
	kinds                  []string
}

// reportKind is one of the reports: its two names, its heading and what makes it.
type reportKind struct {
	id, en  string // names on the command line
	title   api.Said
	about   api.Said
	make    func(*reporter) error
	atHead  bool // always of the whole log
	waves   bool // takes --wave
	persons bool // needs --participant
}

func reportKinds() []reportKind {
	return []reportKind{
		{id: "neraca-saldo", en: "trial-balance", title: api.Said{ID: "Neraca Saldo", EN: "Trial Balance"}, about: api.Said{ID: "tiap akun: debit, kredit, saldo", EN: "each account: debit, credit, balance"}, make: (*reporter).trialBalance, waves: true},
		{id: "realisasi", en: "realisation", title: api.Said{ID: "Laporan Realisasi", EN: "Realisation Report"}, about: api.Said{ID: "dialokasikan, ditransfer, disalurkan, dikembalikan, sisa", EN: "allocated, transferred, delivered, returned, left"}, make: (*reporter).realisation, waves: true},
		{id: "buku-pembantu", en: "subledger", title: api.Said{ID: "Buku Pembantu Peserta", EN: "Participant's Subledger"}, about: api.Said{ID: "uang seorang peserta, baris demi baris", EN: "one participant's money, line by line"}, make: (*reporter).subledger, persons: true},
		{id: "pembayaran-platform", en: "platform-payments", title: api.Said{ID: "Pembayaran ke Platform menurut Status Pelatihan", EN: "Payments to Platforms by Status of the Training"}, about: api.Said{ID: "dibayar untuk pelatihan yang belum ditukar, dimulai atau selesai", EN: "paid for training not exchanged, begun or finished"}, make: (*reporter).payments, waves: true},
		{id: "pengecualian", en: "exceptions", title: api.Said{ID: "Daftar Pengecualian", EN: "List of Exceptions"}, about: api.Said{ID: "apa, siapa yang menindaklanjuti, umur, jumlah", EN: "what, who must act, age, amount"}, make: (*reporter).exceptions, waves: true},
		{id: "uji-ulang", en: "reperformance", title: api.Said{ID: "Kertas Kerja Uji Ulang", EN: "Working Paper of the Re-performance"}, about: api.Said{ID: "keputusan diulang, buku kedua, sampel", EN: "decisions repeated, second ledger, samples"}, make: (*reporter).reperformance, atHead: true},
		{id: "rekonsiliasi", en: "reconciliation", title: api.Said{ID: "Berita Acara Rekonsiliasi (bank, RKUN)", EN: "Minutes of the Reconciliation (bank, treasury)"}, about: api.Said{ID: "buku besar terhadap bank dan kas negara", EN: "the ledger against bank and treasury"}, make: (*reporter).reconciliation},
		{id: "kebijakan", en: "policies", title: api.Said{ID: "Riwayat Kebijakan dan Penutupan Layanan", EN: "History of Policies and of Service Closings"}, about: api.Said{ID: "kebijakan, gelombang, batas waktu, layanan ditutup dan dibuka", EN: "policies, waves, deadlines, services closed and opened"}, make: (*reporter).policies},
	}
}

func (a *app) reportCommand() *cobra.Command {
	var f reportFlags
	var list strings.Builder
	var known []string
	for _, k := range reportKinds() {
		fmt.Fprintf(&list, "\n  %-20s %s", a.t(k.id, k.en), a.t(k.about.ID, k.about.EN))
		known = append(known, k.id, k.en)
	}
	c := &cobra.Command{
		Use:   "report NAME",
		Short: a.t("Laporan dan berita acara untuk dicetak: text, csv atau xlsx", "Reports and minutes to print: text, csv or xlsx"),
		Long: a.t("Tiap halaman dan tiap lembar menyebut nomor posisi, digest, siapa yang mencetak dan kapan, halaman x/y.\nNama (Indonesia atau Inggris):",
			"Every page and every sheet says position number, digest, printed by whom and when, page x/y.\nNames (Indonesian or English):") + list.String(),
		Example: `  saldo report realisasi --at 2020-12-31 --wave 4 --data saldo-demo
  saldo report neraca-saldo --output xlsx --file neraca.xlsx
  saldo report buku-pembantu --participant 1 --data saldo-demo`,
		Args: a.args(1, 1, "NAME"), ValidArgs: known,
		RunE: func(c *cobra.Command, names []string) error { return a.runReport(c.Context(), names[0], f) },
	}
	a.documentFlags(c, &f.documentFlags)
	c.Flags().StringVar(&f.at, "at", "", a.t("seperti tercatat pada suatu saat, atau sesudah sekian peristiwa (bawaan: sekarang)", "as recorded by a time, or behind so many events (default: now)"))
	c.Flags().StringVar(&f.participant, "participant", "", a.t("nomor subjek, atau di demo nama peserta contoh", "subject id, or in a demo the name of an example"))
	c.Flags().IntVar(&f.wave, "wave", 0, a.t("hanya gelombang ini", "this wave only"))
	c.Flags().StringVar(&f.above, "above", "", a.t("pengecualian: hanya yang lebih dari jumlah ini", "exceptions: only those above this amount"))
	c.Flags().StringSliceVar(&f.kinds, "kind", nil, a.t("pengecualian: hanya jenis ini", "exceptions: these kinds only"))
	return c
}

// reporter makes one report.
type reporter struct {
	a     *app
	ctx   context.Context //nolint:containedctx // lives for one call of runReport
	l     *ledger
	f     reportFlags
	bound api.Bound
	at    time.Time // what the report is as of
	doc   document
}

func (a *app) runReport(ctx context.Context, name string, f reportFlags) error {
	if err := a.only(documentFormats()...); err != nil {
		return err
	}
	kinds := reportKinds()
	var known []string
	for _, k := range kinds {
		known = append(known, k.id, k.en)
	}
	name, err := a.named(name, known, "saldo report")
	if err != nil {
		return err
	}
	k := kinds[slices.IndexFunc(kinds, func(k reportKind) bool { return k.id == name || k.en == name })]
	if err = a.reportUsage(k, f); err != nil {
		return err
	}
	l, err := a.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	r := &reporter{a: a, ctx: ctx, l: l, f: f, at: l.now}
	if err = r.when(k); err != nil {
		return err
	}
	r.doc = document{title: a.t(k.title.ID, k.title.EN), printed: a.printedAt(l), by: a.printedBy(f.documentFlags), sim: l.sim}
	r.cover(k)
	if err = k.make(r); err != nil {
		return err
	}
	if err = a.publish(ctx, r.doc, f.documentFlags); err != nil {
		return err
	}
	return a.finish(ctx, l)
}

func (a *app) reportUsage(k reportKind, f reportFlags) error {
	name := a.t(k.id, k.en)
	switch {
	case k.persons && f.participant == "":
		return usage(a.t("peserta siapa?", "which participant?"), "saldo report "+name+" --participant ID")
	case !k.persons && f.participant != "":
		return usage("--participant", a.t("hanya untuk saldo report buku-pembantu", "only for saldo report subledger"))
	case f.wave != 0 && !k.waves:
		return usage("--wave", a.t("laporan ini untuk semua gelombang", "this report is of all waves"))
	case k.atHead && f.at != "":
		return usage("--at", a.t("uji ulang selalu atas seluruh buku besar", "the re-performance is always of the whole ledger"))
	case (f.above != "" || len(f.kinds) > 0) && k.en != "exceptions":
		return usage("--above, --kind", a.t("hanya untuk saldo report pengecualian", "only for saldo report exceptions"))
	}
	return nil
}

// when finds where the report ends.
func (r *reporter) when(k reportKind) error {
	if k.atHead {
		return nil
	}
	if n, err := strconv.ParseUint(r.f.at, 10, 64); err == nil && r.f.at != "" {
		st, err := r.l.stamp(r.ctx)
		if err != nil {
			return err
		}
		if n > st.Number {
			return &problem{code: exitNotFound, what: "--at " + r.f.at + r.a.t(": buku besar ini baru sampai ", ": this ledger goes to ") + strconv.FormatUint(st.Number, 10)}
		}
		r.bound = api.Bound{Events: &n}
		return nil
	}
	at, err := r.a.timeFlag("at", r.f.at, dayEnd)
	if err != nil {
		return err
	}
	if at != nil {
		r.at = *at
	}
	r.bound = api.Bound{At: &r.at}
	return nil
}

// cover says what the report is about, below its title.
func (r *reporter) cover(k reportKind) {
	a := r.a
	switch {
	case k.atHead:
		r.doc.about = append(r.doc.about, a.t("Atas seluruh buku besar", "Of the whole ledger"))
	case r.bound.Events != nil:
		r.doc.about = append(r.doc.about, fmt.Sprintf(a.t("Sesudah %s peristiwa", "Behind %s events"), words.Count(int(*r.bound.Events), a.lang))) //nolint:gosec // far below 2^63
	default:
		r.doc.about = append(r.doc.about, a.t("Menurut yang tercatat sampai ", "By what was recorded by ")+words.Moment(r.at, a.zone, a.lang))
	}
	if r.f.wave != 0 {
		r.doc.about = append(r.doc.about, fmt.Sprintf(a.t("Gelombang %d", "Wave %d"), r.f.wave))
	}
}

// late adds what was recorded behind each closing, as every report of sums must say.
func (r *reporter) late() error {
	a := r.a
	closed, err := r.l.Closings(r.ctx, r.bound.At)
	if err != nil || len(closed) == 0 {
		return err
	}
	s := section{name: a.t("Dicatat setelah tutup buku", "Recorded after closing"), sheet: sheet{columns: []column{
		{id: "Periode", en: "Period"},
		{id: "Nomor rujukan", en: "Reference"},
		{id: "Terjadi", en: "Happened"},
		{id: "Tercatat", en: "Recorded"},
		{id: "Jumlah", en: "Amount", right: true},
		{id: "Peristiwa", en: "Event"},
	}}}
	for _, c := range closed {
		s.notes = append(s.notes, fmt.Sprintf(a.t("%s ditutup di posisi nomor %s: %s fakta sesudahnya, %s.", "%s was closed at position number %s: %s facts since, %s."),
			c.Period, words.Count(c.Number+1, a.lang), words.Count(len(c.Late), a.lang), a.text(c.LateMoney)))
		for _, x := range c.Late {
			s.sheet.rows = append(s.sheet.rows, []any{string(c.Period), x.Reference, x.Effective, x.Recorded, x.Amount, x.Event.String()})
		}
	}
	r.doc.sections = append(r.doc.sections, s)
	return nil
}

// subledger is one person's money, line by line.
func (r *reporter) subledger() error {
	a := r.a
	id, err := a.participant(r.l, r.f.participant)
	if err != nil {
		return err
	}
	r.doc.about = append(r.doc.about, a.t("Peserta ", "Participant ")+id.String())
	movements, purses, err := r.subledgerRows(*id)
	if err != nil {
		return err
	}
	r.doc.sections = []section{{
		name:  a.t("Mutasi", "Movements"),
		notes: []string{a.t("Hanya saldo pelatihan yang dapat dipakai membeli; insentif menjadi hak setelah syaratnya terpenuhi.", "Only the training purse buys; incentives become theirs when their conditions are met.")},
		sheet: sheet{columns: []column{
			{id: "Tanggal", en: "Date"},
			{id: "Peristiwa", en: "Event"},
			{id: "Nomor rujukan", en: "Reference"},
			{id: "Akun", en: "Account"},
			{id: "Debit", en: "Debit", right: true},
			{id: "Kredit", en: "Credit", right: true},
			{id: "Saldo akun", en: "Account balance", right: true},
		}, rows: movements},
		onPaper: []section{{sheet: sheet{columns: []column{
			{id: "Tanggal", en: "Date"}, {id: "Peristiwa", en: "Event"}, {id: "Saldo", en: "Purse"}, {id: "Mutasi", en: "Movement", right: true}, {id: "Isi", en: "Holds", right: true},
		}, rows: purses}}},
	}}
	return nil
}

// subledgerRows gives all legs of a person's events, and those of the purses alone, which is what fits on paper.
func (r *reporter) subledgerRows(id uuid.UUID) (movements, purses [][]any, err error) {
	events, place, err := r.l.EventsOf(r.ctx, domain.ParticipantStreamOf(id), r.bound)
	if err != nil {
		return nil, nil, err
	}
	r.doc.place = place
	if len(events) == 0 {
		return nil, nil, r.a.unknownPerson(id)
	}
	balances := map[domain.Account]domain.Money{}
	for _, e := range events {
		for _, leg := range domain.PostingsOf(e) {
			balances[leg.Account] = balances[leg.Account].Add(leg.Amount)
			var in, out any
			if leg.Amount.Negative() {
				out = leg.Amount.Neg()
			} else {
				in = leg.Amount
			}
			movements = append(movements, []any{e.Meta.Effective(), string(e.Type), domain.ReferenceNumber(e.Meta.CommandID), string(leg.Account), in, out, balances[leg.Account]})
			if purse, is := strings.CutPrefix(string(leg.Account), "va."); is {
				day := e.Meta.Effective().In(r.a.zone.Location()).Format(time.DateOnly)
				purses = append(purses, []any{day, string(e.Type), r.a.purseWord(domain.Purse(purse)), leg.Amount, balances[leg.Account]})
			}
		}
	}
	return movements, purses, nil
}
