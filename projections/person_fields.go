package projections

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"saldo/domain"
)

// personFields is all that is known about a person, field by field. Amounts, times, numbers and texts; what has no value is
// missing.
type personFields map[string]any

// What a person's purchases, courses, incentives and surveys say, as fields.
type (
	purchaseFacts struct {
		Course      domain.CourseCode  `json:"course"`
		Amount      domain.Money       `json:"amount"`
		Suspense    domain.Money       `json:"suspense"`
		Bought      *time.Time         `json:"bought_at"`
		Voucher     *time.Time         `json:"voucher_at"`
		Cancelled   *time.Time         `json:"cancelled_at"`
		CancelledBy domain.CancelParty `json:"cancelled_by"`
		RefundTo    domain.RefundTo    `json:"refund_to"`
	}
	trainingFacts struct {
		Exchanged       *time.Time `json:"exchanged_at"`
		ExchangeRefused *time.Time `json:"exchange_refused_at"`
		Started         *time.Time `json:"started_at"`
		Completed       *time.Time `json:"completed_at"`
		ByInstitution   *time.Time `json:"reported_by_institution_at"`
		ByPlatform      *time.Time `json:"reported_by_platform_at"`
		Issued          *time.Time `json:"certificate_issued_at"`
		Accepted        *time.Time `json:"certificate_accepted_at"`
		Refused         *time.Time `json:"certificate_refused_at"`
		RefusedReason   string     `json:"certificate_refused_for"`
		Revoked         *time.Time `json:"certificate_revoked_at"`
		Rated           *time.Time `json:"rated_at"`
		Reviewed        *time.Time `json:"reviewed_at"`
	}
	incentiveFacts struct {
		State      IncentiveStatus      `json:"state"`
		Amount     domain.Money         `json:"amount"`
		Due        string               `json:"due"`
		Partner    domain.PartnerCode   `json:"partner"`
		Code       domain.PartnerReason `json:"code"`
		Group      domain.Reference     `json:"group"`
		Attempts   int                  `json:"attempts"`
		Instructed *time.Time           `json:"instructed_at"`
		Failed     *time.Time           `json:"failed_at"`
		Reviewed   *time.Time           `json:"reviewed_at"`
		Disbursed  *time.Time           `json:"disbursed_at"`
	}
	surveyFacts struct {
		Opened   *time.Time `json:"opened_at"`
		ClosesOn string     `json:"closes_on"`
		Filled   *time.Time `json:"filled_at"`
	}
)

// fields are those of the one person whose events a fold in memory has seen.
func (f *personFold) fields(subject string) personFields {
	out := personFields{}
	if row := f.people.rows.get(subject); row != nil {
		if p, err := row.public(); err == nil {
			out.put("", p)
			delete(out, "participant")
		}
	}
	for k, e := range f.people.purchases.rows.young {
		x := e.row
		out.put("purchase."+string(k.Platform)+"/"+string(k.Invoice)+".", purchaseFacts{
			x.Course, x.Amount.money(), x.Suspense.money(), x.Bought.time(), x.Voucher.time(), x.Cancelled.time(), x.CancelledBy, x.RefundTo,
		})
	}
	for k, e := range f.people.trainings.rows.young {
		x := e.row
		out.put("course."+string(k.Course)+".", trainingFacts{
			x.Exchanged.time(), x.ExchangeRefused.time(), x.Started.time(), x.Completed.time(), x.ByInstitution.time(), x.ByPlatform.time(),
			x.Issued.time(), x.Accepted.time(), x.Refused.time(), x.RefusedReason, x.Revoked.time(), x.Rated.time(), x.Reviewed.time(),
		})
	}
	m := f.paid
	for k, e := range m.rows.young {
		x := e.row
		out.put("incentive."+string(k.kind)+"-"+strconv.Itoa(k.n)+".", incentiveFacts{
			x.state, x.amount.money(), x.due, x.partner, x.code, x.group, x.attempts, x.instructed.time(), x.failed.time(), x.reviewed.time(), x.disbursed.time(),
		})
	}
	for k, e := range m.surveys.young {
		out.put("survey."+strconv.Itoa(k.n)+".", surveyFacts{e.row.opened.time(), e.row.closesOn, e.row.filled.time()})
	}
	return out
}

// put adds the fields of a struct, by their names in JSON.
func (s personFields) put(prefix string, facts any) {
	v := reflect.ValueOf(facts)
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		switch x := v.Field(i).Interface().(type) {
		case domain.Money:
			s[prefix+name] = x
		case domain.Purses:
			s.put(prefix+name+".", x)
		case *time.Time:
			if x != nil {
				s[prefix+name] = *x
			}
		case int:
			s[prefix+name] = x
		default:
			if text := v.Field(i); text.Kind() == reflect.String && text.Len() > 0 {
				s[prefix+name] = text.String()
			}
		}
	}
}

// changes lists the fields in which two pictures of a person differ, in the order of their names. A field that only came or went with
// Rp0 or 0 in it didn't change.
func changes(before, after personFields) []Change {
	out := []Change{}
	names := map[string]bool{}
	for name := range before {
		names[name] = true
	}
	for name := range after {
		names[name] = true
	}
	for _, name := range slices.SortedFunc(maps.Keys(names), compareFields) {
		b, a := before[name], after[name]
		if !sameValue(b, a) {
			out = append(out, Change{name, b, a})
		}
	}
	return out
}

// compareFields puts what a person's row says before what their purchases and incentives say.
func compareFields(a, b string) int {
	return cmp.Or(cmp.Compare(depth(a), depth(b)), cmp.Compare(a, b))
}

func depth(field string) int {
	if !strings.Contains(field, ".") || strings.HasPrefix(field, "balance.") {
		return 0
	}
	return 1
}

func sameValue(a, b any) bool {
	switch x := a.(type) {
	case nil:
		return b == nil || isZero(b)
	case domain.Money:
		y, ok := b.(domain.Money)
		return ok && x.Cmp(y) == 0 || b == nil && x.IsZero()
	case time.Time:
		y, ok := b.(time.Time)
		return ok && x.Equal(y)
	case int:
		return a == b || b == nil && x == 0
	}
	return a == b
}

func isZero(v any) bool {
	switch v := v.(type) {
	case domain.Money:
		return v.IsZero()
	case int:
		return v == 0
	}
	return false
}
