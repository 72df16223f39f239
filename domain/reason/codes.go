package reason

// Code is a reason of the closed catalogue: why something was refused, is late, or is as it should be.
type Code string

// The closed list. What each means, who can act and the texts for each audience stand in catalogue/.
const (

	// service
	ProgrammePeriodClosed          Code = "PROGRAMME_PERIOD_CLOSED"
	PMOPaymentGateClosed           Code = "PMO_PAYMENT_GATE_CLOSED"
	PMOSystemIntegrationInProgress Code = "PMO_SYSTEM_INTEGRATION_IN_PROGRESS"
	ServiceOpen                    Code = "SERVICE_OPEN"

	// platform
	PlatformUnknown           Code = "PLATFORM_UNKNOWN"
	PlatformNotPartnerAnymore Code = "PLATFORM_NOT_PARTNER_ANYMORE"
	PlatformCatalogueBehind   Code = "PLATFORM_CATALOGUE_BEHIND"

	// token
	PartnerCredentialRevoked     Code = "PARTNER_CREDENTIAL_REVOKED" //nolint:gosec // a reason code, no credential
	AccessTokenExpired           Code = "ACCESS_TOKEN_EXPIRED"
	OAUTHClientUnauthorized      Code = "OAUTH_CLIENT_UNAUTHORIZED"
	SignatureOrTimestampMismatch Code = "SIGNATURE_OR_TIMESTAMP_MISMATCH"
	PaymentTokenInvalid          Code = "PAYMENT_TOKEN_INVALID"
	TokensRefusedWhileClosed     Code = "TOKENS_REFUSED_WHILE_CLOSED"
	TokenActive                  Code = "TOKEN_ACTIVE"

	// course
	InstitutionNotApproved  Code = "INSTITUTION_NOT_APPROVED"
	InstitutionSuspended    Code = "INSTITUTION_SUSPENDED"
	CourseUnknown           Code = "COURSE_UNKNOWN"
	CourseCodeEmpty         Code = "COURSE_CODE_EMPTY"
	CourseNotRevalidated    Code = "COURSE_NOT_REVALIDATED"
	CourseRejected          Code = "COURSE_REJECTED"
	CourseIdenticalToFree   Code = "COURSE_IDENTICAL_TO_FREE"
	PriceAboveOutside       Code = "PRICE_ABOVE_OUTSIDE"
	CourseContentBroken     Code = "COURSE_CONTENT_BROKEN"
	CourseWithdrawn         Code = "COURSE_WITHDRAWN"
	CourseNotOfferedHere    Code = "COURSE_NOT_OFFERED_HERE"
	PriceDiffersFromOffer   Code = "PRICE_DIFFERS_FROM_OFFER"
	CourseOrScheduleUnknown Code = "COURSE_OR_SCHEDULE_UNKNOWN"
	ScheduleCourseMismatch  Code = "SCHEDULE_COURSE_MISMATCH"
	ClassAlreadyStarted     Code = "CLASS_ALREADY_STARTED"
	EnrolmentClosed         Code = "ENROLMENT_CLOSED"
	QuotaExhausted          Code = "QUOTA_EXHAUSTED"
	CourseAvailable         Code = "COURSE_AVAILABLE"
	CourseVisibleNotPayable Code = "COURSE_VISIBLE_NOT_PAYABLE"

	// person
	CardNotRecognised         Code = "CARD_NOT_RECOGNISED"
	NotDetermined             Code = "NOT_DETERMINED"
	CardNumberNotIssued       Code = "CARD_NUMBER_NOT_ISSUED"
	ProvisioningLag           Code = "PROVISIONING_LAG"
	BalanceNotCredited        Code = "BALANCE_NOT_CREDITED"
	ParticipationRevoked      Code = "PARTICIPATION_REVOKED"
	Blacklisted               Code = "BLACKLISTED"
	BalanceHeldForFraud       Code = "BALANCE_HELD_FOR_FRAUD"
	AccountCompromised        Code = "ACCOUNT_COMPROMISED"
	IneligibleRecipient       Code = "INELIGIBLE_RECIPIENT"
	FirstPurchaseWindowLapsed Code = "FIRST_PURCHASE_WINDOW_LAPSED"
	FirstTrainingNotFinished  Code = "FIRST_TRAINING_NOT_FINISHED"
	DuplicateCourse           Code = "DUPLICATE_COURSE"
	PriceExceedsBalance       Code = "PRICE_EXCEEDS_BALANCE"
	BalanceAsRecorded         Code = "BALANCE_AS_RECORDED"

	// mechanics
	InvoiceAlreadyUsed      Code = "INVOICE_ALREADY_USED"
	CommandExpired          Code = "COMMAND_EXPIRED"
	AbandonedByPlatform     Code = "ABANDONED_BY_PLATFORM"
	AlreadyDone             Code = "ALREADY_DONE"
	NothingToActOn          Code = "NOTHING_TO_ACT_ON"
	ApprovalMissing         Code = "APPROVAL_MISSING"
	AuthorityMissing        Code = "AUTHORITY_MISSING"
	ActorNotEntitled        Code = "ACTOR_NOT_ENTITLED"
	BackDated               Code = "BACK_DATED"
	FutureDated             Code = "FUTURE_DATED"
	AmountDiffersFromPolicy Code = "AMOUNT_DIFFERS_FROM_POLICY"
	BudgetExhausted         Code = "BUDGET_EXHAUSTED"

	// purchase
	PurchaseAccepted  Code = "PURCHASE_ACCEPTED"
	NoAttemptRecorded Code = "NO_ATTEMPT_RECORDED"
	NoCauseOnOurSide  Code = "NO_CAUSE_ON_OUR_SIDE"
	PolicySilent      Code = "POLICY_SILENT"

	// class
	VoucherNotExchanged    Code = "VOUCHER_NOT_EXCHANGED"
	DebitedButNoVoucher    Code = "DEBITED_BUT_NO_VOUCHER"
	ClassAtInstitution     Code = "CLASS_AT_INSTITUTION"
	TransactionCancelled   Code = "TRANSACTION_CANCELLED"
	NoPaymentRecorded      Code = "NO_PAYMENT_RECORDED"
	RedeemCodeNotFound     Code = "REDEEM_CODE_NOT_FOUND"
	RedeemOtherInstitution Code = "REDEEM_OTHER_INSTITUTION"
	RedeemCodeCancelled    Code = "REDEEM_CODE_CANCELLED"
	RedeemCodeUsed         Code = "REDEEM_CODE_USED"

	// certificate
	TrainingNotComplete              Code = "TRAINING_NOT_COMPLETE"
	AwaitingInstitutionReport        Code = "AWAITING_INSTITUTION_REPORT"
	InstitutionNotResponding         Code = "INSTITUTION_NOT_RESPONDING"
	AwaitingPlatformReport           Code = "AWAITING_PLATFORM_REPORT"
	AwaitingPMOVerification          Code = "AWAITING_PMO_VERIFICATION"
	PMOBacklogManual                 Code = "PMO_BACKLOG_MANUAL"
	AwaitingCertificate              Code = "AWAITING_CERTIFICATE"
	NameMismatch                     Code = "NAME_MISMATCH"
	InstitutionGradedOnlyOnOwnPortal Code = "INSTITUTION_GRADED_ONLY_ON_OWN_PORTAL"
	AttendanceNotVerified            Code = "ATTENDANCE_NOT_VERIFIED"
	RatingReviewMissingOnPlatform    Code = "RATING_REVIEW_MISSING_ON_PLATFORM"
	CompletedAfterCutoff             Code = "COMPLETED_AFTER_CUTOFF"
	CertificateRevoked               Code = "CERTIFICATE_REVOKED"
	CertificateInDashboard           Code = "CERTIFICATE_IN_DASHBOARD"

	// incentive
	RatingMissing              Code = "RATING_MISSING"
	ReviewMissing              Code = "REVIEW_MISSING"
	NoLinkedAccount            Code = "NO_LINKED_ACCOUNT"
	WalletNotUpgraded          Code = "WALLET_NOT_UPGRADED"
	IdentityMismatchNIK        Code = "IDENTITY_MISMATCH_NIK"
	IdentityMismatchKTPSelfie  Code = "IDENTITY_MISMATCH_KTP_SELFIE"
	PhoneMismatch              Code = "PHONE_MISMATCH"
	PhoneNotRegisteredAtWallet Code = "PHONE_NOT_REGISTERED_AT_WALLET"
	AccountInactive            Code = "ACCOUNT_INACTIVE"
	AccountOfOtherPerson       Code = "ACCOUNT_OF_OTHER_PERSON"
	NIKNotFoundDukcapil        Code = "NIK_NOT_FOUND_DUKCAPIL"
	WalletLimitExceeded        Code = "WALLET_LIMIT_EXCEEDED"
	WalletBalanceFull          Code = "WALLET_BALANCE_FULL"
	BankAccountProblem         Code = "BANK_ACCOUNT_PROBLEM"
	IncentiveFailedNoCause     Code = "INCENTIVE_FAILED_NO_CAUSE"
	PMOBatchSuspended          Code = "PMO_BATCH_SUSPENDED"
	PMOMassFailureRecheck      Code = "PMO_MASS_FAILURE_RECHECK"
	PaymentQueue               Code = "PAYMENT_QUEUE"
	ScheduleSyncPending        Code = "SCHEDULE_SYNC_PENDING"
	FalseFailureNotice         Code = "FALSE_FAILURE_NOTICE"
	NotFirstTraining           Code = "NOT_FIRST_TRAINING"
	IncentivesAllGranted       Code = "INCENTIVES_ALL_GRANTED"
	IncentivePaid              Code = "INCENTIVE_PAID"
	IncentiveOverdue           Code = "INCENTIVE_OVERDUE"

	// survey
	SurveyNotDue          Code = "SURVEY_NOT_DUE"
	PreviousSurveyOpen    Code = "PREVIOUS_SURVEY_OPEN"
	SurveyWindowMissed    Code = "SURVEY_WINDOW_MISSED"
	FirstIncentiveNotPaid Code = "FIRST_INCENTIVE_NOT_PAID"
	SurveyPaymentPending  Code = "SURVEY_PAYMENT_PENDING"
	SurveyOpen            Code = "SURVEY_OPEN"
	SurveyPeriodClosed    Code = "SURVEY_PERIOD_CLOSED"

	// deadline
	DeadlineAhead      Code = "DEADLINE_AHEAD"
	DeadlineMet        Code = "DEADLINE_MET"
	DeadlineNotRunning Code = "DEADLINE_NOT_RUNNING"

	// revocation
	DeadlineNotPassed   Code = "DEADLINE_NOT_PASSED"
	FirstPurchaseMade   Code = "FIRST_PURCHASE_MADE"
	DisputeOpen         Code = "DISPUTE_OPEN"
	RevokedNoPurchase   Code = "REVOKED_NO_PURCHASE"
	ParticipationActive Code = "PARTICIPATION_ACTIVE"

	// general
	WithinNormalTime Code = "WITHIN_NORMAL_TIME"
	Overdue          Code = "OVERDUE"
)
