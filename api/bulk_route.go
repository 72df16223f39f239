package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"saldo/domain"
)

const (
	// bulkInFlight is how many commands of a bulk are on their way at once.
	bulkInFlight = 256
	// bulkAhead and bulkBytes bound what a bulk holds in memory besides: lines that were read ahead, and the text of a batch.
	bulkAhead = 16
	bulkBytes = 4 << 20
)

// zstdMemory bounds what a compressed body may make the decoder keep.
const zstdMemory = 32 << 20

// BulkResult is the answer to a line.
type BulkResult struct {
	Line int `json:"line" doc:"number of the line, from 1; empty ones count and are not answered"`
	*OutcomeView
	Status  int      `json:"status" doc:"as the command's own route would have answered"`
	Problem *Problem `json:"problem,omitempty" doc:"where it has no outcome"`
}

// bulk executes commands line by line, as NDJSON of the same form as a file of saldo import, and answers each in order. Every
// line has its own outcome; a line that fails stops nothing. Sent again, lines that have their outcome get it again.
func (s *Server) bulk(c *call) (answer, error) {
	lines, closeBody, err := c.lines()
	if err != nil {
		return answer{}, err
	}
	control := http.NewResponseController(c.write)
	if err = control.EnableFullDuplex(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return answer{}, err
	}
	_ = errors.Join(control.SetReadDeadline(noDeadline), control.SetWriteDeadline(noDeadline)) // a bulk lasts as long as it lasts
	c.write.Header().Set("Content-Type", ndjsonMediaType)
	c.write.WriteHeader(http.StatusOK)
	c.done = true
	b := &bulkRun{server: s, call: c, out: bufio.NewWriter(c.write), flush: control.Flush}
	err = b.run(lines, closeBody)
	if err = errors.Join(err, b.out.Flush()); err != nil {
		s.config.Log.LogAttrs(c.ctx, slog.LevelWarn, "a bulk ended early", slog.String("error", err.Error()), slog.String("request_id", c.id))
	}
	return answer{status: http.StatusOK}, nil
}

// lines opens the body, compressed or not.
func (c *call) lines() (io.Reader, func(), error) {
	if t := c.Header.Get("Content-Type"); t != "" {
		if m, _, err := mime.ParseMediaType(t); err != nil || m != ndjsonMediaType {
			return nil, nil, refuse(ProblemMediaType, "Content-Type: "+ndjsonMediaType)
		}
	}
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
		r, err := zstd.NewReader(c.Body, zstd.WithDecoderMaxMemory(zstdMemory), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, nil, refuse(ProblemInvalidRequest, "the body is no zstd")
		}
		return r, r.Close, nil
	}
	return nil, nil, refuse(ProblemMediaType, "Content-Encoding: gzip, zstd")
}

// errStopping ends a bulk whose sender is silent while the server stops. Each line that was answered is done.
var errStopping = errors.New("the server stops")

// bulkRun is a bulk under way.
type bulkRun struct {
	server *Server
	call   *call
	out    *bufio.Writer
	flush  func() error
}

// bulkLine is a line with its command, or with the problem that it has already, and then with its outcome.
type bulkLine struct {
	no   int
	text []byte
	cmd  domain.Command
	out  Outcome
	err  error
}

// run decides what has arrived, answers it, and only then looks for more: while it waits for a slow sender it holds nobody's
// stream, and a sender that waits for each answer gets it.
func (b *bulkRun) run(body io.Reader, closeBody func()) error {
	gone := make(chan struct{})
	defer close(gone)
	arrived := make(chan *bulkLine, bulkAhead)
	go func() {
		defer closeBody() // by who reads it: the sender may be silent while the bulk ends
		defer close(arrived)
		readLines(body, arrived, gone)
		_, _ = io.Copy(io.Discard, b.call.Body) // a full duplex handler that leaves some unread breaks the connection
	}()
	for {
		var batch []*bulkLine
		select {
		case <-b.call.ctx.Done():
			return b.call.ctx.Err()
		case <-b.server.life.Done():
			return errStopping
		case line, more := <-arrived:
			if !more {
				return nil
			}
			batch = append(batch, line)
		}
		size := len(batch[0].text)
		for more := true; more && len(batch) < bulkInFlight && size < bulkBytes; {
			select {
			case line, open := <-arrived:
				if more = open; open {
					batch, size = append(batch, line), size+len(line.text)
				}
			default:
				more = false
			}
		}
		if err := b.decide(batch); err != nil {
			return err
		}
	}
}

// readLines hands on the lines of a body, and what broke it as the last one, until nobody takes them any more.
func readLines(body io.Reader, to chan<- *bulkLine, gone <-chan struct{}) {
	in := bufio.NewScanner(body)
	in.Buffer(make([]byte, 64<<10), domain.MaxSubmissionBytes) //nolint:mnd // a usual line
	no := 1
	send := func(l *bulkLine) bool {
		select {
		case to <- l:
			return true
		case <-gone:
			return false
		}
	}
	for ; in.Scan(); no++ {
		if text := bytes.TrimSpace(in.Bytes()); len(text) > 0 && !send(&bulkLine{no: no, text: bytes.Clone(text)}) {
			return
		}
	}
	switch err := in.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		p := refuse(ProblemTooLarge, "the line is too long, and nothing behind it was read")
		p.extra = map[string]any{"limit_bytes": domain.MaxSubmissionBytes}
		send(&bulkLine{no: no, err: p})
	case err != nil:
		send(&bulkLine{no: no, err: refuse(ProblemInvalidRequest, "the body broke off here: "+err.Error())})
	}
}

// decide executes lines and answers them in their order. No person has more lines in one group than may be refused in a
// minute, so that a bulk is stopped where single commands are.
func (b *bulkRun) decide(batch []*bulkLine) error {
	begin, of := 0, map[domain.Stream]int{}
	for i, line := range batch {
		if line.err == nil {
			line.cmd, line.err = b.command(line.text)
		}
		if line.err != nil {
			continue
		}
		stream := line.cmd.Act.Stream()
		if of[stream]++; of[stream] > refusedPerMinute {
			if err := b.group(batch[begin:i]); err != nil {
				return err
			}
			begin, of = i, map[domain.Stream]int{stream: 1}
		}
	}
	return errors.Join(b.group(batch[begin:]), b.out.Flush(), b.flush())
}

// group executes lines side by side.
func (b *bulkRun) group(batch []*bulkLine) error {
	var asked []*bulkLine
	for _, line := range batch {
		if line.err == nil {
			line.err = b.server.bounded(b.call, line.cmd)
		}
		if line.err == nil {
			line.err = ErrStoppedShort // until it is known better
			asked = append(asked, line)
		}
	}
	commands := func(yield func(domain.Command) bool) {
		for _, line := range asked {
			if !yield(line.cmd) {
				return
			}
		}
	}
	stopped := b.server.config.Service.ExecuteAll(b.call.ctx, commands, bulkInFlight, func(i int, out Outcome, err error) error {
		asked[i].out, asked[i].err = out, err
		b.server.refused(b.call, asked[i].cmd, out, err)
		return nil
	})
	for _, line := range batch {
		if err := b.answer(line, line.out, line.err); err != nil {
			return errors.Join(stopped, err)
		}
	}
	return stopped
}

func (b *bulkRun) command(text []byte) (domain.Command, error) {
	sub, err := domain.DecodeSubmission(text)
	if err != nil {
		return domain.Command{}, err
	}
	if sub.ReceivedAt != nil {
		return domain.Command{}, refuse(ProblemInvalidRequest, "", FieldProblem{"/received_at", "FIELD_NOT_ALLOWED", "the server stamps it", "leave it out"})
	}
	if err = validKey(sub.Key); err != nil {
		return domain.Command{}, err
	}
	cmd, err := b.call.admit(sub.Command)
	if err != nil {
		return cmd, err
	}
	cmd.ID = b.call.commandIDOf(sub.Key)
	return cmd, nil
}

// answer writes the line of an answer.
func (b *bulkRun) answer(line *bulkLine, out Outcome, err error) error {
	r := BulkResult{Line: line.no, Status: http.StatusCreated}
	if err == nil {
		v := b.server.viewOf(b.call, line.cmd, out, false)
		if out.Replayed {
			r.Status = http.StatusOK
		}
		if out.Refused() {
			r.Status = http.StatusUnprocessableEntity
			err = b.server.refusal(b.call, line.cmd, out, &v, false)
		}
		r.OutcomeView = &v
	}
	if err != nil {
		p := problemOf(err)
		body, failed := p.body(b.call.lang, b.call.id, b.call.URL.Path)
		r = BulkResult{Line: line.no, Status: p.kind.status, Problem: &Problem{}}
		if failed = errors.Join(failed, json.Unmarshal(body, r.Problem)); failed != nil {
			return failed
		}
	}
	one := tallied{status: r.Status, replayed: out.Replayed}
	switch {
	case r.Problem != nil:
		one = tallied{status: r.Status, code: r.Problem.Code}
	case out.Refused():
		one.code = ProblemRefusedByRule
	}
	b.server.tallies.note(b.call, one)
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = b.out.Write(append(text, '\n'))
	return err
}

// noDeadline lifts a server's time limits for a stream.
var noDeadline time.Time //nolint:gochecknoglobals // the zero time
