package api

import (
	"context"
	"net/http"
	"time"

	"saldo/projections"
)

// readyWithin bounds how long the questions of readyz may take.
const readyWithin = time.Second

func (s *Server) livez(*call) (answer, error) { return ok(health{Status: "ok"}) }

// readyCheck is one line of readyz.
type readyCheck struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

// readyz answers 503 while the service can't do its work.
func (s *Server) readyz(c *call) (answer, error) {
	q := c.query()
	if err := q.err(); err != nil {
		return answer{}, err
	}
	checks, ready := s.ready(c.ctx)
	a := answer{status: http.StatusOK, value: health{Status: "ok"}}
	if !ready {
		a.status = http.StatusServiceUnavailable
		a.value = health{"unavailable", checks}
	} else if q.has("verbose") {
		a.value = health{"ok", checks}
	}
	return a, nil
}

func (s *Server) ready(ctx context.Context) ([]readyCheck, bool) {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	checks := []readyCheck{{Name: "store", OK: true}}
	if _, err := s.config.Store.Head(ctx); err != nil {
		checks[0] = readyCheck{"store", false, err.Error()}
	}
	models := readyCheck{Name: "models", OK: true}
	if s.config.Models != nil {
		switch status, err := s.config.Models.Status(ctx); {
		case err != nil:
			models.Detail = err.Error() // deciding goes on without them
		case status.Behind:
			models.Detail = "behind by " + status.Lag.String()
		}
	}
	checks = append(checks, models)
	if s.life.Err() != nil {
		checks = append(checks, readyCheck{Name: "serving", Detail: "stopping"})
	}
	for _, c := range checks {
		if !c.OK {
			return checks, false
		}
	}
	return checks, true
}

// modelsStatus is how the read models are.
func (s *Server) modelsStatus(c *call) (answer, error) {
	if s.config.Models == nil {
		return answer{}, projections.ErrNotBuilt
	}
	status, err := s.config.Models.Status(c.ctx)
	if err != nil {
		return answer{}, err
	}
	return ok(modelsView{status, status.Position.String(), status.Head.String()})
}
