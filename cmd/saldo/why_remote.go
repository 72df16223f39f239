package main

import (
	"context"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/words"
)

// runRemoteWhy asks a server. How much of the answer is told, the token's role decides.
func (a *app) runRemoteWhy(ctx context.Context, given []string, f whyFlags) error {
	if f.audience != "" || f.asOf != 0 {
		return usage("--url "+a.t("dengan --audience atau --as-of", "with --audience or --as-of"), a.t("server menjawab menurut tokennya, dan dari keadaan kini", "the server answers as the token may know, and from now"))
	}
	if len(given) == 0 {
		return usage(a.t("pertanyaannya apa?", "which question?"), "saldo why purchase --url …")
	}
	topic, err := a.topic(given[0])
	if err != nil {
		return err
	}
	parameters, err := a.whyParameters(f)
	if err != nil {
		return err
	}
	remote, err := a.remote(f.remoteFlags)
	if err != nil {
		return err
	}
	told, err := remote.Why(ctx, topic, parameters)
	if err != nil {
		return a.remoteProblem(err)
	}
	switch a.output {
	case "json":
		return a.json(told)
	case "ndjson":
		text, err := marshal(told)
		if err == nil {
			_, err = a.out.Write(append(text, '\n'))
		}
		return err
	}
	return a.showTold(told, f.spoken)
}

// whyParameters are the flags as the server takes them.
func (a *app) whyParameters(f whyFlags) (url.Values, error) {
	var q domain.Question
	if err := a.moments(&q, f); err != nil {
		return nil, err
	}
	out := url.Values{}
	put := func(name, value string) {
		if value != "" {
			out.Set(name, value)
		}
	}
	for name, at := range map[string]*time.Time{"at": q.At, "from": q.From, "to": q.To} {
		if at != nil {
			put(name, at.Format(time.RFC3339Nano))
		}
	}
	put("participant", f.participant)
	put("course", f.course)
	put("platform", f.platform)
	put("invoice_code", f.invoice)
	put("token", f.token)
	put("reference", f.reference)
	put("kind", f.kind)
	if f.n != 0 {
		put("n", strconv.Itoa(f.n))
	}
	if f.effective {
		put("effective", "true")
	}
	return out, nil
}

// showTold prints an answer as a server told it: the sentence, what to do next, and from where it was computed.
func (a *app) showTold(told api.Told, spoken bool) error {
	in := func(say api.InLanguages[api.Sentences]) api.Sentences {
		if a.lang == words.EN {
			return say.EN
		}
		return say.ID
	}
	var b strings.Builder
	sentence := in(told.Say).Written
	if spoken {
		sentence = in(told.Say).Spoken
	}
	a.paragraph(&b, sentence, 0)
	if told.Next != nil && !spoken {
		next := told.Next.ID
		if a.lang == words.EN {
			next = told.Next.EN
		}
		a.paragraph(&b, "→ "+next, 0)
	}
	if told.Reference != "" && !spoken {
		a.paragraph(&b, a.t("Nomor rujukan: ", "Reference: ")+told.Reference, 0)
	}
	_, err := io.WriteString(a.out, b.String())
	a.footer(stampOf(told.Answer, false))
	return err
}
