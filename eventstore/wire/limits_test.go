package wire_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"saldo/eventstore"
	"saldo/eventstore/wire"
)

func subscription(o *streams.ReadReq_Options) *streams.ReadReq {
	o.CountOption = &streams.ReadReq_Options_Subscription{}
	return &streams.ReadReq{Options: o}
}

// subscribe opens a subscription to a stream and waits for its confirmation.
func (r raw) subscribe(ctx context.Context, name string) (streams.Streams_ReadClient, error) {
	r.Helper()
	call, err := r.Read(ctx, subscription(ofStream(name)))
	require.NoError(r, err)
	_, err = call.Recv()
	return call, err
}

// TestWireIdleSubscriptions: a thousand and some of them stand open, what one more costs is small and known, the one over
// the limit is refused, and appends go on.
func TestWireIdleSubscriptions(t *testing.T) {
	const limit = 1024
	s := serve(t, inMemory(t), wire.Options{AllowAppend: true})
	clients := []raw{connect(t, s), connect(t, s), connect(t, s), connect(t, s)} // the clients' own limits are per connection
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	memory := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	before := memory()
	for i := range limit {
		_, err := clients[i%len(clients)].subscribe(ctx, fmt.Sprintf("s-%d", i))
		require.NoError(t, err)
	}
	each := (memory() - before) / limit
	t.Logf("%d subscriptions: %d bytes each, server and client together", limit, each)
	require.Less(t, each, uint64(200<<10))
	_, err := clients[0].subscribe(ctx, "one more")
	require.Equal(t, codes.ResourceExhausted, status.Code(err), "%v", err)
	begun := now()
	const appends = 20
	for range appends {
		clients[1].event("busy", 10)
	}
	t.Logf("%d appends beside them: %s each", appends, now().Sub(begun)/appends)
	require.Less(t, now().Sub(begun), 20*time.Second)
	cancel()
	require.Eventually(t, func() bool {
		_, err := clients[2].subscribe(t.Context(), "again")
		return err == nil
	}, 10*time.Second, 20*time.Millisecond, "who leaves makes room")
}

// TestWireUnfinishedUnaryCalls: strangers who begin calls and never send the message take up a bounded number of places,
// and leave them when they go. Who reads or writes isn't hindered.
func TestWireUnfinishedUnaryCalls(t *testing.T) {
	const limit = 128
	s := serve(t, inMemory(t), wire.Options{AllowAppend: true})
	r, conn := connect(t, s), dial(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	begin := func(ctx context.Context) (grpc.ClientStream, error) {
		return conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true}, "/event_store.client.gossip.Gossip/Read")
	}
	for range limit {
		_, err := begin(ctx)
		require.NoError(t, err)
	}
	refused := func() bool {
		within, end := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer end()
		call, err := begin(within)
		if err == nil {
			err = call.RecvMsg(&shared.Empty{})
		}
		return status.Code(err) == codes.ResourceExhausted
	}
	require.Eventually(t, refused, 10*time.Second, time.Millisecond)
	r.event("s", 10)
	cancel()
	require.Eventually(t, func() bool { return !refused() }, 10*time.Second, 20*time.Millisecond)
}

// TestWireStopsBesideASlowSubscriber: one that reads nothing of what is sent to it holds up neither writers nor the end.
func TestWireStopsBesideASlowSubscriber(t *testing.T) {
	s := serve(t, inMemory(t), wire.Options{AllowAppend: true})
	r := connect(t, s)
	_, err := r.Read(t.Context(), subscription(ofStream("s")))
	require.NoError(t, err)
	for range 40 { // more than the windows of the connection take
		r.event("s", 100_000)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	begun := now()
	require.NoError(t, s.Stop(ctx))
	require.Less(t, now().Sub(begun), 10*time.Second)
}

func TestWireFiltersAreBounded(t *testing.T) {
	r := connect(t, serve(t, inMemory(t), wire.Options{}))
	for name, e := range map[string]*streams.ReadReq_Options_FilterOptions_Expression{
		"prefixes":           {Prefix: make([]string, 2000)},
		"regular expression": {Regex: strings.Repeat("(a|b)", 2000)},
	} {
		o := ofStream("")
		o.StreamOption = &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{AllOption: &streams.ReadReq_Options_AllOptions_Start{}}}
		o.FilterOption = &streams.ReadReq_Options_Filter{Filter: &streams.ReadReq_Options_FilterOptions{
			Filter: &streams.ReadReq_Options_FilterOptions_EventType{EventType: e}, CheckpointIntervalMultiplier: 1,
		}}
		_, trailers, err := r.read(o)
		refusedWith(t, err, codes.InvalidArgument, trailers, "")
		require.ErrorContains(t, err, "filter", name)
	}
}

// bytesCodec sends what it is given, in the name of protobuf, and leaves answers undecoded.
type bytesCodec struct{}

func (bytesCodec) Marshal(v any) ([]byte, error)   { return *v.(*[]byte), nil }
func (bytesCodec) Unmarshal(b []byte, v any) error { *v.(*[]byte) = b; return nil }
func (bytesCodec) Name() string                    { return "proto" }

// FuzzRequests sends any bytes as the messages of a call: the server answers or refuses, and goes on serving others.
func FuzzRequests(f *testing.F) {
	methods := []string{"Read", "Append", "BatchAppend", "Delete", "Tombstone"}
	encode := func(method byte, messages ...protoMessage) {
		data := []byte{method}
		for _, m := range messages {
			data = append(data, marshalled(f, m)...)
			data = append(data, separator)
		}
		f.Add(data)
	}
	encode(0, &streams.ReadReq{Options: ofStream("s")})
	encode(1, header("s"), one(proposal(textID(newUUID()), 3)))
	encode(2, batchOf(textID(newUUID()), "b", true, 1))
	encode(3, &streams.DeleteReq{Options: &streams.DeleteReq_Options{StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte("s")}}})
	encode(4, &streams.TombstoneReq{})
	f.Add([]byte{1})
	f.Add([]byte{0, 0xff, 0xff, 0xff})
	s := serve(f, inMemory(f), wire.Options{AllowAppend: true, AllowDelete: true, AppendTimeout: time.Second})
	conn := dial(f, s)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 {
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		throwAt(ctx, t, conn, "/event_store.client.streams.Streams/"+methods[int(data[0])%len(methods)], data[1:])
		r := raw{T: t, StreamsClient: streams.NewStreamsClient(conn)}
		_, _, err := r.read(ofStream("nobody-writes-here"))
		require.NoError(t, err)
	})
}

// TestTortureWireSoak keeps subscribers, writers and rubbish going at once for a while.
func TestTortureWireSoak(t *testing.T) {
	if os.Getenv("SALDO_TORTURE") == "" {
		t.Skip("takes a minute: make torture")
	}
	t.Parallel()
	s := serve(t, inMemory(t), wire.Options{AllowAppend: true})
	conn := dial(t, s)
	r := connect(t, s)
	deadline := now().Add(time.Minute)
	calls, events := 0, uint64(0)
	for now().Before(deadline) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		throwAt(ctx, t, conn, "/event_store.client.streams.Streams/Append", []byte{byte(calls), byte(calls >> 8), separator, 0x12})
		cancel()
		calls++
		events = r.event("s", 100).GetSuccess().GetCurrentRevision()
	}
	require.Equal(t, eventstore.At(uint64(calls-1)), eventstore.At(events))
	require.Less(t, runtime.NumGoroutine(), 200)
}
