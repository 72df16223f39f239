package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/domain/words"
	"saldo/projections"
)

type incentiveFlags struct {
	modelsFlags
	page                pageFlags
	at, by              string
	wave                int
	list, late, surveys bool
	state, kind         string
	partner, code       string
	dueFrom, dueTo      string
}

func (a *app) incentivesCommand() *cobra.Command {
	var f incentiveFlags
	c := &cobra.Command{
		Use:   "incentives",
		Short: a.t("Insentif menurut status, mitra, kode dan tanggal; yang terlambat", "Incentives by state, partner, code and day; those that are late"),
		Long: a.t(`Insentif dan survei. Status: scheduled (Belum Diproses), instructed (Sedang Diproses), failed (Gagal),
under_review (Dalam Pengecekan), disbursed (Berhasil). Terlambat: belum dibayar sesudah batas wajar
kebijakan, dalam hari kerja sejak tanggal jadwal; batas itu kebiasaan, bukan aturan.
Hitungan bisa ditanyakan untuk saat lampau (--at); daftar selalu menurut semua yang tercatat.`,
			`Incentives and surveys. States: scheduled (Belum Diproses), instructed (Sedang Diproses), failed
(Gagal), under_review (Dalam Pengecekan), disbursed (Berhasil). Late: not paid behind the policy's
usual limit, in working days from the scheduled day; the limit is a custom and no rule.
Counts can be asked for a moment of the past (--at); lists are always by all that is recorded.`),
		Example: `  saldo incentives --data saldo-demo
  saldo incentives --by partner --wave 4 --at 2020-10-31 --data saldo-demo
  saldo incentives --list --late --data saldo-demo
  saldo incentives --list --state failed --output csv --data saldo-demo
  saldo incentives --surveys --data saldo-demo`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := a.checkIncentives(&f); err != nil {
				return err
			}
			return a.runIncentives(c.Context(), f)
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	a.atFlag(c, &f.at)
	s := c.Flags()
	s.StringVar(&f.by, "by", string(projections.ByIncentiveState), a.t("hitung menurut: ", "count by: ")+joined(projections.IncentivesBy()))
	s.IntVar(&f.wave, "wave", 0, a.t("hanya gelombang ini", "this wave only"))
	s.BoolVar(&f.list, "list", false, a.t("insentif satu per satu", "the single incentives"))
	s.BoolVar(&f.late, "late", false, a.t("--list: hanya yang terlambat", "--list: only those that are late"))
	s.BoolVar(&f.surveys, "surveys", false, a.t("survei: dibuka dan diisi", "surveys: opened and filled in"))
	s.StringVar(&f.state, "state", "", a.t("--list: hanya status ini: ", "--list: this state only: ")+joined(projections.IncentiveStatuses()))
	s.StringVar(&f.kind, "kind", "", a.t("--list: job_search atau survey", "--list: job_search or survey"))
	s.StringVar(&f.partner, "partner", "", a.t("--list: hanya mitra pembayaran ini", "--list: this payment partner only"))
	s.StringVar(&f.code, "code", "", a.t("--list: hanya kode mitra ini", "--list: this code of the partner only"))
	s.StringVar(&f.dueFrom, "due-from", "", a.t("--list: dijadwalkan sejak tanggal ini", "--list: scheduled from this day on"))
	s.StringVar(&f.dueTo, "due-to", "", a.t("--list: dijadwalkan sampai tanggal ini", "--list: scheduled up to this day"))
	return c
}

// checkIncentives holds the flags to what they may say.
func (a *app) checkIncentives(f *incentiveFlags) error {
	for _, x := range []struct {
		flag, value string
		allowed     []string
	}{
		{"by", f.by, texts(projections.IncentivesBy())},
		{"state", f.state, texts(projections.IncentiveStatuses())},
		{"kind", f.kind, domain.JobSearch.Values()},
	} {
		if x.value != "" && !slices.Contains(x.allowed, x.value) {
			return usage(fmt.Sprintf("--%s: %q", x.flag, clip(x.value)), joined(x.allowed))
		}
	}
	for flag, value := range map[string]string{"due-from": f.dueFrom, "due-to": f.dueTo} {
		if value == "" {
			continue
		}
		if _, err := domain.ParseDate(value); err != nil {
			return usage(fmt.Sprintf("--%s: %q", flag, clip(value)), "2020-09-12")
		}
	}
	only := f.late || f.state != "" || f.kind != "" || f.partner != "" || f.code != "" || f.dueFrom != "" || f.dueTo != ""
	switch {
	case only && !f.list:
		return usage(a.t("saringan ini hanya untuk daftar", "this filter is for lists only"), "--list")
	case f.at != "" && (f.list || f.surveys):
		return usage(a.t("--at hanya untuk hitungan", "--at is for counts only"), a.t("tanpa --list dan --surveys", "without --list and --surveys"))
	}
	return nil
}

func texts[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = string(x)
	}
	return out
}

func (a *app) runIncentives(ctx context.Context, f incentiveFlags) error {
	return a.withView(ctx, f.modelsFlags, func(v *asked) error {
		switch {
		case f.list:
			return a.listIncentives(v, f)
		case f.surveys:
			return a.countSurveys(v, f.wave)
		}
		return a.countIncentives(v, f)
	})
}

// clockOf is the moment at which lateness is told: now, or, where the log is of a later time than "now", when its last event
// was recorded.
func clockOf(v *asked) time.Time {
	if v.Recorded.After(v.Now) {
		return v.Recorded
	}
	return v.Now
}

// clockAt is the moment at which lateness is told for a place of the past: the time that was asked for, or when its last event
// was recorded.
func (a *app) clockAt(v *asked, p projections.Place, asked string) time.Time {
	if asked == "" {
		return clockOf(v)
	}
	if t, _, err := parseTime(asked, a.zone, dayEnd); err == nil {
		return t
	}
	return p.Recorded
}

func (a *app) countIncentives(v *asked, f incentiveFlags) error {
	p, err := a.placeFlag(v, "at", f.at, v.Here())
	if err != nil {
		return err
	}
	by := projections.IncentiveBy(f.by)
	counts, err := v.IncentiveCounts(p, f.wave, by)
	if err != nil {
		return err
	}
	out := sheet{columns: []column{
		{key: f.by, id: map[string]string{"kind": "jenis", "partner": "mitra", "code": "kode mitra", "due": "dijadwalkan"}[f.by], en: f.by},
		{key: "state", id: "status", en: "state"},
		{key: "incentives", id: "insentif", en: "incentives", right: true},
		{key: "amount", id: "jumlah", en: "amount", right: true},
	}}
	if by == projections.ByIncentiveState {
		out.columns = out.columns[1:]
	}
	for _, c := range counts {
		row := []any{c.Value, a.stateText(c.State), c.Incentives, c.Amount}
		if by == projections.ByIncentiveState {
			row = row[1:]
		}
		out.rows = append(out.rows, row)
	}
	if err := a.print(out); err != nil {
		return err
	}
	if a.forPeople() {
		clock := a.clockAt(v, p, f.at)
		late, amount, err := v.LateIncentives(p, f.wave, clock)
		if err != nil {
			return err
		}
		fmt.Fprintf(a.out, "\n"+a.t("Terlambat menurut batas wajar per %s: %s, %s\n", "Late by the usual limit on %s: %s, %s\n"),
			words.Moment(clock, a.zone, a.lang), words.Count(late, a.lang), words.Rupiah(amount.Decimal(), a.lang))
	}
	a.placeFooter(v, p)
	return nil
}

// stateText is an incentive's state: for people as dashboards showed it.
func (a *app) stateText(s projections.IncentiveStatus) string {
	if !a.forPeople() {
		return string(s)
	}
	switch s {
	case projections.IncentiveScheduled:
		return a.t("Belum Diproses", "scheduled")
	case projections.IncentiveInstructed:
		return a.t("Sedang Diproses", "instructed")
	case projections.IncentiveFailed:
		return a.t("Gagal", "failed")
	case projections.IncentiveUnderReview:
		return a.t("Dalam Pengecekan", "under review")
	case projections.IncentiveDisbursed:
		return a.t("Berhasil", "disbursed")
	}
	return string(s)
}

func (a *app) listIncentives(v *asked, f incentiveFlags) error {
	filter := projections.IncentiveFilter{
		Wave: f.wave, Kind: domain.IncentiveKind(f.kind), State: projections.IncentiveStatus(f.state), Partner: domain.PartnerCode(f.partner),
		Code: domain.PartnerReason(f.code), DueFrom: f.dueFrom, DueTo: f.dueTo,
	}
	if f.late {
		filter.LateAt = clockOf(v)
	}
	out := sheet{columns: []column{
		{key: "participant", id: "peserta", en: "participant"},
		{key: "kind", id: "jenis", en: "kind"},
		{key: "n", id: "ke", en: "n", right: true},
		{key: "wave", id: "gelombang", en: "wave", right: true},
		{key: "state", id: "status", en: "state"},
		{key: "amount", id: "jumlah", en: "amount", right: true},
		{key: "due_on", id: "dijadwalkan", en: "due"},
		{key: "usual_until", id: "batas wajar", en: "usual until"},
		{key: "late", id: "terlambat", en: "late"},
		{key: "partner", id: "mitra", en: "partner"},
		{key: "partner_code", id: "kode mitra", en: "partner's code"},
		{key: "attempts", id: "dikirim", en: "instructed", right: true},
		{key: "disbursed_at", id: "dibayar", en: "paid"},
	}}
	err := a.pagesAt(v, v.Here(), f.page, &out, func(page projections.Page) (string, error) {
		list, err := v.Incentives(filter, page)
		for _, x := range list.Rows {
			out.rows = append(out.rows, []any{
				x.Participant, string(x.Kind), x.N, x.Wave, a.stateText(x.State), x.Amount, x.Due, x.PayBy, x.Late(clockOf(v)), string(x.Partner),
				string(x.Code), x.Attempts, moment(x.Disbursed),
			})
		}
		return list.Next, err
	})
	if err == nil {
		a.talk(a.t("Terlambat atau tidak: per %s", "Late or not: on %s"), words.Moment(clockOf(v), a.zone, a.lang))
	}
	return err
}

func (a *app) countSurveys(v *asked, wave int) error {
	counts, err := v.SurveyCounts()
	if err != nil {
		return err
	}
	out := sheet{columns: []column{
		{key: "wave", id: "gelombang", en: "wave", right: true},
		{key: "n", id: "survei ke", en: "survey", right: true},
		{key: "opened", id: "dibuka", en: "opened", right: true},
		{key: "filled", id: "diisi", en: "filled in", right: true},
	}}
	for _, c := range counts {
		if wave == 0 || c.Wave == wave {
			out.rows = append(out.rows, []any{c.Wave, c.N, c.Opened, c.Filled})
		}
	}
	return a.answerAt(v, v.Here(), out)
}
