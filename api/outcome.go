package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/words"
)

// OutcomeView is the outcome of a command as its sender may see it.
type OutcomeView struct {
	Outcome     string               `json:"outcome" doc:"accepted, refused, or recorded (a reported fact)"`
	Command     domain.CommandName   `json:"command" doc:"type of the command"`
	Reference   string               `json:"reference" doc:"nomor rujukan: what a person can be told"`
	Event       *domain.EventRef     `json:"event,omitempty" doc:"the outcome in the log; none of a dry run"`
	Events      []domain.EventRef    `json:"events,omitempty" doc:"all of the decision, where it has more than one"`
	ReceivedAt  time.Time            `json:"received_at" doc:"when the first copy was received: the time that the rules saw"`
	RecordedAt  time.Time            `json:"recorded_at,omitzero" doc:"when it was recorded"`
	Position    string               `json:"position,omitempty" doc:"to wait for in a read: min_position"`
	Replayed    bool                 `json:"replayed,omitempty" doc:"decided before: this is the first outcome again"`
	ReplayedBy  string               `json:"replayed_by,omitempty" doc:"key or invoice: by what it was recognised"`
	DryRun      bool                 `json:"dry_run,omitempty" doc:"nothing was recorded"`
	Reason      reason.Code          `json:"code,omitempty" doc:"of a refusal: the leading reason, as far as the caller may know it"`
	Owner       reason.Owner         `json:"owner,omitempty" doc:"of a refusal: who can do something about it"`
	Final       bool                 `json:"final,omitempty" doc:"of a refusal: nobody can"`
	Retry       *domain.Retry        `json:"retry,omitempty" doc:"of a refusal: whether to send it again"`
	Message     *InLanguages[string] `json:"message_for_participant,omitempty" doc:"to be shown verbatim"`
	Explanation string               `json:"explanation,omitempty" doc:"address of the whole answer"`
	Data        json.RawMessage      `json:"data,omitempty" doc:"of the event, for those who may see it"`
	Exceptions  []reason.Code        `json:"exceptions,omitempty" doc:"checks that a reported fact failed"`
}

// outcome answers a command. A refusal by a rule is 422 and no fault of anybody's software: it carries what to do.
func (s *Server) outcome(c *call, cmd domain.Command, out Outcome, dry bool) (answer, error) {
	v := s.viewOf(c, cmd, out, dry)
	a := answer{status: http.StatusCreated, value: v, header: map[string]string{"ETag": strconv.Quote(strconv.FormatUint(out.Events[len(out.Events)-1].Revision, 10))}}
	switch {
	case dry:
		a.status = http.StatusOK
		delete(a.header, "ETag")
	case out.Replayed:
		a.status = http.StatusOK
		a.header["Idempotent-Replayed"] = "true"
	}
	if !out.Refused() {
		return a, nil
	}
	if err := s.refusal(c, cmd, out, &v, dry); err != nil {
		return answer{}, err
	}
	p := refuse(ProblemRefusedByRule, "")
	fields, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(fields, &p.extra)
	}
	if err != nil {
		return answer{}, err
	}
	p.extra["retryable"] = v.Retry != nil && v.Retry.When == domain.RetrySameKey
	p.detail = s.sentence(v, c.lang)
	p.headers = a.header
	return answer{}, p
}

func (s *Server) viewOf(c *call, cmd domain.Command, out Outcome, dry bool) OutcomeView {
	first := out.Event()
	v := OutcomeView{
		Outcome: string(out.Outcome), Command: domain.SpecOf(cmd.Act).Name, Reference: out.Reference, Event: new(first.Ref()),
		ReceivedAt: first.Meta.ReceivedAt, RecordedAt: first.Meta.RecordedAt, Replayed: out.Replayed, DryRun: dry,
	}
	if v.Outcome == "" {
		v.Outcome = "recorded"
	}
	if len(out.Events) > 1 {
		for _, e := range out.Events {
			v.Events = append(v.Events, e.Ref())
		}
	}
	if !out.Position.IsStart() {
		v.Position = out.Position.String()
	}
	switch {
	case dry:
		v.Event, v.Events, v.RecordedAt = nil, nil, time.Time{}
	case out.ByInvoice:
		v.ReplayedBy = "invoice"
	case out.Replayed:
		v.ReplayedBy = "key"
	}
	if c.audience().Inside() {
		v.Data = first.Data
	}
	if d := out.Decision(); d != nil {
		for _, x := range d.Exceptions {
			v.Exceptions = append(v.Exceptions, x.Reason.For(c.audience()))
		}
	}
	return v
}

// refusal says why not, as far as the caller may know, and in words for the participant.
func (s *Server) refusal(c *call, cmd domain.Command, out Outcome, v *OutcomeView, dry bool) error {
	d := out.Decision()
	if d == nil {
		return nil
	}
	code := d.Primary()
	v.Reason, v.Retry, v.Final = code.For(c.audience()), d.Retry, reason.Final(code) && !code.HiddenFrom(c.audience())
	if r, known := reason.Lookup(code); known {
		v.Owner = r.Owner
	}
	if v.Reason == reason.ContactPrakerja {
		v.Owner, v.Retry = reason.OwnerProgrammeOffice, &domain.Retry{When: domain.RetryNever}
	}
	if dry || !onPerson(cmd.Act) {
		return nil
	}
	topic := domain.TopicPurchase
	if _, buying := cmd.Act.(domain.PurchaseCourse); !buying {
		return nil
	}
	id, err := participantOf(cmd.Act.Stream())
	if err != nil {
		return nil //nolint:nilerr // an unknown person: the intake has no more to say
	}
	v.Explanation = "/v1/why/" + string(topic) + "?participant=" + id.String() + "&reference=" + out.Reference
	answer, err := s.config.Service.Explain(c.ctx, domain.Question{Topic: topic, Participant: &id, Command: new(out.Event().Meta.CommandID), Now: c.now})
	if err != nil {
		return err
	}
	told, err := Tell(answer, reason.Participant, words.WIB)
	if err != nil {
		return err
	}
	v.Message = &InLanguages[string]{told.Say.ID.Written, told.Say.EN.Written}
	return nil
}

// sentence is the detail of a refusal.
func (s *Server) sentence(v OutcomeView, lang words.Lang) string {
	if v.Message != nil {
		if lang == words.EN {
			return v.Message.EN
		}
		return v.Message.ID
	}
	r, known := reason.Lookup(v.Reason)
	switch {
	case !known && lang == words.EN:
		return "Please contact Prakerja with the reference."
	case !known:
		return "Silakan hubungi Prakerja dengan nomor rujukan."
	case lang == words.EN:
		return r.Cause.EN
	}
	return r.Cause.ID
}

func onPerson(a domain.Act) bool { return a.Stream().Kind() == domain.ParticipantStream }
