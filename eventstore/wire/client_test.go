package wire_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/eventstore/wire"
)

// official is the Go client as it is, without package esdb around it.
func official(t *testing.T, s *server) *esdb.Client {
	t.Helper()
	config, err := esdb.ParseConnectionString("esdb://" + s.address + "?tls=false")
	require.NoError(t, err)
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func write(t *testing.T, c *esdb.Client, stream string, expected esdb.ExpectedRevision, n int) *esdb.WriteResult {
	t.Helper()
	var events []esdb.EventData
	for range n {
		events = append(events, esdb.EventData{EventID: newUUID(), EventType: "Tested", ContentType: esdb.ContentTypeJson, Data: []byte(`{}`)})
	}
	done, err := c.AppendToStream(t.Context(), stream, esdb.AppendToStreamOptions{ExpectedRevision: expected}, events...)
	require.NoError(t, err)
	return done
}

func all(t *testing.T, found *esdb.ReadStream, err error) ([]*esdb.RecordedEvent, error) {
	t.Helper()
	require.NoError(t, err)
	defer found.Close()
	var events []*esdb.RecordedEvent
	for {
		e, err := found.Recv()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return events, err
		}
		events = append(events, e.OriginalEvent())
	}
}

func code(err error) esdb.ErrorCode {
	if e, ok := errors.AsType[*esdb.Error](err); ok {
		return e.Code()
	}
	return esdb.ErrorCodeUnknown
}

func revisions(t *testing.T, c *esdb.Client, stream string, o esdb.ReadStreamOptions, n uint64) []uint64 {
	t.Helper()
	found, err := c.ReadStream(t.Context(), stream, o, n)
	events, err := all(t, found, err)
	require.NoError(t, err)
	var numbers []uint64
	for _, e := range events {
		numbers = append(numbers, e.EventNumber)
	}
	return numbers
}

func TestClientExpectations(t *testing.T) {
	for name, o := range map[string]wire.Options{"ledger": {AllowAppend: true}, "testing": {AllowAppend: true, AllowDelete: true}} {
		t.Run(name, func(t *testing.T) {
			c := official(t, serve(t, inMemory(t), o))
			append1 := func(expected esdb.ExpectedRevision, ids ...string) (*esdb.WriteResult, error) {
				var events []esdb.EventData
				for _, id := range ids {
					events = append(events, esdb.EventData{EventID: uuid.NewSHA1(uuid.Nil, []byte(id)), EventType: "Tested"})
				}
				return c.AppendToStream(t.Context(), "s", esdb.AppendToStreamOptions{ExpectedRevision: expected}, events...)
			}
			for _, step := range []struct {
				expected esdb.ExpectedRevision
				ids      []string
				last     uint64
				wrong    bool
			}{
				{esdb.StreamExists{}, []string{"a"}, 0, true},    // 7
				{esdb.Any{}, []string{"a", "b"}, 1, false},       // 9
				{esdb.Any{}, []string{"a", "b"}, 1, false},       // the same again
				{esdb.Any{}, []string{"b"}, 1, false},            // a part of it
				{esdb.Any{}, []string{"a", "c"}, 0, true},        // known, then unknown
				{esdb.StreamExists{}, []string{"c"}, 2, false},   // 8
				{esdb.StreamExists{}, []string{"c"}, 2, false},   // again
				{esdb.NoStream{}, []string{"a", "b"}, 1, false},  // again, exactly
				{esdb.Revision(1), []string{"d"}, 0, true},       // behind
				{esdb.Revision(2), []string{"d"}, 3, false},      //
				{esdb.Revision(3), nil, 3, false},                // nothing
				{esdb.Revision(1), nil, 0, true},                 // nothing, behind
				{esdb.Any{}, []string{"e", "f", "g"}, 6, false},  //
				{esdb.Any{}, []string{"f", "g", "h"}, 0, true},   //
				{esdb.Revision(9), []string{"i"}, 0, true},       // ahead
				{esdb.Revision(6), []string{"a", "b"}, 8, false}, // known ids at the end are new events
			} {
				done, err := append1(step.expected, step.ids...)
				if step.wrong {
					require.Equal(t, esdb.ErrorCodeWrongExpectedVersion, code(err), "%T %v: %v", step.expected, step.ids, err)
					continue
				}
				require.NoError(t, err, "%T %v", step.expected, step.ids)
				require.Equal(t, step.last, done.NextExpectedVersion, "%T %v", step.expected, step.ids)
			}
			require.Len(t, revisions(t, c, "s", esdb.ReadStreamOptions{}, 100), 9)
		})
	}
}

// TestClientReadsAllBothWays reads more events than lie between two marks, from every 7th place, in both directions.
func TestClientReadsAllBothWays(t *testing.T) {
	for name, o := range map[string]wire.Options{"ledger": {AllowAppend: true}, "testing": {AllowAppend: true, AllowDelete: true}} {
		t.Run(name, func(t *testing.T) {
			c := official(t, serve(t, inMemory(t), o))
			for i := range 100 {
				write(t, c, fmt.Sprintf("s-%d", i%7), esdb.Any{}, 1+i%4)
				if o.AllowDelete && i%10 == 0 {
					_, err := c.SetStreamMetadata(t.Context(), fmt.Sprintf("s-%d", i%7), esdb.AppendToStreamOptions{}, esdb.StreamMetadata{})
					require.NoError(t, err)
				}
			}
			read := func(d esdb.Direction, from esdb.AllPosition, n uint64) []*esdb.RecordedEvent {
				found, err := c.ReadAll(t.Context(), esdb.ReadAllOptions{Direction: d, From: from}, n)
				events, err := all(t, found, err)
				require.NoError(t, err)
				return events
			}
			log := read(esdb.Forwards, esdb.Start{}, 10_000)
			require.Len(t, log, map[bool]int{false: 250, true: 260}[o.AllowDelete])
			reversed := slices.Clone(log)
			slices.Reverse(reversed)
			require.Equal(t, reversed, read(esdb.Backwards, esdb.End{}, 10_000))
			require.Empty(t, read(esdb.Forwards, esdb.End{}, 10))
			require.Empty(t, read(esdb.Backwards, esdb.Start{}, 10))
			for i := 0; i < len(log); i += 7 {
				require.Equal(t, log[i:], read(esdb.Forwards, log[i].Position, 10_000))
				require.Equal(t, reversed[len(log)-i:], append([]*esdb.RecordedEvent{}, read(esdb.Backwards, log[i].Position, 10_000)...))
				between := esdb.Position{Commit: log[i].Position.Commit + 1, Prepare: log[i].Position.Commit + 1}
				if i+1 < len(log) && log[i+1].Position.Commit > between.Commit {
					require.Equal(t, log[i+1:min(i+4, len(log))], read(esdb.Forwards, between, 3))
					require.Equal(t, log[i], read(esdb.Backwards, between, 1)[0])
				}
				sub, err := c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{From: log[i].Position})
				require.NoError(t, err)
				for _, want := range log[i+1 : min(i+3, len(log))] {
					require.Equal(t, want, sub.Recv().EventAppeared.OriginalEvent())
				}
				require.NoError(t, sub.Close())
			}
		})
	}
}

func TestClientMetadata66to70(t *testing.T) {
	store := inMemory(t)
	c := official(t, serve(t, store, wire.Options{AllowAppend: true, AllowDelete: true}))
	_, err := c.GetStreamMetadata(t.Context(), "s", esdb.ReadStreamOptions{})
	require.Equal(t, esdb.ErrorCodeResourceNotFound, code(err))
	write(t, c, "s", esdb.NoStream{}, 5)
	meta := esdb.StreamMetadata{}
	meta.SetMaxCount(2)
	_, err = c.SetStreamMetadata(t.Context(), "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, meta)
	require.NoError(t, err)
	found, err := c.GetStreamMetadata(t.Context(), "s", esdb.ReadStreamOptions{})
	require.NoError(t, err)
	require.Equal(t, meta, *found)
	require.Equal(t, []uint64{3, 4}, revisions(t, c, "s", esdb.ReadStreamOptions{}, 10))
	require.Equal(t, []uint64{4, 3}, revisions(t, c, "s", esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}}, 10))
	meta = esdb.StreamMetadata{}
	meta.SetTruncateBefore(4)
	_, err = c.SetStreamMetadata(t.Context(), "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.Revision(0)}, meta)
	require.NoError(t, err)
	require.Equal(t, []uint64{4}, revisions(t, c, "s", esdb.ReadStreamOptions{}, 10))
	meta = esdb.StreamMetadata{}
	meta.SetMaxAge(time.Second)
	_, err = c.SetStreamMetadata(t.Context(), "s", esdb.AppendToStreamOptions{}, meta)
	require.NoError(t, err)
	require.Len(t, revisions(t, c, "s", esdb.ReadStreamOptions{}, 10), 5)
	time.Sleep(1100 * time.Millisecond)
	require.Empty(t, revisions(t, c, "s", esdb.ReadStreamOptions{}, 10))

	for _, expected := range []esdb.ExpectedRevision{esdb.Revision(1), esdb.NoStream{}} {
		_, err = c.DeleteStream(t.Context(), "s", esdb.DeleteStreamOptions{ExpectedRevision: expected})
		require.Error(t, err)
	}
	_, err = c.DeleteStream(t.Context(), "s", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Revision(4)})
	require.NoError(t, err)
	read, err := c.ReadStream(t.Context(), "s", esdb.ReadStreamOptions{}, 10)
	_, err = all(t, read, err)
	require.Equal(t, esdb.ErrorCodeResourceNotFound, code(err))
	_, err = c.AppendToStream(t.Context(), "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.StreamExists{}}, esdb.EventData{EventID: newUUID(), EventType: "Tested"})
	require.Equal(t, esdb.ErrorCodeStreamDeleted, code(err))
	require.Equal(t, uint64(6), write(t, c, "s", esdb.NoStream{}, 2).NextExpectedVersion)
	require.Equal(t, []uint64{5, 6}, revisions(t, c, "s", esdb.ReadStreamOptions{}, 10))

	_, err = c.DeleteStream(t.Context(), "only-metadata", esdb.DeleteStreamOptions{ExpectedRevision: esdb.NoStream{}})
	require.NoError(t, err)

	_, err = c.TombstoneStream(t.Context(), "s", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Revision(6)})
	require.NoError(t, err)
	read, err = c.ReadStream(t.Context(), "s", esdb.ReadStreamOptions{}, 10)
	_, err = all(t, read, err)
	require.Equal(t, esdb.ErrorCodeStreamDeleted, code(err))
	for _, expected := range []esdb.ExpectedRevision{esdb.Any{}, esdb.NoStream{}, esdb.Revision(6)} {
		_, err = c.AppendToStream(t.Context(), "s", esdb.AppendToStreamOptions{ExpectedRevision: expected}, esdb.EventData{EventID: newUUID(), EventType: "Tested"})
		require.Equal(t, esdb.ErrorCodeStreamDeleted, code(err), "%v", err)
	}
	_, err = c.TombstoneStream(t.Context(), "s", esdb.TombstoneStreamOptions{})
	require.Equal(t, esdb.ErrorCodeStreamDeleted, code(err))
}

// TestClientFilterCheckpoints: 58, a checkpoint advances though nothing matches; 59 and 60, caught up comes after the
// history and before what is new.
func TestClientFilterCheckpoints(t *testing.T) {
	c := official(t, serve(t, inMemory(t), wire.Options{AllowAppend: true}))
	sub, err := c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{From: esdb.Start{}})
	require.NoError(t, err)
	require.NotNil(t, sub.Recv().CaughtUp)
	require.NoError(t, sub.Close())
	last := write(t, c, "other", esdb.NoStream{}, 100)
	sub, err = c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{
		From: esdb.Start{}, MaxSearchWindow: 5, CheckpointInterval: 4,
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"wanted"}},
	})
	require.NoError(t, err)
	defer func() { _ = sub.Close() }()
	var at esdb.Position
	for range 100 / 20 {
		n := sub.Recv()
		require.NotNil(t, n.CheckPointReached)
		require.Greater(t, n.CheckPointReached.Commit, at.Commit)
		at = *n.CheckPointReached
	}
	require.Equal(t, last.CommitPosition, at.Commit)
	require.Equal(t, last.CommitPosition, sub.Recv().CheckPointReached.Commit)
	require.NotNil(t, sub.Recv().CaughtUp)
	write(t, c, "wanted", esdb.NoStream{}, 1)
	require.Equal(t, "wanted", sub.Recv().EventAppeared.OriginalEvent().StreamID)
	write(t, c, "other", esdb.Any{}, 19)
	require.NotNil(t, sub.Recv().CheckPointReached)

	_, err = c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{From: esdb.Position{Commit: at.Commit + 10_000, Prepare: at.Commit + 10_000}})
	require.Error(t, err)
}

// TestClientStreamSubscriptions: 54, a stream that doesn't exist yet; 55, behind a revision; and from the end.
func TestClientStreamSubscriptions(t *testing.T) {
	for name, o := range map[string]wire.Options{"ledger": {AllowAppend: true}, "testing": {AllowAppend: true, AllowDelete: true}} {
		t.Run(name, func(t *testing.T) {
			c := official(t, serve(t, inMemory(t), o))
			follow := func(from esdb.StreamPosition) *esdb.Subscription {
				sub, err := c.SubscribeToStream(t.Context(), "s", esdb.SubscribeToStreamOptions{From: from})
				require.NoError(t, err)
				return sub
			}
			early := follow(esdb.Start{})
			require.NotNil(t, early.Recv().CaughtUp)
			write(t, c, "s", esdb.NoStream{}, 3)
			behind, live := follow(esdb.Revision(1)), follow(esdb.End{})
			require.Equal(t, uint64(2), behind.Recv().EventAppeared.OriginalEvent().EventNumber)
			for _, sub := range []*esdb.Subscription{behind, live} {
				require.NotNil(t, sub.Recv().CaughtUp)
			}
			write(t, c, "strange", esdb.NoStream{}, 3)
			write(t, c, "s", esdb.Revision(2), 1)
			for n := range uint64(4) {
				require.Equal(t, n, early.Recv().EventAppeared.OriginalEvent().EventNumber)
			}
			for _, sub := range []*esdb.Subscription{behind, live} {
				require.Equal(t, uint64(3), sub.Recv().EventAppeared.OriginalEvent().EventNumber)
			}
			for _, sub := range []*esdb.Subscription{early, behind, live} {
				require.NoError(t, sub.Close())
			}
		})
	}
}
