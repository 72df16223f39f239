package domain

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"saldo/domain/reason"
	"saldo/domain/words"
)

// Say puts an answer into words for an audience: the reason's own sentence with the facts in it, and, in writing, what stands
// before and after it. Spoken answers keep to 30 words and written ones to 500 characters: what does not fit is left to the
// parts of the answer that are shown beside it. The error names a fact that a text wants and the answer lacks.
func (a Answer) Say(to reason.Audience, length reason.Length, lang words.Lang, zone words.Zone) (string, error) {
	r, ok := reason.Lookup(a.Primary)
	if !ok {
		return "", fmt.Errorf("no reason %q in the catalogue", a.Primary)
	}
	core, err := r.Text(to, length, lang, zone, a.Values)
	if err != nil {
		return "", fmt.Errorf("%s: %w", a.Primary, err)
	}
	if length == reason.Spoken || to == reason.Platform || to == reason.Auditor {
		return core, nil
	}
	core, warning := splitWarning(core, lang)
	return fit(a.lead(lang, zone), core, a.tail(lang), warning), nil
}

// Warnings that end every written text about money or codes.
const (
	warningID = "Jangan berikan nomor kartu dan OTP kepada siapa pun."
	warningEN = "Never give your card number or OTP to anyone."
)

func splitWarning(s string, lang words.Lang) (core, warning string) {
	w := warningID
	if lang == words.EN {
		w = warningEN
	}
	if c, ok := strings.CutSuffix(s, w); ok {
		return strings.TrimSpace(c), w
	}
	return s, ""
}

// fit joins an answer within the written limit: sentences that do not fit are left out, the last ones first, then the
// opening one; the reason's own sentence and the warning always stay.
func fit(lead, core string, tail []string, warning string) string {
	join := func() string {
		var all []string
		for _, s := range slices.Concat([]string{lead, core}, tail, []string{warning}) {
			if s != "" {
				all = append(all, s)
			}
		}
		return strings.Join(all, " ")
	}
	for words.Runes(join()) > words.WrittenLimit {
		switch {
		case len(tail) > 0:
			tail = tail[:len(tail)-1]
		case lead != "":
			lead = ""
		default:
			return join()
		}
	}
	return join()
}

func pick(l words.Lang, id, en string) string {
	if l == words.EN {
		return en
	}
	return id
}

// lead is the sentence that comes first: what is not the matter, or that no request reached us.
func (a Answer) lead(l words.Lang, z words.Zone) string {
	q := a.Question
	switch {
	case q.Topic == TopicCourse && q.Participant != nil && a.Evidence == EvidenceNone:
		return pick(l, "Sampai hari ini ", "Until today ") + words.Clock(q.Now, z, l) +
			pick(l, " tidak ada permintaan pembelian atas nama Bapak/Ibu yang sampai ke kami; pencariannya terjadi di katalog platform.",
				" no purchase request of yours reached us; the search took place in the platform's own catalogue.")
	case a.over():
		return pick(l, "Penyebabnya waktu itu, sekarang sudah berakhir:", "The cause at that time, which has ended since:")
	case gateReason(a.Primary) && a.Visible != nil && a.Visible.Yes && a.Evidence == EvidenceRecorded && onlyGate(a.Checks):
		return pick(l, "Kursusnya ada dan data Bapak/Ibu tidak salah.", "The course exists and your data is correct.")
	}
	return ""
}

func gateReason(c reason.Code) bool {
	return c == reason.PMOPaymentGateClosed || c == reason.PMOSystemIntegrationInProgress
}

// over reports whether the cause of a past attempt has ended.
func (a Answer) over() bool {
	return a.Question.Topic == TopicPurchase && a.Now != nil && a.Now.Succeeds && !positive(a.Primary)
}

// onlyGate reports whether nothing but the closed payments stood in the way.
func onlyGate(checks []CheckResult) bool {
	for _, c := range checks {
		if c.Verdict == Fail && !gateReason(c.Reason) {
			return false
		}
	}
	return true
}

// tail is what follows: when, and what else stands in the way after the first thing.
func (a Answer) tail(l words.Lang) []string {
	var out []string
	_, expected := a.Values["gate_expected"]
	if gateReason(a.Primary) && !expected && !a.over() {
		out = append(out, pick(l, "Tanggalnya belum diumumkan.", "No date has been announced."))
	}
	if a.Question.Topic == TopicCourse && a.Primary != reason.CourseVisibleNotPayable && a.gateClosedNow() && !gateReason(a.Primary) {
		out = append(out, pick(l, "Pembayaran di semua platform masih ditutup.", "Payments are still closed on all platforms."))
	}
	for _, name := range []string{"next_course", "after_reopening"} {
		if x, ok := a.Values[name].(words.Localized); ok {
			out = append(out, pick(l, x.ID, x.EN))
		}
	}
	if s := a.afterThat(l); s != "" {
		out = append(out, s)
	}
	return out
}

func (a Answer) gateClosedNow() bool {
	if a.Now == nil {
		return false
	}
	for _, c := range a.Now.Failing {
		if c.Check == "payment_gate_open" {
			return true
		}
	}
	return false
}

// afterThat says what remains once the leading cause is gone, for purchases that did not go through.
func (a Answer) afterThat(l words.Lang) string {
	if a.Question.Topic != TopicPurchase || a.Now == nil || a.Final || positive(a.Primary) && a.Primary != reason.NoAttemptRecorded {
		return ""
	}
	others := 0
	leads := false
	for _, c := range a.Now.Failing {
		if c.Final {
			return ""
		}
		if c.Reason == a.Primary {
			leads = true
			continue
		}
		others++
	}
	switch {
	case a.Now.Succeeds:
		return pick(l, "Sekarang tidak ada lagi halangan di pihak kami.", "Nothing stands in the way on our side now.")
	case len(a.Now.Unchecked) > 0 && others == 0:
		return "" // nothing is promised about what could not be checked
	case leads && others == 0:
		return pick(l, "Setelah itu tidak ada halangan lain.", "After that nothing else stands in the way.")
	case leads:
		return pick(l, fmt.Sprintf("Setelah itu masih ada %d hal.", others), fmt.Sprintf("After that %d more %s in the way.", others, plural(others)))
	}
	return ""
}

func plural(n int) string {
	if n == 1 {
		return "thing stands"
	}
	return "things stand"
}

// Next says the next step and whose turn it is.
func (a Answer) Next(lang words.Lang, zone words.Zone) (string, error) {
	r, ok := reason.Lookup(a.Primary)
	if !ok {
		return "", fmt.Errorf("no reason %q in the catalogue", a.Primary)
	}
	if a.over() {
		return pick(lang, "Silakan ulangi pembelian di platform; di pihak kami tidak ada lagi halangan.", "Please buy again on the platform; nothing stands in the way on our side any more."), nil
	}
	s, err := r.NextStep(lang, zone, a.Values)
	if errors.Is(err, reason.ErrNoText) {
		return "", nil
	}
	return s, err
}

// Ask lists what to ask the caller back, where the cause may lie outside the ledger.
func (a Answer) Ask(lang words.Lang) []string {
	if r, ok := reason.Lookup(a.Primary); ok {
		return r.Ask(lang)
	}
	return nil
}
