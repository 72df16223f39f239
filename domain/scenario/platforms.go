package scenario

import (
	"time"

	"saldo/domain"
)

// The platforms of 2020: eight until wave 3, seven from wave 4, and one that is invented, where every invented fault happens.
const (
	tokopedia     domain.PlatformCode = "tokopedia"
	bukalapak     domain.PlatformCode = "bukalapak"
	skillAcademy  domain.PlatformCode = "skill-academy"
	mauBelajarApa domain.PlatformCode = "maubelajarapa"
	pintaria      domain.PlatformCode = "pintaria"
	sekolahmu     domain.PlatformCode = "sekolahmu"
	pijarMahir    domain.PlatformCode = "pijar-mahir"
	sisnaker      domain.PlatformCode = "sisnaker"
	contoh        domain.PlatformCode = "platform-contoh"
)

// venue is a platform with its published name, the prefix of its order numbers and its share of trainings up to wave 2.
type venue struct {
	code   domain.PlatformCode
	name   domain.Title
	prefix string
	share  int
}

// venues lists the platforms in a fixed order. Shares: domain.md 5.4 (106,912 trainings up to wave 2), in hundreds.
func venues() []venue {
	return []venue{
		{tokopedia, "Tokopedia", "TOKPED", 64},
		{bukalapak, "Bukalapak", "BL", 85},
		{skillAcademy, "Skill Academy by Ruangguru", "SA", 622},
		{mauBelajarApa, "MauBelajarApa", "MBA", 27},
		{pintaria, "Pintaria", "PTR", 65},
		{sekolahmu, "Sekolah.mu", "SMU", 63},
		{pijarMahir, "Pijar Mahir", "PJM", 32},
		{sisnaker, "SISNAKER", "SNK", 112},
		{contoh, "Platform Contoh", "CTH", 0},
	}
}

func venueOf(p domain.PlatformCode) venue {
	for _, v := range venues() {
		if v.code == p {
			return v
		}
	}
	return venue{code: p, name: domain.Title(p), prefix: "X"}
}

// Platform Contoh has three tokens: the first is replaced in October, the spare one is revoked.
const (
	contohFirst  domain.TokenID = "tkn-platform-contoh-1"
	contohSecond domain.TokenID = "tkn-platform-contoh-2"
	contohSpare  domain.TokenID = "tkn-platform-contoh-b"
)

// token is the public part of a platform's API token at a time.
func token(p domain.PlatformCode, t time.Time) domain.TokenID {
	if p == contoh && t.After(tokenRotated()) {
		return contohSecond
	}
	return domain.TokenID("tkn-" + string(p) + "-1")
}

func tokenRotated() time.Time { return on(10, 1, 9, 0) }

// platforms admits the platforms, gives them tokens, and lets one leave.
func (s *script) platforms() {
	for i, v := range venues() {
		at := on(4, 1, 9, 0).Add(time.Duration(i) * 10 * time.Minute)
		grade := graded(domain.Sourced)
		if v.code == contoh {
			grade = graded(domain.Invented)
		}
		o := domain.OnPlatform{Platform: v.code}
		s.file("platform/"+string(v.code)+"/join", at, officer(1), domain.AdmitPlatform{OnPlatform: o, PlatformBody: domain.PlatformBody{Name: v.name}}, grade)
		s.file("platform/"+string(v.code)+"/token", at.Add(time.Minute), officer(1), domain.IssueToken{
			OnPlatform: o, TokenBody: domain.TokenBody{Token: token(v.code, at), ExpiresAt: wib(2021, 12, 31, 23, 59, 59)},
		})
	}
	// Effective with the opening of wave 4, public on 4 September: what was known when are two events.
	left := wib(2020, 8, 7, 23, 59, 59)
	o := domain.OnPlatform{Platform: skillAcademy}
	s.file("platform/skill-academy/leave", left, officer(1), domain.RemovePlatform{
		OnPlatform: o, PlatformLeaveBody: domain.PlatformLeaveBody{Cause: domain.LeftByItself, EndedAt: left},
	}, graded(domain.Sourced))
	s.file("platform/skill-academy/token/revoke", left.Add(time.Minute), officer(1), domain.RevokeToken{
		OnPlatform: o, TokenRevokeBody: domain.TokenRevokeBody{Token: token(skillAcademy, left), Cause: domain.TokenPartnerLeft},
	})
	s.announce("announce/skill-academy", on(9, 4, 19, 15), domain.AnnouncementBody{
		Channel: domain.ChannelPress, By: domain.PartyPlatform, Code: domain.Reference(skillAcademy), Topic: domain.AboutPlatforms,
		TextID: "Ruangguru menyatakan tidak lagi menjadi platform digital Kartu Prakerja sejak gelombang 4 dibuka; kelas Skill Academy dijual lewat platform lain.",
		TextEN: "Ruangguru says that it has not been a digital platform of Kartu Prakerja since wave 4 opened; Skill Academy's classes are sold on other platforms.",
	}, graded(domain.Sourced))
}

// announce records a publication an hour after it appeared.
func (s *script) announce(key string, published time.Time, body domain.AnnouncementBody, opts ...option) {
	body.PublishedAt = published
	s.file(key, published.Add(time.Hour), officer(3), domain.RecordAnnouncement{AnnouncementBody: body}, opts...)
}
