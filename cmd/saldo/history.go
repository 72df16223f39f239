package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"saldo/domain"
)

type momentFlags struct{ participant, at, from, to string }

func (a *app) historyCommand() *cobra.Command {
	var f momentFlags
	c := &cobra.Command{
		Use:   "history --participant ID",
		Short: a.t("Semua yang tercatat tentang seorang peserta", "All that is recorded about a participant"),
		Example: `  saldo history --participant 1 --data saldo-demo
  saldo history --participant 4df2b536-f734-5a92-be8f-bfada05e4263 --at "2020-08-24 10:00"`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runHistory(c.Context(), f) },
	}
	a.personFlags(c, &f)
	c.Flags().StringVar(&f.from, "from", "", a.t("dicatat sejak", "recorded from"))
	c.Flags().StringVar(&f.to, "to", "", a.t("dicatat sampai", "recorded to"))
	return c
}

func (a *app) personFlags(c *cobra.Command, f *momentFlags) {
	c.Flags().StringVar(&f.participant, "participant", "", a.t("nomor subjek, atau di demo nama peserta contoh", "subject id, or in a demo the name of an example"))
	c.Flags().StringVar(&f.at, "at", "", a.t("seperti diketahui pada saat itu (bawaan: sekarang)", "as it was known at that moment (default: now)"))
}

// person opens the ledger and finds who is asked about, and the moment.
func (a *app) person(ctx context.Context, f *momentFlags) (*ledger, uuid.UUID, error) {
	if f.participant == "" {
		return nil, uuid.Nil, usage(a.t("peserta siapa?", "which participant?"), "--participant ID")
	}
	l, err := a.openToRead(ctx)
	if err != nil {
		return nil, uuid.Nil, err
	}
	id, err := a.participant(l, f.participant)
	if err != nil {
		_ = l.close() // nothing was written
		return nil, uuid.Nil, err
	}
	return l, *id, nil
}

func (a *app) unknownPerson(id uuid.UUID) error {
	return &problem{
		code: exitNotFound, what: a.t("tidak ada catatan tentang peserta ", "nothing is recorded about participant ") + id.String(),
		cure: a.t("periksa nomornya, atau --data dan --at", "check the id, or --data and --at"),
	}
}

func (a *app) runHistory(ctx context.Context, f momentFlags) error {
	l, id, err := a.person(ctx, &f)
	if err != nil {
		return err
	}
	defer l.close()
	at, err := a.timeFlag("at", f.at, dayEnd)
	if err != nil {
		return err
	}
	from, err := a.timeFlag("from", f.from, dayStart)
	if err != nil {
		return err
	}
	to, err := a.timeFlag("to", f.to, dayEnd)
	if err != nil {
		return err
	}
	if at == nil {
		at = &l.now
	}
	if to != nil && to.Before(*at) {
		at = to
	}
	events, err := l.History(ctx, domain.ParticipantStreamOf(id))
	if err != nil {
		return err
	}
	if len(events) == 0 {
		return a.unknownPerson(id)
	}
	later := 0
	var shown []domain.Recorded
	for _, e := range events {
		switch {
		case e.Meta.RecordedAt.After(*at):
			later++
		case from == nil || !e.Meta.RecordedAt.Before(*from):
			shown = append(shown, e)
		}
	}
	if err := a.printHistory(shown); err != nil {
		return err
	}
	if later > 0 {
		a.talk(a.t("%d peristiwa dicatat sesudah saat itu (--at, --now)", "%d events were recorded after that moment (--at, --now)"), later)
	}
	return a.finish(ctx, l)
}

// printHistory writes a person's events, one after another.
func (a *app) printHistory(events []domain.Recorded) error {
	if a.output == "" || a.output == "table" {
		_, err := io.WriteString(a.out, a.historyText(events))
		return err
	}
	s := sheet{columns: []column{
		{key: "revision"}, {key: "effective_at"}, {key: "type"}, {key: "detail"}, {key: "reference"}, {key: "recorded_at"}, {key: "stream"}, {key: "data"},
	}}
	for _, e := range events {
		s.rows = append(s.rows, []any{
			e.Revision, e.Meta.Effective(), string(e.Type), a.detail(e), domain.ReferenceNumber(e.Meta.CommandID), e.Meta.RecordedAt, string(e.Stream), e.Data,
		})
	}
	return a.print(s)
}

func (a *app) historyText(events []domain.Recorded) string {
	const indent = 23
	var b strings.Builder
	b.WriteString(a.bold(fmt.Sprintf("%3s  %-16s  %s", "NO", a.t("TERJADI ", "HAPPENED ")+a.zone.String(), a.t("PERISTIWA", "EVENT"))) + "\n")
	for _, e := range events {
		line := fmt.Sprintf("%3d  %s  %-27s", e.Revision, a.text(e.Meta.Effective()), e.Type)
		more := []string{domain.ReferenceNumber(e.Meta.CommandID)}
		if utf8.RuneCountInString(line)+columnGap+len(more[0]) > a.width() {
			line = strings.TrimRight(line, " ")
		}
		a.spread(&b, line, more, indent)
		if d := a.detail(e); d != "" {
			a.paragraph(&b, d, indent)
		}
	}
	return b.String()
}

// finish writes the footer.
func (a *app) finish(ctx context.Context, l *ledger) error {
	st, err := l.stamp(ctx)
	if err == nil {
		a.footer(st)
	}
	return err
}

// detail is what an event says, in a few words.
func (a *app) detail(e domain.Recorded) string {
	if e.Foreign() {
		return a.t("asing: bukan lewat Saldo", "foreign: not through Saldo")
	}
	if e.Unknown() {
		return a.t("jenis yang tidak dikenal versi ini", "a type that this version does not know")
	}
	text := ""
	switch f := e.Fact.(type) {
	case domain.CoursePurchased:
		text = fmt.Sprintf("%s %s %s", f.Platform, f.Course, a.text(f.Amount))
	case domain.PurchaseRefused:
		text = fmt.Sprintf("%s %s", f.Platform, f.Course)
	case domain.BalanceCredited:
		text = a.t("pelatihan ", "training ") + a.text(f.Amounts.Training)
	case domain.IncentiveDisbursed:
		text = fmt.Sprintf("%s %d %s", f.Kind, f.N, a.text(f.Amount))
	}
	if d := e.Fact.Ruling(); d != nil {
		for _, x := range d.Failed {
			text += " " + string(x.Reason)
			break
		}
		for _, x := range d.Exceptions {
			text += a.t(" pengecualian ", " exception ") + string(x.Reason)
			break
		}
	}
	if e.Meta.Origin == domain.Migrated {
		text += a.t(" (riwayat)", " (history)")
	}
	return strings.TrimSpace(text)
}
