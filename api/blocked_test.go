package api_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/domain/reason"
	"saldo/eventstore"
)

// planted is an event that somebody put into the store behind the ledger's back.
type planted struct {
	stream domain.Stream
	name   domain.EventName
	data   any
	meta   any // nil: none at all
	id     uuid.UUID
	index  int // in its group
}

func revisionOf(tb testing.TB, store eventstore.Store, stream domain.Stream) uint64 {
	tb.Helper()
	next := uint64(0)
	for r, err := range store.ReadStream(context.Background(), string(stream), eventstore.ReadOptions{}) {
		if err != nil {
			require.ErrorIs(tb, err, eventstore.ErrStreamNotFound)
			break
		}
		next = r.Revision + 1
	}
	return next
}

func plant(tb testing.TB, store eventstore.Store, events ...planted) {
	tb.Helper()
	for _, p := range events {
		next := revisionOf(tb, store, p.stream)
		data, meta := bytesOf(tb, p.data), bytesOf(tb, p.meta)
		if p.id == uuid.Nil {
			p.id = domain.EventID(p.stream, next, p.index, p.name, data, meta)
		}
		at := eventstore.NoStream()
		if next > 0 {
			at = eventstore.At(next - 1)
		}
		_, err := store.Append(context.Background(), string(p.stream), at, eventstore.EventData{ID: p.id, Type: string(p.name), JSON: true, Data: data, Metadata: meta})
		require.NoError(tb, err)
	}
}

func bytesOf(tb testing.TB, v any) []byte {
	tb.Helper()
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return []byte(v)
	}
	b, err := json.Marshal(v)
	require.NoError(tb, err)
	return b
}

// metadata of an event as Execute would have written it.
func metadata(at time.Time, key string, outcome domain.OutcomeKind) domain.Metadata {
	return domain.Metadata{
		CommandID: domain.CommandID("test", key), ReceivedAt: at, RecordedAt: at, Actor: actor(domain.PartyPlatform, 1), Origin: domain.Decided, Outcome: outcome,
	}
}

func TestWhatANodeCannotReadBlocksItsStream(t *testing.T) {
	at := begin().Add(time.Hour)
	newer := metadata(at, "x", domain.Accepted)
	newer.Schema = 9
	for name, tc := range map[string]struct {
		event   planted
		foreign bool
	}{
		"an unknown type":              {planted{name: "CourseGifted", data: map[string]string{"colour": "blue"}, meta: metadata(at, "x", domain.Accepted)}, false},
		"a newer schema":               {planted{name: "CoursePurchased", data: map[string]int{"amount": 7}, meta: newer}, false},
		"foreign, without metadata":    {planted{name: "CoursePurchased", data: map[string]string{"amount": "7"}}, true},
		"foreign, metadata of its own": {planted{name: "Noted", data: "not even JSON", meta: `{"$correlationId":"1","received_at":"yesterday"}`}, true},
		"foreign, no JSON at all":      {planted{name: "CoursePurchased", data: "\x00\x01", meta: "\x00"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			store := memoryStore(t)
			s, c, w := small(t, store, 2)
			execute(t, s, c, []domain.Command{purchase("p-1", c.Now(), buyer(w, 1), "INV-1")})
			tc.event.stream = buyer(w, 1).Stream()
			plant(t, store, tc.event)
			c.set(at.Add(time.Minute))
			fresh := open(t, store, c) // it starts
			for i, node := range []*api.Service{fresh, s} {
				_, err := node.Execute(context.Background(), purchase("p-2", c.add(time.Second), buyer(w, 1), "INV-2"))
				var blocked *domain.BlockedError
				if i == 0 {
					require.ErrorAs(t, err, &blocked)
					require.Equal(t, tc.foreign, blocked.Block.Foreign)
					require.Equal(t, tc.event.name, blocked.Block.At.Type)
				} else {
					require.Error(t, err, "a node with the state in its cache finds out when it appends")
				}
				if !tc.foreign {
					require.ErrorContains(t, err, "NODE_TOO_OLD")
				}
			}
			before := revisionOf(t, store, tc.event.stream)
			again, err := fresh.Execute(context.Background(), purchase("p-1", c.Now(), buyer(w, 1), "INV-1"))
			require.NoError(t, err, "an outcome that stands is still given")
			require.True(t, again.Replayed)
			_, err = fresh.Execute(context.Background(), purchase("p-3", c.Now(), buyer(w, 2), "INV-3"))
			require.NoError(t, err, "another person is not concerned")
			require.Equal(t, before, revisionOf(t, store, tc.event.stream), "nothing was recorded")

			history, err := fresh.History(context.Background(), tc.event.stream)
			require.NoError(t, err)
			require.Equal(t, tc.event.name, history[len(history)-1].Type, "kept and shown")
			require.Equal(t, bytesOf(t, tc.event.data), []byte(history[len(history)-1].Data), "byte for byte")
			who := buyer(w, 1).Participant
			a, err := fresh.Explain(context.Background(), domain.Question{Topic: domain.TopicPurchase, Participant: &who, Now: c.Now()})
			require.NoError(t, err)
			require.Equal(t, reason.PurchaseAccepted, a.Primary)
			require.Len(t, a.Attempts, 1, "what nobody decided is no attempt")
			require.NotEmpty(t, a.Unfinished, "an answer over something unread says so")

			rep, err := fresh.Check(context.Background(), nil)
			require.NoError(t, err)
			want := "unknown_type"
			if tc.foreign {
				want = "foreign"
			}
			require.Contains(t, kinds(rep), want)
			_, err = fresh.Redecide(context.Background(), nil)
			require.NoError(t, err)
		})
	}
}

// TestAForeignRegistryEventBlocksWhoRestsOnIt: a course that somebody wrote into the store stops the purchases of that course.
func TestAForeignRegistryEventBlocksWhoRestsOnIt(t *testing.T) {
	store := memoryStore(t)
	_, c, w := small(t, store, 1)
	plant(t, store, planted{stream: domain.CourseStreamOf("c-1"), name: "CourseApproved", data: map[string]bool{"interactive": true}})
	s := open(t, store, c)
	_, err := s.Execute(context.Background(), purchase("p-1", c.Now(), buyer(w, 1), "INV-1"))
	var blocked *domain.BlockedError
	require.ErrorAs(t, err, &blocked)
	require.True(t, blocked.Block.Foreign)
	require.Equal(t, domain.CourseStreamOf("c-1"), blocked.Block.At.Stream)
}

func kinds(rep api.CheckReport) []string {
	var out []string
	for _, f := range rep.Findings {
		out = append(out, f.Kind)
	}
	return out
}
