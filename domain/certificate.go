package domain

// ---- certificates, ratings and reviews ----

// Match is the class of a comparison of personal data; the data itself stays where it is.
type Match string

// Results of a comparison.
const (
	MatchYes     Match = "match"
	MatchNo      Match = "mismatch"
	MatchUnknown Match = "not_checked"
)

// Values lists the admitted values.
func (Match) Values() []string {
	return []string{string(MatchYes), string(MatchNo), string(MatchUnknown)}
}

// Via is where a rating or review was given.
type Via string

// Places (platforms until 17 March 2021, the dashboard from 18 March 2021).
const (
	ViaPlatform  Via = "platform"
	ViaDashboard Via = "dashboard"
)

// Values lists the admitted values.
func (Via) Values() []string { return []string{string(ViaPlatform), string(ViaDashboard)} }

// CertificateCause says why a certificate was taken back.
type CertificateCause string

// Causes.
const (
	CertificateForged CertificateCause = "forged"
	CertificateError  CertificateCause = "issued_in_error"
)

// Values lists the admitted values.
func (CertificateCause) Values() []string {
	return []string{string(CertificateForged), string(CertificateError)}
}

type (
	// CertificateBody says that the institution issued a certificate.
	CertificateBody struct {
		Course   CourseCode `json:"course_code" doc:"code of the course"`
		LastFour LastFour   `json:"certificate_last_four,omitempty" doc:"last four characters of its number"`
	}
	// VerificationBody is the programme office's examination of a certificate.
	VerificationBody struct {
		Course     CourseCode `json:"course_code" doc:"code of the course"`
		Name       Match      `json:"name" doc:"whether the name on it is the participant's"`
		Graded     Match      `json:"graded" doc:"whether the grade stands in the reporting system (mismatch: only on the institution's own portal)"`
		Attendance Match      `json:"attendance,omitempty" doc:"whether attendance was verified"`
	}
	// CertificateRevocationBody takes a certificate back.
	CertificateRevocationBody struct {
		Course CourseCode       `json:"course_code" doc:"code of the course"`
		Cause  CertificateCause `json:"cause" doc:"why"`
	}
	// RatingBody is a rating (penilaian).
	RatingBody struct {
		Course CourseCode `json:"course_code" doc:"code of the course"`
		Stars  int        `json:"stars" min:"1" max:"5" doc:"1 to 5"`
		Via    Via        `json:"via" doc:"where it was given"`
	}
	// ReviewBody is a review (ulasan). Its text is a person's own words and is not in the log.
	ReviewBody struct {
		Course CourseCode `json:"course_code" doc:"code of the course"`
		Length int        `json:"length" min:"1" max:"100000" doc:"characters of the review"`
		Via    Via        `json:"via" doc:"where it was given"`
	}
)

// Events of a certificate.
type (
	// CertificateIssued is the institution's certificate; it pays nothing by itself.
	CertificateIssued struct {
		CertificateBody
		Ruled
	}
	// CertificateAccepted puts it into the dashboard: the gate of the incentive.
	CertificateAccepted struct {
		VerificationBody
		Ruled
	}
	// CertificateRefused says what is missing.
	CertificateRefused struct {
		VerificationBody
		Ruled
	}
	// CertificateRevoked takes it back.
	CertificateRevoked struct {
		CertificateRevocationBody
		Ruled
	}
	// RatingGiven is a rating.
	RatingGiven struct {
		RatingBody
		Ruled
	}
	// ReviewGiven is a review.
	ReviewGiven struct {
		ReviewBody
		Ruled
	}
)

// Acts of a certificate.
type (
	// RecordCertificateIssued records the institution's certificate.
	RecordCertificateIssued struct {
		OnParticipant
		CertificateBody
	}
	// VerifyCertificate is decided by the programme office.
	VerifyCertificate struct {
		OnParticipant
		VerificationBody
	}
	// RevokeCertificate takes it back.
	RevokeCertificate struct {
		OnParticipant
		CertificateRevocationBody
	}
	// RecordRating records a rating.
	RecordRating struct {
		OnParticipant
		RatingBody
	}
	// RecordReview records a review.
	RecordReview struct {
		OnParticipant
		ReviewBody
	}
)
