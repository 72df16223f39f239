package domain

import (
	"strconv"
	"time"

	"saldo/domain/reason"
)

// How checks show what they expected and found: codes, instants in UTC, digits. Texts for people are the catalogue's business.

func itoa(n int) string { return strconv.Itoa(n) }

func instant(t *time.Time) string {
	if t == nil {
		return "none"
	}
	return t.UTC().Format(time.RFC3339)
}

func since(state string, t *time.Time) string {
	if t == nil {
		return state
	}
	return state + " since " + instant(t)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func amountText(m *Money) string {
	if m == nil {
		return "none"
	}
	return m.String()
}

func earlier(a, b *time.Time) *time.Time {
	switch {
	case a == nil:
		return b
	case b == nil || !b.Before(*a):
		return a
	}
	return b
}

func later(a, b *time.Time) *time.Time {
	switch {
	case a == nil || b == nil:
		return nil
	case a.Before(*b):
		return b
	}
	return a
}

// passIf turns a condition into a verdict; code is the reason of a fail.
func passIf(ok bool, code reason.Code) (Verdict, reason.Code) {
	if ok {
		return Pass, ""
	}
	return Fail, code
}

func either(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

// had says "none" for something that never happened, and since when for something that did.
func had(what string, t *time.Time) string {
	if t == nil {
		return "none"
	}
	return since(what, t)
}
