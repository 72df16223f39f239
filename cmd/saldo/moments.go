package main

import (
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"saldo/domain/words"
	"saldo/projections"
)

// atFlag adds the flag of questions about a place of the log.
func (a *app) atFlag(c *cobra.Command, at *string) {
	c.Flags().StringVar(at, "at", "", a.t("seperti tercatat pada saat itu: waktu, atau banyaknya peristiwa (bawaan: semua yang tercatat)",
		"as recorded at that moment: a time, or a number of events (default: all that is recorded)"))
}

// placeFlag reads a time, or a number of events, as a place of the log; otherwise where it is not given.
func (a *app) placeFlag(v *asked, flag, text string, otherwise projections.Place) (projections.Place, error) {
	if text == "" {
		return otherwise, nil
	}
	if n, err := strconv.ParseUint(text, 10, 63); err == nil {
		p, err := v.PlaceOf(n)
		return p, a.aheadProblem(v, flag, err)
	}
	t, err := a.timeFlag(flag, text, dayEnd)
	if err != nil {
		return projections.Place{}, err
	}
	return v.PlaceAt(*t)
}

func (a *app) aheadProblem(v *asked, flag string, err error) error {
	if err == nil {
		return nil
	}
	return &problem{
		code: exitUsage, what: "--" + flag, cause: err,
		cure: fmt.Sprintf(a.t("paling banyak %d, atau sebuah waktu", "at most %d, or a time"), v.Number),
	}
}

// placeFooter says which moment an answer is about, and how far behind the log it is.
func (a *app) placeFooter(v *asked, p projections.Place) {
	events := words.Count(int(p.Number), a.lang) //nolint:gosec // far below 2^63
	if p.Recorded.IsZero() {
		a.talk(a.t("Keadaan buku pada %s peristiwa pertama", "The books at the first %s events"), events)
	} else {
		a.talk(a.t("Keadaan buku pada %s peristiwa pertama, tercatat sampai %s", "The books at the first %s events, recorded until %s"), events,
			words.Moment(p.Recorded, a.zone, a.lang))
	}
	if v.Behind && p.Number == v.Number {
		a.talk(a.t("Model baca tertinggal %s dari buku besar", "The read models are %s behind the ledger"), words.Span(v.Lag.Round(time.Second), a.lang))
	}
	a.footer(v.stamp)
}

// answerAt prints rows in any form, and behind a table the moment that they are about.
func (a *app) answerAt(v *asked, p projections.Place, s sheet) error {
	if err := a.print(s); err != nil {
		return err
	}
	a.placeFooter(v, p)
	return nil
}

// forPeople reports whether the output is read by people and not by programs.
func (a *app) forPeople() bool { return a.output == "" || a.output == "table" }

// pagesAt prints a page of a list as it was at a place of the log.
func (a *app) pagesAt(v *asked, p projections.Place, f pageFlags, out *sheet, next func(projections.Page) (string, error)) error {
	return a.pagesWith(f, out, next, func() { a.placeFooter(v, p) })
}

// moment is a time that may be missing, as a value of a sheet.
func moment(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}
