package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/words"
)

func (a *app) auditCommand() *cobra.Command {
	var second bool
	c := &cobra.Command{
		Use: "audit", Short: a.t("Kerja auditor", "An auditor's work"), Args: a.noSuch,
		Example: `  saldo audit redecide --data saldo-demo
  saldo audit exceptions --data saldo-demo --now 2020-12-31
  saldo audit --second-opinion --data saldo-demo`,
		RunE: func(c *cobra.Command, _ []string) error {
			if second {
				return a.runSecondOpinion(c.Context())
			}
			return c.Help()
		},
	}
	c.SuggestionsMinimumDistance = 2
	c.Flags().BoolVar(&second, "second-opinion", false, a.t("sama dengan saldo audit second-opinion", "the same as saldo audit second-opinion"))
	c.AddCommand(a.auditExceptionsCommand(), a.auditSampleCommand(), a.auditSecondCommand(), a.auditAffectedCommand())
	c.AddCommand(&cobra.Command{
		Use:   "redecide",
		Short: a.t("Ulangi tiap keputusan pada dasarnya", "Make every recorded decision again at its basis"),
		Long: a.t("Aturan yang sama atas fakta yang tercatat harus memberi keputusan yang tercatat. Kode keluar 6 kalau ada yang berbeda.",
			"The same rules over the recorded facts must give the recorded decision. Exit code 6 when one differs."),
		Example: `  saldo audit redecide --data saldo-demo
  saldo audit redecide --output json > redecide.json`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runRedecide(c.Context()) },
	})
	return c
}

func (a *app) runRedecide(ctx context.Context) error {
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
	bar := a.progress(a.t("mengulang", "repeating"), int(st.Number), true, false) //nolint:gosec // far below 2^63
	rep, err := l.Redecide(ctx, func(done uint64) { bar.at(int(done)) })          //nolint:gosec // far below 2^63
	bar.end()
	if err != nil {
		return err
	}
	if err = a.jsonOr(rep, func() string { return a.redecideText(rep) }); err != nil {
		return err
	}
	a.footer(st)
	if len(rep.Different) > 0 {
		return &problem{code: exitVerify, what: fmt.Sprintf(a.t("%d keputusan berbeda", "%d decisions differ"), len(rep.Different))}
	}
	return nil
}

func (a *app) redecideText(rep api.RedecideReport) string {
	var b strings.Builder
	n := func(v int) string { return words.Count(v, a.lang) }
	a.item(&b, a.mark(len(rep.Different) == 0), fmt.Sprintf(a.t("%s keputusan diulang: %s sama, %s berbeda", "%s decisions repeated: %s equal, %s different"), n(rep.Decisions), n(rep.Equal), n(len(rep.Different))))
	a.item(&b, a.mark(len(rep.Drifted) == 0), fmt.Sprintf(a.t("%s dengan fakta yang hari ini ditemukan lain", "%s with facts that are found otherwise today"), n(len(rep.Drifted))))
	list := func(head string, all []domain.Redecision, what func(domain.Redecision) []string) {
		if len(all) == 0 {
			return
		}
		b.WriteString("\n" + a.bold(head) + "\n")
		for _, r := range all {
			a.item(&b, a.cross(), r.Ref.String()+": "+strings.Join(what(r), ", "))
		}
	}
	list(a.t("Berbeda", "Different"), rep.Different, func(r domain.Redecision) []string { return r.Different })
	list(a.t("Fakta bergeser", "Facts drifted"), rep.Drifted, func(r domain.Redecision) []string { return r.Drift })
	b.WriteString("\n")
	a.field(&b, a.t("Akar digest", "Digest root"), rep.Root)
	return b.String()
}
