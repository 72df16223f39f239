package wire

import (
	"encoding/json"
	"math"
	"time"

	"saldo/eventstore"
)

// streamMetadata is what of a stream's metadata hides events. The rest is kept as bytes and has no effect here.
type streamMetadata struct {
	maxCount       uint64 // 0 for no limit
	maxAge         time.Duration
	truncateBefore uint64
}

func parseMetadata(data []byte) (streamMetadata, error) {
	var fields struct {
		MaxCount       *int64   `json:"$maxCount"`
		MaxAge         *float64 `json:"$maxAge"`
		TruncateBefore *int64   `json:"$tb"`
	}
	if len(data) > 0 {
		if err := json.Unmarshal(data, &fields); err != nil {
			return streamMetadata{}, &malformedError{"stream metadata is no JSON of its kind: " + err.Error()}
		}
	}
	var m streamMetadata
	if n := fields.MaxCount; n != nil && *n > 0 {
		m.maxCount = uint64(*n)
	}
	if n := fields.MaxAge; n != nil && *n > 0 && *n < math.MaxInt64/float64(time.Second) {
		m.maxAge = time.Duration(*n * float64(time.Second))
	}
	if n := fields.TruncateBefore; n != nil && *n > 0 {
		m.truncateBefore = uint64(*n)
	}
	return m, nil
}

// encode writes what parseMetadata reads; what else stood there is lost, as when the real server deletes a stream.
func (m streamMetadata) encode() []byte {
	fields := map[string]int64{}
	if m.maxCount > 0 {
		fields["$maxCount"] = int64(m.maxCount) //nolint:gosec // came from one
	}
	if m.maxAge > 0 {
		fields["$maxAge"] = int64(m.maxAge / time.Second)
	}
	if m.truncateBefore > 0 {
		fields["$tb"] = int64(m.truncateBefore) //nolint:gosec // at most the tombstone's revision
	}
	data, err := json.Marshal(fields)
	if err != nil { // a map of numbers
		return []byte("{}")
	}
	return data
}

func (m streamMetadata) softDeleted() bool { return m.truncateBefore == tombstone }

// first is the first revision that can be seen of a stream that stands at current.
func (m streamMetadata) first(current eventstore.Expected) uint64 {
	first := m.truncateBefore
	if m.maxCount > 0 && current.Next() > m.maxCount {
		first = max(first, current.Next()-m.maxCount)
	}
	return first
}

func (m streamMetadata) tooOld(stored, now time.Time) bool {
	return m.maxAge > 0 && now.Sub(stored) > m.maxAge
}
