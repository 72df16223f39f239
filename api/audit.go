package api

import (
	"context"

	"saldo/domain"
	"saldo/eventstore"
)

// progressEvery is after how many events long work reports how far it is.
const progressEvery = 512

// RedecideReport is the result of making every recorded decision again.
type RedecideReport struct {
	Events    uint64              `json:"events"`    // read
	Decisions int                 `json:"decisions"` // made again
	Equal     int                 `json:"equal"`
	Different []domain.Redecision `json:"different,omitempty"`
	Drifted   []domain.Redecision `json:"fact_drift,omitempty"` // equal over the recorded facts, but today's fold finds others
	Root      string              `json:"root"`                 // of the log that was read
}

// Redecide makes every recorded decision again at its basis: the same rules over the recorded facts, and the facts gathered
// anew from what stood in the log before. progress, if given, is told how many events were read.
func (s *Service) Redecide(ctx context.Context, progress func(done uint64)) (RedecideReport, error) {
	var rep RedecideReport
	book := domain.NewBook()
	for e, err := range s.Events(ctx, eventstore.Position{}) {
		if err != nil {
			return rep, err
		}
		if r, is := domain.Redecide(e, book); is {
			rep.Decisions++
			switch {
			case !r.Equal:
				rep.Different = append(rep.Different, r)
			case len(r.Drift) > 0:
				rep.Equal++
				rep.Drifted = append(rep.Drifted, r)
			default:
				rep.Equal++
			}
		}
		book.Append(e)
		rep.Events++
		if progress != nil && rep.Events%progressEvery == 0 {
			progress(rep.Events)
		}
	}
	d, err := s.Digest(ctx, &rep.Events, nil)
	rep.Root = d.Root
	return rep, err
}
