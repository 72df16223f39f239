package embedded

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"saldo/eventstore"
)

const (
	formatVersion = 1 // no promise until the issue of the event store is closed
	formatNote    = "saldo event store; format 1 is not yet promised to stay readable"

	identityName = "store.json"
	boundName    = "durable"
	lockName     = "lock"
	logName      = "log"
)

// identity is what store.json says.
type identity struct {
	Format      int    `json:"format"`
	Note        string `json:"note"`
	StoreID     string `json:"store_id"`
	Incarnation string `json:"incarnation"`
}

func readIdentity(dir string) (identity, error) {
	path := filepath.Join(dir, identityName)
	content, err := os.ReadFile(path) //nolint:gosec // see openOSFile
	if err != nil {
		return identity{}, err
	}
	var version struct {
		Format *int `json:"format"`
	}
	if err := json.Unmarshal(content, &version); err != nil || version.Format == nil {
		return identity{}, fmt.Errorf("%w: %s says no format", eventstore.ErrCorrupt, path)
	}
	if *version.Format != formatVersion {
		return identity{}, fmt.Errorf("%w: %s has format %d, this program knows %d: use the program that wrote it, or a newer one",
			eventstore.ErrInvalid, path, *version.Format, formatVersion)
	}
	var id identity
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&id); err != nil {
		return identity{}, fmt.Errorf("%w: %s: %w", eventstore.ErrCorrupt, path, err)
	}
	if !eventstore.ValidStoreID(id.StoreID) || !eventstore.ValidStoreID(id.Incarnation) {
		return identity{}, fmt.Errorf("%w: %s: unusable store id or incarnation", eventstore.ErrCorrupt, path)
	}
	return id, nil
}

// createIdentity makes dir a store if nothing else is in it.
func createIdentity(dir string, newID func() string) (identity, error) {
	if err := refuseForeign(dir); err != nil {
		return identity{}, err
	}
	id := identity{Format: formatVersion, Note: formatNote, StoreID: newID(), Incarnation: newID()}
	if !eventstore.ValidStoreID(id.StoreID) || !eventstore.ValidStoreID(id.Incarnation) {
		return identity{}, fmt.Errorf("%w: NewID gave %q and %q", eventstore.ErrInvalid, id.StoreID, id.Incarnation)
	}
	if err := os.MkdirAll(filepath.Join(dir, logName), dirMode); err != nil { //nolint:gosec // see openOSFile
		return identity{}, err
	}
	// Dying here leaves a directory with an empty log and no identity, which the next Open takes for a new one.
	if err := syncDir(filepath.Dir(filepath.Clean(dir))); err != nil {
		return identity{}, err
	}
	if err := writeIdentity(dir, id); err != nil {
		return identity{}, err
	}
	// From here on the store exists, is empty, and stays the same store.
	return id, nil
}

func writeIdentity(dir string, id identity) error {
	content, err := json.MarshalIndent(id, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, identityName), append(content, '\n'))
}

// refuseForeign lets a store be created only where an earlier creation may have died.
func refuseForeign(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if e.Name() == backupName {
			return fmt.Errorf("%w: %s is a backup: restore it into another directory, which leaves it as it is", eventstore.ErrInvalid, dir)
		}
		switch e.Name() {
		case lockName, identityName + ".tmp", unfinishedName, unfinishedName + ".tmp":
		case logName:
			inside, err := os.ReadDir(filepath.Join(dir, logName))
			if err != nil {
				return err
			}
			if len(inside) > 0 {
				return fmt.Errorf("%w: %s holds a log but no %s: restore that file from the backup", eventstore.ErrCorrupt, dir, identityName)
			}
		default:
			return fmt.Errorf("%w: %s is neither empty nor a store (it has %s): choose another directory", eventstore.ErrInvalid, dir, e.Name())
		}
	}
	return nil
}

// readBound returns the offset up to which the log is known to have been durable: it was so when the file was written,
// and a log never loses its end. Damage below it is never a torn write.
func readBound(dir string) (uint64, error) {
	content, err := os.ReadFile(filepath.Join(dir, boundName)) //nolint:gosec // see openOSFile
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	bound, err := strconv.ParseUint(strings.TrimSuffix(string(content), "\n"), 10, 63)
	if err != nil {
		return 0, fmt.Errorf("%w: %s: %w", eventstore.ErrCorrupt, filepath.Join(dir, boundName), err)
	}
	return bound, nil
}

func (c Config) writeBound(end uint64) error {
	return c.replaceFile(filepath.Join(c.Dir, boundName), append(strconv.AppendUint(nil, end, 10), '\n'))
}
