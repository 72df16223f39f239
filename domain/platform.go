package domain

import "time"

// ---- a digital platform: partnership, access tokens, its own catalogue ----

// LeaveCause says why a partnership ended.
type LeaveCause string

// Causes of leaving.
const (
	LeftByItself    LeaveCause = "withdrew"
	LeftByProgramme LeaveCause = "removed"
)

// Values lists the admitted values.
func (LeaveCause) Values() []string { return []string{string(LeftByItself), string(LeftByProgramme)} }

// TokenCause says why a token was revoked.
type TokenCause string

// Causes of a token's revocation.
const (
	TokenReverification TokenCause = "reverification"
	TokenLeaked         TokenCause = "leaked"
	TokenPartnerLeft    TokenCause = "partner_left"
	TokenOther          TokenCause = "other"
)

// Values lists the admitted values.
func (TokenCause) Values() []string {
	return []string{string(TokenReverification), string(TokenLeaked), string(TokenPartnerLeft), string(TokenOther)}
}

type (
	// PlatformBody admits a platform.
	PlatformBody struct {
		Name Title `json:"name" doc:"its published name"`
	}
	// PlatformLeaveBody ends a partnership. When it took effect and when it became known may differ.
	PlatformLeaveBody struct {
		Cause    LeaveCause `json:"cause" doc:"who ended it"`
		EndedAt  time.Time  `json:"ended_at" doc:"from when the partnership had ended; decisions count it only from when it was recorded"`
		PublicAt *time.Time `json:"public_at,omitempty" doc:"when it became public"`
	}
	// TokenBody issues an API token. Its secret is never in the log.
	TokenBody struct {
		Token     TokenID   `json:"token_id" doc:"public part of the token"`
		ExpiresAt time.Time `json:"expires_at" doc:"end of its life"`
	}
	// TokenRotateBody replaces a token, which stays good until the end of its grace.
	TokenRotateBody struct {
		Token      TokenID   `json:"token_id" doc:"the old token"`
		Successor  TokenID   `json:"successor_id" doc:"the new token"`
		ExpiresAt  time.Time `json:"expires_at" doc:"end of the new token's life"`
		GraceUntil time.Time `json:"grace_until" doc:"until when the old one still works"`
	}
	// TokenRevokeBody ends a token at once.
	TokenRevokeBody struct {
		Token TokenID    `json:"token_id" doc:"which token"`
		Cause TokenCause `json:"cause" doc:"why"`
	}
	// CatalogueBody is what a platform says it sells: a claim, shown beside what is approved.
	CatalogueBody struct {
		TakenAt time.Time    `json:"taken_at" doc:"when the list was taken"`
		File    Digest       `json:"file_sha256,omitempty" doc:"SHA-256 of the list"`
		Count   int          `json:"count" min:"0" max:"1000000" doc:"courses in the list"`
		Added   []CourseCode `json:"added,omitempty" doc:"courses that were not in the list before"`
		Removed []CourseCode `json:"removed,omitempty" doc:"courses that are not in it any more"`
	}
)

// Events of a platform.
type (
	// PlatformJoined admits a platform as a partner.
	PlatformJoined struct {
		PlatformBody
		Ruled
	}
	// PlatformLeft ends the partnership.
	PlatformLeft struct {
		PlatformLeaveBody
		Ruled
	}
	// TokenIssued gives the platform a pass to the system.
	TokenIssued struct {
		TokenBody
		Ruled
	}
	// TokenRotated replaces it.
	TokenRotated struct {
		TokenRotateBody
		Ruled
	}
	// TokenRevoked ends it.
	TokenRevoked struct {
		TokenRevokeBody
		Ruled
	}
	// CatalogueReported is the platform's own list.
	CatalogueReported struct {
		CatalogueBody
		Ruled
	}
	// PlatformActRefused is the refusal of any act on a platform.
	PlatformActRefused struct{ RefusedAct }
)

// OnPlatform names the platform whose stream an act is for.
type OnPlatform struct {
	Platform PlatformCode `json:"platform" stream:"yes" doc:"code of the platform"`
}

// Acts on a platform.
type (
	// AdmitPlatform makes a platform a partner.
	AdmitPlatform struct {
		OnPlatform
		PlatformBody
	}
	// RemovePlatform ends a partnership.
	RemovePlatform struct {
		OnPlatform
		PlatformLeaveBody
	}
	// IssueToken issues an API token.
	IssueToken struct {
		OnPlatform
		TokenBody
	}
	// RotateToken replaces one.
	RotateToken struct {
		OnPlatform
		TokenRotateBody
	}
	// RevokeToken ends one.
	RevokeToken struct {
		OnPlatform
		TokenRevokeBody
	}
	// ReportCatalogue records a platform's own list.
	ReportCatalogue struct {
		OnPlatform
		CatalogueBody
	}
)
