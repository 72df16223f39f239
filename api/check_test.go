package api_test

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/eventstore"
)

func body(invoice, amount string) map[string]any {
	return map[string]any{"course_code": "c-1", "platform": "platform-a", "invoice_code": invoice, "amount": amount, "currency": "IDR"}
}

// TestCheckFindsWhatWasPlanted puts one fault of each kind into a sound log, in events whose ids bind their content.
func TestCheckFindsWhatWasPlanted(t *testing.T) {
	at := begin().Add(24 * time.Hour)
	w := wave{4, 2}
	one, two := buyer(w, 1).Stream(), buyer(w, 2).Stream()
	part := func(key, part string, outcome domain.OutcomeKind) domain.Metadata {
		m := metadata(at, key, outcome)
		m.Part = part
		return m
	}
	earlier := metadata(begin(), "early", domain.Accepted)
	reported := metadata(at, "r", "")
	reported.Origin = domain.Reported
	pack := map[string]string{"training": "1000000", "job_search": "2400000", "survey": "150000"}
	refused := func(key string) planted {
		return planted{stream: one, name: "PurchaseRefused", data: body("INV-8", "1"), meta: metadata(at, key, domain.Refused)}
	}
	for name, tc := range map[string]struct {
		kind   string
		events []planted
	}{
		"more than the purse holds": {"negative_purse", []planted{{stream: one, name: "CoursePurchased", data: body("INV-9", "1000001"), meta: metadata(at, "a", domain.Accepted)}}},
		"an order number of two people": {"invoice", []planted{
			{stream: one, name: "CoursePurchased", data: body("INV-9", "1"), meta: metadata(at, "a", domain.Accepted)},
			{stream: two, name: "CoursePurchased", data: body("INV-9", "1"), meta: metadata(at, "b", domain.Accepted)},
		}},
		"two outcomes of one command": {"attempts", []planted{refused("a"), refused("a")}},
		"a person too many in a decree": {"decree", []planted{{stream: person(99).Stream(), name: "RecipientDetermined", data: map[string]any{
			"decree": w.decree(), "line": 3, "wave": 4, "policy": policyRef, "package": pack, "currency": "IDR", "fund_year": 2020,
		}, meta: metadata(at, "a", domain.Accepted)}}},
		"more credits than the tranche names": {"tranche", []planted{
			{stream: domain.FundStreamOf(fundYear), name: "CreditInstructed", data: map[string]any{"reference": "T-1", "decree": w.decree(), "count": 1, "total": pack, "currency": "IDR"}, meta: metadata(at, "t", domain.Accepted)},
			{stream: one, name: "BalanceCredited", data: map[string]any{"reference": "B-1", "amounts": pack, "currency": "IDR", "tranche": "T-1", "fund_year": 2020}, meta: reported},
			{stream: two, name: "BalanceCredited", data: map[string]any{"reference": "B-2", "amounts": pack, "currency": "IDR", "tranche": "T-1", "fund_year": 2020}, meta: reported},
		}},
		"a tally that does not add up": {"intake", []planted{{stream: domain.IntakeStreamOf("platform-a"), name: "IntakeTallied", data: map[string]any{"minute": at, "received": 3, "decided": 1}, meta: reported}}},
		"nobody's event":               {"foreign", []planted{{stream: one, name: "CoursePurchased", data: body("INV-9", "1")}}},
		"a type of tomorrow":           {"unknown_type", []planted{{stream: one, name: "CourseGifted", data: body("INV-9", "1"), meta: metadata(at, "a", domain.Accepted)}}},
		"an id that binds nothing": {"event_id", []planted{{
			stream: one, name: "CoursePurchased", data: body("INV-9", "1"), meta: metadata(at, "a", domain.Accepted), id: uuid.NewSHA1(uuid.NameSpaceURL, []byte("made up")),
		}}},
		"a clock that goes back":        {"clock", []planted{{stream: one, name: "PurchaseRefused", data: body("INV-9", "1"), meta: earlier}}},
		"a group without its end":       {"group", []planted{{stream: one, name: "ParticipationRevoked", data: map[string]string{"cause": "fraud"}, meta: part("a", "1/2", domain.Accepted)}}},
		"a group without its beginning": {"group", []planted{{stream: one, index: 1, name: "Blacklisted", data: map[string]string{"cause": "fraud"}, meta: part("a", "2/2", domain.Consequence)}}},
		"a group of two commands": {"group", []planted{
			{stream: one, name: "ParticipationRevoked", data: map[string]string{"cause": "fraud"}, meta: part("a", "1/2", domain.Accepted)},
			{stream: one, index: 1, name: "Blacklisted", data: map[string]string{"cause": "fraud"}, meta: part("b", "2/2", domain.Consequence)},
		}},
		"a part that is none": {"group", []planted{{stream: one, name: "PurchaseRefused", data: body("INV-9", "1"), meta: part("a", "two", domain.Refused)}}},
	} {
		t.Run(name, func(t *testing.T) {
			store := memoryStore(t)
			s, c, _ := small(t, store, w.people)
			sound(t, s)
			plant(t, store, tc.events...)
			rep, err := s.Check(context.Background(), nil)
			require.NoError(t, err)
			require.Contains(t, kinds(rep), tc.kind, "%v", rep.Findings)
			require.False(t, rep.Sound())
			if tc.kind != "decree" && tc.kind != "attempts" {
				require.Subset(t, []string{tc.kind, "negative_purse"}, kinds(rep), "nothing else: %v", rep.Findings)
			}
			again, err := open(t, store, c).Check(context.Background(), nil)
			require.NoError(t, err)
			require.Equal(t, rep, again, "the same log, the same report")
		})
	}
}

// TestRedecideFindsAnotherDecision: a refusal whose reason somebody made up, bound by its id, is not what the rules give.
func TestRedecideFindsAnotherDecision(t *testing.T) {
	store := memoryStore(t)
	s, c, w := small(t, store, 1)
	out, err := s.Execute(context.Background(), purchase("p-1", c.Now(), buyer(w, 1), "INV-1"))
	require.NoError(t, err)
	forged := memoryStore(t)
	for r, err := range store.ReadAll(context.Background(), eventstore.Position{}, eventstore.ReadAllOptions{}) {
		require.NoError(t, err)
		p := planted{stream: domain.Stream(r.Stream), name: domain.EventName(r.Type), data: string(r.Data), meta: string(r.Metadata)}
		if r.ID == out.Event().ID {
			p.data = replaced(t, string(r.Data), `"350000"`, `"360000"`)
		}
		plantGroup(t, forged, r, p)
	}
	rep, err := open(t, forged, c).Redecide(context.Background(), nil)
	require.NoError(t, err)
	require.NotEmpty(t, append(rep.Different, rep.Drifted...), "an amount that was changed everywhere in the event is no longer what the rules allow")
	good, err := s.Redecide(context.Background(), nil)
	require.NoError(t, err)
	require.Empty(t, append(good.Different, good.Drifted...))
	require.NotEqual(t, good.Root, rep.Root)
}

// plantGroup keeps an event's id unless its bytes changed.
func plantGroup(tb testing.TB, store eventstore.Store, r eventstore.Recorded, p planted) {
	tb.Helper()
	if p.data == string(r.Data) {
		p.id = r.ID
	}
	plant(tb, store, p)
}

func replaced(tb testing.TB, s, from, to string) string {
	tb.Helper()
	out := ""
	for i := 0; i < len(s); {
		if i+len(from) <= len(s) && s[i:i+len(from)] == from {
			out += to
			i += len(from)
			continue
		}
		out += s[i : i+1]
		i++
	}
	require.NotEqual(tb, s, out)
	return out
}

// TestTheTrialBalanceIsTheSecondLedgers compares Check's balances with sums over the bytes of the log, computed without the
// domain's postings.
func TestTheTrialBalanceIsTheSecondLedgers(t *testing.T) {
	const people = 12
	s, c, w := small(t, memoryStore(t), people)
	bought := int64(0)
	for n := 1; n <= people; n++ {
		for i := range 2 {
			out, err := s.Execute(context.Background(), purchase(fmt.Sprint("p-", n, i), c.add(time.Second), buyer(w, n), domain.InvoiceCode(fmt.Sprint("INV-", n, i))))
			require.NoError(t, err)
			if !out.Refused() {
				bought += 350_000
			}
		}
	}
	rep := sound(t, s)
	got := map[string]string{}
	for _, b := range rep.Balances {
		if !b.Amount.IsZero() {
			got[string(b.Account)] = b.Amount.String()
		}
	}
	want := map[string]string{
		"state_treasury": fmt.Sprint(-people * 3_550_000), "va.training": fmt.Sprint(people*1_000_000 - bought), "va.job_search": fmt.Sprint(people * 2_400_000),
		"va.survey": fmt.Sprint(people * 150_000), "platform_payable": fmt.Sprint(bought),
	}
	require.True(t, maps.Equal(want, got), "%v\n%v", want, got)
	require.Equal(t, rep.Attempts, rep.Accepted+rep.Refused)
	require.Equal(t, 2*people, rep.Attempts)
}
