package projections

import (
	"time"

	"saldo/domain"
)

// Token is an API token of a platform: its life as of a moment, and its use as far as the models know.
type Token struct {
	Platform    domain.PlatformCode `json:"platform"`
	Token       domain.TokenID      `json:"token_id"`
	State       string              `json:"state"`           // active, grace, expired, revoked; unknown: nobody issued it
	Since       *time.Time          `json:"since,omitempty"` // of the state, where it began after the issue
	Issued      *time.Time          `json:"issued_at,omitempty"`
	Expires     *time.Time          `json:"expires_at,omitempty"`
	Predecessor domain.TokenID      `json:"predecessor_id,omitempty"`
	Successor   domain.TokenID      `json:"successor_id,omitempty"`
	GraceUntil  *time.Time          `json:"grace_until,omitempty"`
	Revoked     *time.Time          `json:"revoked_at,omitempty"`
	RevokedFor  domain.TokenCause   `json:"revoked_for,omitempty"`
	Attempts    int64               `json:"attempts"` // decided, that came with it
	Refused     int64               `json:"refused"`
	Used        *time.Time          `json:"last_used_at,omitempty"` // by an attempt
	Denied      int64               `json:"denied"`                 // at the door, in tallies that name it
	DeniedAt    *time.Time          `json:"last_denied_at,omitempty"`
}

// TokenStates lists the states of a token.
func TokenStates() []string { return []string{"active", "grace", "expired", "revoked", "unknown"} }

// asOf is the token at a moment: what took force later has not happened yet.
func (t *accessToken) asOf(moment time.Time) Token {
	known := func(i instant) instant {
		if i > at(moment) {
			return 0
		}
		return i
	}
	x := *t
	if x.Revoked = known(t.Revoked); x.Revoked == 0 {
		x.RevokedFor = ""
	}
	if x.Rotated = known(t.Rotated); x.Rotated == 0 {
		x.Successor, x.Grace = "", 0
	}
	out := Token{
		Platform: x.Platform, Token: x.Token, State: "unknown", Issued: x.Issued.time(), Expires: x.Expires.time(), Predecessor: x.Predecessor,
		Successor: x.Successor, GraceUntil: x.Grace.time(), Revoked: x.Revoked.time(), RevokedFor: x.RevokedFor,
		Attempts: x.Attempts, Refused: x.Refused, Used: x.Used.time(), Denied: x.Denied, DeniedAt: x.DeniedAt.time(),
	}
	if x.Issued != 0 || x.Revoked != 0 || x.Successor != "" {
		out.State, out.Since = domain.TokenStateAt(orZero(out.Expires), orZero(out.GraceUntil), orZero(out.Revoked), x.Successor, moment)
	}
	return out
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// TokenFilter chooses tokens; zero fields choose all.
type TokenFilter struct {
	Platform domain.PlatformCode
	State    string
}

// Tokens lists the tokens as of a moment, by platform and id. What was issued later is left out. Use and denials are those
// that the models know, later ones included.
func (v *View) Tokens(filter TokenFilter, moment time.Time, page Page) (List[Token], error) {
	var where conditions
	where.add(true, "issued_at <= ?", int64(at(moment)))
	where.add(filter.Platform != "", "platform = ?", string(filter.Platform))
	return sift(v, listing[Token]{
		name: "tokens", filter: struct {
			TokenFilter
			At time.Time
		}{filter, moment},
		query: `SELECT platform, token, issued_at, expires_at, predecessor, successor, rotated_at, grace_until, revoked_at, revoked_for,
			attempts, refused, used_at, denied, denied_at FROM token`,
		where: where, order: []string{"platform", "token"},
		scan: func(scan func(...any) error) (Token, []any, error) {
			var t accessToken
			err := scan(tokenColumns(&t)...)
			return t.asOf(moment), []any{string(t.Platform), string(t.Token)}, err
		},
	}, page, func(t Token) bool { return filter.State == "" || t.State == filter.State })
}
