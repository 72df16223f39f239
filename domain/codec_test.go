package domain

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Encoded events are a file format. testdata/events holds one frozen file per type: data and metadata of a filled sample.
// SALDO_UPDATE=1 writes files that are missing and never touches one that exists: what a type looked like when it was
// released is what every later version must read and write.

// frozen is one file of testdata/events.
type frozen struct {
	Type     EventName       `json:"type"`
	Data     json.RawMessage `json:"data"`
	Metadata json.RawMessage `json:"metadata"`
}

// filled is an event with every field filled, its decision and the facts in it included.
func filled(name EventName, from int) Event {
	v := reflect.New(reflect.TypeOf(types.events[name].zero)).Elem()
	s := sampler{n: from}
	s.value(&wireField{}, v)
	fillAct(v)
	e, _ := reflect.TypeAssert[Event](v)
	return e
}

// fillAct gives a refused act something to keep word by word.
func fillAct(v reflect.Value) {
	if f := v.FieldByName("RefusedAct"); f.IsValid() {
		f.Set(reflect.ValueOf(RefusedAct{
			Command: "IssueCard", Act: map[string]any{"participant": exampleID("sample").String(), "line": json.Number("7").String(), "list": []any{"a", "b"}},
			Ruled: f.Interface().(RefusedAct).Ruled,
		}))
	}
}

func filledMetadata(from int) Metadata {
	var m Metadata
	s := sampler{n: from}
	s.value(&wireField{}, reflect.ValueOf(&m).Elem())
	m.Part, m.Schema = "1/2", 1
	return m
}

func TestGoldenEvents(t *testing.T) {
	for _, e := range eventTable() {
		t.Run(string(e.name), func(t *testing.T) {
			file := filepath.Join("testdata", "events", string(e.name)+".json")
			text, err := os.ReadFile(file)
			if os.IsNotExist(err) && os.Getenv("SALDO_UPDATE") != "" {
				text = writeGolden(t, file, e.name)
				err = nil
			}
			require.NoError(t, err, "a new type needs its golden file: SALDO_UPDATE=1 writes what is missing")
			var g frozen
			require.NoError(t, json.Unmarshal(text, &g))
			require.Equal(t, e.name, g.Type)
			checkGolden(t, g)
		})
	}
	names, err := filepath.Glob(filepath.Join("testdata", "events", "*.json"))
	require.NoError(t, err)
	for _, n := range names {
		name := strings.TrimSuffix(filepath.Base(n), ".json")
		assert.Contains(t, types.events, EventName(name), "%s is frozen, but its type is gone: a type stays for ever", n)
	}
}

func writeGolden(t *testing.T, file string, name EventName) []byte {
	t.Helper()
	_, data, err := Encode(filled(name, 0))
	require.NoError(t, err)
	meta, err := EncodeMetadata(filledMetadata(0))
	require.NoError(t, err)
	text, err := marshal(frozen{name, data, meta})
	require.NoError(t, err)
	var pretty bytes.Buffer
	require.NoError(t, json.Indent(&pretty, text, "", "  "))
	pretty.WriteByte('\n')
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, pretty.Bytes(), 0o644))
	return pretty.Bytes()
}

// checkGolden: reading and writing again gives the same bytes.
func checkGolden(t *testing.T, g frozen) {
	t.Helper()
	data, meta := compact(t, g.Data), compact(t, g.Metadata)
	e, err := Decode(g.Type, data)
	require.NoError(t, err)
	name, again, err := Encode(e)
	require.NoError(t, err)
	assert.Equal(t, g.Type, name)
	assert.Equal(t, string(data), string(again))
	m, err := DecodeMetadata(meta)
	require.NoError(t, err)
	metaAgain, err := EncodeMetadata(m)
	require.NoError(t, err)
	assert.Equal(t, string(meta), string(metaAgain))
}

func compact(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, json.Compact(&b, data))
	return b.Bytes()
}

// TestFilledEventsKeepEverything: what is encoded decodes to the same value, and the sample left no field empty.
func TestFilledEventsKeepEverything(t *testing.T) {
	for _, e := range eventTable() {
		sample := filled(e.name, 3)
		assert.Empty(t, emptyFields("", reflect.ValueOf(sample)), "%s", e.name)
		_, data, err := Encode(sample)
		require.NoError(t, err)
		again, err := Decode(e.name, data)
		require.NoError(t, err)
		assert.Equal(t, showAll(t, sample), showAll(t, again), "%s", e.name)
		assert.IsType(t, sample, again)
	}
}

// emptyFields lists fields that hold nothing.
func emptyFields(prefix string, v reflect.Value) []string {
	var out []string
	for _, f := range wireFields(v.Type()) {
		x := v.FieldByIndex(f.Index)
		if x.IsZero() {
			out = append(out, prefix+f.Name)
			continue
		}
		if f.Pointer {
			x = x.Elem()
		}
		if kindOfType(f.Type) == wireObject {
			out = append(out, emptyFields(prefix+f.Name+".", x)...)
		}
	}
	return out
}

func showAll(t *testing.T, e Event) string {
	t.Helper()
	data, err := json.MarshalIndent(e, "", " ")
	require.NoError(t, err)
	return string(data)
}

func TestUnknownEventsSurvive(t *testing.T) {
	e, err := Decode("CourseGifted", []byte(`{"colour":"blue"}`))
	require.NoError(t, err)
	assert.Nil(t, e)
	r, err := DecodeRecorded(Programme, 7, uuid.Nil, "CourseGifted", []byte(`{"colour":"blue"}`), nil)
	require.NoError(t, err)
	assert.True(t, r.Unknown())
	assert.JSONEq(t, `{"colour":"blue"}`, string(r.Data))
}

func TestBrokenEventsAreErrors(t *testing.T) {
	for _, data := range []string{``, `[]`, `{"wave":"four"}`, `{`} {
		_, err := Decode("WaveOpened", []byte(data))
		require.ErrorIs(t, err, ErrEncoding, data)
	}
	_, err := DecodeMetadata([]byte(`{"command_id":7}`))
	require.ErrorIs(t, err, ErrEncoding)
}

// TestRandomEventsReencodeToThemselves fills events with random values of every kind.
func TestRandomEventsReencodeToThemselves(t *testing.T) {
	table := eventTable()
	rapid.Check(t, func(t *rapid.T) {
		entry := rapid.SampledFrom(table).Draw(t, "type")
		v := reflect.New(reflect.TypeOf(entry.zero)).Elem()
		randomValue(t, v)
		e := v.Interface().(Event)
		name, data, err := Encode(e)
		if err != nil || name != entry.name {
			t.Fatalf("encode %s: %v", entry.name, err)
		}
		again, err := Decode(name, data)
		if err != nil {
			t.Fatalf("decode %s: %v\n%s", name, err, data)
		}
		_, twice, err := Encode(again)
		if err != nil || !bytes.Equal(data, twice) {
			t.Fatalf("%s changed:\n%s\n%s", name, data, twice)
		}
	})
}

func randomValue(t *rapid.T, v reflect.Value) {
	switch kindOfType(v.Type()) {
	case wireObject:
		for _, f := range wireFields(v.Type()) {
			target := v.FieldByIndex(f.Index)
			if f.Optional && !rapid.Bool().Draw(t, f.Name+" there") {
				continue
			}
			if f.Pointer {
				p := reflect.New(f.Type)
				randomValue(t, p.Elem())
				target.Set(p)
				continue
			}
			randomValue(t, target)
		}
	case wireList:
		n := rapid.IntRange(0, 2).Draw(t, "items")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			randomValue(t, v.Index(i))
		}
	case wireMap:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		key.SetString(rapid.String().Draw(t, "key"))
		randomValue(t, value)
		v.SetMapIndex(key, value)
	case wireBool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case wireInt:
		if v.CanUint() {
			v.SetUint(rapid.Uint64().Draw(t, "uint"))
		} else {
			v.SetInt(rapid.Int64().Draw(t, "int"))
		}
	case wireMoney:
		v.Set(reflect.ValueOf(Rupiah(rapid.Int64Range(-999999999999999999, 999999999999999999).Draw(t, "money"))))
	case wireDate:
		v.Set(reflect.ValueOf(NewDate(2020, 1, 1).AddDays(rapid.IntRange(-9000, 9000).Draw(t, "days"))))
	case wireTime:
		at := rapid.Int64Range(0, math.MaxUint32).Draw(t, "seconds")
		v.Set(reflect.ValueOf(Canonical(time.Unix(at, rapid.Int64Range(0, 999999999).Draw(t, "ns")))))
	case wireUUID:
		var id uuid.UUID
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		v.Set(reflect.ValueOf(id))
	case wireRef:
		v.Set(reflect.ValueOf(CompactRef{Programme, rapid.Uint64().Draw(t, "revision"), "PaymentGateClosed"}))
	case wireEnum:
		v.SetString(rapid.SampledFrom(valuesOf(v.Type())).Draw(t, "enum"))
	case wireText:
		v.SetString(rapid.String().Draw(t, "text"))
	case wireFree:
		v.Set(reflect.ValueOf(rapid.String().Draw(t, "free")))
	}
}
