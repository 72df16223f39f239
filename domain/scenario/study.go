package scenario

import (
	"time"

	"saldo/domain"
	"saldo/domain/reason"
)

// buy files a purchase that is meant to be accepted and keeps it in the books.
func (s *script) buy(p *person, c *course, v domain.PlatformCode, t time.Time) *bought {
	key := p.key() + "/buy/" + num(len(p.bought)+1, 1)
	b := &bought{p: p, course: c, platform: v, amount: c.price, at: t, key: key, invoice: invoice(v, key), voucher: domain.LastFour(roll(key + "/voucher").four())}
	s.file(key, t, backend(v), domain.PurchaseCourse{OnParticipant: p.on(), PurchaseBody: b.body()})
	s.decided = append(s.decided, arrival{t, v})
	p.bought = append(p.bought, b)
	s.purchases = append(s.purchases, b)
	if p.first == nil {
		p.first = b
	}
	p.training -= b.amount
	return b
}

func (b *bought) body() domain.PurchaseBody {
	return domain.PurchaseBody{
		Course: b.course.code, Platform: b.platform, Invoice: b.invoice, Amount: rp(b.amount), Currency: domain.IDR, Token: token(b.platform, b.at),
	}
}

func invoice(v domain.PlatformCode, key string) domain.InvoiceCode {
	d := roll(key + "/invoice")
	return domain.InvoiceCode(venueOf(v).prefix + "-" + d.four() + d.four())
}

// attempt files a purchase that is meant to be refused.
func (s *script) attempt(p *person, name string, c domain.CourseCode, amount int64, v domain.PlatformCode, t time.Time, code reason.Code, change ...func(*domain.PurchaseBody)) Step {
	key := p.key() + "/try/" + name
	body := domain.PurchaseBody{Course: c, Platform: v, Invoice: invoice(v, key), Amount: rp(amount), Currency: domain.IDR, Token: token(v, t)}
	for _, f := range change {
		f(&body)
	}
	s.file(key, t, backend(v), domain.PurchaseCourse{OnParticipant: p.on(), PurchaseBody: body}, expect(code))
	s.decided = append(s.decided, arrival{t, v})
	return s.steps[len(s.steps)-1]
}

// path is when what follows a purchase happens; a zero instant: it does not.
type path struct {
	voucher, exchange, start, complete, rating, review time.Time
	institution, issue, platform, verify               time.Time
}

// usual is an ordinary path: some days of training, reports within two days, a check within nine.
func (b *bought) usual() path {
	d := roll(b.key + "/path")
	var x path
	x.voucher = b.at.Add(d.minutes(1, 4))
	x.exchange = x.voucher.Add(d.minutes(15, 400))
	x.start = x.exchange.Add(d.minutes(10, 90))
	x.complete = later(x.start, d.between(1, 9), d.between(9, 20), d.n(60))
	x.rating = x.complete.Add(d.minutes(5, 60))
	x.review = x.rating.Add(d.minutes(1, 10))
	x.institution = later(x.complete, 1, d.between(9, 11), d.n(60))
	x.issue = x.institution.Add(d.minutes(1, 30))
	x.platform = later(x.institution, 1, d.between(13, 16), d.n(60))
	x.verify = weekday(later(x.platform, d.between(1, 6), d.between(9, 16), d.n(60)))
	return x
}

// study files what follows a purchase, and gives the moment from which certificate, rating and review are all there.
func (s *script) study(b *bought, x path) time.Time {
	p, c, who := b.p, b.course.code, teacher(b.course.by)
	file := func(what string, t time.Time, by domain.Actor, act domain.Act) {
		if !t.IsZero() {
			s.file(b.key+"/"+what, t, by, act)
		}
	}
	file("voucher", x.voucher, backend(b.platform), domain.RecordVoucherIssued{OnParticipant: p.on(), VoucherBody: domain.VoucherBody{Platform: b.platform, Invoice: b.invoice, LastFour: b.voucher}})
	file("exchange", x.exchange, who, domain.ExchangeVoucher{OnParticipant: p.on(), ExchangeBody: domain.ExchangeBody{Course: c, Institution: b.course.by, LastFour: b.voucher}})
	file("start", x.start, who, domain.RecordTrainingStarted{OnParticipant: p.on(), CourseOfPersonBody: domain.CourseOfPersonBody{Course: c}})
	file("complete", afterwards(x.complete), who, domain.RecordTrainingCompleted{OnParticipant: p.on(), CompletionBody: domain.CompletionBody{Course: c, CompletedAt: x.complete}})
	file("rating", x.rating, backend(b.platform), domain.RecordRating{OnParticipant: p.on(), RatingBody: domain.RatingBody{Course: c, Stars: 3 + roll(b.key).n(3), Via: domain.ViaPlatform}})
	file("review", x.review, backend(b.platform), domain.RecordReview{OnParticipant: p.on(), ReviewBody: domain.ReviewBody{Course: c, Length: 20 + roll(b.key).n(200), Via: domain.ViaPlatform}})
	file("report/institution", x.institution, who, domain.ReportCompletion{OnParticipant: p.on(), CompletionReportBody: domain.CompletionReportBody{Course: c, By: domain.ByInstitution}})
	file("issue", x.issue, who, domain.RecordCertificateIssued{OnParticipant: p.on(), CertificateBody: domain.CertificateBody{Course: c, LastFour: domain.LastFour(roll(b.key + "/certificate").four())}})
	file("report/platform", x.platform, backend(b.platform), domain.ReportCompletion{OnParticipant: p.on(), CompletionReportBody: domain.CompletionReportBody{Course: c, By: domain.ByPlatform}})
	if x.verify.IsZero() {
		return time.Time{}
	}
	s.verify(b, "verify", x.verify, domain.VerificationBody{})
	return latest(x.verify, x.rating, x.review)
}

// afterwards is a minute later; of nothing it is nothing.
func afterwards(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(time.Minute)
}

// verify files the programme office's check of a certificate; what is not said matches.
func (s *script) verify(b *bought, name string, t time.Time, v domain.VerificationBody, opts ...option) Step {
	v.Course = b.course.code
	if v.Name == "" {
		v.Name = domain.MatchYes
	}
	if v.Graded == "" {
		v.Graded = domain.MatchYes
	}
	s.file(b.key+"/"+name, t, officer(4), domain.VerifyCertificate{OnParticipant: b.p.on(), VerificationBody: v}, opts...)
	step := s.steps[len(s.steps)-1]
	if step.Expect == "" && b == b.p.first {
		b.p.finished = true
	}
	return step
}

func latest(ts ...time.Time) time.Time {
	var out time.Time
	for _, t := range ts {
		if t.After(out) {
			out = t
		}
	}
	return out
}
