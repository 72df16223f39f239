package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/words"
)

type closeFlags struct {
	documentFlags
	period, by, authority, kind, date string
	number                            int64
	prepare, approve, list            bool
}

func (a *app) closeCommand() *cobra.Command {
	var f closeFlags
	c := &cobra.Command{
		Use:   "close --period YYYY-MM",
		Short: a.t("Tutup buku suatu periode pada satu posisi: disiapkan seorang, disetujui orang lain", "Close a period at a position: prepared by one person, approved by another"),
		Long: a.t(`Tanpa --prepare atau --approve: rancangan berita acara, tidak ada yang dicatat.
--prepare mencatat usulan; --approve oleh orang lain, dengan --number yang sama, menutup periodenya.
Yang disahkan adalah posisi, digest, empat jumlah dan sidik neraca saldo di posisi itu, tidak pernah tanggal
kejadiannya. Fakta yang tercatat kemudian dengan tanggal di dalam periode muncul di --list sebagai
"dicatat setelah tutup buku". Orang ditulis dengan nomor acaknya (UUID), bukan namanya.`,
			`Without --prepare or --approve: a draft of the minutes, nothing is recorded.
--prepare records a proposal; --approve by another person, with the same --number, closes the period.
What is certified is the position, the digest, the four totals and the fingerprint of the trial balance there, never
the date of the facts. A fact that is recorded later with a date inside the period stands in --list as
"recorded after closing". People are written by their random ids (UUIDs), not by name.`),
		Example: `  saldo close --period 2020-08
  saldo close --period 2020-08 --prepare --by 2c4d2f6e-0000-4000-8000-000000000001 --authority SK-12/2020 --date 2020-09-02
  saldo close --period 2020-08 --approve --number 8123 --by 2c4d2f6e-0000-4000-8000-000000000002
  saldo close --list`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			if f.list {
				return a.runClosings(c.Context())
			}
			return a.runClose(c.Context(), f)
		},
	}
	a.documentFlags(c, &f.documentFlags)
	c.Flags().StringVar(&f.period, "period", "", a.t("bulan, misalnya 2020-08 (WIB)", "month, such as 2020-08 (WIB)"))
	c.Flags().Int64Var(&f.number, "number", 0, a.t("posisi: sesudah sekian peristiwa (bawaan: yang terakhir tercatat dalam periode)", "position: behind so many events (default: the last that was recorded in the period)"))
	c.Flags().BoolVar(&f.prepare, "prepare", false, a.t("catat usulan penutupan", "record the proposal"))
	c.Flags().BoolVar(&f.approve, "approve", false, a.t("setujui sebagai orang kedua dan tutup", "approve as the second person, and close"))
	c.Flags().BoolVar(&f.list, "list", false, a.t("periode yang sudah ditutup, dan yang dicatat setelah tutup buku", "closed periods, and what was recorded after closing"))
	c.Flags().StringVar(&f.by, "by", "", a.t("nomor acak petugas (UUID)", "random id of the officer (a UUID)"))
	c.Flags().StringVar(&f.authority, "authority", "", a.t("nomor dokumen yang menjadi dasar (dengan --prepare)", "number of the document that empowers it (with --prepare)"))
	c.Flags().StringVar(&f.date, "date", "", a.t("tanggal dokumen itu", "date of that document"))
	c.Flags().StringVar(&f.kind, "authority-kind", string(domain.AuthorityDecree), a.t("jenis dokumen: ", "kind of document: ")+strings.Join(domain.AuthorityKind("").Values(), ", "))
	return c
}

func (a *app) runClose(ctx context.Context, f closeFlags) (err error) {
	if err = a.only(append(documentFormats(), "json")...); err != nil {
		return err
	}
	if _, err = api.PeriodEnd(f.period); err != nil {
		return usage(fmt.Sprintf(a.t("--period: %q bukan bulan", "--period: %q is no month"), clip(f.period)), "--period 2020-08")
	}
	if f.prepare && f.approve {
		return usage(a.t("--prepare dan --approve bersamaan", "--prepare and --approve together"), a.t("yang menyetujui harus orang lain", "who approves must be another person"))
	}
	var events *uint64
	if f.number > 0 {
		events = new(uint64(f.number))
	} else if f.number < 0 || f.approve {
		return usage(a.t("--approve perlu --number", "--approve needs --number"), a.t("posisi pada rancangan yang disetujui", "the position on the draft that is approved"))
	}
	l, closing, err := a.closing(ctx, f, events)
	if l != nil {
		defer func() { err = errors.Join(err, l.close()) }()
	}
	if err != nil {
		return a.closeProblem(f, err)
	}
	if events != nil && closing.Books.Events < *events {
		return &problem{code: exitNotFound, what: fmt.Sprintf(a.t("--number %d: buku besar ini baru sampai %d", "--number %d: this ledger goes to %d"), f.number, closing.Books.Events)}
	}
	if a.output == "json" {
		return a.json(closing)
	}
	d := a.minutes(l, closing)
	d.by = a.printedBy(f.documentFlags)
	if err = a.publish(ctx, d, f.documentFlags); err != nil {
		return err
	}
	if next := a.nextSignature(closing); next != "" {
		a.talk("%s", next)
	}
	return a.finish(ctx, l)
}

// closing works the minutes out, and records a signature where one was given.
func (a *app) closing(ctx context.Context, f closeFlags, events *uint64) (*ledger, api.Closing, error) {
	if !f.prepare && !f.approve {
		l, err := a.openToRead(ctx)
		if err != nil {
			return nil, api.Closing{}, err
		}
		c, err := l.DraftClosing(ctx, f.period, events)
		return l, c, err
	}
	by, err := a.actorFlag(f.by, domain.PartyProgramme)
	if err != nil {
		return nil, api.Closing{}, err
	}
	why, err := a.authorityFlags(f)
	if err != nil {
		return nil, api.Closing{}, err
	}
	l, err := a.openToSign(ctx)
	if err != nil {
		return nil, api.Closing{}, err
	}
	if end, _ := api.PeriodEnd(f.period); !l.now.After(end) {
		return l, api.Closing{}, &problem{
			code: exitConflict, what: f.period + a.t(" belum berakhir pada \"sekarang\": ", " is not over at \"now\": ") + words.Moment(l.now, a.zone, a.lang),
			cure: a.t("tunggu akhir bulan; di simulasi: --now sesudah itu", "wait for the end of the month; in a simulation: --now after it"),
		}
	}
	if f.prepare {
		c, failed := l.PrepareClosing(ctx, f.period, events, by, why)
		return l, c, failed
	}
	c, err := l.ApproveClosing(ctx, f.period, events, by)
	return l, c, err
}

func (a *app) authorityFlags(f closeFlags) (domain.Authority, error) {
	if !f.prepare {
		return domain.Authority{}, nil
	}
	date, err := domain.ParseDate(f.date)
	if f.authority == "" || err != nil {
		return domain.Authority{}, usage(a.t("--prepare perlu --authority dan --date", "--prepare needs --authority and --date"), "--authority SK-12/2020 --date 2020-09-02")
	}
	return domain.Authority{Kind: domain.AuthorityKind(f.kind), Number: domain.DecreeNumber(f.authority), Date: date}, nil
}

func (a *app) closeProblem(f closeFlags, err error) error {
	switch {
	case errors.Is(err, api.ErrNotPrepared):
		return &problem{
			code: exitNotFound, what: a.t("tidak ada rancangan untuk periode itu di posisi dan digest ini", "nobody prepared that period at this position and digest"),
			cure: fmt.Sprintf("saldo close --period %s --prepare", f.period),
		}
	case errors.Is(err, api.ErrRefused):
		return &problem{
			code: exitConflict, what: a.t("ditolak aturan, dan tercatat demikian", "refused by a rule, and recorded as such"), cause: err,
			cure: a.t("yang menyetujui harus orang lain daripada yang menyiapkan; satu periode ditutup satu kali", "who approves must be another person than who prepared; a period is closed once"),
		}
	}
	return a.signProblem(err)
}

// nextSignature says what is still to be done.
func (a *app) nextSignature(c api.Closing) string {
	switch {
	case c.Closed != nil:
		return ""
	case c.Proposed:
		return fmt.Sprintf(a.t("menunggu orang kedua: saldo close --period %s --approve --number %d --by UUID", "waiting for the second person: saldo close --period %s --approve --number %d --by UUID"), c.Period, c.Books.Events)
	}
	return a.t("rancangan; tidak ada yang dicatat: tambahkan --prepare", "a draft; nothing was recorded: add --prepare")
}

// minutes is the Berita Acara of a closing.
func (a *app) minutes(l *ledger, c api.Closing) document {
	end := words.Moment(c.Ends, a.zone, a.lang)
	state := a.t("RANCANGAN", "DRAFT")
	switch {
	case c.Closed != nil:
		state = a.t("Ditutup: ", "Closed: ") + c.Closed.String() + " · " + c.Reference
	case c.Proposed:
		state = a.t("Disiapkan, menunggu persetujuan", "Prepared, waiting for the approval")
	}
	signed := func(id *uuid.UUID) string {
		if id == nil {
			return a.t("belum", "not yet")
		}
		return id.String()
	}
	facts := sheet{columns: []column{{key: "what", id: "Hal", en: "What"}, {key: "value", id: "Isi", en: "Value"}}}
	for _, r := range [][2]string{
		{a.t("Periode", "Period"), c.Period + a.t(", sampai ", ", to ") + end},
		{a.t("Keadaan", "State"), state},
		{a.t("Posisi nomor", "Position number"), words.Count(int(c.Books.Events), a.lang)}, //nolint:gosec // far below 2^63
		{a.t("Sidik neraca saldo", "Trial balance"), c.Books.Hash},
		{a.t("Dasar", "Authority"), string(c.Authority)},
		{a.t("Disiapkan oleh", "Prepared by"), signed(c.ProposedBy)},
		{a.t("Disetujui oleh", "Approved by"), signed(c.ApprovedBy)},
	} {
		if r[1] != "" {
			facts.rows = append(facts.rows, []any{r[0], r[1]})
		}
	}
	return document{
		title: a.t("Berita Acara Penutupan Periode ", "Minutes of the Closing of ") + c.Period, place: c.Books.Place, printed: a.printedAt(l), sim: l.sim,
		sections: []section{
			{name: a.t("Penutupan", "Closing"), sheet: facts, notes: []string{a.t(
				"Disahkan menurut posisi, tidak menurut tanggal kejadian: yang tercatat kemudian masuk periode berikutnya.",
				"Certified by position, not by the date of the facts: what is recorded later belongs to the next period.")}},
			a.totalsSection(c.Books, 0),
			a.balanceSection(c.Books),
		},
		closing: []string{"", a.t("Disiapkan: ______________________    Disetujui: ______________________", "Prepared: ______________________    Approved: ______________________")},
	}
}

// runClosings lists what is closed and what came late.
func (a *app) runClosings(ctx context.Context) error {
	if err := a.only("table", "json"); err != nil {
		return err
	}
	l, err := a.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	all, err := l.Closings(ctx, nil)
	if err != nil {
		return err
	}
	if err = a.jsonOr(all, func() string { return a.closingsText(all) }); err != nil {
		return err
	}
	if err = a.finish(ctx, l); err != nil {
		return err
	}
	for _, c := range all {
		if !c.Agrees {
			return &problem{code: exitVerify, what: string(c.Period) + a.t(": isi buku besar sampai posisi itu sudah bukan yang ditutup", ": the log up to that position is not the one that was closed")}
		}
	}
	return nil
}

func (a *app) closingsText(all []api.ClosedPeriod) string {
	if len(all) == 0 {
		return a.t("Belum ada periode yang ditutup.\n", "No period has been closed.\n")
	}
	n := func(v int) string { return words.Count(v, a.lang) }
	var b strings.Builder
	for _, c := range all {
		b.WriteString(a.bold(string(c.Period)) + "\n")
		a.item(&b, a.mark(c.Agrees), fmt.Sprintf(a.t("ditutup di posisi nomor %s, %s (%s)", "closed at position number %s, %s (%s)"), n(c.Number+1), words.Moment(c.Recorded, a.zone, a.lang), c.Event))
		a.item(&b, "•", a.t("digest ", "digest ")+string(c.Digest))
		a.item(&b, "•", a.t("sisa di saldo peserta ", "left in the purses ")+a.text(c.Totals.Total()))
		a.item(&b, "•", fmt.Sprintf(a.t("dicatat setelah tutup buku: %s fakta, %s", "recorded after closing: %s facts, %s"), n(len(c.Late)), a.text(c.LateMoney)))
		for _, x := range c.Late {
			a.item(&b, " ", fmt.Sprintf("%s · %s · %s", x.Reference, a.text(x.Effective), a.text(x.Amount)))
			a.paragraph(&b, x.Event.String(), 4) //nolint:mnd // below the item's text
		}
	}
	return b.String()
}
