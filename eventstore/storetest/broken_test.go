package storetest_test

import (
	"context"
	"iter"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/memory"
	"saldo/eventstore/storetest"
)

// brokenEnv names the broken store that TestBroken runs the suite over, in a process of its own.
const brokenEnv = "SALDO_STORETEST_BROKEN"

// broken stores break one rule each; the suite must fail in the case named.
var broken = map[string]struct {
	noticedBy string
	wrap      func(*memory.Store) eventstore.Store
}{
	"nothing":                  {"", func(s *memory.Store) eventstore.Store { return s }},
	"loses a second event":     {"append/11", func(s *memory.Store) eventstore.Store { return losesSecond{s} }},
	"ignores the expectation":  {"append/04", func(s *memory.Store) eventstore.Store { return ignoresExpected{s} }},
	"answers too early":        {"stream/39", func(s *memory.Store) eventstore.Store { return answersEarly{s} }},
	"forgets the replay":       {"replay/14", func(s *memory.Store) eventstore.Store { return noReplay{s} }},
	"includes after":           {"all/43", func(s *memory.Store) eventstore.Store { return inclusive{s} }},
	"skips foreign positions":  {"all/49", func(s *memory.Store) eventstore.Store { return anyPosition{s} }},
	"wakes nobody":             {"follow/52", func(s *memory.Store) eventstore.Store { return deaf{s} }},
	"reads what was":           {"race/31", func(s *memory.Store) eventstore.Store { return &stale{Store: s} }},
	"counts before the filter": {"all/47", func(s *memory.Store) eventstore.Store { return limitFirst{s} }},
}

func TestSuiteNotices(t *testing.T) {
	for name, b := range broken {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			group, _, _ := strings.Cut(b.noticedBy, "/") // all groups for the one that breaks nothing
			run := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestBroken$/"+group, "-test.timeout", "60s")
			run.Env = append(os.Environ(), brokenEnv+"="+name)
			out, err := run.CombinedOutput()
			if b.noticedBy == "" {
				require.NoError(t, err, "%s", out)
				return
			}
			require.Error(t, err, "the suite passed")
			require.Contains(t, string(out), "--- FAIL: TestBroken/"+b.noticedBy)
		})
	}
}

// stale leaves the newest event out of every fifth read.
type stale struct {
	*memory.Store
	reads atomic.Int64
}

func (s *stale) ReadStream(ctx context.Context, stream string, o eventstore.ReadOptions) iter.Seq2[eventstore.Recorded, error] {
	found, err := storetest.Collect(s.Store.ReadStream(ctx, stream, o))
	if s.reads.Add(1)%5 > 0 || len(found) < 2 || err != nil {
		return s.Store.ReadStream(ctx, stream, o)
	}
	return func(yield func(eventstore.Recorded, error) bool) {
		for _, r := range found[:len(found)-1] {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestBroken(t *testing.T) {
	b, asked := broken[os.Getenv(brokenEnv)]
	if !asked {
		t.Skip("run by TestSuiteNotices")
	}
	storetest.Run(t, storetest.Harness{
		MaxAppend: eventstore.DefaultMaxAppend,
		Open: func(tb testing.TB) eventstore.Store {
			tb.Helper()
			s, err := memory.New(memory.Config{Now: func() time.Time { return time.Unix(1, 0) }})
			require.NoError(tb, err)
			return b.wrap(s)
		},
	})
}

type losesSecond struct{ *memory.Store }

func (s losesSecond) Append(ctx context.Context, stream string, at eventstore.Expected, e ...eventstore.EventData) (eventstore.Appended, error) {
	if len(e) > 1 {
		e = append(append([]eventstore.EventData{}, e[0]), e[2:]...)
	}
	return s.Store.Append(ctx, stream, at, e...)
}

type ignoresExpected struct{ *memory.Store }

func (s ignoresExpected) Append(ctx context.Context, stream string, at eventstore.Expected, e ...eventstore.EventData) (eventstore.Appended, error) {
	for r, err := range s.ReadStream(ctx, stream, eventstore.ReadOptions{Backward: true, From: eventstore.End, Limit: 1}) {
		if err == nil {
			at = eventstore.At(r.Revision)
		}
	}
	return s.Store.Append(ctx, stream, at, e...)
}

type answersEarly struct{ *memory.Store }

func (s answersEarly) Append(ctx context.Context, stream string, at eventstore.Expected, e ...eventstore.EventData) (eventstore.Appended, error) {
	if !strings.HasPrefix(stream, "s") || len(e) != 1 {
		return s.Store.Append(ctx, stream, at, e...)
	}
	go func() {
		time.Sleep(5 * time.Millisecond)
		_, _ = s.Store.Append(context.WithoutCancel(ctx), stream, at, e...)
	}()
	return eventstore.Appended{LastRevision: at.Next()}, nil
}

type noReplay struct{ *memory.Store }

func (s noReplay) Append(ctx context.Context, stream string, at eventstore.Expected, e ...eventstore.EventData) (eventstore.Appended, error) {
	for r, err := range s.ReadStream(ctx, stream, eventstore.ReadOptions{Backward: true, From: eventstore.End, Limit: 1}) {
		if err == nil && at.Known() && eventstore.At(r.Revision) != at {
			return eventstore.Appended{}, &eventstore.WrongRevisionError{Stream: stream, Expected: at, Current: eventstore.At(r.Revision)}
		}
	}
	return s.Store.Append(ctx, stream, at, e...)
}

type inclusive struct{ *memory.Store }

func (s inclusive) ReadAll(ctx context.Context, after eventstore.Position, o eventstore.ReadAllOptions) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		for r, err := range s.Store.ReadAll(ctx, eventstore.Position{}, eventstore.ReadAllOptions{Prefixes: o.Prefixes}) {
			if (err != nil || r.Position.Compare(after) >= 0) && !yield(r, err) {
				return
			}
		}
	}
}

type anyPosition struct{ *memory.Store }

func (s anyPosition) ReadAll(ctx context.Context, after eventstore.Position, o eventstore.ReadAllOptions) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		left := o.Limit
		for r, err := range s.Store.ReadAll(ctx, eventstore.Position{}, eventstore.ReadAllOptions{Prefixes: o.Prefixes}) {
			if err == nil && r.Position.Compare(after) <= 0 {
				continue
			}
			if left--; !yield(r, err) || left == 0 {
				return
			}
		}
	}
}

type deaf struct{ *memory.Store }

func (s deaf) Wait(ctx context.Context, after eventstore.Position) error {
	if head, err := s.Head(ctx); err != nil || after != head {
		return s.Store.Wait(ctx, after)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Second):
		return context.DeadlineExceeded
	}
}

type limitFirst struct{ *memory.Store }

func (s limitFirst) ReadAll(ctx context.Context, after eventstore.Position, o eventstore.ReadAllOptions) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		for r, err := range s.Store.ReadAll(ctx, after, eventstore.ReadAllOptions{Limit: o.Limit}) {
			matches := len(o.Prefixes) == 0
			for _, p := range o.Prefixes {
				matches = matches || strings.HasPrefix(r.Stream, p)
			}
			if (err != nil || matches) && !yield(r, err) {
				return
			}
		}
	}
}
