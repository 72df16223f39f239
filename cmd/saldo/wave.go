package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/words"
)

// waveReport is where the money of a wave is by a time, and whether every decision repeats: the auditor's question.
type waveReport struct {
	api.Realisation
	Difference domain.Money `json:"difference"` // transferred and nowhere: Rp0
	Decisions  int          `json:"decisions_repeated"`
	Equal      int          `json:"decisions_equal"`
	Root       string       `json:"root"`
}

func (l *ledger) wave(ctx context.Context, wave int, by time.Time) (*waveReport, error) {
	r, err := l.Realisation(ctx, wave, by)
	if err != nil {
		return nil, err
	}
	again, err := l.Redecide(ctx, nil)
	if err != nil {
		return nil, err
	}
	d, err := l.Digest(ctx, &r.Number, nil) // of the same prefix that the figures are about
	return &waveReport{r, r.Delivery.Difference(), again.Decisions, again.Equal, d.Root}, err
}

// decrees says which decrees the allocation rests on, and whether they agree with the people determined under them.
func (a *app) decrees(r *waveReport) string {
	var out []string
	for _, d := range r.Decrees {
		agrees := a.t("tidak cocok", "does not agree")
		if d.Agrees {
			agrees = a.t("cocok", "agrees")
		}
		out = append(out, string(d.Decree)+", "+agrees)
	}
	return strings.Join(out, "; ")
}

// waveText says the report in one paragraph.
func (a *app) waveText(r *waveReport) string {
	rp := func(m domain.Money) string { return words.Rupiah(m.Decimal(), a.lang) }
	n := func(v int) string { return words.Count(v, a.lang) }
	d := r.Delivery
	left := d.Left.Total().Add(d.InTransit)
	return fmt.Sprintf(a.t(
		"Per %s, posisi nomor %s, digest %s…: %s peserta, %s dialokasikan (%s); ditransfer %s; pelatihan dibeli %s; dibayar ke platform %s, di antaranya %s (%s transaksi) untuk pelatihan yang belum ditukar, belum dimulai atau belum selesai; insentif diterima %s; dikembalikan %s; sisa %s; selisih %s. Selama layanan ditutup: %s percobaan oleh %s peserta, %s diterima. Seluruh buku besar: %s keputusan diulang, %s sama, %s berbeda. %s pengecualian di gelombang ini.",
		"By %s, position number %s, digest %s…: %s people, %s allocated (%s); transferred %s; training bought %s; paid to platforms %s, of which %s (%s transactions) for training not exchanged, not begun or not finished; incentives confirmed %s; returned %s; left %s; difference %s. While payments were closed: %s attempts by %s people, %s accepted. The whole ledger: %s decisions repeated, %s equal, %s different. %s exceptions in this wave."),
		words.Moment(r.At, a.zone, a.lang), n(int(r.Number)), r.Root[:16], n(r.People), rp(d.Allocated.Total()), a.decrees(r), rp(d.Transferred.Total()), rp(d.Bought), rp(r.Paid), //nolint:gosec // far below 2^63
		rp(r.NotDelivered), n(len(r.Undelivered)), rp(d.Incentives), rp(d.Returned.Total()), rp(left), rp(r.Difference),
		n(r.Closed.Attempts), n(r.Closed.People), n(r.Closed.Accepted), n(r.Decisions), n(r.Equal), n(r.Decisions-r.Equal), n(r.Exceptions))
}
