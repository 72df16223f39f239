//go:build race

package api_test

// raceEnabled says that the race detector slows everything down about tenfold: counts are lowered then.
const raceEnabled = true
