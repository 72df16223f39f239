package api

import (
	"encoding/json"
	"strings"

	"saldo/domain"
)

// contract is the OpenAPI 3.1 document of the route table. Commands have the schema that the ledger itself decodes by.
func (s *Server) contract() map[string]any {
	paths := map[string]map[string]any{}
	for i := range s.table {
		r := &s.table[i]
		if paths[r.path] == nil {
			paths[r.path] = map[string]any{}
		}
		paths[r.path][strings.ToLower(r.method)] = s.operation(r)
	}
	return map[string]any{
		"openapi": "3.1.0",
		"info":    map[string]any{"title": "Saldo", "version": s.config.Version, "license": map[string]any{"name": "Apache-2.0", "identifier": "Apache-2.0"}},
		"paths":   paths,
		"components": map[string]any{
			"securitySchemes": map[string]any{"token": map[string]any{"type": "http", "scheme": "bearer"}},
			"schemas":         map[string]any{"Problem": problemSchema()},
		},
	}
}

func (s *Server) operation(r *route) map[string]any {
	op := map[string]any{"operationId": r.name, "summary": r.summary, "responses": map[string]any{
		"default": map[string]any{"description": "a problem", "content": map[string]any{problemMediaType: map[string]any{"schema": map[string]any{"$ref": "#/components/schemas/Problem"}}}},
		"2XX":     map[string]any{"description": "the answer"},
	}}
	var parameters []map[string]any
	for part := range strings.SplitSeq(r.path, "{") {
		if name, _, found := strings.Cut(part, "}"); found {
			parameters = append(parameters, map[string]any{"name": name, "in": "path", "required": true, "schema": map[string]any{"type": "string"}})
		}
	}
	if r.scope != ScopePublic {
		op["security"] = []any{map[string]any{"token": []any{}}}
		op["x-scope"] = r.scope
	}
	if r.act != nil {
		parameters = append(parameters, map[string]any{
			"name": keyHeader, "in": "header", "required": true, "schema": map[string]any{"type": "string", "minLength": 1, "maxLength": 202},
			"description": "the sender's own key: the same key again gives the first outcome again",
		})
		op["requestBody"] = map[string]any{"content": map[string]any{"application/json": map[string]any{"schema": bodySchema(r.act)}}}
	}
	if parameters != nil {
		op["parameters"] = parameters
	}
	return op
}

// bodySchema is the act's schema without what the path holds, with the envelope under "context".
func bodySchema(a *domain.ActSpec) any {
	text, err := domain.CommandSchema(a.Name)
	if err != nil {
		return map[string]any{"type": "object"}
	}
	var whole struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	var act map[string]any
	if json.Unmarshal(text, &whole) != nil || json.Unmarshal(whole.Properties["act"], &act) != nil {
		return map[string]any{"type": "object"}
	}
	_, key := streamPath(a.Kind)
	properties, _ := act["properties"].(map[string]any)
	delete(properties, key)
	var required []any
	if all, is := act["required"].([]any); is {
		for _, name := range all {
			if name != key {
				required = append(required, name)
			}
		}
	}
	context := map[string]any{}
	for _, name := range []string{"effective_at", "source", "authority", "action_id", "correlation_id", "causation_id"} {
		if p, there := whole.Properties[name]; there {
			context[name] = p
		}
	}
	properties["context"] = map[string]any{"type": "object", "properties": context, "additionalProperties": false}
	act["properties"] = properties
	delete(act, "required")
	if required != nil {
		act["required"] = required
	}
	return act
}

func problemSchema() map[string]any {
	text := map[string]any{"type": "string"}
	return map[string]any{
		"type": "object", "required": []string{"type", "title", "status", "code", "request_id", "retryable"},
		"properties": map[string]any{
			"type": text, "title": text, "status": map[string]any{"type": "integer"}, "code": text, "detail": text, "cure": text, "instance": text,
			"request_id": text, "retryable": map[string]any{"type": "boolean"},
			"errors": map[string]any{"type": "array", "items": map[string]any{"type": "object", "required": []string{"pointer", "code", "detail"}, "properties": map[string]any{"pointer": text, "code": text, "detail": text, "cure": text}}},
		},
	}
}
