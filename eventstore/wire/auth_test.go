package wire_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"saldo/eventstore/wire"
)

// TestWire84TextsAndTrailers: codes, texts and trailers are those of the real server's source, to the letter.
func TestWire84TextsAndTrailers(t *testing.T) {
	r := connect(t, serve(t, inMemory(t), wire.Options{AllowAppend: true, AllowDelete: true, MaxAppend: 1000}))
	r.event("s", 1)
	r.event("gone", 1)
	stream := func(name string) *shared.StreamIdentifier { return &shared.StreamIdentifier{StreamName: []byte(name)} }
	anyRevision := &streams.TombstoneReq_Options_Any{Any: &shared.Empty{}}
	_, err := r.Tombstone(t.Context(), &streams.TombstoneReq{Options: &streams.TombstoneReq_Options{StreamIdentifier: stream("gone"), ExpectedStreamRevision: anyRevision}})
	require.NoError(t, err)
	guarded := connect(t, serve(t, inMemory(t), wire.Options{Authenticate: wire.Static()}))
	remove := func(name string, revision uint64) (metadata.MD, error) {
		var trailers metadata.MD
		_, err := r.Delete(t.Context(), &streams.DeleteReq{Options: &streams.DeleteReq_Options{
			StreamIdentifier: stream(name), ExpectedStreamRevision: &streams.DeleteReq_Options_Revision{Revision: revision},
		}}, grpc.Trailer(&trailers))
		return trailers, err
	}
	untyped := proposal(textID(newUUID()), 1)
	untyped.Metadata = map[string]string{"content-type": "application/json"}
	for name, c := range map[string]struct {
		call     func() (metadata.MD, error)
		code     codes.Code
		text     string
		trailers map[string]string
	}{
		"delete at the wrong version": {
			func() (metadata.MD, error) { return remove("s", 7) }, codes.FailedPrecondition,
			"Delete failed due to WrongExpectedVersion. Stream: s, Expected version: 7, Actual version: 0",
			map[string]string{"exception": "wrong-expected-version", "stream-name": "s", "expected-version": "7", "actual-version": "0"},
		},
		"delete of what is gone": {
			func() (metadata.MD, error) { return remove("gone", 0) }, codes.FailedPrecondition, "Event stream 'gone' is deleted.",
			map[string]string{"exception": "stream-deleted", "stream-name": "gone"},
		},
		"append to what is gone": {
			func() (metadata.MD, error) {
				_, trailers, err := r.append(header("gone"), one(proposal(textID(newUUID()), 1)))
				return trailers, err
			},
			codes.FailedPrecondition, "Event stream 'gone' is deleted.",
			map[string]string{"exception": "stream-deleted", "stream-name": "gone"},
		},
		"too large": {
			func() (metadata.MD, error) {
				_, trailers, err := r.append(header("s"), one(proposal(textID(newUUID()), 2000)))
				return trailers, err
			},
			codes.InvalidArgument, "Maximum Append Size of 1000 Exceeded.",
			map[string]string{"exception": "maximum-append-size-exceeded", "maximum-append-size": "1000"},
		},
		"no type": {
			func() (metadata.MD, error) {
				_, trailers, err := r.append(header("s"), one(untyped))
				return trailers, err
			},
			codes.InvalidArgument, "Required Metadata Property 'type' is missing",
			map[string]string{"exception": "missing-required-metadata-property", "required-metadata-properties": "type,content-type"},
		},
		"anonymous": {
			func() (metadata.MD, error) { _, trailers, err := guarded.read(ofStream("s")); return trailers, err },
			codes.PermissionDenied, "Access Denied",
			map[string]string{"exception": "access-denied"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			trailers, err := c.call()
			require.Equal(t, c.code, status.Code(err), "%v", err)
			require.Equal(t, c.text, status.Convert(err).Message())
			for key, value := range c.trailers {
				require.Equal(t, []string{value}, trailers.Get(key), key)
			}
		})
	}
}

// TestCredentials: who may do what, with every form of credential and every kind of call. Loopback needs no TLS.
func TestCredentials(t *testing.T) {
	token := func(text string, a wire.Access) wire.StaticToken {
		return wire.StaticToken{SHA256: sha256.Sum256([]byte(text)), Access: a}
	}
	options := wire.Options{AllowAppend: true, AllowDelete: true, Authenticate: wire.Static(
		token("reading", wire.AccessRead), token("nodes", wire.AccessAppend), token("shut-out", wire.AccessNone),
	)}
	r := connect(t, serve(t, inMemory(t), options))
	broken := options
	broken.Authenticate = func(context.Context, wire.Credential) (wire.Access, error) {
		return wire.AccessAppend, errors.New("away")
	}
	away := connect(t, serve(t, inMemory(t), broken))
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	for name, c := range map[string]struct {
		who           raw
		headers       []string
		read, written codes.Code
	}{
		"none":            {r, nil, codes.PermissionDenied, codes.PermissionDenied},
		"bearer reader":   {r, []string{"Bearer reading"}, codes.OK, codes.PermissionDenied},
		"bearer node":     {r, []string{"bearer nodes"}, codes.OK, codes.OK},
		"bearer unknown":  {r, []string{"Bearer nobody"}, codes.Unauthenticated, codes.Unauthenticated},
		"bearer shut out": {r, []string{"Bearer shut-out"}, codes.Unauthenticated, codes.Unauthenticated},
		"bearer empty":    {r, []string{"Bearer"}, codes.Unauthenticated, codes.Unauthenticated},
		"basic reader":    {r, []string{basic("any:reading")}, codes.OK, codes.PermissionDenied},
		"basic node":      {r, []string{basic("any:nodes")}, codes.OK, codes.OK},
		"basic no colon":  {r, []string{basic("nodes")}, codes.Unauthenticated, codes.Unauthenticated},
		"basic no base64": {r, []string{"Basic any:nodes"}, codes.Unauthenticated, codes.Unauthenticated},
		"another scheme":  {r, []string{"Digest nodes"}, codes.Unauthenticated, codes.Unauthenticated},
		"two":             {r, []string{"Bearer nodes", "Bearer nodes"}, codes.Unauthenticated, codes.Unauthenticated},
		"can't tell":      {away, []string{"Bearer nodes"}, codes.Unavailable, codes.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := metadata.NewOutgoingContext(t.Context(), metadata.MD{"authorization": c.headers})
			reading, err := c.who.Read(ctx, &streams.ReadReq{Options: ofStream("none")})
			require.NoError(t, err)
			_, err = reading.Recv()
			require.Equal(t, c.read, status.Code(err), "read: %v", err)

			writing, err := c.who.Append(ctx)
			require.NoError(t, err)
			_ = writing.Send(header("s"))
			_, err = writing.CloseAndRecv()
			require.Equal(t, c.written, status.Code(err), "append: %v", err)

			batch, err := c.who.BatchAppend(ctx)
			require.NoError(t, err)
			_ = batch.Send(batchOf(textID(newUUID()), "b-"+newUUID().String(), true, 1))
			_, err = batch.Recv()
			require.Equal(t, c.written, status.Code(err), "batch: %v", err)

			_, err = c.who.Delete(ctx, &streams.DeleteReq{Options: &streams.DeleteReq_Options{
				StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte("x")}, ExpectedStreamRevision: &streams.DeleteReq_Options_Any{Any: &shared.Empty{}},
			}})
			require.Equal(t, c.written, status.Code(err), "delete: %v", err)
		})
	}
}
