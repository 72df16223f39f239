package embedded

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

func encoded(offset, first uint64, e ...eventstore.EventData) []byte {
	b := encodeRecord("participant-1", first, e)
	placeRecord(b, offset, offset, 77, 15978312001234567)
	return b
}

func TestRecordRoundTrip(t *testing.T) {
	b := encoded(4711, 3, event(1), event(2), eventstore.EventData{ID: [16]byte{9}, Type: "Empty"})
	r, err := parseRecord(b, 4711)
	require.NoError(t, err)
	require.Equal(t, "participant-1", string(r.stream))
	require.Equal(t, uint64(3), r.first)
	require.Equal(t, uint32(3), r.count)
	require.Equal(t, uint64(77), r.number)
	require.Equal(t, uint64(79), r.last())
	require.Equal(t, uint64(4711+len(b)), r.next())
	_, err = parseRecord(b, 4712)
	require.ErrorIs(t, err, errDamaged)
}

// What the parser accepts, with the checksum made right, is exactly what the encoder writes.
func FuzzParseRecord(f *testing.F) {
	f.Add(encoded(64, 0, event(1)))
	f.Add(encoded(64, 7, event(1), event(2)))
	f.Add(make([]byte, recordHeaderBytes))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= recordHeaderBytes {
			placeRecord(b, 64, 64, 9, 5)
		}
		r, err := parseRecord(b, 64)
		if err != nil {
			require.ErrorIs(t, err, errDamaged)
			return
		}
		var e []eventstore.EventData
		for d := range (&Store{}).recorded(r, string(r.stream), newInterner(), false) {
			e = append(e, d.EventData)
		}
		again := encodeRecord(string(r.stream), r.first, e)
		placeRecord(again, 64, 64, 9, 5)
		require.True(t, bytes.Equal(b, again))
	})
}
