package domain

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
)

// CommandOf rebuilds the command behind a recorded outcome, for re-deciding. It reports false for consequences, for foreign
// events and for types that this code does not know.
func CommandOf(e Recorded) (Command, bool) {
	if e.Foreign() || e.Unknown() || e.Meta.Outcome == Consequence {
		return Command{}, false
	}
	spec, ok := specBehind(e)
	if !ok {
		return Command{}, false
	}
	act, ok := actOf(spec, e)
	if !ok {
		return Command{}, false
	}
	m := e.Meta
	return Command{
		ID: m.CommandID, ReceivedAt: m.ReceivedAt, Effective: m.EffectiveAt, Actor: m.Actor, Origin: m.Origin, Source: m.Source,
		Authority: m.Authority, ActionID: m.ActionID, Correlation: m.CorrelationID, Causation: m.CausationID, Act: act,
	}, true
}

// specBehind finds which type of act an outcome belongs to.
func specBehind(e Recorded) (ActSpec, bool) {
	var stored struct {
		Command CommandName `json:"command"`
	}
	if strings.HasSuffix(string(e.Type), "ActRefused") {
		if json.Unmarshal(e.Data, &stored) != nil {
			return ActSpec{}, false
		}
		return SpecNamed(stored.Command)
	}
	if r, ok := e.Fact.(PurchaseRefused); ok && r.Closes != nil {
		return SpecNamed("AbandonPurchase")
	}
	s, ok := types.behind[e.Type]
	if !ok {
		return ActSpec{}, false
	}
	return *s, true
}

// actOf fills an act from an event's own fields and the name of its stream. What the event holds besides (its decision,
// amounts that policy gave) is no field of the act and is passed over.
func actOf(spec ActSpec, e Recorded) (Act, bool) {
	body := []byte(e.Data)
	if strings.HasSuffix(string(e.Type), "ActRefused") {
		var inner struct {
			Act json.RawMessage `json:"act"`
		}
		if json.Unmarshal(e.Data, &inner) != nil {
			return nil, false
		}
		body = inner.Act
	}
	place, err := json.Marshal(streamValues(e.Stream))
	if err != nil {
		return nil, false
	}
	v := reflect.New(reflect.TypeOf(spec.zero))
	if json.Unmarshal(body, v.Interface()) != nil || json.Unmarshal(place, v.Interface()) != nil {
		return nil, false
	}
	return reflect.TypeAssert[Act](v.Elem())
}

// streamValues reads the fields of an act that stand in the stream's name.
func streamValues(s Stream) map[string]any {
	key := s.Key()
	number := func() any {
		n, err := strconv.Atoi(key)
		if err != nil {
			return 0
		}
		return n
	}
	switch s.Kind() {
	case PlatformStream:
		return map[string]any{"platform": key}
	case InstitutionStream:
		return map[string]any{"institution": key}
	case CourseStream:
		return map[string]any{"course_code": key}
	case ParticipantStream:
		return map[string]any{"participant": key}
	case FundStream:
		return map[string]any{"fund_year": number()}
	case SettlementStream:
		i := strings.LastIndexByte(key, '-')
		if i < 0 {
			return nil
		}
		return map[string]any{"platform": key[:i], "file_sha256": key[i+1:]}
	case IntakeStream:
		if key == "unknown" {
			key = ""
		}
		return map[string]any{"platform": key}
	case SeatStream:
		return map[string]any{"schedule_code": key}
	case BudgetStream:
		return map[string]any{"wave": number()}
	case ActionStream:
		return map[string]any{"action": key}
	case CaseStream:
		return map[string]any{"case": key}
	case ProgrammeStream, AuditStream:
	}
	return nil
}
