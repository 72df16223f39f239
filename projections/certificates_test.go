package projections

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/scenario"
)

// histories are the events of every person.
func histories() map[uuid.UUID][]domain.Recorded {
	out := map[uuid.UUID][]domain.Recorded{}
	for _, e := range told() {
		if e.Stream.Kind() == domain.ParticipantStream {
			id := uuid.MustParse(e.Stream.Key())
			out[id] = append(out[id], e)
		}
	}
	return out
}

// stepOf is the step that a reason of Explain's certificate answer speaks of.
func stepOf(c reason.Code) CertificateStep {
	switch c { //nolint:exhaustive // the answers of that topic
	case reason.CertificateInDashboard:
		return StepDashboard
	case reason.TrainingNotComplete:
		return StepTraining
	case reason.CompletedAfterCutoff:
		return StepAfterCutoff
	case reason.AwaitingInstitutionReport, reason.InstitutionNotResponding:
		return StepInstitution
	case reason.AwaitingCertificate:
		return StepIssue
	case reason.RatingReviewMissingOnPlatform:
		return StepRating
	case reason.AwaitingPlatformReport:
		return StepPlatform
	case reason.AwaitingPMOVerification, reason.PMOBacklogManual:
		return StepVerification
	case reason.CertificateRevoked:
		return StepRevoked
	case reason.NameMismatch, reason.InstitutionGradedOnlyOnOwnPortal, reason.AttendanceNotVerified:
		return StepExamined
	}
	return ""
}

// Who holds a certificate up is what Explain answers the person whose it is, at the head and at moments in between.
func TestCertificatesAgreeWithExplain(t *testing.T) {
	t.Parallel()
	_, v := august(t)
	reg := toldRegistry()
	steps := map[CertificateStep]int{}
	for _, moment := range []time.Time{
		time.Date(2021, 3, 31, 12, 0, 0, 0, time.UTC), time.Date(2020, 9, 10, 3, 0, 0, 0, time.UTC), scenario.DefaultNow(),
	} {
		counted := map[CertificateStep]int{}
		for id, history := range histories() {
			found, err := v.Certificates(CertificateFilter{Participant: id, At: moment}, Page{Limit: MaxPage})
			require.NoError(t, err)
			for _, x := range found.Rows {
				if x.Platform == "" {
					continue // a cancelled purchase whose training went on is told of by nobody's order
				}
				want := domain.Explain(domain.Question{Topic: domain.TopicCertificate, Participant: &id, Course: x.Course, At: &moment, Now: moment, Effective: true},
					domain.World{Registry: reg, History: history})
				if want.Primary == reason.NoPaymentRecorded {
					continue // not bought yet at the moment
				}
				require.Equal(t, stepOf(want.Primary), x.Step, "%s %s at %s: %s", id, x.Course, moment, want.Primary)
				steps[x.Step]++
				if want.Primary == reason.InstitutionNotResponding || want.Primary == reason.PMOBacklogManual {
					require.True(t, x.Late)
				}
				if x.Step != StepTraining && x.Step != StepDashboard {
					counted[x.Step]++
				}
			}
		}
		counts, err := v.CertificateCounts(CertificateFilter{At: moment})
		require.NoError(t, err)
		have := map[CertificateStep]int{}
		for _, c := range counts {
			have[c.Step] = c.Count
			late, err := v.Certificates(CertificateFilter{Step: c.Step, Late: true, At: moment}, Page{Limit: MaxPage})
			require.NoError(t, err)
			require.Len(t, late.Rows, c.Late)
			all, err := v.Certificates(CertificateFilter{Step: c.Step, At: moment}, Page{Limit: MaxPage})
			require.NoError(t, err)
			require.Len(t, all.Rows, c.Count)
			require.Equal(t, late.Rows, slices.DeleteFunc(all.Rows, func(x CertificateCase) bool { return !x.Late }), "the cutoff is the calendar's")
		}
		require.Equal(t, counted, have)
	}
	require.Greater(t, len(steps), 5, "%v", slices.Sorted(maps.Keys(steps)))
}
