package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/words"
)

type sampleFlags struct {
	population, method, by string
	size, seed, wave       int
	list                   bool
}

func (a *app) auditSampleCommand() *cobra.Command {
	var f sampleFlags
	c := &cobra.Command{
		Use:   "sample --population NAME --size N --seed S --by ID",
		Short: a.t("Tarik sampel yang dapat diulang, dan uji ulang tiap anggotanya", "Draw a sample that can be repeated, and do each member again"),
		Long: a.t(`Populasi: purchases, refusals, incentives, determinations; jumlah dan nilainya dicetak di samping neraca saldo.
Cara: random (tiap anggota sama), stratified (tiap lapis menurut porsinya), mus (tiap rupiah sama; yang sebesar
langkah pasti terambil). Sampel yang sama keluar dari benih (seed) yang sama, di komputer mana pun.
Penarikan dicatat (SampleDrawn): menarik lagi dari populasi yang sama menunjukkan sampel yang pertama, dan
benih yang lain tercatat sebagai penarikan kedua. Kode keluar lalu 5.`,
			`Populations: purchases, refusals, incentives, determinations; their count and total stand beside the trial balance.
Methods: random (every member alike), stratified (each stratum by its share), mus (every rupiah alike; what is as
large as the step is certain). The same seed gives the same sample, on any machine.
The draw is recorded (SampleDrawn): drawing again from the same population shows the first sample, and another
seed is recorded as a second draw. The exit code is then 5.`),
		Example: `  saldo audit sample --population purchases --method mus --size 25 --seed 20201231 --by 7f1c8f0e-55a6-4d0b-9a37-3f7d2b0c9a11
  saldo audit sample --list`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			if f.list {
				return a.runSamples(c.Context())
			}
			return a.runSample(c.Context(), f)
		},
	}
	c.Flags().StringVar(&f.population, "population", "purchases", a.t("dari apa: ", "what from: ")+names(api.PopulationNames()))
	c.Flags().StringVar(&f.method, "method", "random", a.t("caranya: ", "how: ")+names(api.SampleMethods()))
	c.Flags().IntVar(&f.size, "size", 0, a.t("berapa anggota", "how many members"))
	c.Flags().IntVar(&f.seed, "seed", -1, a.t("benih: bilangan bulat yang dipilih auditor sebelumnya", "seed: a whole number that the auditor chose before"))
	c.Flags().IntVar(&f.wave, "wave", 0, a.t("hanya gelombang ini", "this wave only"))
	c.Flags().StringVar(&f.by, "by", "", a.t("nomor acak auditor (UUID)", "random id of the auditor (a UUID)"))
	c.Flags().BoolVar(&f.list, "list", false, a.t("penarikan yang sudah tercatat", "the draws on record"))
	return c
}

func names[S ~string](all []S) string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = string(s)
	}
	return strings.Join(texts, ", ")
}

// actorFlag reads the random id of whoever acts. No name and no address ever gets into the log.
func (a *app) actorFlag(s string, party domain.Party) (domain.Actor, error) {
	id, err := uuid.Parse(strings.TrimSpace(s))
	if err != nil {
		return domain.Actor{}, usage(fmt.Sprintf(a.t("--by: %q bukan nomor acak", "--by: %q is no random id"), clip(s)),
			a.t("tulis UUID dari daftar petugas, bukan nama", "write the UUID of the staff register, not a name"))
	}
	return domain.Actor{Party: party, Role: "officer", ID: id}, nil
}

func (a *app) sampleRequest(f sampleFlags) (api.SampleRequest, error) {
	q := api.SampleRequest{Population: api.PopulationName(f.population), Method: api.SampleMethod(f.method), Size: f.size, Seed: f.seed, Wave: f.wave}
	const mostSize, mostSeed = 1_000_000, 1<<31 - 1
	switch {
	case !slices.Contains(api.PopulationNames(), q.Population):
		return q, usage(fmt.Sprintf("--population: %q", clip(f.population)), names(api.PopulationNames()))
	case !slices.Contains(api.SampleMethods(), q.Method):
		return q, usage(fmt.Sprintf("--method: %q", clip(f.method)), names(api.SampleMethods()))
	case f.size < 1 || f.size > mostSize:
		return q, usage(fmt.Sprintf("--size: %d", f.size), fmt.Sprintf("1…%d", mostSize))
	case f.seed < 0 || f.seed > mostSeed:
		return q, usage(fmt.Sprintf("--seed: %d", f.seed), fmt.Sprintf("0…%d", mostSeed))
	case f.wave < 0:
		return q, usage(fmt.Sprintf("--wave: %d", f.wave), "1…")
	case q.Population == api.RefusalPopulation && q.Method == api.UnitSample:
		return q, usage(a.t("mus menarik menurut uang yang bergerak; penolakan tidak menggerakkan uang", "mus draws by money that moved; a refusal moves none"), "--method random, stratified")
	}
	var err error
	q.By, err = a.actorFlag(f.by, domain.PartyAuditor)
	return q, err
}

// openToSign opens the ledger to record an act of the audit. A simulation keeps its own clock: what is signed there is signed
// at its "now", over what was recorded by then.
func (a *app) openToSign(ctx context.Context) (*ledger, error) {
	if a.store.server {
		return a.openServerLedger(ctx)
	}
	if err := a.mustStand(); err != nil {
		return nil, err
	}
	file, _, err := readLedgerFile(a.dir)
	if err != nil {
		return nil, err
	}
	if file.Kind == kindLedger && a.nowFlag != "" {
		return nil, usage(a.t("--now di buku besar sungguhan: yang ditandatangani dicatat dengan jam yang sebenarnya", "--now in a real ledger: what is signed is recorded by the real clock"),
			a.t("hilangkan --now", "leave --now out"))
	}
	return a.openToWrite(ctx, file.Kind)
}

// signProblem gives an error of an act of the audit its cause and cure.
func (a *app) signProblem(err error) error {
	switch {
	case errors.Is(err, domain.ErrClockBehind):
		return &problem{
			code: exitConflict, what: a.t("auditnya sudah mencatat sesuatu yang lebih baru daripada \"sekarang\"", "the audit has recorded something later than \"now\""), cause: err,
			cure: a.t("di simulasi: pilih --now yang lebih baru", "in a simulation: choose a later --now"),
		}
	case errors.Is(err, api.ErrEmptyPopulation):
		return &problem{code: exitNotFound, what: a.t("tidak ada isinya sampai saat itu", "there is nothing in it by that moment"), cure: a.t("periksa --now, --wave dan --data", "check --now, --wave and --data")}
	case errors.Is(err, api.ErrSampleMoved):
		return &problem{code: exitVerify, what: a.t("isi buku besar sebelum posisi sampel sudah berubah", "the log before the sample's position was changed"), cause: err}
	}
	return err
}

func (a *app) runSample(ctx context.Context, f sampleFlags) (err error) {
	if err = a.only(formats...); err != nil {
		return err
	}
	q, err := a.sampleRequest(f)
	if err != nil {
		return err
	}
	l, err := a.openToSign(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	q.At = api.Bound{At: &l.now}
	s, err := l.DrawSample(ctx, q)
	if err != nil {
		return a.signProblem(err)
	}
	if err = a.printSample(s); err != nil {
		return err
	}
	if err = a.finish(ctx, l); err != nil {
		return err
	}
	if s.SecondDraw != nil {
		return &problem{
			code: exitConflict, what: fmt.Sprintf(a.t("penarikan kedua dari populasi yang sama; tercatat di %s", "a second draw from the same population; recorded in %s"), s.SecondDraw),
			cure: a.t("yang berlaku adalah sampel pertama, yang ditunjukkan di atas", "the first sample holds, the one shown above"),
		}
	}
	return nil
}

func (a *app) printSample(s api.Sample) error {
	switch a.output {
	case "json":
		return a.json(s)
	case "ndjson", "csv":
		return a.print(a.sampleSheet(s))
	}
	_, err := a.out.Write([]byte(a.sampleText(s)))
	return err
}

func (a *app) sampleSheet(s api.Sample) sheet {
	out := sheet{columns: []column{
		{key: "no", id: "Nomor", en: "No", right: true},
		{key: "reference", id: "Nomor rujukan", en: "Reference"},
		{key: "amount", id: "Jumlah", en: "Amount", right: true},
		{key: "stratum", id: "Lapis", en: "Stratum"},
		{key: "certain", id: "Pasti", en: "Certain"},
		{key: "repeats", id: "Sama", en: "Repeats"},
		{key: "differs", id: "Berbeda pada", en: "Differs in"},
		{key: "event", id: "Peristiwa", en: "Event"},
	}}
	for _, i := range s.Items {
		out.rows = append(out.rows, []any{i.Number, i.Reference, i.Amount, i.Stratum, i.Certain, i.Repeats, strings.Join(i.Differs, ", "), i.Event.String()})
	}
	return out
}

func (a *app) populationWord(p api.PopulationName) string {
	switch p {
	case api.PurchasePopulation:
		return a.t("pembelian", "purchases")
	case api.RefusalPopulation:
		return a.t("penolakan pembelian", "refused purchases")
	case api.IncentivePopulation:
		return a.t("insentif yang diterima", "incentives paid")
	case api.DeterminationPopulation:
		return a.t("penetapan peserta", "determinations")
	}
	return string(p)
}

// tieWord says a line of the reconciliation; an account keeps its name.
func (a *app) tieWord(what string) string {
	switch what {
	case "cancelled_before_payment":
		return a.t("dibatalkan sebelum dibayar", "cancelled before payment")
	case "credited":
		return a.t("sudah dikredit", "credited since")
	case "released":
		return a.t("dilepas tanpa dikredit", "released without a credit")
	case "recommitted":
		return a.t("dijanjikan lagi", "promised again")
	case "attempts":
		return a.t("percobaan", "attempts")
	case "accepted":
		return a.t("di antaranya diterima", "of them accepted")
	}
	return what
}

func (a *app) sampleText(s api.Sample) string {
	n := func(v int) string { return words.Count(v, a.lang) }
	p := s.Population
	var b strings.Builder
	head := a.t("Sampel dari ", "Sample of ") + a.populationWord(p.Name)
	if p.Wave != 0 {
		head += a.t(", gelombang ", ", wave ") + n(p.Wave)
	}
	b.WriteString(a.bold(head) + "\n")
	if s.Again {
		a.paragraph(&b, a.t("Sudah pernah ditarik: ini sampel yang sama, ditunjukkan lagi.", "Drawn before: this is the same sample, shown again."), 0)
	}
	left := fmt.Sprintf(a.t("Populasi: %s, %s", "Population: %s, %s"), n(p.Count), a.text(p.Total))
	a.item(&b, a.mark(p.Agrees), left)
	for _, t := range p.Ties {
		amount := a.text(t.Amount)
		if p.Name == api.RefusalPopulation {
			amount = n(t.Count)
		}
		fmt.Fprintf(&b, "      %-38s %26s\n", a.tieWord(t.What), amount)
	}
	if p.Name == api.RefusalPopulation {
		fmt.Fprintf(&b, "      %-38s %26s\n", a.t("ditolak menurut hitungan percobaan", "refused by the count of attempts"), n(p.Ties[0].Count+p.Ties[1].Count))
	} else {
		fmt.Fprintf(&b, "      %-38s %26s\n", a.t("menurut neraca saldo", "by the trial balance"), a.text(p.Tied))
	}
	how := fmt.Sprintf(a.t("Cara %s, ukuran %s, benih %d", "Method %s, size %s, seed %d"), s.Method, n(s.Size), s.Seed)
	if s.Interval != nil {
		how += fmt.Sprintf(a.t("; langkah %s, mulai di %s, %s pasti terambil", "; step %s, start %s, %s certain"), a.text(s.Interval.Step), a.text(s.Interval.Start), n(s.Interval.Certain))
	}
	a.item(&b, "•", how)
	same := 0
	for _, i := range s.Items {
		if i.Repeats {
			same++
		}
	}
	a.item(&b, a.mark(same == len(s.Items)), fmt.Sprintf(a.t("%s diuji ulang: %s sama, %s berbeda", "%s done again: %s equal, %s different"), n(len(s.Items)), n(same), n(len(s.Items)-same)))
	b.WriteString("\n")
	for _, i := range s.Items {
		text := fmt.Sprintf("%s · %s · %s", a.text(i.Amount), i.Reference, i.Stratum)
		if i.Certain {
			text += a.t(" (pasti)", " (certain)")
		}
		a.item(&b, a.mark(i.Repeats), text)
		a.paragraph(&b, i.Event.String(), 4) //nolint:mnd // below the item's text
		if len(i.Differs) > 0 {
			a.paragraph(&b, strings.Join(i.Differs, ", "), 4) //nolint:mnd // below the item's text
		}
	}
	b.WriteString("\n")
	a.field(&b, a.t("Dicatat di", "Recorded in"), s.Drawn.String()+" · "+s.Reference)
	a.field(&b, a.t("Posisi nomor", "Position"), n(int(p.Events))) //nolint:gosec // far below 2^63
	a.field(&b, a.t("Akar digest", "Digest root"), p.Root)
	return b.String()
}

// runSamples lists the draws on record, refused ones too.
func (a *app) runSamples(ctx context.Context) error {
	if err := a.only(formats...); err != nil {
		return err
	}
	l, err := a.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	all, err := l.Samples(ctx)
	if err != nil {
		return err
	}
	s := sheet{columns: []column{
		{key: "event", id: "Peristiwa", en: "Event"},
		{key: "population", id: "Populasi", en: "Population"},
		{key: "method", id: "Cara", en: "Method"},
		{key: "size", id: "Ukuran", en: "Size", right: true},
		{key: "seed", id: "Benih", en: "Seed", right: true},
		{key: "no", id: "Posisi", en: "Position", right: true},
		{key: "holds", id: "Berlaku", en: "Holds"},
	}}
	for _, d := range all {
		s.rows = append(s.rows, []any{d.Event.String(), string(d.Body.Population), string(d.Body.Method), d.Body.Size, d.Body.Seed, d.Body.Number + 1, !d.Refused})
	}
	if err := a.print(s); err != nil {
		return err
	}
	return a.finish(ctx, l)
}
