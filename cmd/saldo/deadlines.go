package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"saldo/domain/words"
	"saldo/projections"
)

func (a *app) deadlinesCommand() *cobra.Command {
	var f struct {
		modelsFlags
		page         pageFlags
		wave, within int
		at           string
	}
	c := &cobra.Command{
		Use:   "deadlines",
		Short: a.t("Peserta yang pernah gagal, belum membeli, dan batasnya tinggal beberapa hari", "Participants who tried in vain, have not bought, and have few days left"),
		Long: a.t("Untuk dihubungi sebelum terlambat: pernah mencoba membeli tetapi belum dapat diproses, belum membeli, kepesertaan masih berlaku, dan batas pembelian pertama paling lama sekian hari lagi.",
			"To be called before it is too late: tried to buy and could not, have not bought, still take part, and their first-purchase deadline is at most so many days away."),
		Example: `  saldo deadlines --at 2020-09-10 --data saldo-demo
  saldo deadlines --within 2 --wave 4 --at "2020-09-14 09:00" --data saldo-demo
  saldo deadlines --at 2020-09-10 --all --output csv --data saldo-demo`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			if f.within < 1 {
				return usage(fmt.Sprintf("--within: %d", f.within), "1, 2, 3 …")
			}
			return a.runDeadlines(c.Context(), f.modelsFlags, projections.NearFilter{Wave: f.wave, Within: f.within}, f.at, f.page)
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	c.Flags().IntVar(&f.wave, "wave", 0, a.t("hanya gelombang ini", "this wave only"))
	c.Flags().IntVar(&f.within, "within", projections.DefaultWithin, a.t("sisa hari paling banyak", "days left at most"))
	c.Flags().StringVar(&f.at, "at", "", a.t("per saat itu (bawaan: sekarang)", "as of that moment (default: now)"))
	return c
}

func (a *app) runDeadlines(ctx context.Context, m modelsFlags, filter projections.NearFilter, at string, page pageFlags) error {
	return a.withView(ctx, m, func(v *asked) error {
		moment, err := a.momentOr(at, v.Now)
		if err != nil {
			return err
		}
		out := sheet{columns: []column{
			{key: "participant", id: "peserta", en: "participant"},
			{key: "wave", id: "gelombang", en: "wave", right: true},
			{key: "deadline", id: "batas", en: "deadline"},
			{key: "left", id: "sisa", en: "left", right: true},
			{key: "refused", id: "percobaan", en: "attempts", right: true},
			{key: "last_tried_at", id: "terakhir mencoba", en: "last tried"},
			{key: "platform", id: "platform", en: "platform"},
			{key: "reason", id: "sebab terakhir", en: "last reason"},
			{key: "blocked_hours", id: "jam yang hilang", en: "hours lost", right: true},
		}}
		if a.machine() {
			out.columns = append(out.columns, column{key: "deadline_is"}, column{key: "first_tried_at"}, column{key: "blocked_days"})
			out.columns[3].key, out.columns[8].key = "left_minutes", "blocked_minutes"
		}
		a.asOf(moment)
		return a.pages(page, &out, func(p projections.Page) (string, error) {
			list, err := v.NearDeadlines(filter, moment, p)
			for _, x := range list.Rows {
				row := []any{x.Participant, x.Wave, x.Deadline}
				if a.machine() {
					row = append(row, x.LeftMinutes, x.Refused, x.LastTried, string(x.Platform), string(x.Reason), x.Blocking.Minutes, x.DeadlineIs, x.FirstTried, x.Blocking.Days)
				} else {
					row = append(row, words.Span(time.Duration(x.LeftMinutes)*time.Minute, a.lang), x.Refused, x.LastTried, string(x.Platform), string(x.Reason), x.Blocking.Minutes/60) //nolint:mnd // minutes of an hour
				}
				out.rows = append(out.rows, row)
			}
			return list.Next, err
		}, v.stamp)
	})
}
