package api

import (
	"context"
	"net/http"
	"time"

	"saldo/projections"
)

// readyWithin bounds how long the questions of readyz may take.
const readyWithin = time.Second

func (s *Server) livez(*call) (answer, error) { return ok(map[string]string{"status": "ok"}) }

// check is one line of readyz.
type readyCheck struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

// readyz answers 503 while the service can't do its work.
func (s *Server) readyz(c *call) (answer, error) {
	q := c.query("verbose")
	if err := q.err(); err != nil {
		return answer{}, err
	}
	checks, ready := s.ready(c.ctx)
	a := answer{status: http.StatusOK, value: map[string]any{"status": "ok"}}
	if !ready {
		a.status = http.StatusServiceUnavailable
		a.value = map[string]any{"status": "unavailable", "checks": checks}
	} else if q.values.Has("verbose") {
		a.value = map[string]any{"status": "ok", "checks": checks}
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
	return ok(struct {
		projections.Status
		Position string `json:"position"`
		Head     string `json:"head"`
	}{status, status.Position.String(), status.Head.String()})
}
