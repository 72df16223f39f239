package api

import (
	"net/http"
	"time"

	"saldo/domain"
)

// clientView is a token without what must not be seen.
type clientView struct {
	Token   string           `json:"token_id"`
	Role    Role             `json:"role"`
	Code    domain.Reference `json:"code,omitempty"`
	ID      string           `json:"id"`
	Issued  time.Time        `json:"issued_at"`
	Expires time.Time        `json:"expires_at"`
	Revoked *time.Time       `json:"revoked_at,omitempty"`
	Grace   *time.Time       `json:"grace_until,omitempty"`
	Next    string           `json:"successor_id,omitempty"`
	Scopes  []Scope          `json:"scopes"`
}

func viewOfClient(c Client) clientView {
	return clientView{c.Token, c.Role, c.Code, c.ID.String(), c.Issued, c.Expires, c.Revoked, c.Replaced, c.Next, c.Role.scopes()}
}

func (s *Server) me(c *call) (answer, error) { return ok(viewOfClient(*c.client)) }

func (s *Server) tokens(*call) (answer, error) {
	out := []clientView{}
	for _, x := range s.config.Clients.List() {
		out = append(out, viewOfClient(x))
	}
	return ok(tokensView{out})
}

// tokenRequest asks for a token.
type tokenRequest struct {
	Role Role             `json:"role" doc:"what its holder is"`
	Code domain.Reference `json:"code,omitempty" doc:"of a partner: which platform, institution or payment partner"`
	Days int              `json:"days,omitempty" min:"1" max:"366" doc:"how long it lasts; absent: 90"`
}

func (s *Server) issueToken(c *call) (answer, error) {
	content, err := c.body()
	if err != nil {
		return answer{}, err
	}
	var r tokenRequest
	if err = domain.DecodeObject(content, &r); err != nil {
		return answer{}, err
	}
	life := DefaultTokenLife
	if r.Days != 0 {
		life = time.Duration(r.Days) * 24 * time.Hour //nolint:mnd // a day
	}
	text, issued, err := s.config.Clients.Issue(Client{Role: r.Role, Code: r.Code}, c.now, life)
	return shownOnce(text, issued, err)
}

func shownOnce(text string, issued Client, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusCreated, value: issuedToken{text, viewOfClient(issued)}}, nil
}

// defaultGrace is how long a replaced token works on.
const defaultGrace = 24 * time.Hour

func (s *Server) rotateToken(c *call) (answer, error) {
	id, err := c.fromPath("token")
	if err != nil {
		return answer{}, err
	}
	return shownOnce(s.config.Clients.Rotate(id, c.now, defaultGrace))
}

func (s *Server) revokeToken(c *call) (answer, error) {
	id, err := c.fromPath("token")
	if err != nil {
		return answer{}, err
	}
	if err = s.config.Clients.Revoke(id, c.now); err != nil {
		return answer{}, err
	}
	return ok(revokedToken{id, "revoked"})
}
