package scenario

import "time"

// wib is an instant given in Western Indonesian Time.
func wib(year int, month time.Month, day, hour, minute, second int) time.Time {
	return time.Date(year, month, day, hour-7, minute, second, 0, time.UTC)
}

// on is wib in 2020.
func on(month time.Month, day, hour, minute int) time.Time {
	return wib(2020, month, day, hour, minute, 0)
}

// later is the day n days after t's day in WIB, at an hour and minute.
func later(t time.Time, days, hour, minute int) time.Time {
	w := t.Add(7 * time.Hour)
	return wib(w.Year(), w.Month(), w.Day()+days, hour, minute, w.Second())
}

// weekday moves a weekend's instant to the Monday after it.
func weekday(t time.Time) time.Time {
	switch t.Add(7 * time.Hour).Weekday() {
	case time.Saturday:
		return t.AddDate(0, 0, 2)
	case time.Sunday:
		return t.AddDate(0, 0, 1)
	case time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday:
	}
	return t
}

// The instants that the story hangs on.
func policyTwo() time.Time   { return on(8, 7, 9, 0) }
func noticeDay() time.Time   { return on(8, 16, 9, 0) }
func gateClosed() time.Time  { return on(8, 19, 17, 0) }
func gateOpened() time.Time  { return on(8, 29, 8, 0) }
func revoked() time.Time     { return wib(2020, 9, 15, 23, 59, 59) } // from when revocations count
func revocation() time.Time  { return wib(2020, 9, 16, 0, 0, 20) }   // when they are decided: the deadline's last second counts whole
func heldFrom() time.Time    { return on(5, 20, 9, 0) }              // payouts held back, May 2020
func heldUntil() time.Time   { return on(5, 29, 17, 0) }
func yearClosed() time.Time  { return wib(2021, 3, 30, 15, 0, 0) }
func massFrom() time.Time    { return on(9, 10, 0, 0) } // due days of the payouts that failed together
func massUntil() time.Time   { return on(9, 16, 0, 0) }
func missedLapse() time.Time { return wib(2021, 3, 24, 8, 0, 0) }
