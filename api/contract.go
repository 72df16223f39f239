package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"saldo/domain"
)

// ContractVersion is the version of the HTTP contract: it moves with the contract and not with the program.
const ContractVersion = "0.1.0"

// object is a JSON object of the contract.
type object = map[string]any

// contractWriter writes the OpenAPI 3.1 document of a route table. Commands have the schemas that the ledger itself decodes by,
// answers those of the types that are written.
type contractWriter struct {
	schemas  *domain.AnswerSchemas
	extra    object // schemas that no Go type has
	examples map[domain.CommandName]storyLine
	err      error
}

// Contract is the OpenAPI 3.1 document of the whole surface, as JSON.
func (s *Server) Contract() ([]byte, error) {
	w := &contractWriter{extra: object{}, examples: storyLines()}
	w.schemas = domain.NewAnswerSchemas("#/components/schemas/", fixedSchemas())
	paths := map[string]object{}
	for i := range s.table {
		r := &s.table[i]
		if paths[r.path] == nil {
			paths[r.path] = object{}
		}
		paths[r.path][strings.ToLower(r.method)] = w.operation(r)
	}
	w.problems()
	components := object{
		"schemas": w.definitions(), "headers": headers(), "responses": problemResponses(), "parameters": commonParameters(),
	}
	components["securitySchemes"] = object{"token": object{
		"type": "http", "scheme": "bearer", "description": "Issued by POST /v1/tokens, shown once: saldo_, 12 characters of its id, _, 32 of its secret and 6 of a checksum. Its role says which routes it may use: x-roles.",
	}}
	out, err := json.Marshal(object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Saldo", "version": ContractVersion, "license": object{"name": "Apache-2.0", "identifier": "Apache-2.0"},
			"description": "Event-sourced ledger of purchases and incentives of a training-voucher programme. Times are RFC 3339, amounts decimal strings of whole rupiah. Every error is a problem (RFC 9457) with a stable code.",
		},
		"paths": paths, "components": components,
	})
	if w.err != nil {
		return nil, w.err
	}
	return out, err
}

// fixedSchemas are what Go's types don't say.
func fixedSchemas() map[reflect.Type]json.RawMessage {
	return map[reflect.Type]json.RawMessage{
		reflect.TypeFor[ProblemCode]():     closedText(problemCodes()),
		reflect.TypeFor[domain.Basis]():    json.RawMessage(`{"type":"object","additionalProperties":{"type":"integer"}}`),
		reflect.TypeFor[domain.Stream]():   json.RawMessage(`{"type":"string"}`),
		reflect.TypeFor[domain.Metadata](): json.RawMessage(`{"type":"object","required":["command_id","received_at","recorded_at","actor","origin"]}`),
	}
}

func closedText(values []string) json.RawMessage {
	out, err := json.Marshal(object{"type": "string", "enum": values})
	if err != nil {
		return json.RawMessage(`{"type":"string"}`)
	}
	return out
}

// of is the schema of the type of a value.
func (w *contractWriter) of(t reflect.Type) json.RawMessage {
	out, err := w.schemas.Of(t)
	if err != nil && w.err == nil {
		w.err = err
	}
	return out
}

func (w *contractWriter) definitions() object {
	all := maps.Clone(w.extra)
	for name, s := range w.schemas.Definitions() {
		all[name] = s
	}
	return all
}

func (w *contractWriter) operation(r *route) object {
	op := object{"operationId": r.name, "summary": r.summary.EN, "description": r.summary.ID, "tags": []string{r.tag()}}
	if r.scope == ScopePublic {
		op["security"] = []any{}
	} else {
		op["security"] = []any{object{"token": []any{}}}
		op["x-scope"], op["x-roles"] = r.scope, r.roles()
	}
	parameters := w.parameters(r)
	if r.act != nil {
		if r.name != "abandon" {
			parameters = append(parameters, object{"$ref": "#/components/parameters/IdempotencyKey"}, object{"$ref": "#/components/parameters/IfMatch"})
		}
		op["requestBody"] = object{"required": true, "content": object{jsonMediaType: w.commandBody(r)}}
	}
	if r.body != nil {
		op["requestBody"] = object{"required": true, "content": w.body(r)}
	}
	if parameters != nil {
		op["parameters"] = parameters
	}
	op["responses"] = w.responses(r)
	return op
}

// tag is the collection that a route belongs to.
func (r *route) tag() string {
	parts := strings.Split(strings.Trim(r.path, "/"), "/")
	if parts[0] != "v1" {
		return "service"
	}
	name, _, _ := strings.Cut(parts[1], ":")
	return name
}

func (w *contractWriter) parameters(r *route) []object {
	out := []object{}
	for part := range strings.SplitSeq(r.path, "{") {
		if name, _, found := strings.Cut(part, "}"); found {
			p := pathParameter(name)
			out = append(out, w.parameter(&p, "path"))
		}
	}
	for i := range r.params {
		out = append(out, w.parameter(&r.params[i], "query"))
	}
	return append(out, object{"$ref": "#/components/parameters/RequestId"}, object{"$ref": "#/components/parameters/AcceptLanguage"})
}

func (w *contractWriter) parameter(p *parameter, in string) object {
	var schema object
	if err := json.Unmarshal(w.of(p.schemaType()), &schema); err != nil && w.err == nil {
		w.err = err
	}
	if c, constrained := p.zero.(interface{ Rule() domain.TextRule }); constrained {
		schema["minLength"] = max(1, c.Rule().Min)
	}
	if p.values != nil {
		schema = object{"type": "string", "enum": p.values}
	}
	if _, number := p.zero.(int); number {
		schema["minimum"], schema["maximum"] = p.least, p.most
		if p.absent != 0 {
			schema["default"] = p.absent
		}
	}
	out := object{"name": p.name, "in": in, "schema": schema, "description": p.doc}
	if in == "path" {
		out["required"] = true
	}
	if p.empty {
		out["allowEmptyValue"] = true
	}
	if p.example != "" {
		out["example"] = any(p.example)
		if _, number := p.zero.(int); number {
			out["example"] = json.RawMessage(p.example)
		}
	}
	return out
}

// body is the content of a route that takes something else than a command.
func (w *contractWriter) body(r *route) object {
	if _, lines := r.body.([]byte); lines {
		w.extra["CommandLine"] = object{
			"type": "object", "required": []string{"command", "key", "act"},
			"description": "One line of a bulk: a command in the form of saldo commands, with its key.",
			"properties":  object{"command": closedText(commandNames()), "key": object{"type": "string", "minLength": 1, "maxLength": maxKey}, "act": object{"type": "object"}},
		}
		media := object{"schema": object{"type": "string", "description": "lines of CommandLine, each with an end of line; Content-Encoding gzip and zstd are read"}}
		return object{ndjsonMediaType: media}
	}
	return object{jsonMediaType: object{"schema": w.of(reflect.TypeOf(r.body)), "example": object{"role": RoleSupport, "days": 1}}}
}

func commandNames() []string {
	var out []string
	for _, a := range domain.Acts() {
		out = append(out, string(a.Name))
	}
	return out
}

// responses are all that a route answers.
func (w *contractWriter) responses(r *route) object {
	out := object{}
	for _, g := range r.gives {
		status := strconv.Itoa(g.status)
		response, there := out[status].(object)
		if !there {
			response = object{"description": http.StatusText(g.status), "headers": headerRefs(append([]string{requestIDHeader}, g.header...)), "content": object{}}
			out[status] = response
		}
		media := g.media
		schema := any(object{"type": "string"})
		if media == yamlMediaType {
			schema = object{"type": "object"}
		}
		if g.value != nil && media == "" {
			media, schema = jsonMediaType, w.of(reflect.TypeOf(g.value))
		} else if g.value != nil {
			w.extra["BulkLine"] = w.of(reflect.TypeOf(g.value))
		}
		if content, is := response["content"].(object); is {
			content[media] = object{"schema": schema}
		}
	}
	for _, status := range r.problemStatuses() {
		name := strconv.Itoa(status)
		switch {
		case out[name] != nil: // readyz answers 503 itself
		case status == http.StatusUnprocessableEntity:
			out[name] = object{"$ref": "#/components/responses/Refused"}
		default:
			out[name] = object{"$ref": "#/components/responses/Problem" + name}
		}
	}
	return out
}

// problemStatuses are those that a route can end with.
func (r *route) problemStatuses() []int {
	out := []int{http.StatusBadRequest, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if r.scope != ScopePublic {
		out = append(out, http.StatusUnauthorized, http.StatusForbidden)
	}
	if strings.Contains(r.path, "{") || r.scope == ScopeRead || r.act != nil {
		out = append(out, http.StatusNotFound)
	}
	if r.readsBody() {
		out = append(out, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if r.act != nil {
		out = append(out, http.StatusConflict, http.StatusPreconditionFailed, http.StatusUnprocessableEntity)
	}
	slices.Sort(out)
	return out
}

// roles are those that may use a route.
func (r *route) roles() []Role {
	var out []Role
	for _, role := range Roles() {
		if role.may(r.scope) && (r.act == nil || role.mayAct(*r.act)) {
			out = append(out, role)
		}
	}
	return out
}
