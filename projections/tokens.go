package projections

import (
	"cmp"

	"saldo/domain"
)

// tokenKey is a token of a platform, by its public part.
type tokenKey struct {
	Platform domain.PlatformCode
	Token    domain.TokenID
}

// accessToken is a row of token.
type accessToken struct {
	tokenKey
	Issued, Expires        instant
	Predecessor, Successor domain.TokenID
	Rotated, Grace         instant
	Revoked                instant
	RevokedFor             domain.TokenCause
	Attempts, Refused      int64
	Used                   instant
	Denied                 int64
	DeniedAt               instant
}

func tokenColumns(t *accessToken) []any {
	return []any{
		&t.Platform, &t.Token, &t.Issued, &t.Expires, &t.Predecessor, &t.Successor, &t.Rotated, &t.Grace, &t.Revoked, &t.RevokedFor,
		&t.Attempts, &t.Refused, &t.Used, &t.Denied, &t.DeniedAt,
	}
}

// tokens is the model of the platforms' API tokens: their lives and their use.
type tokens struct {
	rows *table[tokenKey, accessToken]
}

func newTokens(f *fold) *tokens {
	return &tokens{rows: newTable(f, "token",
		func(a, b tokenKey) int {
			return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Token, b.Token))
		},
		func(k tokenKey) accessToken { return accessToken{tokenKey: k} }, tokenColumns)}
}

func (m *tokens) apply(e domain.Recorded) {
	if body := attemptOf(e); body != nil {
		m.used(e, body)
		return
	}
	if e.Meta.Outcome == domain.Refused {
		return
	}
	if f, ok := e.Fact.(domain.IntakeTallied); ok && f.Token != "" && f.Denied > 0 {
		row := m.rows.edit(tokenKey{doorOf(e.Stream), f.Token})
		row.Denied, row.DeniedAt = row.Denied+int64(f.Denied), max(row.DeniedAt, at(f.Minute))
	}
	if e.Stream.Kind() != domain.PlatformStream {
		return
	}
	platform, when := domain.PlatformCode(e.Stream.Key()), at(e.Meta.InForce())
	switch f := e.Fact.(type) {
	case domain.TokenIssued:
		row := m.rows.edit(tokenKey{platform, f.Token})
		row.Issued, row.Expires = when, at(f.ExpiresAt)
	case domain.TokenRotated:
		row := m.rows.edit(tokenKey{platform, f.Token})
		row.Successor, row.Rotated, row.Grace = f.Successor, when, at(f.GraceUntil)
		row = m.rows.edit(tokenKey{platform, f.Successor})
		row.Predecessor, row.Issued, row.Expires = f.Token, when, at(f.ExpiresAt)
	case domain.TokenRevoked:
		row := m.rows.edit(tokenKey{platform, f.Token})
		row.Revoked, row.RevokedFor = when, f.Cause
	}
}

// used counts an attempt under the token that it came with.
func (m *tokens) used(e domain.Recorded, body *domain.PurchaseBody) {
	if body.Token == "" {
		return
	}
	row := m.rows.edit(tokenKey{body.Platform, body.Token})
	row.Attempts++
	if e.Meta.Outcome == domain.Refused {
		row.Refused++
	}
	row.Used = max(row.Used, at(e.Meta.ReceivedAt))
}
