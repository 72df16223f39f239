package storetest

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// NotRun skips a test aloud for want of something that the machine lacks. It fails instead where SALDO_REQUIRE, a list
// separated by commas, names the kind: CI names what it has installed or found to work.
func NotRun(tb testing.TB, kind, format string, args ...any) {
	tb.Helper()
	if slices.Contains(strings.Split(os.Getenv("SALDO_REQUIRE"), ","), kind) {
		tb.Fatalf("NOT RUN, and SALDO_REQUIRE names "+kind+": "+format, args...)
	}
	tb.Skipf("NOT RUN ("+kind+"): "+format, args...)
}
