package api

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/domain"
)

func amounts(of ...int64) []Item {
	var out []Item
	for i, a := range of {
		out = append(out, Item{Number: uint64(i), Amount: domain.Rupiah(a), Stratum: []string{"a", "b", "b"}[i%3]})
	}
	return out
}

// TestUnitSampleIsProportional counts over every start that there is: a member is hit as often as it has rupiah, so that its
// chance is its amount divided by the step.
func TestUnitSampleIsProportional(t *testing.T) {
	items := amounts(3, 7, 1, 0, 9, 4, 6, 2, 8, 5) // 45 rupiah, five to be drawn: a step of 9
	const step, most = 10, 4                       // a step that no member fills, and does not divide the sum
	got := map[uint64]int64{}
	for start := int64(1); start <= step; start++ {
		for _, p := range hits(items, nil, big.NewInt(start), big.NewInt(step), most) {
			got[p.Number]++
		}
	}
	reach := int64(step * most)
	for _, i := range items {
		want := min(i.Amount.Decimal().IntPart(), max(reach, 0))
		reach -= i.Amount.Decimal().IntPart()
		require.Equal(t, want, got[i.Number], "member %d of %s", i.Number, i.Amount)
	}
}

// TestUnitSampleTakesLargeMembersForCertain holds the step's own rule: what is as large as the step can't be left out, whatever the seed.
func TestUnitSampleTakesLargeMembersForCertain(t *testing.T) {
	items := amounts(1000, 10, 20, 30, 700, 40)
	for seed := range 50 {
		got, step := choose(items, UnitSample, 4, draw{"root", seed})
		certain := map[uint64]bool{}
		for _, p := range got {
			if p.Certain {
				certain[p.Number] = true
			}
		}
		require.Equal(t, map[uint64]bool{0: true, 4: true}, certain)
		require.Equal(t, 2, step.Certain)
		require.Equal(t, "50", step.Step.String(), "100 rupiah are left for two more")
		require.Len(t, got, 4)
	}
}

// TestSampleIsTheSameAgain draws twice from the same, and otherwise where root, seed or size differ.
func TestSampleIsTheSameAgain(t *testing.T) {
	var of []int64
	for i := range 300 {
		of = append(of, int64(100+i*7%90))
	}
	items := amounts(of...)
	for _, m := range SampleMethods() {
		first, _ := choose(items, m, 25, draw{"root", 7})
		again, _ := choose(items, m, 25, draw{"root", 7})
		require.Equal(t, first, again, m)
		require.Len(t, first, 25, m)
		other, _ := choose(items, m, 25, draw{"root", 8})
		require.NotEqual(t, first, other, m)
		moved, _ := choose(items, m, 25, draw{"toor", 7})
		require.NotEqual(t, first, moved, m)
		for i := 1; i < len(first); i++ {
			require.Less(t, first[i-1].Number, first[i].Number, "in the order of the log, nobody twice")
		}
	}
	strata := map[string]int{}
	picked, _ := choose(items, StratifiedSample, 30, draw{"root", 1})
	for _, p := range picked {
		strata[p.Stratum]++
	}
	require.Equal(t, map[string]int{"a": 10, "b": 20}, strata)
	all, _ := choose(items[:3], RandomSample, 10, draw{"root", 1})
	require.Len(t, all, 3)
}

// TestRandomSampleIsEven counts members over many seeds: none is preferred.
func TestRandomSampleIsEven(t *testing.T) {
	items := amounts(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
	const seeds, size = 2000, 3
	got := map[uint64]int{}
	for seed := range seeds {
		picked, _ := choose(items, RandomSample, size, draw{"root", seed})
		for _, p := range picked {
			got[p.Number]++
		}
	}
	for n, count := range got { // 600 expected, standard deviation 20
		require.InDelta(t, seeds*size/len(items), count, 100, "member %d", n)
	}
}
