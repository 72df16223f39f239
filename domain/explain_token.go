package domain

import (
	"time"

	"saldo/domain/reason"
	"saldo/domain/words"
)

// token answers "API token tidak valid": the pass is between platform and programme office and never the participant's.
func (e *explainer) token() Answer {
	from, to := e.window()
	g := e.grounds()
	a := Answer{Rules: PurchaseRules, Policy: g.Pair, Checks: only(Evaluate(PurchaseRules, &g.Facts, g.Policy), "payment_gate_open", "payment_gate_open_for_platform", "platform_is_partner", "token_active_at_basis"), Evidence: EvidenceGeneral}
	tally, known := e.tally(e.q.Platform, from, to)
	code, cause := e.tokenReason(g, tally)
	if known && tally.Denied > 0 {
		a.Refs = e.tallyRefs(from, to)
		if tally.Denied == tally.Received {
			a.Evidence = EvidenceImplied
		}
	}
	a = e.conclude(a, code, &g.Facts)
	if e.q.Participant != nil && e.m.person.Credited.set {
		a.Values["balance"] = words.Amount(e.m.person.Balance.Training.Decimal())
	}
	a.Values["at"] = words.DayOf(from)
	if tally.Denied == 0 && !saysPer(code) {
		delete(a.Values, "at") // no attempt is spoken of
	}
	a.Values["window_from"], a.Values["window_to"] = words.ClockOf(from), words.ClockOf(to)
	a.Values["denied"] = words.Number(tally.Denied)
	if cause > 0 {
		a.Values["denied"] = words.Number(cause)
	}
	if e.q.Platform != "" {
		a.Values["platform"] = words.Text(e.platformName(e.q.Platform))
	}
	if _, given := a.Values["since"]; !given && (code == reason.PartnerCredentialRevoked || code == reason.AccessTokenExpired) {
		a.Values["since"] = words.Instant(e.tokenSince(code, from))
	}
	return a
}

// window is the hour around the moment, or the interval asked about.
func (e *explainer) window() (from, to time.Time) {
	if e.q.From != nil && e.q.To != nil {
		return Canonical(*e.q.From), Canonical(*e.q.To)
	}
	from = e.m.at.Truncate(time.Hour)
	return from, from.Add(time.Hour)
}

// tokenReason is the cause that most of the denied requests had, else the token's own state, else the gate.
func (e *explainer) tokenReason(g Grounds, tally TallyBody) (reason.Code, int) {
	most := DenialCount{}
	for _, c := range tally.Causes {
		if c.Count > most.Count {
			most = c
		}
	}
	if most.Count > 0 {
		return denialReason(most.Cause), most.Count
	}
	for _, name := range []CheckName{"payment_gate_open", "payment_gate_open_for_platform", "platform_is_partner", "token_active_at_basis"} {
		for _, c := range Evaluate(PurchaseRules, &g.Facts, g.Policy) {
			if c.Check == name && c.Verdict == Fail {
				return c.Reason, 0
			}
		}
	}
	if code := e.anyTokenReason(); code != "" {
		return code, 0
	}
	if p, known := e.w.Registry.Platforms[e.q.Platform]; known && len(p.Tokens) > 0 || e.q.Token != "" {
		return reason.TokenActive, 0
	}
	return reason.NoCauseOnOurSide, 0 // no token of the platform is on record: nothing can be said of it
}

// anyTokenReason looks at the platform's tokens when the question names none: a reason if not one of them is good.
func (e *explainer) anyTokenReason() reason.Code {
	p, ok := e.w.Registry.Platforms[e.q.Platform]
	if !ok || e.q.Token != "" {
		return ""
	}
	var code reason.Code
	for _, h := range p.Tokens {
		c, has := h.at(e.m.view)
		if !has {
			continue
		}
		switch state, _ := c.value.state(e.m.at); state {
		case "active", "grace":
			return ""
		case "revoked":
			code = reason.PartnerCredentialRevoked
		case "expired":
			if code == "" {
				code = reason.AccessTokenExpired
			}
		}
	}
	return code
}

// tokenSince is since when no token of the platform worked, as far as its events say.
func (e *explainer) tokenSince(code reason.Code, fallback time.Time) time.Time {
	latest := time.Time{}
	if p, ok := e.w.Registry.Platforms[e.q.Platform]; ok {
		for _, h := range p.Tokens {
			c, has := h.at(e.m.view)
			if !has {
				continue
			}
			state, since := c.value.state(e.m.at)
			bad := state == "revoked" && code == reason.PartnerCredentialRevoked || state == "expired" && code == reason.AccessTokenExpired
			if bad && since != nil && since.After(latest) {
				latest = *since
			}
		}
	}
	if latest.IsZero() {
		return fallback
	}
	return latest
}

func denialReason(c DenialCause) reason.Code {
	switch c {
	case DeniedGateClosed:
		return reason.TokensRefusedWhileClosed
	case DeniedTokenRevoked, DeniedScope:
		return reason.PartnerCredentialRevoked
	case DeniedTokenExpired:
		return reason.AccessTokenExpired
	case DeniedTokenUnknown, DeniedClientUnknown:
		return reason.OAUTHClientUnauthorized
	case DeniedSignature:
		return reason.SignatureOrTimestampMismatch
	case DeniedPaymentToken:
		return reason.PaymentTokenInvalid
	}
	return reason.TokenActive
}

// tally adds up what reached a platform's door within a window.
func (e *explainer) tally(p PlatformCode, from, to time.Time) (TallyBody, bool) {
	in, ok := e.w.Intake[IntakeStreamOf(p)]
	sum := TallyBody{Minute: from}
	if !ok {
		return sum, false
	}
	found := false
	causes := map[DenialCause]int{}
	for _, c := range in.Tallies {
		t := c.value
		if t.Minute.Before(from) || !t.Minute.Before(to) || e.m.view.Recorded != nil && c.recorded.After(laterOf(*e.m.view.Recorded, e.q.Now)) {
			continue
		}
		found = true
		sum.Received, sum.Decided, sum.Replayed, sum.Denied = sum.Received+t.Received, sum.Decided+t.Decided, sum.Replayed+t.Replayed, sum.Denied+t.Denied
		for _, d := range t.Causes {
			causes[d.Cause] += d.Count
		}
	}
	for _, name := range DenialCause("").Values() {
		if n := causes[DenialCause(name)]; n > 0 {
			sum.Causes = append(sum.Causes, DenialCount{DenialCause(name), n})
		}
	}
	return sum, found
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (e *explainer) tallyRefs(from, to time.Time) []EventRef {
	var out []EventRef
	for _, c := range e.w.Intake[IntakeStreamOf(e.q.Platform)].Tallies {
		if !c.value.Minute.Before(from) && c.value.Minute.Before(to) {
			out = append(out, c.ref)
		}
	}
	return out
}
