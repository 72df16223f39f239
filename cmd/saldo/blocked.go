package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"saldo/domain/words"
	"saldo/projections"
)

type blockedFlags struct {
	modelsFlags
	page            pageFlags
	participant, at string
	list            bool
	wave, days      int
}

func (a *app) blockedCommand() *cobra.Command {
	var f blockedFlags
	c := &cobra.Command{
		Use:   "blocked",
		Short: a.t("Waktu membeli yang hilang tanpa salah peserta: jam dan hari penuh, menurut sebab", "Time to buy that was lost through no fault of the participant: hours and whole days, by cause"),
		Long: a.t("Bagian dari masa pembelian pertama ketika pembelian di platform mana pun tidak mungkin: layanan pembayaran dinonaktifkan untuk semua, atau kartu atau saldo pelatihan belum ada. Jam yang punya dua sebab dihitung sebagai layanan yang dinonaktifkan. Tanpa pilihan: dijumlahkan per gelombang.",
			"The part of a first-purchase window in which no purchase at any platform could have succeeded: payments closed for all, or card or balance not there yet. An hour that has both causes counts as closed payments. Without flags: summed per wave."),
		Example: `  saldo blocked --data saldo-demo
  saldo blocked --list --wave 4 --days 9 --data saldo-demo
  saldo blocked --participant 1 --at 2020-08-24 --data saldo-demo`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runBlocked(c.Context(), f) },
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	fl := c.Flags()
	fl.StringVar(&f.participant, "participant", "", a.t("seorang peserta: nomor subjek, atau di demo nama peserta contoh", "one participant: subject id, or in a demo the name of an example"))
	fl.BoolVar(&f.list, "list", false, a.t("peserta satu per satu", "participants one by one"))
	fl.IntVar(&f.wave, "wave", 0, a.t("hanya gelombang ini (dengan --list)", "this wave only (with --list)"))
	fl.IntVar(&f.days, "days", 0, a.t("paling sedikit sekian hari penuh (dengan --list)", "at least so many whole days (with --list)"))
	fl.StringVar(&f.at, "at", "", a.t("sampai saat itu (bawaan: sekarang)", "as of that moment (default: now)"))
	return c
}

func (a *app) runBlocked(ctx context.Context, f blockedFlags) error {
	switch {
	case f.participant != "" && f.list:
		return usage("--participant, --list", a.t("pilih salah satu", "choose one of them"))
	case f.days < 0:
		return usage(fmt.Sprintf("--days: %d", f.days), "0, 1, 2 …")
	case !f.list && (f.wave != 0 || f.days != 0):
		return usage(a.t("--wave dan --days hanya dengan --list", "--wave and --days only with --list"), "--list")
	}
	return a.withView(ctx, f.modelsFlags, func(v *asked) error {
		moment, err := a.momentOr(f.at, v.Now)
		switch {
		case err != nil:
			return err
		case f.participant != "":
			return a.blockedOf(v, f.participant, moment)
		case f.list:
			return a.blockedList(v, f, moment)
		}
		return a.blockedWaves(v, moment)
	})
}

// blockingColumns are hours and whole days of both causes: whole hours for people, minutes for programs.
func (a *app) blockingColumns() []column {
	if a.machine() {
		return []column{
			{key: "minutes"},
			{key: "payments_closed_minutes"},
			{key: "card_or_balance_late_minutes"},
			{key: "days"},
			{key: "payments_closed_days"},
			{key: "card_or_balance_late_days"},
		}
	}
	return []column{
		{id: "jam: layanan nonaktif", en: "hours: payments closed", right: true},
		{id: "jam: kartu atau saldo belum ada", en: "hours: card or balance late", right: true},
		{id: "hari penuh", en: "whole days", right: true},
	}
}

func (a *app) blockingCells(b projections.Blocking) []any {
	if a.machine() {
		return []any{b.Minutes, b.ClosedMinutes, b.UnreadyMinutes, b.Days, b.ClosedDays, b.UnreadyDays}
	}
	const hour = 60
	return []any{words.Count(int(b.ClosedMinutes/hour), a.lang), words.Count(int(b.UnreadyMinutes/hour), a.lang), words.Count(int(b.Days), a.lang)}
}

func (a *app) blockedWaves(v *asked, moment time.Time) error {
	waves, err := v.BlockedWaves(moment)
	if err != nil {
		return err
	}
	out := sheet{columns: append([]column{
		{key: "wave", id: "gelombang", en: "wave", right: true},
		{key: "people", id: "peserta", en: "people", right: true},
		{key: "touched", id: "yang kehilangan waktu", en: "who lost time", right: true},
	}, a.blockingColumns()...)}
	for _, w := range waves {
		out.rows = append(out.rows, append([]any{w.Wave, w.People, w.Touched}, a.blockingCells(w.Blocking)...))
	}
	if err := a.print(out); err != nil {
		return err
	}
	a.asOf(moment)
	a.footer(v.stamp)
	return nil
}

// asOf says which moment an answer is about.
func (a *app) asOf(moment time.Time) {
	a.talk(a.t("Per %s", "As of %s"), words.Moment(moment, a.zone, a.lang))
}

func (a *app) blockedList(v *asked, f blockedFlags, moment time.Time) error {
	out := sheet{columns: append([]column{
		{key: "participant", id: "peserta", en: "participant"},
		{key: "wave", id: "gelombang", en: "wave", right: true},
		{key: "window_from", id: "sejak", en: "from"},
		{key: "window_to", id: "sampai", en: "to"},
	}, a.blockingColumns()...)}
	filter := projections.BlockedFilter{Wave: f.wave, Days: int64(f.days)}
	a.asOf(moment)
	return a.pages(f.page, &out, func(p projections.Page) (string, error) {
		list, err := v.Blocked(filter, moment, p)
		for _, b := range list.Rows {
			out.rows = append(out.rows, append([]any{b.Participant, b.Wave, b.From, b.To}, a.blockingCells(b.Blocking)...))
		}
		return list.Next, err
	}, v.stamp)
}

func (a *app) blockedOf(v *asked, participant string, moment time.Time) error {
	if err := a.only("table", "json"); err != nil {
		return err
	}
	id, err := a.participant(&ledger{file: v.log.file}, participant)
	if err != nil {
		return err
	}
	x, err := v.BlockedOf(*id, moment)
	if err != nil {
		return err
	}
	defer a.footer(v.stamp)
	return a.jsonOr(x, func() string {
		var b strings.Builder
		span := func(minutes, days int64) string {
			return fmt.Sprintf(a.t("%s; %d hari penuh", "%s; %d whole days"), words.Span(time.Duration(minutes)*time.Minute, a.lang), days)
		}
		a.field(&b, a.t("Peserta", "Participant"), fmt.Sprintf(a.t("%s, gelombang %d", "%s, wave %d"), x.Participant, x.Wave))
		a.field(&b, a.t("Masa membeli", "Window"), a.text(x.From)+" – "+a.text(x.To))
		a.field(&b, a.t("Batas", "Deadline"), a.deadlineText(x.Deadline, x.DeadlineIs))
		a.field(&b, a.t("Hilang", "Lost"), span(x.Minutes, x.Days))
		a.field(&b, "", a.t("layanan pembayaran dinonaktifkan: ", "payments closed: ")+span(x.ClosedMinutes, x.ClosedDays))
		a.field(&b, "", a.t("kartu atau saldo pelatihan belum ada: ", "card or balance not there yet: ")+span(x.UnreadyMinutes, x.UnreadyDays))
		a.field(&b, a.t("Per", "As of"), words.Moment(moment, a.zone, a.lang))
		return b.String()
	})
}

// deadlineText is a deadline with who says so.
func (a *app) deadlineText(t *time.Time, is string) string {
	if t == nil {
		return a.t("belum berjalan", "not running")
	}
	how := map[string]string{"set": a.t("ditetapkan", "set"), "extended": a.t("diperpanjang", "extended"), "computed": a.t("dihitung", "computed")}[is]
	return words.Moment(*t, a.zone, a.lang) + " (" + how + ")"
}
