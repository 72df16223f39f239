package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/projections"
)

type refusalsFlags struct {
	modelsFlags
	page                                           pageFlags
	by                                             []string
	list, people                                   bool
	first                                          int64
	outcome, reason, platform, institution, course string
	from, to                                       string
}

func (a *app) refusalsCommand() *cobra.Command {
	var f refusalsFlags
	c := &cobra.Command{
		Use:   "refusals [NO]",
		Short: a.t("Percobaan membeli: berapa yang diterima, berapa yang belum diproses, dan sebabnya", "Attempts to buy: how many were accepted, how many refused, and why"),
		Long: a.t("Percobaan membeli yang sampai diputuskan. Percobaan = diterima + belum diproses, menurut apa pun dihitung. NO, nomor peristiwanya, membuka satu percobaan.",
			"Attempts to buy that were decided. Attempts = accepted + refused, by whatever they are counted. NO, the number of its event, opens one attempt."),
		Example: `  saldo refusals --data saldo-demo
  saldo refusals --by platform,day --from 2020-08-19 --to 2020-08-29 --data saldo-demo
  saldo refusals --list --reason PMO_PAYMENT_GATE_CLOSED --platform tokopedia --data saldo-demo
  saldo refusals 9411 --data saldo-demo`,
		Args: a.args(0, 1, ""),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				return a.runAttempt(c.Context(), f.modelsFlags, args[0])
			}
			return a.runRefusals(c.Context(), f)
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	fl := c.Flags()
	fl.StringSliceVar(&f.by, "by", nil, a.t("dihitung menurut: ", "counted by: ")+strings.Join(dimensionNames(), ", ")+a.t(" (bawaan: reason)", " (default: reason)"))
	fl.BoolVar(&f.list, "list", false, a.t("satu per satu, yang terbaru dulu", "one by one, the latest first"))
	fl.BoolVar(&f.people, "people", false, a.t("berapa orang di belakangnya, masing-masing sekali", "how many people are behind them, each once"))
	fl.Int64Var(&f.first, "first", -1, a.t("sebab di antara sekian peristiwa pertama buku: seperti diketahui waktu itu", "reasons among the first so many events of the log: as it was known then"))
	fl.StringVar(&f.outcome, "outcome", "", a.t("hanya accepted atau refused", "only accepted or refused"))
	fl.StringVar(&f.reason, "reason", "", a.t("hanya dengan sebab utama ini", "only with this primary reason"))
	fl.StringVar(&f.platform, "platform", "", a.t("hanya di platform ini", "only on this platform"))
	fl.StringVar(&f.institution, "institution", "", a.t("hanya lembaga ini", "only of this institution"))
	fl.StringVar(&f.course, "course", "", a.t("hanya kursus ini", "only of this course"))
	fl.StringVar(&f.from, "from", "", a.t("diterima mulai", "received from"))
	fl.StringVar(&f.to, "to", "", a.t("diterima sampai; satu hari dihitung penuh", "received until; a day counts whole"))
	return c
}

func dimensionNames() []string {
	var names []string
	for _, d := range projections.AttemptDimensions() {
		names = append(names, string(d))
	}
	return names
}

func (a *app) attemptFilter(f refusalsFlags) (projections.AttemptFilter, error) {
	out := projections.AttemptFilter{
		Outcome: f.outcome, Reason: reason.Code(f.reason), Platform: domain.PlatformCode(f.platform),
		Institution: domain.InstitutionCode(f.institution), Course: domain.CourseCode(f.course),
	}
	var codes []string
	for _, r := range reason.All() {
		codes = append(codes, string(r.Code))
	}
	for _, check := range []func() error{
		func() error {
			return a.oneOf("outcome", f.outcome, []string{projections.OutcomeAccepted, projections.OutcomeRefused})
		},
		func() error { return a.oneOf("reason", f.reason, codes) },
		func() error { return a.codeFlag("platform", f.platform, out.Platform.Rule()) },
		func() error { return a.codeFlag("institution", f.institution, out.Institution.Rule()) },
		func() error { return a.codeFlag("course", f.course, out.Course.Rule()) },
	} {
		if err := check(); err != nil {
			return out, err
		}
	}
	var err error
	out.From, out.To, err = a.interval(f.from, f.to)
	return out, err
}

func (a *app) runRefusals(ctx context.Context, f refusalsFlags) error {
	filter, err := a.attemptFilter(f)
	if err != nil {
		return err
	}
	by := []projections.AttemptDimension{projections.ByReason}
	if len(f.by) > 0 {
		by = nil
	}
	for _, name := range f.by {
		if err := a.oneOf("by", name, dimensionNames()); err != nil {
			return err
		}
		by = append(by, projections.AttemptDimension(name))
	}
	if len(by) == 0 || f.list && f.people || f.list && len(f.by) > 0 {
		return usage("--by, --list, --people", a.t("pilih salah satu", "choose one of them"))
	}
	if f.first >= 0 && (f.list || f.people || len(f.by) > 0 || filter != projections.AttemptFilter{}) {
		return usage(a.t("--first hanya sendirian", "--first stands alone"), "saldo refusals --first N")
	}
	return a.withView(ctx, f.modelsFlags, func(v *asked) error {
		switch {
		case f.first >= 0:
			return a.reasonsAt(v, uint64(f.first))
		case f.list:
			return a.listAttempts(v, filter, f.page)
		case f.people:
			return a.peopleWhoTried(v, filter)
		}
		return a.countAttempts(v, filter, by, f.page)
	})
}

// countAttempts prints attempts counted by dimensions, in the order: time, reason, platform, institution, course.
func (a *app) countAttempts(v *asked, filter projections.AttemptFilter, by []projections.AttemptDimension, page pageFlags) error {
	var out sheet
	explained := len(by) == 1 && by[0] == projections.ByReason && (a.machine() || a.roomy())
	for _, c := range []struct {
		by projections.AttemptDimension
		column
	}{
		{projections.ByDay, column{key: "day", id: "hari (WIB)", en: "day (WIB)"}},
		{projections.ByHour, column{key: "hour", id: "jam", en: "hour"}},
		{projections.ByReason, column{key: "reason", id: "sebab", en: "reason"}},
		{projections.ByPlatform, column{key: "platform", id: "platform", en: "platform"}},
		{projections.ByInstitution, column{key: "institution", id: "lembaga", en: "institution"}},
		{projections.ByCourse, column{key: "course_code", id: "kursus", en: "course"}},
	} {
		if slices.Contains(by, c.by) {
			out.columns = append(out.columns, c.column)
		}
	}
	if explained {
		out.columns = append(out.columns, column{key: "meaning", id: "artinya", en: "meaning"})
	}
	out.columns = append(out.columns,
		column{key: "attempts", id: "percobaan", en: "attempts", right: true}, column{key: "accepted", id: "diterima", en: "accepted", right: true},
		column{key: "refused", id: "belum diproses", en: "refused", right: true})
	return a.pages(page, &out, func(p projections.Page) (string, error) {
		list, err := v.AttemptGroups(filter, by, p)
		for _, g := range list.Rows {
			cells := map[projections.AttemptDimension]any{
				projections.ByDay: g.Day, projections.ByHour: maybe(g.Hour), projections.ByReason: a.reasonCell(g.Reason), projections.ByPlatform: string(g.Platform),
				projections.ByInstitution: string(g.Institution), projections.ByCourse: string(g.Course),
			}
			var row []any
			for _, d := range []projections.AttemptDimension{projections.ByDay, projections.ByHour, projections.ByReason, projections.ByPlatform, projections.ByInstitution, projections.ByCourse} {
				if slices.Contains(by, d) {
					row = append(row, cells[d])
				}
			}
			if explained {
				row = append(row, a.meaning(g.Reason))
			}
			out.rows = append(out.rows, append(row, g.Attempts, g.Accepted, g.Refused))
		}
		return list.Next, err
	}, v.stamp)
}

// reasonsAt prints the reasons of the attempts among the first events of the log, the most frequent first.
func (a *app) reasonsAt(v *asked, number uint64) error {
	if number > v.Number {
		return usage(fmt.Sprintf("--first: %d", number), fmt.Sprintf("0…%d", v.Number))
	}
	counts, err := v.ReasonsAt(number)
	if err != nil {
		return err
	}
	out := sheet{columns: []column{{key: "reason", id: "sebab", en: "reason"}, {key: "attempts", id: "percobaan", en: "attempts", right: true}}}
	for _, c := range slices.SortedFunc(maps.Keys(counts), func(x, y reason.Code) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), cmp.Compare(x, y))
	}) {
		out.rows = append(out.rows, []any{a.reasonCell(c), counts[c]})
	}
	if err := a.print(out); err != nil {
		return err
	}
	s := v.stamp
	s.Number, s.Position = number, ""
	a.footer(s)
	return nil
}

// reasonCell is a reason in a table; accepted attempts have none.
func (a *app) reasonCell(c reason.Code) string {
	if c == "" && !a.machine() {
		return a.t("(diterima)", "(accepted)")
	}
	return string(c)
}

// meaning is the cause behind a reason in a few words.
func (a *app) meaning(c reason.Code) string {
	if r, ok := reason.Lookup(c); ok {
		return strings.TrimSuffix(a.t(r.Cause.ID, r.Cause.EN), ".")
	}
	return ""
}

func (a *app) listAttempts(v *asked, filter projections.AttemptFilter, page pageFlags) error {
	out := sheet{columns: []column{
		{key: "no", id: "no", en: "no", right: true},
		{key: "received_at", id: "diterima pada", en: "received"},
		{key: "platform", id: "platform", en: "platform"},
		{key: "course_code", id: "kursus", en: "course"},
		{key: "amount", id: "harga", en: "price", right: true},
		{key: "reason", id: "sebab", en: "reason"},
	}}
	if a.machine() {
		for _, key := range []string{"participant", "wave", "institution", "invoice_code", "token_id", "accepted", "final", "recorded_at", "reference"} {
			out.columns = append(out.columns, column{key: key})
		}
	}
	return a.pages(page, &out, func(p projections.Page) (string, error) {
		list, err := v.Attempts(filter, p)
		for _, x := range list.Rows {
			row := []any{x.Number, x.Received, string(x.Platform), string(x.Course), x.Amount, a.reasonCell(x.Reason)}
			if a.machine() {
				row = append(row, x.Participant, x.Wave, string(x.Institution), string(x.Invoice), string(x.Token), x.Accepted, x.Final, x.Recorded, x.Reference)
			}
			out.rows = append(out.rows, row)
		}
		return list.Next, err
	}, v.stamp)
}

func (a *app) peopleWhoTried(v *asked, filter projections.AttemptFilter) error {
	people, err := v.PeopleWhoTried(filter)
	if err != nil {
		return err
	}
	if err := a.print(sheet{columns: []column{{key: "people", id: "orang yang mencoba", en: "people who tried", right: true}}, rows: [][]any{{people}}}); err != nil {
		return err
	}
	a.footer(v.stamp)
	return nil
}

func (a *app) runAttempt(ctx context.Context, m modelsFlags, number string) error {
	n, err := strconv.ParseUint(number, 10, 63)
	if err != nil {
		return usage(fmt.Sprintf(a.t("%q bukan nomor peristiwa", "%q is no event number"), clip(number)), "saldo refusals --list")
	}
	if err := a.only("table", "json"); err != nil {
		return err
	}
	return a.withView(ctx, m, func(v *asked) error {
		x, err := v.Attempt(n)
		if errors.Is(err, projections.ErrNotFound) {
			return &problem{
				code: exitNotFound, what: fmt.Sprintf(a.t("peristiwa %d bukan percobaan membeli", "event %d is no attempt to buy"), n),
				cure: a.t("nomornya ada di saldo refusals --list", "the numbers are those of saldo refusals --list"),
			}
		}
		if err != nil {
			return err
		}
		defer a.footer(v.stamp)
		return a.jsonOr(x, func() string {
			var b strings.Builder
			a.field(&b, a.t("Percobaan", "Attempt"), fmt.Sprintf("%d (%s)", x.Number, x.Reference))
			a.field(&b, a.t("Peserta", "Participant"), x.Participant.String())
			a.field(&b, a.t("Diterima pada", "Received"), a.text(x.Received))
			a.field(&b, "Platform", string(x.Platform))
			a.field(&b, a.t("Pesanan", "Order"), string(x.Invoice))
			a.field(&b, a.t("Kursus", "Course"), strings.Trim(string(x.Course)+" · "+string(x.Institution), " ·"))
			a.field(&b, a.t("Harga", "Price"), a.text(x.Amount))
			a.field(&b, "Token", string(x.Token))
			if x.Accepted {
				a.field(&b, a.t("Hasil", "Outcome"), a.t("diterima", "accepted"))
			}
			for i, c := range x.Failed {
				note := pick(i == 0 && x.Final, a.t("; final: tidak ada yang dapat mengubahnya", "; final: nobody can undo it"), "")
				a.field(&b, pick(i == 0, a.t("Belum diproses", "Refused"), a.t("dan", "and")), a.because(c.Reason)+note)
			}
			return b.String()
		})
	})
}
