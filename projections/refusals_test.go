package projections

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"saldo/domain"
	"saldo/domain/reason"
)

// plainAttempt is an attempt as its event says it, without any table.
type plainAttempt struct {
	e           domain.Recorded
	body        domain.PurchaseBody
	institution domain.InstitutionCode
	code        reason.Code // empty: accepted
}

// plainAttempts reads the attempts out of the log, one by one.
func plainAttempts() []plainAttempt {
	var out []plainAttempt
	teaches := map[domain.CourseCode]domain.InstitutionCode{}
	for _, e := range told() {
		a := plainAttempt{e: e}
		switch f := e.Fact.(type) {
		case domain.CourseSubmitted:
			teaches[domain.CourseCode(e.Stream.Key())] = f.Institution
			continue
		case domain.CoursePurchased:
			if e.Meta.Origin != domain.Decided {
				continue
			}
			a.body = f.PurchaseBody
		case domain.PurchaseRefused:
			a.body, a.code = f.PurchaseBody, f.Decision.Failed[0].Reason
		default:
			continue
		}
		a.institution = teaches[a.body.Course]
		out = append(out, a)
	}
	return out
}

func (f AttemptFilter) fits(a plainAttempt) bool {
	r := a.e.Meta.ReceivedAt
	return (f.Outcome == "" || (f.Outcome == OutcomeAccepted) == (a.code == "")) && (f.Reason == "" || f.Reason == a.code) &&
		(f.Platform == "" || f.Platform == a.body.Platform) && (f.Institution == "" || f.Institution == a.institution) &&
		(f.Course == "" || f.Course == a.body.Course) && (f.From == nil || !r.Before(*f.From)) && (f.To == nil || r.Before(*f.To))
}

// everything reads a list to its end, a page at a time.
func everything[T any](t require.TestingT, limit int, page func(Page) (List[T], error)) []T {
	var out []T
	p := Page{Limit: limit}
	for {
		l, err := page(p)
		require.NoError(t, err)
		out = append(out, l.Rows...)
		if p.After = l.Next; p.After == "" {
			return out
		}
		require.Len(t, l.Rows, limit)
	}
}

// attempts = accepted + refused, by whatever they are chosen and counted.
func TestAttemptsAreAcceptedOrRefused(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	all := plainAttempts()
	require.NotEmpty(t, all)
	rapid.Check(t, func(r *rapid.T) {
		some := all[rapid.IntRange(0, len(all)-1).Draw(r, "like")]
		f := AttemptFilter{Outcome: rapid.SampledFrom([]string{"", "", OutcomeAccepted, OutcomeRefused}).Draw(r, "outcome")}
		if rapid.Bool().Draw(r, "reason") {
			f.Reason = some.code
		}
		if rapid.Bool().Draw(r, "platform") {
			f.Platform = some.body.Platform
		}
		if rapid.Bool().Draw(r, "institution") {
			f.Institution = some.institution
		}
		if rapid.Bool().Draw(r, "course") {
			f.Course = some.body.Course
		}
		if rapid.Bool().Draw(r, "interval") {
			from := some.e.Meta.ReceivedAt.Add(-time.Duration(rapid.IntRange(0, 100).Draw(r, "before")) * time.Hour)
			if rapid.Bool().Draw(r, "whole hours") {
				from = from.Truncate(time.Hour)
			}
			f.From, f.To = &from, new(from.Add(200*time.Hour))
		}
		by := rapid.SliceOfNDistinct(rapid.SampledFrom(AttemptDimensions()), 1, 6, rapid.ID).Draw(r, "by")
		var want int64
		people := map[domain.Stream]bool{}
		for _, a := range all {
			if f.fits(a) {
				want++
				people[a.e.Stream] = true
			}
		}
		rows := everything(r, 37, func(p Page) (List[Attempt], error) { return v.Attempts(f, p) })
		require.Len(r, rows, int(want))
		var attempts, accepted, refused int64
		seen := map[string]bool{}
		for _, g := range everything(r, 7, func(p Page) (List[AttemptGroup], error) { return v.AttemptGroups(f, by, p) }) {
			attempts, accepted, refused = attempts+g.Attempts, accepted+g.Accepted, refused+g.Refused
			require.Equal(r, g.Attempts, g.Accepted+g.Refused)
			key := fmt.Sprint(g.Day, g.Hour, g.Reason, g.Platform, g.Institution, g.Course)
			require.False(r, seen[key], "a group came twice: %s", key)
			seen[key] = true
		}
		require.Equal(r, want, attempts)
		require.Equal(r, want, accepted+refused)
		n, err := v.PeopleWhoTried(f)
		require.NoError(r, err)
		require.Len(r, people, n)
	})
}

func TestAttemptSaysWhatItsEventSays(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	for _, a := range plainAttempts() {
		got, err := v.Attempt(a.e.Number)
		require.NoError(t, err)
		require.Equal(t, a.e.Stream.Key(), got.Participant.String())
		require.Equal(t, domain.ReferenceNumber(a.e.Meta.CommandID), got.Reference)
		require.Equal(t, a.code, got.Reason)
		require.Equal(t, a.code == "", got.Accepted)
		require.Equal(t, a.institution, got.Institution)
		require.Equal(t, a.body.Amount.String(), got.Amount.String())
		require.Equal(t, a.e.Meta.ReceivedAt, got.Received)
		var failed []FailedCheck
		if d := a.e.Fact.Ruling(); a.code != "" {
			for _, x := range d.Failed {
				failed = append(failed, FailedCheck{x.Check, x.Reason})
			}
		}
		require.Equal(t, failed, got.Failed)
	}
	_, err := v.Attempt(0)
	require.ErrorIs(t, err, ErrNotFound)
}

// The counts of any earlier place are those of the events before it.
func TestReasonsOfThePast(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	all := plainAttempts()
	head := uint64(len(told()))
	places := []uint64{0, 1, markEvery - 1, markEvery, markEvery + 1, 8 * markEvery, head - 1, head}
	for n := uint64(500); n < head; n += 701 {
		places = append(places, n)
	}
	for _, n := range places {
		want := map[reason.Code]int64{}
		for _, a := range all {
			if a.e.Number < n {
				want[a.code]++
			}
		}
		got, err := v.ReasonsAt(n)
		require.NoError(t, err)
		require.Equal(t, want, got, n)
	}
	_, err := v.ReasonsAt(head + 1)
	require.Error(t, err)
}
