package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"saldo/projections"
)

func (a *app) participantsCommand() *cobra.Command {
	var f struct {
		modelsFlags
		page  pageFlags
		wave  int
		stage string
	}
	c := &cobra.Command{
		Use:   "participants",
		Short: a.t("Peserta menurut tahap, gelombang dan saldo", "Participants by stage, wave and balance"),
		Example: `  saldo participants --data saldo-demo
  saldo participants --wave 4 --stage ready --data saldo-demo
  saldo participants --stage revoked --output csv --data saldo-demo`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			filter := projections.ParticipantFilter{Wave: f.wave, Stage: projections.Stage(f.stage)}
			if f.stage != "" && !slices.Contains(projections.Stages(), filter.Stage) {
				return usage(fmt.Sprintf("--stage: %q", clip(f.stage)), stageNames())
			}
			return a.runParticipants(c.Context(), f.modelsFlags, filter, f.page)
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	c.Flags().IntVar(&f.wave, "wave", 0, a.t("hanya gelombang ini", "this wave only"))
	c.Flags().StringVar(&f.stage, "stage", "", a.t("hanya tahap ini: ", "this stage only: ")+stageNames())
	return c
}

func stageNames() string {
	var names []string
	for _, s := range projections.Stages() {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}

func (a *app) runParticipants(ctx context.Context, m modelsFlags, filter projections.ParticipantFilter, page pageFlags) error {
	return a.withView(ctx, m, func(v *asked) error {
		out := sheet{columns: []column{
			{key: "participant", id: "peserta", en: "participant"},
			{key: "stage", id: "tahap", en: "stage"},
			{key: "wave", id: "gelombang", en: "wave", right: true},
			{key: "training", id: "saldo pelatihan", en: "training balance", right: true},
			{key: "purchases", id: "pembelian", en: "purchases", right: true},
			{key: "refused", id: "belum diproses", en: "refused", right: true},
			{key: "last_reason", id: "sebab terakhir", en: "last reason"},
		}}
		return a.pages(page, &out, func(p projections.Page) (string, error) {
			list, err := v.Participants(filter, p)
			for _, x := range list.Rows {
				out.rows = append(out.rows, []any{x.ID, string(x.Stage), x.Wave, x.Balance.Training, x.Purchases, x.Refused, x.LastReason})
			}
			return list.Next, err
		}, v.stamp)
	})
}
