package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"saldo/api"
)

// remoteFlags name a ledger behind its HTTP API. The token itself is never an argument: others can read those.
type remoteFlags struct {
	url, tokenFile string
}

// tokenVariable holds the token where no file is named.
const tokenVariable = "SALDO_TOKEN"

func (a *app) remoteFlags(c *cobra.Command, f *remoteFlags) {
	c.Flags().StringVar(&f.url, "url", "", a.t("buku besar di balik HTTP, seperti http://127.0.0.1:8420, alih-alih --data", "a ledger behind HTTP, such as http://127.0.0.1:8420, instead of --data"))
	c.Flags().StringVar(&f.tokenFile, "token-file", "", a.t("berkas tokennya, - untuk stdin; tanpa ini: "+tokenVariable, "file with its token, - for stdin; without it: "+tokenVariable))
}

// remote makes the client.
func (a *app) remote(f remoteFlags) (*api.Remote, error) {
	token, err := a.token(f)
	if err != nil {
		return nil, err
	}
	r, err := api.NewRemote(api.RemoteConfig{URL: f.url, Token: token, Lang: string(a.lang)})
	if err != nil {
		return nil, usage("--url "+clip(f.url), "--url http://127.0.0.1:8420")
	}
	return r, nil
}

// token reads the token from its file, stdin or the environment.
func (a *app) token(f remoteFlags) (string, error) {
	const most = 4 << 10
	var content []byte
	var err error
	switch f.tokenFile {
	case "":
		content = []byte(a.env(tokenVariable))
	case "-":
		content, err = io.ReadAll(io.LimitReader(a.in, most))
	default:
		content, err = os.ReadFile(f.tokenFile)
	}
	if err != nil {
		return "", &problem{code: codeOf(err), what: "--token-file " + clip(f.tokenFile), cause: err}
	}
	token := strings.TrimSpace(string(content))
	if !api.TokenPattern.MatchString(token) {
		return "", &problem{
			code: exitAuth, what: a.t("tidak ada token yang terbaca", "no token that can be read"),
			cure: fmt.Sprintf(a.t("--token-file BERKAS, --token-file - untuk stdin, atau %s", "--token-file FILE, --token-file - for stdin, or %s"), tokenVariable),
		}
	}
	return token, nil
}

// remoteProblem says what a server's answer means here.
func (a *app) remoteProblem(err error) error {
	p, answered := errors.AsType[*api.ProblemError](err)
	if !answered {
		if _, lost := errors.AsType[*url.Error](err); lost || errors.Is(err, api.ErrStoppedShort) {
			return &problem{code: exitUnavailable, what: a.t("server tidak menjawab", "the server does not answer"), cause: err, cure: a.t("jalankan lagi nanti", "run it again later")}
		}
		return err
	}
	code := exitFailure
	switch p.Status {
	case 400, 415: //nolint:mnd // of HTTP
		code = exitUsage
	case 401, 403: //nolint:mnd // of HTTP
		code = exitAuth
	case 404: //nolint:mnd // of HTTP
		code = exitNotFound
	case 409, 412, 422: //nolint:mnd // of HTTP
		code = exitConflict
	case 429, 503: //nolint:mnd // of HTTP
		code = exitUnavailable
	}
	return &problem{code: code, what: string(p.Code) + ": " + p.Detail + faultsOf(p), cure: p.Cure + " (request_id " + p.RequestID + ")"}
}

func faultsOf(p *api.ProblemError) string {
	var b strings.Builder
	for _, f := range p.Errors {
		fmt.Fprintf(&b, "; %s: %s", f.Pointer, f.Detail)
	}
	return b.String()
}
