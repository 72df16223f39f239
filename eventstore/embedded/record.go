package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"time"

	"saldo/eventstore"
)

// A record is one append: a header, the stream's name, the events. FORMAT.md has the table.
const (
	recordHeaderBytes = 48
	eventHeaderBytes  = 27
	maxRecordBytes    = 64 << 20 // nothing longer is ever written, so a longer length is damage
	flagJSON          = 1
	stampUnit         = 100 * time.Nanosecond

	atCRC, atLength, atOffset, atNumber, atStored, atBack, atFirst, atCount, atStreamLength, atReserved = 0, 4, 8, 16, 24, 32, 36, 40, 44, 46
)

// errDamaged is any difference between what was read and a record; the text says which.
var errDamaged = errors.New("damaged record")

// record is a view of a checked record; the slices belong to whoever gave the bytes.
type record struct {
	offset, group uint64
	number        uint64 // of its first event in the log, from 1
	first         uint64 // revision of its first event in the stream
	stored        int64  // in units of 100 ns since 1970
	count         uint32
	stream        []byte
	raw, events   []byte
}

// next is the logical offset behind the record.
func (r record) next() uint64 { return r.offset + uint64(len(r.raw)) }

// last is the number of its last event.
func (r record) last() uint64 { return r.number + uint64(r.count) - 1 }

// encodeRecord does all that can be done before the place of the record is known.
func encodeRecord(stream string, first uint64, events []eventstore.EventData) []byte {
	return appendRecord(nil, stream, first, events)
}

// appendRecord is encodeRecord into a buffer, which must be empty, if that is large enough.
func appendRecord(b []byte, stream string, first uint64, events []eventstore.EventData) []byte {
	size := recordHeaderBytes + len(stream) + len(events)*eventHeaderBytes
	for i := range events {
		size += len(events[i].Type) + len(events[i].Data) + len(events[i].Metadata)
	}
	b = slices.Grow(b, size)[:recordHeaderBytes]
	clear(b)
	binary.LittleEndian.PutUint32(b[atLength:], u32(size))
	binary.LittleEndian.PutUint32(b[atFirst:], uint32(first)) //nolint:gosec // decide refuses what is above maxRevision
	binary.LittleEndian.PutUint32(b[atCount:], u32(len(events)))
	binary.LittleEndian.PutUint16(b[atStreamLength:], u16(len(stream)))
	b = append(b, stream...)
	for i := range events {
		e := &events[i]
		b = append(b, e.ID[:]...)
		flags := byte(0)
		if e.JSON {
			flags = flagJSON
		}
		b = append(b, flags)
		b = binary.LittleEndian.AppendUint16(b, u16(len(e.Type)))
		b = binary.LittleEndian.AppendUint32(b, u32(len(e.Data)))
		b = binary.LittleEndian.AppendUint32(b, u32(len(e.Metadata)))
		b = append(b, e.Type...)
		b = append(b, e.Data...)
		b = append(b, e.Metadata...)
	}
	return b
}

// placeRecord completes an encoded record for its place in the log.
func placeRecord(b []byte, offset, group, number uint64, stored int64) {
	binary.LittleEndian.PutUint64(b[atOffset:], offset)
	binary.LittleEndian.PutUint64(b[atNumber:], number)
	binary.LittleEndian.PutUint32(b[atBack:], uint32(offset-group)) //nolint:gosec // bounded by maxGroupBytes
	binary.LittleEndian.PutUint64(b[atStored:], uint64(stored))     //nolint:gosec // the bits, not the value
	binary.LittleEndian.PutUint32(b[atCRC:], checksum(b[atLength:]))
}

// recordLength returns how many bytes the record at the beginning of b has, by its first recordHeaderBytes.
func recordLength(b []byte, offset uint64) (int, error) {
	length := binary.LittleEndian.Uint32(b[atLength:])
	if length <= recordHeaderBytes || length > maxRecordBytes {
		return 0, fmt.Errorf("%w: length %d", errDamaged, length)
	}
	if at := binary.LittleEndian.Uint64(b[atOffset:]); at != offset {
		return 0, fmt.Errorf("%w: written for offset %d", errDamaged, at)
	}
	return int(length), nil
}

// parseRecord checks the record that b begins with and must consist of. It accepts exactly what encodeRecord and
// placeRecord write.
func parseRecord(b []byte, offset uint64) (record, error) {
	if len(b) < recordHeaderBytes {
		return record{}, fmt.Errorf("%w: %d bytes", errDamaged, len(b))
	}
	length, err := recordLength(b, offset)
	if err != nil {
		return record{}, err
	}
	if length != len(b) {
		return record{}, fmt.Errorf("%w: length %d of %d bytes", errDamaged, length, len(b))
	}
	if checksum(b[atLength:]) != binary.LittleEndian.Uint32(b[atCRC:]) {
		return record{}, fmt.Errorf("%w: checksum", errDamaged)
	}
	r := record{
		offset: offset,
		group:  offset - uint64(binary.LittleEndian.Uint32(b[atBack:])),
		number: binary.LittleEndian.Uint64(b[atNumber:]),
		first:  uint64(binary.LittleEndian.Uint32(b[atFirst:])),
		stored: int64(binary.LittleEndian.Uint64(b[atStored:])), //nolint:gosec // the bits, not the value
		count:  binary.LittleEndian.Uint32(b[atCount:]),
		raw:    b,
	}
	streamLength := int(binary.LittleEndian.Uint16(b[atStreamLength:]))
	if r.group > offset || r.number == 0 || r.count == 0 || streamLength == 0 || streamLength > length-recordHeaderBytes ||
		binary.LittleEndian.Uint16(b[atReserved:]) != 0 {
		return record{}, fmt.Errorf("%w: header", errDamaged)
	}
	r.stream, r.events = b[recordHeaderBytes:recordHeaderBytes+streamLength], b[recordHeaderBytes+streamLength:]
	rest := r.events
	for range r.count {
		if _, rest, err = cutEvent(rest); err != nil {
			return record{}, err
		}
	}
	if len(rest) > 0 {
		return record{}, fmt.Errorf("%w: %d bytes behind the events", errDamaged, len(rest))
	}
	return r, nil
}

// rawEvent is a view of an encoded event.
type rawEvent struct {
	id             [16]byte
	json           bool
	name           []byte
	data, metadata []byte
}

func cutEvent(b []byte) (rawEvent, []byte, error) {
	if len(b) < eventHeaderBytes || b[16]&^flagJSON != 0 {
		return rawEvent{}, nil, fmt.Errorf("%w: event header", errDamaged)
	}
	e := rawEvent{id: [16]byte(b), json: b[16] == flagJSON}
	name := uint64(binary.LittleEndian.Uint16(b[17:]))
	data := uint64(binary.LittleEndian.Uint32(b[19:]))
	metadata := uint64(binary.LittleEndian.Uint32(b[23:]))
	b = b[eventHeaderBytes:]
	if name+data+metadata > uint64(len(b)) {
		return rawEvent{}, nil, fmt.Errorf("%w: event longer than its record", errDamaged)
	}
	e.name, b = b[:name:name], b[name:]
	e.data, b = b[:data:data], b[data:]
	e.metadata, b = b[:metadata:metadata], b[metadata:]
	return e, b, nil
}

// checksum is CRC-32C, which the processor computes.
func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// u32 and u16 narrow lengths that ValidateAppend and maxMaxAppend have bounded.
func u32(n int) uint32 { return uint32(n) } //nolint:gosec // bounded, see above
func u16(n int) uint16 { return uint16(n) } //nolint:gosec // bounded, see above
