package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/scenario"
	"saldo/domain/words"
)

// demoScenario is the name of the reconstruction in ledger.json.
const demoScenario = "prakerja-2020"

func (a *app) demoCommand() *cobra.Command {
	var once bool
	c := &cobra.Command{
		Use:   "demo",
		Short: a.t("Rekonstruksi Agustus 2020 dan sepuluh pertanyaannya", "The reconstruction of August 2020 and its ten questions"),
		Long: a.t(`Membuat rekonstruksi di --data (bawaan: ./saldo-demo), kecuali sudah lengkap di sana, lalu menjawab
sepuluh pertanyaan dari buku besar itu. Bisa dihentikan dan dilanjutkan. Server web menyusul di rilis
berikutnya; sampai saat itu --once tidak mengubah apa pun. --now menetapkan "hari ini" bagi pertanyaan
sesudahnya; kesepuluh pertanyaan punya harinya sendiri.`,
			`Makes the reconstruction in --data (default: ./saldo-demo) unless it stands there complete, and answers
ten questions from that ledger. It can be interrupted and goes on. The web server comes with a later
release; until then --once changes nothing. --now sets the "today" of later questions; the ten have
days of their own.`),
		Example: `  saldo demo
  saldo demo --once --lang en
  saldo demo --data /tmp/demo --now 2020-09-24`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error {
			if !c.Flags().Changed("data") {
				a.dir = defaultDemo
			}
			return a.runDemo(c.Context())
		},
	}
	c.Flags().BoolVar(&once, "once", false, a.t("cetak lalu selesai", "print and end"))
	return c
}

func (a *app) runDemo(ctx context.Context) error {
	if err := a.only("table", "json"); err != nil {
		return err
	}
	if err := a.build(ctx); err != nil {
		return err
	}
	l, err := a.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	answered, err := a.tenAnswers(ctx, l)
	if err != nil {
		return err
	}
	return a.jsonOr(answered, func() string { return a.demoText(l, answered) })
}

// build brings the reconstruction into the directory, or what is missing of it.
func (a *app) build(ctx context.Context) (err error) {
	file, there, err := readLedgerFile(a.dir)
	if err != nil {
		return err
	}
	today := scenario.DefaultNow()
	given, err := a.timeFlag("now", a.nowFlag, dayEnd)
	if err != nil {
		return err
	}
	if given != nil {
		today = *given
	}
	steps := scenario.Steps()
	version, err := fingerprint(steps)
	if err != nil {
		return err
	}
	if there && file.Scenario == demoScenario && file.Version != version {
		return &problem{
			code: exitConflict, what: a.dir + a.t(" berisi rekonstruksi dari versi program yang lain", " holds the reconstruction of another version of the program"),
			cure: a.t("hapus direktori itu, atau pilih yang lain: --data DIR", "remove that directory, or choose another one: --data DIR"),
		}
	}
	if there && file.Scenario == demoScenario && file.Complete {
		if file.Today != nil && file.Today.Equal(today) {
			return nil
		}
		file.Today = &today
		return file.write(a.dir)
	}
	if _, statErr := os.Stat(filepath.Join(a.dir, storeName)); statErr == nil && file.Scenario != demoScenario {
		if empty, known := a.empty(ctx); !known || !empty {
			return &problem{code: exitConflict, what: a.dir + a.t(" berisi buku besar lain", " holds another ledger"), cure: a.t("pilih direktori lain: --data DIR", "choose another directory: --data DIR")}
		}
	}
	l, err := a.openToWrite(ctx, kindSimulation)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	l.file.Scenario, l.file.Version, l.file.Today = demoScenario, version, &today
	if err := l.file.write(a.dir); err != nil {
		return err
	}
	if err := a.execute(ctx, l, steps); err != nil {
		return err
	}
	l.file.Complete = true
	return l.file.write(a.dir)
}

// fingerprint tells one version of the scenario from another.
func fingerprint(steps []scenario.Step) (string, error) {
	h := sha256.New()
	for _, s := range steps {
		line, err := domain.EncodeSubmission(domain.Submission{Key: s.Key, ReceivedAt: &s.Command.ReceivedAt, Command: s.Command})
		if err != nil {
			return "", err
		}
		h.Write(line)
		h.Write([]byte{'\n'})
	}
	const enough = 8
	return hex.EncodeToString(h.Sum(nil)[:enough]), nil
}

// demoInFlight is how many steps one synced group may carry.
const demoInFlight = 256

// execute runs the steps in their order, many to a synced group: a simulation takes each step's clock from the step, and
// every build has the same digest.
func (a *app) execute(ctx context.Context, l *ledger, steps []scenario.Step) error {
	bar := a.progress(a.t("rekonstruksi", "reconstruction"), len(steps), true, false)
	defer bar.end()
	unexpected, done := 0, 0
	err := l.ExecuteAll(ctx, commandsOf(steps), demoInFlight, func(i int, o api.Outcome, err error) error {
		if err != nil {
			return fmt.Errorf("%s: %w", steps[i].Key, err)
		}
		if primary(o) != steps[i].Expect {
			unexpected++
		}
		done = i + 1
		bar.at(done)
		return nil
	})
	if ctx.Err() != nil {
		fmt.Fprintf(a.err, a.t("saldo: dihentikan sesudah langkah %d dari %d\n  → jalankan perintah yang sama lagi untuk melanjutkan\n",
			"saldo: interrupted after step %d of %d\n  → run the same command again to go on\n"), done, len(steps))
		return errInterrupted
	}
	if err != nil {
		return err
	}
	if unexpected > 0 {
		a.talk(a.t("catatan: %d langkah rekonstruksi berakhir lain dari yang direncanakan", "note: %d steps of the reconstruction ended otherwise than planned"), unexpected)
	}
	return nil
}

func commandsOf(steps []scenario.Step) iter.Seq[domain.Command] {
	return func(yield func(domain.Command) bool) {
		for _, s := range steps {
			cmd := s.Command
			cmd.ID = domain.CommandID(scenario.Organisation, s.Key)
			if !yield(cmd) {
				return
			}
		}
	}
}

func primary(o api.Outcome) reason.Code {
	if d := o.Decision(); d != nil && o.Refused() {
		return d.Primary()
	}
	return ""
}

// answered is one of the ten questions with its answer.
type answered struct {
	Number   int            `json:"number"`
	By       string         `json:"by"`
	Asks     string         `json:"asks"`
	Sentence string         `json:"sentence"`
	Next     string         `json:"next,omitempty"`
	Answer   *domain.Answer `json:"answer,omitempty"`
	Wave     *waveReport    `json:"report,omitempty"`

	nick string
	now  time.Time
	line string // to ask it again
}

func (a *app) tenAnswers(ctx context.Context, l *ledger) ([]answered, error) {
	var out []answered
	for _, q := range scenario.TenQuestions() {
		x := answered{Number: q.Number, By: q.By, Asks: q.Words.In(string(a.lang)), nick: q.Nick, now: q.Now}
		var err error
		if q.Topic == "audit" {
			x.line = "saldo audit redecide --data " + a.dir
			x.Wave, err = l.wave(ctx, q.Wave, q.Now)
			if err == nil {
				x.Sentence = a.waveText(x.Wave)
			}
		} else {
			err = a.answerOne(ctx, l, q, &x)
		}
		if err != nil {
			return nil, fmt.Errorf("%d: %w", q.Number, err)
		}
		out = append(out, x)
	}
	return out, nil
}

func (a *app) answerOne(ctx context.Context, l *ledger, q scenario.Asked, x *answered) error {
	x.line = a.again(q)
	to := reason.Participant
	if q.By == "P" {
		to = reason.Platform
	}
	answer, err := l.Explain(ctx, q.Question())
	if err != nil {
		return err
	}
	seen := answer
	if to == reason.Platform {
		seen = answer.For(to)
	}
	x.Answer = &seen
	if x.Sentence, err = answer.Say(to, reason.Written, a.lang, a.zone); err != nil {
		return err
	}
	x.Next, err = answer.Next(a.lang, a.zone)
	return err
}

// again is the command line that asks a question again.
func (a *app) again(q scenario.Asked) string {
	parts := []string{"saldo why " + q.Topic}
	add := func(flag, value string) {
		if value != "" {
			parts = append(parts, "--"+flag+" "+value)
		}
	}
	if q.Attempt != uuid.Nil {
		parts = []string{"saldo why --reference " + domain.ReferenceNumber(q.Attempt)}
	} else {
		if q.Subject != uuid.Nil {
			add("participant", strconv.Itoa(nickNumber(q.Nick)))
		}
		add("course", string(q.Course))
		add("platform", string(q.Platform))
		add("at", a.shortIf(q.At))
		add("from", a.shortIf(q.From))
		add("to", a.shortIf(q.To))
	}
	if q.By == "P" {
		add("audience", string(reason.Platform))
	}
	add("now", a.short(q.Now))
	add("data", a.dir)
	return strings.Join(parts, " ")
}

func (a *app) shortIf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return a.short(t)
}

func (a *app) demoText(l *ledger, all []answered) string {
	var b strings.Builder
	a.paragraph(&b, a.bold(scenario.Banner(string(a.lang))), 0)
	for _, x := range all {
		who := map[string]string{"S": a.t("Layanan peserta", "Support"), "P": "Platform", "A": "Auditor"}[x.By]
		b.WriteString("\n" + a.bold(fmt.Sprintf("%d. %s · %s", x.Number, who, words.Moment(x.now, a.zone, a.lang))))
		if x.nick != "" {
			b.WriteString(" · " + x.nick)
		}
		b.WriteString("\n")
		a.paragraph(&b, "“"+x.Asks+"”", 3)
		a.paragraph(&b, "→ "+x.Sentence, 3)
		if x.Answer != nil {
			facts := []string{a.t("giliran: ", "whose turn: ") + x.Answer.Owner.Name(a.lang), a.t("bukti ", "evidence ") + a.grade(x.Answer.Evidence)}
			if x.Answer.Reference != "" {
				facts = append(facts, a.t("nomor rujukan ", "reference ")+x.Answer.Reference)
			}
			a.paragraph(&b, a.grey("["+strings.Join(facts, " · ")+"]"), 3)
		}
	}
	b.WriteString("\n" + a.bold(a.t("Tanya lebih jauh", "Ask more")) + a.grey(a.t("  (salin satu baris)", "  (copy a line)")) + "\n")
	for _, x := range all {
		b.WriteString("  " + x.line + "\n")
	}
	for _, what := range []string{"balance", "history"} {
		fmt.Fprintf(&b, "  saldo %s --participant %d --data %s\n", what, nickNumber(scenario.Personas()[0].Nick), l.dir)
	}
	b.WriteString("  saldo check --data " + l.dir + "\n")
	b.WriteString("\n" + a.bold(a.t("Peserta contoh", "Example participants")) + "\n")
	for _, p := range scenario.Personas() {
		fmt.Fprintf(&b, "  %3d  %s\n       %s\n", nickNumber(p.Nick), p.About.In(string(a.lang)), a.grey(p.Subject.String()))
	}
	b.WriteString("\n" + a.bold(a.t("Hari-hari untuk --now", "Days for --now")) + "\n")
	for _, d := range scenario.KeyDates() {
		a.item(&b, "•", a.short(d.At)+" "+d.About.In(string(a.lang)))
	}
	b.WriteByte('\n')
	if len(all) > 0 && all[0].Answer != nil {
		for _, line := range a.footerLines(stamp{Now: l.now, Number: all[0].Answer.Number, Position: all[0].Answer.Position, Simulation: true}) {
			a.paragraph(&b, line, 0)
		}
	}
	return b.String()
}

// short is a time as a flag takes it.
func (a *app) short(t time.Time) string {
	return t.In(a.zone.Location()).Format("2006-01-02T15:04Z07:00")
}

// nickNumber is the number in a nickname such as "Peserta contoh 017".
func nickNumber(nick string) int {
	n, err := strconv.Atoi(nick[strings.LastIndexByte(nick, ' ')+1:])
	if err != nil {
		return 0
	}
	return n
}

// personaNamed finds a persona by nickname or by its number.
func personaNamed(s string) (uuid.UUID, bool) {
	n, err := strconv.Atoi(s)
	for _, p := range scenario.Personas() {
		if strings.EqualFold(p.Nick, s) || err == nil && nickNumber(p.Nick) == n {
			return p.Subject, true
		}
	}
	return uuid.Nil, false
}

func personaNames() string {
	var out []string
	for _, p := range scenario.Personas() {
		out = append(out, strconv.Itoa(nickNumber(p.Nick)))
	}
	return strings.Join(out, ", ")
}
