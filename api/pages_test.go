package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The guide names every route and every code, in both languages, fits a slow link, and needs nothing from elsewhere.
func TestGuide(t *testing.T) {
	t.Parallel()
	s := serve(t, 1)
	for _, lang := range []string{"id", "en"} {
		r := s.ask("", "GET", "/docs?lang="+lang, "")
		require.Equal(t, http.StatusOK, r.status)
		page := string(r.body)
		require.Less(t, len(page), 40_000)
		require.Contains(t, page, `<html lang="`+lang+`">`)
		for _, foreign := range []string{"<script", "https://", "src=", "@import", "style="} {
			require.NotContains(t, page, foreign)
		}
		require.Contains(t, r.header.Get("Content-Security-Policy"), "default-src 'none'; style-src 'sha256-")
		for _, o := range operations(t) {
			require.Contains(t, page, o.path)
		}
		for _, code := range []string{"outcome_unknown", "insufficient_scope", "refused"} {
			require.Contains(t, page, "/problems/"+code)
			browser := s.ask("", "GET", "/problems/"+code+"?lang="+lang, "", "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
			require.Equal(t, http.StatusOK, browser.status)
			require.True(t, strings.HasPrefix(browser.header.Get("Content-Type"), "text/html"))
			require.Contains(t, string(browser.body), code)
			require.Equal(t, code, s.ask("", "GET", "/problems/"+code, "").text("code"))
		}
	}
	require.Contains(t, string(s.ask("", "GET", "/docs", "", "Accept-Language: en").body), "Quick start")
	require.Equal(t, http.StatusBadRequest, s.ask("", "GET", "/docs?lang=fr", "").status)
}
