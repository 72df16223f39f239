package eventstore_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/memory"
)

var errInjected = errors.New("injected")

func newMemory(t *testing.T) *memory.Store {
	t.Helper()
	s, err := memory.New(memory.Config{Now: func() time.Time { return time.Unix(1, 0) }})
	require.NoError(t, err)
	return s
}

func count(n int, _ eventstore.Recorded) (int, error) { return n + 1, nil }

func one(id byte) []eventstore.EventData {
	return []eventstore.EventData{{ID: [16]byte{id}, Type: "Tested"}}
}

func length(t *testing.T, s eventstore.Store) int {
	t.Helper()
	n := 0
	for _, err := range s.ReadAll(t.Context(), eventstore.Position{}, eventstore.ReadAllOptions{}) {
		require.NoError(t, err)
		n++
	}
	return n
}

// Two rows for each write: it failed and was not applied, it failed and was applied.
func TestUpdateUnderFaults(t *testing.T) {
	fails := func(times int) func(string, eventstore.Expected) error {
		return func(string, eventstore.Expected) error {
			if times--; times >= 0 {
				return errInjected
			}
			return nil
		}
	}
	unknownThen := func(s *memory.Store, then func(string, eventstore.Expected) error) memory.Faults {
		return memory.Faults{AfterApply: func(string, eventstore.Expected) error {
			s.Inject(memory.Faults{BeforeApply: then})
			return errInjected
		}}
	}
	for _, row := range []struct {
		name   string
		faults func(*memory.Store) memory.Faults
		want   error
		events int
	}{
		{"refused for now", func(*memory.Store) memory.Faults { return memory.Faults{BeforeApply: fails(1)} }, eventstore.ErrUnavailable, 0},
		{"applied, outcome unknown", func(*memory.Store) memory.Faults { return memory.Faults{AfterApply: fails(1)} }, nil, 1},
		{"unknown, then refused three times", func(s *memory.Store) memory.Faults { return unknownThen(s, fails(3)) }, nil, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newMemory(t)
			s.Inject(row.faults(s))
			decisions := 0
			folded, _, err := eventstore.Update(t.Context(), s, "s", eventstore.Folded[int]{}, count,
				func(int, eventstore.Expected) ([]eventstore.EventData, error) { decisions++; return one(1), nil })
			require.ErrorIs(t, err, row.want)
			require.Equal(t, 1, decisions, "an unknown outcome is never decided again")
			require.Equal(t, row.events, folded.State)
			require.Equal(t, row.events, length(t, s))
		})
	}
}

func TestUpdateEndsWithItsContext(t *testing.T) {
	s := newMemory(t)
	s.Inject(memory.Faults{AfterApply: func(string, eventstore.Expected) error {
		s.Inject(memory.Faults{})
		return errInjected
	}})
	ctx, cancel := context.WithCancel(t.Context())
	_, _, err := eventstore.Update(ctx, s, "s", eventstore.Folded[int]{}, count,
		func(int, eventstore.Expected) ([]eventstore.EventData, error) { return one(1), nil })
	require.NoError(t, err) // the first repetition found it
	s.Inject(memory.Faults{AfterApply: func(string, eventstore.Expected) error { cancel(); return errInjected }})
	_, _, err = eventstore.Update(ctx, s, "s", eventstore.Folded[int]{}, count,
		func(int, eventstore.Expected) ([]eventstore.EventData, error) { return one(2), nil })
	require.ErrorIs(t, err, eventstore.ErrOutcomeUnknown)
	require.Equal(t, 2, length(t, s))
}

// A log that was sealed after an append whose outcome is unknown gives a definite answer: that append isn't in it and never
// will be.
func TestUpdateEndsAtASeal(t *testing.T) {
	s := newMemory(t)
	s.Inject(memory.Faults{AfterApply: func(string, eventstore.Expected) error {
		s.Inject(memory.Faults{BeforeApply: func(string, eventstore.Expected) error {
			return &eventstore.SealedError{StoreID: "a", To: "b", ToStoreID: "b"}
		}})
		return errInjected
	}})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, _, err := eventstore.Update(ctx, s, "s", eventstore.Folded[int]{}, count,
		func(int, eventstore.Expected) ([]eventstore.EventData, error) { return one(1), nil })
	require.ErrorIs(t, err, eventstore.ErrSealed)
	require.NoError(t, ctx.Err())
}

func TestUpdateDecidesFiveTimes(t *testing.T) {
	s := newMemory(t)
	other, decisions := byte(100), 0
	_, _, err := eventstore.Update(t.Context(), s, "s", eventstore.Folded[int]{}, count,
		func(_ int, at eventstore.Expected) ([]eventstore.EventData, error) {
			decisions, other = decisions+1, other+1
			_, err := s.Append(t.Context(), "s", at, one(other)...)
			return one(byte(decisions)), err
		})
	wrong, is := errors.AsType[*eventstore.WrongRevisionError](err)
	require.True(t, is)
	last, _ := wrong.Expected.Revision()
	require.Equal(t, uint64(3), last)
	require.Equal(t, 5, decisions)
}

func TestUpdateKeepsWhatItFolded(t *testing.T) {
	s := newMemory(t)
	_, err := s.Append(t.Context(), "s", eventstore.NoStream(), one(1)[0], one(2)[0])
	require.NoError(t, err)
	folded, _, err := eventstore.Update(t.Context(), s, "s", eventstore.Folded[int]{},
		func(n int, r eventstore.Recorded) (int, error) {
			if r.Revision == 1 {
				return n, errInjected
			}
			return n + 1, nil
		},
		func(int, eventstore.Expected) ([]eventstore.EventData, error) { return one(3), nil })
	require.ErrorIs(t, err, errInjected)
	require.Equal(t, eventstore.Folded[int]{State: 1, At: eventstore.At(0)}, folded)
}
