package api

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"saldo/domain"
	"saldo/eventstore"
)

// await returns when something stands behind a position, or the time is over: both are answers.
func (s *Server) await(c *call, after eventstore.Position, most time.Duration) error {
	waiting, cancel := context.WithTimeout(c.ctx, most)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	err := s.config.Store.Wait(waiting, after)
	if waiting.Err() != nil && c.ctx.Err() == nil {
		return nil
	}
	return err
}

func isNotFound(err error) bool { return errors.Is(err, eventstore.ErrStreamNotFound) }

// platforms lists the platforms that the registry knows.
func (s *Service) platforms() []domain.PlatformCode {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Sorted(maps.Keys(s.registry.Platforms))
}
