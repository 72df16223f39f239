package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"saldo/domain/words"
	"saldo/projections"
)

func (a *app) rebuildCommand() *cobra.Command {
	var f modelsFlags
	c := &cobra.Command{
		Use:   "rebuild",
		Short: a.t("Bangun ulang model baca dari log, dan sebut baris yang berbeda", "Build the read models anew from the log, and name the rows that differ"),
		Long: a.t(`Model baca dibangun baru di samping yang lama, dibandingkan baris demi baris, lalu menggantikannya: log yang benar.
Tiap baris yang berbeda disebut, dengan peristiwa yang terakhir menyentuhnya. Kode keluar 0 bila sama, 6 bila ada yang
berbeda.`,
			`Fresh read models are built beside the old ones, compared with them row by row, and put in their place: the log is
right. Every row that differs is named, with the event that touched it last. Exit code 0 if all are the same, 6 if some
differ.`),
		Example: `  saldo rebuild --data saldo-demo
  saldo rebuild --data saldo-demo --output json`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runRebuild(c.Context(), f) },
	}
	a.modelsFlags(c, &f)
	return c
}

func (a *app) runRebuild(ctx context.Context, f modelsFlags) (err error) {
	m, log, err := a.openModels(ctx, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close(), log.Close()) }() //nolint:contextcheck // closed even when ctx has ended
	if !m.Folds() {
		return a.modelsProblem(projections.ErrLocked)
	}
	bars := map[string]*bar{}
	stage := func(name string, done, of uint64) {
		b, known := bars[name]
		if !known {
			total := -1
			if of > 0 {
				total = int(of) //nolint:gosec // far below 2^63
			}
			b = a.progress(a.rebuildStage(name), total, true, false)
			bars[name] = b
		}
		b.at(int(done)) //nolint:gosec // far below 2^63
	}
	out, err := m.Rebuild(ctx, stage)
	for _, b := range bars {
		b.end()
	}
	if err != nil {
		return a.modelsProblem(err)
	}
	return a.printRebuilt(out)
}

func (a *app) rebuildStage(name string) string {
	if name == projections.StageCompare {
		return a.t("membandingkan", "comparing")
	}
	return a.t("membangun", "building")
}

func (a *app) printRebuilt(out projections.Rebuilt) error {
	if err := a.jsonOr(out, func() string { return a.rebuiltText(out) }); err != nil {
		return err
	}
	if out.Differ > 0 {
		return &problem{
			code: exitVerify, what: fmt.Sprintf(a.t("%s baris berbeda dari log", "%s rows differed from the log"), words.Count(int(out.Differ), a.lang)), //nolint:gosec // far below 2^63
			cure: a.t("sudah diganti; siapa yang mengubah berkas model baca?", "they are replaced; who changed the files of the read models?"),
		}
	}
	return nil
}

func (a *app) rebuiltText(out projections.Rebuilt) string {
	var s strings.Builder
	n := func(v uint64) string { return words.Count(int(v), a.lang) } //nolint:gosec // far below 2^63
	took := out.Took.Round(10 * time.Millisecond)                     //nolint:mnd // as exact as people care
	fmt.Fprintf(&s, a.t("Dibangun dari %s peristiwa dalam %s.\n", "Built from %s events in %s.\n"), n(out.Events), took)
	if !out.Compared {
		s.WriteString(a.t("Tidak ada model versi ini untuk dibandingkan.\n", "There were no models of this version to compare with.\n"))
		return s.String()
	}
	fmt.Fprintf(&s, a.t("%s baris dibandingkan, %s berbeda.\n", "%s rows compared, %s differ.\n"), n(out.Rows), n(out.Differ))
	for _, d := range out.Differences {
		fmt.Fprintf(&s, "  %s %s: ", d.Table, strings.Join(d.Key, " "))
		switch {
		case d.Missing:
			s.WriteString(a.t("tidak ada, padahal menurut log ada", "was missing, and the log gives it"))
		case d.Extra:
			s.WriteString(a.t("ada, padahal menurut log tidak", "was there, and the log gives none"))
		default:
			for i, c := range d.Columns {
				if i > 0 {
					s.WriteString(", ")
				}
				fmt.Fprintf(&s, a.t("%s %q, menurut log %q", "%s %q, by the log %q"), c.Column, c.Found, c.Want)
			}
		}
		if d.Number >= 0 {
			s.WriteString(" (no " + strconv.FormatInt(d.Number, 10))
			if d.Event.Stream != "" {
				fmt.Fprintf(&s, ", %s@%d %s", d.Event.Stream, d.Event.Revision, d.Event.Type)
			}
			s.WriteString(")")
		}
		s.WriteString("\n")
	}
	return s.String()
}
