package projections

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

const (
	dirMode      = 0o700
	fileMode     = 0o600
	manifestName = "models.json"
	lockName     = "lock"
	filePrefix   = "models-"
	fileSuffix   = ".db"
)

// ErrLocked says that another process folds into these models. They can be read beside it.
var ErrLocked = errors.New("projections: another process keeps these models up to date")

// manifest names the database in use. It is replaced as a whole, behind the database: what it names is complete.
type manifest struct {
	File string `json:"file"`
	// Open says that a process has the database open, or died with it: then its journal (-wal) belongs to it, and without
	// that journal the database may be half of one state and half of another.
	Open bool  `json:"open"`
	Size int64 `json:"size,omitempty"` // in bytes, of a database that was closed
}

func readManifest(dir string) (manifest, error) {
	var m manifest
	content, err := os.ReadFile(filepath.Join(dir, manifestName)) //nolint:gosec // the configured directory
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(content, &m); err != nil || m.File != filepath.Base(m.File) || !strings.HasPrefix(m.File, filePrefix) {
		return manifest{}, fmt.Errorf("%s is no manifest: %w", filepath.Join(dir, manifestName), errors.Join(err, fs.ErrInvalid))
	}
	return m, nil
}

func (m manifest) write(dir string) error {
	content, err := json.Marshal(m)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, manifestName)
	if err := os.WriteFile(path+".tmp", append(content, '\n'), fileMode); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	// Dying here leaves the old manifest and the database that it names. Nothing is synced: whatever the medium loses of
	// these files is found out when they are opened, and costs a rebuild.
	return os.Rename(path+".tmp", path)
}

// closedManifest names a database that was closed in order.
func closedManifest(dir, file string) error {
	info, err := os.Stat(filepath.Join(dir, file))
	if err != nil {
		return err
	}
	return manifest{File: file, Size: info.Size()}.write(dir)
}

// lock keeps a second process from folding into the same models; the kernel ends it with the process.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, fileMode) //nolint:gosec // the configured directory
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(fmt.Errorf("%w: %s", ErrLocked, dir), f.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", dir, err), f.Close())
	}
	return f, nil
}

// nextFile names a database that isn't there yet.
func nextFile(dir string) string {
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s%06d%s", filePrefix, n, fileSuffix)
		if _, err := os.Lstat(filepath.Join(dir, name)); errors.Is(err, fs.ErrNotExist) {
			return name
		}
	}
}

// sweep removes all databases but those named, with their journals.
func sweep(dir string, keep ...string) error {
	found, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range found {
		name := e.Name()
		base, _, _ := strings.Cut(name, fileSuffix)
		if !strings.HasPrefix(name, filePrefix) || slices.Contains(keep, base+fileSuffix) {
			continue
		}
		errs = append(errs, os.Remove(filepath.Join(dir, name)))
	}
	return errors.Join(errs...)
}
