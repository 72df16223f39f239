package wire_test

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"saldo/eventstore"
	"saldo/eventstore/wire"
)

func user(t *testing.T, name, role, password string) wire.User {
	t.Helper()
	u, err := wire.NewUser(name, role, password)
	require.NoError(t, err)
	return u
}

// TestUsers: lines come back as they were written, and each user is what the file says.
func TestUsers(t *testing.T) {
	t.Parallel()
	reader, node := user(t, "support", wire.RoleReader, "read:only, please"), user(t, "node-1", wire.RoleNode, "append it all")
	robot, token, err := wire.NewTokenUser("robot", wire.RoleReader)
	require.NoError(t, err)
	lines := "# who may come in\n\n" + reader.String() + "\n  " + node.String() + "\r\n" + robot.String()
	require.NotContains(t, lines, "read:only")
	require.NotContains(t, lines, token)
	users, err := wire.ParseUsers(strings.NewReader(lines))
	require.NoError(t, err)
	require.Equal(t, []wire.User{reader, node, robot}, users)
	require.True(t, users[2].IsToken())

	known := wire.NewUsers(users)
	for _, c := range []struct {
		shown wire.Credential
		want  wire.Access
	}{
		{wire.Credential{User: "support", Secret: "read:only, please"}, wire.AccessRead},
		{wire.Credential{User: "node-1", Secret: "append it all"}, wire.AccessAppend},
		{wire.Credential{User: "robot", Secret: token}, wire.AccessRead},
		{wire.Credential{User: "anything", Secret: token}, wire.AccessRead},
		{wire.Credential{Secret: token}, wire.AccessRead},
		{wire.Credential{Secret: "append it all"}, wire.AccessNone},
		{wire.Credential{User: "support", Secret: "append it all"}, wire.AccessNone},
		{wire.Credential{User: "suppor", Secret: "tread:only, please"}, wire.AccessNone},
		{wire.Credential{User: "node-1"}, wire.AccessNone},
		{wire.Credential{}, wire.AccessNone},
		{wire.Credential{User: "node-1", Secret: strings.Repeat("x", 1<<16)}, wire.AccessNone},
	} {
		for range 2 { // found, and remembered
			got, checkErr := known.Authenticate(t.Context(), c.shown)
			require.NoError(t, checkErr)
			require.Equal(t, c.want, got, "%q", c.shown.User)
		}
	}
	known.Replace(users[1:])
	access, err := known.Authenticate(t.Context(), wire.Credential{User: "support", Secret: "read:only, please"})
	require.NoError(t, err)
	require.Equal(t, wire.AccessNone, access, "who was taken off the list is remembered no longer")
}

func TestUsersRefused(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"", "reader", "long enough"},
		{"two words", "reader", "long enough"},
		{"a:b", "reader", "long enough"},
		{strings.Repeat("a", 65), "reader", "long enough"},
		{"a", "admin", "long enough"},
		{"a", "node", "short"},
		{"a", "node", "a\nline and more"},
		{"a", "node", strings.Repeat("p", 300)},
	} {
		_, err := wire.NewUser(c[0], c[1], c[2])
		require.ErrorIs(t, err, eventstore.ErrInvalid, "%q", c)
		require.NotContains(t, err.Error(), c[2])
	}
	good := user(t, "a", wire.RoleNode, "long enough").String()
	for name, line := range map[string]string{
		"twice":          good + "\n" + good,
		"a word missing": "a reader",
		"in clear":       "a reader password",
		"another cost":   strings.Replace(good, "t=2", "t=1", 1),
		"cut":            good[:len(good)-2],
		"empty token":    "a reader $sha256$",
	} {
		_, err := wire.ParseUsers(strings.NewReader(line))
		require.ErrorIs(t, err, eventstore.ErrInvalid, name)
		require.ErrorContains(t, err, "line ")
		require.NotContains(t, err.Error(), "argon2", name)
	}
}

// TestUsersTakeAsLongForNobody: the fastest of a few tries each, since others use the processors too.
func TestUsersTakeAsLongForNobody(t *testing.T) {
	known := wire.NewUsers([]wire.User{user(t, "a", wire.RoleReader, "the right one")})
	fastest := func(c wire.Credential) time.Duration {
		var took []time.Duration
		for range 8 {
			begun := now()
			_, err := known.Authenticate(t.Context(), c)
			require.NoError(t, err)
			took = append(took, now().Sub(begun))
		}
		return slices.Min(took)
	}
	wrong, nobody := fastest(wire.Credential{User: "a", Secret: "the wrong one"}), fastest(wire.Credential{User: "b", Secret: "the wrong one"})
	require.Less(t, wrong, 2*nobody)
	require.Less(t, nobody, 2*wrong)
	right := fastest(wire.Credential{User: "a", Secret: "the right one"})
	require.Less(t, right, nobody/10, "what was right is remembered")
	t.Logf("wrong password %s, nobody %s, right again %s", wrong, nobody, right)
}

// TestUsersUnderAFlood: guesses are bounded, and who was let in before goes on.
func TestUsersUnderAFlood(t *testing.T) {
	t.Parallel()
	known := wire.NewUsers([]wire.User{user(t, "a", wire.RoleReader, "the right one")})
	right := wire.Credential{User: "a", Secret: "the right one"}
	_, err := known.Authenticate(t.Context(), right)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	var guesses sync.WaitGroup
	refused := make(chan error, 1)
	for range 200 {
		guesses.Go(func() {
			if _, refusal := known.Authenticate(ctx, wire.Credential{User: "a", Secret: "a guess"}); refusal != nil {
				select {
				case refused <- refusal:
				default:
				}
			}
		})
	}
	require.ErrorContains(t, <-refused, "too many")
	begun := now()
	access, err := known.Authenticate(t.Context(), right)
	require.NoError(t, err)
	require.Equal(t, wire.AccessRead, access)
	require.Less(t, now().Sub(begun), time.Second)
	stop()
	guesses.Wait()
}

// TestRecheck: who is taken off the list loses what he has open, with the answer that a new call would get; others don't
// notice, however many ask at once.
func TestRecheck(t *testing.T) {
	t.Parallel()
	reader, node := user(t, "support", wire.RoleReader, "read it all"), user(t, "node-1", wire.RoleNode, "append it all")
	users := wire.NewUsers([]wire.User{reader, node})
	s := serve(t, inMemory(t), wire.Options{AllowAppend: true, Authenticate: users.Authenticate})
	r := connect(t, s)
	as := func(credential string) context.Context {
		return metadata.AppendToOutgoingContext(t.Context(), "authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(credential)))
	}
	var readers []streams.Streams_ReadClient
	for i := range 100 { // more than may wait for a hash
		who := "node-1:append it all"
		if i == 0 {
			who = "support:read it all"
		}
		call, err := r.subscribe(as(who), "s")
		require.NoError(t, err)
		_, err = call.Recv() // caught up
		require.NoError(t, err)
		readers = append(readers, call)
	}
	batch, err := r.BatchAppend(as("node-1:append it all"))
	require.NoError(t, err)
	write := func(stream string) {
		t.Helper()
		require.NoError(t, batch.Send(batchOf(textID(newUUID()), stream, true, 1)))
		answer, recvErr := batch.Recv()
		require.NoError(t, recvErr)
		require.NotNil(t, answer.GetSuccess())
	}
	write("a")
	users.Replace([]wire.User{node})
	s.Recheck()
	_, err = readers[0].Recv()
	require.Equal(t, codes.Unauthenticated, status.Code(err), "%v", err)
	write("s") // a node, still
	for _, call := range readers[1:] {
		m, recvErr := call.Recv()
		require.NoError(t, recvErr)
		require.NotNil(t, m.GetEvent())
	}
	node.Role = wire.RoleReader
	users.Replace([]wire.User{node})
	s.Recheck()
	_, err = batch.Recv()
	require.Equal(t, codes.PermissionDenied, status.Code(err), "%v", err)
}
