package embedded

import (
	"bytes"
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
	unfinishedName = "unfinished.json"
	unfinishedNote = "a ledger is being moved here: nobody may read or write it before that is finished"
)

// Unfinished says that a log is being moved here from another store. While its file stands in a directory, the store
// opens for the one who moves it only (Options.Unfinished): it has a part of the other log, or all of it while that one
// may still go on.
type Unfinished struct {
	Format      int       `json:"format"`
	Note        string    `json:"note"`
	From        string    `json:"from"` // for people: the directory that it comes from
	FromStoreID string    `json:"from_store_id"`
	Since       time.Time `json:"since"`
}

// readUnfinished returns nil where nothing is being moved.
func readUnfinished(dir string) (*Unfinished, error) {
	path := filepath.Join(dir, unfinishedName)
	content, err := os.ReadFile(path) //nolint:gosec // see openOSFile
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // most stores are whole
	}
	if err != nil {
		return nil, err
	}
	var u Unfinished
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&u); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", eventstore.ErrCorrupt, path, err)
	}
	return &u, nil
}

// refuseUnfinished keeps everybody out but the one who moves the log.
func (c Config) refuseUnfinished() error {
	u, err := readUnfinished(c.Dir)
	if err != nil || u == nil || c.Unfinished {
		return err
	}
	return fmt.Errorf("%w: %s: it is being moved here from %s since %s", eventstore.ErrUnfinished, c.Dir, u.From, u.Since.Format(time.RFC3339))
}

// Unfinished returns what is being moved here, if anything is.
func (s *Store) Unfinished() (Unfinished, bool, error) {
	u, err := readUnfinished(s.config.Dir)
	if err != nil || u == nil {
		return Unfinished{}, false, err
	}
	return *u, true, nil
}

// BeginMove shuts the store to everybody else, durably, until EndMove: a log is being moved here from another store. A
// move from the same store that was interrupted goes on; one from another is ErrUnfinished. The store must have been
// opened with Options.Unfinished, by the one who moves.
func (s *Store) BeginMove(from, fromStoreID string) error {
	if s.lock == nil || !s.config.Unfinished {
		return fmt.Errorf("%w: a move into %s needs a store that was opened for it", eventstore.ErrInvalid, s.config.Dir)
	}
	u, err := readUnfinished(s.config.Dir)
	if err != nil {
		return err
	}
	if u != nil && u.FromStoreID != fromStoreID {
		return fmt.Errorf("%w: %s: another move into it, from %s, has not ended", eventstore.ErrUnfinished, s.config.Dir, u.From)
	}
	content, err := json.MarshalIndent(Unfinished{
		Format: formatVersion, Note: unfinishedNote, From: from, FromStoreID: fromStoreID, Since: s.config.Now().UTC().Truncate(stampUnit),
	}, "", "  ")
	if err != nil {
		return err
	}
	return s.config.replaceFile(filepath.Join(s.config.Dir, unfinishedName), append(content, '\n'))
}

// EndMove opens the store to everybody, durably. What was moved must be whole and verified, and the other store sealed.
func (s *Store) EndMove() error {
	err := os.Remove(filepath.Join(s.config.Dir, unfinishedName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// Dying here leaves it shut or open, whichever the directory had on the medium; the same move, done again, finds
	// nothing left to do and ends.
	return s.config.syncDir(s.config.Dir)
}
