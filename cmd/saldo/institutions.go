package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/projections"
)

func (a *app) institutionsCommand() *cobra.Command {
	var f struct {
		modelsFlags
		page         pageFlags
		standing, at string
	}
	c := &cobra.Command{
		Use:   "institutions [CODE]",
		Short: a.t("Lembaga pelatihan dan rekam jejaknya", "Training institutions and their record"),
		Long: a.t("Hari: dari selesai sampai sertifikat diterima, hari kalender WIB, tepat. Terlambat: lewat kebiasaan kebijakan (hari kerja), bukan aturan.\n"+
			"Jumlahnya dari seluruh catatan; keadaan dan yang belum dilaporkan pada saat --at.",
			"Days: from completion to the accepted certificate, calendar days in WIB, exact. Late: beyond the policy's custom (working days), no rule.\n"+
				"Counts are of the whole log; standing and what is not reported are those of --at."),
		Example: `  saldo institutions --data saldo-demo
  saldo institutions --standing suspended --at 2020-12-31 --data saldo-demo
  saldo institutions skill-academy --lang en --data saldo-demo
  saldo institutions --output csv --data saldo-demo`,
		Args: a.args(0, 1, "CODE"),
		RunE: func(c *cobra.Command, given []string) error {
			if f.standing != "" && !slices.Contains(projections.InstitutionStandings(), f.standing) {
				return usage(fmt.Sprintf("--standing: %q", clip(f.standing)), strings.Join(projections.InstitutionStandings(), ", "))
			}
			if len(given) == 1 {
				return a.runInstitution(c.Context(), f.modelsFlags, given[0], f.at)
			}
			return a.runInstitutions(c.Context(), f.modelsFlags, f.standing, f.at, f.page)
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	c.Flags().StringVar(&f.standing, "standing", "", a.t("hanya dengan keadaan ini: ", "only with this standing: ")+strings.Join(projections.InstitutionStandings(), ", "))
	c.Flags().StringVar(&f.at, "at", "", a.t("keadaan pada saat ini (tanpa ini: sekarang)", "as of this moment (without it: now)"))
	return c
}

// institutionColumns are all that is known of an institution; the first few are what a list shows to people.
func institutionColumns() []column {
	return []column{
		{key: "institution", id: "lembaga", en: "institution"},
		{key: "standing", id: "keadaan", en: "standing"},
		{key: "purchases", id: "pembelian", en: "purchases", right: true},
		{key: "certificates_accepted", id: "sertifikat", en: "certificates", right: true},
		{key: "days_median", id: "median hari", en: "median days", right: true},
		{key: "days_p90", id: "p90 hari", en: "p90 days", right: true},
		{key: "overdue", id: "terlambat", en: "overdue", right: true},
		{key: "name", id: "nama", en: "name"},
		{key: "courses", id: "pelatihan", en: "courses", right: true},
		{key: "since", id: "sejak", en: "since"},
		{key: "affiliated_with_platform", id: "pemilik sama dengan platform", en: "same owner as platform"},
		{key: "bought", id: "nilai pembelian", en: "bought", right: true},
		{key: "cancelled", id: "dibatalkan", en: "cancelled", right: true},
		{key: "refunded", id: "nilai yang dibatalkan", en: "refunded", right: true},
		{key: "refused", id: "percobaan yang belum dapat diproses", en: "attempts not processed", right: true},
		{key: "completed", id: "pelatihan selesai", en: "completed", right: true},
		{key: "reported", id: "kelulusan dilaporkan", en: "completions reported", right: true},
		{key: "reported_late", id: "dilaporkan terlambat", en: "reported late", right: true},
		{key: "not_reported", id: "belum dilaporkan", en: "not reported", right: true},
		{key: "certificates_issued", id: "sertifikat terbit", en: "certificates issued", right: true},
		{key: "accepted_late", id: "pemeriksaan terlambat", en: "verified late", right: true},
		{key: "certificates_refused", id: "pemeriksaan tidak lolos", en: "examinations failed", right: true},
		{key: "certificates_revoked", id: "sertifikat ditarik", en: "certificates revoked", right: true},
	}
}

const institutionListColumns = 7

func (a *app) institutionRow(x projections.Institution) []any {
	days := func(n *int) any {
		if n == nil {
			return nil
		}
		return *n
	}
	standing := x.Standing
	if a.tabular() {
		standing = a.standingWord(standing)
	}
	return []any{
		string(x.Code), standing, x.Purchases, x.Accepted, days(x.Median), days(x.Ninety), x.Overdue, string(x.Name), x.Courses, timeOf(x.Since),
		string(x.Affiliated), x.Bought, x.Cancelled, x.Refunded, x.Refused, x.Completed, x.Reported, x.ReportLate, x.Unreported, x.Issued, x.VerifyLate,
		x.TurnedDown, x.Revoked,
	}
}

func (a *app) runInstitutions(ctx context.Context, m modelsFlags, standing, moment string, page pageFlags) error {
	return a.withView(ctx, m, func(v *asked) error {
		at, err := a.momentOf(v, moment)
		if err != nil {
			return err
		}
		out, shown := sheet{columns: institutionColumns()}, len(institutionColumns())
		if a.tabular() {
			shown = institutionListColumns
		}
		out.columns = out.columns[:shown]
		return a.pages(page, &out, func(p projections.Page) (string, error) {
			list, err := v.Institutions(projections.InstitutionFilter{Standing: standing, At: at}, p)
			for _, x := range list.Rows {
				out.rows = append(out.rows, a.institutionRow(x)[:shown])
			}
			return list.Next, err
		}, v.stamp)
	})
}

func (a *app) runInstitution(ctx context.Context, m modelsFlags, code, moment string) error {
	return a.withView(ctx, m, func(v *asked) error {
		at, err := a.momentOf(v, moment)
		if err != nil {
			return err
		}
		x, err := v.Institution(domain.InstitutionCode(code), at)
		if errors.Is(err, projections.ErrNotFound) {
			return a.knownInstitution(v, domain.InstitutionCode(code), at)
		}
		if err != nil {
			return err
		}
		if err = a.print(sheet{columns: institutionColumns(), rows: [][]any{a.institutionRow(x)}}); err != nil {
			return err
		}
		a.footer(v.stamp)
		return nil
	})
}
