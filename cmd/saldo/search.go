package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"saldo/projections"
)

func (a *app) searchCommand() *cobra.Command {
	var f struct {
		modelsFlags
		limit int
		at    string
	}
	c := &cobra.Command{
		Use:     "search WORDS...",
		Aliases: []string{"cari"},
		Short:   a.t("Cari apa yang disebut penelepon: nomor, kode, judul, kata sehari-hari", "Find what callers name: numbers, codes, titles, everyday words"),
		Long: a.t("Mencari nomor rujukan, nomor subjek (atau awalnya), nomor pesanan, kode dan judul pelatihan, lembaga, platform, token API, jadwal,\n"+
			"keputusan, pengaduan, empat karakter terakhir voucher atau sertifikat, alasan, dan kata sehari-hari (cair, hangus, dicabut, kupon).\n"+
			"Yang hanya mirip ditandai mirip: untuk dipilih, bukan ditebak.",
			"Looks for reference numbers, subject ids (or their beginning), order numbers, codes and titles of courses, institutions, platforms,\n"+
				"API tokens, classes, decrees, cases, the last four characters of a voucher or certificate, reasons, and everyday words.\n"+
				"What is only similar says so: to be picked, never guessed."),
		Example: `  saldo search instagram --data saldo-demo
  saldo search kelas instagarm --data saldo-demo
  saldo search AEW3-R49Z-70HB-0 --data saldo-demo
  saldo search TOKPED --limit 5 --data saldo-demo
  saldo search insentif belum cair --data saldo-demo
  saldo search tempo --output json --data saldo-demo`,
		Args: a.args(1, 1000, "WORDS"), //nolint:mnd // as many as a shell gives
		RunE: func(c *cobra.Command, given []string) error {
			if f.limit < 1 || f.limit > projections.MaxHits {
				return usage(fmt.Sprintf("--limit: %d", f.limit), fmt.Sprintf("1…%d", projections.MaxHits))
			}
			return a.runSearch(c.Context(), f.modelsFlags, strings.Join(given, " "), f.limit, f.at)
		},
	}
	a.modelsFlags(c, &f.modelsFlags)
	c.Flags().IntVar(&f.limit, "limit", projections.DefaultHits, a.t("temuan paling banyak", "hits at most"))
	c.Flags().StringVar(&f.at, "at", "", a.t("persetujuan pelatihan dan lembaga pada saat ini (tanpa ini: sekarang)", "approvals as of this moment (without it: now)"))
	return c
}

func (a *app) runSearch(ctx context.Context, m modelsFlags, query string, limit int, moment string) error {
	return a.withView(ctx, m, func(v *asked) error {
		at, err := a.momentOf(v, moment)
		if err != nil {
			return err
		}
		found, err := v.Search(query, limit, at)
		if errors.Is(err, projections.ErrNothingToFind) {
			return usage(a.t("tidak ada huruf atau angka untuk dicari", "there is no letter or digit to look for"), "saldo search --help")
		}
		if err != nil {
			return err
		}
		if err = a.print(a.hits(found)); err != nil {
			return err
		}
		a.aboutHits(found)
		a.footer(v.stamp)
		return nil
	})
}

func (a *app) hits(found projections.Found) sheet {
	out := sheet{columns: []column{
		{key: "kind", id: "jenis", en: "kind"},
		{key: "code", id: "kode", en: "code"},
		{key: "text", id: "keterangan", en: "about"},
		{key: "match", id: "kecocokan", en: "match"},
	}}
	if a.tabular() {
		for _, h := range found.Hits {
			out.rows = append(out.rows, []any{a.kindWord(h.Kind), h.Code, a.t(h.Text.ID, h.Text.EN) + a.whose(h), a.matchWord(h.Match)})
		}
		return out
	}
	out.columns = append(out.columns, column{key: "score"}, column{key: "participant"}, column{key: "course_code"}, column{key: "platform"}, column{key: "institution"},
		column{key: "event"}, column{key: "at"}, column{key: "next"})
	for _, h := range found.Hits {
		var participant, event any
		if h.Participant != nil {
			participant = *h.Participant
		}
		if h.Event != nil {
			event = h.Event.String()
		}
		out.rows = append(out.rows, []any{
			string(h.Kind), h.Code, a.t(h.Text.ID, h.Text.EN), string(h.Match), h.Score, participant, string(h.Course), string(h.Platform), string(h.Institution),
			event, timeOf(h.At), nextOf(h),
		})
	}
	return out
}

// whose adds the person whose code was found.
func (a *app) whose(h projections.Hit) string {
	if h.Participant == nil || h.Kind == projections.HitParticipant {
		return ""
	}
	return " · " + a.t("peserta ", "participant ") + h.Participant.String()
}

// nextOf is the question that a hit leads to.
func nextOf(h projections.Hit) string {
	switch h.Kind {
	case projections.HitReference:
		return "saldo why --reference " + h.Code
	case projections.HitCourse:
		return "saldo courses " + h.Code
	case projections.HitInstitution:
		return "saldo institutions " + h.Code
	case projections.HitPlatform:
		return "saldo courses --platform " + h.Code
	case projections.HitSchedule:
		return "saldo courses " + string(h.Course)
	case projections.HitToken:
		return "saldo why token --platform " + string(h.Platform) + " --token " + h.Code
	case projections.HitQuestion:
		return h.Code
	case projections.HitParticipant, projections.HitInvoice, projections.HitVoucher, projections.HitCertificate, projections.HitCase:
		if h.Participant == nil {
			return ""
		}
		topic := map[projections.HitKind]string{projections.HitVoucher: "class", projections.HitCertificate: "certificate"}[h.Kind]
		if topic == "" {
			topic = "purchase"
		}
		return "saldo why " + topic + " --participant " + h.Participant.String()
	case projections.HitDecree, projections.HitReason:
	}
	return ""
}

// aboutHits says what to know about what was found, and where to go on.
func (a *app) aboutHits(found projections.Found) {
	if found.Cut {
		a.talk("%s", a.t("hanya awalnya yang dicari: teksnya lebih panjang dari kode atau judul mana pun", "only its beginning was looked for: the text is longer than any code or title"))
	}
	if found.Misread {
		a.talk("%s", a.t("bentuknya nomor rujukan, tetapi huruf periksanya tidak cocok: salah ketik?", "it looks like a reference number, but its check character is wrong: a typing mistake?"))
	}
	if found.More {
		a.talk("%s", a.t("masih ada yang lain: tambah kata, atau --limit", "there are more: add a word, or --limit"))
	}
	if len(found.Hits) == 0 {
		return
	}
	if !slices.ContainsFunc(found.Hits, func(h projections.Hit) bool { return h.Match != projections.MatchSimilar }) {
		a.talk("%s", a.t("tidak ada yang tepat; ini yang mirip, silakan pilih", "nothing fits; these are similar, please pick"))
	}
	if next := nextOf(found.Hits[0]); next != "" {
		a.talk(a.t("lanjut: %s", "go on: %s"), next)
	}
}

func (a *app) kindWord(k projections.HitKind) string {
	switch k {
	case projections.HitReference:
		return a.t("nomor rujukan", "reference")
	case projections.HitParticipant:
		return a.t("peserta", "participant")
	case projections.HitInvoice:
		return a.t("pesanan", "order")
	case projections.HitCourse:
		return a.t("pelatihan", "course")
	case projections.HitInstitution:
		return a.t("lembaga", "institution")
	case projections.HitPlatform:
		return "platform"
	case projections.HitToken:
		return a.t("token API", "API token")
	case projections.HitSchedule:
		return a.t("jadwal", "class")
	case projections.HitDecree:
		return a.t("keputusan", "decree")
	case projections.HitCase:
		return a.t("pengaduan", "case")
	case projections.HitVoucher:
		return "voucher"
	case projections.HitCertificate:
		return a.t("sertifikat", "certificate")
	case projections.HitQuestion:
		return a.t("pertanyaan", "question")
	case projections.HitReason:
		return a.t("alasan", "reason")
	}
	return string(k)
}

func (a *app) matchWord(m projections.Match) string {
	switch m {
	case projections.MatchExact:
		return a.t("tepat", "exact")
	case projections.MatchPrefix:
		return a.t("awalnya", "beginning")
	case projections.MatchWords:
		return a.t("katanya", "words")
	case projections.MatchSimilar:
		return a.t("mirip", "similar")
	}
	return string(m)
}
