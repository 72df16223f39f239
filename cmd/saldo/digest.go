package main

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) digestCommand() *cobra.Command {
	var at string
	c := &cobra.Command{
		Use:   "digest",
		Short: a.t("Sidik seluruh buku besar (akar RFC 6962)", "Fingerprint of the whole ledger (RFC 6962 root)"),
		Example: `  saldo digest --data saldo-demo
  saldo digest --at 1200
  saldo digest --at "2020-08-31 23:59:59"`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runDigest(c.Context(), at) },
	}
	c.Flags().StringVar(&at, "at", "", a.t("sesudah sekian peristiwa, atau seperti tercatat pada suatu saat", "after so many events, or as recorded by a time"))
	return c
}

func (a *app) runDigest(ctx context.Context, at string) error {
	var upTo *uint64
	var when *time.Time
	if n, err := strconv.ParseUint(at, 10, 64); err == nil {
		upTo = &n
	} else if when, err = a.timeFlag("at", at, dayEnd); err != nil {
		return usage(err.Error(), a.t("nomor, atau waktu", "a number, or a time"))
	}
	l, err := a.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	st, err := l.stamp(ctx)
	if err != nil {
		return err
	}
	if upTo != nil && *upTo > st.Number {
		return &problem{code: exitNotFound, what: "--at " + at + a.t(": buku besar ini baru sampai ", ": this ledger goes to ") + strconv.FormatUint(st.Number, 10)}
	}
	d, err := l.Digest(ctx, upTo, when)
	if err != nil {
		return err
	}
	if err := a.print(sheet{
		columns: []column{{key: "no", id: "PERISTIWA", en: "EVENTS", right: true}, {key: "root", id: "AKAR", en: "ROOT"}},
		rows:    [][]any{{d.Number, d.Root}},
	}); err != nil {
		return err
	}
	a.footer(st)
	return nil
}
