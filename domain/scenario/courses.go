package scenario

import (
	"slices"
	"time"

	"saldo/domain"
)

// course is a course with what a buyer needs to know.
type course struct {
	code      domain.CourseCode
	title     domain.Title
	by        domain.InstitutionCode
	offers    []domain.PlatformCode
	price     int64
	submitted time.Time // again, as interactive; zero: never
	approved  time.Time // again; zero: never
	faulty    bool      // invented to show a fault: nobody buys it by chance
}

// courseCode of row n.
func courseCode(n int) domain.CourseCode { return domain.CourseCode("1" + num(n, 3)) }

// illustration is a price where none was published: between 24,000 and 1,000,000, most of them from 150,000 to 350,000.
func illustration(n int) int64 {
	fixed := map[int]int64{21: 275_000, 22: 225_000, 24: 350_000, 36: 24_000, 52: 1_000_000, 41: 350_000}
	if p, ok := fixed[n]; ok {
		return p
	}
	prices := []int64{99_000, 150_000, 150_000, 175_000, 200_000, 225_000, 250_000, 275_000, 300_000, 325_000, 350_000, 350_000, 450_000, 600_000}
	return prices[roll("price/"+num(n, 1)).n(len(prices))]
}

// catalogue approves the institutions, hands in, approves and offers the courses of spring, and again under Permenko 11.
func (s *script) catalogue() {
	for i, x := range schools() {
		s.school(x, i)
	}
	for _, r := range rows() {
		c := &course{code: courseCode(r.n), title: r.title, by: r.by, offers: r.offers, price: r.price}
		g := domain.Invented
		if c.price == 0 {
			c.price = illustration(r.n)
		} else {
			g = domain.Sourced
		}
		title := domain.Inferred
		if r.press {
			title = domain.Sourced
		}
		modality := domain.SelfPaced
		if r.n == 36 {
			modality = domain.Webinar
		}
		s.spring(c, modality, title, g)
		if r.submitted > 0 {
			c.submitted = on(8, r.submitted, 9, 0).Add(roll("submit/"+string(c.code)).minutes(0, 300))
			c.approved = on(8, r.approved, 10, 0).Add(roll("approve/"+string(c.code)).minutes(0, 300))
			s.again(c, title)
		}
	}
	s.reportedLists()
}

func (s *script) school(x school, i int) {
	g := domain.Invented
	if x.sourced {
		g = domain.Sourced
	}
	on2 := domain.OnInstitution{Institution: x.code}
	body := domain.InstitutionBody{Name: x.name, Affiliated: x.owner, Under: "prakerja-2020@1"}
	s.file("institution/"+string(x.code), on(4, 2, 9, 0).Add(time.Duration(i)*7*time.Minute), officer(1), domain.ApproveInstitution{OnInstitution: on2, InstitutionBody: body}, graded(g))
	body.Under = "prakerja-2020@2"
	s.file("institution/"+string(x.code)+"/again", on(8, 10, 9, 0).Add(time.Duration(i)*7*time.Minute), officer(1), domain.ApproveInstitution{OnInstitution: on2, InstitutionBody: body})
}

// spring hands a course in, approves it under the rules of early 2020 and offers it.
func (s *script) spring(c *course, m domain.Modality, title, price domain.Grade) {
	key := "course/" + string(c.code)
	at := on(4, 6, 9, 0).Add(roll(key).minutes(0, 600))
	o := domain.OnCourse{Course: c.code}
	s.file(key+"/submit", at, teacher(c.by), domain.SubmitCourse{OnCourse: o, CourseBody: domain.CourseBody{Title: c.title, Institution: c.by, Modality: m}}, graded(title))
	s.file(key+"/approve", at.Add(24*time.Hour), officer(1), domain.ApproveCourse{OnCourse: o, CourseApprovalBody: domain.CourseApprovalBody{Under: "prakerja-2020@1"}}, graded(domain.Inferred))
	for i, p := range c.offers {
		s.offer(c, p, at.Add(25*time.Hour+time.Duration(i)*time.Minute), graded(price))
	}
	s.courses = append(s.courses, c)
}

func (s *script) offer(c *course, p domain.PlatformCode, at time.Time, opts ...option) {
	s.file("course/"+string(c.code)+"/offer/"+string(p), at, backend(p), domain.OfferCourse{
		OnCourse: domain.OnCourse{Course: c.code}, OfferBody: domain.OfferBody{Platform: p, Price: rp(c.price), Currency: domain.IDR},
	}, opts...)
}

// again hands a course in as interactive and approves it under Permenko 11/2020.
func (s *script) again(c *course, title domain.Grade) {
	key := "course/" + string(c.code) + "/again"
	o := domain.OnCourse{Course: c.code}
	s.file(key+"/submit", c.submitted, teacher(c.by), domain.SubmitCourse{
		OnCourse: o, CourseBody: domain.CourseBody{Title: c.title, Institution: c.by, Modality: domain.Webinar, Interactive: true},
	}, graded(domain.Inferred))
	if c.approved.IsZero() {
		return
	}
	g := domain.Invented
	if title == domain.Sourced || c.code == courseCode(21) || c.code == courseCode(24) {
		g = domain.Inferred // sold to buyers of wave 4
	}
	s.file(key+"/approve", c.approved, officer(1), domain.ApproveCourse{
		OnCourse: o, CourseApprovalBody: domain.CourseApprovalBody{Under: "prakerja-2020@2", Interactive: true},
	}, graded(g))
}

// sold reports whether a course could be bought at a time by the rules in force.
func (c *course) sold(t time.Time) bool {
	if t.Before(policyTwo()) {
		return t.After(on(4, 9, 0, 0))
	}
	return !c.approved.IsZero() && t.After(c.approved.Add(time.Minute))
}

// at tells a course by its code.
func (s *script) course(code domain.CourseCode) *course {
	for _, c := range s.courses {
		if c.code == code {
			return c
		}
	}
	return &course{code: code}
}

// choose picks a course and a platform that sell at a time for at most a budget, by the platforms' shares.
func (s *script) choose(d *dice, t time.Time, budget int64, p *person) (*course, domain.PlatformCode) {
	left := t.After(wib(2020, 8, 7, 0, 0, 0))
	type option struct {
		c  *course
		at domain.PlatformCode
	}
	byVenue := map[domain.PlatformCode][]option{}
	total := 0
	for _, c := range s.courses {
		if c.faulty || c.price > budget || !c.sold(t) || p.has(c.code) {
			continue
		}
		for _, v := range c.offers {
			if v != skillAcademy || !left {
				byVenue[v] = append(byVenue[v], option{c, v})
			}
		}
	}
	share := func(v venue) int {
		if len(byVenue[v.code]) == 0 {
			return 0
		}
		if left && (v.code == tokopedia || v.code == bukalapak) {
			return v.share + 220 // most of what Skill Academy sold itself before
		}
		return v.share
	}
	for _, v := range venues() {
		total += share(v)
	}
	if total == 0 {
		return nil, ""
	}
	at := d.n(total)
	for _, v := range venues() {
		if at -= share(v); at < 0 {
			o := byVenue[v.code][d.n(len(byVenue[v.code]))]
			return o.c, o.at
		}
	}
	return nil, ""
}

// reportedLists are the platforms' own catalogues, as they report them during the reopening.
func (s *script) reportedLists() {
	for _, v := range venues() {
		if v.code == skillAcademy || v.code == contoh {
			continue
		}
		for _, day := range []int{18, 24, 29} {
			at := on(8, day, 6, 0)
			var added []domain.CourseCode
			count := 0
			for _, c := range s.courses {
				if c.offeredOn(v.code) && !c.approved.IsZero() && c.approved.Before(at) {
					count++
					added = append(added, c.code)
				}
			}
			key := "catalogue/" + string(v.code) + "/" + num(day, 2)
			s.file(key, at.Add(20*time.Minute), backend(v.code), domain.ReportCatalogue{OnPlatform: domain.OnPlatform{Platform: v.code}, CatalogueBody: domain.CatalogueBody{
				TakenAt: at, File: sha(key), Count: count, Added: added,
			}})
		}
	}
}

func (c *course) offeredOn(p domain.PlatformCode) bool {
	return slices.Contains(c.offers, p)
}
