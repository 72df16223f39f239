package esdb_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/esdb"
)

// apart is a part of a store that looks like a store of its own: its streams have a prefix that nobody else has, and its
// log begins with its first event.
type apart struct {
	inner  *esdb.Store
	prefix string
	before eventstore.Position // the head when it was opened: the start, for whoever is in here

	mu   sync.Mutex
	long map[string]string // by their short names
}

func openApart(tb testing.TB, connection string) *apart {
	tb.Helper()
	s := dial(tb, connection, esdb.Options{})
	_, err := s.Append(tb.Context(), "saldo-test-begin-"+newUnique(), eventstore.NoStream(), event(newUnique()))
	require.NoError(tb, err)
	before, err := s.Head(tb.Context())
	require.NoError(tb, err)
	return &apart{inner: s, prefix: "saldo-test-" + newUnique() + "-", before: before, long: map[string]string{}}
}

func newUnique() string { return fmt.Sprintf("%d-%s", now().UnixNano(), newID()) }

// name is where a stream is. Names that would be too long with the prefix get a number.
func (a *apart) name(stream string) string {
	if eventstore.ValidateStream(stream) != nil || len(a.prefix)+len(stream) <= eventstore.MaxNameBytes {
		if eventstore.ValidateStream(stream) != nil {
			return stream
		}
		return a.prefix + stream
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for short, long := range a.long {
		if long == stream {
			return short
		}
	}
	short := fmt.Sprintf("%slong%d", a.prefix, len(a.long))
	a.long[short] = stream
	return short
}

func (a *apart) original(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if long, ok := a.long[name]; ok {
		return long
	}
	return strings.TrimPrefix(name, a.prefix)
}

func (a *apart) into(p eventstore.Position) eventstore.Position {
	if p.IsStart() {
		return a.before
	}
	return p
}

func (a *apart) Append(ctx context.Context, stream string, at eventstore.Expected, events ...eventstore.EventData) (eventstore.Appended, error) {
	done, err := a.inner.Append(ctx, a.name(stream), at, events...)
	if wrong, ok := errors.AsType[*eventstore.WrongRevisionError](err); ok {
		wrong.Stream = stream
	}
	return done, err
}

func (a *apart) ReadStream(ctx context.Context, stream string, o eventstore.ReadOptions) iter.Seq2[eventstore.Recorded, error] {
	return a.renamed(a.inner.ReadStream(ctx, a.name(stream), o))
}

func (a *apart) ReadAll(ctx context.Context, after eventstore.Position, o eventstore.ReadAllOptions) iter.Seq2[eventstore.Recorded, error] {
	if len(o.Prefixes) == 0 {
		o.Prefixes = []string{""}
	}
	prefixes := make([]string, 0, len(o.Prefixes))
	for _, p := range o.Prefixes {
		prefixes = append(prefixes, a.prefix+p)
	}
	o.Prefixes = prefixes
	return a.renamed(a.inner.ReadAll(ctx, a.into(after), o))
}

func (a *apart) renamed(found iter.Seq2[eventstore.Recorded, error]) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		for r, err := range found {
			r.Stream = a.original(r.Stream)
			if !yield(r, err) {
				return
			}
		}
	}
}

func (a *apart) Wait(ctx context.Context, after eventstore.Position) error {
	return a.inner.Wait(ctx, a.into(after))
}

func (a *apart) Head(ctx context.Context) (eventstore.Position, error) {
	head, err := a.inner.Head(ctx)
	if head == a.before {
		head = eventstore.Position{}
	}
	return head, err
}

func (a *apart) Close() error { return a.inner.Close() }
