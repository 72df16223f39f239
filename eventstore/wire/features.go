package wire

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc/peer"
)

// serverVersion is the version whose streams protocol is spoken here. Clients choose by it what to ask for, and stop
// working if it isn't three numbers.
const serverVersion = "24.10.6"

type featuresService struct {
	serverfeatures.UnimplementedServerFeaturesServer
	server *Server
}

// GetSupportedMethods tells the clients what they may use; names are in lower case, as the real server's.
func (*featuresService) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	const service = "event_store.client.streams.streams"
	answer := &serverfeatures.SupportedMethods{EventStoreServerVersion: serverVersion}
	for _, m := range []struct {
		name     string
		features []string
	}{
		{"read", []string{"position", "events"}},
		{"append", nil},
		{"batchappend", []string{"deadline_duration"}},
		{"delete", nil},
		{"tombstone", nil},
	} {
		answer.Methods = append(answer.Methods, &serverfeatures.SupportedMethod{MethodName: m.name, ServiceName: service, Features: m.features})
	}
	answer.Methods = append(answer.Methods, &serverfeatures.SupportedMethod{MethodName: "read", ServiceName: "event_store.client.gossip.gossip"})
	return answer, nil
}

type gossipService struct {
	gossip.UnimplementedGossipServer
	server *Server
}

// Read answers a cluster of one, whose leader is here.
func (g *gossipService) Read(ctx context.Context, _ *shared.Empty) (*gossip.ClusterInfo, error) {
	endpoint := g.server.config.Advertise
	if p, ok := peer.FromContext(ctx); ok && endpoint == "" && p.LocalAddr != nil {
		endpoint = p.LocalAddr.String()
	}
	host, port, err := splitEndpoint(endpoint)
	if err != nil {
		return nil, refuse(ctx, fmt.Errorf("own address: %w", err))
	}
	id := sha256.Sum256([]byte(g.server.config.StoreID))
	return &gossip.ClusterInfo{Members: []*gossip.MemberInfo{{
		InstanceId:   structured([16]byte(id[:16])),
		TimeStamp:    ticks(g.server.config.Now()),
		State:        gossip.MemberInfo_Leader,
		IsAlive:      true,
		HttpEndPoint: &gossip.EndPoint{Address: host, Port: port},
	}}}, nil
}

func splitEndpoint(endpoint string) (host string, port uint32, err error) {
	host, text, err := net.SplitHostPort(endpoint)
	if err != nil {
		return "", 0, err
	}
	number, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return "", 0, fmt.Errorf("port %q is no number up to 65535", text)
	}
	return host, uint32(number), nil
}

func structured(id [16]byte) *shared.UUID {
	return &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
		MostSignificantBits:  int64(binary.BigEndian.Uint64(id[:8])), //nolint:gosec // the same bits
		LeastSignificantBits: int64(binary.BigEndian.Uint64(id[8:])), //nolint:gosec // the same bits
	}}}
}
