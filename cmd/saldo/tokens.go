package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/projections"
)

func (a *app) tokensCommand() *cobra.Command {
	var f struct {
		modelsFlags
		page                pageFlags
		platform, state, at string
	}
	c := &cobra.Command{
		Use:   "tokens",
		Short: a.t("Tanda masuk antarsistem (API token) tiap platform: keadaan, umur, pemakaian", "Each platform's API tokens: state, life, use"),
		Long: a.t("Tanda masuk antarsistem adalah milik platform, bukan milik peserta. Keadaannya dihitung pada saat yang ditanyakan; pemakaian menurut seluruh catatan.",
			"A token is the platform's pass between the two systems, never the participant's. Its state is computed for the moment asked about; its use is that of the whole record."),
		Example: `  saldo tokens --data saldo-demo
  saldo tokens --platform platform-contoh --at 2020-10-02 --data saldo-demo
  saldo tokens --state expired --at 2022-01-01 --data saldo-demo`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			filter := projections.TokenFilter{Platform: domain.PlatformCode(f.platform), State: f.state}
			if err := a.oneOf("state", f.state, projections.TokenStates()); err != nil {
				return err
			}
			if err := a.codeFlag("platform", f.platform, filter.Platform.Rule()); err != nil {
				return err
			}
			return a.runTokens(c.Context(), f.modelsFlags, filter, f.at, f.page)
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	c.Flags().StringVar(&f.platform, "platform", "", a.t("hanya platform ini", "this platform only"))
	c.Flags().StringVar(&f.state, "state", "", a.t("hanya keadaan ini: ", "this state only: ")+strings.Join(projections.TokenStates(), ", "))
	c.Flags().StringVar(&f.at, "at", "", a.t("keadaan pada saat itu (bawaan: sekarang)", "as of that moment (default: now)"))
	return c
}

func (a *app) runTokens(ctx context.Context, m modelsFlags, filter projections.TokenFilter, at string, page pageFlags) error {
	return a.withView(ctx, m, func(v *asked) error {
		moment, err := a.momentOr(at, v.Now)
		if err != nil {
			return err
		}
		out := sheet{columns: []column{
			{key: "token_id", id: "token", en: "token"},
			{key: "state", id: "keadaan", en: "state"},
			{key: "expires_at", id: "berlaku sampai", en: "expires"},
			{key: "last_used_at", id: "terakhir dipakai", en: "last used"},
			{key: "attempts", id: "percobaan", en: "attempts", right: true},
			{key: "denied", id: "tak lanjut", en: "denied", right: true},
		}}
		if !a.machine() && a.roomy() {
			out.columns = append(out.columns, column{key: "platform", id: "platform", en: "platform"})
		}
		if a.machine() {
			for _, key := range []string{"platform", "since", "issued_at", "predecessor_id", "successor_id", "grace_until", "revoked_at", "revoked_for", "refused", "last_denied_at"} {
				out.columns = append(out.columns, column{key: key})
			}
		}
		return a.pages(page, &out, func(p projections.Page) (string, error) {
			list, err := v.Tokens(filter, moment, p)
			for _, x := range list.Rows {
				row := []any{string(x.Token), a.tokenState(x.State), maybe(x.Expires), maybe(x.Used), x.Attempts, x.Denied}
				if !a.machine() && a.roomy() {
					row = append(row, string(x.Platform))
				}
				if a.machine() {
					row = append(row, string(x.Platform), maybe(x.Since), maybe(x.Issued), string(x.Predecessor), string(x.Successor), maybe(x.GraceUntil),
						maybe(x.Revoked), string(x.RevokedFor), x.Refused, maybe(x.DeniedAt))
				}
				out.rows = append(out.rows, row)
			}
			return list.Next, err
		}, v.stamp)
	})
}

// tokenState says the state of a token to people.
func (a *app) tokenState(s string) string {
	if a.machine() {
		return s
	}
	switch s {
	case "active":
		return a.t("berlaku", "active")
	case "grace":
		return a.t("masa tenggang", "in grace")
	case "expired":
		return a.t("kedaluwarsa", "expired")
	case "revoked":
		return a.t("dicabut", "revoked")
	}
	return a.t("tidak dikenal", "unknown")
}
