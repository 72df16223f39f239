package api

import (
	"encoding/json"
	"maps"

	"saldo/domain"
)

// storyLine is an example of a command: one line of the story that saldo commands --examples tells.
type storyLine struct {
	Command domain.CommandName         `json:"command"`
	Key     string                     `json:"key"`
	Actor   *domain.Actor              `json:"actor"`
	Act     map[string]json.RawMessage `json:"act"`
	context map[string]json.RawMessage
}

func readStoryLine(text []byte) (storyLine, error) {
	var line storyLine
	if err := json.Unmarshal(text, &line); err != nil {
		return line, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return line, err
	}
	line.context = map[string]json.RawMessage{}
	for _, name := range contextFields() {
		if value, there := all[name]; there {
			line.context[name] = value
		}
	}
	return line, nil
}

// storyLines are the first line of the story with each command.
func storyLines() map[domain.CommandName]storyLine {
	out := map[domain.CommandName]storyLine{}
	for _, text := range domain.Examples() {
		line, err := readStoryLine(text)
		if _, told := out[line.Command]; err == nil && !told {
			out[line.Command] = line
		}
	}
	return out
}

// body is the line as the body of a route: without what the path holds, with what surrounds the act under context.
func (l storyLine) body(key string) map[string]json.RawMessage {
	out := maps.Clone(l.Act)
	delete(out, key)
	if len(l.context) > 0 {
		if text, err := json.Marshal(l.context); err == nil {
			out[contextField] = text
		}
	}
	return out
}

// heldByPath is the field of the act that the route's path holds, if any.
func (r *route) heldByPath() string {
	if r.name == "abandon" {
		return ""
	}
	_, key := streamPath(r.act.Kind)
	return key
}

// commandBody is the content of a command: the act's fields without what the path holds, and context.
func (w *contractWriter) commandBody(r *route) object {
	text, err := domain.CommandSchema(r.act.Name)
	var whole struct {
		Description string                     `json:"description"`
		Properties  map[string]json.RawMessage `json:"properties"`
	}
	var act object
	if err == nil {
		err = json.Unmarshal(text, &whole)
	}
	if err == nil {
		err = json.Unmarshal(whole.Properties["act"], &act)
	}
	properties, is := act["properties"].(map[string]any)
	if err != nil || !is {
		w.err = err
		return nil
	}
	name := string(r.act.Name)
	key := r.heldByPath()
	if key == "" && r.name != name {
		name += "Whole" // the act with all its fields
	}
	delete(properties, key)
	optional := map[string]bool{key: true}
	for _, role := range Roles() { // a partner's own code may be left out
		optional[codeField(role)] = true
	}
	var required []any
	all, _ := act["required"].([]any)
	for _, field := range all {
		if field, _ := field.(string); !optional[field] {
			required = append(required, field)
		}
	}
	delete(act, "required")
	if required != nil {
		act["required"] = required
	}
	properties[contextField] = object{"$ref": "#/components/schemas/CommandContext"}
	act["properties"], act["description"] = properties, whole.Description
	w.context(whole.Properties)
	w.extra[name] = act
	out := object{"schema": object{"$ref": "#/components/schemas/" + name}}
	if line, told := w.examples[r.act.Name]; told {
		out["example"] = line.body(key)
	}
	return out
}

// context is the schema of what surrounds an act, the same for all.
func (w *contractWriter) context(of map[string]json.RawMessage) {
	if w.extra["CommandContext"] != nil {
		return
	}
	properties := object{}
	for _, name := range contextFields() {
		properties[name] = of[name]
	}
	w.extra["CommandContext"] = object{
		"type": "object", "additionalProperties": false, "properties": properties,
		"description": "What surrounds an act and is no field of it. Who sends it and when it was received, the server knows itself.",
	}
}
