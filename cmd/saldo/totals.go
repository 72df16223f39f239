package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/projections"
)

func (a *app) totalsCommand() *cobra.Command {
	var f struct {
		modelsFlags
		at   string
		wave int
	}
	c := &cobra.Command{
		Use:   "totals",
		Short: a.t("Realisasi per gelombang: dialokasikan, ditransfer, disalurkan, dikembalikan, sisa", "Totals per wave: allocated, transferred, delivered, returned, left"),
		Long: a.t(`Empat jumlah yang tidak boleh tertukar, per gelombang: dialokasikan (SK), ditransfer (ke rekening
virtual), disalurkan (pelatihan yang diikuti dan insentif yang dikonfirmasi), dikembalikan (ke
Rekening Dana); sisanya masih di rekening virtual. Selisihnya selalu Rp0. Jumlah yang disahkan
menurut posisi buku, tidak pernah menurut tanggal kejadian.`,
			`The four totals that must never be mixed up, per wave: allocated (by decree), transferred (to
virtual accounts), delivered (training attended and incentives confirmed), returned (to the
programme fund); what is left is in the virtual accounts. The difference is always Rp0. Certified
totals are by position of the log, never by effective date.`),
		Example: `  saldo totals --data saldo-demo
  saldo totals --wave 4 --at 2020-12-31 --data saldo-demo
  saldo totals daily --from 2020-08-17 --to 2020-08-31 --data saldo-demo`,
		Args: a.noSuch,
		RunE: func(c *cobra.Command, _ []string) error { return a.runTotals(c.Context(), f.modelsFlags, f.at, f.wave) },
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.atFlag(c, &f.at)
	c.Flags().IntVar(&f.wave, "wave", 0, a.t("hanya gelombang ini", "this wave only"))
	c.AddCommand(a.dailyCommand())
	return c
}

func (a *app) runTotals(ctx context.Context, m modelsFlags, at string, wave int) error {
	return a.withView(ctx, m, func(v *asked) error {
		p, err := a.placeFlag(v, "at", at, v.Here())
		if err != nil {
			return err
		}
		all, err := v.Totals(p)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(t projections.Totals) bool { return wave != 0 && t.Wave != wave })
		if a.output == "json" {
			if err := a.json(all); err != nil {
				return err
			}
			a.placeFooter(v, p)
			return nil
		}
		return a.answerAt(v, p, totalsSheet(all))
	})
}

func totalsSheet(all []projections.Totals) sheet {
	out := sheet{columns: []column{
		{key: "wave", id: "gelombang", en: "wave"},
		{key: "people", id: "peserta", en: "people"},
		{key: "allocated", id: "dialokasikan", en: "allocated"},
		{key: "transferred", id: "ditransfer", en: "transferred"},
		{key: "delivered", id: "disalurkan", en: "delivered"},
		{key: "attended", id: "· pelatihan diikuti", en: "· training attended"},
		{key: "incentives", id: "· insentif diterima", en: "· incentives confirmed"},
		{key: "bought_not_attended", id: "dibeli, belum diikuti", en: "bought, not attended"},
		{key: "in_transit", id: "dalam pengiriman", en: "on its way"},
		{key: "returned", id: "dikembalikan", en: "returned"},
		{key: "left", id: "sisa", en: "left"},
		{key: "committed", id: "belum ditransfer", en: "not transferred yet"},
		{key: "suspense", id: "di luar saldo", en: "beyond purses"},
		{key: "difference", id: "selisih", en: "difference"},
	}}
	for _, t := range all {
		out.rows = append(out.rows, []any{
			t.Wave, t.People, t.Allocated.Total(), t.Transferred.Total(), t.Delivered, t.Attended, t.Incentives, t.NotAttended(), t.InTransit,
			t.Returned.Total(), t.Left.Total(), t.Committed, t.Suspense, t.Difference,
		})
	}
	return out
}

func (a *app) dailyCommand() *cobra.Command {
	var f struct {
		modelsFlags
		page     pageFlags
		from, to string
		item     string
		wave     int
	}
	c := &cobra.Command{
		Use:   "daily",
		Short: a.t("Jumlah per hari (WIB): menurut tanggal dicatat, dan menurut tanggal kejadian", "Totals per day (WIB): by the day of recording, and by the day of what happened"),
		Long: a.t(`Banyaknya dan jumlahnya per hari, gelombang dan jenis. "Dicatat" tidak berubah lagi sesudah hari itu
lewat; "terjadi" berubah kalau laporan datang terlambat. Yang disahkan selalu menurut posisi buku.`,
			`Counts and sums per day, wave and kind. "Recorded" no longer changes once the day is over;
"happened" changes when reports come in late. What is certified is always by position of the log.`),
		Example: `  saldo totals daily --data saldo-demo
  saldo totals daily --from 2020-08-17 --to 2020-08-31 --item refused --data saldo-demo`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			if f.item != "" && !slices.Contains(projections.DailyItems(), projections.DailyItem(f.item)) {
				return usage(fmt.Sprintf("--item: %q", clip(f.item)), joined(projections.DailyItems()))
			}
			for flag, day := range map[string]string{"from": f.from, "to": f.to} {
				if _, err := domain.ParseDate(day); day != "" && err != nil {
					return usage(fmt.Sprintf("--%s: %q", flag, clip(day)), "2020-08-17")
				}
			}
			return a.runDaily(c.Context(), f.modelsFlags, projections.DailyFilter{From: f.from, To: f.to, Wave: f.wave, Item: projections.DailyItem(f.item)}, f.page)
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	c.Flags().StringVar(&f.from, "from", "", a.t("sejak hari ini", "from this day on"))
	c.Flags().StringVar(&f.to, "to", "", a.t("sampai hari ini", "up to this day"))
	c.Flags().StringVar(&f.item, "item", "", a.t("hanya jenis ini: ", "this kind only: ")+joined(projections.DailyItems()))
	c.Flags().IntVar(&f.wave, "wave", 0, a.t("hanya gelombang ini", "this wave only"))
	return c
}

func (a *app) runDaily(ctx context.Context, m modelsFlags, filter projections.DailyFilter, page pageFlags) error {
	return a.withView(ctx, m, func(v *asked) error {
		out := sheet{columns: []column{
			{key: "day", id: "hari", en: "day"},
			{key: "wave", id: "gel.", en: "wave", right: true},
			{key: "item", id: "jenis", en: "kind"},
			{key: "recorded", id: "dicatat", en: "recorded", right: true},
			{key: "recorded_amount", id: "jumlah", en: "amount", right: true},
			{key: "effective", id: "terjadi", en: "happened", right: true},
			{key: "effective_amount", id: "jumlah", en: "amount", right: true},
		}}
		return a.pagesAt(v, v.Here(), page, &out, func(p projections.Page) (string, error) {
			list, err := v.Daily(filter, p)
			for _, d := range list.Rows {
				item := string(d.Item)
				if a.forPeople() {
					item = a.itemText(d.Item)
				}
				out.rows = append(out.rows, []any{d.Day, d.Wave, item, d.Recorded, d.RecordedAmount, d.Effective, d.EffectiveAmount})
			}
			return list.Next, err
		})
	})
}

// itemText is what is counted by day, in words.
func (a *app) itemText(i projections.DailyItem) string {
	switch i {
	case projections.DailyDetermined:
		return a.t("ditetapkan", "determined")
	case projections.DailyCredited:
		return a.t("ditransfer", "credited")
	case projections.DailyBought:
		return a.t("dibeli", "bought")
	case projections.DailyRefused:
		return a.t("belum diproses", "refused")
	case projections.DailyCancelled:
		return a.t("dibatalkan", "cancelled")
	case projections.DailyCertified:
		return a.t("sertifikat", "certificates")
	case projections.DailyPaid:
		return a.t("insentif", "incentives")
	case projections.DailyReturned:
		return a.t("dikembalikan", "returned")
	}
	return string(i)
}
