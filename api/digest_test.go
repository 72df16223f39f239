package api_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"saldo/domain"
	"saldo/eventstore"
)

// naiveRoot is RFC 6962 section 2.1 word by word: split at the largest power of two below the size.
func naiveRoot(leaves [][]byte) [32]byte {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, leaves[0]...))
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	left, right := naiveRoot(leaves[:k]), naiveRoot(leaves[k:])
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

// naiveLeaf is what DESIGN section 9 says stands in the tree.
func naiveLeaf(r eventstore.Recorded) []byte {
	var b bytes.Buffer
	b.WriteString("saldo/leaf/v1")
	number := func(n uint64) {
		var raw [8]byte
		binary.BigEndian.PutUint64(raw[:], n)
		b.Write(raw[:])
	}
	text := func(s []byte) {
		number(uint64(len(s)))
		b.Write(s)
	}
	text([]byte(r.Stream))
	number(r.Revision)
	b.Write(r.ID[:])
	text([]byte(r.Type))
	content := "application/octet-stream"
	if r.JSON {
		content = "application/json"
	}
	text([]byte(content))
	text(r.Data)
	text(r.Metadata)
	return b.Bytes()
}

func leaves(tb testing.TB, store eventstore.Store) ([][]byte, []eventstore.Recorded) {
	tb.Helper()
	var out [][]byte
	var events []eventstore.Recorded
	for r, err := range store.ReadAll(context.Background(), eventstore.Position{}, eventstore.ReadAllOptions{}) {
		require.NoError(tb, err)
		out, events = append(out, naiveLeaf(r)), append(events, r)
	}
	return out, events
}

func hexOf(h [32]byte) string { return hex.EncodeToString(h[:]) }

func TestDigestIsTheTreeOfRFC6962(t *testing.T) {
	store := memoryStore(t)
	empty, err := open(t, store, newClock()).Digest(context.Background(), nil, nil)
	require.NoError(t, err)
	require.Equal(t, hexOf(naiveRoot(nil)), empty.Root)
	s, c, _ := small(t, store, 3)
	all, events := leaves(t, store)
	for n := range uint64(len(all) + 1) {
		d, partErr := s.Digest(context.Background(), &n, nil)
		require.NoError(t, partErr)
		require.Equal(t, n, d.Number)
		require.Equal(t, hexOf(naiveRoot(all[:n])), d.Root, "over %d events", n)
	}
	whole, err := s.Digest(context.Background(), nil, nil)
	require.NoError(t, err)
	require.Equal(t, sound(t, s).Root, whole.Root, "Check prints the same root")
	early := begin()
	d, err := s.Digest(context.Background(), nil, &early)
	require.NoError(t, err)
	require.Zero(t, d.Number)
	late := c.Now().Add(time.Hour)
	d, err = s.Digest(context.Background(), nil, &late)
	require.NoError(t, err)
	require.Equal(t, whole, d)
	require.Len(t, events, int(whole.Number))
}

func TestDigestIsTheSameInEveryStore(t *testing.T) {
	first := memoryStore(t)
	s, c, w := small(t, first, 3)
	execute(t, s, c, []domain.Command{purchase("p-1", c.Now(), buyer(w, 1), "INV-1")})
	second := embeddedStore(t, t.TempDir())
	_, events := leaves(t, first)
	for _, r := range events {
		at := eventstore.NoStream()
		if r.Revision > 0 {
			at = eventstore.At(r.Revision - 1)
		}
		_, err := second.Append(context.Background(), r.Stream, at, r.EventData)
		require.NoError(t, err)
	}
	a, err := s.Digest(context.Background(), nil, nil)
	require.NoError(t, err)
	b, err := open(t, second, c).Digest(context.Background(), nil, nil)
	require.NoError(t, err)
	require.Equal(t, a, b)
}

// TestDigestChangesWithEveryByte flips a byte anywhere, moves one over a border between two fields, or swaps two events.
func TestDigestChangesWithEveryByte(t *testing.T) {
	store := memoryStore(t)
	s, _, _ := small(t, store, 2)
	_, events := leaves(t, store)
	whole, err := s.Digest(context.Background(), nil, nil)
	require.NoError(t, err)
	root := func(t *rapid.T, change func([]eventstore.Recorded)) string {
		copied := make([]eventstore.Recorded, len(events))
		for i, e := range events {
			e.Data, e.Metadata = bytes.Clone(e.Data), bytes.Clone(e.Metadata)
			copied[i] = e
		}
		change(copied)
		var all [][]byte
		for _, e := range copied {
			all = append(all, naiveLeaf(e))
		}
		return hexOf(naiveRoot(all))
	}
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(events)-1).Draw(t, "event")
		changed := root(t, func(all []eventstore.Recorded) {
			e := &all[i]
			switch rapid.IntRange(0, 6).Draw(t, "what") {
			case 0:
				e.Data[rapid.IntRange(0, len(e.Data)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
			case 1:
				e.Metadata[rapid.IntRange(0, len(e.Metadata)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
			case 2:
				e.ID[rapid.IntRange(0, 15).Draw(t, "byte")]++
			case 3:
				e.Revision++
			case 4: // the border between two fields
				e.Data, e.Metadata = append(e.Data, e.Metadata[0]), e.Metadata[1:]
			case 5:
				e.JSON = !e.JSON
			case 6:
				j := (i + 1) % len(all)
				all[i], all[j] = all[j], all[i]
			}
		})
		if changed == whole.Root {
			t.Fatal("the root stayed the same")
		}
	})
}
