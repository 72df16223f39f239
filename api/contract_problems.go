package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

const (
	jsonMediaType   = "application/json"
	ndjsonMediaType = "application/x-ndjson"
	htmlMediaType   = "text/html"
	yamlMediaType   = "application/yaml"
)

// Problem is an error of the API (RFC 9457), as a client reads it.
type Problem struct {
	Type      string         `json:"type" doc:"address of what it means"`
	Title     string         `json:"title" doc:"what is wrong, in the language of Accept-Language"`
	Status    int            `json:"status" doc:"HTTP status"`
	Code      ProblemCode    `json:"code" doc:"its stable name; of a refusal by a rule the reason's code"`
	Detail    string         `json:"detail" doc:"what is wrong with this very request"`
	Cure      string         `json:"cure" doc:"what to do"`
	Instance  string         `json:"instance" doc:"path of the request"`
	RequestID string         `json:"request_id" doc:"to be named in questions"`
	Retryable bool           `json:"retryable" doc:"the same request, with the same key, may succeed later"`
	Errors    []FieldProblem `json:"errors,omitempty" doc:"what is wrong with which part of the request"`
	Scope     string         `json:"scope,omitempty" doc:"right that is missing"`
	Revision  *int64         `json:"current_revision,omitempty" doc:"of revision_mismatch: what it is now"`
	Limit     int64          `json:"limit_bytes,omitempty" doc:"of body_too_large: what is allowed"`
	Token     string         `json:"token_id,omitempty" doc:"of a token that was proven and does not hold: which"`
	Revoked   string         `json:"revoked_at,omitempty" doc:"since when"`
	Grace     string         `json:"grace_until,omitempty" doc:"until when it worked beside its successor"`
	Expired   string         `json:"expired_at,omitempty" doc:"since when"`
	Successor string         `json:"successor_id,omitempty" doc:"id of the token that replaced it"`
}

// problems writes the schemas of problems: Problem, and Refusal, which is one with an outcome.
func (w *contractWriter) problems() {
	w.of(reflect.TypeFor[Problem]())
	w.of(reflect.TypeFor[OutcomeView]())
	made := w.schemas.Definitions()
	var problem, outcome struct {
		Properties map[string]json.RawMessage `json:"properties"`
		Required   []string                   `json:"required"`
	}
	if json.Unmarshal(made["Problem"], &problem) != nil || json.Unmarshal(made["Outcome"], &outcome) != nil {
		return
	}
	properties := maps.Clone(problem.Properties)
	maps.Copy(properties, outcome.Properties)
	properties["type"] = json.RawMessage(`{"const":"/problems/refused"}`)
	required := slices.Concat(problem.Required, outcome.Required)
	slices.Sort(required)
	w.extra["Refusal"] = object{
		"type": "object", "properties": properties, "required": slices.Compact(required),
		"description": "A refusal by a rule: a decision with an outcome of its own, recorded like any other, and no fault of anybody's software.",
	}
}

// problemResponses are the answers that are problems, one for each status.
func problemResponses() object {
	byStatus := map[int][]string{}
	for _, k := range problemKinds() {
		byStatus[k.status] = append(byStatus[k.status], string(k.code))
	}
	out := object{}
	for status, codes := range byStatus {
		schema := object{"$ref": "#/components/schemas/Problem"}
		name, text := "Problem"+strconv.Itoa(status), http.StatusText(status)+": "+strings.Join(codes, ", ")
		if status == http.StatusUnprocessableEntity {
			name, schema = "Refused", object{"anyOf": []object{{"$ref": "#/components/schemas/Refusal"}, schema}}
			text = "Refused by a rule (code is the reason's), or idempotency_key_reused"
		}
		headers := []string{requestIDHeader, "Content-Language"}
		switch status {
		case http.StatusUnauthorized, http.StatusForbidden:
			headers = append(headers, "WWW-Authenticate")
		case http.StatusTooManyRequests:
			headers = append(headers, "Retry-After", "RateLimit-Policy")
		case http.StatusServiceUnavailable, http.StatusConflict:
			headers = append(headers, "Retry-After")
		case http.StatusUnprocessableEntity:
			headers = append(headers, "ETag", "Idempotent-Replayed")
		}
		out[name] = object{"description": text, "headers": headerRefs(headers), "content": object{problemMediaType: object{"schema": schema}}}
	}
	return out
}

func headerRefs(names []string) object {
	out := object{}
	for _, name := range names {
		out[name] = object{"$ref": "#/components/headers/" + name}
	}
	return out
}

// headers are those of answers.
func headers() object {
	text := func(doc, example string) object {
		return object{"description": doc, "schema": object{"type": "string"}, "example": example}
	}
	id := text("id of the request: the caller's own if it is a UUID", "5f0c8f6e-6a39-4f2e-9e0a-0c9d6a1b2c3d")
	id["required"], id["schema"] = true, object{"type": "string", "format": "uuid"}
	language := text("language of title, detail and cure", "id")
	language["schema"] = object{"type": "string", "enum": []string{"id", "en"}}
	seconds := text("seconds to wait", "2")
	seconds["schema"] = object{"type": "string", "pattern": "^[0-9]+$"}
	return object{
		requestIDHeader: id, "Content-Language": language, "Retry-After": seconds,
		"ETag":                text("revision of the outcome in its stream, for If-Match", `"17"`),
		"Idempotent-Replayed": text("true: the first outcome of this key, or of this order, again", "true"),
		"WWW-Authenticate":    text("RFC 6750: why, only to who has proven to hold the token", `Bearer realm="saldo", error="invalid_token"`),
		"RateLimit-Policy":    text("requests that are admitted in a window of seconds", `"default";q=2000;w=1`),
		"Link":                text("RFC 8288: rel=next is the page behind this one", `</v1/participants?after=abc>; rel="next"`),
	}
}

// commonParameters are headers of requests that many routes take.
func commonParameters() object {
	header := func(name, doc, example string, schema object) object {
		return object{"name": name, "in": "header", "description": doc, "schema": schema, "example": example}
	}
	key := header(keyHeader, "the sender's own key, bare or in quotes: the same key again gives the first outcome again, for ever. Required unless dry_run=true",
		"tokped-8123-1", object{"type": "string", "minLength": 1, "maxLength": 2*maxKey + 2, "pattern": "^[ -~]+$"})
	return object{
		"IdempotencyKey": key,
		"IfMatch":        header("If-Match", "decide only if the stream is at this revision (ETag); 412 otherwise", `"17"`, object{"type": "string", "pattern": `^"?-?[0-9]+"?$`}),
		"RequestId":      header(requestIDHeader, "the caller's id of this request", "5f0c8f6e-6a39-4f2e-9e0a-0c9d6a1b2c3d", object{"type": "string"}),
		"AcceptLanguage": header("Accept-Language", "id (default) or en: the texts, never the codes", "en", object{"type": "string"}),
	}
}
