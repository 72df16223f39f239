package wire

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"

	"saldo/eventstore"
)

// The properties that every event carries in the protocol.
const (
	keyType        = "type"
	keyContentType = "content-type"
	keyCreated     = "created"

	contentJSON   = "application/json"
	contentBinary = "application/octet-stream"
)

type expectationKind int

const (
	expectAny expectationKind = iota
	expectExists
	expectExactly
)

// expectation is what the protocol lets a writer say about a stream; the contract knows the last kind only.
type expectation struct {
	kind    expectationKind
	exactly eventstore.Expected
}

// number is the expectation in the protocol's texts and trailers.
func (e expectation) number() int64 {
	switch e.kind {
	case expectAny:
		return -2
	case expectExists:
		return -4
	case expectExactly:
	}
	return versionOf(e.exactly)
}

func atRevision(revision uint64) (expectation, error) {
	if revision >= math.MaxInt64 {
		return expectation{}, &malformedError{"the expected revision is out of range"}
	}
	return expectation{kind: expectExactly, exactly: eventstore.At(revision)}, nil
}

// expecting is what the messages of Append, Delete and Tombstone have in common.
type expecting interface {
	GetRevision() uint64
	GetNoStream() *shared.Empty
	GetAny() *shared.Empty
	GetStreamExists() *shared.Empty
}

func expectationOf(o expecting, isRevision bool) (expectation, error) {
	switch {
	case isRevision:
		return atRevision(o.GetRevision())
	case o.GetNoStream() != nil:
		return expectation{kind: expectExactly, exactly: eventstore.NoStream()}, nil
	case o.GetAny() != nil:
		return expectation{kind: expectAny}, nil
	case o.GetStreamExists() != nil:
		return expectation{kind: expectExists}, nil
	}
	return expectation{}, &malformedError{"expected_stream_revision is missing"}
}

func idOf(u *shared.UUID) ([16]byte, error) {
	switch v := u.GetValue().(type) {
	case *shared.UUID_Structured_:
		var id [16]byte
		binary.BigEndian.PutUint64(id[:8], uint64(v.Structured.GetMostSignificantBits()))  //nolint:gosec // the same bits
		binary.BigEndian.PutUint64(id[8:], uint64(v.Structured.GetLeastSignificantBits())) //nolint:gosec // the same bits
		return id, nil
	case *shared.UUID_String_:
		id, err := uuid.Parse(v.String_)
		if err != nil {
			return id, &malformedError{"an id is no UUID: " + err.Error()}
		}
		return id, nil
	}
	return [16]byte{}, &malformedError{"an id is missing"}
}

// proposed is what the messages of Append and BatchAppend have in common.
type proposed interface {
	GetId() *shared.UUID
	GetMetadata() map[string]string
	GetCustomMetadata() []byte
	GetData() []byte
}

func eventOf(p proposed) (eventstore.EventData, error) {
	id, err := idOf(p.GetId())
	if err != nil {
		return eventstore.EventData{}, err
	}
	kind, ok := p.GetMetadata()[keyType]
	if !ok {
		return eventstore.EventData{}, &missingMetadataError{keyType}
	}
	content, ok := p.GetMetadata()[keyContentType]
	if !ok {
		return eventstore.EventData{}, &missingMetadataError{keyContentType}
	}
	return eventstore.EventData{ID: id, Type: kind, JSON: content == contentJSON, Data: p.GetData(), Metadata: p.GetCustomMetadata()}, nil
}

// message is the event in the form that the caller asked for.
func message(e entry, textIDs bool) *streams.ReadResp {
	content := contentBinary
	if e.JSON {
		content = contentJSON
	}
	id := structured(e.ID)
	if textIDs {
		id = &shared.UUID{Value: &shared.UUID_String_{String_: uuid.UUID(e.ID).String()}}
	}
	return &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
		Event: &streams.ReadResp_ReadEvent_RecordedEvent{
			Id:               id,
			StreamIdentifier: identifier(e.Stream),
			StreamRevision:   e.Revision,
			PreparePosition:  e.at.prepare,
			CommitPosition:   e.at.commit,
			Metadata:         map[string]string{keyType: e.Type, keyContentType: content, keyCreated: strconv.FormatInt(ticks(e.Stored), 10)},
			CustomMetadata:   e.Metadata,
			Data:             e.Data,
		},
		Position: &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: e.at.commit},
	}}}
}

func identifier(stream string) *shared.StreamIdentifier {
	return &shared.StreamIdentifier{StreamName: []byte(stream)}
}
