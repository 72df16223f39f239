package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/projections"
)

type coursesFlags struct {
	modelsFlags
	page                                        pageFlags
	platform, institution, standing, at, before string
	visible, payable                            bool
}

func (a *app) coursesCommand() *cobra.Command {
	var f coursesFlags
	c := &cobra.Command{
		Use:   "courses [CODE]",
		Short: a.t("Pelatihan: persetujuan, penawaran, sejak kapan terdaftar dan bisa dibayar", "Courses: approval, offers, since when they can be found and paid"),
		Long: a.t("Urut judul; bukan rekomendasi. Terdaftar: disetujui, ditawarkan di situ, platform mitra, lembaga ditetapkan.\n"+
			"Bisa dibayar: terdaftar, dan layanan pembayaran dibuka. Dalam tabel: di berapa platform. Dengan CODE: riwayat satu pelatihan dan rentang waktunya per platform.",
			"By title; no recommendation. Registered: approved, offered there, the platform a partner, the institution approved.\n"+
				"Payable: registered, and payments open. In the table: on how many platforms. With CODE: the history of one course and its intervals per platform."),
		Example: `  saldo courses --data saldo-demo
  saldo courses --platform tokopedia --visible --data saldo-demo
  saldo courses --platform tokopedia --payable --at 2020-08-29 --data saldo-demo
  saldo courses --standing submitted --output csv --data saldo-demo
  saldo courses 1021 --data saldo-demo
  saldo courses 1021 --platform skill-academy --at 2020-08-21 --data saldo-demo
  saldo courses 1021 --at 2020-08-21 --recorded-by 2020-08-15 --lang en --data saldo-demo`,
		Args: a.args(0, 1, "CODE"),
		RunE: func(c *cobra.Command, given []string) error {
			if f.standing != "" && !slices.Contains(projections.CourseStandings(), f.standing) {
				return usage(fmt.Sprintf("--standing: %q", clip(f.standing)), strings.Join(projections.CourseStandings(), ", "))
			}
			if len(given) == 1 {
				return a.runCourse(c.Context(), f, given[0])
			}
			if f.before != "" {
				return usage(a.t("--recorded-by tanpa kode pelatihan", "--recorded-by without a course code"), "saldo courses CODE --recorded-by …")
			}
			return a.runCourses(c.Context(), f)
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	fl := c.Flags()
	fl.StringVar(&f.platform, "platform", "", a.t("hanya yang ditawarkan di platform ini", "only what is offered on this platform"))
	fl.StringVar(&f.institution, "institution", "", a.t("hanya dari lembaga ini", "only of this institution"))
	fl.StringVar(&f.standing, "standing", "", a.t("hanya dengan keadaan ini: ", "only with this standing: ")+strings.Join(projections.CourseStandings(), ", "))
	fl.BoolVar(&f.visible, "visible", false, a.t("hanya yang terdaftar", "only what can be found"))
	fl.BoolVar(&f.payable, "payable", false, a.t("hanya yang terdaftar dan bisa dibayar", "only what can be found and paid"))
	fl.StringVar(&f.at, "at", "", a.t("keadaan pada saat ini (tanpa ini: sekarang)", "as of this moment (without it: now)"))
	fl.StringVar(&f.before, "recorded-by", "", a.t("dengan CODE: dibandingkan dengan yang sudah tercatat saat itu (tanpa ini: saat --at)",
		"with CODE: beside what had been recorded by then (without it: by --at)"))
	return c
}

// momentOf is the moment of a question: what --at says, or now.
func (a *app) momentOf(v *asked, flag string) (time.Time, error) {
	given, err := a.timeFlag("at", flag, dayEnd)
	if err != nil || given == nil {
		return v.Now, err
	}
	return *given, nil
}

// tabular reports whether people read the output.
func (a *app) tabular() bool { return a.output == "" || a.output == "table" }

// codeList is codes as a JSON array, for machines.
func codeList[T ~string](codes []T) any {
	if len(codes) == 0 {
		return nil
	}
	data, err := json.Marshal(codes)
	if err != nil {
		return nil
	}
	return json.RawMessage(data)
}

func timeOf(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}

func (a *app) runCourses(ctx context.Context, f coursesFlags) error {
	return a.withView(ctx, f.modelsFlags, func(v *asked) error {
		at, err := a.momentOf(v, f.at)
		if err != nil {
			return err
		}
		filter := projections.CourseFilter{
			Platform: domain.PlatformCode(f.platform), Institution: domain.InstitutionCode(f.institution), Standing: f.standing,
			Visible: f.visible, Payable: f.payable, At: at,
		}
		if err = errors.Join(a.knownPlatform(v, filter.Platform), a.knownInstitution(v, filter.Institution, at)); err != nil {
			return err
		}
		out := sheet{columns: []column{
			{key: "course_code", id: "kode", en: "code"},
			{key: "title", id: "judul (lembaga)", en: "title (institution)"},
			{key: "standing", id: "keadaan", en: "standing"},
			{key: "price", id: "harga", en: "price", right: true},
			{key: "visible_on", id: "terdaftar", en: "found", right: true},
			{key: "payable_on", id: "dibayar", en: "payable", right: true},
		}}
		if !a.tabular() {
			out.columns = append(out.columns, column{key: "institution"}, column{key: "since"}, column{key: "cause"}, column{key: "modality"},
				column{key: "interactive"}, column{key: "offered_on"})
		}
		return a.pages(f.page, &out, func(p projections.Page) (string, error) {
			list, err := v.Courses(filter, p)
			for _, x := range list.Rows {
				out.rows = append(out.rows, a.courseRow(x))
			}
			return list.Next, err
		}, v.stamp)
	})
}

func (a *app) courseRow(x projections.Course) []any {
	var price any
	if x.Price != nil {
		price = *x.Price
	}
	if a.tabular() {
		return []any{string(x.Code), string(x.Title) + " (" + string(x.Institution) + ")", a.standingWord(x.Standing), price, len(x.Visible), len(x.Payable)}
	}
	return []any{
		string(x.Code), string(x.Title), x.Standing, price, codeList(x.Visible), codeList(x.Payable), string(x.Institution), timeOf(x.Since), string(x.Cause),
		string(x.Modality), x.Interactive, codeList(x.Offered),
	}
}

// standingWord says a standing of a course or an institution; without one, that there is none yet.
func (a *app) standingWord(state string) string {
	if state == "" {
		return a.t("belum ada", "none yet")
	}
	is := projections.StandingText(state)
	return a.t(is.ID, is.EN)
}

// knownPlatform refuses a platform that the log doesn't name.
func (a *app) knownPlatform(v *asked, code domain.PlatformCode) error {
	if code == "" {
		return nil
	}
	platforms, err := v.Platforms()
	if err != nil {
		return err
	}
	known := make([]string, len(platforms))
	for i, p := range platforms {
		known[i] = string(p.Code)
	}
	return a.known("--platform", string(code), known)
}

// knownInstitution refuses an institution that the log doesn't name.
func (a *app) knownInstitution(v *asked, code domain.InstitutionCode, at time.Time) error {
	if code == "" {
		return nil
	}
	_, err := v.Institution(code, at)
	if !errors.Is(err, projections.ErrNotFound) {
		return err
	}
	var known []string
	for page := (projections.Page{Limit: projections.MaxPage}); ; {
		list, err := v.Institutions(projections.InstitutionFilter{At: at}, page)
		if err != nil {
			return err
		}
		for _, x := range list.Rows {
			known = append(known, string(x.Code))
		}
		if page.After = list.Next; page.After == "" {
			break
		}
	}
	return a.known("--institution", string(code), known)
}

// known refuses what is not among the known names, with the nearest one.
func (a *app) known(flag, given string, known []string) error {
	if slices.Contains(known, given) {
		return nil
	}
	const few = 12
	slices.Sort(known)
	cure := strings.Join(known[:min(len(known), few)], ", ")
	if len(known) > few {
		cure += ", …"
	}
	if near := domain.DidYouMean(given, known); near != "" {
		cure = a.t("maksudnya ", "did you mean ") + near + "? " + cure
	}
	return &problem{code: exitNotFound, what: fmt.Sprintf(a.t("%s: tidak ada %q", "%s: there is no %q"), flag, clip(given)), cure: cure}
}
