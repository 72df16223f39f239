//go:build race

package domain

// raceEnabled says that the race detector slows everything down about tenfold: counts are lowered then.
const raceEnabled = true
