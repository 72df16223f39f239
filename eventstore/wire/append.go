package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"saldo/eventstore"
)

// lostRaces bounds how often an append without an exact expectation tries to catch the end of its stream.
const lostRaces = 16

// appended is the answer to an append; none says that the stream is empty, and without an event there is no place.
type appended struct {
	revision uint64
	none     bool
	at       place
	placed   bool
}

type streamsService struct {
	streams.UnimplementedStreamsServer
	server *Server
}

// Append takes one append, sent in parts: where and what it expects, then event by event.
func (s *streamsService) Append(stream streams.Streams_AppendServer) error {
	ctx := stream.Context() // has a deadline, if only ours
	options, events, err := receive(stream, s.server.config.MaxAppend)
	if err != nil {
		return refuse(ctx, err)
	}
	_, isRevision := options.GetExpectedStreamRevision().(*streams.AppendReq_Options_Revision)
	expected, err := expectationOf(options, isRevision)
	if err != nil {
		return refuse(ctx, err)
	}
	done, err := s.server.append(ctx, string(options.GetStreamIdentifier().GetStreamName()), expected, events)
	if wrong, ok := errors.AsType[*wrongVersionError](err); ok {
		return stream.SendAndClose(wrongVersionAnswer(wrong))
	}
	if err != nil {
		return refuse(ctx, err)
	}
	return stream.SendAndClose(successAnswer(done))
}

// receive holds no more than an append may have, and a message.
func receive(stream streams.Streams_AppendServer, limit int) (*streams.AppendReq_Options, []eventstore.EventData, error) {
	var options *streams.AppendReq_Options
	var events []eventstore.EventData
	size := 0
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			if options == nil {
				return nil, nil, &malformedError{"the first message must have the options"}
			}
			return options, events, nil
		}
		if err != nil {
			return nil, nil, err
		}
		switch content := m.GetContent().(type) {
		case *streams.AppendReq_Options_:
			if options != nil {
				return nil, nil, &malformedError{"only the first message may have options"}
			}
			options = content.Options
		case *streams.AppendReq_ProposedMessage_:
			if options == nil {
				return nil, nil, &malformedError{"the first message must have the options"}
			}
			e, err := eventOf(content.ProposedMessage)
			if err != nil {
				return nil, nil, err
			}
			events = append(events, e)
			if size += eventstore.AppendSize(events[len(events)-1:]); size > limit {
				return nil, nil, &eventstore.TooLargeError{Size: size, Limit: limit}
			}
		default:
			return nil, nil, &malformedError{"a message has neither options nor an event"}
		}
	}
}

func successAnswer(done appended) *streams.AppendResp {
	success := &streams.AppendResp_Success{}
	if done.none {
		success.CurrentRevisionOption = &streams.AppendResp_Success_NoStream{NoStream: &shared.Empty{}}
	} else {
		success.CurrentRevisionOption = &streams.AppendResp_Success_CurrentRevision{CurrentRevision: done.revision}
	}
	if done.placed {
		success.PositionOption = &streams.AppendResp_Success_Position{
			Position: &streams.AppendResp_Position{CommitPosition: done.at.commit, PreparePosition: done.at.prepare},
		}
	} else {
		success.PositionOption = &streams.AppendResp_Success_NoPosition{NoPosition: &shared.Empty{}}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: success}}
}

// wrongVersionAnswer says everything twice: clients before 20.6.1 read the other fields.
func wrongVersionAnswer(wrong *wrongVersionError) *streams.AppendResp {
	empty, w := &shared.Empty{}, &streams.AppendResp_WrongExpectedVersion{}
	if current, ok := wrong.current.Revision(); ok {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: current}
		w.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_CurrentRevision_20_6_0{CurrentRevision_20_6_0: current}
	} else {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: empty}
		w.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_NoStream_20_6_0{NoStream_20_6_0: empty}
	}
	switch wrong.expected.kind {
	case expectAny:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedAny{ExpectedAny: empty}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_Any_20_6_0{Any_20_6_0: empty}
	case expectExists:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: empty}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_StreamExists_20_6_0{StreamExists_20_6_0: empty}
	case expectExactly:
		if expected, ok := wrong.expected.exactly.Revision(); ok {
			w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: expected}
			w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: expected}
		} else {
			w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: empty}
		}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: w}}
}

// append is what Append and BatchAppend have in common.
func (s *Server) append(ctx context.Context, stream string, expected expectation, events []eventstore.EventData) (appended, error) {
	if size := eventstore.AppendSize(events); size > s.config.MaxAppend {
		return appended{}, &eventstore.TooLargeError{Size: size, Limit: s.config.MaxAppend}
	}
	if stream == IdentityStream && s.history.named {
		return appended{}, errDenied
	}
	write := func(expected expectation) (appended, error) { return s.write(ctx, stream, expected, events) }
	if s.history.overlay != nil {
		return s.history.overlay.append(ctx, s.history, stream, expected, events, write)
	}
	if strings.HasPrefix(stream, "$") {
		return appended{}, errDenied
	}
	return write(expected)
}

// write appends to the store.
func (s *Server) write(ctx context.Context, stream string, expected expectation, events []eventstore.EventData) (appended, error) {
	if len(events) == 0 {
		return s.writeNothing(ctx, stream, expected)
	}
	if expected.kind == expectExactly {
		return s.writeAt(ctx, stream, expected, expected.exactly, events)
	}
	done, all, mixed := s.recent.replayed(stream, events)
	if all {
		return done, nil
	}
	for range lostRaces {
		current, err := s.history.last(ctx, stream)
		if err != nil {
			return appended{}, err
		}
		if mixed || expected.kind == expectExists && current == eventstore.NoStream() {
			return appended{}, &wrongVersionError{stream: stream, expected: expected, current: current}
		}
		done, err = s.writeAt(ctx, stream, expected, current, events)
		if _, wrong := errors.AsType[*wrongVersionError](err); !wrong {
			return done, err
		}
	}
	return appended{}, status.Error(codes.Aborted, "the stream moved on each time the end was looked for")
}

func (s *Server) writeAt(ctx context.Context, stream string, asked expectation, at eventstore.Expected, events []eventstore.EventData) (appended, error) {
	result, err := s.config.Store.Append(ctx, stream, at, events...)
	if err == nil {
		done := appended{revision: result.LastRevision, at: s.history.entry(eventstore.Recorded{Position: result.Position}).at, placed: true}
		s.recent.remember(stream, events, done)
		return done, nil
	}
	wrong, ok := errors.AsType[*eventstore.WrongRevisionError](err)
	if !ok && !errors.Is(err, eventstore.ErrIDReused) {
		return appended{}, fmt.Errorf("append to %q: %w", stream, err)
	}
	if s.config.AsOriginal && !ok {
		return s.original(ctx, stream, at.Next()+uint64(len(events))-1)
	}
	answer := &wrongVersionError{stream: stream, expected: asked}
	if ok && wrong.Current.Known() {
		answer.current = wrong.Current
	} else if answer.current, err = s.history.last(ctx, stream); err != nil {
		return appended{}, err
	}
	return appended{}, answer
}

// original answers with what an append whose ids came before has left.
func (s *Server) original(ctx context.Context, stream string, last uint64) (appended, error) {
	for r, err := range s.config.Store.ReadStream(ctx, stream, eventstore.ReadOptions{From: last, Limit: 1}) {
		if err != nil {
			return appended{}, err
		}
		return appended{revision: last, at: s.history.entry(r).at, placed: true}, nil
	}
	return appended{}, fmt.Errorf("%w: stream %q has no revision %d", eventstore.ErrCorrupt, stream, last)
}

// writeNothing answers an append of no events: where the stream stands, if that is where it is expected.
func (s *Server) writeNothing(ctx context.Context, stream string, expected expectation) (appended, error) {
	if err := eventstore.ValidateStream(stream); err != nil {
		return appended{}, err
	}
	current, err := s.history.last(ctx, stream)
	if err != nil {
		return appended{}, err
	}
	revision, exists := current.Revision()
	if expected.kind == expectExists && !exists || expected.kind == expectExactly && expected.exactly != current {
		return appended{}, &wrongVersionError{stream: stream, expected: expected, current: current}
	}
	return appended{revision: revision, none: !exists}, nil
}
