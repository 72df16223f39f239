package projections

import (
	"errors"
	"fmt"

	"saldo/domain"
	"saldo/eventstore"
)

// programme folds the programme's own stream up to the place of the view: policies, waves, deadlines and closings, for the
// rules that are about them. It is a few hundred events, read from the log and not copied.
func (v *View) programme() (*domain.Registry, error) { return v.registryOf(domain.Programme) }

// registryOf is a registry that knows the named streams, as they stood at the view's place; a stream in quarantine up to where
// it was put there.
func (v *View) registryOf(streams ...domain.Stream) (*domain.Registry, error) {
	out := domain.NewRegistry()
	held, err := readQuarantine(v.ctx, v.tx)
	if err != nil {
		return nil, err
	}
	for _, s := range streams {
		for r, err := range v.m.config.Store.ReadStream(v.ctx, string(s), eventstore.ReadOptions{}) {
			if errors.Is(err, eventstore.ErrStreamNotFound) {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", s, err)
			}
			q := held[s]
			if r.Position.Compare(v.Position) > 0 || q != nil && r.Revision >= uint64(q.Revision) { //nolint:gosec // a revision
				break
			}
			if e := decode(r); e.broken == nil {
				out.Apply(e.Recorded)
			}
		}
	}
	return out, nil
}

// platformName is the published name of a platform, its code where none is recorded.
func (v *View) platformName(p domain.PlatformCode) (domain.Title, error) {
	r, err := v.registryOf(domain.PlatformStreamOf(p))
	if err != nil {
		return "", err
	}
	if x := r.Platforms[p]; x != nil && x.Name != "" {
		return x.Name, nil
	}
	return domain.Title(p), nil
}
