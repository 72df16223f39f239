package domain

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Whatever the order in which changes come into force, the stretches say at every moment what a decision would look up.
func TestStretchesAgreeWithHistory(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(4, 2020))
	day := func(n int) time.Time { return time.Date(2020, 8, 1+n, 0, 0, 0, 0, time.UTC) }
	for range 500 {
		var h history[int]
		for i := range dice.IntN(8) {
			h = append(h, change[int]{i, day(dice.IntN(6)), EventRef{"programme", uint64(i), "PaymentGateOpened"}, day(0)})
		}
		all := stretches(h)
		require.Len(t, all, len(h))
		for n := range 8 {
			want, known := h.at(View{At: day(n)})
			var holding []int
			for _, s := range all {
				if s.Held() && !s.From.After(day(n)) && (s.To.IsZero() || s.To.After(day(n))) {
					holding = append(holding, s.Value)
				}
			}
			if !known {
				require.Empty(t, holding)
				continue
			}
			require.Equal(t, []int{want.value}, holding)
		}
	}
}
