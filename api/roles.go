package api

import (
	"slices"

	"saldo/domain"
)

// Scope is a right that a route demands.
type Scope string

// Scopes.
const (
	ScopePublic Scope = ""       // no token
	ScopeSelf   Scope = "self"   // any token
	ScopeRead   Scope = "read"   // people, purchases, why: partners see their own transactions only
	ScopeReport Scope = "report" // sums over many people
	ScopeEvents Scope = "events" // the log itself
	ScopeAppend Scope = "append" // commands, as far as the act is the role's
	ScopeTokens Scope = "tokens" // the register of tokens
)

// scopes of a role: the one table of who may do what.
func (r Role) scopes() []Scope {
	switch r {
	case RolePlatform, RoleInstitution, RolePayment:
		return []Scope{ScopeSelf, ScopeRead, ScopeAppend}
	case RoleBank, RoleTreasury:
		return []Scope{ScopeSelf, ScopeAppend}
	case RoleOffice:
		return []Scope{ScopeSelf, ScopeRead, ScopeReport, ScopeEvents, ScopeAppend}
	case RoleSupport:
		return []Scope{ScopeSelf, ScopeRead, ScopeReport, ScopeAppend}
	case RoleAuditor:
		return []Scope{ScopeSelf, ScopeRead, ScopeReport, ScopeEvents, ScopeAppend}
	case RoleAdmin:
		return []Scope{ScopeSelf, ScopeTokens}
	}
	return nil
}

func (r Role) may(s Scope) bool { return s == ScopePublic || slices.Contains(r.scopes(), s) }

// mayAct reports whether an act is one that the role submits: the acts that its party owns, and of those that no party owns what
// the table below gives it. What stands in neither, nobody submits.
func (r Role) mayAct(a domain.ActSpec) bool {
	if a.Owner != "" {
		return r.party() == a.Owner && r != RoleAdmin
	}
	return slices.Contains(submitters()[a.Name], r)
}

// submitters are the roles that submit the acts that no party owns. A second person is one of the programme office's own:
// a partner proposes and approves nothing.
func submitters() map[domain.CommandName][]Role {
	office := []Role{RoleOffice}
	return map[domain.CommandName][]Role{
		"RecordAnnouncement": office, "ProposeAction": office, "ApproveAction": office, "DeclineAction": office, "ClosePeriod": office,
		"RecordCorrection": office, "RecordSurveyCompleted": office,
		"OfferCourse": {RolePlatform, RoleOffice}, "EndOffer": {RolePlatform, RoleOffice}, "WithdrawCourse": {RoleInstitution, RoleOffice},
		"CancelPurchase": {RolePlatform, RoleOffice}, "ReportCompletion": {RolePlatform, RoleInstitution},
		"RecordRating": {RolePlatform, RoleOffice}, "RecordReview": {RolePlatform, RoleOffice},
		"UnlinkPayoutAccount": {RolePayment, RoleOffice}, "RecordUnattributedPurchase": {RolePlatform},
		"RecordComplaint": {RoleSupport, RoleOffice}, "AnswerComplaint": {RoleSupport, RoleOffice}, "OpenDispute": {RoleSupport, RoleOffice},
	}
}
