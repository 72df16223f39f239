package api

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"saldo/domain/words"
)

// Pages for people: server-rendered, without scripts, without anything from elsewhere.

//go:embed pages/*.html pages/style.css
var pageFiles embed.FS

// pages are the templates and the policy that lets their one style in and nothing else.
type pages struct {
	templates *template.Template
	policy    string
}

func newPages() (*pages, error) {
	style, err := pageFiles.ReadFile("pages/style.css")
	if err != nil {
		return nil, err
	}
	t := template.New("").Funcs(template.FuncMap{
		"style": func() template.HTML { return template.HTML("<style>" + string(style) + "</style>") }, //nolint:gosec // our own file
		"roles": func(all []Role) string {
			names := make([]string, len(all))
			for i, r := range all {
				names[i] = string(r)
			}
			return strings.Join(names, ", ")
		},
	})
	t, err = t.ParseFS(pageFiles, "pages/*.html")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(style)
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return &pages{t, policy}, nil
}

// shown is what a page is made of.
type shown struct {
	Lang  words.Lang
	Other words.Lang
	Path  string
	Host  string
	Value any
}

// In chooses the page's language.
func (s shown) In(l words.Localized) string {
	if s.Lang == words.EN {
		return l.EN
	}
	return l.ID
}

// T says one of two texts.
func (s shown) T(id, en string) string { return s.In(words.Localized{ID: id, EN: en}) }

// page answers with a page for people.
func (s *Server) page(c *call, name string, value any) (answer, error) {
	lang, q := c.lang, c.query()
	if l := q.text("lang"); l != "" {
		lang = words.Lang(l)
	}
	if err := q.err(); err != nil {
		return answer{}, err
	}
	other := words.EN
	if lang == words.EN {
		other = words.ID
	}
	var out bytes.Buffer
	if err := s.pages.templates.ExecuteTemplate(&out, name, shown{lang, other, c.URL.Path, c.Host, value}); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, value: out.Bytes(), header: map[string]string{
		"Content-Type": htmlMediaType + "; charset=utf-8", "Content-Language": string(lang), "Content-Security-Policy": s.pages.policy,
		"Referrer-Policy": "no-referrer", "Cache-Control": contractFresh, "Vary": "Accept, Accept-Language",
	}}, nil
}

// wantsHTML reports whether a browser asks: it names text/html and not our own media types.
func (c *call) wantsHTML() bool {
	accept := strings.ToLower(strings.Join(c.Header.Values("Accept"), ","))
	return strings.Contains(accept, htmlMediaType) && !strings.Contains(accept, jsonMediaType) && !strings.Contains(accept, problemMediaType)
}

// langParameter chooses the language of a page.
func langParameter() parameter {
	return parameter{name: "lang", zero: "", values: []string{string(words.ID), string(words.EN)}, doc: "language of the page"}
}

// guideRoute is a route as the guide shows it.
type guideRoute struct {
	Method, Path, Query, Name string
	Summary                   words.Localized
	Roles                     []Role
	Public                    bool
}

// guideProblem is a code as the guide shows it.
type guideProblem struct {
	Code, Status string
	Title, Cure  words.Localized
	Retryable    bool
}

// guide is all that the guide shows, from the route table and the table of problems.
type guide struct {
	Version          string
	Routes, Commands []guideRoute
	Problems         []guideProblem
}

func (s *Server) docsPage(c *call) (answer, error) {
	g := guide{Version: ContractVersion}
	for i := range s.table {
		r := &s.table[i]
		shown := guideRoute{r.method, r.path, "", r.name, r.summary, r.roles(), r.scope == ScopePublic}
		names := make([]string, len(r.params))
		for n, p := range r.params {
			names[n] = p.name
		}
		if r.act == nil || r.name == "abandon" {
			shown.Query = strings.Join(names, " ")
			g.Routes = append(g.Routes, shown)
			continue
		}
		shown.Name = string(r.act.Name)
		g.Commands = append(g.Commands, shown)
	}
	for _, k := range problemKinds() {
		g.Problems = append(g.Problems, guideProblem{string(k.code), strconv.Itoa(k.status), k.title, k.cure, k.retryable})
	}
	return s.page(c, "docs.html", g)
}
