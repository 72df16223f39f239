package memory

import (
	"fmt"

	"saldo/eventstore"
)

// Faults makes a store fail. A hook that returns nil lets the append pass; what it returns otherwise is the cause inside
// the error of the append. Hooks run one at a time; of the store they may call Inject
// only.
type Faults struct {
	// BeforeApply fails an append that is not applied: ErrUnavailable.
	BeforeApply func(stream string, at eventstore.Expected) error
	// AfterApply fails an append that is applied and durable: ErrOutcomeUnknown.
	AfterApply func(stream string, at eventstore.Expected) error
}

// Inject replaces the faults; the zero value ends them.
func (s *Store) Inject(f Faults) {
	s.faultsMu.Lock()
	defer s.faultsMu.Unlock()
	s.faults = f
}

func (s *Store) injected() Faults {
	s.faultsMu.Lock()
	defer s.faultsMu.Unlock()
	return s.faults
}

func (s *Store) before(stream string, at eventstore.Expected) error {
	return failure(s.injected().BeforeApply, eventstore.ErrUnavailable, stream, at)
}

func (s *Store) after(stream string, at eventstore.Expected) error {
	return failure(s.injected().AfterApply, eventstore.ErrOutcomeUnknown, stream, at)
}

func failure(hook func(string, eventstore.Expected) error, kind error, stream string, at eventstore.Expected) error {
	if hook == nil {
		return nil
	}
	if cause := hook(stream, at); cause != nil {
		return fmt.Errorf("%w: append to %q: %w", kind, stream, cause)
	}
	return nil
}
