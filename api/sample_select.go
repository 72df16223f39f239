package api

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"math/big"
	"slices"

	"saldo/domain"
)

// SampleMethod says how a sample is drawn.
type SampleMethod string

// Methods.
const (
	RandomSample     SampleMethod = "random"     // every member alike
	StratifiedSample SampleMethod = "stratified" // each stratum by its share, at least one
	UnitSample       SampleMethod = "mus"        // every rupiah alike: monetary-unit sampling
)

// SampleMethods lists the methods.
func SampleMethods() []SampleMethod {
	return []SampleMethod{RandomSample, StratifiedSample, UnitSample}
}

// draw is the chance of a sample. It is no generator with a state but a hash: SHA-256 over "saldo/sample/v1", the digest of
// the log at the population's position, the seed and a number. The same log, seed and method give the same sample on every
// machine and in every version; nobody can choose the log's digest to get the sample they like.
type draw struct {
	root string
	seed int
}

// of is the hash for a purpose and a number.
func (d draw) of(purpose string, n uint64) [sha256.Size]byte {
	b := []byte("saldo/sample/v1\n" + d.root + "\n" + purpose + "\n")
	b = binary.BigEndian.AppendUint64(b, uint64(d.seed)) //nolint:gosec // a seed is not negative
	return sha256.Sum256(binary.BigEndian.AppendUint64(b, n))
}

// below gives a number from 0 to n-1. Of 256 bits the remainder is even to one part in 2^190 for any amount of rupiah.
func (d draw) below(purpose string, n *big.Int) *big.Int {
	h := d.of(purpose, 0)
	return new(big.Int).Mod(new(big.Int).SetBytes(h[:]), n)
}

// Picked is a member that was drawn.
type Picked struct {
	Item
	Certain bool `json:"certain,omitempty"` // as large as the interval: it could not be left out
}

// Interval is the step of a monetary-unit sample: every so many rupiah one is drawn, the first at the start.
type Interval struct {
	Step    domain.Money `json:"step"`
	Start   domain.Money `json:"start"`
	Certain int          `json:"certain"` // members as large as the step
}

// choose draws size members, in the order of the log. It gives all where there are no more.
func choose(items []Item, method SampleMethod, size int, d draw) ([]Picked, *Interval) {
	var out []Picked
	var step *Interval
	switch method {
	case StratifiedSample:
		out = stratified(items, size, d)
	case UnitSample:
		out, step = byUnits(items, size, d)
	case RandomSample:
		out = lowest(items, size, d)
	}
	slices.SortFunc(out, func(a, b Picked) int { return cmp.Compare(a.Number, b.Number) })
	return out, step
}

// lowest draws without replacement: the members with the lowest hashes. Every set of that size is as likely as any other.
func lowest(items []Item, size int, d draw) []Picked {
	type ranked struct {
		key  [sha256.Size]byte
		item int
	}
	all := make([]ranked, len(items))
	for i := range items {
		all[i] = ranked{d.of("rank", items[i].Number), i}
	}
	slices.SortFunc(all, func(a, b ranked) int { return bytes.Compare(a.key[:], b.key[:]) })
	out := make([]Picked, 0, min(size, len(items)))
	for _, r := range all[:min(size, len(all))] {
		out = append(out, Picked{Item: items[r.item]})
	}
	return out
}

// stratified draws from each stratum by its share of the members (largest remainders), at least one where size allows.
func stratified(items []Item, size int, d draw) []Picked {
	strata := map[string][]Item{}
	for _, i := range items {
		strata[i.Stratum] = append(strata[i.Stratum], i)
	}
	names := slices.Sorted(maps.Keys(strata))
	size = min(size, len(items))
	quota, left := map[string]int{}, size
	for _, n := range names {
		quota[n] = size * len(strata[n]) / max(len(items), 1)
		left -= quota[n]
	}
	rest := func(n string) int { return size * len(strata[n]) % max(len(items), 1) }
	slices.SortStableFunc(names, func(a, b string) int { return rest(b) - rest(a) })
	for _, n := range names[:min(left, len(names))] {
		quota[n]++
	}
	slices.Sort(names)
	for _, n := range names { // one of each, taken from the largest
		if quota[n] > 0 || size < len(names) {
			continue
		}
		most := slices.MaxFunc(names, func(a, b string) int { return cmp.Compare(quota[a], quota[b]) })
		quota[most]--
		quota[n]++
	}
	var out []Picked
	for _, n := range names {
		out = append(out, lowest(strata[n], quota[n], d)...)
	}
	return out
}

// byUnits draws rupiah at even steps from a random start: a member's chance is its amount divided by the step. Members as
// large as the step are certain and leave the population; the rest is drawn with a step of its own.
func byUnits(items []Item, size int, d draw) ([]Picked, *Interval) {
	total := new(big.Int)
	for _, i := range items {
		total.Add(total, i.Amount.Decimal().BigInt())
	}
	var out []Picked
	certain := map[uint64]bool{}
	left, step := size, new(big.Int)
	for left > 0 && total.Sign() > 0 {
		step.Quo(total, big.NewInt(int64(left)))
		if step.Sign() == 0 {
			step.SetInt64(1)
		}
		before := len(out)
		for _, i := range items {
			if a := i.Amount.Decimal().BigInt(); !certain[i.Number] && a.Cmp(step) >= 0 && left > 0 {
				certain[i.Number] = true
				out = append(out, Picked{i, true})
				total.Sub(total, a)
				left--
			}
		}
		if len(out) == before {
			break
		}
	}
	info := &Interval{Step: rupiahOf(step), Certain: len(out)}
	if left == 0 || total.Sign() == 0 {
		return out, info
	}
	start := d.below("start", step)
	start.Add(start, big.NewInt(1))
	info.Start = rupiahOf(start)
	return append(out, hits(items, certain, start, step, left)...), info
}

// hits lists the members that hold the rupiah start, start+step, start+2*step and so on, at most so many.
func hits(items []Item, certain map[uint64]bool, start, step *big.Int, most int) []Picked {
	var out []Picked
	sum, next := new(big.Int), new(big.Int).Set(start)
	for _, i := range items {
		if certain[i.Number] {
			continue
		}
		sum.Add(sum, i.Amount.Decimal().BigInt())
		if len(out) < most && next.Cmp(sum) <= 0 {
			out = append(out, Picked{Item: i})
			next.Add(next, step)
		}
	}
	return out
}

func rupiahOf(n *big.Int) domain.Money { return domain.Rupiah(n.Int64()) }
