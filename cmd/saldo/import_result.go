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
)

// Outcomes of a line.
const (
	outcomeAccepted = "accepted"
	outcomeRefused  = "refused"
	outcomeRecorded = "recorded" // a reported or migrated fact
	outcomeReplayed = "replayed" // the line has its outcome from before
	outcomeError    = "error"    // nothing was written
)

// result is what came of one line.
type result struct {
	Line      int              `json:"line"`
	Outcome   string           `json:"outcome"`
	Was       string           `json:"was,omitempty"` // of a replayed one: the outcome that it has
	Reason    string           `json:"reason,omitempty"`
	Reference string           `json:"reference,omitempty"`
	Stream    domain.Stream    `json:"stream,omitempty"`
	Revision  *uint64          `json:"revision,omitempty"`
	Problems  []domain.Problem `json:"problems,omitempty"`
}

func resultOf(no int, out api.Outcome, err error) result {
	if err != nil {
		return result{Line: no, Outcome: outcomeError, Problems: problemsOf(err)}
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
	if out.Replayed {
		r.Was, r.Outcome = r.Outcome, outcomeReplayed
	}
	return r
}

func kindOf(out api.Outcome) string {
	switch out.Outcome {
	case domain.Refused:
		return outcomeRefused
	case domain.Accepted, domain.Consequence:
		return outcomeAccepted
	}
	return outcomeRecorded
}

// problemsOf lists what is wrong with a line, each with its cure.
func problemsOf(err error) []domain.Problem {
	var input *domain.InputError
	var reused *domain.KeyReusedError
	var blocked *domain.BlockedError
	switch {
	case errors.As(err, &input):
		return input.Problems
	case errors.As(err, &reused):
		return []domain.Problem{{Code: "KEY_REUSED", Pointer: "/key", Message: reused.Error(), Cure: "fields that differ: " + strings.Join(reused.Fields, ", ")}}
	case errors.As(err, &blocked):
		return []domain.Problem{{Code: "STREAM_BLOCKED", Message: blocked.Error(), Cure: "saldo check"}}
	case errors.Is(err, domain.ErrClockBehind):
		return []domain.Problem{{Code: "CLOCK_BEHIND", Pointer: "/received_at", Message: err.Error(), Cure: "the stream has later events already: give a later time, or mend this machine's clock"}}
	}
	return []domain.Problem{{Code: "NOT_RECORDED", Message: err.Error(), Cure: "run the import again"}}
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
		fmt.Fprintf(&b, "%s\n", r.a.bold(fmt.Sprintf("%6s  %-8s  %s", r.a.t("BARIS", "LINE"), r.a.t("HASIL", "OUTCOME"), r.a.t("NOMOR RUJUKAN", "REFERENCE"))))
	}
	line := strings.TrimRight(fmt.Sprintf("%6d  %-8s  %-16s", x.Line, x.Outcome, x.Reference), " ")
	var more []string
	if x.Revision != nil {
		more = append(more, fmt.Sprintf("%s@%d", x.Stream, *x.Revision))
	}
	if x.Reason != "" {
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
