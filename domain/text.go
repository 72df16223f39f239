package domain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Every string in the log has a length and an alphabet, so that nothing personal and nothing endless can hide in one.
// The types below are that promise; TextRule is what the decoder enforces and what the JSON Schema of a command prints.

// TextRule says which strings a type admits.
type TextRule struct {
	Name    string // what it is called in an error, such as "course code"
	Min     int    // fewest characters
	Max     int    // most characters
	Pattern string // the same rule as an ECMA regular expression, for the JSON Schema
	Hint    string // an example or a cure, shown with an error
	Allowed func(i int, r rune) bool
	Form    func(s string) bool // nil, or what the characters alone don't say
}

// Check reports why s is not admitted, or nil.
func (t TextRule) Check(s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s is not valid UTF-8: send UTF-8 text", t.Name)
	}
	n := utf8.RuneCountInString(s)
	if n < t.Min || n > t.Max {
		return fmt.Errorf("%s has %d characters, allowed are %d to %d (%s)", t.Name, n, t.Min, t.Max, t.Hint)
	}
	for i, r := range s {
		if !t.Allowed(i, r) {
			return fmt.Errorf("%s has the character %q, which is not allowed (%s)", t.Name, r, t.Hint)
		}
	}
	if t.Form != nil && !t.Form(s) {
		return fmt.Errorf("%s does not have the form that it needs (%s)", t.Name, t.Hint)
	}
	return nil
}

// constrained is implemented by every string type that may stand in an event or a command.
type constrained interface{ Rule() TextRule }

// Codes are the programme's own identifiers; none of them is a person's.
type (
	// CourseCode is ID of a training, as the programme office gives it.
	CourseCode string
	// PlatformCode is a digital platform, such as tokopedia.
	PlatformCode string
	// InstitutionCode is a training institution.
	InstitutionCode string
	// ScheduleCode is a class of a course.
	ScheduleCode string
	// PartnerCode is a payment partner, such as bni or ovo.
	PartnerCode string
	// InvoiceCode is the platform's own order number, such as TOKPED-8123.
	InvoiceCode string
	// TokenID is the public part of an API token; never its secret.
	TokenID string
	// SchemeCode is the name of a scheme, such as prakerja-2020.
	SchemeCode string
	// Reference is a treasury, bank or file reference.
	Reference string
	// DecreeNumber is number of a decree (SK) or regulation.
	DecreeNumber string
	// PolicyRef is scheme and version, such as prakerja-2020@2.
	PolicyRef string
	// LastFour is last four characters of a bearer code.
	LastFour string
	// Digest is SHA-256 in lower-case hexadecimal.
	Digest string
	// Title is published title of a course, institution or platform.
	Title string
	// Notice is a published text; never a text about one person.
	Notice string
	// PartnerReason is a payment partner's own failure code.
	PartnerReason string
	// CheckName is name of a check of the rulebook.
	CheckName string
	// CommandName is type name of a command.
	CommandName string
	// EventName is type name of an event.
	EventName string
	// CaseRef is reference of a complaint or dispute.
	CaseRef string
)

func lowerOrDigit(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }
func letterOrDigit(r rune) bool {
	return lowerOrDigit(r) || r >= 'A' && r <= 'Z'
}

func codeRule(name, example string) TextRule {
	return TextRule{
		Name: name, Min: 1, Max: 40, Pattern: "^[a-z0-9][a-z0-9-]{0,39}$",
		Hint:    "lower-case letters, digits and -, such as " + example,
		Allowed: func(i int, r rune) bool { return lowerOrDigit(r) || i > 0 && r == '-' },
	}
}

func referenceRule(name, example string) TextRule {
	return TextRule{
		Name: name, Min: 1, Max: 64, Pattern: "^[A-Za-z0-9][A-Za-z0-9 ./_-]{0,63}$",
		Hint:    "letters, digits, space and ./_-, such as " + example,
		Allowed: func(i int, r rune) bool { return letterOrDigit(r) || i > 0 && strings.ContainsRune(" ./_-", r) },
	}
}

func nameRule(name string) TextRule {
	return TextRule{
		Name: name, Min: 1, Max: 60, Pattern: "^[A-Za-z][A-Za-z0-9_]{0,59}$", Hint: "a name such as PurchaseCourse",
		Allowed: func(i int, r rune) bool { return letterOrDigit(r) || i > 0 && r == '_' },
	}
}

func proseRule(name string, longest int) TextRule {
	return TextRule{
		Name: name, Min: 1, Max: longest, Pattern: `^[^\x00-\x1f\x7f]+$`,
		Hint:    "published text without control characters",
		Allowed: func(_ int, r rune) bool { return unicode.IsPrint(r) },
	}
}

// Rule allows an empty course code: a platform that sends none is a cause of its own (COURSE_CODE_EMPTY), not a malformed request.
func (CourseCode) Rule() TextRule {
	r := codeRule("course code", "1036")
	r.Min, r.Pattern = 0, "^([a-z0-9][a-z0-9-]{0,39})?$"
	return r
}

// Rule gives the length and alphabet of the type.
func (PlatformCode) Rule() TextRule { return codeRule("platform code", "tokopedia") }

// Rule gives the length and alphabet of the type.
func (InstitutionCode) Rule() TextRule { return codeRule("institution code", "tempo-institute") }

// Rule gives the length and alphabet of the type.
func (ScheduleCode) Rule() TextRule { return codeRule("schedule code", "1036-a") }

// Rule gives the length and alphabet of the type.
func (PartnerCode) Rule() TextRule { return codeRule("payment partner code", "bni") }

// Rule gives the length and alphabet of the type.
func (TokenID) Rule() TextRule { return codeRule("token id", "tkn-tokopedia-1") }

// Rule gives the length and alphabet of the type.
func (SchemeCode) Rule() TextRule { return codeRule("scheme", "prakerja-2020") }

// Rule gives the length and alphabet of the type.
func (CaseRef) Rule() TextRule { return codeRule("case reference", "case-0001") }

// Rule gives the length and alphabet of the type.
func (Reference) Rule() TextRule { return referenceRule("reference", "SP2D-2020-0001") }

// Rule gives the length and alphabet of the type.
func (DecreeNumber) Rule() TextRule { return referenceRule("document number", "SK-PKP-4/2020") }

// Rule gives the length and alphabet of the type.
func (CheckName) Rule() TextRule { return nameRule("check name") }

// Rule gives the length and alphabet of the type.
func (CommandName) Rule() TextRule { return nameRule("command name") }

// Rule gives the length and alphabet of the type.
func (EventName) Rule() TextRule { return nameRule("event name") }

// Rule gives the length and alphabet of the type.
func (Title) Rule() TextRule { return proseRule("title", 160) }

// Rule gives the length and alphabet of the type.
func (Notice) Rule() TextRule { return proseRule("notice", 500) }

// Rule gives the length and alphabet of the type.
func (InvoiceCode) Rule() TextRule {
	return TextRule{
		Name: "invoice code", Min: 1, Max: 64, Pattern: "^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$",
		Hint:    "the platform's order number: letters, digits and ._/-, such as TOKPED-8123",
		Allowed: func(i int, r rune) bool { return letterOrDigit(r) || i > 0 && strings.ContainsRune("._/-", r) },
	}
}

// Rule gives the length and alphabet of the type.
func (PolicyRef) Rule() TextRule {
	return TextRule{
		Name: "policy reference", Min: 3, Max: 48, Pattern: "^[a-z0-9-]{1,40}@[0-9]{1,6}$",
		Hint:    "scheme@version, such as prakerja-2020@2",
		Allowed: func(_ int, r rune) bool { return lowerOrDigit(r) || r == '-' || r == '@' },
		Form: func(s string) bool {
			scheme, version, ok := strings.Cut(s, "@")
			return ok && scheme != "" && version != "" && len(version) <= 6 && strings.Trim(version, "0123456789") == ""
		},
	}
}

// Rule gives the length and alphabet of the type.
func (LastFour) Rule() TextRule {
	return TextRule{
		Name: "last four characters", Min: 4, Max: 4, Pattern: "^[A-Z0-9]{4}$",
		Hint:    "four capital letters or digits, such as 7Q4M; the whole code never enters the log",
		Allowed: func(_ int, r rune) bool { return r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' },
	}
}

// Rule gives the length and alphabet of the type.
func (Digest) Rule() TextRule {
	return TextRule{
		Name: "SHA-256 digest", Min: 64, Max: 64, Pattern: "^[0-9a-f]{64}$", Hint: "64 lower-case hexadecimal digits",
		Allowed: func(_ int, r rune) bool { return r >= '0' && r <= '9' || r >= 'a' && r <= 'f' },
	}
}

// Rule gives the length and alphabet of the type.
func (PartnerReason) Rule() TextRule {
	return TextRule{
		Name: "partner's reason", Min: 1, Max: 40, Pattern: "^[A-Z][A-Z0-9_]{0,39}$", Hint: "a code such as WALLET_LIMIT_EXCEEDED",
		Allowed: func(i int, r rune) bool {
			return r >= 'A' && r <= 'Z' || i > 0 && (r >= '0' && r <= '9' || r == '_')
		},
	}
}
