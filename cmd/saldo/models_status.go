package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"saldo/domain/words"
	"saldo/projections"
)

func (a *app) modelsCommand() *cobra.Command {
	var f modelsFlags
	c := &cobra.Command{
		Use:   "models",
		Short: a.t("Keadaan model baca: sampai mana, ketinggalan, yang dikarantina", "State of the read models: how far, how late, what is in quarantine"),
		Long: a.t("Membaca saja: tidak mengejar ketinggalan. Kode keluar 6 bila ada aliran yang dikarantina.",
			"Only looks: it doesn't catch up. Exit code 6 if a stream is in quarantine."),
		Example: `  saldo models --data saldo-demo
  saldo models --data saldo-demo --output json`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runModels(c.Context(), f) },
	}
	a.modelsFlags(c, &f)
	return c
}

// modelsReport is what saldo models prints.
type modelsReport struct {
	projections.Status
	Position string `json:"position"`
	Head     string `json:"head"`
}

func (a *app) runModels(ctx context.Context, f modelsFlags) (err error) {
	m, log, err := a.openModels(ctx, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close(), log.Close()) }() //nolint:contextcheck // closed even when ctx has ended
	status, err := m.Status(ctx)
	if err != nil {
		return a.modelsProblem(err)
	}
	r := modelsReport{status, status.Position.String(), status.Head.String()}
	if err = a.jsonOr(r, func() string { return a.modelsText(r) }); err != nil {
		return err
	}
	if len(r.Quarantine) > 0 {
		return &problem{
			code: exitVerify, what: fmt.Sprintf(a.t("%d aliran dikarantina", "%d streams are in quarantine"), len(r.Quarantine)),
			cure: a.t("saldo rebuild mencobanya lagi; bila tetap, versi ini perlu diperbaiki", "saldo rebuild tries them again; if they stay, this version needs mending"),
		}
	}
	return nil
}

func (a *app) modelsText(r modelsReport) string {
	var s strings.Builder
	n := func(v uint64) string { return words.Count(int(v), a.lang) } //nolint:gosec // far below 2^63
	fmt.Fprintf(&s, a.t("%s peristiwa dibaca, sampai %s\n", "%s events folded, up to %s\n"), n(r.Number), words.Moment(r.Recorded, a.zone, a.lang))
	switch {
	case r.Behind:
		fmt.Fprintf(&s, a.t("tertinggal: log berdiri di %s\n", "behind: the log stands at %s\n"), shortPosition(r.Head))
	default:
		s.WriteString(a.t("tidak tertinggal\n", "up to date\n"))
	}
	for _, u := range r.Unknown {
		fmt.Fprintf(&s, a.t("jenis yang tidak dikenal versi ini: %s (%s)\n", "type that this version doesn't know: %s (%s)\n"), u.Type, n(u.Count))
	}
	if r.Foreign > 0 {
		fmt.Fprintf(&s, a.t("peristiwa asing, tidak masuk hitungan: %s\n", "foreign events, in no total: %s\n"), n(r.Foreign))
	}
	for _, q := range r.Quarantine {
		fmt.Fprintf(&s, a.t("dikarantina: %s mulai revisi %d (%s, no %d; %s dilewati): %s\n", "in quarantine: %s from revision %d (%s, no %d; %s left out): %s\n"),
			q.Stream, q.Revision, q.Type, q.Number, n(q.Skipped), q.Cause)
	}
	return s.String()
}
