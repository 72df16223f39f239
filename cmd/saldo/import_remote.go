package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"saldo/api"
	"saldo/domain"
)

// remoteImport sends a file to a ledger behind HTTP, as one stream of lines with an answer for each. What the connection takes
// with it is sent again under the same keys: a line that was decided is replayed, never decided twice.
type remoteImport struct {
	*importer
	remote *api.Remote
	wait   func(ctx context.Context, d time.Duration) error

	mu      sync.Mutex    // guards waiting, between who reads the file and who takes answers
	waiting []*remoteLine // read, and not answered, in order
}

// remoteLine is a line on its way.
type remoteLine struct {
	importLine
	text []byte
}

// Repetitions after a connection broke off without an answer to any line.
const (
	importTries     = 6
	importFirstWait = 500 * time.Millisecond
)

func (a *app) runRemoteImport(ctx context.Context, name string, f importFlags) (err error) {
	if f.as != "commands" || f.simulate {
		return usage("--url "+a.t("dengan --as facts atau --simulate", "with --as facts or --simulate"),
			a.t("riwayat dan simulasi dicatat langsung: --data", "history and simulations are recorded directly: --data"))
	}
	remote, err := a.remote(f.remoteFlags)
	if err != nil {
		return err
	}
	if name == "-" && f.tokenFile == "-" {
		return usage("FILE - --token-file -", a.t("stdin hanya satu: simpan tokennya di berkas", "there is one stdin: keep the token in a file"))
	}
	src, err := a.openSource(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.close()) }()
	im := &importer{a: a, f: f, ledger: &ledger{}, src: src, lines: newLineReader(src.file), results: a.newResults(), counts: map[string]int{}}
	im.bar = a.progress(a.t("impor", "import"), src.lines, f.progress, f.progressSet)
	r := &remoteImport{importer: im, remote: remote, wait: waitFor}
	err = r.run(ctx)
	im.bar.end()
	if err = errors.Join(err, im.results.end()); err != nil && ctx.Err() == nil {
		err = a.remoteProblem(err)
	} else if ctx.Err() != nil {
		err = nil // conclude says where it stopped
	}
	return im.conclude(ctx, err)
}

func waitFor(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run sends until every line is answered, or the server is gone for too long.
func (r *remoteImport) run(ctx context.Context) error {
	pause, tries := importFirstWait, 0
	for {
		before := r.done
		err := r.remote.Bulk(ctx, r.unanswered(ctx), r.answered)
		if err == nil {
			err = r.settled(ctx)
		}
		p, told := errors.AsType[*api.ProblemError](err)
		if err == nil || r.broken != nil || ctx.Err() != nil || told && !p.Retryable {
			return errors.Join(err, r.broken)
		}
		if r.done > before {
			pause, tries = importFirstWait, 0
		}
		if tries++; tries == importTries {
			return err
		}
		if told && p.After > 0 {
			pause = p.After
		}
		if waited := r.wait(ctx, pause); waited != nil {
			return waited
		}
		pause *= 2
	}
}

// settled says whether anything is left without an answer when the server has ended its answers.
func (r *remoteImport) settled(ctx context.Context) error {
	if err := r.wrong(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.waiting) > 0 && ctx.Err() == nil {
		return fmt.Errorf("%w: %d lines without an answer", api.ErrStoppedShort, len(r.waiting))
	}
	return ctx.Err()
}

// unanswered yields what was sent before and has no answer, and then the rest of the file.
func (r *remoteImport) unanswered(ctx context.Context) func(yield func([]byte) bool) {
	r.mu.Lock()
	again := append([]*remoteLine(nil), r.waiting...)
	r.mu.Unlock()
	return func(yield func([]byte) bool) {
		for _, line := range again {
			if line.err == nil && !yield(line.text) {
				return
			}
		}
		for !r.ended && ctx.Err() == nil {
			text, err := r.lines.next()
			if errors.Is(err, io.EOF) {
				r.ended = true
				return
			}
			if err == nil && len(bytes.TrimSpace(text.text)) == 0 && text.size == len(text.text) {
				continue
			}
			line := r.read(text, err)
			r.mu.Lock()
			r.waiting = append(r.waiting, line)
			r.mu.Unlock()
			if line.err != nil {
				r.ended = r.f.stopOnError || err != nil
				continue
			}
			if !yield(line.text) {
				return
			}
		}
	}
}

// read makes the line that is sent: with a key, from the file and its number where it has none of its own.
func (r *remoteImport) read(text textLine, failed error) *remoteLine {
	line := &remoteLine{importLine: importLine{no: text.no, err: failed}}
	if failed != nil {
		return line
	}
	sub, err := text.decode()
	if err == nil && sub.ReceivedAt != nil {
		err = lineError(fieldNotAllowed, "/received_at", "a real ledger takes the time of receipt from its own clock", "leave it out")
	}
	if err == nil {
		if sub.Key == "" {
			sub.Key = "import:" + string(r.src.sum) + ":" + strconv.Itoa(text.no)
		}
		line.text, err = domain.EncodeSubmission(sub)
	}
	line.cmd, line.err = sub.Command, err
	return line
}

// wrong writes the lines that were never sent and stand before the next answer.
func (r *remoteImport) wrong() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.waiting) > 0 && r.waiting[0].err != nil {
		line := r.waiting[0]
		r.waiting = r.waiting[1:]
		if r.broken = r.write(&line.importLine, r.resultOf(&line.importLine, api.Outcome{}, line.err)); r.broken != nil {
			return r.broken
		}
	}
	return nil
}

// answered takes the answer of the first line that waits for one. A line whose outcome is not known yet is sent again.
func (r *remoteImport) answered(one api.BulkResult) error {
	if err := r.wrong(); err != nil {
		return err
	}
	r.mu.Lock()
	if len(r.waiting) == 0 {
		r.mu.Unlock()
		return fmt.Errorf("%w: an answer to no line", api.ErrStoppedShort)
	}
	line := r.waiting[0]
	if one.Problem != nil && one.Problem.Retryable {
		r.mu.Unlock()
		return &api.ProblemError{Problem: *one.Problem}
	}
	r.waiting = r.waiting[1:]
	r.mu.Unlock()
	if r.broken = r.write(&line.importLine, remoteResult(line.no, one)); r.broken != nil {
		return r.broken
	}
	return r.wrong()
}

// remoteResult is the result of a line as the server answered it.
func remoteResult(no int, one api.BulkResult) result {
	if one.Problem != nil {
		out := result{Line: no, Outcome: outcomeError}
		for _, f := range one.Problem.Errors {
			out.Problems = append(out.Problems, domain.Problem{Code: domain.InputCode(f.Code), Pointer: f.Pointer, Message: f.Detail, Cure: f.Cure})
		}
		if out.Problems == nil {
			out.Problems = []domain.Problem{{Code: domain.InputCode(one.Problem.Code), Message: one.Problem.Detail, Cure: one.Problem.Cure}}
		}
		return out
	}
	out := result{Line: no, Outcome: one.Outcome, Reference: one.Reference, Reason: string(one.Reason)}
	if e := one.Event; e != nil {
		out.Stream, out.Revision = e.Stream, &e.Revision
		if e.Type == "PurchaseUnattributed" {
			out.Outcome = outcomeUnattributed
		}
	}
	if out.Reason == "" && len(one.Exceptions) > 0 {
		out.Reason = string(one.Exceptions[0])
	}
	if one.Replayed {
		out.Was, out.Outcome = out.Outcome, outcomeReplayed
	}
	return out
}
