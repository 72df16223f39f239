package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/eventstore"
)

// TestFuzzRequests sends requests that the contract suggests and that it forbids. Whatever comes: no fault of ours, an answer
// that the contract knows, and nothing in the log that its sender may not put there.
func TestFuzzRequests(t *testing.T) {
	t.Parallel()
	const full, short = 20_000, 2_000
	rounds := full
	if raceEnabled || testing.Short() {
		rounds = short
	}
	s := serve(t, 3)
	s.holders()
	f := &fuzzer{site: s, r: rand.New(rand.NewPCG(1, seed(t))), operations: operations(t), answers: answersOf(t)}
	for n := range rounds {
		f.n = n
		f.one()
		s.clock.add(25 * 1e6) // an address without a token may ask 50 times a second
	}
	require.Greater(t, f.seen[http.StatusCreated], rounds/200, "the fuzzer gets something done: %v", f.seen)
	t.Log(f.seen)
	rep, err := s.service.Check(t.Context(), nil)
	require.NoError(t, err)
	for _, x := range rep.Findings {
		require.Equal(t, "tranche", x.Kind, "%v", x) // a bank reports credits of a tranche that nobody instructed: it may
	}
}

// seed is the same in every run; SALDO_SEED tries another.
func seed(t *testing.T) uint64 {
	t.Helper()
	const always = 2
	text := os.Getenv("SALDO_SEED")
	if text == "" {
		return always
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err)
	return n
}

// fuzzer makes up requests.
type fuzzer struct {
	*site
	r          *rand.Rand
	n          int
	operations []operation
	answers    *answers
	seen       map[int]int
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// rarely is true once in n times.
func (f *fuzzer) rarely(n int) bool { return f.r.IntN(n) == 0 }

func (f *fuzzer) one() {
	o := pick(f.r, f.operations...)
	who, authorization := f.sender(o)
	method := o.method
	if f.rarely(30) && o.id != "abandon" { // whose address, asked with GET, is that of another key
		method = pick(f.r, "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "GET", "POST", "TRACE")
	}
	target := f.url + f.path(o) + f.query(o)
	body := f.body(o)
	req, err := http.NewRequestWithContext(f.t.Context(), method, target, bytes.NewReader(body))
	require.NoError(f.t, err, target)
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	f.headers(req.Header)
	before := f.head()
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(f.t, err, "%s %s", method, target)
	content, err := io.ReadAll(resp.Body)
	require.NoError(f.t, err)
	require.NoError(f.t, resp.Body.Close())
	told := fmt.Sprintf("request %d: %s %s by %q, headers %v, body %s\nanswered %d %s", f.n, method, target, who, req.Header, clip(body), resp.StatusCode, clip(content))
	require.Less(f.t, resp.StatusCode, 500, told)
	if method != http.MethodHead {
		require.NoError(f.t, f.answers.hold(req, resp, content), told)
	}
	if f.seen == nil {
		f.seen = map[int]int{}
	}
	f.seen[resp.StatusCode]++
	f.unharmed(o, who, before, told)
}

// unharmed reads what a request left in the log: only what its sender may.
func (f *fuzzer) unharmed(o operation, who string, before eventstore.Position, told string) {
	for e, err := range f.store.ReadAll(f.t.Context(), before, eventstore.ReadAllOptions{}) {
		require.NoError(f.t, err)
		require.NotEmpty(f.t, who, "an event without a token: %s", told)
		require.Contains(f.t, o.roles, who, told)
		var meta domain.Metadata
		require.NoError(f.t, json.Unmarshal(e.Metadata, &meta))
		require.EqualValues(f.t, who, meta.Actor.Role, told)
		require.NotEqual(f.t, domain.Migrated, meta.Origin, told)
	}
}

func clip(b []byte) string { return fmt.Sprintf("%.600q", b) }

// sender gives a token, or something that looks like one.
func (f *fuzzer) sender(o operation) (who, authorization string) {
	if len(o.roles) > 0 && !f.rarely(4) {
		who = pick(f.r, o.roles...)
		return who, "Bearer " + f.tokens[who]
	}
	if !f.rarely(3) {
		who = string(pick(f.r, api.Roles()...))
		return who, "Bearer " + f.tokens[who]
	}
	good := f.tokens[string(pick(f.r, api.Roles()...))]
	return "", pick(f.r, "", "Bearer", "Bearer ", "bearer x", "Basic YTpi", good, "Bearer "+good[:len(good)-1], "Bearer "+good+"x", "Bearer "+strings.ToUpper(good),
		"Bearer saldo_aaaaaaaaaaaa_"+strings.Repeat("0", 38), "Bearer \u00e9", "Token "+good, "Bearer "+good[:20]+"x"+good[21:])
}

// odd are texts that programs stumble over.
func (f *fuzzer) odd() string {
	return pick(f.r, "", " ", "0", "-1", "1e9", "99999999999999999999", "null", "true", "[]", "{}", "\x00", "\u00e9", "\u202e", "\U0001f4b8", "%", "%00", "a/b", "..", "../..", "'", "\"", "\\",
		"' OR 1=1 --", "<script>", strings.Repeat("a", 201), strings.Repeat("9", 400), "start", "x@1/1", "2020-08-20", "2020-08-20T09:14:00+07:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "3171234567890123", "081234567890",
		buyer(f.wave, 1).Participant.String(), id("somebody").String(), "{"+id("x").String()+"}", "urn:uuid:"+id("x").String(), "platform-a", "mitra-x", "c-1", "participant-", "programme", "job_search")
}

func (f *fuzzer) path(o operation) string {
	who := pick(f.r, buyer(f.wave, 1+f.r.IntN(3)).Participant, id("somebody")).String()
	path := strings.NewReplacer("{participant}", who, "{course_code}", pick(f.r, "c-1", "c-9"), "{platform}", pick(f.r, "platform-a", "mitra-x"), "{institution}", pick(f.r, "lembaga-a", "mitra-x")).Replace(o.path)
	if f.rarely(6) {
		path = o.path
		for strings.Contains(path, "{") {
			i, j := strings.Index(path, "{"), strings.Index(path, "}")
			path = path[:i] + url.PathEscape(f.odd()) + path[j+1:]
		}
	}
	path = filled(path)
	if f.rarely(50) {
		path = pick(f.r, path+"/", "/"+path, path+"/x", strings.ToUpper(path), path+":", "/v1", "/", "/v1/..", path+"%2F")
	}
	return path
}

func (f *fuzzer) query(o operation) string {
	if !f.rarely(3) {
		return pick(f.r, "", "", "", "?dry_run=true")
	}
	values := url.Values{}
	for range 1 + f.r.IntN(3) {
		name := pick(f.r, "participant", "stream", "limit", "after", "wave", "stage", "from", "to", "at", "type", "platform", "course", "kind", "n", "reference", "key", "effective", "dry_run", "token", "lang", "verbose", "invoice_code", f.odd())
		values.Add(name, pick(f.r, f.odd(), f.odd(), "1", "true", id("somebody").String(), buyer(f.wave, 1).Participant.String()))
	}
	if strings.Contains(o.path, "/why/") {
		values.Set("participant", buyer(f.wave, 1+f.r.IntN(3)).Participant.String())
	}
	text := "?" + values.Encode()
	if f.rarely(20) {
		text += pick(f.r, "&%", "&;", "&a;b", "&=", "&&&", "?")
	}
	return text
}

func (f *fuzzer) headers(h http.Header) {
	if !f.rarely(8) {
		h.Set("Idempotency-Key", fmt.Sprintf("k-%d", f.r.IntN(max(f.n, 1)+10)))
	} else {
		h.Set("Idempotency-Key", pick(f.r, "", " ", `""`, `"x`, strings.Repeat("k", 201), "\u00e9", `"a\"b"`, "x, y"))
	}
	if f.rarely(10) {
		h.Add("Idempotency-Key", "second")
	}
	if f.rarely(10) {
		h.Set("If-Match", pick(f.r, `"0"`, "0", "*", `"-1"`, `W/"3"`, `"x"`, "99999999999999999999", ""))
	}
	if f.rarely(10) {
		h.Set("Content-Type", pick(f.r, "text/plain", "application/json; charset=utf-8", "application/json;;", "application/x-ndjson", "multipart/form-data", "\u00e9", "APPLICATION/JSON"))
	}
	if f.rarely(20) {
		h.Set("Content-Encoding", pick(f.r, "gzip", "zstd", "br", "identity", "gzip, gzip"))
	}
	if f.rarely(10) {
		h.Set("Accept-Language", pick(f.r, "en", "id", "en-GB;q=0.1, id", "*", ";;;,,,", strings.Repeat("x,", 500)))
	}
	if f.rarely(10) {
		h.Set("X-Request-Id", pick(f.r, id("request").String(), "1", "\u00e9", "urn:uuid:"+id("request").String(), uuid.Nil.String()))
	}
	if f.rarely(10) {
		h.Set("Accept", pick(f.r, "text/html", "application/json", "*/*", "image/png", ""))
	}
}

// body gives the example, or what may become of it.
func (f *fuzzer) body(o operation) []byte {
	if o.id == "bulk" {
		return f.lines()
	}
	body := o.body
	if o.id == "purchase-course" && !f.rarely(4) {
		body = fmt.Appendf(nil, `{"course_code":"c-1","invoice_code":"I-%d","amount":"350000"}`, f.n)
	}
	if len(body) == 0 || f.rarely(12) {
		return f.nonsense()
	}
	if f.rarely(2) {
		return body
	}
	return f.bent(body)
}

func (f *fuzzer) nonsense() []byte {
	return pick(f.r, nil, nil, []byte("{}"), []byte("null"), []byte("[]"), []byte(`"x"`), []byte("{"), []byte(`{"a":}`), []byte("\xff\xfe{}"), []byte(`{} {}`), []byte(`{"context":null}`), []byte(`{"context":{},"context":{}}`),
		[]byte(strings.Repeat(`{"a":`, 30)+"1"+strings.Repeat("}", 30)), []byte(strings.Repeat("[", 11_000)), []byte(`{"x":"`+strings.Repeat("a", 4_000)+`"}`), f.huge())
}

// huge is more than a body may have, now and then.
func (f *fuzzer) huge() []byte {
	if !f.rarely(5) {
		return []byte("0")
	}
	return []byte(`{"x":"` + strings.Repeat("a", 1<<20) + `"}`)
}

// bent changes one thing of an object.
func (f *fuzzer) bent(body []byte) []byte {
	var all map[string]json.RawMessage
	if json.Unmarshal(body, &all) != nil || len(all) == 0 {
		return body
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	name := pick(f.r, names...)
	odd, _ := json.Marshal(f.odd())
	switch f.r.IntN(6) {
	case 0:
		delete(all, name)
	case 1:
		all[name] = pick(f.r, json.RawMessage("null"), json.RawMessage("0"), json.RawMessage("-1"), json.RawMessage("1e400"), json.RawMessage("true"), json.RawMessage("[]"), json.RawMessage("{}"), json.RawMessage(`[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]`), odd)
	case 2:
		all[pick(f.r, "colour", "", "command", "act", "key", "actor", "origin", "received_at", "participant", "platform", "Context", strings.ToUpper(name), f.odd())] = odd
	case 3:
		all["context"] = pick(f.r, json.RawMessage(`{}`), json.RawMessage(`{"actor":{"party":"programme_office","id":"684f0d84-aff3-5611-8fa1-5f1b08882294"}}`), json.RawMessage(`{"key":"x"}`), json.RawMessage(`{"effective_at":"2020-08-01T02:00:00Z","effective_at":"2020-08-01T02:00:00Z"}`),
			json.RawMessage(`{"effective_at":"2020-08-01T02:00:00Z"}`), json.RawMessage(`{"command":"AdoptPolicy"}`), json.RawMessage(`{"act":{}}`), json.RawMessage("[]"), json.RawMessage("1"), odd)
	case 4:
		text, _ := json.Marshal(all)
		quoted, _ := json.Marshal(name)
		return fmt.Appendf(text[:len(text)-1:len(text)-1], `,%s:%s}`, quoted, pick(f.r, all[name], odd)) // it stands twice
	default:
		text, _ := json.Marshal(all)
		return text[:f.r.IntN(len(text))]
	}
	text, err := json.Marshal(all)
	require.NoError(f.t, err)
	return text
}

// lines is a bulk of commands, right and wrong.
func (f *fuzzer) lines() []byte {
	var out bytes.Buffer
	for range f.r.IntN(4) {
		line := pick(f.r, domain.Examples()[f.r.IntN(20)], json.RawMessage(`{"command":"PurchaseCourse"}`), json.RawMessage("x"), json.RawMessage(""),
			fmt.Appendf(nil, `{"command":"RecordRating","key":"r-%d","act":{"participant":"%s","course_code":"c-1","stars":5,"via":"mitra-x"}}`, f.n, buyer(f.wave, 1).Participant))
		if f.rarely(3) {
			line = f.bent(line)
		}
		out.Write(line)
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// answers holds answers to the contract with schemas that are compiled once; what the filter of the contract's own tests does
// besides, it does for one answer in fifty.
type answers struct {
	*contract
	compiler *jsonschema.Compiler
	made     sync.Map
	n        int
}

func answersOf(t *testing.T) *answers {
	t.Helper()
	c := contractOf(t)
	content, err := c.doc.MarshalJSON()
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	require.NoError(t, compiler.AddResource("urn:contract", doc))
	return &answers{contract: c, compiler: compiler}
}

func (a *answers) hold(req *http.Request, resp *http.Response, body []byte) error {
	a.n++
	kind, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
	route, _, err := a.router.FindRoute(req)
	if err != nil || a.n%50 == 0 || !strings.HasSuffix(kind, "json") || kind == "application/x-ndjson" {
		return a.holds(req, resp.StatusCode, resp.Header, body)
	}
	response := route.Operation.Responses.Status(resp.StatusCode)
	if response == nil || response.Value.Content[kind] == nil {
		return fmt.Errorf("the contract knows no %d %s", resp.StatusCode, kind)
	}
	place := "/paths/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(route.Path) + "/" + strings.ToLower(route.Method) + "/responses/" + fmt.Sprint(resp.StatusCode)
	if response.Ref != "" {
		place = strings.TrimPrefix(response.Ref, "#")
	}
	place += "/content/" + strings.ReplaceAll(kind, "/", "~1") + "/schema"
	made, known := a.made.Load(place)
	if !known {
		if made, err = a.compiler.Compile("urn:contract#" + (&url.URL{Path: place}).EscapedPath()); err != nil {
			return err
		}
		a.made.Store(place, made)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	schema, _ := made.(*jsonschema.Schema)
	return schema.Validate(value)
}
