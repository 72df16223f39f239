package api

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"saldo/domain"
)

// SampleRequest asks for a sample.
type SampleRequest struct {
	Population PopulationName
	Wave       int // 0: all
	Method     SampleMethod
	Size, Seed int
	By         domain.Actor // an auditor
	At         Bound        // where the population ends; audit events behind it don't count
}

// Reperformed is a drawn member with what came of doing it again.
type Reperformed struct {
	Picked
	Repeats bool     `json:"repeats"` // the same rules over what stood in the log before give the same
	Differs []string `json:"differs,omitempty"`
}

// Sample is a sample as drawn and recorded.
type Sample struct {
	Population Population       `json:"population"`
	Method     SampleMethod     `json:"method"`
	Size       int              `json:"size"`
	Seed       int              `json:"seed"`
	Interval   *Interval        `json:"interval,omitempty"`
	Items      []Reperformed    `json:"items"`
	Drawn      domain.EventRef  `json:"drawn"`                 // SampleDrawn
	Reference  string           `json:"reference"`             // nomor rujukan of the draw
	Again      bool             `json:"again,omitempty"`       // it had been drawn before: shown again, not drawn anew
	SecondDraw *domain.EventRef `json:"second_draw,omitempty"` // another draw from the same population was refused and stands there
}

// ErrEmptyPopulation says that there is nothing to draw from.
var ErrEmptyPopulation = errors.New("the population is empty at that position")

// ErrSampleMoved says that a recorded sample names another digest than the log has at its position: events were changed.
var ErrSampleMoved = errors.New("the log at the sample's position is not the one that it was drawn from")

// DrawSample draws a sample, records it and does each member again. A population has one sample at a position: asking again
// with the same seed shows it again, asking with another leaves a refusal in the log (a second draw, for all to see) and
// shows the first one.
func (s *Service) DrawSample(ctx context.Context, q SampleRequest) (Sample, error) {
	bound, err := s.settled(ctx, q.At)
	if err != nil {
		return Sample{}, err
	}
	pop, err := s.population(ctx, q.Population, q.Wave, bound)
	if err != nil {
		return Sample{}, err
	}
	if pop.Count == 0 {
		return Sample{Population: pop}, ErrEmptyPopulation
	}
	body := domain.SampleBody{
		Population: pop.Reference(), Method: domain.CheckName(q.Method), Size: q.Size, Seed: q.Seed,
		Number: int(pop.Events) - 1, Digest: domain.Digest(pop.Root), //nolint:gosec // far below 2^63
	}
	key := fmt.Sprintf("sample/%s/%d/%s/%d/%d", body.Population, body.Number, q.Method, q.Size, q.Seed)
	out, err := s.Execute(ctx, domain.Command{ID: domain.CommandID("audit", key), Actor: q.By, Act: domain.DrawSample{SampleBody: body}})
	if err != nil {
		return Sample{}, err
	}
	if !out.Refused() {
		return s.sampleOf(ctx, pop, body, out.Event(), out.Replayed)
	}
	ref := out.Event().Ref()
	if out.Decision().Facts.DoneBefore == nil {
		return Sample{Population: pop, SecondDraw: &ref}, refusedError(out, nil)
	}
	first, body, err := s.drawnAt(ctx, out.Decision().Facts.DoneBefore.Revision)
	if err != nil {
		return Sample{}, err
	}
	sample, err := s.sampleOf(ctx, pop, body, first, true)
	sample.SecondDraw = &ref
	return sample, err
}

// settled moves a bound to the last event before it that is neither the audit's nor of an action: an audit's own acts don't
// make another population.
func (s *Service) settled(ctx context.Context, b Bound) (Bound, error) {
	var last uint64
	p := s.pass(b)
	for e := range p.events(ctx) {
		if k := e.Stream.Kind(); k != domain.AuditStream && k != domain.ActionStream && e.Meta.LastPart() {
			last = e.Number + 1
		}
	}
	return Bound{Events: &last}, p.err
}

// drawnAt reads the sample at a revision of the audit's stream.
func (s *Service) drawnAt(ctx context.Context, rev uint64) (domain.Recorded, domain.SampleBody, error) {
	events, err := s.History(ctx, domain.Audit)
	if err != nil {
		return domain.Recorded{}, domain.SampleBody{}, err
	}
	for _, e := range events {
		if f, ok := e.Fact.(domain.SampleDrawn); ok && e.Revision == rev {
			return e, f.SampleBody, nil
		}
	}
	return domain.Recorded{}, domain.SampleBody{}, fmt.Errorf("audit@%d is no sample", rev)
}

// SampleAgain shows a recorded sample: its members and what came of doing them again follow from the log alone.
func (s *Service) SampleAgain(ctx context.Context, rev uint64) (Sample, error) {
	e, body, err := s.drawnAt(ctx, rev)
	if err != nil {
		return Sample{}, err
	}
	name, wave := parsePopulation(body.Population)
	events := uint64(body.Number) + 1 //nolint:gosec // at least 0
	pop, err := s.population(ctx, name, wave, Bound{Events: &events})
	if err != nil {
		return Sample{}, err
	}
	return s.sampleOf(ctx, pop, body, e, true)
}

func (s *Service) sampleOf(ctx context.Context, pop Population, body domain.SampleBody, e domain.Recorded, again bool) (Sample, error) {
	if domain.Digest(pop.Root) != body.Digest {
		return Sample{}, fmt.Errorf("%w: %s names %s, the log has %s", ErrSampleMoved, e.Ref(), body.Digest, pop.Root)
	}
	out := Sample{
		Population: pop, Method: SampleMethod(body.Method), Size: body.Size, Seed: body.Seed, Drawn: e.Ref(),
		Reference: domain.ReferenceNumber(e.Meta.CommandID), Again: again,
	}
	picked, step := choose(pop.items, out.Method, out.Size, draw{pop.Root, body.Seed})
	out.Interval = step
	var err error
	out.Items, err = s.reperform(ctx, picked, pop.Events)
	return out, err
}

// reperform does each drawn member again, from what stood in the log before it.
func (s *Service) reperform(ctx context.Context, picked []Picked, events uint64) ([]Reperformed, error) {
	wanted := map[uint64]Picked{}
	for _, p := range picked {
		wanted[p.Number] = p
	}
	out := make([]Reperformed, 0, len(picked))
	book := domain.NewBook()
	p := s.pass(Bound{Events: &events})
	for e := range p.events(ctx) {
		if item, is := wanted[e.Number]; is {
			out = append(out, Reperformed{Picked: item}.done(e, book))
		}
		book.Append(e)
	}
	return out, p.err
}

// done makes the decision again. A reported fact has none unless checks failed: then its checks are asked again, and none may fail.
func (r Reperformed) done(e domain.Recorded, book *domain.Book) Reperformed {
	if again, is := domain.Redecide(e, book); is {
		r.Repeats = again.Equal
		r.Differs = append(again.Different, again.Drift...)
		return r
	}
	cmd, ok := domain.CommandOf(e)
	if !ok {
		r.Differs = []string{"command"}
		return r
	}
	var look domain.Lookups
	for _, s := range domain.LookupStreams(cmd) {
		look.Add(book.State(s))
	}
	g := domain.Gather(cmd, book.State(e.Stream), book.Registry, look, nil)
	d := domain.Judge(g.Rules, g.Facts, g.Policy)
	for _, f := range append(d.Failed, d.Exceptions...) {
		r.Differs = append(r.Differs, string(f.Check))
	}
	r.Repeats = len(r.Differs) == 0
	return r
}

// DrawnSample is a draw that stands in the log, or an attempt at another one.
type DrawnSample struct {
	Event   domain.EventRef   `json:"event"`
	Body    domain.SampleBody `json:"sample"`
	By      uuid.UUID         `json:"by"`
	At      string            `json:"at"`
	Refused bool              `json:"refused,omitempty"`
}

// Samples lists all draws in the log, refused ones too.
func (s *Service) Samples(ctx context.Context) ([]DrawnSample, error) {
	events, err := s.History(ctx, domain.Audit)
	if err != nil {
		return nil, err
	}
	var out []DrawnSample
	for _, e := range events {
		row := DrawnSample{Event: e.Ref(), By: e.Meta.Actor.ID, At: e.Meta.RecordedAt.Format("2006-01-02T15:04:05Z07:00")}
		if f, ok := e.Fact.(domain.SampleDrawn); ok {
			row.Body = f.SampleBody
			out = append(out, row)
			continue
		}
		cmd, ok := domain.CommandOf(e)
		if !ok {
			continue
		}
		if a, is := cmd.Act.(domain.DrawSample); is {
			row.Body, row.Refused = a.SampleBody, true
			out = append(out, row)
		}
	}
	return out, nil
}
