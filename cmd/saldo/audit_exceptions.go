package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/words"
)

type exceptionFlags struct {
	above string
	kinds []string
	wave  int
	limit int
}

func (a *app) auditExceptionsCommand() *cobra.Command {
	var f exceptionFlags
	c := &cobra.Command{
		Use:   "exceptions",
		Short: a.t("Daftar pengecualian: apa, siapa yang harus menindaklanjuti, umurnya, jumlahnya", "List of exceptions: what, who must act, how old, how much"),
		Long: a.t(`Menurut yang tercatat sampai "sekarang" (--now): keputusan diuji lagi dengan fakta yang kini diketahui, uang
dicocokkan dengan pesanan dan kehadiran, dan sumber yang saling bertentangan disebut pemiliknya. Tidak ada yang diubah.
Jenisnya: `, `By what is recorded up to "now" (--now): decisions are asked again over the facts known now, money is held to
orders and attendance, and sources that contradict each other are named with the owner of the fact. Nothing is changed.
Kinds: `) + kindNames(),
		Example: `  saldo audit exceptions --data saldo-demo --now 2020-12-31
  saldo audit exceptions --above Rp500.000 --output csv > pengecualian.csv
  saldo audit exceptions --kind paid_not_delivered --wave 4`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runExceptions(c.Context(), f) },
	}
	c.Flags().StringVar(&f.above, "above", "", a.t("hanya yang lebih dari jumlah ini, misalnya Rp500.000", "only those above this amount, such as Rp500,000"))
	c.Flags().StringSliceVar(&f.kinds, "kind", nil, a.t("hanya jenis ini (boleh beberapa)", "these kinds only"))
	c.Flags().IntVar(&f.wave, "wave", 0, a.t("hanya gelombang ini", "this wave only"))
	c.Flags().IntVar(&f.limit, "limit", 20, a.t("paling banyak sekian di tabel; 0 semua", "so many at most in the table; 0 for all")) //nolint:mnd // a screen
	return c
}

func kindNames() string {
	var names []string
	for _, k := range api.ExceptionKinds() {
		names = append(names, string(k.Kind))
	}
	return strings.Join(names, ", ")
}

// said is a text in the reader's language.
func (a *app) said(s api.Said) string { return a.t(s.ID, s.EN) }

// amountFlag reads an amount as people write it: 500000, Rp500.000 or Rp500,000.
func (a *app) amountFlag(flag, s string) (domain.Money, error) {
	digits := strings.NewReplacer("Rp", "", "rp", "", ".", "", ",", "", " ", "").Replace(s)
	if digits == "" && s == "" {
		return domain.Money{}, nil
	}
	m, err := domain.ParseMoney(digits)
	if err != nil {
		return m, usage(fmt.Sprintf(a.t("--%s: %q bukan jumlah rupiah", "--%s: %q is no amount of rupiah"), flag, clip(s)), "Rp500.000, 500000")
	}
	return m, nil
}

func (a *app) exceptionFilter(f exceptionFlags) (api.ExceptionFilter, error) {
	out := api.ExceptionFilter{Wave: f.wave}
	var err error
	if out.Above, err = a.amountFlag("above", f.above); err != nil {
		return out, err
	}
	known := strings.Split(kindNames(), ", ")
	for _, k := range f.kinds {
		if !slices.Contains(known, k) {
			cure := kindNames()
			if near := domain.DidYouMean(k, known); near != "" {
				cure = a.t("maksudnya: ", "did you mean: ") + near + "?"
			}
			return out, usage(fmt.Sprintf("--kind: %q", clip(k)), cure)
		}
		out.Kinds = append(out.Kinds, api.ExceptionKind(k))
	}
	return out, nil
}

func (a *app) runExceptions(ctx context.Context, f exceptionFlags) error {
	if err := a.only(formats...); err != nil {
		return err
	}
	filter, err := a.exceptionFilter(f)
	if err != nil {
		return err
	}
	l, err := a.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	rep, err := l.Exceptions(ctx, l.now, filter)
	if err != nil {
		return err
	}
	switch a.output {
	case "json":
		err = a.json(rep)
	case "ndjson", "csv":
		err = a.print(a.exceptionSheet(rep.Rows))
	default:
		_, err = a.out.Write([]byte(a.exceptionText(rep, f.limit)))
	}
	if err != nil {
		return err
	}
	return a.finish(ctx, l)
}

// ownerName says who must act.
func (a *app) ownerName(p domain.Party, code domain.Reference) string {
	name := ""
	switch p {
	case domain.PartyTreasury:
		name = a.t("kas negara", "the treasury")
	case domain.PartySystem:
		name = a.t("pengelola Saldo", "who runs Saldo")
	case domain.PartySupport:
		name = a.t("layanan peserta", "participant support")
	case domain.PartyAuditor:
		name = "auditor"
	case domain.PartyProgramme, domain.PartyPlatform, domain.PartyInstitution, domain.PartyPayment, domain.PartyBank, domain.PartyParticipant:
		name = reason.Owner(p).Name(a.lang)
	}
	if code != "" && string(code) != string(p) {
		name += " " + string(code)
	}
	return name
}

// age says how old something is.
func (a *app) age(days int) string {
	if a.lang == words.EN && days == 1 {
		return "1 day"
	}
	return words.Count(days, a.lang) + a.t(" hari", " days")
}

func (a *app) exceptionSheet(rows []api.Exception) sheet {
	s := sheet{columns: []column{
		{key: "kind", id: "Jenis", en: "Kind"},
		{key: "about", id: "Pengecualian", en: "Exception"},
		{key: "owner", id: "Yang menindaklanjuti", en: "Who must act"},
		{key: "owner_code", id: "Kode", en: "Code"},
		{key: "since", id: "Sejak", en: "Since"},
		{key: "age_days", id: "Umur (hari)", en: "Age (days)", right: true},
		{key: "amount", id: "Jumlah", en: "Amount", right: true},
		{key: "wave", id: "Gelombang", en: "Wave", right: true},
		{key: "participant", id: "Peserta", en: "Participant"},
		{key: "reference", id: "Nomor rujukan", en: "Reference"},
		{key: "event", id: "Peristiwa", en: "Event"},
		{key: "evidence", id: "Bukti", en: "Evidence"},
		{key: "detail", id: "Rincian", en: "Detail"},
	}}
	for _, x := range rows {
		about, _ := api.AboutException(x.Kind)
		who := ""
		if x.Participant != nil {
			who = x.Participant.String()
		}
		s.rows = append(s.rows, []any{
			string(x.Kind), a.said(about.Title), string(x.Owner), string(x.OwnerCode), x.Since, x.AgeDays, x.Amount, x.Wave, who, x.Reference,
			x.Event.String(), refTexts(x.Evidence), x.Detail,
		})
	}
	return s
}

func refTexts(refs []domain.EventRef) string {
	texts := make([]string, 0, len(refs))
	for _, r := range refs {
		texts = append(texts, r.String())
	}
	return strings.Join(texts, "; ")
}

// exceptionText says first how many of each kind there are and whose they are, then each of them.
func (a *app) exceptionText(rep api.ExceptionReport, limit int) string {
	n := func(v int) string { return words.Count(v, a.lang) }
	var b strings.Builder
	a.paragraph(&b, a.bold(fmt.Sprintf(a.t("%s pengecualian per %s", "%s exceptions as of %s"), n(rep.Found), words.Moment(rep.At, a.zone, a.lang))), 0)
	for _, k := range api.ExceptionKinds() {
		if rep.Counts[k.Kind] > 0 {
			a.item(&b, "•", fmt.Sprintf("%s: %s, %s (%s)", a.said(k.Title), n(rep.Counts[k.Kind]), a.text(rep.Amounts[k.Kind]), k.Kind))
		}
	}
	var last api.ExceptionKind
	for i, x := range rep.Rows {
		if limit > 0 && i >= limit {
			a.paragraph(&b, fmt.Sprintf(a.t("… dan %s lagi: --limit 0, atau --output csv", "… and %s more: --limit 0, or --output csv"), n(len(rep.Rows)-limit)), 0)
			break
		}
		if x.Kind != last {
			about, _ := api.AboutException(x.Kind)
			b.WriteString("\n")
			a.paragraph(&b, a.bold(a.said(about.Title)), 0)
			a.paragraph(&b, a.grey(a.said(about.What)+" "+a.said(about.Next)), 0)
			last = x.Kind
		}
		a.exceptionLines(&b, x)
	}
	b.WriteString("\n")
	a.field(&b, a.t("Posisi nomor", "Position"), n(int(rep.Events))) //nolint:gosec // far below 2^63
	a.field(&b, a.t("Akar digest", "Digest root"), rep.Root)
	return b.String()
}

func (a *app) exceptionLines(b *strings.Builder, x api.Exception) {
	head := a.text(x.Amount) + " · " + a.ownerName(x.Owner, x.OwnerCode) + " · " + a.age(x.AgeDays)
	if x.Reference != "" {
		head += " · " + x.Reference
	}
	a.item(b, "•", head)
	for _, l := range []string{x.Detail, x.Event.String(), refTexts(x.Evidence)} {
		if l != "" {
			a.paragraph(b, l, 4) //nolint:mnd // below the item's text
		}
	}
}
