package wire_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"saldo/eventstore"
	"saldo/eventstore/wire"
)

// raw is the protocol without a client library.
type raw struct {
	*testing.T
	streams.StreamsClient
	conn *grpc.ClientConn
}

func connect(t *testing.T, s *server, o ...grpc.DialOption) raw {
	t.Helper()
	conn, err := grpc.NewClient(s.address, append(o, grpc.WithTransportCredentials(insecure.NewCredentials()))...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return raw{T: t, StreamsClient: streams.NewStreamsClient(conn), conn: conn}
}

func header(stream string) *streams.AppendReq {
	return &streams.AppendReq{Content: &streams.AppendReq_Options_{Options: &streams.AppendReq_Options{
		StreamIdentifier:       &shared.StreamIdentifier{StreamName: []byte(stream)},
		ExpectedStreamRevision: &streams.AppendReq_Options_Any{Any: &shared.Empty{}},
	}}}
}

func textID(id uuid.UUID) *shared.UUID {
	return &shared.UUID{Value: &shared.UUID_String_{String_: id.String()}}
}

func proposal(id *shared.UUID, size int) *streams.AppendReq_ProposedMessage {
	return &streams.AppendReq_ProposedMessage{
		Id: id, Data: make([]byte, size), Metadata: map[string]string{"type": "Tested", "content-type": "application/json"},
	}
}

// append sends messages and returns the answer, the trailers and the error.
func (r raw) append(messages ...*streams.AppendReq) (*streams.AppendResp, metadata.MD, error) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
	defer cancel()
	call, err := r.Append(ctx)
	require.NoError(r, err)
	for _, m := range messages {
		if call.Send(m) != nil {
			break
		}
	}
	answer, err := call.CloseAndRecv()
	return answer, call.Trailer(), err
}

func (r raw) event(stream string, size int) *streams.AppendResp {
	r.Helper()
	answer, _, err := r.append(header(stream), one(proposal(textID(newUUID()), size)))
	require.NoError(r, err)
	return answer
}

func one(p *streams.AppendReq_ProposedMessage) *streams.AppendReq {
	return &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: p}}
}

func (r raw) read(o *streams.ReadReq_Options) ([]*streams.ReadResp, metadata.MD, error) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
	defer cancel()
	call, err := r.Read(ctx, &streams.ReadReq{Options: o})
	require.NoError(r, err)
	var found []*streams.ReadResp
	for {
		m, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return found, call.Trailer(), nil
		}
		if err != nil {
			return found, call.Trailer(), err
		}
		found = append(found, m)
	}
}

func ofStream(name string) *streams.ReadReq_Options {
	return &streams.ReadReq_Options{
		StreamOption: &streams.ReadReq_Options_Stream{Stream: &streams.ReadReq_Options_StreamOptions{
			StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(name)},
			RevisionOption:   &streams.ReadReq_Options_StreamOptions_Start{Start: &shared.Empty{}},
		}},
		CountOption: &streams.ReadReq_Options_Count{Count: 100},
		UuidOption:  &streams.ReadReq_Options_UUIDOption{Content: &streams.ReadReq_Options_UUIDOption_Structured{Structured: &shared.Empty{}}},
	}
}

func refusedWith(t *testing.T, err error, code codes.Code, trailers metadata.MD, exception string) {
	t.Helper()
	require.Equal(t, code, status.Code(err), "%v", err)
	if exception == "" {
		require.Empty(t, trailers.Get("exception"))
		return
	}
	require.Equal(t, []string{exception}, trailers.Get("exception"))
}

func TestWire79MalformedAppends(t *testing.T) {
	r := connect(t, serve(t, inMemory(t), wire.Options{AllowAppend: true, MaxAppend: 1000}))
	good := func() *streams.AppendReq_ProposedMessage { return proposal(textID(newUUID()), 10) }
	changed := func(change func(*streams.AppendReq_ProposedMessage)) *streams.AppendReq {
		p := good()
		change(p)
		return one(p)
	}
	none := header("s")
	none.GetOptions().ExpectedStreamRevision = nil
	for name, c := range map[string]struct {
		messages  []*streams.AppendReq
		exception string
	}{
		"event first":   {[]*streams.AppendReq{one(good())}, ""},
		"nothing":       {nil, ""},
		"options twice": {[]*streams.AppendReq{header("s"), header("s")}, ""},
		"empty message": {[]*streams.AppendReq{header("s"), {}}, ""},
		"expectation":   {[]*streams.AppendReq{none, one(good())}, ""},
		"no id":         {[]*streams.AppendReq{header("s"), changed(func(p *streams.AppendReq_ProposedMessage) { p.Id = nil })}, ""},
		"zero id":       {[]*streams.AppendReq{header("s"), changed(func(p *streams.AppendReq_ProposedMessage) { p.Id = textID(uuid.Nil) })}, ""},
		"id in prose": {[]*streams.AppendReq{header("s"), changed(func(p *streams.AppendReq_ProposedMessage) {
			p.Id = &shared.UUID{Value: &shared.UUID_String_{String_: "one"}}
		})}, ""},
		"no type":         {[]*streams.AppendReq{header("s"), changed(func(p *streams.AppendReq_ProposedMessage) { delete(p.Metadata, "type") })}, "missing-required-metadata-property"},
		"no content type": {[]*streams.AppendReq{header("s"), changed(func(p *streams.AppendReq_ProposedMessage) { delete(p.Metadata, "content-type") })}, "missing-required-metadata-property"},
		"system type":     {[]*streams.AppendReq{header("s"), changed(func(p *streams.AppendReq_ProposedMessage) { p.Metadata["type"] = "$x" })}, ""},
		"stream name":     {[]*streams.AppendReq{header("a\nb"), one(good())}, ""},
		"too large":       {[]*streams.AppendReq{header("s"), one(proposal(textID(newUUID()), 2000))}, "maximum-append-size-exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			_, trailers, err := r.append(c.messages...)
			refusedWith(t, err, codes.InvalidArgument, trailers, c.exception)
			if name == "too large" {
				require.Equal(t, []string{"1000"}, trailers.Get("maximum-append-size"))
			}
		})
	}
	_, trailers, err := r.append(header("s"), one(proposal(textID(newUUID()), 20<<20)))
	refusedWith(t, err, codes.ResourceExhausted, trailers, "")
	for _, name := range []string{"$system", "$$s", wire.IdentityStream} {
		_, trailers, err = r.append(header(name), one(good()))
		refusedWith(t, err, codes.PermissionDenied, trailers, "access-denied")
	}
	found, _, err := r.read(ofStream("s"))
	require.NoError(t, err)
	require.NotNil(t, found[0].GetStreamNotFound())
}

func TestWireStalledAppendEnds(t *testing.T) {
	r := connect(t, serve(t, inMemory(t), wire.Options{AllowAppend: true, AppendTimeout: 100 * time.Millisecond}))
	call, err := r.Append(t.Context())
	require.NoError(t, err)
	require.NoError(t, call.Send(header("s")))
	begun := now()
	require.Equal(t, codes.DeadlineExceeded, status.Code(call.RecvMsg(&streams.AppendResp{})))
	require.Less(t, now().Sub(begun), 5*time.Second)
	r.event("s", 1)
}

func TestWireMalformedReads(t *testing.T) {
	r := connect(t, serve(t, inMemory(t), wire.Options{AllowAppend: true}))
	r.event("s", 1)
	filtered := func(f *streams.ReadReq_Options_FilterOptions) func(*streams.ReadReq_Options) {
		return func(o *streams.ReadReq_Options) {
			o.StreamOption = &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{AllOption: &streams.ReadReq_Options_AllOptions_Start{}}}
			o.FilterOption = &streams.ReadReq_Options_Filter{Filter: f}
		}
	}
	expression := func(regex string) *streams.ReadReq_Options_FilterOptions_EventType {
		return &streams.ReadReq_Options_FilterOptions_EventType{EventType: &streams.ReadReq_Options_FilterOptions_Expression{Regex: regex}}
	}
	for name, change := range map[string]func(*streams.ReadReq_Options){
		"no uuid option":   func(o *streams.ReadReq_Options) { o.UuidOption = nil },
		"no stream option": func(o *streams.ReadReq_Options) { o.StreamOption = nil },
		"no count":         func(o *streams.ReadReq_Options) { o.CountOption = nil },
		"no revision":      func(o *streams.ReadReq_Options) { o.GetStream().RevisionOption = nil },
		"filtered stream": func(o *streams.ReadReq_Options) {
			o.FilterOption = &streams.ReadReq_Options_Filter{Filter: &streams.ReadReq_Options_FilterOptions{Filter: expression("a"), CheckpointIntervalMultiplier: 1}}
		},
		"backward subscription": func(o *streams.ReadReq_Options) {
			o.ReadDirection, o.CountOption = streams.ReadReq_Options_Backwards, &streams.ReadReq_Options_Subscription{}
		},
		"83 regex":      filtered(&streams.ReadReq_Options_FilterOptions{Filter: expression("("), CheckpointIntervalMultiplier: 1}),
		"83 look-ahead": filtered(&streams.ReadReq_Options_FilterOptions{Filter: expression("(?=a)"), CheckpointIntervalMultiplier: 1}),
		"no expression": filtered(&streams.ReadReq_Options_FilterOptions{Filter: expression(""), CheckpointIntervalMultiplier: 1}),
		"by nothing":    filtered(&streams.ReadReq_Options_FilterOptions{CheckpointIntervalMultiplier: 1}),
		"no interval":   filtered(&streams.ReadReq_Options_FilterOptions{Filter: expression("a")}),
	} {
		o := ofStream("s")
		change(o)
		_, _, err := r.read(o)
		require.Equal(t, codes.InvalidArgument, status.Code(err), "%s: %v", name, err)
	}
}

func TestWire81IDsInBothForms(t *testing.T) {
	r := connect(t, serve(t, inMemory(t), wire.Options{AllowAppend: true}))
	id := uuid.MustParse("38fffbc2-339e-11ea-8c7b-784f43837872")
	same := &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{MostSignificantBits: 0x38fffbc2339e11ea, LeastSignificantBits: -0x738487b0bc7c878e}}}
	_, _, err := r.append(header("s"), one(proposal(textID(id), 1)), one(proposal(same, 1)))
	require.NoError(t, err)
	for range 2 {
		found, _, err := r.read(ofStream("s"))
		require.NoError(t, err)
		require.Len(t, found, 2)
		for _, m := range found {
			require.Equal(t, same.GetStructured().GetMostSignificantBits(), m.GetEvent().GetEvent().GetId().GetStructured().GetMostSignificantBits())
			require.Equal(t, same.GetStructured().GetLeastSignificantBits(), m.GetEvent().GetEvent().GetId().GetStructured().GetLeastSignificantBits())
		}
		o := ofStream("s")
		o.UuidOption.Content = &streams.ReadReq_Options_UUIDOption_String_{}
		found, _, err = r.read(o)
		require.NoError(t, err)
		for _, m := range found {
			require.Equal(t, id.String(), m.GetEvent().GetEvent().GetId().GetString_())
		}
	}
}

func TestWirePlainReadsSendEventsOnly(t *testing.T) {
	r := connect(t, serve(t, inMemory(t), wire.Options{AllowAppend: true}))
	for range 3 {
		r.event("s", 1)
	}
	found, _, err := r.read(ofStream("s"))
	require.NoError(t, err)
	require.Len(t, found, 3)
	for _, m := range found {
		require.NotNil(t, m.GetEvent())
		require.Regexp(t, `^\d{17}$`, m.GetEvent().GetEvent().GetMetadata()["created"])
	}
	o := ofStream("s")
	o.ControlOption = &streams.ReadReq_Options_ControlOption{Compatibility: 1}
	found, _, err = r.read(o)
	require.NoError(t, err)
	require.Len(t, found, 5)
	require.Equal(t, uint64(2), found[1].GetLastStreamPosition())
	o.StreamOption = &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{AllOption: &streams.ReadReq_Options_AllOptions_Start{}}}
	found, _, err = r.read(o)
	require.NoError(t, err)
	require.Len(t, found, 4)
	require.NotNil(t, found[3].GetLastAllStreamPosition())
}

func TestWire82CaughtUpSaysWhere(t *testing.T) {
	r := connect(t, serve(t, inMemory(t), wire.Options{AllowAppend: true}))
	r.event("s", 1)
	o := ofStream("s")
	o.CountOption = &streams.ReadReq_Options_Subscription{}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	call, err := r.Read(ctx, &streams.ReadReq{Options: o})
	require.NoError(t, err)
	confirmation, err := call.Recv()
	require.NoError(t, err)
	require.NotEmpty(t, confirmation.GetConfirmation().GetSubscriptionId())
	m, err := call.Recv()
	require.NoError(t, err)
	require.NotNil(t, m.GetEvent())
	m, err = call.Recv()
	require.NoError(t, err)
	unknown := m.GetCaughtUp().ProtoReflect().GetUnknown()
	require.Equal(t, byte(1<<3|2), unknown[0]) // a timestamp
	require.Equal(t, []byte{2 << 3, 0}, []byte(unknown[len(unknown)-2:]))
}

func TestWire84Denied(t *testing.T) {
	readOnly := connect(t, serve(t, inMemory(t), wire.Options{}))
	_, trailers, err := readOnly.append(header("s"), one(proposal(textID(newUUID()), 1)))
	refusedWith(t, err, codes.PermissionDenied, trailers, "access-denied")
	ledger := connect(t, serve(t, inMemory(t), wire.Options{AllowAppend: true}))
	ledger.event("s", 1)
	var trailer metadata.MD
	options := &streams.DeleteReq{Options: &streams.DeleteReq_Options{
		StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte("s")}, ExpectedStreamRevision: &streams.DeleteReq_Options_Any{Any: &shared.Empty{}},
	}}
	_, err = ledger.Delete(t.Context(), options, grpc.Trailer(&trailer))
	refusedWith(t, err, codes.PermissionDenied, trailer, "access-denied")
	_, err = ledger.Tombstone(t.Context(), &streams.TombstoneReq{}, grpc.Trailer(&trailer))
	refusedWith(t, err, codes.PermissionDenied, trailer, "access-denied")
}

func TestWireDiscovery(t *testing.T) {
	s := serve(t, inMemory(t), wire.Options{Authenticate: wire.Static()})
	r := connect(t, s)
	info, err := gossip.NewGossipClient(r.conn).Read(t.Context(), &shared.Empty{})
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1", info.GetMembers()[0].GetHttpEndPoint().GetAddress())
	require.Equal(t, gossip.MemberInfo_Leader, info.GetMembers()[0].GetState())
	features, err := serverfeatures.NewServerFeaturesClient(r.conn).GetSupportedMethods(t.Context(), &shared.Empty{})
	require.NoError(t, err)
	require.Regexp(t, `^\d+\.\d+\.\d+$`, features.GetEventStoreServerVersion())
	_, trailers, err := r.read(ofStream("s"))
	refusedWith(t, err, codes.PermissionDenied, trailers, "access-denied")
}

func TestWireStopsGracefully(t *testing.T) {
	s := serve(t, inMemory(t), wire.Options{AllowAppend: true})
	r := connect(t, s)
	o := ofStream("s")
	o.CountOption = &streams.ReadReq_Options_Subscription{}
	subscription, err := r.Read(t.Context(), &streams.ReadReq{Options: o})
	require.NoError(t, err)
	_, err = subscription.Recv()
	require.NoError(t, err)
	batches, err := r.BatchAppend(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	require.NoError(t, s.Stop(ctx))
	for err = error(nil); err == nil; {
		_, err = subscription.Recv()
	}
	require.Equal(t, codes.Unavailable, status.Code(err))
	_, err = batches.Recv()
	require.Equal(t, codes.Unavailable, status.Code(err))
}

// TestTorture78Keepalive pings as the clients do, every 10 s also without a call, for more than a minute.
func TestTorture78Keepalive(t *testing.T) {
	if os.Getenv("SALDO_TORTURE") == "" {
		t.Skip("takes a minute: make torture")
	}
	t.Parallel()
	r := connect(t, serve(t, inMemory(t), wire.Options{AllowAppend: true}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10 * time.Second, Timeout: 5 * time.Second, PermitWithoutStream: true}))
	r.event("s", 1)
	ctx, cancel := context.WithTimeout(t.Context(), 65*time.Second)
	defer cancel()
	require.False(t, r.conn.WaitForStateChange(ctx, r.conn.GetState()), "the connection was lost")
	r.event("s", 1)
}

func TestServeRefusesPlainTextToOthers(t *testing.T) {
	_, err := wire.New(wire.Config{Now: now})
	require.ErrorIs(t, err, eventstore.ErrInvalid)
	s, err := wire.New(wire.Config{Store: inMemory(t), Now: now})
	require.NoError(t, err)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.ErrorIs(t, s.Serve(elsewhere{l}), eventstore.ErrInvalid)
}

// elsewhere says that it listens for everybody.
type elsewhere struct{ net.Listener }

func (elsewhere) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4zero, Port: 2113} }
