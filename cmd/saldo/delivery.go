package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/domain/words"
	"saldo/projections"
)

type deliveryFlags struct {
	modelsFlags
	page        pageFlags
	at          string
	wave        int
	platform    string
	step        string
	list        bool
	undelivered bool
}

func (a *app) deliveryCommand() *cobra.Command {
	var f deliveryFlags
	c := &cobra.Command{
		Use:   "delivery",
		Short: a.t("Pembayaran ke platform menurut status pelatihan", "What platforms were paid for, by how far the training came"),
		Long: a.t(`Yang dibayar kepada platform, dibandingkan dengan yang diterima peserta: pertanyaan BPK tahun 2020.
Tiap pesanan dihitung menurut langkah pertama yang belum ada: voucher ditukar, pelatihan dimulai,
pelatihan selesai (menurut lembaga). --list menyebut pesanannya satu per satu.`,
			`What platforms were paid, against what people got: the state auditor's question of 2020.
Each order counts under the first step that is missing: the voucher exchanged, the training begun,
the training finished (as the institution says). --list names the single orders.`),
		Example: `  saldo delivery --data saldo-demo
  saldo delivery --at 2020-12-31 --wave 4 --data saldo-demo
  saldo delivery --list --undelivered --at 2020-12-31 --output csv --data saldo-demo`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			if f.step != "" && !slices.Contains(projections.DeliverySteps(), projections.DeliveryStep(f.step)) {
				return usage(fmt.Sprintf("--step: %q", clip(f.step)), joined(projections.DeliverySteps()))
			}
			return a.runDelivery(c.Context(), f)
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	a.atFlag(c, &f.at)
	c.Flags().IntVar(&f.wave, "wave", 0, a.t("hanya gelombang ini", "this wave only"))
	c.Flags().StringVar(&f.platform, "platform", "", a.t("hanya platform ini", "this platform only"))
	c.Flags().BoolVar(&f.list, "list", false, a.t("pesanan yang dibayar, satu per satu", "the single orders that were paid for"))
	c.Flags().BoolVar(&f.undelivered, "undelivered", false, a.t("hanya yang belum ditukar, dimulai atau selesai", "only those not exchanged, begun or finished"))
	c.Flags().StringVar(&f.step, "step", "", a.t("hanya langkah ini: ", "this step only: ")+joined(projections.DeliverySteps()))
	return c
}

// joined lists the values of a kind of text.
func joined[T ~string](all []T) string {
	texts := make([]string, len(all))
	for i, x := range all {
		texts[i] = string(x)
	}
	return strings.Join(texts, ", ")
}

func (a *app) runDelivery(ctx context.Context, f deliveryFlags) error {
	return a.withView(ctx, f.modelsFlags, func(v *asked) error {
		p, err := a.placeFlag(v, "at", f.at, v.Here())
		if err != nil {
			return err
		}
		if f.list {
			return a.listDelivery(v, p, f)
		}
		sums, err := v.Deliveries(p)
		if err != nil {
			return err
		}
		sums = slices.DeleteFunc(sums, func(s projections.DeliverySum) bool {
			return f.wave != 0 && s.Wave != f.wave || f.platform != "" && string(s.Platform) != f.platform ||
				f.undelivered && !s.Step.Undelivered() || f.step != "" && string(s.Step) != f.step
		})
		if err := a.print(a.deliverySheet(sums)); err != nil {
			return err
		}
		if a.forPeople() {
			if err := a.undelivered(sums); err != nil {
				return err
			}
		}
		a.placeFooter(v, p)
		return nil
	})
}

func (a *app) deliverySheet(sums []projections.DeliverySum) sheet {
	out := sheet{columns: []column{
		{key: "wave", id: "gel.", en: "wave", right: true},
		{key: "platform", id: "platform", en: "platform"},
		{key: "step", id: "status pelatihan", en: "training"},
		{key: "orders", id: "pesanan", en: "orders", right: true},
		{key: "amount"},
		{key: "paid_orders", id: "dibayar", en: "paid for", right: true},
		{key: "paid", id: "jumlah dibayar", en: "paid", right: true},
		{key: "attended"},
	}}
	if a.forPeople() {
		out.columns = slices.DeleteFunc(out.columns, func(c column) bool { return c.id == "" })
	}
	for _, s := range sums {
		if a.forPeople() {
			out.rows = append(out.rows, []any{s.Wave, string(s.Platform), a.stepText(s.Step), s.Orders, s.PaidOrders, s.Paid})
		} else {
			out.rows = append(out.rows, []any{s.Wave, string(s.Platform), string(s.Step), s.Orders, s.Amount, s.PaidOrders, s.Paid, s.Attended})
		}
	}
	return out
}

// stepText is how far a training came, in words.
func (a *app) stepText(s projections.DeliveryStep) string {
	switch s {
	case projections.StepUnrecorded:
		return a.t("pesanan tidak tercatat", "order not recorded")
	case projections.StepCancelled:
		return a.t("dibatalkan", "cancelled")
	case projections.StepNotExchanged:
		return a.t("belum ditukar", "not exchanged")
	case projections.StepNotStarted:
		return a.t("belum dimulai", "not begun")
	case projections.StepNotFinished:
		return a.t("belum selesai", "not finished")
	case projections.StepFinished:
		return a.t("selesai", "finished")
	}
	return string(s)
}

// undelivered is the sentence of the state auditor.
func (a *app) undelivered(sums []projections.DeliverySum) error {
	var paid, not domain.Money
	orders := 0
	for _, s := range sums {
		if paid = paid.Add(s.Paid); s.Step.Undelivered() {
			not, orders = not.Add(s.Paid), orders+s.PaidOrders
		}
	}
	var b strings.Builder
	a.paragraph(&b, fmt.Sprintf(a.t("Dibayar ke platform %s, di antaranya %s (%s pesanan) belum ditukar, belum dimulai atau belum selesai.",
		"Paid to platforms %s, of which %s (%s orders) not exchanged, not begun or not finished."),
		words.Rupiah(paid.Decimal(), a.lang), words.Rupiah(not.Decimal(), a.lang), words.Count(orders, a.lang)), 0)
	_, err := io.WriteString(a.out, "\n"+b.String())
	return err
}

func (a *app) listDelivery(v *asked, p projections.Place, f deliveryFlags) error {
	out := sheet{columns: []column{
		{key: "participant", id: "peserta", en: "participant"},
		{key: "wave", id: "gelombang", en: "wave", right: true},
		{key: "platform", id: "platform", en: "platform"},
		{key: "invoice_code", id: "pesanan", en: "order"},
		{key: "course_code", id: "kursus", en: "course"},
		{key: "bought_at", id: "dibeli", en: "bought"},
		{key: "amount", id: "harga", en: "price", right: true},
		{key: "paid", id: "dibayar", en: "paid", right: true},
		{key: "step", id: "status pelatihan", en: "training"},
	}}
	filter := projections.PaidFilter{Wave: f.wave, Platform: domain.PlatformCode(f.platform), Step: projections.DeliveryStep(f.step), Undelivered: f.undelivered}
	return a.pagesAt(v, p, f.page, &out, func(page projections.Page) (string, error) {
		list, err := v.PaidOrders(p, filter, page)
		for _, x := range list.Rows {
			step := string(x.Step)
			if a.forPeople() {
				step = a.stepText(x.Step)
			}
			out.rows = append(out.rows, []any{x.Participant, x.Wave, string(x.Platform), string(x.Invoice), string(x.Course), moment(x.Bought), x.Amount, x.Paid, step})
		}
		return list.Next, err
	})
}
