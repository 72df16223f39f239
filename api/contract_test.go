package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// yamlOf writes JSON as YAML in blocks, in the order of the JSON.
func yamlOf(t *testing.T, text []byte) string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	w := yamlWriter{d: d}
	w.value(0, false)
	require.NoError(t, w.err)
	return w.out.String()
}

// yamlWriter goes through JSON token by token.
type yamlWriter struct {
	d   *json.Decoder
	out strings.Builder
	err error
}

var plainYAML = regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9_/.{}-]*$`)

var wordsOfYAML = regexp.MustCompile(`^(?i:true|false|null|yes|no|on|off|y|n)$`)

func yamlText(s string) string {
	if plainYAML.MatchString(s) && !wordsOfYAML.MatchString(s) {
		return s
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)
	return strings.TrimSuffix(b.String(), "\n")
}

func (w *yamlWriter) token() json.Token {
	t, err := w.d.Token()
	if err != nil && w.err == nil {
		w.err = err
	}
	return t
}

// value writes what comes next; inline says that something stands before it on the line.
func (w *yamlWriter) value(depth int, inline bool) {
	switch t := w.token().(type) {
	case json.Delim:
		if !w.d.More() {
			w.token()
			fmt.Fprintf(&w.out, " %s\n", map[json.Delim]string{'{': "{}", '[': "[]"}[t])
			return
		}
		if inline {
			w.out.WriteByte('\n')
		}
		for w.d.More() && w.err == nil {
			w.out.WriteString(strings.Repeat("  ", depth))
			if t == '[' {
				w.out.WriteByte('-')
			} else {
				name, _ := w.token().(string)
				w.out.WriteString(yamlText(name) + ":")
			}
			w.value(depth+1, true)
		}
		w.token()
	case string:
		w.out.WriteString(" " + yamlText(t) + "\n")
	case nil:
		w.out.WriteString(" null\n")
	default:
		fmt.Fprintf(&w.out, " %v\n", t)
	}
}

// TestContract holds openapi.yaml to the route table, and both to OpenAPI 3.1.
func TestContract(t *testing.T) {
	t.Parallel()
	s := serve(t, 1)
	s.writing = os.Getenv("SALDO_UPDATE") != ""
	served := s.ask("", "GET", "/openapi.json", "")
	text := yamlOf(t, served.body)
	if os.Getenv("SALDO_UPDATE") != "" {
		require.NoError(t, os.WriteFile("openapi.yaml", []byte(text), 0o644))
	}
	file, err := os.ReadFile("openapi.yaml")
	require.NoError(t, err)
	if string(file) != text {
		t.Fatal("openapi.yaml is not what the route table says: write it with SALDO_UPDATE=1 go test -run TestContract ./api, and read the difference")
	}
	var fromYAML, fromJSON any
	require.NoError(t, yaml.Unmarshal(file, &fromYAML))
	require.NoError(t, json.Unmarshal(served.body, &fromJSON))
	again, err := json.Marshal(fromYAML)
	require.NoError(t, err)
	require.JSONEq(t, string(served.body), string(again))
	if os.Getenv("SALDO_UPDATE") == "" {
		require.Equal(t, string(file), string(s.ask("", "GET", "/openapi.yaml", "").body))
	}
	doc := contractOf(t).doc
	require.Equal(t, "3.1.0", doc.OpenAPI)
}

// contract is the document with a router, ready to hold answers to.
type contract struct {
	doc    *openapi3.T
	router routers.Router
}

var loadContract = sync.OnceValues(func() (*contract, error) {
	content, err := os.ReadFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(content)
	if err != nil {
		return nil, err
	}
	if err = doc.Validate(context.Background()); err != nil {
		return nil, err
	}
	for _, s := range doc.Components.Schemas { // an answer with a member that the contract doesn't know fails here
		closed(s.Value)
	}
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.RegisteredBodyDecoder("text/plain"))
	router, err := gorillamux.NewRouter(doc)
	return &contract{doc, router}, err
})

func closed(s *openapi3.Schema) {
	if s.Type.Is("object") && len(s.Properties) > 0 && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil {
		no := false
		s.AdditionalProperties = openapi3.BoolSchema{Has: &no}
	}
}

func contractOf(tb testing.TB) *contract {
	tb.Helper()
	c, err := loadContract()
	require.NoError(tb, err)
	return c
}

// holds says what an answer has that the contract doesn't, or lacks. An address that the contract doesn't know must be answered
// by a problem.
func (c *contract) holds(req *http.Request, status int, header http.Header, body []byte) error {
	route, params, err := c.router.FindRoute(req)
	if err != nil {
		if status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
			return fmt.Errorf("%s %s is in no contract and answers %d", req.Method, req.URL, status)
		}
		var problem any
		if err = json.Unmarshal(body, &problem); err != nil {
			return err
		}
		return c.doc.Components.Schemas["Problem"].Value.VisitJSON(problem, openapi3.EnableJSONSchema2020())
	}
	lines := strings.HasPrefix(header.Get("Content-Type"), "application/x-ndjson")
	for line := range bytes.Lines(body) {
		var value any
		if !lines {
			break
		}
		if err = json.Unmarshal(line, &value); err != nil {
			return err
		}
		if err = c.doc.Components.Schemas["BulkLine"].Value.VisitJSON(value, openapi3.EnableJSONSchema2020()); err != nil {
			return err
		}
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, Route: route, PathParams: params},
		Status:                 status, Header: header, Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true, ExcludeResponseBody: lines},
	}
	return openapi3filter.ValidateResponse(req.Context(), input.SetBodyBytes(body))
}
