package domain

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// ErrEncoding is wrapped by errors about bytes that are not an event of ours.
var ErrEncoding = errors.New("not an encoded event")

// Encode gives the explicit type name and the bytes of an event. The bytes are a file format: see testdata/events.
func Encode(e Event) (EventName, []byte, error) {
	name := TypeOf(e)
	if name == "" {
		return "", nil, fmt.Errorf("%w: %T is not in the table of events", ErrEncoding, e)
	}
	data, err := marshal(e)
	return name, data, err
}

// EncodeMetadata gives the bytes of an event's metadata, defaults left out.
func EncodeMetadata(m Metadata) ([]byte, error) { return marshal(m) }

func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Decode reads the bytes of an event. An unknown type is no error: it gives nil, and the reader keeps the bytes. Fields that
// this code does not know are left alone: the stored bytes keep them.
func Decode(name EventName, data []byte) (Event, error) {
	entry, ok := types.events[name]
	if !ok {
		return nil, nil //nolint:nilnil // an unknown type has no event and is no error
	}
	e, err := entry.decode(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrEncoding, name, err)
	}
	return e, nil
}

// DecodeMetadata reads the bytes of an event's metadata.
func DecodeMetadata(data []byte) (Metadata, error) {
	var m Metadata
	if len(data) == 0 {
		return m, nil
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return Metadata{}, fmt.Errorf("%w: metadata: %w", ErrEncoding, err)
	}
	return m, nil
}

func decodeEvent[E Event](data []byte) (Event, error) {
	var e E
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, err
	}
	return e, nil
}

// EventID binds an event's identity to its content and its place: UUIDv8 of a SHA-256. A store that compares ids only can
// therefore not confirm an outcome that is not in the log.
func EventID(s Stream, revision uint64, index int, name EventName, data, meta []byte) uuid.UUID {
	h := sha256.New()
	var n [8]byte
	part := func(b []byte) {
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	part([]byte("saldo/event/v1"))
	part([]byte(s))
	binary.BigEndian.PutUint64(n[:], revision)
	h.Write(n[:])
	binary.BigEndian.PutUint64(n[:], uint64(index)) //nolint:gosec // an index within a group is small and not negative
	h.Write(n[:])
	part([]byte(name))
	part(data)
	part(meta)
	var id uuid.UUID
	copy(id[:], h.Sum(nil))
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}

// rujukanAlphabet is Crockford's base 32: no I, L, O, U.
const rujukanAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ReferenceNumber is the nomor rujukan of a command's outcome: twelve characters and a check character, for people to say on
// the phone. It is looked up, never assumed unique, and opens nothing without a role.
func ReferenceNumber(command uuid.UUID) string {
	h := sha256.Sum256(append([]byte("saldo/rujukan/v1"), command[:]...))
	var digits [rujukanDigits]byte
	bits, have, next := uint(0), 0, 0
	for i := range digits {
		for have < 5 {
			bits, have, next = bits<<8|uint(h[next]), have+8, next+1
		}
		have -= 5
		digits[i] = byte(bits >> have & 31)
	}
	return printRujukan(digits)
}

// rujukanDigits is how many base-32 digits a reference number has before its check character: 60 bits.
const rujukanDigits = 12

// ParseReferenceNumber reads a reference number as people write it: in any case, with or without hyphens and spaces, O for 0 and
// I or L for 1. A wrong check character is an error: one digit wrong, or two neighbours swapped, never passes.
func ParseReferenceNumber(s string) (string, error) {
	var read []byte
	for _, r := range strings.ToUpper(s) {
		switch r {
		case '-', ' ', '.':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		v := strings.IndexRune(rujukanAlphabet, r)
		if v < 0 {
			return "", fmt.Errorf("%q is not a reference number: it has the character %q (write it as 56ZX-ZSBN-B9V7-V)", clip(s), r)
		}
		read = append(read, byte(v)) //nolint:gosec // v is an index into the 32 characters
	}
	if len(read) != rujukanDigits+1 {
		return "", fmt.Errorf("%q is not a reference number: it has %d characters and not %d (write it as 56ZX-ZSBN-B9V7-V)", clip(s), len(read), rujukanDigits+1)
	}
	digits := [rujukanDigits]byte(read)
	if checkDigit(digits) != read[rujukanDigits] {
		return "", fmt.Errorf("%q is not a reference number: its last character does not fit the others (a character is wrong, or two are swapped)", clip(s))
	}
	return printRujukan(digits), nil
}

func printRujukan(digits [rujukanDigits]byte) string {
	out := make([]byte, 0, rujukanDigits+4)
	for i, v := range digits {
		if i > 0 && i%4 == 0 {
			out = append(out, '-')
		}
		out = append(out, rujukanAlphabet[v])
	}
	return string(append(out, '-', rujukanAlphabet[checkDigit(digits)]))
}

// checkDigit sums the digits with powers of two as weights, in the field of 32 elements: it notices every wrong digit and
// every swap of neighbours.
func checkDigit(digits [rujukanDigits]byte) byte {
	double := func(v byte) byte {
		v <<= 1
		if v&32 != 0 {
			v ^= 0b100101 // x^5 + x^2 + 1
		}
		return v
	}
	var c byte
	for _, v := range digits {
		c = double(c) ^ v
	}
	return double(c)
}
