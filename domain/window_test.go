package domain

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Merged spans cover the minutes that any of them covers, once, and whole days are those all of whose minutes are covered.
func TestWithinMinuteByMinute(t *testing.T) {
	t.Parallel()
	zero := time.Date(2020, 8, 16, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		const most = 5 * 24 * 60
		minute := func(name string) int { return rapid.IntRange(0, most).Draw(t, name) }
		at := func(n int) time.Time { return zero.Add(time.Duration(n) * time.Minute) }
		var spans []span
		covered := [most]bool{}
		from, to := minute("from"), minute("to")
		for range rapid.IntRange(0, 5).Draw(t, "spans") {
			a, b := minute("a"), minute("b")
			spans = append(spans, span{at(a), at(b)})
			for n := max(a, from); n < min(b, to); n++ {
				covered[n] = true
			}
		}
		total, days := 0, map[Date]int{}
		for n, yes := range covered {
			if yes {
				total++
				days[DateOf(at(n))]++
			}
		}
		whole := 0
		for _, minutes := range days {
			if minutes == 24*60 {
				whole++
			}
		}
		got := within(spans, at(from), at(to))
		require.Equal(t, time.Duration(total)*time.Minute, length(got))
		require.Equal(t, whole, wholeDays(got))
	})
}

// 19 August 2020, 17.00 WIB to 29 August, 08.00 WIB: the example of the requirement.
func TestWholeDaysOfAugust(t *testing.T) {
	t.Parallel()
	closed := []span{{time.Date(2020, 8, 19, 17, 0, 0, 0, WIB()), time.Date(2020, 8, 29, 8, 0, 0, 0, WIB())}}
	require.Equal(t, 231*time.Hour, length(closed))
	require.Equal(t, 9, wholeDays(closed))
}
