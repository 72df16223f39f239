package esdb

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"saldo/eventstore"
)

// The stream that names a store; a server of package wire answers it without having it. It is hidden from readers.
const (
	identityStream = "saldo-store"
	identityType   = "StoreIdentified"
)

// identity is the JSON of its one event.
type identity struct {
	StoreID         string `json:"store_id"`
	Incarnation     string `json:"incarnation,omitempty"`
	ComparesContent bool   `json:"compares_content,omitempty"` // the server does, so that we need not
}

// identify asks a server which store it is, and names one that has no name yet. Of several that do so at once one wins.
func identify(ctx context.Context, client *esdb.Client, newID func() string) (identity, error) {
	found, err := readIdentity(ctx, client)
	if kindOf(err) != kindNotFound {
		return found, err
	}
	named := identity{StoreID: newID()}
	if !eventstore.ValidStoreID(named.StoreID) {
		return identity{}, fmt.Errorf("%w: NewID made %q, which is no store id", eventstore.ErrInvalid, named.StoreID)
	}
	data, err := json.Marshal(named)
	if err != nil {
		return identity{}, err
	}
	sum := sha256.Sum256(data)
	_, err = client.AppendToStream(ctx, identityStream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, esdb.EventData{
		EventID: uuid.UUID(sum[:16]), EventType: identityType, ContentType: esdb.ContentTypeJson, Data: data,
	})
	if err != nil && kindOf(err) != kindWrongVersion {
		return identity{}, fmt.Errorf("name the store: %w", err)
	}
	return readIdentity(ctx, client)
}

func readIdentity(ctx context.Context, client *esdb.Client) (identity, error) {
	events, err := client.ReadStream(ctx, identityStream, esdb.ReadStreamOptions{}, 1)
	if err != nil {
		return identity{}, err
	}
	defer events.Close()
	e, err := events.Recv()
	if errors.Is(err, io.EOF) {
		return identity{}, fmt.Errorf("%w: stream %s is there and has no event", eventstore.ErrCorrupt, identityStream)
	}
	if err != nil {
		return identity{}, err
	}
	var found identity
	if err := json.Unmarshal(e.OriginalEvent().Data, &found); err != nil || !eventstore.ValidStoreID(found.StoreID) {
		return identity{}, fmt.Errorf("%w: stream %s doesn't name a store: %q", eventstore.ErrCorrupt, identityStream, e.OriginalEvent().Data)
	}
	return found, nil
}
