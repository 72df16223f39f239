package embedded

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

const (
	dirMode  = 0o700
	fileMode = 0o600
)

// file is what the store needs of a segment file. Tests put failing ones in its place.
type file interface {
	io.ReaderAt
	io.WriterAt
	Truncate(size int64) error
	Sync() error // when it returns nil, everything written before is on the medium, and so is the size
	Size() (int64, error)
	Close() error
}

type osFile struct{ *os.File }

func openOSFile(path string, flag int) (file, error) {
	f, err := os.OpenFile(path, flag, fileMode) //nolint:gosec // the path is made of the configured directory
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// Sync leaves out what fsync does for times only.
func (f osFile) Sync() error { return syncData(f.File) }

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// syncDir makes the names in a directory durable: files created, renamed and removed.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // a directory of the store, or its parent
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// replaceFile puts content under path so that a crash leaves either the old file or the whole new one.
func replaceFile(path string, content []byte) error {
	f, err := os.OpenFile(path+".tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode) //nolint:gosec // see openOSFile
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", f.Name(), err)
	}
	// Dying here leaves a complete file that nobody reads; the next replacement overwrites it.
	if err := os.Rename(path+".tmp", path); err != nil { //nolint:gosec // see openOSFile
		return err
	}
	// Dying here leaves the old or the new file under the name, whichever the directory had on the medium.
	return syncDir(filepath.Dir(path))
}
