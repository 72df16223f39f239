package domain

import (
	"slices"

	"saldo/domain/reason"
)

// For leaves of an answer what its audience may see. Checks, with what they found, and events are for staff and auditors;
// a platform sees no balance and no attempt on another platform.
func (a Answer) For(to reason.Audience) Answer {
	if to.Inside() {
		return a
	}
	a.Checks, a.Refs, a.Later, a.Unfinished = nil, nil, nil, ""
	if a.Primary.HiddenFrom(to) {
		a.Primary, a.Owner, a.Final = reason.ContactPrakerja, reason.OwnerProgrammeOffice, false
	}
	a.Visible, a.Payable = a.Visible.seenBy(to), a.Payable.seenBy(to)
	platform := a.platform()
	var attempts []Attempt
	for _, t := range a.Attempts {
		if to == reason.Platform && t.Platform != platform {
			continue
		}
		t.Reason = t.Reason.For(to)
		attempts = append(attempts, t)
	}
	a.Attempts = attempts
	var strip []Interval
	for _, i := range a.Strip {
		i.Reason, i.Event = i.Reason.For(to), EventRef{}
		strip = append(strip, i)
	}
	a.Strip = strip
	a.Now = a.Now.seenBy(to)
	return a
}

// platform is whose answer it is: as asked, or of the recorded attempt that the answer is about.
func (a Answer) platform() PlatformCode {
	if a.Question.Platform != "" {
		return a.Question.Platform
	}
	for _, t := range a.Attempts {
		if a.Question.Command != nil && t.Reference == ReferenceNumber(*a.Question.Command) {
			return t.Platform
		}
	}
	return ""
}

func (v *Visibility) seenBy(to reason.Audience) *Visibility {
	if v == nil {
		return nil
	}
	return &Visibility{Yes: v.Yes, Reasons: seenReasons(v.Reasons, to)}
}

func (n *NowAnswer) seenBy(to reason.Audience) *NowAnswer {
	if n == nil {
		return nil
	}
	out := NowAnswer{At: n.At, Succeeds: n.Succeeds, Primary: n.Primary.For(to)}
	for _, c := range n.Failing {
		short := CheckResult{Check: c.Check, Verdict: c.Verdict, Reason: c.Reason}
		if c.Reason.HiddenFrom(to) {
			short = CheckResult{Check: "contact_prakerja", Verdict: c.Verdict, Reason: reason.ContactPrakerja}
		}
		if !slices.ContainsFunc(out.Failing, func(o CheckResult) bool { return o.Check == short.Check }) {
			out.Failing = append(out.Failing, short)
		}
	}
	for _, s := range n.Smallest {
		if to == reason.Participant && (s.AtMost != nil || s.Wait != nil) && !s.Reason.HiddenFrom(to) {
			out.Smallest = append(out.Smallest, s)
		}
	}
	return &out
}

func seenReasons(codes []reason.Code, to reason.Audience) []reason.Code {
	var out []reason.Code
	for _, c := range codes {
		if m := c.For(to); !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}
