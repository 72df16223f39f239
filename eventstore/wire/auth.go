package wire

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"log/slog"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Access is what a caller may do; more includes less.
type Access int

// The levels of access.
const (
	AccessNone   Access = iota // nothing but asking what the server is
	AccessRead                 // read and subscribe
	AccessAppend               // also append: a node of the ledger
)

// Credential is what a caller showed: a bearer token (User is empty), or a name and a secret in basic authentication.
// The Go client has basic only; there the token is the password, and what name stands before it is for the logs.
type Credential struct {
	User, Secret string
}

// Authenticate returns AccessNone for a credential that it doesn't know, and an error when it can't tell. It is called
// for every call of the protocol except those of discovery, and it must not keep the secret.
type Authenticate func(ctx context.Context, c Credential) (Access, error)

// StaticToken is one row of Static: what the token with this SHA-256 may do. Tokens are long and random, so that a fast
// hash is enough and no list of them lies about in clear.
type StaticToken struct {
	SHA256 [sha256.Size]byte
	Access Access
}

// Static knows a fixed list of tokens, whatever name comes with them.
func Static(tokens ...StaticToken) Authenticate {
	return func(_ context.Context, c Credential) (Access, error) {
		sum, access := sha256.Sum256([]byte(c.Secret)), AccessNone
		for _, t := range tokens { // all of them, so that the time tells nothing
			if subtle.ConstantTimeCompare(sum[:], t.SHA256[:]) == 1 {
				access = t.Access
			}
		}
		return access, nil
	}
}

// open are the services that clients ask before they log in.
func open(method string) bool {
	return strings.HasPrefix(method, "/event_store.client.server_features.") ||
		strings.HasPrefix(method, "/event_store.client.gossip.")
}

// need is the access that a method of the streams service asks for.
func need(method string) Access {
	if strings.HasSuffix(method, "/Read") {
		return AccessRead
	}
	return AccessAppend
}

func (s *Server) guardUnary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	defer s.counters.enter()()
	if err := s.admit(ctx, info.FullMethod); err != nil {
		return nil, refuse(ctx, err)
	}
	return handle(ctx, request)
}

func (s *Server) guardStream(service any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	defer s.counters.enter()()
	changed := s.rechecks.channel() // before the first answer, so that no change is missed
	if err := s.admit(stream.Context(), info.FullMethod); err != nil {
		return refuse(stream.Context(), err)
	}
	if s.config.Authenticate == nil || !lasting(info.FullMethod) {
		return handle(service, stream)
	}
	ctx, end := context.WithCancelCause(stream.Context())
	defer end(nil)
	go s.watch(ctx, info.FullMethod, changed, end)
	return handle(service, &watchedStream{ServerStream: stream, ctx: ctx})
}

// admit says who may come in. Whether what he then asks for is possible at all, the services say.
func (s *Server) admit(ctx context.Context, method string) error {
	if open(method) {
		return nil
	}
	if need(method) == AccessAppend && !s.config.AllowAppend {
		return errDenied
	}
	if s.config.Authenticate == nil {
		return nil
	}
	credential, err := credentialOf(ctx)
	if err != nil {
		return err
	}
	access, err := s.config.Authenticate(ctx, credential)
	if err != nil {
		if !errors.Is(err, errBusy) && ctx.Err() == nil { // strangers must not be able to fill the log
			s.config.Log.ErrorContext(ctx, "wire: a credential could not be checked", slog.Any("error", err))
		}
		return status.Error(codes.Unavailable, "credentials cannot be checked now")
	}
	switch {
	case access == AccessNone:
		return errUnauthenticated
	case access < need(method):
		return errDenied
	}
	return nil
}

var (
	errDenied          = errors.New("wire: access denied")
	errUnauthenticated = errors.New("wire: unknown credentials")
)

// credentialOf reads what a caller shows. Who shows nothing is anonymous and denied, who shows what isn't known is
// unauthenticated: so the real server tells the two apart.
func credentialOf(ctx context.Context) (Credential, error) {
	values := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(values) == 0 {
		return Credential{}, errDenied
	}
	if len(values) != 1 {
		return Credential{}, errUnauthenticated
	}
	scheme, text, _ := strings.Cut(values[0], " ")
	switch strings.ToLower(scheme) {
	case "bearer":
		return Credential{Secret: strings.TrimSpace(text)}, nil
	case "basic":
		decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil {
			return Credential{}, errUnauthenticated
		}
		user, secret, found := strings.Cut(string(decoded), ":")
		if !found {
			return Credential{}, errUnauthenticated
		}
		return Credential{User: user, Secret: secret}, nil
	}
	return Credential{}, errUnauthenticated
}
