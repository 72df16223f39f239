package domain

import "time"

// DayKind says why a weekday is no working day.
type DayKind string

// Kinds of days off.
const (
	Holiday    DayKind = "holiday"     // libur nasional
	JointLeave DayKind = "joint_leave" // cuti bersama
)

// Values lists the admitted values.
func (DayKind) Values() []string { return []string{string(Holiday), string(JointLeave)} }

// DayOff is one day of the official calendar on which offices are closed.
type DayOff struct {
	Date Date    `json:"date" doc:"the day"`
	Kind DayKind `json:"kind" doc:"holiday or joint leave"`
	Name Title   `json:"name" doc:"its official name, in Indonesian"`
}

// Calendar is the official calendar that a policy's working-day clocks run on. It is data of the policy, inside the bytes
// of PolicyAdopted: a later correction is a later policy.
type Calendar struct {
	Source  Title    `json:"source" doc:"the decree that the days off come from"`
	DaysOff []DayOff `json:"days_off" doc:"weekdays that are no working days"`
}

// Working reports whether d is a working day: Monday to Friday, no holiday, no joint leave.
func (c Calendar) Working(d Date) bool {
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	for _, off := range c.DaysOff {
		if off.Date == d {
			return false
		}
	}
	return true
}

// AddWorking is the n-th working day after d; the day of d itself does not count. n of 0 or less gives d.
func (c Calendar) AddWorking(d Date, n int) Date {
	for n > 0 {
		d = d.AddDays(1)
		if c.Working(d) {
			n--
		}
	}
	return d
}
