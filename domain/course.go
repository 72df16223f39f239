package domain

import "time"

// ---- a course: submission, approval, offers on platforms, schedules ----

// Modality is how a course is given.
type Modality string

// Modalities.
const (
	Webinar   Modality = "webinar"
	SelfPaced Modality = "self_paced"
	Offline   Modality = "offline"
)

// Values lists the admitted values.
func (Modality) Values() []string {
	return []string{string(Webinar), string(SelfPaced), string(Offline)}
}

// CourseCause says why a course was rejected or withdrawn.
type CourseCause string

// Causes (Permenko 11/2020 art. 29(3)-(6)).
const (
	CourseNotInteractive  CourseCause = "not_interactive"
	CourseFreeElsewhere   CourseCause = "identical_to_free"
	CoursePriceAbove      CourseCause = "price_above_outside"
	CourseContentFault    CourseCause = "content_broken"
	CourseRevalidation    CourseCause = "revalidation"
	CourseInstitutionWish CourseCause = "own_wish"
)

// Values lists the admitted values.
func (CourseCause) Values() []string {
	return []string{
		string(CourseNotInteractive), string(CourseFreeElsewhere), string(CoursePriceAbove), string(CourseContentFault),
		string(CourseRevalidation), string(CourseInstitutionWish),
	}
}

type (
	// CourseBody submits a course for approval.
	CourseBody struct {
		Title       Title           `json:"title" doc:"published title"`
		Institution InstitutionCode `json:"institution" doc:"who gives it"`
		Modality    Modality        `json:"modality" doc:"how it is given"`
		Interactive bool            `json:"interactive" doc:"whether it is interactive (art. 29(3))"`
	}
	// CourseApprovalBody approves the latest submission.
	CourseApprovalBody struct {
		Under       PolicyRef `json:"under" doc:"policy version under which it was approved"`
		Interactive bool      `json:"interactive" doc:"whether it was approved as interactive"`
	}
	// CourseStopBody rejects or withdraws a course.
	CourseStopBody struct {
		Cause CourseCause `json:"cause" doc:"why"`
	}
	// OfferBody puts a course on a platform at a price.
	OfferBody struct {
		Platform PlatformCode `json:"platform" doc:"where"`
		Price    Money        `json:"price" doc:"approved price, in rupiah"`
		Currency Currency     `json:"currency" default:"IDR" doc:"currency of the price"`
	}
	// OfferEndBody takes it off.
	OfferEndBody struct {
		Platform PlatformCode `json:"platform" doc:"where"`
	}
	// ScheduleBody opens a class.
	ScheduleBody struct {
		Schedule ScheduleCode `json:"schedule_code" doc:"code of the class"`
		StartsAt time.Time    `json:"starts_at" doc:"when it begins"`
		Capacity int          `json:"capacity" min:"1" max:"1000000" doc:"seats"`
	}
	// ScheduleEndBody closes a class.
	ScheduleEndBody struct {
		Schedule ScheduleCode `json:"schedule_code" doc:"code of the class"`
	}
)

// Events of a course.
type (
	// CourseSubmitted hands a course in for approval.
	CourseSubmitted struct {
		CourseBody
		Ruled
	}
	// CourseApproved lets it be sold.
	CourseApproved struct {
		CourseApprovalBody
		Ruled
	}
	// CourseRejected turns it down.
	CourseRejected struct {
		CourseStopBody
		Ruled
	}
	// CourseWithdrawn takes an approval back.
	CourseWithdrawn struct {
		CourseStopBody
		Ruled
	}
	// CourseOffered puts it on a platform.
	CourseOffered struct {
		OfferBody
		Ruled
	}
	// OfferEnded takes it off a platform.
	OfferEnded struct {
		OfferEndBody
		Ruled
	}
	// ScheduleOpened opens a class.
	ScheduleOpened struct {
		ScheduleBody
		Ruled
	}
	// ScheduleClosed closes one.
	ScheduleClosed struct {
		ScheduleEndBody
		Ruled
	}
	// CourseActRefused is the refusal of any act on a course.
	CourseActRefused struct{ RefusedAct }
)

// OnCourse names the course whose stream an act is for.
type OnCourse struct {
	Course CourseCode `json:"course_code" stream:"yes" doc:"code of the course"`
}

// Acts on a course.
type (
	// SubmitCourse hands it in.
	SubmitCourse struct {
		OnCourse
		CourseBody
	}
	// ApproveCourse approves it.
	ApproveCourse struct {
		OnCourse
		CourseApprovalBody
	}
	// RejectCourse turns it down.
	RejectCourse struct {
		OnCourse
		CourseStopBody
	}
	// WithdrawCourse takes its approval back.
	WithdrawCourse struct {
		OnCourse
		CourseStopBody
	}
	// OfferCourse puts it on a platform.
	OfferCourse struct {
		OnCourse
		OfferBody
	}
	// EndOffer takes it off.
	EndOffer struct {
		OnCourse
		OfferEndBody
	}
	// OpenSchedule opens a class.
	OpenSchedule struct {
		OnCourse
		ScheduleBody
	}
	// CloseSchedule closes one.
	CloseSchedule struct {
		OnCourse
		ScheduleEndBody
	}
)
