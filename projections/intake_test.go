package projections

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/scenario"
)

// What arrived is accounted for, and the sums are those of the tallies.
func TestIntakeSumsTheTallies(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	want, denied := map[domain.PlatformCode]Intake{}, map[Denials]int64{}
	missed, nobody := int64(0), 0
	for _, e := range told() {
		p := domain.PlatformCode(e.Stream.Key())
		switch f := e.Fact.(type) {
		case domain.IntakeTallied:
			w := want[p]
			w.Platform, w.Tallies, w.Received, w.Denied = p, w.Tallies+1, w.Received+int64(f.Received), w.Denied+int64(f.Denied)
			w.Decided, w.Replayed, w.Throttled = w.Decided+int64(f.Decided), w.Replayed+int64(f.Replayed), w.Throttled+int64(f.Throttled)
			w.Malformed, w.Failed = w.Malformed+int64(f.Malformed), w.Failed+int64(f.Failed)
			want[p] = w
			for _, c := range f.Causes {
				denied[Denials{Platform: p, Cause: c.Cause}] += int64(c.Count)
			}
		case domain.LookupsMissed:
			missed += int64(f.Count)
		case domain.PurchaseUnattributed:
			nobody++
		}
	}
	got := everything(t, 3, func(p Page) (List[Intake], error) {
		return v.Intake(IntakeFilter{}, []IntakeDimension{IntakeByPlatform}, p)
	})
	require.Len(t, got, len(want))
	var received int64
	for _, i := range got {
		require.Equal(t, want[i.Platform], i)
		require.True(t, i.Even())
		received += i.Received
	}
	var byDay int64
	for _, i := range everything(t, 5, func(p Page) (List[Intake], error) {
		return v.Intake(IntakeFilter{}, []IntakeDimension{IntakeByDay, IntakeByHour, IntakeByPlatform}, p)
	}) {
		byDay += i.Received
		require.Equal(t, wibDay(*i.Hour), i.Day)
	}
	require.Equal(t, received, byDay)
	for _, d := range everything(t, 2, func(p Page) (List[Denials], error) { return v.Denials(IntakeFilter{}, p) }) {
		require.Equal(t, denied[Denials{Platform: d.Platform, Cause: d.Cause}], d.Denied)
	}
	var found int64
	for _, m := range everything(t, 2, func(p Page) (List[Misses], error) { return v.Misses(IntakeFilter{}, p) }) {
		found += m.Missed
	}
	require.Equal(t, missed, found)
	require.Len(t, everything(t, 2, func(p Page) (List[Unattributed], error) { return v.Unattributed(IntakeFilter{}, p) }), nobody)
}

// A tally whose parts don't sum to what was received is shown, and so is one whose causes don't.
func TestUnevenTalliesAreShown(t *testing.T) {
	t.Parallel()
	m := newInvented(t)
	hour := time.Date(2020, 8, 1, 3, 0, 0, 0, time.UTC)
	m.tell("intake-unknown", hour, domain.IntakeTallied{TallyBody: domain.TallyBody{Minute: hour.Add(59 * time.Minute), Received: 10, Decided: 4, Failed: 5}})
	m.tell("intake-unknown", hour, domain.IntakeTallied{TallyBody: domain.TallyBody{Minute: hour, Received: 3, Denied: 3, Causes: []domain.DenialCount{{Cause: domain.DeniedScope, Count: 2}}, Restarted: true}})
	got, err := m.view().Intake(IntakeFilter{}, []IntakeDimension{IntakeByHour}, Page{})
	require.NoError(t, err)
	require.Equal(t, []Intake{{Hour: &hour, Tallies: 2, Received: 13, Decided: 4, Denied: 3, Failed: 5, Restarted: 1, Uneven: 1, Unsplit: 1}}, got.Rows)
	require.False(t, got.Rows[0].Even())
}

// Every token's state is what the registry says of it, at any moment.
func TestTokensAgreeWithTheRegistry(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	for _, moment := range []time.Time{
		time.Date(2020, 4, 1, 2, 0, 0, 0, time.UTC), scenario.DefaultNow(), time.Date(2020, 10, 2, 0, 0, 0, 0, time.UTC),
		time.Date(2020, 10, 20, 0, 0, 0, 0, time.UTC), time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		type life struct {
			issued, expires, grace, revoked time.Time
			successor                       domain.TokenID
		}
		want := map[domain.TokenID]*life{}
		uses, denied := map[domain.TokenID]int64{}, map[domain.TokenID]int64{}
		for _, e := range told() {
			switch f := e.Fact.(type) {
			case domain.IntakeTallied:
				denied[f.Token] += int64(f.Denied)
			case domain.TokenIssued:
				if !e.Meta.InForce().After(moment) {
					want[f.Token] = &life{issued: e.Meta.InForce(), expires: f.ExpiresAt}
				}
			case domain.TokenRotated:
				if !e.Meta.InForce().After(moment) {
					want[f.Token].grace, want[f.Token].successor = f.GraceUntil, f.Successor
					want[f.Successor] = &life{issued: e.Meta.InForce(), expires: f.ExpiresAt}
				}
			case domain.TokenRevoked:
				if !e.Meta.InForce().After(moment) {
					want[f.Token].revoked = e.Meta.InForce()
				}
			}
		}
		for _, a := range plainAttempts() {
			uses[a.body.Token]++
		}
		known := 0
		for _, x := range everything(t, 2, func(p Page) (List[Token], error) { return v.Tokens(TokenFilter{}, moment, p) }) {
			require.Equal(t, uses[x.Token], x.Attempts, x.Token)
			require.Equal(t, denied[x.Token], x.Denied, x.Token)
			w := want[x.Token]
			if w == nil {
				require.Equal(t, "unknown", x.State, x.Token)
				continue
			}
			known++
			state := "active"
			switch {
			case !w.revoked.IsZero():
				state = "revoked"
			case moment.After(w.expires), w.successor != "" && moment.After(w.grace):
				state = "expired"
			case w.successor != "":
				state = "grace"
			}
			require.Equal(t, state, x.State, x.Token)
			require.Equal(t, w.issued, *x.Issued)
		}
		require.Equal(t, len(want), known, moment)
		for _, s := range TokenStates() {
			for _, x := range everything(t, 2, func(p Page) (List[Token], error) { return v.Tokens(TokenFilter{State: s}, moment, p) }) {
				require.Equal(t, s, x.State)
			}
		}
	}
}
