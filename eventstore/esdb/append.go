package esdb

import (
	"context"
	"errors"
	"fmt"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"saldo/eventstore"
)

// cutOffs bounds how often an append is sent that the server ends before it has all of it. Nothing was applied then, and
// the client has lost the reason; sent again, a small one mostly brings it back.
const cutOffs = 4

// Append implements eventstore.Store. Its deadline is that of ctx or the connection string's, whichever is first.
func (s *Store) Append(ctx context.Context, stream string, at eventstore.Expected, events ...eventstore.EventData) (eventstore.Appended, error) {
	if err := eventstore.ValidateAppend(stream, at, events, s.config.MaxAppend); err != nil {
		return eventstore.Appended{}, err
	}
	if err := ctx.Err(); err != nil {
		return eventstore.Appended{}, fmt.Errorf("append to %q: %w", stream, err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.connection.deadline)
	defer cancel()
	proposed, expected := propose(at, events)
	var c *session
	var written *esdb.WriteResult
	var err error
	for range cutOffs {
		if c, err = s.enter(ctx); err != nil {
			return eventstore.Appended{}, fmt.Errorf("append to %q: %w", stream, err)
		}
		written, err = call(ctx, s, c, func(ctx context.Context, c *session) (*esdb.WriteResult, error) {
			return c.client.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{ExpectedRevision: expected, Deadline: &s.connection.deadline}, proposed...)
		})
		if kindOf(err) != kindCutOff {
			break
		}
	}
	if err != nil {
		return s.settle(ctx, stream, at, events, err)
	}
	if !c.server.ComparesContent {
		return s.confirm(ctx, stream, at, events)
	}
	done := eventstore.Appended{
		LastRevision: written.NextExpectedVersion,
		Position:     s.position(esdb.Position{Commit: written.CommitPosition, Prepare: written.PreparePosition}),
	}
	s.learn(done.Position)
	return done, nil
}

// propose copies the events: a call that lost against its context may still be sending them.
func propose(at eventstore.Expected, events []eventstore.EventData) ([]esdb.EventData, esdb.ExpectedRevision) {
	size := 0
	for i := range events {
		size += len(events[i].Data) + len(events[i].Metadata)
	}
	bytes := make([]byte, 0, size)
	proposed := make([]esdb.EventData, 0, len(events))
	keep := func(b []byte) []byte {
		from := len(bytes)
		bytes = append(bytes, b...)
		return bytes[from:len(bytes):len(bytes)]
	}
	for i := range events {
		e := &events[i]
		p := esdb.EventData{EventID: uuid.UUID(e.ID), EventType: e.Type, ContentType: esdb.ContentTypeBinary, Data: keep(e.Data), Metadata: keep(e.Metadata)}
		if e.JSON {
			p.ContentType = esdb.ContentTypeJson
		}
		proposed = append(proposed, p)
	}
	if revision, exists := at.Revision(); exists {
		return proposed, esdb.Revision(revision)
	}
	return proposed, esdb.NoStream{}
}

// settle makes the answer to an append that failed.
func (s *Store) settle(ctx context.Context, stream string, at eventstore.Expected, events []eventstore.EventData, err error) (eventstore.Appended, error) {
	what := fmt.Sprintf("append to %q", stream)
	switch kindOf(err) {
	case kindWrongVersion:
		// Somebody who counts on ErrIDReused wants to know whether it is his own append with other content.
		wrong := &eventstore.WrongRevisionError{Stream: stream, Expected: at}
		found, readErr := s.written(ctx, stream, at, len(events))
		if readErr != nil || len(found) == 0 {
			return eventstore.Appended{}, wrong
		}
		return appendedBefore(found, eventstore.MatchReplay(events, found, wrong))
	case kindDenied:
		return eventstore.Appended{}, fmt.Errorf("%w: %w: %s: %w", eventstore.ErrUnavailable, ErrCredentials, what, err)
	case kindInvalid:
		return eventstore.Appended{}, fmt.Errorf("%w: %s: %w", eventstore.ErrInvalid, what, err)
	case kindCutOff:
		return eventstore.Appended{}, fmt.Errorf("%w: %s: the server refused it before all of it was sent, for a reason that the client lost: %w", eventstore.ErrUnavailable, what, err)
	case kindDeleted:
		return eventstore.Appended{}, fmt.Errorf("%w: %s: somebody deleted it: %w", eventstore.ErrUnavailable, what, err)
	case kindNone, kindTransient, kindNotFound, kindOther:
	}
	if errors.Is(err, eventstore.ErrClosed) { // while it was under way: that it is closed now says nothing about it
		return eventstore.Appended{}, fmt.Errorf("%w: %s: the store was closed meanwhile", eventstore.ErrOutcomeUnknown, what)
	}
	return eventstore.Appended{}, fmt.Errorf("%w: %s: %w", eventstore.ErrOutcomeUnknown, what, err)
}

// confirm reads what a server that looks at ids only has said yes to.
func (s *Store) confirm(ctx context.Context, stream string, at eventstore.Expected, events []eventstore.EventData) (eventstore.Appended, error) {
	found, err := s.written(ctx, stream, at, len(events))
	if err != nil {
		return eventstore.Appended{}, fmt.Errorf("%w: append to %q succeeded, of this or of another content: %w", eventstore.ErrOutcomeUnknown, stream, err)
	}
	return appendedBefore(found, eventstore.MatchReplay(events, found, &eventstore.WrongRevisionError{Stream: stream, Expected: at}))
}

func (s *Store) written(ctx context.Context, stream string, at eventstore.Expected, n int) ([]eventstore.Recorded, error) {
	var found []eventstore.Recorded
	for r, err := range s.ReadStream(ctx, stream, eventstore.ReadOptions{From: at.Next(), Limit: n}) {
		if err != nil {
			return nil, err
		}
		found = append(found, r)
	}
	return found, nil
}

func appendedBefore(found []eventstore.Recorded, err error) (eventstore.Appended, error) {
	if err != nil {
		return eventstore.Appended{}, err
	}
	last := found[len(found)-1]
	return eventstore.Appended{LastRevision: last.Revision, Position: last.Position}, nil
}
