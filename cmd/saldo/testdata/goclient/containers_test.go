// Package esdb_test: this file stands in for the one of EventStoreDB's Go client that starts docker containers. The
// client's other test files are run as they are, against the servers that the environment names; see ../../goclient_test.go.
package esdb_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// Container is a server that somebody else started and stops.
type Container struct {
	Endpoint string // host:port
}

// Close leaves it running.
func (*Container) Close() {}

type names struct{ n atomic.Int64 }

func (g *names) Generate() string { return fmt.Sprintf("stream-%d-%s", g.n.Add(1), uuid.NewString()) }

// NAME_GENERATOR is what the tests call it.
var NAME_GENERATOR = &names{}

func GetEnvOrDefault(key, otherwise string) string {
	if value, exists := os.LookupEnv(key); exists {
		return value
	}
	return otherwise
}

func IsESDBVersion20() bool { return false }

func CreateClient(connection string, t *testing.T) *esdb.Client {
	t.Helper()
	config, err := esdb.ParseConnectionString(connection)
	if err != nil {
		t.Fatal(err)
	}
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func GetClient(t *testing.T, container *Container) *esdb.Client {
	t.Helper()
	if GetEnvOrDefault("EVENTSTORE_INSECURE", "true") == "true" {
		return CreateClient(fmt.Sprintf("esdb://%s?tls=false", container.Endpoint), t)
	}
	return CreateClient(fmt.Sprintf("esdb://admin:changeit@%s?tlsverifycert=false&tls=true", container.Endpoint), t)
}

func CreateEmptyDatabase(t *testing.T) (*Container, *esdb.Client) {
	t.Helper()
	container := &Container{Endpoint: os.Getenv("SALDO_EMPTY")}
	return container, GetClient(t, container)
}

// CreatePopulatedDatabase has of the real one's data what the protocol can write: a stream of 6,000 events.
func CreatePopulatedDatabase(t *testing.T) (*Container, *esdb.Client) {
	t.Helper()
	container := &Container{Endpoint: os.Getenv("SALDO_POPULATED")}
	client := GetClient(t, container)
	events := make([]esdb.EventData, 6_000)
	for i := range events {
		events[i] = esdb.EventData{EventID: uuid.New(), EventType: fmt.Sprintf("eventType-%d", i), ContentType: esdb.ContentTypeJson, Data: []byte("{}")}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := client.AppendToStream(ctx, "dataset20M-0", esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, events...)
	if problem, ok := esdb.FromError(err); !ok && problem.Code() != esdb.ErrorCodeWrongExpectedVersion { // it is there already
		t.Fatal(err)
	}
	return container, client
}

// WaitForAdminToBeAvailable has nothing to wait for: users are there before the server is.
func WaitForAdminToBeAvailable(*testing.T, *esdb.Client) {}
