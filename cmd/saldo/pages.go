package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"saldo/projections"
)

// pageFlags choose a part of a list.
type pageFlags struct {
	limit int
	after string
	all   bool
}

func (a *app) pageFlags(c *cobra.Command, f *pageFlags) {
	c.Flags().IntVar(&f.limit, "limit", projections.DefaultPage, a.t("baris paling banyak", "rows at most"))
	c.Flags().StringVar(&f.after, "after", "", a.t("lanjutkan di belakang jawaban sebelumnya", "go on behind the answer before"))
	c.Flags().BoolVar(&f.all, "all", false, a.t("semua baris", "all rows"))
}

// pages prints one page of a list, or all of them, and says how to get the next. next fills the sheet with a page.
func (a *app) pages(f pageFlags, out *sheet, next func(projections.Page) (string, error), s *stamp) error {
	if f.limit < 1 || f.limit > projections.MaxPage {
		return usage(fmt.Sprintf("--limit: %d", f.limit), fmt.Sprintf("1…%d, --all", projections.MaxPage))
	}
	p := projections.Page{Limit: f.limit, After: f.after}
	if f.all {
		p.Limit = projections.MaxPage
	}
	for {
		after, err := next(p)
		if err != nil {
			return err
		}
		p.After = after
		if after == "" || !f.all {
			break
		}
	}
	if err := a.print(*out); err != nil {
		return err
	}
	if p.After != "" {
		a.talk(a.t("berikutnya: --after %s", "next: --after %s"), p.After)
	}
	a.footer(*s)
	return nil
}
