package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"saldo/domain"
)

// bulkInFlight is how many commands of a bulk are on their way at once.
const bulkInFlight = 256

// bulkResult is the answer to a line.
type bulkResult struct {
	Line int `json:"line"`
	*outcomeView
	Status  int             `json:"status"`
	Problem json.RawMessage `json:"problem,omitempty"`
}

// bulk executes commands line by line, as NDJSON of the same form as a file of saldo import, and answers each in order. Every
// line has its own outcome; a line that fails stops nothing. Sent again, lines that have their outcome get it again.
func (s *Server) bulk(c *call) (answer, error) {
	lines, closeBody, err := c.lines()
	if err != nil {
		return answer{}, err
	}
	defer closeBody()
	control := http.NewResponseController(c.write)
	if err := control.EnableFullDuplex(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return answer{}, err
	}
	_ = errors.Join(control.SetReadDeadline(noDeadline), control.SetWriteDeadline(noDeadline)) // a bulk lasts as long as it lasts
	c.write.Header().Set("Content-Type", "application/x-ndjson")
	c.write.WriteHeader(http.StatusOK)
	c.done = true
	b := &bulkRun{server: s, call: c, out: bufio.NewWriter(c.write), flush: control.Flush}
	err = b.run(lines)
	if err = errors.Join(err, b.out.Flush()); err != nil {
		s.config.Log.WarnContext(c.ctx, "a bulk ended early", "error", err.Error(), "request_id", c.id) //nolint:sloglint // two attributes
	}
	return answer{status: http.StatusOK}, nil
}

// lines opens the body, compressed or not.
func (c *call) lines() (io.Reader, func(), error) {
	switch c.Header.Get("Content-Encoding") {
	case "", "identity":
		return c.Body, func() {}, nil
	case "gzip":
		r, err := gzip.NewReader(c.Body)
		if err != nil {
			return nil, nil, refuse(ProblemInvalidRequest, "the body is no gzip")
		}
		return r, func() { _ = r.Close() }, nil
	case "zstd":
		r, err := zstd.NewReader(c.Body)
		if err != nil {
			return nil, nil, refuse(ProblemInvalidRequest, "the body is no zstd")
		}
		return r, r.Close, nil
	}
	return nil, nil, refuse(ProblemMediaType, "Content-Encoding: gzip, zstd")
}

// bulkRun is a bulk under way.
type bulkRun struct {
	server *Server
	call   *call
	out    *bufio.Writer
	flush  func() error
	asked  []bulkLine // of the commands that were handed on and have no answer yet
	broken error      // of the body
}

// bulkLine is a line that waits for its answer: a command, or the problem that it has already.
type bulkLine struct {
	no      int
	cmd     domain.Command
	problem error
}

// run hands on commands as they come; a line that can't be read is answered in its place.
func (b *bulkRun) run(body io.Reader) error {
	commands := b.commands(body)
	err := b.server.config.Service.ExecuteAll(b.call.ctx, commands, bulkInFlight, func(_ int, out Outcome, err error) error {
		for len(b.asked) > 0 && b.asked[0].problem != nil {
			if err := b.answer(b.asked[0], Outcome{}, b.asked[0].problem); err != nil {
				return err
			}
			b.asked = b.asked[1:]
		}
		line := b.asked[0]
		b.asked = b.asked[1:]
		return b.answer(line, out, err)
	})
	for _, line := range b.asked {
		if line.problem != nil && err == nil {
			err = b.answer(line, Outcome{}, line.problem)
		}
	}
	return errors.Join(err, b.broken)
}

func (b *bulkRun) commands(body io.Reader) iter.Seq[domain.Command] {
	return func(yield func(domain.Command) bool) {
		in := bufio.NewScanner(body)
		in.Buffer(make([]byte, 64<<10), domain.MaxSubmissionBytes) //nolint:mnd // a usual line
		for no := 1; in.Scan(); no++ {
			text := bytes.TrimSpace(in.Bytes())
			if len(text) == 0 {
				continue
			}
			cmd, err := b.command(text)
			b.asked = append(b.asked, bulkLine{no, cmd, err})
			if err == nil && !yield(cmd) {
				return
			}
		}
		b.broken = in.Err()
	}
}

func (b *bulkRun) command(text []byte) (domain.Command, error) {
	sub, err := domain.DecodeSubmission(text)
	if err != nil {
		return domain.Command{}, err
	}
	if sub.ReceivedAt != nil {
		return domain.Command{}, refuse(ProblemInvalidRequest, "", FieldProblem{"/received_at", "FIELD_NOT_ALLOWED", "the server stamps it", "leave it out"})
	}
	if err := validKey(sub.Key); err != nil {
		return domain.Command{}, err
	}
	cmd, err := b.call.admit(sub.Command)
	if err != nil {
		return cmd, err
	}
	cmd.ID = b.call.commandIDOf(sub.Key)
	cmd.ReceivedAt = b.server.config.Now()
	return cmd, nil
}

// answer writes the line of an answer.
func (b *bulkRun) answer(line bulkLine, out Outcome, err error) error {
	r := bulkResult{Line: line.no, Status: http.StatusCreated}
	if err == nil {
		v := b.server.viewOf(b.call, line.cmd, out, false)
		if out.Replayed {
			r.Status = http.StatusOK
		}
		if out.Refused() {
			r.Status = http.StatusUnprocessableEntity
			err = b.server.refusal(b.call, line.cmd, out, &v, false)
		}
		r.outcomeView = &v
	}
	if err != nil {
		p := problemOf(err)
		body, failed := p.body(b.call.lang, b.call.id, b.call.URL.Path)
		if failed != nil {
			return failed
		}
		r = bulkResult{Line: line.no, Status: p.kind.status, Problem: body}
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := b.out.Write(append(text, '\n')); err != nil {
		return err
	}
	const enough = 16 << 10
	if b.out.Buffered() >= enough {
		return errors.Join(b.out.Flush(), b.flush())
	}
	return nil
}

// noDeadline lifts a server's time limits for a stream.
var noDeadline time.Time //nolint:gochecknoglobals // the zero time
