package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/projections"
)

type certificatesFlags struct {
	modelsFlags
	page                                                 pageFlags
	step, institution, platform, course, participant, at string
	wave                                                 int
	late, list                                           bool
}

func (a *app) certificatesCommand() *cobra.Command {
	var f certificatesFlags
	c := &cobra.Command{
		Use:   "certificates",
		Short: a.t("Sertifikat yang belum di dashboard: siapa yang menahan", "Certificates not in the dashboard: who holds them up"),
		Long: a.t("Tanpa --list jumlahnya per langkah; dengan --list satu baris per sertifikat, yang paling lama menunggu dulu.\n"+
			"Lewat kebiasaan: lebih lama dari hari kerja yang lazim menurut kebijakan dan kalender Indonesia; kebiasaan, bukan aturan.\n"+
			"Langkah: ", "Without --list the counts by step; with --list one row for each certificate, the longest waiting first.\n"+
			"Beyond custom: longer than the policy's usual working days by the Indonesian calendar; a custom, no rule.\nSteps: ") + stepNames(),
		Example: `  saldo certificates --at 2020-09-10 --data saldo-demo
  saldo certificates --list --late --at 2020-10-01 --data saldo-demo
  saldo certificates --list --step verification --institution tempo-institute --at 2020-09-10 --data saldo-demo
  saldo certificates --list --step in_dashboard --output csv --data saldo-demo`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runCertificates(c.Context(), f) },
	}
	a.modelsFlags(c, &f.modelsFlags)
	a.pageFlags(c, &f.page)
	fl := c.Flags()
	fl.BoolVar(&f.list, "list", false, a.t("satu baris per sertifikat", "one row for each certificate"))
	fl.StringVar(&f.step, "step", "", a.t("hanya di langkah ini", "only at this step"))
	fl.StringVar(&f.institution, "institution", "", a.t("hanya dari lembaga ini", "only of this institution"))
	fl.StringVar(&f.platform, "platform", "", a.t("hanya yang dibeli di platform ini", "only what was bought on this platform"))
	fl.StringVar(&f.course, "course", "", a.t("hanya pelatihan ini", "only of this course"))
	fl.StringVar(&f.participant, "participant", "", a.t("hanya peserta ini (nomor subjek)", "only of this participant (subject id)"))
	fl.IntVar(&f.wave, "wave", 0, a.t("hanya gelombang ini", "this wave only"))
	fl.BoolVar(&f.late, "late", false, a.t("hanya yang lewat kebiasaan", "only what is beyond custom"))
	fl.StringVar(&f.at, "at", "", a.t("keadaan pada saat ini (tanpa ini: sekarang)", "as of this moment (without it: now)"))
	return c
}

func stepNames() string {
	var names []string
	for _, s := range projections.CertificateSteps() {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}

// stepWord says a step for people.
func (a *app) stepWord(s projections.CertificateStep) string {
	switch s {
	case projections.StepTraining:
		return a.t("pelatihan belum selesai", "training not complete")
	case projections.StepAfterCutoff:
		return a.t("selesai sesudah batas", "completed after the last day")
	case projections.StepInstitution:
		return a.t("belum dilaporkan lembaga", "not reported by the institution")
	case projections.StepIssue:
		return a.t("sertifikat belum terbit", "certificate not issued")
	case projections.StepRating:
		return a.t("penilaian atau ulasan belum ada", "no rating or review yet")
	case projections.StepPlatform:
		return a.t("belum diteruskan platform", "not passed on by the platform")
	case projections.StepExamined:
		return a.t("perlu diperbaiki", "to be put right")
	case projections.StepRevoked:
		return a.t("ditarik kembali", "taken back")
	case projections.StepVerification:
		return a.t("diperiksa Manajemen Pelaksana", "checked by the programme office")
	case projections.StepDashboard:
		return a.t("ada di dashboard", "in the dashboard")
	}
	return string(s)
}

func (a *app) certificateFilter(v *asked, f certificatesFlags) (projections.CertificateFilter, error) {
	filter := projections.CertificateFilter{
		Step: projections.CertificateStep(f.step), Institution: domain.InstitutionCode(f.institution), Platform: domain.PlatformCode(f.platform),
		Course: domain.CourseCode(f.course), Wave: f.wave, Late: f.late,
	}
	var err error
	if filter.At, err = a.momentOf(v, f.at); err != nil {
		return filter, err
	}
	if f.step != "" && !slices.Contains(projections.CertificateSteps(), filter.Step) {
		return filter, usage(fmt.Sprintf("--step: %q", clip(f.step)), stepNames())
	}
	if f.participant != "" {
		if filter.Participant, err = uuid.Parse(f.participant); err != nil {
			return filter, usage(fmt.Sprintf("--participant: %q", clip(f.participant)), a.t("nomor subjek; saldo search mencarinya", "a subject id; saldo search finds it"))
		}
	}
	if f.course != "" {
		if _, err = v.Course(filter.Course, filter.At, time.Time{}); errors.Is(err, projections.ErrNotFound) {
			return filter, a.noCourse(v, f.course, filter.At)
		} else if err != nil {
			return filter, err
		}
	}
	return filter, errors.Join(a.knownPlatform(v, filter.Platform), a.knownInstitution(v, filter.Institution, filter.At))
}

func (a *app) runCertificates(ctx context.Context, f certificatesFlags) error {
	return a.withView(ctx, f.modelsFlags, func(v *asked) error {
		filter, err := a.certificateFilter(v, f)
		if err != nil {
			return err
		}
		if f.list {
			return a.certificateList(v, filter, f.page)
		}
		counts, err := v.CertificateCounts(filter)
		if err != nil {
			return err
		}
		out := sheet{columns: []column{
			{key: "step", id: "langkah", en: "step"},
			{key: "owner", id: "giliran", en: "whose turn"},
			{key: "count", id: "jumlah", en: "count", right: true},
			{key: "late", id: "lewat kebiasaan", en: "beyond custom", right: true},
			{key: "oldest", id: "paling lama sejak", en: "longest since"},
		}}
		for _, x := range counts {
			out.rows = append(out.rows, []any{a.stepOr(x.Step), a.ownerOr(x.Owner), x.Count, x.Late, timeOf(x.Oldest)})
		}
		if err = a.print(out); err != nil {
			return err
		}
		a.footer(v.stamp)
		return nil
	})
}

// stepOr is a step in words for people, and by its name for machines.
func (a *app) stepOr(s projections.CertificateStep) string {
	if a.tabular() {
		return a.stepWord(s)
	}
	return string(s)
}

func (a *app) ownerOr(o reason.Owner) string {
	if a.tabular() {
		return o.Name(a.lang)
	}
	return string(o)
}

func (a *app) certificateList(v *asked, filter projections.CertificateFilter, page pageFlags) error {
	out := sheet{columns: []column{
		{key: "participant", id: "peserta", en: "participant"},
		{key: "course_code", id: "pelatihan", en: "course"},
		{key: "step", id: "langkah", en: "step"},
		{key: "owner", id: "giliran", en: "whose turn"},
		{key: "since", id: "sejak", en: "since"},
		{key: "usually_until", id: "biasanya sampai", en: "usually until"},
		{key: "late", id: "lewat kebiasaan", en: "beyond custom"},
		{key: "reason", id: "temuan", en: "found"},
		{key: "institution", id: "lembaga", en: "institution"},
		{key: "platform", id: "platform", en: "platform"},
		{key: "invoice_code", id: "nomor pesanan", en: "order number"},
	}}
	if !a.tabular() {
		out.columns = append(out.columns, column{key: "title"}, column{key: "wave"}, column{key: "completed_at"})
	}
	return a.pages(page, &out, func(p projections.Page) (string, error) {
		list, err := v.Certificates(filter, p)
		for _, x := range list.Rows {
			row := []any{
				x.Participant, string(x.Course), a.stepOr(x.Step), a.ownerOr(x.Owner), timeOf(x.Since), timeOf(x.Usual), x.Late, string(x.Found),
				string(x.Institution), string(x.Platform), string(x.Invoice),
			}
			if !a.tabular() {
				row = append(row, string(x.Title), x.Wave, timeOf(x.Completed))
			}
			out.rows = append(out.rows, row)
		}
		return list.Next, err
	}, v.stamp)
}
