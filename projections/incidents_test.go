package projections

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/reason"
)

func incidentsOf(t *testing.T, v *View, kind IncidentKind) []Incident {
	t.Helper()
	return everything(t, 2, func(p Page) (List[Incident], error) { return v.Incidents(IncidentFilter{Kind: kind}, p) })
}

// The closing of August 2020: who tried, who was touched, what it rests on and what ended it.
func TestTheClosingOfAugust(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	all := incidentsOf(t, v, IncidentClosing)
	at := slices.IndexFunc(all, func(i Incident) bool { return i.Platform == "" })
	require.GreaterOrEqual(t, at, 0)
	i := all[at]
	require.Equal(t, time.Date(2020, 8, 19, 10, 0, 0, 0, time.UTC), i.Started)
	require.Equal(t, time.Date(2020, 8, 29, 1, 0, 0, 0, time.UTC), *i.Ended)
	require.Equal(t, reason.PMOPaymentGateClosed, i.Reason)
	require.Equal(t, domain.EventName("PaymentGateOpened"), i.EndedBy.Type)
	require.Equal(t, "2020-08-31", i.Expected)

	people, refused := map[domain.Stream]bool{}, int64(0)
	for _, a := range plainAttempts() {
		if a.code == "" || a.e.Meta.ReceivedAt.Before(i.Started) || !a.e.Meta.ReceivedAt.Before(*i.Ended) {
			continue
		}
		if slices.ContainsFunc(a.e.Fact.Ruling().Failed, func(x domain.Failure) bool { return x.Check == "payment_gate_open" }) {
			people[a.e.Stream], refused = true, refused+1
		}
	}
	require.Equal(t, refused, i.Refused)
	require.EqualValues(t, len(people), i.Tried)
	listed := everything(t, 7, func(p Page) (List[IncidentPerson], error) { return v.IncidentPeople(i.ID, p) })
	require.Len(t, listed, len(people))
	var tries int64
	for _, p := range listed {
		tries += p.Refused
		require.False(t, p.First.After(p.Last))
	}
	require.Equal(t, refused, tries)

	affected, stuck := plainBuyers(i)
	require.EqualValues(t, affected, i.Affected)
	require.Equal(t, stuck.String(), i.Stuck.String())

	var denied, complaints int64
	for _, e := range told() {
		switch f := e.Fact.(type) {
		case domain.IntakeTallied:
			for _, c := range f.Causes {
				if c.Cause == domain.DeniedGateClosed && !f.Minute.Before(i.Started) && f.Minute.Before(*i.Ended) {
					denied += int64(c.Count)
				}
			}
		case domain.ComplaintRecorded:
			if (f.Shown == domain.ShownNotFound || f.Shown == domain.ShownTokenInvalid || f.Shown == domain.ShownBalanceShort) &&
				f.SeenFrom.Before(*i.Ended) && !f.SeenTo.Before(i.Started) {
				complaints++
			}
		}
	}
	require.Equal(t, denied, i.Denied)
	require.Equal(t, complaints, i.Complaints)

	d, err := v.Incident(i.ID, i.Started.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, i, d.Incident)
	require.Contains(t, d.Answer["id"], "dinonaktifkan sementara")
	require.Contains(t, d.Answer["en"], "19 August 2020")
	var types []domain.EventName
	for _, e := range d.Evidence {
		types = append(types, e.Event.Type)
	}
	require.Equal(t, domain.EventName("PaymentGateClosed"), types[0])
	require.Subset(t, types, []domain.EventName{"PaymentGateNoticeUpdated", "AnnouncementRecorded", "ComplaintRecorded", "PaymentGateOpened"})
	var forIt int64
	for _, h := range d.Hours {
		forIt += h.Reason
	}
	require.Positive(t, forIt)
	require.Equal(t, i.ID, d.Closings[0].Incident)
	_, err = v.Incident("closing-0", i.Started)
	require.ErrorIs(t, err, ErrNotFound)
}

// plainBuyers folds every person with the domain's own fold, and counts who had card, balance and no course under way at the
// opening of an incident or came to have them before its end.
func plainBuyers(i Incident) (int, domain.Money) {
	type status struct{ card, credit, held, over bool }
	now, states := map[domain.Stream]*status{}, map[domain.Stream]*domain.ParticipantState{}
	touched, stuck := map[domain.Stream]bool{}, domain.Money{}
	done := map[domain.Stream]map[domain.CourseCode]int{}
	count := func(s domain.Stream) {
		x, state := now[s], states[s]
		if x == nil || touched[s] || !x.card || !x.credit || x.held || x.over || !state.Balance.Training.Decimal().IsPositive() {
			return
		}
		for _, p := range state.Standings() {
			if done[s][p.Course] < 3 { // certificate, rating, review
				return
			}
		}
		touched[s], stuck = true, stuck.Add(state.Balance.Training)
	}
	for _, e := range told() {
		if e.Number == i.OpenedNo {
			for s := range now {
				count(s)
			}
		}
		if e.Stream.Kind() != domain.ParticipantStream {
			continue
		}
		if now[e.Stream] == nil {
			now[e.Stream], states[e.Stream], done[e.Stream] = &status{}, domain.NewParticipantState(e.Stream), map[domain.CourseCode]int{}
		}
		domain.Evolve(states[e.Stream], e)
		x := now[e.Stream]
		if e.Meta.Outcome != domain.Refused {
			switch f := e.Fact.(type) {
			case domain.CardIssued:
				x.card = true
			case domain.BalanceCredited:
				x.credit = true
			case domain.BalanceHeld:
				x.held = true
			case domain.BalanceReleased:
				x.held = false
			case domain.ParticipationRevoked, domain.Blacklisted, domain.PurseLapsed, domain.SubjectErased:
				x.over = true
			case domain.CertificateAccepted:
				done[e.Stream][f.Course]++
			case domain.CertificateRevoked:
				done[e.Stream][f.Course]--
			case domain.RatingGiven:
				done[e.Stream][f.Course]++
			case domain.ReviewGiven:
				done[e.Stream][f.Course]++
			}
		}
		if e.Number > i.OpenedNo && e.Number < i.EndedNo {
			count(e.Stream)
		}
	}
	return len(touched), stuck
}

func TestOtherIncidentsOfTheScenario(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	payouts := incidentsOf(t, v, IncidentPayouts)
	require.Len(t, payouts, 1)
	require.Equal(t, domain.EventName("PayoutsResumed"), payouts[0].EndedBy.Type)
	require.Equal(t, reason.PMOBatchSuspended, payouts[0].Reason)
	var one []Incident
	for _, i := range incidentsOf(t, v, IncidentClosing) {
		if i.Platform != "" {
			one = append(one, i)
		}
	}
	require.Len(t, one, 1)
	require.Equal(t, reason.PMOSystemIntegrationInProgress, one[0].Reason)
	require.EqualValues(t, 1, one[0].Tried)
	tokens := incidentsOf(t, v, IncidentToken)
	require.Len(t, tokens, 1, "a token that was revoked because its platform left is no incident")
	require.NotNil(t, tokens[0].Ended)
	require.Empty(t, incidentsOf(t, v, IncidentSilence), "400 people are too few for a median")
	for _, i := range everything(t, 1, func(p Page) (List[Incident], error) { return v.Incidents(IncidentFilter{}, p) }) {
		d, err := v.Incident(i.ID, i.Started)
		require.NoError(t, err)
		require.NotEmpty(t, d.Evidence)
		if i.Reason != "" {
			require.NotEmpty(t, d.Answer["id"])
			require.NotEmpty(t, d.Answer["en"])
		}
	}
}

// sell has people buy in every hour of a day, but for the hours left out.
func (i *invented) sell(day time.Time, each int, out ...int) {
	for h := range 24 {
		if slices.Contains(out, h) {
			continue
		}
		for n := range each {
			when := day.Add(time.Duration(h)*time.Hour + time.Duration(n)*time.Minute)
			buyer := domain.Stream("participant-" + uuid.NewSHA1(uuid.Nil, []byte(when.String())).String())
			i.decide(buyer, when, domain.CoursePurchased{PurchaseBody: domain.PurchaseBody{
				Platform: []domain.PlatformCode{"tokopedia", "bukalapak"}[n%2], Invoice: "X-1", Course: "1001", Amount: domain.Rupiah(100_000),
			}}, domain.Accepted)
		}
	}
}

// An hour in which hardly anybody could buy opens an incident, once there is a week to compare it with, and only then.
func TestSilence(t *testing.T) {
	t.Parallel()
	m := newInvented(t)
	begin := time.Date(2020, 9, 1, 0, 0, 0, 0, time.UTC)
	m.sell(begin.AddDate(0, 0, 2), 12, 5) // three days in: no history, no incident
	for d := range 10 {
		if d != 2 {
			m.sell(begin.AddDate(0, 0, d+3), 12)
		}
	}
	quiet := begin.AddDate(0, 0, 13)
	m.sell(quiet, 12, 4, 5, 6)
	m.sell(quiet.AddDate(0, 0, 1), 12)
	all := incidentsOf(t, m.view(), IncidentSilence)
	require.Len(t, all, 1)
	require.Equal(t, quiet.Add(4*time.Hour), all[0].Started)
	require.Equal(t, quiet.Add(7*time.Hour), *all[0].Ended)
	require.Nil(t, all[0].EndedBy)
	require.Empty(t, all[0].Platform)
}

func TestSilenceIsNoneWhilePaymentsAreClosed(t *testing.T) {
	t.Parallel()
	m := newInvented(t)
	begin := time.Date(2020, 9, 1, 0, 0, 0, 0, time.UTC)
	for d := range 9 {
		m.sell(begin.AddDate(0, 0, d), 12)
	}
	day := begin.AddDate(0, 0, 9)
	m.tell(domain.Programme, day, domain.PaymentGateClosed{GateBody: domain.GateBody{Scope: domain.GateAll, Cause: domain.GateOther, ClockEffect: domain.ClockNone}})
	m.tell(domain.Programme, day.Add(30*time.Hour), domain.PaymentGateOpened{GateOpenBody: domain.GateOpenBody{Scope: domain.GateAll}})
	m.sell(day.AddDate(0, 0, 2), 12)
	v := m.view()
	all := incidentsOf(t, v, IncidentSilence)
	require.Len(t, all, 1, "what was silent after the reopening")
	require.Equal(t, day.Add(30*time.Hour), all[0].Started)
	require.Equal(t, day.AddDate(0, 0, 2), *all[0].Ended)
	require.Len(t, incidentsOf(t, v, IncidentClosing), 1)
}

// Many people who see the same within a day are an incident; it is over a day after the last of them.
func TestComplaints(t *testing.T) {
	t.Parallel()
	m := newInvented(t)
	begin := time.Date(2020, 10, 1, 3, 0, 0, 0, time.UTC)
	complain := func(n int, when time.Time, p domain.PlatformCode) {
		id := uuid.NewSHA1(uuid.Nil, []byte{byte(n % 4)})
		m.tell(domain.Stream("case-"+string(rune('a'+n))), when, domain.ComplaintRecorded{ComplaintBody: domain.ComplaintBody{
			Participant: &id, Platform: p, Shown: domain.ShownNotFound, SeenFrom: when.Add(-time.Hour), SeenTo: when,
		}})
	}
	complain(0, begin.Add(-30*time.Hour), "tokopedia") // too long ago
	for n := 1; n < 5; n++ {
		complain(n, begin.Add(time.Duration(n)*time.Hour), "tokopedia")
	}
	complain(5, begin.Add(5*time.Hour), "bukalapak")
	require.Empty(t, incidentsOf(t, m.view(), IncidentComplaints))
	complain(6, begin.Add(6*time.Hour), "tokopedia")
	complain(7, begin.Add(7*time.Hour), "tokopedia")
	m.tell(domain.Programme, begin.Add(60*time.Hour), domain.AnnouncementRecorded{})
	v := m.view()
	all := incidentsOf(t, v, IncidentComplaints)
	require.Len(t, all, 1)
	require.EqualValues(t, 6, all[0].Complaints)
	require.EqualValues(t, 4, all[0].Tried)
	require.Equal(t, begin, all[0].Started)
	require.Equal(t, begin.Add(7*time.Hour), *all[0].Ended)
	d, err := v.Incident(all[0].ID, begin)
	require.NoError(t, err)
	require.Len(t, d.Evidence, 6)
	require.Equal(t, reason.NoCauseOnOurSide, d.Reason)
}

func TestDenialsFarAboveTheUsual(t *testing.T) {
	t.Parallel()
	m := newInvented(t)
	begin := time.Date(2020, 10, 1, 0, 0, 0, 0, time.UTC)
	tally := func(h, denied int, cause domain.DenialCause) {
		when := begin.Add(time.Duration(h) * time.Hour)
		m.tell("intake-tokopedia", when.Add(time.Hour), domain.IntakeTallied{TallyBody: domain.TallyBody{
			Minute: when, Minutes: 60, Received: denied, Denied: denied, Causes: []domain.DenialCount{{Cause: cause, Count: denied}},
		}})
	}
	tally(0, 500, domain.DeniedSignature) // no history
	for h := 1; h < 40; h++ {
		tally(h, 3, domain.DeniedSignature)
	}
	tally(40, 400, domain.DeniedGateClosed) // a closing's own
	tally(41, 19, domain.DeniedSignature)   // much, and not enough
	tally(42, 60, domain.DeniedSignature)
	tally(43, 70, domain.DeniedSignature)
	require.Nil(t, incidentsOf(t, m.view(), IncidentDenials)[0].Ended)
	tally(44, 2, domain.DeniedSignature)
	tally(45, 2, domain.DeniedSignature)
	all := incidentsOf(t, m.view(), IncidentDenials)
	require.Len(t, all, 1)
	require.EqualValues(t, 130, all[0].Denied)
	require.Equal(t, begin.Add(42*time.Hour), all[0].Started)
	require.Equal(t, begin.Add(44*time.Hour), *all[0].Ended)
	require.Equal(t, reason.SignatureOrTimestampMismatch, all[0].Reason)
}
