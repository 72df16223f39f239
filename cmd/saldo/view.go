package main

import (
	"errors"
	"slices"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/words"
)

// contactPrakerja stands where an audience may not learn the reason: the same for all such reasons, so that none can be told
// from another. It is no code of the catalogue: no decision holds it.
const contactPrakerja reason.Code = "PARTICIPANT_TO_CONTACT_PRAKERJA"

// inside reports whether an audience sees everything. The empty one is staff with the participant's sentence before them.
func inside(to reason.Audience) bool { return to != reason.Participant && to != reason.Platform }

// hidden reports whether an audience may not learn a reason; the sentences of the catalogue keep to the same.
func hidden(c reason.Code, to reason.Audience) bool {
	switch to {
	case reason.Participant:
		return c == reason.BalanceHeldForFraud
	case reason.Platform:
		r, ok := reason.Lookup(c)
		return ok && r.Family == "revocation" || slices.Contains([]reason.Code{
			reason.BalanceHeldForFraud, reason.AccountCompromised, reason.Blacklisted, reason.ParticipationRevoked, reason.IneligibleRecipient, reason.DeadlineAhead,
		}, c)
	case reason.Staff, reason.Auditor:
	}
	return false
}

// maskFor is a reason as an audience may see it.
func maskFor(c reason.Code, to reason.Audience) reason.Code {
	if hidden(c, to) {
		return contactPrakerja
	}
	return c
}

func maskAll(codes []reason.Code, to reason.Audience) []reason.Code {
	var out []reason.Code
	for _, c := range codes {
		if m := maskFor(c, to); !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// viewFor leaves of an answer what its audience may see. Checks, with what they found, and events are for staff and auditors;
// a platform sees no balance and no attempt on another platform.
func viewFor(x domain.Answer, to reason.Audience) domain.Answer {
	if inside(to) {
		return x
	}
	x.Checks, x.Refs, x.Later, x.Unfinished = nil, nil, nil, ""
	if hidden(x.Primary, to) {
		x.Primary, x.Owner, x.Final = contactPrakerja, reason.OwnerProgrammeOffice, false
	}
	x.Visible, x.Payable = seen(x.Visible, to), seen(x.Payable, to)
	platform := platformOf(x)
	var attempts []domain.Attempt
	for _, t := range x.Attempts {
		if to == reason.Platform && t.Platform != platform {
			continue
		}
		t.Reason = maskFor(t.Reason, to)
		attempts = append(attempts, t)
	}
	x.Attempts = attempts
	var strip []domain.Interval
	for _, i := range x.Strip {
		i.Reason, i.Event = maskFor(i.Reason, to), domain.EventRef{}
		strip = append(strip, i)
	}
	x.Strip = strip
	x.Now = seenNow(x.Now, to)
	return x
}

// platformOf is whose answer it is: as asked, or of the recorded attempt that the answer is about.
func platformOf(x domain.Answer) domain.PlatformCode {
	if x.Question.Platform != "" {
		return x.Question.Platform
	}
	for _, t := range x.Attempts {
		if x.Question.Command != nil && t.Reference == domain.ReferenceNumber(*x.Question.Command) {
			return t.Platform
		}
	}
	return ""
}

func seen(v *domain.Visibility, to reason.Audience) *domain.Visibility {
	if v == nil {
		return nil
	}
	return &domain.Visibility{Yes: v.Yes, Reasons: maskAll(v.Reasons, to)}
}

func seenNow(n *domain.NowAnswer, to reason.Audience) *domain.NowAnswer {
	if n == nil {
		return nil
	}
	out := domain.NowAnswer{At: n.At, Succeeds: n.Succeeds, Primary: maskFor(n.Primary, to)}
	for _, c := range n.Failing {
		short := domain.CheckResult{Check: c.Check, Verdict: c.Verdict, Reason: c.Reason}
		if hidden(c.Reason, to) {
			short = domain.CheckResult{Check: "contact_prakerja", Verdict: c.Verdict, Reason: contactPrakerja}
		}
		if !slices.ContainsFunc(out.Failing, func(o domain.CheckResult) bool { return o.Check == short.Check }) {
			out.Failing = append(out.Failing, short)
		}
	}
	for _, s := range n.Smallest {
		if to == reason.Participant && (s.AtMost != nil || s.Wait != nil) && !hidden(s.Reason, to) {
			out.Smallest = append(out.Smallest, s)
		}
	}
	return &out
}

// told is an answer with its sentences, for machines.
type told struct {
	domain.Answer
	Say  inLanguages[sentences] `json:"say"`
	Next *inLanguages[string]   `json:"next,omitempty"`
	Ask  *inLanguages[[]string] `json:"ask,omitempty"`
}

type inLanguages[T any] struct {
	ID T `json:"id"`
	EN T `json:"en"`
}

type sentences struct {
	Written string `json:"written"`
	Spoken  string `json:"spoken"`
}

// tell puts an answer into words for an audience and leaves of it what that audience may see.
func (a *app) tell(x domain.Answer, to reason.Audience) (told, error) {
	voice := voiceOf(to)
	out := told{Answer: viewFor(x, to)}
	var next inLanguages[string]
	for lang, in := range map[words.Lang]struct {
		say  *sentences
		next *string
	}{words.ID: {&out.Say.ID, &next.ID}, words.EN: {&out.Say.EN, &next.EN}} {
		var failed [3]error
		in.say.Written, failed[0] = x.Say(voice, reason.Written, lang, a.zone)
		in.say.Spoken, failed[1] = x.Say(voice, reason.Spoken, lang, a.zone)
		*in.next, failed[2] = x.Next(lang, a.zone)
		if err := errors.Join(failed[:]...); err != nil {
			return out, err
		}
	}
	if to == reason.Platform {
		return out, nil // the next step and the questions are for the participant
	}
	if next.ID != "" {
		out.Next = &next
	}
	if ask := (inLanguages[[]string]{x.Ask(words.ID), x.Ask(words.EN)}); len(ask.ID) > 0 && !hidden(x.Primary, to) {
		out.Ask = &ask
	}
	return out, nil
}

// voiceOf is the audience whose sentence is said: staff who named none get the participant's, to be passed on.
func voiceOf(to reason.Audience) reason.Audience {
	if to == "" {
		return reason.Participant
	}
	return to
}
