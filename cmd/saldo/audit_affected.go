package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/words"
)

func (a *app) auditAffectedCommand() *cobra.Command {
	var by string
	c := &cobra.Command{
		Use:   "affected --by STREAM@REV",
		Short: a.t("Keputusan yang bersandar pada suatu peristiwa: benar waktu itu, keliru sekarang", "Decisions that relied on an event: right at the time, wrong now"),
		Long: a.t(`Yang faktanya dibaca dari peristiwa itu, dan yang diterima tanpa mengetahuinya padahal dengannya ada syarat yang tidak
terpenuhi. Tidak ada keputusan lama yang berubah; yang keliru dibetulkan dengan tindakan baru.`,
			`Those whose facts were read from the event, and those that were accepted without knowing it and fail a check by it.
No past decision changes; what was wrong is put right by a new act.`),
		Example: `  saldo audit affected --by programme@12 --data saldo-demo
  saldo audit affected --by platform-skill-academy@2 --now 2020-12-31`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runAffected(c.Context(), by) },
	}
	c.Flags().StringVar(&by, "by", "", a.t("peristiwa: aliran@revisi, seperti pada bukti", "the event: stream@revision, as evidence names it"))
	return c
}

// eventFlag reads stream@revision; a type behind it is passed over.
func (a *app) eventFlag(flag, s string) (domain.Stream, uint64, error) {
	name, rest, found := strings.Cut(strings.TrimSpace(s), "@")
	number, _, _ := strings.Cut(rest, " ")
	rev, err := strconv.ParseUint(number, 10, 64)
	stream, streamErr := domain.ParseStream(name)
	if !found || err != nil || streamErr != nil {
		return "", 0, usage(fmt.Sprintf(a.t("--%s: %q bukan peristiwa", "--%s: %q is no event"), flag, clip(s)), "programme@12, course-1036@3")
	}
	return stream, rev, nil
}

func (a *app) runAffected(ctx context.Context, by string) error {
	if err := a.only(formats...); err != nil {
		return err
	}
	stream, rev, err := a.eventFlag("by", by)
	if err != nil {
		return err
	}
	l, err := a.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	rep, err := l.Affected(ctx, stream, rev, l.now)
	if errors.Is(err, api.ErrNoEvent) {
		return &problem{code: exitNotFound, what: by + a.t(" tidak ada di buku besar ini", " is not in this ledger"), cure: "saldo export --stream " + string(stream)}
	}
	if err != nil {
		return err
	}
	switch a.output {
	case "json":
		err = a.json(rep)
	case "ndjson", "csv":
		err = a.print(a.affectedSheet(rep))
	default:
		_, err = a.out.Write([]byte(a.affectedText(rep)))
	}
	if err != nil {
		return err
	}
	return a.finish(ctx, l)
}

func (a *app) affectedSheet(rep api.AffectedReport) sheet {
	s := sheet{columns: []column{
		{key: "no"}, {key: "reference"}, {key: "event"}, {key: "received_at"}, {key: "outcome"}, {key: "reliance"}, {key: "facts"}, {key: "amount"}, {key: "now"},
	}}
	for _, d := range rep.Decisions {
		var amount any
		if d.Amount != nil {
			amount = *d.Amount
		}
		s.rows = append(s.rows, []any{d.Number, d.Reference, d.Event.String(), d.Received, string(d.Outcome), string(d.Reliance), strings.Join(d.Groups, ", "), amount, d.Now})
	}
	return s
}

func (a *app) affectedText(rep api.AffectedReport) string {
	n := func(v int) string { return words.Count(v, a.lang) }
	var b strings.Builder
	b.WriteString(a.bold(rep.By.String()) + "\n")
	a.paragraph(&b, fmt.Sprintf(a.t("Terjadi %s, tercatat %s.", "Happened %s, recorded %s."), words.Moment(rep.Effective, a.zone, a.lang), words.Moment(rep.Recorded, a.zone, a.lang)), 0)
	var relied, failing []api.AffectedDecision
	for _, d := range rep.Decisions {
		if d.Reliance == api.WouldFail {
			failing = append(failing, d)
		} else {
			relied = append(relied, d)
		}
	}
	a.item(&b, "•", fmt.Sprintf(a.t("%s keputusan bersandar padanya", "%s decisions relied on it"), n(len(relied))))
	a.item(&b, a.mark(len(failing) == 0), fmt.Sprintf(a.t("%s diterima tanpa mengetahuinya, dan dengannya ada syarat yang tidak terpenuhi", "%s were accepted without knowing it, and fail a check by it"), n(len(failing))))
	a.item(&b, "•", fmt.Sprintf(a.t("%s keputusan mempunyainya dalam dasarnya", "%s decisions have it in their basis"), n(rep.KnewOfIt)))
	a.item(&b, "•", fmt.Sprintf(a.t("jumlah yang diterima di antara yang disebut: %s", "accepted amount among those listed: %s"), a.text(rep.Amount)))
	const most = 50
	list := func(head string, all []api.AffectedDecision) {
		if len(all) == 0 {
			return
		}
		b.WriteString("\n" + a.bold(head) + "\n")
		for i, d := range all {
			if i == most {
				a.paragraph(&b, fmt.Sprintf(a.t("… dan %s lagi: --output csv", "… and %s more: --output csv"), n(len(all)-most)), 0)
				break
			}
			text := d.Reference + " · " + a.t(outcomeWord(d.Outcome)) + " · " + words.Moment(d.Received, a.zone, a.lang)
			if d.Amount != nil {
				text += " · " + a.text(*d.Amount)
			}
			a.item(&b, "•", text)
			for _, l := range []string{d.Event.String(), d.Now} {
				if l != "" {
					a.paragraph(&b, l, 4) //nolint:mnd // below the item's text
				}
			}
		}
	}
	list(a.t("Benar waktu itu, keliru sekarang", "Right at the time, wrong now"), failing)
	list(a.t("Bersandar padanya", "Relied on it"), relied)
	return b.String()
}

func outcomeWord(o domain.OutcomeKind) (id, en string) {
	switch o {
	case domain.Accepted:
		return "diterima", "accepted"
	case domain.Refused:
		return "ditolak", "refused"
	case domain.Consequence:
		return "akibat", "consequence"
	}
	return "dicatat", "recorded"
}
