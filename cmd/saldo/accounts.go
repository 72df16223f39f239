package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/projections"
)

func (a *app) accountsCommand() *cobra.Command {
	var f struct {
		modelsFlags
		at     string
		wave   int
		byWave bool
	}
	c := &cobra.Command{
		Use:   "accounts",
		Short: a.t("Neraca saldo: semua akun, debet sama dengan kredit", "Trial balance: all accounts, debits equal to credits"),
		Long: a.t(`Neraca saldo pada suatu saat, seperti tercatat saat itu.

  state_treasury         kas umum negara (RKUN); asal semua dana, bersaldo kredit
  programme_fund.TAHUN   Rekening Dana Kartu Prakerja
  va.training, va.job_search, va.survey
                         rekening virtual peserta, menurut jenis dana
  platform_payable       terutang kepada platform; platform_paid: sudah dibayar
  payout_in_transit.MITRA  diperintahkan kepada mitra pembayaran, belum dijawab
  incentive_paid         insentif yang dikonfirmasi mitra
  suspense.PIHAK         yang diambil fakta laporan di luar saldo; bersaldo kredit
  receivable.PIHAK       piutang; lawannya claims
  memo.commitment        ditetapkan, belum ditransfer; lawannya memo.allocation

Tanda ! : saldo berada di sisi yang tidak wajar. Gelombang 0: bukan milik gelombang mana pun.
Tiap gelombang seimbang sendiri; selisihnya selalu Rp0.`,
			`The trial balance at a moment, as recorded then.

  state_treasury         the state treasury (RKUN), where all money comes from; in credit
  programme_fund.YEAR    the programme's fund account
  va.training, va.job_search, va.survey
                         participants' virtual accounts, by purse
  platform_payable       owed to platforms; platform_paid: paid to them
  payout_in_transit.PARTNER  instructed to a payment partner, not answered yet
  incentive_paid         incentives that a partner confirmed
  suspense.PARTY         what reported facts took beyond a purse; in credit
  receivable.PARTY       demanded back; claims is the other side
  memo.commitment        determined, not transferred yet; memo.allocation is the other side

The mark !: the balance is not on its natural side. Wave 0: of no wave.
Each wave balances by itself; the difference is always Rp0.`),
		Example: `  saldo accounts --data saldo-demo
  saldo accounts --at 2020-08-31 --wave 4 --data saldo-demo
  saldo accounts --at 9000 --by-wave --output csv --data saldo-demo`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			filter := projections.AccountFilter{ByWave: f.byWave}
			if c.Flags().Changed("wave") {
				filter.Wave = &f.wave
			}
			return a.runAccounts(c.Context(), f.modelsFlags, f.at, filter)
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.atFlag(c, &f.at)
	c.Flags().IntVar(&f.wave, "wave", 0, a.t("hanya gelombang ini; 0: yang bukan milik gelombang mana pun", "this wave only; 0: what belongs to none"))
	c.Flags().BoolVar(&f.byWave, "by-wave", false, a.t("satu baris tiap akun dan gelombang", "one line for each account and wave"))
	return c
}

func (a *app) runAccounts(ctx context.Context, m modelsFlags, at string, filter projections.AccountFilter) error {
	return a.withView(ctx, m, func(v *asked) error {
		p, err := a.placeFlag(v, "at", at, v.Here())
		if err != nil {
			return err
		}
		balance, err := v.Accounts(p, filter)
		if err != nil {
			return err
		}
		return a.answerAt(v, p, a.trialBalanceSheet(balance, filter.ByWave))
	})
}

// trialBalanceSheet is a trial balance: for people the balances with their sums, for programs the turnovers too.
func (a *app) trialBalanceSheet(t projections.TrialBalance, byWave bool) sheet {
	out := sheet{columns: []column{{key: "account", id: "akun", en: "account"}}}
	if byWave || !a.forPeople() {
		out.columns = append(out.columns, column{key: "wave", id: "gelombang", en: "wave", right: true})
	}
	if !a.forPeople() {
		out.columns = append(out.columns, column{key: "debited"}, column{key: "credited"})
	}
	out.columns = append(out.columns, column{key: "debit", id: "debet", en: "debit", right: true}, column{key: "credit", id: "kredit", en: "credit", right: true})
	if a.forPeople() {
		out.columns = append(out.columns, column{key: "unusual"})
	} else {
		out.columns = append(out.columns, column{key: "natural_side"}, column{key: "unusual"})
	}
	for _, r := range t.Rows {
		row := []any{string(r.Account)}
		if byWave || !a.forPeople() {
			row = append(row, waveText(r.Wave))
		}
		if a.forPeople() {
			row = append(row, shown(r.Debit, r, projections.Debit), shown(r.Credit, r, projections.Credit), pick(r.Unusual, "!", ""))
		} else {
			row = append(row, r.Debited, r.Credited, r.Debit, r.Credit, string(r.Natural), r.Unusual)
		}
		out.rows = append(out.rows, row)
	}
	if a.forPeople() && len(t.Rows) > 0 {
		row := []any{a.t("JUMLAH", "TOTAL")}
		if byWave {
			row = append(row, "")
		}
		out.rows = append(out.rows, append(row, t.Debit, t.Credit, ""))
	}
	return out
}

// shown is one side of a balance: empty where it stands on the other, or would.
func shown(m domain.Money, r projections.AccountBalance, side projections.Side) any {
	if m.IsZero() && (r.Natural != side || !r.Debit.IsZero() || !r.Credit.IsZero()) {
		return nil
	}
	return m
}

func waveText(wave *int) any {
	if wave == nil {
		return nil
	}
	return strconv.Itoa(*wave)
}
