package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/emptypb"

	"saldo/eventstore"
)

const (
	// batchUnfinished bounds the appends of one caller that have begun and not ended; each may hold MaxAppend bytes.
	batchUnfinished = 64
	// batchRunning bounds the appends of one caller that are with the store. Further ones wait, and so does the caller.
	batchRunning = 256
)

// batches are the appends that come in over one BatchAppend call. Appends to the same stream run in the order in which
// they were finished by the caller, those to different streams at the same time; answers come as they are ready.
type batches struct {
	server *Server
	stream streams.Streams_BatchAppendServer

	open map[[16]byte]*batch      // by correlation id; of the receiving goroutine
	tail map[string]chan struct{} // of each stream, closed when its last append so far is done; of the receiving goroutine

	running chan struct{} // one token per append
	sending sync.Mutex

	starting sync.Mutex // guards stopped, and that nothing is added to all afterwards
	stopped  bool
	all      sync.WaitGroup
}

// batch is one append, as far as it has come.
type batch struct {
	id      *shared.UUID
	options *streams.BatchAppendReq_Options
	events  []eventstore.EventData
	size    int
	err     error // what is wrong with it, told when it is final
}

// BatchAppend takes many appends over one call, each in one or more messages.
func (s *streamsService) BatchAppend(stream streams.Streams_BatchAppendServer) error {
	b := &batches{
		server: s.server, stream: stream,
		open: map[[16]byte]*batch{}, tail: map[string]chan struct{}{}, running: make(chan struct{}, batchRunning),
	}
	ctx, cancel := s.server.untilStopped(stream.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		for {
			m, err := stream.Recv()
			if err == nil {
				err = b.take(stream.Context(), m)
			}
			if err != nil {
				ended <- err
				return
			}
		}
	}()
	var err error
	select {
	case err = <-ended:
		b.all.Wait()
	case <-ctx.Done(): // the clients keep this call open for ever, so it must end with the server
		err = s.server.whyStopped(ctx)
		b.starting.Lock()
		b.stopped = true
		b.starting.Unlock()
		b.all.Wait()
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return refuse(stream.Context(), err)
}

// take adds a message to its append, and starts it when it is complete. An error ends the call.
func (b *batches) take(ctx context.Context, m *streams.BatchAppendReq) error {
	id, err := idOf(m.GetCorrelationId())
	if err != nil {
		return err
	}
	current := b.open[id]
	if current == nil {
		if len(b.open) == batchUnfinished {
			return &malformedError{fmt.Sprintf("more than %d appends were begun and not finished", batchUnfinished)}
		}
		current = &batch{id: m.GetCorrelationId(), options: m.GetOptions()}
		b.open[id] = current
	}
	current.add(m, b.server.config.MaxAppend)
	if !m.GetIsFinal() {
		return nil
	}
	delete(b.open, id)
	select {
	case b.running <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	b.starting.Lock()
	defer b.starting.Unlock()
	if b.stopped {
		return errStopping
	}
	name := string(current.options.GetStreamIdentifier().GetStreamName())
	before, done := b.tail[name], make(chan struct{})
	b.tail[name] = done
	b.forget()
	b.all.Go(func() {
		if before != nil {
			<-before
		}
		answer := b.run(ctx, name, current)
		close(done)
		<-b.running
		b.sending.Lock()
		defer b.sending.Unlock()
		_ = b.stream.Send(answer) // the receiving side sees that the connection is gone
	})
	return nil
}

// forget drops the streams whose appends are all done, before there are too many.
func (b *batches) forget() {
	if len(b.tail) < 2*batchRunning {
		return
	}
	for name, done := range b.tail {
		select {
		case <-done:
			delete(b.tail, name)
		default:
		}
	}
}

func (a *batch) add(m *streams.BatchAppendReq, limit int) {
	for _, p := range m.GetProposedMessages() {
		if a.err != nil {
			return
		}
		e, err := eventOf(p)
		if err != nil {
			a.err = err
			return
		}
		a.events = append(a.events, e)
		if a.size += eventstore.AppendSize(a.events[len(a.events)-1:]); a.size > limit {
			a.err, a.events = &eventstore.TooLargeError{Size: a.size, Limit: limit}, nil
		}
	}
}

// run appends and makes the answer.
func (b *batches) run(ctx context.Context, name string, a *batch) *streams.BatchAppendResp {
	answer := &streams.BatchAppendResp{CorrelationId: a.id, StreamIdentifier: a.options.GetStreamIdentifier()}
	expected, err := batchExpectation(a.options, answer)
	if a.err != nil {
		err = a.err
	}
	var done appended
	if err == nil {
		limited, cancel := b.deadline(ctx, a.options)
		defer cancel()
		if err = limited.Err(); err == nil {
			done, err = b.server.append(limited, name, expected, a.events)
		}
	}
	if err != nil {
		answer.Result = &streams.BatchAppendResp_Error{Error: batchError(err)}
		return answer
	}
	success := &streams.BatchAppendResp_Success{}
	if done.none {
		success.CurrentRevisionOption = &streams.BatchAppendResp_Success_NoStream{NoStream: &emptypb.Empty{}}
	} else {
		success.CurrentRevisionOption = &streams.BatchAppendResp_Success_CurrentRevision{CurrentRevision: done.revision}
	}
	if done.placed {
		success.PositionOption = &streams.BatchAppendResp_Success_Position{
			Position: &shared.AllStreamPosition{CommitPosition: done.at.commit, PreparePosition: done.at.prepare},
		}
	} else {
		success.PositionOption = &streams.BatchAppendResp_Success_NoPosition{NoPosition: &emptypb.Empty{}}
	}
	answer.Result = &streams.BatchAppendResp_Success_{Success: success}
	return answer
}

// deadline is the append's own: a time for older clients, a duration for newer ones.
func (b *batches) deadline(ctx context.Context, o *streams.BatchAppendReq_Options) (context.Context, context.CancelFunc) {
	left := b.server.config.AppendTimeout
	switch d := o.GetDeadlineOption().(type) {
	case *streams.BatchAppendReq_Options_Deadline_21_10_0:
		left = min(left, d.Deadline_21_10_0.AsTime().Sub(b.server.config.Now()))
	case *streams.BatchAppendReq_Options_Deadline:
		left = min(left, d.Deadline.AsDuration())
	}
	return context.WithTimeout(ctx, left)
}

func batchExpectation(o *streams.BatchAppendReq_Options, answer *streams.BatchAppendResp) (expectation, error) {
	switch e := o.GetExpectedStreamPosition().(type) {
	case *streams.BatchAppendReq_Options_StreamPosition:
		answer.ExpectedStreamPosition = &streams.BatchAppendResp_StreamPosition{StreamPosition: e.StreamPosition}
		return atRevision(e.StreamPosition)
	case *streams.BatchAppendReq_Options_NoStream:
		answer.ExpectedStreamPosition = &streams.BatchAppendResp_NoStream{NoStream: e.NoStream}
		return expectation{kind: expectExactly, exactly: eventstore.NoStream()}, nil
	case *streams.BatchAppendReq_Options_Any:
		answer.ExpectedStreamPosition = &streams.BatchAppendResp_Any{Any: e.Any}
		return expectation{kind: expectAny}, nil
	case *streams.BatchAppendReq_Options_StreamExists:
		answer.ExpectedStreamPosition = &streams.BatchAppendResp_StreamExists{StreamExists: e.StreamExists}
		return expectation{kind: expectExists}, nil
	}
	return expectation{}, &malformedError{"expected_stream_position is missing"}
}

// batchError is the error table in the form of BatchAppend: no trailers, but a detail.
func batchError(err error) *rpcstatus.Status {
	s, _ := statusOf(err)
	code, detail := s.Code(), proto.Message(&shared.Unknown{})
	if wrong, ok := errors.AsType[*wrongVersionError](err); ok {
		code, detail = codes.AlreadyExists, wrongVersionDetail(wrong)
	} else if deleted, ok := errors.AsType[*deletedError](err); ok {
		code, detail = codes.NotFound, &shared.StreamDeleted{StreamIdentifier: identifier(deleted.stream)}
	} else if large, ok := errors.AsType[*eventstore.TooLargeError](err); ok {
		detail = &shared.MaximumAppendSizeExceeded{MaxAppendSize: uint32(large.Limit)} //nolint:gosec // a limit in bytes
	} else {
		switch code { //nolint:exhaustive // the others have no detail of their own
		case codes.InvalidArgument:
			detail = &shared.BadRequest{Message: s.Message()}
		case codes.PermissionDenied, codes.Unauthenticated:
			detail = &shared.AccessDenied{}
		case codes.Aborted, codes.DeadlineExceeded:
			code, detail = codes.DeadlineExceeded, &shared.Timeout{}
		}
	}
	answer := &rpcstatus.Status{Code: int32(code), Message: s.Message()}
	if packed, packErr := anypb.New(detail); packErr == nil {
		answer.Details = []*anypb.Any{packed}
	}
	return answer
}

func wrongVersionDetail(wrong *wrongVersionError) *shared.WrongExpectedVersion {
	empty, detail := &emptypb.Empty{}, &shared.WrongExpectedVersion{}
	if current, ok := wrong.current.Revision(); ok {
		detail.CurrentStreamRevisionOption = &shared.WrongExpectedVersion_CurrentStreamRevision{CurrentStreamRevision: current}
	} else {
		detail.CurrentStreamRevisionOption = &shared.WrongExpectedVersion_CurrentNoStream{CurrentNoStream: empty}
	}
	switch wrong.expected.kind {
	case expectAny:
		detail.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedAny{ExpectedAny: empty}
	case expectExists:
		detail.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: empty}
	case expectExactly:
		if expected, ok := wrong.expected.exactly.Revision(); ok {
			detail.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedStreamPosition{ExpectedStreamPosition: expected}
		} else {
			detail.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: empty}
		}
	}
	return detail
}
