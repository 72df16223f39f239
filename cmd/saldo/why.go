package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/reason"
	"saldo/eventstore"
)

type whyFlags struct {
	participant, course, platform, invoice, token, reference, kind string
	n                                                              int
	at, from, to, audience                                         string
	effective, spoken                                              bool
	asOf                                                           uint64
	remoteFlags
}

func (a *app) whyCommand() *cobra.Command {
	var f whyFlags
	topics := make([]string, 0, len(domain.Topics()))
	for _, t := range domain.Topics() {
		topics = append(topics, string(t))
	}
	c := &cobra.Command{
		Use:     "why QUESTION",
		Aliases: []string{"kenapa"},
		Short:   a.t("Tanyakan kenapa, dengan buktinya", "Ask why, with the evidence"),
		Long: a.t("Pertanyaan: ", "Questions: ") + strings.Join(topics, ", ") + ".\n" +
			a.t("Tanpa --participant jawabannya berlaku untuk semua. Dengan --reference saja pertanyaannya diambil dari catatan itu.",
				"Without --participant the answer holds for everybody. With --reference alone the question follows from what it names."),
		Example: `  saldo why purchase --participant 1 --data saldo-demo
  saldo why service --at "2020-08-20 09:14" --data saldo-demo
  saldo why course --course 1036 --platform tokopedia --from 2020-08-19 --to 2020-08-30 --data saldo-demo
  saldo why token --platform platform-contoh --at "2020-08-20 14:30" --lang en --data saldo-demo
  saldo why incentive --participant 7 --kind job_search --n 1 --audience staff --data saldo-demo
  saldo why --reference AEW3-R49Z-70HB-0 --data saldo-demo
  saldo why service --url http://127.0.0.1:8420 --token-file token.txt`,
		Args:      a.args(0, 1, "QUESTION"),
		ValidArgs: topics,
		RunE:      func(c *cobra.Command, given []string) error { return a.runWhy(c.Context(), given, f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.participant, "participant", "", a.t("nomor subjek, atau di demo nama peserta contoh", "subject id, or in a demo the name of an example"))
	fl.StringVar(&f.course, "course", "", a.t("kode pelatihan", "course code"))
	fl.StringVar(&f.platform, "platform", "", a.t("kode platform", "platform code"))
	fl.StringVar(&f.invoice, "invoice", "", a.t("nomor pesanan platform", "the platform's order number"))
	fl.StringVar(&f.token, "token", "", a.t("bagian publik token API", "public part of an API token"))
	fl.StringVar(&f.reference, "reference", "", a.t("nomor rujukan", "reference number"))
	fl.StringVar(&f.kind, "kind", "", "job_search, survey")
	fl.IntVar(&f.n, "n", 0, a.t("insentif atau survei ke berapa", "number of the incentive or survey"))
	fl.StringVar(&f.at, "at", "", a.t("saat yang ditanyakan", "the moment asked about"))
	fl.StringVar(&f.from, "from", "", a.t("atau dari", "or from"))
	fl.StringVar(&f.to, "to", "", a.t("sampai", "to"))
	fl.Uint64Var(&f.asOf, "as-of", 0, a.t("hanya dari sekian peristiwa pertama buku besar (nomor, seperti pada digest)", "from the first so many events of the log only (a number, as in digest)"))
	fl.BoolVar(&f.effective, "effective", false, a.t("menurut waktu kejadian, bukan waktu pencatatan", "by when facts happened, not when they were recorded"))
	fl.StringVar(&f.audience, "audience", "", a.t("participant atau platform: hanya yang boleh diketahuinya; staff, auditor (tanpa ini: kalimat untuk peserta, rinciannya untuk petugas)",
		"participant or platform: only what it may know; staff, auditor (without it: the participant's sentence, with details for staff)"))
	fl.BoolVar(&f.spoken, "spoken", false, a.t("ucapan, paling banyak 30 kata", "to be read aloud, at most 30 words"))
	a.remoteFlags(c, &f.remoteFlags)
	_ = c.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions([]string{"job_search", "survey"}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("audience", cobra.FixedCompletions([]string{"participant", "platform", "staff", "auditor"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) runWhy(ctx context.Context, given []string, f whyFlags) error {
	if err := a.only("table", "json", "ndjson"); err != nil {
		return err
	}
	if f.url != "" {
		return a.runRemoteWhy(ctx, given, f)
	}
	to, err := audienceOf(f.audience)
	if err != nil {
		return err
	}
	if to == reason.Platform && f.participant != "" && f.platform == "" && f.reference == "" {
		return usage(a.t("--audience platform tentang seorang peserta: platform yang mana? Ia hanya melihat transaksinya sendiri",
			"--audience platform about a participant: which platform? It sees its own transactions only"), "--platform CODE")
	}
	l, err := a.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	q, err := a.question(ctx, l, given, f)
	if err != nil {
		return err
	}
	answer, err := l.Explain(ctx, q)
	if err != nil {
		return err
	}
	if a.output == "table" {
		return a.show(answer, to, lengthOf(f.spoken), l.sim)
	}
	said, err := api.Tell(answer, to, a.zone)
	if err != nil {
		return err
	}
	if a.output == "json" {
		err = a.json(said)
	} else {
		var data []byte
		if data, err = marshal(said); err == nil {
			_, err = a.out.Write(append(data, '\n'))
		}
	}
	if l.sim {
		a.talk("%s", a.simulationNote())
	}
	return err
}

func lengthOf(spoken bool) reason.Length {
	if spoken {
		return reason.Spoken
	}
	return reason.Written
}

// audienceOf reads --audience; without it, the answer is for staff with a participant to talk to.
func audienceOf(s string) (reason.Audience, error) {
	if s == "" {
		return "", nil
	}
	for _, known := range []reason.Audience{reason.Participant, reason.Platform, reason.Staff, reason.Auditor} {
		if string(known) == s {
			return known, nil
		}
	}
	return "", usage(fmt.Sprintf("--audience: %q", clip(s)), "participant, platform, staff, auditor")
}

// question makes the question of the flags.
func (a *app) question(ctx context.Context, l *ledger, given []string, f whyFlags) (domain.Question, error) {
	q := domain.Question{Now: l.now, Effective: f.effective, N: f.n}
	if f.asOf > 0 {
		q.AsOf = &f.asOf
	}
	var err error
	if len(given) > 0 {
		if q.Topic, err = a.topic(given[0]); err != nil {
			return q, err
		}
	} else if f.reference == "" {
		return q, usage(a.t("pertanyaannya apa?", "what is the question?"), "saldo why purchase --help")
	}
	if q.Participant, err = a.participant(l, f.participant); err != nil {
		return q, err
	}
	if err = a.codes(&q, f); err != nil {
		return q, err
	}
	if err = a.moments(&q, f); err != nil {
		return q, err
	}
	if f.reference != "" {
		return a.referred(ctx, l, q, f.reference)
	}
	return q, nil
}

func (a *app) topic(s string) (domain.Topic, error) {
	t, err := domain.ParseTopic(s)
	if err == nil {
		return t, nil
	}
	var known []string
	for _, k := range domain.Topics() {
		known = append(known, string(k))
	}
	cure := strings.Join(known, ", ")
	if near := domain.DidYouMean(s, known); near != "" {
		cure = a.t("maksudnya ", "did you mean ") + near + "? " + cure
	}
	return "", usage(fmt.Sprintf(a.t("%q bukan pertanyaan", "%q is no question"), clip(s)), cure)
}

// codes checks the codes against their alphabets.
func (a *app) codes(q *domain.Question, f whyFlags) error {
	q.Course, q.Platform, q.Invoice = domain.CourseCode(f.course), domain.PlatformCode(f.platform), domain.InvoiceCode(f.invoice)
	q.Token, q.Kind = domain.TokenID(f.token), domain.IncentiveKind(f.kind)
	for _, c := range []struct {
		flag, value string
		rule        domain.TextRule
	}{
		{"course", f.course, q.Course.Rule()}, {"platform", f.platform, q.Platform.Rule()}, {"invoice", f.invoice, q.Invoice.Rule()}, {"token", f.token, q.Token.Rule()},
	} {
		if c.value == "" {
			continue
		}
		if err := c.rule.Check(c.value); err != nil {
			return usage(fmt.Sprintf(a.t("--%s: bentuk %q salah", "--%s: %q has the wrong form"), c.flag, clip(c.value)),
				a.t(fmt.Sprintf("%d sampai %d karakter menurut %s", max(c.rule.Min, 1), c.rule.Max, c.rule.Pattern), c.rule.Hint))
		}
	}
	if f.kind != "" && q.Kind != domain.JobSearch && q.Kind != domain.Survey {
		return usage(fmt.Sprintf("--kind: %q", clip(f.kind)), "job_search, survey")
	}
	if f.n < 0 {
		return usage("--n: "+fmt.Sprint(f.n), "1, 2, 3 …")
	}
	return nil
}

// moments reads the times of a question.
func (a *app) moments(q *domain.Question, f whyFlags) error {
	var err error
	if q.At, err = a.timeFlag("at", f.at, dayEnd); err != nil {
		return err
	}
	if q.From, err = a.timeFlag("from", f.from, dayStart); err != nil {
		return err
	}
	if q.To, err = a.timeFlag("to", f.to, dayEnd); err != nil {
		return err
	}
	switch {
	case q.At != nil && (q.From != nil || q.To != nil):
		return usage(a.t("--at dan --from/--to tidak bersamaan", "--at and --from/--to exclude each other"), a.t("pilih satu", "choose one"))
	case (q.From == nil) != (q.To == nil):
		return usage(a.t("--from dan --to selalu berdua", "--from and --to come together"), a.t("beri keduanya", "give both"))
	case q.From != nil && q.To.Before(*q.From):
		return usage(a.t("--to lebih awal dari --from", "--to is before --from"), a.t("tukar keduanya", "swap them"))
	}
	return nil
}

// referred looks a reference number up and asks about what it names.
func (a *app) referred(ctx context.Context, l *ledger, q domain.Question, given string) (domain.Question, error) {
	number, err := domain.ParseReferenceNumber(given)
	if err != nil {
		return q, usage(fmt.Sprintf(a.t("--reference: %q bukan nomor rujukan", "--reference: %q is not a reference number"), clip(given)),
			a.t("salah ketik? bentuknya 56ZX-ZSBN-B9V7-V: 13 huruf dan angka, yang terakhir huruf periksa", "a typing mistake? it looks like 56ZX-ZSBN-B9V7-V: 13 letters and digits, the last one a check character"))
	}
	var found []domain.Recorded
	type outcome struct {
		stream  domain.Stream
		command uuid.UUID
	}
	seen := map[outcome]bool{} // one key used for two people has one reference number and two outcomes
	for e, err := range l.Events(ctx, eventstore.Position{}) {
		if err != nil {
			return q, err
		}
		if !seen[outcome{e.Stream, e.Meta.CommandID}] && domain.ReferenceNumber(e.Meta.CommandID) == number {
			seen[outcome{e.Stream, e.Meta.CommandID}] = true
			found = append(found, e)
		}
	}
	switch {
	case len(found) == 0:
		return q, &problem{code: exitNotFound, what: number + a.t(" tidak ada di buku besar ini", " is not in this ledger"), cure: a.t("periksa angkanya, atau --data yang lain", "check the number, or another --data")}
	case len(found) > 1:
		refs := make([]string, 0, len(found))
		for _, e := range found {
			refs = append(refs, e.Ref().String())
		}
		return q, &problem{code: exitConflict, what: number + a.t(" ada lebih dari satu: ", " stands more than once: ") + strings.Join(refs, ", "), cure: "--participant"}
	}
	e := found[0]
	command := e.Meta.CommandID
	q.Command = &command
	if e.Stream.Kind() == domain.ParticipantStream {
		if q.Participant != nil && e.Stream != domain.ParticipantStreamOf(*q.Participant) {
			return q, usage(number+a.t(" bukan milik peserta itu", " does not belong to that participant"), a.t("--reference saja sudah cukup, atau periksa keduanya", "--reference alone is enough, or check both"))
		}
		if id, err := uuid.Parse(e.Stream.Key()); err == nil {
			q.Participant = &id
		}
	}
	if p := platformOfEvent(e); p != "" && q.Platform != "" && p != q.Platform {
		return q, usage(number+a.t(" bukan transaksi di platform ", " is no transaction on platform ")+string(q.Platform), a.t("--reference saja sudah cukup, atau periksa keduanya", "--reference alone is enough, or check both"))
	}
	if q.Topic == "" {
		q.Topic = topicOf(e)
	}
	return q, nil
}

// platformOfEvent is where a purchase was tried.
func platformOfEvent(e domain.Recorded) domain.PlatformCode {
	switch f := e.Fact.(type) {
	case domain.CoursePurchased:
		return f.Platform
	case domain.PurchaseRefused:
		return f.Platform
	}
	return ""
}

// topicOf is the question that an event answers.
func topicOf(e domain.Recorded) domain.Topic {
	name := string(e.Type)
	for _, t := range []struct {
		part  string
		topic domain.Topic
	}{
		{"Purchase", domain.TopicPurchase},
		{"Voucher", domain.TopicClass},
		{"Certificate", domain.TopicCertificate},
		{"Training", domain.TopicCertificate},
		{"Completion", domain.TopicCertificate},
		{"Incentive", domain.TopicIncentive},
		{"Survey", domain.TopicSurvey},
		{"Revo", domain.TopicRevocation},
		{"Token", domain.TopicToken},
		{"Balance", domain.TopicBalance},
		{"Deadline", domain.TopicDeadline},
		{"Notified", domain.TopicDeadline},
		{"Course", domain.TopicCourse},
	} {
		if strings.Contains(name, t.part) {
			return t.topic
		}
	}
	if e.Stream.Kind() == domain.ParticipantStream {
		return domain.TopicBalance
	}
	return domain.TopicService
}
