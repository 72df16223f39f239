package domain

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestExamplesAreAccepted feeds the story to an empty ledger: every act of it is accepted, and every type of act is in it.
func TestExamplesAreAccepted(t *testing.T) {
	book := NewBook()
	told := map[CommandName]bool{}
	for _, line := range Examples() {
		s, err := DecodeSubmission(line)
		require.NoError(t, err, string(line))
		require.NotNil(t, s.ReceivedAt)
		s.Command.ID = CommandID("contoh", s.Key)
		spec := SpecOf(s.Command.Act)
		res, err := book.Execute(s.Command)
		require.NoError(t, err, s.Key)
		require.False(t, res.Replayed, s.Key)
		assert.Equal(t, spec.Accepted, res.Event().Type, "%s %s: %s", s.Key, line, res.Event().Data)
		if d := res.Decision(); d != nil {
			if spec.Name != "AbandonPurchase" { // its yes is recorded as the refusal of the attempt that it closes
				assert.Empty(t, d.Failed, s.Key)
			}
			assert.Empty(t, d.Exceptions, "%s %s", s.Key, line)
		}
		told[spec.Name] = true
	}
	for _, a := range Acts() {
		assert.True(t, told[a.Name], "the story has no %s", a.Name)
	}
}
