package projections

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/eventstore"
	"saldo/eventstore/memory"
)

// invented is a log that a test makes up, event by event, without asking any rule.
type invented struct {
	t      *testing.T
	store  *memory.Store
	models *Models
	next   map[domain.Stream]uint64
	number int
}

func newInvented(t *testing.T) *invented {
	t.Helper()
	s := newStore(t)
	return &invented{t: t, store: s, models: open(t, t.TempDir(), s), next: map[domain.Stream]uint64{}}
}

// tell appends a fact that is received and recorded at a time.
func (i *invented) tell(stream domain.Stream, when time.Time, fact domain.Event) {
	i.append(stream, when, fact, domain.Metadata{Origin: domain.Reported})
}

// decide appends the outcome of a decision.
func (i *invented) decide(stream domain.Stream, when time.Time, fact domain.Event, outcome domain.OutcomeKind) {
	i.append(stream, when, fact, domain.Metadata{Origin: domain.Decided, Outcome: outcome})
}

func (i *invented) append(stream domain.Stream, when time.Time, fact domain.Event, meta domain.Metadata) {
	i.t.Helper()
	i.number++
	meta.CommandID = uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i.number))
	meta.ReceivedAt, meta.RecordedAt = when, when
	meta.Actor = domain.Actor{Party: domain.PartySystem}
	data, err := json.Marshal(fact)
	require.NoError(i.t, err)
	encoded, err := domain.EncodeMetadata(meta)
	require.NoError(i.t, err)
	name := domain.TypeOf(fact)
	at := eventstore.NoStream()
	revision := i.next[stream]
	if revision > 0 {
		at = eventstore.At(revision - 1)
	}
	id := domain.EventID(stream, revision, 0, name, data, encoded)
	_, err = i.store.Append(i.t.Context(), string(stream), at, eventstore.EventData{ID: id, Type: string(name), JSON: true, Data: data, Metadata: encoded})
	require.NoError(i.t, err)
	i.next[stream]++
}

// view is the models as they stand at the end of the log.
func (i *invented) view() *View {
	i.t.Helper()
	require.NoError(i.t, i.models.CatchUp(i.t.Context(), nil))
	v, err := i.models.View(i.t.Context(), eventstore.Position{}, 0)
	require.NoError(i.t, err)
	i.t.Cleanup(func() { require.NoError(i.t, v.Close()) })
	return v
}
