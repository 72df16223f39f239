package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
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
		remoteFlags
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
			if f.url != "" {
				return a.runRemoteParticipants(c.Context(), f.remoteFlags, filter, f.page)
			}
			return a.runParticipants(c.Context(), f.modelsFlags, filter, f.page)
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	a.remoteFlags(c, &f.remoteFlags)
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
		out := participantSheet()
		return a.pages(page, &out, func(p projections.Page) (string, error) {
			list, err := v.Participants(filter, p)
			addParticipants(&out, list.Rows)
			return list.Next, err
		}, v.stamp)
	})
}

func participantSheet() sheet {
	return sheet{columns: []column{
		{key: "participant", id: "peserta", en: "participant"},
		{key: "stage", id: "tahap", en: "stage"},
		{key: "wave", id: "gelombang", en: "wave", right: true},
		{key: "training", id: "saldo pelatihan", en: "training balance", right: true},
		{key: "purchases", id: "pembelian", en: "purchases", right: true},
		{key: "refused", id: "belum diproses", en: "refused", right: true},
		{key: "last_reason", id: "sebab terakhir", en: "last reason"},
	}}
}

func addParticipants(s *sheet, rows []projections.Participant) {
	for _, x := range rows {
		s.rows = append(s.rows, []any{x.ID, string(x.Stage), x.Wave, x.Balance.Training, x.Purchases, x.Refused, x.LastReason})
	}
}

// runRemoteParticipants asks a server for the same list.
func (a *app) runRemoteParticipants(ctx context.Context, f remoteFlags, filter projections.ParticipantFilter, page pageFlags) error {
	remote, err := a.remote(f)
	if err != nil {
		return err
	}
	out, s := participantSheet(), stamp{}
	return a.pagesWith(page, &out, func(p projections.Page) (string, error) {
		q := url.Values{"limit": {strconv.Itoa(p.Limit)}}
		if p.After != "" {
			q.Set("after", p.After)
		}
		if filter.Wave != 0 {
			q.Set("wave", strconv.Itoa(filter.Wave))
		}
		if filter.Stage != "" {
			q.Set("stage", string(filter.Stage))
		}
		list, err := remote.Participants(ctx, q)
		if err != nil {
			return "", a.remoteProblem(err)
		}
		addParticipants(&out, list.Rows)
		s = stamp{Now: a.clock(), Number: list.Reading.Number, Position: list.Reading.Position}
		return list.Next, nil
	}, func() { a.footer(s) })
}
