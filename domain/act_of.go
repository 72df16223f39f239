package domain

import (
	"encoding/json"
	"maps"
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
	for _, s := range Acts() {
		if s.Accepted == e.Type && s.Name != "AbandonPurchase" || s.Refused == e.Type && s.Name != "AbandonPurchase" {
			return s, true
		}
	}
	return ActSpec{}, false
}

// actOf fills an act from an event's own fields and the name of its stream.
func actOf(spec ActSpec, e Recorded) (Act, bool) {
	body := map[string]any{}
	if json.Unmarshal(e.Data, &body) != nil {
		return nil, false
	}
	if inner, ok := body["act"].(map[string]any); ok && body["command"] != nil {
		body = inner
	}
	maps.Copy(body, streamValues(e.Stream))
	data, err := json.Marshal(body)
	if err != nil {
		return nil, false
	}
	v := reflect.New(reflect.TypeOf(spec.zero))
	if json.Unmarshal(data, v.Interface()) != nil {
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
