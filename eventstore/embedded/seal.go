package embedded

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"saldo/eventstore"
)

const (
	sealName = "sealed.json"
	sealNote = "this log takes no more events: they go on where to says"
)

// Seal says that a log takes no more events, for ever, and where they go on. It stands in a file of its own, so that no
// byte of the log changes, and names the end of the log, so that a log that goes on behind it is found.
type Seal struct {
	Format    int       `json:"format"`
	Note      string    `json:"note"`
	StoreID   string    `json:"store_id"`
	Events    uint64    `json:"events"`
	End       uint64    `json:"end"`         // logical offset
	SealedAt  time.Time `json:"sealed_at"`   // by the clock of whoever sealed it
	To        string    `json:"to"`          // for people: a directory or a server
	ToStoreID string    `json:"to_store_id"` // which store that is, wherever it lies
}

// refusal is what an append to the sealed log gets.
func (l Seal) refusal() error {
	return &eventstore.SealedError{StoreID: l.StoreID, To: l.To, ToStoreID: l.ToStoreID, SealedAt: l.SealedAt}
}

func (l Seal) encode() ([]byte, error) {
	content, err := json.MarshalIndent(l, "", "  ")
	return append(content, '\n'), err
}

// readSeal returns nil where there is no seal.
func readSeal(dir string) (*Seal, error) {
	path := filepath.Join(dir, sealName)
	content, err := os.ReadFile(path) //nolint:gosec // see openOSFile
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // most logs have none
	}
	if err != nil {
		return nil, err
	}
	var l Seal
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&l); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", eventstore.ErrCorrupt, path, err)
	}
	if l.Format != formatVersion || !eventstore.ValidStoreID(l.StoreID) || !eventstore.ValidStoreID(l.ToStoreID) {
		return nil, fmt.Errorf("%w: %s is not a seal of format %d", eventstore.ErrCorrupt, path, formatVersion)
	}
	return &l, nil
}

// fits says what is wrong where a seal isn't that of a log.
func (l Seal) fits(storeID string, events, end uint64) error {
	switch {
	case l.StoreID != storeID:
		return fmt.Errorf("%w: the seal is that of store %s, and this is %s", eventstore.ErrCorrupt, l.StoreID, storeID)
	case end > l.End || events > l.Events:
		return fmt.Errorf("%w: the log was sealed behind event %d and goes on to %d", eventstore.ErrCorrupt, l.Events, events)
	case end < l.End || events < l.Events:
		return fmt.Errorf("%w: the log was sealed behind event %d and ends with %d", eventstore.ErrCorrupt, l.Events, events)
	}
	return nil
}

// Sealed returns the seal of a log that has one. A store that is open read-only says what was so when it was opened.
func (s *Store) Sealed() (Seal, bool) {
	if l := s.seal.Load(); l != nil {
		return *l, true
	}
	return Seal{}, false
}

// Seal ends the log for ever: it takes no more events, and every append that would write gets a *SealedError. What was
// appended before it stays, and is recognised when it comes again. When Seal returns nil, the seal is durable. A log that
// is sealed already keeps its seal; one for another store is ErrSealed.
//
// After any other error nothing is appended until the store is opened again: the seal may be on the medium, and what
// came behind it would be damage.
func (s *Store) Seal(ctx context.Context, to, toStoreID string) (Seal, error) {
	if !eventstore.ValidStoreID(toStoreID) || toStoreID == s.identity.StoreID {
		return Seal{}, fmt.Errorf("%w: a log is sealed for another store, not for %q", eventstore.ErrInvalid, toStoreID)
	}
	if s.lock == nil {
		return Seal{}, fmt.Errorf("%w: seal %s: the store is open read-only", eventstore.ErrUnavailable, s.config.Dir)
	}
	r := &sealRequest{to: to, toStoreID: toStoreID, answer: make(chan error, 1)}
	select {
	case s.sealing <- r:
	case <-ctx.Done():
		return Seal{}, ctx.Err()
	case <-s.stopped:
		return Seal{}, eventstore.ErrClosed
	}
	// What was handed over is answered: nobody may be left in doubt about a seal because he was in a hurry.
	if err := <-r.answer; err != nil {
		return Seal{}, err
	}
	return *s.seal.Load(), nil
}

type sealRequest struct {
	to, toStoreID string
	answer        chan error
}

// putSeal runs in the committing goroutine, between two groups: what was taken before is durable, what comes behind is
// refused, and nothing is in between.
func (s *Store) putSeal(r *sealRequest) error {
	c := &s.committer
	if l := s.seal.Load(); l != nil {
		if l.ToStoreID == r.toStoreID {
			return nil
		}
		return l.refusal()
	}
	if c.halted != nil {
		return c.halted
	}
	if err := s.repair(); err != nil { // a seal names the end of the log, so the file must end there
		return fmt.Errorf("%w: seal %s: %w", eventstore.ErrUnavailable, s.config.Dir, err)
	}
	l := Seal{
		Format: formatVersion, Note: sealNote, StoreID: s.identity.StoreID, Events: s.view.head, End: s.view.end, // changed by this goroutine only
		SealedAt: s.config.Now().UTC().Truncate(stampUnit), To: r.to, ToStoreID: r.toStoreID,
	}
	content, err := l.encode()
	if err == nil {
		err = s.config.replaceFile(filepath.Join(s.config.Dir, sealName), content)
	}
	if err != nil {
		// The file may be there or not, or may be there until the machine loses power.
		c.halted = fmt.Errorf("%w: seal %s: %w: open the store again to see whether it is sealed", eventstore.ErrUnavailable, s.config.Dir, err)
		return c.halted
	}
	// Dying before leaves a log that goes on, or a sealed one, whichever the directory had on the medium; from here on it
	// is sealed.
	s.seal.Store(&l)
	return nil
}

// holdToSeal reads the seal before the log is read: behind a seal nothing comes any more.
func (s *Store) holdToSeal() error {
	l, err := readSeal(s.config.Dir)
	if err != nil || l == nil {
		return err
	}
	if s.lock != nil { // what a crash left of a seal in the directory becomes durable before anybody relies on it
		if err := s.config.syncDir(s.config.Dir); err != nil {
			return err
		}
	}
	s.seal.Store(l)
	return nil
}
