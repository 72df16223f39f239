package domain

import "time"

// ---- what the programme as a whole decides: policies, waves, decrees, deadlines, the payment gate, announcements ----

// GateScope says for whom payments are closed.
type GateScope string

// Scopes of the payment gate.
const (
	GateAll      GateScope = "all"
	GatePlatform GateScope = "platform"
)

// Values lists the admitted values.
func (GateScope) Values() []string { return []string{string(GateAll), string(GatePlatform)} }

// GateCause says why payments are closed.
type GateCause string

// Causes of a closing.
const (
	GateVerification GateCause = "administrative_verification"
	GateIntegration  GateCause = "system_integration"
	GateIncident     GateCause = "incident"
	GateOther        GateCause = "other"
)

// Values lists the admitted values.
func (GateCause) Values() []string {
	return []string{string(GateVerification), string(GateIntegration), string(GateIncident), string(GateOther)}
}

// ClockEffect says whether a closing stops the participants' clocks.
type ClockEffect string

// Effects on the clocks.
const (
	ClockNone       ClockEffect = "none"
	ClockSuspended  ClockEffect = "suspended"
	ClockNotDecided ClockEffect = "not_decided"
)

// Values lists the admitted values.
func (ClockEffect) Values() []string {
	return []string{string(ClockNone), string(ClockSuspended), string(ClockNotDecided)}
}

type (
	// PolicyBody is a whole policy version, its calendar included.
	PolicyBody struct {
		Policy Policy `json:"policy" doc:"the whole policy version"`
	}
	// WaveBody opens a wave (gelombang).
	WaveBody struct {
		Wave      int       `json:"wave" min:"1" max:"999" doc:"number of the wave"`
		Scheme    PolicyRef `json:"policy" doc:"policy version whose entitlement the wave gives"`
		Quota     int       `json:"quota" min:"1" max:"100000000" doc:"places"`
		FundYear  int       `json:"fund_year" min:"2019" max:"2100" doc:"fiscal year of the fund that pays"`
		OpensAt   time.Time `json:"opens_at" doc:"registration opens"`
		Programme Title     `json:"title,omitempty" doc:"its published name"`
	}
	// WaveEndBody closes the registration of a wave.
	WaveEndBody struct {
		Wave       int `json:"wave" min:"1" max:"999" doc:"number of the wave"`
		Applicants int `json:"applicants,omitempty" min:"0" max:"1000000000" doc:"how many applied, where published"`
	}
	// DecreeBody is a decree of recipients (SK-PKP): the control totals of what follows under it.
	DecreeBody struct {
		Decree   DecreeNumber `json:"decree" doc:"its number"`
		Wave     int          `json:"wave" min:"1" max:"999" doc:"number of the wave"`
		Count    int          `json:"count" min:"1" max:"100000000" doc:"how many recipients it names"`
		Total    Purses       `json:"total" doc:"sum of the allocations per purse"`
		Currency Currency     `json:"currency" default:"IDR" doc:"currency of the amounts"`
		File     Digest       `json:"file_sha256,omitempty" doc:"SHA-256 of the list"`
	}
	// DeadlineBody sets or extends a wave's deadline for the first purchase.
	DeadlineBody struct {
		Wave     int  `json:"wave" min:"1" max:"999" doc:"number of the wave"`
		Deadline Date `json:"deadline" doc:"last day; it ends at 23.59.59 WIB"`
	}
	// GateBody closes payments.
	GateBody struct {
		Scope         GateScope    `json:"scope" doc:"all platforms or one"`
		Platform      PlatformCode `json:"platform,omitempty" doc:"which, if one"`
		Cause         GateCause    `json:"cause" doc:"why"`
		OrderedBy     Party        `json:"ordered_by" doc:"who ordered it"`
		ExpectedUntil *Date        `json:"expected_until,omitempty" doc:"announced target of the reopening, if any"`
		NoticeID      Notice       `json:"notice_id" doc:"published sentence, Indonesian"`
		NoticeEN      Notice       `json:"notice_en" doc:"published sentence, English"`
		ClockEffect   ClockEffect  `json:"clock_effect" doc:"whether participants' clocks stop"`
	}
	// GateNoticeBody changes what is announced about a closing.
	GateNoticeBody struct {
		Scope         GateScope    `json:"scope" doc:"all platforms or one"`
		Platform      PlatformCode `json:"platform,omitempty" doc:"which, if one"`
		ExpectedUntil *Date        `json:"expected_until,omitempty" doc:"announced target of the reopening"`
		NoticeID      Notice       `json:"notice_id" doc:"published sentence, Indonesian"`
		NoticeEN      Notice       `json:"notice_en" doc:"published sentence, English"`
	}
	// GateOpenBody opens payments again.
	GateOpenBody struct {
		Scope    GateScope    `json:"scope" doc:"all platforms or one"`
		Platform PlatformCode `json:"platform,omitempty" doc:"which, if one"`
	}
	// PayoutPauseBody holds all incentive payouts back, or lets them go on.
	PayoutPauseBody struct {
		NoticeID Notice `json:"notice_id" doc:"published sentence, Indonesian"`
		NoticeEN Notice `json:"notice_en" doc:"published sentence, English"`
	}
	// AnnouncementBody is something published that decides nothing, such as a post that urges people to buy.
	AnnouncementBody struct {
		Channel     Channel    `json:"channel" doc:"where"`
		By          Party      `json:"by" doc:"who published it"`
		Code        Reference  `json:"code,omitempty" doc:"which platform or institution, by its code"`
		PublishedAt time.Time  `json:"published_at" doc:"when"`
		Topic       AboutTopic `json:"topic" doc:"what it is about"`
		TextID      Notice     `json:"text_id" doc:"gist, Indonesian"`
		TextEN      Notice     `json:"text_en" doc:"gist, English"`
	}
)

// Channel is where something was published or sent.
type Channel string

// Channels.
const (
	ChannelInstagram Channel = "instagram"
	ChannelPress     Channel = "press"
	ChannelWebsite   Channel = "website"
	ChannelSMS       Channel = "sms"
	ChannelDashboard Channel = "dashboard"
	ChannelEmail     Channel = "email"
)

// Values lists the admitted values.
func (Channel) Values() []string {
	return []string{
		string(ChannelInstagram), string(ChannelPress), string(ChannelWebsite), string(ChannelSMS), string(ChannelDashboard), string(ChannelEmail),
	}
}

// AboutTopic is what an announcement is about.
type AboutTopic string

// Topics.
const (
	AboutPayments   AboutTopic = "payments"
	AboutIncentives AboutTopic = "incentives"
	AboutDeadlines  AboutTopic = "deadlines"
	AboutPlatforms  AboutTopic = "platforms"
	AboutOther      AboutTopic = "other"
)

// Values lists the admitted values.
func (AboutTopic) Values() []string {
	return []string{string(AboutPayments), string(AboutIncentives), string(AboutDeadlines), string(AboutPlatforms), string(AboutOther)}
}

// Events of the programme.
type (
	// PolicyAdopted holds the whole policy, so that a decision can be repeated from the log alone.
	PolicyAdopted struct {
		PolicyBody
		Ruled
	}
	// WaveOpened opens registration.
	WaveOpened struct {
		WaveBody
		Ruled
	}
	// WaveClosed ends registration.
	WaveClosed struct {
		WaveEndBody
		Ruled
	}
	// DecreeRegistered carries the control totals of a decree of recipients.
	DecreeRegistered struct {
		DecreeBody
		Ruled
	}
	// FirstPurchaseDeadlineSet sets one instant for a whole wave.
	FirstPurchaseDeadlineSet struct {
		DeadlineBody
		Ruled
	}
	// FirstPurchaseDeadlineExtended moves it later.
	FirstPurchaseDeadlineExtended struct {
		DeadlineBody
		Ruled
	}
	// PaymentGateClosed switches purchases off, for all platforms or one.
	PaymentGateClosed struct {
		GateBody
		Ruled
	}
	// PaymentGateNoticeUpdated changes what is announced.
	PaymentGateNoticeUpdated struct {
		GateNoticeBody
		Ruled
	}
	// PaymentGateOpened switches purchases on again.
	PaymentGateOpened struct {
		GateOpenBody
		Ruled
	}
	// PayoutsSuspended holds incentives back.
	PayoutsSuspended struct {
		PayoutPauseBody
		Ruled
	}
	// PayoutsResumed lets them go on.
	PayoutsResumed struct {
		PayoutPauseBody
		Ruled
	}
	// AnnouncementRecorded keeps what was published beside what was decided.
	AnnouncementRecorded struct {
		AnnouncementBody
		Ruled
	}
	// ProgrammeActRefused is the refusal of any act on the programme.
	ProgrammeActRefused struct{ RefusedAct }
)

// OnProgramme marks an act on the programme as a whole.
type OnProgramme struct{}

// Acts on the programme.
type (
	// AdoptPolicy puts a policy version in force.
	AdoptPolicy struct {
		OnProgramme
		PolicyBody
	}
	// OpenWave opens a wave.
	OpenWave struct {
		OnProgramme
		WaveBody
	}
	// CloseWave closes its registration.
	CloseWave struct {
		OnProgramme
		WaveEndBody
	}
	// RegisterDecree registers a decree of recipients.
	RegisterDecree struct {
		OnProgramme
		DecreeBody
	}
	// SetFirstPurchaseDeadline sets a wave's deadline.
	SetFirstPurchaseDeadline struct {
		OnProgramme
		DeadlineBody
	}
	// ExtendFirstPurchaseDeadline moves it later.
	ExtendFirstPurchaseDeadline struct {
		OnProgramme
		DeadlineBody
	}
	// ClosePaymentGate switches purchases off.
	ClosePaymentGate struct {
		OnProgramme
		GateBody
	}
	// UpdatePaymentGateNotice changes the notice.
	UpdatePaymentGateNotice struct {
		OnProgramme
		GateNoticeBody
	}
	// OpenPaymentGate switches purchases on.
	OpenPaymentGate struct {
		OnProgramme
		GateOpenBody
	}
	// SuspendPayouts holds incentives back.
	SuspendPayouts struct {
		OnProgramme
		PayoutPauseBody
	}
	// ResumePayouts lets them go on.
	ResumePayouts struct {
		OnProgramme
		PayoutPauseBody
	}
	// RecordAnnouncement keeps a publication.
	RecordAnnouncement struct {
		OnProgramme
		AnnouncementBody
	}
)
