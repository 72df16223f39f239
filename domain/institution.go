package domain

// ---- a training institution: approval by the programme office (Permenko 11/2020 art. 30(1)) ----

// InstitutionCause says why an institution was suspended or removed.
type InstitutionCause string

// Causes.
const (
	InstitutionReview    InstitutionCause = "review"
	InstitutionBreach    InstitutionCause = "breach"
	InstitutionOwnWish   InstitutionCause = "own_wish"
	InstitutionNoRenewal InstitutionCause = "not_renewed"
)

// Values lists the admitted values.
func (InstitutionCause) Values() []string {
	return []string{string(InstitutionReview), string(InstitutionBreach), string(InstitutionOwnWish), string(InstitutionNoRenewal)}
}

type (
	// InstitutionBody approves an institution.
	InstitutionBody struct {
		Name       Title        `json:"name" doc:"its published name"`
		Affiliated PlatformCode `json:"affiliated_with_platform,omitempty" doc:"platform of the same owner, if any"`
		Under      PolicyRef    `json:"under,omitempty" doc:"policy version under which it was approved"`
	}
	// InstitutionStopBody suspends or removes one.
	InstitutionStopBody struct {
		Cause InstitutionCause `json:"cause" doc:"why"`
	}
)

// Events of an institution.
type (
	// InstitutionApproved lets it sell (penetapan sebagai Lembaga Pelatihan).
	InstitutionApproved struct {
		InstitutionBody
		Ruled
	}
	// InstitutionSuspended stops it for a while.
	InstitutionSuspended struct {
		InstitutionStopBody
		Ruled
	}
	// InstitutionRemoved stops it for good.
	InstitutionRemoved struct {
		InstitutionStopBody
		Ruled
	}
	// InstitutionActRefused is the refusal of any act on an institution.
	InstitutionActRefused struct{ RefusedAct }
)

// OnInstitution names the institution whose stream an act is for.
type OnInstitution struct {
	Institution InstitutionCode `json:"institution" stream:"yes" doc:"code of the institution"`
}

// Acts on an institution.
type (
	// ApproveInstitution approves it.
	ApproveInstitution struct {
		OnInstitution
		InstitutionBody
	}
	// SuspendInstitution suspends it.
	SuspendInstitution struct {
		OnInstitution
		InstitutionStopBody
	}
	// RemoveInstitution removes it.
	RemoveInstitution struct {
		OnInstitution
		InstitutionStopBody
	}
)
