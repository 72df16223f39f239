package scenario_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/scenario"
)

// accounts adds up the postings of events up to a moment.
func accounts(log []domain.Recorded, until time.Time) map[domain.Account]domain.Money {
	out := map[domain.Account]domain.Money{}
	for _, e := range log {
		if e.Meta.RecordedAt.After(until) {
			continue
		}
		for _, p := range domain.PostingsOf(e) {
			out[p.Account] = out[p.Account].Add(p.Amount)
		}
	}
	return out
}

func TestMoneyIsConserved(t *testing.T) {
	t.Parallel()
	b := run(t, scenario.Steps())
	purses := map[domain.Stream]map[domain.Account]domain.Money{}
	for _, e := range b.Log {
		var sum domain.Money
		for _, p := range domain.PostingsOf(e) {
			sum = sum.Add(p.Amount)
		}
		require.True(t, sum.IsZero(), "%s: the legs sum to %s", e.Ref(), sum)
		for _, p := range domain.PostingsOf(e) {
			if !strings.HasPrefix(string(p.Account), "va.") {
				continue
			}
			own := purses[e.Stream]
			if own == nil {
				own = map[domain.Account]domain.Money{}
				purses[e.Stream] = own
			}
			own[p.Account] = own[p.Account].Add(p.Amount)
			require.False(t, own[p.Account].Negative(), "%s: %s falls to %s", e.Ref(), p.Account, own[p.Account])
		}
	}
	all := accounts(b.Log, scenario.KeyDates()[6].At)
	for a, m := range all {
		require.False(t, strings.HasPrefix(string(a), "suspense."), "%s holds %s", a, m)
		if strings.HasPrefix(string(a), "payout_in_transit.") {
			require.True(t, m.IsZero(), "%s holds %s", a, m)
		}
	}
	require.True(t, all["platform_payable"].IsZero(), "platform_payable holds %s", all["platform_payable"])
	require.True(t, all["memo.commitment"].IsZero())
	require.True(t, all["va.training"].IsZero() && all["va.job_search"].IsZero())
	t.Logf("left in survey purses: %s; claims: participant %s, platform %s", all["va.survey"], all["receivable.participant"], all["receivable.platform"])
}

func TestTheFundOf2020EndsWithNothing(t *testing.T) {
	t.Parallel()
	b := run(t, scenario.Steps())
	end := scenario.KeyDates()[6].At
	require.True(t, accounts(b.Log, end)["programme_fund.2020"].IsZero())
	require.False(t, accounts(b.Log, time.Date(2020, 12, 20, 0, 0, 0, 0, time.UTC))["programme_fund.2020"].IsZero())
	for _, e := range b.Log {
		require.False(t, e.Meta.RecordedAt.After(end), e.Ref())
	}
}

func TestDecreesAgreeWithTheirRecipients(t *testing.T) {
	t.Parallel()
	b := run(t, scenario.Steps())
	count, total := map[domain.DecreeNumber]int{}, map[domain.DecreeNumber]domain.Purses{}
	credited, ordered := map[domain.Reference]int{}, map[domain.Reference]int{}
	var people int
	for _, e := range b.Log {
		switch f := e.Fact.(type) {
		case domain.RecipientDetermined:
			count[f.Decree]++
			total[f.Decree] = total[f.Decree].Add(f.Package)
			people++
		case domain.BalanceCredited:
			credited[f.Tranche]++
		case domain.CreditInstructed:
			ordered[f.Reference] += f.Count
		}
	}
	for _, e := range b.Log {
		if f, ok := e.Fact.(domain.DecreeRegistered); ok {
			require.Equal(t, f.Count, count[f.Decree], f.Decree)
			require.True(t, f.Total.Sub(total[f.Decree]).IsZero(), f.Decree)
		}
	}
	require.Equal(t, ordered, credited)
	require.Equal(t, 401, people)
}

// TestAttemptsAreAcceptedOrRefused: every attempt has one outcome, none was accepted while payments were closed, and what the
// doors counted as decided is what was decided.
func TestAttemptsAreAcceptedOrRefused(t *testing.T) {
	t.Parallel()
	steps := scenario.Steps()
	b := run(t, steps)
	sent, accepted, refused, unattributed := 0, 0, 0, 0
	for _, st := range steps {
		switch st.Command.Act.(type) {
		case domain.PurchaseCourse, domain.AbandonPurchase:
			sent++
		}
	}
	closed, opened := time.Date(2020, 8, 19, 10, 0, 0, 0, time.UTC), time.Date(2020, 8, 29, 1, 0, 0, 0, time.UTC)
	type outcome struct {
		at       time.Time
		platform domain.PlatformCode
	}
	var outcomes []outcome
	for _, e := range b.Log {
		switch f := e.Fact.(type) {
		case domain.CoursePurchased:
			accepted++
			require.False(t, !e.Meta.ReceivedAt.Before(closed) && e.Meta.ReceivedAt.Before(opened), e.Ref())
			outcomes = append(outcomes, outcome{e.Meta.ReceivedAt, f.Platform})
		case domain.PurchaseRefused:
			refused++
			outcomes = append(outcomes, outcome{e.Meta.ReceivedAt, f.Platform})
		case domain.PurchaseUnattributed:
			unattributed++
		}
	}
	require.Equal(t, sent, accepted+refused+unattributed)
	t.Logf("%d attempts: %d accepted, %d refused, %d unattributed", sent, accepted, refused, unattributed)
	for _, e := range b.Log {
		f, ok := e.Fact.(domain.IntakeTallied)
		if !ok {
			continue
		}
		require.Equal(t, f.Received, f.Decided+f.Replayed+f.Denied+f.Malformed+f.Throttled+f.Failed, e.Ref())
		if f.Minute.After(opened.Add(24 * time.Hour)) {
			continue
		}
		n := 0
		for _, o := range outcomes {
			if string(o.platform) == e.Stream.Key() && !o.at.Before(f.Minute) && o.at.Before(f.Minute.Add(time.Duration(f.Minutes)*time.Minute)) {
				n++
			}
		}
		require.Equal(t, n, f.Decided, "%s at %s", e.Ref(), f.Minute)
	}
}

// TestTheAuditorsQuestionHasAnAnswer: by 31 December the platforms had been paid for training of wave 4 that was not
// exchanged, not begun or not finished.
func TestTheAuditorsQuestionHasAnAnswer(t *testing.T) {
	t.Parallel()
	b := run(t, scenario.Steps())
	asked := scenario.TenQuestions()[9].Now
	wave, course, finished := map[domain.Stream]int{}, map[string]domain.CourseCode{}, map[string]bool{}
	var paid, unfinished domain.Money
	payments, n := 0, 0
	for _, e := range b.Log {
		if e.Meta.ReceivedAt.After(asked) {
			break
		}
		switch f := e.Fact.(type) {
		case domain.RecipientDetermined:
			wave[e.Stream] = f.Wave
		case domain.CoursePurchased:
			course[string(e.Stream)+"/"+string(f.Invoice)] = f.Course
		case domain.TrainingCompleted:
			finished[string(e.Stream)+"/"+string(f.Course)] = true
		}
	}
	for _, e := range b.Log {
		f, ok := e.Fact.(domain.PartnerPaid)
		if !ok || e.Meta.ReceivedAt.After(asked) {
			continue
		}
		for _, l := range f.Lines {
			s := domain.ParticipantStreamOf(l.Participant)
			if wave[s] != 4 {
				continue
			}
			payments, paid = payments+1, paid.Add(l.Amount)
			if !finished[string(s)+"/"+string(course[string(s)+"/"+string(l.Invoice)])] {
				n, unfinished = n+1, unfinished.Add(l.Amount)
			}
		}
	}
	require.Positive(t, n)
	require.Equal(t, -1, unfinished.Cmp(paid))
	t.Logf("wave 4: %d purchases paid, Rp%s; of them %d not finished, Rp%s", payments, paid, n, unfinished)
}
