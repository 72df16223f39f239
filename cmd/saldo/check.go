package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain/words"
	"saldo/eventstore/embedded"
)

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: a.t("Periksa seluruh buku besar: berkas, uang, hitungan, keputusan", "Check the whole ledger: files, money, counts, decrees"),
		Long: a.t("Kode keluar 6 kalau ada temuan. Posisi dan akar digest yang diperiksa selalu disebut.",
			"Exit code 6 when something was found. The position and the root of the digest that were checked are always said."),
		Example: `  saldo check --data saldo-demo
  saldo check --output json > check.json`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runCheck(c.Context()) },
	}
}

func (a *app) runCheck(ctx context.Context) error {
	if err := a.only("table", "json"); err != nil {
		return err
	}
	l, err := a.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	events, segments := -1, 0 // a server's files are its own affair
	var shown checked
	if store, ok := l.store.(*embedded.Store); ok {
		files, checkErr := store.Check(ctx)
		if checkErr != nil {
			return a.damaged(ctx, checkErr)
		}
		shown.Sealed = files.Sealed
		events, segments = int(files.Events), files.Segments //nolint:gosec // far below 2^63
	}
	bar := a.progress(a.t("memeriksa", "checking"), events, true, false)
	rep, err := l.Check(ctx, func(done uint64) { bar.at(int(done)) }) //nolint:gosec // far below 2^63
	bar.end()
	if err != nil {
		return err
	}
	shown.CheckReport = rep
	if err = a.jsonOr(shown, func() string { return a.checkText(rep, segments, a.sealNote(l.store)) }); err == nil {
		err = a.finish(ctx, l)
	}
	if err == nil && !rep.Sound() {
		err = &problem{
			code: exitVerify, what: fmt.Sprintf(a.t("%d temuan", "%d findings"), len(rep.Findings)),
			cure: a.t("tidak ada yang diubah; tiap temuan menyebut peristiwanya", "nothing was changed; each finding names its event"),
		}
	}
	return err
}

// checked is what is said of a ledger: of its events, and of its files.
type checked struct {
	api.CheckReport
	Sealed *embedded.Seal `json:"sealed,omitempty"`
}

func (a *app) checkText(rep api.CheckReport, segments int, sealed string) string {
	n := func(v int) string { return words.Count(v, a.lang) }
	var b strings.Builder
	b.WriteString(a.bold(a.t("Pemeriksaan buku besar", "Check of the ledger")) + "\n")
	if a.store.server {
		a.item(&b, a.tick(), fmt.Sprintf(a.t("%s peristiwa di %s aliran, dibaca dari %s", "%s events in %s streams, read from %s"), n(int(rep.Events)), n(rep.Streams), a.store)) //nolint:gosec // far below 2^63
	} else {
		a.item(&b, a.tick(), fmt.Sprintf(a.t("%s peristiwa di %s aliran, %d berkas segmen: tiap pemeriksa jumlah, urutan dan id cocok", "%s events in %s streams, %d segment files: every checksum, order and id agrees"),
			n(int(rep.Events)), n(rep.Streams), segments)) //nolint:gosec // far below 2^63
	}
	if sealed != "" {
		a.item(&b, "•", sealed)
	}
	a.item(&b, a.mark(rep.Attempts == rep.Accepted+rep.Refused), fmt.Sprintf(a.t("%s percobaan membeli = %s diterima + %s ditolak", "%s attempts to buy = %s accepted + %s refused"), n(rep.Attempts), n(rep.Accepted), n(rep.Refused)))
	for _, d := range rep.Decrees {
		a.item(&b, a.mark(d.Agrees), fmt.Sprintf(a.t("%s (gelombang %d): %s orang dan %s menurut keputusan, ditetapkan %s dan %s", "%s (wave %d): %s people and %s by the decree, determined %s and %s"),
			d.Decree, d.Wave, n(d.Named), a.text(d.Allocated.Total()), n(d.Determined), a.text(d.Committed.Total())))
	}
	a.item(&b, "•", fmt.Sprintf(a.t("%s fakta dicatat dengan pengecualian", "%s facts are recorded with an exception"), n(rep.Exceptions)))
	b.WriteString("\n" + a.bold(a.t("Neraca saldo", "Trial balance")) + "\n")
	widest := 0
	for _, x := range rep.Balances {
		widest = max(widest, len(x.Account))
	}
	for _, x := range rep.Balances {
		fmt.Fprintf(&b, "  %-"+strconv.Itoa(widest)+"s  %22s\n", x.Account, a.text(x.Amount))
	}
	if len(rep.Findings) > 0 {
		b.WriteString("\n" + a.bold(a.t("Temuan", "Findings")) + "\n")
		for _, f := range rep.Findings {
			text := f.Kind + ": " + f.Detail
			if !f.Event.IsZero() {
				text += " · " + f.Event.String()
			}
			a.item(&b, a.cross(), text)
		}
	}
	b.WriteString("\n")
	a.field(&b, a.t("Akar digest", "Digest root"), rep.Root)
	return b.String()
}

func (a *app) mark(ok bool) string {
	if ok {
		return a.tick()
	}
	return a.cross()
}
