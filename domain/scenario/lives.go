package scenario

import (
	"time"

	"saldo/domain"
	"saldo/domain/reason"
)

// Of waves 1 to 4 about 12 % had been revoked by 23 September 2020 (domain.md 5.3); how they fall on the waves is illustration.
func revokedOf(wave int) int { return [...]int{0, 7, 11, 9, 21}[wave] }

// unfinishedOf is how many buyers of a wave never finish their first training.
func unfinishedOf(wave int) int { return [...]int{0, 2, 3, 3, 10}[wave] }

// lives writes the life of everybody who plays no part.
func (s *script) lives() {
	idle, unfinished := map[int]int{}, map[int]int{}
	for _, p := range s.unmade {
		idle[p.wave]++
	}
	for _, p := range s.people {
		if p.role != "" {
			continue
		}
		s.enrol(p, p.usual())
		d := roll(p.key() + "/life")
		s.knock(p, d)
		// Spread over the wave: every fifth person or so, until the number is reached.
		if idle[p.wave] < revokedOf(p.wave) && p.line%5 == 0 {
			idle[p.wave]++
			s.unmade = append(s.unmade, p)
			continue
		}
		b := s.firstPurchase(p, d)
		if b == nil {
			continue
		}
		if unfinished[p.wave] < unfinishedOf(p.wave) && p.line%7 == 3 {
			unfinished[p.wave]++
			s.stopHalfway(b, unfinished[p.wave])
			continue
		}
		inOrder := s.study(b, b.usual())
		s.earn(p, inOrder)
		s.more(p, d, inOrder)
	}
}

// knock is what a person of wave 4 tries while payments are closed.
func (s *script) knock(p *person, d *dice) {
	if p.wave != 4 {
		return
	}
	from := latest(gateClosed().Add(20*time.Minute), p.ready)
	for i := range []int{0, 0, 1, 1, 1, 2, 2, 3}[d.n(8)] {
		t := later(from, d.n(6), d.between(8, 21), d.n(60))
		if t.Before(from) || !t.Before(gateOpened()) {
			continue
		}
		c, v := s.choose(d, t, p.training, p)
		if c == nil || quiet(t, v) {
			continue
		}
		s.attempt(p, "closed/"+num(i+1, 1), c.code, c.price, v, t, reason.PMOPaymentGateClosed)
	}
}

// firstPurchase buys the first course: in spring within the 30 days, in wave 4 a few before payments closed, most in the
// rush after the reopening.
func (s *script) firstPurchase(p *person, d *dice) *bought {
	t := p.ready.Add(d.minutes(30, 24*60*24))
	if p.wave == 4 {
		t = s.afterReopening(d)
		if early := p.ready.Add(d.minutes(60, 1500)); p.line%9 == 4 && early.After(on(8, 16, 12, 0)) && early.Before(gateClosed().Add(-10*time.Minute)) {
			t = early
		}
	} else {
		t = later(t, 0, d.between(8, 21), d.n(60))
		if t.Before(p.ready) {
			t = later(t, 1, 9, d.n(60))
		}
	}
	c, v := s.choose(d, t, p.training, p)
	if c == nil {
		return nil
	}
	return s.buy(p, c, v, t)
}

func (s *script) afterReopening(d *dice) time.Time {
	switch x := d.n(100); {
	case x < 45:
		return gateOpened().Add(d.minutes(1, 720))
	case x < 65:
		return later(gateOpened(), d.between(1, 2), d.between(7, 21), d.n(60))
	case x < 90:
		return later(gateOpened(), d.between(3, 9), d.between(7, 21), d.n(60))
	}
	return later(gateOpened(), d.between(10, 16), d.between(7, 21), d.n(60))
}

// stopHalfway: voucher never exchanged, class never begun, or begun and never finished.
func (s *script) stopHalfway(b *bought, i int) {
	x := b.usual()
	y := path{voucher: x.voucher}
	if i%4 != 1 {
		y.exchange = x.exchange
	}
	if i%4 == 0 || i%4 == 3 {
		y.start = x.start
	}
	s.study(b, y)
}

// more buys a second course for some, after the first is finished and while there is money and time.
func (s *script) more(p *person, d *dice, inOrder time.Time) {
	if d.n(100) >= 18 || p.training < 99_000 {
		return
	}
	t := later(inOrder, d.between(2, 20), d.between(8, 21), d.n(60))
	if !t.Before(policyTwo()) && t.Before(on(8, 30, 0, 0)) {
		t = later(on(8, 30, 0, 0), d.between(0, 12), d.between(8, 21), d.n(60))
	}
	if t.After(on(12, 1, 0, 0)) {
		return
	}
	if c, v := s.choose(d, t, p.training, p); c != nil {
		b := s.buy(p, c, v, t)
		s.study(b, b.usual())
	}
}

// complaints are what callers saw, and the answer that the ledger could give.
func (s *script) complaints() {
	shown := []domain.ShownMessage{domain.ShownNotFound, domain.ShownNotFound, domain.ShownTokenInvalid, domain.ShownNotFound, domain.ShownOther}
	n := 0
	for _, st := range s.steps {
		act, buying := st.Command.Act.(domain.PurchaseCourse)
		if !buying || st.Expect != reason.PMOPaymentGateClosed || n >= 36 || roll(st.Key+"/call").n(6) != 0 {
			continue
		}
		n++
		t := st.Command.ReceivedAt
		called := later(t, 1, 9+n%8, n)
		o := domain.OnCase{Case: domain.CaseRef("aduan-2020-08-" + num(n, 3))}
		s.file("case/"+string(o.Case), called, support(), domain.RecordComplaint{OnCase: o, ComplaintBody: domain.ComplaintBody{
			Participant: new(act.Participant), Platform: act.Platform, Course: act.Course, Shown: shown[n%len(shown)],
			SeenFrom: t.Truncate(time.Hour), SeenTo: t.Truncate(time.Hour).Add(time.Hour),
		}})
		s.file("case/"+string(o.Case)+"/answer", called.Add(4*time.Minute), support(), domain.AnswerComplaint{OnCase: o, AnswerBody: domain.AnswerBody{
			Reason: domain.PartnerReason(reason.PMOPaymentGateClosed), Evidence: "recorded", AsOf: domain.Reference("per " + called.Add(7*time.Hour).Format("2006-01-02 15.04")),
		}})
	}
}
