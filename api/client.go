package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
)

// RemoteConfig is what a Remote needs.
type RemoteConfig struct {
	URL   string // such as http://127.0.0.1:8420
	Token string
	Lang  string       // id or en: of the texts; empty: the server's choice
	HTTP  *http.Client // nil: one without a time limit; calls end with their ctx
	// Wait sleeps before a repetition, or until ctx ends; nil: a timer.
	Wait func(ctx context.Context, d time.Duration) error
}

// Remote is a ledger behind its HTTP API. It is safe for concurrent use.
//
// What has an unknown outcome is repeated with the same key, which changes nothing that was decided. A caller that ends in the
// middle asks Attempt with the key, or submits again.
type Remote struct {
	config RemoteConfig
	base   string
}

// ProblemError is an answer that is a problem.
type ProblemError struct {
	Problem
	After time.Duration // to wait before the same request; 0: the server named none
}

// Error says what is wrong and what to do.
func (e *ProblemError) Error() string {
	parts := []string{string(e.Code) + ": " + e.Detail}
	for _, f := range e.Errors {
		parts = append(parts, f.Pointer+": "+f.Detail)
	}
	return strings.Join(append(parts, e.Cure), "; ")
}

// ErrRemoteURL says that an address is not one of an API.
var ErrRemoteURL = errors.New("an address such as http://127.0.0.1:8420, without user, query and fragment")

// Repetitions of one request.
const (
	remoteTries     = 6
	remoteFirstWait = 200 * time.Millisecond
	remoteMostWait  = 10 * time.Second
	mostAnswer      = 64 << 20 // bytes that are read of one answer
)

// NewRemote makes a client. It asks nothing yet.
func NewRemote(c RemoteConfig) (*Remote, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, ErrRemoteURL
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }} // a token goes where it was meant to
	}
	if c.Wait == nil {
		c.Wait = sleep
	}
	return &Remote{config: c, base: strings.TrimSuffix(c.URL, "/")}, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Submit sends a command under a key of the caller's own and gives its outcome, refusals included. Errors: *ProblemError for
// what the server does not take, ErrStoppedShort where the outcome is still unknown after some repetitions.
func (r *Remote) Submit(ctx context.Context, key string, act domain.Act) (OutcomeView, error) {
	var out OutcomeView
	text, err := domain.EncodeSubmission(domain.Submission{Command: domain.Command{Act: act}})
	if err != nil {
		return out, err
	}
	line, err := readStoryLine(text)
	if err != nil {
		return out, err
	}
	spec := domain.SpecOf(act)
	path := commandPath(spec)
	_, field := streamPath(spec.Kind)
	if field != "" {
		value := strings.Trim(string(line.Act[field]), `"`)
		path = strings.ReplaceAll(path, "{"+field+"}", url.PathEscape(value))
	}
	body, err := json.Marshal(line.body(field))
	if err != nil {
		return out, err
	}
	err = r.repeat(ctx, func() error {
		return r.call(ctx, http.MethodPost, path, body, http.Header{keyHeader: {strconv.Quote(key)}, "Content-Type": {jsonMediaType}}, &out)
	})
	return out, err
}

// Attempt asks whether the command of a key happened, in the stream that it was for.
func (r *Remote) Attempt(ctx context.Context, key string, stream domain.Stream) (AttemptView, error) {
	var out AttemptView
	err := r.get(ctx, "/v1/attempts/"+url.PathEscape(key), url.Values{"stream": {string(stream)}}, &out)
	return out, err
}

// Why asks a question. Parameters are those of /v1/why/{topic}.
func (r *Remote) Why(ctx context.Context, topic domain.Topic, parameters url.Values) (Told, error) {
	var out Told
	err := r.get(ctx, "/v1/why/"+url.PathEscape(string(topic)), parameters, &out)
	return out, err
}

// Participants lists a page of people. Parameters are those of /v1/participants.
func (r *Remote) Participants(ctx context.Context, parameters url.Values) (ParticipantsView, error) {
	var out ParticipantsView
	err := r.get(ctx, "/v1/participants", parameters, &out)
	return out, err
}

// Bulk sends commands as lines, each with its key, and hands on each answer in its place as it comes. lines is called from
// another goroutine, and ends early when the connection does. An error says that lines may be without answer: those are sent
// again, under the same keys. It repeats nothing itself.
func (r *Remote) Bulk(ctx context.Context, lines iter.Seq[[]byte], fn func(BulkResult) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	from, to := io.Pipe()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		w := bufio.NewWriter(to)
		for line := range lines {
			if _, err := w.Write(append(bytes.TrimSpace(line), '\n')); err != nil {
				break
			}
		}
		_ = to.CloseWithError(w.Flush())
	}()
	defer func() {
		_ = from.CloseWithError(io.ErrClosedPipe)
		<-sent
	}()
	resp, err := r.send(ctx, http.MethodPost, "/v1/commands:bulk", from, http.Header{"Content-Type": {ndjsonMediaType}})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStoppedShort, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return problemIn(resp)
	}
	in := bufio.NewScanner(resp.Body)
	in.Buffer(make([]byte, 64<<10), 2*domain.MaxSubmissionBytes) //nolint:mnd // a usual line
	for in.Scan() {
		var one BulkResult
		if err = json.Unmarshal(in.Bytes(), &one); err != nil {
			return fmt.Errorf("%w: an answer can't be read: %w", ErrStoppedShort, err)
		}
		if err = fn(one); err != nil {
			return err
		}
	}
	if err = in.Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrStoppedShort, err)
	}
	return nil
}

func (r *Remote) get(ctx context.Context, path string, parameters url.Values, into any) error {
	if len(parameters) > 0 {
		path += "?" + parameters.Encode()
	}
	return r.repeat(ctx, func() error { return r.call(ctx, http.MethodGet, path, nil, nil, into) })
}

// repeat tries until the answer is definite, the tries are used up, or ctx ends.
func (r *Remote) repeat(ctx context.Context, try func() error) error {
	wait := remoteFirstWait
	for n := 1; ; n++ {
		err := try()
		p, answered := errors.AsType[*ProblemError](err)
		if err == nil || answered && !p.Retryable || ctx.Err() != nil {
			return err
		}
		if n == remoteTries {
			if answered && p.Code != ProblemOutcomeUnknown {
				return err
			}
			return fmt.Errorf("%w: %w", ErrStoppedShort, err)
		}
		pause := wait
		if answered && p.After > 0 {
			pause = p.After
		}
		if waited := r.config.Wait(ctx, min(pause, remoteMostWait)); waited != nil {
			return fmt.Errorf("%w: %w", ErrStoppedShort, errors.Join(err, waited))
		}
		wait *= 2
	}
}

// call asks once. A refusal by a rule is an outcome.
func (r *Remote) call(ctx context.Context, method, path string, body []byte, header http.Header, into any) error {
	resp, err := r.send(ctx, method, path, bytes.NewReader(body), header)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= http.StatusMultipleChoices && resp.StatusCode != http.StatusUnprocessableEntity {
		return problemIn(resp)
	}
	content, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer))
	if err != nil {
		return err
	}
	if resp.StatusCode == http.StatusUnprocessableEntity {
		var p Problem
		if err = json.Unmarshal(content, &p); err == nil && p.Type != problemTypePrefix+string(ProblemRefusedByRule) {
			return &ProblemError{Problem: p}
		}
	}
	return json.Unmarshal(content, into)
}

func (r *Remote) send(ctx context.Context, method, path string, body io.Reader, header http.Header) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, r.base+path, body)
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, header)
	req.Header.Set("Authorization", "Bearer "+r.config.Token)
	if r.config.Lang != "" {
		req.Header.Set("Accept-Language", r.config.Lang)
	}
	if id, failed := uuid.NewRandom(); failed == nil {
		req.Header.Set(requestIDHeader, id.String())
	}
	return r.config.HTTP.Do(req)
}

// problemIn reads the problem of an answer; what is none says so.
func problemIn(resp *http.Response) error {
	const most = 1 << 20
	content, err := io.ReadAll(io.LimitReader(resp.Body, most))
	if err != nil {
		return err
	}
	p := ProblemError{}
	if json.Unmarshal(content, &p.Problem) != nil || p.Code == "" {
		p.Problem = Problem{Status: resp.StatusCode, Code: ProblemInternal, Detail: "answered " + resp.Status + ", and not by a ledger", Retryable: resp.StatusCode >= http.StatusInternalServerError}
	}
	if seconds, wrong := strconv.Atoi(resp.Header.Get("Retry-After")); wrong == nil {
		p.After = time.Duration(seconds) * time.Second
	}
	return &p
}
