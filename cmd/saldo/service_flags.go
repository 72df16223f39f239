package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"saldo/domain"
)

// machine reports whether stdout is read by a program: it then gets fields that are too many for people.
func (a *app) machine() bool { return a.output != "" && a.output != "table" }

// roomy reports whether the screen has room for sentences beside figures.
func (a *app) roomy() bool {
	const columns = 100
	return a.width() >= columns
}

// oneOf checks a flag's value against a closed list; empty is not given.
func (a *app) oneOf(flag, value string, known []string) error {
	if value == "" || slices.Contains(known, value) {
		return nil
	}
	cure := strings.Join(known, ", ")
	const listed = 12 // more are no help
	if len(known) > listed {
		cure = strings.Join(known[:listed], ", ") + ", …"
	}
	if near := domain.DidYouMean(value, known); near != "" {
		cure = a.t("maksudnya ", "did you mean ") + near + "? " + cure
	}
	return usage(fmt.Sprintf("--%s: %q", flag, clip(value)), cure)
}

// codeFlag checks a flag's value against the alphabet of a code; empty is not given.
func (a *app) codeFlag(flag, value string, rule domain.TextRule) error {
	if value == "" {
		return nil
	}
	if err := rule.Check(value); err != nil {
		return usage(fmt.Sprintf(a.t("--%s: bentuk %q salah", "--%s: %q has the wrong form"), flag, clip(value)),
			a.t(fmt.Sprintf("%d sampai %d karakter menurut %s", max(rule.Min, 1), rule.Max, rule.Pattern), rule.Hint))
	}
	return nil
}

// interval reads --from and --to. to is the first moment that does not count: a day counts whole, and a second too.
func (a *app) interval(from, to string) (first, behind *time.Time, err error) {
	if first, err = a.timeFlag("from", from, dayStart); err != nil {
		return nil, nil, err
	}
	if behind, err = a.timeFlag("to", to, dayEnd); err != nil {
		return nil, nil, err
	}
	if behind != nil && behind.In(a.zone.Location()).Format(time.TimeOnly) == "23:59:59" {
		behind = new(behind.Truncate(time.Second).Add(time.Second))
	}
	if first != nil && behind != nil && !first.Before(*behind) {
		return nil, nil, usage(a.t("--from tidak sebelum --to", "--from is not before --to"), a.t("tukar keduanya", "swap them"))
	}
	return first, behind, nil
}

// momentOr reads --at; without it, the question is about now.
func (a *app) momentOr(at string, now time.Time) (time.Time, error) {
	t, err := a.timeFlag("at", at, dayEnd)
	if err != nil || t == nil {
		return now, err
	}
	return *t, nil
}

// maybe is a time for a sheet, nothing where there is none.
func maybe(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}

// orAll names the platform of something, or all of them.
func (a *app) orAll(p domain.PlatformCode) string {
	if p == "" && !a.machine() {
		return a.t("semua", "all")
	}
	return string(p)
}
