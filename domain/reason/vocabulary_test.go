package reason

import (
	"time"

	"github.com/shopspring/decimal"

	"saldo/domain/words"
)

// vocabulary lists every value a text may name, with two samples of its one kind: the shortest and the longest that are
// usual. A new name is added here and to whoever gathers the facts of an answer.
var vocabulary = map[string]struct{ short, long words.Value }{
	// when
	"at":            {instant(time.August, 20, 9), instant(time.November, 29, 23)},
	"now":           {instant(time.August, 21, 10), instant(time.December, 14, 23)},
	"since":         {instant(time.August, 19, 17), instant(time.September, 28, 17)},
	"until":         {instant(time.August, 29, 8), instant(time.November, 30, 23)},
	"deadline":      {instant(time.September, 15, 23), instant(time.November, 15, 23)},
	"days_left":     {words.Number(1), words.Number(29)},
	"blocked":       {span(45 * time.Minute), span(231 * time.Hour)},
	"effective_at":  {instant(time.May, 1, 8), instant(time.September, 30, 18)},
	"not_after":     {instant(time.May, 1, 8), instant(time.September, 30, 18)},
	"normal_until":  {day(time.May, 1), day(time.September, 30)},
	"period_end":    {day(time.December, 15), day(time.December, 15)},
	"determined_on": {day(time.May, 1), day(time.September, 16)},

	// the service
	"gate_since":    {instant(time.August, 19, 17), instant(time.September, 19, 17)},
	"gate_expected": {day(time.August, 31), day(time.September, 30)},
	"gate_notice": {
		words.Localized{ID: "Layanan sedang disesuaikan.", EN: "The service is being adapted."},
		words.Localized{
			ID: "Sistem disesuaikan dengan Permenko 11/2020, ditargetkan lancar akhir Agustus.",
			EN: "The system is adapted to Permenko 11/2020, aimed to run smoothly by the end of August.",
		},
	},
	"denied":      {words.Number(3), words.Number(12040)},
	"window_from": {clock(14), clock(14)},
	"window_to":   {clock(15), clock(15)},

	// the course
	"course":       {words.Text("Menulis Opini"), words.Text("Menulis Opini, Menembus Meja Redaksi")},
	"first_course": {words.Text("Menulis Opini"), words.Text("Menulis Opini, Menembus Meja Redaksi")},
	"course_code":  {words.Text("1036"), words.Text("PRA-2020-001036")},
	"institution":  {words.Text("Tempo"), words.Text("Tempo Institute")},
	"platform":     {words.Text("Tokopedia"), words.Text("Pijar Mahir")},
	"elsewhere":    {words.Text("Bukalapak"), words.Text("Bukalapak, Pijar Mahir, Sekolah.mu")},
	"alternatives": {words.Number(7), words.Number(1204)},
	"taken_on":     {day(time.August, 5), day(time.September, 25)},

	// money
	"amount":      {rupiah(50_000), rupiah(1_000_000)},
	"price":       {rupiah(50_000), rupiah(1_000_000)},
	"balance":     {rupiah(0), rupiah(1_000_000)},
	"job_search":  {rupiah(0), rupiah(2_400_000)},
	"survey":      {rupiah(0), rupiah(150_000)},
	"returned":    {rupiah(0), rupiah(3_550_000)},
	"training":    {rupiah(0), rupiah(1_000_000)},
	"returned_on": {day(time.May, 1), day(time.September, 30)},
	"treasury_on": {day(time.May, 1), day(time.September, 30)},
	"refund_to": {
		words.Localized{ID: "saldo pelatihan", EN: "the training balance"},
		words.Localized{ID: "Rekening Dana Kartu Prakerja", EN: "the Kartu Prakerja programme fund"},
	},

	// the purchase and its class
	"invoice":   {words.Text("TOKPED-8123"), words.Text("TOKPED-20200829-0081234")},
	"reference": {words.Text("7Q4M-2K9D-5XTH-8"), words.Text("7Q4M-2K9D-5XTH-8")},
	"earlier":   {words.Text("7Q4M-2K9D-5XTH-8"), words.Text("7Q4M-2K9D-5XTH-8")},
	"fields":    {words.Text("amount"), words.Text("amount, course_code, schedule_code")},
	"attempts":  {words.Number(1), words.Number(120)},
	"bought_at": {instant(time.August, 29, 10), instant(time.September, 30, 10)},
	"issued":    {clock(10), clock(23)},
	"voucher":   {words.Text("7Q4M"), words.Text("7Q4M")},

	// the certificate
	"exchanged_on": {day(time.May, 1), day(time.September, 30)},
	"completed_on": {day(time.May, 1), day(time.September, 30)},
	"reported_on":  {day(time.May, 1), day(time.September, 30)},
	"forwarded_on": {day(time.May, 1), day(time.September, 30)},
	"accepted_on":  {day(time.May, 1), day(time.September, 30)},
	"holder": {
		words.Localized{ID: "ulasan belum ada", EN: "the review is missing"},
		words.Localized{ID: "sertifikat sedang diperiksa Manajemen Pelaksana", EN: "the programme office is checking the certificate"},
	},

	// the incentive and the surveys
	"n": {words.Number(1), words.Number(4)},
	"kind": {
		words.Localized{ID: "survei", EN: "survey"},
		words.Localized{ID: "biaya mencari kerja", EN: "job-search"},
	},
	"due_on":       {day(time.May, 1), day(time.September, 30)},
	"failed_on":    {day(time.May, 1), day(time.September, 30)},
	"paid_on":      {day(time.May, 1), day(time.September, 30)},
	"closes_on":    {day(time.May, 1), day(time.September, 30)},
	"closed_on":    {day(time.May, 1), day(time.September, 30)},
	"group_size":   {words.Number(12), words.Number(12040)},
	"partner":      {words.Text("OVO"), words.Text("LinkAja")},
	"partner_code": {words.Text("E12"), words.Text("LIMIT_EXCEEDED_MONTH")},

	// the person and the act
	"wave":   {words.Number(4), words.Number(11)},
	"decree": {words.Text("SK 4/2020"), words.Text("SK-PKP-004/KPA-BUN/2020")},
	"case":   {words.Text("7Q4M-2K9D-5XTH-8"), words.Text("7Q4M-2K9D-5XTH-8")},
	"cause": {
		words.Localized{ID: "tidak interaktif", EN: "not interactive"},
		words.Localized{ID: "tidak memenuhi syarat interaktif", EN: "it is not interactive as demanded"},
	},
	"missing_thing": {
		words.Localized{ID: "pembelian", EN: "the purchase"},
		words.Localized{ID: "pembelian dengan nomor pesanan itu", EN: "a purchase of that order number"},
	},
	"owner_party": {
		words.Localized{ID: "bank", EN: "the bank"},
		words.Localized{ID: "Manajemen Pelaksana", EN: "the programme office"},
	},
}

// samples is the whole vocabulary as the values of an answer.
func samples(long bool) words.Values {
	v := words.Values{}
	for name, sample := range vocabulary {
		v[name] = sample.short
		if long {
			v[name] = sample.long
		}
	}
	return v
}

// samplesOf has only the named values.
func samplesOf(names ...string) words.Values {
	v := words.Values{}
	for _, name := range names {
		v[name] = vocabulary[name].short
	}
	return v
}

func moment(m time.Month, d, hour int) time.Time {
	return time.Date(2020, m, d, hour, 14, 0, 0, words.WIB.Location())
}

func instant(m time.Month, d, hour int) words.Instant { return words.Instant(moment(m, d, hour)) }

func day(m time.Month, d int) words.DayOf { return words.DayOf(moment(m, d, 12)) }

func clock(hour int) words.ClockOf { return words.ClockOf(moment(time.August, 20, hour)) }

func span(d time.Duration) words.Duration { return words.Duration(d) }

func rupiah(n int64) words.Amount { return words.Amount(decimal.NewFromInt(n)) }
