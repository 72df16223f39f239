package wire

import (
	"context"
	"errors"
	"iter"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"saldo/eventstore"
)

// sender sends what one Read call answers.
type sender struct {
	stream  streams.Streams_ReadServer
	textIDs bool
	// modern clients asked for more than events: the first and last revision of a stream, the last place of $all. To
	// others these must not be sent: the Go client panics on what it doesn't know in a plain read.
	modern bool
}

func (s sender) event(e entry) error { return s.stream.Send(message(e, s.textIDs)) }

// Read reads or subscribes to one stream or all of them.
func (s *streamsService) Read(request *streams.ReadReq, stream streams.Streams_ReadServer) error {
	ctx := stream.Context()
	if _, subscribe := request.GetOptions().GetCountOption().(*streams.ReadReq_Options_Subscription); subscribe {
		var cancel context.CancelFunc
		ctx, cancel = s.server.untilStopped(ctx)
		defer cancel()
	}
	err := s.read(ctx, request.GetOptions(), stream)
	if err != nil && ctx.Err() != nil {
		err = s.server.whyStopped(ctx)
	}
	if err != nil {
		return refuse(stream.Context(), err)
	}
	return nil
}

func (s *streamsService) read(ctx context.Context, o *streams.ReadReq_Options, stream streams.Streams_ReadServer) error {
	out := sender{stream: stream, modern: o.GetControlOption().GetCompatibility() >= 1}
	switch o.GetUuidOption().GetContent().(type) {
	case *streams.ReadReq_Options_UUIDOption_Structured:
	case *streams.ReadReq_Options_UUIDOption_String_:
		out.textIDs = true
	default:
		return &malformedError{"uuid_option is missing"}
	}
	chosen, err := filterOf(o.GetFilter())
	if err != nil {
		return err
	}
	backward := o.GetReadDirection() == streams.ReadReq_Options_Backwards
	_, subscribe := o.GetCountOption().(*streams.ReadReq_Options_Subscription)
	_, counted := o.GetCountOption().(*streams.ReadReq_Options_Count)
	switch {
	case !subscribe && !counted:
		return &malformedError{"count_option is missing"}
	case subscribe && backward:
		return &malformedError{"subscriptions go forwards"}
	case o.GetStream() != nil && o.GetFilter() != nil:
		return &malformedError{"only $all can be filtered"}
	case o.GetAll() != nil && subscribe:
		return s.server.subscribeAll(ctx, o.GetAll(), chosen, out)
	case o.GetAll() != nil:
		return s.server.readAll(ctx, o.GetAll(), backward, chosen, o.GetCount(), out)
	case o.GetStream() != nil && subscribe:
		return s.server.subscribeStream(ctx, o.GetStream(), out)
	case o.GetStream() != nil:
		return s.server.readStream(ctx, o.GetStream(), backward, o.GetCount(), out)
	}
	return &malformedError{"stream_option is missing"}
}

func (s *Server) readStream(ctx context.Context, o *streams.ReadReq_Options_StreamOptions, backward bool, count uint64, out sender) error {
	name := string(o.GetStreamIdentifier().GetStreamName())
	options := eventstore.ReadOptions{Backward: backward, Limit: limitOf(count)}
	switch o.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Start:
	case *streams.ReadReq_Options_StreamOptions_End:
		options.From = eventstore.End
	case *streams.ReadReq_Options_StreamOptions_Revision:
		options.From = o.GetRevision()
	default:
		return &malformedError{"revision_option is missing"}
	}
	if count == 0 {
		return nil
	}
	if out.modern {
		if err := s.sendBounds(ctx, name, out); err != nil {
			return err
		}
	}
	for e, err := range s.history.stream(ctx, name, options) {
		if errors.Is(err, eventstore.ErrStreamNotFound) {
			return out.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{
				StreamNotFound: &streams.ReadResp_StreamNotFound{StreamIdentifier: identifier(name)},
			}})
		}
		if err != nil {
			return err
		}
		if err := out.event(e); err != nil {
			return err
		}
	}
	return nil
}

// sendBounds tells a modern client the first and the last revision that it can read.
func (s *Server) sendBounds(ctx context.Context, name string, out sender) error {
	bound := func(o eventstore.ReadOptions, content func(uint64) *streams.ReadResp) error {
		o.Limit = 1
		for e, err := range s.history.stream(ctx, name, o) {
			if errors.Is(err, eventstore.ErrStreamNotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			return out.stream.Send(content(e.Revision))
		}
		return nil
	}
	if err := bound(eventstore.ReadOptions{}, func(n uint64) *streams.ReadResp {
		return &streams.ReadResp{Content: &streams.ReadResp_FirstStreamPosition{FirstStreamPosition: n}}
	}); err != nil {
		return err
	}
	return bound(eventstore.ReadOptions{Backward: true, From: eventstore.End}, func(n uint64) *streams.ReadResp {
		return &streams.ReadResp{Content: &streams.ReadResp_LastStreamPosition{LastStreamPosition: n}}
	})
}

func (s *Server) readAll(ctx context.Context, o *streams.ReadReq_Options_AllOptions, backward bool, chosen filter, count uint64, out sender) error {
	var from place
	switch o.GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_Start:
	case *streams.ReadReq_Options_AllOptions_End:
		from = end
	case *streams.ReadReq_Options_AllOptions_Position:
		from = place{commit: o.GetPosition().GetCommitPosition(), prepare: o.GetPosition().GetPreparePosition()}
	default:
		return &malformedError{"all_option is missing"}
	}
	if count > 0 && (backward || from != end) {
		found := s.history.forward(ctx, from, true)
		if backward {
			found = s.history.backward(ctx, from)
		}
		if err := sendChosen(found, chosen, count, out); err != nil {
			return err
		}
	}
	if !out.modern {
		return nil
	}
	head, err := s.history.head(ctx)
	if err != nil {
		return err
	}
	return out.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_LastAllStreamPosition{
		LastAllStreamPosition: &shared.AllStreamPosition{CommitPosition: head.commit, PreparePosition: head.prepare},
	}})
}

func sendChosen(found iter.Seq2[entry, error], chosen filter, count uint64, out sender) error {
	for e, err := range found {
		if err != nil {
			return err
		}
		if !chosen.takes(e) {
			continue
		}
		if err := out.event(e); err != nil {
			return err
		}
		if count--; count == 0 {
			return nil
		}
	}
	return nil
}

// limitOf is a count as the contract has it.
func limitOf(count uint64) int {
	if count > math.MaxInt {
		return 0 // all of it
	}
	return int(count)
}
