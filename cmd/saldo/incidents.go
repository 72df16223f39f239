package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/domain/words"
	"saldo/projections"
)

type incidentsFlags struct {
	modelsFlags
	page                     pageFlags
	kind, platform, from, to string
	people                   bool
}

func (a *app) incidentsCommand() *cobra.Command {
	var f incidentsFlags
	c := &cobra.Command{
		Use:   "incidents [ID]",
		Short: a.t("Gangguan: kapan, apa sebabnya, siapa yang mencoba dan siapa yang terdampak", "Incidents: when, why, who tried and who was affected"),
		Long: a.t(`Gangguan dibuka oleh penonaktifan layanan pembayaran, penundaan pencairan, pencabutan tanda masuk suatu platform, permintaan yang tidak diteruskan jauh di atas biasanya, keluhan yang sama dari banyak orang, atau kesenyapan: pembelian per jam di bawah sepersepuluh yang biasa. Bukan oleh pembelian yang belum diproses saja.

Mencoba: yang pembeliannya belum diproses karena gangguan itu. Terdampak: yang sebenarnya dapat membeli (atau menerima insentif) kalau tidak ada gangguan; untuk gangguan di satu platform, yang mencoba di sana tanpa hambatan lain.`,
			`An incident is opened by closed payments, held payouts, a platform's revoked token, requests turned away far above the usual, the same complaint from many people, or silence: purchases per hour under a tenth of the usual. Not by refusals alone.

Tried: whose purchase was refused for it. Affected: who could have bought (or been paid) but for it; for an incident of one platform, who tried there and met no other obstacle.`),
		Example: `  saldo incidents --data saldo-demo
  saldo incidents --kind closing --from 2020-08-01 --to 2020-08-31 --data saldo-demo
  saldo incidents closing-8714 --data saldo-demo
  saldo incidents closing-8714 --people --output csv --data saldo-demo`,
		Args: a.args(0, 1, ""),
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case len(args) == 0 && f.people:
				return usage(a.t("--people tanpa ID", "--people without ID"), "saldo incidents ID --people")
			case len(args) == 0:
				return a.runIncidents(c.Context(), f)
			case f.people:
				return a.runIncidentPeople(c.Context(), f, args[0])
			}
			return a.runIncident(c.Context(), f.modelsFlags, args[0])
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	fl := c.Flags()
	fl.StringVar(&f.kind, "kind", "", a.t("hanya jenis ini: ", "this kind only: ")+strings.Join(incidentKindNames(), ", "))
	fl.StringVar(&f.platform, "platform", "", a.t("yang menyangkut platform ini", "those about this platform"))
	fl.StringVar(&f.from, "from", "", a.t("yang masih berlangsung sesudah", "those going on after"))
	fl.StringVar(&f.to, "to", "", a.t("yang sudah mulai sebelum", "those begun before"))
	fl.BoolVar(&f.people, "people", false, a.t("yang mencoba selama gangguan ID", "who tried during incident ID"))
	return c
}

func incidentKindNames() []string {
	var names []string
	for _, k := range projections.IncidentKinds() {
		names = append(names, string(k))
	}
	return names
}

// incidentKind says what kind of incident it is, in a word or two.
func (a *app) incidentKind(k projections.IncidentKind) string {
	if a.machine() {
		return string(k)
	}
	switch k {
	case projections.IncidentClosing:
		return a.t("layanan nonaktif", "payments closed")
	case projections.IncidentPayouts:
		return a.t("pencairan ditunda", "payouts held")
	case projections.IncidentToken:
		return a.t("token dicabut", "token revoked")
	case projections.IncidentDenials:
		return a.t("banyak tak diteruskan", "many denied")
	case projections.IncidentComplaints:
		return a.t("banyak keluhan", "many complaints")
	case projections.IncidentSilence:
		return a.t("senyap", "silence")
	}
	return string(k)
}

func (a *app) runIncidents(ctx context.Context, f incidentsFlags) error {
	filter := projections.IncidentFilter{Kind: projections.IncidentKind(f.kind), Platform: domain.PlatformCode(f.platform)}
	err := a.oneOf("kind", f.kind, incidentKindNames())
	if err == nil {
		err = a.codeFlag("platform", f.platform, filter.Platform.Rule())
	}
	if err == nil {
		filter.From, filter.To, err = a.interval(f.from, f.to)
	}
	if err != nil {
		return err
	}
	return a.withView(ctx, f.modelsFlags, func(v *asked) error {
		out := sheet{columns: []column{
			{key: "id", id: "gangguan", en: "incident"},
			{key: "kind", id: "jenis", en: "kind"},
			{key: "platform", id: "platform", en: "platform"},
			{key: "started_at", id: "mulai", en: "from"},
			{key: "lasted", id: "lama", en: "lasted"},
			{key: "tried", id: "mencoba", en: "tried", right: true},
			{key: "affected", id: "terdampak", en: "affected", right: true},
		}}
		if a.machine() {
			out.columns[4].key = "ended_at"
			for _, key := range []string{"cause", "reason", "stuck", "refused_attempts", "denied", "complaints", "last_sign_at", "opened_no", "ended_no"} {
				out.columns = append(out.columns, column{key: key})
			}
		}
		return a.pages(f.page, &out, func(p projections.Page) (string, error) {
			list, err := v.Incidents(filter, p)
			for _, i := range list.Rows {
				row := []any{i.ID, a.incidentKind(i.Kind), a.orAll(i.Platform), i.Started, maybe(i.Ended), i.Tried, i.Affected}
				if a.machine() {
					row = append(row, i.Cause, string(i.Reason), i.Stuck, i.Refused, i.Denied, i.Complaints, i.Last, i.OpenedNo, pickAny(i.EndedBy != nil, i.EndedNo))
				} else {
					row[4] = a.lasted(i)
				}
				out.rows = append(out.rows, row)
			}
			return list.Next, err
		}, v.stamp)
	})
}

// lasted is how long an incident went on.
func (a *app) lasted(i projections.Incident) string {
	if i.Ended == nil {
		return a.t("belum selesai", "not over")
	}
	return words.Span(i.Ended.Sub(i.Started), a.lang)
}

func pickAny(is bool, v any) any {
	if is {
		return v
	}
	return nil
}

func (a *app) runIncidentPeople(ctx context.Context, f incidentsFlags, id string) error {
	return a.withView(ctx, f.modelsFlags, func(v *asked) error {
		if _, err := a.findIncident(v, id); err != nil {
			return err
		}
		out := sheet{columns: []column{
			{key: "participant", id: "peserta", en: "participant"},
			{key: "refused", id: "percobaan", en: "attempts", right: true},
			{key: "first_at", id: "pertama", en: "first"},
			{key: "last_at", id: "terakhir", en: "last"},
			{key: "nothing_else_failed", id: "tanpa hambatan lain", en: "no other obstacle"},
		}}
		return a.pages(f.page, &out, func(p projections.Page) (string, error) {
			list, err := v.IncidentPeople(id, p)
			for _, x := range list.Rows {
				out.rows = append(out.rows, []any{x.Participant, x.Refused, x.First, x.Last, x.Alone})
			}
			return list.Next, err
		}, v.stamp)
	})
}

func (a *app) findIncident(v *asked, id string) (projections.IncidentDetail, error) {
	i, err := v.Incident(id, v.Now)
	if errors.Is(err, projections.ErrNotFound) {
		return i, &problem{
			code: exitNotFound, what: fmt.Sprintf(a.t("tidak ada gangguan %q", "there is no incident %q"), clip(id)),
			cure: a.t("nomornya ada di saldo incidents", "the ids are those of saldo incidents"),
		}
	}
	return i, err
}

func (a *app) runIncident(ctx context.Context, m modelsFlags, id string) error {
	if err := a.only("table", "json"); err != nil {
		return err
	}
	return a.withView(ctx, m, func(v *asked) error {
		i, err := a.findIncident(v, id)
		if err != nil {
			return err
		}
		defer a.footer(v.stamp)
		return a.jsonOr(i, func() string { return a.incidentText(i) })
	})
}

// incidentText is an incident for people: what and when, who is touched, what to say, what it rests on, and how it looked.
func (a *app) incidentText(i projections.IncidentDetail) string {
	var b strings.Builder
	where := a.t("semua platform", "all platforms")
	if i.Platform != "" {
		where = string(i.PlatformName)
	}
	a.paragraph(&b, a.bold(i.ID+" · "+a.incidentKind(i.Kind)+" · "+where), 0)
	b.WriteByte('\n')
	a.field(&b, a.t("Mulai", "From"), words.Moment(i.Started, a.zone, a.lang))
	if i.Ended != nil {
		a.field(&b, a.t("Selesai", "To"), words.MomentAfter(i.Started, *i.Ended, a.zone, a.lang)+"; "+words.Span(i.Ended.Sub(i.Started), a.lang))
	} else {
		a.field(&b, a.t("Selesai", "To"), a.t("belum, menurut catatan", "not over, as far as is recorded"))
	}
	if i.Reason != "" {
		a.field(&b, a.t("Sebab", "Cause"), a.because(i.Reason))
	}
	a.field(&b, a.t("Mencoba", "Tried"), fmt.Sprintf(a.t("%s orang, %s percobaan", "%s people, %s attempts"), a.count(i.Tried), a.count(i.Refused)))
	a.field(&b, a.t("Terdampak", "Affected"), fmt.Sprintf(a.t("%s orang", "%s people"), a.count(i.Affected)))
	a.field(&b, a.stuckHeading(i.Incident), a.text(i.Stuck))
	if i.Denied > 0 {
		a.field(&b, a.t("Di pintu", "At the door"), fmt.Sprintf(a.t("%s permintaan tidak diteruskan", "%s requests turned away"), a.count(i.Denied)))
	}
	if i.Complaints > 0 {
		a.field(&b, a.t("Keluhan", "Complaints"), a.count(i.Complaints))
	}
	a.field(&b, a.t("Diumumkan", "Announced"), a.t(i.NoticeID, i.NoticeEN))
	if d, err := domain.ParseDate(i.Expected); err == nil {
		a.field(&b, a.t("Target", "Target"), words.Day(d.Start(), a.zone, a.lang)+a.t("; itu target, belum kepastian", "; a target, not a promise"))
	}
	a.field(&b, a.t("Jawaban", "Answer"), i.Answer[string(a.lang)])
	if i.EndedBy != nil {
		a.field(&b, a.t("Diakhiri oleh", "Ended by"), fmt.Sprintf("%s #%d", i.EndedBy.Type, i.EndedNo))
	}
	a.incidentEvidence(&b, i)
	a.incidentChart(&b, i)
	return b.String()
}

// stuckHeading says what the money of an incident is.
func (a *app) stuckHeading(i projections.Incident) string {
	switch {
	case i.Kind == projections.IncidentPayouts:
		return a.t("Insentif", "Incentives") // promised, and no partner told to pay
	case i.Platform == "":
		return a.t("Saldo pelatihan", "Balance")
	}
	return a.t("Harga diminta", "Asked for")
}

func (a *app) count(n int64) string { return words.Count(int(n), a.lang) }

func (a *app) incidentEvidence(b *strings.Builder, i projections.IncidentDetail) {
	const shown = 10
	for n, e := range i.Evidence {
		if n == shown {
			a.field(b, "", fmt.Sprintf(a.t("dan %d lagi: --output json", "and %d more: --output json"), len(i.Evidence)-shown))
			break
		}
		a.field(b, pick(n == 0, a.t("Bukti", "Evidence"), ""), fmt.Sprintf("#%d %s %s", e.Number, a.text(e.Received), e.Event.Type))
	}
}

// incidentChart draws refused attempts by the hour, or by the day where the incident is long, and marks when payments were
// closed.
func (a *app) incidentChart(b *strings.Builder, i projections.IncidentDetail) {
	const longest = 48 * time.Hour
	layout, length := "2006-01-02 15", time.Hour
	if n := len(i.Hours); n > 0 && i.Hours[n-1].Hour.Sub(i.Hours[0].Hour) > longest {
		layout, length = time.DateOnly, 24*time.Hour
	}
	type bar struct {
		label             string
		closed            bool
		accepted, refused int64
	}
	var bars []bar
	var most int64
	for _, h := range i.Hours {
		local := h.Hour.In(a.zone.Location())
		label := local.Format(layout)
		if n := len(bars); n == 0 || bars[n-1].label != label {
			start := h.Hour
			if length > time.Hour {
				start = time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
			}
			bars = append(bars, bar{label: label, closed: closedDuring(i.Closings, start, start.Add(length))})
		}
		x := &bars[len(bars)-1]
		x.accepted, x.refused = x.accepted+h.Accepted, x.refused+h.Refused
		most = max(most, x.refused)
	}
	if most == 0 {
		return
	}
	b.WriteString("\n" + a.bold(a.t("Belum diproses (█) dan diterima; ▒ layanan pembayaran dinonaktifkan", "Refused (█) and accepted; ▒ payments closed")) + "\n")
	room := int64(max(a.width()-32, narrowest)) //nolint:mnd // of the label and both counts
	for _, x := range bars {
		width := (x.refused*room + most - 1) / most
		fmt.Fprintf(b, "%s %s %s%s%s · %s\n", x.label, pick(x.closed, "▒", " "), strings.Repeat("█", int(width)), pick(width > 0, " ", ""), a.count(x.refused), a.count(x.accepted))
	}
}

func closedDuring(all []projections.IncidentInterval, from, to time.Time) bool {
	for _, c := range all {
		if c.From.Before(to) && (c.To == nil || c.To.After(from)) {
			return true
		}
	}
	return false
}
