package domain

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// compiled compiles a schema as other people's tools do, formats asserted.
func compiled(t *testing.T, source json.RawMessage) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(source))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	require.NoError(t, c.AddResource("urn:saldo:test", doc))
	s, err := c.Compile("urn:saldo:test")
	require.NoError(t, err)
	return s
}

func validates(t *testing.T, s *jsonschema.Schema, data []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	return s.Validate(doc)
}

// TestCommandSchemasAcceptTheStory: every line of the story validates against the schema of its command, and each schema
// quotes an example; a line with another field, or without its act, does not validate.
func TestCommandSchemasAcceptTheStory(t *testing.T) {
	schemas := map[CommandName]*jsonschema.Schema{}
	for _, a := range Acts() {
		source, err := CommandSchema(a.Name)
		require.NoError(t, err)
		schemas[a.Name] = compiled(t, source)
		var head struct {
			Title, Description string
			Examples           []json.RawMessage
		}
		require.NoError(t, json.Unmarshal(source, &head))
		assert.Equal(t, string(a.Name), head.Title)
		assert.NotEmpty(t, head.Description, "%s", a.Name)
		require.Len(t, head.Examples, 1, "%s", a.Name)
	}
	for _, line := range Examples() {
		var head map[string]any
		require.NoError(t, json.Unmarshal(line, &head))
		name, _ := head["command"].(string)
		s := schemas[CommandName(name)]
		require.NoError(t, validates(t, s, line), string(line))
		head["colour"] = "blue"
		more, err := json.Marshal(head)
		require.NoError(t, err)
		require.Error(t, validates(t, s, more), name)
		delete(head, "colour")
		delete(head, "act")
		less, err := json.Marshal(head)
		require.NoError(t, err)
		require.Error(t, validates(t, s, less), name)
	}
}

// TestEventSchemasAcceptSamples: every schema accepts its filled sample with a filled decision, and what the story leaves behind.
func TestEventSchemasAcceptSamples(t *testing.T) {
	schemas := map[EventName]*jsonschema.Schema{}
	for _, e := range eventTable() {
		source, err := EventSchema(e.name)
		require.NoError(t, err)
		schemas[e.name] = compiled(t, source)
		_, data, err := Encode(filled(e.name, 0))
		require.NoError(t, err)
		require.NoError(t, validates(t, schemas[e.name], data), "%s", e.name)
	}
	book := NewBook()
	for _, line := range Examples() {
		s, err := DecodeSubmission(line)
		require.NoError(t, err)
		s.Command.ID = CommandID("contoh", s.Key)
		res, err := book.Execute(s.Command)
		require.NoError(t, err)
		for _, e := range res.Events {
			require.NoError(t, validates(t, schemas[e.Type], e.Data), "%s %s", e.Type, e.Data)
		}
	}
}

func TestNoSchemaOfTheUnknown(t *testing.T) {
	_, err := CommandSchema("BuyCourse")
	require.ErrorIs(t, err, ErrNoSchema)
	_, err = EventSchema("CourseBought")
	require.ErrorIs(t, err, ErrNoSchema)
}
