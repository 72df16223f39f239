package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/words"
)

func (a *app) auditSecondCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "second-opinion",
		Short: a.t("Hitung uangnya dua kali, dengan dua buku yang tidak berbagi kode", "Add the money up twice, by two ledgers that share no code"),
		Long: a.t(`Buku kedua ditulis ulang dari tabel akun (bukan dari aturan pembukuan yang dipakai sehari-hari) di atas isi peristiwa
sebagaimana tersimpan, lalu dibandingkan peristiwa demi peristiwa, akun, gelombang dan orang. Kode keluar 6 kalau berbeda.`,
			`The second ledger is written anew from the table of accounts (not from the postings in daily use) over the events as they
are stored, and compared event by event, by account, wave and person. Exit code 6 when they differ.`),
		Example: `  saldo audit second-opinion --data saldo-demo
  saldo audit --second-opinion --output json`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runSecondOpinion(c.Context()) },
	}
}

func (a *app) runSecondOpinion(ctx context.Context) error {
	if err := a.only("table", "json"); err != nil {
		return err
	}
	l, err := a.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	st, err := l.stamp(ctx)
	if err != nil {
		return err
	}
	bar := a.progress(a.t("buku kedua", "second ledger"), int(st.Number), true, false) //nolint:gosec // far below 2^63
	rep, err := l.SecondOpinion(ctx, func(done uint64) { bar.at(int(done)) })          //nolint:gosec // far below 2^63
	bar.end()
	if err != nil {
		return err
	}
	if err = a.jsonOr(rep, func() string { return a.secondText(rep) }); err != nil {
		return err
	}
	a.footer(st)
	if n := len(rep.Differences) + rep.More; n > 0 {
		return &problem{
			code: exitVerify, what: fmt.Sprintf(a.t("%d perbedaan antara kedua buku", "the two ledgers differ in %d places"), n),
			cure: a.t("periksa peristiwa yang disebut: salah satu bukunya keliru", "examine the events that are named: one of the ledgers is wrong"),
		}
	}
	return nil
}

// rupiahNumber is a whole number of rupiah for people.
func (a *app) rupiahNumber(n int64) string { return a.text(domain.Rupiah(n)) }

func (a *app) secondText(rep api.SecondOpinion) string {
	n := func(v int) string { return words.Count(v, a.lang) }
	var b strings.Builder
	agrees := true
	widest := 0
	for _, l := range rep.Accounts {
		agrees = agrees && l.Agrees()
		widest = max(widest, len(l.Account))
	}
	a.item(&b, a.mark(len(rep.Differences) == 0), fmt.Sprintf(a.t("%s peristiwa yang menggerakkan uang, %s orang: %s perbedaan", "%s events that move money, %s people: %s differences"),
		n(rep.Moving), n(rep.People), n(len(rep.Differences)+rep.More)))
	a.item(&b, a.mark(agrees), fmt.Sprintf(a.t("%s akun dan %s akun per gelombang dibandingkan", "%s accounts and %s accounts by wave compared"), n(len(rep.Accounts)), n(len(rep.Waves))))
	b.WriteString("\n" + a.bold(fmt.Sprintf("%-*s  %20s  %20s", widest+2, a.t("  Akun", "  Account"), a.t("buku pertama", "first ledger"), a.t("buku kedua", "second ledger"))) + "\n")
	for _, l := range rep.Accounts {
		fmt.Fprintf(&b, "%s %-*s  %20s  %20s\n", a.mark(l.Agrees()), widest, l.Account, a.rupiahNumber(l.First), a.rupiahNumber(l.Second))
	}
	if len(rep.Differences) > 0 {
		b.WriteString("\n" + a.bold(a.t("Perbedaan", "Differences")) + "\n")
	}
	for _, d := range rep.Differences {
		text := d.What + " " + d.Name + ": " + a.orText(d.First) + a.t(" di buku pertama, ", " in the first ledger, ") + a.orText(d.Second) + a.t(" di buku kedua", " in the second")
		if !d.Event.IsZero() && d.What != "event" {
			text += a.t(", sejak ", ", since ") + d.Event.String()
		}
		a.item(&b, a.cross(), text)
	}
	b.WriteString("\n")
	a.field(&b, a.t("Akar digest", "Digest root"), rep.Root)
	return b.String()
}

// orText shows an amount as rupiah, and anything else as it is.
func (a *app) orText(s string) string {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return a.rupiahNumber(n)
	}
	return s
}
