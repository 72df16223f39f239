package scenario

import (
	"hash/fnv"
	"strconv"
	"time"
)

// dice gives numbers that look random and depend on nothing but the key: the same in every build.
type dice struct{ state uint64 }

func roll(key string) *dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte("saldo/scenario/1/" + key)) // a hash never fails
	return &dice{h.Sum64()}
}

// next is splitmix64.
func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// n is a number from 0 to most-1.
func (d *dice) n(most int) int {
	return int(d.next() % uint64(most)) //nolint:gosec // most is a small positive constant or length
}

// between is a number from lo to hi.
func (d *dice) between(lo, hi int) int { return lo + d.n(hi-lo+1) }

// minutes is a length of time.
func (d *dice) minutes(lo, hi int) time.Duration {
	return time.Duration(d.between(lo, hi))*time.Minute + time.Duration(d.n(60))*time.Second
}

// four gives the last four characters of a bearer code.
func (d *dice) four() string {
	const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	out := make([]byte, 4)
	for i := range out {
		out[i] = alphabet[d.n(len(alphabet))]
	}
	return string(out)
}

func num(n, digits int) string {
	s := strconv.Itoa(n)
	for len(s) < digits {
		s = "0" + s
	}
	return s
}
