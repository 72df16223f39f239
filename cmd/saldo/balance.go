package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/domain/words"
)

func (a *app) balanceCommand() *cobra.Command {
	var f momentFlags
	c := &cobra.Command{
		Use:   "balance --participant ID",
		Short: a.t("Saldo pelatihan seorang peserta, dan yang belum menjadi haknya", "A participant's training balance, and what is not theirs yet"),
		Example: `  saldo balance --participant 1 --data saldo-demo
  saldo balance --participant 1 --at 2020-08-20 --data saldo-demo`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runBalance(c.Context(), f) },
	}
	a.personFlags(c, &f)
	return c
}

// balance is what belongs to a person, and apart from it what does not yet. There is no sum of the purses: only the first buys.
type balance struct {
	Participant uuid.UUID    `json:"participant"`
	At          time.Time    `json:"at"`
	Training    domain.Money `json:"training"`
	NotYet      struct {
		JobSearch domain.Money `json:"job_search"`
		Survey    domain.Money `json:"survey"`
	} `json:"allocated_not_yet_earned"`
	Untransferred domain.Purses `json:"allocated_not_transferred"`
	InTransit     domain.Money  `json:"in_transit"`
	Held          bool          `json:"held,omitempty"`
	Revoked       bool          `json:"revoked,omitempty"`
	stamp
}

func (a *app) runBalance(ctx context.Context, f momentFlags) error {
	l, id, err := a.person(ctx, &f)
	if err != nil {
		return err
	}
	defer l.close()
	at, err := a.timeFlag("at", f.at, dayEnd)
	if err != nil {
		return err
	}
	if at == nil {
		at = &l.now
	}
	p, err := l.Participant(ctx, id, at)
	if err != nil {
		return err
	}
	if p.Revision < 0 {
		return a.unknownPerson(id)
	}
	b := balance{Participant: id, At: *at, Training: p.Balance.Training, Untransferred: p.Committed, InTransit: p.InTransit}
	b.NotYet.JobSearch, b.NotYet.Survey = p.Balance.JobSearch, p.Balance.Survey
	b.Held, b.Revoked = !p.Held.At.IsZero(), !p.Revoked.At.IsZero()
	if b.stamp, err = l.stamp(ctx); err != nil {
		return err
	}
	switch a.output {
	case "json":
		return a.json(b)
	case "ndjson":
		data, err := marshal(b)
		if err == nil {
			_, err = a.out.Write(append(data, '\n'))
		}
		return err
	case "csv":
		return a.print(b.sheet())
	}
	if _, err := io.WriteString(a.out, a.balanceText(b)); err != nil {
		return err
	}
	a.footer(b.stamp)
	return nil
}

func (b balance) sheet() sheet {
	return sheet{
		columns: []column{
			{key: "participant"},
			{key: "at"},
			{key: "training"},
			{key: "job_search_not_yet_earned"},
			{key: "survey_not_yet_earned"},
			{key: "in_transit"},
			{key: "now"},
			{key: "no"},
			{key: "position"},
		},
		rows: [][]any{{b.Participant, b.At, b.Training, b.NotYet.JobSearch, b.NotYet.Survey, b.InTransit, b.Now, b.Number, b.Position}},
	}
}

func (a *app) balanceText(b balance) string {
	rp := func(m domain.Money) string { return words.Rupiah(m.Decimal(), a.lang) }
	var s strings.Builder
	a.paragraph(&s, a.bold(a.t("Saldo pelatihan ", "Training balance ")+rp(b.Training))+" "+a.grey(a.t("per ", "as of ")+words.Moment(b.At, a.zone, a.lang)), 0)
	if !b.NotYet.JobSearch.IsZero() || !b.NotYet.Survey.IsZero() {
		a.paragraph(&s, a.t("Dialokasikan, belum menjadi hak: insentif ", "Allocated, not theirs yet: incentives ")+rp(b.NotYet.JobSearch)+a.t(", survei ", ", surveys ")+rp(b.NotYet.Survey), 0)
	}
	if u := b.Untransferred; !u.IsZero() {
		a.paragraph(&s, a.t("Ditetapkan, belum ditransfer: pelatihan ", "Determined, not transferred yet: training ")+rp(u.Training)+
			a.t(", insentif ", ", incentives ")+rp(u.JobSearch)+a.t(", survei ", ", surveys ")+rp(u.Survey), 0)
	}
	if !b.InTransit.IsZero() {
		a.paragraph(&s, a.t("Sedang dikirim ke mitra pembayaran: ", "On its way to the payment partner: ")+rp(b.InTransit), 0)
	}
	if b.Held {
		a.paragraph(&s, a.t("Saldo sedang ditahan.", "The balance is held."), 0)
	}
	if b.Revoked {
		a.paragraph(&s, a.t("Kepesertaan sudah dicabut.", "The participation was revoked."), 0)
	}
	return s.String()
}
