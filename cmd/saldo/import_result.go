package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/words"
)

// Outcomes of a line.
const (
	outcomeAccepted     = "accepted"
	outcomeRefused      = "refused"
	outcomeRecorded     = "recorded"     // a reported or migrated fact
	outcomeUnattributed = "unattributed" // a purchase for a person or card that is not known, kept apart
	outcomeReplayed     = "replayed"     // the line has its outcome from before
	outcomeError        = "error"        // nothing was written

	// countBefore counts refused lines of history whose fact stands in the ledger already.
	countBefore = "recorded before"
)

// result is what came of one line.
type result struct {
	Line      int              `json:"line"`
	Outcome   string           `json:"outcome"`
	Was       string           `json:"was,omitempty"`             // of a replayed one: the outcome that it has
	Before    bool             `json:"recorded_before,omitempty"` // refused, since the fact stands in the ledger already
	Reason    string           `json:"reason,omitempty"`
	Reference string           `json:"reference,omitempty"`
	Stream    domain.Stream    `json:"stream,omitempty"`
	Revision  *uint64          `json:"revision,omitempty"`
	Problems  []domain.Problem `json:"problems,omitempty"`
}

func (im *importer) resultOf(line *importLine, out api.Outcome, err error) result {
	no := line.no
	if err != nil {
		return result{Line: no, Outcome: outcomeError, Problems: im.problemsOf(line, err)}
	}
	e := out.Event()
	rev := e.Revision
	r := result{Line: no, Outcome: kindOf(out), Reference: out.Reference, Stream: e.Stream, Revision: &rev}
	if d := out.Decision(); d != nil {
		r.Reason = string(d.Primary())
		if r.Reason == "" && len(d.Exceptions) > 0 {
			r.Reason = string(d.Exceptions[0].Reason)
		}
	}
	if r.Outcome == outcomeUnattributed && r.Reason == "" {
		r.Reason = string(reason.CardNotRecognised)
	}
	again := r.Reason == string(reason.AlreadyDone) || r.Reason == string(reason.InvoiceAlreadyUsed)
	r.Before = im.f.as == "facts" && r.Outcome == outcomeRefused && again
	if out.Replayed {
		r.Was, r.Outcome = r.Outcome, outcomeReplayed
	}
	return r
}

// counted is under which heading a result is counted.
func (r result) counted() string {
	if r.Before && r.Outcome == outcomeRefused {
		return countBefore
	}
	return r.Outcome
}

func kindOf(out api.Outcome) string {
	if _, ok := out.Event().Fact.(domain.PurchaseUnattributed); ok {
		return outcomeUnattributed
	}
	switch out.Outcome {
	case domain.Refused:
		return outcomeRefused
	case domain.Accepted, domain.Consequence:
		return outcomeAccepted
	}
	return outcomeRecorded
}

// problemsOf lists what is wrong with a line, each with its cure.
func (im *importer) problemsOf(line *importLine, err error) []domain.Problem {
	var input *domain.InputError
	var reused *domain.KeyReusedError
	var blocked *domain.BlockedError
	switch {
	case errors.As(err, &input):
		return input.Problems
	case errors.As(err, &reused):
		return []domain.Problem{{Code: "KEY_REUSED", Pointer: "/key", Message: reused.Error(), Cure: "fields that differ: " + strings.Join(reused.Fields, ", ")}}
	case errors.As(err, &blocked):
		return []domain.Problem{im.blocked(blocked.Block)}
	case errors.Is(err, api.ErrStreamBusy):
		return []domain.Problem{{
			Code:    "STREAM_BUSY",
			Message: im.a.t("simpul lain terus lebih dulu di aliran ini; tidak ada yang dicatat", "other nodes were first on this stream again and again; nothing was recorded"),
			Cure:    im.a.t("jalankan impor yang sama lagi", "run the same import again"),
		}}
	case errors.Is(err, api.ErrNodeBehind):
		p := im.a.nodeBehind(err)
		return []domain.Problem{{Code: "NODE_BEHIND", Message: p.what, Cure: p.cure}}
	case errors.Is(err, domain.ErrClockBehind):
		return []domain.Problem{im.clockBehind(line)}
	}
	return []domain.Problem{{Code: "NOT_RECORDED", Message: err.Error(), Cure: "run the import again"}}
}

// blocked says why nothing is decided on a stream.
func (im *importer) blocked(b domain.Block) domain.Problem {
	a := im.a
	if b.Foreign {
		return domain.Problem{
			Code:    "STREAM_BLOCKED",
			Message: fmt.Sprintf(a.t("%s tidak dicatat lewat Saldo, jadi tidak ada yang diputuskan di atasnya", "%s did not come through Saldo, so nothing is decided over it"), b.At),
			Cure:    "saldo check",
		}
	}
	return domain.Problem{
		Code:    "NODE_TOO_OLD",
		Message: fmt.Sprintf(a.t("versi saldo ini tidak mengenal %s, jadi tidak memutuskan di atasnya; tidak ada yang dicatat", "this version of saldo does not know %s, so it decides nothing over it; nothing was recorded"), b.At),
		Cure:    a.t("kirim ke simpul yang lebih baru, atau perbarui program ini", "send it to a newer node, or update this program"),
	}
}

// clockBehind says that the ledger has later events already. A simulation's clock is the file, a real ledger's the machine.
func (im *importer) clockBehind(line *importLine) domain.Problem {
	a := im.a
	if im.ledger.sim {
		return domain.Problem{
			Code: "CLOCK_BEHIND", Pointer: "/received_at",
			Message: fmt.Sprintf(a.t("%s sebelum peristiwa yang sudah tercatat di sana", "%s is before what is recorded there already"), words.MomentSeconds(line.cmd.ReceivedAt, a.zone, a.lang)),
			Cure:    a.t("beri received_at yang lebih kemudian: waktu hanya berjalan maju di simulasi", "give a later received_at: time runs forwards in a simulation"),
		}
	}
	return domain.Problem{
		Code:    "CLOCK_BEHIND",
		Message: fmt.Sprintf(a.t("jam mesin ini, %s, di belakang peristiwa yang sudah tercatat", "this machine's clock, %s, is behind what is recorded already"), words.MomentSeconds(a.clock(), a.zone, a.lang)),
		Cure:    a.t("betulkan jam mesin ini, lalu jalankan impor yang sama lagi", "mend this machine's clock, then run the same import again"),
	}
}

// results writes results as they come.
type results struct {
	a   *app
	n   int
	csv *csv.Writer
}

func (a *app) newResults() *results {
	r := &results{a: a}
	if a.output == "csv" {
		r.csv = csv.NewWriter(a.out)
	}
	return r
}

func (r *results) write(x result) error {
	r.n++
	switch r.a.output {
	case "ndjson":
		data, err := marshal(x)
		if err == nil {
			_, err = r.a.out.Write(append(data, '\n'))
		}
		return err
	case "json":
		data, err := json.MarshalIndent(x, "  ", "  ")
		if err != nil {
			return err
		}
		before := ",\n  "
		if r.n == 1 {
			before = "[\n  "
		}
		_, err = io.WriteString(r.a.out, before+string(data))
		return err
	case "csv":
		return r.csvLine(x)
	}
	return r.row(x)
}

func (r *results) csvLine(x result) error {
	if r.n == 1 {
		if err := r.csv.Write([]string{"line", "outcome", "was", "reason", "reference", "stream", "revision", "problem"}); err != nil {
			return err
		}
	}
	rev, what := "", make([]string, 0, len(x.Problems))
	if x.Revision != nil {
		rev = strconv.FormatUint(*x.Revision, 10)
	}
	for _, p := range x.Problems {
		what = append(what, string(p.Code)+" "+p.String())
	}
	return r.csv.Write([]string{strconv.Itoa(x.Line), x.Outcome, x.Was, x.Reason, x.Reference, string(x.Stream), rev, strings.Join(what, "; ")})
}

// row is a line of the table; what does not fit stands below it, indented.
func (r *results) row(x result) error {
	const indent = 8
	var b strings.Builder
	if r.n == 1 {
		fmt.Fprintf(&b, "%s\n", r.a.bold(fmt.Sprintf("%6s  %-12s  %s", r.a.t("BARIS", "LINE"), r.a.t("HASIL", "OUTCOME"), r.a.t("NOMOR RUJUKAN", "REFERENCE"))))
	}
	line := strings.TrimRight(fmt.Sprintf("%6d  %-12s  %-16s", x.Line, x.Outcome, x.Reference), " ")
	var more []string
	if x.Revision != nil {
		more = append(more, fmt.Sprintf("%s@%d", x.Stream, *x.Revision))
	}
	switch {
	case x.Before:
		more = append(more, r.a.t("sudah tercatat sebelumnya: ", "recorded before: ")+x.Reason)
	case x.Reason != "":
		more = append(more, x.Reason)
	}
	r.a.spread(&b, line, more, indent)
	for _, p := range x.Problems {
		at := p.Pointer
		if at != "" {
			at += ": "
		}
		r.a.paragraph(&b, string(p.Code)+" "+at+p.Message, indent)
		if cure := shortCure(p); cure != "" {
			r.a.paragraph(&b, "→ "+cure, indent)
		}
	}
	_, err := io.WriteString(r.a.out, b.String())
	return err
}

// shortCure leaves the list of all commands to the command that prints it.
func shortCure(p domain.Problem) string {
	if p.Code != domain.CommandUnknown {
		return p.Cure
	}
	near, _, guessed := strings.Cut(p.Cure, "? ")
	if guessed {
		return near + "? (saldo commands)"
	}
	return "saldo commands"
}

func (r *results) end() error {
	switch r.a.output {
	case "csv":
		r.csv.Flush()
		return r.csv.Error()
	case "json":
		end := "\n]\n"
		if r.n == 0 {
			end = "[]\n"
		}
		_, err := io.WriteString(r.a.out, end)
		return err
	}
	return nil
}
