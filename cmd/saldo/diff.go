package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"saldo/domain/words"
	"saldo/projections"
)

type diffFlags struct {
	modelsFlags
	participant, from, to, hindsight string
}

func (a *app) diffCommand() *cobra.Command {
	var f diffFlags
	c := &cobra.Command{
		Use:   "diff --participant ID --from T [--to T]",
		Short: a.t("Apa yang berubah pada seorang peserta antara dua saat, dan oleh peristiwa mana", "What changed for a participant between two moments, and by which events"),
		Long: a.t(`Apa yang berubah antara dua saat, seperti tercatat: saldo tiap jenis dana, tahap, pembelian,
pelatihan, sertifikat, insentif, penahanan; dan peristiwa yang mengubahnya. Saat: waktu, atau
banyaknya peristiwa di buku. Tanpa --to: sampai semua yang tercatat.

--hindsight SAAT: catatan pada saat itu dibandingkan dengan yang kini diketahui tentang saat itu:
yang benar waktu itu dan keliru sekarang.`,
			`What changed between two moments, as recorded: the balance of each purse, stage, purchases,
courses, certificates, incentives, holds; and the events that changed it. A moment is a time, or
a number of events of the log. Without --to: up to all that is recorded.

--hindsight MOMENT: what was recorded by then, against what is known now about that moment: what
was right then and is wrong now.`),
		Example: `  saldo diff --participant 2 --from 2020-08-28 --to 2020-09-10 --data saldo-demo
  saldo diff --participant 2 --from 5000 --output json --data saldo-demo
  saldo diff --participant 2 --hindsight 2020-09-06 --data saldo-demo`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case f.participant == "":
				return usage(a.t("peserta siapa?", "which participant?"), "--participant ID")
			case (f.from == "") == (f.hindsight == "") || f.hindsight != "" && f.to != "":
				return usage(a.t("dari saat mana?", "from which moment?"), a.t("--from SAAT [--to SAAT], atau --hindsight SAAT", "--from MOMENT [--to MOMENT], or --hindsight MOMENT"))
			}
			return a.runDiff(c.Context(), f)
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	c.Flags().StringVar(&f.participant, "participant", "", a.t("nomor subjek, atau di demo nama peserta contoh", "subject id, or in a demo the name of an example"))
	c.Flags().StringVar(&f.from, "from", "", a.t("sejak saat ini: waktu, atau banyaknya peristiwa", "from this moment: a time, or a number of events"))
	c.Flags().StringVar(&f.to, "to", "", a.t("sampai saat ini (bawaan: semua yang tercatat)", "to this moment (default: all that is recorded)"))
	c.Flags().StringVar(&f.hindsight, "hindsight", "", a.t("yang tercatat saat itu, dan yang kini diketahui tentang saat itu", "what was recorded then, and what is known now about then"))
	return c
}

func (a *app) runDiff(ctx context.Context, f diffFlags) error {
	return a.withView(ctx, f.modelsFlags, func(v *asked) error {
		id, err := a.participant(&ledger{file: v.log.file}, f.participant)
		if err != nil {
			return err
		}
		if f.hindsight != "" {
			return a.hindsight(v, *id, f.hindsight)
		}
		from, err := a.startFlag(v, f.from)
		if err != nil {
			return err
		}
		to, err := a.placeFlag(v, "to", f.to, v.Here())
		if err != nil {
			return err
		}
		d, err := v.Diff(*id, from, to)
		if err != nil {
			return err
		}
		if err := a.printDiff(d); err != nil {
			return err
		}
		a.placeFooter(v, to)
		return nil
	})
}

// startFlag reads --from: a bare date is the start of the day, and what was recorded at the very moment belongs to what is
// asked about.
func (a *app) startFlag(v *asked, text string) (projections.Place, error) {
	if _, err := strconv.ParseUint(text, 10, 63); err == nil {
		return a.placeFlag(v, "from", text, v.Here())
	}
	t, err := a.timeFlag("from", text, dayStart)
	if err != nil {
		return projections.Place{}, err
	}
	return v.PlaceAt(t.Add(-time.Microsecond))
}

func (a *app) printDiff(d projections.Diff) error {
	switch a.output {
	case "json":
		return a.json(d)
	case "ndjson":
		for _, s := range d.Steps {
			data, err := marshal(s)
			if err != nil {
				return err
			}
			if _, err := a.out.Write(append(data, '\n')); err != nil {
				return err
			}
		}
		return nil
	case "csv":
		return a.print(stepSheet(d))
	}
	if err := a.table(a.changeSheet(d.Changes, a.t("sebelum", "before"), a.t("sesudah", "after"))); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("\n" + a.bold(a.t("Peristiwa yang mengubahnya", "Events that changed it")) + "\n")
	for _, s := range d.Steps {
		a.spread(&b, fmt.Sprintf("%3d  %s  %s", s.Event.Revision, a.text(s.Recorded), s.Event.Type), []string{s.Reference}, 5) //nolint:mnd // behind the revision
		for _, c := range s.Changes {
			a.paragraph(&b, a.changeText(c), 5) //nolint:mnd // behind the revision
		}
	}
	if len(d.Steps) == 0 {
		b.WriteString("  " + a.t("(tidak ada)", "(none)") + "\n")
	}
	_, err := io.WriteString(a.out, b.String())
	return err
}

// stepSheet is one row for each field that an event changed.
func stepSheet(d projections.Diff) sheet {
	out := sheet{columns: []column{
		{key: "revision"}, {key: "type"}, {key: "reference"}, {key: "recorded_at"}, {key: "effective_at"}, {key: "field"}, {key: "before"}, {key: "after"},
	}}
	for _, s := range d.Steps {
		for _, c := range s.Changes {
			out.rows = append(out.rows, []any{s.Event.Revision, string(s.Event.Type), s.Reference, s.Recorded, s.Effective, c.Field, c.Before, c.After})
		}
	}
	return out
}

func (a *app) changeSheet(changes []projections.Change, before, after string) sheet {
	out := sheet{columns: []column{
		{key: "field", id: a.t("bidang", "field"), en: "field"}, {key: "before", id: before, en: before}, {key: "after", id: after, en: after},
	}}
	for _, c := range changes {
		out.rows = append(out.rows, []any{a.fieldText(c.Field), a.orDash(c.Before), a.orDash(c.After)})
	}
	return out
}

func (a *app) changeText(c projections.Change) string {
	return a.fieldText(c.Field) + ": " + a.text(a.orDash(c.Before)) + " → " + a.text(a.orDash(c.After))
}

func (a *app) orDash(v any) any {
	if v == nil {
		return "–"
	}
	return v
}

// hindsight prints what was right then and is wrong now.
func (a *app) hindsight(v *asked, id uuid.UUID, text string) error {
	p, err := a.placeFlag(v, "hindsight", text, v.Here())
	if err != nil {
		return err
	}
	at := p.Recorded
	if t, _, unread := parseTime(text, a.zone, dayEnd); unread == nil {
		at = t
	}
	h, err := v.Hindsight(id, at)
	if err != nil {
		return err
	}
	switch a.output {
	case "json":
		err = a.json(h)
	case "ndjson", "csv":
		s := sheet{columns: []column{{key: "field"}, {key: "before"}, {key: "after"}}}
		for _, c := range h.Wrong {
			s.rows = append(s.rows, []any{c.Field, c.Before, c.After})
		}
		err = a.print(s)
	default:
		err = a.printHindsight(h)
	}
	if err == nil {
		a.placeFooter(v, v.Here())
	}
	return err
}

func (a *app) printHindsight(h projections.Hindsight) error {
	var b strings.Builder
	a.paragraph(&b, a.bold(a.t("Benar waktu itu, keliru sekarang", "Right then, wrong now"))+" "+a.grey(a.t("per ", "as of ")+words.Moment(h.At, a.zone, a.lang)), 0)
	if _, err := io.WriteString(a.out, b.String()); err != nil {
		return err
	}
	if err := a.table(a.changeSheet(h.Wrong, a.t("tercatat waktu itu", "recorded then"), a.t("diketahui sekarang", "known now"))); err != nil {
		return err
	}
	b.Reset()
	for _, e := range h.Late {
		a.item(&b, "•", e.String()+" · "+a.t("baru dicatat kemudian", "recorded only later"))
	}
	for _, e := range h.Anticipate {
		a.item(&b, "•", e.String()+" · "+a.t("dicatat lebih dulu, terjadi kemudian", "recorded before, happened later"))
	}
	if b.Len() == 0 {
		return nil
	}
	_, err := io.WriteString(a.out, "\n"+b.String())
	return err
}
