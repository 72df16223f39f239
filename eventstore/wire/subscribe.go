package wire

import (
	"context"
	"errors"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"saldo/eventstore"
)

// untilStopped ends with ctx and when the server stops.
func (s *Server) untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-s.stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// whyStopped tells the ends of untilStopped apart: the server stops, the caller lost his rights, or left.
func (s *Server) whyStopped(ctx context.Context) error {
	select {
	case <-s.stopping:
		return errStopping
	default:
		return context.Cause(ctx)
	}
}

func (s *Server) confirm(out sender) (leave func(), err error) {
	id, leave, err := s.counters.subscribe()
	if err != nil {
		return nil, err
	}
	err = out.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_Confirmation{
		Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: id},
	}})
	if err != nil {
		leave()
		return nil, err
	}
	return leave, nil
}

// subscribeAll reads behind a place to the head, says that it has caught up, waits for more, and so on. There is no
// hand-over that could lose an event or send it twice: before and after, it is a read behind the last event seen. A
// slow subscriber blocks in its own sending and nobody else.
func (s *Server) subscribeAll(ctx context.Context, o *streams.ReadReq_Options_AllOptions, chosen filter, out sender) error {
	head, err := s.history.head(ctx)
	if err != nil {
		return err
	}
	var after place
	switch o.GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_Start:
	case *streams.ReadReq_Options_AllOptions_End:
		after = head
	case *streams.ReadReq_Options_AllOptions_Position:
		after = place{commit: o.GetPosition().GetCommitPosition(), prepare: o.GetPosition().GetPreparePosition()}
		if after.compare(head) > 0 { // it would wait in silence, and then leave out what comes
			return &malformedError{"the position stands behind the last event: it is another store's"}
		}
	default:
		return &malformedError{"all_option is missing"}
	}
	leave, err := s.confirm(out)
	if err != nil {
		return err
	}
	defer leave()
	considered, caughtUp := uint64(0), false
	for {
		for e, err := range s.history.forward(ctx, after, false) {
			if err != nil {
				return err
			}
			if after = e.at; chosen.takes(e) {
				if err := out.event(e); err != nil {
					return err
				}
			}
			if considered++; chosen.every > 0 && considered%chosen.every == 0 {
				if err := out.stream.Send(s.checkpoint(after)); err != nil {
					return err
				}
			}
		}
		if !caughtUp {
			caughtUp = true
			if chosen.every > 0 {
				if err := out.stream.Send(s.checkpoint(after)); err != nil {
					return err
				}
			}
			if err := out.stream.Send(s.caughtUp(nil, &after)); err != nil {
				return err
			}
		}
		if err := s.history.wait(ctx, after); err != nil {
			return err
		}
	}
}

// subscribeStream does the same over one stream. What wakes it is any event behind the head as it was before reading.
func (s *Server) subscribeStream(ctx context.Context, o *streams.ReadReq_Options_StreamOptions, out sender) error {
	name := string(o.GetStreamIdentifier().GetStreamName())
	next := uint64(0)
	switch o.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Start:
	case *streams.ReadReq_Options_StreamOptions_End:
		for e, err := range s.history.stream(ctx, name, eventstore.ReadOptions{Backward: true, From: eventstore.End, Limit: 1}) {
			if err != nil && !errors.Is(err, eventstore.ErrStreamNotFound) {
				return err
			}
			if err == nil {
				next = e.Revision + 1
			}
		}
	case *streams.ReadReq_Options_StreamOptions_Revision:
		if next = o.GetRevision() + 1; next == 0 {
			return &malformedError{"the revision is out of range"}
		}
	default:
		return &malformedError{"revision_option is missing"}
	}
	leave, err := s.confirm(out)
	if err != nil {
		return err
	}
	defer leave()
	for caughtUp := false; ; {
		head, err := s.history.head(ctx)
		if err != nil {
			return err
		}
		for e, err := range s.history.stream(ctx, name, eventstore.ReadOptions{From: next}) {
			if errors.Is(err, eventstore.ErrStreamNotFound) { // not yet
				break
			}
			if err != nil {
				return err
			}
			if err := out.event(e); err != nil {
				return err
			}
			next = e.Revision + 1
		}
		if !caughtUp {
			caughtUp = true
			if err := out.stream.Send(s.caughtUp(&next, nil)); err != nil {
				return err
			}
		}
		if err := s.history.wait(ctx, head); err != nil {
			return err
		}
	}
}

func (s *Server) checkpoint(at place) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{
		Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: at.commit, PreparePosition: at.prepare},
	}}
}

// caughtUp has three fields that the generated type doesn't know and newer clients wait for: timestamp = 1,
// stream_revision = 2, position = 3. They are added as unknown fields, which older clients skip.
func (s *Server) caughtUp(next *uint64, at *place) *streams.ReadResp {
	var extra []byte
	if stamp, err := proto.Marshal(timestamppb.New(s.config.Now())); err == nil {
		extra = protowire.AppendTag(extra, 1, protowire.BytesType)
		extra = protowire.AppendBytes(extra, stamp)
	}
	if next != nil && *next > 0 {
		extra = protowire.AppendTag(extra, 2, protowire.VarintType)
		extra = protowire.AppendVarint(extra, *next-1)
	}
	if at != nil && *at != (place{}) {
		position, err := proto.Marshal(&streams.ReadReq_Options_Position{CommitPosition: at.commit, PreparePosition: at.prepare})
		if err == nil { // the same two fields under the same numbers
			extra = protowire.AppendTag(extra, 3, protowire.BytesType)
			extra = protowire.AppendBytes(extra, position)
		}
	}
	m := &streams.ReadResp_CaughtUp{}
	m.ProtoReflect().SetUnknown(extra)
	return &streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: m}}
}
