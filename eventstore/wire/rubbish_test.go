package wire_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

type protoMessage = proto.Message

// separator ends a message in the bytes of FuzzRequests. It may also occur in one: that makes two.
const separator = 0xfe

func marshalled(tb testing.TB, m proto.Message) []byte {
	tb.Helper()
	data, err := proto.Marshal(m)
	require.NoError(tb, err)
	return data
}

func dial(tb testing.TB, s *server) *grpc.ClientConn {
	tb.Helper()
	conn, err := grpc.NewClient(s.address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = conn.Close() })
	return conn
}

// throwAt sends pieces of data as the messages of a call. The call must end, or answer once, before ctx does; and a
// server that broke is none of the answers.
func throwAt(ctx context.Context, t *testing.T, conn *grpc.ClientConn, method string, data []byte) {
	t.Helper()
	call, err := conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, method, grpc.ForceCodec(bytesCodec{}))
	require.NoError(t, err)
	for piece := range bytes.SplitSeq(data, []byte{separator}) {
		if call.SendMsg(&piece) != nil {
			break // it has ended; RecvMsg says how
		}
	}
	_ = call.CloseSend()
	var answer []byte
	if err = call.RecvMsg(&answer); errors.Is(err, io.EOF) { // it ended well, without an answer
		return
	}
	require.NotContains(t, []codes.Code{codes.Unavailable, codes.Unknown, codes.DataLoss}, status.Code(err), "%s: %v", method, err)
	require.NoError(t, ctx.Err(), method)
}
