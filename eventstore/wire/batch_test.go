package wire_test

import (
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"saldo/eventstore"
	"saldo/eventstore/storetest"
	"saldo/eventstore/wire"
)

func batchOf(id *shared.UUID, stream string, final bool, sizes ...int) *streams.BatchAppendReq {
	m := &streams.BatchAppendReq{CorrelationId: id, IsFinal: final}
	if stream != "" {
		m.Options = &streams.BatchAppendReq_Options{
			StreamIdentifier:       &shared.StreamIdentifier{StreamName: []byte(stream)},
			ExpectedStreamPosition: &streams.BatchAppendReq_Options_NoStream{NoStream: &emptypb.Empty{}},
		}
	}
	for _, size := range sizes {
		m.ProposedMessages = append(m.ProposedMessages, &streams.BatchAppendReq_ProposedMessage{
			Id: textID(newUUID()), Data: make([]byte, size), Metadata: map[string]string{"type": "Tested", "content-type": "application/octet-stream"},
		})
	}
	return m
}

func TestWire80BatchAppend(t *testing.T) {
	store := inMemory(t)
	r := connect(t, serve(t, store, wire.Options{AllowAppend: true, MaxAppend: 1000}))
	call, err := r.BatchAppend(t.Context())
	require.NoError(t, err)
	ids := []*shared.UUID{textID(newUUID()), textID(newUUID()), textID(newUUID())}
	for _, m := range []*streams.BatchAppendReq{ // interleaved
		batchOf(ids[0], "a", false, 1, 1),
		batchOf(ids[1], "b", false, 1),
		batchOf(ids[0], "", false, 1),
		batchOf(ids[2], "c", false, 900),
		batchOf(ids[1], "", true, 1),
		batchOf(ids[2], "", true, 900),
		batchOf(ids[0], "", true),
	} {
		require.NoError(t, call.Send(m))
	}
	answers := map[string]*streams.BatchAppendResp{}
	for range ids {
		m, recvErr := call.Recv()
		require.NoError(t, recvErr)
		answers[string(m.GetStreamIdentifier().GetStreamName())] = m
	}
	require.True(t, proto.Equal(ids[0], answers["a"].GetCorrelationId()))
	require.Equal(t, uint64(2), answers["a"].GetSuccess().GetCurrentRevision())
	require.NotNil(t, answers["a"].GetSuccess().GetPosition())
	require.Equal(t, uint64(1), answers["b"].GetSuccess().GetCurrentRevision())
	detail(t, answers["c"], codes.InvalidArgument, &shared.MaximumAppendSizeExceeded{MaxAppendSize: 1000})

	again := batchOf(ids[0], "a", true, 1)
	require.NoError(t, call.Send(again))
	m, err := call.Recv()
	require.NoError(t, err)
	detail(t, m, codes.AlreadyExists, &shared.WrongExpectedVersion{
		CurrentStreamRevisionOption:  &shared.WrongExpectedVersion_CurrentStreamRevision{CurrentStreamRevision: 2},
		ExpectedStreamPositionOption: &shared.WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: &emptypb.Empty{}},
	})

	late := batchOf(ids[1], "d", true, 1)
	late.Options.DeadlineOption = &streams.BatchAppendReq_Options_Deadline{Deadline: durationpb.New(-time.Second)}
	require.NoError(t, call.Send(late))
	m, err = call.Recv()
	require.NoError(t, err)
	detail(t, m, codes.DeadlineExceeded, &shared.Timeout{})

	require.NoError(t, call.Send(batchOf(ids[2], "$$s", true, 1)))
	m, err = call.Recv()
	require.NoError(t, err)
	detail(t, m, codes.PermissionDenied, &shared.AccessDenied{})

	require.NoError(t, call.CloseSend())
	found, err := storetest.Collect(store.ReadAll(t.Context(), eventstore.Position{}, eventstore.ReadAllOptions{}))
	require.NoError(t, err)
	require.Len(t, found, 5)
}

func detail(t *testing.T, m *streams.BatchAppendResp, code codes.Code, want proto.Message) {
	t.Helper()
	require.Equal(t, int32(code), m.GetError().GetCode(), "%v", m)
	found, err := m.GetError().GetDetails()[0].UnmarshalNew()
	require.NoError(t, err)
	require.True(t, proto.Equal(want, found), "%v", found)
}
