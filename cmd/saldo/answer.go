package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/words"
)

// show writes an answer for people: one sentence first, then whose turn it is, then, for staff and auditors, what stands behind
// it.
func (a *app) show(x domain.Answer, to reason.Audience, length reason.Length, simulation bool) error {
	sentence, err := x.Say(to.Voice(), length, a.lang, a.zone)
	if err != nil {
		return err
	}
	var b strings.Builder
	a.paragraph(&b, sentence, 0)
	if length == reason.Spoken {
		_, err = io.WriteString(a.out, b.String())
		for _, line := range a.footerLines(stampOf(x, simulation)) {
			a.talk("%s", line)
		}
		return err
	}
	b.WriteByte('\n')
	next, err := x.Next(a.lang, a.zone)
	if err != nil {
		return err
	}
	if to == reason.Platform || to == reason.Auditor {
		next = ""
	}
	x = x.For(to)
	a.turn(&b, x, next)
	if to.Inside() {
		a.behind(&b, x, to)
	} else {
		a.status(&b, x, to)
	}
	b.WriteByte('\n')
	for _, line := range a.footerLines(stampOf(x, simulation)) {
		a.paragraph(&b, line, 0)
	}
	_, err = io.WriteString(a.out, b.String())
	return err
}

func stampOf(x domain.Answer, simulation bool) stamp {
	return stamp{Now: x.Question.Now, Number: x.Number, Position: x.Position, Simulation: simulation}
}

// field writes "heading  text" with the text wrapped beside the heading.
func (a *app) field(b *strings.Builder, heading, text string) {
	if text == "" {
		return
	}
	const column = 16
	pad := strings.Repeat(" ", max(column-utf8.RuneCountInString(heading), 1))
	for i, l := range wrap(text, max(a.width()-column, narrowest)) {
		if i == 0 {
			b.WriteString(a.bold(heading) + pad + l + "\n")
		} else {
			b.WriteString(strings.Repeat(" ", column) + l + "\n")
		}
	}
}

func (a *app) turn(b *strings.Builder, x domain.Answer, next string) {
	a.field(b, a.t("Langkah", "Next"), next)
	a.field(b, a.t("Giliran", "Whose turn"), x.Owner.Name(a.lang))
	a.field(b, a.t("Rujukan", "Reference"), x.Reference)
}

// status is what a participant or a platform may see besides the sentence.
func (a *app) status(b *strings.Builder, x domain.Answer, to reason.Audience) {
	if to == reason.Platform {
		a.field(b, a.t("Alasan", "Reason"), a.because(x.Primary)+a.reasonNote(x))
	}
	a.standing(b, x)
	a.strip(b, x)
}

// standing is how it is now.
func (a *app) standing(b *strings.Builder, x domain.Answer) {
	a.field(b, a.t("Sekarang", "Now"), a.nowText(x))
	if x.Now != nil {
		for i, s := range x.Now.Smallest {
			a.field(b, pick(i == 0, a.t("Yang membantu", "What helps"), ""), a.step(s))
		}
	}
	if x.Visible != nil && x.Payable != nil {
		a.field(b, a.t("Terdaftar", "Registered"), a.text(x.Visible.Yes)+a.reasons(x.Visible.Reasons))
		a.field(b, a.t("Bisa dibayar", "Payable"), a.text(x.Payable.Yes)+a.reasons(x.Payable.Reasons))
	}
}

// behind is what stands behind the sentence: for staff and auditors.
func (a *app) behind(b *strings.Builder, x domain.Answer, to reason.Audience) {
	if to == "" {
		b.WriteString("\n" + a.bold(a.t("Untuk petugas, bukan untuk dibacakan", "For staff, not to be read out")) + "\n")
	}
	for i, q := range x.Ask(a.lang) {
		a.field(b, pick(i == 0, a.t("Tanyakan", "Ask the caller"), ""), q)
	}
	a.field(b, a.t("Alasan", "Reason"), string(x.Primary)+a.reasonNote(x))
	a.field(b, a.t("Bukti", "Evidence"), a.grade(x.Evidence))
	a.field(b, a.t("Dasar hukum", "Rests on"), a.legal(x.Primary))
	a.standing(b, x)
	a.field(b, a.t("Belum terbaca", "Not readable"), x.Unfinished)
	a.attempts(b, x)
	a.strip(b, x)
	a.checklist(b, x)
	a.events(b, x)
}

func pick(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

// reasons lists codes with their causes, each once.
func (a *app) reasons(codes []reason.Code) string {
	var all []string
	for _, c := range codes {
		if text := a.because(c); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return ": " + strings.Join(all, "; ")
}

// because is a code with its cause in a few words.
func (a *app) because(c reason.Code) string {
	if c == reason.ContactPrakerja {
		return a.t("hubungi Prakerja dengan nomor rujukan", "contact Prakerja with the reference")
	}
	r, ok := reason.Lookup(c)
	if !ok {
		return string(c)
	}
	return string(c) + " (" + strings.TrimSuffix(a.t(r.Cause.ID, r.Cause.EN), ".") + ")"
}

func (a *app) reasonNote(x domain.Answer) string {
	if x.Final {
		return a.t(" (final: tidak ada yang dapat mengubahnya)", " (final: nobody can undo it)")
	}
	return ""
}

func (a *app) legal(c reason.Code) string {
	r, ok := reason.Lookup(c)
	if !ok || r.Reference.Text == "" {
		return ""
	}
	if r.Reference.Verified {
		return r.Reference.Text
	}
	if r.Reference.Text == "belum diverifikasi" {
		return a.t("belum diverifikasi", "not verified yet")
	}
	return r.Reference.Text + a.t(" (belum diverifikasi)", " (not verified yet)")
}

func (a *app) nowText(x domain.Answer) string {
	n := x.Now
	if n == nil {
		return words.Moment(x.Question.Now, a.zone, a.lang)
	}
	at := words.Moment(n.At, a.zone, a.lang)
	if n.Succeeds {
		return a.t("per ", "on ") + at + a.t(": tidak ada halangan di pihak kami", ": nothing stands in the way on our side")
	}
	if len(n.Failing) == 0 {
		return a.t("per ", "on ") + at + a.reasons([]reason.Code{n.Primary})
	}
	codes := make([]reason.Code, 0, len(n.Failing))
	for _, c := range n.Failing {
		codes = append(codes, c.Reason)
	}
	return a.t("per ", "on ") + at + a.t(" masih terhalang", " still in the way") + a.reasons(codes)
}

// step is one lawful act that would help.
func (a *app) step(s domain.Step) string {
	switch {
	case s.AtMost != nil:
		return fmt.Sprintf(a.t("pilih pelatihan lain sampai %s (ada %s yang disetujui; bukan rekomendasi)", "choose another course up to %s (%s approved ones; no recommendation)"),
			words.Rupiah(s.AtMost.Decimal(), a.lang), words.Count(s.Choices, a.lang))
	case s.Wait != nil:
		return a.t("menunggu sampai ", "wait until ") + words.Moment(*s.Wait, a.zone, a.lang)
	case s.Condition != "":
		return s.Owner.Name(a.lang) + ": " + string(s.Condition)
	}
	return s.Owner.Name(a.lang) + ": " + string(s.Reason)
}

// grade says how strong the evidence is.
func (a *app) grade(g domain.EvidenceGrade) string {
	switch g {
	case domain.EvidenceRecorded:
		return a.t("tercatat: ada catatannya sendiri", "recorded: there is a record of this very case")
	case domain.EvidenceImplied:
		return a.t("disimpulkan: semua di platform itu pada waktu itu", "implied: everybody on that platform at that time")
	case domain.EvidenceGeneral:
		return a.t("umum: berlaku untuk semua peserta pada waktu itu", "general: holds for everybody at that time")
	case domain.EvidenceNone:
		return a.t("tidak ada permintaan atas namanya yang sampai ke kami", "none: no request of theirs reached us")
	}
	return string(g)
}

func (a *app) attempts(b *strings.Builder, x domain.Answer) {
	if len(x.Attempts) == 0 {
		return
	}
	b.WriteString("\n" + a.bold(a.t("Percobaan membeli", "Attempts to buy")) + "\n")
	for _, t := range x.Attempts {
		what := a.t("diterima", "accepted")
		if !t.Accepted {
			what = a.t("belum dapat diproses: ", "could not be processed: ") + string(t.Reason)
		}
		when := words.Moment(t.At, a.zone, a.lang)
		if t.Times > 1 {
			when = fmt.Sprintf(a.t("%d kali, %s sampai %s", "%d times, %s to %s"), t.Times, when, words.MomentAfter(t.At, t.Last, a.zone, a.lang))
		}
		a.item(b, "•", fmt.Sprintf("%s · %s %s · %s · %s", when, t.Platform, t.Course, what, t.Reference))
	}
}

func (a *app) strip(b *strings.Builder, x domain.Answer) {
	if len(x.Strip) == 0 {
		return
	}
	b.WriteString("\n" + a.bold(a.t("Rentang waktu", "Intervals")) + "\n")
	for _, i := range x.Strip {
		text := words.Moment(i.From, a.zone, a.lang) + " – " + words.Moment(i.To, a.zone, a.lang) + " (" + words.Span(i.To.Sub(i.From), a.lang) + "): " + string(i.Reason)
		if !i.Event.IsZero() {
			text += " · " + i.Event.String()
		}
		a.item(b, "•", text)
	}
}

// item writes a mark and a wrapped text behind it.
func (a *app) item(b *strings.Builder, mark, text string) {
	const indent = 4
	for i, l := range wrap(text, max(a.width()-indent, narrowest)) {
		if i == 0 {
			b.WriteString("  " + mark + " " + l + "\n")
		} else {
			b.WriteString(strings.Repeat(" ", indent) + l + "\n")
		}
	}
}

func (a *app) checklist(b *strings.Builder, x domain.Answer) {
	if len(x.Checks) == 0 {
		return
	}
	b.WriteString("\n" + a.bold(a.t("Pemeriksaan", "Checks")))
	if !x.Asked.IsZero() {
		b.WriteString(" " + a.grey(a.t("per ", "as of ")+words.Moment(x.Asked, a.zone, a.lang)))
	}
	b.WriteString("\n")
	skipped := 0
	for _, c := range x.Checks {
		if c.Verdict == domain.NotRequired {
			skipped++
			continue
		}
		a.check(b, c)
	}
	if skipped > 0 {
		a.item(b, "–", fmt.Sprintf(a.t("%d lainnya tidak disyaratkan kebijakan ini", "%d more are not demanded by this policy"), skipped))
	}
}

func (a *app) check(b *strings.Builder, c domain.CheckResult) {
	id, en := domain.Describe(c.Check)
	asks := a.t(id, en)
	if asks == "" {
		asks = string(c.Check)
	}
	switch c.Verdict {
	case domain.Pass:
		a.item(b, a.tick(), asks+a.found(c, false))
	case domain.Fail:
		a.item(b, a.cross(), asks+a.found(c, true)+" · "+string(c.Reason))
	case domain.NotEvaluable:
		a.item(b, "?", asks+" · "+a.t("tidak dapat diperiksa", "can't be checked"))
	case domain.NotRequired:
		a.item(b, "–", asks)
	}
}

// found is what a check expected and what it found.
func (a *app) found(c domain.CheckResult, both bool) string {
	switch {
	case c.Actual == "":
		return ""
	case !both || c.Expected == "" || c.Expected == c.Actual:
		return " · " + a.readable(c.Check, c.Actual)
	}
	return " · " + a.t("seharusnya ", "expected ") + a.readable(c.Check, c.Expected) + a.t(", didapati ", ", found ") + a.readable(c.Check, c.Actual)
}

var instants = regexp.MustCompile(`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z`)

// readable gives the log's own language in the reader's: its words, its instants in the reader's zone, its amounts as money.
func (a *app) readable(check domain.CheckName, s string) string {
	if m, err := domain.ParseMoney(s); err == nil && (strings.HasPrefix(string(check), "amount") || strings.HasPrefix(string(check), "price")) {
		return a.text(m)
	}
	return instants.ReplaceAllStringFunc(domain.Shown(s, a.lang), func(t string) string {
		if at, err := time.Parse(time.RFC3339Nano, t); err == nil {
			return words.Moment(at, a.zone, a.lang)
		}
		return t
	})
}

func (a *app) events(b *strings.Builder, x domain.Answer) {
	if len(x.Refs) > 0 {
		b.WriteString("\n" + a.bold(a.t("Peristiwa yang menjadi bukti", "Events behind it")) + "\n")
		for _, r := range x.Refs {
			a.item(b, "•", r.String())
		}
	}
	if changed := turned(x.Now); len(changed) > 0 {
		b.WriteString("\n" + a.bold(a.t("Berubah sejak itu", "Changed since")) + "\n")
		for _, c := range changed {
			parts := []string{fmt.Sprintf("%s: %s → %s", c.Check, c.Before, c.After)}
			for _, r := range c.By {
				parts = append(parts, r.String())
			}
			a.item(b, "•", strings.Join(parts, " · "))
		}
	}
	if len(x.Later) > 0 {
		b.WriteString("\n" + a.bold(a.t("Baru dicatat kemudian", "Recorded only later")) + "\n")
		for _, r := range x.Later {
			a.item(b, "•", r.Event.String()+" · "+a.t("terjadi ", "happened ")+words.Moment(r.Effective, a.zone, a.lang)+a.t(", dicatat ", ", recorded ")+words.Moment(r.Recorded, a.zone, a.lang))
		}
	}
}

// turned lists the checks that began or ceased to stand in the way; others changed for no one.
func turned(n *domain.NowAnswer) []domain.CheckChange {
	if n == nil {
		return nil
	}
	var out []domain.CheckChange
	for _, c := range n.Changed {
		if c.Before == domain.Fail || c.After == domain.Fail {
			out = append(out, c)
		}
	}
	return out
}
