package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"saldo/domain"
)

// source is a file of lines that is read twice: once for its fingerprint and its number of lines, once for the lines.
type source struct {
	name   string // as given
	file   *os.File
	sum    domain.Digest
	lines  int
	remove bool // a copy of stdin
}

// openSource opens a file, or keeps what comes on stdin in a temporary file until its end: the keys of lines without one are
// derived from the whole file's fingerprint, so that the same input again is recognised.
func (a *app) openSource(ctx context.Context, name string) (*source, error) {
	s := &source{name: name}
	h := sha256.New()
	var err error
	if name == "-" {
		if s.file, err = os.CreateTemp("", "saldo-import-*"); err != nil {
			return nil, err
		}
		s.remove = true
		_, err = io.Copy(io.MultiWriter(h, s.file), untilDone{ctx, a.in})
	} else {
		if s.file, err = os.Open(name); err != nil { //nolint:gosec // the operator names the file
			return nil, &problem{code: codeOf(err), what: a.t("berkas tidak dapat dibuka", "the file can't be opened"), cause: err}
		}
		if info, statErr := s.file.Stat(); statErr == nil && info.IsDir() {
			return nil, errors.Join(usage(name+a.t(" adalah direktori", " is a directory"), "FILE.ndjson"), s.close())
		}
		_, err = io.Copy(h, untilDone{ctx, s.file})
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.sum = domain.Digest(hex.EncodeToString(h.Sum(nil)))
	if s.lines, err = countLines(untilDone{ctx, s.file}, s.file); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// countLines counts from the beginning and goes back there.
func countLines(r io.Reader, f io.Seeker) (int, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	n, ended := 0, true
	buf := make([]byte, 1<<16)
	for {
		got, err := r.Read(buf)
		n += bytes.Count(buf[:got], []byte{'\n'})
		if got > 0 {
			ended = bytes.HasSuffix(buf[:got], []byte{'\n'})
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, err
		}
	}
	if !ended {
		n++
	}
	_, err := f.Seek(0, io.SeekStart)
	return n, err
}

func (s *source) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if s.remove {
		err = errors.Join(err, os.Remove(s.file.Name()))
	}
	return err
}

// untilDone stops reading when the program is interrupted.
type untilDone struct {
	ctx context.Context //nolint:containedctx // lives for one reading
	r   io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// textLine is one line of a file without its end.
type textLine struct {
	no   int
	text []byte
	size int // in bytes; larger than text where the line was too long to keep
}

// lineReader reads lines of any length, keeping at most what a submission may have.
type lineReader struct {
	r  *bufio.Reader
	no int
}

const byteOrderMark = "\xef\xbb\xbf"

func newLineReader(r io.Reader) *lineReader { return &lineReader{r: bufio.NewReaderSize(r, 1<<16)} }

// next reads a line; io.EOF when there is none. A byte order mark before the first line and a carriage return at the end of
// any are no part of it.
func (l *lineReader) next() (textLine, error) {
	l.no++
	line := textLine{no: l.no}
	var before, last byte
	for {
		part, err := l.r.ReadSlice('\n')
		line.size += len(part)
		for _, c := range part[max(0, len(part)-2):] {
			before, last = last, c
		}
		if room := domain.MaxSubmissionBytes + 2 - len(line.text); room > 0 {
			line.text = append(line.text, part[:min(room, len(part))]...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && line.size > 0:
		case err != nil:
			return line, err
		}
		break
	}
	if l.no == 1 && bytes.HasPrefix(line.text, []byte(byteOrderMark)) {
		line.text, line.size = line.text[len(byteOrderMark):], line.size-len(byteOrderMark)
	}
	for _, end := range []byte{'\n', '\r'} {
		if last == end {
			line.size--
			line.text = bytes.TrimSuffix(line.text, []byte{end})
			last = before
		}
	}
	return line, nil
}

// decode reads a line as a submission.
func (l textLine) decode() (domain.Submission, error) {
	if l.size > domain.MaxSubmissionBytes {
		return domain.Submission{}, lineError(domain.TooLarge, "",
			fmt.Sprintf("the line has %d bytes, allowed are %d (1 MiB)", l.size, domain.MaxSubmissionBytes), "send it in several commands")
	}
	if l.no == 1 && (bytes.HasPrefix(l.text, []byte("\xff\xfe")) || bytes.HasPrefix(l.text, []byte("\xfe\xff"))) {
		return domain.Submission{}, lineError(domain.NotUTF8, "", "the file is UTF-16", "save it as UTF-8")
	}
	return domain.DecodeSubmission(l.text)
}

func lineError(code domain.InputCode, pointer, message, cure string) error {
	return &domain.InputError{Problems: []domain.Problem{{Code: code, Pointer: pointer, Message: message, Cure: cure}}}
}
