package api

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"saldo/eventstore"
)

// DigestReport is the root of the log at a point: the RFC 6962 tree over its events in global order.
type DigestReport struct {
	Number uint64 `json:"no"`   // events in the tree
	Root   string `json:"root"` // hexadecimal SHA-256
}

// leafVersion opens every leaf, so that another layout can never be mistaken for this one.
const leafVersion = "saldo/leaf/v1"

// Digest computes the root over the first upTo events, or over all that were recorded by a time, or over all. What is printed
// today stays provable later: the tree is the one that signed checkpoints will be made of.
func (s *Service) Digest(ctx context.Context, upTo *uint64, at *time.Time) (DigestReport, error) {
	var t tree
	for r, err := range LedgerEvents(ctx, s.store, eventstore.Position{}) {
		if err != nil {
			return DigestReport{}, err
		}
		if upTo != nil && t.size == *upTo {
			break
		}
		if at != nil {
			e, err := recorded(r)
			if err != nil {
				return DigestReport{}, err
			}
			if e.Meta.RecordedAt.After(*at) {
				break // global order is the order of recording up to the clocks of nodes: the prefix ends here
			}
		}
		t.add(leafHash(r))
	}
	root := t.root()
	return DigestReport{Number: t.size, Root: hex.EncodeToString(root[:])}, nil
}

func leafHash(r eventstore.Recorded) tlog.Hash { return tlog.RecordHash(leaf(r)) }

// leaf is the bytes of an event in the tree: length-prefixed stream, revision, id, type, content type, data and metadata.
func leaf(r eventstore.Recorded) []byte {
	content := "application/octet-stream"
	if r.JSON {
		content = "application/json"
	}
	b := append([]byte{}, leafVersion...)
	part := func(p []byte) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(p)))
		b = append(b, p...)
	}
	part([]byte(r.Stream))
	b = binary.BigEndian.AppendUint64(b, r.Revision)
	b = append(b, r.ID[:]...)
	part([]byte(r.Type))
	part([]byte(content))
	part(r.Data)
	part(r.Metadata)
	return b
}

// tree keeps the roots of the full subtrees of an RFC 6962 tree, the largest first: one hash per set bit of size.
type tree struct {
	size  uint64
	peaks []tlog.Hash
}

func (t *tree) add(h tlog.Hash) {
	for n := t.size; n&1 == 1; n >>= 1 {
		last := len(t.peaks) - 1
		h = tlog.NodeHash(t.peaks[last], h)
		t.peaks = t.peaks[:last]
	}
	t.peaks = append(t.peaks, h)
	t.size++
}

// root of the tree; of an empty one the hash of nothing, as RFC 6962 says.
func (t *tree) root() tlog.Hash {
	if len(t.peaks) == 0 {
		h, err := tlog.TreeHash(0, nil)
		if err != nil {
			return tlog.Hash{}
		}
		return h
	}
	h := t.peaks[len(t.peaks)-1]
	for i := len(t.peaks) - 2; i >= 0; i-- {
		h = tlog.NodeHash(t.peaks[i], h)
	}
	return h
}
