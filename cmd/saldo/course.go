package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/words"
	"saldo/projections"
)

func (a *app) runCourse(ctx context.Context, f coursesFlags, code string) error {
	return a.withView(ctx, f.modelsFlags, func(v *asked) error {
		at, err := a.momentOf(v, f.at)
		if err != nil {
			return err
		}
		by, err := a.timeFlag("recorded-by", f.before, dayEnd)
		if err != nil {
			return err
		}
		if by == nil {
			by = &at
		}
		if err = a.knownPlatform(v, domain.PlatformCode(f.platform)); err != nil {
			return err
		}
		x, err := v.Course(domain.CourseCode(code), at, *by)
		if errors.Is(err, projections.ErrNotFound) {
			return a.noCourse(v, code, at)
		}
		if err != nil {
			return err
		}
		if f.platform != "" {
			x.Places = slices.DeleteFunc(x.Places, func(p projections.CoursePlace) bool { return string(p.Platform) != f.platform })
		}
		if err = a.course(x); err != nil {
			return err
		}
		a.footer(v.stamp)
		return nil
	})
}

// noCourse says which courses are named or coded like what was given.
func (a *app) noCourse(v *asked, code string, at time.Time) error {
	cure := "saldo courses"
	found, err := v.Search(code, 0, at)
	if err == nil {
		var near []string
		for _, h := range found.Hits {
			if h.Kind == projections.HitCourse && len(near) < 3 {
				near = append(near, h.Code+" ("+h.Text.ID+")")
			}
		}
		if len(near) > 0 {
			cure = a.t("maksudnya: saldo courses ", "did you mean: saldo courses ") + strings.Join(near, "; ") + "?"
		}
	}
	return &problem{code: exitNotFound, what: fmt.Sprintf(a.t("tidak ada pelatihan dengan kode %q", "there is no course of code %q"), clip(code)), cure: cure}
}

func (a *app) course(x projections.CourseDetail) error {
	switch a.output {
	case "json":
		return a.json(x)
	case "ndjson":
		data, err := marshal(x)
		if err != nil {
			return err
		}
		_, err = a.out.Write(append(data, '\n'))
		return err
	case "csv":
		return a.print(spanSheet(x))
	}
	var b strings.Builder
	b.WriteString(a.bold(string(x.Title)) + "\n")
	a.field(&b, a.t("Kode", "Code"), string(x.Code))
	a.field(&b, a.t("Lembaga", "Institution"), string(x.Institution))
	a.field(&b, a.t("Jenis", "Modality"), string(x.Modality))
	a.field(&b, a.t("Keadaan", "Standing"), a.standingSentence(x))
	b.WriteString("\n" + a.bold(a.t("Riwayat persetujuan", "History of the approval")) + "\n")
	for _, h := range x.History {
		what := a.standingWord(h.Standing)
		if h.Standing == "approved" {
			what += pick(h.Interactive, a.t(", interaktif", ", interactive"), a.t(", bukan interaktif", ", not interactive")) + " (" + string(h.Under) + ")"
		}
		a.item(&b, "•", words.Moment(h.InForce, a.zone, a.lang)+": "+what+causeOf(h.Cause)+" · "+a.eventMark(h.EventMark))
	}
	for _, s := range x.Schedules {
		a.item(&b, "•", a.t("jadwal ", "class ")+string(s.Schedule)+a.when(a.t(": mulai ", ": starts "), s.Starts)+fmt.Sprintf(a.t(", %d kursi", ", %d seats"), s.Capacity)+a.when(a.t(", ditutup ", ", closed "), s.Closed))
	}
	for _, p := range x.Places {
		a.coursePlace(&b, x, p)
	}
	if len(x.Places) == 0 {
		a.field(&b, a.t("Platform", "Platforms"), a.t("tidak ditawarkan", "not offered"))
	}
	b.WriteByte('\n')
	_, err := io.WriteString(a.out, b.String())
	return err
}

func causeOf[T ~string](cause T) string {
	if cause == "" {
		return ""
	}
	return " (" + string(cause) + ")"
}

// standingSentence says the approval at the moment.
func (a *app) standingSentence(x projections.CourseDetail) string {
	out := a.t("per ", "on ") + words.Moment(x.At, a.zone, a.lang) + ": " + a.standingWord(x.Standing) + causeOf(x.Cause)
	return out + a.when(a.t(", sejak ", ", since "), x.Since)
}

func (a *app) when(before string, t *time.Time) string {
	if t == nil {
		return ""
	}
	return before + words.Moment(*t, a.zone, a.lang)
}

// eventMark points at an event, and says when it was recorded where that is another minute than when it came into force.
func (a *app) eventMark(m projections.EventMark) string {
	out := m.Event.String() + " · no " + fmt.Sprint(m.No)
	if m.InForce.Sub(m.Recorded).Abs() >= time.Minute {
		out += " · " + a.t("dicatat ", "recorded ") + words.Moment(m.Recorded, a.zone, a.lang)
	}
	if m.From == nil {
		out += " · " + a.t("tidak pernah berlaku", "never in force")
	}
	return out
}

func (a *app) coursePlace(b *strings.Builder, x projections.CourseDetail, p projections.CoursePlace) {
	b.WriteString("\n" + a.bold(string(p.Name)) + " (" + string(p.Platform) + ")\n")
	a.field(b, a.t("Terdaftar", "Registered"), a.text(p.Now.Visible.Yes)+a.reasons(p.Now.Visible.Reasons))
	a.field(b, a.t("Bisa dibayar", "Payable"), a.text(p.Now.Payable.Yes)+a.reasons(p.Now.Payable.Reasons))
	if p.Differs {
		a.field(b, a.t("Berbeda", "Differs"), a.t("menurut catatan ", "by the record of ")+words.Moment(x.RecordedBy, a.zone, a.lang)+": "+a.availability(p.Then)+
			a.t("; yang diketahui sekarang di atas", "; what is known now stands above"))
	}
	if l := p.Leave; l != nil {
		text := a.t("berhenti menjadi mitra ", "ceased to be a partner ") + words.Moment(l.Ended, a.zone, a.lang) + a.t(", dicatat ", ", recorded ") +
			words.Moment(l.Recorded, a.zone, a.lang) + pick(l.Public == nil, a.t(", belum diumumkan", ", not announced"), a.when(a.t(", diumumkan ", ", announced "), l.Public))
		if p.Unrecorded {
			text += a.t("; pada saat itu belum tercatat, jadi keputusan masih menghitungnya sebagai mitra", "; not recorded yet at that moment, so that decisions still counted it as a partner")
		}
		if p.Unannounced {
			text += a.t("; pada saat itu belum diketahui umum", "; nobody outside knew at that moment")
		}
		a.field(b, a.t("Kemitraan", "Partnership"), text)
	}
	a.field(b, a.t("Daftar sendiri", "Own list"), a.ownList(p.Report))
	for i, o := range p.Offers {
		what := a.t("ditarik", "taken off")
		if o.Price != nil {
			what = a.text(*o.Price)
		}
		a.field(b, pick(i == 0, a.t("Penawaran", "Offers"), ""), words.Moment(o.InForce, a.zone, a.lang)+": "+what+" · "+a.eventMark(o.EventMark))
	}
	for _, s := range p.Strip {
		text := words.Moment(s.From, a.zone, a.lang) + " – " + pick(s.To == nil, "…", a.when("", s.To)) + ": "
		text += a.saleWord(s.Visible, s.Payable) + codes(s.Reasons) + " · " + s.Event.String()
		a.item(b, pick(s.Payable, a.tick(), pick(s.Visible, "–", a.cross())), text)
	}
}

// saleWord says whether a course could be found and paid.
func (a *app) saleWord(visible, payable bool) string {
	switch {
	case payable:
		return a.t("terdaftar dan bisa dibayar", "registered and payable")
	case visible:
		return a.t("terdaftar, pembayarannya ditutup", "registered, its payment closed")
	}
	return a.t("tidak terdaftar", "not registered")
}

func (a *app) availability(x domain.Availability) string {
	return a.saleWord(x.Visible.Yes, x.Payable.Yes) + codes(x.Payable.Reasons)
}

// codes lists reasons in brackets, each once.
func codes(all []reason.Code) string {
	var texts []string
	for _, c := range all {
		if !slices.Contains(texts, string(c)) {
			texts = append(texts, string(c))
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return " (" + strings.Join(texts, ", ") + ")"
}

// ownList says what the platform's own catalogue is known to hold: its claim.
func (a *app) ownList(r *domain.CatalogueReport) string {
	if r == nil {
		return a.t("kami tidak melihat katalog platform", "we don't see the platform's catalogue")
	}
	out := fmt.Sprintf(a.t("%s pelatihan, diambil %s", "%s courses, taken %s"), words.Count(r.Count, a.lang), words.Moment(r.Taken, a.zone, a.lang))
	switch {
	case r.Listed:
		out += a.t("; pelatihan ini ada di dalamnya", "; this course is in it")
	case r.Told:
		out += a.t("; pelatihan ini dikeluarkan dari daftar", "; this course was taken out of it")
	default:
		out += a.t("; pelatihan ini tidak disebut", "; this course is not named")
	}
	if r.Behind {
		out += " (" + string(reason.PlatformCatalogueBehind) + ")"
	}
	return out
}

// spanSheet is a course's intervals as rows.
func spanSheet(x projections.CourseDetail) sheet {
	out := sheet{columns: []column{
		{key: "course_code"}, {key: "platform"}, {key: "from"}, {key: "to"}, {key: "visible"}, {key: "payable"}, {key: "reasons"}, {key: "event"},
	}}
	for _, p := range x.Places {
		for _, s := range p.Strip {
			reasons := make([]string, len(s.Reasons))
			for i, r := range s.Reasons {
				reasons[i] = string(r)
			}
			out.rows = append(out.rows, []any{string(x.Code), string(p.Platform), s.From, timeOf(s.To), s.Visible, s.Payable, strings.Join(reasons, " "), s.Event.String()})
		}
	}
	return out
}
