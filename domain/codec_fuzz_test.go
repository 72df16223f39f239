package domain

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// FuzzDecodeEvent: no bytes make the codec panic, and what decodes is written in a form that decodes to the same.
func FuzzDecodeEvent(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("testdata", "events", "*.json"))
	if err != nil {
		f.Fatal(err)
	}
	for _, n := range names {
		text, err := os.ReadFile(n)
		if err != nil {
			f.Fatal(err)
		}
		var g frozen
		if err := json.Unmarshal(text, &g); err != nil {
			f.Fatal(err)
		}
		f.Add(string(g.Type), []byte(g.Data))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		e, err := Decode(EventName(name), data)
		if err != nil {
			if !errors.Is(err, ErrEncoding) {
				t.Fatalf("not an ErrEncoding: %v", err)
			}
			return
		}
		if e == nil {
			return // an unknown type
		}
		again, once, err := Encode(e)
		if err != nil {
			t.Fatalf("%s decoded and does not encode: %v", name, err)
		}
		if again != EventName(name) {
			t.Fatalf("%s became %s", name, again)
		}
		e2, err := Decode(again, once)
		if err != nil {
			t.Fatalf("%s: what was written is not read: %v\n%s", name, err, once)
		}
		_, twice, err := Encode(e2)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%s is not stable (%v):\n%s\n%s", name, err, once, twice)
		}
	})
}

// FuzzDecodeSubmission: no line makes the decoder panic; what it takes is written back and read as the same; what it
// refuses is refused with problems.
func FuzzDecodeSubmission(f *testing.F) {
	for _, line := range Examples() {
		f.Add([]byte(line))
	}
	f.Add([]byte(goodPurchase))
	f.Fuzz(func(t *testing.T, line []byte) {
		s, err := DecodeSubmission(line)
		if err != nil {
			var input *InputError
			if !errors.As(err, &input) || len(input.Problems) == 0 || input.Error() == "" {
				t.Fatalf("an error without problems: %v", err)
			}
			return
		}
		once, err := EncodeSubmission(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeSubmission(once)
		if err != nil {
			t.Fatalf("what was written is not read: %v\n%s", err, once)
		}
		twice, err := EncodeSubmission(again)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("not stable (%v):\n%s\n%s", err, once, twice)
		}
		if s.Command.Act.Stream() != again.Command.Act.Stream() || !reflect.DeepEqual(fields(s.Command.Act), fields(again.Command.Act)) {
			t.Fatalf("another act:\n%s\n%s", line, once)
		}
	})
}
