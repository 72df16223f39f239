package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/projections"
)

type intakeFlags struct {
	modelsFlags
	page                             pageFlags
	by                               []string
	show, platform, course, from, to string
}

// intakeShows are the values of --show.
func intakeShows() []string { return []string{"tallies", "denials", "misses", "unattributed"} }

func (a *app) intakeCommand() *cobra.Command {
	var f intakeFlags
	c := &cobra.Command{
		Use:   "intake",
		Short: a.t("Yang sampai di pintu tiap platform, dan apa jadinya", "What reached each platform's door, and what became of it"),
		Long: a.t("Masuk = diputuskan + diulang + tidak diteruskan + tidak terbaca + dibatasi + gagal di pihak kami. Rekap yang tidak cocok ditandai.",
			"Received = decided + replayed + denied + malformed + throttled + failed on our side. Tallies for which that does not hold are marked."),
		Example: `  saldo intake --data saldo-demo
  saldo intake --by day,platform --from 2020-08-19 --to 2020-08-21 --data saldo-demo
  saldo intake --show denials --platform tokopedia --data saldo-demo
  saldo intake --show unattributed --data saldo-demo`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runIntake(c.Context(), f) },
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	fl := c.Flags()
	fl.StringVar(&f.show, "show", "tallies", a.t("yang ditampilkan: ", "what is shown: ")+strings.Join(intakeShows(), ", "))
	fl.StringSliceVar(&f.by, "by", nil, a.t("rekap dijumlahkan menurut: ", "tallies are summed by: ")+strings.Join(intakeDimensionNames(), ", ")+a.t(" (bawaan: platform)", " (default: platform)"))
	fl.StringVar(&f.platform, "platform", "", a.t("hanya platform ini", "this platform only"))
	fl.StringVar(&f.course, "course", "", a.t("hanya kursus ini (misses, unattributed)", "this course only (misses, unattributed)"))
	fl.StringVar(&f.from, "from", "", a.t("mulai", "from"))
	fl.StringVar(&f.to, "to", "", a.t("sampai; satu hari dihitung penuh", "until; a day counts whole"))
	return c
}

func intakeDimensionNames() []string {
	var names []string
	for _, d := range projections.IntakeDimensions() {
		names = append(names, string(d))
	}
	return names
}

func (a *app) runIntake(ctx context.Context, f intakeFlags) error {
	filter := projections.IntakeFilter{Platform: domain.PlatformCode(f.platform), Course: domain.CourseCode(f.course)}
	err := a.oneOf("show", f.show, intakeShows())
	if err == nil {
		err = a.codeFlag("platform", f.platform, filter.Platform.Rule())
	}
	if err == nil {
		err = a.codeFlag("course", f.course, filter.Course.Rule())
	}
	if err == nil {
		filter.From, filter.To, err = a.interval(f.from, f.to)
	}
	if err != nil {
		return err
	}
	by := []projections.IntakeDimension{projections.IntakeByPlatform}
	if len(f.by) > 0 {
		by = nil
	}
	for _, name := range f.by {
		if err := a.oneOf("by", name, intakeDimensionNames()); err != nil {
			return err
		}
		by = append(by, projections.IntakeDimension(name))
	}
	return a.withView(ctx, f.modelsFlags, func(v *asked) error {
		switch f.show {
		case "denials":
			return a.showDenials(v, filter, f.page)
		case "misses":
			return a.showMisses(v, filter, f.page)
		case "unattributed":
			return a.showUnattributed(v, filter, f.page)
		}
		return a.showTallies(v, filter, by, f.page)
	})
}

func (a *app) showTallies(v *asked, filter projections.IntakeFilter, by []projections.IntakeDimension, page pageFlags) error {
	var out sheet
	for _, c := range []struct {
		by projections.IntakeDimension
		column
	}{
		{projections.IntakeByDay, column{key: "day", id: "hari", en: "day"}},
		{projections.IntakeByHour, column{key: "hour", id: "jam", en: "hour"}},
		{projections.IntakeByPlatform, column{key: "platform", id: "platform", en: "platform"}},
	} {
		if slices.Contains(by, c.by) {
			out.columns = append(out.columns, c.column)
		}
	}
	out.columns = append(out.columns,
		column{key: "received", id: "masuk", en: "came in", right: true}, column{key: "decided", id: "diputus", en: "decided", right: true},
		column{key: "replayed", id: "ulang", en: "again", right: true}, column{key: "denied", id: "tak lanjut", en: "denied", right: true},
		column{key: "malformed", id: "tak terbaca", en: "malformed", right: true}, column{key: "throttled", id: "dibatasi", en: "throttled", right: true},
		column{key: "failed", id: "gagal", en: "failed", right: true}, column{key: "even", id: "cocok", en: "adds up"})
	if a.machine() {
		for _, key := range []string{"tallies", "restarted", "uneven", "unsplit"} {
			out.columns = append(out.columns, column{key: key})
		}
	}
	uneven := int64(0)
	err := a.pages(page, &out, func(p projections.Page) (string, error) {
		list, err := v.Intake(filter, by, p)
		for _, x := range list.Rows {
			var row []any
			for _, d := range []struct {
				by    projections.IntakeDimension
				value any
			}{{projections.IntakeByDay, x.Day}, {projections.IntakeByHour, maybe(x.Hour)}, {projections.IntakeByPlatform, string(x.Platform)}} {
				if slices.Contains(by, d.by) {
					row = append(row, d.value)
				}
			}
			row = append(row, x.Received, x.Decided, x.Replayed, x.Denied, x.Malformed, x.Throttled, x.Failed, x.Even())
			if a.machine() {
				row = append(row, x.Tallies, x.Restarted, x.Uneven, x.Unsplit)
			}
			out.rows, uneven = append(out.rows, row), uneven+x.Uneven
		}
		if !a.machine() && (list.Next == "" || !page.all) {
			dropZeros(&out, "malformed", "throttled", "failed")
		}
		return list.Next, err
	}, v.stamp)
	if err == nil && uneven > 0 {
		a.talk(a.t("%d rekap tidak cocok: yang masuk bukan jumlah bagiannya", "%d tallies don't add up: what was received is not the sum of its parts"), uneven)
	}
	return err
}

// dropZeros takes out columns that hold nothing but zeros: people see the others on a narrow screen.
func dropZeros(s *sheet, keys ...string) {
	for _, key := range keys {
		i := slices.IndexFunc(s.columns, func(c column) bool { return c.key == key })
		if i < 0 || slices.ContainsFunc(s.rows, func(row []any) bool { return row[i] != int64(0) }) {
			continue
		}
		s.columns = slices.Delete(s.columns, i, i+1)
		for r := range s.rows {
			s.rows[r] = slices.Delete(s.rows[r], i, i+1)
		}
	}
}

func (a *app) showDenials(v *asked, filter projections.IntakeFilter, page pageFlags) error {
	out := sheet{columns: []column{
		{key: "platform", id: "platform", en: "platform"},
		{key: "cause", id: "sebab", en: "cause"},
		{key: "reason", id: "alasan", en: "reason"},
		{key: "denied", id: "tak diteruskan", en: "denied", right: true},
	}}
	return a.pages(page, &out, func(p projections.Page) (string, error) {
		list, err := v.Denials(filter, p)
		for _, x := range list.Rows {
			out.rows = append(out.rows, []any{string(x.Platform), string(x.Cause), string(domain.ReasonOfDenial(x.Cause)), x.Denied})
		}
		return list.Next, err
	}, v.stamp)
}

func (a *app) showMisses(v *asked, filter projections.IntakeFilter, page pageFlags) error {
	out := sheet{columns: []column{
		{key: "course_code", id: "kursus", en: "course"},
		{key: "platform", id: "platform", en: "platform"},
		{key: "cause", id: "sebab tidak ditemukan", en: "why not found"},
		{key: "missed", id: "pencarian", en: "look-ups", right: true},
	}}
	return a.pages(page, &out, func(p projections.Page) (string, error) {
		list, err := v.Misses(filter, p)
		for _, x := range list.Rows {
			out.rows = append(out.rows, []any{string(x.Course), string(x.Platform), string(x.Cause), x.Missed})
		}
		return list.Next, err
	}, v.stamp)
}

func (a *app) showUnattributed(v *asked, filter projections.IntakeFilter, page pageFlags) error {
	out := sheet{columns: []column{
		{key: "received_at", id: "diterima pada", en: "received"},
		{key: "platform", id: "platform", en: "platform"},
		{key: "invoice_code", id: "pesanan", en: "order"},
		{key: "course_code", id: "kursus", en: "course"},
		{key: "amount", id: "harga", en: "price", right: true},
		{key: "reference", id: "rujukan", en: "reference"},
	}}
	return a.pages(page, &out, func(p projections.Page) (string, error) {
		list, err := v.Unattributed(filter, p)
		for _, x := range list.Rows {
			out.rows = append(out.rows, []any{x.Received, string(x.Platform), string(x.Invoice), string(x.Course), x.Amount, x.Reference})
		}
		return list.Next, err
	}, v.stamp)
}
