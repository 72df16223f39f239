package domain_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/words"
)

// TestHiddenAsTheSentencesHide: where the catalogue's sentence keeps the cause back, so does everything around it.
func TestHiddenAsTheSentencesHide(t *testing.T) {
	for _, r := range reason.All() {
		said, err := r.Text(reason.Platform, reason.Written, words.EN, words.WIB, nil)
		if err == nil && strings.Contains(said, "cause is not given to platforms") {
			require.True(t, r.Code.HiddenFrom(reason.Platform), r.Code)
		}
		require.False(t, r.Code.HiddenFrom(reason.Staff), r.Code)
		require.False(t, r.Code.HiddenFrom(reason.Auditor), r.Code)
	}
	require.True(t, reason.BalanceHeldForFraud.HiddenFrom(reason.Participant))
}

// TestViewForPlatform: nothing of another platform, of a balance or of a hidden reason is left, whichever it was.
func TestViewForPlatform(t *testing.T) {
	most := domain.Rupiah(123_456)
	command := uuid.NewSHA1(uuid.NameSpaceURL, []byte("test:attempt"))
	answer := func(c reason.Code) domain.Answer {
		fail := domain.CheckResult{Check: "not_held", Verdict: domain.Fail, Reason: c, Actual: "secret"}
		return domain.Answer{
			Question: domain.Question{Platform: "tokopedia"}, Primary: c, Final: reason.Final(c), Owner: reason.OwnerNobody, Unfinished: "secret",
			Checks: []domain.CheckResult{fail}, Refs: []domain.EventRef{{Type: "BalanceHeld"}}, Later: []domain.Later{{}},
			Payable:  &domain.Visibility{Reasons: []reason.Code{c, reason.PMOPaymentGateClosed, reason.PMOPaymentGateClosed}},
			Attempts: []domain.Attempt{{Platform: "bukalapak"}, {Platform: "tokopedia", Reason: c, Reference: domain.ReferenceNumber(command)}},
			Strip:    []domain.Interval{{Reason: c, Event: domain.EventRef{Type: "BalanceHeld"}}},
			Now: &domain.NowAnswer{
				Primary: c, Failing: []domain.CheckResult{fail}, Changed: []domain.CheckChange{{Check: "not_held"}},
				Unchecked: []domain.CheckName{"not_held"}, Smallest: []domain.Step{{AtMost: &most, Reason: c}},
			},
		}
	}
	want := answer(reason.BalanceHeldForFraud).For(reason.Platform)
	text, err := json.Marshal(want)
	require.NoError(t, err)
	for _, leak := range []string{"secret", "not_held", "BalanceHeld", "123456", "bukalapak", "FRAUD"} {
		require.NotContains(t, string(text), leak)
	}
	require.Len(t, want.Attempts, 1)
	require.Equal(t, []reason.Code{reason.ContactPrakerja, reason.PMOPaymentGateClosed}, want.Payable.Reasons)
	for _, c := range []reason.Code{reason.AccountCompromised, reason.Blacklisted, reason.ParticipationRevoked, reason.IneligibleRecipient} {
		require.Equal(t, want, answer(c).For(reason.Platform), "one can't be told from another")
	}
	by := answer(reason.PMOPaymentGateClosed)
	by.Question = domain.Question{Command: &command}
	require.Len(t, by.For(reason.Platform).Attempts, 1, "the platform of the attempt asked about")
	require.Equal(t, by, by.For(reason.Staff))
	require.Equal(t, by, by.For(""))
}
